import unittest
from dataclasses import replace
from datetime import date, datetime, timedelta

from serial_inventory.constants import BookingStatus, TermStatus
from serial_inventory.rules import bookings as rules
from serial_inventory.rules.bookings import Booking, LoanRules, Unit, Wanted

NOW = datetime(2026, 3, 10, 12, 0)
LOAN = LoanRules("Library Book", is_bookable=True)
UNIT = Unit("BK-1", status="Active", rules=LOAN)
MORNING = Booking("B-1", "BK-1", datetime(2026, 3, 12, 8), datetime(2026, 3, 12, 12), party="Ann")
USER = "clerk@example.com"


def at(hour: int, minute: int = 0, day: int = 12) -> datetime:
	return datetime(2026, 3, day, hour, minute)


def wanted(start: datetime | None = None, end: datetime | None = None, **more) -> Wanted:
	return Wanted("BK-1", start or at(8), end or at(12), "Customer", "Fabrikam", **more)


def as_status(status: BookingStatus, booking: Booking = MORNING, **more) -> Booking:
	return replace(booking, status=status.value, **more)


class TestTimes(unittest.TestCase):
	def refused(self, start, end, may_record_past=False):
		return [problem.text() for problem in rules.check_times(wanted(start, end), NOW, may_record_past)]

	def test_a_time_to_come_is_fine(self):
		self.assertEqual(self.refused(at(8), at(12)), [])
		self.assertEqual(self.refused(at(9, day=10), at(14, day=10)), [])  # began this morning

	def test_end_before_start_and_no_length_are_refused(self):
		self.assertIn("ends (2026-03-12 08:00) before it begins", self.refused(at(12), at(8))[0])
		self.assertIn("or at the same moment", self.refused(at(8), at(8))[0])

	def test_a_slip_of_the_pen_is_refused(self):
		self.assertIn("hundred years", self.refused(at(8), datetime(9999, 12, 31))[0])

	def test_the_past_is_for_who_may_record_it(self):
		for start, end in ((at(8, day=9), at(14, day=12)), (at(8, day=10), at(12, day=10))):
			self.assertIn("in the past", self.refused(start, end)[0])
			self.assertEqual(self.refused(start, end, may_record_past=True), [])


class TestUnit(unittest.TestCase):
	def refused(self, unit: Unit, asked: Wanted | None = None) -> str:
		return " ".join(problem.text() for problem in rules.check_unit(asked or wanted(), unit))

	def test_a_unit_of_a_bookable_purpose_can_be_booked(self):
		for status in ("Active", "Inactive", "Expired", "", None):
			self.assertEqual(self.refused(replace(UNIT, status=status)), "")

	def test_a_purpose_that_is_not_bookable_or_none_is_refused(self):
		self.assertIn("Can Be Booked", self.refused(replace(UNIT, rules=LoanRules("Stock"))))
		self.assertIn("no Serial Purpose", self.refused(replace(UNIT, rules=LoanRules())))

	def test_a_sold_unit_is_booked_by_its_customer_alone(self):
		sold = replace(UNIT, status="Delivered", customer="Contoso", gone_by="DN-1")
		self.assertIn("customer Contoso has it by DN-1", self.refused(sold))
		self.assertEqual(self.refused(replace(sold, customer="Fabrikam")), "")
		self.assertIn("sold", self.refused(sold, replace(wanted(), party_type="Supplier", party="Contoso")))

	def test_a_consumed_or_sent_back_unit_is_gone(self):
		for status in ("Consumed", "Delivered", "Inactive"):
			self.assertIn("SE-1 took it", self.refused(replace(UNIT, status=status, gone_by="SE-1")))

	def test_a_suspended_or_ended_term_is_refused(self):
		for status in (TermStatus.SUSPENDED, TermStatus.ENDED):
			self.assertIn(status.value, self.refused(replace(UNIT, term_status=status.value)))
		self.assertEqual(self.refused(replace(UNIT, term_status="Paid")), "")

	def test_the_last_day_of_a_unit_can_be_booked_to_its_end(self):
		unit = replace(UNIT, expiry_date=date(2026, 3, 12))
		self.assertEqual(self.refused(unit, wanted(at(8), datetime(2026, 3, 13))), "")
		self.assertIn("2026-03-12", self.refused(unit, wanted(at(8), datetime(2026, 3, 13, 0, 1))))
		self.assertEqual(self.refused(replace(UNIT, expiry_date=date.max)), "")

	def test_in_repair_until_it_is_expected_back(self):
		unit = replace(UNIT, repair="REP-1")
		self.assertIn("REP-1", self.refused(unit))
		self.assertIn("REP-1", self.refused(replace(unit, repaired_on=at(9))))
		self.assertEqual(self.refused(replace(unit, repaired_on=at(8))), "")

	def test_the_longest_loan(self):
		unit = replace(UNIT, rules=replace(LOAN, longest_days=14))
		self.assertEqual(self.refused(unit, wanted(at(8), at(8, day=26))), "")
		self.assertIn("by 2026-03-26 08:00", self.refused(unit, wanted(at(8), at(9, day=26))))

	def test_the_row_is_named(self):
		unit = replace(UNIT, rules=LoanRules())
		self.assertTrue(self.refused(unit, wanted(row="Row 3")).startswith("Row 3: "))


class TestOverlap(unittest.TestCase):
	def meets(self, asked: Wanted, *bookings: Booking, turn_round: int = 0, now=NOW) -> list[str]:
		loan = replace(LOAN, turn_round=timedelta(minutes=turn_round))
		return [found.name for found in rules.overlapping(asked, bookings, loan, now)]

	def test_touching_is_no_overlap(self):
		self.assertEqual(self.meets(wanted(at(12), at(14)), MORNING), [])
		self.assertEqual(self.meets(wanted(at(6), at(8)), MORNING), [])

	def test_every_way_to_overlap(self):
		for start, end in ((7, 9), (11, 13), (9, 10), (7, 13), (8, 12)):
			self.assertEqual(self.meets(wanted(at(start), at(end)), MORNING), ["B-1"])

	def test_turn_round_is_kept_on_both_sides(self):
		for start, end in ((at(12, 29), at(14)), (at(6), at(7, 31))):
			self.assertEqual(self.meets(wanted(start, end), MORNING, turn_round=30), ["B-1"])
		for start, end in ((at(12, 30), at(14)), (at(6), at(7, 30))):
			self.assertEqual(self.meets(wanted(start, end), MORNING, turn_round=30), [])

	def test_a_booking_does_not_meet_itself(self):
		self.assertEqual(self.meets(wanted(name="B-1"), MORNING), [])

	def test_cancelled_and_no_show_take_no_time(self):
		for status in (BookingStatus.CANCELLED, BookingStatus.NO_SHOW):
			self.assertEqual(self.meets(wanted(), as_status(status)), [])

	def test_a_return_frees_the_rest_of_the_time(self):
		back = as_status(BookingStatus.RETURNED, returned_on=at(10))
		self.assertEqual(self.meets(wanted(at(10), at(12)), back), [])
		self.assertEqual(self.meets(wanted(at(9), at(11)), back), ["B-1"])

	def test_a_late_unit_is_away_now_and_may_be_back_later(self):
		late = as_status(BookingStatus.OVERDUE)
		now = at(15)
		self.assertEqual(self.meets(wanted(at(14), at(16)), late, now=now), ["B-1"])
		self.assertEqual(self.meets(wanted(at(15), at(16)), late, now=now), [])
		self.assertEqual(self.meets(wanted(at(14), at(16)), as_status(BookingStatus.OUT), now=now), ["B-1"])

	def test_the_other_party_is_named_to_who_may_read_it(self):
		told = rules.taken(wanted(), MORNING, True).text()
		self.assertIn("Ann (B-1)", told)
		hidden = rules.taken(wanted(), MORNING, False).text()
		self.assertNotIn("Ann", hidden)
		self.assertNotIn("B-1", hidden.replace("BK-1", ""))

	def test_every_status_is_told(self):
		for status in (BookingStatus.OUT, BookingStatus.OVERDUE, BookingStatus.RETURNED):
			self.assertIn("Ann", rules.taken(wanted(), as_status(status), True).text())


class TestPartyShare(unittest.TestCase):
	def test_up_to_the_limit(self):
		loan = replace(LOAN, per_party=3)
		self.assertEqual(rules.check_party_share("Ann", 1, 2, loan), [])
		(problem,) = rules.check_party_share("Ann", 2, 2, loan)
		self.assertIn("Ann may have 3 units of Library Book", problem.text())
		self.assertEqual(rules.check_party_share("Ann", 2, 200, LOAN), [])


class TestSteps(unittest.TestCase):
	def refused(self, step: rules.Step) -> str:
		self.assertFalse(step.changes)
		return " ".join(problem.text() for problem in step.problems)

	def test_submitted_is_booked(self):
		self.assertEqual(rules.submitted(wanted(), NOW), {"status": "Booked", "busy_until": at(12)})

	def test_recorded_afterwards_it_is_returned(self):
		fields = rules.submitted(wanted(at(8, day=1), at(12, day=1)), NOW)
		self.assertEqual(fields["status"], "Returned")
		self.assertEqual(fields["returned_on"], at(12, day=1))

	def test_check_out(self):
		step = rules.check_out(MORNING, at(9), USER)
		self.assertEqual(step.changes, {"status": "Out", "checked_out_on": at(9), "checked_out_by": USER})

	def test_earlier_than_booked_it_begins_now(self):
		self.assertEqual(rules.check_out(MORNING, at(7), USER).changes["from_datetime"], at(7))

	def test_check_out_while_another_has_it_is_refused(self):
		other = as_status(BookingStatus.OVERDUE, replace(MORNING, name="B-0", party="Bob"))
		self.assertIn("Bob has it", self.refused(rules.check_out(MORNING, at(9), USER, [other, MORNING])))

	def test_check_out_after_the_end_is_refused(self):
		self.assertIn("Extend it first", self.refused(rules.check_out(MORNING, at(12), USER)))

	def test_give_back_early_and_late(self):
		out = as_status(BookingStatus.OUT)
		step = rules.give_back(out, at(10), USER)
		self.assertEqual((step.changes["busy_until"], step.changes["days_late"]), (at(10), 0))
		self.assertEqual(rules.give_back(out, at(23), USER).changes["days_late"], 0)
		late = rules.give_back(as_status(BookingStatus.OVERDUE), at(8, day=15), USER)
		self.assertEqual(late.changes["days_late"], 3)

	def test_extend(self):
		step = rules.extend(MORNING, at(14), LOAN, NOW)
		self.assertEqual(step.changes["to_datetime"], at(14))
		self.assertEqual(step.changes["times_extended"], 1)
		self.assertEqual(step.changes["status"], "Booked")

	def test_an_overdue_unit_that_is_extended_is_out(self):
		step = rules.extend(as_status(BookingStatus.OVERDUE), at(20), LOAN, at(15))
		self.assertEqual((step.changes["status"], step.changes["days_late"]), ("Out", 0))

	def test_extend_to_what_is_no_later_is_refused(self):
		self.assertIn("later moment", self.refused(rules.extend(MORNING, at(10), LOAN, NOW)))
		late = as_status(BookingStatus.OVERDUE)
		self.assertIn("still to come", self.refused(rules.extend(late, at(14), LOAN, at(15))))
		self.assertIn("hundred", self.refused(rules.extend(MORNING, datetime(9000, 1, 1), LOAN, NOW)))

	def test_extensions_have_a_limit(self):
		loan = replace(LOAN, extensions=1)
		self.assertTrue(rules.extend(MORNING, at(14), loan, NOW).changes)
		again = replace(MORNING, times_extended=1)
		self.assertIn("allows 1", self.refused(rules.extend(again, at(14), loan, NOW)))
		self.assertIn(
			"allows 0", self.refused(rules.extend(MORNING, at(14), replace(loan, extensions=0), NOW))
		)

	def test_an_extension_is_no_longer_than_a_loan(self):
		loan = replace(LOAN, longest_days=7)
		self.assertTrue(rules.extend(MORNING, at(12, day=19), loan, NOW).changes)
		self.assertIn("by 7 days", self.refused(rules.extend(MORNING, at(13, day=19), loan, NOW)))

	def test_no_show_once_the_time_has_begun(self):
		self.assertEqual(rules.no_show(MORNING, at(9)).changes, {"status": "No-show", "busy_until": None})
		self.assertIn("Cancel it instead", self.refused(rules.no_show(MORNING, at(7))))

	def test_cancel(self):
		self.assertEqual(rules.cancel(MORNING).changes["status"], "Cancelled")
		self.assertIn("returned first", self.refused(rules.cancel(as_status(BookingStatus.OUT))))

	def test_done_twice_is_done_once(self):
		again = (
			rules.check_out(as_status(BookingStatus.OUT), NOW, USER),
			rules.give_back(as_status(BookingStatus.RETURNED), NOW, USER),
			rules.no_show(as_status(BookingStatus.NO_SHOW), NOW),
			rules.extend(replace(MORNING, end=at(14), times_extended=1), at(14), LOAN, NOW),
		)
		for step in again:
			self.assertEqual((dict(step.changes), list(step.problems)), ({}, []))

	def test_every_other_step_is_refused(self):
		allowed = {
			"check_out": {"Booked", "Out", "Overdue"},
			"give_back": {"Out", "Overdue", "Returned"},
			"extend": {"Booked", "Out", "Overdue"},
			"no_show": {"Booked", "No-show"},
		}
		for status in BookingStatus:
			booking = as_status(status)
			steps = {
				"check_out": rules.check_out(booking, at(9), USER),
				"give_back": rules.give_back(booking, at(9), USER),
				"extend": rules.extend(booking, at(14), LOAN, at(9)),
				"no_show": rules.no_show(booking, at(9)),
			}
			for name, step in steps.items():
				with self.subTest(name, status=status.value):
					self.assertEqual(bool(step.problems), status.value not in allowed[name])


class TestNextFree(unittest.TestCase):
	def find(self, start, hours, *bookings, turn_round=0):
		minutes = timedelta(minutes=turn_round)
		return rules.next_free(start, timedelta(hours=hours), bookings, minutes, NOW)

	def test_the_first_gap_that_is_long_enough(self):
		noon = replace(MORNING, name="B-2", start=at(13), end=at(15))
		self.assertEqual(self.find(at(8), 1, noon, MORNING), at(12))
		self.assertEqual(self.find(at(8), 2, MORNING, noon), at(15))
		self.assertEqual(self.find(at(5), 2, MORNING, noon), at(5))
		self.assertEqual(self.find(at(8), 1, MORNING, noon, turn_round=15), at(15, 15))
		self.assertEqual(self.find(at(8), 2), at(8))


class TestQuantity(unittest.TestCase):
	def test_begun_units_of_time(self):
		for uom, hours, usual, quantity in (
			("Hour", 3, 24, 3),
			("Hours", 2.5, 24, 3),
			("Day", 25, 24, 2),
			("Week", 24, 24, 1),
			("Nos", 49, 24, 3),
			("Nos", 4, 2, 2),
			("Nos", 4, 0, 1),
			(None, 24, 24, 1),
			("Minute", 1, 24, 60),
		):
			end = at(8) + timedelta(hours=hours)
			with self.subTest(uom, hours=hours):
				self.assertEqual(rules.units_of_time(at(8), end, uom, usual), quantity)
