// What the server is asked while serials are entered.
frappe.provide("serial_inventory.entering");
{
	const call = (method, args) =>
		frappe
			.call({ method: `serial_inventory.api.${method}`, args, type: "POST", freeze: false })
			.then(({ message }) => message);

	/** The document as the form has it, with the tables that matter and without what the form keeps for itself. */
	const slim = (frm, row) => {
		const tables = serial_inventory.entering.TABLES[frm.doctype] || { items: null };
		const kept = Object.entries(frm.doc).filter(
			([key, value]) =>
				(!key.startsWith("__") || key === "__islocal") && (!Array.isArray(value) || key in tables),
		);
		const doc = Object.fromEntries(kept);
		for (const table of Object.keys(tables)) {
			doc[table] = (doc[table] || []).map((other) =>
				other === row ? { ...other, serial_no: "", rejected_serial_no: "" } : other,
			);
		}
		return doc;
	};

	serial_inventory.entering.server = {
		check: (frm, table, row, texts, with_names = 0) =>
			call("check_row_serial_nos", { doc: slim(frm, row), texts, table, row: row?.name, with_names }),
		available: (args) => call("get_available_serial_nos", args),
		resolve: (codes, doctype) => call("resolve_scan", { code: codes, doctype }),
		read_file: (content, filename) => call("read_serial_file", { content, filename }),

		is_serialized: (() => {
			const known = {};
			return (item_code) =>
				(known[item_code] ||= frappe.db
					.get_value("Item", item_code, "has_serial_no")
					.then(({ message }) => Boolean(cint(message?.has_serial_no))));
		})(),
	};
}
