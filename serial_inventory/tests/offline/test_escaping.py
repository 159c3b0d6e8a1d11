"""Frappe shows texts of report cells as HTML: each report of the app escapes them itself."""

import unittest
from pathlib import Path

REPORTS = Path(__file__).parents[2] / "serial_inventory" / "report"
IS_TEXT = 'typeof value === "string" && !column.fieldtype?.endsWith("Link")'


class TestReportsEscape(unittest.TestCase):
	def test_every_report_escapes_texts(self):
		scripts = sorted(REPORTS.glob("*/*.js"))
		self.assertGreater(len(scripts), 7)
		for script in scripts:
			with self.subTest(script.stem):
				text = script.read_text(encoding="utf-8")
				self.assertIn("formatter(value, row, column, data, default_formatter)", text)
				self.assertIn(IS_TEXT, text)
				self.assertIn("frappe.utils.escape_html(value)", text)

	def test_a_report_has_its_script(self):
		for folder in (path.parent for path in REPORTS.glob("*/*.json")):
			with self.subTest(folder.name):
				self.assertTrue((folder / f"{folder.name}.js").exists())


if __name__ == "__main__":
	unittest.main()
