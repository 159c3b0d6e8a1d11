"""Serial No Integrity on a real site: nothing wrong is said of what documents did, each damage is found and repaired."""

from __future__ import annotations

from unittest.mock import patch

import frappe
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return
from frappe.desk.query_report import run as run_report
from frappe.utils import add_days, nowdate

from serial_inventory import api
from serial_inventory.rules.integrity import Kind
from serial_inventory.serial_inventory.report.serial_no_integrity.serial_no_integrity import execute
from serial_inventory.services import integrity
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase, checksums

ITEM = "ROUTER-X1"


class IntegrityCase(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item(ITEM, "RT-.#####")

	def found(self, **scope) -> list:
		return list(integrity.findings(integrity.Scope(**{"item_code": ITEM, **scope})))

	def kinds(self, **scope) -> list[tuple]:
		return [(finding.kind, finding.serial_no) for finding in self.found(**scope)]

	def damage(self, serial_no: str, **values) -> None:
		frappe.db.set_value("Serial No", serial_no, values, update_modified=False)

	def facts(self) -> list[dict]:
		"""All that the Item's Serial Nos say, but for who changed them last."""
		rows = frappe.get_all("Serial No", {"item_code": ITEM}, ["*"], order_by="name")
		return [{key: row[key] for key in row if key not in ("modified", "modified_by")} for row in rows]


class TestHealthySite(IntegrityCase):
	def test_a_mixture_of_documents_agrees(self):
		makers.purchase_receipt(
			makers.buying_row(
				ITEM, 6, rejected_qty=1, rejected_warehouse=makers.REJECTED, rejected_serial_no="X-1"
			)
		)
		makers.purchase_invoice(makers.buying_row(ITEM, 2, "PI-1..PI-2"))
		makers.stock_entry("Material Receipt", makers.stock_row(ITEM, 2, None, makers.SHOP, "M-1\nM-2"))
		makers.stock_entry(
			"Material Transfer", makers.stock_row(ITEM, 1, makers.STORES, makers.SHOP, "RT-00002")
		)
		makers.stock_entry("Material Issue", makers.stock_row(ITEM, 1, makers.STORES, None, "RT-00003"))
		note = makers.delivery_note(makers.selling_row(ITEM, 2, "RT-00004\nRT-00005"))
		makers.sales_invoice(makers.selling_row(ITEM, 1, "PI-1"))
		back = make_sales_return(note.name)
		back.insert().submit()
		cancelled = makers.delivery_note(makers.selling_row(ITEM, 1, "RT-00001"))
		cancelled.reload()
		cancelled.cancel()
		names = frappe.get_all("Serial No", {"item_code": ITEM, "warehouse": makers.STORES}, pluck="name")
		row = {"item_code": ITEM, "warehouse": makers.STORES, "qty": len(names) - 1, "valuation_rate": 100}
		row.update(serial_no="\n".join(sorted(names)[1:]), use_serial_batch_fields=1)
		makers.stock_reconciliation(row)
		frappe.get_doc({"doctype": "Serial No", "serial_no": "DIRECT-1", "item_code": ITEM}).insert()
		self.assertEqual(self.found(), [])
		before = self.facts()
		done = integrity.repair([row["name"] for row in before])
		self.assertEqual((done.repaired, done.sound), (0, len(before)))
		self.assertEqual(self.facts(), before)

	def test_another_warranty_or_rate_since_is_no_disagreement(self):
		makers.purchase_receipt(makers.buying_row(ITEM, 1))
		makers.delivery_note(makers.selling_row(ITEM, 1, "RT-00001"))
		frappe.db.set_value("Item", ITEM, "warranty_period", 730)
		self.damage("RT-00001", purchase_rate=80)
		self.assertEqual(self.found(), [])


class TestDamage(IntegrityCase):
	def setUp(self):
		super().setUp()
		self.receipt = makers.purchase_receipt(makers.buying_row(ITEM, 4))
		self.note = makers.delivery_note(makers.selling_row(ITEM, 1, "RT-00004"))
		self.as_was = self.facts()

	def test_each_damage_of_a_serial_is_found_and_repaired(self):
		for serial_no, values, kinds in (
			("RT-00001", {"warehouse": None}, {Kind.WAREHOUSE, Kind.COUNT}),
			("RT-00001", {"warehouse": makers.SHOP}, {Kind.WAREHOUSE, Kind.COUNT}),
			("RT-00004", {"warehouse": makers.STORES}, {Kind.WAREHOUSE, Kind.COUNT}),
			("RT-00001", {"status": "Inactive"}, {Kind.STATUS}),
			("RT-00001", {"status": None}, {Kind.STATUS}),
			("RT-00004", {"status": "Active"}, {Kind.STATUS}),
			("RT-00001", {"customer": makers.CUSTOMER}, {Kind.CUSTOMER}),
			("RT-00004", {"customer": makers.OTHER_CUSTOMER}, {Kind.CUSTOMER}),
			("RT-00004", {"customer_name": None}, {Kind.CUSTOMER}),
			("RT-00001", {"supplier": None, "purchase_date": None}, {Kind.FACTS}),
			("RT-00001", {"purchase_document_no": "PR-NONE"}, {Kind.FACTS}),
			("RT-00004", {"delivery_document_no": None, "delivery_date": None}, {Kind.FACTS}),
			(
				"RT-00001",
				{"warehouse": None, "status": "Consumed"},
				{Kind.WAREHOUSE, Kind.STATUS, Kind.COUNT},
			),
		):
			with self.subTest(serial_no, **values):
				self.damage(serial_no, **values)
				found = self.found()
				self.assertEqual({finding.kind for finding in found}, kinds)
				self.assertEqual({one.serial_no for one in found if one.serial_no}, {serial_no})
				done = integrity.repair([finding.serial_no for finding in found if finding.serial_no])
				self.assertEqual(done.repaired, 1)
				self.assertEqual(self.found(), [])
				self.assertEqual(self.facts(), self.as_was)

	def test_typed_warranty_that_was_wiped(self):
		doc = self.serial("RT-00001")
		doc.warranty_expiry_date = add_days(nowdate(), 900)
		doc.save()
		self.as_was = self.facts()
		self.damage("RT-00001", warranty_expiry_date=None, maintenance_status=None)
		self.assertEqual(self.kinds(), [(Kind.FACTS, "RT-00001")])
		integrity.repair(["RT-00001"])
		self.assertEqual(self.facts(), self.as_was)

	def test_serial_of_no_document(self):
		frappe.get_doc({"doctype": "Serial No", "serial_no": "OLD-1", "item_code": ITEM}).insert()
		self.damage("OLD-1", status="Delivered", customer=makers.CUSTOMER)
		self.assertEqual(self.kinds(), [(Kind.UNEXPLAINED, "OLD-1")])
		integrity.repair(["OLD-1"])
		self.assert_facts("OLD-1", status="Inactive", customer=None)

	def test_bin_that_differs(self):
		frappe.db.set_value("Bin", {"item_code": ITEM, "warehouse": makers.STORES}, "actual_qty", 7)
		self.assertEqual(self.kinds(), [(Kind.STOCK, None)])
		self.assertIn("7", self.found()[0].note.text())

	def test_bundles_that_differ(self):
		bundle = self.bundle(self.receipt)
		ledger = frappe.db.get_value("Stock Ledger Entry", {"serial_and_batch_bundle": bundle})
		entry = frappe.get_all("Serial and Batch Entry", {"parent": bundle}, pluck="name", order_by="idx")[-1]
		for doctype, name, values, kind in (
			("Stock Ledger Entry", ledger, {"serial_and_batch_bundle": None}, Kind.NO_LEDGER_ENTRY),
			("Stock Ledger Entry", ledger, {"actual_qty": 5}, Kind.BUNDLE_COUNT),
			("Serial and Batch Entry", entry, {"qty": 2}, Kind.BUNDLE_COUNT),
			("Serial and Batch Entry", entry, {"serial_no": "RT-00001"}, Kind.BUNDLE_COUNT),
			("Serial and Batch Entry", entry, {"docstatus": 0}, Kind.DOCSTATUS),
			("Serial and Batch Bundle", bundle, {"docstatus": 2}, Kind.DOCSTATUS),
			("Serial and Batch Bundle", bundle, {"is_cancelled": 1}, Kind.DOCSTATUS),
		):
			with self.subTest(doctype, **values):
				before = frappe.db.get_value(doctype, name, list(values), as_dict=True)
				frappe.db.set_value(doctype, name, values)
				self.assertIn(kind, {finding.kind for finding in self.found()})
				frappe.db.set_value(doctype, name, before)
				self.assertEqual(self.found(), [])

	def test_ledger_that_has_a_serial_in_two_warehouses_and_one_in_none(self):
		other = makers.purchase_receipt(makers.buying_row(ITEM, 1, "SHOP-1", warehouse=makers.SHOP))
		entry = {"parent": self.bundle(other), "serial_no": "SHOP-1"}
		frappe.db.set_value("Serial and Batch Entry", entry, "serial_no", "RT-00003")
		found = set(self.kinds())
		self.assertLessEqual({(Kind.TWO_WAREHOUSES, "RT-00003"), (Kind.WAREHOUSE, "SHOP-1")}, found)
		self.assertNotIn((Kind.WAREHOUSE, "RT-00003"), found)

	def test_serial_that_left_without_coming(self):
		entry = {"parent": self.bundle(self.note), "serial_no": "RT-00004"}
		frappe.db.set_value("Serial and Batch Entry", entry, "serial_no", "OLD-1")
		frappe.get_doc({"doctype": "Serial No", "serial_no": "OLD-1", "item_code": ITEM}).insert()
		self.assertIn((Kind.IMPOSSIBLE, "OLD-1"), self.kinds())

	def test_repair_touches_nothing_but_what_was_wrong(self):
		self.damage("RT-00002", warehouse=makers.SHOP, status="Delivered", customer=makers.CUSTOMER)
		untouched = {doctype: value for doctype, value in checksums().items() if doctype != "Serial No"}
		other = frappe.get_doc("Serial No", "RT-00001").as_dict()
		comments = frappe.db.count("Comment")
		integrity.repair(["RT-00001", "RT-00002", "RT-00003", "RT-00004", "NO-SUCH"])
		self.assertEqual(self.facts(), self.as_was)
		self.assertEqual(
			{doctype: value for doctype, value in checksums().items() if doctype != "Serial No"}, untouched
		)
		self.assertEqual(frappe.get_doc("Serial No", "RT-00001").as_dict(), other)
		self.assertEqual(frappe.db.count("Comment"), comments + 1)
		comment = frappe.get_last_doc("Comment", {"reference_doctype": "Item", "reference_name": ITEM})
		for part in ("RT-00002", "Status (1)", "Warehouse (1)", "Customer (1)"):
			self.assertIn(part, comment.content)

	def test_serial_that_moves_meanwhile_is_left_to_its_document(self):
		self.damage("RT-00002", status="Inactive")
		known = integrity.register.known

		def moved(serial_nos, lock=False):
			self.damage("RT-00002", warehouse=makers.SHOP)
			return known(serial_nos, lock)

		with patch.object(integrity.register, "known", moved):
			done = integrity.repair(["RT-00002"])
		self.assertEqual((done.repaired, done.moved), (0, 1))
		self.assert_facts("RT-00002", status="Inactive", warehouse=makers.SHOP)

	def bundle(self, doc) -> str:
		return frappe.db.get_value("Serial and Batch Bundle", {"voucher_no": doc.name})


class TestReport(IntegrityCase):
	def setUp(self):
		super().setUp()
		makers.purchase_receipt(makers.buying_row(ITEM, 5))
		for number in (1, 2, 3):
			self.damage(f"RT-0000{number}", status="Inactive")

	def rows(self, **filters):
		return execute({"item_code": ITEM, **filters})

	def test_columns_and_rows(self):
		columns, rows, message = self.rows()
		fields = [column["fieldname"] for column in columns]
		self.assertEqual(fields[:3], ["kind", "serial_no", "item_code"])
		self.assertLessEqual(set(fields), set(rows[0]))
		self.assertEqual(
			[(row["kind"], row["serial_no"], row["status"], row["expected_status"]) for row in rows],
			[("Status", f"RT-0000{number}", "Inactive", "Active") for number in (1, 2, 3)],
		)
		self.assertIsNone(message)

	def test_limit_is_told(self):
		_columns, rows, message = self.rows(limit=2)
		self.assertEqual(len(rows), 2)
		self.assertIn("first 2", message)

	def test_serials_with_which_all_is_well(self):
		_columns, rows, _message = self.rows(only_problems=0)
		self.assertEqual([row["kind"] for row in rows], ["Status"] * 3 + ["Agrees"] * 2)

	def test_filters(self):
		self.assertEqual(len(self.rows(warehouse=makers.STORES)[1]), 3)
		self.assertEqual(len(self.rows(warehouse=f"All Warehouses - {makers.ABBR}")[1]), 3)
		self.assertEqual(self.rows(warehouse=makers.SHOP)[1], [])
		self.assertEqual(len(self.rows(company=makers.COMPANY)[1]), 3)
		self.assertEqual(self.rows(company="None Such")[1], [])

	def test_where_all_agrees_it_says_so(self):
		integrity.repair(["RT-00001", "RT-00002", "RT-00003"])
		_columns, rows, message = self.rows()
		self.assertEqual(rows, [])
		self.assertIn("agree", message)

	def test_queries_do_not_grow_with_serials(self):
		self.found()
		with self.count_queries() as few:
			self.found()
		makers.purchase_receipt(makers.buying_row(ITEM, 200))
		with self.count_queries() as many:
			self.found()
		self.assertLessEqual(many[0], few[0] + 2)


class TestRights(IntegrityCase):
	def setUp(self):
		super().setUp()
		makers.purchase_receipt(makers.buying_row(ITEM, 2))
		self.damage("RT-00001", status="Inactive")

	def as_user(self, *roles: str) -> None:
		user = frappe.get_doc(
			{
				"doctype": "User",
				"email": f"{frappe.generate_hash(length=8)}@northwind.example",
				"first_name": "Trial",
				"send_welcome_email": 0,
				"roles": [{"role": role} for role in roles],
			}
		).insert(ignore_permissions=True)
		frappe.set_user(user.name)

	def test_stock_manager_may_repair(self):
		self.as_user("Stock Manager")
		self.assertEqual(api.repair_serial_nos('["RT-00001", "RT-00002"]')["repaired"], 1)
		self.assert_facts("RT-00001", status="Active")

	def test_others_may_not(self):
		for roles in (("Stock User",), ("Item Manager",), ("Sales Manager",), ("System Manager",), ()):
			frappe.set_user("Administrator")
			self.as_user(*roles)
			with self.subTest(roles), self.assertRaises(frappe.PermissionError):
				api.repair_serial_nos(["RT-00001"])
		frappe.set_user("Administrator")
		self.assert_facts("RT-00001", status="Inactive")

	def test_serials_that_the_user_may_not_see_are_left(self):
		makers.item("ROUTER-X2", "RX-.#####")
		self.as_user("Stock Manager")
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": frappe.session.user,
				"allow": "Item",
				"for_value": "ROUTER-X2",
			}
		).insert(ignore_permissions=True)
		frappe.clear_cache(user=frappe.session.user)
		self.assertEqual(api.repair_serial_nos(["RT-00001"])["repaired"], 0)

	def test_by_post_alone(self):
		methods = frappe.allowed_http_methods_for_whitelisted_func[api.repair_serial_nos]
		self.assertEqual(list(methods), ["POST"])

	def test_many_are_a_background_job(self):
		with patch.object(integrity, "IN_BACKGROUND", 1), patch.object(frappe, "enqueue") as enqueue:
			done = api.repair_serial_nos(["RT-00001", "RT-00002"])
		self.assertEqual(done, {"queued": 2})
		(method,), arguments = enqueue.call_args
		frappe.get_attr(method)(arguments["serial_nos"])
		self.assert_facts("RT-00001", status="Active")

	def test_each_stock_role_alone_opens_the_report(self):
		for role in ("Stock Manager", "Stock User"):
			frappe.set_user("Administrator")
			self.as_user(role)
			filters = {"item_code": ITEM, "only_problems": 1, "limit": 10}
			(row,) = run_report("Serial No Integrity", filters=filters)["result"]
			self.assertEqual(row["serial_no"], "RT-00001")
		frappe.set_user("Administrator")
		self.as_user("Sales User")
		with self.assertRaises(frappe.PermissionError):
			run_report("Serial No Integrity", filters={})

	def test_report_is_for_stock_and_system(self):
		report = frappe.get_doc("Report", "Serial No Integrity")
		roles = {row.role for row in report.roles}
		self.assertEqual(roles, {"Stock Manager", "Stock User", "System Manager"})
