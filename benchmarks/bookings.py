"""Find free units among many: 100,000 serials with 1,000,000 bookings, each question under a second.

Run in a bench's directory, as its user, on a site that is made for it (what is generated stays there):

	env/bin/python apps/serial_inventory/benchmarks/bookings.py --site bookings.example

Serials and bookings are inserted in bulk past all documents; they are looked at, never sold. A second run finds them
there. Each question is asked five times with nothing cached by Frappe; the median counts. Exit code 1 if one takes longer
than `--limit` seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
from datetime import datetime, timedelta

import frappe
from measure import measure

PURPOSE = "Benchmark Loan"
ITEMS = 20
CUSTOMERS = 1_000
CHUNK = 20_000
TIMES = 5


def generate(serials: int, bookings: int) -> None:
	"""Units of 20 Items, each with as many bookings, one after another over two years, half of them past."""
	from serial_inventory.services import bulk

	have = frappe.db.count("Serial No", {"serial_purpose": PURPOSE})
	if have == serials and frappe.db.count("Serial Booking", {"serial_purpose": PURPOSE}) == bookings:
		return
	if have:
		raise SystemExit("The site holds a benchmark of another size: use a new site.")
	company = frappe.get_all("Company", pluck="name", limit=1)[0]
	frappe.get_doc(
		{"doctype": "Serial Purpose", "purpose_name": PURPOSE, "is_bookable": 1, "turn_round_minutes": 30}
	).insert()
	codes = [_item(number) for number in range(ITEMS)]
	frappe.db.commit()
	names = [f"BENCH-BK-{number:07d}" for number in range(serials)]
	moment = str(datetime.now())
	made = (moment, moment, "Administrator", "Administrator")
	stamp = ("creation", "modified", "owner", "modified_by")
	columns = ("name", "serial_no", "item_code", "item_name", "company", "status", "serial_purpose", *stamp)
	for start in range(0, serials, CHUNK):
		rows = [
			(name, name, codes[at % ITEMS], codes[at % ITEMS], company, "Active", PURPOSE, *made)
			for at, name in enumerate(names[start : start + CHUNK], start)
		]
		bulk.insert("Serial No", columns, rows)
		frappe.db.commit()
	_bookings(names, codes, company, bookings // serials, made)
	frappe.db.sql("ANALYZE TABLE `tabSerial No`, `tabSerial Booking`")


def _item(number: int) -> str:
	code = f"BENCH-LOAN-{number:02d}"
	if not frappe.db.exists("Item", code):
		group = frappe.db.get_value("Item Group", {"is_group": 0}, "name")
		doc = {"doctype": "Item", "item_code": code, "item_group": group, "stock_uom": "Nos"}
		frappe.get_doc({**doc, "is_stock_item": 1, "has_serial_no": 1, "serial_purpose": PURPOSE}).insert()
	return code


def _bookings(names: list[str], codes: list[str], company: str, each: int, made: tuple) -> None:
	"""`each` bookings a unit; a late one in a hundred is not back."""
	from serial_inventory.services import bulk

	dice, noon = random.Random(1), datetime.now().replace(hour=12, minute=0, second=0, microsecond=0)
	columns = (
		"name",
		"serial_no",
		"item_code",
		"serial_purpose",
		"company",
		"party_type",
		"party",
		"party_name",
	)
	columns += ("from_datetime", "to_datetime", "busy_until", "status", "title", "docstatus")
	columns += ("creation", "modified", "owner", "modified_by")
	step = 730 / each
	rows = []
	for at, name in enumerate(names):
		for number in range(each):
			begins = noon + timedelta(days=-365 + step * number, hours=dice.randrange(int(step * 12)))
			ends = begins + timedelta(hours=dice.randrange(4, int(step * 12)))
			status = "Returned" if ends < noon else "Out" if begins < noon else "Booked"
			if status == "Returned" and number == each // 2 - 1 and at % 100 == 0:
				status = "Overdue"
			party = f"Benchmark Reader {dice.randrange(CUSTOMERS)}"
			rows.append(
				(
					*(f"BENCH-BKG-{at:06d}-{number:03d}", name, codes[at % ITEMS], PURPOSE, company),
					*("Customer", party, party, begins, ends, ends, status, f"{name} · {party}", 1, *made),
				)
			)
		if len(rows) >= CHUNK:
			bulk.insert("Serial Booking", columns, rows)
			frappe.db.commit()
			rows = []
	bulk.insert("Serial Booking", columns, rows)
	frappe.db.commit()


def questions() -> dict:
	"""What is asked, by name."""
	from serial_inventory import api
	from serial_inventory.services import bookings, check_out

	noon = datetime.now().replace(hour=12, minute=0, second=0, microsecond=0)

	def free(days: float, length: float, **more):
		start = noon + timedelta(days=days)
		return lambda: api.get_free_serial_nos(str(start), str(start + timedelta(days=length)), **more)

	def desk():
		names = [f"BENCH-BK-{number:07d}" for number in range(5_000, 6_000)]
		start = noon + timedelta(days=5_000)
		frappe.db.savepoint("desk")
		done = check_out.book(
			names, "Customer", _customer(), start, start + timedelta(days=1), take_now=False
		)
		frappe.db.rollback(save_point="desk")
		assert not done["problems"], done["problems"][:2]

	return {
		"free of the purpose, tomorrow for 4 hours": free(1, 1 / 6, serial_purpose=PURPOSE),
		"free of an Item, tomorrow for a day": free(1, 1, item_code="BENCH-LOAN-07"),
		"free of an Item, now": free(0, 1 / 6, item_code="BENCH-LOAN-07"),
		"free of any purpose, now": free(0, 1 / 6),
		"free for six months: none": free(30, 180, serial_purpose=PURPOSE),
		"all free of the purpose, 10,000": free(1, 1 / 6, serial_purpose=PURPOSE, limit=10_000),
		"free by a field nobody has: none": free(1, 1, attributes={"batch_no": "NO-SUCH"}),
		"link field of the form": lambda: api.search_free_serial_nos(
			"Serial No", "BENCH-BK-00999", "name", 0, 10, {"from_datetime": noon + timedelta(days=1)}
		),
		"next free time of one": lambda: api.get_next_free("BENCH-BK-0004711", None, 48),
		"calendar of one Item, a week": lambda: api.get_booking_events(
			str(noon), str(noon + timedelta(days=7)), [["Serial Booking", "item_code", "=", "BENCH-LOAN-07"]]
		),
		"calendar of all, a day": lambda: api.get_booking_events(str(noon), str(noon + timedelta(days=1))),
		"overdue, first": _once_overdue(bookings),
		"overdue, again": bookings.refresh,
		"1,000 at the desk, checked and booked": desk,
	}


def _once_overdue(bookings):
	"""The first refresh sets what is due; rolled back, so that it is the same work each time."""

	def refresh():
		frappe.db.savepoint("refresh")
		bookings.refresh()
		frappe.db.rollback(save_point="refresh")

	return refresh


def _customer() -> str:
	name = "Benchmark Reader"
	if not frappe.db.exists("Customer", name):
		leaf = {
			kind: frappe.db.get_value(kind, {"is_group": 0}, "name")
			for kind in ("Customer Group", "Territory")
		}
		doc = {"doctype": "Customer", "customer_name": name}
		doc |= {"customer_group": leaf["Customer Group"], "territory": leaf["Territory"]}
		frappe.get_doc(doc).insert()
	return name


def ask(site: str, name: str) -> dict:
	"""One measurement, on a connection of its own."""
	_connect(site)
	try:
		return measure(questions()[name])
	finally:
		frappe.destroy()


def _work(runs: list[dict]) -> dict:
	"""What the wall clock does not tell on a busy machine: CPU seconds of Python and of the database, cores at work."""
	told = ("cpu_seconds", "server_cpu_seconds", "busy_cores")
	return {key: statistics.median(run[key] or 0 for run in runs) for key in told}


def _line(name: str, figures: dict) -> str:
	cpu = f"(Python {figures['cpu_seconds']:.3f}, database {figures['server_cpu_seconds']:.3f})"
	cores = f"{figures['busy_cores']:.1f} cores"
	return f"{figures['seconds']:8.3f} s {cpu} {cores} {figures['statements']:5} statements  {name}"


def _connect(site: str) -> None:
	frappe.init(site=site)
	frappe.connect()
	frappe.set_user("Administrator")


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--serials", type=int, default=100_000)
	parser.add_argument("--bookings", type=int, default=1_000_000)
	parser.add_argument("--limit", type=float, default=1.0)
	parser.add_argument("--output")
	options = parser.parse_args()
	output = os.path.abspath(options.output) if options.output else None
	os.chdir("sites")
	_connect(options.site)
	generate(options.serials, options.bookings)
	_customer()
	frappe.db.commit()
	names = list(questions())
	frappe.destroy()
	found, slow = {}, []
	for name in names:
		runs = [ask(options.site, name) for _time in range(TIMES)]
		seconds = statistics.median(run["seconds"] for run in runs)
		found[name] = {"seconds": seconds, **_work(runs), "statements": runs[-1]["statements"]}
		print(_line(name, found[name]), flush=True)
		if seconds > options.limit:
			slow.append(name)
	if output:
		with open(output, "w") as file:
			json.dump(
				{"serials": options.serials, "bookings": options.bookings, "questions": found}, file, indent=1
			)
	sys.exit(1 if slow else 0)


if __name__ == "__main__":
	main()
