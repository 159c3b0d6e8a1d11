"""Files that are not what they seem: each is named for what it is, and leaves nothing behind. And the template."""

from __future__ import annotations

import datetime
from io import BytesIO
from unittest.mock import patch

import frappe
import openpyxl

from serial_inventory.api import get_import_template
from serial_inventory.rules import import_file
from serial_inventory.tests import makers
from serial_inventory.tests.import_makers import (
	HEADER,
	ITEM,
	ImportCase,
	csv_bytes,
	data_import,
	errors,
	imported,
	log,
	workbook,
	xlsx_bytes,
)


class TestFiles(ImportCase):
	def refused(self, content: bytes, name: str, *parts: str) -> None:
		with self.assert_refused(*parts):
			data_import(content, name)
		self.assertFalse(frappe.db.exists("Serial No", {"item_code": ITEM}))

	def book(self, *serial_nos: object) -> openpyxl.Workbook:
		return workbook([HEADER, *((serial_no, ITEM, makers.COMPANY) for serial_no in serial_nos)])

	def test_another_encoding(self):
		text = csv_bytes(self.rows("Grün-1")).decode()
		self.refused(
			text.encode("utf-16"), "serials.csv", "is UTF-16, not UTF-8 text", "Save it as CSV UTF-8"
		)
		self.refused(text.encode("cp1252"), "serials.csv", "is not UTF-8 (line 2)")

	def test_utf_8_with_a_mark_and_other_letters(self):
		content = csv_bytes(self.rows("Grün-1", "序列-2")).decode().encode("utf-8-sig")
		self.assertEqual([row.docname for row in log(imported(content))], ["Grün-1", "序列-2"])

	def test_another_kind_of_file(self):
		self.refused(xlsx_bytes(self.book("IM-1")), "serials.csv", "is XLSX, not UTF-8 text")
		self.refused(csv_bytes(self.rows("IM-1")), "serials.xlsx", "no XLSX workbook that can be read")
		self.refused(b"\xd0\xcf\x11\xe0" + b"0" * 600, "serials.xlsx", "has a password")

	def test_semicolons(self):
		text = csv_bytes(self.rows("IM-1")).decode().replace(",", ";")
		self.refused(text.encode(), "serials.csv", "separated by semicolons")

	def test_merged_cells(self):
		book = self.book("IM-1", "IM-2", "IM-3")
		book.active.merge_cells("B2:B4")
		self.refused(xlsx_bytes(book), "serials.xlsx", "has merged cells (B2:B4)")

	def test_formulas_without_a_result(self):
		self.refused(
			xlsx_bytes(self.book("IM-1", '="IM-"&ROW()')), "serials.xlsx", "formulas without a result (A3)"
		)

	def test_a_million_rows(self):
		content = b"Serial No,Item Code,Company\n" + b"IM-1,X,Y\n" * 1_000_000
		self.refused(content, "serials.csv", "has more than 200,000 rows")
		rows = b"".join(b'<row r="%d"></row>' % number for number in range(1, 1_000_001))
		with patch.object(import_file, "MOST_ROWS", 3):
			self.refused(xlsx_bytes(self.book(*range(9))), "serials.xlsx", "has more than 3 rows")
		self.assertEqual(import_file._tags(BytesIO(rows)), (1_000_000, False))

	def test_serial_numbers_that_a_spreadsheet_made_into_something_else(self):
		cells = (
			datetime.datetime(2026, 3, 12),
			datetime.time(12, 30),
			1.2e11 + 0.5,
			123456789012345678,
			True,
			"1.2E+11",
			"12-Mar",
			"#NAME?",
			"IM-9",
			4711,
			4712.0,
		)
		doc = imported(xlsx_bytes(self.book(*cells)), "serials.xlsx")
		told = errors(doc)
		for row, part in {
			2: "2026-03-12 is a date that a spreadsheet made",
			3: "12:30:00 is a date",
			4: "1.2E+11 is what a spreadsheet made",
			5: "more than 15 digits",
			6: "TRUE is what a spreadsheet made",
			7: "1.2E+11 is what a spreadsheet made",
			8: "12-Mar is a date",
			9: "#NAME? is what a spreadsheet made",
		}.items():
			self.assertIn(part, told[row])
		self.assertEqual([row.docname for row in log(doc) if row.success], ["IM-9", "4711", "4712"])

	def test_numbers_that_all_end_in_zeros(self):
		doc = data_import(self.rows("356938035643809000", "356938035643810000"))
		warnings = [warning["message"] for warning in doc.get_preview_from_template().warnings]
		self.assertTrue(any("end in zeros after 15 digits" in warning for warning in warnings))
		doc.start_import()
		self.assertIn("end in zeros", doc.reload().template_warnings)
		self.assertFalse(frappe.db.exists("Serial No", {"item_code": ITEM}))

	def test_no_column_of_serial_numbers(self):
		doc = imported([("Number", "Item Code", "Company"), ("IM-1", ITEM, makers.COMPANY)])
		self.assertIn("No column of the file is Serial No", doc.template_warnings)
		doc.template_options = frappe.as_json({"column_to_field_map": {"0": "serial_no"}})
		doc.save()
		frappe.db.commit()
		doc.start_import()
		self.assertEqual(doc.reload().status, "Success")
		self.assertTrue(frappe.db.exists("Serial No", "IM-1"))

	def test_short_rows_blank_rows_and_columns_of_nothing(self):
		lines = [
			"Serial No,Item Code,Company,",
			"",
			f"IM-1,{ITEM},{makers.COMPANY},",
			",,,",
			f"IM-2,{ITEM}",
			f"IM-3,{ITEM},{makers.COMPANY}",
			f"IM-4,{ITEM},{makers.COMPANY},x,y",
		]
		content = "\n".join(lines).encode()
		with patch("frappe.defaults.get_defaults", return_value=frappe._dict()):
			frappe.local.new_doc_templates = {}
			doc = imported(content)
		frappe.local.new_doc_templates = {}
		self.assertEqual([row.docname for row in log(doc) if row.success], ["IM-1", "IM-3"])
		told = errors(doc)
		self.assertEqual(list(told), [5, 7])
		self.assertIn("Company", told[5])
		self.assertEqual(told[7], "Row has more values than columns")

	def test_dates_of_a_spreadsheet_and_dates_as_text(self):
		header = (*HEADER, "Warranty Expiry Date")
		rows = [
			header,
			("IM-1", ITEM, makers.COMPANY, datetime.date(2031, 1, 31)),
			("IM-2", ITEM, makers.COMPANY, "2031-02-01"),
		]
		imported(xlsx_bytes(workbook(rows)), "serials.xlsx")
		self.assert_facts("IM-1", warranty_expiry_date="2031-01-31")
		self.assert_facts("IM-2", warranty_expiry_date="2031-02-01")


class TestTemplate(ImportCase):
	def test_the_filled_template_is_imported_and_its_examples_are_not(self):
		get_import_template()
		book = openpyxl.load_workbook(BytesIO(frappe.response.filecontent))
		self.assertEqual(book.sheetnames, ["Serial No", "Examples", "Columns"])
		sheet = book["Serial No"]
		header = [cell.value for cell in sheet[1]]
		self.assertEqual(header[:3], ["Serial No", "Item Code", "Company"])
		for label in ("Warehouse", "Status", "Customer", "Supplier", "Delivery Document No"):
			self.assertNotIn(label, header)
		sheet.append(["0012", ITEM, makers.COMPANY])
		book.active = book["Examples"]  # as somebody may leave it
		doc = imported(xlsx_bytes(book), "template.xlsx")
		self.assertEqual([row.docname for row in log(doc)], ["0012"])

	def test_the_examples_can_be_imported(self):
		purpose = {"doctype": "Serial Purpose", "purpose_name": "Import Shelf"}
		types = (
			("Place", "Data"),
			("Boards", "Int"),
			("Since", "Date"),
			("Wooden", "Check"),
			("Height", "Float"),
		)
		purpose["attributes"] = [
			{"label": f"Shelf {label}", "fieldtype": kind, "reqd": 1} for label, kind in types
		]
		frappe.get_doc(purpose).insert()
		frappe.db.commit()
		get_import_template()
		examples = openpyxl.load_workbook(BytesIO(frappe.response.filecontent))["Examples"]
		rows = list(examples.iter_rows(values_only=True))
		columns = {label: number for number, label in enumerate(rows[0])}
		filled = []
		for row in rows[1:]:
			cells = list(row)
			cells[columns["Item Code"]], cells[columns["Company"]] = ITEM, makers.COMPANY
			filled.append(cells)
		doc = imported(xlsx_bytes(workbook([rows[0], *filled])), "examples.xlsx")
		self.assertEqual(errors(doc), {})
		self.assertGreater(len(filled), 2)
