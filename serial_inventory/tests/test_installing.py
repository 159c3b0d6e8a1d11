"""Install, migrate, uninstall: fields come and go, data stays, years of it are read."""

import frappe
from frappe.utils import add_days, getdate, nowdate

from serial_inventory.constants import MODULE
from serial_inventory.services import backfill
from serial_inventory.setup import fields
from serial_inventory.setup.custom_fields import get_custom_fields
from serial_inventory.setup.property_setters import get_property_setters
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class TestFields(SerialCase):
	def test_every_field_is_there_with_its_module(self):
		for doctype, rows in get_custom_fields().items():
			meta = frappe.get_meta(doctype)
			for row in rows:
				self.assertTrue(meta.has_field(row["fieldname"]), f"{doctype}.{row['fieldname']}")
				self.assertEqual(row["module"], MODULE)

	def test_applying_again_changes_nothing(self):
		def made():
			return {
				doctype: frappe.get_all(doctype, {"module": MODULE}, ["name", "creation"], order_by="name")
				for doctype in ("Custom Field", "Property Setter")
			}

		before = made()
		fields.apply()
		self.assertEqual(made(), before)
		self.assertTrue(before["Custom Field"] and before["Property Setter"])

	def test_property_setters_are_of_the_app(self):
		for setter in get_property_setters():
			filters = {"doc_type": setter["doctype"], "property": setter["property"], "module": MODULE}
			if setter["fieldname"]:
				filters["field_name"] = setter["fieldname"]
			self.assertTrue(frappe.db.exists("Property Setter", filters), setter)


class TestBackfill(SerialCase):
	"""Serial Nos that documents moved before the app was there: their facts are blank."""

	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		self.receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		self.note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00002"))
		self.typed = add_days(nowdate(), 77)
		blank = (
			"supplier supplier_name purchase_document_type purchase_date customer_name delivery_document_type "
			"delivery_document_no delivery_date item_group brand maintenance_status"
		).split()
		names = ["RT-00001", "RT-00002", "RT-00003"]
		frappe.db.set_value("Serial No", {"name": ("in", names)}, dict.fromkeys(blank))
		frappe.db.set_value("Serial No", "RT-00003", "warranty_expiry_date", self.typed)

	def test_facts_are_read_from_the_documents(self):
		backfill.run()
		self.assert_facts(
			"RT-00002",
			status="Delivered",
			supplier=makers.SUPPLIER,
			purchase_document_type="Purchase Receipt",
			purchase_date=self.receipt.posting_date,
			customer=makers.CUSTOMER,
			customer_name=makers.CUSTOMER,
			delivery_document_no=self.note.name,
			warranty_expiry_date=add_days(getdate(self.note.posting_date), 365),
			maintenance_status="Under Warranty",
			item_group="Products",
		)
		self.assert_facts("RT-00001", status="Active", warehouse=makers.STORES, supplier=makers.SUPPLIER)

	def test_warranty_that_no_delivery_explains_counts_as_typed(self):
		backfill.run()
		self.assert_facts("RT-00003", warranty_expiry_date=self.typed, maintenance_status="Under Warranty")
		makers.stock_entry(
			"Material Transfer", makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP, "RT-00003")
		)
		self.assert_facts("RT-00003", warranty_expiry_date=self.typed)

	def test_run_twice_is_the_same_as_once(self):
		backfill.run()
		once = frappe.get_all("Serial No", {"item_code": "ROUTER-X1"}, ["*"], order_by="name")
		backfill.run()
		self.assertEqual(
			frappe.get_all("Serial No", {"item_code": "ROUTER-X1"}, ["*"], order_by="name"), once
		)

	def test_serials_from_before_bundles_are_read_from_the_ledgers_text(self):
		"""A ledger row of ERPNext 13 has its serials as text and no bundle."""
		for voucher in (self.receipt.name, self.note.name):
			for row in frappe.get_all(
				"Stock Ledger Entry", {"voucher_no": voucher}, ["name", "serial_and_batch_bundle"]
			):
				serial_nos = frappe.get_all(
					"Serial and Batch Entry", {"parent": row.serial_and_batch_bundle}, pluck="serial_no"
				)
				values = {"serial_no": "\n".join(serial_nos), "serial_and_batch_bundle": None}
				frappe.db.set_value("Stock Ledger Entry", row.name, values)
		backfill.run()
		self.assert_facts("RT-00002", customer=makers.CUSTOMER, delivery_document_no=self.note.name)
		self.assert_facts("RT-00001", supplier=makers.SUPPLIER, status="Active")

	def test_serial_without_documents_keeps_what_it_says(self):
		frappe.get_doc(
			{
				"doctype": "Serial No",
				"serial_no": "LONE-1",
				"item_code": "ROUTER-X1",
				"company": makers.COMPANY,
			}
		).insert()
		values = {"status": "Delivered", "customer": makers.CUSTOMER, "supplier": makers.SUPPLIER}
		frappe.db.set_value("Serial No", "LONE-1", values)
		backfill.run()
		self.assert_facts("LONE-1", **values)
