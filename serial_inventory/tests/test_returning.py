"""Returns of sales and purchases, typed and blank."""

import frappe
from erpnext.controllers.sales_and_purchase_return import make_return_doc
from frappe.utils import add_days, nowdate

from serial_inventory.tests import chains, makers
from serial_inventory.tests.base import SerialCase


class TestReturning(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		self.receipt = makers.purchase_receipt(
			makers.buying_row("ROUTER-X1", 3), makers.buying_row("ROUTER-X1", 2, rate=300)
		)

	def draft(self, doc, qty=None, serial_no=None, row=0):
		"""The return that the mapper makes; the row's serials as given."""
		back = make_return_doc(doc.doctype, doc.name)
		back.items = [back.items[row]]
		back.items[0].idx = 1
		if qty:
			back.items[0].qty = -qty
			back.items[0].received_qty = -qty
		back.items[0].serial_no = serial_no
		back.items[0].use_serial_batch_fields = 1 if serial_no else 0
		return back.insert()

	def returned(self, *args, **kwargs):
		back = self.draft(*args, **kwargs)
		back.submit()
		back.reload()
		return back

	def deliver(self, *serial_nos, maker=makers.delivery_note):
		return maker(makers.selling_row("ROUTER-X1", len(serial_nos), "\n".join(serial_nos)))

	def test_sold_units_come_back_typed(self):
		note = self.deliver("RT-00001", "RT-00004")
		back = self.returned(note, 1, "rt-00004")
		self.assertEqual(makers.names(back.items[0]), ["RT-00004"])
		self.assert_facts(
			"RT-00004", status="Active", warehouse=makers.STORES, customer=None, delivery_document_no=None
		)
		self.assert_facts("RT-00001", status="Delivered", customer=makers.CUSTOMER)
		value = frappe.db.get_value("Stock Ledger Entry", {"voucher_no": back.name}, "stock_value_difference")
		self.assertEqual(value, 300.0)

	def test_blank_rows_bring_back_what_is_still_with_the_customer(self):
		note = self.deliver("RT-00001", "RT-00002", "RT-00003")
		self.returned(note, 1, "RT-00001")
		back = self.returned(note, 2)
		self.assertEqual(makers.names(back.items[0]), ["RT-00002", "RT-00003"])

	def test_cancelled_return_leaves_the_units_with_the_customer(self):
		note = self.deliver("RT-00001")
		back = self.returned(note, 1)
		back.cancel()
		self.assert_facts(
			"RT-00001", status="Delivered", customer=makers.CUSTOMER, delivery_document_no=note.name
		)

	def test_sales_invoice_return(self):
		invoice = self.deliver("RT-00001", "RT-00002", maker=makers.sales_invoice)
		self.returned(invoice, 1, "RT-00002")
		self.assert_facts("RT-00002", status="Active", sales_invoice=None)

	def test_bought_units_go_back(self):
		back = self.returned(self.receipt, 2, "RT-00001..RT-00002")
		self.assert_facts(
			"RT-00001", status="Inactive", warehouse=None, customer=None, delivery_document_no=back.name
		)
		back.cancel()
		self.assert_facts("RT-00001", status="Active", warehouse=makers.STORES, supplier=makers.SUPPLIER)

	def test_blank_purchase_return_takes_what_is_in_the_warehouse(self):
		self.deliver("RT-00001")
		back = self.returned(self.receipt, 2)
		self.assertEqual(makers.names(back.items[0]), ["RT-00002", "RT-00003"])

	def test_stranger_is_refused(self):
		note = self.deliver("RT-00001")
		self.deliver("RT-00002")
		back = self.draft(note, 1, "RT-00002")
		with self.assert_refused(note.name, "RT-00002", "did not move"):
			back.submit()

	def test_more_than_is_left_is_refused(self):
		back = self.draft(self.receipt, 3)
		self.deliver("RT-00001", "RT-00002")
		with self.assert_refused("Row 1", self.receipt.name, "1 can be returned", "3 are to be"):
			back.submit()

	def test_unit_sold_again_does_not_come_back_by_the_first_sale(self):
		first = self.deliver("RT-00001")
		self.returned(first, 1)
		self.deliver("RT-00001")
		self.assertEqual(frappe.db.get_value("Serial No", "RT-00001", "status"), "Delivered")
		with self.assertRaises(frappe.ValidationError):
			self.returned(first, 1)

	def test_sale_returned_without_an_original(self):
		self.deliver("RT-00001")
		row = makers.selling_row("ROUTER-X1", -1, "RT-00001")
		back = makers.sales_invoice(row, is_return=1)
		self.assert_facts(
			"RT-00001",
			status="Active",
			warehouse=makers.STORES,
			customer=None,
			delivery_document_no=None,
			sales_invoice=None,
			supplier=makers.SUPPLIER,
			purchase_document_no=self.receipt.name,
		)
		frappe.get_doc(back.doctype, back.name).cancel()
		self.assert_facts("RT-00001", status="Delivered", customer=makers.CUSTOMER)

	def test_purchase_returned_without_an_original(self):
		row = makers.buying_row("ROUTER-X1", -1, "RT-00001", received_qty=-1)
		back = makers.purchase_invoice(row, is_return=1)
		self.assert_facts(
			"RT-00001", status="Inactive", warehouse=None, customer=None, delivery_document_no=back.name
		)
		frappe.get_doc(back.doctype, back.name).cancel()
		self.assert_facts("RT-00001", status="Active", warehouse=makers.STORES, supplier=makers.SUPPLIER)

	def test_bought_and_invoiced_at_once_goes_back(self):
		invoice = makers.purchase_invoice(makers.buying_row("ROUTER-X1", 2, "PI-1..PI-2"))
		back = self.returned(invoice, 1, "PI-2")
		self.assert_facts(
			"PI-2", status="Inactive", warehouse=None, customer=None, delivery_document_no=back.name
		)

	def test_rejected_units_go_back(self):
		from erpnext.stock.doctype.purchase_receipt.purchase_receipt import (
			make_purchase_return_against_rejected_warehouse,
		)

		row = makers.buying_row(
			"ROUTER-X1",
			1,
			"OK-1",
			rejected_qty=1,
			rejected_warehouse=makers.REJECTED,
			rejected_serial_no="BAD-1",
		)
		back = make_purchase_return_against_rejected_warehouse(makers.purchase_receipt(row).name)
		back.items[0].update({"serial_no": None, "use_serial_batch_fields": 0})
		back.insert()
		back.submit()
		self.assert_facts("BAD-1", status="Inactive", warehouse=None, customer=None)
		self.assert_facts("OK-1", status="Active", warehouse=makers.STORES)


class TestBetweenOwnWarehouses(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		self.receipt = makers.purchase_receipt(
			makers.buying_row("ROUTER-X1", 2), posting_date=add_days(nowdate(), -3)
		)
		chains.ensure_warehouse(chains.TRANSIT)
		chains.own_party("Customer", chains.OWN_CUSTOMER, makers.COMPANY, makers.COMPANY)
		chains.own_party("Supplier", chains.OWN_SUPPLIER, makers.COMPANY, makers.COMPANY)

	def test_units_stay_bought_from_their_supplier_and_with_no_customer(self):
		row = makers.selling_row("ROUTER-X1", 1, "RT-00001", target_warehouse=chains.TRANSIT)
		note = makers.delivery_note(row, customer=chains.OWN_CUSTOMER, posting_date=add_days(nowdate(), -2))
		bought = {"supplier": makers.SUPPLIER, "purchase_document_no": self.receipt.name}
		free = {"status": "Active", "customer": None, "delivery_document_no": None}
		self.assert_facts("RT-00001", warehouse=chains.TRANSIT, **bought, **free)
		arrived = chains.received_from(note, makers.SHOP)
		self.assert_facts("RT-00001", warehouse=makers.SHOP, **bought, **free)
		frappe.get_doc(arrived.doctype, arrived.name).cancel()
		self.assert_facts("RT-00001", warehouse=chains.TRANSIT, **bought, **free)
