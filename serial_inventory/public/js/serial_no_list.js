frappe.listview_settings["Serial No"] = Object.assign(frappe.listview_settings["Serial No"] || {}, {
	add_fields: ["status"],

	get_indicator(doc) {
		const colors = {
			Active: "green",
			Delivered: "blue",
			Inactive: "gray",
			Consumed: "orange",
			Expired: "red",
		};
		if (!colors[doc.status]) return;
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
});
