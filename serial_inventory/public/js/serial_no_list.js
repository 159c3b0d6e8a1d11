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

	// Filters by attributes of a purpose show once units of that purpose are asked for: all at once are too many.
	refresh(listview) {
		const fields = listview.page.fields_dict;
		const purpose = fields.serial_purpose?.get_value();
		const ending = ".includes(doc.serial_purpose)";
		for (const [fieldname, field] of Object.entries(fields)) {
			const condition = frappe.meta.get_docfield("Serial No", fieldname)?.depends_on || "";
			if (!condition.endsWith(ending)) continue;
			const purposes = JSON.parse(condition.slice("eval:".length, -ending.length));
			field.$wrapper.toggle(Boolean(field.get_value()) || purposes.includes(purpose));
		}
	},
});
