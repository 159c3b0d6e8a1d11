"""The terms of a unit: what its ledger says on any day.

The ledger (DocType Serial Term) holds one row for each thing that a voucher did to a unit, in the order in which they
were done. A later row takes the place of what earlier ones say from its first day on: a conversion cuts a trial short, a
suspension the paid term. What stands on a day follows from the rows alone, so a cancelled row is simply left out.
Days are `datetime.date`; the last day of a term is included in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from serial_inventory.constants import TermAction, TermStatus

DAY = timedelta(days=1)
PAUSES = (TermAction.SUSPEND.value, TermAction.END.value)
"""Rows from which on a unit has no term: open, until another row follows."""


@dataclass(frozen=True, slots=True)
class Term:
	"""A row of the ledger. `to_date` is None while a suspension or an end is open; `anchor_day` as in rules/plans.py."""

	action: str
	from_date: date
	to_date: date | None = None
	serial_plan: str | None = None
	plan_type: str | None = None
	grace_days: int = 0
	anchor_day: int = 0
	voucher_type: str | None = None
	voucher_no: str | None = None

	@property
	def is_pause(self) -> bool:
		return self.action in PAUSES

	@property
	def is_suspension(self) -> bool:
		return self.action == TermAction.SUSPEND.value

	@property
	def is_end(self) -> bool:
		return self.action == TermAction.END.value


@dataclass(frozen=True, slots=True)
class State:
	"""What the Serial No says of its terms on a day. `next_term_change` is the first later day that says otherwise."""

	serial_plan: str | None = None
	plan_type: str | None = None
	term_start_date: date | None = None
	expiry_date: date | None = None
	term_status: str | None = None
	next_term_change: date | None = None


def timeline(terms: Iterable[Term]) -> list[Term]:
	"""What stands, from the first day to the last: the rows without overlaps, each as long as the later ones leave it."""
	line: list[Term] = []
	for term in terms:
		line = [
			_until(earlier, term.from_date - DAY) for earlier in line if earlier.from_date < term.from_date
		]
		line.append(term)
	return line


def _until(term: Term, last: date) -> Term:
	return term if term.to_date and term.to_date <= last else replace(term, to_date=last)


def at(line: Sequence[Term], day: date) -> int:
	"""The place in the timeline of what had begun last on that day; -1 before the first."""
	return sum(term.from_date <= day for term in line) - 1


def last_day(line: Sequence[Term], place: int) -> date | None:
	"""The last day of the unbroken chain of terms that the place belongs to."""
	while place + 1 < len(line) and _follows(line[place], line[place + 1]):
		place += 1
	return line[place].to_date


def _follows(term: Term, following: Term) -> bool:
	return not following.is_pause and following.from_date == term.to_date + DAY


def state(terms: Sequence[Term], day: date) -> State:
	"""What the ledger says on that day; an empty State where it has no row."""
	line = timeline(terms)
	if not line:
		return State()
	place = at(line, day)
	if place < 0:
		first = line[0]
		return State(
			first.serial_plan,
			first.plan_type,
			first.from_date,
			last_day(line, 0),
			TermStatus.NOT_STARTED.value,
			first.from_date,
		)
	following = line[place + 1].from_date if place + 1 < len(line) else None
	if line[place].is_pause:
		return _paused(line, place, following)
	return _running(line, place, day, following)


def _paused(line: Sequence[Term], place: int, following: date | None) -> State:
	"""A suspended unit has no expiry date: the clock stands still until it is resumed."""
	ran = next((term for term in reversed(line[:place]) if not term.is_pause), None)
	is_end = line[place].is_end
	return State(
		line[place].serial_plan,
		line[place].plan_type,
		(ran or line[place]).from_date,
		ran.to_date if ran and is_end else None,
		(TermStatus.ENDED if is_end else TermStatus.SUSPENDED).value,
		following,
	)


def _running(line: Sequence[Term], place: int, day: date, following: date | None) -> State:
	term = line[place]
	end_of_grace = later(term.to_date, term.grace_days)
	if day <= term.to_date:
		status, change = term.plan_type, later(term.to_date, 1)
	elif day <= end_of_grace:
		status, change = TermStatus.GRACE.value, later(end_of_grace, 1)
		change = min(change, following) if following else change
	else:
		status, change = TermStatus.EXPIRED.value, following
	return State(term.serial_plan, term.plan_type, term.from_date, last_day(line, place), status, change)


def later(day: date, days: int) -> date:
	"""So many days later, or the last day that there is."""
	return day + timedelta(days=min(days, (date.max - day).days))
