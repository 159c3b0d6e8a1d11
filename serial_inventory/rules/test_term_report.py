import unittest
from datetime import date, timedelta

from serial_inventory.rules import term_report as report
from serial_inventory.rules.term_report import Count, of_unit
from serial_inventory.rules.terms import Term

TODAY = date(2026, 6, 15)


def day(month: int, number: int) -> date:
	return date(2026, month, number)


def row(action, from_date, to_date=None, plan_type="Paid", grace_days=0) -> Term:
	return Term(action, from_date, to_date, "Monthly", plan_type, grace_days)


def counted(*rows, today=TODAY) -> set[tuple[str, date]]:
	return {(count.what, count.day) for count in of_unit(rows, today)}


def lapses(*rows, today=TODAY) -> list[date]:
	return [when for what, when in sorted(counted(*rows, today=today)) if what == "lapsed"]


class TestLapsing(unittest.TestCase):
	def test_a_term_that_nothing_follows_lapses_on_its_last_day(self):
		self.assertEqual(lapses(row("Start", day(1, 1), day(1, 31))), [day(1, 31)])

	def test_not_before_its_grace_is_over(self):
		term = row("Start", day(6, 1), day(6, 10), grace_days=5)
		self.assertEqual(lapses(term, today=day(6, 15)), [])
		self.assertEqual(lapses(term, today=day(6, 16)), [day(6, 10)])

	def test_a_term_that_is_followed_does_not_lapse(self):
		first, second = row("Start", day(1, 1), day(1, 31)), row("Renew", day(2, 1), day(6, 30))
		self.assertEqual(lapses(first, second), [])

	def test_following_in_grace_is_in_time_and_after_it_is_not(self):
		first = row("Start", day(1, 1), day(1, 31), grace_days=5)
		for from_date, expected in ((day(2, 5), []), (day(2, 6), []), (day(2, 7), [day(1, 31)])):
			with self.subTest(from_date):
				self.assertEqual(lapses(first, row("Renew", from_date, day(6, 30))), expected)

	def test_a_term_cut_short_does_not_lapse(self):
		first = row("Start", day(1, 1), day(1, 31))
		for action in ("Convert", "Change Plan", "Suspend", "End"):
			to_date = None if action in ("Suspend", "End") else day(6, 30)
			with self.subTest(action):
				self.assertEqual(lapses(first, row(action, day(1, 10), to_date)), [])

	def test_terms_renewed_ahead_and_then_ended_do_not_lapse(self):
		rows = (
			row("Start", day(1, 1), day(1, 31)),
			row("Renew", day(2, 1), day(2, 28)),
			row("End", day(1, 20)),
		)
		self.assertEqual(lapses(*rows), [])

	def test_an_end_long_before_is_no_excuse(self):
		self.assertEqual(lapses(row("End", day(1, 1)), row("Start", day(2, 1), day(2, 28))), [day(2, 28)])

	def test_a_pause_has_no_end_to_lapse(self):
		self.assertEqual(lapses(row("Suspend", day(1, 1))), [])

	def test_a_term_to_the_end_of_time_is_fine(self):
		self.assertEqual(lapses(row("Start", day(1, 1), date.max, grace_days=30)), [])


class TestTrials(unittest.TestCase):
	def won(self, *rows) -> list[str]:
		return sorted(what for what, _day in counted(*rows) if what.startswith("trials"))

	trial = row("Start", day(5, 1), day(5, 14), plan_type="Trial")

	def test_a_converted_trial_is_won(self):
		self.assertEqual(
			self.won(self.trial, row("Convert", day(5, 10), day(6, 9))), ["trials", "trials_won"]
		)

	def test_a_trial_that_ran_out_is_not(self):
		self.assertEqual(self.won(self.trial), ["trials"])

	def test_another_trial_is_no_conversion(self):
		self.assertEqual(self.won(self.trial, row("Renew", day(5, 15), day(5, 28), "Trial")), ["trials"])

	def test_a_paid_renewal_counts_however_late(self):
		self.assertEqual(self.won(self.trial, row("Renew", day(6, 14), day(7, 13))), ["trials", "trials_won"])

	def test_what_the_next_owner_pays_wins_no_trial_of_the_last(self):
		rows = (
			self.trial,
			row("Start", day(6, 1), day(6, 14), plan_type="Trial"),
			row("Convert", day(6, 5), day(7, 4)),
		)
		won = [when for what, when in counted(*rows) if what == "trials_won"]
		self.assertEqual(won, [day(6, 1)])

	def test_a_paid_start_is_no_trial(self):
		self.assertEqual(self.won(row("Start", day(5, 1), day(5, 31))), [])

	def test_rate_in_percent_and_none_of_none(self):
		self.assertEqual(report.rate(3, 1), 33.3)
		self.assertIsNone(report.rate(0, 0))


class TestMonths(unittest.TestCase):
	def test_each_action_counts_as_its_own_kind(self):
		for action, what in report.ACTIONS.items():
			with self.subTest(action):
				found = {count.what for count in of_unit([row(action, day(6, 1), day(7, 1))], TODAY)}
				self.assertEqual(found, {what})

	def test_every_month_has_a_line_and_sums_its_days(self):
		counts = [Count("started", day(1, 3), 2), Count("started", day(1, 31)), Count("renewed", day(3, 1))]
		lines = report.months(counts, day(1, 1), day(3, 31))
		self.assertEqual([line.first for line in lines], [day(1, 1), day(2, 1), day(3, 1)])
		self.assertEqual(lines[0].numbers["started"], 3)
		self.assertEqual(sum(lines[1].numbers.values()), 0)
		self.assertEqual(report.total(lines)["renewed"], 1)

	def test_days_outside_the_period_do_not_count(self):
		lines = report.months(
			[Count("started", day(1, 9)), Count("started", day(1, 10))], day(1, 10), day(1, 31)
		)
		self.assertEqual(lines[0].numbers["started"], 1)

	def test_groups_have_lines_of_their_own(self):
		counts = [
			Count("started", day(2, 1), 1, "Yearly"),
			Count("started", day(2, 2), 2, "Monthly"),
			Count("started", day(1, 2), 4, "Monthly"),
		]
		lines = report.months(counts, day(1, 1), day(2, 28), is_grouped=True)
		self.assertEqual(
			[(line.first.month, line.group, line.numbers["started"]) for line in lines],
			[(1, "Monthly", 4), (2, "Monthly", 2), (2, "Yearly", 1)],
		)

	def test_months_cross_years(self):
		found = list(report.firsts(date(2025, 11, 20), date(2026, 1, 1)))
		self.assertEqual(found, [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)])

	def test_an_empty_period_has_no_months(self):
		self.assertEqual(list(report.firsts(TODAY, TODAY - timedelta(days=40))), [])
