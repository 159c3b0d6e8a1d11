import unittest
from datetime import datetime

from serial_inventory.constants import Direction, StockTakeState
from serial_inventory.rules import stock_take as rules
from serial_inventory.rules.lines import Known
from serial_inventory.rules.stock_take import Here, Judged, Movement, Scan

STORES = "Stores"
NINE, TEN, ELEVEN = (datetime(2026, 11, 24, hour) for hour in (9, 10, 11))


def scan(serial_no, moment=TEN):
	return Scan(serial_no, "counter@example.com", moment)


def judge(here=(), scans=(), known=(), movements=None):
	return rules.judge(
		{unit.serial_no: unit for unit in here},
		{one.serial_no: one for one in scans},
		{unit.serial_no: unit for unit in known},
		movements or {},
		STORES,
	)


class TestJudging(unittest.TestCase):
	def test_found_and_missing(self):
		units = judge([Here("A", "X"), Here("B", "X")], [scan("A")])
		self.assertEqual([unit.state for unit in units], [StockTakeState.FOUND, StockTakeState.MISSING])
		self.assertEqual(units[0].scan.scanned_by, "counter@example.com")

	def test_a_stray_says_where_it_is(self):
		for unit, place in (
			(Known("A", "X", "Shop", "Active"), "In warehouse Shop"),
			(Known("A", "X", None, "Delivered", "Fabrikam", "DN-1"), "Delivered to Fabrikam by DN-1"),
			(Known("A", "X", None, "Consumed", None, "SE-1"), "Gone out of stock by SE-1"),
			(Known("A", "X", None, "Inactive"), "In no warehouse: never received, or sent back"),
			(Known("A", "Y", STORES, "Active"), "Here, but of Item Y, which this count is not about"),
			(None, "Not a Serial No"),
		):
			with self.subTest(place):
				(judged,) = judge(scans=[scan("A")], known=[unit] if unit else [])
				self.assertEqual(judged.state, StockTakeState.STRAY)
				self.assertEqual(judged.place.text(), place)

	def test_a_unit_that_came_in_meanwhile_is_not_missing(self):
		(judged,) = judge([Here("A", "X")], movements={"A": Movement(Direction.INWARD, "PR-1", TEN)})
		self.assertEqual(judged.state, StockTakeState.CAME_IN)
		self.assertIn("PR-1", judged.place.text())

	def test_a_unit_that_came_in_and_was_scanned_is_found(self):
		(judged,) = judge(
			[Here("A", "X")], [scan("A")], movements={"A": Movement(Direction.INWARD, "PR-1", NINE)}
		)
		self.assertEqual(judged.state, StockTakeState.FOUND)

	def test_a_unit_that_went_out_after_its_scan_is_no_stray(self):
		movement = Movement(Direction.OUTWARD, "DN-1", ELEVEN)
		delivered = Known("A", "X", None, "Delivered", "Fabrikam", "DN-1")
		(judged,) = judge(scans=[scan("A")], known=[delivered], movements={"A": movement})
		self.assertEqual(judged.state, StockTakeState.WENT_OUT)

	def test_a_unit_that_is_there_after_it_went_out_is_a_stray(self):
		movement = Movement(Direction.OUTWARD, "DN-1", NINE)
		delivered = Known("A", "X", None, "Delivered", "Fabrikam", "DN-1")
		(judged,) = judge(scans=[scan("A")], known=[delivered], movements={"A": movement})
		self.assertEqual(judged.state, StockTakeState.STRAY)

	def test_every_state_is_counted_and_what_came_in_is_not_expected(self):
		units = judge(
			[Here("A", "X"), Here("B", "X"), Here("C", "X")],
			[scan("A"), scan("Z")],
			movements={"C": Movement(Direction.INWARD, "PR-1", TEN)},
		)
		counts = rules.count(units)
		self.assertEqual(
			{state.value: number for state, number in counts.items()},
			{"Found": 1, "Missing": 1, "Stray": 1, "Came In Since": 1, "Went Out Since": 0},
		)
		self.assertEqual(rules.expected(counts), 2)


class TestDocuments(unittest.TestCase):
	def units(self):
		return [
			Judged("A1", StockTakeState.FOUND, "X"),
			Judged("A2", StockTakeState.MISSING, "X"),
			Judged("A3", StockTakeState.CAME_IN, "X"),
			Judged("B1", StockTakeState.MISSING, "Y", "B-1"),
			Judged("C1", StockTakeState.FOUND, "Z"),
			Judged("A9", StockTakeState.STRAY, "X", warehouse="Shop"),
			Judged("A8", StockTakeState.STRAY, "X", warehouse="Shop"),
			Judged("A7", StockTakeState.STRAY, "X", warehouse="Other Company"),
			Judged("A6", StockTakeState.STRAY, "X"),
			Judged("D1", StockTakeState.STRAY, "D", warehouse=STORES),
		]

	def test_a_reconciliation_names_what_stays_of_items_with_missing_units(self):
		rows = [(row.item_code, row.stay) for row in rules.reconciled(self.units())]
		self.assertEqual(rows, [("X", ["A1", "A3"]), ("Y", [])])

	def test_an_issue_has_a_row_for_each_item_and_batch(self):
		rows = [
			(row.item_code, row.batch_no, row.serial_nos) for row in rules.taken_out(self.units(), STORES)
		]
		self.assertEqual(rows, [("X", None, ["A2"]), ("Y", "B-1", ["B1"])])

	def test_a_transfer_brings_what_lies_in_own_other_warehouses(self):
		rows = rules.brought_here(self.units(), STORES, ["Shop", STORES], {"A9": "B-9"})
		self.assertEqual(
			[(row.warehouse, row.batch_no, row.serial_nos) for row in rows],
			[("Shop", None, ["A8"]), ("Shop", "B-9", ["A9"])],
		)

	def test_groups_and_disabled_warehouses_are_refused(self):
		self.assertEqual(rules.check_warehouse("Stores", False, False), [])
		self.assertIn("group", rules.check_warehouse("All", True, False)[0].text())
		self.assertIn("disabled", rules.check_warehouse("Old", False, True)[0].text())
