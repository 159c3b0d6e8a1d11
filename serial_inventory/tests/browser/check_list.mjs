// A list of serial numbers, checked in the Desk and made into documents: see README.md beside this file.

import {
	STAMP,
	check,
	idle,
	insert,
	page,
	parties,
	run,
	set,
	shot,
	step,
	submit,
	save,
	tell,
	wait_for_docstatus,
} from "./desk.mjs";

const ITEM = `LIST-${STAMP}`;
const PREFIX = `${STAMP}-`;
const MANY = Number(process.env.MANY || 10000);
const HUGE = Number(process.env.HUGE || 100000);
const name_of = (number) => `${PREFIX}${String(number).padStart(6, "0")}`;
const names = (first, last) => Array.from({ length: last - first + 1 }, (_, index) => name_of(first + index));

async function stock() {
	const { company, supplier, customer, stores: warehouse } = await parties();
	const values = { item_code: ITEM, item_name: "Access point", item_group: "Products", stock_uom: "Nos" };
	await insert({
		doctype: "Item",
		...values,
		has_serial_no: 1,
		serial_no_series: `${PREFIX}.######`,
		warranty_period: 365,
	});
	const row = { item_code: ITEM, warehouse, conversion_factor: 1 };
	const receipt = { doctype: "Purchase Receipt", company, supplier };
	await insert({ ...receipt, items: [{ ...row, qty: MANY, received_qty: MANY, rate: 100 }] }, true);
	const typed = (first, last) => ({
		...row,
		qty: last - first + 1,
		rate: 150,
		use_serial_batch_fields: 1,
		serial_no: `${name_of(first)}..${name_of(last)}`,
	});
	const note = { doctype: "Delivery Note", company, customer };
	await insert({ ...note, items: [typed(1, 20)] }, true);
	await insert({ ...note, items: [typed(21, 25)] }, true);
	await insert({ ...note, items: [typed(26, 30)] });
	return `${MANY.toLocaleString()} received, 25 delivered, 5 in a draft`;
}

const open_page = async () => {
	await run(() => frappe.set_route("serial-check-list"));
	await page.locator(".serial-check-list textarea[data-fieldname=serial_nos]:visible").waitFor();
	await idle();
};

const paste = (text) =>
	run((text) => {
		const field = $(".serial-check-list textarea[data-fieldname=serial_nos]:visible");
		field.val(text).trigger("change");
	}, text);

const press_check = () => page.locator(".page-head:visible .primary-action:visible").first().click();

const counts = () =>
	run(() => {
		const found = {};
		for (const chip of document.querySelectorAll(".serial-check-counts button")) {
			const number = chip.querySelector("strong").innerText.replace(/\D/g, "");
			found[chip.innerText.replace(/[\d.,\s]+$/, "").trim()] = Number(number);
		}
		return found;
	});

async function check_pasted(text, expected) {
	await paste(text);
	const start = Date.now();
	await run(() => $(".serial-check-counts").remove());
	await press_check();
	await page.locator(".serial-check-table .dt-scrollable .dt-cell").first().waitFor();
	await idle();
	const took = ((Date.now() - start) / 1000).toFixed(1);
	const seen = await counts();
	for (const [answer, number] of Object.entries(expected)) check(seen[answer] === number, answer, seen);
	return `${took} s, ${JSON.stringify(seen)}`;
}

const choose = (answer) => page.locator(`.serial-check-counts button:has-text("${answer}")`).first().click();

async function create(label) {
	await page.locator(".page-head:visible .inner-group-button button:visible").first().click();
	await page.locator(`.page-head:visible .dropdown-menu.show a:has-text("${label}")`).first().click();
}

async function wait_for_new(doctype) {
	await page.waitForFunction(
		(doctype) => window.cur_frm?.doctype === doctype && cur_frm.is_new() && !frappe.dom.freeze_count,
		doctype,
		{ timeout: 120000 },
	);
	await idle();
}

await tell(async () => {
	await step("stock to ask about", stock);
	await step("a list of every kind is told line by line", async () => {
		await open_page();
		const list = [
			...names(1, 2),
			...names(26, 27),
			...names(31, 34),
			name_of(31).toLowerCase(),
			"NOPE-1",
			"1.2E+11",
			"RT-9..RT-1",
		];
		const seen = await check_pasted(list.join("\n"), {
			Unknown: 1,
			Free: 5,
			Delivered: 2,
			"In a Draft": 2,
			Duplicate: 1,
		});
		const told = await run(() => $(".serial-check-problems").text());
		check(told.includes("1.2E+11") && told.includes("RT-9..RT-1"), "lines that cannot be read", told);
		await shot("check-list");
		return seen;
	});
	await step(`${MANY.toLocaleString()} pasted`, async () => {
		const text = names(1, MANY).join("\n");
		return check_pasted(text, { All: MANY, Free: MANY - 30, Delivered: 25, "In a Draft": 5 });
	});
	await step("a Delivery Note of all that are free", async () => {
		await choose("Free");
		await create("Delivery Note");
		await wait_for_new("Delivery Note");
		const { rows, qty } = await run(() => ({
			rows: cur_frm.doc.items.length,
			qty: cur_frm.doc.items[0].qty,
		}));
		check(rows === 1 && qty === MANY - 30, "one row with all units", { rows, qty });
		await set({ customer: "Fabrikam Hospitals" });
		await save();
		await shot("check-list-delivery-note");
		await submit();
		return `${qty.toLocaleString()} delivered`;
	});
	await step("units of two deliveries: the return's original is chosen", async () => {
		await open_page();
		await check_pasted(`${name_of(3)}..${name_of(22)}`, { Delivered: 20 });
		await create("Sales Return");
		await page.locator(".modal.show button:has-text('18 units')").click();
		await wait_for_new("Delivery Note");
		const doc = await run(() => ({ is_return: cur_frm.doc.is_return, qty: cur_frm.doc.items[0].qty }));
		check(doc.is_return === 1 && doc.qty === -18, "the return", doc);
		await save();
		await submit();
		return "18 of 20 returned";
	});
	await step("a file is read and checked", async () => {
		await open_page();
		await run(() => $(".serial-check-counts").remove());
		await page.locator(".page-head:visible button:has-text('Upload File')").first().click();
		const rows = names(3, 12).map((name) => `${name};x`);
		await page
			.locator(".modal.show input[type=file]")
			.first()
			.setInputFiles({
				name: "list.csv",
				mimeType: "text/csv",
				buffer: Buffer.from(`\ufeffSerial No;Note\n${rows.join("\n")}\n`, "utf16le"),
			});
		await page.locator(".modal.show .btn-modal-primary:visible").click();
		await page.waitForFunction(() => $(".serial-check-counts:visible").length);
		await idle();
		const seen = await counts();
		check(seen.All === 10 && seen.Free === 10, "ten of the file, free again", seen);
		return JSON.stringify(seen);
	});
	if (HUGE) {
		await step(`${HUGE.toLocaleString()} pasted, scrolled and filtered`, async () => {
			const seen = await check_pasted(names(1, HUGE).join("\n"), { All: HUGE, Unknown: HUGE - MANY });
			const box = page.locator(".serial-check-table .dt-scrollable");
			await box.evaluate((element) => (element.scrollTop = element.scrollHeight));
			await page
				.locator(`.serial-check-table :text("${name_of(HUGE)}")`)
				.first()
				.waitFor();
			const took = await run(() => {
				const start = performance.now();
				$(".serial-check-counts button:contains(Delivered)").first().trigger("click");
				return Math.round(performance.now() - start);
			});
			const first = await run(() => $(".serial-check-table .dt-scrollable .dt-cell a").first().text());
			check(first === name_of(1), "the first of those delivered", first);
			await shot("check-list-huge");
			return `${seen}; filtered in ${took} ms`;
		});
	}
});
