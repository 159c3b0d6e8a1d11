"""Files for the Data Import Tool, imports of them, and the case that clears away what imports commit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import frappe
import openpyxl

from serial_inventory.services import import_listeners
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase

ITEM = "IMPORT-ROUTER"
PLAIN = "IMPORT-CABLE"
HEADER = ("Serial No", "Item Code", "Company")
CLEARED = (
	"Serial No",
	"Version",
	"Data Import",
	"Data Import Log",
	"File",
	"Serial Term",
	"Item",
	"Serial Purpose",
	"User Permission",
)
DELETED_SINGLY = ("Item", "Serial Purpose", "File", "User Permission")
INSERT = "Insert New Records"
UPDATE = "Update Existing Records"


def csv_bytes(rows: Sequence[Sequence]) -> bytes:
	text = io.StringIO()
	csv.writer(text).writerows(rows)
	return text.getvalue().encode()


def workbook(rows: Sequence[Sequence], title: str = "Sheet1") -> openpyxl.Workbook:
	book = openpyxl.Workbook()
	book.active.title = title
	for row in rows:
		book.active.append(row)
	return book


def xlsx_bytes(book: openpyxl.Workbook) -> bytes:
	content = io.BytesIO()
	book.save(content)
	return content.getvalue()


def upload(content: bytes, name: str):
	"""An attached file, as the form's upload makes it."""
	doc = frappe.get_doc({"doctype": "File", "file_name": name, "is_private": 1, "content": content})
	return doc.insert(ignore_permissions=True)


def data_import(
	content: bytes | Sequence[Sequence], name: str = "serials.csv", import_type: str = INSERT, **values
):
	"""A saved Data Import of a file, or of rows with their header."""
	if not isinstance(content, bytes):
		content = csv_bytes(content) if name.endswith("csv") else xlsx_bytes(workbook(content))
	file = upload(content, f"{frappe.generate_hash(length=6)}-{name}")
	doc = {
		"doctype": "Data Import",
		"reference_doctype": "Serial No",
		"import_type": import_type,
		"import_file": file.file_url,
		"mute_emails": 1,
		**values,
	}
	doc = frappe.get_doc(doc).insert()
	frappe.db.commit()
	return doc


def imported(content, name: str = "serials.csv", import_type: str = INSERT, **values):
	"""A Data Import that has run."""
	doc = data_import(content, name, import_type, **values)
	doc.start_import()
	return doc.reload()


def log(doc) -> list[frappe._dict]:
	"""The import's log in the order of the file: row, success, docname, text (of all messages), exception."""
	rows = frappe.get_all(
		"Data Import Log",
		{"data_import": doc.name},
		["row_indexes", "success", "docname", "messages", "exception"],
		limit_page_length=0,
	)
	for row in rows:
		found = frappe.parse_json(row.messages)
		row.row = frappe.parse_json(row.row_indexes)[0]
		row.text = " ".join(message["message"] for message in found) if isinstance(found, list) else ""
	return sorted(rows, key=lambda row: row.row)


def errors(doc) -> dict[int, str]:
	"""{row: what its messages say} of the rows that failed."""
	return {row.row: row.text for row in log(doc) if not row.success}


class ImportCase(SerialCase):
	"""Imports commit, as Frappe's do; what a test has made is deleted after it."""

	def setUp(self):
		super().setUp()
		self.made = {
			doctype: set(frappe.get_all(doctype, pluck="name", limit_page_length=0)) for doctype in CLEARED
		}
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
				if doctype in DELETED_SINGLY:
					frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)
			if doctype not in DELETED_SINGLY and now - before:
				frappe.db.delete(doctype, {"name": ("in", list(now - before))})
		frappe.db.commit()
		super().tearDown()

	def rows(self, *serial_nos: str, item: str = ITEM) -> list[tuple]:
		return [HEADER, *((serial_no, item, makers.COMPANY) for serial_no in serial_nos)]


@contextmanager
def documents() -> Iterator[None]:
	"""As where another app listens to Serial Nos."""
	with patch.object(import_listeners, "found", return_value=True):
		yield
