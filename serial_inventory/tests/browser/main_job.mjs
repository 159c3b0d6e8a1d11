// The main job as a person does it in the Desk: see README.md beside this file. Leaves with 1 if a step fails.

import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";
import path from "node:path";

const env = process.env;
const BASE_URL = (env.BASE_URL || "http://localhost:8000").replace(/\/$/, "");
const MANY = Number(env.MANY || 10000);
const SHOTS = env.SHOTS;
const STAMP = Date.now().toString(36).toUpperCase();
const require = createRequire(`${env.NODE_MODULES_DIR || process.cwd()}/`);
const { chromium } = require("playwright-core");

const results = [];
let page;

function check(condition, what, found) {
	if (!condition) throw new Error(`${what}: ${JSON.stringify(found)}`);
}

async function step(name, work) {
	const start = Date.now();
	const said = await work();
	const seconds = ((Date.now() - start) / 1000).toFixed(1);
	results.push({ step: name, seconds, seen: said || "" });
	console.log(`ok   ${seconds.padStart(6)} s  ${name}${said ? `: ${said}` : ""}`);
}

async function shot(name, options = {}) {
	if (!SHOTS) return;
	mkdirSync(SHOTS, { recursive: true });
	await page.screenshot({ path: path.join(SHOTS, `${name}.png`), ...options });
}

/** Runs in the page, with what it needs as one argument. */
const run = (work, argument) => page.evaluate(work, argument);

async function sign_in() {
	await page.goto(`${BASE_URL}/login`, { waitUntil: "domcontentloaded" });
	const status = await run(
		async (form) => {
			const body = new URLSearchParams(form);
			return (await fetch("/api/method/login", { method: "POST", body })).status;
		},
		{ usr: env.DESK_USER || "Administrator", pwd: env.DESK_PASSWORD || "admin" }
	);
	check(status === 200, "signing in", status);
	await page.goto(`${BASE_URL}/app`, { waitUntil: "domcontentloaded" });
	await page.waitForFunction(
		() => window.frappe?.boot && window.frappe.router?.current_route !== undefined
	);
}

async function call(method, args) {
	return run(
		async ([method, args]) => (await frappe.call({ method, args, freeze: false })).message,
		[method, args]
	);
}

async function insert(values, submit = false) {
	const doc = await call("frappe.client.insert", { doc: values });
	return submit ? call("frappe.client.submit", { doc }) : doc;
}

async function ensure(doctype, name, values) {
	const found = await call("frappe.client.get_count", { doctype, filters: { name } });
	if (!found) await insert({ doctype, ...values });
	return name;
}

/** A new document in its full form, as "New" opens it, without quick entry. */
async function open_new(doctype) {
	await run(async (doctype) => {
		await new Promise((done) => frappe.model.with_doctype(doctype, done));
		const doc = frappe.model.get_new_doc(doctype, null, null, true);
		await frappe.set_route("Form", doctype, doc.name);
	}, doctype);
	await page.waitForFunction(
		(doctype) => window.cur_frm?.doctype === doctype && cur_frm.is_new() && !frappe.dom.freeze_count,
		doctype
	);
	await page.waitForTimeout(500);
}

async function set(values) {
	await run(async (values) => {
		for (const [fieldname, value] of Object.entries(values)) await cur_frm.set_value(fieldname, value);
	}, values);
	await idle();
}

/** The first row of the items, field by field, so that every script of the form runs. */
async function set_row(values) {
	await run(async (values) => {
		if (!cur_frm.doc.items?.length) cur_frm.fields_dict.items.grid.add_new_row();
		const row = cur_frm.doc.items[0];
		for (const [fieldname, value] of Object.entries(values)) {
			await frappe.model.set_value(row.doctype, row.name, fieldname, value);
			await frappe.after_ajax();
		}
		cur_frm.refresh_field("items");
	}, values);
	await idle();
}

async function idle() {
	await run(() => frappe.after_ajax());
	await page.waitForTimeout(300);
	await page.waitForFunction(() => !frappe.dom.freeze_count && !frappe.request.ajax_count);
}

async function press(label) {
	await page
		.locator(`.page-head:visible .page-actions button[data-label="${label}"]:visible`)
		.first()
		.click();
}

async function confirm() {
	await page.locator(".modal.show .modal-footer .btn-primary:visible").last().click();
}

/** Waits for the form to have the docstatus, saved, or throws what the Desk tells. */
async function wait_for_docstatus(docstatus, timeout = 180000) {
	const is_there = (docstatus) =>
		cur_frm.doc.docstatus === docstatus && !cur_frm.doc.__unsaved && !cur_frm.is_new();
	const state = await page.waitForFunction(
		([is_there, docstatus]) => {
			if (new Function(`return ${is_there}`)()(docstatus)) return "there";
			const titles = [...document.querySelectorAll(".modal.show .modal-title")];
			const is_refused = titles.some(
				(title) =>
					/error|message|missing/i.test(title.innerText) ||
					title.parentElement.querySelector(".indicator.red")
			);
			return is_refused && "refused";
		},
		[is_there.toString(), docstatus],
		{ timeout }
	);
	if ((await state.jsonValue()) === "refused") throw new Error(`the Desk refuses: ${await message()}`);
	await idle();
}

async function message() {
	return run(() => document.querySelector(".modal.show .modal-body")?.innerText?.trim() || "");
}

async function close_message() {
	await run(() => frappe.msg_dialog?.hide?.());
	await page.waitForTimeout(600);
}

async function save() {
	await press("Save");
	await wait_for_docstatus(0);
	await close_message();
}

async function submit() {
	await press("Submit");
	await confirm();
	await wait_for_docstatus(1);
	return message();
}

async function cancel() {
	await close_message();
	await press("Cancel");
	await confirm();
	await wait_for_docstatus(2);
	await close_message();
}

/** Opens the row's form and reads what a person sees there. */
async function read_row(fieldnames) {
	await run(() => cur_frm.fields_dict.items.grid.grid_rows[0].toggle_view(true));
	await page.waitForTimeout(800);
	return run((fieldnames) => {
		const form = cur_frm.fields_dict.items.grid.grid_rows[0].grid_form;
		const seen = {};
		for (const fieldname of fieldnames) {
			const field = form.fields_dict[fieldname];
			const is_visible = field?.$wrapper.is(":visible");
			const input = field?.$input?.is(":visible") ? field.$input.val() : "";
			const text = field?.$wrapper.find(".control-value")[0]?.innerText.trim();
			seen[fieldname] = is_visible ? input || text : null;
		}
		return seen;
	}, fieldnames);
}

async function open(doctype, name) {
	await run(([doctype, name]) => frappe.set_route("Form", doctype, name), [doctype, name]);
	await page.waitForFunction(
		([doctype, name]) => cur_frm?.doctype === doctype && cur_frm.docname === name,
		[doctype, name]
	);
	await idle();
}

/** What a Serial No's form shows in these fields. */
async function read_serial_no(name, fieldnames) {
	await open("Serial No", name);
	await run(() => cur_frm.reload_doc());
	await idle();
	return run((fieldnames) => {
		const seen = {};
		for (const fieldname of fieldnames) {
			const wrapper = cur_frm.fields_dict[fieldname].$wrapper;
			seen[fieldname] = wrapper.is(":visible") ? wrapper.find(".control-value").text().trim() : "";
			seen[`${fieldname}_link`] = wrapper.find(".control-value a").attr("href") || "";
		}
		return seen;
	}, fieldnames);
}

async function connections() {
	await page.waitForFunction(() => cur_frm.dashboard_data?.count);
	return run(() => {
		const counts = {};
		cur_frm.dashboard.links_area.body.find(".document-link:visible").each((_, link) => {
			counts[link.dataset.doctype] = Number($(link).find(".count:visible").text()) || 0;
		});
		return counts;
	});
}

async function main_job() {
	const company = await run(() => frappe.defaults.get_default("company"));
	const abbr = await call("frappe.client.get_value", {
		doctype: "Company",
		filters: company,
		fieldname: "abbr",
	});
	const stores = `Stores - ${abbr.abbr}`;
	const supplier = await ensure("Supplier", "Contoso Electronics", {
		supplier_name: "Contoso Electronics",
		supplier_group: "All Supplier Groups",
	});
	const customer = await ensure("Customer", "Fabrikam Hospitals", {
		customer_name: "Fabrikam Hospitals",
		customer_group: "All Customer Groups",
		territory: "All Territories",
	});
	const item = `ROUTER-${STAMP}`;
	let receipt, note, names, delivered;

	await step("Item with a series", async () => {
		await open_new("Item");
		await set({ item_code: item, item_group: "Products", stock_uom: "Nos", valuation_rate: 100 });
		await set({ has_serial_no: 1 });
		await set({ serial_no_series: `R${STAMP}-.#####`, warranty_period: 365 });
		await save();
		return item;
	});

	await step("Purchase Receipt of 5, the column blank: save", async () => {
		await open_new("Purchase Receipt");
		await set({ supplier });
		await set_row({ item_code: item, qty: 5, rate: 100, warehouse: stores });
		await save();
		receipt = await run(() => cur_frm.docname);
		return receipt;
	});

	await step("submit", async () => {
		const told = await submit();
		check(told.includes(`5 Serial Nos created for Item ${item}`), "message", told);
		await shot("message");
		const link = await run(() =>
			document.querySelector(".modal.show .modal-body a")?.getAttribute("href")
		);
		check(link, "link in the message", told);
		await close_message();
		return `"${told.replace(/\s+/g, " ")}"`;
	});

	await step("five Serial Nos in the row", async () => {
		const row = await read_row(["serial_no", "serial_and_batch_bundle", "serial_summary"]);
		names = (row.serial_no || "").split("\n").filter(Boolean);
		check(names.length === 5, "Serial Nos in the row", row);
		await shot("receipt-row");
		await run(() => cur_frm.fields_dict.items.grid.grid_rows[0].toggle_view(false));
		return names.join(" ");
	});

	await step("and on their forms, with supplier and document", async () => {
		for (const name of names) {
			const seen = await read_serial_no(name, [
				"supplier",
				"purchase_document_no",
				"status",
				"warehouse",
			]);
			check(seen.supplier === supplier, `${name}: supplier`, seen);
			check(seen.purchase_document_no === receipt, `${name}: document`, seen);
			check(seen.purchase_document_no_link.includes(receipt), `${name}: link to the document`, seen);
			check(seen.status === "Active" && seen.warehouse === stores, `${name}: place`, seen);
		}
		check((await connections())["Purchase Receipt"] === 1, "Connections", await connections());
	});

	await step("Delivery Note of two", async () => {
		await open_new("Delivery Note");
		await set({ customer });
		await set_row({ item_code: item, qty: 2, warehouse: stores, rate: 150 });
		await save();
		note = await run(() => cur_frm.docname);
		await submit();
		await close_message();
		const row = await read_row(["serial_no", "serial_and_batch_bundle"]);
		delivered = (row.serial_no || "").split("\n").filter(Boolean);
		check(delivered.length === 2, "Serial Nos in the row", row);
		return `${note}: ${delivered.join(" ")}`;
	});

	await step("the two say so", async () => {
		for (const name of delivered) {
			const seen = await read_serial_no(name, [
				"status",
				"customer",
				"delivery_document_no",
				"maintenance_status",
			]);
			check(seen.status === "Delivered" && seen.customer === customer, name, seen);
			check(seen.delivery_document_no === note, name, seen);
			check(seen.maintenance_status === "Under Warranty", name, seen);
		}
		check((await connections())["Delivery Note"] === 1, "Connections", await connections());
		await shot("serial-no", { fullPage: true });
	});

	await step("cancel the Delivery Note", async () => {
		await open("Delivery Note", note);
		await cancel();
		for (const name of delivered) {
			const seen = await read_serial_no(name, [
				"status",
				"customer",
				"delivery_document_no",
				"warehouse",
			]);
			check(seen.status === "Active" && seen.warehouse === stores, name, seen);
			check(!seen.customer && !seen.delivery_document_no, name, seen);
		}
	});

	await step("cancel the Purchase Receipt", async () => {
		await open("Purchase Receipt", receipt);
		await cancel();
		for (const name of names) {
			const seen = await read_serial_no(name, [
				"status",
				"supplier",
				"purchase_document_no",
				"warehouse",
			]);
			check(!seen.warehouse && !seen.supplier && !seen.purchase_document_no, name, seen);
		}
		return (await read_serial_no(names[0], ["status"])).status;
	});

	return { stores, supplier, customer };
}

async function many_typed({ stores, supplier, customer }) {
	const item = `SENSOR-${STAMP}`;
	const shown = MANY.toLocaleString("en-US");
	const typed = Array.from({ length: MANY }, (_, at) => `S${STAMP}-${String(at + 1).padStart(5, "0")}`);

	await step(`${shown} received by the API`, async () => {
		const values = { item_code: item, item_group: "Products", stock_uom: "Nos", has_serial_no: 1 };
		await insert({
			doctype: "Item",
			...values,
			serial_no_series: `S${STAMP}-.#####`,
			valuation_rate: 10,
		});
		const row = { item_code: item, qty: MANY, rate: 10, warehouse: stores };
		await insert({ doctype: "Purchase Receipt", supplier, items: [row] }, true);
		await close_message();
	});

	await step(`${shown} typed on a Delivery Note: into the row`, async () => {
		await open_new("Delivery Note");
		await set({ customer });
		await set_row({ item_code: item, qty: MANY, warehouse: stores, rate: 15 });
		await set_row({ serial_no: typed.join("\n") });
		return `qty ${await run(() => cur_frm.doc.items[0].qty)}`;
	});

	await step("save", save);

	await step("submit", async () => {
		await press("Submit");
		await confirm();
		let bar = "no progress bar seen";
		const seen = page.waitForSelector(".modal.show .progress-bar", { timeout: 300000 }).then(
			() => {
				bar = "with a progress bar";
				return shot("progress");
			},
			() => {}
		);
		await Promise.race([wait_for_docstatus(1, 300000), seen]);
		await wait_for_docstatus(1, 300000);
		await close_message();
		return bar;
	});

	await step("the row shows how many, from which to which", async () => {
		const row = await read_row(["serial_no", "serial_summary", "serial_and_batch_bundle"]);
		check(row.serial_summary?.startsWith(`${shown}: `), "summary", row);
		check(row.serial_and_batch_bundle, "bundle", row);
		check(!row.serial_no, "an empty text beside the summary", row);
		await shot("summary-row");
		return row.serial_summary;
	});

	await step("the first and the last say so", async () => {
		for (const name of [typed[0], typed[MANY - 1]]) {
			const seen = await read_serial_no(name, ["status", "customer"]);
			check(seen.status === "Delivered" && seen.customer === customer, name, seen);
		}
	});
}

const browser = await chromium.launch({
	executablePath: env.CHROMIUM || "/usr/bin/chromium",
	args: [
		"--headless",
		"--no-sandbox",
		"--disable-gpu",
		...(env.CHROMIUM_ARGS || "").split(",").filter(Boolean),
	],
});
try {
	page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
	page.setDefaultTimeout(60000);
	page.on("pageerror", (error) => console.log(`page error: ${error}`));
	await sign_in();
	const place = await main_job();
	if (MANY) await many_typed(place);
	console.log(`${results.length} steps, all well.`);
} catch (error) {
	await shot("failed").catch(() => {});
	console.error(`FAIL after "${results.at(-1)?.step || "start"}": ${error.message}`);
	process.exitCode = 1;
} finally {
	await browser.close();
}
