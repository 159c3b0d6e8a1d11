"""Where serials were on a day: by the ledger, without cancelled documents, as far as the user may see."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, today

from serial_inventory import api
from serial_inventory.services import positions
from serial_inventory.tests import makers
from serial_inventory.tests.test_history import HistoryCase

GROUP = f"All Warehouses - {makers.ABBR}"


class TestPositions(HistoryCase):
	def setUp(self):
		super().setUp()
		self.receipt = self.receive(-20, qty=3)
		self.transfer = self.move(-15)
		self.note = self.deliver(-10)

	def on(self, days: int, **values):
		"""{serial: (status, place or customer)} so many days from today."""
		rows = self.rows(days, **values)
		return {row["serial_no"]: (row["status"], row["warehouse"] or row["customer"]) for row in rows}

	def rows(self, days: int, **values):
		values = {"item_code": "ROUTER-X1", **values}
		return api.get_positions(add_days(today(), days), **values)["positions"]

	def test_each_day_has_its_own(self):
		stores, shop = ("Active", makers.STORES), ("Active", makers.SHOP)
		sold = ("Delivered", makers.CUSTOMER)
		for day, first in (
			(-21, None),
			(-20, stores),
			(-16, stores),
			(-15, shop),
			(-10, sold),
			(0, sold),
			(99, sold),
		):
			with self.subTest(day):
				expected = {"RT-00001": first, "RT-00002": stores, "RT-00003": stores} if first else {}
				self.assertEqual(self.on(day), expected)

	def test_what_is_told_of_each(self):
		told = {"serial_no": "RT-00001", "item_code": "ROUTER-X1"}
		self.assertEqual(
			self.rows(-9)[0],
			{
				**told,
				"status": "Delivered",
				"warehouse": None,
				"customer": makers.CUSTOMER,
				"document_type": "Delivery Note",
				"document": self.note.name,
				"since": add_days(today(), -10),
			},
		)
		row = self.rows(-12)[0]
		self.assertEqual((row["document"], row["since"]), (self.transfer.name, add_days(today(), -15)))

	def test_cancelled_documents_are_as_if_never_made(self):
		self.note.reload().cancel()
		self.assertEqual(self.on(-9)["RT-00001"], ("Active", makers.SHOP))
		self.transfer.reload().cancel()
		self.assertEqual(self.on(-9)["RT-00001"], ("Active", makers.STORES))

	def test_the_last_moment_of_the_day_counts(self):
		row = makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP, "RT-00002")
		day = add_days(today(), -8)
		makers.stock_entry("Material Transfer", row, posting_date=day, posting_time="23:59:59")
		row = makers.stock_row("ROUTER-X1", 1, makers.SHOP, makers.STORES, "RT-00002")
		makers.stock_entry("Material Transfer", row, posting_date=add_days(day, 1), posting_time="00:00:00")
		self.assertEqual(self.on(-8)["RT-00002"], ("Active", makers.SHOP))
		self.assertEqual(self.on(-7)["RT-00002"], ("Active", makers.STORES))

	def test_by_warehouse(self):
		self.assertEqual(self.on(-12, warehouse=makers.SHOP), {"RT-00001": ("Active", makers.SHOP)})
		self.assertEqual(list(self.on(-12, warehouse=makers.STORES)), ["RT-00002", "RT-00003"])
		self.assertEqual(self.on(-9, warehouse=makers.SHOP), {})

	def test_a_group_of_warehouses_means_those_below_it(self):
		self.assertEqual(len(self.on(-12, warehouse=GROUP)), 3)
		self.assertEqual(len(self.on(-9, warehouse=GROUP)), 2)

	def test_by_customer(self):
		self.assertEqual(
			self.on(-9, item_code=None, customer=makers.CUSTOMER)["RT-00001"], ("Delivered", makers.CUSTOMER)
		)
		self.assertEqual(self.on(-11, customer=makers.CUSTOMER), {})
		self.assertEqual(self.on(-9, customer=makers.OTHER_CUSTOMER), {})

	def test_returned_consumed_and_removed(self):
		row = makers.selling_row("ROUTER-X1", -1, "RT-00001", dn_detail=self.note.items[0].name)
		makers.delivery_note(
			row, is_return=1, return_against=self.note.name, posting_date=add_days(today(), -5)
		)
		row = makers.stock_row("ROUTER-X1", 1, makers.STORES, None, "RT-00002")
		makers.stock_entry("Material Issue", row, posting_date=add_days(today(), -4))
		self.assertEqual(
			self.on(-3),
			{
				"RT-00001": ("Active", makers.STORES),
				"RT-00002": ("Consumed", None),
				"RT-00003": ("Active", makers.STORES),
			},
		)

	def test_a_unit_entered_directly_is_known_from_that_day(self):
		doc = {"doctype": "Serial No", "serial_no": "DIRECT-1", "item_code": "ROUTER-X1"}
		frappe.get_doc({**doc, "company": makers.COMPANY}).insert()
		self.assertEqual(self.on(0)["DIRECT-1"], ("Inactive", None))
		self.assertNotIn("DIRECT-1", self.on(-1))

	def test_ledger_rows_from_before_bundles(self):
		before = self.on(-12), self.on(-12, warehouse=makers.SHOP), self.on(-9, customer=makers.CUSTOMER)
		ledger = frappe.qb.DocType("Stock Ledger Entry")
		for document, serials in (
			(self.receipt, "RT-00001\nRT-00002\nRT-00003"),
			(self.transfer, "RT-00001"),
			(self.note, "RT-00001"),
		):
			query = frappe.qb.update(ledger).set(ledger.serial_no, serials)
			query.set(ledger.serial_and_batch_bundle, None).where(ledger.voucher_no == document.name).run()
		after = self.on(-12), self.on(-12, warehouse=makers.SHOP), self.on(-9, customer=makers.CUSTOMER)
		self.assertEqual(after, before)

	def test_today_it_is_what_the_serial_nos_say(self):
		for row in self.rows(0):
			doc = self.serial(row["serial_no"])
			self.assertEqual(
				(row["status"], row["warehouse"], row["customer"]), (doc.status, doc.warehouse, doc.customer)
			)

	def test_pages(self):
		for scope in ({}, {"warehouse": GROUP}):
			with self.subTest(scope):
				names, answer = [], {"next": None}
				while not names or answer["next"]:
					answer = api.get_positions(
						add_days(today(), -12), item_code="ROUTER-X1", limit=2, after=answer["next"], **scope
					)
					names.append([row["serial_no"] for row in answer["positions"]])
				self.assertEqual(names, [["RT-00001", "RT-00002"], ["RT-00003"]])

	def test_chunks_tell_every_serial_once(self):
		chunk = positions.CHUNK
		self.addCleanup(setattr, positions, "CHUNK", chunk)
		for positions.CHUNK in (1, 2):
			self.assertEqual(list(self.on(-9)), ["RT-00001", "RT-00002", "RT-00003"])
			self.assertEqual(list(self.on(-9, warehouse=makers.STORES)), ["RT-00002", "RT-00003"])

	def test_queries_do_not_grow_with_serials(self):
		self.on(0)
		with self.count_queries() as few:
			self.on(0)
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 40))
		with self.count_queries() as many:
			self.assertEqual(len(self.on(0)), 43)
		self.assertEqual(many[0], few[0])

	def test_bad_input_is_refused(self):
		for as_on in ("", "yesterday", "2026-13-45", "<b>", "'; --"):
			with self.subTest(as_on), self.assert_refused("as_on"):
				api.get_positions(as_on)
		for values, named in (
			({"item_code": "NOPE"}, "Item NOPE"),
			({"warehouse": "NOPE"}, "Warehouse NOPE"),
			({"customer": "<b>x</b>"}, "&lt;b&gt;"),
		):
			with self.subTest(values), self.assert_refused(named, "does not exist"):
				api.get_positions(today(), **values)


class TestReport(HistoryCase):
	def test_the_report_tells_what_the_call_tells(self):
		from frappe.desk.query_report import run

		self.receive(-20, qty=3)
		day = add_days(today(), -1)
		rows = run("Serial No Positions", filters={"as_on": day, "item_code": "ROUTER-X1"})["result"]
		self.assertEqual(rows, api.get_positions(day, item_code="ROUTER-X1")["positions"])
		answer = run("Serial No Positions", filters={"as_on": day, "item_code": "ROUTER-X1", "limit": 2})
		self.assertEqual(len(answer["result"]), 2)
		self.assertIn("first 2 rows", answer["message"])
		for role in ("Item Manager", "Stock Manager"):
			self.act_as(role)
			rows = run("Serial No Positions", filters={"as_on": day, "item_code": "ROUTER-X1"})["result"]
			self.assertEqual(len(rows), 3, role)


class TestWhoSeesPositions(HistoryCase):
	rows = TestPositions.rows
	on = TestPositions.on

	def setUp(self):
		super().setUp()
		self.receive(-20, qty=2)
		self.move(-15)

	def test_only_readers_of_serial_nos(self):
		self.act_as("Sales User")
		self.assertRaises(frappe.PermissionError, api.get_positions, today())

	def test_where_a_unit_was_counts_as_where_it_is(self):
		self.act_as("Stock User", Warehouse=makers.SHOP)
		self.assertEqual(self.on(-12), {"RT-00001": ("Active", makers.SHOP)})
		self.assertEqual(self.on(-18), {})
		self.act_as("Stock User", Warehouse=makers.STORES)
		self.assertEqual(self.on(-12), {"RT-00002": ("Active", makers.STORES)})

	def test_user_permission_for_one_customer(self):
		self.deliver(-10)
		self.deliver(-8, "RT-00002", makers.STORES, customer=makers.OTHER_CUSTOMER)
		self.act_as("Stock User", Customer=makers.OTHER_CUSTOMER)
		self.assertEqual(self.on(0), {"RT-00002": ("Delivered", makers.OTHER_CUSTOMER)})

	def test_user_permission_for_a_company(self):
		self.act_as("Stock User", Company=makers.COMPANY)
		self.assertEqual(len(self.on(0)), 2)

	def test_documents_that_the_user_may_not_read_are_blank(self):
		self.deliver(-10)
		self.act_as("Item Manager")
		self.assertFalse(frappe.has_permission("Delivery Note"))
		row = self.rows(0)[0]
		self.assertEqual((row["status"], row["document_type"], row["document"]), ("Delivered", None, None))
