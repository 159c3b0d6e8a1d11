"""The daily digest: who gets it, what it says, and that it goes once a day."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, nowdate

from serial_inventory.constants import SETTINGS
from serial_inventory.services import digest
from serial_inventory.tests import makers, term_makers
from serial_inventory.tests.base import SerialCase

ROLE = "Serial Digest Reader"


class TestDigest(SerialCase):
	def setUp(self):
		super().setUp()
		term_makers.masters()
		term_makers.outgoing_account()
		self.addCleanup(term_makers.forget_account)
		frappe.get_doc({"doctype": "Role", "role_name": ROLE}).insert(ignore_permissions=True)
		frappe.db.set_single_value(SETTINGS, {"digest_role": ROLE, "digest_sent_on": None})
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		frappe.db.delete("Email Queue")
		# Units that other tests or a demo left: the digest is of all that a reader may read.
		frappe.db.delete("Serial No")
		self.reader = term_makers.user("reader@northwind.example", ROLE, "Stock User")

	def units(self):
		term_makers.unit("D-YESTERDAY", -1, term_status="Expired")
		term_makers.unit("D-GRACE", -3, term_status="Grace")
		term_makers.unit("D-SOON", 7)
		term_makers.unit("D-LATER", 8)
		term_makers.unit("D-OLD", -2, term_status="Expired")
		term_makers.unit("D-ENDED", -1, term_status="Ended")
		term_makers.unit("D-PAUSED", 2, term_status="Suspended")

	def mails(self) -> dict[str, str]:
		"""{address: the text of its mail}"""
		found = {}
		for name in frappe.get_all("Email Queue", pluck="name"):
			queued = frappe.get_doc("Email Queue", name)
			for recipient in queued.recipients:
				self.assertNotIn(recipient.recipient, found, "two mails to one reader")
				found[recipient.recipient] = self._text(queued.message)
		return found

	def _text(self, message: str) -> str:
		from email import message_from_string

		parts = message_from_string(message).walk()
		html = [part for part in parts if part.get_content_type() == "text/html"]
		return html[0].get_payload(decode=True).decode()

	def test_the_mail_says_what_ended_is_in_grace_and_ends_soon(self):
		self.units()
		self.assertEqual(digest.send(), 1)
		(text,) = self.mails().values()
		for name in ("D-YESTERDAY", "D-GRACE", "D-SOON"):
			self.assertIn(name, text)
		for name in ("D-LATER", "D-OLD", "D-ENDED", "D-PAUSED"):
			self.assertNotIn(name, text)
		self.assertIn("Ended Yesterday: 1", text)
		self.assertIn("In Grace: 1", text)
		self.assertIn("Ending Within 7 Days: 1", text)
		self.assertIn("/query-report/Serial%20Expiry?from_date=", text)

	def test_counts_by_plan_and_the_first_fifty(self):
		values = {"item_code": term_makers.ITEM, "company": makers.COMPANY, "term_status": "Paid"}
		values |= {"expiry_date": add_days(nowdate(), 1)}
		names = [f"D-{number:03}" for number in range(60)]
		term_makers.units(names[:50], serial_plan=term_makers.MONTHLY, **values)
		term_makers.units(names[50:], serial_plan=None, **values)
		digest.send()
		(text,) = self.mails().values()
		self.assertIn(f"{term_makers.MONTHLY}: 50", text)
		self.assertIn("No plan: 10", text)
		self.assertIn("D-049", text)
		self.assertNotIn("D-050", text)
		self.assertIn("The first 50 are shown. See all 60.", text)

	def test_a_second_run_on_the_day_sends_nothing(self):
		self.units()
		self.assertEqual((digest.send(), digest.send()), (1, 0))
		self.assertEqual(len(self.mails()), 1)
		frappe.db.delete("Email Queue")
		self.assertEqual(digest.send(add_days(nowdate(), 1)), 1)

	def test_no_role_no_news_no_mail(self):
		self.assertEqual(digest.send(), 0)
		self.units()
		frappe.db.set_single_value(SETTINGS, "digest_role", None)
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		self.assertEqual(digest.send(), 0)
		self.assertEqual(self.mails(), {})

	def test_a_day_without_news_is_not_taken_for_sent(self):
		self.assertEqual(digest.send(), 0)
		self.units()
		self.assertEqual(digest.send(), 1)

	def test_disabled_users_and_those_who_read_no_serial_nos_get_none(self):
		self.units()
		term_makers.user("gone@northwind.example", ROLE, "Stock User", enabled=0)
		term_makers.user("blind@northwind.example", ROLE, "Sales User")
		term_makers.user("stranger@northwind.example", "Stock User")
		self.assertEqual(digest.send(), 1)
		self.assertEqual(set(self.mails()), {"reader@northwind.example"})

	def test_each_reader_gets_what_he_may_read(self):
		self.units()
		term_makers.unit("D-THEIRS", 4, customer=makers.OTHER_CUSTOMER)
		narrow = term_makers.user("narrow@northwind.example", ROLE, "Stock User")
		term_makers.restrict(narrow, "Customer", makers.OTHER_CUSTOMER)
		other = term_makers.user("none@northwind.example", ROLE, "Stock User")
		customer = {"customer_name": "Nobody Yet", "customer_group": "All Customer Groups"}
		nobody = frappe.get_doc({"doctype": "Customer", "territory": "All Territories", **customer}).insert()
		term_makers.restrict(other, "Customer", nobody.name)
		self.assertEqual(digest.send(), 2)
		mails = self.mails()
		self.assertEqual(set(mails), {"reader@northwind.example", narrow})
		self.assertIn("D-THEIRS", mails[narrow])
		self.assertNotIn("D-SOON", mails[narrow])
		self.assertIn("D-SOON", mails["reader@northwind.example"])

	def test_without_an_outgoing_account_it_is_logged_and_nothing_is_undone(self):
		self.units()
		frappe.db.delete("Email Account")
		term_makers.forget_account()
		before = frappe.db.count("Error Log")
		self.assertEqual(digest.send(), 0)
		self.assertEqual(frappe.db.count("Error Log"), before + 1)
		self.assertEqual(frappe.db.count("Serial No"), 7)
		self.assertFalse(digest._is_sent(frappe.utils.getdate()))

	def test_names_are_escaped(self):
		term_makers.unit("D-<b>", 1, customer_name="<script>alert(1)</script>")
		digest.send()
		(text,) = self.mails().values()
		self.assertNotIn("<script>alert", text)

	def test_queries_grow_with_neither_units_nor_readers(self):
		self.units()
		digest.send()
		frappe.db.set_single_value(SETTINGS, "digest_sent_on", None)
		with self.count_queries() as few:
			digest._sections(self.reader, frappe.utils.getdate())
		term_makers.units(
			[f"D-N{number}" for number in range(300)],
			item_code=term_makers.ITEM,
			company=makers.COMPANY,
			expiry_date=nowdate(),
		)
		for number in range(5):
			term_makers.user(f"reader{number}@northwind.example", ROLE, "Stock User")
		with self.count_queries() as many:
			sections = digest._sections(self.reader, frappe.utils.getdate())
		self.assertEqual(sections[-1]["total"], 301)
		self.assertLessEqual(many[0], few[0])
		self.assertEqual(len(digest._readers(ROLE)), 1)

	def test_the_daily_job_sends_it(self):
		from serial_inventory import tasks

		self.units()
		tasks.daily()
		self.assertEqual(set(self.mails()), {"reader@northwind.example"})
