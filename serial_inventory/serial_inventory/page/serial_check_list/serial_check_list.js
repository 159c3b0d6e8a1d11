// Names stay in the block: Frappe 15 runs the script among the Desk's own.
{
	frappe.pages["serial-check-list"].on_page_load = (wrapper) => {
		const page = frappe.ui.make_app_page({
			parent: wrapper,
			title: __("Check Serial Nos"),
			single_column: true,
		});
		wrapper.list = new SerialCheckList(page);
	};

	frappe.pages["serial-check-list"].on_page_show = (wrapper) => wrapper.list?.take_route_options();

	const COLORS = {
		Unknown: "red",
		Free: "green",
		"In Stock": "orange",
		Delivered: "blue",
		Consumed: "gray",
		"Not in Stock": "gray",
		"Wrong Item": "red",
		"Other Warehouse": "orange",
		Booked: "purple",
		Reserved: "purple",
		"In a Draft": "yellow",
		Expired: "red",
		"Under Warranty": "cyan",
		Duplicate: "pink",
	};

	class SerialCheckList {
		constructor(page) {
			this.page = page;
			this.body = $("<div class='frappe-card serial-check-list'>").css("padding", "var(--padding-lg)");
			this.body.appendTo(page.main);
			this.form = new frappe.ui.FieldGroup({ fields: this.fields(), body: this.body });
			this.form.make();
			this.form
				.get_field("serial_nos")
				.$input?.css({ height: "150px", "font-family": "var(--font-stack-monospace)" });
			this.result = $("<div>").css("padding", "0 15px").appendTo(this.body);
			page.set_primary_action(__("Check"), () => this.check());
			page.add_inner_button(__("Upload File"), () => this.upload());
			page.add_menu_item(__("Download as CSV"), () => this.download("CSV"));
			page.add_menu_item(__("Download as Excel"), () => this.download("Excel"));
			this.add_create_buttons();
		}

		fields() {
			return [
				{
					fieldname: "serial_nos",
					label: __("Serial Nos"),
					fieldtype: "Small Text",
					description: __(
						"Up to 100,000: one per line, with commas, or ranges as RT-0001..RT-0100.",
					),
				},
				{ fieldtype: "Column Break" },
				{
					fieldname: "item_code",
					label: __("Meant to Be of Item"),
					fieldtype: "Link",
					options: "Item",
					get_query: () => ({ filters: { has_serial_no: 1 } }),
				},
				{
					fieldname: "warehouse",
					label: __("Meant to Be in Warehouse"),
					fieldtype: "Link",
					options: "Warehouse",
					description: __("A group stands for the warehouses below it."),
				},
			];
		}

		take_route_options() {
			const options = frappe.route_options;
			if (!options?.serial_nos) return;
			frappe.route_options = null;
			this.form.set_values(options).then(() => this.check());
		}

		// --- the list ----------------------------------------------------------------------------------

		upload() {
			new frappe.ui.FileUploader({
				method: "serial_inventory.api.read_serial_file",
				allow_multiple: false,
				allow_web_link: false,
				allow_take_photo: false,
				restrictions: { allowed_file_types: [".csv", ".tsv", ".txt", ".xlsx"] },
				on_success: (_file, response) => this.take_file(response.message),
			});
		}

		async take_file({ serial_nos, problems }) {
			this.clear();
			await this.form.set_value("serial_nos", serial_nos.join("\n"));
			if (serial_nos.length) {
				frappe.show_alert({
					message: __("{0} serial numbers read.", [count(serial_nos.length)]),
					indicator: "green",
				});
			}
			this.show_problems(problems);
			if (serial_nos.length && !problems.length) this.check();
		}

		async check() {
			const { serial_nos, ...asked } = this.form.get_values(true);
			if (!(serial_nos || "").trim()) {
				frappe.msgprint(__("Paste serial numbers, or upload a file."));
				return;
			}
			this.clear();
			const { message } = await frappe.call({
				method: "serial_inventory.api.check_serial_nos",
				args: { serial_nos, ...asked },
				freeze: true,
				freeze_message: __("Checking"),
			});
			if (!message) return;
			this.asked = { serial_nos, ...asked };
			this.found = message;
			this.at = Object.fromEntries(message.columns.map((name, index) => [name, index]));
			this.wanted = new Set();
			this.show();
		}

		clear() {
			this.found = null;
			this.result.empty();
		}

		// --- what was found ----------------------------------------------------------------------------

		show() {
			this.result.empty();
			this.show_problems(this.found.problems);
			this.chips = $("<div class='serial-check-counts'>")
				.css({ margin: "var(--margin-md) 0" })
				.appendTo(this.result);
			this.box = $("<div class='serial-check-table'>").appendTo(this.result);
			this.table = null;
			this.filter();
		}

		show_problems(problems) {
			if (!problems.length) return;
			const box = $("<details class='serial-check-problems' open>").appendTo(this.result);
			$("<summary class='text-danger'>")
				.text(__("{0} lines cannot be read", [count(problems.length)]))
				.appendTo(box);
			const list = $("<ul>").css({ "max-height": "160px", overflow: "auto" }).appendTo(box);
			// Sentences come escaped from the server.
			const items = problems.map(({ line, message }) => {
				const where = line ? `${__("Line {0}", [count(line)])}: ` : "";
				return `<li>${where}${message}</li>`;
			});
			list.html(items.join(""));
		}

		show_chips() {
			this.chips.empty();
			const add = (label, number, color, is_on, action) => {
				$("<button type='button' class='btn btn-default btn-sm'>")
					.css({ margin: "0 6px 6px 0" })
					.toggleClass("btn-primary", is_on)
					.attr("aria-pressed", is_on)
					.append($(`<span class="indicator ${color}">`), document.createTextNode(`${label} `))
					.append($("<strong>").text(count(number)))
					.on("click", action)
					.appendTo(this.chips);
			};
			const clear = () => {
				this.wanted.clear();
				this.filter();
			};
			add(__("All"), this.found.count, "gray", !this.wanted.size, clear);
			for (const [answer, number] of Object.entries(this.found.counts)) {
				add(__(answer), number, COLORS[answer], this.wanted.has(answer), () => this.toggle(answer));
			}
		}

		toggle(answer) {
			if (!this.wanted.delete(answer)) this.wanted.add(answer);
			this.filter();
		}

		filter() {
			const wanted = [...this.wanted];
			const answers = this.at.answers;
			this.shown = this.found.rows.filter((row) =>
				wanted.every((answer) => row[answers].includes(answer)),
			);
			this.show_chips();
			this.draw();
		}

		/** DataTable makes only the rows in view, and sorts by what `columns` say. */
		draw() {
			const columns = this.columns();
			const data = this.shown.map((row) => columns.map((column) => column.value(row)));
			if (this.table) {
				this.table.refresh(data);
				return;
			}
			this.table = new frappe.DataTable(this.box[0], {
				columns: columns.map(({ value, html, ...column }) => ({
					...column,
					editable: false,
					dropdown: false,
					format: (_value, cells) => html(this.shown[cells.meta.rowIndex]),
				})),
				data,
				layout: "fixed",
				cellHeight: 33,
				serialNoColumn: false,
				direction: frappe.utils.is_rtl() ? "rtl" : "ltr",
			});
		}

		columns() {
			const { at } = this;
			const names = this.found.customer_names;
			const column = (fieldname, label, width, more = {}) => {
				const value = more.value || ((row) => row[at[fieldname]] ?? "");
				const html = more.html || ((row) => frappe.utils.escape_html(String(value(row))));
				return { id: fieldname, name: label, width, align: "left", value, html };
			};
			const day = (fieldname, label) => {
				const html = (row) =>
					row[at[fieldname]] ? frappe.datetime.str_to_user(row[at[fieldname]]) : "";
				return column(fieldname, label, 125, { html });
			};
			const is_known = (row) => row[at.answers][0] !== "Unknown";
			const name_of = (row) => row[at.serial_no];
			return [
				column("line", __("Line"), 70, { html: (row) => count(row[at.line]) }),
				column("serial_no", __("Serial No"), 175, {
					html: (row) =>
						is_known(row)
							? link("Serial No", name_of(row))
							: frappe.utils.escape_html(name_of(row)),
				}),
				column("item_code", __("Item Code"), 155),
				column("answers", __("Answer"), 220, {
					value: (row) => row[at.answers].join(", "),
					html: (row) => pills(row[at.answers]),
				}),
				column("warehouse", __("Warehouse"), 130),
				column("customer", __("Customer"), 155, {
					value: (row) => names[row[at.customer]] || row[at.customer] || "",
				}),
				column("more", __("Details"), 260, {
					value: (row) => Object.keys(row[at.more] || {}).join(", "),
					html: (row) => details(row[at.more]),
				}),
				day("warranty_expiry_date", __("Warranty Until")),
				day("expiry_date", __("Expiry Date")),
			];
		}

		download(file_format) {
			if (!this.has_rows()) return;
			open_url_post("/api/method/serial_inventory.api.download_checked_list", {
				...this.asked,
				answers: JSON.stringify([...this.wanted]),
				file_format,
			});
		}

		has_rows() {
			if (this.found && this.shown.length) return true;
			frappe.msgprint(__("There are no rows. Check a list, or choose other answers."));
			return false;
		}

		// --- documents of the rows ---------------------------------------------------------------------

		add_create_buttons() {
			const kinds = [
				["Delivery Note", __("Delivery Note"), "Delivery Note"],
				["Stock Entry", __("Material Transfer"), "Stock Entry"],
				["Sales Return", __("Sales Return"), "Delivery Note"],
				["Serial Renewal", __("Serial Renewal"), "Serial Renewal"],
				["Maintenance Schedule", __("Maintenance Schedule"), "Maintenance Schedule"],
				["Serial Booking", __("Serial Booking"), "Serial Booking"],
			];
			for (const [doctype, label, created] of kinds) {
				if (!frappe.model.can_create(created)) continue;
				this.page.add_inner_button(label, () => this.create(doctype), __("Create"));
			}
		}

		/** The units that are shown, each once. */
		units() {
			const { at } = this;
			const known = this.shown.filter((row) => row[at.answers][0] !== "Unknown");
			return [...new Set(known.map((row) => row[at.serial_no]))];
		}

		create(doctype) {
			if (!this.has_rows()) return;
			const serial_nos = this.units();
			if (!serial_nos.length) {
				frappe.msgprint(__("None of these serial numbers is known."));
			} else if (doctype === "Serial Booking") {
				this.book(serial_nos);
			} else {
				this.make({ doctype, serial_nos });
			}
		}

		book(serial_nos) {
			if (serial_nos.length === 1) {
				frappe.new_doc("Serial Booking", { serial_no: serial_nos[0] });
				return;
			}
			frappe.route_options = { serial_nos: serial_nos.join("\n") };
			frappe.set_route("serial-check-out");
		}

		async make(args) {
			const { message } = await frappe.call({
				method: "serial_inventory.api.make_from_serial_nos",
				args,
				freeze: true,
			});
			if (!message) return;
			if (message.choices) {
				this.choose(args, message.choices);
				return;
			}
			const [doc] = frappe.model.sync(message.doc);
			frappe.set_route("Form", doc.doctype, doc.name);
		}

		choose(args, choices) {
			const dialog = new frappe.ui.Dialog({
				title: __("These units were delivered by several documents"),
			});
			const list = $("<div>").appendTo(dialog.body);
			$("<p>").text(__("A return is made against one. Choose it:")).appendTo(list);
			for (const { doctype, name, count: number } of choices) {
				$("<button type='button' class='btn btn-default btn-sm'>")
					.css({ margin: "0 6px 6px 0" })
					.text(__("{0} {1}: {2} units", [__(doctype), name, count(number)]))
					.on("click", () => {
						dialog.hide();
						this.make({ ...args, against: name });
					})
					.appendTo(list);
			}
			dialog.show();
		}
	}

	const count = (number) => number.toLocaleString();

	const link = (doctype, name) =>
		`<a href="${frappe.utils.get_form_link(doctype, name)}">${frappe.utils.escape_html(name)}</a>`;

	// "In Stock" says nothing more of what is free.
	const pills = (answers) =>
		answers
			.filter((answer) => answer !== "In Stock" || !answers.includes("Free"))
			.map(
				(answer) =>
					`<span class="indicator-pill no-indicator-dot ${COLORS[answer]}">${__(answer)}</span>`,
			)
			.join(" ");

	const details = (more) => {
		const parts = [];
		const { Booked: booked, Reserved: reserved, Duplicate: line } = more || {};
		if (booked) {
			const [name, who, start, end] = booked;
			const times = [start, end].map((moment) => frappe.datetime.str_to_user(moment.slice(0, 16)));
			parts.push(
				`${link("Serial Booking", name)} ${frappe.utils.escape_html(who)}, ${times.join(" – ")}`,
			);
		}
		if (reserved) parts.push(link(...reserved));
		parts.push(...(more?.["In a Draft"] || []).map((draft) => `${__(draft[0])} ${link(...draft)}`));
		if (line) parts.push(__("same as line {0}", [count(line)]));
		return parts.join("; ");
	};
}
