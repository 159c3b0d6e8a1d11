"""When a unit can be booked, what a booking may become, and every reason why not.

Moments are naive datetimes in the site's time zone. A booking takes its unit from `start` to `end`, the end not
included. The caller passes the present moment; nothing here reads a clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from serial_inventory.constants import BookingStatus, Status, TermStatus
from serial_inventory.rules.problems import Problem, _

LONGEST = timedelta(days=36_525)
"""A hundred years: more is a slip of the pen."""

OPEN = (BookingStatus.BOOKED, BookingStatus.OUT, BookingStatus.OVERDUE)
AWAY = (BookingStatus.OUT, BookingStatus.OVERDUE)

HOURS = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "year": 365 * 24, "minute": 1 / 60}
"""Units of measure that are a time, and their hours; a month of an invoice has 30 days."""


@dataclass(frozen=True, slots=True)
class LoanRules:
	"""A purpose's booking rules. 0 and None mean no limit."""

	purpose: str | None = None
	is_bookable: bool = False
	turn_round: timedelta = timedelta()
	longest_days: int = 0
	per_party: int = 0
	extensions: int | None = None
	usual_hours: float = 24.0


@dataclass(frozen=True, slots=True)
class Unit:
	"""What decides whether a unit can be booked at all."""

	serial_no: str
	item_code: str | None = None
	item_name: str | None = None
	company: str | None = None
	status: str | None = None
	customer: str | None = None
	gone_by: str | None = None  # the document that took it out of stock
	term_status: str | None = None
	expiry_date: date | None = None  # its last day
	repair: str | None = None  # an open repair or a claim that is worked on
	repaired_on: datetime | None = None  # when it is expected back; None: nobody knows
	rules: LoanRules = field(default_factory=LoanRules)


@dataclass(frozen=True, slots=True)
class Wanted:
	"""A booking that somebody asks for. `row` names it among many."""

	serial_no: str
	start: datetime
	end: datetime
	party_type: str | None = None
	party: str | None = None
	name: str | None = None
	row: str | None = None


@dataclass(frozen=True, slots=True)
class Booking:
	"""A booking that there is."""

	name: str
	serial_no: str
	start: datetime
	end: datetime
	status: str | None = BookingStatus.BOOKED.value
	party_type: str | None = None
	party: str | None = None
	party_name: str | None = None
	checked_out_on: datetime | None = None
	returned_on: datetime | None = None
	times_extended: int = 0

	def busy_until(self, now: datetime) -> datetime | None:
		"""Until when the unit is not free. A unit past its due time is away now, and may be back next week."""
		if self.status == BookingStatus.BOOKED:
			return self.end
		if self.status in AWAY:
			return max(self.end, now)
		return self.returned_on if self.status == BookingStatus.RETURNED else None

	@property
	def who(self) -> str:
		return self.party_name or self.party or "?"


@dataclass(frozen=True, slots=True)
class Step:
	"""What a click does to a booking: fields to set, or why not. Neither: it was done already."""

	changes: Mapping = field(default_factory=dict)
	problems: Sequence[Problem] = ()


def check_times(wanted: Wanted, now: datetime, may_record_past: bool) -> list[Problem]:
	"""The end after the start, no slip of the pen, and the past only for who may record it."""
	if wanted.end <= wanted.start:
		text = _("The booking ends ({1}) before it begins ({0}), or at the same moment. Enter a later end.")
		return [Problem(text, (shown(wanted.start), shown(wanted.end)), wanted.row)]
	if wanted.end - wanted.start > LONGEST:
		text = _("The booking lasts longer than a hundred years, from {0} to {1}. Correct the dates.")
		return [Problem(text, (shown(wanted.start), shown(wanted.end)), wanted.row)]
	if not may_record_past and (wanted.end <= now or wanted.start.date() < now.date()):
		text = _(
			"The booking begins in the past ({0}). Enter today or later, or ask a Stock Manager to record it."
		)
		return [Problem(text, (shown(wanted.start),), wanted.row)]
	return []


def check_unit(wanted: Wanted, unit: Unit) -> list[Problem]:
	"""Why the unit cannot be booked for that time, whoever else has booked it."""
	for found in (_not_bookable, _sold, _ended, _expired, _in_repair, _too_long):
		if problem := found(wanted, unit):
			return [Problem(problem.template, problem.values, wanted.row)]
	return []


def _not_bookable(wanted: Wanted, unit: Unit) -> Problem | None:
	if unit.rules.is_bookable:
		return None
	if not unit.rules.purpose:
		text = _("Serial No {0} has no Serial Purpose, so it cannot be booked. Give it or its Item one.")
		return Problem(text, (unit.serial_no,))
	text = _(
		"Serial No {0} is used as {1}, which cannot be booked. Check Can Be Booked in the Serial Purpose."
	)
	return Problem(text, (unit.serial_no, unit.rules.purpose))


def _sold(wanted: Wanted, unit: Unit) -> Problem | None:
	if unit.status == Status.DELIVERED and unit.customer:
		if (wanted.party_type, wanted.party) == ("Customer", unit.customer):
			return None
		text = _("Serial No {0} is sold: customer {1} has it by {2}. Choose another unit.")
		return Problem(text, (unit.serial_no, unit.customer, unit.gone_by or "?"))
	if unit.status in (Status.DELIVERED, Status.CONSUMED) or (
		unit.status == Status.INACTIVE and unit.gone_by
	):
		text = _("Serial No {0} is gone: {1} took it out of stock. Choose another unit.")
		return Problem(text, (unit.serial_no, unit.gone_by or "?"))
	return None


def _ended(wanted: Wanted, unit: Unit) -> Problem | None:
	if unit.term_status not in (TermStatus.SUSPENDED, TermStatus.ENDED):
		return None
	text = _("The term of Serial No {0} is {1}. Resume or renew it, or choose another unit.")
	return Problem(text, (unit.serial_no, unit.term_status))


def _expired(wanted: Wanted, unit: Unit) -> Problem | None:
	if not unit.expiry_date or wanted.end <= _day_after(unit.expiry_date):
		return None
	text = _("Serial No {0} expires on {1}, before the booking ends. End it earlier, or choose another unit.")
	return Problem(text, (unit.serial_no, unit.expiry_date.isoformat()))


def _day_after(day: date) -> datetime:
	return datetime(day.year, day.month, day.day) + timedelta(days=1) if day < date.max else datetime.max


def _in_repair(wanted: Wanted, unit: Unit) -> Problem | None:
	if not unit.repair or (unit.repaired_on and unit.repaired_on <= wanted.start):
		return None
	text = _("Serial No {0} is in repair ({1}). Complete that first, or choose another unit.")
	return Problem(text, (unit.serial_no, unit.repair))


def _too_long(wanted: Wanted, unit: Unit) -> Problem | None:
	longest = unit.rules.longest_days
	if not longest or wanted.end - wanted.start <= timedelta(days=longest):
		return None
	text = _("Serial No {0} is lent for {1} days at most. End the booking by {2}.")
	return Problem(text, (unit.serial_no, longest, shown(wanted.start + timedelta(days=longest))))


def overlapping(
	wanted: Wanted, bookings: Iterable[Booking], rules: LoanRules, now: datetime
) -> list[Booking]:
	"""The other bookings of the unit that leave it no time, turn-round included."""
	first, last = wanted.start - rules.turn_round, _later(wanted.end, rules.turn_round)
	return [
		booking
		for booking in bookings
		if booking.name != wanted.name
		and (until := booking.busy_until(now)) is not None
		and booking.start < last
		and until > first
	]


def _later(moment: datetime, by: timedelta) -> datetime:
	return moment + by if moment <= datetime.max - by else datetime.max


def taken(wanted: Wanted, other: Booking, is_readable: bool) -> Problem:
	"""The unit is booked by somebody; who, only for those who may read that booking."""
	if not is_readable:
		text = _("Serial No {0} is booked from {1} to {2}. Choose another unit or another time.")
		return Problem(text, (other.serial_no, shown(other.start), shown(other.end)), wanted.row)
	if other.status == BookingStatus.OVERDUE:
		text = _("Serial No {0} is not back yet: {3} has it by {4}, due {2}. Have it returned first.")
	elif other.status == BookingStatus.OUT:
		text = _("Serial No {0} is out from {1} to {2}: {3} has it by {4}. Choose another unit or time.")
	elif other.status == BookingStatus.RETURNED:
		text = _("Serial No {0} was out from {1}, with {3} by {4}, until its return. Choose another time.")
	else:
		text = _("Serial No {0} is booked from {1} to {2} by {3} ({4}). Choose another unit or another time.")
	values = (other.serial_no, shown(other.start), shown(other.end), other.who, other.name)
	return Problem(text, values, wanted.row)


def check_party_share(party: str, asked: int, has: int, rules: LoanRules) -> list[Problem]:
	"""No party has more units of a purpose at once than it may: `asked` now, `has` in open bookings of that time."""
	if not rules.per_party or has + asked <= rules.per_party:
		return []
	text = _(
		"{0} may have {1} units of {2} at once: booked for that time {3}, asked for {4}. Have some returned first."
	)
	return [Problem(text, (party, rules.per_party, rules.purpose, has, asked))]


# --- what a booking becomes ----------------------------------------------------------------------


def submitted(wanted: Wanted, now: datetime) -> dict:
	"""The fields of a booking as it is submitted. One that is over is recorded as out and back again."""
	if wanted.end > now:
		return {"status": BookingStatus.BOOKED.value, "busy_until": wanted.end}
	return {
		"status": BookingStatus.RETURNED.value,
		"checked_out_on": wanted.start,
		"returned_on": wanted.end,
		"busy_until": wanted.end,
	}


def check_out(booking: Booking, now: datetime, user: str, others: Iterable[Booking] = ()) -> Step:
	"""The party takes the unit. Earlier than booked, the booking begins now."""
	if booking.status in AWAY:
		return Step()
	if booking.status != BookingStatus.BOOKED:
		return _not_from(booking, _("checked out"))
	if booking.end <= now:
		text = _("Booking {0} of Serial No {1} ended on {2}. Extend it first, or make a new one.")
		return Step(problems=[Problem(text, (booking.name, booking.serial_no, shown(booking.end)))])
	for other in others:
		if other.name != booking.name and other.status in AWAY:
			return Step(problems=[taken(_as_wanted(booking), other, True)])
	changes = {"status": BookingStatus.OUT.value, "checked_out_on": now, "checked_out_by": user}
	return Step({**changes, "from_datetime": now} if now < booking.start else changes)


def give_back(booking: Booking, now: datetime, user: str) -> Step:
	"""The unit is back, and free from now on."""
	if booking.status == BookingStatus.RETURNED:
		return Step()
	if booking.status not in AWAY:
		return _not_from(booking, _("returned"))
	return Step(
		{
			"status": BookingStatus.RETURNED.value,
			"returned_on": now,
			"returned_by": user,
			"busy_until": now,
			"days_late": days_late(booking.end, now),
		}
	)


def extend(booking: Booking, end: datetime, rules: LoanRules, now: datetime) -> Step:
	"""The party keeps the unit until `end`. The same end again is no second extension."""
	if booking.status not in OPEN:
		return _not_from(booking, _("extended"))
	if booking.end == end:
		return Step()
	problems = _why_not_longer(booking, end, rules, now)
	if problems:
		return Step(problems=problems)
	status = BookingStatus.OUT if booking.status in AWAY else BookingStatus.BOOKED
	changes = {"to_datetime": end, "busy_until": end, "times_extended": booking.times_extended + 1}
	return Step({**changes, "status": status.value, "days_late": 0})


def _why_not_longer(booking: Booking, end: datetime, rules: LoanRules, now: datetime) -> list[Problem]:
	if end < booking.end or end <= now:
		text = _("Booking {0} is due {1}. Extend it to a later moment that is still to come.")
		return [Problem(text, (booking.name, shown(booking.end)))]
	if end - booking.start > LONGEST:
		text = _("Booking {0} would last longer than a hundred years. Correct the date.")
		return [Problem(text, (booking.name,))]
	if rules.extensions is not None and booking.times_extended >= rules.extensions:
		text = _("Booking {0} was extended {1} times, and {2} allows {3}. Have the unit returned.")
		return [Problem(text, (booking.name, booking.times_extended, rules.purpose, rules.extensions))]
	if rules.longest_days and end - booking.end > timedelta(days=rules.longest_days):
		text = _("Booking {0} can be extended by {1} days at most, to {2}.")
		latest = booking.end + timedelta(days=rules.longest_days)
		return [Problem(text, (booking.name, rules.longest_days, shown(latest)))]
	return []


def no_show(booking: Booking, now: datetime) -> Step:
	"""Nobody came: the unit is free again."""
	if booking.status == BookingStatus.NO_SHOW:
		return Step()
	if booking.status != BookingStatus.BOOKED:
		return _not_from(booking, _("a no-show"))
	if now < booking.start:
		text = _("Booking {0} begins on {1}. Cancel it instead, or wait until then.")
		return Step(problems=[Problem(text, (booking.name, shown(booking.start)))])
	return Step({"status": BookingStatus.NO_SHOW.value, "busy_until": None})


def cancel(booking: Booking) -> Step:
	"""The booking was a mistake, or is called off."""
	if booking.status in AWAY:
		text = _("Serial No {1} is out by booking {0}. Have it returned first.")
		return Step(problems=[Problem(text, (booking.name, booking.serial_no))])
	return Step({"status": BookingStatus.CANCELLED.value, "busy_until": None})


def _not_from(booking: Booking, what: str) -> Step:
	text = _("Booking {0} of Serial No {1} is {2}, so it cannot be {3}.")
	values = (booking.name, booking.serial_no, booking.status or _("a draft"), what)
	return Step(problems=[Problem(text, values)])


def _as_wanted(booking: Booking) -> Wanted:
	return Wanted(
		booking.serial_no, booking.start, booking.end, booking.party_type, booking.party, booking.name
	)


def days_late(due: datetime, moment: datetime) -> int:
	"""Calendar days after the day on which it was due: later on that day is 0."""
	return max((moment.date() - due.date()).days, 0)


def next_free(
	start: datetime, length: timedelta, bookings: Iterable[Booking], turn_round: timedelta, now: datetime
) -> datetime:
	"""The first moment from `start` on at which the unit is free for `length`, turn-round kept on both sides."""
	busy = [(one.start, until) for one in bookings if (until := one.busy_until(now)) is not None]
	for begins, until in sorted(busy):
		if until + turn_round <= start:
			continue
		if begins - turn_round >= start + length:
			break
		start = until + turn_round
	return start


def units_of_time(start: datetime, end: datetime, uom: str | None, usual_hours: float) -> float:
	"""The quantity of an invoice row: begun hours, days or weeks where the unit of measure is a time, else begun usual
	lengths of a booking.
	"""
	each = HOURS.get((uom or "").strip().casefold().removesuffix("s")) or usual_hours or 24
	hours = (end - start).total_seconds() / 3600
	return max(math.ceil(round(hours / each, 6)), 1)


def shown(moment: datetime) -> str:
	"""A moment in a sentence: 2026-11-24 09:30."""
	return f"{moment:%Y-%m-%d %H:%M}"
