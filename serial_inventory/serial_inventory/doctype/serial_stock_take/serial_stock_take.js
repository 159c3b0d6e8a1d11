// A count by scan: a box for the scanner, the figures, and the units in each state.

frappe.ui.form.on("Serial Stock Take", {
	setup(frm) {
		frm.set_query("warehouse", () => ({ filters: { is_group: 0, disabled: 0 } }));
		frm.set_query("item_code", () => ({ filters: { has_serial_no: 1 } }));
		const documents = {
			stock_reconciliation: "Stock Reconciliation",
			issue_entry: "Stock Entry",
			transfer_entry: "Stock Entry",
		};
		for (const [fieldname, doctype] of Object.entries(documents)) {
			frm.get_docfield(fieldname).formatter = (value) =>
				value ? frappe.utils.get_form_link(doctype, value, true) : "";
		}
	},

	refresh(frm) {
		frm.count?.leave();
		frm.count = null;
		frm.set_intro("");
		if (frm.is_new()) {
			frm.set_intro(__("Save to begin the count, then scan."));
			return;
		}
		frm.count = new StockTakeCount(frm);
		if (!frm.perm[0].write) return;
		if (frm.doc.status === "Counting") {
			frm.add_custom_button(__("Finish Counting"), () => frm.count.finish()).addClass("btn-primary");
		} else {
			frm.add_custom_button(__("Resume Counting"), () => frm.count.set_status("resume_stock_take"));
			frm.count.add_documents();
		}
	},
});

const STATES = ["Missing", "Stray", "Found", "Came In Since", "Went Out Since"];
const COLORS = {
	Found: "green",
	Missing: "red",
	Stray: "orange",
	"Came In Since": "blue",
	"Went Out Since": "gray",
};
const BATCH = 500; // scans in one request
const PAUSE = 400; // milliseconds without a scan until they are sent
const ROW = 30; // pixels
const LATEST = 8; // scans that are shown

class StockTakeCount {
	constructor(frm) {
		this.frm = frm;
		this.name = frm.doc.name;
		this.is_counting = frm.doc.status === "Counting" && Boolean(frm.perm[0].write);
		this.key = `serial_stock_take:${frappe.session.user}:${this.name}`;
		this.queue = this.kept();
		this.latest = [];
		this.state = "Missing";
		this.make();
		this.refresh();
		if (this.queue.length) this.send();
		this.timer = setInterval(() => document.hidden || this.busy || this.refresh(), 30000);
	}

	leave() {
		clearInterval(this.timer);
		clearTimeout(this.pause);
	}

	make() {
		this.body = $(this.frm.fields_dict.count_view.wrapper).empty();
		if (this.is_counting) {
			$(`<div class="form-group">
				<label class="control-label">${__("Scan")}</label>
				<textarea class="form-control" data-fieldname="stock_take_scan" rows="1"
					style="height: 40px; resize: none; font-size: var(--text-lg)" autocomplete="off" spellcheck="false"
					placeholder="${__("Scan here, or paste Serial Nos; ranges too, as in documents")}"></textarea>
				<p class="help-box small text-muted stock-take-told" style="min-height: 1.5em"></p>
				<div class="stock-take-latest"></div>
			</div>`).appendTo(this.body);
			this.input = this.body.find("textarea").on("input", () => this.take());
			// A scanner may end with Tab; a person leaves the box with what is typed in it.
			this.input.on("keydown", (event) => {
				if (event.key !== "Tab" || !this.input.val().trim()) return;
				event.preventDefault();
				this.take(true);
			});
			this.input.on("change", () => this.take(true));
		}
		this.figures = $("<div class='stock-take-figures row' style='margin-bottom: 15px'>").appendTo(
			this.body,
		);
		this.tabs = $("<div class='btn-group stock-take-states' style='flex-wrap: wrap'>").appendTo(
			this.body,
		);
		this.table = new UnitTable($("<div style='margin-top: 10px'>").appendTo(this.body), (unit) =>
			this.remove(unit),
		);
		if (this.is_counting) setTimeout(() => this.input.trigger("focus"), 200);
	}

	// --- scans: kept in the browser until the server has them ---

	kept() {
		try {
			return JSON.parse(localStorage.getItem(this.key)) || [];
		} catch {
			return [];
		}
	}

	keep() {
		if (this.queue.length) localStorage.setItem(this.key, JSON.stringify(this.queue));
		else localStorage.removeItem(this.key);
	}

	/** Takes whole lines out of the box, or all of it: a scanner ends each code with Enter. */
	take(all = false) {
		const text = this.input.val();
		const end = all ? text.length : Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
		if (!end) return;
		this.input.val(text.slice(end));
		const codes = text
			.slice(0, end)
			.split(/[\r\n\t]+/)
			.map((code) => code.trim())
			.filter(Boolean);
		if (!codes.length) return;
		this.queue.push(...codes);
		this.keep();
		this.tell();
		clearTimeout(this.pause);
		if (this.queue.length >= BATCH) this.send();
		else this.pause = setTimeout(() => this.send(), PAUSE);
	}

	async send() {
		if (this.busy || !this.queue.length) return;
		this.busy = true;
		const codes = this.queue.slice(0, BATCH);
		try {
			const told = await this.call("scan_stock_take", { serial_nos: codes });
			this.queue.splice(0, codes.length);
			this.keep();
			this.took(codes, told);
		} catch (error) {
			// A refusal has been shown; a server out of reach is asked again. The scans are kept either way.
			if (!error?.responseJSON && !error?.exc_type) this.pause = setTimeout(() => this.send(), 5000);
			this.tell(__("Not saved yet; the scans are kept in this browser."), "red");
			return;
		} finally {
			this.busy = false;
		}
		if (this.queue.length) this.send();
		else this.refresh();
	}

	took(codes, told) {
		const strays = Object.fromEntries(
			told.strays.map((stray) => [stray.serial_no.toLowerCase(), stray.place]),
		);
		const repeated = new Set(told.repeated.map((name) => name.toLowerCase()));
		const lines = codes.slice(-LATEST).map((code) => {
			const place = strays[code.toLowerCase()];
			if (place) return [code, "orange", __("Stray: {0}", [place])];
			return repeated.has(code.toLowerCase())
				? [code, "gray", __("Counted before")]
				: [code, "green", ""];
		});
		this.latest = [...lines.reverse(), ...this.latest].slice(0, LATEST);
		this.scanned = told.scanned;
		this.show_latest();
		this.tell(told.problems.join(" "), "red");
		if (told.strays.length || told.problems.length) frappe.utils.play_sound("error");
	}

	show_latest() {
		const list = this.body.find(".stock-take-latest").empty();
		for (const [code, color, text] of this.latest) {
			$(`<div class="small"><span class="indicator ${color}"></span></div>`)
				.append($("<span>").text(code), " ", $("<span class='text-muted'>").text(text))
				.appendTo(list);
		}
	}

	/** Sentences of the server come escaped. */
	tell(sentence = "", color = "muted") {
		const waiting = this.queue.length ? __("{0} scans are being saved …", [this.queue.length]) : "";
		const text = sentence || waiting || (this.scanned ? __("All scans are saved.") : "");
		this.body
			.find(".stock-take-told")
			.toggleClass("text-danger", color === "red" && Boolean(sentence))
			.html(text);
	}

	async remove(unit) {
		await this.call("unscan_stock_take", { serial_nos: [unit.serial_no] });
		this.refresh();
	}

	// --- figures and units ---

	call(method, args = {}) {
		return frappe
			.call({
				method: `serial_inventory.api.${method}`,
				args: { stock_take: this.name, ...args },
				freeze: method.startsWith("make_") || method.startsWith("finish"),
			})
			.then(({ message }) => message);
	}

	async refresh() {
		const told = await this.call("get_stock_take");
		if (this.frm.count !== this) return;
		this.told = told;
		this.scanned = told.scanned;
		if (this.is_counting && told.status !== "Counting") return this.frm.reload_doc();
		this.show_figures();
		this.show_states();
		if (this.input) this.tell();
		await this.show_units();
	}

	show_figures() {
		const { counts, expected, scanned } = this.told;
		const part = expected ? Math.floor((100 * counts.Found) / expected) : 0;
		const figures = [
			[__("Expected"), expected, ""],
			[__("Found"), counts.Found, "text-success"],
			[__("Missing"), counts.Missing, counts.Missing ? "text-danger" : ""],
			[__("Strays"), counts.Stray, counts.Stray ? "text-warning" : ""],
			[__("Scanned"), scanned, ""],
		];
		this.figures.empty();
		for (const [label, number, color] of figures) {
			$("<div class='col' style='min-width: 90px'>")
				.append($("<div class='text-muted small'>").text(label))
				.append($(`<div class='h3 ${color}' style='margin: 0'>`).text(format_number(number, null, 0)))
				.appendTo(this.figures);
		}
		const bar = `<div class="progress" style="height: 6px"><div class="progress-bar bg-success" style="width: ${part}%"></div></div>`;
		const people = Object.entries(this.told.scanned_by)
			.map(([user, number]) => `${frappe.user.full_name(user)}: ${format_number(number, null, 0)}`)
			.join(", ");
		$("<div class='col-12' style='margin-top: 10px'>")
			.append(bar)
			.append($("<div class='text-muted small' style='margin-top: 4px'>").text(people))
			.appendTo(this.figures);
	}

	show_states() {
		this.tabs.empty();
		for (const state of STATES) {
			const number = this.told.counts[state];
			$(`<button type="button" class="btn btn-default btn-sm" data-state="${state}">`)
				.append(`<span class="indicator ${COLORS[state]}"></span>`)
				.append(document.createTextNode(`${__(state)} (${format_number(number, null, 0)})`))
				.toggleClass("btn-primary", state === this.state)
				.on("click", () => {
					this.state = state;
					this.show_states();
					this.show_units();
				})
				.appendTo(this.tabs);
		}
	}

	/** All units of the state, in as many requests as it takes: the table shows only rows that are in sight. */
	async show_units() {
		const state = this.state;
		const units = [];
		for (let start = 0; start !== null && this.told.counts[state];) {
			const page = await this.call("get_stock_take_units", { state, start });
			if (this.state !== state || this.frm.count !== this) return;
			units.push(...page.units);
			start = page.next;
		}
		this.table.show(units, this.is_counting && state === "Stray");
	}

	// --- the end ---

	async finish() {
		if (this.queue.length) {
			frappe.msgprint(__("{0} scans are not saved yet. Wait a moment.", [this.queue.length]));
			return;
		}
		await this.refresh();
		const { Missing, Stray } = this.told.counts;
		const text = __("{0} units are missing and {1} are astray. Finish counting?", [Missing, Stray]);
		frappe.confirm(text, () => this.set_status("finish_stock_take"));
	}

	async set_status(method) {
		await this.call(method);
		this.frm.reload_doc();
	}

	async add_documents() {
		const documents = [
			["Stock Reconciliation", __("Stock Reconciliation (Missing)"), "make_stock_take_reconciliation"],
			["Stock Entry", __("Stock Entry (Issue of Missing)"), "make_stock_take_issue"],
			["Stock Entry", __("Stock Entry (Transfer of Strays)"), "make_stock_take_transfer"],
		];
		for (const [doctype, label, method] of documents) {
			if (!frappe.model.can_create(doctype)) continue;
			const make = async () => frappe.set_route("Form", doctype, await this.call(method));
			this.frm.add_custom_button(label, make, __("Create"));
		}
	}
}

/** A table of thousands of rows, of which only those in sight are in the page. */
class UnitTable {
	constructor(parent, remove) {
		this.remove = remove;
		this.units = [];
		this.head = $("<div class='text-muted small' style='display: flex; padding: 4px 8px'>").appendTo(
			parent,
		);
		this.view = $(
			"<div class='stock-take-units' style='max-height: 420px; overflow-y: auto; border: 1px solid var(--border-color); border-radius: var(--border-radius)'>",
		).appendTo(parent);
		this.space = $("<div style='position: relative'>").appendTo(this.view);
		this.view.on("scroll", () => window.requestAnimationFrame(() => this.draw()));
	}

	show(units, can_remove) {
		this.units = units;
		this.can_remove = can_remove;
		this.head.empty();
		for (const [label, width] of this.columns()) this.cell(label, width).appendTo(this.head);
		this.space.css("height", `${Math.max(units.length, 1) * ROW}px`);
		this.view.scrollTop(0);
		this.draw();
	}

	columns() {
		return [
			[__("Serial No"), 25],
			[__("Item"), 20],
			[__("Where"), 30],
			[__("Scanned By"), 25],
		];
	}

	cell(text, width) {
		return $(
			`<div class="ellipsis" style="flex: 0 0 ${width}%; max-width: ${width}%; padding-right: 10px">`,
		).text(text || "");
	}

	draw() {
		const first = Math.max(Math.floor(this.view.scrollTop() / ROW) - 5, 0);
		const rows = this.units.slice(first, first + Math.ceil(this.view.height() / ROW) + 10);
		this.space.empty();
		if (!this.units.length) {
			$("<div class='text-muted small' style='padding: 6px 8px'>")
				.text(__("None."))
				.appendTo(this.space);
		}
		rows.forEach((unit, at) => this.row(unit, first + at).appendTo(this.space));
	}

	row(unit, at) {
		const row = $(
			`<div class="small" style="position: absolute; top: ${at * ROW}px; height: ${ROW}px; left: 0; right: 0; display: flex; align-items: center; padding: 0 8px; border-bottom: 1px solid var(--border-color)">`,
		);
		const values = [
			unit.serial_no,
			unit.item_code,
			unit.place,
			unit.scanned_by &&
				`${frappe.user.full_name(unit.scanned_by)}, ${frappe.datetime.str_to_user(unit.scanned_on)}`,
		];
		this.columns().forEach(([_label, width], column) => {
			const cell = this.cell(values[column], width).appendTo(row);
			if (column === 0 && unit.item_code) {
				const link = frappe.utils.get_form_link("Serial No", unit.serial_no);
				cell.empty().append($("<a>").attr("href", link).text(unit.serial_no));
			}
			if (column === 0 && this.can_remove) {
				$("<a href='#' class='text-muted' style='margin-left: 6px'>")
					.text("✕")
					.attr("title", __("Scanned by mistake: take it out of the count"))
					.on("click", (event) => {
						event.preventDefault();
						this.remove(unit);
					})
					.appendTo(cell);
			}
		});
		return row;
	}
}
