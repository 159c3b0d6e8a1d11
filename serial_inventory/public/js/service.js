// Create > Maintenance Schedule and Asset, of a Serial No or of the units of a document.
// A form's scripts are read once for each DocType; these are wired once.
frappe.provide("serial_inventory.wired");
if (!serial_inventory.wired.service) {
	serial_inventory.wired.service = true;

	const open_made = async (method, args) => {
		const { message } = await frappe.call({
			method: `serial_inventory.api.${method}`,
			args,
			freeze: true,
		});
		if (!message) return;
		const [doc] = frappe.model.sync(message);
		frappe.set_route("Form", doc.doctype, doc.name);
	};

	const add_button = (frm, doctype, method, args) => {
		if (frappe.model.can_create(doctype)) {
			frm.add_custom_button(__(doctype), () => open_made(method, args), __("Create"));
		}
	};

	frappe.ui.form.on("Serial No", {
		refresh(frm) {
			if (frm.is_new()) return;
			add_button(frm, "Maintenance Schedule", "make_maintenance_schedule", {
				serial_nos: [frm.doc.name],
			});
			const is_asset =
				frm.doc.asset && !["Sold", "Scrapped", "Capitalized"].includes(frm.doc.asset_status);
			if (!is_asset) add_button(frm, "Asset", "make_asset", { serial_no: frm.doc.name });
		},
	});

	const has_units = (row) =>
		row.serial_no || row.serial_and_batch_bundle || row.rejected_serial_and_batch_bundle;

	for (const doctype of ["Delivery Note", "Purchase Receipt"]) {
		frappe.ui.form.on(doctype, {
			refresh(frm) {
				const rows = [...(frm.doc.items || []), ...(frm.doc.packed_items || [])];
				if (frm.doc.docstatus !== 1 || frm.doc.is_return || !rows.some(has_units)) return;
				const args = { doctype, name: frm.doc.name };
				add_button(frm, "Maintenance Schedule", "make_maintenance_schedule", args);
			},
		});
	}
}
