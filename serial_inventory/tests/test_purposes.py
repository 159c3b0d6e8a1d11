"""Serial Purposes on a site: their attributes as fields of Serial No, units that have them, rights, bad input."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager, redirect_stdout
from unittest.mock import patch

import frappe
from frappe.core.doctype.data_import.exporter import Exporter
from frappe.core.doctype.data_import.importer import Importer
from frappe.utils import add_days, nowdate

from serial_inventory import install
from serial_inventory.constants import MODULE, SERIAL_NO, SERIAL_PURPOSE
from serial_inventory.rules.purposes import COLUMN, SECTION
from serial_inventory.services import purposes
from serial_inventory.services.messages import SerialNoError
from serial_inventory.setup import fields, indexes, presets
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase

PURPOSE = "Loan Telescope"
OTHER = "Loan Camera"
PLANS = ("Telescope Month", "Old Plan", "Camera Plan")
ITEM = "SCOPE-1"
USER = "purposes@northwind.example"

WORKER = """
import json, sys, time
import frappe
job = json.loads(sys.argv[1])
frappe.init(site=job["site"], sites_path=job["sites"])
frappe.connect()
frappe.set_user("Administrator")
while time.time() < job["start"]:
	time.sleep(0.001)
for attempt in range(8):
	try:
		frappe.get_doc(job["doc"]).insert()
		frappe.db.commit()
		print("MADE")
		break
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError, frappe.DuplicateEntryError):
		frappe.db.rollback()
		time.sleep(0.1 * (attempt + 1))
"""


def attribute(label: str, fieldtype: str = "Data", options: str | None = None, **more) -> dict:
	return {"label": label, "fieldtype": fieldtype, "options": options, **more}


def made(*attributes: dict, name: str = PURPOSE, **values):
	doc = {"doctype": SERIAL_PURPOSE, "purpose_name": name, "attributes": list(attributes), **values}
	return frappe.get_doc(doc).insert()


def columns() -> set[str]:
	return set(purposes._columns())


class PurposeCase(SerialCase):
	"""A new column commits what the test wrote before it, so each test clears away what a rollback does not."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.columns_before = columns()
		cls.purposes_before = set(frappe.get_all(SERIAL_PURPOSE, pluck="name"))

	@classmethod
	def tearDownClass(cls):
		for column in columns() - cls.columns_before:
			frappe.db.sql_ddl(f"ALTER TABLE `tab{SERIAL_NO}` DROP COLUMN `{column}`")
		frappe.clear_cache(doctype=SERIAL_NO)
		super().tearDownClass()

	def tearDown(self):
		frappe.db.rollback()
		frappe.set_user("Administrator")
		frappe.db.delete(SERIAL_NO, {"item_code": ITEM})
		frappe.delete_doc("Item", ITEM, force=True, ignore_missing=True)
		for name in frappe.get_all("Serial Plan", {"name": ("in", PLANS)}, pluck="name"):
			frappe.delete_doc("Serial Plan", name, force=True)
		for name in set(frappe.get_all(SERIAL_PURPOSE, pluck="name")) - self.purposes_before:
			frappe.delete_doc(SERIAL_PURPOSE, name, force=True)
		frappe.delete_doc("User", USER, force=True, ignore_missing=True)
		frappe.db.commit()
		super().tearDown()

	def field(self, fieldname: str):
		return frappe.get_meta(SERIAL_NO).get_field(fieldname)

	def unit(self, serial_no: str = "SC-1", purpose: str | None = PURPOSE, **values):
		if not frappe.db.exists("Item", ITEM):
			makers.item(ITEM, series=None)
		values = {"serial_no": serial_no, "item_code": ITEM, "company": makers.COMPANY, **values}
		return frappe.get_doc({"doctype": SERIAL_NO, "serial_purpose": purpose, **values}).insert()

	def column(self, fieldname: str, serial_no: str = "SC-1"):
		"""What the database has, whether or not there is a field."""
		table = frappe.qb.DocType(SERIAL_NO)
		query = frappe.qb.from_(table).select(table[fieldname]).where(table.name == serial_no)
		return query.run()[0][0]

	@contextmanager
	def assert_leaves_nothing(self, *parts: str):
		def everything():
			fields = frappe.get_all("Custom Field", {"dt": SERIAL_NO}, ["name", "modified"], order_by="name")
			rows = frappe.get_all("Serial Purpose Attribute", pluck="name", order_by="name")
			return fields, rows, frappe.get_all(SERIAL_PURPOSE, pluck="name", order_by="name"), columns()

		before = everything()
		with self.assert_refused(*parts, exception=SerialNoError):
			yield
		self.assertEqual(everything(), before)


class TestFieldsOfAPurpose(PurposeCase):
	def test_attributes_become_fields_of_serial_no(self):
		doc = made(
			attribute("Mirror Size", "Float", in_list_view=1),
			attribute("Mount", "Select", "Fork\nDobson", in_standard_filter=1, reqd=1),
			attribute("Guide", "Link", "item"),
		)
		self.assertEqual([row.fieldname for row in doc.attributes], ["mirror_size", "mount", "guide"])
		field = self.field("mount")
		self.assertEqual((field.fieldtype, field.options, field.module), ("Select", "\nFork\nDobson", MODULE))
		self.assertEqual(field.depends_on, f'eval:["{PURPOSE}"].includes(doc.serial_purpose)')
		self.assertEqual(field.mandatory_depends_on, field.depends_on)
		self.assertEqual((field.in_list_view, field.in_standard_filter), (0, 1))
		self.assertEqual(self.field("mirror_size").in_list_view, 1)
		self.assertEqual(self.field("guide").options, "Item")
		self.assertLessEqual({"mirror_size", "mount", "guide"}, columns())

	def test_they_stand_in_their_section_in_their_order(self):
		made(*(attribute(f"Part {number}") for number in "abcde"))
		order = [field.fieldname for field in frappe.get_meta(SERIAL_NO).fields]
		self.assertIn("next_term_change", order[: order.index(SECTION)])
		own = [name for name in order if name.startswith("part_") or name in (SECTION, COLUMN)]
		self.assertEqual(own, [SECTION, "part_a", "part_b", "part_c", COLUMN, "part_d", "part_e"])
		section = order[order.index(SECTION) : order.index("asset_details")]
		self.assertLess(section.index("part_e"), len(section))
		self.assertEqual({self.field(name).module for name in section}, {MODULE})

	def test_saving_again_changes_nothing(self):
		doc = made(attribute("Mount"), attribute("Power", "Check"))

		def fields():
			return frappe.get_all("Custom Field", {"dt": SERIAL_NO}, ["*"], order_by="name")

		before = fields()
		doc.save()
		purposes.restore()
		self.assertEqual(fields(), before)

	def test_changes_reach_the_field(self):
		doc = made(attribute("Mount"))
		doc.attributes[0].update({"label": "Mounting", "in_list_view": 1, "reqd": 1})
		doc.save()
		field = self.field("mount")
		self.assertEqual((field.label, field.in_list_view), ("Mounting", 1))
		self.assertTrue(field.mandatory_depends_on)

	def test_an_attribute_taken_away_keeps_its_data_and_brings_it_back(self):
		doc = made(attribute("Mount"), attribute("Power"))
		self.unit(mount="Fork")
		doc.attributes = doc.attributes[1:]
		doc.save()
		self.assertIsNone(self.field("mount"))
		self.assertEqual(self.column("mount"), "Fork")
		doc.append("attributes", attribute("Mount"))
		doc.save()
		self.assertEqual(self.serial("SC-1").mount, "Fork")

	def test_a_deleted_purpose_takes_its_fields_and_leaves_the_data(self):
		doc = made(attribute("Mount"))
		unit = self.unit(mount="Fork")
		unit.serial_purpose = None
		unit.save()
		doc.delete()
		self.assertIsNone(self.field("mount"))
		self.assertEqual(self.column("mount"), "Fork")
		made(attribute("Mount"))
		self.assertEqual(self.serial("SC-1").mount, "Fork")

	def test_a_purpose_in_use_cannot_be_deleted(self):
		doc = made(attribute("Mount"))
		makers.item(ITEM, series=None, serial_purpose=PURPOSE)
		self.assertRaises(frappe.LinkExistsError, doc.delete)
		frappe.db.set_value("Item", ITEM, "serial_purpose", None)
		self.unit()
		self.assertRaises(frappe.LinkExistsError, frappe.delete_doc, SERIAL_PURPOSE, PURPOSE)
		self.assertTrue(self.field("mount"))

	def test_a_renamed_purpose_takes_everything_along(self):
		made(attribute("Mount", reqd=1))
		makers.item(ITEM, series=None, serial_purpose=PURPOSE)
		self.unit(mount="Fork")
		name = """Loan "Scope's" \\ 2"""
		frappe.rename_doc(SERIAL_PURPOSE, PURPOSE, name, show_alert=False)
		self.assert_facts("SC-1", serial_purpose=name, mount="Fork")
		self.assertEqual(frappe.db.get_value("Item", ITEM, "serial_purpose"), name)
		field = self.field("mount")
		self.assertEqual(
			field.depends_on, r'eval:["Loan \"Scope' + r"'" + r's\" \\ 2"].includes(doc.serial_purpose)'
		)
		self.assertEqual(field.mandatory_depends_on, field.depends_on)

	def test_a_purpose_becomes_part_of_one_that_has_its_attributes(self):
		made(attribute("Mount"))
		other = made(attribute("Lens"), name=OTHER)
		self.unit(mount="Fork")
		with self.assert_refused("Mount", PURPOSE, OTHER):
			frappe.rename_doc(SERIAL_PURPOSE, PURPOSE, OTHER, merge=True, show_alert=False)
		other.append("attributes", attribute("Mount"))
		other.save()
		frappe.rename_doc(SERIAL_PURPOSE, PURPOSE, OTHER, merge=True, show_alert=False)
		self.assert_facts("SC-1", serial_purpose=OTHER, mount="Fork")
		self.assertEqual(self.field("mount").depends_on, f'eval:["{OTHER}"].includes(doc.serial_purpose)')

	def test_purposes_share_a_field_of_one_definition(self):
		one = made(attribute("Mount", reqd=1), attribute("Power"))
		two = made(attribute("Mount", in_list_view=1), name=OTHER)
		field = self.field("mount")
		self.assertEqual(field.depends_on, f'eval:["{OTHER}", "{PURPOSE}"].includes(doc.serial_purpose)')
		self.assertEqual(field.mandatory_depends_on, f'eval:["{PURPOSE}"].includes(doc.serial_purpose)')
		self.assertEqual(field.in_list_view, 1)
		two.attributes[0].label = "Mounting"
		two.save()
		self.assertEqual(frappe.get_doc(SERIAL_PURPOSE, PURPOSE).attributes[0].label, "Mounting")
		self.assertEqual(self.field("mount").label, "Mounting")
		two.delete()
		self.assertEqual(self.field("mount").depends_on, f'eval:["{PURPOSE}"].includes(doc.serial_purpose)')
		one.delete()
		self.assertIsNone(self.field("mount"))

	def test_a_field_deleted_by_hand_comes_back_with_migrate(self):
		made(attribute("Mount"))
		self.unit(mount="Fork")
		frappe.delete_doc("Custom Field", f"{SERIAL_NO}-mount", force=True)
		self.assertIsNone(self.field("mount"))
		install.after_migrate()
		self.assertEqual(self.serial("SC-1").mount, "Fork")

	def test_a_field_changed_by_hand_is_put_right(self):
		doc = made(attribute("Mount"))
		frappe.db.set_value("Custom Field", f"{SERIAL_NO}-mount", {"depends_on": None, "label": "X"})
		frappe.clear_cache(doctype=SERIAL_NO)
		doc.save()
		self.assertEqual(self.field("mount").label, "Mount")
		self.assertTrue(self.field("mount").depends_on)

	def test_uninstall_finds_them_by_module(self):
		made(attribute("Mount"))
		filters = {"dt": SERIAL_NO, "module": MODULE, "fieldname": "mount"}
		self.assertTrue(frappe.db.exists("Custom Field", filters))

	def test_queries_do_not_grow_with_serials(self):
		doc = made(attribute("Mount"))
		doc.description = "warm"
		doc.save()
		with self.count_queries() as few:
			doc.description = "few"
			doc.save()
		for number in range(30):
			self.unit(f"SC-{number}", mount="Fork")
		with self.count_queries() as many:
			doc.description = "many"
			doc.save()
		self.assertLessEqual(many[0], few[0])


class TestTypes(PurposeCase):
	def changed(self, doc, **values):
		doc.reload()
		doc.attributes[0].update(values)
		return doc.save()

	def test_a_type_that_holds_the_data_keeps_it(self):
		doc = made(attribute("Mount"))
		self.unit(mount="Fork")
		for fieldtype, options in (("Select", "Fork\nDobson"), ("Small Text", None), ("Data", None)):
			self.changed(doc, fieldtype=fieldtype, options=options)
			self.assertEqual(self.field("mount").fieldtype, fieldtype)
			self.assertEqual(self.serial("SC-1").mount, "Fork")

	def test_a_type_that_cannot_hold_the_data_is_refused(self):
		doc = made(attribute("Mount"), attribute("Weight", "Float"))
		self.unit(mount="Fork", weight=2.5)
		for fieldtype, options, part in (
			("Int", None, "mount"),
			("Date", None, "mount"),
			("Select", "Dobson", "Fork"),
			("Link", "Item", "Fork"),
		):
			with self.assert_leaves_nothing(part, "Row 1"):
				self.changed(doc, fieldtype=fieldtype, options=options)
		doc.reload()
		doc.attributes[1].fieldtype = "Int"
		with self.assert_leaves_nothing("weight", "Row 2"):
			doc.save()

	def test_a_choice_in_use_stays(self):
		doc = made(attribute("Mount", "Select", "Fork\nDobson"))
		self.unit(mount="Fork")
		with self.assert_leaves_nothing("Fork"):
			self.changed(doc, options="Dobson")
		self.changed(doc, options="Fork\nGerman")
		self.assertEqual(self.field("mount").options, "\nFork\nGerman")

	def test_a_text_that_is_too_long_for_data_is_refused(self):
		doc = made(attribute("Remark", "Small Text"))
		self.unit(remark="long " * 50)
		with self.assert_leaves_nothing("too long"):
			self.changed(doc, fieldtype="Data")

	def test_without_data_any_type_may_follow(self):
		doc = made(attribute("Thing"))
		self.unit(purpose=None)
		for fieldtype in (
			"Int",
			"Date",
			"Check",
			"Small Text",
			"Float",
			"Datetime",
			"Currency",
			"Link",
			"Int",
		):
			self.changed(doc, fieldtype=fieldtype, options="Item" if fieldtype == "Link" else None)
			self.assertEqual(self.field("thing").fieldtype, fieldtype)
			self.assertFalse(self.serial("SC-1").thing)

	def test_data_that_came_before_an_attribute_is_looked_at_too(self):
		doc = made(attribute("Mount"), attribute("Power"))
		self.unit(mount="Fork")
		doc.attributes = doc.attributes[1:]
		doc.save()
		doc.append("attributes", attribute("Mount", "Int"))
		with self.assert_leaves_nothing("mount", "Int"):
			doc.save()


class TestBadInput(PurposeCase):
	def test_core_and_app_and_other_fields_are_refused_by_name(self):
		other = {"doctype": "Custom Field", "dt": SERIAL_NO, "fieldtype": "Data", "insert_after": "brand"}
		frappe.get_doc({**other, "fieldname": "polish", "label": "Polish"}).insert()
		frappe.clear_cache(doctype=SERIAL_NO)
		self.addCleanup(self.forget_polish)
		for label, name in (
			("Status", "status"),
			("Warranty Expiry Date", "warranty_expiry_date"),
			("Expiry Date", "expiry_date"),
			("Serial Purpose", "serial_purpose"),
			("Details", "details"),
			("Polish", "polish"),
		):
			with self.assert_leaves_nothing(name, "Row 1"):
				made(attribute(label))

	def forget_polish(self):
		frappe.delete_doc("Custom Field", f"{SERIAL_NO}-polish", force=True, ignore_missing=True)
		frappe.db.commit()

	def test_reserved_names_are_refused(self):
		for name in ("name", "owner", "parent", "docstatus", "idx", "_user_tags", "_assign", "save", "meta"):
			with self.assert_leaves_nothing(name):
				made(attribute("Something", fieldname=name))

	def test_bad_labels_types_and_options_are_refused_all_at_once(self):
		bad = (
			attribute(""),
			attribute("<img src=x onerror=alert(1)>"),
			attribute("x" * 300),
			attribute("…!?"),
			attribute("📦"),
			attribute("A", "Table"),
			attribute("B", "Select"),
			attribute("C", "Select", "<script>"),
			attribute("D", "Link"),
			attribute("E", "Link", "No Such DocType"),
			attribute("F", "Link", "Stock Settings"),
			attribute("G", "Link", "Serial Purpose Attribute"),
			attribute("H", fieldname="x`; DROP TABLE tabItem"),
			attribute("I"),
			attribute("i"),
		)
		rows = [f"Row {number}:" for number in range(1, len(bad) + 1) if number != 14]
		with self.assert_leaves_nothing(*rows):
			made(*bad)

	def test_hostile_labels_are_names_like_any_other(self):
		doc = made(
			attribute("x`; DROP TABLE `tabItem`; --"),
			attribute("' OR 1=1 #"),
			attribute("{{ frappe.session.user }}"),
			attribute("Größe 📦"),
			attribute("الاسم"),
			attribute("2nd Owner"),
			attribute("Order"),
		)
		names = [row.fieldname for row in doc.attributes]
		for name in names:
			self.assertRegex(name, r"^[a-z][a-z0-9_]{0,60}$")
		values = dict.fromkeys(names, 'it\'s "so"; --')
		self.unit(**values)
		self.assert_facts("SC-1", **values)
		found = frappe.get_list(SERIAL_NO, fields=["name", *names], filters={names[-1]: ("like", "it%")})
		self.assertEqual(found[0][names[0]], values[names[0]])

	def test_a_name_that_would_break_the_condition_or_the_page(self):
		name = """'] || alert("x") || ['"""
		made(attribute("Mount"), name=name)
		self.assertIn(r"'] || alert(\"x\") || ['", self.field("mount").depends_on)
		with self.assertRaises(frappe.NameError):
			made(attribute("Lens"), name="<b>x</b>")
		self.assertIsNone(self.field("lens"))

	def test_forty_attributes(self):
		doc = made(*(attribute(f"Thing {number}", "Data") for number in range(40)))
		self.assertEqual(len(doc.attributes), 40)
		self.unit(thing_0="a", thing_39="z")
		self.assert_facts("SC-1", thing_0="a", thing_39="z")

	def test_more_than_a_row_of_the_table_holds_is_refused(self):
		before = columns()
		with self.assertRaisesRegex(SerialNoError, "no room"), redirect_stdout(io.StringIO()):
			made(*(attribute(f"Wide {number}") for number in range(200)))
		self.assertEqual(columns(), before)
		self.assertFalse(frappe.db.exists(SERIAL_PURPOSE, PURPOSE))
		self.assertIsNone(self.field("wide_0"))

	def test_one_field_of_two_definitions_is_refused(self):
		made(attribute("Mount", "Select", "Fork"))
		with self.assert_leaves_nothing(PURPOSE, "Select (Fork)"):
			made(attribute("Mount"), name=OTHER)

	def test_what_another_apps_handler_refuses_leaves_nothing(self):
		def refuse(*args, **kwargs):
			frappe.throw("not today")

		made(attribute("Mount"), name=OTHER)
		before = frappe.get_all("Custom Field", {"dt": SERIAL_NO}, pluck="name")
		doc = frappe.get_doc(
			{"doctype": SERIAL_PURPOSE, "purpose_name": PURPOSE, "attributes": [attribute("Lens")]}
		)
		doc.on_change = refuse
		self.assertRaises(frappe.ValidationError, doc.insert)
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists(SERIAL_PURPOSE, PURPOSE))
		self.assertFalse(frappe.db.exists("Custom Field", {"dt": SERIAL_NO, "fieldname": "lens"}))
		self.assertIsNone(self.field("lens"))
		self.assertIn(f"{SERIAL_NO}-mount", before)


class TestUnits(PurposeCase):
	def test_a_unit_is_made_with_its_attributes(self):
		made(attribute("Mount", reqd=1), attribute("Mirrors", "Int"), attribute("Bought On", "Date"))
		self.unit(mount="Fork", mirrors=2, bought_on="2026-02-28")
		self.assert_facts("SC-1", mount="Fork", mirrors=2, bought_on="2026-02-28", serial_purpose=PURPOSE)

	def test_what_is_missing_is_named(self):
		made(attribute("Mount", reqd=1), attribute("Mirrors", "Int", reqd=1), attribute("Power"))
		with self.assert_refused("SC-1", PURPOSE, "Mount, Mirrors", exception=SerialNoError):
			self.unit(power="12 V")
		self.unit(mount="Fork", mirrors=0)
		doc = self.serial("SC-1")
		doc.mount = " "
		with self.assert_refused("SC-1", PURPOSE, "Mount", exception=SerialNoError):
			doc.save()

	def test_other_purposes_ask_for_nothing(self):
		made(attribute("Mount", reqd=1))
		made(attribute("Lens"), name=OTHER)
		self.unit("SC-1", purpose=OTHER)
		self.unit("SC-2", purpose=None)
		self.assert_facts("SC-2", mount=None, serial_purpose=None)

	def test_a_unit_changes_its_purpose_and_keeps_its_data(self):
		made(attribute("Mount", reqd=1))
		made(attribute("Lens", reqd=1), name=OTHER)
		unit = self.unit(mount="Fork")
		unit.serial_purpose = OTHER
		with self.assert_refused("Lens", OTHER, exception=SerialNoError):
			unit.save()
		unit = self.serial("SC-1")
		unit.serial_purpose = OTHER
		unit.lens = "50 mm"
		unit.save()
		self.assert_facts("SC-1", serial_purpose=OTHER, mount="Fork", lens="50 mm")
		unit.serial_purpose = PURPOSE
		unit.save()
		self.assert_facts("SC-1", serial_purpose=PURPOSE, mount="Fork", lens="50 mm")

	def test_units_of_stock_documents_may_lack_it_until_a_person_saves_them(self):
		made(attribute("Mount", reqd=1))
		makers.item(ITEM, series=None, serial_purpose=PURPOSE)
		makers.purchase_receipt(makers.buying_row(ITEM, 2, "SC-1\nSC-2"))
		frappe.db.set_value(SERIAL_NO, "SC-1", "serial_purpose", PURPOSE)
		makers.delivery_note(makers.selling_row(ITEM, 1, "SC-1"))
		self.assert_facts("SC-1", status="Delivered", customer=makers.CUSTOMER)
		doc = self.serial("SC-1")
		doc.amc_expiry_date = add_days(nowdate(), 30)  # as a Maintenance Schedule does
		doc.save()
		doc = self.serial("SC-1")
		doc.description = "changed"
		with self.assert_refused("SC-1", "Mount", exception=SerialNoError):
			doc.save()

	def test_attributes_survive_every_movement(self):
		made(attribute("Mount"), attribute("Power", "Check"))
		self.unit(mount="Fork", power=1)
		makers.purchase_receipt(makers.buying_row(ITEM, 1, "SC-1"))
		makers.stock_entry("Material Transfer", makers.stock_row(ITEM, 1, makers.STORES, makers.SHOP, "SC-1"))
		note = makers.delivery_note(makers.selling_row(ITEM, 1, "SC-1", warehouse=makers.SHOP))
		self.assert_facts("SC-1", mount="Fork", power=1, serial_purpose=PURPOSE)
		note.cancel()
		self.assert_facts("SC-1", mount="Fork", power=1, serial_purpose=PURPOSE)

	def test_a_choice_that_is_none_is_refused_by_frappe(self):
		made(attribute("Mount", "Select", "Fork"))
		with self.assert_refused("Mount"):
			self.unit(mount="Pitchfork")

	def test_an_unknown_purpose_is_refused(self):
		with self.assert_refused("Nothing Such"):
			self.unit(purpose="Nothing Such")

	def test_checking_a_unit_costs_no_query_more_for_many_attributes(self):
		made(*(attribute(f"Thing {number}") for number in range(40)))
		made(attribute("Lens"), name=OTHER)
		self.unit("SC-0", purpose=PURPOSE), self.unit("SC-9", purpose=OTHER)
		with self.count_queries() as one:
			self.unit("SC-1", purpose=OTHER)
		with self.count_queries() as forty:
			self.unit("SC-2", purpose=PURPOSE)
		self.assertLessEqual(forty[0], one[0])


class TestDefaultPlan(PurposeCase):
	def plan(self, name: str = "Telescope Month", **values) -> str:
		doc = {"doctype": "Serial Plan", "plan_name": name, "plan_type": "Paid", "duration": 1}
		return frappe.get_doc({**doc, "duration_unit": "Month", **values}).insert().name

	def test_a_plan_that_units_can_start_on_is_kept(self):
		doc = made(name=OTHER, has_terms=1, default_plan=self.plan())
		self.assertEqual(doc.reload().default_plan, "Telescope Month")

	def test_a_plan_that_they_cannot_start_on_is_refused(self):
		made(name=OTHER)
		for plan, values, part in (
			("Telescope Month", {}, "have no terms"),
			("Old Plan", {"has_terms": 1, "disabled": 1}, "disabled"),
			("Camera Plan", {"has_terms": 1, "purposes": [{"serial_purpose": OTHER}]}, f"is for {OTHER}"),
		):
			of_plan = {key: values[key] for key in ("disabled", "purposes") if key in values}
			self.plan(plan, **of_plan)
			with self.subTest(plan), self.assert_refused(PURPOSE, plan, part, exception=SerialNoError):
				made(has_terms=values.get("has_terms", 0), default_plan=plan)

	def test_a_plan_disabled_later_does_not_close_the_purpose(self):
		doc = made(has_terms=1, default_plan=self.plan())
		frappe.db.set_value("Serial Plan", "Telescope Month", "disabled", 1)
		doc.description = "For loans"
		doc.save()
		doc.has_terms = 0
		with self.assert_refused("have no terms", exception=SerialNoError):
			doc.save()


class TestImport(PurposeCase):
	"""Frappe's Importer commits after each row."""

	def test_attributes_are_imported_and_missing_ones_refused(self):
		made(attribute("Mount", reqd=1), attribute("Mirrors", "Int"))
		makers.item(ITEM, series=None)
		frappe.db.commit()
		rows = [
			["Serial No", "Item Code", "Company", "Serial Purpose", "Mount", "Mirrors"],
			["SC-1", ITEM, makers.COMPANY, PURPOSE, "Fork", "2"],
			["SC-2", ITEM, makers.COMPANY, PURPOSE, "", "3"],
		]
		log = self._imported(rows)
		self.assertEqual([bool(row.success) for row in log], [True, False])
		self.assert_facts("SC-1", mount="Fork", mirrors=2, serial_purpose=PURPOSE)
		self.assertFalse(frappe.db.exists(SERIAL_NO, "SC-2"))
		for part in ("SC-2", PURPOSE, "Mount"):
			self.assertIn(part, log[1].messages + (log[1].exception or ""))
		self._assert_template_has("Mount", "Mirrors")

	def _imported(self, rows: list[list[str]]):
		text = io.StringIO()
		csv.writer(text).writerows(rows)
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "purpose-units.csv", "content": text.getvalue(), "is_private": 1}
		).insert()
		job = frappe.get_doc(
			{"doctype": "Data Import", "reference_doctype": SERIAL_NO, "import_type": "Insert New Records"}
			| {"import_file": file.file_url, "mute_emails": 1}
		).insert()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(file.delete)
		self.addCleanup(job.delete)
		Importer(SERIAL_NO, data_import=job).import_data()
		return frappe.get_all(
			"Data Import Log",
			{"data_import": job.name},
			["success", "messages", "exception"],
			order_by="log_index",
		)

	def _assert_template_has(self, *labels: str):
		fields = {SERIAL_NO: ["serial_no", "mount", "mirrors"]}
		header = Exporter(SERIAL_NO, export_fields=fields).get_csv_array()[0]
		self.assertLessEqual(set(labels), set(header))


class TestRights(PurposeCase):
	def act_as(self, *roles: str):
		if not frappe.db.exists("User", USER):
			user = {"doctype": "User", "email": USER, "first_name": "Purposes", "send_welcome_email": 0}
			frappe.get_doc(user).insert(ignore_permissions=True)
		user = frappe.get_doc("User", USER)
		user.roles = []
		for role in roles:
			user.append("roles", {"role": role})
		user.save(ignore_permissions=True)
		frappe.set_user(USER)

	def test_a_stock_manager_makes_changes_renames_and_deletes(self):
		made(attribute("Mount"), attribute("Lens"))  # by the Administrator
		self.act_as("Stock Manager")
		self.assertFalse(frappe.has_permission("Custom Field", "write"))
		doc = frappe.get_doc(SERIAL_PURPOSE, PURPOSE)
		doc.attributes = doc.attributes[1:]
		doc.append("attributes", attribute("Power"))
		doc.save()
		self.assertIsNone(self.field("mount"))
		self.assertTrue(self.field("power"))
		frappe.rename_doc(SERIAL_PURPOSE, PURPOSE, OTHER, show_alert=False)
		self.assertIn(OTHER, self.field("power").depends_on)
		frappe.delete_doc(SERIAL_PURPOSE, OTHER)
		self.assertIsNone(self.field("power"))
		made(attribute("Mount"))
		self.assertTrue(self.field("mount"))

	def test_every_other_role_reads_or_does_not(self):
		made(attribute("Mount"))
		reads = {"Stock User", "Sales User", "Accounts User", "Item Manager"}
		for role in (*sorted(reads), "Purchase User", "Employee", "Sales Manager", "Accounts Manager"):
			with self.subTest(role=role):
				frappe.set_user("Administrator")
				self.act_as(role)
				self.assertEqual(bool(frappe.has_permission(SERIAL_PURPOSE, "read")), role in reads)
				doc = frappe.get_doc(SERIAL_PURPOSE, PURPOSE)
				doc.description = role
				self.assertRaises(frappe.PermissionError, doc.save)
				self.assertRaises(frappe.PermissionError, made, attribute("Forbidden"), name=OTHER)
				self.assertRaises(frappe.PermissionError, frappe.delete_doc, SERIAL_PURPOSE, PURPOSE)
				self.assertRaises(
					frappe.ValidationError,
					frappe.rename_doc,
					SERIAL_PURPOSE,
					PURPOSE,
					OTHER,
					show_alert=False,
				)
		self.assertTrue(self.field("mount"))
		self.assertNotIn("forbidden", columns())

	def test_field_names_are_told_to_those_who_may_read(self):
		ask = frappe.get_attr(
			"serial_inventory.serial_inventory.doctype.serial_purpose.serial_purpose.get_fieldnames"
		)
		rows = [{"label": "Mount"}, {"label": "Mount!"}, {"label": None}, {"label": "X", "fieldname": "kept"}]
		self.assertEqual(ask(frappe.as_json(rows)), ["mount", "mount_2", "", "kept"])
		self.act_as("Employee")
		self.assertRaises(frappe.PermissionError, ask, [{"label": "Mount"}])


class TestAtOnce(PurposeCase):
	def test_purposes_saved_at_once_share_their_field(self):
		"""Whether the field is new or there already: neither forgets the other."""
		names = [f"Loan At Once {number}" for number in range(3)]
		start = time.time() + 4
		workers = [self.start(name, start, [attribute("Mount"), attribute("Own")]) for name in names]
		for worker in workers:
			out, err = worker.communicate(timeout=120)
			self.assertIn("MADE", out, err[-2000:])
		frappe.db.rollback()  # to see what they committed
		frappe.clear_cache(doctype=SERIAL_NO)
		for fieldname in ("mount", "own"):
			self.assertEqual(
				self.field(fieldname).depends_on, f"eval:{json.dumps(names)}.includes(doc.serial_purpose)"
			)

	def start(self, name: str, start: float, attributes: list[dict]):
		job = {
			"site": frappe.local.site,
			"sites": os.path.abspath(frappe.local.sites_path),
			"start": start,
			"doc": {"doctype": SERIAL_PURPOSE, "purpose_name": name, "attributes": attributes},
		}
		command = [sys.executable, "-c", WORKER, json.dumps(job)]
		return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class TestPresets(PurposeCase):
	def test_ready_made_purposes_are_there_with_their_fields(self):
		for values in presets.get_purposes():
			doc = frappe.get_doc(SERIAL_PURPOSE, values["purpose_name"])
			self.assertEqual(
				[row.label for row in doc.attributes], [row["label"] for row in values.get("attributes", ())]
			)
			for row in doc.attributes:
				self.assertIn(doc.name, self.field(row.fieldname).depends_on)

	def test_migrate_brings_no_deleted_or_changed_one_back(self):
		frappe.delete_doc(SERIAL_PURPOSE, "Library Book")
		doc = frappe.get_doc(SERIAL_PURPOSE, "Advertisement Slot")
		doc.attributes = doc.attributes[:1]
		doc.save()
		with patch.object(fields, "apply"), patch.object(indexes, "apply"):  # changes of tables commit
			install.after_migrate()
		self.assertFalse(frappe.db.exists(SERIAL_PURPOSE, "Library Book"))
		self.assertEqual(len(frappe.get_doc(SERIAL_PURPOSE, "Advertisement Slot").attributes), 1)
		self.assertIsNone(self.field("isbn"))

	def test_making_them_leaves_those_that_are_there(self):
		doc = frappe.get_doc(SERIAL_PURPOSE, "Library Book")
		doc.attributes = []
		doc.save()
		presets.make()
		self.assertEqual(frappe.get_doc(SERIAL_PURPOSE, "Library Book").attributes, [])

	def test_a_field_that_is_there_already_stops_no_install(self):
		frappe.delete_doc(SERIAL_PURPOSE, "Library Book")
		frappe.db.set_value("Custom Field", f"{SERIAL_NO}-domain", {"module": None, "depends_on": None})
		frappe.delete_doc(SERIAL_PURPOSE, "Subscription Account")
		frappe.clear_cache(doctype=SERIAL_NO)
		presets.make()
		self.assertTrue(frappe.db.exists(SERIAL_PURPOSE, "Library Book"))
		self.assertTrue(frappe.get_doc(SERIAL_PURPOSE, "Subscription Account").has_terms)

	def test_connections_of_a_purpose(self):
		data = frappe.get_meta(SERIAL_PURPOSE).get_dashboard_data()
		self.assertEqual(data.transactions[0]["items"], ["Item", "Serial No", "Serial Plan"])
		made(attribute("Mount"))
		makers.item(ITEM, series=None, serial_purpose=PURPOSE)
		self.unit()
		plan = {"doctype": "Serial Plan", "plan_name": "Loan", "duration": 1, "duration_unit": "Month"}
		frappe.get_doc({**plan, "purposes": [{"serial_purpose": PURPOSE}]}).insert()
		from frappe.desk.notifications import get_open_count

		found = get_open_count(SERIAL_PURPOSE, PURPOSE)["count"]["external_links_found"]
		self.assertEqual(
			{row["doctype"]: row["count"] for row in found}, {"Item": 1, SERIAL_NO: 1, "Serial Plan": 1}
		)
