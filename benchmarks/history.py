"""The history of one Serial No with ten thousand events, and the positions of a hundred thousand serials on a day.

In the bench directory, as its user, on a site made for this (the rows stay in it):

    env/bin/python apps/serial_inventory/benchmarks/history.py --site app.example
"""

from __future__ import annotations

import argparse
import json
import os
import time
from datetime import datetime, timedelta

import frappe
from measure import statements

UNIT, ITEM = "BENCH-OLD-ROUTER", "BENCH-ROUTER"
BIG = 1_000
"""Units on a bulk document."""
BEGIN = datetime(2020, 1, 1, 8)
STORES, SHOP = "Stores - BENCH", "Shop - BENCH"
CUSTOMER = "Bench Customer"
ENTRY_TYPE, DELIVERY = "Stock Entry", "Delivery Note"


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--events", type=int, default=10_000)
	parser.add_argument("--serials", type=int, default=100_000)
	parser.add_argument("--output", help="a JSON file for the figures")
	options = parser.parse_args()
	os.chdir("sites")
	frappe.init(site=options.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	clear()
	make_unit(options.events)
	make_serials(options.serials)
	frappe.db.sql("ANALYZE TABLE `tabSerial No`, `tabStock Ledger Entry`, `tabSerial and Batch Entry`")
	result = {"history": measure_history()}
	print(json.dumps(result, indent=1), flush=True)
	result["positions"] = measure_positions(options.serials)
	print(json.dumps(result["positions"], indent=1))
	if options.output:
		with open(options.output, "w") as file:
			json.dump(result, file, indent=1)


# --- measuring -----------------------------------------------------------------------------------


def timed(function, *args, **kwargs) -> tuple[object, dict]:
	"""The answer of the second of two calls, its seconds and its statements."""
	function(*args, **kwargs)
	with statements() as sent:
		began = time.perf_counter()
		answer = function(*args, **kwargs)
		seconds = time.perf_counter() - began
	return answer, {"seconds": round(seconds, 3), "statements": len(sent)}


def measure_history() -> dict:
	from serial_inventory import api

	first, figures = timed(api.get_history, UNIT)
	_second, more = timed(api.get_history, UNIT, before=first["next"])
	everything, all_of_it = timed(api.get_history, UNIT, limit=10_000)
	return {
		"events": len(everything["events"]),
		"first_200": figures,
		"next_200": more,
		"all": all_of_it,
	}


def measure_positions(count: int) -> dict:
	from serial_inventory.services import positions

	days = {"half way": BEGIN + timedelta(days=150), "today": datetime.now()}
	found = {"serials": count}
	for label, moment in days.items():
		day = moment.date()
		rows, figures = timed(lambda day=day: list(positions.each(day, positions.Scope(item_code=ITEM))))
		found[f"item, {label}"] = {"rows": len(rows), **figures}
		for scope in (positions.Scope(warehouse=SHOP), positions.Scope(customer=CUSTOMER)):
			rows, figures = timed(lambda day=day, scope=scope: list(positions.each(day, scope)))
			found[f"{scope.warehouse or scope.customer}, {label}"] = {"rows": len(rows), **figures}
		_answer, figures = timed(positions.on, str(day), positions.Scope(item_code=ITEM), 1_000)
		found[f"a page of 1,000, {label}"] = figures
	return found


# --- making --------------------------------------------------------------------------------------

SERIAL = ("name", "serial_no", "item_code", "status", "creation", "owner")
BUNDLE = ("name", "item_code", "warehouse", "type_of_transaction", "voucher_type", "voucher_no", "docstatus")
ENTRY = ("name", "parent", "parenttype", "parentfield", "idx", "docstatus", "serial_no", "warehouse", "qty")
LEDGER = (
	*("name", "item_code", "warehouse", "actual_qty", "voucher_type", "voucher_no", "voucher_detail_no"),
	*("posting_date", "posting_time", "posting_datetime", "creation", "owner", "is_cancelled", "docstatus"),
	"serial_and_batch_bundle",
)


class Rows:
	"""Rows of documents that move serials, written many at a time."""

	def __init__(self):
		self.rows: dict[tuple, list[tuple]] = {}
		self.number = 0

	def add(self, doctype: str, columns: tuple, *row) -> None:
		self.rows.setdefault((doctype, columns), []).append(row)

	def move(
		self, serial_nos: list[str], item: str, moment: datetime, steps, voucher_type=ENTRY_TYPE
	) -> None:
		"""One document; `steps` are (warehouse, 1 or -1)."""
		self.number += 1
		name = f"BENCH-{item[-8:]}-{self.number:06d}"
		if voucher_type == DELIVERY:
			self.add(
				DELIVERY, ("name", "docstatus", "customer", "posting_date"), name, 1, CUSTOMER, moment.date()
			)
		else:
			purpose = "Material Transfer" if len(steps) == 2 else "Material Receipt"
			self.add(
				ENTRY_TYPE, ("name", "docstatus", "purpose", "posting_date"), name, 1, purpose, moment.date()
			)
		for at, (warehouse, sign) in enumerate(steps):
			bundle, made = f"{name}-{at}", moment + timedelta(microseconds=at)
			kind = "Inward" if sign > 0 else "Outward"
			self.add("Serial and Batch Bundle", BUNDLE, bundle, item, warehouse, kind, voucher_type, name, 1)
			day, clock = moment.date(), moment.time()
			ledger = (bundle, item, warehouse, sign * len(serial_nos), voucher_type, name, "row")
			self.add(
				"Stock Ledger Entry", LEDGER, *ledger, day, clock, moment, made, "Administrator", 0, 1, bundle
			)
			for idx, serial_no in enumerate(serial_nos, 1):
				parent = (f"{bundle}-{idx}", bundle, "Serial and Batch Bundle", "entries", idx, 1)
				self.add("Serial and Batch Entry", ENTRY, *parent, serial_no, warehouse, sign)

	def write(self) -> None:
		from serial_inventory.services import bulk

		for (doctype, columns), rows in self.rows.items():
			bulk.insert(doctype, columns, rows)
		self.rows.clear()
		frappe.db.commit()


def clear() -> None:
	for doctype in (
		"Stock Entry",
		"Delivery Note",
		"Serial and Batch Bundle",
		"Stock Ledger Entry",
		"Version",
	):
		frappe.db.delete(doctype, {"name": ("like", "BENCH-%")})
	frappe.db.delete("Warranty Claim", {"name": ("like", "BENCH-%")})
	frappe.db.delete("Serial and Batch Entry", {"parent": ("like", "BENCH-%")})
	frappe.db.delete("Serial No", {"item_code": ("in", (UNIT, ITEM))})
	frappe.db.delete("Item", {"name": ITEM})
	frappe.db.commit()


def make_unit(count: int) -> None:
	"""Six events in ten are transfers, three are changes by people, one is a warranty claim."""
	rows = Rows()
	rows.add("Serial No", SERIAL, UNIT, UNIT, UNIT, "Active", BEGIN, "bench")
	change = json.dumps({"changed": [["brand", "A", "B"]]})
	version = ("name", "creation", "owner", "ref_doctype", "docname", "data")
	claim = ("name", "creation", "owner", "serial_no", "customer", "complaint_date", "status")
	for number in range(count - 1):
		moment = BEGIN + timedelta(hours=number)
		kind, name = number % 10, f"BENCH-{number:06d}"
		if kind < 6:
			steps = ((STORES, -1), (SHOP, 1)) if number % 2 else ((SHOP, -1), (STORES, 1))
			rows.move([UNIT], UNIT, moment, steps)
		elif kind < 9:
			rows.add("Version", version, name, moment, "bench", "Serial No", UNIT, change)
		else:
			rows.add("Warranty Claim", claim, name, moment, "bench", UNIT, CUSTOMER, moment.date(), "Open")
	rows.write()


def make_serials(count: int) -> None:
	"""Received and moved a thousand at a time, half of them delivered so, and one in twenty one by one."""
	rows = Rows()
	rows.add("Item", ("name", "item_code", "item_name", "has_serial_no"), ITEM, ITEM, ITEM, 1)
	for start in range(0, count, BIG):
		names = [f"BENCH-{number:07d}" for number in range(start, min(start + BIG, count))]
		for name in names:
			rows.add("Serial No", SERIAL, name, name, ITEM, "Active", BEGIN, "bench")
		moment = BEGIN + timedelta(days=start // BIG)
		rows.move(names, ITEM, moment, ((STORES, 1),))
		rows.move(names, ITEM, moment + timedelta(days=20), ((STORES, -1), (SHOP, 1)))
		if start // BIG % 2:
			rows.move(names, ITEM, moment + timedelta(days=40), ((SHOP, -1),), DELIVERY)
		else:
			for name in names[::10]:
				rows.move([name], ITEM, moment + timedelta(days=60), ((SHOP, -1),), DELIVERY)
		rows.write()


if __name__ == "__main__":
	main()
