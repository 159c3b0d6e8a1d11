// Where the Desk meets the dialog and the scan field. A form's scripts are read once for each DocType: wired once.
frappe.provide("serial_inventory.entering");
if (!serial_inventory.entering.is_wired) {
	const entering = serial_inventory.entering;
	entering.is_wired = true;

	const open = async (frm, cdt, cdn, texts) => {
		const row = locals[cdt][cdn];
		const table = row.parentfield;
		const shape = entering.shape_of(frm, table);
		const item_code = entering.item_of(shape, row);
		if (!texts && !(await entering.server.is_serialized(item_code))) {
			frappe.show_alert({
				message: __("Item {0} has no serial numbers.", [item_code]),
				indicator: "orange",
			});
			return;
		}
		return new entering.EntryDialog({ frm, table, row, texts: texts || shape.texts });
	};

	const enter = (frm, cdt, cdn) => open(frm, cdt, cdn);

	/** The row to begin with: one that is ticked, or the first whose serials are not as many as its quantity. */
	const next_row = (frm, table) => {
		const { grid } = frm.fields_dict[table];
		const shape = entering.shape_of(frm, table);
		const qty_field = shape.texts.serial_no;
		const rows = (frm.doc[table] || []).filter((row) => entering.item_of(shape, row));
		const lacks = (row) =>
			entering.names_in(row.serial_no).length !==
			flt(row[qty_field]) * entering.factor_of(row, qty_field);
		return grid.get_selected_children()[0] || rows.find(lacks) || rows[0];
	};

	/** A button below the table, for who does not open the row. */
	const add_grid_button = (frm, table) => {
		const { grid } = frm.fields_dict[table];
		const $button = grid.add_custom_button(__("Enter Serial Nos"), () => {
			const row = next_row(frm, table);
			if (row) open(frm, row.doctype, row.name);
			else frappe.show_alert({ message: __("Choose the Item first."), indicator: "orange" });
		});
		$button.toggleClass("hidden", !is_open(frm));
	};

	const is_open = (frm) => frm.doc.docstatus === 0 && frm.perm[0]?.write && moves_stock(frm);

	const moves_stock = (frm) =>
		!["Purchase Invoice", "Sales Invoice"].includes(frm.doctype) || cint(frm.doc.update_stock);

	const add_scan_field = (frm) => {
		if (!is_same_document(frm)) forget_scans(frm);
		const field = frm.fields_dict[entering.SCANNED[frm.doctype]];
		if (!frm.serial_scans) {
			const scans = new entering.DocumentScans(frm);
			const take = (found) => scans.take(found);
			const $place = $("<div>").insertBefore(field.wrapper);
			scans.field = new entering.ScanField($place, { doctype: frm.doctype, take });
			frm.serial_scans = scans;
		}
		frm.serial_scans.docname = frm.docname;
		frm.serial_scans.field.$wrapper.toggle(Boolean(is_open(frm)));
	};

	/** Another document in the same form begins with an empty strip; one that got its name by a save is the same. */
	const is_same_document = (frm) => {
		const before = frm.serial_scans?.docname;
		return !before || before === frm.docname || !locals[frm.doctype]?.[before];
	};

	const forget_scans = (frm) => {
		frm.serial_scans?.field.$wrapper.remove();
		frm.serial_scans = null;
	};

	const refresh = (frm) => {
		for (const table of Object.keys(entering.TABLES[frm.doctype])) {
			if (entering.TABLES[frm.doctype][table].texts.serial_no) add_grid_button(frm, table);
		}
		if (entering.SCANNED[frm.doctype]) add_scan_field(frm);
	};

	/** Rows of Items without serial numbers need no button. */
	const toggle_button = async (frm, cdt, cdn) => {
		const row = locals[cdt][cdn];
		const item_code = entering.item_of(entering.shape_of(frm, row.parentfield), row);
		if (!item_code) return;
		const is_serialized = await entering.server.is_serialized(item_code);
		const form = frm.fields_dict[row.parentfield].grid.grid_rows_by_docname[cdn]?.grid_form;
		form?.fields_dict.enter_serial_nos?.$wrapper.toggleClass("hidden", !is_serialized);
	};

	const rows_of = {
		"Purchase Receipt": ["Purchase Receipt Item"],
		"Purchase Invoice": ["Purchase Invoice Item"],
		"Subcontracting Receipt": ["Subcontracting Receipt Item", "Subcontracting Receipt Supplied Item"],
		"Delivery Note": ["Delivery Note Item", "Packed Item"],
		"Sales Invoice": ["Sales Invoice Item"],
		"POS Invoice": ["POS Invoice Item"],
		"Stock Entry": ["Stock Entry Detail"],
		"Stock Reconciliation": ["Stock Reconciliation Item"],
		"Pick List": ["Pick List Item"],
		"Asset Capitalization": ["Asset Capitalization Stock Item"],
		"Installation Note": ["Installation Note Item"],
		"Maintenance Schedule": ["Maintenance Schedule Item"],
	};
	for (const [doctype, rows] of Object.entries(rows_of)) {
		frappe.ui.form.on(doctype, { refresh });
		for (const row of rows) {
			frappe.ui.form.on(row, { enter_serial_nos: enter, form_render: toggle_button });
		}
	}

	for (const doctype of ["Purchase Invoice", "Sales Invoice"]) {
		frappe.ui.form.on(doctype, { update_stock: refresh });
	}
	frappe.ui.form.on("Sales Invoice Item", {
		enter_renew_serial_nos: (frm, cdt, cdn) => open(frm, cdt, cdn, { renew_serial_nos: "qty" }),
	});

	frappe.ui.form.on("Serial Renewal", {
		refresh(frm) {
			if (frm.doc.docstatus !== 0) return;
			frm.add_custom_button(__("Enter Serial Nos"), () => {
				const on_done = ({ serial_nos }) => frm.set_value("serial_nos", serial_nos);
				new entering.EntryDialog({
					frm,
					table: null,
					row: null,
					texts: { serial_nos: null },
					on_done,
				});
			});
		},
	});
}
