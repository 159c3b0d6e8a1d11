import random
import string
import unittest

from serial_inventory.rules import serial_text
from serial_inventory.rules.serial_text import (
	ambiguous,
	bad_characters,
	compress,
	duplicates,
	expand,
	fold,
	is_range,
	join,
	natural_key,
	range_count,
	summary,
	too_long,
)


def names(text: str, **options) -> list[str]:
	return expand(text, **options).serial_nos


class TestSeparators(unittest.TestCase):
	def test_every_separator_ends_a_serial(self):
		for separator in "\n \r\n \r \t , ; ， ； \x0b \x0c \u2028 \u0085".split(" "):
			self.assertEqual(names(f"A1{separator}B2"), ["A1", "B2"], repr(separator))

	def test_spaces_inside_a_name_stay(self):
		self.assertEqual(names("  Box 7 ,\tBox 8  "), ["Box 7", "Box 8"])

	def test_order_letter_case_and_repeats_stay_as_typed(self):
		self.assertEqual(names("b2\nA1\nB2\nA1"), ["b2", "A1", "B2", "A1"])

	def test_invisible_characters_from_spreadsheets_and_web_pages_go(self):
		self.assertEqual(names("\ufeffA1\u00a0\n\u200bB\u200d2\n\u202aC3\u202c"), ["A1", "B2", "C3"])

	def test_a_hard_space_inside_a_name_becomes_a_space(self):
		self.assertEqual(names("Box\u00a07"), ["Box 7"])

	def test_nothing_typed_is_nothing(self):
		for text in (None, "", "  ", "\n,;\t\r\n ，；", "\ufeff\u200b\u00a0"):
			self.assertEqual(expand(text), serial_text.Expansion())

	def test_other_scripts_are_plain_names(self):
		self.assertEqual(names("序列号-１\nСерия-9\n🙂1"), ["序列号-１", "Серия-9", "🙂1"])


class TestRanges(unittest.TestCase):
	def test_every_spelling_gives_both_ends_and_what_lies_between(self):
		hundred = [f"RT-{number:04d}" for number in range(1, 101)]
		for text in (
			"RT-0001..RT-0100",
			"RT-0001::RT-0100",
			"RT-0001 to RT-0100",
			"RT-0001 TO RT-0100",
			"RT-0001 .. RT-0100",
			"RT-0001...RT-0100",
			"RT-0001+99",
			"RT-0001 + 99",
			"RT-0001..0100",
			"RT-0001 to 100",
			"RT-0001..rt-0100",
		):
			self.assertEqual(expand(text), serial_text.Expansion(hundred), text)

	def test_numbers_that_outgrow_the_width_grow(self):
		self.assertEqual(names("A8..A11"), ["A8", "A9", "A10", "A11"])
		self.assertEqual(names("A098+3"), ["A098", "A099", "A100", "A101"])

	def test_a_suffix_after_the_number_stays(self):
		self.assertEqual(names("RT-09-X..RT-11-x"), ["RT-09-X", "RT-10-X", "RT-11-X"])
		self.assertEqual(names("RT-09-X+1"), ["RT-09-X", "RT-10-X"])
		self.assertEqual(names("RT-09-X..10"), ["RT-09-X", "RT-10-X"])

	def test_the_number_that_differs_counts_wherever_it_stands(self):
		self.assertEqual(names("L1-R07-V2..L1-R09-V2"), ["L1-R07-V2", "L1-R08-V2", "L1-R09-V2"])
		self.assertEqual(names("2024-07..2024-08"), ["2024-07", "2024-08"])

	def test_one_and_the_same_end_is_one_serial(self):
		self.assertEqual(names("A5..A5, B7+0, 12 to 12"), ["A5", "B7", "12"])

	def test_ranges_and_plain_serials_keep_their_order(self):
		self.assertEqual(names("Z9, A1..A2\nM5; C1+1"), ["Z9", "A1", "A2", "M5", "C1", "C2"])

	def test_a_bad_range_says_why_and_gives_no_serials(self):
		for text, why in (
			("A1..B5", "not alike"),
			("A1-X..A5-Y", "not alike"),
			("A1B1..A2B2", "not alike"),
			("A1..A5B6", "not alike"),
			("A5..A1", "ends before"),
			("A1..B", "needs a number"),
			("A..A5", "needs a number"),
			("A1..", "needs a number"),
			("::A1", "needs a number"),
			("AB+12", "needs a number"),
			("A1..A5..A9", "more than two"),
			("A1..A0005", "numbers of digits"),
			("A1 … A5", "summary"),
		):
			found = expand(f"OK1\n{text}\nOK2")
			self.assertEqual(found.serial_nos, ["OK1", "OK2"], text)
			self.assertEqual(len(found.problems), 1, text)
			self.assertIn(why, found.problems[0].text())
			self.assertIn(text, found.problems[0].text())

	def test_what_cannot_be_a_range_is_a_plain_serial(self):
		plain = [
			"A+B",
			"X..Y",
			"a::b",
			"Box to Box",
			"+4917012",
			"A1+B",
			"A1+2B",
			"to 5",
			"A5 to",
			"A.5",
			"A:5",
		]
		self.assertEqual(expand("\n".join(plain)), serial_text.Expansion(plain))

	def test_a_serial_that_exists_is_no_range_in_any_letter_case(self):
		self.assertEqual(names("AB3+2", known={"AB3+2"}), ["AB3+2"])
		self.assertEqual(names("ab3+2, C1+1", known={"AB3+2"}), ["ab3+2", "C1", "C2"])
		self.assertEqual(names("1..2", known=["1..2"]), ["1..2"])

	def test_the_pieces_to_look_up_are_those_that_look_like_ranges(self):
		self.assertEqual(ambiguous("A1, AB3+2, X..Y, B..5, C1 to C2"), ["AB3+2", "B..5", "C1 to C2"])
		self.assertEqual(ambiguous(None), [])

	def test_is_range_and_its_count(self):
		self.assertTrue(is_range("A1..A5"))
		self.assertTrue(is_range("A5..A1"))
		self.assertFalse(is_range("A1-A5"))
		self.assertEqual([range_count(text) for text in ("A1..A5", "A5..A1", "A1")], [5, 0, 0])


class TestLimits(unittest.TestCase):
	def test_a_huge_range_is_refused_unbuilt(self):
		for text in ("A1..A999999999999", "A1+999999999999", "1 to 9" + "9" * 100, "A1+" + "9" * 250):
			found = expand(text)
			self.assertEqual(found.serial_nos, [])
			self.assertEqual(len(found.problems), 1)
		self.assertIn("999,999,999,999", expand("A1..A999999999999").problems[0].text())

	def test_the_limit_counts_all_ranges_together(self):
		found = expand("A1..A6, B1..B6, C1..C4", limit=10)
		self.assertEqual(len(found.serial_nos), 10)
		self.assertEqual([problem.values[0] for problem in found.problems], ["B1..B6"])
		self.assertEqual(expand("A1..A10", limit=10).problems, [])

	def test_too_many_plain_serials_are_cut_and_told(self):
		found = expand("A\nB\nC\nD", limit=3)
		self.assertEqual(found.serial_nos, ["A", "B", "C"])
		self.assertIn("4 serial numbers", found.problems[0].text())

	def test_names_may_have_140_characters(self):
		self.assertEqual(names("q" * 140), ["q" * 140])
		self.assertIsNone(too_long("q" * 140))
		self.assertIsNotNone(too_long("q" * 141))
		self.assertIn("140", expand("q" * 141).problems[0].text())
		self.assertLess(len(expand("q" * 100_000).problems[0].text()), 200)

	def test_a_range_may_be_longer_than_a_name_but_its_names_may_not(self):
		head = "q" * 136
		self.assertEqual(len(names(f"{head}0001..{head}0003")), 3)
		self.assertIn("140", expand(f"{head}9999+1").problems[0].text())

	def test_angle_brackets_and_control_characters_are_told_once_for_all(self):
		found = expand("A1\n<b>\nx>y\nz\x00")
		self.assertEqual(found.serial_nos, ["A1"])
		self.assertEqual(len(found.problems), 2)
		self.assertIn("<b>, x>y", found.problems[0].text())

	def test_spaces_without_end_take_no_time(self):
		self.assertEqual(len(expand("A" + " " * 200_000 + "B").problems), 1)


class TestOutput(unittest.TestCase):
	def test_join_sorts_as_erpnext_compares(self):
		self.assertEqual(join(["b", "A10", "A2", "a"]), "A10\nA2\na\nb")

	def test_natural_order_reads_numbers(self):
		self.assertEqual(sorted(["A10", "a9", "A2", "A"], key=natural_key), ["A", "A2", "a9", "A10"])
		self.assertEqual(
			sorted(["2", "x", "10", "x1y", "x1"], key=natural_key), ["2", "10", "x", "x1", "x1y"]
		)

	def test_summary_counts_and_names_the_ends(self):
		self.assertEqual(summary(names("RT-00001..RT-10000")), "10,000: RT-00001 … RT-10000")
		self.assertEqual(summary(["A10", "A9", "A2"]), "3: A2 … A10")
		self.assertEqual(summary(iter(["RT-00001"])), "1: RT-00001")
		self.assertEqual(summary([]), "")

	def test_compress_makes_ranges_of_three_or_more(self):
		self.assertEqual(compress(names("RT-0001..RT-0100, RT-0205")), "RT-0001..RT-0100, RT-0205")
		self.assertEqual(compress(["A1", "A2", "B1", "B3", "B2"]), "A1, A2, B1..B3")
		self.assertEqual(compress(names("A8..A11")), "A8..A11")
		self.assertEqual(compress(names("R1-V2..R5-V2")), "R1-V2..R5-V2")
		self.assertEqual(compress([]), "")

	def test_compress_keeps_apart_what_would_read_otherwise(self):
		for serial_nos in (
			["1.", "2.", "3."],
			[".1:", ".2:", ".3:"],
			["A+1", "A+2", "A+3"],
			["a1", "A2", "a3"],
			["X..Y", "+491", "A+B"],
			["9", "10", "11", "09", "010", "011"],
		):
			self.assertEqual(set(names(compress(serial_nos), known=serial_nos)), set(serial_nos))

	def test_a_range_is_not_written_where_a_serial_bears_its_text(self):
		serial_nos = ["A1", "A2", "A3", "a1..a3"]
		self.assertEqual(set(names(compress(serial_nos), known=serial_nos)), set(serial_nos))


class TestSameness(unittest.TestCase):
	def test_letter_case_accents_width_and_trailing_spaces_do_not_count(self):
		for one, other in (("RT-1", "rt-1"), ("é", "E"), ("Straße", "STRASSE"), ("Ａ１", "a1"), ("A ", "a")):
			self.assertEqual(fold(one), fold(other))

	def test_what_mariadb_tells_apart_stays_apart(self):
		for one, other in (("A1", "A01"), ("A-1", "A1"), ("ø", "o"), ("æ", "ae"), (" A", "A"), ("й", "и")):
			self.assertNotEqual(fold(one), fold(other))

	def test_invisible_characters_and_emoji_are_as_in_mariadb(self):
		self.assertEqual(fold("A\u200b1"), fold("A1"))
		self.assertEqual(fold("😀"), fold("😁"))

	def test_scripts_are_compared_as_mariadb_does(self):
		"""Where a rule would not tell: short i and g with upturn, Yiddish ligatures, ligatures of the phonetic alphabet."""
		for one, other in (("ґ", "г"), ("Й", "й"), ("װ", "וו"), ("ʤ", "dʒ"), ("ﬁ", "fi")):
			self.assertEqual(fold(one), fold(other), one)
		for one, other in (("й", "и"), ("ґ", "к"), ("가", "\u1100\u1161"), ("Ⴀ", "ⴀ")):
			self.assertNotEqual(fold(one), fold(other), one)

	def test_folding_a_fold_changes_nothing(self):
		for code in range(0x20, 0xD800):
			fold_of = fold(chr(code))
			self.assertEqual(fold(fold_of), fold_of, hex(code))

	def test_duplicates_come_in_groups_as_typed(self):
		self.assertEqual(duplicates(["b", "A1", "a1", "c", "B", "A1"]), [("b", "B"), ("A1", "a1", "A1")])
		self.assertEqual(duplicates(["a", "b"]), [])


class TestBadCharacters(unittest.TestCase):
	def test_names_that_cannot_be_typed_again_are_refused(self):
		for name, why in (
			("A,B", "comma"),
			("A;B", "semicolon"),
			("A，B", "comma"),
			("A\nB", "line break"),
			("A\tB", "tab"),
			("A\u200bB", "invisible"),
			("A\n", "line break"),
			("A<B", "angle"),
			("A>B", "angle"),
			(" A", "space"),
			("A\u00a0", "space"),
			("", "empty"),
			("  ", "empty"),
		):
			found = bad_characters(name)
			self.assertIsNotNone(found, repr(name))
			self.assertIn(why, found.text())

	def test_ordinary_names_pass(self):
		for name in ("RT-0001", "Box 7", "A/B#1", "é", "A+B", "X..Y", "序列号"):
			self.assertIsNone(bad_characters(name))


class TestProperties(unittest.TestCase):
	def setUp(self):
		self.random = random.Random(20240501)

	def test_expanding_what_compress_wrote_gives_the_set_back(self):
		for _round in range(300):
			serial_nos = {self.name() for _ in range(self.random.randrange(60))}
			self.assertEqual(set(names(compress(serial_nos), known=serial_nos)), serial_nos)

	def test_names_without_range_marks_need_no_known(self):
		for _round in range(200):
			serial_nos = {name for name in (self.name() for _ in range(60)) if not is_range(name)}
			found = expand(compress(serial_nos))
			self.assertEqual((set(found.serial_nos), found.problems), (serial_nos, []))

	def test_a_range_has_as_many_serials_as_its_ends_say(self):
		for _round in range(200):
			first, count = self.random.randrange(2000), self.random.randrange(1, 50)
			width = self.random.randrange(1, 6)
			head, tail = self.random.choice(["", "A", "L2-"]), self.random.choice(["", "-X", "/7"])
			expected = [f"{head}{number:0{width}d}{tail}" for number in range(first, first + count)]
			self.assertEqual(names(f"{expected[0]}..{expected[-1]}"), expected)

	def test_any_text_at_all_is_read_without_an_error(self):
		letters = string.printable + "…，；éß\u00a0\u200b\ufeff１😀"
		for _round in range(2000):
			text = "".join(self.random.choices(letters + "..::++  to 01", k=self.random.randrange(40)))
			found = expand(text, limit=50)
			self.assertLessEqual(len(found.serial_nos), 50)
			for name in found.serial_nos:
				self.assertIsNone(bad_characters(name), (text, name))
			for problem in found.problems:
				self.assertTrue(problem.text())

	def name(self) -> str:
		shape = self.random.choice(
			["{0}{1}", "{0}{1:02d}", "{0}{1:03d}-X", "{1}-{0}2", "{1}.", ".{1}", "{0}+{1}", "{1}..{0}"]
		)
		head = self.random.choice(["A", "a", "RT-", "B 1 to "])
		return shape.format(head, self.random.randrange(30)).strip()
