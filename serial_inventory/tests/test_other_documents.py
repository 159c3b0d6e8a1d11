"""Documents that move serials ERPNext's own way: the Serial Nos know of them all the same."""

import frappe
from frappe.utils import add_days, nowdate

from serial_inventory.tests import chains, makers
from serial_inventory.tests.base import SerialCase
from serial_inventory.tests.equality import nothing_committed


class TestLandedCost(SerialCase):
	def test_landed_cost_leaves_facts_and_a_typed_warranty(self):
		makers.item("ROUTER-X1", "RT-.#####")
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2))
		typed = add_days(nowdate(), 500)
		doc = self.serial("RT-00001")
		doc.warranty_expiry_date = typed
		doc.save()
		chains.landed_cost_voucher(receipt)
		self.assert_facts(
			"RT-00001",
			status="Active",
			warehouse=makers.STORES,
			warranty_expiry_date=typed,
			maintenance_status="Under Warranty",
			supplier=makers.SUPPLIER,
			purchase_rate=120.0,
		)


class TestPickList(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))

	def test_pick_list_leads_to_a_delivery_of_its_serials(self):
		order = chains.sales_order("ROUTER-X1", 2)
		from erpnext.selling.doctype.sales_order.sales_order import create_pick_list
		from erpnext.stock.doctype.pick_list.pick_list import create_delivery_note

		pick_list = create_pick_list(order.name)
		pick_list.insert().submit()
		note = create_delivery_note(pick_list.name)
		note.reload()
		note.submit()
		delivered = frappe.get_all(
			"Serial No", {"item_code": "ROUTER-X1", "status": "Delivered"}, pluck="name"
		)
		self.assertEqual(len(delivered), 2)
		for serial_no in delivered:
			self.assert_facts(serial_no, customer=makers.CUSTOMER, delivery_document_no=note.name)

	def test_ranges_are_read(self):
		pick_list = chains.pick_list("ROUTER-X1", "rt-00002..RT-00003")
		self.assertEqual(makers.names(pick_list.locations[0]), ["RT-00002", "RT-00003"])
		self.assertTrue(pick_list.locations[0].serial_and_batch_bundle)

	def test_what_is_not_there_is_refused(self):
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00003"))
		with self.assert_refused("RT-00003", makers.STORES):
			chains.pick_list("ROUTER-X1", "RT-00002\nRT-00003", submit=False)

	def test_count_that_differs_is_refused(self):
		with self.assert_refused("Row 1", "given: 1", "ROUTER-X1: 2"):
			chains.pick_list("ROUTER-X1", "RT-00002", submit=False)


class TestAtTheTill(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 4))
		self.opening = chains.open_shop()

	def closed(self):
		with nothing_committed():
			return chains.close_shop(self.opening)

	def test_ranges_are_read(self):
		invoice = chains.pos_invoice("ROUTER-X1", "rt-00001..RT-00002; RT-00004", qty=3)
		self.assertEqual(makers.names(invoice.items[0]), ["RT-00001", "RT-00002", "RT-00004"])

	def test_what_is_elsewhere_is_refused_with_its_place(self):
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00003"))
		with self.assert_refused("Row 1", "RT-00003", makers.CUSTOMER):
			chains.pos_invoice("ROUTER-X1", "RT-00003")

	def test_count_that_differs_is_refused(self):
		with self.assert_refused("Row 1", "given: 2", "ROUTER-X1: 1"):
			chains.pos_invoice("ROUTER-X1", "RT-00001, RT-00002", qty=1)

	def test_sold_but_not_closed_is_in_stock_and_cannot_be_sold_again(self):
		chains.pos_invoice("ROUTER-X1", "RT-00001")
		self.assert_facts("RT-00001", status="Active", warehouse=makers.STORES, customer=None)
		with self.assertRaises(frappe.ValidationError):
			makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))

	def test_closing_delivers_by_the_consolidated_invoice(self):
		invoice = chains.pos_invoice("ROUTER-X1", "RT-00001..RT-00002", qty=2)
		closing = self.closed()
		consolidated = frappe.db.get_value("POS Invoice", invoice.name, "consolidated_invoice")
		self.assertTrue(consolidated)
		self.assert_facts(
			"RT-00002",
			status="Delivered",
			warehouse=None,
			customer=makers.CUSTOMER,
			delivery_document_type="Sales Invoice",
			delivery_document_no=consolidated,
			sales_invoice=consolidated,
		)
		with nothing_committed():
			frappe.get_doc(closing.doctype, closing.name).cancel()
		self.assert_facts("RT-00002", status="Active", warehouse=makers.STORES, customer=None)

	def test_returned_at_the_till_is_in_stock_again(self):
		invoice = chains.pos_invoice("ROUTER-X1", "RT-00001\nRT-00002")
		chains.pos_return(invoice, "RT-00002")
		self.closed()
		self.assert_facts("RT-00001", status="Delivered", customer=makers.CUSTOMER)
		self.assert_facts("RT-00002", status="Active", warehouse=makers.STORES, customer=None)


TYPED = {"serial_no": "G-1..G-2", "use_serial_batch_fields": 1}


class TestSubcontracting(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.item("GATEWAY-G1", "GW-.####", is_sub_contracted_item=1)
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 4), posting_date=add_days(nowdate(), -4))
		self.order = chains.subcontracting_order("GATEWAY-G1", "ROUTER-X1", 2)
		chains.send_to_subcontractor(self.order, "RT-00001..RT-00002")

	def test_sent_units_lie_at_the_supplier(self):
		self.assert_facts("RT-00001", status="Active", warehouse=chains.SUPPLIERS_STORE)

	def test_rejected_units_are_read_too(self):
		row = {"qty": 1, "rejected_qty": 1, "received_qty": 2, "rejected_warehouse": makers.REJECTED}
		row |= {"serial_no": "G-1..G-1", "rejected_serial_no": "G-2;", "use_serial_batch_fields": 1}
		chains.subcontracting_receipt(self.order, row=row)
		self.assert_facts("G-1", status="Active", warehouse=makers.STORES, supplier=makers.SUPPLIER)
		self.assert_facts("G-2", status="Active", warehouse=makers.REJECTED, supplier=makers.SUPPLIER)

	def test_ranges_are_read_and_facts_told(self):
		receipt = chains.subcontracting_receipt(self.order, row=TYPED)
		self.assert_facts(
			"G-1",
			status="Active",
			warehouse=makers.STORES,
			supplier=makers.SUPPLIER,
			purchase_document_no=receipt.name,
		)
		for name in ("RT-00001", "RT-00002"):
			self.assert_facts(
				name, status="Consumed", warehouse=None, customer=None, delivery_document_no=receipt.name
			)
		frappe.get_doc(receipt.doctype, receipt.name).cancel()
		self.assert_facts("RT-00001", status="Active", warehouse=chains.SUPPLIERS_STORE)
		self.assert_facts("G-1", status="Inactive", warehouse=None, supplier=None)

	def test_numbers_in_stock_are_refused(self):
		with self.assert_refused("Row 1", "RT-00003", "not of GATEWAY-G1"):
			row = {"serial_no": "RT-00003, G-1", "use_serial_batch_fields": 1}
			chains.subcontracting_receipt(self.order, row=row, submit=False)

	def test_supplied_units_that_are_not_there_are_refused(self):
		receipt = chains.subcontracting_receipt(self.order, submit=False)
		receipt.supplied_items[0].update(
			{"serial_no": "RT-00001..RT-00003", "use_serial_batch_fields": 1, "serial_and_batch_bundle": None}
		)
		with self.assert_refused("Supplied Items, row 1", "RT-00003"):
			receipt.save()

	def test_a_return_sends_the_unit_back_and_its_cancel_brings_it_again(self):
		from erpnext.subcontracting.doctype.subcontracting_receipt.subcontracting_receipt import (
			make_subcontract_return,
		)

		receipt = chains.subcontracting_receipt(self.order, row=TYPED)
		back = make_subcontract_return(receipt.name)
		row = back.items[0]
		row.qty = row.received_qty = -1
		row.update({"serial_no": "G-2", "use_serial_batch_fields": 1, "serial_and_batch_bundle": None})
		back.insert()
		back.submit()
		stays = {"status": "Active", "warehouse": makers.STORES, "purchase_document_no": receipt.name}
		self.assert_facts("G-1", **stays)
		self.assert_facts(
			"G-2", status="Inactive", warehouse=None, customer=None, delivery_document_no=back.name
		)
		frappe.get_doc(back.doctype, back.name).cancel()
		for name in ("G-1", "G-2"):
			self.assert_facts(name, **stays, supplier=makers.SUPPLIER, delivery_document_no=None)

	def test_amended_receipt_keeps_the_numbers_of_its_units(self):
		receipt = chains.subcontracting_receipt(self.order)
		receipt = frappe.get_doc(receipt.doctype, receipt.name)
		receipt.cancel()
		copy = frappe.copy_doc(receipt)
		copy.amended_from, copy.docstatus = receipt.name, 0
		for row in copy.get_all_children():
			row.docstatus = 0
			row.set("serial_and_batch_bundle", None)
		copy.insert()
		copy.submit()
		self.assertEqual(frappe.db.count("Serial No", {"item_code": "GATEWAY-G1"}), 2)
		self.assert_facts("GW-0001", status="Active", purchase_document_no=copy.name)


class TestAssetCapitalization(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		self.asset = chains.composite_asset()

	def test_ranges_are_read_and_units_are_consumed(self):
		doc = chains.asset_capitalization(self.asset, "ROUTER-X1", "RT-00001..RT-00002", qty=2)
		self.assert_facts("RT-00002", status="Consumed", warehouse=None, delivery_document_no=doc.name)
		frappe.get_doc(doc.doctype, doc.name).cancel()
		self.assert_facts("RT-00002", status="Active", warehouse=makers.STORES, delivery_document_no=None)

	def test_what_is_not_there_is_refused(self):
		with self.assert_refused("Row 1", "RT-00009", "do not exist"):
			chains.asset_capitalization(self.asset, "ROUTER-X1", "RT-00009", submit=False)


class TestDisassembly(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.item("GATEWAY-G1", "GW-.####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 4))
		chains.bom("GATEWAY-G1", ("ROUTER-X1", 1))
		self.order = chains.work_order("GATEWAY-G1", 2)
		for purpose in ("Material Transfer for Manufacture", "Manufacture"):
			entry = chains.work_order_entry(self.order, purpose, 2, ROUTER_X1="RT-00002..RT-00003")
			entry.insert()
			entry.submit()

	def apart(self, **serials):
		entry = chains.work_order_entry(self.order, "Disassemble", 1, **serials)
		entry.insert()
		entry.submit()
		return entry

	def bundles(self, entry):
		filters = {"voucher_no": entry.name, "docstatus": 1}
		return frappe.db.count("Serial and Batch Bundle", filters)

	def test_typed_serials_are_taken_apart_and_come_in(self):
		entry = self.apart(GATEWAY_G1="GW-0002", ROUTER_X1="RT-00003")
		self.assert_facts("GW-0002", status="Inactive", warehouse=None, delivery_document_no=entry.name)
		self.assert_facts("GW-0001", status="Active", warehouse=makers.SHOP)
		self.assert_facts("RT-00003", status="Active", delivery_document_no=None)
		self.assertEqual(self.bundles(entry), 2)
		frappe.get_doc(entry.doctype, entry.name).cancel()
		self.assert_facts("GW-0002", status="Active", warehouse=makers.SHOP)
		self.assert_facts("RT-00003", status="Consumed", warehouse=None)

	def test_blank_rows_get_what_erpnext_chooses(self):
		entry = self.apart()
		self.assert_facts("GW-0001", status="Inactive", warehouse=None)
		self.assertEqual(self.bundles(entry), 2)
