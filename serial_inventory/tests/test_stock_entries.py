"""Stock Entry: receipt, issue, transfer, manufacture, repack."""

import frappe

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class TestStockEntries(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.item("GATEWAY-9", "GW-.####")

	def receive(self, count=3):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", count))

	def test_material_receipt_numbers_and_types(self):
		entry = makers.stock_entry(
			"Material Receipt",
			makers.stock_row("ROUTER-X1", 2, None, makers.STORES),
			makers.stock_row("ROUTER-X1", 2, None, makers.STORES, "OWN-1..OWN-2"),
		)
		self.assertEqual(makers.names(entry.items[0]), ["RT-00001", "RT-00002"])
		self.assert_facts(
			"OWN-2",
			status="Active",
			warehouse=makers.STORES,
			purchase_document_type="Stock Entry",
			purchase_document_no=entry.name,
			purchase_rate=100.0,
			supplier=None,
		)

	def test_transfer_moves_serials_and_keeps_their_facts(self):
		self.receive()
		entry = makers.stock_entry(
			"Material Transfer",
			makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP, "RT-00002"),
			makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP),
		)
		self.assert_facts("RT-00002", status="Active", warehouse=makers.SHOP, supplier=makers.SUPPLIER)
		self.assertEqual(
			frappe.db.count("Serial No", {"item_code": "ROUTER-X1", "warehouse": makers.SHOP}), 2
		)
		entry.reload()
		entry.cancel()
		self.assertEqual(
			frappe.db.count("Serial No", {"item_code": "ROUTER-X1", "warehouse": makers.STORES}), 3
		)

	def test_material_issue_consumes(self):
		self.receive()
		entry = makers.stock_entry(
			"Material Issue", makers.stock_row("ROUTER-X1", 1, makers.STORES, None, "RT-00003")
		)
		self.assert_facts(
			"RT-00003", status="Consumed", warehouse=None, customer=None, delivery_document_no=entry.name
		)
		entry.reload()
		entry.cancel()
		self.assert_facts("RT-00003", status="Active", warehouse=makers.STORES, delivery_document_no=None)

	def test_repack_consumes_and_makes(self):
		self.receive()
		entry = makers.stock_entry(
			"Repack",
			makers.stock_row("ROUTER-X1", 2, makers.STORES, None, "RT-00001..RT-00002"),
			makers.stock_row("GATEWAY-9", 1, None, makers.STORES, is_finished_item=1),
		)
		self.assert_facts("RT-00001", status="Consumed", warehouse=None)
		self.assert_facts(
			"GW-0001",
			status="Active",
			warehouse=makers.STORES,
			purchase_document_no=entry.name,
			purchase_rate=200.0,
		)
		entry.reload()
		entry.cancel()
		self.assert_facts("RT-00001", status="Active", warehouse=makers.STORES)
		self.assert_facts("GW-0001", status="Inactive", warehouse=None, purchase_document_no=None)

	def test_manufacture_from_a_bill_of_materials(self):
		self.receive(4)
		bom = frappe.get_doc(
			{
				"doctype": "BOM",
				"item": "GATEWAY-9",
				"company": makers.COMPANY,
				"quantity": 1,
				"currency": "USD",
				"items": [{"item_code": "ROUTER-X1", "qty": 2, "rate": 100}],
			}
		)
		bom.insert().submit()
		entry = makers.stock_entry(
			"Manufacture",
			makers.stock_row("ROUTER-X1", 4, makers.STORES, None),
			makers.stock_row("GATEWAY-9", 2, None, makers.SHOP, is_finished_item=1, bom_no=bom.name),
			bom_no=bom.name,
			from_bom=1,
			fg_completed_qty=2,
		)
		self.assertEqual(frappe.db.count("Serial No", {"item_code": "ROUTER-X1", "status": "Consumed"}), 4)
		self.assert_facts("GW-0002", status="Active", warehouse=makers.SHOP, purchase_document_no=entry.name)

	def test_transfer_from_the_wrong_warehouse_is_refused(self):
		self.receive()
		with self.assert_refused("Row 1", makers.SHOP, makers.STORES, "RT-00001"):
			makers.stock_entry(
				"Material Transfer",
				makers.stock_row("ROUTER-X1", 1, makers.SHOP, makers.STORES, "RT-00001"),
				submit=False,
			)

	def test_submitted_at_once_is_the_same(self):
		self.receive()
		entry = makers.stock_entry(
			"Material Transfer",
			makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP, "RT-00001"),
			submit=False,
		)
		copy = frappe.copy_doc(entry)
		copy.items[0].serial_no = "RT-00002"
		copy.items[0].use_serial_batch_fields = 1
		copy.submit()
		self.assert_facts("RT-00002", warehouse=makers.SHOP)
