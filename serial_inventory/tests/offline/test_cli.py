import contextlib
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from serial_inventory import cli

ROOT = Path(__file__).parents[3]


class CommandTest(unittest.TestCase):
	def setUp(self):
		folder = tempfile.TemporaryDirectory()
		self.addCleanup(folder.cleanup)
		self.folder = Path(folder.name)

	def run_command(self, *arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
		"""The exit code, standard output and standard error of one command."""
		output, errors = io.StringIO(), io.StringIO()
		with (
			contextlib.redirect_stdout(output),
			contextlib.redirect_stderr(errors),
			mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin))),
		):
			try:
				code = cli.main([str(argument) for argument in arguments])
			except SystemExit as stop:  # argparse, on a usage error
				code = stop.code
		return code, output.getvalue(), errors.getvalue()

	def file(self, content: str | bytes, name: str = "serials.csv") -> Path:
		path = self.folder / name
		path.write_bytes(content.encode() if isinstance(content, str) else content)
		return path


class TestExpand(CommandTest):
	def test_it_prints_one_serial_per_line(self):
		self.assertEqual(self.run_command("expand", "A1..A3; B7"), (0, "A1\nA2\nA3\nB7\n", ""))

	def test_the_text_may_come_from_standard_input_or_a_file(self):
		self.assertEqual(self.run_command("expand", "-", stdin=b"A1+1\n"), (0, "A1\nA2\n", ""))
		path = self.file("\ufeffA1\té1")
		self.assertEqual(self.run_command("expand", "--file", path), (0, "A1\né1\n", ""))

	def test_what_cannot_be_read_goes_to_standard_error_and_the_rest_is_printed(self):
		code, output, errors = self.run_command("expand", "A1, B5..B1")
		self.assertEqual((code, output), (1, "A1\n"))
		self.assertIn("B5..B1", errors)

	def test_count_and_compress(self):
		self.assertEqual(self.run_command("expand", "A1..A300", "--count"), (0, "300\n", ""))
		self.assertEqual(self.run_command("expand", "A3,A1,A2,C", "--compress"), (0, "A1..A3, C\n", ""))
		self.assertEqual(self.run_command("expand", " ", "--compress"), (0, "", ""))

	def test_the_limit_is_kept(self):
		code, output, errors = self.run_command("expand", "A1..A99999999999999")
		self.assertEqual((code, output), (1, ""))
		self.assertIn("100,000 in all", errors)
		self.assertEqual(self.run_command("expand", "A1..A5", "--limit", 4)[0], 1)

	def test_no_text_or_two_is_refused(self):
		self.assertEqual(self.run_command("expand")[0], 2)
		self.assertEqual(self.run_command("expand", "A1", "--file", self.file("B1"))[0], 2)
		self.assertEqual(self.run_command("expand", "--file", self.folder / "none")[0], 2)

	def test_no_command_is_refused(self):
		self.assertEqual(self.run_command()[0], 2)


class TestCheck(CommandTest):
	def test_a_clean_file_is_counted_per_item(self):
		path = self.file("Serial No,Item Code,Brand\nA1,X,q\nA2,X,q\nB1,Y,q\n")
		code, output, errors = self.run_command("check", path)
		self.assertEqual((code, errors), (0, ""))
		self.assertEqual(output, f"{path}: 3 rows, 3 serial numbers, 0 problems\n  X: 2\n  Y: 1\n")

	def test_bom_and_delimiters_are_recognized(self):
		for delimiter in ",;\t":
			rows = [["serial_no", "item_code", "description"], ["A1", "X", "one"], ["A1", "X", "two"]]
			path = self.file("\ufeff" + "\r\n".join(delimiter.join(row) for row in rows))
			code, output, _errors = self.run_command("check", path)
			self.assertEqual(code, 1)
			self.assertIn("Line 3: Serial No A1 is there 2 times", output)

	def test_line_numbers_hold_after_blank_and_long_rows(self):
		path = self.file('\nSerial No,Item Code,Description\n\nA1,X,"two\nlines"\n,X,\n')
		self.assertIn("Line 6: The serial number is empty", self.run_command("check", path)[1])

	def test_columns_may_be_named(self):
		path = self.file("SN,Model\nA1,X\n")
		self.assertEqual(self.run_command("check", path)[0], 2)
		self.assertEqual(
			self.run_command("check", path, "--serial-column", "SN", "--item-column", "Model")[0], 0
		)
		code, _output, errors = self.run_command("check", path, "--serial-column", "Serial")
		self.assertEqual(code, 2)
		self.assertIn("SN, Model", errors)

	def test_a_file_that_cannot_be_used_says_why(self):
		for content, why in (
			("", "is empty"),
			(",,\n", "no column for the serial number"),
			("q" * 200_000, "line 1"),
			("Brand\nx\n", "no column for the serial number"),
			("Serial No\nA1\n".encode("utf-16"), "UTF-16"),
			(b"PK\x03\x04rest", "XLSX"),
			("Serial No,Item Code\nA1,X\né,X\n".encode("latin-1"), "line 3"),
			("Serial No,Item Code\n" + "q" * 200_000 + ",X\n", "line 2"),
		):
			code, output, errors = self.run_command("check", self.file(content))
			self.assertEqual((code, output), (2, ""), why)
			self.assertIn(why, errors)

	def test_a_missing_file_or_a_folder_is_refused(self):
		self.assertEqual(self.run_command("check", self.folder / "none.csv")[0], 2)
		self.assertEqual(self.run_command("check", self.folder)[0], 2)


class TestModule(unittest.TestCase):
	def run_module(self, *arguments: str) -> subprocess.CompletedProcess:
		return subprocess.run(
			[sys.executable, "-m", "serial_inventory.cli", *arguments],
			cwd=ROOT,
			capture_output=True,
			text=True,
		)

	def test_it_runs_without_a_site(self):
		done = self.run_module("expand", "A1..A2")
		self.assertEqual((done.returncode, done.stdout), (0, "A1\nA2\n"))

	def test_a_reader_that_stops_early_is_no_error(self):
		command = f"{sys.executable} -m serial_inventory.cli expand 1..100000 | head -1"
		done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True)
		self.assertEqual((done.stdout, done.stderr), ("1\n", ""))
