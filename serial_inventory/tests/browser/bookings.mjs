// Units that are lent, kept and looked up, as a person does it in the Desk: see README.md beside this file.

import {
	STAMP,
	call,
	check,
	close_message,
	idle,
	insert,
	open,
	open_new,
	page,
	press,
	run,
	save,
	set,
	shot,
	step,
	submit,
	tell,
} from "./desk.mjs";

const PURPOSE = `Loan ${STAMP}`;
const ITEM = `SCOPE-${STAMP}`;
const unit = (number) => `${STAMP}-${number}`;
const CUSTOMER = "Fabrikam Hospitals";
const REPORTS = [
	["Serial No History", { serial_no: unit(1) }],
	["Serial No Positions", { item_code: ITEM }],
	["Free Serial Nos", { serial_purpose: PURPOSE }],
	["Serial Expiry", {}],
	["Terms by Month", {}],
	["Serial No Register", {}],
	["Serial No Integrity", {}],
];

const at = (hours) =>
	run(
		(hours) => moment(frappe.datetime.now_datetime()).add(hours, "hours").format("YYYY-MM-DD HH:mm:ss"),
		hours,
	);

async function go(...route) {
	await run((route) => frappe.set_route(...route), route);
	await page.waitForTimeout(1500);
	await idle();
}

async function units() {
	await step("a purpose that can be lent and maintained, its Item, six units", async () => {
		await insert({
			doctype: "Serial Purpose",
			purpose_name: PURPOSE,
			is_bookable: 1,
			is_maintained: 1,
			periodicity: "Quarterly",
			no_of_visits: 4,
			turn_round_minutes: 30,
		});
		await insert({
			doctype: "Item",
			item_code: ITEM,
			item_name: "Telescope",
			item_group: "Products",
			stock_uom: "Nos",
			has_serial_no: 1,
			serial_purpose: PURPOSE,
		});
		const company = await run(() => frappe.defaults.get_default("company"));
		for (let number = 1; number <= 6; number++)
			await insert({ doctype: "Serial No", serial_no: unit(number), item_code: ITEM, company });
	});
}

async function booked(serial_no, from, to) {
	await open_new("Serial Booking");
	await set({ serial_no, party_type: "Customer" });
	await set({
		party: CUSTOMER,
		from_datetime: await at(from),
		to_datetime: await at(to),
		subject: "Star party",
	});
	await save();
	await submit();
	await close_message();
	return run(() => cur_frm.docname);
}

async function bookings() {
	let name;
	await step("a booking by the form", async () => {
		name = await booked(unit(1), 0, 26);
		await shot("booking");
		return name;
	});
	await step("an overlapping one is refused with the other's name", async () => {
		await open_new("Serial Booking");
		await set({ serial_no: unit(1), party_type: "Customer" });
		await set({ party: CUSTOMER, from_datetime: await at(1), to_datetime: await at(3) });
		await press("Save");
		await page.waitForSelector(".modal.show .modal-body");
		const text = await run(() => document.querySelector(".modal.show .modal-body").innerText.trim());
		check(text.includes(name), "the refusal", text);
		await shot("booking-refused");
		await close_message();
		await run(() => {
			cur_frm.doc.__unsaved = 0;
		});
		return text;
	});
	await step("checked out with one click", async () => {
		await open("Serial Booking", name);
		await press_any("Check Out");
		await page.waitForFunction(() => cur_frm.doc.status === "Out");
		await idle();
		await shot("booking-out");
	});
}

/** A button of the page, wherever the Desk puts it. */
async function press_any(label) {
	await page.locator(`.page-head:visible button:visible`, { hasText: label }).first().click();
	await page.waitForTimeout(600);
	const confirm = page.locator(".modal.show .modal-footer .btn-primary:visible");
	if (await confirm.count()) await confirm.last().click();
	await idle();
}

async function views() {
	await step("four more at the check-out desk", async () => {
		await go("serial-check-out");
		await run(
			async ([names, customer]) => {
				const form = frappe.pages["serial-check-out"].desk?.form || frappe.container.page.desk.form;
				await form.set_value("party_type", "Customer");
				await form.set_value("party", customer);
				await form.set_value("serial_nos", names.join("\n"));
			},
			[[2, 3, 4, 9].map(unit), CUSTOMER],
		);
		await shot("check-out-typed");
		await page.locator(".page-head:visible .primary-action:visible").first().click();
		await page.waitForTimeout(1500);
		await idle();
		const text = await run(() => $(".serial-check-out-result:visible").text().trim());
		check(text.includes(unit(9)), "the one that is not there", text);
		await shot("check-out-refused");
		await run(
			(names) => frappe.container.page.desk.form.set_value("serial_nos", names.join("\n")),
			[2, 3, 4].map(unit),
		);
		await page.locator(".page-head:visible .primary-action:visible").first().click();
		await page.waitForTimeout(1500);
		await idle();
		await shot("check-out-done");
		return run(() => $(".serial-check-out-result:visible").text().trim().slice(0, 80));
	});
	for (const view of ["List", "Calendar", "Gantt"]) {
		await step(`the bookings as ${view}`, async () => {
			await go(
				"List",
				"Serial Booking",
				...(view === "List" ? [] : [view]),
				...(view === "Calendar" ? ["default"] : []),
			);
			await page.waitForTimeout(1500);
			await shot(`bookings-${view.toLowerCase()}`);
		});
	}
}

async function service() {
	await step("a Serial No tells its history", async () => {
		await open("Serial No", unit(1));
		await page.waitForTimeout(1500);
		await shot("serial-no");
		await shot("serial-no-full", { fullPage: true });
	});
	await step("Create > Maintenance Schedule fills the row", async () => {
		await page
			.locator(`.page-head:visible .inner-group-button:visible button`, { hasText: "Create" })
			.first()
			.click();
		await page.waitForTimeout(500);
		await shot("serial-no-create");
		await page.locator(`.dropdown-menu.show a`, { hasText: "Maintenance Schedule" }).first().click();
		await page.waitForFunction(() => window.cur_frm?.doctype === "Maintenance Schedule");
		await idle();
		const row = await run(() => {
			const { item_code, serial_no, periodicity } = cur_frm.doc.items[0];
			return { item_code, serial_no, periodicity };
		});
		check(row.serial_no === unit(1), "the row", row);
		await shot("maintenance-schedule");
		return JSON.stringify(row);
	});
}

async function reports() {
	for (const [report, filters] of REPORTS) {
		await step(`report ${report}`, async () => {
			await run(
				([report, filters]) => frappe.set_route("query-report", report, filters),
				[report, filters],
			);
			await page.waitForTimeout(3000);
			await idle();
			await shot(`report-${report.toLowerCase().replaceAll(" ", "-")}`);
			return run(() => `${(frappe.query_report.data || []).length} rows`);
		});
	}
	await step("the workspace", async () => {
		await go("Workspaces", "Serialized Inventory");
		await page.waitForTimeout(2500);
		await shot("workspace", { fullPage: true });
	});
	await step("a Serial Renewal shows the dates before submit", async () => {
		const [account] = await call("frappe.client.get_list", {
			doctype: "Serial No",
			filters: { term_status: ["in", ["Trial", "Paid"]] },
			fields: ["name", "customer", "company"],
		});
		if (!account) return "no account on this site";
		await open_new("Serial Renewal");
		await set({ company: account.company, customer: account.customer, action: "Renew" });
		await run(async (serial_no) => {
			const row = cur_frm.add_child("items");
			await frappe.model.set_value(row.doctype, row.name, "serial_no", serial_no);
			cur_frm.refresh_field("items");
		}, account.name);
		await save();
		await shot("serial-renewal");
		return account.name;
	});
}

await tell(async () => {
	await units();
	await bookings();
	await views();
	await service();
	await reports();
});
