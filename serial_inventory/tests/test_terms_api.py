"""The calls about terms over HTTP, as another program makes them: rights, answers and refusals.

What the calls see has to be committed; it stays on the test site under names of its own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import frappe
import requests
from frappe.utils import add_days, today

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase

RIGHTS = {"seller": ("Sales User", "Stock User"), "reader": ("Stock User",), "nobody": ("Employee",)}


class TestTermsOverHTTP(SerialCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.mark = frappe.generate_hash(length=6).upper()
		cls.make_accounts()
		cls.tokens = {name: cls.token_of(name, roles) for name, roles in RIGHTS.items()}
		frappe.db.commit()
		cls.serve()

	@classmethod
	def make_accounts(cls):
		frappe.set_user("Administrator")
		makers.plan(f"Plan {cls.mark}", 1, "Month")
		makers.item(f"ACC-{cls.mark}", None, serial_plan=f"Plan {cls.mark}")
		makers.purchase_receipt(makers.buying_row(f"ACC-{cls.mark}", 4, f"{cls.mark}-1..{cls.mark}-4"))
		makers.delivery_note(makers.selling_row(f"ACC-{cls.mark}", 3, f"{cls.mark}-1..{cls.mark}-3"))

	@classmethod
	def token_of(cls, name: str, roles: tuple[str, ...]) -> str:
		email = f"{name}-{cls.mark.lower()}@northwind.example"
		user = {"doctype": "User", "email": email, "first_name": name, "send_welcome_email": 0}
		user = frappe.get_doc({**user, "roles": [{"role": role} for role in roles]}).insert()
		user.api_key, user.api_secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
		secret = user.api_secret
		user.save()
		return f"token {user.api_key}:{secret}"

	@classmethod
	def serve(cls):
		"""The site's own server on a free port of this machine."""
		with socket.socket() as free:
			free.bind(("127.0.0.1", 0))
			port = free.getsockname()[1]
		command = (sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", frappe.local.site)
		cls.server = subprocess.Popen(
			[*command, "serve", "--port", str(port), "--noreload"],
			cwd=os.path.abspath(frappe.local.sites_path),
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
		)
		cls.addClassCleanup(cls.stop)
		cls.address = f"http://127.0.0.1:{port}"
		for _attempt in range(150):
			try:
				requests.get(f"{cls.address}/api/method/ping", timeout=9)
				return
			except requests.ConnectionError:
				time.sleep(0.2)
		raise AssertionError("the site's server did not start")

	@classmethod
	def stop(cls):
		cls.server.terminate()
		cls.server.wait(timeout=20)

	def call(self, method: str, user: str | None = None, **arguments):
		headers = {"Authorization": self.tokens[user]} if user else {}
		address = f"{self.address}/api/method/serial_inventory.api.{method}"
		return requests.post(address, json=arguments, headers=headers, timeout=60)

	def test_the_term_of_a_serial(self):
		answer = self.call("get_term", "reader", serial_no=f"{self.mark}-1")
		self.assertEqual(answer.status_code, 200, answer.text)
		told = answer.json()["message"]
		self.assertEqual((told["term_status"], told["serial_plan"]), ("Paid", f"Plan {self.mark}"))
		self.assertEqual(told["terms"][0]["from_date"], today())

	def test_what_expires_between_two_days(self):
		days = {"from_date": today(), "to_date": add_days(today(), 40)}
		answer = self.call("get_expiring", "reader", **days)
		names = [row["name"] for row in answer.json()["message"]]
		self.assertIn(f"{self.mark}-3", names)
		self.assertNotIn(f"{self.mark}-4", names)
		self.assertEqual(
			self.call("get_expiring", "reader", from_date="2026-02-01", to_date="2026-01-01").status_code, 417
		)

	def test_a_seller_renews_and_the_answer_says_until_when(self):
		answer = self.call("renew", "seller", serial_nos=f"{self.mark}-1, {self.mark}-2")
		self.assertEqual(answer.status_code, 200, answer.text)
		renewed = answer.json()["message"]
		self.assertEqual([row["serial_no"] for row in renewed], [f"{self.mark}-1", f"{self.mark}-2"])
		told = self.call("get_term", "seller", serial_no=f"{self.mark}-1").json()["message"]
		self.assertEqual(told["expiry_date"], renewed[0]["to_date"])

	def test_refusals_say_why_and_write_nothing(self):
		before = self.count()
		answer = self.call("renew", "seller", serial_nos=[f"{self.mark}-1", "NOPE"])
		self.assertEqual(answer.status_code, 417)
		self.assertIn("NOPE does not exist", answer.text)
		self.assertEqual(self.call("renew", "seller", serial_nos='[{"a": 1}]').status_code, 417)
		self.assertEqual(self.call("get_term", "reader", serial_no="NOPE").status_code, 404)
		self.assertEqual(self.count(), before)

	def test_who_may_not_does_not(self):
		before = self.count()
		for user in (None, "nobody"):
			for method, arguments in (
				("get_term", {"serial_no": f"{self.mark}-1"}),
				("get_expiring", {"from_date": today(), "to_date": today()}),
				("renew", {"serial_nos": f"{self.mark}-1"}),
			):
				with self.subTest(user=user, method=method):
					self.assertEqual(self.call(method, user, **arguments).status_code, 403)
		self.assertEqual(self.call("renew", "reader", serial_nos=f"{self.mark}-1").status_code, 403)
		self.assertEqual(self.count(), before)

	def count(self) -> int:
		frappe.db.rollback()  # to see what others have committed
		return frappe.db.count("Serial Term", {"serial_no": ("like", f"{self.mark}-%")})
