"""Receipts: typed serials, serials from a series, rejected units, refusals."""

import frappe

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class TestReceivingBySeries(SerialCase):
	def test_blank_row_draws_a_block_of_numbers_and_shows_them(self):
		makers.item("ROUTER-X1", "RT-.#####")
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 5))
		receipt.reload()
		expected = [f"RT-{number:05d}" for number in range(1, 6)]
		self.assertEqual(makers.names(receipt.items[0]), expected)
		self.assertEqual(receipt.items[0].use_serial_batch_fields, 1)
		for serial_no in expected:
			self.assert_facts(
				serial_no,
				item_code="ROUTER-X1",
				item_name="ROUTER-X1 dual-band router",
				item_group="Products",
				brand="Northwind",
				status="Active",
				warehouse=makers.STORES,
				company=makers.COMPANY,
				supplier=makers.SUPPLIER,
				supplier_name=makers.SUPPLIER,
				purchase_document_type="Purchase Receipt",
				purchase_document_no=receipt.name,
				purchase_date=receipt.posting_date,
				purchase_rate=100.0,
			)

	def test_bundle_holds_the_serials_submitted_and_valued(self):
		makers.item("ROUTER-X1", "RT-.#####")
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		bundle = frappe.get_doc("Serial and Batch Bundle", receipt.items[0].serial_and_batch_bundle)
		self.assertEqual(bundle.docstatus, 1)
		self.assertEqual([entry.serial_no for entry in bundle.entries], ["RT-00001", "RT-00002", "RT-00003"])
		self.assertEqual({entry.incoming_rate for entry in bundle.entries}, {100.0})
		self.assertEqual((bundle.total_qty, bundle.total_amount, bundle.avg_rate), (3.0, 300.0, 100.0))
		self.assertEqual(bundle.voucher_detail_no, receipt.items[0].name)

	def test_two_rows_of_one_item_get_numbers_that_go_on(self):
		makers.item("ROUTER-X1", "RT-.#####")
		receipt = makers.purchase_receipt(
			makers.buying_row("ROUTER-X1", 2), makers.buying_row("ROUTER-X1", 2)
		)
		self.assertEqual(makers.names(receipt.items[0]), ["RT-00001", "RT-00002"])
		self.assertEqual(makers.names(receipt.items[1]), ["RT-00003", "RT-00004"])

	def test_number_in_use_is_skipped(self):
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2, "RT-00002\nrt-00004"))
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		self.assertEqual(makers.names(receipt.items[0]), ["RT-00001", "RT-00003", "RT-00005"])
		following = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1))
		self.assertEqual(makers.names(following.items[0]), ["RT-00006"])

	def test_long_run_of_numbers_in_use_is_skipped_in_few_queries(self):
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 500, "RT-00001..RT-00500"))
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1), submit=False)
		with self.count_queries() as counted:
			receipt.submit()
		self.assertEqual(makers.names(receipt.items[0]), ["RT-00501"])
		self.assertLess(counted[0], 300)

	def test_series_with_date_parts_item_code_and_no_number_signs(self):
		year = frappe.utils.now_datetime().strftime("%y")
		makers.item("CAM-1", "{item_code}-.YY.-.###")
		makers.item("CAM-2", "C2-")
		receipt = makers.purchase_receipt(makers.buying_row("CAM-1", 2), makers.buying_row("CAM-2", 2))
		self.assertEqual(makers.names(receipt.items[0]), [f"CAM-1-{year}-001", f"CAM-1-{year}-002"])
		self.assertEqual(makers.names(receipt.items[1]), ["C2-00001", "C2-00002"])

	def test_item_without_series_needs_typed_serials(self):
		makers.item("ROUTER-X1", None)
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2), submit=False)
		with self.assert_refused("Row 1", "ROUTER-X1", "no Serial No Series"):
			receipt.submit()


class TestReceivingTyped(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")

	def test_ranges_and_lists_are_read(self):
		for text in (
			"A-1..A-4",
			"A-1::A-4",
			"A-1 to A-4",
			"A-1+3",
			"A-1, A-2;A-3\tA-4",
			"A-1\r\nA-2\n\nA-3,A-4,",
		):
			with self.subTest(text):
				frappe.db.savepoint("text")
				receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 4, text))
				self.assertEqual(makers.names(receipt.items[0]), ["A-1", "A-2", "A-3", "A-4"])
				self.assert_facts("A-3", warehouse=makers.STORES, supplier=makers.SUPPLIER)
				frappe.db.rollback(save_point="text")

	def test_draft_shows_what_a_range_stands_for(self):
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3, "A-1..A-3"), submit=False)
		self.assertEqual(receipt.items[0].serial_no, "A-1\nA-2\nA-3")

	def test_serial_that_exists_and_is_in_no_warehouse_is_taken(self):
		frappe.get_doc(
			{
				"doctype": "Serial No",
				"serial_no": "OLD-1",
				"item_code": "ROUTER-X1",
				"company": makers.COMPANY,
			}
		).insert()
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2, "old-1\nNEW-1"))
		self.assertEqual(makers.names(receipt.items[0]), ["NEW-1", "OLD-1"])
		self.assert_facts("OLD-1", status="Active", warehouse=makers.STORES, supplier=makers.SUPPLIER)

	def test_rejected_units_go_to_the_rejected_warehouse(self):
		row = makers.buying_row(
			"ROUTER-X1",
			2,
			"A-1..A-2",
			rejected_qty=1,
			rejected_warehouse=makers.REJECTED,
			rejected_serial_no="A-9",
		)
		receipt = makers.purchase_receipt(row)
		receipt.reload()
		self.assertEqual(makers.names(receipt.items[0], "rejected_serial_no"), ["A-9"])
		self.assert_facts("A-1", warehouse=makers.STORES, purchase_rate=100.0)
		self.assert_facts("A-9", warehouse=makers.REJECTED, status="Active", supplier=makers.SUPPLIER)
		self.assertTrue(receipt.items[0].rejected_serial_and_batch_bundle)

	def test_rejected_units_are_numbered_by_the_series_too(self):
		row = makers.buying_row("ROUTER-X1", 2, rejected_qty=1, rejected_warehouse=makers.REJECTED)
		receipt = makers.purchase_receipt(row)
		self.assertEqual(makers.names(receipt.items[0]), ["RT-00001", "RT-00002"])
		self.assertEqual(makers.names(receipt.items[0], "rejected_serial_no"), ["RT-00003"])

	def test_quantity_in_another_unit_counts_stock_units(self):
		item = frappe.get_doc("Item", "ROUTER-X1")
		item.append("uoms", {"uom": "Box", "conversion_factor": 4})
		item.save()
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2, uom="Box", conversion_factor=4))
		self.assertEqual(len(makers.names(receipt.items[0])), 8)

	def test_purchase_invoice_that_updates_stock_receives(self):
		invoice = makers.purchase_invoice(
			makers.buying_row("ROUTER-X1", 2), makers.buying_row("ROUTER-X1", 1, "P-1")
		)
		self.assertEqual(makers.names(invoice.items[0]), ["RT-00001", "RT-00002"])
		self.assert_facts(
			"P-1",
			warehouse=makers.STORES,
			purchase_document_type="Purchase Invoice",
			purchase_document_no=invoice.name,
			supplier=makers.SUPPLIER,
		)

	def test_purchase_invoice_without_stock_leaves_serials_alone(self):
		makers.purchase_invoice(makers.buying_row("ROUTER-X1", 2), update_stock=0)
		self.assertEqual(frappe.db.count("Serial No", {"item_code": "ROUTER-X1"}), 0)

	def test_bundle_made_by_hand_stays_as_made(self):
		frappe.get_doc(
			{"doctype": "Serial No", "serial_no": "H-1", "item_code": "ROUTER-X1", "company": makers.COMPANY}
		).insert()
		bundle = frappe.get_doc(
			{
				"doctype": "Serial and Batch Bundle",
				"company": makers.COMPANY,
				"item_code": "ROUTER-X1",
				"warehouse": makers.STORES,
				"has_serial_no": 1,
				"type_of_transaction": "Inward",
				"voucher_type": "Purchase Receipt",
				"entries": [{"serial_no": "H-1", "qty": 1, "warehouse": makers.STORES}],
			}
		).insert()
		receipt = makers.purchase_receipt(
			makers.buying_row("ROUTER-X1", 1, serial_and_batch_bundle=bundle.name, use_serial_batch_fields=0)
		)
		self.assertEqual(receipt.items[0].serial_and_batch_bundle, bundle.name)
		self.assert_facts("H-1", warehouse=makers.STORES, supplier=makers.SUPPLIER)

	def test_serialized_item_with_batches_gets_both(self):
		makers.item("VACCINE", "VC-.####", has_batch_no=1, create_new_batch=1, batch_number_series="VB-.###")
		receipt = makers.purchase_receipt(makers.buying_row("VACCINE", 3))
		receipt.reload()
		batch = frappe.db.get_value("Serial No", "VC-0001", "batch_no")
		self.assertTrue(batch)
		self.assertEqual(frappe.db.count("Serial No", {"item_code": "VACCINE", "batch_no": batch}), 3)


class TestReceivingRefusals(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.item("CAMERA-Z", None)

	def refused_at_save(self, *rows, parts):
		with self.assert_refused(*parts):
			makers.purchase_receipt(*rows, submit=False)

	def test_count_that_differs_names_both_numbers(self):
		self.refused_at_save(
			makers.buying_row("ROUTER-X1", 5, "A-1..A-3"),
			parts=("Row 1", "given: 3", "quantity of Item ROUTER-X1: 5"),
		)

	def test_same_serial_twice_in_a_row_in_other_letter_case(self):
		self.refused_at_save(makers.buying_row("ROUTER-X1", 2, "a-1\nA-1"), parts=("Row 1", "a-1 = A-1"))

	def test_same_serial_in_two_rows(self):
		self.refused_at_save(
			makers.buying_row("ROUTER-X1", 1, "A-1"),
			makers.buying_row("ROUTER-X1", 1, "A-1"),
			parts=("Row 1 / Row 2", "A-1", "more than once"),
		)

	def test_same_serial_accepted_and_rejected(self):
		row = makers.buying_row(
			"ROUTER-X1",
			1,
			"A-1",
			rejected_qty=1,
			rejected_warehouse=makers.REJECTED,
			rejected_serial_no="a-1",
		)
		self.refused_at_save(row, parts=("Row 1 / Row 1, rejected", "A-1"))

	def test_serial_in_stock_cannot_come_in_again(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "A-1"))
		self.refused_at_save(
			makers.buying_row("ROUTER-X1", 1, "A-1"),
			parts=("Row 1", "Already in stock", makers.STORES, "A-1"),
		)

	def test_serial_of_another_item(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "A-1"))
		self.refused_at_save(
			makers.buying_row("CAMERA-Z", 1, "A-1"), parts=("Row 1", "ROUTER-X1", "CAMERA-Z", "A-1")
		)

	def test_range_that_cannot_be_read(self):
		self.refused_at_save(makers.buying_row("ROUTER-X1", 3, "A-9..A-1"), parts=("Row 1", "A-9..A-1"))

	def test_markup_in_a_serial_is_refused_and_shown_escaped(self):
		self.refused_at_save(
			makers.buying_row("ROUTER-X1", 1, "<script>alert(1)</script>"), parts=("&lt;script&gt;",)
		)

	def test_all_errors_of_a_document_come_together(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "A-1"))
		self.refused_at_save(
			makers.buying_row("ROUTER-X1", 5, "B-1..B-3"),
			makers.buying_row("ROUTER-X1", 1, "A-1"),
			makers.buying_row("CAMERA-Z", 1, "B-1"),
			parts=("given: 3", "Already in stock", "Row 1 / Row 3"),
		)

	def test_submit_finds_what_came_between(self):
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "A-1"), submit=False)
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "A-1"))
		with self.assert_refused("Already in stock", "A-1"):
			receipt.submit()

	def test_drafts_may_be_left_unchecked_by_a_setting(self):
		frappe.db.set_single_value("Serialized Inventory Settings", "check_drafts", 0)
		frappe.clear_document_cache("Serialized Inventory Settings", "Serialized Inventory Settings")
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 5, "A-1..A-3"), submit=False)
		with self.assert_refused("given: 3", "quantity of Item ROUTER-X1: 5"):
			receipt.submit()
