// Units scanned into documents at a scanner's speed: every one arrives, and what is wrong is told without a dialog.

import {
	STAMP,
	check,
	close_message,
	idle,
	insert,
	open_new,
	page,
	parties,
	run,
	save,
	set,
	shot,
	step,
	submit,
	tell,
} from "./desk.mjs";

const MANY = Number(process.env.SCANS || 200);
const ITEM = `SCANNED-${STAMP}`;
const OTHER = `CABLE-${STAMP}`;
const GS = "\x1d";
const name = (number) => `S${STAMP}-${String(number).padStart(4, "0")}`;

/** A GTIN of this run, with its check digit. */
const GTIN = (() => {
	const digits = String(Date.now()).padStart(13, "0").slice(-13);
	const sum = [...digits].reverse().reduce((sum, digit, at) => sum + digit * (at % 2 ? 1 : 3), 0);
	return digits + ((10 - (sum % 10)) % 10);
})();

async function place() {
	const { stores, shop, supplier, customer } = await parties();
	const values = { doctype: "Item", item_group: "Products", stock_uom: "Nos", valuation_rate: 10 };
	await insert({ ...values, item_code: ITEM, has_serial_no: 1, barcodes: [{ barcode: GTIN }] });
	await insert({ ...values, item_code: OTHER, barcodes: [{ barcode: `B${STAMP}` }] });
	return { stores, shop, supplier, customer };
}

const field = () => page.locator(".si-scan input:visible").first();
const strip = () => page.locator(".si-scan:visible .si-log").first();

/** Types codes as a scanner does: every key an event of its own, Enter behind each, and no waiting for anything. */
async function scan(codes, pause = 0) {
	await field().focus();
	const started = Date.now();
	const slowest = await run(
		async ([codes, pause]) => {
			const input = document.activeElement;
			let slowest = 0;
			for (const code of codes) {
				const start = performance.now();
				for (const key of code) {
					const init = { key, bubbles: true, cancelable: true };
					input.dispatchEvent(new KeyboardEvent("keydown", init));
					input.value += key;
					input.dispatchEvent(new Event("input", { bubbles: true }));
				}
				input.dispatchEvent(
					new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
				);
				slowest = Math.max(slowest, performance.now() - start);
				await new Promise((done) => setTimeout(done, pause));
			}
			return slowest;
		},
		[codes, pause],
	);
	return { seconds: (Date.now() - started) / 1000, slowest };
}

async function wait_for_count(text) {
	await page.waitForFunction(
		(text) =>
			[...document.querySelectorAll(".si-scan .si-count")].some(
				(count) => count.offsetParent && count.innerText === text,
			),
		text,
	);
	await idle();
}

const rows = () =>
	run(() =>
		cur_frm.doc.items.map(({ item_code, qty, serial_no, warehouse }) => ({
			item_code,
			qty,
			serial_no,
			warehouse,
		})),
	);
const names_in = (row) => (row.serial_no || "").split("\n").filter(Boolean);

const no_dialog = async () =>
	check(
		!(await page.locator(".modal.show").count()),
		"no dialog",
		await page.locator(".modal.show").count(),
	);

await tell(async () => {
	const { stores, shop, supplier, customer } = await place();
	const codes = Array.from({ length: MANY }, (_, at) => name(at + 1));

	await step(`${MANY} new units scanned into a Purchase Receipt, 20 ms apart`, async () => {
		await open_new("Purchase Receipt");
		await set({ supplier, set_warehouse: stores });
		let calls = 0;
		const counter = (request) => (calls += request.url().includes("resolve_scan") ? 1 : 0);
		page.on("request", counter);
		const { seconds } = await scan([`(01)${GTIN}`, ...codes], 20);
		await wait_for_count(`${MANY + 1} taken`);
		page.off("request", counter);
		await no_dialog();
		const [row, ...more] = await rows();
		check(!more.length && row.item_code === ITEM, "one row", { row, more });
		check(names_in(row).join() === codes.join(), "every one, in order", names_in(row).length);
		check(row.qty === MANY, "quantity", row.qty);
		await shot("scanning-receipt");
		await page.waitForTimeout(4000);
		check((await rows())[0].qty === MANY, "the quantity stays", (await rows())[0].qty);
		await save();
		await submit();
		await close_message();
		return `typed in ${seconds.toFixed(1)} s, ${calls} calls`;
	});

	await step(`${MANY} of them on a Delivery Note, as fast as the browser takes them`, async () => {
		await open_new("Delivery Note");
		await set({ customer, set_warehouse: stores });
		const sold = codes.slice(0, MANY - 10);
		const { seconds, slowest } = await scan(sold);
		await wait_for_count(`${sold.length} taken`);
		await no_dialog();
		const [row, ...more] = await rows();
		check(!more.length && names_in(row).join() === sold.join(), "every one", {
			count: names_in(row).length,
			more,
		});
		check(row.qty === sold.length, "quantity", row.qty);
		return `typed in ${seconds.toFixed(1)} s, at most ${slowest.toFixed(0)} ms each`;
	});

	await step("what is wrong is in the strip, in colour", async () => {
		await insert(
			{
				doctype: "Stock Entry",
				stock_entry_type: "Material Transfer",
				items: [
					{
						item_code: ITEM,
						qty: 1,
						s_warehouse: stores,
						t_warehouse: shop,
						serial_no: name(MANY),
						use_serial_batch_fields: 1,
					},
				],
			},
			true,
		);
		await close_message();
		const before = (await rows())[0].qty;
		await scan([name(1), `NOPE-${STAMP}`, name(MANY), name(MANY - 1)], 20);
		await wait_for_count(`${MANY - 10 + 1} taken, 3 refused`);
		await no_dialog();
		const told = await strip().locator(".indicator-pill").allInnerTexts();
		check(told[0].includes(name(MANY - 1)), "the last is good", told);
		check(told[1].includes(shop) && told[1].includes(name(MANY)), "another warehouse", told);
		check(told[2].includes(`NOPE-${STAMP}`), "unknown", told);
		check(told[3].includes("already"), "twice", told);
		check(await strip().locator(".indicator-pill.orange").count(), "orange", told);
		check((await rows())[0].qty === before + 1, "one more", (await rows())[0].qty);
		await shot("scanning-refused");
		return told.slice(0, 4).join(" | ");
	});

	await step("an Item without serial numbers counts up; GS1 with FNC1 finds unit and Item", async () => {
		await scan([`B${STAMP}`, `B${STAMP}`, `]C101${GTIN}21${name(MANY - 2)}${GS}17301231`], 20);
		await wait_for_count(`${MANY - 10 + 4} taken, 3 refused`);
		await no_dialog();
		const [first, second] = await rows();
		check(second.item_code === OTHER && second.qty === 2, "counted", second);
		check(names_in(first).includes(name(MANY - 2)), "GS1", names_in(first).slice(-2));
		await run((other) => {
			const row = cur_frm.doc.items.find((row) => row.item_code === other);
			cur_frm.fields_dict.items.grid.grid_rows_by_docname[row.name].remove();
		}, OTHER);
		await save();
		await submit();
		await close_message();
	});

	await step("a transfer: a row is made for what is scanned, and none for what is refused", async () => {
		await open_new("Stock Entry");
		await set({ stock_entry_type: "Material Transfer", from_warehouse: stores, to_warehouse: shop });
		await scan([name(1), `(01)${GTIN}(21)NOPE-${STAMP}`]);
		await wait_for_count("0 taken, 2 refused");
		check(!(await rows()).some((row) => row.item_code), "no row", await rows());
		await scan([name(MANY - 3), name(MANY - 4)]);
		await wait_for_count("2 taken, 2 refused");
		const [row] = await rows();
		check(names_in(row).length === 2 && row.qty === 2, "row", row);
		await save();
		await submit();
		await close_message();
	});

	await step("a transfer without a source: the row gets the unit's own", async () => {
		await open_new("Stock Entry");
		await set({ stock_entry_type: "Material Transfer", to_warehouse: stores });
		await scan([name(MANY)]);
		await wait_for_count("1 taken");
		const source = await run(() => cur_frm.doc.items[0].s_warehouse);
		check(source === shop, "source", source);
	});
});
