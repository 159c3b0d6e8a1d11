// The main job as a person does it in the Desk: see README.md beside this file.

import {
	STAMP,
	page,
	parties,
	check,
	step,
	shot,
	run,
	insert,
	open_new,
	set,
	set_row,
	press,
	confirm,
	wait_for_docstatus,
	message,
	close_message,
	save,
	submit,
	cancel,
	read_row,
	open,
	read_serial_no,
	connections,
	tell,
} from "./desk.mjs";

const MANY = Number(process.env.MANY || 10000);

async function main_job() {
	const { company, stores, supplier, customer } = await parties();
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
			document.querySelector(".modal.show .modal-body a")?.getAttribute("href"),
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
			() => {},
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

await tell(async () => {
	const place = await main_job();
	if (MANY) await many_typed(place);
});
