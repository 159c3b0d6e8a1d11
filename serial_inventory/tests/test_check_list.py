"""A list of serials checked: every answer, for whom, from how many queries; and the documents made of it."""

import json
from io import BytesIO

import frappe
from frappe.utils import add_days, today
from openpyxl import load_workbook

from serial_inventory import api
from serial_inventory.constants import SERIAL_NO, Answer
from serial_inventory.rules.serial_text import LIMIT
from serial_inventory.services.messages import SerialNoError
from serial_inventory.setup import indexes
from serial_inventory.tests import chains, makers, term_makers
from serial_inventory.tests.test_bookings import booking, purpose
from serial_inventory.tests.test_history import HistoryCase


class CheckCase(HistoryCase):
	"""Ten routers in stock, RT-00001 to RT-00010."""

	def setUp(self):
		super().setUp()
		self.receive(qty=10)

	def rows(self, serial_nos, **asked) -> list[dict]:
		found = api.check_serial_nos(serial_nos, **asked)
		json.dumps(found)
		self.counts, self.problems = found["counts"], found["problems"]
		return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]

	def answers(self, serial_no: str, **asked) -> list[str]:
		return self.rows([serial_no], **asked)[0]["answers"]

	def more(self, serial_no: str) -> dict:
		return self.rows([serial_no])[0]["more"] or {}


class TestAnswers(CheckCase):
	def test_free_delivered_and_unknown_with_place_and_line(self):
		self.deliver(0, "RT-00002", makers.STORES)
		free, delivered, unknown = self.rows("rt-00001\n\nRT-00002\nNOPE")
		self.assertEqual((free["line"], free["serial_no"], free["item_code"]), (1, "RT-00001", "ROUTER-X1"))
		self.assertEqual((free["answers"], free["warehouse"]), (["Free", "In Stock"], makers.STORES))
		self.assertEqual((delivered["line"], delivered["customer"]), (3, makers.CUSTOMER))
		self.assertEqual(delivered["answers"], ["Delivered", "Under Warranty"])
		self.assertEqual(delivered["warranty_expiry_date"], add_days(today(), 365))
		self.assertEqual((unknown["serial_no"], unknown["answers"]), ("NOPE", ["Unknown"]))
		self.assertEqual(
			self.counts, {"Unknown": 1, "Free": 1, "In Stock": 1, "Delivered": 1, "Under Warranty": 1}
		)

	def test_consumed_and_never_received(self):
		makers.stock_entry(
			"Material Issue", makers.stock_row("ROUTER-X1", 1, makers.STORES, None, "RT-00003")
		)
		self.assertEqual(self.answers("RT-00003"), ["Consumed"])
		doc = {
			"doctype": SERIAL_NO,
			"serial_no": "NEW-1",
			"item_code": "ROUTER-X1",
			"company": makers.COMPANY,
		}
		frappe.get_doc(doc).insert()
		self.assertEqual(self.answers("NEW-1"), ["Not in Stock"])

	def test_another_item_and_another_warehouse(self):
		makers.item("PHONE-1", None)
		self.assertEqual(self.answers("RT-00001", item_code="PHONE-1"), ["Free", "In Stock", "Wrong Item"])
		self.assertEqual(
			self.answers("RT-00001", warehouse=makers.SHOP), ["Free", "In Stock", "Other Warehouse"]
		)
		above = frappe.db.get_value("Warehouse", makers.STORES, "parent_warehouse")
		self.assertEqual(self.answers("RT-00001", warehouse=above), ["Free", "In Stock"])

	def test_expired(self):
		frappe.db.set_value(SERIAL_NO, "RT-00001", "expiry_date", add_days(today(), -1))
		self.assertEqual(self.answers("RT-00001"), ["In Stock", "Expired"])

	def test_booked_by_whom_and_when(self):
		purpose()
		makers.item("DEMO-SET", "DU-.#####", serial_purpose="Demo Unit")
		makers.purchase_receipt(makers.buying_row("DEMO-SET", 2))
		made = booking()
		self.assertEqual(self.answers("DU-00001"), ["In Stock", "Booked"])
		told = self.more("DU-00001")["Booked"]
		self.assertEqual(told, [made.name, makers.CUSTOMER, str(made.from_datetime), str(made.to_datetime)])
		booking("DU-00002", submit=False)
		self.assertEqual(self.answers("DU-00002"), ["In Stock", "In a Draft"])

	def test_reserved_for_an_order(self):
		entry = chains.reserve(chains.sales_order("ROUTER-X1", 2), "RT-00001 RT-00002")
		self.assertEqual(self.answers("RT-00001"), ["In Stock", "Reserved"])
		self.assertEqual(self.more("RT-00002")["Reserved"], ["Stock Reservation Entry", entry.name])
		entry.reload().cancel()
		self.assertEqual(self.answers("RT-00001"), ["Free", "In Stock"])

	def test_sold_at_the_till(self):
		chains.open_shop()
		invoice = chains.pos_invoice("ROUTER-X1", "RT-00001")
		self.assertEqual(self.more("RT-00001"), {"Reserved": ["POS Invoice", invoice.name]})

	def test_drafts_of_every_kind(self):
		drafts = [
			makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"), submit=False),
			makers.sales_invoice(makers.selling_row("ROUTER-X1", 1, "RT-00001"), submit=False),
			makers.stock_entry(
				"Material Transfer",
				makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP, "RT-00001"),
				submit=False,
			),
		]
		self.assertEqual(self.answers("RT-00001"), ["In Stock", "In a Draft"])
		told = self.more("RT-00001")["In a Draft"]
		self.assertEqual(sorted(told), sorted([doc.doctype, doc.name] for doc in drafts))
		receipt = makers.purchase_receipt(
			makers.buying_row("ROUTER-X1", 1, "NEW-1", rejected_qty=0), submit=False
		)
		self.assertEqual(self.answers("NEW-1"), ["Unknown"], "no unit yet: nobody's draft is told")
		receipt.delete()

	def test_a_draft_whose_row_has_a_bundle(self):
		row = makers.selling_row("ROUTER-X1", 2, "RT-00004\nRT-00005")
		submitted = makers.delivery_note(row)
		bundle = submitted.items[0].serial_and_batch_bundle
		draft = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00006"), submit=False)
		frappe.db.set_value(
			"Delivery Note Item",
			draft.items[0].name,
			{"serial_no": None, "serial_and_batch_bundle": bundle},
			update_modified=False,
		)
		self.assertEqual(self.more("RT-00004"), {"In a Draft": [["Delivery Note", draft.name]]})
		self.assertEqual(self.more("RT-00006"), {})

	def test_a_cancelled_or_submitted_document_is_no_draft(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		self.assertEqual(self.more("RT-00001"), {})
		note.cancel()
		self.assertEqual(self.more("RT-00001"), {})

	def test_duplicates_as_the_database_compares(self):
		rows = self.rows("RT-00001, rt-00001\nRT-00002\nＲＴ-00002\nNOPE\nnope")
		again = [row["line"] for row in rows if "Duplicate" in row["answers"]]
		self.assertEqual(again, [1, 3, 5])
		self.assertEqual(rows[3]["more"], {"Duplicate": 2})
		self.assertEqual(rows[3]["serial_no"], "RT-00002")
		self.assertEqual(self.counts["Duplicate"], 3)

	def test_what_cannot_be_read_is_told_by_line(self):
		rows = self.rows("RT-00001..RT-00003\n1.2E+11\nRT-9..RT-1\n<b>x</b>")
		self.assertEqual([row["line"] for row in rows], [1, 1, 1])
		self.assertEqual([problem["line"] for problem in self.problems], [2, 3, 4])
		self.assertIn("&lt;b&gt;", self.problems[2]["message"])

	def test_bad_input_is_refused_with_what_to_do(self):
		for given, part in (
			("", "no serial numbers"),
			([], "no serial numbers"),
			([" "], "no serial numbers"),
			(["A"] * (LIMIT + 1), "100,000"),
			('[{"a": 1}]', "a list of Serial Nos"),
			([1], "a list of Serial Nos"),
		):
			with self.subTest(part), self.assert_refused(part):
				api.check_serial_nos(given)
		for asked in ({"item_code": "NOPE"}, {"warehouse": "<b>"}):
			with self.assert_refused("does not exist"):
				api.check_serial_nos("RT-00001", **asked)

	def test_a_list_may_come_as_json(self):
		self.assertEqual(len(self.rows('["RT-00001", "A, B"]')), 2)

	def test_answers_are_in_the_order_of_the_constants(self):
		self.rows("RT-00001, RT-00001, NOPE")
		order = [answer.value for answer in Answer]
		self.assertEqual(list(self.counts), sorted(self.counts, key=order.index))

	def test_drafts_are_found_by_an_index(self):
		for doctype in indexes.ROWS_WITH_SERIALS:
			self.assertTrue(frappe.db.has_index(f"tab{doctype}", "serial_drafts_index"), doctype)

	def test_queries_do_not_grow_with_the_list(self):
		counts = []
		for size in (10, 2_000):
			names = [f"Q{size}-{number:05d}" for number in range(size)]
			term_makers.units(
				names, item_code="ROUTER-X1", company=makers.COMPANY, warehouse=makers.STORES, status="Active"
			)
			makers.delivery_note(
				makers.selling_row("ROUTER-X1", 3, "\n".join(f"RT-0000{n}" for n in (1, 2, 3))), submit=False
			)
			api.check_serial_nos(names)
			with self.count_queries() as counted:
				api.check_serial_nos(names)
			counts.append(counted[0])
		self.assertEqual(*counts)
		self.assertLess(counts[0], 40)


class TestWhoIsTold(CheckCase):
	def setUp(self):
		super().setUp()
		self.move(-1, makers.STORES, makers.SHOP, "RT-00001")
		self.deliver(0, "RT-00002", makers.STORES)
		self.deliver(0, "RT-00003", makers.STORES, customer=makers.OTHER_CUSTOMER)
		self.list = ["RT-00001", "RT-00002", "RT-00003", "RT-00004"]

	def known(self) -> list[str]:
		return [row["serial_no"] for row in self.rows(self.list) if row["answers"] != ["Unknown"]]

	def test_readers_of_serial_nos_alone(self):
		for role in ("Sales User", "Purchase User", "Accounts User", "Employee"):
			self.act_as(role)
			self.assertRaises(frappe.PermissionError, api.check_serial_nos, self.list)
		for role in ("Stock User", "Stock Manager", "Item Manager"):
			self.act_as(role)
			self.assertEqual(self.known(), self.list, role)

	def test_a_user_permission_leaves_the_rest_unknown(self):
		for permission, known in (
			({"Warehouse": makers.SHOP}, ["RT-00001", "RT-00002", "RT-00003"]),
			({"Customer": makers.OTHER_CUSTOMER}, ["RT-00001", "RT-00003", "RT-00004"]),
			({"Company": makers.COMPANY}, self.list),
			({"Item": "ROUTER-X1"}, self.list),
		):
			self.act_as("Stock User", **permission)
			self.assertEqual(self.known(), known, permission)
		frappe.set_user("Administrator")
		makers.item("PHONE-1", None)
		self.act_as("Stock User", Item="PHONE-1")
		rows = self.rows(self.list)
		self.assertEqual({tuple(row["answers"]) for row in rows}, {("Unknown",)})
		self.assertEqual(
			{row[name] for row in rows for name in ("item_code", "warehouse", "customer")}, {None}
		)
		with self.assert_refused("may not read"):
			api.check_serial_nos(self.list, item_code="ROUTER-X1")

	def test_drafts_that_the_user_may_not_read_are_not_told(self):
		makers.delivery_note(
			makers.selling_row("ROUTER-X1", 1, "RT-00004"), submit=False, customer=makers.OTHER_CUSTOMER
		)
		self.act_as("Stock User")
		self.assertIn("In a Draft", self.answers("RT-00004"))
		self.act_as("Item Manager")
		self.assertEqual(self.answers("RT-00004"), ["Free", "In Stock"])
		self.act_as("Stock User", Customer=makers.CUSTOMER)
		self.assertEqual(self.answers("RT-00004"), ["Free", "In Stock"])

	def test_bookings_that_the_user_may_not_read_are_not_told(self):
		purpose()
		makers.item("DEMO-SET", "DU-.#####", serial_purpose="Demo Unit")
		makers.purchase_receipt(makers.buying_row("DEMO-SET", 1))
		booking(party=makers.OTHER_CUSTOMER)
		self.act_as("Stock User", Customer=makers.CUSTOMER)
		self.assertEqual(self.answers("DU-00001"), ["Free", "In Stock"])
		self.act_as("Stock User", Customer=makers.OTHER_CUSTOMER)
		self.assertIn("Booked", self.answers("DU-00001"))

	def test_reservations_that_the_user_may_not_read_are_not_told(self):
		chains.reserve(chains.sales_order("ROUTER-X1", 1), "RT-00004")
		self.act_as("Item Manager")
		self.assertFalse(frappe.has_permission("Stock Reservation Entry"))
		self.assertEqual(self.answers("RT-00004"), ["Free", "In Stock"])


class TestDownload(CheckCase):
	def download(self, **values) -> bytes | str:
		frappe.local.response = frappe._dict()
		api.download_checked_list("RT-00001\nNOPE\nRT-00001", **values)
		response = frappe.local.response
		return response.get("result") or response.get("filecontent")

	def test_csv_has_the_rows_with_all_of_the_answers(self):
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"), submit=False)
		text = self.download(answers='["In Stock", "Duplicate"]')
		lines = text.strip().splitlines()
		self.assertEqual(len(lines), 2)
		self.assertIn('"Serial No"', lines[0])
		self.assertIn('"In Stock, In a Draft, Duplicate"', lines[1])
		self.assertIn("Duplicate: line 1", lines[1])
		self.assertEqual(len(self.download().strip().splitlines()), 4)

	def test_excel_opens(self):
		sheet = load_workbook(BytesIO(self.download(file_format="Excel"))).active
		self.assertEqual(
			[row[1].value for row in sheet.iter_rows()], ["Serial No", "RT-00001", "NOPE", "RT-00001"]
		)

	def test_only_readers(self):
		self.act_as("Sales User")
		self.assertRaises(frappe.PermissionError, self.download)


class TestDocuments(CheckCase):
	def make(self, doctype: str, serial_nos, **values):
		found = api.make_from_serial_nos(doctype, serial_nos, **values)
		json.dumps(found, default=str)
		return frappe.get_doc(found["doc"]) if "doc" in found else found["choices"]

	def test_a_delivery_note_has_a_row_for_each_item_and_warehouse(self):
		makers.item("PHONE-1", "PH-.#####")
		makers.purchase_receipt(makers.buying_row("PHONE-1", 1))
		self.move(0, makers.STORES, makers.SHOP, "RT-00001")
		doc = self.make("Delivery Note", ["rt-00003", "RT-00002", "RT-00001", "PH-00001", "RT-00002"])
		self.assertTrue(doc.is_new())
		rows = [(row.item_code, row.warehouse, row.qty, row.serial_no) for row in doc.items]
		self.assertEqual(
			rows,
			[
				("PHONE-1", makers.STORES, 1, "PH-00001"),
				("ROUTER-X1", makers.SHOP, 1, "RT-00001"),
				("ROUTER-X1", makers.STORES, 2, "RT-00002\nRT-00003"),
			],
		)
		self.assertTrue(all(row.item_name and row.uom for row in doc.items))
		doc.customer = makers.CUSTOMER
		doc.insert()
		doc.submit()
		self.assert_facts("RT-00001", status="Delivered", customer=makers.CUSTOMER)

	def test_a_transfer_needs_only_its_target(self):
		doc = self.make("Stock Entry", "RT-00001..RT-00004")
		self.assertEqual((doc.purpose, len(doc.items), doc.items[0].qty), ("Material Transfer", 1, 4))
		doc.items[0].t_warehouse = makers.SHOP
		doc.insert()
		doc.submit()
		self.assert_facts("RT-00004", warehouse=makers.SHOP)

	def test_units_that_are_not_in_stock_are_refused(self):
		self.deliver(0, "RT-00002", makers.STORES)
		for doctype in ("Delivery Note", "Stock Entry"):
			with self.assert_refused("1 of the units are not in stock", "RT-00002", exception=SerialNoError):
				self.make(doctype, ["RT-00001", "RT-00002"])

	def test_a_return_of_some_of_a_delivery(self):
		note = makers.delivery_note(
			makers.selling_row("ROUTER-X1", 3, "RT-00001..RT-00003"),
			makers.selling_row("ROUTER-X1", 1, "RT-00004"),
		)
		doc = self.make("Sales Return", ["RT-00001", "RT-00003"])
		self.assertEqual((doc.doctype, doc.is_return, doc.return_against), ("Delivery Note", 1, note.name))
		rows = [(row.qty, row.serial_no) for row in doc.items]
		self.assertEqual(rows, [(-2, "RT-00001\nRT-00003")])
		doc.insert()
		doc.submit()
		self.assert_facts("RT-00001", status="Active", warehouse=makers.STORES)
		self.assert_facts("RT-00002", status="Delivered")
		with self.assert_refused("not at a customer", "RT-00001"):
			self.make("Sales Return", ["RT-00001", "RT-00002"])
		doc = self.make("Sales Return", ["RT-00002", "RT-00004"])
		doc.insert()
		doc.submit()
		self.assert_facts("RT-00004", status="Active")

	def test_returns_of_several_deliveries_are_chosen_from(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 2, "RT-00001..RT-00002"))
		invoice = makers.sales_invoice(makers.selling_row("ROUTER-X1", 1, "RT-00003"))
		choices = self.make("Sales Return", "RT-00001..RT-00003")
		self.assertEqual(
			choices,
			[
				{"doctype": "Delivery Note", "name": note.name, "count": 2},
				{"doctype": "Sales Invoice", "name": invoice.name, "count": 1},
			],
		)
		doc = self.make("Sales Return", "RT-00001..RT-00003", against=invoice.name)
		self.assertEqual((doc.doctype, doc.items[0].serial_no), ("Sales Invoice", "RT-00003"))
		doc.insert()
		doc.submit()
		self.assert_facts("RT-00003", status="Active")

	def test_a_renewal_names_the_units(self):
		makers.plan("Monthly", 1, "Month")
		makers.item("ACCOUNT", "AC-.#####", serial_plan="Monthly")
		makers.purchase_receipt(makers.buying_row("ACCOUNT", 3))
		makers.delivery_note(makers.selling_row("ACCOUNT", 3, "AC-00001..AC-00003"))
		doc = self.make("Serial Renewal", "AC-00001, AC-00003")
		self.assertEqual((doc.action, doc.customer, doc.company), ("Renew", makers.CUSTOMER, makers.COMPANY))
		doc.insert()
		self.assertEqual([row.serial_no for row in doc.items], ["AC-00001", "AC-00003"])

	def test_a_maintenance_schedule(self):
		self.deliver(0, "RT-00002", makers.STORES)
		doc = self.make("Maintenance Schedule", ["RT-00002"])
		self.assertEqual((doc.customer, doc.items[0].serial_no), (makers.CUSTOMER, "RT-00002"))

	def test_bad_input_is_refused(self):
		for doctype, given, part in (
			("Delivery Note", [], "Choose Serial Nos"),
			("Delivery Note", ["NOPE"], "NOPE"),
			("User", ["RT-00001"], "No User is made"),
			("Delivery Note", "RT-1..X", "RT-1..X"),
			("Delivery Note", [f"A{number}" for number in range(LIMIT + 1)], "100,000"),
		):
			with self.subTest(part), self.assert_refused(part):
				self.make(doctype, given)

	def test_who_may_not_create_makes_nothing(self):
		self.deliver(0, "RT-00002", makers.STORES)
		self.act_as("Item Manager")
		for doctype in ("Delivery Note", "Stock Entry", "Serial Renewal", "Maintenance Schedule"):
			with self.subTest(doctype), self.assert_refused(exception=frappe.PermissionError):
				self.make(doctype, ["RT-00001"])
		with self.assert_refused("may read", "RT-00002"):
			self.make("Sales Return", ["RT-00002"])
		self.act_as("Stock User", Warehouse=makers.SHOP)
		with self.assert_refused("may not read", "RT-00001"):
			self.make("Delivery Note", ["RT-00001"])

	def test_queries_do_not_grow_with_the_units(self):
		counts = []
		for size in (5, 1_000):
			names = [f"D{size}-{number:05d}" for number in range(size)]
			term_makers.units(
				names, item_code="ROUTER-X1", company=makers.COMPANY, warehouse=makers.STORES, status="Active"
			)
			self.make("Delivery Note", names)
			with self.count_queries() as counted:
				self.make("Delivery Note", names)
			counts.append(counted[0])
		self.assertEqual(*counts)
