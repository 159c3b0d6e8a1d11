// What scans do to a document's rows: each to the row of its Item, a new one where there is none.
frappe.provide("serial_inventory.entering");
{
	const entering = serial_inventory.entering;
	const good = (text) => ({ color: "green", text });
	const known = (text) => ({ color: "blue", text });
	const again = (text) => ({ color: "orange", text });
	const bad = (text) => ({ color: "red", text });

	entering.DocumentScans = class {
		constructor(frm) {
			this.frm = frm;
			this.table = entering.SCANNED[frm.doctype];
			this.shape = entering.TABLES[frm.doctype][this.table];
			this.qty_field = this.shape.texts.serial_no;
			this.active = null; // the name of the row that unknown serials go to
		}

		get rows() {
			return this.frm.doc[this.table] || [];
		}

		/** Puts what was scanned into the rows; returns what to tell of each. Rows are written once for all of it. */
		async take(found) {
			this.places = this.names_in_rows();
			this.added = new Map();
			const told = [];
			for (const one of found) {
				const text = one.problem && frappe.utils.unescape_html(one.problem);
				told.push(text ? bad(text) : await this.take_one(one));
			}
			await this.write();
			return told;
		}

		/** {serial, folded: number of its row} of all rows, the packed ones too. */
		names_in_rows() {
			const places = new Map();
			for (const [table, shape] of Object.entries(entering.TABLES[this.frm.doctype])) {
				for (const row of this.frm.doc[table] || []) {
					for (const field of Object.keys(shape.texts)) {
						for (const name of entering.names_in(row[field]))
							places.set(entering.fold(name), row.idx);
					}
				}
			}
			return places;
		}

		take_one(one) {
			if (one.kind === "Serial No" || (!one.kind && one.serial_no)) return this.take_serial(one);
			if (one.kind === "Item") return this.take_item(one);
			if (one.kind === "Batch") return this.take_batch(one);
			return bad(__("{0}: nobody knows this code", [one.code]));
		}

		async take_serial(one) {
			const name = one.serial_no;
			const place = this.places.get(entering.fold(name));
			if (place) return again(__("{0}: in row {1} already", [name, place]));
			const active = this.rows.find((row) => row.name === this.active) || this.only_row();
			const item_code = one.item_code || entering.item_of(this.shape, active || {});
			if (!item_code) return bad(__("{0}: unknown. Scan its Item first if it is new", [name]));
			if (!one.item_code && !(await entering.server.is_serialized(item_code))) {
				return bad(__("{0}: unknown, and Item {1} has no serial numbers", [name, item_code]));
			}
			if (one.item_code && one.has_serial_no === false) {
				return bad(__("{0}: Item {1} has no serial numbers", [name, item_code]));
			}
			const found = this.find_row(item_code, one);
			if (!found && this.shape.keeps_rows)
				return bad(__("{0}: no row is for Item {1}", [name, item_code]));
			const fault = this.fault_of(one, found || this.row_to_be());
			if (fault) return bad(`${name}: ${fault}`);
			const row = found || (await this.new_row(item_code, one));
			this.active = row.name;
			this.places.set(entering.fold(name), row.idx);
			if (!this.added.has(row)) this.added.set(row, []);
			this.added.get(row).push(name);
			const text = __("{0}: row {1}", [name, row.idx]);
			return one.warning ? again(`${text}. ${frappe.utils.unescape_html(one.warning)}`) : good(text);
		}

		/** Why the unit cannot go into the row, as far as the user may know where it is. Saving checks the rest. */
		fault_of(one, row) {
			if (this.frm.doc.is_return) return null;
			if (!this.shape.is_outward(this.frm, row)) {
				if (this.shape.is_counted || !one.warehouse) return null;
				return __("in stock already, in {0}", [one.warehouse]);
			}
			if (!one.is_known) return __("there is no such Serial No");
			if (!("warehouse" in one)) return null;
			const here = this.shape.warehouse(this.frm, row);
			if (!one.warehouse) return __("not in stock ({0})", [__(one.status || "Inactive")]);
			return here && here !== one.warehouse ? __("in {0}, not in {1}", [one.warehouse, here]) : null;
		}

		async take_item(one) {
			const row = await this.row_for(one.item_code, one);
			if (!row) return bad(__("{0}: no row is for it", [one.item_code]));
			this.active = row.name;
			if (one.has_serial_no) return known(__("{0}: scan its serial numbers", [one.item_code]));
			return this.count(row, one);
		}

		async take_batch(one) {
			if (!one.item_code) return bad(__("{0}: nobody knows this code", [one.code]));
			if (one.has_serial_no)
				return bad(__("Batch {0}: scan its serial numbers instead", [one.batch_no]));
			const row = await this.row_for(one.item_code, one);
			return row ? this.count(row, one) : bad(__("{0}: no row is for it", [one.item_code]));
		}

		/** An Item without serial numbers: one more of it. A row that was made for it counts one already. */
		async count(row, one) {
			const more = cint(one.count) || 1;
			const has = this.fresh === row ? 0 : flt(row[this.qty_field]);
			this.fresh = null;
			await frappe.model.set_value(row.doctype, row.name, this.qty_field, has + more);
			return good(__("{0}: row {1}, quantity {2}", [one.item_code, row.idx, has + more]));
		}

		only_row() {
			const rows = this.rows.filter((row) => entering.item_of(this.shape, row));
			return rows.length === 1 ? rows[0] : null;
		}

		async row_for(item_code, one) {
			const found = this.find_row(item_code, one);
			return found || (this.shape.keeps_rows ? null : this.new_row(item_code, one));
		}

		/** The row of the Item: the active one, one that still wants serials, any; where the unit lies before all. */
		find_row(item_code, one) {
			const rows = this.rows.filter(
				(row) => entering.item_of(this.shape, row) === item_code && this.has_batch(row, one),
			);
			const fits = (row) =>
				!one.warehouse ||
				!this.shape.is_outward(this.frm, row) ||
				this.shape.warehouse(this.frm, row) === one.warehouse;
			const is_active = (row) => row.name === this.active;
			const here = rows.filter(fits);
			return (
				here.find((row) => is_active(row) && this.wants(row)) ||
				here.find((row) => this.wants(row)) ||
				here.find(is_active) ||
				here[0] ||
				rows[0]
			);
		}

		/** What a new row would say of places, for a look at a unit before the row is made. */
		row_to_be() {
			const { set_warehouse, from_warehouse, to_warehouse } = this.frm.doc;
			return { warehouse: set_warehouse, s_warehouse: from_warehouse, t_warehouse: to_warehouse };
		}

		has_batch(row, one) {
			return !one.is_batch_known || !row.batch_no || row.batch_no === one.batch_no;
		}

		/** Whether the row's quantity is more than its serials. */
		wants(row) {
			const has = entering.names_in(row.serial_no).length + (this.added.get(row)?.length || 0);
			return has < flt(row[this.qty_field]) * entering.factor_of(row, this.qty_field);
		}

		async new_row(item_code, one) {
			const { frm, table } = this;
			const blank = this.rows.find((row) => !entering.item_of(this.shape, row));
			const row = blank || frappe.model.add_child(frm.doc, frm.fields_dict[table].df.options, table);
			if (!blank) await frm.script_manager.trigger(`${table}_add`, row.doctype, row.name);
			row.use_serial_batch_fields = 1;
			frappe.flags.hide_serial_batch_dialog = true;
			await frappe.model.set_value(row.doctype, row.name, "item_code", item_code);
			await frappe.after_ajax();
			row.serial_no = ""; // ERPNext has picked one
			await this.fill_in(row, one);
			this.fresh = row;
			return row;
		}

		/** What the code says beside the Item: its batch, and the place of the unit where the row may choose one. */
		async fill_in(row, one) {
			if (!flt(row[this.qty_field])) {
				await frappe.model.set_value(row.doctype, row.name, this.qty_field, 1);
			}
			if (one.is_batch_known && one.has_batch_no) {
				await frappe.model.set_value(row.doctype, row.name, "batch_no", one.batch_no);
			}
			const field = this.shape.warehouse_field || "warehouse";
			const is_given = this.frm.doc.set_warehouse || this.frm.doc.from_warehouse;
			if (one.warehouse && !is_given && this.shape.is_outward(this.frm, row)) {
				await frappe.model.set_value(row.doctype, row.name, field, one.warehouse);
				row.serial_no = "";
			}
		}

		async write() {
			for (const [row, names] of this.added) {
				const all = [...entering.names_in(row.serial_no), ...names];
				entering.write_texts(this.frm, row, { serial_no: all.join("\n") });
				const wanted = all.length / entering.factor_of(row, this.qty_field);
				if (wanted > flt(row[this.qty_field])) {
					await frappe.model.set_value(row.doctype, row.name, this.qty_field, wanted);
				}
			}
			this.frm.refresh_field(this.table);
		}
	};
}
