import unittest
from datetime import date

from serial_inventory.rules.plans import Plan, check, check_default, end_of

MONTHLY = Plan("Monthly", "Paid", 1, "Month")


def texts(problems) -> str:
	return " | ".join(problem.text() for problem in problems)


class TestTheCalendar(unittest.TestCase):
	def test_the_last_day_is_included(self):
		for plan, first, last in (
			(Plan("P", "Trial", 14, "Day"), date(2026, 1, 1), date(2026, 1, 14)),
			(Plan("P", "Paid", 2, "Week"), date(2026, 1, 1), date(2026, 1, 14)),
			(Plan("P", "Paid", 1, "Month"), date(2026, 1, 1), date(2026, 1, 31)),
			(Plan("P", "Paid", 3, "Month"), date(2026, 1, 15), date(2026, 4, 14)),
			(Plan("P", "Paid", 1, "Year"), date(2026, 3, 1), date(2027, 2, 28)),
			(Plan("P", "Paid", 1, "Day"), date(2026, 12, 31), date(2026, 12, 31)),
		):
			with self.subTest(plan=plan):
				self.assertEqual(end_of(first, plan), last)

	def test_a_chain_from_the_31st_begins_on_the_last_day_of_short_months_and_on_the_31st_again(self):
		begins, begin = [], date(2026, 1, 31)
		for _month in range(5):
			begins.append(begin)
			begin = date.fromordinal(end_of(begin, MONTHLY, 31).toordinal() + 1)
		self.assertEqual(
			[str(day) for day in begins],
			["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
		)

	def test_a_term_that_ended_on_the_last_of_january_goes_on_to_the_last_of_february(self):
		self.assertEqual(end_of(date(2026, 2, 1), MONTHLY), date(2026, 2, 28))
		self.assertEqual(end_of(date(2028, 2, 1), MONTHLY), date(2028, 2, 29))
		self.assertEqual(end_of(date(2026, 3, 1), MONTHLY), date(2026, 3, 31))

	def test_a_leap_day_comes_back_in_leap_years(self):
		yearly = Plan("Yearly", "Paid", 1, "Year")
		self.assertEqual(end_of(date(2028, 2, 29), yearly), date(2029, 2, 27))
		self.assertEqual(end_of(date(2031, 2, 28), yearly, 29), date(2032, 2, 28))

	def test_several_terms_at_once(self):
		self.assertEqual(end_of(date(2026, 1, 31), MONTHLY, count=12), date(2027, 1, 30))

	def test_a_term_past_the_calendar_has_no_end(self):
		for unit in ("Day", "Week", "Month", "Year"):
			with self.subTest(unit):
				self.assertIsNone(end_of(date(9999, 12, 1), Plan("P", "Paid", 100, unit)))


class TestPlansAsTheyAreSaved(unittest.TestCase):
	def test_a_good_plan(self):
		paid = Plan("Paid", "Paid", 1, "Year")
		self.assertEqual(check(Plan("Trial", "Trial", 14, "Day", 3, "Paid"), paid), [])

	def test_a_plan_lasts_from_1_day_to_100_years(self):
		for duration, unit in ((0, "Day"), (-1, "Month"), (101, "Year"), (1_201, "Month"), (10**9, "Week")):
			with self.subTest(duration=duration, unit=unit):
				self.assertIn("whole number from 1 to", texts(check(Plan("P", "Paid", duration, unit))))

	def test_grace_is_no_negative(self):
		self.assertIn("-1 Grace Days", texts(check(Plan("P", "Paid", 1, "Day", -1))))

	def test_only_a_trial_is_followed_and_only_by_a_paid_plan(self):
		trial = Plan("Again", "Trial", 1, "Day")
		self.assertIn("only a Trial", texts(check(Plan("P", "Paid", 1, "Day", next_plan="Q"))))
		self.assertIn("a trial too", texts(check(Plan("P", "Trial", 1, "Day", next_plan="Again"), trial)))

	def test_the_type_stays_once_there_are_terms(self):
		self.assertIn("has terms as Trial", texts(check(Plan("P", "Paid", 1, "Day"), types_in_use=["Trial"])))
		self.assertEqual(check(Plan("P", "Paid", 1, "Day"), types_in_use=["Paid"]), [])


class TestDefaultPlan(unittest.TestCase):
	def test_what_units_cannot_start_on_is_refused(self):
		for plan, has_terms, part in (
			(MONTHLY, False, "have no terms"),
			(Plan("M", "Paid", 1, "Month", disabled=True), True, "is disabled"),
			(
				Plan("M", "Paid", 1, "Month", purposes=frozenset({"Book", "Account"})),
				True,
				"for Account, Book, not",
			),
		):
			with self.subTest(part):
				self.assertIn(part, texts(check_default("Slot", has_terms, plan)))

	def test_others_are_not(self):
		for plan in (MONTHLY, Plan("M", "Paid", 1, "Month", purposes=frozenset({"Slot"}))):
			self.assertEqual(check_default("Slot", True, plan), [])
