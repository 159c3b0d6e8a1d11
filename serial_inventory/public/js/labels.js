// Menu > Print Labels, of a Serial No and of all units of a document.
// A form's scripts are read once for each DocType; these are wired once.
frappe.provide("serial_inventory.wired");
if (!serial_inventory.wired.labels) {
	serial_inventory.wired.labels = true;

	const may_print = () => frappe.model.can_print("Serial No");

	frappe.ui.form.on("Serial No", {
		refresh(frm) {
			if (frm.is_new() || !may_print()) return;
			frm.page.add_menu_item(__("Print Labels"), () =>
				serial_inventory.print_labels({ serial_nos: [frm.doc.name] }),
			);
		},
	});

	const has_units = (row) =>
		row.serial_no ||
		row.rejected_serial_no ||
		row.serial_and_batch_bundle ||
		row.rejected_serial_and_batch_bundle;

	const tables = ["items", "packed_items", "supplied_items", "locations"];

	for (const doctype of [
		"Purchase Receipt",
		"Purchase Invoice",
		"Subcontracting Receipt",
		"Stock Entry",
		"Stock Reconciliation",
		"Pick List",
		"Delivery Note",
		"Sales Invoice",
		"POS Invoice",
	]) {
		frappe.ui.form.on(doctype, {
			refresh(frm) {
				if (frm.is_new() || !may_print()) return;
				if (!tables.some((table) => (frm.doc[table] || []).some(has_units))) return;
				const args = { doctype, name: frm.doc.name };
				frm.page.add_menu_item(__("Print Labels"), () => serial_inventory.print_labels(args));
			},
		});
	}
}
