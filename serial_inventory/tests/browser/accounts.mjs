// Accounts on plans and units of other purposes, as a person keeps them in the Desk: see README.md beside this file.

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
	parties,
	press,
	read_serial_no,
	run,
	save,
	set,
	set_row,
	shot,
	step,
	submit,
	cancel,
	tell,
} from "./desk.mjs";

const TRIAL = `Trial ${STAMP}`;
const MONTHLY = `Monthly ${STAMP}`;
const ITEM = `ACCOUNT-${STAMP}`;
const MONTH = `MONTH-${STAMP}`;
const NAMES = [1, 2, 3].map((number) => `${STAMP}-${number}`);
const TERM = ["term_status", "serial_plan", "plan_type", "term_start_date", "expiry_date"];

async function expect_term(name, expected) {
	const seen = await read_serial_no(name, TERM);
	for (const [field, value] of Object.entries(expected))
		check(seen[field] === value, `${name}: ${field}`, seen);
	return TERM.map((field) => seen[field]).join(", ");
}

async function plans() {
	await step("a billing Item, a paid plan, and a trial that it follows", async () => {
		await insert({
			doctype: "Item",
			item_code: MONTH,
			item_group: "Products",
			stock_uom: "Nos",
			is_stock_item: 0,
			standard_rate: 20,
		});
		await open_new("Serial Plan");
		await set({
			plan_name: MONTHLY,
			plan_type: "Paid",
			duration: 1,
			duration_unit: "Month",
			grace_days: 7,
		});
		await set({ billing_item: MONTH });
		await save();
		await open_new("Serial Plan");
		await set({
			plan_name: TRIAL,
			plan_type: "Trial",
			duration: 14,
			duration_unit: "Day",
			grace_days: 3,
		});
		await set({ next_plan: MONTHLY });
		await save();
		await shot("serial-plan");
		return `${TRIAL}, then ${MONTHLY}`;
	});

	await step("a plan of length 0 is refused in a sentence", async () => {
		await open_new("Serial Plan");
		await set({ plan_name: `Nothing ${STAMP}`, plan_type: "Paid", duration: 0, duration_unit: "Month" });
		await press("Save");
		await page.waitForSelector(".modal.show .modal-body");
		const said = await run(() => document.querySelector(".modal.show .modal-body").innerText.trim());
		check(said.includes("whole number from 1"), "the sentence", said);
		await close_message();
		return said;
	});
}

async function sold({ stores, customer }) {
	await step("an Item of the purpose Subscription Account, on the trial", async () => {
		await open_new("Item");
		await set({ item_code: ITEM, item_group: "Products", stock_uom: "Nos", valuation_rate: 1 });
		await set({ has_serial_no: 1 });
		await set({ serial_purpose: "Subscription Account", serial_plan: TRIAL });
		await save();
	});

	await step("three accounts come in: not started", async () => {
		await open_new("Purchase Receipt");
		await set({ supplier: "Contoso Electronics" });
		await set_row({ item_code: ITEM, qty: 3, rate: 1, warehouse: stores });
		await set_row({ use_serial_batch_fields: 1, serial_no: `${NAMES[0]}..${NAMES[2]}` });
		await save();
		await submit();
		await close_message();
		return expect_term(NAMES[0], { term_status: "Not Started", serial_plan: TRIAL });
	});

	await step("and are sold: their trials start", async () => {
		await open_new("Delivery Note");
		await set({ customer });
		await set_row({ item_code: ITEM, qty: 3, warehouse: stores, rate: 0 });
		await set_row({ use_serial_batch_fields: 1, serial_no: NAMES.join("\n") });
		await save();
		await submit();
		await close_message();
		return expect_term(NAMES[2], { term_status: "Trial", plan_type: "Trial" });
	});

	await step("what an account is, on its form", async () => {
		await read_serial_no(NAMES[0], TERM);
		await set({ user_count: 25, domain: "fabrikam.example" });
		await save();
		await shot("account", { fullPage: true });
		const shown = await run(() => ({
			domain: cur_frm.fields_dict.domain.$wrapper.is(":visible"),
			isbn: cur_frm.fields_dict.isbn?.$wrapper.is(":visible") || false,
		}));
		check(shown.domain && !shown.isbn, "the fields of its purpose, and no others", shown);
	});
}

async function renewed({ customer }) {
	await step("one is converted to paid by invoice, picked in the Desk", async () => {
		await open_new("Sales Invoice");
		await set({ customer });
		await page.getByRole("button", { name: "Get Items From" }).first().click();
		await page.getByRole("link", { name: "Serial Nos to Renew" }).first().click();
		await page.waitForSelector(".modal.show .list-item-container, .modal.show .results");
		await page.waitForTimeout(1500);
		await shot("pick");
		await page
			.locator(`.modal.show .list-item-container[data-item-name="${NAMES[0]}"] input`)
			.first()
			.check();
		await page.locator(".modal.show .btn-primary:visible").last().click();
		await page.waitForFunction(
			(name) => cur_frm.doc.items.some((row) => row.renew_serial_nos === name),
			NAMES[0],
		);
		await idle();
		await set_row({ rate: 20 });
		await save();
		await submit();
		await close_message();
		return expect_term(NAMES[0], { term_status: "Paid", serial_plan: MONTHLY });
	});

	await step("one is converted and renewed by hand, its dates shown before submit", async () => {
		let last;
		for (const action of ["Convert", "Renew", "Renew"]) {
			await open_new("Serial Renewal");
			await set({ action, serial_nos: NAMES[2] });
			await save();
			last = await run(() => ({ name: cur_frm.docname, ...cur_frm.doc.items[0] }));
			check(last.from_date && last.to_date, "the preview", last);
			await shot(`renewal-${action.toLowerCase()}`);
			await submit();
			await close_message();
		}
		const before = await expect_term(NAMES[2], { term_status: "Paid" });
		const renewals = await call("frappe.client.get_list", {
			doctype: "Serial Renewal",
			order_by: "creation desc",
			limit_page_length: 1,
		});
		await open("Serial Renewal", renewals[0].name);
		await cancel();
		const after = await expect_term(NAMES[2], { term_status: "Paid" });
		check(before !== after, "the cancelled renewal is taken back", { before, after });
		return `${before}; cancelled: ${after}`;
	});
}

async function others() {
	const units = [
		["Library Book", "BOOK", { isbn: "978-0-00-000000-2", author: "R. Perlman", shelf_mark: "Net 4.2" }],
		["Real Estate Property", "FLAT", { address: "4 Mill Lane", area: 72.5, unit_type: "Apartment" }],
		["Advertisement Slot", "SLOT", { place: "Central Station", size: "6 x 3 m", format: "Billboard" }],
	];
	for (const [purpose, code, facts] of units) {
		await step(`a ${purpose} with its own fields`, async () => {
			const item = `${code}-${STAMP}`;
			await insert({
				doctype: "Item",
				item_code: item,
				item_group: "Products",
				stock_uom: "Nos",
				has_serial_no: 1,
				serial_purpose: purpose,
			});
			await open_new("Serial No");
			await set({ serial_no: `${item}-1`, item_code: item, serial_purpose: purpose });
			await set(facts);
			await save();
			const seen = await run(
				(fields) => fields.filter((field) => !cur_frm.fields_dict[field].$wrapper.is(":visible")),
				Object.keys(facts),
			);
			check(!seen.length, "fields that do not show", seen);
			await shot(code.toLowerCase(), { fullPage: true });
		});
	}
}

await tell(async () => {
	const place = await parties();
	await plans();
	await sold(place);
	await renewed(place);
	await others();
});
