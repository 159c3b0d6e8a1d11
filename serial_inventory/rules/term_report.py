"""What happened to terms, month by month: what counts as started, converted, lapsed, and the trial-to-paid rate.

A row of the ledger counts in the month of its first day, a lapse in the month of the term's last day. Rows of a unit
come in the order in which they were written: a later row takes the place of earlier ones from its first day on
(rules/terms.py). services/term_report.py asks the database the same questions; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from serial_inventory.constants import PlanType, TermAction
from serial_inventory.rules.terms import Term, later

ACTIONS = {
	TermAction.START.value: "started",
	TermAction.RENEW.value: "renewed",
	TermAction.CONVERT.value: "converted",
	TermAction.CHANGE_PLAN.value: "changed",
	TermAction.SUSPEND.value: "suspended",
	TermAction.RESUME.value: "resumed",
	TermAction.END.value: "ended",
}
"""What each row of the ledger counts as."""
LAPSED = "lapsed"
TRIALS = "trials"
TRIALS_WON = "trials_won"
COUNTED = (*ACTIONS.values(), LAPSED, TRIALS, TRIALS_WON)

WINS = (TermAction.CONVERT.value, TermAction.CHANGE_PLAN.value, TermAction.RENEW.value)
"""Rows that make a trial paid, where their plan is a paid one."""


@dataclass(frozen=True, slots=True)
class Count:
	"""So many of one kind (COUNTED) on a day, of a group (a plan, purpose or Item; None where nothing is grouped)."""

	what: str
	day: date
	number: int = 1
	group: str | None = None


@dataclass(frozen=True, slots=True)
class Month:
	"""A line of the report: numbers by kind in the month that begins on `first`."""

	first: date
	group: str | None
	numbers: dict[str, int]

	@property
	def rate(self) -> float | None:
		"""Trials of the month that were ever converted, in percent; None where none started."""
		return rate(self.numbers[TRIALS], self.numbers[TRIALS_WON])


def rate(trials: int, won: int) -> float | None:
	return round(100 * won / trials, 1) if trials else None


def is_lapsed(term: Term, later_rows: Iterable[Term], today: date) -> bool:
	"""Whether a term ran out: its grace is over, and nothing written later took its place or followed in time.

	In time is until the day after the grace days: no day is then without term or grace.
	"""
	if not term.to_date or later(term.to_date, term.grace_days) >= today:
		return False
	return all(row.from_date > later(term.to_date, term.grace_days + 1) for row in later_rows)


def is_trial_start(term: Term) -> bool:
	return term.action == TermAction.START.value and term.plan_type == PlanType.TRIAL.value


def is_won(later_rows: Iterable[Term]) -> bool:
	"""Whether a trial became paid: by a row that was written before the unit was started again."""
	for row in later_rows:
		if row.action == TermAction.START.value:
			return False
		if row.action in WINS and row.plan_type == PlanType.PAID.value:
			return True
	return False


def of_unit(rows: Sequence[Term], today: date, group: str | None = None) -> Iterator[Count]:
	"""Everything that one unit's rows count as."""
	for place, row in enumerate(rows):
		following = rows[place + 1 :]
		yield Count(ACTIONS[row.action], row.from_date, 1, group)
		if is_lapsed(row, following, today):
			yield Count(LAPSED, row.to_date, 1, group)
		if is_trial_start(row):
			yield Count(TRIALS, row.from_date, 1, group)
			if is_won(following):
				yield Count(TRIALS_WON, row.from_date, 1, group)


def months(counts: Iterable[Count], from_date: date, to_date: date, is_grouped: bool = False) -> list[Month]:
	"""The lines of the report, by month and then by group. Without groups every month of the period has a line."""
	lines: dict[tuple[date, str | None], dict[str, int]] = {}
	for count in counts:
		if from_date <= count.day <= to_date:
			numbers = lines.setdefault((count.day.replace(day=1), count.group), dict.fromkeys(COUNTED, 0))
			numbers[count.what] += count.number
	if not is_grouped:
		for first in firsts(from_date, to_date):
			lines.setdefault((first, None), dict.fromkeys(COUNTED, 0))
	return [Month(first, group, lines[first, group]) for first, group in sorted(lines, key=_order)]


def firsts(from_date: date, to_date: date) -> Iterator[date]:
	"""The first day of every month that the period touches."""
	first = from_date.replace(day=1)
	while first <= to_date:
		yield first
		if (first.year, first.month) == (date.max.year, date.max.month):
			return
		first = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def total(lines: Iterable[Month]) -> dict[str, int]:
	sums = dict.fromkeys(COUNTED, 0)
	for line in lines:
		for what, number in line.numbers.items():
			sums[what] += number
	return sums


def _order(key: tuple[date, str | None]) -> tuple[date, str]:
	return key[0], key[1] or ""
