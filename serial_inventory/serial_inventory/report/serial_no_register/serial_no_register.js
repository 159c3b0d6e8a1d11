frappe.query_reports["Serial No Register"] = {
	filters: [
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "begins_with",
			label: __("Serial No Begins With"),
			fieldtype: "Data",
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
		},
		{ fieldname: "warehouse", label: __("Warehouse"), fieldtype: "Link", options: "Warehouse" },
		{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
		{ fieldname: "supplier", label: __("Supplier"), fieldtype: "Link", options: "Supplier" },
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: "\nActive\nInactive\nConsumed\nDelivered\nExpired",
		},
		{ fieldname: "serial_plan", label: __("Serial Plan"), fieldtype: "Link", options: "Serial Plan" },
		{ fieldname: "plan_type", label: __("Plan Type"), fieldtype: "Select", options: "\nTrial\nPaid" },
		{
			fieldname: "term_status",
			label: __("Term Status"),
			fieldtype: "Select",
			options: "\nNot Started\nTrial\nPaid\nGrace\nExpired\nSuspended\nEnded",
		},
		{
			fieldname: "maintenance_status",
			label: __("Maintenance Status"),
			fieldtype: "Select",
			options: "\nUnder Warranty\nOut of Warranty\nUnder AMC\nOut of AMC",
		},
		{
			fieldname: "page_length",
			label: __("Rows"),
			fieldtype: "Select",
			options: "20\n100\n500\n2500",
			default: "100",
		},
		{ fieldname: "after", fieldtype: "Data", hidden: 1 },
		{ fieldname: "before", fieldtype: "Data", hidden: 1 },
	].map((filter) =>
		filter.hidden
			? filter
			: // Another selection begins at its first page.
				{
					...filter,
					on_change: (report) => report._no_refresh || report.report_settings.turn_to(report, {}),
				},
	),

	formatter(value, row, column, data, default_formatter) {
		// Frappe takes texts of a report for HTML.
		const is_text = typeof value === "string" && !column.fieldtype?.endsWith("Link");
		return default_formatter(is_text ? frappe.utils.escape_html(value) : value, row, column, data);
	},

	onload(report) {
		const { turn_to, export_all } = report.report_settings;
		const is_there = (side) => report.$status?.find?.(`[data-${side}="1"]`).length;

		report.page.add_inner_button(__("First Page"), () => turn_to(report, {}));
		report.page.add_inner_button(__("Previous Page"), () => {
			const first = report.data?.[0];
			if (first && is_there("previous")) turn_to(report, { before: first.name });
			else frappe.show_alert(__("This is the first page."));
		});
		report.page.add_inner_button(__("Next Page"), () => {
			const last = report.data?.[report.data.length - 1];
			if (last && is_there("next")) turn_to(report, { after: last.name });
			else frappe.show_alert(__("This is the last page."));
		});
		if (frappe.model.can_export("Serial No")) {
			report.page.add_menu_item(__("Export All Pages"), () => export_all(report));
		}
	},

	// The server pages by name: `after` the last one shown, or `before` the first one.
	turn_to(report, { after = "", before = "" }) {
		report.get_filter("after").value = after;
		report.get_filter("before").value = before;
		report.refresh();
	},

	// Frappe's own export of a list, with the columns and the selection of this report.
	export_all(report) {
		const chosen = report.get_values();
		const filters = Object.entries(chosen)
			.filter(
				([field, value]) =>
					value && !["begins_with", "page_length", "after", "before"].includes(field),
			)
			.map(([field, value]) => [
				"Serial No",
				field,
				field === "warehouse" ? "descendants of (inclusive)" : "=",
				value,
			]);
		if (chosen.begins_with) filters.push(["Serial No", "name", "like", `${chosen.begins_with}%`]);

		frappe.prompt(
			[
				{
					fieldname: "format",
					label: __("File Format"),
					fieldtype: "Select",
					options: "CSV\nExcel",
					default: "CSV",
					reqd: 1,
				},
				{
					fieldname: "in_background",
					label: __("Make it in the background and mail me a link"),
					fieldtype: "Check",
					default: 1,
				},
			],
			({ format, in_background }) => {
				const args = {
					doctype: "Serial No",
					fields: report.columns.map((column) => `\`tabSerial No\`.\`${column.fieldname}\``),
					filters,
					order_by: "`tabSerial No`.`name` asc",
					title: __("Serial No Register"),
					file_format_type: format,
					export_in_background: in_background ? 1 : 0,
				};
				if (in_background) {
					frappe.call({ method: "frappe.desk.reportview.export_query", args });
				} else {
					open_url_post("/api/method/frappe.desk.reportview.export_query", args);
				}
			},
			__("Export All Pages"),
			__("Export"),
		);
	},
};
