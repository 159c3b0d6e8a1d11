"""The history of a unit: lines to movements, terms to events, changes, order and pages."""

import unittest
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from serial_inventory.constants import Direction, EventKind, Kind, TermAction
from serial_inventory.rules import history
from serial_inventory.rules.history import Change, Event, Granted, Line
from serial_inventory.rules.terms import Term

DAY = datetime(2026, 3, 1, 10)
IN, OUT = Direction.INWARD, Direction.OUTWARD


def line(number, direction, warehouse, voucher="Stock Entry", name="SE-1", row="r1", who="ann"):
	moment = DAY + timedelta(seconds=number)
	return Line(f"l{number}", moment, moment, voucher, name, row, direction, warehouse, who)


def event(number=0, **values):
	moment = DAY + timedelta(days=number)
	return replace(Event(EventKind.MOVED, moment, moment, f"k{number}"), **values)


class TestMovements(unittest.TestCase):
	def kinds(self, lines, **document):
		return [
			(told.kind, told.came_from, told.went_to)
			for told in (history.told(event, **document) for event in history.moved(lines))
		]

	def test_a_transfers_two_lines_are_one_event(self):
		lines = [line(1, OUT, "A"), line(2, IN, "B")]
		self.assertEqual(self.kinds(lines, purpose="Material Transfer"), [(EventKind.MOVED, "A", "B")])
		(moved,) = history.moved(lines)
		self.assertEqual((moved.key, moved.document), ("ledger l2", "SE-1"))

	def test_there_and_back_again_are_two(self):
		lines = [
			line(1, OUT, "A"),
			line(2, IN, "B"),
			line(3, OUT, "B", name="SE-2"),
			line(4, IN, "A", name="SE-2"),
		]
		self.assertEqual(
			self.kinds(lines, purpose="Material Transfer"),
			[(EventKind.MOVED, "A", "B"), (EventKind.MOVED, "B", "A")],
		)

	def test_two_lines_of_one_direction_are_two(self):
		lines = [line(1, IN, "A"), line(2, IN, "B")]
		self.assertEqual(len(self.kinds(lines, purpose="Material Receipt")), 2)

	def test_lines_of_different_rows_are_two(self):
		lines = [line(1, OUT, "A"), line(2, IN, "B", row="r2")]
		self.assertEqual(
			self.kinds(lines, purpose="Repack"),
			[(EventKind.CONSUMED, "A", None), (EventKind.MADE, None, "B")],
		)

	def test_a_half_of_a_transfer_alone_is_a_move_too(self):
		self.assertEqual(
			self.kinds([line(1, OUT, "A")], purpose="Material Transfer"), [(EventKind.MOVED, "A", None)]
		)

	def test_a_count_that_finds_the_unit(self):
		lines = [line(1, OUT, "A", "Stock Reconciliation"), line(2, IN, "A", "Stock Reconciliation")]
		self.assertEqual(self.kinds(lines), [(EventKind.COUNTED, "A", "A")])
		self.assertEqual(self.kinds(lines[:1]), [(EventKind.REMOVED, "A", None)])

	def test_parties_stand_where_no_warehouse_does(self):
		sold = [line(1, OUT, "A", "Delivery Note")]
		self.assertEqual(self.kinds(sold, party="Bob"), [(EventKind.DELIVERED, "A", "Bob")])
		back = [line(1, IN, "A", "Delivery Note")]
		self.assertEqual(self.kinds(back, party="Bob", is_return=True), [(EventKind.RETURNED, "Bob", "A")])
		bought = [line(1, IN, "A", "Purchase Receipt")]
		self.assertEqual(self.kinds(bought, party="Sue"), [(EventKind.RECEIVED, "Sue", "A")])

	def test_every_kind_of_movement_is_an_event(self):
		self.assertEqual(set(history.EVENT_OF_MOVEMENT), set(Kind))

	def test_warehouses_that_the_reader_may_not_know_of(self):
		(moved,) = history.moved([line(1, OUT, "A"), line(2, IN, "B")])
		told = history.told(moved, "Material Transfer", warehouses={"B"})
		self.assertEqual((told.kind, told.came_from, told.went_to), (EventKind.MOVED, None, "B"))
		self.assertIsNone(history.told(moved, "Material Transfer", warehouses={"C"}))
		(sold,) = history.moved([line(1, OUT, "A", "Delivery Note")])
		self.assertIsNone(history.told(sold, party_type="Customer", party="Bob", warehouses={"C"}))

	def test_who_made_the_serial_no(self):
		lines = [line(5, IN, "A", "Purchase Receipt"), line(9, OUT, "A", "Delivery Note")]
		for made, who, expected in (
			(DAY, "ann", True),
			(DAY, "bob", False),
			(DAY - timedelta(days=1), "ann", False),
			(DAY + timedelta(seconds=6), "ann", False),
		):
			self.assertEqual(history.made_by_a_document(made, who, lines), expected)
		self.assertFalse(history.made_by_a_document(DAY, "ann", []))
		self.assertFalse(history.made_by_a_document(DAY, "ann", lines[1:]))


class TestTerms(unittest.TestCase):
	def granted(self, action, first, last=None, number=0, grace=0, plan="Monthly"):
		first = date(2026, 1, 1) + timedelta(days=first)
		last = date(2026, 1, 1) + timedelta(days=last) if last is not None else None
		term = Term(action.value, first, last, plan, "Paid", grace, 1, "Serial Renewal", f"R-{number}")
		return Granted(term, DAY, DAY, f"t{number}", "ann", "Bob")

	def lapses(self, *granted, on):
		events = history.of_terms(granted, date(2026, 1, 1) + timedelta(days=on))
		return [
			((one.moment.date() - date(2026, 1, 1)).days, one.document)
			for one in events
			if one.kind == EventKind.LAPSED
		]

	def test_each_action_is_an_event(self):
		self.assertEqual(set(history.EVENT_OF_ACTION), {action.value for action in TermAction})

	def test_what_a_row_tells(self):
		(told,) = history.of_terms([self.granted(TermAction.RENEW, 0, 29)], date(2026, 1, 2))
		self.assertEqual(
			(told.kind, told.document, told.who, told.party, told.note),
			(EventKind.RENEWED, "R-0", "ann", "Bob", ("Monthly", (date(2026, 1, 1), date(2026, 1, 30)))),
		)

	def test_a_term_lapses_after_its_grace_days(self):
		term = self.granted(TermAction.START, 0, 29, grace=5)
		self.assertEqual(self.lapses(term, on=34), [])
		self.assertEqual(self.lapses(term, on=35), [(35, "R-0")])

	def test_a_term_that_is_followed_in_time_has_not_lapsed(self):
		first = self.granted(TermAction.START, 0, 29, grace=5)
		for begin, expected in ((30, []), (35, []), (36, [(35, "R-0")])):
			following = self.granted(TermAction.RENEW, begin, 400, number=1)
			self.assertEqual(self.lapses(first, following, on=100), expected, begin)

	def test_suspensions_and_ends_do_not_lapse(self):
		first = self.granted(TermAction.START, 0, 29)
		for action in (TermAction.SUSPEND, TermAction.END):
			self.assertEqual(self.lapses(first, self.granted(action, 10, number=1), on=500), [])

	def test_a_unit_may_lapse_twice(self):
		first, second = self.granted(TermAction.START, 0, 9), self.granted(TermAction.RENEW, 20, 29, number=1)
		self.assertEqual(self.lapses(first, second, on=99), [(10, "R-0"), (30, "R-1")])

	def test_a_term_without_end_never_lapses(self):
		endless = self.granted(TermAction.START, 0, (date.max - date(2026, 1, 1)).days, grace=9)
		self.assertEqual(self.lapses(endless, on=9999), [])


class TestChanges(unittest.TestCase):
	def test_fields_with_a_label_are_told(self):
		data = history.version('{"changed": [["brand", "A", null], ["secret", "1", "2"]]}')
		self.assertEqual(history.changes(data, {"brand": "Brand"}), (Change("Brand", "A", ""),))

	def test_long_values_are_cut(self):
		(change,) = history.changes({"changed": [["brand", "x" * 999, 7]]}, {"brand": "Brand"})
		self.assertEqual((len(change.old), change.old[-1], change.new), (history.LONGEST, "…", "7"))

	def test_what_cannot_be_read_tells_nothing(self):
		for text in (
			None,
			"",
			"{",
			"[]",
			"null",
			"5",
			'{"changed": {}}',
			'{"changed": [1, [2], [[], 1, 2]]}',
		):
			with self.subTest(text):
				self.assertEqual(history.changes(history.version(text), {"brand": "Brand"}), ())

	def test_the_import_that_made_the_record(self):
		reference = {"doctype": "Data Import", "docname": "Import 1"}
		self.assertEqual(history.source({"updater_reference": reference}), "Import 1")
		self.assertIsNone(history.source({"updater_reference": reference, "changed": [["a", 1, 2]]}))
		for data in ({}, {"updater_reference": "x"}, {"updater_reference": {}}):
			self.assertIsNone(history.source(data))


class TestOrder(unittest.TestCase):
	def test_newest_first_whatever_order_they_come_in(self):
		events = [event(2), event(0), event(1)]
		self.assertEqual([one.key for one in history.newest_first(events)], ["k2", "k1", "k0"])

	def test_of_one_moment_the_last_recorded_comes_first_and_then_the_key_decides(self):
		moment = DAY
		events = [event(0, moment=moment), event(1, moment=moment), event(1, moment=moment, key="k9")]
		first = history.newest_first(events)
		self.assertEqual([one.key for one in first], ["k9", "k1", "k0"])
		self.assertEqual(history.newest_first(reversed(events)), first)

	def test_a_page_goes_on_where_the_last_one_ended(self):
		events = history.newest_first(event(number % 3, key=f"k|{number}") for number in range(9))
		for at in range(8):
			before = history.place_of(history.cursor(events[at]))
			self.assertEqual(
				history.newest_first(history.within(events, None, None, before)), events[at + 1 :]
			)

	def test_what_is_no_place(self):
		for text in ("", "x", "||", "2026-01-01", "2026-01-01|", "2026-01-01|x|k", "2026-01-01T00:00:00|k"):
			self.assertIsNone(history.place_of(text), text)

	def test_days_are_included(self):
		events = [event(number) for number in range(5)]
		within = history.within(events, date(2026, 3, 2), date(2026, 3, 4))
		self.assertEqual([one.key for one in within], ["k1", "k2", "k3"])

	def test_the_moment_of_a_document(self):
		day, made = date(2026, 3, 1), datetime(2026, 3, 1, 12, 30)
		self.assertEqual(history.moment(day, timedelta(hours=9), made), datetime(2026, 3, 1, 9))
		self.assertEqual(history.moment(day, time(8), made), datetime(2026, 3, 1, 8))
		self.assertEqual(history.moment(day, None, made), made)
		self.assertEqual(history.moment(date(2026, 2, 1), None, made), datetime(2026, 2, 1))
