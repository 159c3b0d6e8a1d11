// Opening stock of many serials, from a spreadsheet to a delivery, as a person does it in the Desk: see README.md.
// It needs a background worker (bench worker), and a Python that has openpyxl (PYTHON), as the bench's has.

import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

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
	open_new,
	set,
	set_row,
	save,
	submit,
	open,
	close_message,
	press,
	tell,
} from "./desk.mjs";

const MANY = Number(process.env.MANY || 50000);
const DELIVERED = Math.min(10000, MANY);
const WAIT = 1800000;
const folder = mkdtempSync(path.join(tmpdir(), "serials-"));
const purpose = "Network Cabinet";
const attributes = [
	{ label: "Rack", fieldname: "rack", fieldtype: "Data" },
	{ label: "Ports", fieldname: "ports", fieldtype: "Int" },
	{ label: "Checked On", fieldname: "checked_on", fieldtype: "Date" },
];

function workbook(name, prefix, count, item, company, ...more) {
	const file = path.join(folder, name);
	const script = new URL("./import_file.py", import.meta.url).pathname;
	execFileSync(process.env.PYTHON || "python3", [
		script,
		file,
		prefix,
		count,
		item,
		company,
		purpose,
		...more,
	]);
	return file;
}

/** A Data Import of Serial Nos with the file attached, in its form. */
async function new_import(file) {
	await open_new("Data Import");
	await set({ reference_doctype: "Serial No", import_type: "Insert New Records" });
	await press("Save");
	await page.waitForFunction(() => !cur_frm.is_new(), null, { timeout: 60000 });
	await page.locator('[data-fieldname="import_file"] .btn-attach:visible').click();
	await page.locator(".modal.show .file-uploader input[type=file]").setInputFiles(file, { timeout: 60000 });
	await page.locator(".modal.show .btn-modal-primary:visible").click();
	await page.waitForFunction(() => cur_frm.doc.import_file && !cur_frm.doc.__unsaved, null, {
		timeout: WAIT,
	});
	await page.waitForSelector(".import-preview .datatable, .data-import-preview, .dt-scrollable", {
		timeout: WAIT,
	});
	await page.waitForTimeout(800);
}

async function status_of(name) {
	const { status } = await call("frappe.client.get_value", {
		doctype: "Data Import",
		filters: name,
		fieldname: "status",
	});
	return status;
}

/** Starts the import and waits for its end: the status, and whether the progress bar was seen. */
async function import_all() {
	const name = await run(() => cur_frm.docname);
	await page.locator(".page-head:visible .primary-action:visible").click();
	let seen = false;
	for (const end = Date.now() + WAIT; Date.now() < end;) {
		await page.waitForTimeout(500);
		const is_shown = await run(
			() => !!document.querySelector(".form-dashboard .progress-bar, .progress-chart .progress"),
		);
		if (is_shown && !seen) {
			seen = true;
			await shot("import-progress");
		}
		if (["Success", "Error", "Timed Out"].includes(await status_of(name))) {
			return { status: await status_of(name), seen };
		}
		const told = await call("frappe.core.doctype.data_import.data_import.get_import_status", {
			data_import_name: name,
		});
		if ((told.success || 0) + (told.failed || 0) >= told.total_records) {
			await page.waitForTimeout(2000); // the status is written after the last line of the log
			return { ...told, status: await status_of(name), seen };
		}
	}
	throw new Error("the import does not end");
}

/** ERPNext's own dialog asks for a bundle; a person closes it to type in the row. */
async function close_dialogs() {
	for (let times = 0; times < 4; times++) {
		await page.waitForTimeout(1500);
		const count = await run(() => {
			const open = $(".modal.show");
			open.modal("hide");
			return open.length;
		});
		if (!count && times) return;
	}
}

async function story() {
	const { company, stores, customer } = await parties();
	const prefix = `C${STAMP}`;
	const last = String(MANY).padStart(5, "0");
	await ensure("Serial Purpose", purpose, { purpose_name: purpose, attributes });
	const item = `CABINET-${STAMP}`;
	await insert({
		doctype: "Item",
		item_code: item,
		item_group: "Products",
		stock_uom: "Nos",
		is_stock_item: 1,
		has_serial_no: 1,
		valuation_rate: 100,
		warranty_period: 365,
	});

	await step("a file with bad rows: attached", async () => {
		await new_import(workbook("bad.xlsx", `B${STAMP}`, 20, item, company, "bad"));
		await shot("import-preview", { fullPage: true });
	});

	await step("imported: the good rows in, the others told with their numbers", async () => {
		const told = await import_all();
		check(told.status === "Partial Success" && told.success === 20 && told.failed === 5, "status", told);
		await run(() => cur_frm.reload_doc());
		await page.waitForSelector('[data-fieldname="import_log_preview"] table tr td');
		const log = await run(
			() => document.querySelector('[data-fieldname="import_log_preview"]').innerText,
		);
		for (const part of ["already as", "NO-SUCH-ITEM", "is a date", "is a range", "31st of May"])
			check(log.includes(part), "the log", log);
		await page.locator('input[data-fieldname="show_failed_logs"]').click();
		await page.waitForTimeout(1500);
		await page.locator('[data-fieldname="import_log_preview"]').scrollIntoViewIfNeeded();
		await shot("import-log");
		return `${told.success} in, ${told.failed} told`;
	});

	const file = workbook("serials.xlsx", prefix, MANY, item, company);
	await step(`a workbook of ${MANY} serials with attributes: attached and previewed`, async () => {
		await new_import(file);
		const count = await run(() => cur_frm.doc.payload_count);
		check(count === MANY, "rows", count);
	});

	await step("imported", async () => {
		const told = await import_all();
		check(told.status === "Success", "status", told);
		const filters = {
			item_code: item,
			rack: ["is", "set"],
			serial_purpose: purpose,
			name: ["like", `${prefix}-%`],
		};
		const count = await call("frappe.client.get_count", { doctype: "Serial No", filters });
		check(count === MANY, "Serial Nos", count);
		await run(() => cur_frm.reload_doc());
		await page.waitForTimeout(1500);
		await shot("import-done");
		return `${count} Serial Nos${told.seen ? ", the progress bar seen" : ""}`;
	});

	await step("into stock by a Material Receipt, as one range: save", async () => {
		await open_new("Stock Entry");
		await set({ stock_entry_type: "Material Receipt", to_warehouse: stores });
		await set_row({ item_code: item, t_warehouse: stores });
		await close_dialogs();
		await set_row({ basic_rate: 100, use_serial_batch_fields: 1 });
		await set_row({ serial_no: `${prefix}-00001..${prefix}-${last}` });
		await set_row({ qty: MANY }); // after the text: ERPNext's form counts its lines
		await close_dialogs();
		await save();
		return run(() => cur_frm.docname);
	});

	await step("submit", async () => {
		await submit();
		await close_message();
		const filters = { item_code: item, warehouse: stores, status: "Active" };
		const count = await call("frappe.client.get_count", { doctype: "Serial No", filters });
		check(count === MANY, "in stock", count);
		await shot("import-receipt");
	});

	await step(`Delivery Note of ${DELIVERED} pasted lines: save`, async () => {
		const lines = Array.from(
			{ length: DELIVERED },
			(_, at) => `${prefix}-${String(at + 1).padStart(5, "0")}`,
		);
		await open_new("Delivery Note");
		await set({ customer });
		await set_row({
			item_code: item,
			qty: DELIVERED,
			warehouse: stores,
			rate: 150,
			use_serial_batch_fields: 1,
		});
		await set_row({ serial_no: lines.join("\n") });
		await save();
		return run(() => cur_frm.docname);
	});

	await step("submit", async () => {
		await submit();
		await close_message();
		const filters = { item_code: item, status: "Delivered", customer, rack: ["is", "set"] };
		const count = await call("frappe.client.get_count", { doctype: "Serial No", filters });
		check(count === DELIVERED, "delivered", count);
	});

	await step("a delivered unit still says what the file said", async () => {
		await open("Serial No", `${prefix}-00007`);
		await page.waitForTimeout(1000);
		await shot("imported-serial-no", { fullPage: true });
		const doc = await run(() => ({
			rack: cur_frm.doc.rack,
			ports: cur_frm.doc.ports,
			status: cur_frm.doc.status,
		}));
		check(
			doc.rack === "Hall 7, rack 7" && doc.ports === 7 && doc.status === "Delivered",
			"the unit",
			doc,
		);
		return JSON.stringify(doc);
	});
}

await tell(story);
