"""In bulk: the number of queries does not grow with the serials, and no size is a database error."""

import frappe

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase

FEW, MANY = 10, 500


class TestQueryCounts(SerialCase):
	"""Each document is submitted and cancelled with 10 and with 500 serials; the queries must be as many."""

	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.item("GATEWAY-9", "GW-.#####")

	def typed(self, count):
		return f"{count}-00001+{count - 1}"

	def stocked(self, count):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", count, self.typed(count)))

	def assert_constant(self, make):
		"""`make(count)` gives a draft; once before the counting, so that caches are warm."""
		make(2).submit()
		few, many = self.cost(make, FEW), self.cost(make, MANY)
		self.assertLessEqual(many[0], few[0] + 5, f"submit: {few[0]} queries for {FEW}, {many[0]} for {MANY}")
		self.assertLessEqual(many[1], few[1] + 5, f"cancel: {few[1]} queries for {FEW}, {many[1]} for {MANY}")

	def cost(self, make, count):
		doc = make(count)
		with self.count_queries() as submit:
			doc.submit()
		doc.reload()
		with self.count_queries() as cancel:
			doc.cancel()
		return submit[0], cancel[0]

	def test_receipt_by_series(self):
		self.assert_constant(
			lambda n: makers.purchase_receipt(makers.buying_row("ROUTER-X1", n), submit=False)
		)

	def test_receipt_typed_and_rejected(self):
		def make(count):
			row = makers.buying_row(
				"ROUTER-X1",
				count,
				f"A{count}-1+{count - 1}",
				rejected_qty=count,
				rejected_warehouse=makers.REJECTED,
				rejected_serial_no=f"B{count}-1+{count - 1}",
			)
			return makers.purchase_receipt(row, submit=False)

		self.assert_constant(make)

	def test_purchase_invoice(self):
		self.assert_constant(
			lambda n: makers.purchase_invoice(makers.buying_row("ROUTER-X1", n), submit=False)
		)

	def make_from_stock(self, maker, row):
		def make(count):
			self.stocked(count)
			return maker(row(count), submit=False)

		return make

	def test_delivery_typed(self):
		row = lambda n: makers.selling_row("ROUTER-X1", n, self.typed(n))  # noqa: E731
		self.assert_constant(self.make_from_stock(makers.delivery_note, row))

	def test_delivery_picked(self):
		row = lambda n: makers.selling_row("ROUTER-X1", n)  # noqa: E731
		self.assert_constant(self.make_from_stock(makers.delivery_note, row))

	def test_sales_invoice(self):
		row = lambda n: makers.selling_row("ROUTER-X1", n, self.typed(n))  # noqa: E731
		self.assert_constant(self.make_from_stock(makers.sales_invoice, row))

	def test_packed_items(self):
		kit = {
			"doctype": "Item",
			"item_code": "KIT",
			"item_group": "Products",
			"stock_uom": "Nos",
			"is_stock_item": 0,
		}
		frappe.get_doc(kit).insert()
		bundle = {
			"doctype": "Product Bundle",
			"new_item_code": "KIT",
			"items": [{"item_code": "ROUTER-X1", "qty": 1}],
		}
		frappe.get_doc(bundle).insert()

		def make(count):
			self.stocked(count)
			note = makers.delivery_note(makers.selling_row("KIT", count), submit=False)
			note.packed_items[0].serial_no = self.typed(count)
			note.save()
			return note

		self.assert_constant(make)

	def entry(self, purpose, rows):
		def make(count):
			self.stocked(count)
			return makers.stock_entry(purpose, *rows(count), submit=False)

		return make

	def test_material_receipt(self):
		row = lambda n: makers.stock_row("ROUTER-X1", n, None, makers.STORES)  # noqa: E731
		self.assert_constant(lambda n: makers.stock_entry("Material Receipt", row(n), submit=False))

	def test_material_issue(self):
		rows = lambda n: [makers.stock_row("ROUTER-X1", n, makers.STORES, None, self.typed(n))]  # noqa: E731
		self.assert_constant(self.entry("Material Issue", rows))

	def test_material_transfer(self):
		rows = lambda n: [makers.stock_row("ROUTER-X1", n, makers.STORES, makers.SHOP, self.typed(n))]  # noqa: E731
		self.assert_constant(self.entry("Material Transfer", rows))

	def test_repack(self):
		def rows(count):
			return [
				makers.stock_row("ROUTER-X1", count, makers.STORES, None, self.typed(count)),
				makers.stock_row("GATEWAY-9", count, None, makers.STORES, is_finished_item=1),
			]

		self.assert_constant(self.entry("Repack", rows))

	def test_manufacture(self):
		bom = frappe.get_doc(
			{
				"doctype": "BOM",
				"item": "GATEWAY-9",
				"company": makers.COMPANY,
				"quantity": 1,
				"currency": "USD",
				"items": [{"item_code": "ROUTER-X1", "qty": 1, "rate": 100}],
			}
		)
		bom.insert().submit()

		def make(count):
			self.stocked(count)
			return makers.stock_entry(
				"Manufacture",
				makers.stock_row("ROUTER-X1", count, makers.STORES, None, self.typed(count)),
				makers.stock_row("GATEWAY-9", count, None, makers.SHOP, is_finished_item=1, bom_no=bom.name),
				bom_no=bom.name,
				from_bom=1,
				fg_completed_qty=count,
				submit=False,
			)

		self.assert_constant(make)

	def test_draft_of_typed_serials(self):
		def cost(count):
			self.stocked(count)
			with self.count_queries() as counted:
				makers.delivery_note(makers.selling_row("ROUTER-X1", count, self.typed(count)), submit=False)
			return counted[0]

		cost(2)
		few, many = cost(FEW), cost(MANY)
		self.assertLessEqual(many, few + 5)


class TestAnySize(SerialCase):
	def test_ten_thousand_typed_on_a_delivery_note(self):
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 10_000))
		text = "\n".join(f"RT-{number:05d}" for number in range(1, 10_001))
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 10_000, text))
		note.reload()
		row = note.items[0]
		self.assertEqual(row.serial_summary, "10,000: RT-00001 … RT-10000")
		self.assertFalse(row.serial_no)
		self.assertTrue(row.serial_and_batch_bundle)
		self.assertEqual(
			frappe.db.count("Serial No", {"item_code": "ROUTER-X1", "status": "Delivered"}), 10_000
		)
		note.cancel()
		self.assertEqual(
			frappe.db.count("Serial No", {"item_code": "ROUTER-X1", "warehouse": makers.STORES}), 10_000
		)

	def test_row_at_the_limit_shows_its_serials_and_one_above_a_summary(self):
		frappe.db.set_single_value("Serialized Inventory Settings", "text_limit", 4)
		frappe.clear_document_cache("Serialized Inventory Settings", "Serialized Inventory Settings")
		makers.item("ROUTER-X1", "RT-.#####")
		receipt = makers.purchase_receipt(
			makers.buying_row("ROUTER-X1", 4), makers.buying_row("ROUTER-X1", 5)
		)
		receipt.reload()
		self.assertEqual(len(makers.names(receipt.items[0])), 4)
		self.assertFalse(receipt.items[0].serial_summary)
		self.assertEqual(receipt.items[1].serial_summary, "5: RT-00005 … RT-00009")
		self.assertFalse(receipt.items[1].serial_no)

	def test_text_columns_take_any_length(self):
		for doctype in ("Purchase Receipt Item", "Delivery Note Item", "Stock Entry Detail", "Packed Item"):
			kind = frappe.db.sql(
				"""SELECT data_type FROM information_schema.columns
				WHERE table_schema = DATABASE() AND table_name = %s AND column_name = 'serial_no'""",
				(f"tab{doctype}",),
			)[0][0]
			self.assertEqual(kind, "longtext", doctype)
