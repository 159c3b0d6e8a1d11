"""Returns that ERPNext itself may not be able to post: with the app they end as without it, in every row or in the error."""

from __future__ import annotations

import frappe

from serial_inventory.tests import chains, makers
from serial_inventory.tests.equality import EqualityCase, nothing_committed, without_the_app


class AlikeCase(EqualityCase):
	def assert_alike(self, make, **options):
		"""Both post the document and all rows are equal, or both fail with the same error."""
		with nothing_committed():
			frappe.db.savepoint("alike")
			with without_the_app():
				native = self.error_of(make)
			frappe.db.rollback(save_point="alike")
			self.forget()
			mine = self.error_of(make)
			frappe.db.rollback(save_point="alike")
			self.forget()
		self.assertEqual(mine, native)
		if not native:
			self.compare(make, **options)

	def error_of(self, make) -> str | None:
		try:
			make()
		except Exception as error:
			return f"{type(error).__name__}: {error}"
		return None


class TestWithoutAnOriginal(AlikeCase):
	def test_delivery_note(self):
		self.delivery(makers.selling_row("ROUTER-X1", 1, "EQ-00004"))
		row = makers.selling_row("ROUTER-X1", -1, "EQ-00004")
		self.assert_alike(lambda: makers.delivery_note(dict(row), is_return=1, **self.moment(-1)))

	def test_delivery_note_blank(self):
		self.delivery(makers.selling_row("ROUTER-X1", 1, "EQ-00004"))
		row = makers.selling_row("ROUTER-X1", -1)
		self.assert_alike(lambda: makers.delivery_note(dict(row), is_return=1, **self.moment(-1)))

	def test_purchase_receipt(self):
		row = makers.buying_row("ROUTER-X1", -2, "EQ-00001\nEQ-00005", received_qty=-2)
		self.assert_alike(lambda: makers.purchase_receipt(dict(row), is_return=1, **self.moment()))

	def test_purchase_receipt_blank(self):
		row = makers.buying_row("ROUTER-X1", -2, received_qty=-2)
		self.assert_alike(lambda: makers.purchase_receipt(dict(row), is_return=1, **self.moment()))


class TestSubcontractingReturn(AlikeCase):
	def setUp(self):
		super().setUp()
		makers.item("GATEWAY-G1", "GW-.####", warranty_period=0, is_sub_contracted_item=1)
		self.order = chains.subcontracting_order("GATEWAY-G1", "ROUTER-X1", 2)
		chains.send_to_subcontractor(self.order, "EQ-00001\nEQ-00005", **self.moment(-4))
		row = {"serial_no": "G-1\nG-2", "use_serial_batch_fields": 1}
		self.receipt = chains.subcontracting_receipt(self.order, row=row, **self.moment(-3))

	def back(self, text=None, qty=None):
		from erpnext.subcontracting.doctype.subcontracting_receipt.subcontracting_receipt import (
			make_subcontract_return,
		)

		doc = make_subcontract_return(self.receipt.name)
		row = doc.items[0]
		if text:
			row.qty = row.received_qty = -len(text.split())
			row.update({"serial_no": text, "use_serial_batch_fields": 1, "serial_and_batch_bundle": None})
		return self.later(doc)

	def test_all_as_erpnext_proposes(self):
		self.assert_alike(self.back)

	def test_one_typed(self):
		self.assert_alike(lambda: self.back("G-2"))

	def test_all_typed(self):
		self.assert_alike(lambda: self.back("G-1\nG-2"))

	def test_one_that_was_delivered_since(self):
		self.delivery(makers.selling_row("GATEWAY-G1", 1, "G-2"))
		self.assert_alike(lambda: self.back("G-2"))
