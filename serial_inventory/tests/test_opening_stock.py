"""Opening stock as the manual has it: from a file of Serial Nos to the stock ledger."""

from __future__ import annotations

import frappe

from serial_inventory.tests import makers
from serial_inventory.tests.import_makers import (
	HEADER,
	ITEM,
	PLAIN,
	ImportCase,
	errors,
	imported,
	workbook,
	xlsx_bytes,
)

PURPOSE = "Import Cabinet"
SERIALS = [f"OS-{number:03}" for number in range(1, 13)]


class TestOpeningStock(ImportCase):
	def setUp(self):
		super().setUp()
		attributes = [{"label": "Import Place", "reqd": 1}, {"label": "Import Drawers", "fieldtype": "Int"}]
		frappe.get_doc(
			{"doctype": "Serial Purpose", "purpose_name": PURPOSE, "attributes": attributes}
		).insert()
		frappe.db.commit()
		rows = [
			(
				*HEADER,
				"Warranty Expiry Date",
				"Purchase Rate",
				"Serial Purpose",
				"Import Place",
				"Import Drawers",
			)
		]
		for number, serial_no in enumerate(SERIALS):
			rows.append(
				(serial_no, ITEM, makers.COMPANY, "2031-01-31", 80, PURPOSE, f"Hall {number}", number)
			)
		doc = imported(xlsx_bytes(workbook(rows)), "opening.xlsx")
		self.assertEqual(doc.status, "Success", errors(doc))

	def test_the_serials_have_no_place_before_a_stock_document(self):
		self.assert_facts(SERIALS[0], status="Inactive", warehouse=None, import_place="Hall 0")
		self.assertEqual(self.ledger(), [])

	def test_a_stock_reconciliation_brings_them_in(self):
		doc = self.counted()
		self.assertEqual(self.ledger(), [("Stock Reconciliation", 12.0, 1200.0)])
		self.in_stock(doc)

	def test_a_material_receipt_brings_them_in(self):
		row = makers.buying_row(ITEM, 12, "OS-001..OS-012", basic_rate=100)
		row = {
			name: row[name]
			for name in ("item_code", "qty", "serial_no", "use_serial_batch_fields", "basic_rate")
		}
		doc = makers.stock_entry("Material Receipt", {**row, "t_warehouse": makers.STORES})
		self.assertEqual(self.ledger(), [("Stock Entry", 12.0, 1200.0)])
		self.in_stock(doc)
		doc.cancel()
		self.assert_facts(
			SERIALS[3], status="Inactive", warehouse=None, import_place="Hall 3", import_drawers=3
		)

	def test_then_they_are_delivered(self):
		self.counted()
		makers.delivery_note(makers.selling_row(ITEM, 5, "OS-001..OS-005"))
		facts = {"status": "Delivered", "customer": makers.CUSTOMER, "warranty_expiry_date": "2031-01-31"}
		self.assert_facts("OS-005", **facts, import_place="Hall 4", serial_purpose=PURPOSE)
		self.assertEqual(sum(quantity for _kind, quantity, _value in self.ledger()), 7)

	def test_a_stock_document_refuses_a_serial_of_another_item(self):
		frappe.db.set_value("Item", PLAIN, "has_serial_no", 1)
		row = makers.buying_row(PLAIN, 1, SERIALS[0], basic_rate=100)
		row = {
			name: row[name]
			for name in ("item_code", "qty", "serial_no", "use_serial_batch_fields", "basic_rate")
		}
		with self.assert_refused(SERIALS[0], ITEM):
			makers.stock_entry("Material Receipt", {**row, "t_warehouse": makers.STORES})

	def counted(self):
		"""The opening Stock Reconciliation of all serials."""
		row = {"item_code": ITEM, "warehouse": makers.STORES, "qty": len(SERIALS), "valuation_rate": 100}
		row |= {"serial_no": "\n".join(SERIALS), "use_serial_batch_fields": 1}
		return makers.stock_reconciliation(row, purpose="Opening Stock")

	def ledger(self) -> list[tuple]:
		filters = {"item_code": ITEM, "is_cancelled": 0}
		fields = ["voucher_type", "actual_qty", "stock_value_difference"]
		rows = frappe.get_all("Stock Ledger Entry", filters, fields, order_by="creation")
		return [(row.voucher_type, row.actual_qty, row.stock_value_difference) for row in rows]

	def in_stock(self, doc) -> None:
		"""Every unit is in the Stores by the document, with what its file said."""
		for number, serial_no in enumerate(SERIALS):
			facts = {"status": "Active", "warehouse": makers.STORES, "purchase_document_no": doc.name}
			facts |= {"warranty_expiry_date": "2031-01-31", "serial_purpose": PURPOSE}
			self.assert_facts(serial_no, **facts, import_place=f"Hall {number}", import_drawers=number)
		bundle = frappe.db.get_value(
			"Stock Ledger Entry", {"voucher_no": doc.name}, "serial_and_batch_bundle"
		)
		entries = frappe.get_all(
			"Serial and Batch Entry", {"parent": bundle}, pluck="serial_no", order_by="serial_no"
		)
		self.assertEqual(entries, SERIALS)
