frappe.ui.form.on("Serial No", {
	setup(frm) {
		const never = () => false;
		// What moves a unit is made in documents of its own; from here people report a fault or a visit.
		frm.can_make_methods = Object.fromEntries(
			[
				...["Purchase Receipt", "Purchase Invoice", "Subcontracting Receipt"],
				...["Stock Entry", "Stock Reconciliation", "Pick List", "Work Order"],
				...["Delivery Note", "Sales Invoice", "POS Invoice"],
				...["Maintenance Schedule", "Installation Note", "Serial and Batch Bundle"],
				...["Asset", "Asset Repair", "Asset Capitalization", "Asset Maintenance", "Asset Movement"],
			].map((doctype) => [doctype, never]),
		);
	},

	onload(frm) {
		frm.events.show_as_link(frm, "purchase_document_no", "purchase_document_type");
		frm.events.show_as_link(frm, "delivery_document_no", "delivery_document_type");
	},

	refresh(frm) {
		frm.events.forget_connections(frm);
		// ERPNext 16 keeps a source document too: it shows where it is not the one under Received.
		const { reference_name, purchase_document_no } = frm.doc;
		frm.toggle_display(
			"source_document_section",
			reference_name && reference_name !== purchase_document_no,
		);
	},

	dashboard_update(frm) {
		for (const found of frm.dashboard_data?.count?.internal_links_found || []) {
			if (found.count) frm.events.connection(frm, found.doctype).show();
		}
	},

	show_as_link(frm, fieldname, type_fieldname) {
		const field = frm.fields_dict[fieldname];
		if (!field) return;
		field.df.formatter = (value, df, options, doc) => {
			const name = doc?.[fieldname];
			const doctype = doc?.[type_fieldname];
			if (!name) return "";
			if (!doctype) return frappe.utils.escape_html(name);
			return frappe.utils.get_form_link(doctype, name, true);
		};
	},

	// The panel is drawn once for all Serial Nos: what the last one had is taken off before the next one is counted.
	// Documents that few units ever meet show only where there are some.
	forget_connections(frm) {
		const links = frm.dashboard.links_area.body.find(".document-link");
		links.removeAttr("data-names").find("a").removeAttr("disabled");
		for (const doctype of [
			...["Subcontracting Receipt", "Stock Reconciliation", "Pick List", "Work Order"],
			...["POS Invoice", "Asset Repair", "Asset Capitalization", "Asset Maintenance", "Asset Movement"],
		]) {
			frm.events.connection(frm, doctype).hide();
		}
	},

	connection(frm, doctype) {
		return frm.dashboard.links_area.body.find(`.document-link[data-doctype="${doctype}"]`);
	},
});
