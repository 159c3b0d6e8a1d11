"""The report Terms by Month over a million Serial Terms: twelve months, and all three years, in all and by group.

In the bench directory, as its user, on a site made for this (the rows stay in it; a second run finds them there):

    env/bin/python apps/serial_inventory/benchmarks/term_report.py --site app.example
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import frappe
from frappe.utils import add_months, get_first_day, getdate, nowdate
from measure import measure

PURPOSE, ITEMS, PLANS = "Benchmark Account", 10, 8
DAYS = 3 * 365
CHUNK = 20_000
COLUMNS = (
	*("name", "creation", "modified", "serial_no", "item_code", "customer", "serial_plan", "action"),
	*("plan_type", "from_date", "to_date", "grace_days", "is_cancelled", "voucher_type", "voucher_no"),
)


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--terms", type=int, default=1_000_000)
	parser.add_argument("--output", help="a JSON file for the figures")
	options = parser.parse_args()
	output = os.path.abspath(options.output) if options.output else None
	os.chdir("sites")
	frappe.init(site=options.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	make(options.terms)
	result = {"terms": options.terms, "questions": ask_all()}
	if output:
		with open(output, "w") as file:
			json.dump(result, file, indent=1)


def ask_all() -> dict:
	"""Each is asked twice, and the second time counts."""
	from serial_inventory.serial_inventory.report.terms_by_month.terms_by_month import execute

	this_month = getdate(get_first_day(nowdate()))
	year, ever = add_months(this_month, -11), add_months(this_month, -36)
	found = {}
	for label, filters in (
		("twelve months", {"from_date": year}),
		("three years", {"from_date": ever}),
		("twelve months by plan", {"from_date": year, "group_by": "Serial Plan"}),
		("twelve months by Item", {"from_date": year, "group_by": "Item"}),
		("twelve months by purpose", {"from_date": year, "group_by": "Serial Purpose"}),
		("twelve months of an Item", {"from_date": year, "item_code": "BENCH-ACC-03"}),
	):
		execute(dict(filters))
		found[label] = figures = measure(lambda filters=filters: execute(dict(filters)))
		print(
			f"{figures['seconds']:7.2f} s, database {figures['server_cpu_seconds']:.2f}, "
			f"{figures['statements']} statements, {figures['busy_cores']:.1f} cores: {label}",
			flush=True,
		)
	return found


def make(count: int) -> None:
	"""Accounts that begin with a trial on any day of three years; most are converted and renewed some months, then lapse."""
	from serial_inventory.services import bulk

	if frappe.db.count("Serial Term", {"voucher_no": "BENCH-REPORT"}) >= count:
		return
	dice, terms, serials, made = random.Random(4), [], [], 0
	units = ("name", "serial_no", "item_code", "serial_purpose", "status")
	while made < count:
		name = f"BENCH-ACC-{made:08d}"
		rows = list(_story(name, dice))[: count - made]
		serials.append((name, name, rows[0][4], PURPOSE, "Delivered"))
		terms += rows
		made += len(rows)
		if len(terms) >= CHUNK or made >= count:
			bulk.insert("Serial No", units, serials)
			bulk.insert("Serial Term", COLUMNS, terms)
			frappe.db.commit()
			terms, serials = [], []
	frappe.db.sql("ANALYZE TABLE `tabSerial No`, `tabSerial Term`")


def _story(name: str, dice: random.Random) -> Iterator[tuple]:
	begin = getdate(nowdate()) - timedelta(days=dice.randrange(DAYS))
	item, plan = f"BENCH-ACC-{dice.randrange(ITEMS):02d}", f"Bench Plan {dice.randrange(PLANS)}"
	end = begin + timedelta(days=13)
	yield _row(name, 0, item, plan, "Start", "Trial", begin, end, 0)
	for number in range(1, 1 + dice.choice((0, 0, 1, 3, 5, 8, 12))):
		begin = end + timedelta(days=1)
		if begin > getdate(nowdate()):
			return
		end = getdate(add_months(begin, 1)) - timedelta(days=1)
		action = "Convert" if number == 1 else "Renew"
		yield _row(name, number, item, plan, action, "Paid", begin, end, int(dice.random() < 0.02))


def _row(
	name: str, number: int, item: str, plan: str, action: str, kind: str, begin: date, end: date, is_off: int
):
	written = datetime(begin.year, begin.month, begin.day, 9) + timedelta(seconds=number)
	story = (item, f"Customer {name[-3:]}", plan, action, kind, begin, end, 5, is_off)
	return (f"{name}-{number}", written, written, name, *story, "Sales Invoice", "BENCH-REPORT")


if __name__ == "__main__":
	main()
