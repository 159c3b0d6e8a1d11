// Which rows of which documents hold serial numbers: their fields, which way they move stock, where they may be picked.
frappe.provide("serial_inventory.entering");
{
	const is_return = (frm) => Boolean(frm.doc.is_return);
	const own_warehouse = (frm, row) => row.warehouse;

	// Purposes of a Stock Entry whose rows all take units out of a warehouse, chosen or not.
	const TAKING = [
		"Material Issue",
		"Material Transfer",
		"Material Transfer for Manufacture",
		"Material Consumption for Manufacture",
		"Send to Subcontractor",
	];

	const takes_out = ({ doc }, row) =>
		Boolean(row.s_warehouse) ||
		TAKING.includes(doc.purpose) ||
		(!row.t_warehouse && doc.purpose !== "Material Receipt");

	const receipt = {
		texts: { serial_no: "qty", rejected_serial_no: "rejected_qty" },
		warehouse: own_warehouse,
		is_outward: is_return,
	};
	const sale = {
		texts: { serial_no: "qty" },
		warehouse: own_warehouse,
		is_outward: (frm) => !frm.doc.is_return,
	};
	const naming = { texts: { serial_no: null }, warehouse: () => null, is_outward: () => false };

	// `texts`: each text's field and the field of its quantity, null where a person does not set that here.
	serial_inventory.entering.TABLES = {
		"Purchase Receipt": { items: receipt },
		"Purchase Invoice": { items: receipt },
		"Subcontracting Receipt": {
			items: { ...receipt, keeps_rows: true },
			supplied_items: {
				texts: { serial_no: null },
				item_field: "rm_item_code",
				warehouse: (frm) => frm.doc.supplier_warehouse,
				is_outward: (frm) => !frm.doc.is_return,
			},
		},
		"Delivery Note": { items: sale, packed_items: { ...sale, texts: { serial_no: null } } },
		"Sales Invoice": { items: sale, packed_items: { ...sale, texts: { serial_no: null } } },
		"POS Invoice": { items: sale, packed_items: { ...sale, texts: { serial_no: null } } },
		"Stock Entry": {
			items: {
				texts: { serial_no: "qty" },
				warehouse: (frm, row) => (takes_out(frm, row) ? row.s_warehouse : row.t_warehouse),
				warehouse_field: "s_warehouse",
				is_outward: takes_out,
			},
		},
		"Stock Reconciliation": {
			items: {
				texts: { serial_no: "qty" },
				warehouse: own_warehouse,
				is_outward: () => false,
				is_counted: true,
			},
		},
		"Pick List": {
			locations: { texts: { serial_no: "qty" }, warehouse: own_warehouse, is_outward: () => true },
		},
		"Asset Capitalization": {
			stock_items: {
				texts: { serial_no: "stock_qty" },
				warehouse: own_warehouse,
				is_outward: () => true,
			},
		},
		"Installation Note": { items: { ...naming, texts: { serial_no: "qty" } } },
		"Maintenance Schedule": { items: naming },
	};

	// Documents into which people scan, and the table that the scans fill.
	serial_inventory.entering.SCANNED = {
		"Purchase Receipt": "items",
		"Purchase Invoice": "items",
		"Subcontracting Receipt": "items",
		"Delivery Note": "items",
		"Sales Invoice": "items",
		"POS Invoice": "items",
		"Stock Entry": "items",
		"Stock Reconciliation": "items",
		"Pick List": "locations",
		"Asset Capitalization": "stock_items",
	};

	Object.assign(serial_inventory.entering, {
		shape_of: (frm, table) => serial_inventory.entering.TABLES[frm.doctype]?.[table],

		item_of: (shape, row) => row[shape?.item_field || "item_code"],

		/** A row counts in its own unit of measure, serials in the stock's. */
		factor_of: (row, qty_field) => (qty_field === "stock_qty" ? 1 : flt(row.conversion_factor) || 1),

		names_in: (text) =>
			(text || "")
				.split(/[\n,]/)
				.map((name) => name.trim())
				.filter(Boolean),

		/** Names that differ in letter case alone are one Serial No. */
		fold: (name) => name.toLowerCase(),

		/** Writes texts into a row as they are. ERPNext's own script of the field would set the quantity some seconds
		 * later, whatever it should be; here it is set where somebody asks for it. */
		write_texts(frm, row, texts) {
			Object.assign(row, texts);
			if (frappe.meta.has_field(row.doctype, "use_serial_batch_fields"))
				row.use_serial_batch_fields = 1;
			frm.dirty();
		},
	});
}
