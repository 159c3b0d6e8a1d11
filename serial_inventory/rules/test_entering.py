"""A text read line by line, and what is wrong with which line."""

import unittest

from serial_inventory.constants import Direction
from serial_inventory.rules import entering
from serial_inventory.rules.lines import Known, Line, check_outward
from serial_inventory.rules.serial_text import expand


class TestRead(unittest.TestCase):
	def test_lines_of_serials(self):
		sheet = entering.read("A-1\n\n A-2, A-3\t\r\nA-5..A-6\n")
		self.assertEqual(sheet.serial_nos, ["A-1", "A-2", "A-3", "A-5", "A-6"])
		self.assertEqual(sheet.lines, [1, 3, 3, 4, 4])
		self.assertEqual(sheet.unread, [])

	def test_reads_what_the_document_reads(self):
		for text in (
			"",
			None,
			"A\nB;C",
			"A-1..A-9\nX..Y",
			"A-9..A-1\nB",
			"A+2\r\nB",
			"x\u2028y",
			"5: A1 … A5",
		):
			with self.subTest(text):
				whole, sheet = expand(text), entering.read(text)
				self.assertEqual(sheet.serial_nos, whole.serial_nos)
				self.assertEqual([problem for _line, problem in sheet.unread], whole.problems)

	def test_names_that_look_like_ranges(self):
		sheet = entering.read("A-1..A-3\na+1\nB-1..B-2", known=["A+1", "A-1..A-3"])
		self.assertEqual(sheet.serial_nos, ["A-1..A-3", "a+1", "B-1", "B-2"])

	def test_no_more_than_a_row_takes(self):
		sheet = entering.read("A-1..A-6\nB-1..B-6\nC-1", limit=10)
		self.assertEqual(len(sheet.serial_nos), 10)
		self.assertEqual([line for line, _problem in sheet.unread], [2])
		sheet = entering.read("A-1..A-11\nB-1", limit=10)
		self.assertEqual((sheet.serial_nos, [line for line, _problem in sheet.unread]), (["B-1"], [1]))


class TestFaults(unittest.TestCase):
	def line(self, *serial_nos):
		return Line("", "X1", "Stores", Direction.OUTWARD, len(serial_nos), serial_nos)

	def test_each_fault_by_its_place(self):
		known = {"a": Known("A", "X1", "Stores"), "b": Known("B", "X2", "Stores")}
		found = list(entering.faults(self.line("A", "B", "C"), lambda line: check_outward(line, known)))
		self.assertEqual([at for at, _problem in found], [1, 2])
		self.assertIn("X2", found[0][1].text())
		self.assertNotIn("A", found[1][1].values)

	def test_nothing_is_asked_twice_where_all_is_well(self):
		asked = []
		list(entering.faults(self.line("A", "B"), lambda line: asked.append(line) or []))
		self.assertEqual(len(asked), 1)

	def test_repeats_here_and_elsewhere(self):
		sheet = entering.read("A\nB\na\nC")
		found = [
			(at, problem.text()) for at, problem in entering.repeats(sheet, {"c": "Row 2", "a": "Row 1"})
		]
		self.assertEqual([at for at, _text in found], [0, 2, 3])
		self.assertIn("Row 1", found[0][1])
		self.assertIn("line 1", found[1][1])
		self.assertIn("Row 2", found[2][1])


if __name__ == "__main__":
	unittest.main()
