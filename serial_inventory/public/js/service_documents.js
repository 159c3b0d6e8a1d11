// Documents that look after units: their serial numbers shown, found and filled in.
// A form's scripts are read once for each DocType; these are wired once.
frappe.provide("serial_inventory.wired");
if (!serial_inventory.wired.service_documents) {
	serial_inventory.wired.service_documents = true;

	// A Long Text (see setup/property_setters.py) would show all its lines as one.
	const show_lines = (frm) => {
		for (const table of ["items", "schedules"]) {
			const grid = frm.fields_dict[table];
			const field = grid && frappe.meta.docfield_map[grid.df.options]?.serial_no;
			if (field) field.formatter = (value) => frappe.form.formatters.Text(value);
		}
	};
	for (const doctype of ["Maintenance Schedule", "Installation Note"]) {
		frappe.ui.form.on(doctype, { setup: show_lines });
	}

	frappe.ui.form.on("Maintenance Schedule", {
		onload(frm) {
			const field = frm.fields_dict.delivery_document_no;
			if (!field) return;
			field.df.formatter = (value, df, options, doc) =>
				value && doc?.delivery_document_type
					? frappe.utils.get_form_link(doc.delivery_document_type, value, true)
					: frappe.utils.escape_html(value || "");
		},
	});

	// Who may only select units is shown nothing of them; the server fills the document in when it is saved.
	const may_look = () => frappe.model.can_read("Serial No");

	// What covers the unit on the day of the complaint, as the server will write it.
	const show_cover = async (frm) => {
		if (!frm.doc.serial_no || !frm.doc.complaint_date || !may_look()) return;
		const { serial_no, complaint_date } = frm.doc;
		const { message } = await frappe.call({
			method: "serial_inventory.api.get_warranty_status",
			args: { serial_no, day: complaint_date },
		});
		if (!message || frm.doc.serial_no !== serial_no) return;
		await frm.set_value("warranty_amc_status", message.warranty_amc_status);
		if (!frm.doc.customer && message.customer) await frm.set_value("customer", message.customer);
	};
	frappe.ui.form.on("Warranty Claim", { serial_no: show_cover, complaint_date: show_cover });

	frappe.ui.form.on("Issue", {
		setup(frm) {
			frm.set_query("serial_no", () => {
				const { item_code, customer } = frm.doc;
				const filters = Object.entries({ item_code, customer }).filter(([, value]) => value);
				return { filters: Object.fromEntries(filters) };
			});
		},

		async serial_no(frm) {
			if (!frm.doc.serial_no || frm.doc.customer || !may_look()) return;
			const { message } = await frappe.db.get_value("Serial No", frm.doc.serial_no, "customer");
			if (message?.customer) frm.set_value("customer", message.customer);
		},
	});

	frappe.ui.form.on("Asset", {
		setup(frm) {
			frm.set_query("serial_no", () => ({ filters: { company: frm.doc.company } }));
		},
	});
}
