"""Serial Nos made directly, and Stock Reconciliation: nothing but a stock document gives a serial a place."""

import frappe
from frappe.utils import add_days, nowdate

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class TestDirectEntry(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")

	def enter(self, serial_no="DIRECT-1", **values):
		doc = {
			"doctype": "Serial No",
			"serial_no": serial_no,
			"item_code": "ROUTER-X1",
			"company": makers.COMPANY,
			**values,
		}
		return frappe.get_doc(doc).insert()

	def test_serial_made_directly_is_known_but_nowhere(self):
		self.enter()
		self.assert_facts(
			"DIRECT-1",
			status="Inactive",
			warehouse=None,
			item_name="ROUTER-X1 dual-band router",
			item_group="Products",
			brand="Northwind",
		)

	def test_what_stock_documents_set_is_refused(self):
		for field, value in (
			("warehouse", makers.STORES),
			("customer", makers.CUSTOMER),
			("status", "Active"),
			("status", "Delivered"),
			("supplier", makers.SUPPLIER),
			("delivery_date", nowdate()),
		):
			with self.subTest(field), self.assert_refused():
				self.enter(**{field: value})

	def test_item_that_is_not_serialized_is_refused(self):
		makers.item("CABLE-3M", None, has_serial_no=0)
		with self.assert_refused("CABLE-3M", "not serialized"):
			self.enter(item_code="CABLE-3M")

	def test_names_that_cannot_be_typed_in_a_row_are_refused(self):
		for name in ("A,B", "A\nB", "A;B", "A\tB"):
			with self.subTest(name), self.assert_refused():
				self.enter(name)

	def test_customer_and_status_cannot_be_changed_by_hand(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1))
		for field, value in (("status", "Delivered"), ("customer", makers.CUSTOMER), ("supplier", None)):
			doc = self.serial("RT-00001")
			doc.set(field, value)
			with self.subTest(field), self.assert_refused("RT-00001"):
				doc.save()

	def test_what_a_person_may_enter_is_kept(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1))
		doc = self.serial("RT-00001")
		doc.amc_expiry_date = add_days(nowdate(), 20)
		doc.save()
		self.assert_facts("RT-00001", amc_expiry_date=add_days(nowdate(), 20), maintenance_status="Under AMC")


class TestReconciliation(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")

	def row(self, qty, serial_no=None, **values):
		return {
			"item_code": "ROUTER-X1",
			"warehouse": makers.STORES,
			"qty": qty,
			"valuation_rate": 100,
			"serial_no": serial_no,
			"use_serial_batch_fields": 1,
			**values,
		}

	def refused(self, *rows, parts):
		with self.assert_refused(*parts):
			makers.stock_reconciliation(*rows, submit=False)
		self.assertEqual(frappe.db.count("Serial No", {"serial_no": ("like", "NEW-%")}), 0)

	def test_unknown_serials_are_refused_and_the_import_tool_named(self):
		self.refused(self.row(2, "NEW-1..NEW-2"), parts=("Row 1", "NEW-1, NEW-2", "Data Import Tool"))

	def test_blank_with_more_than_there_is_is_refused(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2))
		self.refused(self.row(5), parts=("Row 1", "holds 2", "5 are counted", "Data Import Tool"))

	def test_blank_without_serial_fields_is_refused_too(self):
		self.refused(self.row(5, use_serial_batch_fields=0), parts=("Row 1", "holds 0", "Data Import Tool"))

	def test_count_that_differs_is_refused(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2))
		self.refused(self.row(3, "RT-00001\nRT-00002"), parts=("given: 2", "ROUTER-X1: 3"))

	def test_serial_in_another_warehouse_is_refused(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, warehouse=makers.SHOP))
		self.refused(self.row(1, "RT-00001"), parts=(makers.SHOP, "RT-00001"))

	def test_serials_that_exist_are_brought_into_stock(self):
		for name in ("OPEN-1", "OPEN-2"):
			frappe.get_doc(
				{
					"doctype": "Serial No",
					"serial_no": name,
					"item_code": "ROUTER-X1",
					"company": makers.COMPANY,
					"warranty_expiry_date": add_days(nowdate(), 50),
				}
			).insert()
		reconciliation = makers.stock_reconciliation(self.row(2, "OPEN-1..OPEN-2"))
		self.assert_facts(
			"OPEN-2",
			status="Active",
			warehouse=makers.STORES,
			warranty_expiry_date=add_days(nowdate(), 50),
			purchase_document_no=reconciliation.name,
		)
		reconciliation.reload()
		reconciliation.cancel()
		self.assert_facts(
			"OPEN-2", status="Inactive", warehouse=None, warranty_expiry_date=add_days(nowdate(), 50)
		)

	def test_amended_count_has_the_serials_of_the_cancelled_one(self):
		"""ERPNext drops them from the copy and puts all units of the warehouse in their place."""
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 5))
		count = makers.stock_reconciliation(self.row(2, "RT-00002\nRT-00004"))
		count = frappe.get_doc(count.doctype, count.name)
		count.cancel()
		copy = frappe.copy_doc(count, ignore_no_copy=False)
		copy.amended_from, copy.docstatus = count.name, 0
		for row in copy.items:
			row.update({"serial_no": None, "current_serial_no": None, "docstatus": 0})
			row.update({"serial_and_batch_bundle": None, "current_serial_and_batch_bundle": None})
		copy.insert()
		self.assertEqual(makers.names(copy.items[0]), ["RT-00002", "RT-00004"])
		copy.save()
		copy.submit()
		for name in ("RT-00002", "RT-00004"):
			self.assert_facts(name, status="Active", warehouse=makers.STORES)
		self.assert_facts("RT-00001", status="Inactive", warehouse=None)

	def test_units_left_out_of_the_count_are_removed(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		makers.stock_reconciliation(self.row(2, "RT-00001\nRT-00003"))
		self.assert_facts("RT-00001", status="Active", warehouse=makers.STORES)
		self.assert_facts("RT-00002", status="Inactive", warehouse=None, customer=None)


class TestSeriesOnItems(SerialCase):
	def test_overlap_with_another_item_is_warned_of(self):
		makers.item("ROUTER-X1", "RT-.#####")
		frappe.clear_messages()
		makers.item("ROUTER-X2", "rt-.####")
		texts = " ".join(str(message) for message in frappe.get_message_log())
		self.assertIn("ROUTER-X1", texts)
		self.assertIn("RT-.#####", texts)

	def test_series_apart_are_not_warned_of(self):
		makers.item("ROUTER-X1", "RT-.#####")
		frappe.clear_messages()
		makers.item("ROUTER-X2", "RX2-.####")
		self.assertNotIn("overlap", " ".join(str(message) for message in frappe.get_message_log()).lower())

	def test_series_that_gives_bad_numbers_is_refused(self):
		with self.assert_refused("comma"):
			makers.item("ROUTER-X1", "R,T-.#####")
