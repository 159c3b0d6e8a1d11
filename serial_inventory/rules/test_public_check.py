"""What a guest is told of a unit, and that all that does not fit is answered alike."""

import unittest
from dataclasses import replace
from datetime import date

from serial_inventory.rules.public_check import (
	NOBODYS,
	NOTHING,
	Asked,
	Facts,
	Given,
	answer,
	clean,
	read_month,
)

TODAY = date(2026, 11, 24)
UNIT = Facts(
	status="Delivered",
	item_code="ROUTER-X1",
	item_name="Dual-band Router",
	delivery_date=date(2026, 3, 31),
	warranty_expiry_date=date(2026, 11, 24),
)


def ask(facts: Facts, asked: Asked = Asked(), **given):  # noqa: B008
	return answer(facts, Given("RT-1", **given), asked, TODAY)


class TestAnswers(unittest.TestCase):
	def test_the_last_day_of_a_warranty_is_under_it(self):
		told = ask(UNIT)
		self.assertEqual(
			(told.found, told.warranty_status, told.warranty_until), (True, "Under Warranty", TODAY)
		)
		over = ask(replace(UNIT, warranty_expiry_date=date(2026, 11, 23)))
		self.assertEqual(over.warranty_status, "Warranty Expired")

	def test_a_unit_without_warranty_says_so(self):
		told = ask(replace(UNIT, warranty_expiry_date=None))
		self.assertEqual((told.found, told.warranty_status, told.warranty_until), (True, "No Warranty", None))

	def test_term_and_its_last_day(self):
		told = ask(replace(UNIT, term_status="Trial", expiry_date=date(2026, 12, 1)))
		self.assertEqual((told.term_status, told.term_until), ("Trial", date(2026, 12, 1)))
		self.assertIsNone(ask(UNIT).term_status)

	def test_what_is_with_no_customer_is_unknown(self):
		for status in ("Active", "Inactive", "Consumed", "Expired", "", None):
			with self.subTest(status):
				self.assertEqual(ask(replace(UNIT, status=status)), NOTHING)
		self.assertEqual(ask(NOBODYS), NOTHING)

	def test_item_by_code_or_name_in_any_case(self):
		asked = Asked(item=True)
		for typed in ("ROUTER-X1", "router-x1", "dual-band ROUTER", "Dual-Band Router"):
			with self.subTest(typed):
				self.assertTrue(ask(UNIT, asked, item=typed).found)
		for typed in ("", "ROUTER-X2", "ROUTER", "%", "ROUTER-X_"):
			with self.subTest(typed):
				self.assertEqual(ask(UNIT, asked, item=typed), NOTHING)
		self.assertEqual(ask(replace(UNIT, item_code=None, item_name=None), asked, item=""), NOTHING)

	def test_month_of_the_delivery(self):
		asked = Asked(month=True)
		for typed in ("2026-03", "2026/3", "03/2026", "3.2026"):
			with self.subTest(typed):
				self.assertTrue(ask(UNIT, asked, month=typed).found)
		for typed in ("", "2026-04", "2025-03", "2026-13", "2026-03-31", "March", "0-0"):
			with self.subTest(typed):
				self.assertEqual(ask(UNIT, asked, month=typed), NOTHING)
		self.assertEqual(ask(replace(UNIT, delivery_date=None), asked, month=""), NOTHING)

	def test_both_must_fit(self):
		asked = Asked(item=True, month=True)
		self.assertTrue(ask(UNIT, asked, item="ROUTER-X1", month="2026-03").found)
		self.assertFalse(ask(UNIT, asked, item="ROUTER-X1").found)
		self.assertFalse(ask(UNIT, asked, month="2026-03").found)


class TestTypedTexts(unittest.TestCase):
	def test_what_no_database_takes_is_taken_out(self):
		self.assertEqual(clean("  RT-1\x00\r\n\ud800 "), "RT-1")
		self.assertEqual(clean("RT 1"), "RT 1")
		self.assertEqual(len(clean("R" * 1_000_000)), 140)

	def test_what_is_no_text_is_nothing(self):
		for value in (None, 5, ["RT-1"], {"name": "RT-1"}, True):
			with self.subTest(value):
				self.assertEqual(clean(value), "")

	def test_months(self):
		self.assertEqual(read_month("2026-11"), (2026, 11))
		self.assertIsNone(read_month("2026-00"))
		self.assertIsNone(read_month("١٢/٢٠٢٦x"))
