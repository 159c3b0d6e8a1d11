"""Equal to ERPNext alone: Stock Entries, counts, late documents, documents that are changed or amended."""

import frappe
from erpnext.stock.doctype.repost_item_valuation.repost_item_valuation import repost_entries

from serial_inventory.tests import chains, makers
from serial_inventory.tests.equality import EqualityCase


class TestStockEntries(EqualityCase):
	def test_receipt(self):
		self.compare(
			lambda: self.entry("Material Receipt", makers.stock_row("ROUTER-X1", 3, None, makers.SHOP))
		)

	def test_issue(self):
		row = makers.stock_row("ROUTER-X1", 2, makers.STORES, None, "EQ-00001\nEQ-00004")
		self.compare(lambda: self.entry("Material Issue", dict(row)))

	def test_issue_picked(self):
		self.compare(lambda: self.entry("Material Issue", makers.stock_row("ROUTER-X1", 5, makers.STORES)))

	def test_transfer(self):
		row = makers.stock_row("ROUTER-X1", 2, makers.STORES, makers.SHOP, "EQ-00003\nEQ-00004")
		self.compare(lambda: self.entry("Material Transfer", dict(row)))

	def test_transfer_picked(self):
		row = makers.stock_row("ROUTER-X1", 4, makers.STORES, makers.SHOP)
		self.compare(lambda: self.entry("Material Transfer", dict(row)))

	def test_repack(self):
		rows = (
			makers.stock_row("ROUTER-X1", 2, makers.STORES, None, "EQ-00003\nEQ-00004"),
			makers.stock_row("CABLE-C1", 1, None, makers.SHOP, "C-77"),
		)
		self.compare(lambda: self.entry("Repack", *map(dict, rows)))


class TestCounts(EqualityCase):
	def test_count_that_leaves_units_out(self):
		row = {"item_code": "ROUTER-X1", "warehouse": makers.STORES, "qty": 2, "valuation_rate": 100}
		row |= {"serial_no": "EQ-00001\nEQ-00005", "use_serial_batch_fields": 1}
		self.compare(lambda: makers.stock_reconciliation(dict(row), **self.moment()))


class TestLateDocuments(EqualityCase):
	"""A document of an earlier day, after later ones: ERPNext values the later ones again."""

	def setUp(self):
		super().setUp()
		self.delivery(makers.selling_row("ROUTER-X1", 2, "EQ-00001\nEQ-00004"))

	def posted_again(self, make):
		def run():
			made = make()
			repost_entries()
			return made

		return run

	def test_receipt(self):
		row = makers.buying_row("ROUTER-X1", 2, rate=50)
		self.compare(self.posted_again(lambda: self.receipt(dict(row), **self.moment(-5))))

	def test_transfer(self):
		row = makers.stock_row("ROUTER-X1", 2, makers.STORES, makers.SHOP, "EQ-00003\nEQ-00005")
		self.compare(self.posted_again(lambda: self.entry("Material Transfer", dict(row), **self.moment(-5))))

	def test_delivery(self):
		row = makers.selling_row("ROUTER-X1", 1, "EQ-00006")
		self.compare(self.posted_again(lambda: self.delivery(dict(row), **self.moment(-5))))

	def test_repost_asked_for_by_hand(self):
		def make():
			receipt = self.receipt(makers.buying_row("ROUTER-X1", 2, rate=50))
			values = {
				"based_on": "Transaction",
				"voucher_type": receipt.doctype,
				"voucher_no": receipt.name,
				"company": makers.COMPANY,
				"posting_date": receipt.posting_date,
				"posting_time": receipt.posting_time,
			}
			frappe.get_doc({"doctype": "Repost Item Valuation", **values}).insert().submit()
			repost_entries()
			return receipt

		self.compare(make)


class TestChangedAndAmended(EqualityCase):
	def test_fields_that_may_change_after_submit(self):
		def make():
			note = self.delivery(makers.selling_row("ROUTER-X1", 2, "EQ-00002\nEQ-00003"))
			note = frappe.get_doc(note.doctype, note.name)
			note.update({"po_no": "PO-77", "print_without_amount": 1})
			note.save()
			return note

		self.compare(make)

	def test_amended_delivery(self):
		def make():
			note = self.delivery(makers.selling_row("ROUTER-X1", 2, "EQ-00002\nEQ-00003"))
			return self.amended(note)

		self.compare(make)

	def test_amended_receipt(self):
		def make():
			receipt = self.receipt(makers.buying_row("CABLE-C1", 2, "C-1\nC-2"))
			return self.amended(receipt)

		self.compare(make)

	def test_amended_transfer(self):
		def make():
			row = makers.stock_row("ROUTER-X1", 2, makers.STORES, makers.SHOP, "EQ-00003\nEQ-00004")
			return self.amended(self.entry("Material Transfer", row))

		self.compare(make)

	def amended(self, doc):
		doc = frappe.get_doc(doc.doctype, doc.name)
		texts = [row.serial_no for row in doc.items]
		doc.cancel()
		copy = frappe.copy_doc(doc, ignore_no_copy=False)
		copy.amended_from, copy.docstatus, copy.set_posting_time = doc.name, 0, 1
		for row, text in zip(copy.items, texts, strict=True):
			row.update({"serial_and_batch_bundle": None, "docstatus": 0})
			row.update({"serial_no": text, "use_serial_batch_fields": 1})
		copy.insert()
		copy.submit()
		return copy


class TestBuiltIntoAssets(EqualityCase):
	def test_asset_capitalization(self):
		asset = chains.composite_asset()
		self.compare(
			lambda: chains.asset_capitalization(asset, "ROUTER-X1", "EQ-00002\nEQ-00005", **self.moment())
		)
