import csv
import unittest
from datetime import date, datetime

from serial_inventory.rules import serial_list as rules
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.serial_list import Column, Lost, Text

HEADERS = rules.HEADERS


def of(text: str, **more):
	found = rules.find_column(rules.rows_of_text(text, HEADERS, **more), HEADERS)
	return found.text() if isinstance(found, Problem) else found.cells


class TestDecoding(unittest.TestCase):
	def test_unicode_is_read_by_its_mark_and_without(self):
		for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
			self.assertEqual(
				rules.decode("Serial No\nGerät-1\n".encode(encoding)), Text("Serial No\nGerät-1\n")
			)

	def test_another_encoding_is_a_guess(self):
		self.assertEqual(rules.decode("Gerät-1".encode("cp1252")), Text("Gerät-1", is_guessed=True))

	def test_what_is_no_text_is_named(self):
		for start, why in (
			(b"PK\x03\x04", "ZIP"),
			(b"\xd0\xcf\x11\xe0\xa1", "old Excel"),
			(b"%PDF-1.7", "PDF"),
			(b"\x89PNG\r\n", "picture"),
			(b"A1\x00\x01\x02", "neither text"),
			(b"\xff\x00\xfe\x00\x80\x81", "neither text"),
		):
			self.assertIn(why, rules.decode(start).text())


class TestColumns(unittest.TestCase):
	def test_the_column_is_found_by_its_name_below_titles(self):
		text = "Returned units;;\n\nItem;serial no *;Note\nROUTER;A1;x\nROUTER;A2;\n"
		self.assertEqual(of(text), [(4, "A1"), (5, "A2")])

	def test_a_serial_no_goes_before_an_id(self):
		self.assertEqual(of("ID;Serial No\n1;A1\n"), [(2, "A1")])
		self.assertEqual(of("Note;ID\nx;A1\n"), [(2, "A1")])

	def test_the_only_column_needs_no_name(self):
		self.assertEqual(of("A1\n\nA2\n"), [(1, "A1"), (3, "A2")])
		self.assertEqual(of("Serial Numbers\nA1\n"), [(2, "A1")])
		self.assertEqual(of("serial_no\tItem\nA1\tX\n"), [(2, "A1")])

	def test_lines_of_a_text_keep_their_commas(self):
		self.assertEqual(of("A1, A2\nB1..B3"), [(1, "A1, A2"), (2, "B1..B3")])

	def test_a_table_without_the_column_is_refused_with_what_it_has(self):
		self.assertIn("It has: Item, Note", of("Item,Note\nX,Y\n", is_table=True))

	def test_a_row_may_span_lines(self):
		self.assertEqual(of('Serial No,Note\nA1,"two\nlines"\nA2,\n'), [(2, "A1"), (4, "A2")])

	def test_a_broken_table_raises_what_is_worded(self):
		with self.assertRaises(csv.Error) as caught:
			of('Serial No,Note\n"' + "x" * 200_000)
		self.assertIn("CSV", rules.broken(caught.exception).text())

	def test_nothing_is_told(self):
		for text in ("", "\n \n", "Serial No\n"):
			self.assertIn("no serial numbers", of(text))

	def test_a_million_rows_are_not_read(self):
		def endless():
			line = 0
			while True:
				line += 1
				self.assertLess(line, 105)
				yield line, [f"A{line}"]

		self.assertIn("more than 100 lines", rules.find_column(endless(), HEADERS, 100).text())

	def test_cells_of_a_workbook(self):
		rows = [(1, [None, "SERIAL NO"]), (2, ["x"]), (3, ["x", 7]), (4, [None, None])]
		self.assertEqual(rules.find_column(rows, HEADERS), Column(1, 2, [(2, None), (3, 7)]))


class TestCells(unittest.TestCase):
	def test_numbers_are_read_whole(self):
		for cell, text in ((4711, "4711"), (1.2e11, "120000000000"), (123456789012345, "123456789012345")):
			self.assertEqual(rules.cell_text(cell), text)

	def test_what_a_spreadsheet_spoilt_is_named_for_what_it_is(self):
		for cell, why in (
			(8.94912345678901e18, "lost digits"),
			(8949123456789012345, "lost digits"),
			(1.1, "1.1 is a number with decimals"),
			(True, "TRUE is a yes or no"),
			(date(2026, 3, 1), "2026-03-01 is a date"),
			(datetime(2026, 3, 1), "2026-03-01 is a date"),
			("1.2E+11", "what a spreadsheet made"),
			("#REF!", "what a spreadsheet made"),
			("01-Mar", "is a date"),
			("Mar-24", "is a date"),
			("3/1/2024", "is a date"),
			("2024-03-01 00:00:00", "is a date"),
			(Lost.FORMULA, "formula"),
			(Lost.MERGED, "Unmerge"),
			(None, "empty"),
			("  ", "empty"),
		):
			self.assertIn(why, rules.cell_text(cell).text(), cell)

	def test_names_that_only_look_odd_pass(self):
		for name in (
			"MAR-2024-7",
			"3/4",
			"2024-03-01-7",
			"A 1",
			"1E5",
			"MARK-22",
			"MAR-24",
			"12-34",
			"é",
			"May-7",
		):
			self.assertEqual(rules.cell_text(name), name)

	def test_letters_that_are_guessed_are_problems_and_the_rest_is_taken(self):
		found, problems = rules.texts([(1, "A1"), (2, "Gerät")], is_guessed=True)
		self.assertEqual(found, [(1, "A1")])
		self.assertIn("Gerät is not UTF-8", problems[0][1].text())


class TestReading(unittest.TestCase):
	def test_ranges_and_commas_count_out_with_their_line(self):
		reading = rules.read([(1, "A1..A3"), (4, "B1, B2"), (5, "C..9")])
		self.assertEqual(reading.serial_nos, ["A1", "A2", "A3", "B1", "B2"])
		self.assertEqual(reading.lines, [1, 1, 1, 4, 4])
		self.assertEqual([line for line, _problem in reading.problems], [5])

	def test_a_name_that_looks_like_a_range_is_taken_where_it_exists(self):
		found = [(1, "A1..A3")]
		self.assertEqual(rules.maybe_names(found), ["A1..A3"])
		self.assertEqual(rules.read(found, {"a1..a3"}).serial_nos, ["A1..A3"])

	def test_more_than_the_limit_is_refused_whole(self):
		for texts in ([(1, "A1..A3"), (2, "B1..B3")], [(1, "A1..A9")]):
			reading = rules.read(texts, limit=5)
			self.assertLessEqual(len(reading.serial_nos), 5)
			self.assertTrue(reading.problems)

	def test_problems_are_told_in_order_and_counted_when_many(self):
		many = [(line, Problem("x")) for line in range(rules.TOLD + 5, 0, -1)]
		told = rules.told(many)
		self.assertEqual([line for line, _problem in told[:2]], [1, 2])
		self.assertEqual(told[-1][0], None)
		self.assertIn("5 more", told[-1][1].text())
