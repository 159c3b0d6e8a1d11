"""What people meet in the Desk: fields in their order, Connections, the workspace, who sees the app."""

from __future__ import annotations

import json
import pathlib

import frappe
from frappe.utils import today

from serial_inventory import desk
from serial_inventory.constants import MODULE, SERIAL_NO
from serial_inventory.dashboards.serial_no import get_data, get_open_count
from serial_inventory.setup.custom_fields import SUMMARY_ROWS, get_custom_fields
from serial_inventory.setup.property_setters import SERIAL_NO_ORDER
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class TestSerialNoForm(SerialCase):
	def test_every_field_is_there_and_belongs_to_the_app(self):
		for doctype, fields in get_custom_fields().items():
			meta = frappe.get_meta(doctype)
			for field in fields:
				found = meta.get_field(field["fieldname"])
				self.assertIsNotNone(found, f"{doctype}: {field['fieldname']}")
				if found.get("is_custom_field"):
					self.assertEqual(found.get("module"), MODULE)

	def test_sections_come_in_the_order_of_a_units_life(self):
		sections = [
			field.fieldname
			for field in frappe.get_meta(SERIAL_NO).fields
			if field.fieldtype == "Section Break"
		]
		wanted = ["details", "stock_section", "received_section", "delivered_section", "warranty_amc_details"]
		self.assertEqual(sections[: len(wanted)], wanted)

	def test_a_rows_summary_stands_where_a_bundle_shows(self):
		"""ERPNext hides the section of the text where a bundle stands for it."""
		for doctype in SUMMARY_ROWS:
			order = [field.fieldname for field in frappe.get_meta(doctype).fields]
			self.assertEqual(order[order.index("serial_summary") - 1], "serial_and_batch_bundle", doctype)

	def test_each_fact_stands_in_its_section(self):
		self.assertEqual(self._section_of("purchase_document_no"), "received_section")
		self.assertEqual(self._section_of("purchase_rate"), "received_section")
		self.assertEqual(self._section_of("customer"), "delivered_section")
		self.assertEqual(self._section_of("warehouse"), "stock_section")

	def test_no_field_of_erpnext_is_left_out_of_the_order(self):
		left_out = {
			field.fieldname for field in frappe.get_meta(SERIAL_NO).fields if not field.get("is_custom_field")
		}
		self.assertEqual(left_out - set(SERIAL_NO_ORDER), set())

	def test_fields_of_other_apps_stay_where_they_were_put(self):
		order = [field.fieldname for field in frappe.get_meta(SERIAL_NO).fields]
		self.assertEqual(len(order), len(set(order)))
		meta = frappe.get_meta(SERIAL_NO, cached=False)
		other = frappe.get_doc(
			{"doctype": "Custom Field", "dt": SERIAL_NO, "fieldname": "shelf", "fieldtype": "Data"}
			| {"label": "Shelf", "insert_after": "warehouse"}
		)
		meta.fields.append(frappe._dict(other.as_dict(), is_custom_field=1))
		meta._fields = {field.fieldname: field for field in meta.fields}
		meta.sort_fields()
		order = [field.fieldname for field in meta.fields]
		self.assertEqual(order[order.index("warehouse") + 1], "shelf")
		frappe.clear_cache(doctype=SERIAL_NO)

	def test_a_unit_whose_document_is_gone_can_still_be_saved(self):
		makers.item("DESK-1", series=None)
		makers.purchase_receipt(makers.buying_row("DESK-1", 1, "DESK-A"))
		gone = {
			"purchase_document_type": None,
			"purchase_document_no": "GONE-1",
			"delivery_document_no": "GONE-2",
		}
		frappe.db.set_value(SERIAL_NO, "DESK-A", gone)
		doc = self.serial("DESK-A")
		doc.warranty_expiry_date = today()
		doc.save()
		self.assertEqual(self.serial("DESK-A").purchase_document_no, "GONE-1")

	def _section_of(self, fieldname: str) -> str | None:
		section = None
		for field in frappe.get_meta(SERIAL_NO).fields:
			if field.fieldtype == "Section Break":
				section = field.fieldname
			if field.fieldname == fieldname:
				return section


class TestConnections(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("DESK-1", series=None)
		self.receipt = makers.purchase_receipt(makers.buying_row("DESK-1", 3, "DESK-1\nDESK-10\nDESK-2"))

	def test_each_movement_is_named_once(self):
		transfer = makers.stock_entry(
			"Material Transfer", makers.stock_row("DESK-1", 1, makers.STORES, makers.SHOP, "DESK-1")
		)
		note = makers.delivery_note(makers.selling_row("DESK-1", 1, "DESK-1", warehouse=makers.SHOP))
		found = self._found("DESK-1")
		self.assertEqual(found["Purchase Receipt"], [self.receipt.name])
		self.assertEqual(found["Stock Entry"], [transfer.name])
		self.assertEqual(found["Delivery Note"], [note.name])
		self.assertEqual(len(found["Serial and Batch Bundle"]), 4)

	def test_a_cancelled_document_counts_no_more(self):
		note = makers.delivery_note(makers.selling_row("DESK-1", 1, "DESK-1"))
		note.cancel()
		found = self._found("DESK-1")
		self.assertEqual(found["Delivery Note"], [])
		self.assertEqual(len(found["Serial and Batch Bundle"]), 1)

	def test_service_documents_are_found_by_link_row_and_text(self):
		note = makers.delivery_note(makers.selling_row("DESK-1", 1, "DESK-10"))
		claim = self._claim("DESK-10")
		visit = self._visit("DESK-10")
		installation = self._installation(note)
		found = self._found("DESK-10")
		self.assertEqual(found["Warranty Claim"], [claim.name])
		self.assertEqual(found["Maintenance Visit"], [visit.name])
		self.assertEqual(found["Installation Note"], [installation.name])

	def test_a_number_that_begins_another_is_not_taken_for_it(self):
		self._installation(makers.delivery_note(makers.selling_row("DESK-1", 1, "DESK-10")))
		self.assertEqual(self._found("DESK-1")["Installation Note"], [])

	def test_queries_do_not_grow_with_the_documents_serials(self):
		many = "\n".join(f"DESK-M{number:04}" for number in range(200))
		makers.purchase_receipt(makers.buying_row("DESK-1", 200, many))
		self._found("DESK-1")
		with self.count_queries() as few:
			self._found("DESK-1")
		with self.count_queries() as same:
			self._found("DESK-M0001")
		self.assertLessEqual(same[0], few[0])
		self.assertLess(few[0], 30)

	def test_without_permission_nothing_is_told(self):
		frappe.set_user("Guest")
		self.assertRaises(frappe.PermissionError, get_open_count, SERIAL_NO, "DESK-1")

	def test_connections_of_other_apps_stay(self):
		data = get_data(
			data={"fieldname": "serial_no", "transactions": [{"label": "Other", "items": ["Note"]}]}
		)
		self.assertEqual(data.transactions[0]["items"], ["Note"])
		self.assertIn("Issue", [item for group in data.transactions for item in group["items"]])

	def _found(self, serial_no: str) -> dict[str, list[str]]:
		count = get_open_count(SERIAL_NO, serial_no)["count"]
		for link in count["internal_links_found"]:
			self.assertEqual(link["count"], len(link["names"]))
		return {link["doctype"]: link["names"] for link in count["internal_links_found"]}

	def _claim(self, serial_no: str):
		values = {
			"customer": makers.CUSTOMER,
			"company": makers.COMPANY,
			"complaint": "No light",
			"status": "Open",
		}
		claim = {"doctype": "Warranty Claim", "serial_no": serial_no, "complaint_date": today(), **values}
		return frappe.get_doc(claim).insert()

	def _visit(self, serial_no: str):
		visit = frappe.get_doc(
			{
				"doctype": "Maintenance Visit",
				"customer": makers.CUSTOMER,
				"company": makers.COMPANY,
				"mntc_date": today(),
				"maintenance_type": "Breakdown",
				"completion_status": "Fully Completed",
				"purposes": [
					{
						"item_code": "DESK-1",
						"serial_no": serial_no,
						"description": "Port",
						"work_done": "Port",
					}
				],
			}
		)
		return visit.insert(ignore_mandatory=True)

	def _installation(self, note):
		row = {"item_code": "DESK-1", "serial_no": "DESK-10", "qty": 1}
		row |= {
			"prevdoc_doctype": note.doctype,
			"prevdoc_docname": note.name,
			"prevdoc_detail_docname": note.items[0].name,
		}
		values = {"customer": makers.CUSTOMER, "company": makers.COMPANY, "territory": "All Territories"}
		return frappe.get_doc(
			{"doctype": "Installation Note", "inst_date": today(), "items": [row], **values}
		).insert()


class TestWorkspace(SerialCase):
	def test_workspace_leads_only_to_what_is_there(self):
		workspace = frappe.get_doc("Workspace", "Serialized Inventory")
		self.assertEqual((workspace.module, workspace.public), (MODULE, 1))
		for link in workspace.links:
			if link.type == "Link":
				self.assertTrue(frappe.db.exists(link.link_type, link.link_to), link.label)
		for shortcut in workspace.shortcuts:
			self.assertTrue(frappe.db.exists(shortcut.type, shortcut.link_to), shortcut.label)

	def test_every_block_shows_something_that_the_workspace_has(self):
		workspace = frappe.get_doc("Workspace", "Serialized Inventory")
		has = {
			"number_card": {card.number_card_name for card in workspace.number_cards},
			"chart": {chart.chart_name for chart in workspace.charts},
			"shortcut": {shortcut.label for shortcut in workspace.shortcuts},
			"card": {link.label for link in workspace.links if link.type == "Card Break"},
		}
		for block in json.loads(workspace.content):
			if block["type"] in has:
				self.assertIn(block["data"][f"{block['type']}_name"], has[block["type"]])
		for card in has["number_card"]:
			self.assertTrue(frappe.db.exists("Number Card", card))
		for chart in has["chart"]:
			self.assertTrue(frappe.db.exists("Dashboard Chart", chart))

	def test_logo_and_route_of_the_app(self):
		app = frappe.get_hooks("add_to_apps_screen", app_name="serial_inventory")[0]
		logo = app["logo"].replace("/assets/serial_inventory/", "public/")
		self.assertTrue((pathlib.Path(frappe.get_app_path("serial_inventory")) / logo).exists())
		self.assertEqual(app["route"], desk.HOME)

	def test_app_is_for_those_who_read_serial_nos(self):
		self.assertTrue(desk.has_permission())
		frappe.set_user("Guest")
		self.assertFalse(desk.has_permission())
