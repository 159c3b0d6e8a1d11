"""Serials being typed into a row: what each line is told, by whom it may be asked, and what it costs."""

import frappe
from erpnext.controllers.sales_and_purchase_return import make_return_doc
from frappe.utils import add_days, nowdate

from serial_inventory import api
from serial_inventory.setup.entering_fields import ROWS
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase, checksums
from serial_inventory.tests.test_terms import TermCase


class Asking:
	"""How the Desk asks, and who it is that asks."""

	def act_as(self, role, permissions=()):
		frappe.set_user("Administrator")
		email = makers.act_as(role)
		frappe.set_user("Administrator")
		for allow, value in permissions:
			given = {"doctype": "User Permission", "user": email, "allow": allow, "for_value": value}
			frappe.get_doc({**given, "apply_to_all_doctypes": 1}).insert(ignore_permissions=True)
		frappe.clear_cache(user=email)
		frappe.set_user(email)

	def check(self, doc, texts, table="items", at=0, with_names=0):
		"""The answer for a row of a document as the Desk has it: unsaved, as a dict."""
		values = doc if isinstance(doc, dict) else doc.as_dict(convert_dates_to_str=True)
		row = values[table][at]["name"] if table else None
		if isinstance(texts, str):
			texts = {"serial_no": texts}
		return api.check_row_serial_nos(frappe.as_json(values), frappe.as_json(texts), table, row, with_names)

	def draft(self, doctype, *rows, **values):
		"""A new document as the form has it before it is saved."""
		rows = [
			{"doctype": f"{doctype} Item", "name": f"new-row-{at}", "idx": at, **row}
			for at, row in enumerate(rows, 1)
		]
		doc = {"doctype": doctype, "name": f"new-{frappe.scrub(doctype)}-1", "__islocal": 1, "docstatus": 0}
		return {**doc, "company": makers.COMPANY, "posting_date": nowdate(), "items": rows, **values}

	def note(self, *rows, **values):
		return self.draft("Delivery Note", *rows, **values)

	def told(self, answer, fieldname="serial_no"):
		return [(problem["line"], problem["message"]) for problem in answer[fieldname]["problems"]]


class EnteringCase(Asking, SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.item("SENSOR-S1", "SE-.#####")
		self.receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 5))


class TestTypedLines(EnteringCase):
	def test_good_lines_are_counted_against_the_quantity(self):
		row = makers.selling_row("ROUTER-X1", 3)
		answer = self.check(self.note(row), "RT-00001..RT-00002\nRT-00003", with_names=1)["serial_no"]
		self.assertEqual((answer["count"], answer["qty"], answer["wrong"]), (3, 3, 0))
		self.assertEqual(answer["serial_nos"], "RT-00001\nRT-00002\nRT-00003")

	def test_each_wrong_line_is_told_by_its_number(self):
		makers.purchase_receipt(makers.buying_row("SENSOR-S1", 1))
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "AWAY-1", warehouse=makers.SHOP))
		text = "RT-00001\n\nNOPE-1\nSE-00001\nAWAY-1\nRT-00009..RT-1\nrt-00001\nRT-00002"
		answer = self.check(self.note(makers.selling_row("ROUTER-X1", 9)), text)
		told = dict(self.told(answer))
		self.assertEqual(sorted(told), [3, 4, 5, 6, 7])
		self.assertIn("do not exist", told[3])
		self.assertIn("SENSOR-S1", told[4])
		self.assertIn(makers.SHOP, told[5])
		self.assertIn("ends before it starts", told[6])
		self.assertIn("on line 1", told[7])
		self.assertEqual((answer["serial_no"]["wrong"], answer["serial_no"]["unread"]), (5, 1))

	def test_the_save_refuses_what_the_dialog_refuses_and_takes_what_it_takes(self):
		for text in ("RT-00001", "NOPE-1", "RT-00001\nrt-00001", "RT-00001..RT-00003", "RT-2..RT-00001"):
			with self.subTest(text):
				row = makers.selling_row("ROUTER-X1", 1, "RT-00001")
				draft = self.note(row)
				answer = self.check(draft, text)["serial_no"]
				is_good = not answer["wrong"] and answer["count"] == 1
				frappe.db.savepoint("one")
				try:
					makers.delivery_note({**row, "serial_no": text}, submit=False)
					is_saved = True
				except frappe.ValidationError:
					is_saved = False
				frappe.db.rollback(save_point="one")
				self.assertEqual(is_good, is_saved)

	def test_other_rows_count(self):
		first = makers.selling_row("ROUTER-X1", 2, "RT-00001..RT-00002")
		answer = self.check(self.note(first, makers.selling_row("ROUTER-X1", 2)), "rt-00002\nRT-00003", at=1)
		self.assertEqual(self.told(answer), [(1, "Given in Row 1 already. Keep it in one of them.")])

	def test_accepted_and_rejected_in_one_answer(self):
		row = makers.buying_row("ROUTER-X1", 2, rejected_qty=1, rejected_warehouse=makers.REJECTED)
		draft = self.draft("Purchase Receipt", row)
		texts = {"serial_no": "N-1\nN-2", "rejected_serial_no": "N-3\nn-2\nRT-00001"}
		answer = self.check(draft, texts)
		self.assertEqual((answer["serial_no"]["count"], answer["serial_no"]["qty"]), (2, 2))
		self.assertEqual((answer["rejected_serial_no"]["count"], answer["rejected_serial_no"]["qty"]), (3, 1))
		told = dict(self.told(answer, "rejected_serial_no"))
		self.assertIn("Given in Row 1 already", told[2])
		self.assertIn("Already in stock", told[3])

	def test_a_row_without_quantity_yet_is_checked(self):
		draft = self.draft("Purchase Receipt", makers.buying_row("ROUTER-X1", 0))
		self.assertEqual(self.check(draft, {"rejected_serial_no": "N-3"})["rejected_serial_no"]["qty"], 0)

	def test_letter_case_of_the_record(self):
		answer = self.check(self.note(makers.selling_row("ROUTER-X1", 1)), "rt-00001", with_names=1)
		self.assertEqual(answer["serial_no"]["serial_nos"], "RT-00001")

	def test_expired_units_where_settings_refuse_them(self):
		frappe.db.set_value("Serial No", "RT-00001", "expiry_date", add_days(nowdate(), -1))
		frappe.db.set_single_value("Serialized Inventory Settings", "expired_units", "Refuse")
		frappe.clear_document_cache("Serialized Inventory Settings", "Serialized Inventory Settings")
		answer = self.check(self.note(makers.selling_row("ROUTER-X1", 1)), "RT-00001")
		self.assertIn("Expired before", self.told(answer)[0][1])

	def test_a_return_takes_what_went(self):
		sold = makers.delivery_note(makers.selling_row("ROUTER-X1", 2, "RT-00001\nRT-00002"))
		back = make_return_doc("Delivery Note", sold.name)
		back.items[0].name = "new-row-1"
		answer = self.check(back, "RT-00001\nRT-00003")
		self.assertEqual({line for line, _message in self.told(answer)}, {2})
		self.assertIn(sold.name, self.told(answer)[0][1])

	def test_a_count_makes_no_serials(self):
		row = {"item_code": "ROUTER-X1", "warehouse": makers.STORES, "qty": 1}
		answer = self.check(self.draft("Stock Reconciliation", row), "NEW-1\nRT-00001")
		self.assertIn("Data Import Tool", self.told(answer)[0][1])
		self.assertEqual(answer["serial_no"]["wrong"], 1)

	def test_rows_that_name_units(self):
		for doctype in ("Installation Note", "Maintenance Schedule"):
			with self.subTest(doctype):
				answer = self.check(
					self.draft(doctype, {"item_code": "ROUTER-X1", "qty": 2}), "RT-00001\nNOPE"
				)
				self.assertEqual([line for line, _message in self.told(answer)], [2])

	def test_more_than_a_row_takes(self):
		text = "RT-00001\nA-1..A-100000"
		answer = self.check(self.draft("Purchase Receipt", makers.buying_row("ROUTER-X1", 1)), text)
		self.assertEqual(self.told(answer)[-1][0], 2)
		self.assertIn("100,000", self.told(answer)[-1][1])

	def test_bad_asking(self):
		draft = self.note(makers.selling_row("ROUTER-X1", 1))
		with self.assert_refused("no longer in the document"):
			api.check_row_serial_nos(draft, {"serial_no": "RT-00001"}, "items", "gone")
		with self.assert_refused("no serial numbers to enter"):
			api.check_row_serial_nos({"doctype": "User"}, {"serial_no": "A"}, "items", "x")
		for wrong in ("[1]", "no JSON"):
			with self.assert_refused("as a JSON object"):
				api.check_row_serial_nos(wrong, {"serial_no": "A"})
		makers.item("CABLE-3M", None, has_serial_no=0)
		with self.assert_refused("CABLE-3M", "no serial numbers"):
			self.check(self.note(makers.selling_row("CABLE-3M", 1)), "RT-00001")
		with self.assert_refused("Choose the Item"):
			self.check(self.note({"qty": 1}), "RT-00001")

	def test_markup_comes_escaped(self):
		answer = self.check(self.note(makers.selling_row("ROUTER-X1", 1)), "<img src=x>")
		self.assertNotIn("<img", self.told(answer)[0][1])


class TestRenewing(Asking, TermCase):
	def setUp(self):
		super().setUp()
		self.sell("ACC-1", "ACC-2", on=-3)
		self.sell("ACC-3", on=-3, customer=makers.OTHER_CUSTOMER)

	def test_on_a_sales_invoice(self):
		row = makers.selling_row("ERP-MONTH", 2)
		draft = self.draft("Sales Invoice", row, customer=makers.CUSTOMER)
		answer = self.check(draft, {"renew_serial_nos": "ACC-1..ACC-3\nNOPE\nacc-1"}, with_names=1)
		told = self.told(answer, "renew_serial_nos")
		self.assertEqual([line for line, _message in told], [1, 2, 3])
		self.assertIn(makers.OTHER_CUSTOMER, told[0][1])
		self.assertIn("does not exist", told[1][1])
		found = answer["renew_serial_nos"]
		self.assertEqual((found["count"], found["qty"], found["wrong"]), (5, 2, 3))
		self.assertEqual(found["serial_nos"].split("\n")[-1], "ACC-1")

	def test_an_item_that_renews_nothing(self):
		makers.billing_item("SUPPORT-HOUR")
		draft = self.draft("Sales Invoice", makers.selling_row("SUPPORT-HOUR", 1), customer=makers.CUSTOMER)
		with self.assert_refused("SUPPORT-HOUR", "renews nothing"):
			self.check(draft, {"renew_serial_nos": "ACC-1"})

	def test_under_add_serial_nos_of_a_serial_renewal(self):
		draft = self.draft("Serial Renewal", action="Renew", customer=makers.CUSTOMER)
		answer = self.check(draft, {"serial_nos": "ACC-1\nACC-3\nNOPE"}, table=None)
		self.assertEqual([line for line, _message in self.told(answer, "serial_nos")], [2, 3])
		self.assertIsNone(answer["serial_nos"]["qty"])

	def test_whose_the_unit_is_is_for_who_may_read_it(self):
		draft = self.draft("Sales Invoice", makers.selling_row("ERP-MONTH", 1), customer=makers.CUSTOMER)
		self.act_as("Accounts User")
		answer = self.check(draft, {"renew_serial_nos": "ACC-3"})
		self.assertNotIn(makers.OTHER_CUSTOMER, self.told(answer, "renew_serial_nos")[0][1])

	def test_a_user_of_one_customer_is_told_what_the_save_says_of_anothers_unit(self):
		draft = self.draft("Serial Renewal", action="Renew")
		self.act_as("Sales Manager", [("Customer", makers.CUSTOMER)])
		answer = self.check(draft, {"serial_nos": "ACC-1\nACC-3"}, table=None)
		told = self.told(answer, "serial_nos")
		self.assertEqual([line for line, _message in told], [2])
		self.assertNotIn(makers.OTHER_CUSTOMER, told[0][1])


class TestRights(EnteringCase):
	def test_who_may_make_the_document_may_ask(self):
		draft = self.note(makers.selling_row("ROUTER-X1", 1))
		for role, may in (
			("Stock User", True),
			("Stock Manager", True),
			("Sales User", True),
			("Purchase User", False),
			("Employee", False),
		):
			with self.subTest(role):
				self.act_as(role)
				self.assertEqual(bool(frappe.has_permission("Delivery Note", "create")), may)
				if may:
					self.assertEqual(self.check(draft, "RT-00001")["serial_no"]["wrong"], 0)
				else:
					self.assertRaises(frappe.PermissionError, self.check, draft, "RT-00001")

	def test_facts_of_a_unit_are_for_who_may_read_it(self):
		"""That it cannot go is told to all who may make the document, as its save tells; where it is only to readers."""
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		draft = self.note(makers.selling_row("ROUTER-X1", 1))
		self.act_as("Stock User")
		self.assertIn(makers.CUSTOMER, self.told(self.check(draft, "RT-00001"))[0][1])
		self.act_as("Sales User")
		message = self.told(self.check(draft, "RT-00001"))[0][1]
		self.assertIn("you may not read why", message)
		self.assertNotIn(makers.CUSTOMER, message)

	def test_user_permissions_hide_facts(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "AWAY-1", warehouse=makers.SHOP))
		draft = self.note(makers.selling_row("ROUTER-X1", 1))
		self.act_as("Stock User", [("Warehouse", makers.STORES)])
		message = self.told(self.check(draft, "AWAY-1"))[0][1]
		self.assertNotIn(makers.SHOP, message)
		self.assertIn("you may not read why", message)

	def test_a_stored_document_that_may_not_be_written_is_not_checked(self):
		draft = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"), submit=False)
		self.act_as("Purchase User")
		self.assertRaises(frappe.PermissionError, self.check, draft, "RT-00001")


class TestCost(EnteringCase):
	def cost(self, count, text):
		draft = self.note(makers.selling_row("ROUTER-X1", count))
		self.check(draft, text)
		with self.count_queries() as counted:
			self.check(draft, text)
		return counted[0]

	def test_queries_do_not_grow_with_the_serials(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3_000, "BIG-0001..BIG-3000"))
		few, many = self.cost(3, "BIG-0001..BIG-0003"), self.cost(3_000, "BIG-0001..BIG-3000")
		self.assertEqual(few, many)
		wrong = "\n".join(f"NOPE-{at}" for at in range(3_000))
		self.assertEqual(self.cost(3, "NOPE-1\nNOPE-2\nNOPE-3"), self.cost(3_000, wrong))

	def test_a_hundred_thousand_at_once_and_nothing_is_written(self):
		before = checksums()
		draft = self.draft("Purchase Receipt", makers.buying_row("ROUTER-X1", 100_000))
		answer = self.check(draft, "\n".join(f"N-{at:06d}" for at in range(100_000)), with_names=1)[
			"serial_no"
		]
		self.assertEqual((answer["count"], answer["wrong"]), (100_000, 0))
		self.assertEqual(checksums(), before)


class TestAvailable(EnteringCase):
	def find(self, **asked):
		asked = {"item_code": "ROUTER-X1", "warehouse": makers.STORES, **asked}
		return api.get_available_serial_nos(**asked)

	def names(self, **asked):
		return [row["serial_no"] for row in self.find(**asked)["serial_nos"]]

	def test_a_page_of_what_lies_in_the_warehouse(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "AWAY-1", warehouse=makers.SHOP))
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		found = self.find(limit=2)
		self.assertEqual([row["serial_no"] for row in found["serial_nos"]], ["RT-00002", "RT-00003"])
		self.assertEqual((found["count"], found["has_more"]), (4, True))
		self.assertEqual(self.names(limit=2, start=2), ["RT-00004", "RT-00005"])

	def test_search_takes_marks_as_they_stand(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2, "A%1\nA_2"))
		self.assertEqual(self.names(search="0003"), ["RT-00003"])
		self.assertEqual(self.names(search="%"), ["A%1"])
		self.assertEqual(self.names(search="_"), ["A_2"])

	def test_orders(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "AA-1"))
		frappe.db.set_value("Serial No", "RT-00004", "expiry_date", add_days(nowdate(), 3))
		frappe.db.set_value("Serial No", "AA-1", "expiry_date", add_days(nowdate(), 9))
		for name in ("RT-00001", "AA-1"):
			offset = {"RT-00001": 1, "AA-1": 2}[name]
			frappe.db.set_value(
				"Serial No", name, "creation", add_days(nowdate(), offset), update_modified=False
			)
		self.assertEqual(self.names(order="Oldest First")[-2:], ["RT-00001", "AA-1"])
		self.assertEqual(self.names(order="Expiry First")[:2], ["RT-00004", "AA-1"])
		self.assertEqual(self.names(order="By Name")[0], "AA-1")
		with self.assert_refused("Choose one of"):
			self.find(order="Newest")

	def test_reserved_units_are_marked(self):
		from serial_inventory.tests import chains

		chains.open_shop()
		chains.pos_invoice("ROUTER-X1", "RT-00002")
		kept = {row["serial_no"]: row["is_reserved"] for row in self.find()["serial_nos"]}
		self.assertEqual([name for name, is_kept in kept.items() if is_kept], ["RT-00002"])

	def test_by_role_and_user_permission(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "AWAY-1", warehouse=makers.SHOP))
		for role, may in (
			("Stock User", True),
			("Stock Manager", True),
			("Sales User", False),
			("Employee", False),
		):
			with self.subTest(role):
				self.act_as(role)
				if may:
					self.assertEqual(len(self.names()), 5)
				else:
					self.assertRaises(frappe.PermissionError, self.names)
		self.act_as("Stock User", [("Warehouse", makers.STORES)])
		self.assertEqual(len(self.names()), 5)
		self.assertEqual(self.names(warehouse=makers.SHOP), [])
		self.assertEqual(self.find(warehouse=makers.SHOP)["count"], 0)

	def test_queries_do_not_grow(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 500, "BIG-001..BIG-500"))
		self.find()
		counts = []
		for limit in (1, 500):
			with self.count_queries() as counted:
				self.find(limit=limit)
			counts.append(counted[0])
		self.assertEqual(counts[0], counts[1])


class TestButtons(SerialCase):
	def test_each_row_with_a_serial_no_column_has_the_button(self):
		for doctype, (after, _shown) in ROWS.items():
			order = [field.fieldname for field in frappe.get_meta(doctype).fields]
			self.assertEqual(order[order.index("enter_serial_nos") - 1], after, doctype)
			self.assertEqual(frappe.get_meta(doctype).get_field("enter_serial_nos").fieldtype, "Button")
