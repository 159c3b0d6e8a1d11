// The dialog that enters serials into a row: typed or pasted, scanned, a range, picked, from a file; checked as it grows.
frappe.provide("serial_inventory.entering");
{
	const entering = serial_inventory.entering;
	const FEW = 5000; // lines; more of them are sent less often
	const LABELS = { serial_no: () => __("Accepted"), rejected_serial_no: () => __("Rejected") };

	entering.EntryDialog = class {
		/** `texts` are {fieldname of a text: that of its quantity or null}; without a row they are the document's own. */
		constructor({ frm, table, row, texts, on_done }) {
			Object.assign(this, { frm, table, row, texts, on_done, answers: {}, editors: {} });
			this.shape = entering.shape_of(frm, table);
			this.source = row || frm.doc;
			this.item_code = row && entering.item_of(this.shape, row);
			this.dialog = new frappe.ui.Dialog({
				title: this.title(),
				size: "extra-large",
				fields: [{ fieldname: "body", fieldtype: "HTML" }],
				primary_action_label: __("Set Serial Nos"),
				primary_action: () => this.finish(),
			});
			this.dialog.$wrapper.addClass("serial-inventory-entering");
			this.make(this.dialog.fields_dict.body.$wrapper);
			this.dialog.show();
			this.dialog.$wrapper.one("shown.bs.modal", () => this.choose(this.fields[0]));
			this.check_soon();
		}

		title() {
			if (!this.row) return __("Serial Nos");
			const where = this.shape?.warehouse(this.frm, this.row);
			const parts = [__("Row {0}", [this.row.idx]), this.item_code, where];
			return `${__("Serial Nos")}: ${parts.filter(Boolean).join(" · ")}`;
		}

		get fields() {
			return Object.keys(this.texts);
		}

		get editor() {
			return this.editors[this.current];
		}

		make($body) {
			const $pane = $("<div class='si-pane'>").appendTo($body);
			this.make_lists($("<div>").appendTo($pane));
			this.make_sources($("<div>").appendTo($pane));
		}

		make_lists($left) {
			this.$lists = $("<div class='si-lists'>").appendTo($left);
			if (this.fields.length === 1) {
				$("<span class='text-muted small'>")
					.text(__("One serial number per line"))
					.appendTo(this.$lists);
			}
			for (const field of this.fields) {
				const editor = new entering.Editor($left, () => this.changed(field));
				this.editors[field] = editor;
				if (this.fields.length > 1) this.list_button(field);
			}
			this.$status = $("<div class='si-status'>").appendTo($left);
			this.$told = $("<span class='si-told'>").appendTo(this.$status);
			const link = (label, action) =>
				$("<button type='button' class='btn btn-xs btn-default'>")
					.text(label)
					.on("click", action)
					.appendTo(this.$status);
			this.$take_out = link(__("Take Out Lines with Errors"), () => this.editor.take_out_wrong());
			this.$move = link("", () => this.move_selected()).toggle(this.fields.length > 1);
			this.make_qty_box($left);
			this.current = this.fields[0];
			for (const field of this.fields) this.editors[field].text = this.source[field] || "";
		}

		make_qty_box($left) {
			if (!Object.values(this.texts).some(Boolean)) return;
			this.$qty = $(`<div class="checkbox" style="margin-top: 4px"><label>
				<input type="checkbox"><span class="label-area"></span></label></div>`).appendTo($left);
			this.$qty.find(".label-area").text(__("Set the row's quantity to the number of serial numbers"));
		}

		list_button(field) {
			const $button = $("<button type='button' class='btn btn-xs btn-default'>").attr(
				"data-list",
				field,
			);
			$button.on("click", () => this.choose(field)).appendTo(this.$lists);
		}

		make_sources($right) {
			const { Scans, Range, Pick, File } = entering;
			const may_read = frappe.model.can_read("Serial No");
			const kinds = [Scans, Range, ...(this.can_pick() ? [Pick] : []), ...(may_read ? [File] : [])];
			const $tabs = $("<div class='si-lists btn-group'>").appendTo($right);
			this.sources = kinds.map((Kind) => {
				const $panel = $("<div class='si-source'>").appendTo($right).hide();
				const source = new Kind(this, $panel);
				const $tab = $("<button type='button' class='btn btn-xs btn-default'>").text(Kind.label());
				$tab.appendTo($tabs).on("click", () => this.open_source(source));
				return Object.assign(source, { $tab, $panel });
			});
			this.open_source(this.sources[this.can_pick() ? 2 : 1], false);
		}

		open_source(source, is_shown = true) {
			for (const other of this.sources) {
				other.$panel.toggle(other === source);
				other.$tab.toggleClass("btn-primary", other === source);
				other.$tab.toggleClass("btn-default", other !== source);
			}
			this.source_open = source;
			if (is_shown || source instanceof entering.Pick) source.shown();
		}

		// --- what the sources ask of the dialog

		can_pick() {
			const { frm, row, shape } = this;
			if (!frappe.model.can_read("Serial No")) return false;
			if (!shape || !row || !("serial_no" in this.texts)) return false;
			if (frm.doc.is_return || !shape.warehouse(frm, row)) return false;
			return shape.is_outward(frm, row) || Boolean(shape.is_counted);
		}

		place() {
			return { item_code: this.item_code, warehouse: this.shape.warehouse(this.frm, this.row) };
		}

		names() {
			return this.editor.names();
		}

		add(names) {
			return this.editor.append(names);
		}

		/** How many serials the list lacks to the row's quantity. */
		missing() {
			const answer = this.answers[this.current];
			return Math.max(flt(answer?.qty) - (answer?.count || 0), 0);
		}

		/** What a text would be in this list, by itself. */
		async ask(text) {
			const answer = await entering.server.check(
				this.frm,
				this.table,
				this.row,
				{ [this.current]: text },
				1,
			);
			return answer[this.current];
		}

		// --- the lists

		choose(field) {
			this.current = field;
			for (const [name, editor] of Object.entries(this.editors)) {
				editor.toggle(name === field);
			}
			this.editor.draw();
			this.editor.focus();
			this.tell();
		}

		move_selected() {
			const other = this.fields.find((field) => field !== this.current);
			this.editors[other].append(this.editor.take_selected());
		}

		changed(field) {
			delete this.answers[field];
			this.tell();
			this.check_soon();
		}

		check_soon() {
			const lines = this.fields.reduce((sum, field) => sum + this.editors[field].lines.length, 0);
			clearTimeout(this.timer);
			this.timer = setTimeout(() => this.check(), lines > FEW ? 1200 : 350);
		}

		async check(with_names = 0) {
			clearTimeout(this.timer);
			const asked = (this.asked = {});
			const texts = Object.fromEntries(this.fields.map((field) => [field, this.editors[field].text]));
			const answers = await entering.server.check(this.frm, this.table, this.row, texts, with_names);
			if (asked !== this.asked) return with_names ? this.check(with_names) : null;
			this.answers = answers;
			for (const field of this.fields) this.editors[field].set_problems(answers[field].problems);
			this.tell();
			if (this.source_open instanceof entering.Pick) this.source_open.draw();
			return answers;
		}

		tell() {
			if (!this.$status) return;
			for (const field of this.fields) {
				this.$lists
					.find(`[data-list=${field}]`)
					.text(`${LABELS[field]?.()} ${this.counted(field).text}`)
					.toggleClass("btn-primary", field === this.current)
					.toggleClass("btn-default", field !== this.current);
			}
			const { text, color } = this.counted(this.current);
			const wrong = this.answers[this.current]?.wrong || 0;
			const errors = wrong ? ` · ${__("{0} lines with errors", [format_number(wrong, null, 0)])}` : "";
			const $pill = $(`<span class="indicator-pill no-indicator-dot ${wrong ? "red" : color}">`);
			this.$told.empty().append($pill.text(text + errors));
			this.$take_out.toggle(wrong > 0);
			this.$move.text(
				this.current === "serial_no"
					? __("Move Selected to Rejected")
					: __("Move Selected to Accepted"),
			);
		}

		/** How many of how many; until the server has answered, the lines that stand there. */
		counted(field) {
			const answer = this.answers[field];
			const number = (value) => format_number(value, null, 0);
			if (!answer) return { text: `${number(this.editors[field].names().size)} …`, color: "gray" };
			if (answer.qty === null || answer.qty === undefined) {
				return { text: number(answer.count), color: "green" };
			}
			const text = __("{0} of {1}", [number(answer.count), number(answer.qty)]);
			return { text, color: answer.count === answer.qty ? "green" : "orange" };
		}

		// --- the end

		async finish() {
			const answers = await this.check(1);
			if (!answers) return;
			const all = Object.values(answers);
			if (all.some((answer) => answer.unread)) {
				frappe.show_alert({
					message: __("Some lines cannot be read. Correct them first."),
					indicator: "red",
				});
				return;
			}
			if (!all.some((answer) => answer.wrong)) return this.write(answers);
			frappe.confirm(
				__(
					"Some lines have errors, and the document will be refused for them. Set them all the same?",
				),
				() => this.write(answers),
			);
		}

		async write(answers) {
			const texts = Object.fromEntries(this.fields.map((field) => [field, answers[field].serial_nos]));
			this.dialog.hide();
			if (this.on_done) return this.on_done(texts);
			const { frm, row, table } = this;
			const count = Math.max(...Object.values(answers).map((answer) => answer.count));
			// the open row would lay out all lines of its field, for seconds
			if (count > FEW) frm.fields_dict[table].grid.grid_rows_by_docname[row.name]?.toggle_view(false);
			entering.write_texts(frm, row, texts);
			for (const [field, qty_field] of Object.entries(this.texts)) {
				if (!qty_field || !this.$qty.find("input").prop("checked")) continue;
				const qty = answers[field].count / entering.factor_of(row, qty_field);
				if (qty !== flt(row[qty_field])) {
					await frappe.model.set_value(row.doctype, row.name, qty_field, qty);
				}
			}
			frm.refresh_field(table);
		}
	};
}
