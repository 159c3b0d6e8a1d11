frappe.query_reports["Serial No Recall"] = {
	filters: [
		{
			fieldname: "item_code",
			label: __("Item"),
			fieldtype: "Link",
			options: "Item",
			get_query: () => ({ filters: { is_stock_item: 1 } }),
		},
		{ fieldname: "supplier", label: __("Supplier"), fieldtype: "Link", options: "Supplier" },
		{
			fieldname: "purchase_document_type",
			label: __("Purchase Document Type"),
			fieldtype: "Select",
			options:
				"\nPurchase Receipt\nPurchase Invoice\nStock Entry\nStock Reconciliation\nSubcontracting Receipt",
			on_change: (report) => report.set_filter_value("purchase_document_no", ""),
		},
		{
			fieldname: "purchase_document_no",
			label: __("Purchase Document No"),
			fieldtype: "Dynamic Link",
			options: "purchase_document_type",
			get_options: () => frappe.query_report.get_filter_value("purchase_document_type"),
			depends_on: "eval: doc.purchase_document_type",
		},
		{ fieldname: "batch_no", label: __("Batch"), fieldtype: "Link", options: "Batch" },
		{
			fieldname: "serial_nos",
			label: __("Serial Nos, Ranges Too"),
			fieldtype: "Data",
		},
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "place",
			label: __("Place"),
			fieldtype: "Select",
			options:
				"\nIn Stock\nWith Customer\nAt Supplier\nBuilt In\nConsumed\nScrapped\nTaken Apart\nNot in Stock",
		},
		{
			fieldname: "include_products",
			label: __("Products Too"),
			fieldtype: "Check",
			default: 1,
		},
		{ fieldname: "limit", label: __("Limit"), fieldtype: "Int", default: 1000 },
	],

	formatter(value, row, column, data, default_formatter) {
		// Frappe takes texts of a report for HTML.
		const is_text = typeof value === "string" && !column.fieldtype?.endsWith("Link");
		return default_formatter(is_text ? frappe.utils.escape_html(value) : value, row, column, data);
	},

	onload(report) {
		if (!frappe.model.can_export("Serial No")) return;
		report.page.add_menu_item(__("Export All Units"), () =>
			open_url_post("/api/method/serial_inventory.api.export_recall", {
				filters: JSON.stringify(report.get_values()),
			}),
		);
	},
};
