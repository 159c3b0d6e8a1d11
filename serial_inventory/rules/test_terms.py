import unittest
from datetime import date, timedelta

from serial_inventory.rules.terms import State, Term, state, timeline


def term(action: str, first: str, last: str | None = None, plan: str | None = "Monthly", **more) -> Term:
	kind = "Trial" if plan == "Trial" else "Paid"
	return Term(action, date.fromisoformat(first), last and date.fromisoformat(last), plan, kind, **more)


def on(terms: list[Term], day: str) -> State:
	return state(terms, date.fromisoformat(day))


TRIAL = term("Start", "2026-01-01", "2026-01-14", "Trial", grace_days=3)
PAID = term("Convert", "2026-01-10", "2026-02-09")
NEXT = term("Renew", "2026-02-10", "2026-03-09")


class TestStateOnADay(unittest.TestCase):
	def test_without_a_row_there_is_nothing_to_say(self):
		self.assertEqual(on([], "2026-01-01"), State())

	def test_a_trial_from_before_its_first_day_through_grace_to_expired(self):
		for day, status, change in (
			("2025-12-31", "Not Started", "2026-01-01"),
			("2026-01-01", "Trial", "2026-01-15"),
			("2026-01-14", "Trial", "2026-01-15"),
			("2026-01-15", "Grace", "2026-01-18"),
			("2026-01-17", "Grace", "2026-01-18"),
			("2026-01-18", "Expired", None),
			("2030-01-01", "Expired", None),
		):
			with self.subTest(day):
				found = on([TRIAL], day)
				self.assertEqual(found.term_status, status)
				self.assertEqual(found.next_term_change, change and date.fromisoformat(change))
				self.assertEqual(found.expiry_date, date(2026, 1, 14))
				self.assertEqual((found.serial_plan, found.plan_type), ("Trial", "Trial"))

	def test_a_conversion_cuts_the_trial_short(self):
		self.assertEqual(on([TRIAL, PAID], "2026-01-09").term_status, "Trial")
		self.assertEqual(on([TRIAL, PAID], "2026-01-09").expiry_date, date(2026, 2, 9))
		found = on([TRIAL, PAID], "2026-01-10")
		self.assertEqual(
			(found.serial_plan, found.term_status, found.term_start_date),
			("Monthly", "Paid", date(2026, 1, 10)),
		)
		self.assertEqual(timeline([TRIAL, PAID])[0].to_date, date(2026, 1, 9))

	def test_the_expiry_is_that_of_the_unbroken_chain(self):
		self.assertEqual(on([TRIAL, PAID, NEXT], "2026-01-20").expiry_date, date(2026, 3, 9))
		self.assertEqual(on([TRIAL, PAID, NEXT], "2026-01-20").next_term_change, date(2026, 2, 10))
		self.assertEqual(on([TRIAL, PAID, NEXT], "2026-02-10").term_start_date, date(2026, 2, 10))

	def test_a_renewal_after_a_gap(self):
		late = term("Renew", "2026-06-01", "2026-06-30")
		self.assertEqual(on([PAID, late], "2026-03-01").term_status, "Expired")
		self.assertEqual(on([PAID, late], "2026-03-01").next_term_change, date(2026, 6, 1))
		self.assertEqual(on([PAID, late], "2026-03-01").expiry_date, date(2026, 2, 9))
		self.assertEqual(on([PAID, late], "2026-06-01").expiry_date, date(2026, 6, 30))

	def test_a_renewal_that_begins_in_grace_ends_it(self):
		soon = term("Renew", "2026-01-16", "2026-02-15", "Trial")
		self.assertEqual(on([TRIAL, soon], "2026-01-15").next_term_change, date(2026, 1, 16))

	def test_suspended_without_an_expiry_until_resumed(self):
		suspended = term("Suspend", "2026-02-01")
		resumed = term("Resume", "2026-03-01", "2026-03-09")
		found = on([PAID, suspended], "2026-02-05")
		self.assertEqual((found.term_status, found.expiry_date), ("Suspended", None))
		self.assertEqual((found.serial_plan, found.term_start_date), ("Monthly", date(2026, 1, 10)))
		self.assertEqual(on([PAID, suspended, resumed], "2026-02-05").next_term_change, date(2026, 3, 1))
		self.assertEqual(on([PAID, suspended, resumed], "2026-03-05").term_status, "Paid")
		self.assertEqual(on([PAID, suspended, resumed], "2026-03-05").expiry_date, date(2026, 3, 9))

	def test_ended_with_the_last_day_that_counted(self):
		found = on([PAID, NEXT, term("End", "2026-01-20")], "2026-01-20")
		self.assertEqual((found.term_status, found.expiry_date), ("Ended", date(2026, 1, 19)))
		self.assertIsNone(found.next_term_change)

	def test_ended_on_its_first_day(self):
		found = on([PAID, term("End", "2026-01-10")], "2026-01-10")
		self.assertEqual(
			(found.term_status, found.serial_plan, found.expiry_date), ("Ended", "Monthly", None)
		)
		self.assertEqual(found.term_start_date, date(2026, 1, 10))

	def test_the_next_change_is_the_first_day_that_says_otherwise(self):
		"""Day by day over years, for every mixture of rows."""
		stories = (
			[TRIAL],
			[TRIAL, PAID],
			[TRIAL, PAID, NEXT],
			[TRIAL, PAID, NEXT, term("End", "2026-03-01")],
			[PAID, term("Suspend", "2026-02-01"), term("Resume", "2026-03-01", "2026-03-09", grace_days=5)],
			[PAID, term("Renew", "2026-06-01", "2026-06-30")],
		)
		for terms in stories:
			day = date(2025, 12, 1)
			for _n in range(400):
				found = state(terms, day)
				self.assertTrue(found.next_term_change is None or found.next_term_change > day)
				tomorrow = state(terms, day + timedelta(days=1))
				if found.next_term_change != day + timedelta(days=1):
					self.assertEqual(tomorrow, found, f"{terms} on {day}")
				day += timedelta(days=1)
