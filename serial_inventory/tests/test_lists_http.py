"""Lists over HTTP, as the Desk and other programs send them: a list, a text, an upload; rights and refusals.

What the calls see has to be committed; it stays on the test site under names of its own.
"""

from __future__ import annotations

import frappe
import requests

from serial_inventory.tests import makers
from serial_inventory.tests.served import ServedCase

RIGHTS = {"keeper": ("Stock User",), "seller": ("Sales User",), "nobody": ("Employee",)}


class TestListsOverHTTP(ServedCase):
	@classmethod
	def make(cls):
		makers.item(f"HUB-{cls.mark}", None)
		makers.purchase_receipt(makers.buying_row(f"HUB-{cls.mark}", 3, f"{cls.mark}-1..{cls.mark}-3"))
		cls.tokens = {name: cls.token_of(name, roles) for name, roles in RIGHTS.items()}

	def upload(self, user: str, name: str, content: bytes):
		address = f"{self.address}/api/method/upload_file"
		fields = {"method": "serial_inventory.api.read_serial_file"}
		headers = {"Authorization": self.tokens[user]}
		return requests.post(address, fields, files={"file": (name, content)}, headers=headers, timeout=60)

	def test_a_list_and_a_text_are_checked(self):
		for given in ([f"{self.mark}-1", "NOPE"], f"{self.mark}-1, NOPE"):
			answer = self.call("check_serial_nos", "keeper", serial_nos=given)
			self.assertEqual(answer.status_code, 200, answer.text)
			told = answer.json()["message"]
			self.assertEqual(told["counts"], {"Unknown": 1, "Free": 1, "In Stock": 1})
			row = dict(zip(told["columns"], told["rows"][0], strict=True))
			self.assertEqual((row["serial_no"], row["warehouse"]), (f"{self.mark}-1", makers.STORES))

	def test_an_upload_is_read_and_leaves_no_file(self):
		files = self.count("File")
		answer = self.upload(
			"keeper", "list.csv", f"Serial No;Note\n{self.mark}-1;x\n1.2E+11;\n".encode("utf-16")
		)
		self.assertEqual(answer.status_code, 200, answer.text)
		told = answer.json()["message"]
		self.assertEqual((told["serial_nos"], told["lines"]), ([f"{self.mark}-1"], [2]))
		self.assertEqual([problem["line"] for problem in told["problems"]], [3])
		self.assertEqual(self.count("File"), files)

	def test_a_document_is_made_and_not_written(self):
		notes = self.count("Delivery Note")
		answer = self.call(
			"make_from_serial_nos", "keeper", doctype="Delivery Note", serial_nos=[f"{self.mark}-2"]
		)
		self.assertEqual(answer.status_code, 200, answer.text)
		row = answer.json()["message"]["doc"]["items"][0]
		self.assertEqual((row["serial_no"], row["qty"]), (f"{self.mark}-2", 1))
		self.assertEqual(self.count("Delivery Note"), notes)

	def test_a_download_is_a_file(self):
		answer = self.call("download_checked_list", "keeper", serial_nos=f"{self.mark}-1", file_format="CSV")
		self.assertEqual(answer.status_code, 200, answer.text[:200])
		self.assertIn("attachment", answer.headers["Content-Disposition"])
		self.assertIn(f"{self.mark}-1", answer.text)

	def test_refusals_say_why(self):
		for method, arguments, part in (
			("check_serial_nos", {"serial_nos": ""}, "no serial numbers"),
			("check_serial_nos", {"serial_nos": "A1", "item_code": "NOPE"}, "does not exist"),
			("make_from_serial_nos", {"doctype": "Delivery Note", "serial_nos": ["NOPE"]}, "NOPE"),
			("make_from_serial_nos", {"doctype": "User", "serial_nos": ["NOPE"]}, "No User"),
			("read_serial_file", {"content": "data:x;base64,A"}, "did not arrive"),
		):
			with self.subTest(part):
				answer = self.call(method, "keeper", **arguments)
				self.assertEqual(answer.status_code, 417, answer.text)
				self.assertIn(part, answer.text)

	def test_who_may_not_does_not(self):
		for user in (None, "seller", "nobody"):
			for method, arguments in (
				("check_serial_nos", {"serial_nos": f"{self.mark}-1"}),
				("download_checked_list", {"serial_nos": f"{self.mark}-1"}),
				("read_serial_file", {"content": "A1"}),
				("make_from_serial_nos", {"doctype": "Stock Entry", "serial_nos": [f"{self.mark}-1"]}),
			):
				with self.subTest(user=user, method=method):
					answer = self.call(method, user, **arguments)
					self.assertIn(answer.status_code, (403, 417) if method.startswith("make") else (403,))
					self.assertNotIn(makers.STORES, answer.text)

	def count(self, doctype: str) -> int:
		frappe.db.rollback()  # to see what others have committed
		return frappe.db.count(doctype)
