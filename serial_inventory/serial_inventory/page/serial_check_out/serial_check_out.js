frappe.pages["serial-check-out"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Serial Check-out"),
		single_column: true,
	});
	wrapper.desk = new SerialCheckOut(page);
};

frappe.pages["serial-check-out"].on_page_show = (wrapper) => wrapper.desk?.take_route_options();

class SerialCheckOut {
	constructor(page) {
		this.page = page;
		this.body = $("<div class='frappe-card' style='padding: var(--padding-lg)'>").appendTo(page.main);
		this.form = new frappe.ui.FieldGroup({ fields: this.fields(), body: this.body });
		this.form.make();
		this.result = $(
			"<div class='serial-check-out-result' style='padding: var(--padding-sm) 15px'>",
		).appendTo(this.body);
		page.add_inner_button(__("Bookings"), () => frappe.set_route("List", "Serial Booking"));
		page.add_inner_button(__("Free Serial Nos"), () =>
			frappe.set_route("query-report", "Free Serial Nos"),
		);
		this.scan_box();
		this.set_mode();
	}

	fields() {
		const is_out = "eval:doc.mode != 'Return'";
		return [
			{
				fieldname: "mode",
				label: __("What to Do"),
				fieldtype: "Select",
				options: [
					{ value: "Check Out", label: __("Check Out Now") },
					{ value: "Book", label: __("Book for Later") },
					{ value: "Return", label: __("Return") },
				],
				default: "Check Out",
				onchange: () => this.set_mode(),
			},
			{
				fieldname: "party_type",
				label: __("Party Type"),
				fieldtype: "Link",
				options: "DocType",
				default: "Customer",
				depends_on: is_out,
				get_query: () => ({ filters: { istable: 0, issingle: 0 } }),
				onchange: () => this.form.set_value("party", ""),
			},
			{
				fieldname: "party",
				label: __("Party"),
				fieldtype: "Dynamic Link",
				options: "party_type",
				get_options: () => this.form.get_value("party_type"),
				depends_on: is_out,
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "from_datetime",
				label: __("From"),
				fieldtype: "Datetime",
				default: frappe.datetime.now_datetime(),
				depends_on: "eval:doc.mode == 'Book'",
			},
			{
				fieldname: "to_datetime",
				label: __("Due"),
				fieldtype: "Datetime",
				default: moment(frappe.datetime.now_datetime()).add(1, "days").format("YYYY-MM-DD HH:mm:ss"),
				depends_on: is_out,
			},
			{ fieldname: "subject", label: __("What For"), fieldtype: "Data", depends_on: is_out },
			{ fieldtype: "Section Break" },
			{
				fieldname: "scan",
				label: __("Scan"),
				fieldtype: "Data",
				options: "Barcode",
				description: __("Each scan adds a line below."),
			},
			{
				fieldname: "serial_nos",
				label: __("Serial Nos"),
				fieldtype: "Small Text",
				description: __("One per line; commas and ranges too, as in documents."),
			},
		];
	}

	scan_box() {
		this.form.get_field("scan").$input?.on("keydown", (event) => {
			if (event.key !== "Enter") return;
			event.preventDefault();
			this.add_scanned();
		});
		this.form.get_field("scan").df.onchange = () => this.add_scanned();
	}

	add_scanned() {
		const field = this.form.get_field("scan");
		const text = (field.$input?.val() || "").trim();
		if (!text) return;
		field.$input.val("");
		field.value = field.last_value = "";
		const lines = (this.form.get_value("serial_nos") || "").split("\n").filter(Boolean);
		if (!lines.includes(text)) lines.push(text);
		this.form.set_value("serial_nos", lines.join("\n"));
		field.$input.trigger("focus");
	}

	set_mode() {
		const mode = this.form.get_value("mode") || "Check Out";
		this.form.refresh_dependency();
		this.page.set_primary_action(
			{ "Check Out": __("Check Out"), Book: __("Book"), Return: __("Return") }[mode],
			() => (mode === "Return" ? this.give_back() : this.book(mode)),
		);
	}

	take_route_options() {
		const options = frappe.route_options;
		if (!options?.serial_nos) return;
		frappe.route_options = null;
		const starts_later = options.from_datetime > frappe.datetime.now_datetime();
		this.form
			.set_values({ ...options, mode: starts_later ? "Book" : "Check Out" })
			.then(() => this.set_mode());
	}

	book(mode) {
		const values = this.form.get_values(true);
		if (!values.serial_nos || !values.party || !values.to_datetime) {
			frappe.msgprint(__("Give the units, the party and when they are due."));
			return;
		}
		const take_now = mode === "Check Out" ? 1 : 0;
		this.call("check_out_serial_nos", {
			serial_nos: values.serial_nos,
			party_type: values.party_type,
			party: values.party,
			from_datetime: take_now ? frappe.datetime.now_datetime() : values.from_datetime,
			to_datetime: values.to_datetime,
			subject: values.subject,
			take_now,
		}).then((done) =>
			this.show(done.problems, done.bookings, take_now ? __("{0} checked out.") : __("{0} booked.")),
		);
	}

	give_back() {
		const serial_nos = this.form.get_value("serial_nos");
		if (!serial_nos) {
			frappe.msgprint(__("Scan or type the units that are back."));
			return;
		}
		this.call("return_serial_nos", { serial_nos }).then((done) =>
			this.show(done.problems, done.returned, __("{0} returned.")),
		);
	}

	call(method, args) {
		this.result.empty();
		return frappe
			.call({ method: `serial_inventory.api.${method}`, args, freeze: true })
			.then(({ message }) => message);
	}

	show(problems, names, told) {
		this.result.empty();
		if (problems.length) {
			$("<h5>")
				.text(__("Nothing was done. {0} in the way:", [problems.length]))
				.appendTo(this.result);
			const list = $("<ul class='text-danger'>").appendTo(this.result);
			// Sentences come escaped from the server.
			for (const sentence of problems) $("<li>").html(sentence).appendTo(list);
			return;
		}
		frappe.show_alert({ message: told.replace("{0}", names.length), indicator: "green" });
		const text = $("<p>")
			.text(`${told.replace("{0}", names.length)} `)
			.appendTo(this.result);
		$("<a href='#'>")
			.text(__("Show them"))
			.on("click", (event) => {
				event.preventDefault();
				frappe.set_route("List", "Serial Booking", { name: ["in", names.join(",")] });
			})
			.appendTo(text);
		this.form.set_value("serial_nos", "");
	}
}
