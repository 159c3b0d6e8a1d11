"""Scans: what a code is found to be, by whom, in how many queries."""

import frappe
from frappe.utils import add_days, nowdate

from serial_inventory import api
from serial_inventory.rules.gs1 import check_digit
from serial_inventory.tests import makers
from serial_inventory.tests.test_entering import EnteringCase

GTIN = "09506000134352"
EAN = GTIN[1:]


def batch(name, item_code, **values):
	return frappe.get_doc({"doctype": "Batch", "batch_id": name, "item": item_code, **values}).insert()


class ScanCase(EnteringCase):
	def setUp(self):
		super().setUp()
		doc = frappe.get_doc("Item", "ROUTER-X1")
		doc.append("barcodes", {"barcode": EAN})
		doc.save()

	def scan(self, code, doctype="Delivery Note"):
		return api.resolve_scan(code, doctype)

	def assert_scan(self, code, doctype="Delivery Note", **facts):
		found = self.scan(code, doctype)
		self.assertEqual({name: found.get(name) for name in facts}, facts, code)


class TestScans(ScanCase):
	def test_a_serial_and_its_item(self):
		self.assert_scan(
			"rt-00001",
			kind="Serial No",
			serial_no="RT-00001",
			item_code="ROUTER-X1",
			is_known=True,
			has_serial_no=True,
			warehouse=makers.STORES,
			status="Active",
			problem=None,
		)

	def test_barcode_gtin_and_item_code(self):
		for code in (EAN, GTIN, f"]E0{EAN}", f"(01){GTIN}", f"01{GTIN}", "ROUTER-X1"):
			self.assert_scan(code, kind="Item", item_code="ROUTER-X1", serial_no=None, problem=None)

	def test_gs1_says_item_serial_batch_and_expiry(self):
		day = add_days(nowdate(), 100)
		short = day.replace("-", "")[2:]
		for code in (
			f"(01){GTIN}(21)NEW-7(10)L1(17){short}",
			f"]C101{GTIN}21NEW-7\x1d10L1\x1d17{short}",
			f"01{GTIN}17{short}21NEW-7\x1d10L1",
		):
			found = self.scan(code)
			facts = (
				found["kind"],
				found["serial_no"],
				found["item_code"],
				found["batch_no"],
				str(found["expiry_date"]),
			)
			self.assertEqual(facts, ("Serial No", "NEW-7", "ROUTER-X1", "L1", day), code)
			self.assertEqual((found["is_known"], found["is_batch_known"]), (False, False))

	def test_gs1_of_a_serial_that_is_known(self):
		self.assert_scan(f"(01){GTIN}(21)RT-00002", serial_no="RT-00002", is_known=True, problem=None)

	def test_gs1_of_another_item_is_a_problem(self):
		makers.purchase_receipt(makers.buying_row("SENSOR-S1", 1))
		found = self.scan(f"(01){GTIN}(21)SE-00001")
		self.assertIn("SENSOR-S1", found["problem"])
		self.assertIn("ROUTER-X1", found["problem"])

	def test_a_code_past_its_day_warns(self):
		self.assertIn("expired on", self.scan(f"(01){GTIN}(21)X1(17)200101")["warning"])

	def test_a_wrong_check_digit_is_a_problem(self):
		wrong = GTIN[:-1] + str((int(GTIN[-1]) + 1) % 10)
		self.assertIn("check digit", self.scan(f"(01){wrong}(21)X1")["problem"])

	def test_labels(self):
		for code in (
			"https://erp.example/app/serial-no/RT-00003",
			"http://erp.example:8000/desk/serial-no/RT%2D00003?x=1",
			"https://erp.example/serial-check?serial_no=RT-00003",
			"/app/serial-no/RT-00003",
		):
			self.assert_scan(code, kind="Serial No", serial_no="RT-00003", is_known=True)

	def test_a_batch(self):
		makers.item("VACCINE-V1", None, has_serial_no=0, has_batch_no=1)
		batch("LOT-5", "VACCINE-V1")
		self.assert_scan("lot-5", kind="Batch", batch_no="LOT-5", item_code="VACCINE-V1", is_batch_known=True)

	def test_a_serial_that_looks_like_gs1_is_itself(self):
		makers.item("GATEWAY-G1", None)
		for name in (f"01{GTIN}", f"01{GTIN}X", GTIN):
			makers.purchase_receipt(makers.buying_row("GATEWAY-G1", 1, name))
			self.assert_scan(
				name, kind="Serial No", serial_no=name, item_code="GATEWAY-G1", problem=None, is_known=True
			)
		self.assert_scan(f"]C101{GTIN}", kind="Serial No", serial_no=f"01{GTIN}")
		self.assertIsNone(self.scan(f"01{GTIN}21")["kind"])

	def test_a_barcode_goes_before_a_serial_of_its_name(self):
		makers.item("GATEWAY-G1", None)
		makers.purchase_receipt(makers.buying_row("GATEWAY-G1", 1, EAN))
		self.assert_scan(EAN, kind="Item", item_code="ROUTER-X1", serial_no=None)

	def test_nobody_knows_it(self):
		self.assert_scan("NEW-1", kind=None, serial_no="NEW-1", is_known=False, problem=None)
		for code in ("A;B", "x" * 200, "<b>"):
			self.assertTrue(self.scan(code)["problem"], code)
		self.assertEqual(self.scan("")["kind"], None)

	def test_many_keep_their_order(self):
		found = self.scan(["RT-00002", "NOPE", EAN, "RT-00002"])
		self.assertEqual([row["kind"] for row in found], ["Serial No", None, "Item", "Serial No"])
		with self.assert_refused("1,001 codes"):
			self.scan(["A"] * 1_001)

	def test_check_digits_of_shorter_barcodes(self):
		doc = frappe.get_doc("Item", "SENSOR-S1")
		short = "1234567" + check_digit("1234567")
		doc.append("barcodes", {"barcode": short})
		doc.save()
		self.assert_scan(f"01{short.zfill(14)}", kind="Item", item_code="SENSOR-S1")


class TestScanRights(ScanCase):
	def test_by_role(self):
		"""Who reads Serial Nos sees all; who makes the document its Item; others who read Items nothing."""
		for role, doctype, seen in (
			("Stock User", "Delivery Note", "all"),
			("Stock User", None, "all"),
			("Sales User", "Delivery Note", "item"),
			("Sales User", None, "nothing"),
			("Accounts User", "Sales Invoice", "item"),
			("Accounts User", "Delivery Note", "nothing"),
			("Sales User", "User", "nothing"),
		):
			with self.subTest(role=role, doctype=doctype):
				self.act_as(role)
				found = self.scan("RT-00001", doctype)
				self.assertEqual(found["is_known"], seen != "nothing")
				self.assertEqual(found.get("item_code"), "ROUTER-X1" if seen != "nothing" else None)
				self.assertEqual(found.get("warehouse"), makers.STORES if seen == "all" else None)
				self.assertEqual("warehouse" in found, seen == "all")

	def test_who_reads_neither_serials_nor_items_is_refused(self):
		self.act_as("Employee")
		with self.assertRaises(frappe.PermissionError):
			self.scan("RT-00001", "Delivery Note")

	def test_user_permissions(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "AWAY-1", warehouse=makers.SHOP))
		for role in ("Stock User", "Sales User"):
			with self.subTest(role):
				self.act_as(role, [("Warehouse", makers.STORES)])
				self.assertTrue(self.scan("RT-00001")["is_known"])
				self.assertFalse(self.scan("AWAY-1")["is_known"])
				frappe.set_user("Administrator")

	def test_items_that_may_not_be_read_are_not_told(self):
		self.act_as("Stock User", [("Item", "SENSOR-S1")])
		found = self.scan(EAN)
		self.assertEqual((found["kind"], found.get("item_code")), (None, None))
		self.assertIsNone(self.scan("ROUTER-X1")["kind"])


class TestScanCost(ScanCase):
	def test_queries_do_not_grow_with_the_codes(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 500, "BIG-001..BIG-500"))
		codes = [f"BIG-{at:03d}" for at in range(1, 501)]
		self.scan(codes[:2])
		counts = []
		for some in (codes[:2], codes):
			with self.count_queries() as counted:
				self.scan(some)
			counts.append(counted[0])
		self.assertEqual(counts[0], counts[1])
		self.assertLess(counts[0], 8)
