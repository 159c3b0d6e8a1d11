"""Two people renew one unit at one moment, many times: never the same days twice, and nobody's renewal half done.

The processes commit; what they make stays on the test site, under names of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import frappe

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase

ROUNDS = 12
WORKER = """
import json, sys, time
import frappe
job = json.loads(sys.argv[1])
frappe.init(site=job["site"], sites_path=job["sites"])
frappe.connect()
frappe.set_user("Administrator")
told = []
for name, moment in zip(job["renewals"], job["moments"]):
	doc = frappe.get_doc("Serial Renewal", name)
	while time.time() < moment:
		time.sleep(0.0005)
	try:
		doc.submit()
		frappe.db.commit()
		told.append("")
	except Exception as error:
		frappe.db.rollback()
		told.append(str(error))
print("TOLD" + json.dumps(told))
"""


class TestRenewingAtOneMoment(SerialCase):
	def test_one_wins_and_the_other_is_told(self):
		mark = frappe.generate_hash(length=6).upper()
		makers.plan(f"Plan {mark}", 1, "Month")
		makers.item(f"ACC-{mark}", None, serial_plan=f"Plan {mark}")
		names = [f"{mark}-{number:02d}" for number in range(ROUNDS)]
		makers.purchase_receipt(makers.buying_row(f"ACC-{mark}", ROUNDS, "\n".join(names)))
		makers.delivery_note(makers.selling_row(f"ACC-{mark}", ROUNDS, "\n".join(names)))
		drafts = [[self.draft(name) for name in names] for _person in range(2)]
		frappe.db.commit()  # the workers are other connections
		told = self.race(drafts)
		frappe.db.rollback()  # to see what they committed
		for at, name in enumerate(names):
			with self.subTest(name):
				standing = frappe.get_all(
					"Serial Term", {"serial_no": name, "is_cancelled": 0}, pluck="action", order_by="creation"
				)
				self.assertEqual(standing, ["Start", "Renew"])
				losers = [answers[at] for answers in told if answers[at]]
				self.assertEqual(len(losers), 1)
				self.assertTrue("since its dates were shown" in losers[0] or "Deadlock" in losers[0], losers)
				states = sorted(
					frappe.db.get_value("Serial Renewal", draft[at], "docstatus") for draft in drafts
				)
				self.assertEqual(states, [0, 1])

	def draft(self, serial_no: str) -> str:
		doc = {"doctype": "Serial Renewal", "company": makers.COMPANY, "action": "Renew"}
		return frappe.get_doc({**doc, "items": [{"serial_no": serial_no}]}).insert().name

	def race(self, drafts: list[list[str]]) -> list[list[str]]:
		start = time.time() + 8
		jobs = [
			{
				"site": frappe.local.site,
				"sites": os.path.abspath(frappe.local.sites_path),
				"renewals": renewals,
				"moments": [start + 0.5 * at for at in range(len(renewals))],
			}
			for renewals in drafts
		]
		command = (sys.executable, "-c", WORKER)
		runs = [
			subprocess.Popen(
				[*command, json.dumps(job)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
			)
			for job in jobs
		]
		told = []
		for run in runs:
			output, errors = run.communicate(timeout=120)
			line = next((line for line in output.splitlines() if line.startswith("TOLD")), None)
			self.assertIsNotNone(line, errors)
			told.append(json.loads(line.removeprefix("TOLD")))
		return told
