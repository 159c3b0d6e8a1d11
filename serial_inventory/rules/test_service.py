import unittest
from datetime import date

from serial_inventory.rules.lines import Known
from serial_inventory.rules.service import (
	Cover,
	Row,
	Template,
	begun,
	check_contract,
	check_installation,
	check_named,
	check_one_party,
	check_pair,
	check_repeats,
	end_of,
	start_of,
	taken_back,
	under_contract,
)

KNOWN = {"rt-1": Known("RT-1", "ROUTER"), "rt-2": Known("RT-2", "ROUTER"), "bk-1": Known("BK-1", "BOOK")}
JANUARY, JUNE, JULY, DECEMBER = date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31)


def row(*serial_nos, label="Row 1", item="ROUTER", start=JANUARY, end=JUNE):
	return Row(label, item, serial_nos, start, end)


def texts(problems) -> list[str]:
	return [problem.text() for problem in problems]


class TestNamed(unittest.TestCase):
	def test_units_of_the_item_pass_in_any_letter_case(self):
		self.assertEqual(check_named([row("RT-1", "rt-2")], KNOWN), [])

	def test_unknown_units_and_those_of_other_items_are_named(self):
		self.assertEqual(
			texts(check_named([row("RT-1", "NOPE", "BK-1")], KNOWN)),
			[
				"Row 1: These Serial Nos of Item ROUTER do not exist: NOPE. Check the typing.",
				"Row 1: These are Serial Nos of Item BOOK, not of ROUTER: BK-1. Take them out of the row.",
			],
		)

	def test_a_unit_twice_in_a_row_is_refused(self):
		self.assertIn("RT-1 = rt-1", texts(check_repeats([row("RT-1", "rt-1")]))[0])

	def test_a_unit_in_two_rows_is_refused_only_for_the_same_time(self):
		later = row("RT-1", label="Row 2", start=JULY, end=DECEMBER)
		self.assertEqual(check_repeats([row("RT-1"), later]), [])
		same = row("rt-1", label="Row 2", start=JUNE, end=DECEMBER)
		self.assertEqual(
			texts(check_repeats([row("RT-1"), same])),
			["Row 2: Also in Row 1, for the same time: rt-1. Keep each in one row."],
		)

	def test_a_pair_of_unit_and_item_must_belong_together(self):
		self.assertIn("NOPE does not exist", texts(check_pair("NOPE", "ROUTER", None))[0])
		self.assertEqual(check_pair("RT-1", None, KNOWN["rt-1"]), [])
		self.assertEqual(check_pair("RT-1", "ROUTER", KNOWN["rt-1"]), [])
		self.assertIn("unit of Item ROUTER, not of BOOK", texts(check_pair("RT-1", "BOOK", KNOWN["rt-1"]))[0])


class TestContracts(unittest.TestCase):
	def test_what_erpnext_refuses_of_a_bundle_is_refused(self):
		for cover, sentence in (
			(Cover(warranty_expiry_date=JANUARY), "Under warranty until 2026-01-01: RT-1"),
			(Cover(amc_expiry_date=JANUARY), "Under a maintenance contract until 2026-01-01: RT-1"),
			(Cover(delivery_date=JANUARY), "Delivered on 2026-01-01: RT-1"),
		):
			with self.subTest(sentence):
				self.assertIn(sentence, texts(check_contract(row("RT-1"), {"RT-1": cover}))[0])

	def test_cover_that_ends_before_the_start_is_none(self):
		before = date(2025, 12, 31)
		cover = Cover(before, before, before)
		self.assertEqual(check_contract(row("RT-1"), {"RT-1": cover}), [])
		self.assertEqual(
			check_contract(row("RT-1"), {"RT-1": Cover(delivery_date=JUNE, warehouse="Stores")}), []
		)

	def test_units_under_contract_are_told(self):
		covers = {"RT-1": Cover(amc_expiry_date=JANUARY), "RT-2": Cover()}
		self.assertEqual(under_contract(row("RT-1", "RT-2"), covers), ["RT-1"])

	def test_a_contract_begun_never_shortens_a_longer_one(self):
		self.assertEqual(begun(None, JUNE), JUNE)
		self.assertEqual(begun(DECEMBER, JUNE), DECEMBER)

	def test_a_cancel_takes_back_only_what_the_schedule_gave(self):
		self.assertIsNone(taken_back(JUNE, JUNE, ()))
		self.assertEqual(taken_back(DECEMBER, JUNE, ()), DECEMBER)
		self.assertEqual(taken_back(JUNE, JUNE, [JANUARY, date(2026, 3, 1)]), date(2026, 3, 1))

	def test_a_new_contract_starts_after_the_present_one(self):
		self.assertEqual(start_of(JANUARY, None), JANUARY)
		self.assertEqual(start_of(JANUARY, JUNE), JULY)
		self.assertEqual(start_of(DECEMBER, JUNE), DECEMBER)

	def test_visits_give_the_end(self):
		self.assertEqual(end_of(JANUARY, Template("Quarterly", 4)), date(2026, 12, 31))
		self.assertEqual(end_of(JANUARY, Template("Random", 3)), date(2027, 1, 1))

	def test_one_customer_and_one_company(self):
		self.assertEqual(check_one_party({"A": ["1"]}, {"C"}), [])
		told = texts(check_one_party({"B": ["2"], "A": ["1", "3", "4"]}, {"C", "D"}))
		self.assertIn("2 customers", told[0])
		self.assertIn("A: 1, 3 (+1); B: 2", told[0])
		self.assertIn("C, D", told[1])


class TestInstallation(unittest.TestCase):
	def test_delivered_units_are_installed_once(self):
		self.assertEqual(check_installation(row("rt-1"), "DN-1", ["RT-1"], {}), [])
		self.assertEqual(
			texts(check_installation(row("RT-1", "RT-9"), "DN-1", ["RT-1"], {"rt-1": "INS-1"})),
			[
				"Row 1: Delivery Note DN-1 did not deliver these units in this row: RT-9. Take them out.",
				"Row 1: Installed already by Installation Note INS-1: RT-1. Take them out.",
			],
		)

	def test_a_row_without_known_units_is_not_compared(self):
		self.assertEqual(check_installation(row("RT-1"), "DN-1", None, {}), [])


if __name__ == "__main__":
	unittest.main()
