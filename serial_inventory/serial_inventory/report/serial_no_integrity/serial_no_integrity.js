frappe.query_reports["Serial No Integrity"] = {
	filters: [
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{
			fieldname: "item_code",
			label: __("Item"),
			fieldtype: "Link",
			options: "Item",
			get_query: () => ({ filters: { has_serial_no: 1 } }),
		},
		{ fieldname: "warehouse", label: __("Warehouse"), fieldtype: "Link", options: "Warehouse" },
		{ fieldname: "only_problems", label: __("Only problems"), fieldtype: "Check", default: 1 },
		{ fieldname: "limit", label: __("Limit"), fieldtype: "Int", default: 1000 },
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
		if (!["Stock Manager", "System Manager"].some((role) => frappe.user.has_role(role))) return;
		if (!frappe.model.can_write("Serial No")) return;

		const repair = (rows) => {
			const serial_nos = [...new Set(rows.map((row) => row.serial_no).filter(Boolean))];
			if (!serial_nos.length) {
				frappe.msgprint(__("None of these rows can be repaired in a Serial No."));
				return;
			}
			frappe.confirm(
				__(
					"Make {0} Serial Nos say what the stock ledger says of them? The ledger, bundles and stock stay as they are.",
					[serial_nos.length],
				),
				() =>
					frappe.call({
						method: "serial_inventory.api.repair_serial_nos",
						args: { serial_nos },
						freeze: true,
						freeze_message: __("Repairing Serial Nos"),
						callback: ({ message }) => {
							if (message.queued) {
								frappe.show_alert(
									__("{0} Serial Nos are repaired in the background.", [message.queued]),
								);
								return;
							}
							frappe.show_alert({
								message: __(
									"{0} Serial Nos repaired, {1} were right already, {2} moved meanwhile.",
									[message.repaired, message.sound, message.moved],
								),
								indicator: "green",
							});
							report.refresh();
						},
					}),
			);
		};

		report.page.add_inner_button(
			__("Selected"),
			() => repair(report.get_checked_items().filter((row) => row.repair !== "no")),
			__("Repair"),
		);
		report.page.add_inner_button(
			__("All Shown"),
			() => repair((report.data || []).filter((row) => row.repair === "yes")),
			__("Repair"),
		);
	},
};
