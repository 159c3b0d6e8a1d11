"""Equal to ERPNext alone: what is bought, goes back to the supplier, or comes from an own warehouse."""

import frappe
from erpnext.stock.doctype.purchase_receipt.purchase_receipt import make_purchase_return

from serial_inventory.tests import chains, makers
from serial_inventory.tests.equality import CANCELLED_SECOND_BUNDLE, EqualityCase


class TestBuying(EqualityCase):
	def test_receipt_by_series(self):
		self.compare(lambda: self.receipt(makers.buying_row("ROUTER-X1", 4, rate=77.7)))

	def test_receipt_typed(self):
		self.compare(lambda: self.receipt(makers.buying_row("CABLE-C1", 3, "C-1\nC-2\nC-3")))

	def test_receipt_with_rejected(self):
		self.compare(lambda: self.receipt(self.row_with_rejected()))

	def test_receipt_of_boxes(self):
		self.compare(lambda: self.receipt(makers.buying_row("ROUTER-X1", 2, uom="Box", conversion_factor=3)))

	def test_receipt_of_two_rows_of_one_item(self):
		rows = (makers.buying_row("ROUTER-X1", 2, rate=10), makers.buying_row("ROUTER-X1", 2, rate=30))
		self.compare(lambda: self.receipt(*map(dict, rows)))

	def test_purchase_invoice_that_updates_stock(self):
		self.compare(
			lambda: makers.purchase_invoice(makers.buying_row("ROUTER-X1", 2), bill_no="B-1", **self.moment())
		)

	def test_purchase_invoice_with_rejected(self):
		self.compare(
			lambda: makers.purchase_invoice(self.row_with_rejected(), bill_no="B-1", **self.moment())
		)

	def test_landed_cost_on_a_receipt(self):
		def make():
			receipt = self.receipt(makers.buying_row("ROUTER-X1", 2))
			return [receipt, chains.landed_cost_voucher(receipt)]

		self.compare(make)

	def test_landed_cost_on_a_receipt_that_was_delivered_from(self):
		def make():
			receipt = self.receipt(makers.buying_row("CABLE-C1", 2, "C-1\nC-2"))
			note = makers.delivery_note(makers.selling_row("CABLE-C1", 1, "C-2"), **self.moment(-1))
			return [receipt, note, chains.landed_cost_voucher(receipt)]

		self.compare(make)

	def row_with_rejected(self):
		return makers.buying_row(
			"CABLE-C1",
			2,
			"C-1\nC-2",
			rejected_qty=1,
			rejected_warehouse=makers.REJECTED,
			rejected_serial_no="C-9",
		)


class TestGoingBack(EqualityCase):
	def test_purchase_return(self):
		receipt = self.receipt(makers.buying_row("CABLE-C1", 3, "C-1\nC-2\nC-3"))
		self.compare(lambda: self.back(receipt, "C-2\nC-3"))

	def test_purchase_invoice_return(self):
		from erpnext.accounts.doctype.purchase_invoice.purchase_invoice import make_debit_note

		invoice = makers.purchase_invoice(makers.buying_row("CABLE-C1", 2, "C-1\nC-2"), **self.moment())
		self.compare(lambda: self.later(self.typed(make_debit_note(invoice.name), "C-2")))

	def test_purchase_invoice_return_without_an_original(self):
		"""ERPNext itself refuses such a return as a Purchase Receipt."""
		row = makers.buying_row("ROUTER-X1", -2, "EQ-00001\nEQ-00005", received_qty=-2)
		self.compare(lambda: makers.purchase_invoice(dict(row), is_return=1, bill_no="B-1", **self.moment()))

	def test_return_of_rejected(self):
		row = makers.buying_row(
			"CABLE-C1",
			1,
			"C-1",
			rejected_qty=2,
			rejected_warehouse=makers.REJECTED,
			rejected_serial_no="C-8\nC-9",
		)
		receipt = self.receipt(row)

		def make():
			from erpnext.stock.doctype.purchase_receipt.purchase_receipt import (
				make_purchase_return_against_rejected_warehouse,
			)

			back = make_purchase_return_against_rejected_warehouse(receipt.name)
			back.items[0].update({"serial_no": None, "use_serial_batch_fields": 0})
			return self.later(back)

		self.compare(make)

	def back(self, receipt, text):
		return self.later(self.typed(make_purchase_return(receipt.name), text))

	def typed(self, back, text):
		row = back.items[0]
		row.qty = row.received_qty = row.stock_qty = -len(text.split())
		row.update({"serial_no": text, "use_serial_batch_fields": 1, "serial_and_batch_bundle": None})
		return back


class TestFromAnOwnWarehouse(EqualityCase):
	"""Goods sent by a Delivery Note to a warehouse in between, and received from there."""

	def setUp(self):
		super().setUp()
		chains.ensure_warehouse(chains.TRANSIT)
		chains.own_party("Customer", chains.OWN_CUSTOMER, makers.COMPANY, makers.COMPANY)
		chains.own_party("Supplier", chains.OWN_SUPPLIER, makers.COMPANY, makers.COMPANY)

	def sent(self, row):
		return self.delivery(
			{**row, "target_warehouse": chains.TRANSIT, "rate": 100}, customer=chains.OWN_CUSTOMER
		)

	def test_sent_typed(self):
		row = makers.selling_row("ROUTER-X1", 2, "EQ-00002\nEQ-00003")
		self.compare(lambda: self.sent(row), CANCELLED_SECOND_BUNDLE)

	def test_received(self):
		def make():
			note = self.sent(makers.selling_row("ROUTER-X1", 2, "EQ-00002\nEQ-00003"))
			return [note, chains.received_from(note, makers.SHOP, **self.moment(-1))]

		self.compare(make, CANCELLED_SECOND_BUNDLE)


class TestFromAnotherCompany(EqualityCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		chains.retail_company()
		chains.own_party("Customer", chains.RETAIL_CUSTOMER, chains.RETAIL, makers.COMPANY)
		chains.own_party("Supplier", chains.RETAIL_SUPPLIER, makers.COMPANY, chains.RETAIL)
		frappe.db.commit()  # a company takes seconds to make

	def test_sent_and_received(self):
		def make():
			row = makers.selling_row("ROUTER-X1", 2, "EQ-00002\nEQ-00003", target_warehouse=None)
			note = self.delivery(
				row, customer=chains.RETAIL_CUSTOMER, selling_price_list=chains.OWN_PRICE_LIST
			)
			return [note, chains.received_from(note, chains.RETAIL_STORES, **self.moment(-1))]

		self.compare(make)
