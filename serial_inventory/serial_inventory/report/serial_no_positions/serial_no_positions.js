frappe.query_reports["Serial No Positions"] = {
	filters: [
		{
			fieldname: "as_on",
			label: __("As on Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{
			fieldname: "item_code",
			label: __("Item"),
			fieldtype: "Link",
			options: "Item",
			get_query: () => ({ filters: { has_serial_no: 1 } }),
		},
		{ fieldname: "warehouse", label: __("Warehouse"), fieldtype: "Link", options: "Warehouse" },
		{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
		{ fieldname: "limit", label: __("Limit"), fieldtype: "Int", default: 1000 },
	],

	formatter(value, row, column, data, default_formatter) {
		// Frappe takes texts of a report for HTML.
		const is_text = typeof value === "string" && !column.fieldtype?.endsWith("Link");
		return default_formatter(is_text ? frappe.utils.escape_html(value) : value, row, column, data);
	},
};
