"""The calls about terms over HTTP, as another program makes them: rights, answers and refusals.

What the calls see has to be committed; it stays on the test site under names of its own.
"""

from __future__ import annotations

import frappe
from frappe.utils import add_days, today

from serial_inventory.tests import makers
from serial_inventory.tests.served import ServedCase

RIGHTS = {"seller": ("Sales User", "Stock User"), "reader": ("Stock User",), "nobody": ("Employee",)}


class TestTermsOverHTTP(ServedCase):
	@classmethod
	def make(cls):
		makers.plan(f"Plan {cls.mark}", 1, "Month")
		makers.item(f"ACC-{cls.mark}", None, serial_plan=f"Plan {cls.mark}")
		makers.purchase_receipt(makers.buying_row(f"ACC-{cls.mark}", 4, f"{cls.mark}-1..{cls.mark}-4"))
		makers.delivery_note(makers.selling_row(f"ACC-{cls.mark}", 3, f"{cls.mark}-1..{cls.mark}-3"))
		cls.tokens = {name: cls.token_of(name, roles) for name, roles in RIGHTS.items()}

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
