"""Warranty and maintenance status: counted from delivery, kept as typed, right at once and each day."""

import frappe
from frappe.utils import add_days, getdate, nowdate

from serial_inventory import tasks
from serial_inventory.rules import units
from serial_inventory.services import maintenance
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class TestWarranty(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####", warranty_period=365)
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))

	def type_warranty(self, serial_no, date):
		doc = self.serial(serial_no)
		doc.warranty_expiry_date = date
		doc.save()
		return doc

	def test_counts_from_the_delivery(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		self.assert_facts(
			"RT-00001", warranty_expiry_date=add_days(getdate(note.posting_date), 365), warranty_period=365
		)

	def test_typed_warranty_survives_transfer_delivery_return_and_cancel(self):
		typed = add_days(nowdate(), 900)
		self.type_warranty("RT-00001", typed)
		self.assert_facts("RT-00001", warranty_expiry_date=typed, maintenance_status="Under Warranty")
		makers.stock_entry(
			"Material Transfer", makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP, "RT-00001")
		)
		self.assert_facts("RT-00001", warranty_expiry_date=typed, maintenance_status="Under Warranty")
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001", warehouse=makers.SHOP))
		self.assert_facts("RT-00001", warranty_expiry_date=typed, status="Delivered")
		self.return_of(note)
		self.assert_facts("RT-00001", warranty_expiry_date=typed, status="Active", customer=None)
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001", warehouse=makers.SHOP))
		note.reload()
		note.cancel()
		self.assert_facts("RT-00001", warranty_expiry_date=typed, status="Active")

	def return_of(self, note):
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		doc = make_return_doc("Delivery Note", note.name)
		doc.insert().submit()
		return doc

	def test_return_gives_back_the_state_before_the_sale(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00002"))
		back = self.return_of(note)
		self.assert_facts(
			"RT-00002",
			status="Active",
			warehouse=makers.STORES,
			customer=None,
			customer_name=None,
			delivery_document_no=None,
			delivery_date=None,
			warranty_expiry_date=None,
			maintenance_status=None,
			supplier=makers.SUPPLIER,
		)
		back.reload()
		back.cancel()
		self.assert_facts(
			"RT-00002", status="Delivered", customer=makers.CUSTOMER, delivery_document_no=note.name
		)

	def test_typed_before_the_receipt_survives_it(self):
		typed = add_days(nowdate(), 30)
		frappe.get_doc(
			{
				"doctype": "Serial No",
				"serial_no": "IMPORTED-1",
				"item_code": "ROUTER-X1",
				"company": makers.COMPANY,
				"warranty_expiry_date": typed,
			}
		).insert()
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "IMPORTED-1"))
		self.assert_facts(
			"IMPORTED-1", warranty_expiry_date=typed, maintenance_status="Under Warranty", status="Active"
		)

	def test_emptied_date_is_left_to_the_documents_again(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		counted = add_days(getdate(note.posting_date), 365)
		self.type_warranty("RT-00001", add_days(nowdate(), 5))
		self.type_warranty("RT-00001", None)
		self.assert_facts("RT-00001", warranty_expiry_date=counted)

	def test_own_units_count_from_purchase_by_a_setting(self):
		frappe.db.set_single_value("Serialized Inventory Settings", "warranty_from_purchase", 1)
		frappe.clear_document_cache("Serialized Inventory Settings", "Serialized Inventory Settings")
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1))
		serial_no = makers.names(receipt.items[0])[0]
		self.assert_facts(
			serial_no,
			warranty_expiry_date=add_days(getdate(receipt.posting_date), 365),
			maintenance_status="Under Warranty",
		)


class TestMaintenanceStatus(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", None)
		days = (None, -400, -1, 0, 1, 400)
		self.cases = {
			f"M-{at}": (
				add_days(nowdate(), warranty) if warranty is not None else None,
				add_days(nowdate(), contract) if contract is not None else None,
			)
			for at, (warranty, contract) in enumerate((w, c) for w in days for c in days)
		}
		for name, (warranty, contract) in self.cases.items():
			frappe.get_doc(
				{
					"doctype": "Serial No",
					"serial_no": name,
					"item_code": "ROUTER-X1",
					"company": makers.COMPANY,
				}
			).insert()
			values = {
				"warranty_expiry_date": warranty,
				"amc_expiry_date": contract,
				"maintenance_status": None,
			}
			frappe.db.set_value("Serial No", name, values)

	def expected(self, name):
		warranty, contract = (getdate(value) if value else None for value in self.cases[name])
		return units.maintenance_status(warranty, contract, getdate(nowdate()))

	def test_daily_job_agrees_with_the_rule_in_one_statement(self):
		with self.count_queries() as counted:
			maintenance.refresh()
		self.assertEqual(counted[0], 1)
		for name in self.cases:
			self.assertEqual(
				frappe.db.get_value("Serial No", name, "maintenance_status"), self.expected(name), name
			)

	def test_daily_job_run_twice_changes_nothing_more(self):
		tasks.daily()
		before = frappe.get_all("Serial No", fields=["name", "maintenance_status"], order_by="name")
		tasks.daily()
		self.assertEqual(
			frappe.get_all("Serial No", fields=["name", "maintenance_status"], order_by="name"), before
		)
