// Rows of documents that move stock: what ERPNext's Desk would put in the way of serial numbers.
// A form's scripts are read once for each DocType; these are wired once.
frappe.provide("serial_inventory.wired");
if (!serial_inventory.wired.serial_rows) {
	serial_inventory.wired.serial_rows = true;

	// A Long Text (see setup/property_setters.py) would show all its lines as one.
	const show_lines = (frm) => {
		const fields = frappe.meta.docfield_map[frm.fields_dict.items.df.options] || {};
		for (const field of [fields.serial_no, fields.rejected_serial_no]) {
			if (field) field.formatter = (value) => frappe.form.formatters.Text(value);
		}
	};

	// ERPNext prepares the first row for serial numbers only once for each form: in the next new document of the day
	// a dialog would ask for them as soon as an Item is chosen.
	const prepare_first_row = (frm) => {
		if (frm.is_new()) frm.cscript.set_fields_onload_for_line_item?.();
	};

	const documents = [
		"Purchase Receipt",
		"Purchase Invoice",
		"Delivery Note",
		"Sales Invoice",
		"Stock Entry",
	];
	for (const doctype of documents) {
		frappe.ui.form.on(doctype, { setup: show_lines, onload: prepare_first_row });
	}

	const names_in = (row) =>
		(row.serial_no || "")
			.split(/[\n,]/)
			.map((name) => name.trim())
			.filter(Boolean);

	const picks_for = async (frm, row, count) => {
		const others = frm.doc.items
			.filter((other) => other.name !== row.name && other.item_code === row.item_code)
			.flatMap(names_in);
		const based_on = await frappe.db.get_single_value("Stock Settings", "pick_serial_and_batch_based_on");
		const { message } = await frappe.call({
			method: "erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle.get_auto_data",
			args: {
				item_code: row.item_code,
				warehouse: row.warehouse,
				has_serial_no: 1,
				qty: count + others.length,
				based_on,
			},
		});
		return (message || []).map((found) => found.serial_no).filter((name) => !others.includes(name));
	};

	// ERPNext writes Serial Nos into a row when its Item is chosen, for the quantity of that moment: 1. Typing 2 then
	// leaves one number for two units, and the document is refused. So a row whose numbers are those that ERPNext
	// would pick gets the picks for its new quantity; numbers that a person has chosen stay.
	const pick_again = async (frm, cdt, cdn) => {
		const row = locals[cdt][cdn];
		const names = names_in(row);
		const count = cint(flt(row.qty) * flt(row.conversion_factor || 1));
		const takes_stock = frm.doctype === "Delivery Note" || cint(frm.doc.update_stock);
		if (!takes_stock || frm.doc.is_return || row.batch_no || !row.warehouse) return;
		if (!names.length || count < 1 || names.length === count) return;
		const picks = await picks_for(frm, row, Math.max(count, names.length));
		const were_picked = picks.slice(0, names.length).every((name) => names.includes(name));
		if (were_picked && picks.length >= Math.max(count, names.length)) {
			await frappe.model.set_value(cdt, cdn, "serial_no", picks.slice(0, count).join("\n"));
		}
	};

	for (const doctype of ["Delivery Note Item", "Sales Invoice Item"]) {
		frappe.ui.form.on(doctype, { qty: pick_again });
	}
}
