frappe.query_reports["Terms by Month"] = {
	filters: [
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -11),
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.month_end(),
		},
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				{ value: "", label: __("Month Only") },
				{ value: "Serial Plan", label: __("Serial Plan") },
				{ value: "Serial Purpose", label: __("Serial Purpose") },
				{ value: "Item", label: __("Item") },
			],
		},
		{
			fieldname: "serial_purpose",
			label: __("Serial Purpose"),
			fieldtype: "Link",
			options: "Serial Purpose",
		},
		{ fieldname: "serial_plan", label: __("Serial Plan"), fieldtype: "Link", options: "Serial Plan" },
		{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
		{
			fieldname: "item_code",
			label: __("Item"),
			fieldtype: "Link",
			options: "Item",
			get_query: () => ({ filters: { has_serial_no: 1 } }),
		},
	],

	formatter(value, row, column, data, default_formatter) {
		// Frappe takes texts of a report for HTML.
		const is_text = typeof value === "string" && !column.fieldtype?.endsWith("Link");
		return default_formatter(is_text ? frappe.utils.escape_html(value) : value, row, column, data);
	},
};
