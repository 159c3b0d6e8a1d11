// Sales Invoices that renew units: the customer's units are picked, and a row is made for each Item that bills a plan.
{
	const billing_items = async (plans) => {
		const found = await frappe.db.get_list("Serial Plan", {
			filters: { name: ["in", plans] },
			fields: ["name", "billing_item", "next_plan"],
			limit: 0,
		});
		const next = found.filter((plan) => !plan.billing_item && plan.next_plan);
		const of_next = next.length ? await billing_items(next.map((plan) => plan.next_plan)) : {};
		return Object.fromEntries(
			found.map((plan) => [plan.name, plan.billing_item || of_next[plan.next_plan]])
		);
	};

	const add_rows = async (frm, names) => {
		const units = await frappe.db.get_list("Serial No", {
			filters: { name: ["in", names] },
			fields: ["name", "serial_plan"],
			limit: 0,
		});
		const items = await billing_items([...new Set(units.map((unit) => unit.serial_plan).filter(Boolean))]);
		const by_item = {};
		for (const unit of units) {
			const item = items[unit.serial_plan];
			if (item) (by_item[item] ||= []).push(unit.name);
		}
		const unbilled = units.filter((unit) => !items[unit.serial_plan]);
		if (unbilled.length) {
			frappe.msgprint(
				__("No Item bills the plan of these units: {0}. Set a Billing Item in their Serial Plan.", [
					unbilled.map((unit) => frappe.utils.escape_html(unit.name)).join(", "),
				])
			);
		}
		for (const [item_code, serial_nos] of Object.entries(by_item)) {
			const blank = (frm.doc.items || []).find((row) => !row.item_code);
			const row = blank || frm.add_child("items");
			await frappe.model.set_value(row.doctype, row.name, "item_code", item_code);
			await frappe.model.set_value(row.doctype, row.name, "qty", serial_nos.length);
			await frappe.model.set_value(row.doctype, row.name, "renew_serial_nos", serial_nos.join("\n"));
		}
		frm.refresh_field("items");
	};

	const pick = (frm) => {
		if (!frm.doc.customer) {
			frappe.msgprint(__("Choose the customer first."));
			return;
		}
		new frappe.ui.form.MultiSelectDialog({
			doctype: "Serial No",
			target: frm,
			setters: { serial_plan: undefined, term_status: undefined },
			get_query: () => ({
				filters: {
					customer: frm.doc.customer,
					company: frm.doc.company,
					term_status: ["in", ["Trial", "Paid", "Grace", "Expired"]],
				},
			}),
			action(names) {
				this.dialog.hide();
				add_rows(frm, names);
			},
		});
	};

	frappe.ui.form.on("Sales Invoice", {
		refresh(frm) {
			if (frm.doc.docstatus === 0 && !frm.doc.is_return) {
				frm.add_custom_button(__("Serial Nos to Renew"), () => pick(frm), __("Get Items From"));
			}
		},
	});
}
