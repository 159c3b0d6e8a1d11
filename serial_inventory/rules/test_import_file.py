import random
import unittest
from datetime import date, datetime, time
from io import BytesIO
from zipfile import ZipFile

from serial_inventory.rules.import_file import (
	MOST_ROWS,
	Columns,
	Report,
	Workbook,
	cell_fault,
	cell_text,
	check,
	decode,
	find_columns,
	look_into,
	merged,
	not_calculated,
	repeated,
	too_many,
	wrong_delimiter,
)
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.serial_text import fold

TWO = Columns(serial=0, item=1, updates=False)


def report(*serial_nos: str, columns: Columns = TWO) -> Report:
	return check([(line, [name, "ROUTER"]) for line, name in enumerate(serial_nos, 2)], columns)


def texts(found: Report) -> list[str]:
	return [problem.text() for problem in found.problems]


class TestColumns(unittest.TestCase):
	def test_labels_and_fieldnames_are_found_in_any_letter_case(self):
		for header in (
			["Serial No", "Item Code"],
			["serial_no", "item_code"],
			[" SERIAL NO * ", "Item code"],
		):
			self.assertEqual(find_columns(header), TWO)

	def test_other_columns_pass(self):
		self.assertEqual(find_columns(["Brand", "Item Code", "", "Serial No"]), Columns(3, 1, False))

	def test_the_id_counts_where_there_is_no_serial_no(self):
		self.assertEqual(find_columns(["ID", "Warranty Period (Days)"]), Columns(0, None, True))
		self.assertEqual(find_columns(["ID", "Serial No", "Item Code"]), Columns(1, 2, False))

	def test_a_named_column_wins(self):
		self.assertEqual(find_columns(["SN", "Serial No", "Model"], "sn", "model"), Columns(0, 2, False))

	def test_a_file_without_the_column_is_refused_with_what_it_has(self):
		self.assertIsInstance(find_columns(["Brand"]), Problem)
		self.assertIn("Serial No", find_columns(["Brand"]).text())
		self.assertIn("It has: Brand, Serial No", find_columns(["Brand", "Serial No"], None, "Model").text())


class TestCells(unittest.TestCase):
	def test_a_good_file_is_clean_and_counted_per_item(self):
		rows = [(2, ["A1", "X"]), (3, [" A2 ", "X"]), (4, ["", " "]), (5, []), (6, ["B1", "Y"])]
		found = check(rows, TWO)
		self.assertEqual(found, Report(3, 3, {"X": 2, "Y": 1}, []))
		self.assertTrue(found.is_clean)

	def test_each_fault_is_told_at_its_line(self):
		for name, why in (
			("A,B", "comma"),
			("A;B", "semicolon"),
			("A\nB", "line break"),
			("A\tB", "tab"),
			("A\u200bB", "invisible"),
			("<A>", "angle"),
			("q" * 141, "140"),
			("A1..A5", "range of 5"),
			("A1 to A5", "range of 5"),
			("A1+4", "range of 5"),
			("A5..A1", "looks like a range"),
			("A1..A999999999999", "range of 999,999,999,999"),
			("1.2E+11", "spreadsheet"),
			("1,23457e+17", "spreadsheet"),
			("1E+05", "spreadsheet"),
			("4711.0", "spreadsheet"),
			("#REF!", "spreadsheet"),
			("#N/A", "spreadsheet"),
			("########", "spreadsheet"),
		):
			found = report("OK1", name, "OK2")
			self.assertEqual(len(found.problems), 1, name)
			self.assertEqual(found.problems[0].row, "Line 3")
			self.assertIn(why, texts(found)[0])
			self.assertEqual((found.rows, found.serial_nos), (3, 2))

	def test_names_that_only_look_odd_pass(self):
		self.assertEqual(
			texts(report("1E5", "5E-12", "A+B", "X..Y", "1.5", "#7", "2E+", "12345", "é", "Box 7")), []
		)

	def test_an_empty_serial_or_item_is_told(self):
		found = check([(2, ["", "X"]), (3, ["A1", ""]), (4, ["A2"])], TWO)
		self.assertEqual([problem.row for problem in found.problems], ["Line 2", "Line 3", "Line 4"])
		self.assertIn("serial number is empty", texts(found)[0])
		self.assertIn("A2 has no Item Code", texts(found)[2])

	def test_a_file_that_updates_needs_no_item(self):
		self.assertEqual(check([(2, ["A1"])], Columns(0, None, True)).problems, [])

	def test_a_file_that_creates_needs_an_item_column(self):
		found = check([(2, ["A1"])], Columns(0, None, False))
		self.assertIn("no column Item Code", texts(found)[0])
		self.assertIsNone(found.problems[0].row)

	def test_a_file_of_a_header_only_is_told(self):
		self.assertIn("no rows", texts(check([], TWO))[0])


class TestWholeFile(unittest.TestCase):
	def test_a_repeat_names_the_other_lines_once(self):
		found = report("A1", "B1", "A1", "A1")
		self.assertEqual(len(found.problems), 1)
		self.assertEqual(found.problems[0].row, "Line 4")
		self.assertIn("3 times, also on line 2, 5", texts(found)[0])
		self.assertEqual((found.serial_nos, found.items), (2, {"ROUTER": 2}))

	def test_letter_case_and_accents_clash(self):
		found = report("a1", "Ré", "A1", "RE")
		self.assertEqual([problem.row for problem in found.problems], ["Line 4", "Line 5"])
		self.assertIn("a1, A1 are one", texts(found)[0])

	def test_numbers_rounded_by_a_spreadsheet_are_told_once(self):
		found = report("8949123456789010000", "8949123456789020000", "A1")
		self.assertEqual(len(found.problems), 1)
		self.assertIn("15 digits", texts(found)[0])

	def test_long_numbers_that_kept_their_digits_pass(self):
		self.assertEqual(texts(report("8949123456789010000", "8949123456789010001")), [])

	def test_problems_come_in_line_order(self):
		found = report("", "A1", "<", "A1", "1.2E+11")
		self.assertEqual(
			[problem.row for problem in found.problems], ["Line 2", "Line 4", "Line 5", "Line 6"]
		)


def archive(**parts: bytes) -> bytes:
	content = BytesIO()
	with ZipFile(content, "w") as file:
		for name, part in parts.items():
			file.writestr(f"xl/worksheets/{name}.xml", part)
	return content.getvalue()


class TestBytes(unittest.TestCase):
	def test_text_is_read_with_and_without_a_mark(self):
		self.assertEqual(decode("Grün".encode(), "a.csv"), "Grün")
		self.assertEqual(decode("Grün".encode("utf-8-sig"), "a.csv"), "Grün")

	def test_what_is_no_utf_8_text_is_named(self):
		for content, part in (
			("Grün".encode("utf-16"), "a.csv is UTF-16, not UTF-8 text"),
			(b"PK\x03\x04...", "a.csv is XLSX"),
			(b"\xd0\xcf\x11\xe0...", "a.csv is XLS"),
			(b"%PDF-1.7", "a.csv is PDF"),
			("a\nb\nGrün".encode("cp1252"), "a.csv is not UTF-8 (line 3)"),
		):
			self.assertIn(part, decode(content, "a.csv").text())

	def test_a_workbook_is_looked_into(self):
		sheet = b'<sheetData><row r="1"><c><v>1</v></c></row><row r="2"/></sheetData><rowBreaks/>'
		self.assertEqual(look_into(archive(sheet1=sheet), "a.xlsx"), Workbook(2, False))
		formulas = b"<x:row><x:c><x:f>A1</x:f></x:c></x:row>"
		self.assertEqual(look_into(archive(sheet1=sheet, sheet2=formulas), "a.xlsx"), Workbook(2, True))

	def test_rows_are_counted_over_the_ends_of_pieces(self):
		for pad in range(0, 24):
			part = b" " * ((1 << 20) - pad) + b'<row r="1"><c><f>A1</f></c></row>' * 3
			self.assertEqual(look_into(archive(sheet1=part), "a.xlsx"), Workbook(3, True))

	def test_what_is_no_workbook_is_named(self):
		broken = archive(sheet1=b"<row>" * 5000)
		for content in (b"", b"Serial No", broken[: len(broken) // 2], b"\xd0\xcf\x11\xe0"):
			self.assertIn("a.xlsx is no XLSX workbook", look_into(content, "a.xlsx").text())

	def test_more_rows_than_one_import_takes(self):
		self.assertIsNone(too_many(MOST_ROWS + 1))
		self.assertIn("more than 200,000 rows", too_many(MOST_ROWS + 2).text())

	def test_merged_cells_and_formulas_are_told_where(self):
		self.assertIsNone(merged("Sheet1", []))
		self.assertIn("Sheet1 has merged cells (A1:C1, B2:B4)", merged("Sheet1", ["A1:C1", "B2:B4"]).text())
		self.assertIn("formulas without a result (B7)", not_calculated("Sheet1", ["B7"]).text())

	def test_other_separators_than_commas(self):
		self.assertIsNone(wrong_delimiter(["Serial No", "Item Code"]))
		self.assertIsNone(wrong_delimiter(["Serial No"]))
		self.assertIn("separated by semicolons", wrong_delimiter(["Serial No;Item Code", None]).text())
		self.assertIn("separated by tabs", wrong_delimiter(["Serial No\tItem Code"]).text())


class TestTypedCells(unittest.TestCase):
	def test_a_whole_number_is_a_serial_number(self):
		for value, text in ((4711, "4711"), (4711.0, "4711"), (" 0012 ", "0012"), (None, "")):
			self.assertEqual(cell_text(value), text)
		self.assertIsNone(cell_fault(4711.0))

	def test_what_a_spreadsheet_made_of_a_serial_number_is_named(self):
		for value, part in (
			(datetime(2026, 3, 12), "2026-03-12 is a date"),
			(date(2026, 3, 12), "2026-03-12 is a date"),
			(time(12, 30), "12:30:00 is a date"),
			(1.25, "1.25 is what a spreadsheet made"),
			(1.2e20, "more than 15 digits"),
			(1234567890123456, "more than 15 digits"),
			(True, "TRUE is what"),
			("1.2E+11", "1.2E+11 is what"),
			("12.0", "12.0 is what"),
			("03/12/2026", "03/12/2026 is a date"),
			("12-Mar", "12-Mar is a date"),
			("Mar-26", "Mar-26 is a date"),
			("2026-03-12 00:00:00", "is a date"),
			("=A1&A2", "=A1&A2 is a formula"),
			("#REF!", "#REF! is what"),
			(None, "The serial number is empty"),
		):
			with self.subTest(value):
				self.assertIn(part, cell_fault(value).text())

	def test_names_that_only_look_like_dates_pass(self):
		for name in ("2026-03-12", "12-MARS", "1/2", "MAR-26", "MAR-2026-1", "123456789012345"):
			self.assertIsNone(cell_fault(name), name)

	def test_a_repeat_says_how_the_earlier_row_spells_it(self):
		self.assertIn("in row 2 of the file already. Take", repeated("RT-1", "RT-1", 2).text())
		self.assertIn("in row 2 of the file already as RT-1", repeated("rt-1", "RT-1", 2).text())


class TestProperties(unittest.TestCase):
	def test_every_clean_file_has_as_many_serials_as_rows(self):
		source = random.Random(11)
		clean = 0
		for _round in range(500):
			names = ["".join(source.choices("aAbB1é+.", k=3)) for _ in range(source.randrange(1, 8))]
			found = report(*names)
			self.assertEqual(found.rows, len(names))
			if found.is_clean:
				clean += 1
				self.assertEqual(found.serial_nos, len(names))
				self.assertEqual(sum(found.items.values()), len(names))
			if len({fold(name) for name in names}) < len(names):
				self.assertFalse(found.is_clean)
		self.assertGreater(clean, 50)
