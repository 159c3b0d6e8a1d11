// The app's template, in a Data Import of Serial Nos.
{
	const offer_template = (frm) => {
		const label = __("Template with Examples");
		frm.remove_custom_button(label);
		if (frm.doc.reference_doctype !== "Serial No") return;
		frm.add_custom_button(label, () =>
			open_url_post("/api/method/serial_inventory.api.get_import_template", {}),
		);
	};
	frappe.ui.form.on("Data Import", { refresh: offer_template, reference_doctype: offer_template });
}
