"""Equal to ERPNext alone: what is sold, comes back, is picked, reserved, or sold at the till."""

import frappe
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

from serial_inventory.tests import chains, makers
from serial_inventory.tests.equality import COST_OF_PICKED, EqualityCase


class TestSelling(EqualityCase):
	def test_delivery_typed(self):
		self.compare(lambda: self.delivery(makers.selling_row("ROUTER-X1", 2, "EQ-00002\nEQ-00005")))

	def test_delivery_picked(self):
		self.compare(lambda: self.delivery(makers.selling_row("ROUTER-X1", 4)), [COST_OF_PICKED])

	def test_sales_invoice_that_updates_stock(self):
		row = makers.selling_row("ROUTER-X1", 2, "EQ-00001\nEQ-00006")
		self.compare(lambda: makers.sales_invoice(dict(row), **self.moment()))

	def test_delivery_of_a_bundle(self):
		makers.item("SET-1", None, is_stock_item=0, has_serial_no=0)
		parts = [{"item_code": "ROUTER-X1", "qty": 2}]
		frappe.get_doc({"doctype": "Product Bundle", "new_item_code": "SET-1", "items": parts}).insert()
		self.compare(lambda: self.delivery(makers.selling_row("SET-1", 2)), [COST_OF_PICKED])

	def test_delivery_for_an_order(self):
		from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

		order = chains.sales_order("ROUTER-X1", 2)

		def make():
			note = make_delivery_note(order.name)
			note.items[0].update({"serial_no": "EQ-00004\nEQ-00005", "use_serial_batch_fields": 1})
			return self.later(note)

		self.compare(make)


class TestComingBack(EqualityCase):
	def test_delivery_return(self):
		note = self.delivery(makers.selling_row("ROUTER-X1", 3, "EQ-00001\nEQ-00002\nEQ-00003"))
		self.compare(lambda: self.back(make_sales_return(note.name), "EQ-00002\nEQ-00003"))

	def test_sales_invoice_return(self):
		from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

		row = makers.selling_row("ROUTER-X1", 2, "EQ-00003\nEQ-00004")
		invoice = makers.sales_invoice(row, **self.moment())
		self.compare(lambda: self.back(make_sales_return(invoice.name), "EQ-00004"))

	def test_sales_invoice_return_without_an_original(self):
		"""ERPNext 15 refuses such a return as a Delivery Note."""
		self.delivery(makers.selling_row("ROUTER-X1", 1, "EQ-00004"))
		row = makers.selling_row("ROUTER-X1", -1, "EQ-00004")
		self.compare(lambda: makers.sales_invoice(dict(row), is_return=1, **self.moment(-1)))

	def back(self, doc, text):
		row = doc.items[0]
		row.qty = -len(text.split())
		row.update({"serial_no": text, "use_serial_batch_fields": 1, "serial_and_batch_bundle": None})
		return self.later(doc)


class TestPickedAndReserved(EqualityCase):
	def test_pick_list_and_its_delivery(self):
		from erpnext.selling.doctype.sales_order.sales_order import create_pick_list
		from erpnext.stock.doctype.pick_list.pick_list import create_delivery_note

		order = chains.sales_order("ROUTER-X1", 2)

		def make():
			pick_list = create_pick_list(order.name)
			pick_list.insert()
			pick_list.submit()
			note = frappe.get_doc("Delivery Note", create_delivery_note(pick_list.name).name)
			note.submit()
			return [pick_list, note]

		self.compare(make)

	def test_delivery_of_what_is_reserved_for_its_order(self):
		from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

		order = chains.sales_order("ROUTER-X1", 2, reserve_stock=1)
		chains.reserve(order, "EQ-00002 EQ-00005")

		def make():
			note = make_delivery_note(order.name)
			note.items[0].update(
				{
					"serial_no": "EQ-00002\nEQ-00005",
					"use_serial_batch_fields": 1,
					"serial_and_batch_bundle": None,
				}
			)
			return self.later(note)

		self.compare(make)


class TestAtTheTill(EqualityCase):
	def setUp(self):
		super().setUp()
		self.opening = chains.open_shop()

	def test_pos_invoice(self):
		self.compare(lambda: chains.pos_invoice("ROUTER-X1", "EQ-00002\nEQ-00005"))

	def test_consolidated_by_closing(self):
		def make():
			first = chains.pos_invoice("ROUTER-X1", "EQ-00002\nEQ-00005")
			second = chains.pos_invoice("ROUTER-X1", "EQ-00001")
			return [first, second, chains.close_shop(self.opening)]

		self.compare(make, cancel=self.reopen)

	def test_returned_at_the_till(self):
		def make():
			sold = chains.pos_invoice("ROUTER-X1", "EQ-00002\nEQ-00005")
			back = chains.pos_return(sold, "EQ-00005")
			return [sold, back, chains.close_shop(self.opening)]

		self.compare(make, cancel=self.reopen)

	def reopen(self, docs):
		frappe.get_doc(docs[-1].doctype, docs[-1].name).cancel()
