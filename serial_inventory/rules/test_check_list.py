import unittest
from dataclasses import replace
from datetime import date

from serial_inventory.constants import Answer, Status, TermStatus
from serial_inventory.rules import check_list as rules
from serial_inventory.rules.check_list import Asked, Facts, of_facts, together

TODAY = date(2026, 3, 10)
YESTERDAY, TOMORROW = date(2026, 3, 9), date(2026, 3, 11)
ANY = Asked()
IN_STORES = Facts("ROUTER", "Stores", Status.ACTIVE.value)


def words(facts: Facts, asked: Asked = ANY, more: tuple[Answer, ...] = ()) -> list[str]:
	return [answer.value for answer in together(of_facts(facts, asked), more)]


class TestAnswers(unittest.TestCase):
	def test_a_unit_is_in_one_place(self):
		self.assertEqual(words(IN_STORES), ["Free", "In Stock"])
		for status, word in (
			(Status.DELIVERED, "Delivered"),
			(Status.CONSUMED, "Consumed"),
			(Status.INACTIVE, "Not in Stock"),
			(Status.EXPIRED, "Not in Stock"),
		):
			self.assertIn(word, words(Facts("ROUTER", None, status.value)))
		self.assertEqual(words(Facts("ROUTER")), ["Not in Stock"])

	def test_what_is_planned_with_a_unit_takes_its_freedom(self):
		for answer in (Answer.BOOKED, Answer.RESERVED, Answer.IN_DRAFT):
			self.assertEqual(words(IN_STORES, more=(answer,)), ["In Stock", answer.value])
		self.assertEqual(words(IN_STORES, more=(Answer.DUPLICATE,)), ["Free", "In Stock", "Duplicate"])

	def test_only_what_is_in_stock_is_free(self):
		self.assertNotIn("Free", words(Facts("ROUTER", None, Status.DELIVERED.value)))

	def test_another_item_or_warehouse_is_told(self):
		self.assertIn("Wrong Item", words(IN_STORES, Asked("PHONE")))
		self.assertNotIn("Wrong Item", words(IN_STORES, Asked("ROUTER")))
		self.assertIn("Other Warehouse", words(IN_STORES, Asked(None, {"Shop"})))
		self.assertNotIn("Other Warehouse", words(IN_STORES, Asked(None, {"Stores", "Shop"})))
		self.assertNotIn("Other Warehouse", words(replace(IN_STORES, warehouse=None), Asked(None, {"Shop"})))

	def test_a_life_or_a_term_that_is_over(self):
		for day, is_over in ((YESTERDAY, True), (TODAY, False), (TOMORROW, False), (None, False)):
			self.assertEqual(rules.is_over(day, TODAY), is_over, day)
		self.assertEqual(words(replace(IN_STORES, is_over=True)), ["In Stock", "Expired"])
		for status, is_over in (
			(TermStatus.EXPIRED, True),
			(TermStatus.ENDED, True),
			(TermStatus.GRACE, False),
			(TermStatus.SUSPENDED, False),
			(TermStatus.PAID, False),
		):
			facts = Facts("ACCOUNT", None, Status.DELIVERED.value, term_status=status.value)
			self.assertEqual("Expired" in words(facts), is_over, status)
		in_grace = replace(facts, term_status=TermStatus.GRACE.value, is_over=True)
		self.assertNotIn("Expired", words(in_grace))

	def test_a_warranty_holds_to_its_last_day(self):
		for day, holds in ((YESTERDAY, False), (TODAY, True), (TOMORROW, True), (None, False)):
			self.assertEqual(rules.is_covered(day, TODAY), holds, day)
		self.assertIn("Under Warranty", words(replace(IN_STORES, is_covered=True)))

	def test_the_order_is_always_the_same(self):
		found = words(replace(IN_STORES, is_covered=True), Asked("X"), (Answer.DUPLICATE, Answer.BOOKED))
		self.assertEqual(found, ["In Stock", "Wrong Item", "Booked", "Under Warranty", "Duplicate"])
