"""Reminders of bookings: off as they come; on, one mail the day before a unit is due and one the day after."""

from __future__ import annotations

import frappe
from frappe.email.doctype.notification.notification import trigger_daily_alerts

from serial_inventory import api
from serial_inventory.constants import MODULE, SERIAL_BOOKING, SERIAL_NO, SETTINGS
from serial_inventory.tests import makers, term_makers
from serial_inventory.tests.test_bookings import BookingCase, at, booking

LENDER = "lender@northwind.example"


class TestBookingReminders(BookingCase):
	"""The mails are Frappe's own alerts, run as its scheduler runs them; a mail goes to who made the booking."""

	def setUp(self):
		super().setUp()
		term_makers.outgoing_account()
		self.addCleanup(term_makers.forget_account)
		term_makers.user(LENDER, "Stock Manager", "Stock User")
		frappe.db.delete("Email Queue")
		frappe.db.delete("Notification", {"is_standard": 0, "document_type": SERIAL_BOOKING})
		# Frappe commits after each mail: what the alerts make is rolled back all the same.
		self.commit, frappe.db.commit = frappe.db.commit, lambda *_args, **_more: None

	def tearDown(self):
		frappe.db.commit = self.commit
		super().tearDown()
		frappe.clear_cache(doctype="Notification")

	def switch_on(self, value=1):
		settings = frappe.get_doc(SETTINGS)
		settings.send_booking_reminders = value
		settings.save()

	def lent(self, serial_no: str, due: int, take: bool = True):
		"""A unit that the lender gave away, due so many days from now."""
		frappe.set_user(LENDER)
		start = at(due - 5)
		doc = booking(serial_no, start, at(due)) if due > 0 else self.late(serial_no, start, due)
		if take and due > 0:
			with self.now(at(due - 4)):
				api.check_out_booking(doc.name)
		frappe.set_user("Administrator")
		return doc

	def late(self, serial_no: str, start, due: int):
		with self.now(start):
			doc = booking(serial_no, start, at(due))
			api.check_out_booking(doc.name)
		return doc

	def mails(self) -> dict[str, str]:
		"""{unit: the mail} that the day's alerts queue, each to the lender alone."""
		trigger_daily_alerts()
		found = {}
		for queued in frappe.get_all("Email Queue", fields=["name", "reference_name"]):
			to = frappe.get_all("Email Queue Recipient", {"parent": queued.name}, pluck="recipient")
			self.assertEqual(to, [LENDER])
			unit = frappe.db.get_value(SERIAL_BOOKING, queued.reference_name, "serial_no")
			self.assertNotIn(unit, found, "two mails about one unit")
			found[unit] = frappe.get_doc("Email Queue", queued.name).message
		return found

	def make_all(self):
		self.lent("DU-00001", 1)
		self.lent("DU-00002", 1, take=False)
		self.lent("DU-00003", 2)
		self.lent("DU-00004", -1)
		self.lent("DU-00005", -2)
		back = self.lent("DU-00006", -1)
		api.return_booking(back.name)

	def test_off_as_they_come(self):
		self.make_all()
		self.assertEqual(self.mails(), {})

	def test_the_day_before_and_the_day_after(self):
		self.make_all()
		self.switch_on()
		found = self.mails()
		self.assertEqual(sorted(found), ["DU-00001", "DU-00004"])
		self.assertIn("Subject: Serial No DU-00001 is due back tomorrow", found["DU-00001"])
		self.assertIn("Subject: Serial No DU-00004 is overdue", found["DU-00004"])
		for text in found.values():
			self.assertIn(makers.CUSTOMER, text)

	def test_a_unit_that_the_hourly_job_has_made_overdue_is_reminded_of(self):
		doc = self.lent("DU-00001", -1)
		doc.db_set("status", "Overdue")
		self.switch_on()
		self.assertEqual(list(self.mails()), ["DU-00001"])

	def test_off_again(self):
		self.make_all()
		self.switch_on()
		self.switch_on(0)
		self.assertEqual(self.mails(), {})

	def test_reminders_of_terms_and_of_bookings_are_switched_apart(self):
		for field, doctype in (("send_reminders", SERIAL_NO), ("send_booking_reminders", SERIAL_BOOKING)):
			settings = frappe.get_doc(SETTINGS)
			settings.update({"send_reminders": 0, "send_booking_reminders": 0, field: 1})
			settings.save()
			enabled = frappe.get_all(
				"Notification", {"module": MODULE, "is_standard": 1, "enabled": 1}, pluck="document_type"
			)
			with self.subTest(field):
				self.assertEqual(set(enabled), {doctype})

	def test_markup_in_names_stays_text(self):
		doc = self.lent("DU-00001", 1)
		doc.db_set({"party_name": "<img src=x> {{ 123457 * 7 }}", "item_name": "<b>set</b>"})
		self.switch_on()
		text = self.mails()["DU-00001"]
		for markup in ("<img src=x>", "864199", "<b>set</b>"):
			self.assertNotIn(markup, text.split("Content-Type: text/html")[1])
