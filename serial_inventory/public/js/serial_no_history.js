// The History tab of a Serial No: read when it is opened, the newest 200 events first.
frappe.ui.form.on("Serial No", {
	refresh(frm) {
		frm.history_shown = null;
		frm.get_field("serial_history")?.$wrapper.empty();
		frm.events.show_history(frm);
	},

	on_tab_change(frm) {
		frm.events.show_history(frm);
	},

	show_history(frm) {
		const is_open = frm.get_active_tab?.()?.df?.fieldname === "history_tab";
		if (!is_open || frm.is_new() || frm.history_shown === frm.docname) return;
		frm.history_shown = frm.docname;
		frm.events.read_history(frm);
	},

	read_history(frm, before) {
		const serial_no = frm.docname;
		return frappe
			.call("serial_inventory.api.get_history", { serial_no, ...(before && { before }) })
			.then(({ message }) => {
				if (message && frm.docname === serial_no) frm.events.draw_history(frm, message, before);
			});
	},

	draw_history(frm, answer, before) {
		const wrapper = frm.get_field("serial_history").$wrapper;
		if (!before) wrapper.html(frm.events.history_frame(frm, answer.events.length));
		wrapper
			.find("tbody")
			.append(answer.events.map((event) => frm.events.history_row(frm, event)).join(""));
		wrapper.find(".history-more").remove();
		if (!answer.next) return;
		const button = $('<button class="btn btn-default btn-sm history-more"></button>');
		button.text(__("Show more")).appendTo(wrapper);
		button.on("click", () => {
			button.prop("disabled", true);
			frm.events.read_history(frm, answer.next);
		});
	},

	history_frame(frm, count) {
		if (!count) {
			const nothing = __("There are no events that you may see.");
			return `<p class="text-muted">${frappe.utils.escape_html(nothing)}</p>`;
		}
		const titles = [
			__("Date"),
			__("Event"),
			__("Document"),
			__("From"),
			__("To"),
			__("With"),
			__("By"),
			__("Note"),
		];
		const cells = titles.map((title) => `<th>${frappe.utils.escape_html(title)}</th>`).join("");
		return `<div class="table-responsive"><table class="table table-sm serial-history">
			<thead><tr class="text-muted">${cells}</tr></thead><tbody></tbody></table></div>`;
	},

	history_row(frm, event) {
		const text = (value) => frappe.utils.escape_html(value || "");
		const [day, time] = event.moment.split(" ");
		const moment = frappe.datetime.str_to_user(time === "00:00:00" ? day : event.moment);
		const [date, ...clock] = moment.split(" ");
		const color = frm.events.history_color(event.kind);
		const cells = [
			`<td class="text-nowrap">${text(date)}<div class="small text-muted">${text(clock.join(" "))}</div></td>`,
			`<td class="text-nowrap"><span class="indicator-pill ${color}">${text(__(event.kind))}</span></td>`,
			`<td class="text-nowrap">${frm.events.history_document(frm, event)}</td>`,
			`<td>${text(event.from)}</td>`,
			`<td>${text(event.to)}</td>`,
			`<td>${text([event.from, event.to].includes(event.party) ? "" : event.party)}</td>`,
			`<td>${text(event.who && frappe.user.full_name(event.who))}</td>`,
			`<td class="text-muted" style="overflow-wrap: anywhere; min-width: 9rem">${text(event.note)}</td>`,
		];
		return `<tr>${cells.join("")}</tr>`;
	},

	history_document(frm, event) {
		if (!event.document || event.document_type === frm.doctype) return "";
		const name = frappe.utils.escape_html(event.document);
		const type = frappe.utils.escape_html(__(event.document_type));
		const link = frappe.utils.get_form_link(event.document_type, event.document, true, name);
		return `${link}<div class="small text-muted">${type}</div>`;
	},

	history_color(kind) {
		const colors = {
			green: ["Received", "Made", "Returned", "Back", "Came In", "Renewed", "Resumed", "Term Started"],
			blue: ["Moved", "Counted", "Asset Moved", "Installed", "Maintained", "Maintenance Scheduled"],
			orange: ["Delivered", "Out", "Booked", "Converted", "Plan Changed", "Suspended", "Repaired"],
			red: [
				"Claimed",
				"Lapsed",
				"Ended",
				"Removed",
				"Consumed",
				"Sent Back",
				"Taken Apart",
				"Went Out",
			],
		};
		return Object.keys(colors).find((color) => colors[color].includes(kind)) || "gray";
	},
});
