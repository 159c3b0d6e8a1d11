frappe.ui.form.on("Serial Renewal", {
	setup(frm) {
		frm.set_query("serial_plan", () => {
			const filters = { disabled: 0 };
			if (frm.doc.action === "Convert") filters.plan_type = "Paid";
			return { filters };
		});
		frm.set_query("serial_no", "items", () => {
			const filters = {};
			if (frm.doc.company) filters.company = frm.doc.company;
			if (frm.doc.customer) filters.customer = frm.doc.customer;
			return { filters };
		});
	},

	refresh(frm) {
		if (frm.doc.docstatus === 0) {
			frm.add_custom_button(__("Pick Serial Nos"), () => frm.events.pick(frm));
		}
		frm.set_intro(
			frm.is_new() ? __("Save to see from which day to which each unit's term will be.") : ""
		);
	},

	pick(frm) {
		const statuses = {
			Convert: ["Trial", "Grace", "Expired"],
			Suspend: ["Trial", "Paid"],
			Resume: ["Suspended"],
		};
		new frappe.ui.form.MultiSelectDialog({
			doctype: "Serial No",
			target: frm,
			setters: { customer: frm.doc.customer || undefined, serial_plan: undefined, term_status: undefined },
			get_query: () => ({
				filters: {
					company: frm.doc.company,
					term_status: ["in", statuses[frm.doc.action] || ["Trial", "Paid", "Grace", "Expired"]],
				},
			}),
			action(names) {
				frm.set_value("serial_nos", [frm.doc.serial_nos, ...names].filter(Boolean).join("\n"));
				this.dialog.hide();
			},
		});
	},
});
