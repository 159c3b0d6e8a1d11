"""Installation Notes, Warranty Claims and Issues: the unit that they are about is the right one."""

import frappe
from frappe.utils import add_days, getdate, nowdate

from serial_inventory import api
from serial_inventory.dashboards.serial_no import get_open_count
from serial_inventory.tests import makers
from serial_inventory.tests import service_makers as service
from serial_inventory.tests.base import SerialCase


class ServiceCase(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####", warranty_period=365)
		makers.item("SWITCH-X1", "SW-.#####", warranty_period=0)
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 6), makers.buying_row("SWITCH-X1", 2))
		self.note = makers.delivery_note(
			makers.selling_row("ROUTER-X1", 4, "RT-00001..RT-00004"),
			makers.selling_row("SWITCH-X1", 1, "SW-00001"),
		)


class TestInstallationNotes(ServiceCase):
	def forget_text(self):
		"""The Delivery Note's rows show bundles alone, as above the text limit."""
		for row in self.note.items:
			frappe.db.set_value("Delivery Note Item", row.name, "serial_no", None)

	def test_units_delivered_are_installed_and_ranges_read(self):
		doc = service.installation_note(self.note, {"serial_no": "rt-00001..rt-00004"}, {})
		self.assertEqual(doc.items[0].serial_no, "RT-00001\nRT-00002\nRT-00003\nRT-00004")
		self.assertEqual(doc.docstatus, 1)
		self.note.reload()
		self.assertEqual(self.note.installation_status, "Fully Installed")

	def test_a_delivery_with_bundles_alone_fills_the_rows(self):
		self.forget_text()
		doc = service.installation_note(self.note)
		self.assertEqual([len(makers.names(row)) for row in doc.items], [4, 1])

	def test_units_that_were_not_delivered_are_refused(self):
		for with_text in (True, False):
			if not with_text:
				self.forget_text()
			for text, parts in (
				("SW-00001", ("Row 1", "SWITCH-X1, not of ROUTER-X1")),
				("RT-00005", ("Row 1", self.note.name, "did not deliver", "RT-00005")),
				("NOPE", ("Row 1", "do not exist", "NOPE")),
			):
				with self.subTest(text, with_text=with_text), self.assert_refused(*parts):
					service.installation_note(self.note, {"serial_no": text, "qty": 1})

	def test_a_unit_is_installed_once(self):
		first = service.installation_note(self.note, {"serial_no": "RT-00001\nRT-00002", "qty": 2})
		with self.assert_refused("Row 1", "Installed already", first.name, "RT-00002"):
			service.installation_note(self.note, {"serial_no": "RT-00002\nRT-00003", "qty": 2})
		first.cancel()
		self.note.reload()
		again = service.installation_note(self.note, {"serial_no": "RT-00002\nRT-00003", "qty": 2})
		self.assertEqual(again.docstatus, 1)

	def test_a_unit_twice_is_refused(self):
		with self.assert_refused("more than once", "RT-00001"):
			service.installation_note(self.note, {"serial_no": "RT-00001\nrt-00001", "qty": 2})

	def test_a_unit_returned_and_delivered_again_is_installed_again(self):
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		service.installation_note(self.note)
		returned = make_return_doc("Delivery Note", self.note.name)
		returned.insert()
		returned.submit()
		again = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		doc = service.installation_note(again)
		self.assertEqual((doc.docstatus, doc.items[0].serial_no), (1, "RT-00001"))


class TestWarrantyClaims(ServiceCase):
	def covered(self, warranty=None, amc=None):
		values = {"warranty_expiry_date": warranty, "amc_expiry_date": amc}
		frappe.db.set_value("Serial No", "RT-00001", values)

	def test_the_status_is_that_of_the_complaint_date(self):
		self.covered(warranty=add_days(nowdate(), -10), amc=add_days(nowdate(), -5))
		for days, status in (
			(-20, "Under Warranty"),
			(-10, "Under Warranty"),
			(-9, "Under AMC"),
			(-5, "Under AMC"),
			(0, "Out of AMC"),
		):
			with self.subTest(days):
				claim = service.warranty_claim("RT-00001", complaint_date=add_days(nowdate(), days))
				self.assertEqual(claim.warranty_amc_status, status)
				told = api.get_warranty_status("RT-00001", add_days(nowdate(), days))
				self.assertEqual(told["warranty_amc_status"], status)

	def test_a_status_that_was_never_set_on_the_unit_is_true_all_the_same(self):
		self.covered(warranty=add_days(nowdate(), 5))
		frappe.db.set_value("Serial No", "RT-00001", "maintenance_status", None)
		self.assertEqual(service.warranty_claim("RT-00001").warranty_amc_status, "Under Warranty")

	def test_a_date_that_changes_changes_the_status_until_the_claim_is_closed(self):
		self.covered(warranty=add_days(nowdate(), 5))
		claim = service.warranty_claim("RT-00001")
		claim.complaint_date = add_days(nowdate(), 6)
		claim.save()
		self.assertEqual(claim.warranty_amc_status, "Out of Warranty")
		claim.status = "Closed"
		claim.save()
		self.covered(warranty=add_days(nowdate(), 50))
		claim.resolution_details = "Cable"
		claim.save()
		self.assertEqual(claim.warranty_amc_status, "Out of Warranty")

	def test_item_and_customer_are_the_units_own(self):
		claim = service.warranty_claim("RT-00001")
		self.assertEqual((claim.item_code, claim.customer), ("ROUTER-X1", makers.CUSTOMER))
		self.assertEqual(claim.warranty_expiry_date, self.serial("RT-00001").warranty_expiry_date)

	def test_another_items_unit_is_refused(self):
		with self.assert_refused("RT-00001", "unit of Item ROUTER-X1, not of SWITCH-X1"):
			service.warranty_claim("RT-00001", item_code="SWITCH-X1")

	def test_another_customer_is_told_and_kept(self):
		frappe.clear_messages()
		claim = service.warranty_claim("RT-00001", customer=makers.OTHER_CUSTOMER)
		self.assertEqual(claim.customer, makers.OTHER_CUSTOMER)
		self.assertIn(makers.CUSTOMER, str(frappe.get_message_log()))
		frappe.clear_messages()
		claim.save()
		self.assertNotIn(makers.CUSTOMER, str(frappe.get_message_log()))

	def test_a_unit_that_does_not_exist_is_refused(self):
		with self.assert_refused("NOPE"):
			service.warranty_claim("NOPE", customer=makers.CUSTOMER)

	def test_a_claim_without_a_unit_is_left_alone(self):
		claim = service.warranty_claim(customer=makers.CUSTOMER, warranty_amc_status="Under AMC")
		self.assertEqual(claim.warranty_amc_status, "Under AMC")

	def test_who_may_ask_what_covers_a_unit(self):
		for role, can in (
			("Stock User", True),
			("Stock Manager", True),
			("Maintenance User", False),
			("Support Team", False),
			("Employee", False),
		):
			frappe.set_user("Administrator")
			makers.act_as(role)
			with self.subTest(role):
				if can:
					self.assertEqual(api.get_warranty_status("RT-00001")["item_code"], "ROUTER-X1")
				else:
					with self.assertRaises(frappe.PermissionError):
						api.get_warranty_status("RT-00001")

	def test_the_right_to_select_is_enough_to_choose_a_unit_and_tells_no_more(self):
		from frappe.core.doctype.doctype.doctype import clear_permissions_cache
		from frappe.desk.search import search_widget
		from frappe.permissions import add_permission, update_permission_property

		def found() -> list[str]:
			return [
				row[0] for row in search_widget("Serial No", "RT-0000", filters={"item_code": "ROUTER-X1"})
			]

		self.addCleanup(clear_permissions_cache, "Serial No")
		for role, make in (("Maintenance User", service.warranty_claim), ("Support Team", service.issue)):
			frappe.set_user("Administrator")
			makers.act_as(role)
			with self.subTest(role), self.assertRaises(frappe.PermissionError):
				found()
			frappe.set_user("Administrator")
			add_permission("Serial No", role)
			update_permission_property("Serial No", role, 0, "read", 0, validate=False)
			update_permission_property("Serial No", role, 0, "select", 1, validate=False)
			makers.act_as(role)
			with self.subTest(role):
				self.assertIn("RT-00001", found())
				self.assertEqual(make("RT-00001").item_code, "ROUTER-X1")
				for call in (api.get_term, api.get_history, api.get_warranty_status):
					self.assertRaises(frappe.PermissionError, call, "RT-00001")

	def test_a_maintenance_user_makes_a_claim(self):
		makers.act_as("Maintenance User")
		claim = service.warranty_claim("RT-00001")
		self.assertEqual((claim.warranty_amc_status, claim.customer), ("Under Warranty", makers.CUSTOMER))


class TestIssues(ServiceCase):
	def test_item_and_customer_are_filled_from_the_unit(self):
		doc = service.issue("RT-00001")
		self.assertEqual((doc.item_code, doc.customer), ("ROUTER-X1", makers.CUSTOMER))

	def test_another_items_unit_is_refused(self):
		with self.assert_refused("RT-00001", "unit of Item ROUTER-X1, not of SWITCH-X1"):
			service.issue("RT-00001", item_code="SWITCH-X1")

	def test_a_unit_that_does_not_exist_is_refused(self):
		with self.assert_refused("NOPE"):
			service.issue("NOPE")

	def test_another_customer_is_told_and_kept(self):
		frappe.clear_messages()
		doc = service.issue("RT-00001", customer=makers.OTHER_CUSTOMER)
		self.assertEqual(doc.customer, makers.OTHER_CUSTOMER)
		self.assertIn(makers.CUSTOMER, str(frappe.get_message_log()))

	def test_somebody_of_the_portal_is_not_told_whose_the_unit_is(self):
		email = "portal@fabrikam.example"
		user = {"doctype": "User", "email": email, "first_name": "Portal", "user_type": "Website User"}
		frappe.get_doc({**user, "send_welcome_email": 0}).insert()
		frappe.set_user(email)
		frappe.clear_messages()
		values = {"doctype": "Issue", "subject": "No light", "serial_no": "RT-00001"}
		doc = frappe.get_doc(values).insert(ignore_permissions=True)
		self.assertIsNone(doc.customer)
		doc = frappe.get_doc({**values, "customer": makers.OTHER_CUSTOMER}).insert(ignore_permissions=True)
		self.assertNotIn(makers.CUSTOMER, str(frappe.get_message_log()))

	def test_an_issue_without_a_unit_is_left_alone(self):
		self.assertIsNone(service.issue().item_code)

	def test_a_support_team_member_makes_one(self):
		makers.act_as("Support Team")
		doc = service.issue("RT-00001")
		self.assertEqual(doc.item_code, "ROUTER-X1")

	def test_nobody_else_does(self):
		for role in ("Stock User", "Maintenance User", "Accounts User", "Employee"):
			frappe.set_user("Administrator")
			makers.act_as(role)
			with self.subTest(role), self.assertRaises(frappe.PermissionError):
				service.issue("RT-00001")


class TestConnections(ServiceCase):
	def test_every_service_document_is_reached_from_the_unit(self):
		made = {
			"Issue": service.issue("RT-00001"),
			"Warranty Claim": service.warranty_claim("RT-00001"),
			"Installation Note": service.installation_note(self.note),
			"Maintenance Schedule": service.maintenance_schedule(
				service.schedule_row(
					"ROUTER-X1",
					"RT-00001..RT-00003",
					start_date=add_days(nowdate(), 1),
				)
			),
		}
		self.assertEqual(
			getdate(made["Maintenance Schedule"].items[0].end_date), self.serial("RT-00003").amc_expiry_date
		)
		found = get_open_count("Serial No", "RT-00001", frappe.as_json(list(made)))["count"]
		names = {row["doctype"]: row["names"] for row in found["internal_links_found"]}
		self.assertEqual(names, {doctype: [doc.name] for doctype, doc in made.items()})
