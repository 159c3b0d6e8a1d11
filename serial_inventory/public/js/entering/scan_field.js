// A field that scanners type into: each code is taken at its Enter, whatever the server is doing meanwhile.
frappe.provide("serial_inventory.entering");
{
	const TOGETHER = 500; // codes asked about in one call
	const SHOWN = 12;
	const CAMERA_PAUSE = 2000; // a camera reads the same code ten times a second
	const QUIET = 80; // milliseconds without a scan: what has gathered is asked about
	const LONGEST = 1000; // milliseconds after which it is asked about anyway
	const GS = "\x1d";

	serial_inventory.entering.ScanField = class {
		/** `take(found)` gets what the codes stand for, in their order, and returns [{color, text}] for each. */
		constructor(parent, { doctype, take, placeholder }) {
			Object.assign(this, { doctype, take, queue: [], taken: 0, refused: 0 });
			this.$wrapper = $(`<div class="si-scan">
				<div class="si-box">
					<input type="text" class="form-control input-sm" autocomplete="off" spellcheck="false">
					<button type="button" class="btn btn-xs si-camera">${frappe.utils.icon("scan", "sm")}</button>
				</div>
				<span class="text-muted small si-count" aria-live="polite"></span>
				<div class="si-log"></div>
			</div>`).appendTo(parent);
			this.$input = this.$wrapper
				.find("input")
				.attr("placeholder", placeholder || __("Scan Serial Nos"));
			this.$log = this.$wrapper.find(".si-log");
			this.$count = this.$wrapper.find(".si-count");
			this.$input.on("keydown", (event) => this.key(event));
			this.$wrapper
				.find(".si-camera")
				.attr("title", __("Scan with the camera"))
				.on("click", () => this.open_camera());
		}

		key(event) {
			if (event.ctrlKey && event.key === "]") {
				// how a scanner types FNC1
				event.preventDefault();
				this.$input.val(this.$input.val() + GS);
			} else if (event.key === "Enter" || (event.key === "Tab" && this.$input.val())) {
				event.preventDefault();
				event.stopPropagation();
				this.push(this.$input.val());
				this.$input.val("");
			}
		}

		push(code) {
			if (!code.trim()) return;
			this.queue.push(code.trim());
			this.scanned_at = Date.now();
			this.working ||= this.work().finally(() => (this.working = null));
		}

		/** Asks about all that has gathered, fills it in, and asks again until nothing is left. */
		async work() {
			while (this.queue.length) {
				await this.gather();
				const codes = this.queue.splice(0, TOGETHER);
				let told;
				try {
					const found = await serial_inventory.entering.server.resolve(codes, this.doctype);
					told = await this.take(found);
				} catch (error) {
					console.error(error);
					const text = __("not entered, the server could not be asked: scan again");
					told = codes.map((code) => ({ color: "red", text: `${code}: ${text}` }));
				}
				this.tell(told);
			}
		}

		async gather() {
			const until = Date.now() + LONGEST;
			while (Date.now() < until && Date.now() - this.scanned_at < QUIET) {
				await new Promise((done) => setTimeout(done, QUIET / 2));
			}
		}

		tell(told) {
			const bad = told.filter(({ color }) => color === "red" || color === "orange");
			this.taken += told.length - bad.length;
			this.refused += bad.length;
			for (const { color, text } of told.slice(-SHOWN)) {
				const $pill = $(
					`<span class="indicator-pill no-indicator-dot ${color}"><span></span></span>`,
				);
				$pill.find("span").text(text).attr("title", text);
				this.$log.prepend($pill);
			}
			this.$log.children().slice(SHOWN).remove();
			this.$count.text(
				this.refused
					? __("{0} taken, {1} refused", [this.taken, this.refused])
					: __("{0} taken", [this.taken]),
			);
			const is_good = !bad.length;
			frappe.utils.play_sound(is_good ? "submit" : "error");
			this.$input.removeClass("si-good si-bad").addClass(is_good ? "si-good" : "si-bad");
			clearTimeout(this.calming);
			this.calming = setTimeout(() => this.$input.removeClass("si-good si-bad"), 700);
		}

		open_camera() {
			const seen = {};
			new frappe.ui.Scanner({
				dialog: true,
				multiple: true,
				on_scan: ({ decodedText }) => {
					const now = Date.now();
					if (now - (seen[decodedText] || 0) > CAMERA_PAUSE) this.push(decodedText);
					seen[decodedText] = now;
				},
			});
		}
	};
}
