// Where serials come from in the dialog: scanned, a range, picked from the warehouse, a file. Each adds to the list.
frappe.provide("serial_inventory.entering");
{
	const entering = serial_inventory.entering;

	const control = (parent, df, value) => {
		const made = frappe.ui.form.make_control({ parent, df, render_input: true });
		if (value !== undefined) made.set_value(value);
		return made;
	};

	const button = (parent, label, action, type = "default") =>
		$(`<button type="button" class="btn btn-xs btn-${type}">`)
			.text(label)
			.on("click", action)
			.appendTo(parent);

	entering.Scans = class {
		static label = () => __("Scan");

		constructor(dialog, $body) {
			this.field = new entering.ScanField($body, {
				doctype: dialog.frm.doctype,
				take: (found) => found.map((one) => this.take(dialog, one)),
			});
			$("<p class='text-muted small'>")
				.text(__("Labels, serial numbers and GS1 codes. Each scan adds a line."))
				.appendTo($body);
		}

		take(dialog, one) {
			if (one.problem) return { color: "red", text: frappe.utils.unescape_html(one.problem) };
			if (!one.serial_no) return { color: "red", text: __("{0}: no serial number", [one.code]) };
			const is_new = dialog.add([one.serial_no]);
			return is_new
				? { color: "green", text: one.serial_no }
				: { color: "orange", text: __("{0}: in the list already", [one.serial_no]) };
		}

		shown() {
			this.field.$input.trigger("focus");
		}
	};

	entering.Range = class {
		static label = () => __("Range");

		constructor(dialog, $body) {
			this.dialog = dialog;
			const change = frappe.utils.debounce(() => this.preview(), 300);
			const data = (label, fieldname, fieldtype = "Data") =>
				control($body, { label, fieldname, fieldtype, change });
			this.first = data(__("First"), "first");
			this.last = data(__("Last"), "last");
			this.count = data(__("or how many"), "count", "Int");
			for (const field of [this.first, this.last, this.count]) field.$input.on("input", change);
			this.$preview = $("<p class='small'>").appendTo($body);
			this.$add = button($body, __("Add"), () => this.add(), "primary").prop("disabled", true);
		}

		get text() {
			const [first, last] = [this.first, this.last].map((field) => (field.$input.val() || "").trim());
			const count = cint(this.count.$input.val());
			if (first && last) return `${first}..${last}`;
			return first && count > 0 ? `${first}+${count - 1}` : "";
		}

		/** What the range stands for, and whether the row can take it. */
		async preview() {
			const text = this.text;
			this.names = [];
			this.$add.prop("disabled", true).text(__("Add"));
			this.$preview.removeClass("text-danger").text("");
			if (!text) return;
			const answer = await this.dialog.ask(text);
			if (text !== this.text) return;
			this.names = entering.names_in(answer.serial_nos);
			const shown =
				this.names.length > 4 ? [...this.names.slice(0, 3), "…", this.names.at(-1)] : this.names;
			const lines = [frappe.utils.escape_html(shown.join(", "))];
			if (answer.problems.length) lines.push(answer.problems[0].message);
			this.$preview
				.html(lines.filter(Boolean).join("<br>"))
				.toggleClass("text-danger", answer.wrong > 0);
			const label = __("Add {0}", [format_number(this.names.length, null, 0)]);
			this.$add.prop("disabled", !this.names.length).text(label);
		}

		add() {
			this.dialog.add(this.names);
			for (const field of [this.first, this.last, this.count]) field.set_input("");
			this.preview();
		}

		shown() {
			this.first.$input.trigger("focus");
		}
	};

	entering.Pick = class {
		static label = () => __("Pick");

		constructor(dialog, $body) {
			Object.assign(this, { dialog, rows: [], chosen: new Set() });
			const change = frappe.utils.debounce(() => this.load(), 300);
			const $top = $("<div style='display: grid; grid-template-columns: 1fr 1fr; gap: 8px'>").appendTo(
				$body,
			);
			this.search = control($("<div>").appendTo($top), {
				label: __("Search"),
				fieldname: "search",
				fieldtype: "Data",
			});
			this.search.$input.on("input", change);
			const orders = ["Oldest First", "Expiry First", "By Name"];
			const options = orders.map((value) => ({ value, label: __(value) }));
			this.order = control(
				$("<div>").appendTo($top),
				{ label: __("Order"), fieldname: "order", fieldtype: "Select", options },
				"Oldest First",
			);
			this.order.$input.on("change", change);
			this.$units = $("<div class='si-units'>").appendTo($body);
			this.$told = $("<p class='text-muted small' style='margin: 4px 0'>").appendTo($body);
			const $buttons = $("<div style='display: flex; gap: 8px'>").appendTo($body);
			this.$first = button($buttons, "", () => this.choose_first());
			this.$more = button($buttons, __("More"), () => this.load(true));
			this.$add = button($buttons, __("Add"), () => this.add(), "primary").css("margin-left", "auto");
			this.$units.on("change", "input", ({ target }) => {
				this.chosen[target.checked ? "add" : "delete"](target.dataset.name);
				this.tell();
			});
		}

		shown() {
			this.load();
		}

		async load(is_more = false) {
			const asked = (this.asked = {
				...this.dialog.place(),
				search: this.search.$input.val(),
				order: this.order.$input.val(),
				start: is_more ? this.rows.length : 0,
			});
			let found;
			try {
				found = await entering.server.available(asked);
			} catch {
				this.$told.text(__("The units of the warehouse cannot be shown."));
				return;
			}
			if (asked !== this.asked) return;
			this.rows = is_more ? [...this.rows, ...found.serial_nos] : found.serial_nos;
			Object.assign(this, { total: found.count, has_more: found.has_more });
			this.draw();
		}

		draw() {
			const there = this.dialog.names();
			this.$units.html(
				this.rows.map((row) => this.unit(row, there.has(entering.fold(row.serial_no)))).join(""),
			);
			this.tell();
		}

		unit(row, is_there) {
			const name = frappe.utils.escape_html(row.serial_no);
			const day = row.expiry_date && __("expires {0}", [frappe.datetime.str_to_user(row.expiry_date)]);
			const received = row.purchase_date && frappe.datetime.str_to_user(row.purchase_date);
			const facts = [row.batch_no && frappe.utils.escape_html(row.batch_no), day || received];
			if (is_there) facts.unshift(__("in the list"));
			if (row.is_reserved) facts.unshift(__("reserved"));
			const is_taken = is_there || row.is_reserved;
			const marks = `${is_taken ? "disabled" : ""} ${this.chosen.has(row.serial_no) ? "checked" : ""}`;
			return `<label class="${is_taken ? "si-taken" : ""}"><input type="checkbox" data-name="${name}" ${marks}>
				<span>${name}</span><span>${facts.filter(Boolean).join(" · ")}</span></label>`;
		}

		tell() {
			const missing = Math.max(this.dialog.missing() - this.chosen.size, 0);
			this.free = this.rows.filter(
				(row) => !row.is_reserved && !this.dialog.names().has(entering.fold(row.serial_no)),
			);
			this.$told.text(
				__("{0} of {1} shown, in {2}", [
					this.rows.length,
					this.total ?? 0,
					this.dialog.place().warehouse,
				]),
			);
			this.$first.text(__("First {0}", [missing])).toggle(missing > 0 && this.free.length > 0);
			this.$more.toggle(Boolean(this.has_more));
			this.$add.text(__("Add {0}", [this.chosen.size])).prop("disabled", !this.chosen.size);
		}

		choose_first() {
			let missing = Math.max(this.dialog.missing() - this.chosen.size, 0);
			for (const { serial_no } of this.free) {
				if (!missing) break;
				if (this.chosen.has(serial_no)) continue;
				this.chosen.add(serial_no);
				missing--;
			}
			this.draw();
		}

		add() {
			this.dialog.add([...this.chosen]);
			this.chosen.clear();
			this.draw();
		}
	};

	entering.File = class {
		static label = () => __("File");

		constructor(dialog, $body) {
			this.dialog = dialog;
			$("<p class='text-muted small'>")
				.text(__("CSV, TXT or XLSX: the column headed Serial No, or the only one."))
				.appendTo($body);
			this.$input = $("<input type='file' accept='.csv,.txt,.xlsx,.tsv'>").appendTo($body);
			this.$told = $("<div class='small' style='margin-top: 8px; max-height: 210px; overflow: auto'>");
			this.$told.appendTo($body);
			this.$input.on("change", () => this.read(this.$input.get(0).files[0]));
		}

		async read(file) {
			if (!file) return;
			this.$told.text(__("Reading {0} …", [file.name]));
			const content = await new Promise((done, failed) => {
				const reader = new FileReader();
				reader.onload = () => done(reader.result);
				reader.onerror = failed;
				reader.readAsDataURL(file);
			});
			this.$input.val("");
			try {
				this.tell(file.name, await entering.server.read_file(content, file.name));
			} catch {
				this.$told.text(__("{0} could not be read.", [file.name]));
			}
		}

		tell(name, { serial_nos, problems }) {
			const count = this.dialog.add(serial_nos);
			this.$told.empty();
			$("<p>")
				.text(__("{0}: {1} read, {2} new in the list.", [name, serial_nos.length, count]))
				.appendTo(this.$told);
			for (const { line, message } of problems.slice(0, 100)) {
				// messages come escaped from the server
				const where = line ? `${__("Line {0}", [line])}: ` : "";
				$("<p class='text-danger' style='margin: 0'>")
					.html(where + message)
					.appendTo(this.$told);
			}
		}

		shown() {}
	};
}
