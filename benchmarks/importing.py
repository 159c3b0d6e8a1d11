"""Data Import of Serial Nos: ERPNext alone against ERPNext with this app, turn by turn, in one run.

In the bench directory, as its user, with the two sites of benchmarks/README.md:

    env/bin/python apps/serial_inventory/benchmarks/importing.py --native native.example --app app.example

Three ways: `native` (ERPNext alone), `documents` (with the app, while another app listens to Serial Nos, so that each row is a
document), `bulk` (with the app). Measured is the job, from the file to the last line of the log. Each measurement has a
process of its own; the Serial Nos are deleted after it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import statistics
import subprocess
import sys
import time
from datetime import date, timedelta

ITEM = "BENCH-IMPORT"
HEADER = ("Serial No", "Item Code", "Company", "Warranty Expiry Date", "AMC Expiry Date", "Purchase Rate")
WAYS = ("native", "documents", "bulk")


def main() -> None:
	options = parsed()
	if options.way:
		print(json.dumps(measure(options.site, options.way, options.rows, options.update)))
		return
	found: dict[str, list[dict]] = {way: [] for way in WAYS}
	for number in range(options.runs):
		for way in WAYS if number % 2 == 0 else reversed(WAYS):
			found[way].append(apart(options, way, options.rows))
	result = {way: summary(runs) for way, runs in found.items()}
	result["documents_to_native"] = ratio(found, "documents", "native")
	result["native_to_bulk"] = ratio(found, "native", "bulk")
	if options.huge:
		result["huge"] = apart(options, "bulk", options.huge)
	print(json.dumps(result, indent=1))
	if options.output:
		with open(options.output, "w") as file:
			json.dump(result, file, indent=1)


def parsed() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("--native", help="a site without the app")
	parser.add_argument("--app", help="a site with the app")
	parser.add_argument("--rows", type=int, default=10_000)
	parser.add_argument("--runs", type=int, default=3)
	parser.add_argument("--huge", type=int, default=0, help="rows of one import more, in bulk")
	parser.add_argument("--update", action="store_true", help="measure updates of Serial Nos that exist")
	parser.add_argument("--output", help="a JSON file for the figures")
	parser.add_argument("--site", help=argparse.SUPPRESS)
	parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
	return parser.parse_args()


def apart(options: argparse.Namespace, way: str, rows: int) -> dict:
	site = options.native if way == "native" else options.app
	command = [sys.executable, __file__, "--site", site, "--way", way, "--rows", str(rows)]
	if options.update:
		command.append("--update")
	answer = subprocess.run(command, check=True, capture_output=True, text=True)
	figures = json.loads(answer.stdout.splitlines()[-1])
	print(way, figures, file=sys.stderr, flush=True)
	return figures


def summary(runs: list[dict]) -> dict:
	rows = runs[0]["rows"]
	seconds = statistics.median(run["seconds"] for run in runs)
	return {
		"rows": rows,
		"seconds": round(seconds, 2),
		"ms_a_row": round(seconds / rows * 1000, 3),
		"cpu_ms_a_row": round(statistics.median(run["cpu_seconds"] for run in runs) / rows * 1000, 3),
		"statements": runs[0]["statements"],
		"runs": [run["seconds"] for run in runs],
	}


def ratio(found: dict[str, list[dict]], over: str, under: str) -> float:
	"""The median of the runs' ratios."""
	pairs = zip(found[over], found[under], strict=True)
	return round(statistics.median(first["seconds"] / second["seconds"] for first, second in pairs), 2)


def measure(site: str, way: str, rows: int, update: bool) -> dict:
	import frappe

	os.chdir("sites")
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	if ("serial_inventory" in frappe.get_installed_apps()) == (way == "native"):
		sys.exit(f"{site} is not a site to measure {way} on.")
	frappe.set_user("Administrator")
	prefix = f"BI{int(time.time())}-"
	try:
		make_item()
		if update:
			run(way, data_import(file_of(prefix, rows), "Insert New Records"))
			figures = run(way, data_import(file_of(prefix, rows, later=30), "Update Existing Records"))
		else:
			figures = run(way, data_import(file_of(prefix, rows), "Insert New Records"))
		return {"rows": rows, **figures}
	finally:
		clear(prefix)


def run(way: str, doc) -> dict:
	from measure import statements

	with statements() as sent:
		began, worked = time.perf_counter(), time.process_time()
		job(way)(doc.name)
		seconds, cpu = time.perf_counter() - began, time.process_time() - worked
	doc.reload()
	if doc.status != "Success":
		sys.exit(f"The import ended as {doc.status}.")
	return {"seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "statements": len(sent)}


def job(way: str):
	"""What the background worker would run."""
	if way == "native":
		from frappe.core.doctype.data_import.data_import import start_import

		return start_import
	from serial_inventory.services import import_listeners, importing

	if way == "documents":
		import_listeners.found = lambda _mute_emails: True
	return importing.run


def make_item() -> None:
	import frappe

	if not frappe.db.exists("Item", ITEM):
		values = {"item_code": ITEM, "item_name": ITEM, "item_group": "Products", "stock_uom": "Nos"}
		doc = {"doctype": "Item", "is_stock_item": 1, "has_serial_no": 1, "warranty_period": 365, **values}
		frappe.get_doc(doc).insert()
		frappe.db.commit()


def file_of(prefix: str, rows: int, later: int = 0) -> bytes:
	import frappe

	company = frappe.db.get_value("Company", {}, "name")
	day = date.today() + timedelta(days=200 + later)
	text = io.StringIO()
	writer = csv.writer(text)
	writer.writerow(HEADER)
	for number in range(rows):
		ends = day + timedelta(days=number % 50)
		writer.writerow((f"{prefix}{number:07}", ITEM, company, ends, ends + timedelta(days=365), 99.5))
	return text.getvalue().encode()


def data_import(content: bytes, import_type: str):
	import frappe

	name = f"{frappe.generate_hash(length=8)}.csv"
	file = frappe.get_doc(
		{"doctype": "File", "file_name": name, "is_private": 1, "content": content}
	).insert()
	values = {"reference_doctype": "Serial No", "import_type": import_type, "import_file": file.file_url}
	doc = frappe.get_doc({"doctype": "Data Import", "mute_emails": 1, **values}).insert()
	frappe.db.commit()
	return doc


def clear(prefix: str) -> None:
	import frappe

	frappe.db.rollback()
	for doctype, field in (("Serial No", "name"), ("Version", "docname"), ("Data Import Log", "docname")):
		frappe.db.delete(doctype, {field: ("like", f"{prefix}%")})
	frappe.db.commit()


if __name__ == "__main__":
	main()
