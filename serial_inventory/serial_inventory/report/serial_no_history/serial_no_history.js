frappe.query_reports["Serial No History"] = {
	filters: [
		{
			fieldname: "serial_no",
			label: __("Serial No"),
			fieldtype: "Link",
			options: "Serial No",
			reqd: 1,
		},
		{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date" },
		{
			fieldname: "kind",
			label: __("Event"),
			fieldtype: "Select",
			options: [
				"",
				...["Created", "Imported", "Received", "Made", "Moved", "Counted", "Delivered", "Returned"],
				...["Sent Back", "Consumed", "Taken Apart", "Removed", "Came In", "Went Out"],
				...["Installed", "Claimed", "Maintenance Scheduled", "Maintained", "Repaired"],
				...["Booked", "Out", "Back", "Term Started", "Renewed", "Converted", "Plan Changed"],
				...["Suspended", "Resumed", "Lapsed", "Ended", "Asset Moved", "Field Changed"],
			].map((kind) => ({ value: kind, label: __(kind) })),
		},
	],

	formatter(value, row, column, data, default_formatter) {
		// Frappe takes texts of a report for HTML.
		const is_text = typeof value === "string" && !column.fieldtype?.endsWith("Link");
		return default_formatter(is_text ? frappe.utils.escape_html(value) : value, row, column, data);
	},
};
