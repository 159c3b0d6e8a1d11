"""Check a list of 100,000 serials: the answer in under 2 s, with bookings and drafts among them.

Run in a bench's directory, as its user, on a site with the app:

	env/bin/python apps/serial_inventory/benchmarks/check_list.py --site app.example

The units are made past all documents and rolled back at the end. "alike" are units of 20 kinds, as a receipt and its
deliveries leave them; "mixed" have 20 Items, 5 warehouses, 200 customers and a year of warranty days. Each question is
asked three times; the least seconds count (on a machine that does nothing else they are all the same). Exit code 1 if one
takes longer than `--limit` seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import frappe
from measure import statements

CHUNK = 20_000
TIMES = 3
ITEMS, WAREHOUSES, CUSTOMERS = 20, 5, 200
DRAFTS, BOOKINGS = 1_000, 5_000
"""So many of the units are in a draft, and are booked."""
MADE = (str(datetime.now()), str(datetime.now()), "Administrator", "Administrator")
STAMP = ("creation", "modified", "owner", "modified_by")


def make(prefix: str, count: int, days: int) -> list[str]:
	"""Half of the units in stock, a quarter delivered, and a quarter that nobody knows."""
	from serial_inventory.services import bulk

	source = random.Random(7)
	columns = (
		"name",
		"serial_no",
		"item_code",
		"warehouse",
		"status",
		"customer",
		"warranty_expiry_date",
		*STAMP,
	)
	names = [f"{prefix}-{number:06d}" for number in range(count)]
	rows = []
	for number, name in enumerate(names[: count * 3 // 4]):
		item = f"BENCH-CL-{number % ITEMS}"
		end = date.today() + timedelta(days=source.randrange(days))
		if number % 3:
			rows.append((name, name, item, f"Bench {number % WAREHOUSES}", "Active", None, end, *MADE))
		else:
			customer = f"Bench {source.randrange(CUSTOMERS if days > 1 else 1)}"
			rows.append((name, name, item, None, "Delivered", customer, end, *MADE))
	for start in range(0, len(rows), CHUNK):
		bulk.insert("Serial No", columns, rows[start : start + CHUNK])
	_draft(f"{prefix}-DRAFT", names[:DRAFTS])
	_book(prefix, names[:BOOKINGS])
	return names


def _draft(name: str, serial_nos: Sequence[str]) -> None:
	from serial_inventory.services import bulk

	bulk.insert("Delivery Note", ("name", "docstatus", *STAMP), [(name, 0, *MADE)])
	columns = ("name", "parent", "parenttype", "parentfield", "docstatus", "item_code", "serial_no", *STAMP)
	rows = [
		(
			f"{name}-{at}",
			name,
			"Delivery Note",
			"items",
			0,
			f"BENCH-CL-{at}",
			"\n".join(serial_nos[at::ITEMS]),
			*MADE,
		)
		for at in range(ITEMS)
	]
	bulk.insert("Delivery Note Item", columns, rows)


def _book(prefix: str, serial_nos: Sequence[str]) -> None:
	from serial_inventory.services import bookings, bulk

	start, end = datetime.now() + timedelta(days=1), datetime.now() + timedelta(days=2)
	columns = (
		"name",
		"serial_no",
		"from_datetime",
		"to_datetime",
		"busy_until",
		"status",
		"docstatus",
		*STAMP,
	)
	rows = [
		(f"{prefix}-BKG-{at}", name, start, end, end, "Booked", 1, *MADE)
		for at, name in enumerate(serial_nos)
	]
	bulk.insert("Serial Booking", columns, rows)
	frappe.cache.set_value(bookings.EXIST, True, expires_in_sec=60)


def forget_bookings() -> None:
	"""The site keeps in mind whether it has any."""
	from serial_inventory.services import bookings

	frappe.cache.delete_value(bookings.EXIST)


def timed(question: Callable[[], dict]) -> dict:
	"""The least of TIMES: seconds with the JSON of the answer, this process' share of them, statements."""
	found = []
	for _time in range(TIMES):
		with statements() as sent:
			began, cpu = time.perf_counter(), time.process_time()
			answer = question()
			size = len(json.dumps(answer, separators=(",", ":")))
			found.append((time.perf_counter() - began, time.process_time() - cpu))
	seconds, cpu = min(found)
	return {
		"seconds": round(seconds, 2),
		"python_seconds": round(cpu, 2),
		"statements": len(sent),
		"megabytes": round(size / 1e6, 1),
		"counts": answer["counts"],
	}


def measure(count: int) -> dict:
	from serial_inventory.api import check_serial_nos

	results = {}
	for kind, days in (("alike", 1), ("mixed", 365)):
		names = make(f"CL{kind[0].upper()}", count, days)
		shuffled = random.Random(3).sample(names, len(names))
		results[f"{kind}, a list"] = timed(lambda names=names: check_serial_nos(names))
		results[f"{kind}, pasted in another order"] = timed(
			lambda names=shuffled: check_serial_nos("\n".join(names))
		)
		results[f"{kind}, 1,000 of them"] = timed(lambda names=shuffled: check_serial_nos(names[:1000]))
	return results


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--serials", type=int, default=100_000)
	parser.add_argument("--limit", type=float, default=2.0, help="seconds for the longest (%(default)s)")
	parser.add_argument("--output", help="a JSON file for the figures")
	options = parser.parse_args()
	os.chdir("sites")
	frappe.init(site=options.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	try:
		results = measure(options.serials)
	finally:
		frappe.db.rollback()
		forget_bookings()
	print(json.dumps(results, indent=1))
	if options.output:
		with open(options.output, "w") as file:
			json.dump(results, file, indent=1)
	sys.exit(any(result["seconds"] > options.limit for result in results.values()))


if __name__ == "__main__":
	main()
