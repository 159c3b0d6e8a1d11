"""Where movements leave a unit."""

import unittest
from datetime import date
from itertools import product

from serial_inventory.constants import Kind, Status
from serial_inventory.rules import positions
from serial_inventory.rules.units import Movement, Unit, moved

PLACES = ("A", "B")


def move(kind, number=1, warehouse="A", party=None):
	return Movement(kind, "Stock Entry", f"SE-{number}", date(2026, 1, number), warehouse, party)


class TestPositions(unittest.TestCase):
	def test_in_stock_delivered_and_returned(self):
		path = [
			move(Kind.RECEIVED, 1, "A", "Sue"),
			move(Kind.MOVED_OUT, 2, "A"),
			move(Kind.MOVED_IN, 2, "B"),
			move(Kind.DELIVERED, 3, "B", "Bob"),
			move(Kind.RETURNED, 4, "C", "Bob"),
		]
		found = [positions.position(path[:end]) for end in range(1, 6)]
		self.assertEqual(
			[(one.status, one.warehouse, one.customer, one.document, one.since.day) for one in found],
			[
				("Active", "A", None, "SE-1", 1),
				("Active", None, None, "SE-2", 2),
				("Active", "B", None, "SE-2", 2),
				("Delivered", None, "Bob", "SE-3", 3),
				("Active", "C", None, "SE-4", 4),
			],
		)

	def test_without_movements_it_is_nowhere(self):
		found = positions.position([])
		self.assertEqual((found.status, found.warehouse, found.document), (Status.INACTIVE.value, None, None))
		entered = positions.entered("S-1", "X", date(2026, 1, 1))
		self.assertEqual(
			(entered.serial_no, entered.status, entered.since), ("S-1", "Inactive", date(2026, 1, 1))
		)

	def test_the_tail_says_what_the_whole_path_says(self):
		"""Every path of up to three movements."""
		blank = Unit("", "", status=Status.INACTIVE.value)
		for length in range(4):
			for kinds in product(Kind, repeat=length):
				path = [move(kind, at + 1, PLACES[at % 2], "Bob") for at, kind in enumerate(kinds)]
				whole, found = moved(blank, path), positions.position(path)
				self.assertEqual(
					(found.status, found.warehouse, found.customer),
					(whole.status, whole.warehouse, whole.customer),
					kinds,
				)

	def test_a_position_is_told_of_each_unit(self):
		found = positions.of_unit(positions.position([move(Kind.RECEIVED)]), "S-1", "X")
		self.assertEqual((found.serial_no, found.item_code, found.warehouse), ("S-1", "X", "A"))
