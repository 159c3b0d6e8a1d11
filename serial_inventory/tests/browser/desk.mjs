// The Desk as a person uses it, for the stories beside this file (README.md). A story leaves with 1 if a step fails.

import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";
import path from "node:path";

const env = process.env;
const BASE_URL = (env.BASE_URL || "http://localhost:8000").replace(/\/$/, "");
const SHOTS = env.SHOTS;
export const STAMP = Date.now().toString(36).toUpperCase();
const require = createRequire(`${env.NODE_MODULES_DIR || process.cwd()}/`);
const { chromium } = require("playwright-core");

const results = [];
export let page;

export function check(condition, what, found) {
	if (!condition) throw new Error(`${what}: ${JSON.stringify(found)}`);
}

export async function step(name, work) {
	const start = Date.now();
	const said = await work();
	const seconds = ((Date.now() - start) / 1000).toFixed(1);
	results.push({ step: name, seconds, seen: said || "" });
	console.log(`ok   ${seconds.padStart(6)} s  ${name}${said ? `: ${said}` : ""}`);
}

export async function shot(name, options = {}) {
	if (!SHOTS) return;
	mkdirSync(SHOTS, { recursive: true });
	await page.screenshot({ path: path.join(SHOTS, `${name}.png`), ...options });
}

/** Runs in the page, with what it needs as one argument. */
export const run = (work, argument) => page.evaluate(work, argument);

export async function sign_in() {
	await page.goto(`${BASE_URL}/login`, { waitUntil: "domcontentloaded" });
	const status = await run(
		async (form) => {
			const body = new URLSearchParams(form);
			return (await fetch("/api/method/login", { method: "POST", body })).status;
		},
		{ usr: env.DESK_USER || "Administrator", pwd: env.DESK_PASSWORD || "admin" },
	);
	check(status === 200, "signing in", status);
	await page.goto(`${BASE_URL}/app`, { waitUntil: "domcontentloaded" });
	await page.waitForFunction(
		() => window.frappe?.boot && window.frappe.router?.current_route !== undefined,
	);
}

export async function call(method, args) {
	return run(
		async ([method, args]) => (await frappe.call({ method, args, freeze: false })).message,
		[method, args],
	);
}

export async function insert(values, submit = false) {
	const doc = await call("frappe.client.insert", { doc: values });
	return submit ? call("frappe.client.submit", { doc }) : doc;
}

export async function ensure(doctype, name, values) {
	const found = await call("frappe.client.get_count", { doctype, filters: { name } });
	if (!found) await insert({ doctype, ...values });
	return name;
}

/** The site's company and its two first warehouses, a supplier and a customer, which are made if they are not there. */
export async function parties() {
	const company = await run(() => frappe.defaults.get_default("company"));
	const { abbr } = await call("frappe.client.get_value", {
		doctype: "Company",
		filters: company,
		fieldname: "abbr",
	});
	const supplier = await ensure("Supplier", "Contoso Electronics", {
		supplier_name: "Contoso Electronics",
		supplier_group: "All Supplier Groups",
	});
	const customer = await ensure("Customer", "Fabrikam Hospitals", {
		customer_name: "Fabrikam Hospitals",
		customer_group: "All Customer Groups",
		territory: "All Territories",
	});
	return {
		company,
		abbr,
		supplier,
		customer,
		stores: `Stores - ${abbr}`,
		shop: `Finished Goods - ${abbr}`,
	};
}

/** A new document in its full form, as "New" opens it, without quick entry. */
export async function open_new(doctype) {
	await run(async (doctype) => {
		await new Promise((done) => frappe.model.with_doctype(doctype, done));
		const doc = frappe.model.get_new_doc(doctype, null, null, true);
		await frappe.set_route("Form", doctype, doc.name);
	}, doctype);
	await page.waitForFunction(
		(doctype) => window.cur_frm?.doctype === doctype && cur_frm.is_new() && !frappe.dom.freeze_count,
		doctype,
	);
	await page.waitForTimeout(500);
}

export async function set(values) {
	await run(async (values) => {
		for (const [fieldname, value] of Object.entries(values)) await cur_frm.set_value(fieldname, value);
	}, values);
	await idle();
}

/** The first row of the items, field by field, so that every script of the form runs. */
export async function set_row(values) {
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

export async function idle() {
	await run(() => frappe.after_ajax());
	await page.waitForTimeout(300);
	await page.waitForFunction(() => !frappe.dom.freeze_count && !frappe.request.ajax_count);
}

export async function press(label) {
	await page
		.locator(`.page-head:visible .page-actions button[data-label="${label}"]:visible`)
		.first()
		.click();
}

export async function confirm() {
	await page.locator(".modal.show .modal-footer .btn-primary:visible").last().click();
}

/** Waits for the form to have the docstatus, saved, or throws what the Desk tells. */
export async function wait_for_docstatus(docstatus, timeout = 180000) {
	const is_there = (docstatus) =>
		cur_frm.doc.docstatus === docstatus && !cur_frm.doc.__unsaved && !cur_frm.is_new();
	const state = await page.waitForFunction(
		([is_there, docstatus]) => {
			if (new Function(`return ${is_there}`)()(docstatus)) return "there";
			const titles = [...document.querySelectorAll(".modal.show .modal-title")];
			const is_refused = titles.some(
				(title) =>
					/error|message|missing/i.test(title.innerText) ||
					title.parentElement.querySelector(".indicator.red"),
			);
			return is_refused && "refused";
		},
		[is_there.toString(), docstatus],
		{ timeout },
	);
	if ((await state.jsonValue()) === "refused") throw new Error(`the Desk refuses: ${await message()}`);
	await idle();
}

export async function message() {
	return run(() => document.querySelector(".modal.show .modal-body")?.innerText?.trim() || "");
}

export async function close_message() {
	await run(() => frappe.msg_dialog?.hide?.());
	await page.waitForTimeout(600);
}

export async function save() {
	await press("Save");
	await wait_for_docstatus(0);
	await close_message();
}

export async function submit() {
	await press("Submit");
	await confirm();
	await wait_for_docstatus(1);
	return message();
}

export async function cancel() {
	await close_message();
	await press("Cancel");
	await confirm();
	await wait_for_docstatus(2);
	await close_message();
}

/** Opens the row's form and reads what a person sees there. */
export async function read_row(fieldnames) {
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

export async function open(doctype, name) {
	await run(([doctype, name]) => frappe.set_route("Form", doctype, name), [doctype, name]);
	await page.waitForFunction(
		([doctype, name]) => cur_frm?.doctype === doctype && cur_frm.docname === name,
		[doctype, name],
	);
	await idle();
}

/** What a Serial No's form shows in these fields. */
export async function read_serial_no(name, fieldnames) {
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

export async function connections() {
	await page.waitForFunction(() => cur_frm.dashboard_data?.count);
	return run(() => {
		const counts = {};
		cur_frm.dashboard.links_area.body.find(".document-link:visible").each((_, link) => {
			counts[link.dataset.doctype] = Number($(link).find(".count:visible").text()) || 0;
		});
		return counts;
	});
}
/** Opens a browser, signs in and tells the story; `story` is an async function of steps. */
export async function tell(story) {
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
		await story();
		console.log(`${results.length} steps, all well.`);
	} catch (error) {
		await shot("failed").catch(() => {});
		console.error(`FAIL after "${results.at(-1)?.step || "start"}": ${error.message}`);
		process.exitCode = 1;
	} finally {
		await browser.close();
	}
}
