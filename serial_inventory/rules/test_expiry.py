import unittest
from datetime import date

from serial_inventory.rules import expiry

TODAY = date(2026, 3, 1)


class TestExpiry(unittest.TestCase):
	def test_the_last_day_itself_is_not_over(self):
		self.assertEqual(expiry.days_left(date(2026, 3, 1), TODAY), 0)
		self.assertEqual(expiry.days_left(date(2026, 2, 28), TODAY), -1)
		self.assertEqual(expiry.days_left(date(2026, 3, 31), TODAY), 30)

	def test_summary_counts_units_not_days(self):
		counts = [
			(date(2026, 2, 1), 5),
			(date(2026, 2, 28), 1),
			(TODAY, 2),
			(date(2026, 3, 8), 3),
			(date(2026, 3, 9), 10),
			(date(2026, 3, 31), 20),
			(date(2026, 4, 1), 40),
		]
		self.assertEqual(expiry.summary(counts, TODAY), expiry.Summary(81, 6, 5, 35))

	def test_summary_of_nothing(self):
		self.assertEqual(expiry.summary([], TODAY), expiry.Summary())

	def test_months_come_in_order_with_their_sums(self):
		counts = [(date(2026, 3, 31), 2), (date(2025, 12, 1), 1), (date(2026, 3, 1), 4)]
		self.assertEqual(
			list(expiry.by_month(counts).items()), [(date(2025, 12, 1), 1), (date(2026, 3, 1), 6)]
		)

	def test_digest_looks_back_a_day_and_ahead_a_week(self):
		ended, grace, ending = expiry.digest_parts(TODAY)
		self.assertEqual((ended.from_date, ended.to_date), (date(2026, 2, 28), date(2026, 2, 28)))
		self.assertEqual((ending.from_date, ending.to_date), (TODAY, date(2026, 3, 8)))
		self.assertEqual((grace.term_status, grace.from_date, grace.to_date), ("Grace", None, None))
