// Serials entered into rows by the dialog: a range, a paste with an error, a pick, a file, two lists: see README.md.

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
	set_row,
	shot,
	step,
	submit,
	tell,
} from "./desk.mjs";

const ITEM = `ROUTER-${STAMP}`;
const name = (number) => `R${STAMP}-${String(number).padStart(4, "0")}`;

async function place() {
	const { stores, shop, supplier, customer } = await parties();
	await insert({
		doctype: "Item",
		item_code: ITEM,
		item_group: "Products",
		stock_uom: "Nos",
		has_serial_no: 1,
		valuation_rate: 100,
	});
	return { stores, shop, supplier, customer };
}

const dialog = () => page.locator(".serial-inventory-entering.show");
const editor = () => dialog().locator(".si-editor:visible textarea");

/** Opens the row as a person does, and presses its button. */
async function open_dialog() {
	await run(() => cur_frm.fields_dict.items.grid.grid_rows[0].toggle_view(true));
	await page.waitForTimeout(800);
	await page.locator(".grid-row-open [data-fieldname=enter_serial_nos] button:visible").click();
	await dialog().waitFor();
	await page.waitForTimeout(600);
}

async function tab(label) {
	await dialog().locator(`.btn-group button:has-text("${label}")`).click();
	await page.waitForTimeout(500);
}

const status = () => dialog().locator(".si-told").innerText();

async function wait_for_status(part) {
	await page.waitForFunction(
		(part) =>
			document.querySelector(".serial-inventory-entering.show .si-told")?.innerText.includes(part),
		part,
	);
	return status();
}

async function set_serials(with_qty = false) {
	if (with_qty) await dialog().locator(".checkbox input").check();
	await dialog().locator(".modal-footer .btn-primary").click();
	await dialog().waitFor({ state: "hidden" });
	await idle();
	await run(() => cur_frm.fields_dict.items.grid.grid_rows[0].toggle_view(false));
}

const row = () => run(() => cur_frm.doc.items[0]);

await tell(async () => {
	const { stores, shop, supplier, customer } = await place();

	await step("a range of 100 on a Purchase Receipt, two of them rejected", async () => {
		await open_new("Purchase Receipt");
		await set({ supplier });
		await set_row({ item_code: ITEM, qty: 98, rate: 100, warehouse: stores });
		await set_row({ rejected_warehouse: shop, rejected_qty: 2 });
		await open_dialog();
		await tab("Range");
		const source = dialog().locator(".si-source:visible");
		await source.locator("[data-fieldname=first] input").fill(name(1));
		await source.locator("[data-fieldname=last] input").fill(name(100));
		await source.locator("button:has-text('Add 100')").waitFor();
		check((await source.innerText()).includes(name(100)), "preview", await source.innerText());
		await shot("entering-range");
		await source.locator("button:has-text('Add 100')").click();
		await wait_for_status("100 of 98");
		// the last two lines are selected and moved
		await run(() => {
			const input = document.querySelector(".serial-inventory-entering.show .si-editor textarea");
			const lines = input.value.trimEnd().split("\n");
			const start = lines.slice(0, -2).join("\n").length + 1;
			input.focus();
			input.setSelectionRange(start, lines.join("\n").length);
		});
		await dialog().locator("button:has-text('Move Selected to Rejected')").click();
		await wait_for_status("98 of 98");
		const lists = await dialog().locator(".si-lists").first().innerText();
		check(lists.includes("Rejected 2 of 2"), "two lists", lists);
		await shot("entering-lists");
		await set_serials();
		const { serial_no, rejected_serial_no, qty, rejected_qty } = await row();
		check(serial_no.split("\n").length === 98, "accepted", serial_no);
		check(rejected_serial_no === `${name(99)}\n${name(100)}`, "rejected", rejected_serial_no);
		check(qty === 98 && rejected_qty === 2, "quantities stay", { qty, rejected_qty });
		await save();
		await submit();
		await close_message();
	});

	await step("pasted with wrong lines: told beside them, and taken out", async () => {
		await open_new("Delivery Note");
		await set({ customer });
		await set_row({ item_code: ITEM, qty: 3, warehouse: stores });
		await open_dialog();
		await editor().fill(
			[name(4), "NOPE-1", name(5), name(99), name(4).toLowerCase(), name(6)].join("\n"),
		);
		await wait_for_status("3 lines with errors");
		const notes = await dialog().locator(".si-notes [data-line]:visible").allInnerTexts();
		check(notes.length === 3, "notes", notes);
		check(notes[0].includes("do not exist") && notes[1].includes(shop), "sentences", notes);
		check(notes[2].includes("line 1"), "repeated", notes);
		await shot("entering-errors");
		await dialog().locator("button:has-text('Take Out Lines with Errors')").click();
		const said = await wait_for_status("3 of 3");
		check(!said.includes("errors"), "no errors left", said);
		await set_serials();
		check(
			(await row()).serial_no === [name(4), name(5), name(6)].join("\n"),
			"row",
			(await row()).serial_no,
		);
		await page.waitForTimeout(4000);
		check((await row()).qty === 3, "the quantity stays", (await row()).qty);
		await save();
		return notes.join(" | ");
	});

	await step("five picked from the warehouse", async () => {
		await run(() => frappe.model.set_value("Delivery Note Item", cur_frm.doc.items[0].name, "qty", 8));
		await idle();
		await open_dialog();
		await tab("Pick");
		const source = dialog().locator(".si-source:visible");
		await source.locator("label").first().waitFor();
		await source.locator("[data-fieldname=search] input").fill("-001");
		await page.waitForFunction(
			() => document.querySelectorAll(".serial-inventory-entering.show .si-units label").length === 10,
		);
		await source.locator("button:has-text('First 5')").click();
		await shot("entering-pick");
		await source.locator("button:has-text('Add 5')").click();
		await wait_for_status("8 of 8");
		await set_serials();
		const names = (await row()).serial_no.split("\n");
		check(names.length === 8 && names.includes(name(10)) && names.includes(name(14)), "picked", names);
		await save();
		await submit();
		await close_message();
		return names.slice(3).join(" ");
	});

	await step("a file of ten, and the quantity set by them", async () => {
		await open_new("Delivery Note");
		await set({ customer });
		await set_row({ item_code: ITEM, qty: 1, warehouse: stores });
		await open_dialog();
		await editor().fill("");
		await tab("File");
		const lines = Array.from({ length: 10 }, (_, at) => `${ITEM},${name(50 + at)}`);
		await dialog()
			.locator("input[type=file]")
			.setInputFiles({
				name: "units.csv",
				mimeType: "text/csv",
				buffer: Buffer.from(["Item Code,Serial No", ...lines].join("\n")),
			});
		await wait_for_status("10 of 1");
		await shot("entering-file");
		await set_serials(true);
		const { qty, serial_no, use_serial_batch_fields } = await row();
		check(qty === 10 && serial_no.split("\n").length === 10, "row", { qty, serial_no });
		check(use_serial_batch_fields === 1, "shown in the row", use_serial_batch_fields);
		await save();
		await submit();
		await close_message();
	});

	await step("a scan in the dialog", async () => {
		await open_new("Stock Entry");
		await set({ stock_entry_type: "Material Transfer", from_warehouse: stores, to_warehouse: shop });
		await set_row({ item_code: ITEM, qty: 1 });
		await open_dialog();
		await editor().fill("");
		await tab("Scan");
		const scan = dialog().locator(".si-scan input");
		await scan.pressSequentially(`http://site/app/serial-no/${name(60)}\n`, { delay: 1 });
		await wait_for_status("1 of 1");
		await set_serials();
		check((await row()).serial_no === name(60), "row", (await row()).serial_no);
		await save();
		await submit();
		await close_message();
	});

	const others = [
		[
			"Sales Invoice",
			{ customer, update_stock: 1 },
			"items",
			{ item_code: ITEM, qty: 2, warehouse: stores },
		],
		[
			"Purchase Invoice",
			{ supplier, update_stock: 1 },
			"items",
			{ item_code: ITEM, qty: 2, warehouse: stores },
		],
		["POS Invoice", { customer }, "items", { item_code: ITEM, qty: 2, warehouse: stores }],
		["Stock Reconciliation", {}, "items", { item_code: ITEM, warehouse: stores, qty: 2 }],
		["Pick List", { purpose: "Delivery" }, "locations", { item_code: ITEM, qty: 2, warehouse: stores }],
		["Installation Note", { customer }, "items", { item_code: ITEM, qty: 2 }],
		["Maintenance Schedule", { customer }, "items", { item_code: ITEM }],
		["Asset Capitalization", {}, "stock_items", { item_code: ITEM, stock_qty: 2, warehouse: stores }],
	];
	for (const [doctype, values, table, fields] of others) {
		await step(`a row of a ${doctype}`, async () => {
			await open_new(doctype);
			await set(values);
			await run(
				async ([table, fields]) => {
					const row = cur_frm.doc[table]?.[0] || cur_frm.add_child(table);
					for (const [fieldname, value] of Object.entries(fields)) {
						await frappe.model.set_value(row.doctype, row.name, fieldname, value);
						await frappe.after_ajax();
					}
					cur_frm.refresh_field(table);
				},
				[table, fields],
			);
			await close_message();
			await run(
				([table]) =>
					cur_frm.fields_dict[table].grid.custom_buttons["Enter Serial Nos"]?.trigger("click"),
				[table],
			);
			if (doctype === "Maintenance Schedule") {
				await run(() =>
					cur_frm.script_manager.trigger(
						"enter_serial_nos",
						"Maintenance Schedule Item",
						cur_frm.doc.items[0].name,
					),
				);
			}
			await dialog().waitFor();
			await page.waitForTimeout(500);
			const expected = doctype === "Purchase Invoice" ? ["PI-A", "PI-B"] : [name(70), name(71)];
			await editor().fill(expected.join("\n"));
			await wait_for_status(doctype === "Maintenance Schedule" ? "2" : "2 of 2");
			check(!(await status()).includes("errors"), "no errors", await status());
			await dialog().locator(".modal-footer .btn-primary").click();
			await dialog().waitFor({ state: "hidden" });
			const row = await run((table) => cur_frm.doc[table][0], table);
			check(row.serial_no === expected.join("\n"), "row", row.serial_no);
		});
	}

	await step("under Add Serial Nos of a Serial Renewal", async () => {
		await open_new("Serial Renewal");
		await page.locator("button:visible:has-text('Enter Serial Nos')").first().click();
		await dialog().waitFor();
		await page.waitForTimeout(500);
		await editor().fill("NOPE-1");
		await wait_for_status("1 lines with errors");
		await dialog().locator(".modal-header .btn-modal-close").click();
		await page.waitForTimeout(600);
	});

	await step("100,000 pasted", async () => {
		await open_new("Purchase Receipt");
		await set({ supplier });
		await set_row({ item_code: ITEM, qty: 100000, rate: 1, warehouse: stores });
		await open_dialog();
		const start = Date.now();
		await run((stamp) => {
			const input = document.querySelector(".serial-inventory-entering.show .si-editor textarea");
			const lines = Array.from(
				{ length: 100000 },
				(_, at) => `P${stamp}-${String(at).padStart(6, "0")}`,
			);
			input.value = lines.join("\n");
			input.dispatchEvent(new Event("input"));
		}, STAMP);
		await wait_for_status("100,000 of 100,000");
		const seconds = ((Date.now() - start) / 1000).toFixed(1);
		const list = dialog().locator(".si-long:visible");
		await list.evaluate((list) => (list.scrollTop = list.scrollHeight));
		await list.locator("[data-line='100000']").click();
		await shot("entering-100000");
		await list.press("Delete");
		await wait_for_status("99,999 of 100,000");
		await dialog().locator(".modal-footer .btn-primary").click();
		await dialog().waitFor({ state: "hidden" });
		const { serial_no } = await row();
		check(serial_no.split("\n").length === 99999, "in the row", serial_no.length);
		return `checked after ${seconds} s`;
	});
});
