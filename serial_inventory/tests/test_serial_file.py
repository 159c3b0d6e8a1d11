"""Lists of serial numbers in files: CSV, text and workbooks, and what spreadsheets do to them."""

import base64
import io
import zipfile
from datetime import date

import frappe
from openpyxl import Workbook

from serial_inventory.api import read_serial_file
from serial_inventory.rules.serial_text import LIMIT
from serial_inventory.services import serial_file
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase
from serial_inventory.tests.term_makers import user


def workbook(*rows, change=None) -> bytes:
	book = Workbook()
	for row in rows:
		book.active.append(row)
	if change:
		change(book.active)
	stream = io.BytesIO()
	book.save(stream)
	return stream.getvalue()


class TestSerialFile(SerialCase):
	def read(self, content, filename="list.xlsx"):
		found = serial_file.read(content=content, filename=filename)
		self.told = {problem["line"]: problem["message"] for problem in found["problems"]}
		return found["serial_nos"]

	def assert_told(self, content, part, filename="list.xlsx"):
		"""The file is refused as a whole, with this in the sentence."""
		self.assertEqual(self.read(content, filename), [])
		self.assertIn(part, self.told[None])

	def test_text_csv_and_workbook_say_the_same(self):
		rows = [["Item", "Serial No"], ["ROUTER", "A1"], ["ROUTER", "A2..A4"], ["ROUTER", "é, B1"]]
		csv = "\n".join(";".join(row) for row in rows)
		for content in (workbook(*rows), csv.encode(), csv.encode("utf-16"), csv.encode("utf-8-sig"), csv):
			found = serial_file.read(content=content, filename="list.csv")
			self.assertEqual(found["serial_nos"], ["A1", "A2", "A3", "A4", "é", "B1"])
			self.assertEqual(found["lines"], [2, 3, 3, 3, 4, 4])
			self.assertEqual(found["problems"], [])

	def test_the_column_may_be_named_in_the_users_language(self):
		frappe.local.lang = "de"
		try:
			self.assertEqual(self.read(f"Artikel;{frappe._('Serial No')}\nX;A1\n"), ["A1"])
		finally:
			frappe.local.lang = "en"

	def test_a_guessed_encoding_is_named_and_what_needs_no_guess_is_taken(self):
		content = "Serial No;Customer\nA1;Müller\nGerät-2;Müller\n".encode("cp1252")
		self.assertEqual(self.read(content, "list.csv"), ["A1"])
		self.assertIn("Gerät-2 is not UTF-8", self.told[3])

	def test_numbers_of_a_workbook(self):
		def pad(sheet):
			sheet["A3"].number_format = "000000"

		content = workbook(["Serial No"], [120000000000.0], [42], [8.94912345678901e18], [1.1], change=pad)
		self.assertEqual(self.read(content), ["120000000000", "000042"])
		self.assertIn("lost digits", self.told[4])
		self.assertIn("decimals", self.told[5])

	def test_dates_and_errors_are_named(self):
		self.assertEqual(self.read(workbook(["Serial No"], [date(2026, 3, 1)], ["#N/A"], ["1.2E+11"])), [])
		self.assertIn("is a date", self.told[2])
		self.assertIn("spreadsheet", self.told[3])
		self.assertIn("1.2E+11", self.told[4])

	def test_formulas_without_a_result_are_named(self):
		for rows in (
			[["Serial No", "Item"], ['="RT-"&1', "X"], ["A2", "X"]],
			[["Serial No"], ['="RT-"&1'], ["A2"]],
		):
			self.assertEqual(self.read(workbook(*rows)), ["A2"])
			self.assertIn("formula", self.told[2])

	def test_merged_cells_are_named(self):
		def merge(sheet):
			sheet.merge_cells("A2:A4")
			sheet.merge_cells("B1:C1")

		content = workbook(["Serial No"], ["A1"], [None], [None], ["A4"], change=merge)
		self.assertEqual(self.read(content), ["A1", "A4"])
		self.assertEqual(sorted(self.told), [3, 4])
		self.assertIn("Unmerge", self.told[3])

	def test_a_million_rows_are_refused_before_they_are_read(self):
		content = workbook(["Serial No"], ["A1"])
		source, made = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
		sheet = source.read("xl/worksheets/sheet1.xml")
		row = b'<row r="3"><c r="A3"><v>7</v></c></row>'
		with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
			for name in source.namelist():
				is_sheet = name == "xl/worksheets/sheet1.xml"
				text = sheet.replace(b"</sheetData>", row * 1_000_000 + b"</sheetData>")
				archive.writestr(name, text if is_sheet else source.read(name))
		original, serial_file.load_workbook = serial_file.load_workbook, None
		try:
			self.assert_told(made.getvalue(), "more than 100,000 lines")
		finally:
			serial_file.load_workbook = original
		self.assert_told("A1\n" * (LIMIT + 1), "more than 100,000 lines", "list.txt")
		self.assert_told(
			"\n".join(f"A{block}..A{block + 9_999}" for block in range(11)), "ranges counted", "l.txt"
		)

	def test_other_files_are_named_for_what_they_are(self):
		ods = io.BytesIO()
		with zipfile.ZipFile(ods, "w") as archive:
			archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
		broken = workbook(["Serial No"], ["A1"])
		source, damaged = zipfile.ZipFile(io.BytesIO(broken)), io.BytesIO()
		with zipfile.ZipFile(damaged, "w") as archive:
			for name in source.namelist():
				archive.writestr(name, b"<x" if "sheet1" in name else source.read(name))
		for content, why in (
			(ods.getvalue(), "OpenDocument"),
			(damaged.getvalue(), "damaged"),
			(broken[:-100], "damaged"),
			(b"\xd0\xcf\x11\xe0" + b"x" * 600, "old Excel"),
			(b"%PDF-1.7 ", "PDF"),
			(b"\x89PNG\r\n\x1a\n", "picture"),
			(b"\x01\x00\x02\x00\x03", "neither text"),
		):
			self.assert_told(content, why)
		self.assert_told("Item,Note\nX,Y\n", "It has: Item, Note", "list.csv")
		self.assert_told("\n", "no serial numbers")

	def test_what_a_person_wrote_is_escaped(self):
		self.read("A1\n<img src=x onerror=alert(1)>\n", "list.txt")
		self.assertIn("&lt;img", self.told[2])

	def test_a_name_that_looks_like_a_range_is_one_serial(self):
		makers.item("ODD", None)
		frappe.get_doc({"doctype": "Serial No", "serial_no": "A1..B", "item_code": "ODD"}).insert()
		self.assertEqual(self.read("A1..B\nC1..C2\n", "list.txt"), ["A1..B", "C1", "C2"])

	def test_content_is_a_data_url_or_a_text(self):
		data = base64.b64encode(workbook(["A1"])).decode()
		self.assertEqual(read_serial_file(content=f"data:application/x;base64,{data}")["serial_nos"], ["A1"])
		self.assertEqual(read_serial_file(content="A1, A2")["serial_nos"], ["A1", "A2"])
		for content in ("data:text/plain;base64,A", ""):
			with self.assert_refused():
				read_serial_file(content=content)

	def test_an_upload_is_read_and_not_stored(self):
		count = frappe.db.count("File")
		frappe.local.uploaded_file, frappe.local.uploaded_filename = b"A1\nA2", "list.txt"
		try:
			self.assertEqual(read_serial_file()["serial_nos"], ["A1", "A2"])
		finally:
			frappe.local.uploaded_file = frappe.local.uploaded_filename = None
		self.assertEqual(frappe.db.count("File"), count)

	def test_a_file_is_read_by_those_who_may_read_it(self):
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "list.csv", "is_private": 1, "content": "A1\n"}
		)
		file.insert()
		for name in (file.name, file.file_url):
			self.assertEqual(read_serial_file(file=name)["serial_nos"], ["A1"])
		frappe.set_user(user("list-reader@example.com", "Stock User"))
		for name in (file.name, file.file_url, "none"):
			with self.assert_refused("no file", exception=frappe.DoesNotExistError):
				read_serial_file(file=name)

	def test_who_reads_no_serial_nos_reads_no_lists(self):
		frappe.set_user(user("list-outsider@example.com", "Employee"))
		with self.assert_refused(exception=frappe.PermissionError):
			read_serial_file(content="A1")
