// A text of serial numbers with the number of each line to its left and what is wrong with it to its right.
frappe.provide("serial_inventory.entering");
{
	const LINE = 20;
	const PADDING = 8;
	const HEIGHT = 300;
	// Browsers take seconds to lay out a text field of 100,000 lines, at every key again. Above so many the lines are
	// a list of which only those in sight are drawn; they are selected and deleted there, and pasted into it.
	const LONG = 5000;

	serial_inventory.entering.Editor = class {
		constructor(parent, on_change) {
			Object.assign(this, { problems: new Map(), lines: [""], selected: null, long_text: null });
			this.$wrapper = $(`<div class="si-editor">
				<div class="si-gutter"><div></div></div>
				<textarea wrap="off" spellcheck="false" autocomplete="off"></textarea>
				<div class="si-long" tabindex="0"><div><div></div></div></div>
				<div class="si-notes"><div></div></div>
			</div>`).appendTo(parent);
			this.$detail = $("<div class='si-detail'>").appendTo(parent);
			this.input = this.$wrapper.find("textarea").get(0);
			this.list = this.$wrapper.find(".si-long").get(0);
			this.$rows = this.$wrapper.find(".si-long > div > div");
			this.$gutter = this.$wrapper.find(".si-gutter > div");
			this.$notes = this.$wrapper.find(".si-notes > div");
			const placeholder = __("One per line. Commas and ranges too: RT-0001..RT-0100");
			$(this.input).attr({ placeholder, "aria-label": __("Serial Nos") });
			this.listen();
			this.on_change = on_change;
		}

		listen() {
			const go_to = (event) => this.go_to(cint(event.currentTarget.dataset.line));
			$(this.input)
				.on("input", () => this.changed(this.input.value))
				.on("scroll", () => this.draw());
			$(this.list)
				.on("scroll", () => this.draw())
				.on("click", "[data-line]", (event) => this.select(event))
				.on("keydown", (event) => ["Delete", "Backspace"].includes(event.key) && this.take_selected())
				.on("paste", ({ originalEvent }) => {
					originalEvent.preventDefault();
					this.text = `${this.text.trimEnd()}\n${originalEvent.clipboardData.getData("text")}`;
				});
			this.$notes.on("click", "[data-line]", go_to);
			this.$gutter.on("click", "[data-line]", go_to);
		}

		get text() {
			return this.long_text ?? this.input.value;
		}

		set text(value) {
			if (value.split("\n").length <= LONG) this.input.value = value;
			this.changed(value);
		}

		get view() {
			return this.long_text === null ? this.input : this.list;
		}

		changed(text) {
			this.lines = text.split("\n");
			this.selected = null;
			const was_long = this.long_text !== null;
			const is_long = this.lines.length > LONG;
			this.long_text = is_long ? text : null;
			if (is_long) this.input.value = "";
			else if (was_long) this.input.value = text;
			this.$wrapper.toggleClass("si-is-long", is_long);
			$(this.list)
				.children()
				.css("height", this.lines.length * LINE + 2 * PADDING);
			this.set_problems([]);
			this.on_change?.();
		}

		focus() {
			this.view.focus();
		}

		/** Adds lines at the end; serials that stand there already are left out. Returns how many were added. */
		append(names) {
			const there = this.names();
			const fresh = names.filter((name) => {
				const key = serial_inventory.entering.fold(name);
				return !there.has(key) && there.add(key);
			});
			if (fresh.length) {
				this.text = [this.text.trimEnd(), ...fresh].filter(Boolean).join("\n") + "\n";
				this.view.scrollTop = this.lines.length * LINE;
				this.draw();
			}
			return fresh.length;
		}

		/** The plain serials of the text, folded; ranges stand as they are typed. */
		names() {
			const pieces = this.text.split(/[\n,;\t]/).map((name) => name.trim());
			return new Set(pieces.filter(Boolean).map(serial_inventory.entering.fold));
		}

		/** What is wrong, from the server: messages come escaped. */
		set_problems(problems) {
			this.problems = new Map();
			for (const { line, message } of problems) {
				this.problems.set(line, [this.problems.get(line), message].filter(Boolean).join(" "));
			}
			this.$wrapper.toggleClass("si-has-notes", problems.length > 0);
			this.tell_more(problems[0]?.line);
			this.draw();
		}

		/** The whole of what is wrong with a line, below the text: beside the line there may be no room for it. */
		tell_more(line) {
			const message = this.problems.get(line);
			this.$detail.html(message ? `<b>${__("Line {0}", [line])}</b>: ${message}` : "");
		}

		/** Both the text and what belongs to it. */
		toggle(is_shown) {
			this.$wrapper.toggle(is_shown);
			this.$detail.toggle(is_shown);
		}

		take_out_wrong() {
			this.text = this.lines.filter((_line, at) => !this.problems.has(at + 1)).join("\n");
		}

		/** A line of a long list, or with Shift all from the one before. */
		select(event) {
			const line = cint(event.currentTarget.dataset.line);
			const first = event.shiftKey && this.selected ? this.selected[0] : line;
			this.selected = [Math.min(first, line), Math.max(first, line)];
			this.tell_more(line);
			this.draw();
		}

		/** First and last of the lines that are selected; of a text the one with the cursor. */
		selection() {
			if (this.long_text !== null) return this.selected;
			const { selectionStart: start, selectionEnd: end } = this.input;
			const line_at = (place) => this.text.slice(0, place).split("\n").length;
			return [line_at(start), line_at(Math.max(start, end - 1))];
		}

		/** Takes the lines that are selected out of the text and returns them. */
		take_selected() {
			const [first, last] = this.selection() || [1, 0];
			const taken = this.lines.splice(first - 1, last - first + 1);
			this.text = this.lines.join("\n");
			return taken.map((line) => line.trim()).filter(Boolean);
		}

		go_to(line) {
			if (this.long_text === null) {
				const start = this.lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
				this.input.setSelectionRange(start, start + this.lines[line - 1].length);
			} else {
				this.selected = [line, line];
			}
			this.focus();
			this.view.scrollTop = Math.max((line - 4) * LINE, 0);
			this.tell_more(line);
			this.draw();
		}

		/** Draws the lines that can be seen. */
		draw() {
			const { scrollTop } = this.view;
			const first = Math.max(Math.floor((scrollTop - PADDING) / LINE), 0);
			const last = Math.min(first + Math.ceil(HEIGHT / LINE) + 1, this.lines.length);
			const gutter = [];
			const notes = [];
			const rows = [];
			for (let line = first + 1; line <= last; line++) {
				const message = this.problems.get(line);
				const is_selected = this.selected && line >= this.selected[0] && line <= this.selected[1];
				gutter.push(`<div data-line="${line}" class="${message ? "si-wrong" : ""}">${line}</div>`);
				notes.push(message ? `<div data-line="${line}">${message}</div>` : "<div></div>");
				const text = frappe.utils.escape_html(this.lines[line - 1]);
				rows.push(
					`<div data-line="${line}" class="${is_selected ? "si-selected" : ""}">${text}</div>`,
				);
			}
			const top = first * LINE + PADDING;
			this.$gutter.css("top", top - scrollTop).html(gutter.join(""));
			this.$notes.css("top", top - scrollTop).html(notes.join(""));
			this.$notes.children("[data-line]").each((_at, note) => (note.title = note.innerText));
			if (this.long_text !== null) this.$rows.css("top", top).html(rows.join(""));
		}
	};
}
