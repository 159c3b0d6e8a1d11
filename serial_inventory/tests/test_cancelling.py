"""Cancel and amend: each Serial No as it was before, the same serials again."""

import frappe

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


def amended(doc):
	"""The copy that Desk's Amend makes: fields that are not copied are blank."""
	copy = frappe.copy_doc(doc, ignore_no_copy=False)
	copy.amended_from, copy.docstatus = doc.name, 0
	for row in copy.items:
		row.serial_and_batch_bundle, row.docstatus = None, 0
	return copy


class TestCancelling(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")

	def test_cancelled_receipt_leaves_its_serials_out_of_stock(self):
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2))
		receipt.reload()
		receipt.cancel()
		self.assert_facts(
			"RT-00001",
			status="Inactive",
			warehouse=None,
			supplier=None,
			purchase_document_type=None,
			purchase_document_no=None,
			purchase_date=None,
		)
		bundles = frappe.get_all(
			"Serial and Batch Bundle",
			{"voucher_no": receipt.name},
			["docstatus", "is_cancelled"],
			as_list=True,
		)
		self.assertEqual(set(bundles), {(2, 1)})
		self.assertEqual(
			frappe.get_all("Serial and Batch Entry", {"serial_no": "RT-00001"}, pluck="docstatus"), [2]
		)
		self.assertEqual(makers.names(receipt.items[0]), ["RT-00001", "RT-00002"])

	def test_cancelled_delivery_brings_serials_back(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2))
		before = self.serial("RT-00001").as_dict()
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		note.reload()
		note.cancel()
		after = self.serial("RT-00001").as_dict()
		for field in ("modified", "modified_by"):
			before.pop(field), after.pop(field)
		self.assertEqual(after, before)

	def test_cancelled_second_receipt_goes_back_to_the_delivery_before(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1))
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		again = makers.purchase_receipt(
			makers.buying_row("ROUTER-X1", 1, "RT-00001"), supplier=makers.SUPPLIER
		)
		self.assert_facts("RT-00001", status="Active", customer=None, purchase_document_no=again.name)
		again.reload()
		again.cancel()
		self.assert_facts(
			"RT-00001",
			status="Delivered",
			warehouse=None,
			customer=makers.CUSTOMER,
			delivery_document_no=note.name,
			supplier=makers.SUPPLIER,
		)

	def test_cancelled_rejection_and_acceptance(self):
		row = makers.buying_row(
			"ROUTER-X1",
			1,
			"A-1",
			rejected_qty=1,
			rejected_warehouse=makers.REJECTED,
			rejected_serial_no="A-9",
		)
		receipt = makers.purchase_receipt(row)
		receipt.reload()
		receipt.cancel()
		for serial_no in ("A-1", "A-9"):
			self.assert_facts(serial_no, status="Inactive", warehouse=None)

	def test_receipt_of_a_delivered_serial_cannot_be_cancelled(self):
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1))
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		receipt.reload()
		with self.assertRaises(frappe.ValidationError):
			receipt.cancel()

	def test_cancel_that_failed_leaves_nothing_for_the_next_document_of_the_same_request(self):
		"""As when many documents are submitted or cancelled from a list: the next one's bundle is made by hand."""
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1))
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "RT-00001", warehouse=makers.SHOP))
		with self.assert_refused("RT-00001"):
			frappe.get_doc("Delivery Note", note.name).cancel()
		again = makers.selling_row("ROUTER-X1", 1, warehouse=makers.SHOP, use_serial_batch_fields=0)
		again["serial_and_batch_bundle"] = self.bundle_by_hand("RT-00001", makers.SHOP)
		makers.delivery_note(again)
		self.assert_facts("RT-00001", status="Delivered", warehouse=None)

	def bundle_by_hand(self, serial_no: str, warehouse: str) -> str:
		values = {"item_code": "ROUTER-X1", "warehouse": warehouse, "type_of_transaction": "Outward"}
		entry = {"serial_no": serial_no, "qty": -1, "warehouse": warehouse}
		bundle = {"doctype": "Serial and Batch Bundle", "voucher_type": "Delivery Note", **values}
		return frappe.get_doc({**bundle, "company": makers.COMPANY, "entries": [entry]}).insert().name

	def test_stock_and_ledger_are_reversed(self):
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2))
		receipt.reload()
		receipt.cancel()
		self.assertEqual(
			frappe.db.get_value("Bin", {"item_code": "ROUTER-X1", "warehouse": makers.STORES}, "actual_qty"),
			0,
		)
		standing = frappe.get_all("Stock Ledger Entry", {"voucher_no": receipt.name, "is_cancelled": 0})
		self.assertEqual(standing, [])
		linked = frappe.get_all(
			"Stock Ledger Entry", {"voucher_no": receipt.name, "serial_and_batch_bundle": ("is", "set")}
		)
		self.assertEqual(linked, [])


class TestAmending(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")

	def test_amended_receipt_has_the_same_serials(self):
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2))
		receipt.reload()
		receipt.cancel()
		copy = amended(receipt)
		copy.items[0].rate = 120
		copy.insert().submit()
		self.assertEqual(makers.names(copy.items[0]), ["RT-00001", "RT-00002"])
		self.assert_facts("RT-00001", status="Active", purchase_document_no=copy.name, purchase_rate=120.0)
		self.assertEqual(frappe.db.count("Serial No", {"item_code": "ROUTER-X1"}), 2)

	def test_amended_receipt_above_the_text_limit_has_the_same_serials(self):
		frappe.db.set_single_value("Serialized Inventory Settings", "text_limit", 3)
		frappe.clear_document_cache("Serialized Inventory Settings", "Serialized Inventory Settings")
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 5))
		receipt.reload()
		self.assertFalse(receipt.items[0].serial_no)
		receipt.cancel()
		copy = amended(receipt)
		copy.insert().submit()
		copy.reload()
		self.assertEqual(copy.items[0].serial_summary, "5: RT-00001 … RT-00005")
		self.assertEqual(frappe.db.count("Serial No", {"item_code": "ROUTER-X1"}), 5)
		self.assert_facts("RT-00005", status="Active", purchase_document_no=copy.name)

	def test_amended_transfer_and_delivery(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		entry = makers.stock_entry(
			"Material Transfer", makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP, "RT-00002")
		)
		entry.reload()
		entry.cancel()
		copy = amended(entry)
		copy.insert().submit()
		self.assert_facts("RT-00002", warehouse=makers.SHOP)
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00003"))
		note.reload()
		note.cancel()
		copy = amended(note)
		copy.insert().submit()
		self.assert_facts("RT-00003", status="Delivered", delivery_document_no=copy.name)

	def test_amended_row_with_another_quantity_is_not_filled(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		entry = makers.stock_entry(
			"Material Transfer",
			makers.stock_row("ROUTER-X1", 2, makers.STORES, makers.SHOP, "RT-00002\nRT-00003"),
		)
		entry.reload()
		entry.cancel()
		copy = amended(entry)
		copy.items[0].qty = 1
		copy.items[0].serial_no = None
		copy.insert()
		self.assertFalse(copy.items[0].serial_no)
