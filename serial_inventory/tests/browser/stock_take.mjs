// A warehouse counted by scan, as a person with a wedge scanner does it in the Desk: see README.md beside this file.

import {
	STAMP,
	page,
	parties,
	check,
	step,
	shot,
	run,
	call,
	insert,
	ensure,
	open,
	idle,
	confirm,
	tell,
} from "./desk.mjs";

const MANY = Number(process.env.MANY || 10000);
const BY_KEY = 50; // codes typed key by key, as a scanner does
const BURST = 200; // codes of one paste
const BOX = "textarea[data-fieldname=stock_take_scan]";

const code = (number) => `S${STAMP}-${String(number).padStart(5, "0")}`;

async function figures() {
	return (
		await call("serial_inventory.api.get_stock_take", { stock_take: await run(() => cur_frm.docname) })
	).counts;
}

/** Waits until the Desk has given all scans to the server. */
async function all_saved(scanned) {
	await page.waitForFunction(
		(scanned) => !cur_frm.count.queue.length && !cur_frm.count.busy && cur_frm.count.scanned === scanned,
		scanned,
		{ timeout: 300000 },
	);
}

async function stock_take() {
	const { company, abbr, supplier, stores: other } = await parties();
	const warehouse = await ensure("Warehouse", `Count ${STAMP} - ${abbr}`, {
		warehouse_name: `Count ${STAMP}`,
		company,
	});
	const item = `COUNTED-${STAMP}`;

	await step(`${MANY} units in a warehouse and 3 in another`, async () => {
		await insert({
			doctype: "Item",
			item_code: item,
			item_group: "Products",
			stock_uom: "Nos",
			valuation_rate: 100,
			has_serial_no: 1,
			serial_no_series: `S${STAMP}-.#####`,
		});
		const row = { item_code: item, rate: 100, conversion_factor: 1 };
		const receipt = { doctype: "Purchase Receipt", company, supplier };
		await insert({ ...receipt, items: [{ ...row, qty: MANY, received_qty: MANY, warehouse }] }, true);
		await insert({ ...receipt, items: [{ ...row, qty: 3, received_qty: 3, warehouse: other }] }, true);
	});

	await step("The count is begun", async () => {
		const { name } = await insert({ doctype: "Serial Stock Take", warehouse });
		await open("Serial Stock Take", name);
		await page.waitForSelector(BOX);
		const counts = await figures();
		check(counts.Missing === MANY && counts.Found === 0, "before the first scan", counts);
		return name;
	});

	await step(`${BY_KEY} codes scanned key by key, Enter after each`, async () => {
		await page.click(BOX);
		for (let number = 1; number <= BY_KEY; number++) {
			await page.keyboard.type(code(number));
			await page.keyboard.press("Enter");
		}
		await all_saved(BY_KEY);
		check((await page.inputValue(BOX)) === "", "the box is free again", await page.inputValue(BOX));
		check((await figures()).Found === BY_KEY, "found", await figures());
	});

	const present = MANY - 7; // these lie on no shelf
	await step(`${present - BY_KEY} more in bursts of ${BURST}`, async () => {
		for (let first = BY_KEY + 1; first <= present; first += BURST) {
			const codes = [];
			for (let number = first; number < Math.min(first + BURST, present + 1); number++) {
				codes.push(`${code(number)}\n`);
			}
			await page.keyboard.insertText(codes.join(""));
		}
		await all_saved(present);
		const counts = await figures();
		check(counts.Found === present && counts.Missing === 7, "after the bursts", counts);
	});

	await step("A page that is closed in the middle goes on where it was", async () => {
		await page.keyboard.insertText(`${code(1)}\n${code(MANY + 1)}\n`);
		await page.reload({ waitUntil: "domcontentloaded" });
		await page.waitForSelector(BOX);
		await page.waitForFunction(() => window.cur_frm?.count?.told);
		await all_saved(present + 1);
	});

	await step("Strays: one of another warehouse, one unknown", async () => {
		await page.click(BOX);
		await page.keyboard.insertText("NO-SUCH-UNIT\n");
		await all_saved(present + 2);
		await idle();
		await page.click("button[data-state=Stray]");
		await page.waitForFunction(() => /NO-SUCH-UNIT/.test($(".stock-take-units").text()));
		const text = await run(() => $(".stock-take-units").text());
		check(text.includes(`In warehouse ${other}`), "where the stray is", text);
		check(text.includes("Not a Serial No"), "what the unknown is", text);
		await shot("stock-take-strays");
	});

	await step("The found ones: thousands, of which only those in sight are in the page", async () => {
		await page.click("button[data-state=Found]");
		await page.waitForFunction((present) => cur_frm.count.table.units.length === present, present);
		const rows = await run(() => $(".stock-take-units > div > div").length);
		check(rows < 60, "rows in the page", rows);
		await run(() => $(".stock-take-units").scrollTop(1e9));
		const last = code(present);
		await page.waitForFunction((last) => $(".stock-take-units").text().includes(last), last);
		await page.click("button[data-state=Missing]");
		await page.waitForFunction(() => cur_frm.count.table.units.length === 7);
		await shot("stock-take");
	});

	await step("The unknown code is taken out of the count", async () => {
		await page.click("button[data-state=Stray]");
		await page.waitForFunction(() => /NO-SUCH-UNIT/.test($(".stock-take-units").text()));
		const row = page.locator(".stock-take-units > div > div", { hasText: "NO-SUCH-UNIT" });
		await row.locator("a", { hasText: "✕" }).click();
		await page.waitForFunction(() => !/NO-SUCH-UNIT/.test($(".stock-take-units").text()));
	});

	await step("Counting is finished", async () => {
		await page.locator("button:visible", { hasText: "Finish Counting" }).first().click();
		await page.waitForSelector(".modal.show .btn-primary:visible");
		await confirm();
		await page.waitForFunction(() => cur_frm.doc.status === "Counted", undefined, { timeout: 60000 });
		await idle();
		const { missing_units, stray_units } = await run(() => cur_frm.doc);
		check(missing_units === 7 && stray_units === 1, "figures of the end", { missing_units, stray_units });
		await shot("stock-take-counted");
	});

	const make = async (label, doctype) => {
		const name = await run(() => cur_frm.docname);
		await run(
			(label) => cur_frm.page.inner_toolbar.find(`[data-label="${encodeURIComponent(label)}"]`).click(),
			label,
		);
		await page.waitForFunction((doctype) => cur_frm?.doctype === doctype, doctype, { timeout: 300000 });
		await idle();
		const made = await run(() => ({
			name: cur_frm.docname,
			docstatus: cur_frm.doc.docstatus,
			items: cur_frm.doc.items,
		}));
		check(made.docstatus === 0, "a draft", made.docstatus);
		return { made, back: () => open("Serial Stock Take", name) };
	};

	await step("A transfer of the stray is made and submitted", async () => {
		const { made, back } = await make("Stock Entry (Transfer of Strays)", "Stock Entry");
		check(made.items.length === 1 && made.items[0].serial_no === code(MANY + 1), "the row", made.items);
		await call("frappe.client.submit", { doc: await run(() => cur_frm.doc) });
		await back();
		check((await figures()).Found === present + 1, "the stray is found", await figures());
		return made.name;
	});

	await step("A reconciliation of the missing is made", async () => {
		const { made, back } = await make("Stock Reconciliation (Missing)", "Stock Reconciliation");
		check(made.items[0].qty === present + 1, "what stays", made.items[0].qty);
		await back();
		return made.name;
	});

	await step("An issue of the missing is made and submitted", async () => {
		const { made, back } = await make("Stock Entry (Issue of Missing)", "Stock Entry");
		check(made.items[0].qty === 7, "what goes", made.items[0].qty);
		await call("frappe.client.submit", { doc: await run(() => cur_frm.doc) });
		await back();
		const counts = await figures();
		check(counts.Missing === 0 && counts.Found === present + 1, "after the issue", counts);
		return made.name;
	});
}

await tell(stock_take);
