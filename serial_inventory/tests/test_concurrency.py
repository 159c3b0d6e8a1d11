"""Several processes at once: every number once, no document lost, one winner, nothing half done.

The processes commit; what they make stays on the test site, under Items of its own.
"""

import json
import os
import signal
import subprocess
import sys
import time

import frappe

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase

WORKER = """
import json, sys, time
import frappe
job = json.loads(sys.argv[1])
frappe.init(site=job["site"], sites_path=job["sites"])
frappe.connect()
frappe.set_user("Administrator")
from serial_inventory.tests import makers
made, refused = [], []
while time.time() < job["start"]:
	time.sleep(0.001)
for at in range(job["times"]):
	for attempt in range(8):
		try:
			row = getattr(makers, job["row"])(job["item"], job["qty"], job["text"])
			doc = getattr(makers, job["maker"])(row)
			frappe.db.commit()
			made.append(doc.name)
			break
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			time.sleep(0.05 * (attempt + 1))
		except frappe.ValidationError as error:
			frappe.db.rollback()
			refused.append(str(error))
			break
print("RESULT" + json.dumps({"made": made, "refused": refused}))
"""


class TestManyAtOnce(SerialCase):
	def start(self, item, maker, row, qty, text=None, times=1, start=None):
		job = {
			"site": frappe.local.site,
			"sites": os.path.abspath(frappe.local.sites_path),
			"item": item,
			"maker": maker,
			"row": row,
			"qty": qty,
			"text": text,
			"times": times,
			"start": start or time.time(),
		}
		command = [sys.executable, "-c", WORKER, json.dumps(job)]
		return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

	def results(self, workers):
		found = []
		for worker in workers:
			out, err = worker.communicate(timeout=240)
			lines = [line for line in out.splitlines() if line.startswith("RESULT")]
			self.assertTrue(lines, err[-2000:])
			found.append(json.loads(lines[0].removeprefix("RESULT")))
		frappe.db.rollback()  # to see what they committed
		return found

	def new_item(self, with_series=True):
		code = f"RACE-{frappe.generate_hash(length=8).upper()}"
		makers.item(code, f"{code}-.#####" if with_series else None)
		frappe.db.commit()  # the workers are other connections
		return code

	def test_four_receive_on_one_series_from_its_very_first_number(self):
		item = self.new_item()
		start = time.time() + 4
		workers = [
			self.start(item, "purchase_receipt", "buying_row", 25, times=5, start=start) for _ in range(4)
		]
		made = [name for result in self.results(workers) for name in result["made"]]
		self.assertEqual(len(made), 20)
		names = frappe.get_all("Serial No", {"item_code": item}, pluck="name", order_by="name")
		self.assertEqual(names, [f"{item}-{number:05d}" for number in range(1, 501)])
		texts = frappe.get_all(
			"Purchase Receipt Item", {"item_code": item, "docstatus": 1}, pluck="serial_no"
		)
		given = [name for text in texts for name in text.split("\n")]
		self.assertEqual(sorted(given), names)
		self.assertEqual(
			frappe.db.get_value("Bin", {"item_code": item, "warehouse": makers.STORES}, "actual_qty"), 500
		)

	def test_of_two_who_issue_one_serial_one_wins(self):
		item = self.new_item()
		makers.purchase_receipt(makers.buying_row(item, 4))
		frappe.db.commit()
		for number in range(1, 5):
			serial_no, start = f"{item}-{number:05d}", time.time() + 3
			workers = [
				self.start(item, "delivery_note", "selling_row", 1, serial_no, start=start) for _ in range(2)
			]
			first, second = self.results(workers)
			self.assertEqual(len(first["made"]) + len(second["made"]), 1, (first, second))
			(refusal,) = first["refused"] + second["refused"]
			self.assertIn(serial_no, refusal)
			self.assertIn("delivered to", refusal)
			moved = frappe.get_all(
				"Serial and Batch Entry", {"serial_no": serial_no, "qty": ("<", 0), "docstatus": 1}
			)
			self.assertEqual(len(moved), 1)

	def test_a_process_killed_in_the_midst_leaves_nothing(self):
		item = self.new_item()
		for seconds in (0.3, 0.8, 1.3, 1.8):
			start = time.time() + 3
			worker = self.start(item, "purchase_receipt", "buying_row", 8_000, start=start)
			time.sleep(max(start + seconds - time.time(), 0))
			worker.send_signal(signal.SIGKILL)
			worker.communicate()
			frappe.db.rollback()
			counts = {
				"Serial No": frappe.db.count("Serial No", {"item_code": item}),
				"Serial and Batch Bundle": frappe.db.count("Serial and Batch Bundle", {"item_code": item}),
				"Stock Ledger Entry": frappe.db.count("Stock Ledger Entry", {"item_code": item}),
			}
			if frappe.db.exists("Purchase Receipt Item", {"item_code": item, "docstatus": 1}):
				continue  # it was done before the signal came
			self.assertEqual(set(counts.values()), {0}, counts)
