"""What ERPNext refuses stays refused: units reserved for another, closed periods, stock that is not there."""

import unittest

import frappe
from frappe.utils import nowdate

from serial_inventory.tests import chains, makers
from serial_inventory.tests.base import SerialCase

IS_V15 = not chains.has_field("Work Order", "reserve_stock")


class TestReservedForOrders(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 4))
		self.order = chains.sales_order("ROUTER-X1", 2, reserve_stock=1)
		chains.reserve(self.order, "RT-00002 RT-00003")

	def note(self, order):
		from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

		note = make_delivery_note(order.name)
		row = {
			"serial_no": "RT-00002\nRT-00003",
			"use_serial_batch_fields": 1,
			"serial_and_batch_bundle": None,
		}
		note.items[0].update(row)
		return note

	def test_saved_first(self):
		note = self.note(self.order)
		note.insert()
		note.submit()
		self.assert_facts("RT-00002", status="Delivered", delivery_document_no=note.name)

	def test_submitted_without_having_been_saved(self):
		note = self.note(self.order)
		note.docstatus = 1
		note.insert()
		self.assert_facts("RT-00003", status="Delivered", delivery_document_no=note.name)

	def test_another_orders_delivery_is_refused(self):
		note = self.note(chains.sales_order("ROUTER-X1", 2))
		note.insert()
		with self.assert_refused("RT-00002", self.order.name):
			note.submit()

	def test_another_orders_delivery_is_refused_without_having_been_saved(self):
		note = self.note(chains.sales_order("ROUTER-X1", 2))
		note.docstatus = 1
		with self.assert_refused("RT-00002", self.order.name):
			note.insert()

	def test_a_transfer_is_refused(self):
		row = makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP, "RT-00002")
		with self.assert_refused("RT-00002", self.order.name):
			makers.stock_entry("Material Transfer", row)

	def test_blank_rows_pass_reserved_units_over(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 2))
		note.reload()
		self.assertEqual(makers.names(note.items[0]), ["RT-00001", "RT-00004"])


@unittest.skipIf(IS_V15, "ERPNext 15 reserves nothing for Work Orders")
class TestReservedForWorkOrders(SerialCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_single_value("Stock Settings", "enable_stock_reservation", 1)
		frappe.db.set_single_value("Stock Settings", "auto_reserve_serial_and_batch", 1)
		makers.item("ROUTER-X1", "RT-.#####")
		makers.item("GATEWAY-G1", "GW-.####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 4))
		chains.bom("GATEWAY-G1", ("ROUTER-X1", 1))
		self.order = chains.work_order("GATEWAY-G1", 2, reserve_stock=1)

	def reserved(self):
		entries = frappe.get_all(
			"Stock Reservation Entry", {"voucher_no": self.order.name, "docstatus": 1}, pluck="name"
		)
		return frappe.get_all("Serial and Batch Entry", {"parent": ("in", entries)}, pluck="serial_no")

	def to_floor(self, order, text):
		return chains.work_order_entry(order, "Material Transfer for Manufacture", 2, ROUTER_X1=text)

	def test_submitted_without_having_been_saved(self):
		names = self.reserved()
		self.assertEqual(len(names), 2)
		entry = self.to_floor(self.order, "\n".join(names))
		entry.submit()
		self.assert_facts(names[0], status="Active", warehouse=makers.warehouse("Work In Progress"))

	def test_another_work_orders_entry_is_refused(self):
		other = chains.work_order("GATEWAY-G1", 2)
		names = self.reserved()
		entry = self.to_floor(other, "\n".join(names))
		with self.assert_refused(names[0]):
			entry.submit()


class TestClosedAndNegative(SerialCase):
	"""What ERPNext refuses of any Item it refuses of serialized ones."""

	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		self.receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2))

	def test_frozen_stock(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"), submit=False)
		frappe.db.set_single_value("Stock Settings", "stock_frozen_upto", nowdate())
		frappe.db.set_single_value("Stock Settings", "stock_auth_role", None)
		with self.assert_refused("not allowed"):
			note.submit()

	def test_closed_period(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"), submit=False)
		period = {
			"doctype": "Accounting Period",
			"period_name": "Closed today",
			"company": makers.COMPANY,
			"start_date": nowdate(),
			"end_date": nowdate(),
			"closed_documents": [{"document_type": "Delivery Note", "closed": 1}],
		}
		frappe.get_doc(period).insert()
		with self.assert_refused():
			note.submit()

	def test_cancel_of_a_receipt_whose_units_are_gone(self):
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		receipt = frappe.get_doc(self.receipt.doctype, self.receipt.name)
		with self.assert_refused():
			receipt.cancel()

	def test_negative_stock_is_no_way_out(self):
		frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)
		with self.assert_refused("RT-00009"):
			makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00009"))
		with self.assert_refused():
			makers.delivery_note(makers.selling_row("ROUTER-X1", 3))
