frappe.ui.form.on("Serial Plan", {
	setup(frm) {
		frm.set_query("next_plan", () => ({ filters: { plan_type: "Paid", disabled: 0 } }));
		frm.set_query("billing_item", () => ({ filters: { is_sales_item: 1, has_serial_no: 0 } }));
		frm.set_query("purposes", () => ({ filters: { has_terms: 1 } }));
	},
});
