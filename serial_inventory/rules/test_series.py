import random
import unittest
from datetime import date, datetime

from serial_inventory.rules.series import ITEM_FIELDS, Series, problems, week_number

DAY = date(2024, 5, 7)
ROUTER = {"item_code": "ROUTER", "item_group": "Network", "brand": None, "item_name": "Router 5G"}


def prefix(series: str, values=None, today=DAY) -> str:
	return Series.parse(series).prefix(values or {}, today)


def number(series: str, values=None, today=DAY, first=1) -> str:
	return Series.parse(series).numbers(values or {}, today, first, 1)[0]


def overlap(one: str, other: str) -> bool:
	found = Series.parse(one).overlaps(Series.parse(other))
	assert found == Series.parse(other).overlaps(Series.parse(one))
	return found


class TestLikeFrappe(unittest.TestCase):
	"""Counter keys and names as Frappe 15.103 and 16.13 give them for the same series on 2024-05-07."""

	def test_the_counter_and_the_first_name_are_those_of_frappe(self):
		for series, key, name in (
			("RT-.#####", "RT-", "RT-00001"),
			("RT.###", "RT", "RT001"),
			("RT-", "RT-", "RT-00001"),
			("RT-.", "RT-", "RT-00001"),
			("RT", "RT", "RT00001"),
			("####", "", "0001"),
			(".####", "", "0001"),
			("RT-.YY.-.####", "RT-24-", "RT-24-0001"),
			("RT-.YYYY.MM.DD.-.##", "RT-20240507-", "RT-20240507-01"),
			("RT-.WW.-.##", "RT-19-", "RT-19-01"),
			("RT-.YY", "RT-24", "RT-2400001"),
			("RT-YY-.##", "RT-YY-", "RT-YY-01"),
			("RT-.####.-X", "RT-", "RT-0001-X"),
			("RT-.####.-.YY", "RT-", "RT-0001-24"),
			("rt-.####", "rt-", "rt-0001"),
			("A..B..##", "AB", "AB01"),
			("RT-.FY.-.##", "RT-FY-", "RT-FY-01"),
			("RT-.{other}.-.##", "RT-{other}-", "RT-{other}-01"),
		):
			self.assertEqual((prefix(series), number(series)), (key, name), series)

	def test_only_the_first_number_group_counts(self):
		self.assertEqual(number("RT-.##.-.####"), "RT-01-")
		self.assertEqual(prefix("RT-.##.-.####"), "RT-")

	def test_a_number_part_is_as_wide_as_it_is_long_whatever_it_holds(self):
		self.assertEqual(number("RT-.##-X"), "RT-0001")

	def test_a_group_inside_a_part_is_literal_where_another_part_is_the_number(self):
		self.assertEqual((prefix("A#.-.##"), number("A#.-.##")), ("A#-", "A#-01"))

	def test_the_timestamp_is_that_of_the_given_time(self):
		now = datetime(2024, 5, 7, 10, 11, 12)
		self.assertEqual(prefix("RT-.timestamp.-.##", today=now), "RT-2024-05-07 10:11:12-")

	def test_weeks_at_the_turn_of_the_year_stay_in_their_year(self):
		for day, week in (
			(date(2021, 1, 1), "00"),
			(date(2024, 12, 30), "53"),
			(date(2020, 12, 31), "53"),
			(date(2024, 1, 1), "01"),
			(date(2024, 12, 28), "52"),
		):
			self.assertEqual(week_number(day), week, day)
			self.assertEqual(prefix("RT-.WW.##", today=day), f"RT-{week}")


class TestBeyondFrappe(unittest.TestCase):
	def test_item_fields_are_filled_in_braces_or_between_dots(self):
		for series in ("{item_code}-.###", "{item_code}-", ".item_code.-.###", ".{item_code}.-.###"):
			self.assertEqual(prefix(series, ROUTER), "ROUTER-", series)
		self.assertEqual(number("{item_group}/{item_name}/.##", ROUTER), "Network/Router 5G/01")

	def test_an_empty_field_is_nothing_and_one_not_given_stays(self):
		self.assertEqual(prefix("{brand}-.##", ROUTER), "-")
		self.assertEqual(prefix("{brand}-.##"), "{brand}-")
		self.assertEqual(prefix(".brand.-.##"), "brand-")

	def test_variables_come_from_values(self):
		self.assertEqual(prefix("RT-.FY.-.##", {"FY": "2024-2025"}), "RT-2024-2025-")
		self.assertEqual(prefix("RT-.JJJ.-.##", {"JJJ": "128"}), "RT-128-")
		self.assertEqual(prefix("RT-.JJJ.-.##"), "RT-JJJ-")
		self.assertEqual(prefix("RT-.PLANT.-.##", {"PLANT": 7}), "RT-7-")

	def test_a_field_follows_the_number_too(self):
		self.assertEqual(number("RT-.##.-.{item_code}", ROUTER), "RT-01-ROUTER")

	def test_a_group_without_a_dot_counts_where_frappe_finds_none(self):
		for series, name in (
			("RT-#####", "RT-00001"),
			("RT-.YY.-###", "RT-24-001"),
			("RT-{####}", "RT-0001"),
			("RT-###-X", "RT-001-X"),
			("{item_code}##", "ROUTER01"),
		):
			self.assertEqual(number(series, ROUTER), name, series)
		self.assertEqual(prefix("RT-#####"), "RT-")


class TestNumbers(unittest.TestCase):
	def test_a_block_starts_at_its_first_number(self):
		self.assertEqual(
			Series.parse("RT-.###.-X").numbers({}, DAY, 98, 4),
			["RT-098-X", "RT-099-X", "RT-100-X", "RT-101-X"],
		)

	def test_numbers_outgrow_their_width(self):
		self.assertEqual(Series.parse("RT-.##").numbers({}, DAY, 99, 2), ["RT-99", "RT-100"])

	def test_an_empty_block_is_empty_and_a_negative_one_an_error(self):
		self.assertEqual(Series.parse("RT-").numbers({}, DAY, 1, 0), [])
		for first, count in ((-1, 1), (1, -1)):
			with self.assertRaises(ValueError):
				Series.parse("RT-").numbers({}, DAY, first, count)

	def test_suffix_and_width(self):
		series = Series.parse("RT-.####.-.YY")
		self.assertEqual((series.suffix({}, DAY), series.width), ("-24", 4))


class TestOverlaps(unittest.TestCase):
	def test_series_that_can_meet(self):
		for one, other in (
			("RT-.####", "RT-.####"),
			("RT-.####", "RT-.#####"),
			("RT-.####", "rt-"),
			("RT-.####", "RT-1.####"),
			("RT-.YY.####", "RT-.######"),
			("RT-.YY.-.####", "RT-24-.####"),
			("RT-.YYYY.-.##", "RT-.YY.MM.-.##"),
			("É-.##", "e-.##"),
			("RT-.timestamp.-.##", "RT-2024-01-01-.##"),
			("{item_code}-.##", "RT-.##"),
			("RT-.FY.-.##", "RT-2024-2025-.##"),
		):
			self.assertTrue(overlap(one, other), (one, other))

	def test_series_that_cannot_meet(self):
		for one, other in (
			("RT-.####", "RX-.####"),
			("RT-.YY.-.####", "RT-.####"),
			("RT-.####", "RT-.####.-X"),
			("RT-.####", "RT-0.####"),
			("RT-.YY.-.##", "RT-.YYYY.-.##"),
			("{item_code}-A.##", "RT-.##"),
		):
			self.assertFalse(overlap(one, other), (one, other))

	def test_filled_series_of_two_items_meet_only_where_the_items_do(self):
		series = Series.parse("{item_code}-.###")
		router, switch = series.filled({"item_code": "ROUTER"}), series.filled({"item_code": "SWITCH"})
		self.assertFalse(router.overlaps(switch))
		self.assertTrue(router.overlaps(Series.parse("router-.####")))
		self.assertTrue(router.overlaps(series))

	def test_one_series_against_thousands_is_quick(self):
		mine = Series.parse("RT-.YY.-.#####")
		others = [Series.parse(f"RT-{at}-.#####") for at in range(2000)]
		self.assertEqual(sum(mine.overlaps(other) for other in others), 90)


class TestPattern(unittest.TestCase):
	def test_it_knows_the_names_of_its_series_and_their_number(self):
		pattern = Series.parse("RT-.YY.-.###.-X").pattern()
		self.assertEqual(pattern.fullmatch("rt-24-0123-x"), None)
		self.assertEqual(pattern.fullmatch("rt-24-1234-x")["number"], "1234")
		self.assertEqual(pattern.fullmatch("RT-24-001-X")["number"], "001")
		self.assertIsNone(pattern.fullmatch("RT-24-001"))

	def test_literals_are_no_expressions(self):
		self.assertIsNone(Series.parse("R*(T-.##").pattern().fullmatch("RRT-01"))
		self.assertIsNotNone(Series.parse("R*(T-.##").pattern().fullmatch("R*(T-01"))


class TestProblems(unittest.TestCase):
	def found(self, series, **options) -> str:
		return " | ".join(problem.text() for problem in problems(series, **options))

	def test_series_that_work_have_none(self):
		for series in (
			"RT-.#####",
			"RT-",
			"RT-#####",
			"{item_code}-.YY.-.###",
			".brand.-.##",
			"Rü/1.##",
			"####",
		):
			self.assertEqual(self.found(series), "", series)
			self.assertEqual(self.found(series, values=ROUTER, today=DAY), "", series)

	def test_an_empty_series_says_so(self):
		for series in (None, "", "  ", "..", " . "):
			self.assertIn("empty", self.found(series))

	def test_characters_that_no_serial_may_bear(self):
		for series in ("A,B-.##", "A;-.##", "A<.##", "A>.##", "A\n.##", "A\t.##", " A-.##", "A-.##. "):
			self.assertIn("cannot be in a Serial No", self.found(series), repr(series))

	def test_a_value_with_such_a_character_is_found_with_the_item(self):
		self.assertEqual(self.found("{item_name}-.##"), "")
		self.assertIn("5G, black-01", self.found("{item_name}-.##", values={"item_name": "Router 5G, black"}))

	def test_names_that_would_read_as_ranges(self):
		for series in ("A1+.###", "A::.###", "A+.###"):
			self.assertIn("read as a range", self.found(series), series)

	def test_too_long_results(self):
		self.assertIn("can have 140", self.found("R" * 90 + ".##." + "R" * 50))
		self.assertIn("counters take 100", self.found("R" * 101 + ".##"))
		self.assertIn("can have 140", self.found("." + "#" * 141))
		self.assertIn("can have 140", self.found("{item_code}.##", values={"item_code": "x" * 139}))

	def test_braces_that_nothing_fills(self):
		for series, braces in (
			("{foo}-.##", "{foo}"),
			("RT-.{YY}.-.##", "{YY}"),
			("{item_code-.##", "{"),
			("RT-.##.}", "}"),
		):
			self.assertIn(f"has {braces}, which", self.found(series), series)
		self.assertIn("{item_code}, {item_group}", self.found("{foo}-.##"))


class TestProperties(unittest.TestCase):
	TOKENS = (
		"RT-",
		"rt",
		"1",
		"24",
		"-",
		"#",
		"##",
		"####",
		"YY",
		"YYYY",
		"MM",
		"{item_code}",
		"brand",
		".",
		".",
		".",
		"é",
	)

	def setUp(self):
		self.random = random.Random(7)

	def series(self) -> str:
		return "".join(self.random.choices(self.TOKENS, k=self.random.randrange(1, 8)))

	def names(self, series: Series) -> list[str]:
		day = date(self.random.randrange(2020, 2030), self.random.randrange(1, 13), 9)
		first = self.random.choice([1, 9, 95, 998, 20240, 202401])
		return series.numbers(self.values, day, first, 4)

	values = dict.fromkeys(ITEM_FIELDS, "24")

	def test_a_series_matches_and_overlaps_what_it_gives(self):
		for _round in range(500):
			series = Series.parse(self.series())
			for name in self.names(series):
				self.assertIsNotNone(series.pattern().fullmatch(name), (series, name))
			self.assertTrue(series.overlaps(series))

	def test_series_that_share_a_name_overlap(self):
		met = 0
		for _round in range(3000):
			one, other = Series.parse(self.series()), Series.parse(self.series())
			if any(other.pattern().fullmatch(name) for name in self.names(one)):
				met += 1
				self.assertTrue(one.overlaps(other), (one.text, other.text))
		self.assertGreater(met, 100)

	def test_every_name_begins_with_its_counter_and_goes_on_with_the_number(self):
		for _round in range(500):
			series = Series.parse(self.series())
			before, after = series.prefix(self.values, DAY), series.suffix(self.values, DAY)
			name = series.numbers(self.values, DAY, 123456, 1)[0]
			self.assertEqual(name, f"{before}{123456:0{series.width}d}{after}")
