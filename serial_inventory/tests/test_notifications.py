"""Reminders: standard Notifications, off as they come; on, each reaches exactly the customer's people."""

from __future__ import annotations

import frappe
from frappe.email.doctype.notification.notification import trigger_daily_alerts

from serial_inventory.constants import MODULE, SETTINGS
from serial_inventory.services.reminders import serial_no_contacts
from serial_inventory.tests import makers, term_makers
from serial_inventory.tests.base import SerialCase

CONTACT = "ward@fabrikam.example"
OWNER = "account.manager@northwind.example"


class TestReminders(SerialCase):
	def setUp(self):
		super().setUp()
		term_makers.masters()
		term_makers.outgoing_account()
		self.addCleanup(term_makers.forget_account)
		term_makers.user(OWNER, "Sales User")
		facts = {"email_id": CONTACT, "account_manager": OWNER}
		frappe.db.set_value("Customer", makers.CUSTOMER, facts)
		frappe.db.delete("Email Queue")
		frappe.db.delete("Notification", {"is_standard": 0, "document_type": "Serial No"})
		# Frappe commits after each mail: what the alerts make is rolled back all the same.
		self.commit, frappe.db.commit = frappe.db.commit, lambda *_args, **_more: None

	def tearDown(self):
		frappe.db.commit = self.commit
		super().tearDown()

	def switch_on(self, value=1):
		settings = frappe.get_doc(SETTINGS)
		settings.send_reminders = value
		settings.save()

	def mails(self) -> dict[str, list[str]]:
		"""{Serial No: the addresses that a mail about it is queued to}"""
		trigger_daily_alerts()
		found: dict[str, list[str]] = {}
		for queued in frappe.get_all("Email Queue", fields=["name", "reference_name"]):
			rows = frappe.get_all("Email Queue Recipient", {"parent": queued.name}, pluck="recipient")
			self.assertNotIn(queued.reference_name, found, "two mails about one unit")
			found[queued.reference_name] = sorted(rows)
		return found

	def units(self):
		for days in (31, 30, 29, 8, 7, 6, 1, 0, -1):
			term_makers.unit(f"N-{days}", days)

	def test_three_come_with_the_app_and_are_off(self):
		found = frappe.get_all(
			"Notification",
			filters={"module": MODULE, "is_standard": 1, "document_type": "Serial No"},
			fields=["document_type", "event", "date_changed", "days_in_advance", "enabled"],
			order_by="days_in_advance",
		)
		self.assertEqual([one.days_in_advance for one in found], [0, 7, 30])
		for one in found:
			self.assertEqual(
				(one.document_type, one.event, one.date_changed, one.enabled),
				("Serial No", "Days Before", "expiry_date", 0),
			)

	def test_none_is_sent_while_they_are_off(self):
		self.units()
		self.assertEqual(self.mails(), {})

	def test_thirty_seven_and_no_days_before(self):
		self.units()
		self.switch_on()
		people = sorted([CONTACT, OWNER])
		self.assertEqual(self.mails(), {"N-30": people, "N-7": people, "N-0": people})

	def test_the_setting_switches_them_off_again(self):
		self.units()
		self.switch_on()
		self.switch_on(0)
		self.assertEqual(self.mails(), {})

	def test_saving_other_settings_leaves_them_alone(self):
		self.switch_on()
		name = frappe.db.get_value("Notification", {"module": MODULE, "is_standard": 1})
		frappe.db.set_value("Notification", name, "enabled", 0)
		settings = frappe.get_doc(SETTINGS)
		settings.text_limit = 900
		settings.save()
		self.assertEqual(frappe.db.get_value("Notification", name, "enabled"), 0)

	def test_ended_suspended_expired_and_unsold_units_remind_nobody(self):
		for status in ("Ended", "Suspended", "Expired", "Grace", "Not Started"):
			term_makers.unit(f"N-{status}", 7, term_status=status)
		term_makers.unit("N-STOCK", 7, customer=None, term_status=None)
		term_makers.unit("N-TRIAL", 7, term_status="Trial", plan_type="Trial")
		self.switch_on()
		self.assertEqual(list(self.mails()), ["N-TRIAL"])

	def test_without_an_address_the_account_manager_alone_is_told(self):
		frappe.db.set_value("Customer", makers.CUSTOMER, "email_id", None)
		term_makers.unit("N-7", 7)
		self.switch_on()
		self.assertEqual(self.mails(), {"N-7": [OWNER]})

	def test_an_account_manager_who_left_is_not_written_to(self):
		frappe.db.set_value("User", OWNER, "enabled", 0)
		term_makers.unit("N-7", 7)
		self.switch_on()
		self.assertEqual(self.mails(), {"N-7": [CONTACT]})

	def test_without_anybody_nothing_is_sent(self):
		frappe.db.set_value("Customer", makers.CUSTOMER, {"email_id": None, "account_manager": None})
		term_makers.unit("N-7", 7)
		self.switch_on()
		self.assertEqual(self.mails(), {})

	def test_the_primary_contact_stands_in_for_an_empty_address(self):
		frappe.db.set_value("Customer", makers.CUSTOMER, {"email_id": None, "account_manager": None})
		for name, is_primary in (("second", 0), ("first", 1)):
			contact = frappe.new_doc("Contact")
			contact.update({"first_name": name, "is_primary_contact": is_primary})
			contact.append("email_ids", {"email_id": f"{name}@fabrikam.example", "is_primary": 1})
			contact.append("links", {"link_doctype": "Customer", "link_name": makers.CUSTOMER})
			contact.insert(ignore_permissions=True)
		frappe.db.set_value("Customer", makers.CUSTOMER, "email_id", None)
		term_makers.unit("N-7", 7)
		self.switch_on()
		self.assertEqual(self.mails(), {"N-7": ["first@fabrikam.example"]})

	def test_the_mail_is_addressed_to_the_customer_and_says_when(self):
		term_makers.unit("N-7", 7)
		self.switch_on()
		self.mails()
		queued = frappe.get_last_doc("Email Queue")
		self.assertIn(f"To: {CONTACT}", queued.message)
		self.assertEqual(queued.show_as_cc, OWNER)
		self.assertIn("N-7", queued.message)
		self.assertIn("in 7 days", queued.message)

	def test_a_copy_worded_by_the_site_reaches_the_same_people(self):
		standard = frappe.get_doc("Notification", "Serial No Ends in 7 Days")
		standard.onload()
		copy = frappe.copy_doc(standard)
		copy.update({"is_standard": 0, "enabled": 1, "message": "Soon: {{ doc.name }}", "module": None})
		copy.name = "Our Own Reminder"
		copy.insert()
		term_makers.unit("N-7", 7)
		self.assertEqual(self.mails(), {"N-7": sorted([CONTACT, OWNER])})

	def test_the_method_for_templates(self):
		doc = frappe._dict(customer=makers.CUSTOMER)
		self.assertEqual(serial_no_contacts(doc), f"{CONTACT}, {OWNER}")
		self.assertEqual(serial_no_contacts(frappe._dict()), "")
		text = frappe.render_template("{{ serial_no_contacts(doc) }}", {"doc": doc})
		self.assertEqual(text, f"{CONTACT}, {OWNER}")
