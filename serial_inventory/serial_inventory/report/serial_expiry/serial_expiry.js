frappe.query_reports["Serial Expiry"] = {
	filters: [
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "from_date",
			label: __("Ends From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -3),
		},
		{
			fieldname: "to_date",
			label: __("Ends To"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), 3),
		},
		{
			fieldname: "serial_purpose",
			label: __("Serial Purpose"),
			fieldtype: "Link",
			options: "Serial Purpose",
		},
		{ fieldname: "serial_plan", label: __("Serial Plan"), fieldtype: "Link", options: "Serial Plan" },
		{ fieldname: "plan_type", label: __("Plan Type"), fieldtype: "Select", options: "\nTrial\nPaid" },
		{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
		{
			fieldname: "item_code",
			label: __("Item"),
			fieldtype: "Link",
			options: "Item",
			get_query: () => ({ filters: { has_serial_no: 1 } }),
		},
		{
			fieldname: "term_status",
			label: __("Term Status"),
			fieldtype: "MultiSelectList",
			get_data: () =>
				["Not Started", "Trial", "Paid", "Grace", "Expired", "Suspended", "Ended"].map((status) => ({
					value: status,
					description: "",
				})),
		},
		{ fieldname: "limit", label: __("Limit"), fieldtype: "Int", default: 1000 },
	],

	get_datatable_options(options) {
		return Object.assign(options, { checkboxColumn: true });
	},

	formatter(value, row, column, data, default_formatter) {
		// Frappe takes texts of a report for HTML.
		const is_text = typeof value === "string" && !column.fieldtype?.endsWith("Link");
		const escaped = is_text ? frappe.utils.escape_html(value) : value;
		const shown = default_formatter(escaped, row, column, data);
		if (!data) return shown;
		if (column.fieldname === "days_left") {
			const color = data.days_left < 0 ? "red" : data.days_left <= 7 ? "orange" : "";
			return color
				? `<span class="text-${color}" style="color: var(--${color}-600)">${shown}</span>`
				: shown;
		}
		if (column.fieldname === "term_status" && value) {
			const colors = {
				Trial: "blue",
				Paid: "green",
				Grace: "orange",
				Expired: "red",
				Suspended: "yellow",
			};
			const color = colors[value] || "gray";
			return `<span class="indicator-pill no-indicator-dot ${color}">${__(value)}</span>`;
		}
		return shown;
	},

	onload(report) {
		if (!frappe.model.can_create("Serial Renewal")) return;

		report.page.add_inner_button(__("Renew Selected"), () => {
			const rows = report.get_checked_items();
			if (!rows.length) {
				frappe.msgprint(__("Select the rows to renew first."));
				return;
			}
			const values = (fieldname) => [...new Set(rows.map((row) => row[fieldname]).filter(Boolean))];
			const companies = values("company");
			const customers = values("customer");
			if (companies.length > 1) {
				frappe.msgprint(
					__(
						"A Serial Renewal is of one company, and these are of {0}. Choose a company in the filters.",
						[frappe.utils.escape_html(companies.join(", "))],
					),
				);
				return;
			}
			const of_one_customer = customers.length === 1 && rows.every((row) => row.customer);
			const renewal = {
				action: "Renew",
				...(companies.length ? { company: companies[0] } : {}),
				...(of_one_customer ? { customer: customers[0] } : {}),
				serial_nos: values("serial_no").join("\n"),
			};
			// frappe.new_doc leaves out fields that are not copied, which the numbers are.
			frappe.model.with_doctype("Serial Renewal", () => {
				const doc = Object.assign(frappe.model.get_new_doc("Serial Renewal"), renewal);
				frappe.set_route("Form", doc.doctype, doc.name);
			});
		});
	},
};
