frappe.ui.form.on("Serial Booking", {
	setup(frm) {
		frm.set_query("serial_no", () => ({
			query: "serial_inventory.api.search_free_serial_nos",
			filters: {
				from_datetime: frm.doc.from_datetime,
				to_datetime: frm.doc.to_datetime,
			},
		}));
		frm.set_query("party_type", () => ({ filters: { istable: 0, issingle: 0 } }));
	},

	refresh(frm) {
		frm.events.show_state(frm);
		if (frm.doc.docstatus === 0) {
			frm.add_custom_button(__("Find a Free One"), () => frm.events.find_free(frm));
			if (frm.doc.serial_no) {
				frm.add_custom_button(__("Next Free Time"), () => frm.events.next_free(frm));
			}
		}
		if (frm.doc.docstatus === 1 && frm.perm[0]?.submit) frm.events.add_steps(frm);
	},

	show_state(frm) {
		if (frm.doc.docstatus === 0) return;
		const { status, days_late } = frm.doc;
		if (status === "Overdue" && days_late) {
			frm.set_intro(__("{0} days late.", [days_late]), "red");
		} else if (status === "Returned" && days_late) {
			frm.set_intro(__("Returned {0} days late.", [days_late]), "orange");
		}
	},

	// A unit chosen first proposes the next time that it is free, of its purpose's usual length.
	serial_no(frm) {
		const { serial_no, from_datetime, to_datetime, docstatus } = frm.doc;
		if (serial_no && !from_datetime && !to_datetime && docstatus === 0) frm.events.next_free(frm);
	},

	add_steps(frm) {
		const { status } = frm.doc;
		const is_away = ["Out", "Overdue"].includes(status);
		if (status === "Booked") frm.events.add_step(frm, __("Check Out"), "check_out_booking", "primary");
		if (is_away) frm.events.add_step(frm, __("Return"), "return_booking", "primary");
		if (status === "Booked" || is_away) {
			frm.add_custom_button(__("Extend"), () => frm.events.extend(frm));
		}
		if (status === "Booked" && moment(frm.doc.from_datetime).isBefore(frappe.datetime.now_datetime())) {
			frm.events.add_step(frm, __("No-show"), "mark_no_show");
		}
		const can_bill = frm.doc.party_type === "Customer" && frappe.model.can_create("Sales Invoice");
		if (can_bill && !frm.doc.sales_invoice && ["Booked", "Out", "Overdue", "Returned"].includes(status)) {
			frm.add_custom_button(
				__("Sales Invoice"),
				() =>
					frm.events
						.call(frm, "make_booking_invoice")
						.then(({ message }) => message && frappe.set_route("Form", "Sales Invoice", message)),
				__("Create"),
			);
		}
	},

	add_step(frm, label, method, type) {
		const button = frm.add_custom_button(label, () =>
			frm.events.call(frm, method).then(() => frm.reload_doc()),
		);
		if (type === "primary") button.removeClass("btn-default").addClass("btn-primary");
	},

	call(frm, method, args) {
		return frappe.call({
			method: `serial_inventory.api.${method}`,
			args: { booking: frm.doc.name, ...args },
			freeze: true,
		});
	},

	extend(frm) {
		const now = frappe.datetime.now_datetime();
		const from = frm.doc.to_datetime > now ? frm.doc.to_datetime : now;
		const length = moment(frm.doc.to_datetime).diff(moment(frm.doc.from_datetime));
		frappe.prompt(
			{
				fieldname: "to_datetime",
				fieldtype: "Datetime",
				label: __("Due"),
				reqd: 1,
				default: moment(from).add(length).format("YYYY-MM-DD HH:mm:ss"),
			},
			({ to_datetime }) =>
				frm.events.call(frm, "extend_booking", { to_datetime }).then(() => frm.reload_doc()),
			__("Extend {0}", [frm.doc.name]),
			__("Extend"),
		);
	},

	find_free(frm) {
		const choose = (serial_no, values, dialog) => {
			dialog.hide();
			frm.set_value({
				from_datetime: values.from_datetime,
				to_datetime: values.to_datetime,
				serial_no,
			});
		};
		const dialog = new frappe.ui.Dialog({
			title: __("Find a Free One"),
			fields: [
				{
					fieldname: "from_datetime",
					label: __("From"),
					fieldtype: "Datetime",
					reqd: 1,
					default: frm.doc.from_datetime || frappe.datetime.now_datetime(),
				},
				{
					fieldname: "item_code",
					label: __("Item"),
					fieldtype: "Link",
					options: "Item",
					default: frm.doc.item_code,
					get_query: () => ({ filters: { has_serial_no: 1 } }),
				},
				{ fieldtype: "Column Break" },
				{
					fieldname: "to_datetime",
					label: __("To"),
					fieldtype: "Datetime",
					reqd: 1,
					default:
						frm.doc.to_datetime ||
						moment(frappe.datetime.now_datetime()).add(1, "days").format("YYYY-MM-DD HH:mm:ss"),
				},
				{
					fieldname: "serial_purpose",
					label: __("Serial Purpose"),
					fieldtype: "Link",
					options: "Serial Purpose",
					get_query: () => ({ filters: { is_bookable: 1 } }),
				},
				{ fieldtype: "Section Break" },
				{ fieldname: "found", fieldtype: "HTML" },
			],
			primary_action_label: __("Find"),
			primary_action: (values) =>
				frappe
					.call("serial_inventory.api.get_free_serial_nos", {
						from_datetime: values.from_datetime,
						to_datetime: values.to_datetime,
						item_code: values.item_code,
						serial_purpose: values.serial_purpose,
						limit: 50,
					})
					.then(({ message }) => frm.events.show_found(dialog, message || [], values, choose)),
		});
		dialog.show();
	},

	show_found(dialog, rows, values, choose) {
		const area = dialog.get_field("found").$wrapper.empty();
		if (!rows.length) {
			$("<p class='text-muted'>").text(__("No unit is free for all of that time.")).appendTo(area);
			return;
		}
		const table = $("<table class='table table-hover table-sm'>").appendTo(area);
		const head = $("<tr>").appendTo($("<thead>").appendTo(table));
		for (const label of [__("Serial No"), __("Item"), __("Warehouse"), __("Next Booking From"), ""]) {
			$("<th>").text(label).appendTo(head);
		}
		const body = $("<tbody>").appendTo(table);
		for (const row of rows) {
			const line = $("<tr>").appendTo(body);
			const until = row.free_until ? frappe.datetime.str_to_user(row.free_until) : "";
			for (const text of [row.serial_no, row.item_name || row.item_code, row.warehouse, until]) {
				$("<td>")
					.text(text || "")
					.appendTo(line);
			}
			$("<button class='btn btn-xs btn-default'>")
				.text(__("Choose"))
				.on("click", () => choose(row.serial_no, values, dialog))
				.appendTo($("<td>").appendTo(line));
		}
	},

	next_free(frm) {
		const { serial_no, from_datetime, to_datetime } = frm.doc;
		const hours =
			from_datetime && to_datetime
				? moment(to_datetime).diff(moment(from_datetime), "hours", true)
				: null;
		frappe
			.call("serial_inventory.api.get_next_free", { serial_no, from_datetime, hours })
			.then(({ message }) => message && frm.set_value(message));
	},
});
