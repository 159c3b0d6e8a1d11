"""Odd texts, quantities and orders of events, as a hostile user tries them: each ends well or in one clear refusal."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, nowdate

from serial_inventory.rules.integrity import Kind
from serial_inventory.rules.serial_text import fold
from serial_inventory.services import integrity
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class TestOddTexts(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")

	def test_texts_that_mean_nothing_draw_from_the_series(self):
		for text in (" ", "\n\n", ",", ";;", "\t"):
			receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, text))
			receipt.reload()
			self.assertTrue(receipt.items[0].serial_no.startswith("RT-"), repr(text))

	def test_names_that_only_look_odd_are_taken_as_typed(self):
		for text in ("A+B", "..", "::", "{0}", "%s", "../../x", "Q/1", "null", "é-1", "1: Q1", "x" * 140):
			receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, text))
			receipt.reload()
			self.assertEqual(makers.names(receipt.items[0]), [text])
			self.assert_facts(text, status="Active", warehouse=makers.STORES)

	def test_names_that_cannot_be_are_refused_in_a_sentence(self):
		for text, part in (
			("<b>Q</b>", "angle bracket"),
			("x" * 141, "longer than 140"),
			("Q\x001", "invisible character"),
			("Q-1..", "needs a number at both ends"),
			("Q…9", "is a summary"),
			("L000001+149999", "150,000"),
		):
			with self.assert_refused("Row 1", part):
				makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, text))

	def test_accents_and_width_do_not_make_another_serial(self):
		for first, second in (("é-1", "e-1"), ("Ａ-2", "a-2"), ("A-3", "A-３"), ("ß-4", "ss-4")):
			makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, first))
			with self.assert_refused("Already in stock"):
				makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, second))
			with self.assert_refused("given more than once"):
				makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2, f"{first}x\n{second}x"))

	def test_names_are_one_for_the_app_where_they_are_one_for_the_database(self):
		"""Latin, Greek, Cyrillic, Hebrew and Arabic letters all, of every other script some."""
		codes = [*range(0x20, 0x700), *range(0x700, 0xD800, 23), *range(0xE000, 0x10000, 23)]
		names = [f"A{chr(code)}B" for code in codes]
		by_fold, by_database = {}, {}
		for name, weight in zip(names, self.weights(names), strict=True):
			by_fold.setdefault(fold(name), []).append(name)
			by_database.setdefault(weight, []).append(name)
		self.assertEqual(sorted(by_fold.values()), sorted(by_database.values()))

	def weights(self, names):
		"""What the database compares in place of the names."""
		collation = frappe.db.sql("SHOW FULL COLUMNS FROM `tabSerial No` LIKE 'name'", as_dict=True)[
			0
		].Collation
		self.assertEqual(collation, "utf8mb4_unicode_ci")
		found = []
		for start in range(0, len(names), 500):
			part = names[start : start + 500]
			weight = "SELECT HEX(WEIGHT_STRING(CONVERT(%s USING utf8mb4) COLLATE utf8mb4_unicode_ci))"
			found += [row[0] for row in frappe.db.sql(" UNION ALL ".join([weight] * len(part)), part)]
		return found


class TestOddQuantities(SerialCase):
	def setUp(self):
		super().setUp()
		uoms = [{"uom": "Box", "conversion_factor": 12}, {"uom": "Pair", "conversion_factor": 0.5}]
		makers.item("ROUTER-X1", "RT-.#####", uoms=uoms)

	def test_a_box_is_twelve_serials(self):
		row = makers.buying_row("ROUTER-X1", 1, "B-01+11", uom="Box", conversion_factor=12)
		receipt = makers.purchase_receipt(row)
		receipt.reload()
		self.assertEqual(len(makers.names(receipt.items[0])), 12)

	def test_two_halves_are_one_serial(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2, "P-1", uom="Pair", conversion_factor=0.5))
		self.assert_facts("P-1", status="Active")

	def test_half_a_unit_is_refused(self):
		with self.assert_refused("Row 1", "0.5"):
			makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, uom="Pair", conversion_factor=0.5))

	def test_rejected_only(self):
		row = makers.buying_row("ROUTER-X1", 0, rejected_qty=2, rejected_warehouse=makers.REJECTED)
		receipt = makers.purchase_receipt(row)
		receipt.reload()
		self.assertEqual(makers.names(receipt.items[0]), [])
		self.assertEqual(makers.names(receipt.items[0], "rejected_serial_no"), ["RT-00001", "RT-00002"])

	def test_accepted_typed_rejected_blank_and_the_other_way_round(self):
		row = makers.buying_row("ROUTER-X1", 1, "T-1", rejected_qty=1, rejected_warehouse=makers.REJECTED)
		first = makers.purchase_receipt(row)
		row = makers.buying_row(
			"ROUTER-X1", 1, rejected_qty=1, rejected_warehouse=makers.REJECTED, rejected_serial_no="T-2"
		)
		second = makers.purchase_receipt(row)
		texts = []
		for receipt in (first, second):
			receipt.reload()
			texts.append((receipt.items[0].serial_no, receipt.items[0].rejected_serial_no))
		self.assertEqual(texts, [("T-1", "RT-00001"), ("RT-00002", "T-2")])


class TestOddOrders(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")

	def amended(self, doc):
		doc = frappe.get_doc(doc.doctype, doc.name)
		doc.cancel()
		copy = frappe.copy_doc(doc, ignore_no_copy=False)
		copy.amended_from, copy.docstatus = doc.name, 0
		for row in copy.items:
			row.serial_and_batch_bundle, row.docstatus = None, 0
		return copy

	def texts(self, doc):
		doc.reload()
		return [row.serial_no.replace("\n", " ") for row in doc.items]

	def test_amended_twice_with_rows_turned_round_and_added(self):
		receipt = makers.purchase_receipt(
			makers.buying_row("ROUTER-X1", 2), makers.buying_row("ROUTER-X1", 2)
		)
		copy = self.amended(receipt)
		copy.items.reverse()
		for idx, row in enumerate(copy.items, 1):
			row.idx = idx
		copy.insert()
		copy.submit()
		self.assertEqual(sorted(self.texts(copy)), ["RT-00001 RT-00002", "RT-00003 RT-00004"])
		again = self.amended(copy)
		again.append("items", makers.buying_row("ROUTER-X1", 1))
		again.insert()
		again.submit()
		self.assertEqual(self.texts(again), [*self.texts(copy), "RT-00005"])

	def test_insert_and_submit_in_one_call_with_warehouses_in_the_header(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"docstatus": 1,
				"company": makers.COMPANY,
				"purpose": "Material Transfer",
				"stock_entry_type": "Material Transfer",
				"from_warehouse": makers.STORES,
				"to_warehouse": makers.SHOP,
				"items": [{"item_code": "ROUTER-X1", "qty": 2, "serial_no": "RT-00001..RT-00002"}],
			}
		).insert()
		self.assert_facts("RT-00002", status="Active", warehouse=makers.SHOP)

	def test_saved_twice_and_submitted(self):
		draft = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3, "T1..T3"), submit=False)
		draft.save()
		draft.save()
		draft.submit()
		self.assertEqual(self.texts(draft), ["T1 T2 T3"])

	def test_deleted_draft_leaves_no_serials(self):
		draft = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3, "T1..T3"), submit=False)
		frappe.delete_doc("Purchase Receipt", draft.name)
		self.assertFalse(frappe.db.exists("Serial No", "T1"))

	def test_reconciliation_and_its_cancel_leave_every_unit_as_it_was(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		frappe.get_doc({"doctype": "Serial No", "serial_no": "IMP-1", "item_code": "ROUTER-X1"}).insert()
		names = ("RT-00001", "RT-00002", "RT-00003", "IMP-1")
		before = [self.facts(name) for name in names]
		row = {"item_code": "ROUTER-X1", "warehouse": makers.STORES, "qty": 2, "valuation_rate": 100}
		count = makers.stock_reconciliation(
			{**row, "serial_no": "RT-00001\nIMP-1", "use_serial_batch_fields": 1}
		)
		self.assert_facts("IMP-1", status="Active", warehouse=makers.STORES)
		self.assert_facts("RT-00003", warehouse=None)
		count.reload()
		count.cancel()
		self.assertEqual([self.facts(name) for name in names], before)

	def test_entries_of_a_count_that_is_valued_again_stand(self):
		"""ERPNext writes a count's entries anew when stock comes before it."""
		first, second, third = (add_days(nowdate(), -days) for days in (4, 3, 2))
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3), posting_date=first)
		moved = makers.stock_row("ROUTER-X1", 2, makers.STORES, makers.SHOP, "RT-00001\nRT-00002")
		makers.stock_entry("Material Transfer", moved, posting_date=third)
		row = {"item_code": "ROUTER-X1", "warehouse": makers.SHOP, "qty": 1, "valuation_rate": 100}
		row.update(serial_no="RT-00001", use_serial_batch_fields=1)
		makers.stock_reconciliation(row)
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2), posting_date=second)
		scope = integrity.Scope(item_code="ROUTER-X1")
		kinds = {finding.kind for finding in integrity.findings(scope)}
		self.assertNotIn(Kind.DOCSTATUS, kinds)

	def facts(self, name: str) -> dict:
		noise = ("modified", "modified_by", "creation", "reference_doctype", "reference_name", "posting_date")
		return {key: value for key, value in self.serial(name).as_dict().items() if key not in noise}
