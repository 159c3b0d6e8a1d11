"""The daily job over a million Serial Nos of which a hundred thousand have their day today.

In the bench directory, as its user, on a site made for this (the rows stay in it):

    env/bin/python apps/serial_inventory/benchmarks/terms.py --site app.example
"""

from __future__ import annotations

import argparse
import json
import os
import time
from datetime import timedelta

import frappe
from frappe.utils import getdate, nowdate
from measure import statements

ITEM, PLAN = "BENCH-ACCOUNT", "Bench Monthly"
STATES = 10
"""One unit in ten has its day: half of these lapse into grace, a quarter expire, a quarter start a renewed term."""


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--serials", type=int, default=1_000_000)
	parser.add_argument("--output", help="a JSON file for the figures")
	options = parser.parse_args()
	os.chdir("sites")
	frappe.init(site=options.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	result = measure(options.serials)
	print(json.dumps(result, indent=1))
	if options.output:
		with open(options.output, "w") as file:
			json.dump(result, file, indent=1)


def measure(count: int) -> dict:
	from serial_inventory.services import advance

	today = getdate(nowdate())
	make(count, today)
	with statements() as sent:
		began = time.perf_counter()
		moved = advance.run(today)
		seconds = time.perf_counter() - began
	again = time.perf_counter()
	second = advance.run(today)
	return {
		"serials": count,
		"moved": moved,
		"seconds": round(seconds, 2),
		"statements": len(sent),
		"moved_by_a_second_run": second,
		"seconds_of_a_second_run": round(time.perf_counter() - again, 3),
		"statuses": dict(
			frappe.db.sql(
				"SELECT term_status, COUNT(*) FROM `tabSerial No` WHERE item_code = %s GROUP BY term_status",
				ITEM,
			)
		),
	}


def make(count: int, today) -> None:
	"""Accounts as they stood yesterday, and their terms; a tenth of them changes today."""
	from serial_inventory.services import bulk

	frappe.db.delete("Serial Term", {"item_code": ITEM})
	frappe.db.delete("Serial No", {"item_code": ITEM})
	frappe.db.delete("Item", {"name": ITEM})
	bulk.insert(
		"Item",
		("name", "item_code", "item_name", "item_group", "stock_uom", "has_serial_no"),
		[(ITEM, ITEM, ITEM, "Products", "Nos", 1)],
	)
	for at in range(0, count, 50_000):
		serials, terms = [], []
		for number in range(at, min(at + 50_000, count)):
			serial, rows = unit(number, today)
			serials.append(serial)
			terms += rows
		bulk.insert("Serial No", SERIAL_COLUMNS, serials)
		bulk.insert("Serial Term", TERM_COLUMNS, terms)
		frappe.db.commit()
	frappe.db.sql("ANALYZE TABLE `tabSerial No`, `tabSerial Term`")


SERIAL_COLUMNS = (
	*("name", "serial_no", "item_code", "status", "serial_plan", "plan_type", "term_start_date"),
	*("expiry_date", "term_status", "next_term_change"),
)
TERM_COLUMNS = (
	*("name", "serial_no", "item_code", "action", "serial_plan", "plan_type", "from_date", "to_date"),
	*("grace_days", "voucher_type", "voucher_no", "is_cancelled", "creation"),
)


def unit(number: int, today) -> tuple[tuple, list[tuple]]:
	"""A Serial No and its terms. Lengths differ, so that few units say the same."""
	name, length = f"BENCH-{number:07d}", 20 + number % 400
	has_its_day, kind = number % STATES == 0, number // STATES % 4
	begin = today - timedelta(days=length)
	if not has_its_day:
		begin, end, status, change = begin, today + timedelta(days=1 + number % 300), "Paid", None
		change = end + timedelta(days=1)
	elif kind == 2:
		end, status, change = today - timedelta(days=6), "Grace", today
	else:
		end, status, change = today - timedelta(days=1), "Paid", today
	terms = [term(name, 1, "Start", begin, end, today)]
	if has_its_day and kind == 3:
		terms.append(term(name, 2, "Renew", today, today + timedelta(days=29), today))
	serial = (name, name, ITEM, "Delivered", PLAN, "Paid", begin, end, status, change)
	return serial, terms


def term(serial_no: str, number: int, action: str, begin, end, today) -> tuple:
	creation = f"{today - timedelta(days=500 - number)} 00:00:00"
	return (
		f"{serial_no}-{number}",
		serial_no,
		ITEM,
		action,
		PLAN,
		"Paid",
		begin,
		end,
		5,
		"Delivery Note",
		"BENCH",
		0,
		creation,
	)


if __name__ == "__main__":
	main()
