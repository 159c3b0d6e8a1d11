"""Data Import of Serial Nos: what goes in, what is refused with which words, and that it is Frappe's own tool."""

from __future__ import annotations

import datetime
import json
from unittest.mock import patch

import frappe
from frappe.core.doctype.data_import.importer import Importer
from frappe.utils import add_days, getdate, nowdate

from serial_inventory.services import import_listeners, importing
from serial_inventory.services.import_rows import InsertRows
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase
from serial_inventory.tests.import_makers import (
	INSERT,
	UPDATE,
	data_import,
	errors,
	imported,
	log,
	upload,
	workbook,
	xlsx_bytes,
)

ITEM = "IMPORT-ROUTER"
PLAIN = "IMPORT-CABLE"
PURPOSE = "Import Cabinet"
HEADER = ("Serial No", "Item Code", "Company")
CLEARED = ("Serial No", "Version", "Data Import", "Data Import Log", "File", "Serial Term", "Item", "Serial Purpose")


class ImportCase(SerialCase):
	"""Imports commit, as Frappe's do; what a test has made is deleted after it."""

	def setUp(self):
		super().setUp()
		self.made = {doctype: set(frappe.get_all(doctype, pluck="name", limit_page_length=0)) for doctype in CLEARED}
		makers.item(ITEM, series=None)
		makers.item(PLAIN, series=None, has_serial_no=0)
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		frappe.set_user("Administrator")
		frappe.flags.in_import = False
		for doctype, before in self.made.items():
			now = set(frappe.get_all(doctype, pluck="name", limit_page_length=0))
			for name in now - before:
				if doctype in ("Item", "Serial Purpose", "File"):
					frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)
			if doctype not in ("Item", "Serial Purpose", "File") and now - before:
				frappe.db.delete(doctype, {"name": ("in", list(now - before))})
		frappe.db.commit()
		super().tearDown()

	def rows(self, *serial_nos: str, item: str = ITEM) -> list[tuple]:
		return [HEADER, *((serial_no, item, makers.COMPANY) for serial_no in serial_nos)]


class TestInserting(ImportCase):
	def test_good_rows_become_serial_nos_with_what_the_app_gives_them(self):
		doc = imported(self.rows("IM-1", "IM-2", "IM-3"))
		self.assertEqual(doc.status, "Success")
		self.assertEqual([(row.row, row.docname) for row in log(doc)], [(2, "IM-1"), (3, "IM-2"), (4, "IM-3")])
		self.assert_facts("IM-2", item_code=ITEM, status="Inactive", item_group="Products", company=makers.COMPANY)
