import unittest
from datetime import date

from serial_inventory.constants import LabelLink, LabelMedium, LabelSymbol
from serial_inventory.rules import labels
from serial_inventory.rules.labels import FNC1, Layout, Unit

GTIN = "04006381333931"


class TestLayout(unittest.TestCase):
	def test_the_usual_sheet_of_21_fits(self):
		self.assertEqual(labels.check_layout(Layout()), [])

	def test_labels_that_do_not_fit_beside_each_other_are_refused_with_what_they_need(self):
		(problem,) = labels.check_layout(Layout(width=70, columns=3))
		self.assertIn("3 labels of 70 mm", problem.text())
		self.assertIn("need 224.4 mm; a sheet is 210 mm wide", problem.text())

	def test_labels_that_do_not_fit_below_each_other_are_refused(self):
		(problem,) = labels.check_layout(Layout(rows=8))
		self.assertIn("need 335 mm; a sheet is 297 mm high", problem.text())

	def test_sizes_that_nobody_can_print_are_refused(self):
		for width, height in ((0, 30), (30, 0), (-5, 30), (5, 30), (301, 30)):
			with self.subTest((width, height)):
				layout = Layout(LabelMedium.ROLL, width=width, height=height)
				self.assertEqual(len(labels.check_layout(layout)), 1)

	def test_a_sheet_without_columns_is_refused(self):
		for changed in ({"columns": 0}, {"rows": 0}, {"margin_left": -1}, {"margin_top": -1}):
			with self.subTest(changed):
				self.assertEqual(len(labels.check_layout(Layout(**changed))), 1)

	def test_a_roll_takes_no_notice_of_columns(self):
		self.assertEqual(labels.check_layout(Layout(LabelMedium.ROLL, width=250, columns=0)), [])

	def test_places_go_row_by_row_and_page_by_page(self):
		found = list(labels.places(Layout(), 22))
		self.assertEqual([page for page, _box in found], [0] * 21 + [1])
		self.assertEqual((found[0][1].x, found[0][1].y), (7.2, 15.1))
		self.assertAlmostEqual(found[2][1].x, 210 - 7.2 - 63.5)
		self.assertAlmostEqual(found[20][1].y, 297 - 15.1 - 38.1)
		self.assertEqual(found[21][1], found[0][1])

	def test_a_used_sheet_begins_where_it_is_free(self):
		found = list(labels.places(Layout(), 2, first=21))
		self.assertEqual([page for page, _box in found], [0, 1])
		self.assertEqual(labels.check_first(Layout(), 21), [])
		self.assertEqual(len(labels.check_first(Layout(), 22)), 1)
		self.assertEqual(len(labels.check_first(Layout(), 0)), 1)

	def test_every_label_of_a_roll_is_a_page(self):
		roll = Layout(LabelMedium.ROLL, width=50, height=25)
		self.assertEqual([page for page, _box in labels.places(roll, 3, first=9)], [0, 1, 2])
		self.assertEqual(roll.page, (50, 25))

	def test_symbol_and_text_stand_on_the_label_apart(self):
		for symbol in LabelSymbol:
			for width, height in ((63.5, 38.1), (50, 25), (25, 50), (20, 20), (100, 150)):
				with self.subTest((symbol, width, height)):
					layout = Layout(LabelMedium.ROLL, width=width, height=height, symbol=symbol)
					square, text = labels.arrange(layout)
					for box in (square, text):
						self.assertGreaterEqual(box.x, labels.PADDING)
						self.assertLessEqual(box.x + box.width, width - labels.PADDING + 1e-6)
						self.assertLessEqual(box.y + box.height, height - labels.PADDING + 1e-6)
					is_beside = square.x + square.width <= text.x
					is_below = square.y + square.height <= text.y
					is_above = text.y + text.height <= square.y
					self.assertTrue(is_beside or is_below or is_above)


class TestText(unittest.TestCase):
	def test_fields_stand_in_braces_and_empty_lines_are_left_out(self):
		text = "Northwind Devices\n{item_name}\n{ serial_no } / {batch_no}\nuntil {warranty_expiry_date}"
		values = {"item_name": "Router", "serial_no": "RT-1", "batch_no": "", "warranty_expiry_date": ""}
		self.assertEqual(labels.lines(text, values), ["Northwind Devices", "Router", "RT-1 /"])

	def test_values_are_not_read_as_templates(self):
		self.assertEqual(labels.lines("{item_name}", {"item_name": "{secret}", "secret": "x"}), ["{secret}"])

	def test_unknown_fields_are_refused(self):
		(problem,) = labels.check_text("{serial_no} {nope}", {"serial_no"})
		self.assertIn("{nope}", problem.text())
		self.assertEqual(labels.check_text("plain", set()), [])

	def test_each_field_is_read_once(self):
		self.assertEqual(labels.fields_of("{a}{b}\n{a}"), ["a", "b"])


class TestContent(unittest.TestCase):
	def content(self, symbol=LabelSymbol.QR, link=LabelLink.DESK, **unit):
		return labels.content(
			Layout(symbol=symbol, link=link), Unit(**{"serial_no": "A/1 ü", **unit}), "https://x/app"
		)

	def test_links_are_quoted(self):
		self.assertEqual(self.content(), "https://x/app/serial-no/A%2F1%20%C3%BC")
		page = self.content(link=LabelLink.CHECK_PAGE)
		self.assertEqual(page, "https://x/app/serial-check?serial_no=A%2F1%20%C3%BC")
		self.assertEqual(self.content(link=LabelLink.NONE), "A/1 ü")
		self.assertEqual(self.content(LabelSymbol.CODE_128), "A/1 ü")

	def test_gs1_says_gtin_expiry_batch_and_serial(self):
		unit = Unit("RT-1", GTIN, date(2027, 3, 1), "B1")
		self.assertEqual(labels.element_string(unit), f"{FNC1}01{GTIN}1727030110B1{FNC1}21RT-1")
		self.assertEqual(labels.element_string(Unit("RT-1", GTIN)), f"{FNC1}01{GTIN}21RT-1")

	def test_what_gs1_cannot_say_is_the_plain_serial(self):
		for unit in (Unit("RT-1"), Unit("x" * 21, GTIN), Unit("ü", GTIN), Unit("A B", GTIN)):
			self.assertIsNone(labels.element_string(unit))
		self.assertEqual(self.content(LabelSymbol.GS1, serial_no="RT-1"), "RT-1")

	def test_a_batch_that_gs1_cannot_say_is_left_out(self):
		self.assertEqual(labels.element_string(Unit("RT-1", GTIN, None, "Batch Ü")), f"{FNC1}01{GTIN}21RT-1")

	def test_the_first_real_gtin_counts(self):
		self.assertEqual(labels.gtin(["RT", "4006381333932", " 4006381333931 "]), GTIN)
		self.assertEqual(labels.gtin(["96385074"]), "00000096385074")
		self.assertEqual(labels.gtin(["036000291452"]), "00036000291452")
		self.assertIsNone(labels.gtin(["", "123", "٤٠٠٦٣٨١٣٣٣٩٣١", "4006381333932"]))


class TestFineness(unittest.TestCase):
	def test_bars_that_no_scanner_reads_are_refused(self):
		layout = Layout(LabelMedium.ROLL, width=50, height=25, symbol=LabelSymbol.CODE_128)
		self.assertIsNone(labels.too_fine(layout, 123, ["RT-00001"]))
		problem = labels.too_fine(layout, 1500, ["x" * 130])
		self.assertIn("50 × 25 mm", problem.text())
		self.assertIn("Code 128", problem.text())

	def test_a_small_square_is_refused(self):
		self.assertIsNotNone(labels.too_fine(Layout(LabelMedium.ROLL, width=12, height=10), 41, ["A"]))
		self.assertIsNone(labels.too_fine(Layout(LabelMedium.ROLL, width=30, height=20), 41, ["A"]))
