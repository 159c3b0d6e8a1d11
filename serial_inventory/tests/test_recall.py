"""Recall: which units are where, with whom, by which documents; complete, and never more than the user may read."""

from __future__ import annotations

import csv
import io

import frappe
from frappe.desk.query_report import run

from serial_inventory import api
from serial_inventory.constants import Place
from serial_inventory.services import recalled
from serial_inventory.services.messages import SerialNoError
from serial_inventory.tests import makers, portal_makers
from serial_inventory.tests.base import SerialCase
from serial_inventory.tests.term_makers import restrict, units, user

MARKUP = "<img src=x onerror=alert(1)>\"'"
SQL = ("' OR '1'='1", "x') OR 1=1 -- ", "%", "\\", "'; DROP TABLE x; --", "%(name)s", "{{ 7*7 }}", "\x00")


class RecallCase(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("MODULE-M1", "MD-.#####")
		makers.item("ROUTER-X1", "RT-.#####")
		self.receipt = makers.purchase_receipt(makers.buying_row("MODULE-M1", 10))

	def places(self, **scope) -> dict[str, str]:
		return {row.name: row.place for row in api.get_recall(**scope)["units"]}

	def manufacture(self, parts: str, count: int, product: str = "RT-00001"):
		entry = makers.stock_entry(
			"Manufacture",
			makers.stock_row("MODULE-M1", count, makers.STORES, None, parts),
			makers.stock_row("ROUTER-X1", 1, None, makers.SHOP, product, is_finished_item=1),
			submit=False,
		)
		entry.submit()
		return entry


class TestPlaces(RecallCase):
	def test_every_place_with_its_document(self):
		sold = makers.delivery_note(makers.selling_row("MODULE-M1", 2, "MD-00001..MD-00002"))
		invoiced = makers.sales_invoice(
			makers.selling_row("MODULE-M1", 1, "MD-00003"), customer=makers.OTHER_CUSTOMER
		)
		built = self.manufacture("MD-00004..MD-00005", 2)
		issued = makers.stock_entry(
			"Material Issue", makers.stock_row("MODULE-M1", 1, makers.STORES, None, "MD-00006")
		)
		back = makers.purchase_receipt(
			makers.buying_row("MODULE-M1", -1, "MD-00007"), is_return=1, return_against=self.receipt.name
		)
		rows = {row.name: row for row in api.get_recall(item_code="MODULE-M1", include_products=0)["units"]}
		for name, place, document in (
			("MD-00001", Place.WITH_CUSTOMER, sold.name),
			("MD-00002", Place.WITH_CUSTOMER, sold.name),
			("MD-00003", Place.WITH_CUSTOMER, invoiced.name),
			("MD-00004", Place.BUILT_IN, built.name),
			("MD-00005", Place.BUILT_IN, built.name),
			("MD-00006", Place.CONSUMED, issued.name),
			("MD-00007", Place.AT_SUPPLIER, back.name),
			("MD-00008", Place.IN_STOCK, None),
		):
			with self.subTest(name):
				self.assertEqual((rows[name].place, rows[name].delivery_document_no), (place.value, document))
		self.assertEqual(rows["MD-00003"].sales_invoice, invoiced.name)
		self.assertEqual(rows["MD-00003"].customer, makers.OTHER_CUSTOMER)
		self.assertEqual(rows["MD-00008"].warehouse, makers.STORES)
		self.assertEqual(rows["MD-00004"].built_into, "RT-00001")
		self.assertIsNone(rows["MD-00006"].built_into)
		self.assertEqual(rows["MD-00001"].purchase_document_no, self.receipt.name)
		counts = api.get_recall(item_code="MODULE-M1", include_products=0)["counts"]
		self.assertEqual(
			counts,
			{"With Customer": 3, "In Stock": 3, "Built In": 2, "Consumed": 1, "At Supplier": 1},
		)

	def test_numbers_by_warehouse_and_customer(self):
		makers.delivery_note(makers.selling_row("MODULE-M1", 3, "MD-00001..MD-00003"))
		makers.stock_entry(
			"Material Transfer", makers.stock_row("MODULE-M1", 1, makers.STORES, makers.SHOP, "MD-00004")
		)
		told = api.get_recall(item_code="MODULE-M1", limit=1)
		self.assertEqual(
			[tuple(one.values()) for one in told["where"]],
			[
				("In Stock", makers.STORES, None, 6),
				("With Customer", None, makers.CUSTOMER, 3),
				("In Stock", makers.SHOP, None, 1),
			],
		)
		self.assertEqual(len(told["units"]), 1)

	def test_products_are_followed_to_their_customer(self):
		self.manufacture("MD-00004..MD-00005", 2)
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001", warehouse=makers.SHOP))
		answer = api.get_recall(serial_nos="MD-00005..MD-00006")
		rows = {row.name: row for row in answer["units"]}
		self.assertEqual(sorted(rows), ["MD-00005", "MD-00006", "RT-00001"])
		self.assertEqual((rows["RT-00001"].place, rows["RT-00001"].contains), ("With Customer", "MD-00005"))
		self.assertEqual(rows["RT-00001"].customer, makers.CUSTOMER)
		self.assertIsNone(rows["MD-00005"].contains)

	def test_products_of_products_are_followed(self):
		makers.item("CABINET-C1", "CB-.#####")
		self.manufacture("MD-00004", 1)
		makers.stock_entry(
			"Manufacture",
			makers.stock_row("ROUTER-X1", 1, makers.SHOP, None, "RT-00001"),
			makers.stock_row("CABINET-C1", 1, None, makers.SHOP, "CB-00001", is_finished_item=1),
		)
		self.assertEqual(
			self.places(serial_nos="MD-00004"),
			{"MD-00004": "Built In", "RT-00001": "Built In", "CB-00001": "In Stock"},
		)

	def test_a_unit_built_into_itself_ends(self):
		makers.stock_entry(
			"Repack",
			makers.stock_row("MODULE-M1", 1, makers.STORES, None, "MD-00004"),
			makers.stock_row("MODULE-M1", 1, None, makers.STORES, "MD-00100"),
		)
		self.assertEqual(
			self.places(item_code="MODULE-M1")["MD-00100"],
			"In Stock",
		)

	def test_a_cancelled_delivery_is_no_delivery(self):
		sold = makers.delivery_note(makers.selling_row("MODULE-M1", 1, "MD-00001"))
		frappe.get_doc(sold.doctype, sold.name).cancel()
		self.assertEqual(self.places(serial_nos="MD-00001"), {"MD-00001": "In Stock"})


class TestScope(RecallCase):
	def test_each_way_to_say_what_is_recalled(self):
		makers.item(
			"BATCHED-B1", "BT-.#####", has_batch_no=1, create_new_batch=1, batch_number_series="LOT-.###"
		)
		batched = makers.purchase_receipt(makers.buying_row("BATCHED-B1", 2))
		batch = frappe.db.get_value("Serial No", "BT-00001", "batch_no")
		modules = {f"MD-{number:05d}" for number in range(1, 11)}
		for scope, expected in (
			({"item_code": "MODULE-M1"}, modules),
			({"supplier": makers.SUPPLIER, "item_code": "MODULE-M1"}, modules),
			({"purchase_document_no": self.receipt.name}, modules),
			(
				{"purchase_document_no": batched.name, "purchase_document_type": batched.doctype},
				{"BT-00001", "BT-00002"},
			),
			({"purchase_document_no": batched.name, "purchase_document_type": "Stock Entry"}, set()),
			({"batch_no": batch}, {"BT-00001", "BT-00002"}),
			({"batch_no": batch, "item_code": "MODULE-M1"}, set()),
			(
				{"serial_nos": "md-00002..md-00004, BT-00002, NOT-THERE"},
				{"MD-00002", "MD-00003", "MD-00004", "BT-00002"},
			),
			({"serial_nos": "MD-00002..MD-00004", "purchase_document_no": batched.name}, set()),
			({"item_code": "MODULE-M1", "place": "With Customer"}, set()),
			({"item_code": "MODULE-M1", "place": "In Stock"}, modules),
			({"item_code": "MODULE-M1", "company": makers.COMPANY}, modules),
		):
			with self.subTest(scope):
				self.assertEqual(set(self.places(**scope)), expected)

	def test_a_template_stands_for_its_variants(self):
		frappe.db.set_value("Item", "ROUTER-X1", "variant_of", "MODULE-M1")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1))
		self.assertIn("RT-00001", self.places(item_code="MODULE-M1"))

	def test_units_that_were_received_by_the_document_and_again_later_stay_in_its_recall(self):
		back = makers.purchase_receipt(
			makers.buying_row("MODULE-M1", -1, "MD-00007"), is_return=1, return_against=self.receipt.name
		)
		self.assertTrue(back.name)
		makers.purchase_receipt(makers.buying_row("MODULE-M1", 1, "MD-00007"))
		self.assertIn("MD-00007", self.places(purchase_document_no=self.receipt.name))

	def test_pages_hold_every_unit_once(self):
		found, after = [], None
		while True:
			answer = api.get_recall(item_code="MODULE-M1", limit=3, after=after)
			found += [row.name for row in answer["units"]]
			after = answer["next"]
			if not after:
				break
		self.assertEqual(found, [f"MD-{number:05d}" for number in range(1, 11)])

	def test_bad_input_is_answered_with_a_sentence(self):
		for scope, part in (
			({}, "to recall"),
			({"place": "In Stock"}, "to recall"),
			({"item_code": "NOPE"}, "does not exist"),
			({"supplier": "NOPE"}, "does not exist"),
			({"batch_no": "NOPE"}, "does not exist"),
			({"item_code": "MODULE-M1", "place": "Nowhere"}, "no place"),
			({"purchase_document_no": "X", "purchase_document_type": "User"}, "brings no units in"),
		):
			with self.subTest(scope), self.assert_refused(part):
				api.get_recall(**scope)
		with self.assert_refused("RT-9", exception=SerialNoError):
			api.get_recall(serial_nos="RT-9..RT-1")
		self.assertEqual(self.places(purchase_document_no="NOPE"), {})

	def test_markup_and_sql_in_every_parameter(self):
		fields = ("item_code", "supplier", "purchase_document_no", "purchase_document_type", "batch_no")
		for text in (MARKUP, *SQL):
			for field in (*fields, "serial_nos", "company", "place", "after"):
				given = {"item_code": "MODULE-M1", field: text}
				if field == "purchase_document_type":
					given["purchase_document_no"] = self.receipt.name
				with self.subTest(field=field, text=text):
					try:
						answer = api.get_recall(**given)
					except frappe.ValidationError as error:
						self.assertNotIn("<img", str(error))
					else:
						if field != "after":
							self.assertEqual(answer["units"], [])
		self.assertEqual(frappe.db.count("Serial No", {"item_code": "MODULE-M1"}), 10)


class TestRightsOfRecall(RecallCase):
	def setUp(self):
		super().setUp()
		makers.delivery_note(makers.selling_row("MODULE-M1", 1, "MD-00001"))
		makers.delivery_note(makers.selling_row("MODULE-M1", 1, "MD-00002"), customer=makers.OTHER_CUSTOMER)

	def test_who_may_not_read_serial_nos_gets_nothing(self):
		for roles in (("Employee",), ("Sales User",), ("Accounts User",)):
			name = user(f"{frappe.scrub(roles[0])}-r@northwind.example", *roles)
			frappe.set_user(name)
			for call in (
				lambda: api.get_recall(item_code="MODULE-M1"),
				lambda: api.export_recall({"item_code": "MODULE-M1"}),
				lambda: run("Serial No Recall", {"item_code": "MODULE-M1"}),
			):
				with self.subTest(roles), self.assertRaises(frappe.PermissionError):
					call()
			frappe.set_user("Administrator")

	def test_user_permissions_hold_for_units_counts_and_documents(self):
		name = user("restricted@northwind.example", "Stock User")
		restrict(name, "Customer", makers.CUSTOMER)
		frappe.set_user(name)
		answer = api.get_recall(item_code="MODULE-M1")
		self.assertEqual(answer["counts"], {"In Stock": 8, "With Customer": 1})
		self.assertEqual([row.customer for row in answer["units"] if row.customer], [makers.CUSTOMER])
		self.assertNotIn(makers.OTHER_CUSTOMER, str(run("Serial No Recall", {"item_code": "MODULE-M1"})))

	def test_warehouses_that_are_not_the_users(self):
		name = user("shop@northwind.example", "Stock User")
		restrict(name, "Warehouse", makers.SHOP)
		frappe.set_user(name)
		places = {row.place for row in api.get_recall(item_code="MODULE-M1")["units"]}
		self.assertNotIn("In Stock", places)

	def test_documents_that_the_user_may_not_read_are_blank(self):
		name = user("items@northwind.example", "Item Manager")
		frappe.set_user(name)
		rows = {row.name: row for row in api.get_recall(item_code="MODULE-M1")["units"]}
		self.assertEqual(rows["MD-00001"].place, "With Customer")
		self.assertIsNone(rows["MD-00001"].delivery_document_no)
		self.assertIsNone(rows["MD-00001"].purchase_document_no)

	def test_products_of_others_are_not_told(self):
		self.manufacture("MD-00004", 1)
		name = user("stores@northwind.example", "Stock User")
		frappe.set_user("Administrator")
		makers.delivery_note(
			makers.selling_row("ROUTER-X1", 1, "RT-00001", warehouse=makers.SHOP),
			customer=makers.OTHER_CUSTOMER,
		)
		restrict(name, "Customer", makers.CUSTOMER)
		frappe.set_user(name)
		rows = {row.name: row for row in api.get_recall(serial_nos="MD-00004")["units"]}
		self.assertEqual(list(rows), ["MD-00004"])
		self.assertIsNone(rows["MD-00004"].built_into)

	def test_export_needs_the_right_to_export(self):
		frappe.set_user(user("reads@northwind.example", "Stock User"))
		with self.assertRaises(frappe.PermissionError):
			api.export_recall({"item_code": "MODULE-M1"})


class TestReport(RecallCase):
	def report(self, **filters):
		return run("Serial No Recall", filters, ignore_prepared_report=True)

	def test_rows_summary_and_chart(self):
		makers.delivery_note(makers.selling_row("MODULE-M1", 4, "MD-00001..MD-00004"))
		told = self.report(item_code="MODULE-M1", limit=3)
		self.assertEqual(len([row for row in told["result"] if isinstance(row, dict)]), 3)
		cards = {card["label"]: card["value"] for card in told["report_summary"]}
		self.assertEqual(cards, {"Units": 10, "In Stock": 6, "With Customer": 4})
		self.assertEqual(told["chart"]["data"]["datasets"][0]["values"], [6, 4])
		self.assertIn("first 3 units", told["message"])

	def test_without_a_filter_it_asks_for_one(self):
		told = self.report()
		self.assertEqual(told["result"], [])
		self.assertIn("Choose an Item", told["message"])

	def test_every_role_of_the_report_can_run_it(self):
		for role in frappe.get_all("Has Role", filters={"parent": "Serial No Recall"}, pluck="role"):
			with self.subTest(role):
				frappe.set_user(user(f"{frappe.scrub(role)}-x@northwind.example", role))
				self.assertTrue(self.report(item_code="MODULE-M1")["result"])
				frappe.set_user("Administrator")

	def test_the_customer_s_contact_is_told(self):
		makers.delivery_note(makers.selling_row("MODULE-M1", 1, "MD-00001"))
		contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Farah",
				"email_ids": [{"email_id": "farah@fabrikam.example", "is_primary": 1}],
				"links": [{"link_doctype": "Customer", "link_name": makers.CUSTOMER}],
			}
		).insert()
		row = api.get_recall(serial_nos="MD-00001")["units"][0]
		self.assertEqual((row.contact, row.email_id), (contact.name, "farah@fabrikam.example"))

	def test_the_export_has_every_unit_and_no_formula(self):
		units(["=HYPERLINK(1)", "@X"], item_code="MODULE-M1", status="Active", item_name="+SUM(A1)")
		frappe.local.response = frappe._dict()
		api.export_recall(frappe.as_json({"item_code": "MODULE-M1", "limit": 1}))
		lines = list(csv.reader(io.StringIO(frappe.local.response["result"])))
		self.assertEqual(len(lines), 1 + 12)
		self.assertEqual(lines[0][:2], ["Serial No", "Place"])
		self.assertTrue({"'=HYPERLINK(1)", "'@X", "MD-00010"} <= {line[0] for line in lines})
		self.assertFalse([cell for line in lines for cell in line if cell.startswith(recalled.FORMULAS)])


class TestBulk(RecallCase):
	def count(self, size: int) -> tuple[int, int]:
		customers = [f"Bulk {size} {number}" for number in range(3)]
		for customer in customers:
			portal_makers.party("Customer", customer)
		names = [f"BULK{size}-{number:05d}" for number in range(size)]
		values = {"item_code": "ROUTER-X1", "status": "Delivered", "delivery_document_type": "Delivery Note"}
		for at, customer in enumerate(customers):
			documents = {"delivery_document_no": f"DN-{size}-{at}", "customer": customer}
			units(names[at::4], **values, **documents)
		units(names[3::4], item_code="ROUTER-X1", status="Active", warehouse=makers.STORES)
		with self.count_queries() as counted:
			api.get_recall(serial_nos=f"BULK{size}-00000..BULK{size}-{size - 1:05d}", limit=size)
		with self.count_queries() as by_item:
			api.get_recall(item_code="ROUTER-X1")
		return counted[0], by_item[0]

	def test_the_queries_do_not_grow_with_the_units(self):
		self.count(8)
		self.assertEqual(self.count(40), self.count(4_000))
