frappe.listview_settings["Serial No"] = Object.assign(frappe.listview_settings["Serial No"] || {}, {
	add_fields: ["status", "term_status"],

	get_indicator(doc) {
		// What a unit's term has come to says more than that it is delivered.
		const term_colors = { Grace: "orange", Expired: "red", Suspended: "yellow", Ended: "gray" };
		if (term_colors[doc.term_status]) {
			return [__(doc.term_status), term_colors[doc.term_status], `term_status,=,${doc.term_status}`];
		}
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
