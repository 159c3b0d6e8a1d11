"""Several processes book at the same moment: one wins each slot, and nobody waits in a circle.

The processes commit; what they make stays on the test site, of Items and a purpose of its own.
"""

import json
import os
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise

import frappe
from frappe.utils import now_datetime

from serial_inventory.constants import SERIAL_BOOKING, SERIAL_PURPOSE
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase

PROCESSES = 4
ROUNDS = int(os.environ.get("BOOKING_ROUNDS", 100))

WORKER = """
import json, multiprocessing, random, sys
from datetime import datetime, timedelta
import frappe
from frappe.utils import get_datetime

job = json.loads(sys.argv[1])
context = multiprocessing.get_context("fork")
gate, told = context.Barrier(job["processes"]), context.Queue()


def values(at, serial_no):
	start = get_datetime(job["start"]) + timedelta(days=at)
	return {"doctype": "Serial Booking", "serial_no": serial_no, "party_type": "Customer",
		"party": job["party"], "company": job["company"], "from_datetime": start,
		"to_datetime": start + timedelta(hours=job["hours"])}


def insert_and_submit(at, worker):
	doc = frappe.get_doc(values(at, job["units"][0])).insert()
	doc.submit()


def insert_submitted(at, worker):
	frappe.get_doc({**values(at, job["units"][0]), "docstatus": 1}).insert()


def submit_draft(at, worker):
	frappe.get_doc("Serial Booking", job["drafts"][worker][at]).submit()


def one_each(at, worker):
	frappe.get_doc(values(at, job["units"][worker])).insert().submit()


def desk(at, worker):
	from serial_inventory.services import check_out
	units = list(job["units"])
	random.Random(at * 10 + worker).shuffle(units)
	asked = values(at, None)
	found = check_out.book(units[: len(units) // 2 + 1], "Customer", job["party"], asked["from_datetime"],
		asked["to_datetime"], take_now=False)
	if found["problems"]:
		raise frappe.ValidationError(found["problems"][0])


def anything(at, worker):
	from serial_inventory.services import bookings
	dice = random.Random(at * 10 + worker)
	names = frappe.get_all("Serial Booking", {"serial_no": ("in", job["units"]), "docstatus": 1,
		"status": ("in", ("Booked", "Out"))}, pluck="name", limit=20)
	what = dice.choice(("desk", "single", "single", "extend", "cancel", "refresh", "no_show"))
	if what == "desk":
		desk(at % 5, worker)
	elif what == "single":
		frappe.get_doc(values(dice.randrange(5), dice.choice(job["units"]))).insert().submit()
	elif what == "refresh":
		bookings.refresh()
	elif names:
		doc = frappe.get_doc("Serial Booking", dice.choice(names))
		if what == "extend":
			bookings.extend(doc.name, get_datetime(doc.to_datetime) + timedelta(hours=dice.randrange(1, 40)))
		elif what == "no_show":
			bookings.no_show(doc.name)
		else:
			doc.cancel()


def work(worker):
	frappe.init(site=job["site"], sites_path=job["sites"])
	frappe.connect()
	frappe.set_user("Administrator")
	won, refused, failed = [], [], []
	for at in range(job["rounds"]):
		gate.wait(60)
		try:
			globals()[job["what"]](at, worker)
			frappe.db.commit()
			won.append(at)
		except frappe.ValidationError as error:
			frappe.db.rollback()
			refused.append(f"{type(error).__name__}: {error}")
		except Exception as error:
			frappe.db.rollback()
			failed.append(f"{type(error).__name__}: {error}")
		frappe.clear_messages()
	told.put({"won": won, "refused": refused, "failed": failed})
	frappe.destroy()


children = [context.Process(target=work, args=(number,)) for number in range(job["processes"])]
for child in children:
	child.start()
found = [told.get(timeout=400) for child in children]
for child in children:
	child.join()
print("RESULT" + json.dumps(found))
"""


class TestBookingAtOnce(SerialCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.purpose = f"Race {frappe.generate_hash(length=6)}"
		doc = {"doctype": SERIAL_PURPOSE, "purpose_name": cls.purpose, "is_bookable": 1}
		frappe.get_doc(doc).insert()
		frappe.db.commit()

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		frappe.db.set_value(SERIAL_PURPOSE, cls.purpose, "is_bookable", 0)
		frappe.db.commit()
		super().tearDownClass()

	def units(self, count: int) -> list[str]:
		code = f"RACE-{frappe.generate_hash(length=8).upper()}"
		makers.item(code, f"{code}-.###", serial_purpose=self.purpose)
		makers.purchase_receipt(makers.buying_row(code, count))
		frappe.db.commit()  # the workers are other connections
		return [f"{code}-{number:03d}" for number in range(1, count + 1)]

	def race(self, what: str, units: list[str], rounds: int = ROUNDS, hours: int = 4, **more) -> list[dict]:
		job = {
			"site": frappe.local.site,
			"sites": os.path.abspath(frappe.local.sites_path),
			"what": what,
			"units": units,
			"rounds": rounds,
			"hours": hours,
			"processes": PROCESSES,
			"party": makers.CUSTOMER,
			"company": makers.COMPANY,
			"start": str(now_datetime().replace(microsecond=0) + timedelta(days=1)),
			**more,
		}
		command = [sys.executable, "-c", WORKER, json.dumps(job)]
		done = subprocess.run(command, capture_output=True, text=True, timeout=500)
		lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
		self.assertTrue(lines, done.stderr[-2000:])
		frappe.db.rollback()  # to see what they committed
		found = json.loads(lines[0].removeprefix("RESULT"))
		self.assertEqual([text for result in found for text in result["failed"]], [])
		return found

	def assert_one_wins_each(self, found: list[dict], rounds: int = ROUNDS):
		won = sorted(at for result in found for at in result["won"])
		self.assertEqual(won, list(range(rounds)))
		refused = [text for result in found for text in result["refused"]]
		self.assertEqual(len(refused), rounds * (PROCESSES - 1))
		for text in refused:
			self.assertIn("SerialNoError", text)
			self.assertIn("is booked from", text)

	def assert_nothing_overlaps(self, units: list[str]):
		rows = frappe.get_all(
			SERIAL_BOOKING,
			filters={"serial_no": ("in", units), "docstatus": 1, "busy_until": ("is", "set")},
			fields=["serial_no", "from_datetime", "busy_until"],
			order_by="serial_no, from_datetime",
		)
		self.assertTrue(rows)
		for one, two in pairwise(rows):
			if one.serial_no == two.serial_no:
				self.assertLessEqual(one.busy_until, two.from_datetime, one.serial_no)

	def test_one_slot_new_bookings(self):
		units = self.units(1)
		self.assert_one_wins_each(self.race("insert_and_submit", units))
		self.assertEqual(frappe.db.count(SERIAL_BOOKING, {"serial_no": units[0], "docstatus": 1}), ROUNDS)
		self.assert_nothing_overlaps(units)

	def test_one_slot_drafts_that_are_submitted(self):
		units, rounds = self.units(1), ROUNDS // 2
		start = now_datetime().replace(microsecond=0) + timedelta(days=1)
		drafts = []
		for _worker in range(PROCESSES):
			names = []
			for at in range(rounds):
				begins = start + timedelta(days=at)
				doc = {"doctype": SERIAL_BOOKING, "serial_no": units[0], "company": makers.COMPANY}
				doc |= {"party_type": "Customer", "party": makers.CUSTOMER, "from_datetime": begins}
				names.append(
					frappe.get_doc({**doc, "to_datetime": begins + timedelta(hours=4)}).insert().name
				)
			drafts.append(names)
		frappe.db.commit()
		self.assert_one_wins_each(self.race("submit_draft", units, rounds, drafts=drafts), rounds)
		self.assert_nothing_overlaps(units)

	def test_one_slot_inserted_as_submitted(self):
		units = self.units(1)
		self.assert_one_wins_each(self.race("insert_submitted", units, ROUNDS // 2), ROUNDS // 2)

	def test_neighbours_do_not_hinder_each_other(self):
		units, rounds = self.units(PROCESSES), ROUNDS // 2
		found = self.race("one_each", units, rounds)
		self.assertEqual([len(result["won"]) for result in found], [rounds] * PROCESSES)

	def test_desks_that_want_the_same_units_in_any_order(self):
		units, rounds = self.units(9), ROUNDS // 2
		found = self.race("desk", units, rounds)
		won = sorted(at for result in found for at in result["won"])
		self.assertEqual(won, list(range(rounds)))  # any two ask for a common unit
		self.assert_nothing_overlaps(units)

	def test_anything_at_once(self):
		units = self.units(5)
		self.race("anything", units, hours=20)
		self.assert_nothing_overlaps(units)

	def test_a_party_at_its_limit(self):
		frappe.db.set_value(SERIAL_PURPOSE, self.purpose, "loans_per_party", 1)
		frappe.db.commit()
		units, rounds = self.units(PROCESSES), ROUNDS // 2
		try:
			found = self.race("one_each", units, rounds)
		finally:
			frappe.db.set_value(SERIAL_PURPOSE, self.purpose, "loans_per_party", 0)
			frappe.db.commit()
		won = sorted(at for result in found for at in result["won"])
		self.assertEqual(won, list(range(rounds)))
