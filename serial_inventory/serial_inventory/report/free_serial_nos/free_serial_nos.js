frappe.query_reports["Free Serial Nos"] = {
	filters: [
		{
			fieldname: "from_datetime",
			label: __("From"),
			fieldtype: "Datetime",
			default: frappe.datetime.now_datetime(),
			reqd: 1,
		},
		{
			fieldname: "to_datetime",
			label: __("To"),
			fieldtype: "Datetime",
			default: moment(frappe.datetime.now_datetime()).add(1, "days").format("YYYY-MM-DD HH:mm:ss"),
			reqd: 1,
		},
		{
			fieldname: "item_code",
			label: __("Item"),
			fieldtype: "Link",
			options: "Item",
			get_query: () => ({ filters: { has_serial_no: 1 } }),
		},
		{
			fieldname: "serial_purpose",
			label: __("Serial Purpose"),
			fieldtype: "Link",
			options: "Serial Purpose",
			get_query: () => ({ filters: { is_bookable: 1 } }),
		},
		{ fieldname: "warehouse", label: __("Warehouse"), fieldtype: "Link", options: "Warehouse" },
		{ fieldname: "limit", label: __("Limit"), fieldtype: "Int", default: 500 },
	],

	formatter(value, row, column, data, default_formatter) {
		// Frappe takes texts of a report for HTML.
		const is_text = typeof value === "string" && !column.fieldtype?.endsWith("Link");
		return default_formatter(is_text ? frappe.utils.escape_html(value) : value, row, column, data);
	},

	get_datatable_options(options) {
		return Object.assign(options, { checkboxColumn: true });
	},

	onload(report) {
		if (!frappe.model.can_create("Serial Booking")) return;
		report.page.add_inner_button(__("Book Selected"), () => {
			const serial_nos = report.get_checked_items().map((row) => row.serial_no);
			if (!serial_nos.length) {
				frappe.msgprint(__("Select the units to book first."));
				return;
			}
			frappe.route_options = {
				serial_nos: serial_nos.join("\n"),
				from_datetime: report.get_filter_value("from_datetime"),
				to_datetime: report.get_filter_value("to_datetime"),
			};
			frappe.set_route("serial-check-out");
		});
	},
};
