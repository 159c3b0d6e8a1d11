"""Issues: Delivery Note, Sales Invoice, packed items; picked and typed; refusals that say where a serial is."""

import frappe
from frappe.utils import add_days, getdate, today

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class TestIssuing(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 5))

	def test_typed_serials_are_delivered_and_know_their_customer(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 2, "RT-00004, RT-00002"))
		note.reload()
		self.assertEqual(makers.names(note.items[0]), ["RT-00002", "RT-00004"])
		self.assert_facts(
			"RT-00002",
			status="Delivered",
			warehouse=None,
			customer=makers.CUSTOMER,
			customer_name=makers.CUSTOMER,
			delivery_document_type="Delivery Note",
			delivery_document_no=note.name,
			delivery_date=note.posting_date,
			warranty_period=365,
			warranty_expiry_date=add_days(getdate(note.posting_date), 365),
			maintenance_status="Under Warranty",
			supplier=makers.SUPPLIER,
		)
		self.assert_facts("RT-00001", status="Active", warehouse=makers.STORES, customer=None)

	def test_blank_row_is_picked_oldest_first_and_shown(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 2))
		note.reload()
		picked = makers.names(note.items[0])
		self.assertEqual(len(picked), 2)
		self.assertEqual(frappe.db.count("Serial No", {"name": ("in", picked), "status": "Delivered"}), 2)

	def test_two_blank_rows_do_not_pick_the_same(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 2), makers.selling_row("ROUTER-X1", 2))
		picked = makers.names(note.items[0]) + makers.names(note.items[1])
		self.assertEqual(len(set(picked)), 4)

	def test_blank_row_leaves_what_another_row_names(self):
		note = makers.delivery_note(
			makers.selling_row("ROUTER-X1", 4), makers.selling_row("ROUTER-X1", 1, "RT-00001")
		)
		self.assertNotIn("RT-00001", makers.names(note.items[0]))

	def test_cost_is_that_of_the_units_that_go(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "DEAR-1", rate=500))
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "DEAR-1"))
		value = frappe.db.get_value(
			"Stock Ledger Entry", {"voucher_no": note.name, "is_cancelled": 0}, "stock_value_difference"
		)
		self.assertEqual(value, -500.0)

	def test_sales_invoice_that_updates_stock_delivers(self):
		invoice = makers.sales_invoice(makers.selling_row("ROUTER-X1", 1, "RT-00003"))
		self.assert_facts(
			"RT-00003",
			status="Delivered",
			customer=makers.CUSTOMER,
			delivery_document_type="Sales Invoice",
			delivery_document_no=invoice.name,
			sales_invoice=invoice.name,
		)

	def test_invoice_for_a_delivery_is_noted_on_its_serials_while_it_stands(self):
		from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice

		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00003"))
		invoice = make_sales_invoice(note.name)
		invoice.insert().submit()
		self.assert_facts("RT-00003", sales_invoice=invoice.name, delivery_document_no=note.name)
		invoice.reload()
		invoice.cancel()
		self.assert_facts(
			"RT-00003", sales_invoice=None, delivery_document_no=note.name, customer=makers.CUSTOMER
		)

	def test_packed_items_are_delivered(self):
		frappe.get_doc(
			{
				"doctype": "Item",
				"item_code": "OFFICE-KIT",
				"item_group": "Products",
				"stock_uom": "Nos",
				"is_stock_item": 0,
			}
		).insert()
		frappe.get_doc(
			{
				"doctype": "Product Bundle",
				"new_item_code": "OFFICE-KIT",
				"items": [{"item_code": "ROUTER-X1", "qty": 2}],
			}
		).insert()
		note = makers.delivery_note(makers.selling_row("OFFICE-KIT", 1), submit=False)
		note.packed_items[0].serial_no = "RT-00001..RT-00002"
		note.packed_items[0].use_serial_batch_fields = 1
		note.save()
		note.submit()
		note.reload()
		self.assertEqual(makers.names(note.packed_items[0]), ["RT-00001", "RT-00002"])
		self.assert_facts(
			"RT-00001", status="Delivered", customer=makers.CUSTOMER, delivery_document_no=note.name
		)
		note.cancel()
		self.assert_facts("RT-00001", status="Active", warehouse=makers.STORES, customer=None)

	def test_packed_items_left_blank_are_picked(self):
		frappe.get_doc(
			{
				"doctype": "Item",
				"item_code": "OFFICE-KIT",
				"item_group": "Products",
				"stock_uom": "Nos",
				"is_stock_item": 0,
			}
		).insert()
		frappe.get_doc(
			{
				"doctype": "Product Bundle",
				"new_item_code": "OFFICE-KIT",
				"items": [{"item_code": "ROUTER-X1", "qty": 2}],
			}
		).insert()
		note = makers.delivery_note(makers.selling_row("OFFICE-KIT", 1))
		note.reload()
		self.assertEqual(len(makers.names(note.packed_items[0])), 2)


class TestIssuingRefusals(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))

	def refused_at_save(self, *rows, parts):
		with self.assert_refused(*parts):
			makers.delivery_note(*rows, submit=False)

	def test_serial_in_another_warehouse(self):
		makers.stock_entry(
			"Material Transfer", makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP, "RT-00001")
		)
		self.refused_at_save(
			makers.selling_row("ROUTER-X1", 1, "RT-00001"),
			parts=("Row 1", makers.STORES, makers.SHOP, "RT-00001"),
		)

	def test_serial_with_a_customer(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		self.refused_at_save(
			makers.selling_row("ROUTER-X1", 1, "RT-00001"), parts=("delivered to", makers.CUSTOMER, note.name)
		)

	def test_serial_that_does_not_exist(self):
		self.refused_at_save(
			makers.selling_row("ROUTER-X1", 1, "NOPE"), parts=("Row 1", "do not exist", "NOPE")
		)

	def test_serial_used_up(self):
		makers.stock_entry(
			"Material Issue", makers.stock_row("ROUTER-X1", 1, makers.STORES, None, "RT-00001")
		)
		self.refused_at_save(
			makers.selling_row("ROUTER-X1", 1, "RT-00001"), parts=("gone out of stock", "RT-00001")
		)

	def test_each_place_is_named(self):
		makers.stock_entry(
			"Material Transfer", makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP, "RT-00001")
		)
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00002"))
		self.refused_at_save(
			makers.selling_row("ROUTER-X1", 3, "RT-00001\nRT-00002\nNOPE"),
			parts=(makers.SHOP, makers.CUSTOMER, "do not exist"),
		)

	def test_more_wanted_than_there_is(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 9), submit=False)
		with self.assert_refused("has 3 free", "9 are wanted"):
			note.submit()

	def test_serials_shown_are_few_and_the_rest_counted(self):
		text = "\n".join(f"GHOST-{number}" for number in range(50))
		self.refused_at_save(makers.selling_row("ROUTER-X1", 50, text), parts=("GHOST-0", "(+45)"))

	def test_issue_before_the_receipt_is_refused(self):
		note = makers.delivery_note(
			makers.selling_row("ROUTER-X1", 1, "RT-00001"),
			posting_date=add_days(today(), -5),
			posting_time="10:00:00",
			submit=False,
		)
		with self.assertRaises(frappe.ValidationError):
			note.submit()
