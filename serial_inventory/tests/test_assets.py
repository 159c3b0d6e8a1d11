"""Serial Nos that are fixed assets: one Asset at a time, and the unit says what its Asset is and where."""

import frappe
from erpnext.assets.doctype.asset.depreciation import restore_asset, scrap_asset
from frappe.utils import add_days, now_datetime, today

from serial_inventory import api
from serial_inventory.dashboards.serial_no import get_open_count
from serial_inventory.tests import makers
from serial_inventory.tests import service_makers as service
from serial_inventory.tests.base import SerialCase

COMPANY = makers.COMPANY


def has_field(doctype: str, fieldname: str) -> bool:
	return frappe.get_meta(doctype).has_field(fieldname)


class AssetCase(SerialCase):
	def setUp(self):
		super().setUp()
		self.make_masters()
		makers.item("PUMP-X1", "PU-.#####", warranty_period=0, serial_purpose="Owned Test Device")
		makers.purchase_receipt(makers.buying_row("PUMP-X1", 12))

	def make_masters(self):
		accounts = {
			kind: frappe.db.get_value("Account", {"company": COMPANY, "account_type": kind, "is_group": 0})
			for kind in ("Fixed Asset", "Accumulated Depreciation", "Depreciation")
		}
		for location in ("Test Hall A", "Test Hall B"):
			frappe.get_doc({"doctype": "Location", "location_name": location}).insert()
		row = {
			"company_name": COMPANY,
			"fixed_asset_account": accounts["Fixed Asset"],
			"accumulated_depreciation_account": accounts["Accumulated Depreciation"],
			"depreciation_expense_account": accounts["Depreciation"],
		}
		category = {"doctype": "Asset Category", "asset_category_name": "Test Pumps", "accounts": [row]}
		frappe.get_doc({**category, "enable_cwip_accounting": 0}).insert()
		makers.item(
			"PUMP-ASSET",
			None,
			is_stock_item=0,
			has_serial_no=0,
			is_fixed_asset=1,
			asset_category="Test Pumps",
			valuation_rate=0,
			warranty_period=0,
		)
		service.purpose("Owned Test Device", asset_item="PUMP-ASSET")

	def department(self):
		doc = {"doctype": "Department", "department_name": "Test Care", "company": COMPANY}
		return frappe.get_doc(doc).insert().name

	def employee(self, name):
		doc = {
			"doctype": "Employee",
			"first_name": name,
			"company": COMPANY,
			"gender": "Female",
			"date_of_birth": "1990-01-01",
			"date_of_joining": "2020-01-01",
			"status": "Active",
		}
		return frappe.get_doc(doc).insert(ignore_permissions=True).name

	def asset(self, unit="PU-00001", submit=True, **values):
		doc = frappe.get_doc(api.make_asset(unit))
		doc.update({"location": "Test Hall A", "purchase_date": add_days(today(), -5), **values})
		doc.insert()
		if submit:
			doc.submit()
		return doc

	def move(self, purpose, *rows):
		doc = frappe.get_doc(
			{
				"doctype": "Asset Movement",
				"company": COMPANY,
				"purpose": purpose,
				"transaction_date": now_datetime(),
				"assets": list(rows),
			}
		)
		doc.insert()
		doc.submit()
		return doc

	def assert_asset(self, serial_no, asset, status, location="Test Hall A", employee=None, **more):
		facts = {"asset": asset, "asset_status": status, "location": location, "employee": employee}
		self.assert_facts(serial_no, **facts, **more)


class TestLink(AssetCase):
	def test_an_asset_made_of_a_unit_is_filled_in_and_linked(self):
		department = self.department()
		doc = self.asset(submit=False, department=department)
		self.assertEqual(
			(doc.item_code, doc.serial_no, doc.asset_category), ("PUMP-ASSET", "PU-00001", "Test Pumps")
		)
		amount = doc.get("net_purchase_amount") or doc.get("gross_purchase_amount")
		self.assertEqual((amount, doc.company), (100, COMPANY))
		self.assert_asset("PU-00001", doc.name, "Draft", department=department)
		doc.submit()
		self.assert_asset("PU-00001", doc.name, "Submitted", department=department)

	def test_a_unit_is_one_asset_at_a_time(self):
		first = self.asset()
		with self.assert_refused("PU-00001", first.name):
			api.make_asset("PU-00001")
		with self.assert_refused("PU-00001", first.name):
			self.asset("PU-00002", submit=False, serial_no="PU-00001")

	def test_a_unit_becomes_another_asset_once_the_first_is_gone(self):
		first = self.asset()
		scrap_asset(first.name)
		second = self.asset()
		self.assert_asset("PU-00001", second.name, "Submitted")
		with self.assert_refused("PU-00001", second.name):
			restore_asset(first.name)

	def test_its_history_tells_of_the_first_asset_too(self):
		first = self.asset()
		self.move("Transfer", {"asset": first.name, "target_location": "Test Hall B"})
		scrap_asset(first.name)
		second = self.asset()
		events = api.get_history("PU-00001")["events"]
		moves = [event for event in events if event["kind"] == "Asset Moved"]
		places = [(event["from"], event["to"]) for event in moves]
		self.assertEqual(len(moves), 3)  # each Asset's first place is a movement of ERPNext's, too
		self.assertIn(("Test Hall A", "Test Hall B"), places)
		second.cancel()
		events = api.get_history("PU-00001")["events"]
		self.assertEqual(len([event for event in events if event["kind"] == "Asset Moved"]), 2)

	def test_a_cancelled_or_deleted_asset_leaves_the_unit(self):
		doc = self.asset()
		doc.cancel()
		self.assert_asset("PU-00001", None, None, None)
		draft = self.asset(submit=False)
		frappe.delete_doc("Asset", draft.name, force=True)  # its Asset Activity would hold it
		self.assert_asset("PU-00001", None, None, None)

	def test_an_asset_that_gets_another_unit_leaves_the_first(self):
		doc = self.asset()
		doc.serial_no = "PU-00002"
		doc.save()
		self.assert_asset("PU-00001", None, None, None)
		self.assert_asset("PU-00002", doc.name, "Submitted")

	def test_bad_links_are_refused(self):
		for values, part in (({"asset_quantity": 2}, "Asset Quantity is 2"), ({"serial_no": "NOPE"}, "NOPE")):
			with self.subTest(values), self.assert_refused(part):
				self.asset("PU-00003", submit=False, **values)

	def test_an_asset_without_a_unit_is_left_alone(self):
		doc = self.asset(submit=False)
		doc.serial_no = None
		doc.save()
		doc.submit()
		self.assert_asset("PU-00001", None, None, None)


class TestFollowing(AssetCase):
	def test_movements_and_their_cancels_are_followed(self):
		doc, ada = self.asset(), self.employee("Ada")
		transfer = self.move("Transfer", {"asset": doc.name, "target_location": "Test Hall B"})
		self.assert_asset("PU-00001", doc.name, "Submitted", "Test Hall B")
		issue = self.move("Issue", {"asset": doc.name, "to_employee": ada})
		self.assertEqual(self.serial("PU-00001").employee, ada)
		issue.cancel()
		self.assert_asset("PU-00001", doc.name, "Submitted", "Test Hall B")
		transfer.cancel()
		self.assert_asset("PU-00001", doc.name, "Submitted", "Test Hall A")

	def test_scrapped_and_restored(self):
		doc = self.asset()
		scrap_asset(doc.name)
		self.assert_asset("PU-00001", doc.name, "Scrapped")
		restore_asset(doc.name)
		self.assert_asset("PU-00001", doc.name, "Submitted")

	def test_sold_and_the_sale_cancelled(self):
		doc = self.asset()
		invoice = makers.sales_invoice(
			{"item_code": "PUMP-ASSET", "asset": doc.name, "is_fixed_asset": 1, "qty": 1, "rate": 90},
			update_stock=0,
		)
		self.assert_asset("PU-00001", doc.name, "Sold")
		invoice.cancel()
		self.assertEqual(
			self.serial("PU-00001").asset_status, frappe.db.get_value("Asset", doc.name, "status")
		)
		self.assertNotEqual(self.serial("PU-00001").asset_status, "Sold")

	def test_a_repair_is_followed(self):
		doc = self.asset()
		repair = self.repair(doc)
		self.assert_asset("PU-00001", doc.name, "Out of Order")
		repair.repair_status = "Completed"
		repair.completion_date = now_datetime()
		repair.save()
		self.assert_asset("PU-00001", doc.name, "Submitted")

	def repair(self, asset):
		doc = {
			"doctype": "Asset Repair",
			"asset": asset.name,
			"company": COMPANY,
			"failure_date": now_datetime(),
			"repair_status": "Pending",
			"description": "Leaks",
		}
		return frappe.get_doc(doc).insert()

	def test_a_department_that_changes_is_followed(self):
		doc = self.asset(submit=False)
		doc.department = self.department()
		doc.save()
		self.assert_asset("PU-00001", doc.name, "Draft", department=doc.department)

	def test_a_movement_of_many_assets_is_followed_in_the_same_queries(self):
		from serial_inventory.services import assets

		names = [self.asset(f"PU-{number:05d}", submit=False).name for number in range(1, 9)]
		frappe.db.set_value("Asset", {"name": ("in", names)}, "location", "Test Hall B")
		with self.count_queries() as counted:
			assets.follow(names)
		self.assertLessEqual(counted[0], 6)
		self.assert_asset("PU-00008", names[7], "Draft", "Test Hall B")

	def test_connections_name_what_was_done_with_the_asset(self):
		doc = self.asset()
		repair = self.repair(doc)
		transfer = frappe.get_all("Asset Movement Item", filters={"asset": doc.name}, pluck="parent")
		asked = ["Asset", "Asset Repair", "Asset Movement"]
		found = get_open_count("Serial No", "PU-00001", frappe.as_json(asked))["count"]
		names = {row["doctype"]: row["names"] for row in found["internal_links_found"]}
		self.assertEqual(
			names, {"Asset": [doc.name], "Asset Repair": [repair.name], "Asset Movement": transfer}
		)


class TestRights(AssetCase):
	def test_who_may_create_an_asset(self):
		for roles, can in (
			(("Accounts User", "Stock User"), True),
			(("Quality Manager", "Stock User"), True),
			(("Accounts User",), False),
			(("Stock Manager",), False),
			(("Maintenance User", "Stock User"), False),
			(("Employee",), False),
		):
			frappe.set_user("Administrator")
			makers.act_as(*roles)
			with self.subTest(roles):
				if can:
					self.assertEqual(api.make_asset("PU-00001")["serial_no"], "PU-00001")
				else:
					with self.assertRaises(frappe.PermissionError):
						api.make_asset("PU-00001")

	def test_who_moves_an_asset_needs_no_rights_on_its_unit(self):
		doc = self.asset()
		makers.act_as("Quality Manager", "Accounts Manager")
		self.move("Transfer", {"asset": doc.name, "target_location": "Test Hall B"})
		frappe.set_user("Administrator")
		self.assert_asset("PU-00001", doc.name, "Submitted", "Test Hall B")

	def test_what_the_asset_says_cannot_be_typed(self):
		for fieldname in ("asset", "asset_status", "location", "employee", "department"):
			with self.subTest(fieldname):
				field = frappe.get_meta("Serial No").get_field(fieldname)
				self.assertEqual(field.read_only, 1)
