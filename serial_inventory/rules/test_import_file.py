import random
import unittest

from serial_inventory.rules.import_file import Columns, Report, check, find_columns
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
