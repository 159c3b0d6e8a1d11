// A text of serial numbers with the number of each line to its left and what is wrong with it to its right.
frappe.provide("serial_inventory.entering");
{
	const HEIGHT = 20;
	const PADDING = 8;

	serial_inventory.entering.Editor = class {
		constructor(parent, on_change) {
			this.on_change = on_change;
			this.problems = new Map();
			this.$wrapper = $(`<div class="si-editor">
				<div class="si-gutter"><div></div></div>
				<textarea wrap="off" spellcheck="false" autocomplete="off"></textarea>
				<div class="si-notes"><div></div></div>
			</div>`).appendTo(parent);
			this.$detail = $("<div class='si-detail'>").appendTo(parent);
			this.input = this.$wrapper.find("textarea").get(0);
			this.$input = $(this.input).attr(
				"placeholder",
				__("One per line. Commas and ranges too: RT-0001..RT-0100"),
			);
			this.$input.attr("aria-label", __("Serial Nos"));
			this.$gutter = this.$wrapper.find(".si-gutter > div");
			this.$notes = this.$wrapper.find(".si-notes > div");
			this.$input.on("input", () => this.changed()).on("scroll", () => this.draw());
			this.$notes.on("click", "[data-line]", (event) =>
				this.go_to(cint(event.currentTarget.dataset.line)),
			);
		}

		get text() {
			return this.input.value;
		}

		set text(value) {
			this.input.value = value;
			this.changed();
		}

		changed() {
			this.lines = this.text.split("\n");
			this.set_problems([]);
			this.on_change?.();
		}

		/** Adds lines at the end; serials that stand there already are left out. Returns how many were added. */
		append(names) {
			const there = this.names();
			const fresh = names.filter((name) => {
				const key = serial_inventory.entering.fold(name);
				return !there.has(key) && there.add(key);
			});
			if (fresh.length) {
				this.text = [this.text.replace(/\s+$/, ""), ...fresh].filter(Boolean).join("\n") + "\n";
				this.input.scrollTop = this.input.scrollHeight;
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

		/** Takes the lines that are selected, or the one with the cursor, out of the text and returns them. */
		take_selected() {
			const first = this.text.slice(0, this.input.selectionStart).split("\n").length - 1;
			const last = this.text.slice(0, Math.max(this.input.selectionStart, this.input.selectionEnd - 1));
			const count = last.split("\n").length - first;
			const taken = this.lines.splice(first, count);
			this.text = this.lines.join("\n");
			return taken.map((line) => line.trim()).filter(Boolean);
		}

		go_to(line) {
			const start = this.lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
			this.input.focus();
			this.input.setSelectionRange(start, start + this.lines[line - 1].length);
			this.input.scrollTop = Math.max((line - 4) * HEIGHT, 0);
			this.tell_more(line);
			this.draw();
		}

		/** Only the lines that can be seen are drawn: a text may have 100,000. */
		draw() {
			const lines = this.lines || [""];
			const first = Math.max(Math.floor((this.input.scrollTop - PADDING) / HEIGHT), 0);
			const last = Math.min(first + Math.ceil(this.input.clientHeight / HEIGHT) + 1, lines.length);
			const top = first * HEIGHT + PADDING - this.input.scrollTop;
			const gutter = [];
			const notes = [];
			for (let line = first + 1; line <= last; line++) {
				const message = this.problems.get(line);
				gutter.push(`<div class="${message ? "si-wrong" : ""}">${line}</div>`);
				notes.push(message ? `<div data-line="${line}">${message}</div>` : "<div></div>");
			}
			this.$gutter.css("top", top).html(gutter.join(""));
			this.$notes.css("top", top).html(notes.join(""));
			this.$notes.children("[data-line]").each((_at, note) => (note.title = note.innerText));
		}
	};
}
