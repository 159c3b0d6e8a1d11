"""GS1 codes: element strings of every form, dates, check digits, and what is no GS1 at all."""

import unittest
from datetime import date

from serial_inventory.rules import gs1, scanning

TODAY = date(2026, 11, 24)
GTIN = "09506000134352"


def read(text):
	return gs1.read(text, TODAY)


def sentences(code):
	return [problem.text() for problem in code.problems]


class TestForms(unittest.TestCase):
	def test_the_same_said_in_every_form(self):
		forms = (
			f"(01){GTIN}(17)271231(10)L-1(21)SN/7",
			f"( 01 ){GTIN}".replace(" ", "") + "(17)271231(10)L-1(21)SN/7",
			f"[01]{GTIN}[17]271231[10]L-1[21]SN/7",
			f"(01) {GTIN} (17) 271231 (10) L-1 (21) SN/7",
			f"01{GTIN}1727123110L-1\x1d21SN/7",
			f"]C101{GTIN}1727123110L-1\x1d21SN/7",
			f"]d201{GTIN}1727123110L-1\x1d21SN/7",
			f"]Q301{GTIN}1727123110L-1\x1d21SN/7",
			f"]e001{GTIN}1727123110L-1\x1d21SN/7",
			f"\x1d01{GTIN}1727123110L-1\x1d21SN/7\x1d",
			f"]C1\x1d01{GTIN}\x1d17271231\x1d10L-1\x1d21SN/7",
			f"01{GTIN}1727123110L-1<GS>21SN/7",
			f"01{GTIN}1727123110L-1{{GS}}21SN/7",
			f"01{GTIN}1727123110L-1␝21SN/7\r\n",
			f"https://id.example/01/{GTIN}/10/L-1/21/SN%2F7?17=271231",
			f"https://example.com/shop/01/{GTIN[1:]}/10/L-1/21/SN%2F7?17=271231&lang=en",
		)
		for form in forms:
			with self.subTest(form):
				code = read(form)
				self.assertEqual(code.problems, ())
				self.assertEqual(
					(code.gtin, code.serial_no, code.batch_no, code.expiry_date),
					(GTIN, "SN/7", "L-1", date(2027, 12, 31)),
				)

	def test_what_is_no_gs1(self):
		for text in (
			*("", " ", "RT-00001", "12345", GTIN, "0109506000134353", "01", "01-ABC", "(A)B", "A(01)B", "()"),
			*("(999999)1", "https://example.com/app/serial-no/RT-1", "https://id.example/01/123/21/A"),
			*("00123", "010950600013435", "RT 1 <GS", "]E09506000134352", "０１" + GTIN, f"99{GTIN}"),
		):
			with self.subTest(text):
				self.assertIsNone(read(text))

	def test_a_plain_string_must_be_right_to_be_taken_for_gs1(self):
		self.assertEqual(read(f"01{GTIN}21A").serial_no, "A")
		self.assertIsNone(read(f"01{GTIN}XX"))
		self.assertIsNone(read(f"01{GTIN}17991399"))

	def test_known_lengths_need_no_separator(self):
		code = read(f"]C1310300175001{GTIN}41095011010209172060210B")
		self.assertEqual(
			code.elements,
			(("3103", "001750"), ("01", GTIN), ("410", "9501101020917"), ("20", "60"), ("21", "0B")),
		)

	def test_unknown_elements_are_passed_over(self):
		code = read(f"]C1240ABC-1\x1d8020REF\x1d392212345\x1d99own\x1d7003271231{'1200'}\x1d21S1")
		self.assertEqual(code.serial_no, "S1")
		self.assertEqual(
			code.elements[:4], (("240", "ABC-1"), ("8020", "REF"), ("3922", "12345"), ("99", "own"))
		)
		self.assertEqual(code.expiry_date, date(2027, 12, 31))

	def test_brackets_within_values(self):
		code = read(f"(01){GTIN}(21)A(5)B(10)L")
		self.assertEqual((code.serial_no, code.batch_no), ("A(5)B", "L"))

	def test_counts_and_contents(self):
		self.assertEqual(read(f"(02){GTIN}(37)24").count, 24)
		self.assertEqual(read(f"(02){GTIN}(37)24").gtin, GTIN)
		self.assertEqual(read(f"(01){GTIN}(30)5").count, 5)


class TestProblems(unittest.TestCase):
	def test_each_says_what_and_where(self):
		for text, part in (
			(f"]C101{GTIN[:-1]}", "ends within element (01)"),
			("]C117", "ends within element (17)"),
			("]C121\x1d10A", "ends within element (21)"),
			(f"]C101{GTIN}59X", "59"),
			("]C1ZZ", "ZZ"),
			("(01)09506000134353", "check digit of 09506000134353"),
			("(00)006141411234567891", "check digit"),
			("(17)271332(21)A", "is no date: 271332"),
			("(17)270229(21)A", "is no date: 270229"),
			("(17)2702AA(21)A", "(17)"),
			(f"(21){'x' * 21}", "(21)"),
			("(21)A B", "(21)"),
			("(21)Ä", "(21)"),
			("(21)(10)L", "ends within element (21)"),
			("(21)A(21)B", "twice, as A and as B"),
		):
			with self.subTest(text):
				self.assertTrue(
					any(part in sentence for sentence in sentences(read(text))), sentences(read(text))
				)

	def test_what_was_read_before_the_fault_stands(self):
		code = read(f"]C101{GTIN}21A\x1d59X")
		self.assertEqual((code.gtin, code.serial_no), (GTIN, "A"))
		self.assertEqual(len(code.problems), 1)

	def test_nothing_raises(self):
		for text in (
			"]C1",
			"]C1\x1d\x1d",
			"(01)",
			"]d2(",
			"((01))",
			"https://",
			"https://x/01",
			"]C1" + "9" * 5_000,
		):
			with self.subTest(text[:20]):
				read(text)


class TestDates(unittest.TestCase):
	def test_days(self):
		for text, day in (
			("261124", date(2026, 11, 24)),
			("260200", date(2026, 2, 28)),
			("280200", date(2028, 2, 29)),
			("261200", date(2026, 12, 31)),
			("261300", None),
			("260431", None),
			("260000", None),
			("26112", None),
			("2611245", None),
			("26l124", None),
			("２６１１２４", None),
		):
			with self.subTest(text):
				self.assertEqual(gs1.day_of(text, TODAY), day)

	def test_the_century_is_the_nearest(self):
		for today, year, full in (
			(date(2026, 1, 1), "76", 2076),
			(date(2026, 1, 1), "77", 1977),
			(date(2026, 1, 1), "00", 2000),
			(date(2051, 1, 1), "02", 2002),
			(date(2051, 1, 1), "01", 2101),
			(date(2051, 1, 1), "00", 2100),
			(date(2099, 1, 1), "49", 2149),
			(date(2000, 1, 1), "51", 1951),
			(date(2000, 1, 1), "50", 2050),
		):
			with self.subTest(today=today, year=year):
				self.assertEqual(gs1.day_of(f"{year}0101", today).year, full)


class TestGtins(unittest.TestCase):
	def test_check_digits(self):
		for digits, check in (
			("629104150021", "3"),
			("950600013435", "2"),
			("0950600013435", "2"),
			("7351353", "7"),
			("03600029145", "2"),
		):
			self.assertEqual(gs1.check_digit(digits), check)

	def test_barcodes_of_every_length(self):
		for code, gtin in (
			("6291041500213", "06291041500213"),
			("73513537", "00000073513537"),
			("036000291452", "00036000291452"),
			(GTIN, GTIN),
			("]E06291041500213", "06291041500213"),
			("6291041500214", None),
			("629104150021", None),
			("ABC", None),
			("", None),
		):
			with self.subTest(code):
				self.assertEqual(gs1.gtin_of(code), gtin)

	def test_forms(self):
		self.assertEqual(gs1.forms_of(GTIN), [GTIN, GTIN[1:]])
		self.assertEqual(len(gs1.forms_of("00000073513537")), 4)


class TestReadings(unittest.TestCase):
	def test_labels_of_the_site(self):
		for code, serial in (
			("https://erp.example/app/serial-no/RT-00001", "RT-00001"),
			("https://erp.example/desk/serial-no/RT%2F1%20A?x=1", "RT/1 A"),
			("]Q1https://erp.example/serial-check?serial_no=RT-1&x=2", "RT-1"),
			("/app/serial-no/RT-1", "RT-1"),
		):
			with self.subTest(code):
				self.assertEqual(scanning.read(code, TODAY).serial_nos, (serial,))

	def test_a_plain_code_is_a_serial_or_a_barcode(self):
		reading = scanning.read("RT/1\r", TODAY)
		self.assertEqual((reading.serial_nos, reading.barcodes, reading.said), (("RT/1",), ("RT/1",), None))

	def test_gs1_is_looked_up_as_it_stands_too(self):
		reading = scanning.read(f"01{GTIN}21A", TODAY)
		self.assertEqual(reading.serial_nos, (f"01{GTIN}21A", "A"))
		self.assertIn(GTIN[1:], reading.barcodes)

	def test_nothing(self):
		self.assertEqual(scanning.read(" ", TODAY).serial_nos, ())


if __name__ == "__main__":
	unittest.main()
