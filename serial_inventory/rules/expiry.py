"""What ends when: days left, what is overdue, what is near, and the parts of the daily digest.

Days are `datetime.date`; an expiry date is the last day that counts. Counts come by day, so that a million units are a
few hundred numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from serial_inventory.constants import TermStatus

SOON = 7
NEAR = 30
"""Days ahead that the summary and the digest tell apart."""

SET_ASIDE = (TermStatus.SUSPENDED.value, TermStatus.ENDED.value)
"""Term statuses whose expiry date asks nobody to do anything."""


@dataclass(frozen=True, slots=True)
class Summary:
	"""Numbers of units: past their last day, and with theirs in 7 or in 30 days (today counts as 0)."""

	total: int = 0
	overdue: int = 0
	soon: int = 0
	near: int = 0


def days_left(expiry_date: date, today: date) -> int:
	"""Days from today to the last day; 0 on it, below 0 once it is over."""
	return (expiry_date - today).days


def summary(counts: Iterable[tuple[date, int]], today: date) -> Summary:
	"""Sum numbers of units by expiry date."""
	total = overdue = soon = near = 0
	for day, count in counts:
		left = days_left(day, today)
		total += count
		overdue += count if left < 0 else 0
		soon += count if 0 <= left <= SOON else 0
		near += count if 0 <= left <= NEAR else 0
	return Summary(total, overdue, soon, near)


def by_month(counts: Iterable[tuple[date, int]]) -> dict[date, int]:
	"""The numbers by the first day of their month, in order. Months without any are left out."""
	months: dict[date, int] = {}
	for day, count in counts:
		first = day.replace(day=1)
		months[first] = months.get(first, 0) + count
	return dict(sorted(months.items()))


@dataclass(frozen=True, slots=True)
class Part:
	"""A part of the digest: units by expiry date (both days included, None: any) and, if it says one, by status."""

	key: str
	from_date: date | None = None
	to_date: date | None = None
	term_status: str | None = None


def digest_parts(today: date) -> tuple[Part, ...]:
	"""What the digest of this day tells. A unit may be in two parts: it ended yesterday and is in grace."""
	yesterday = today - timedelta(days=1)
	return (
		Part("ended", yesterday, yesterday),
		Part("grace", term_status=TermStatus.GRACE.value),
		Part("ending", today, today + timedelta(days=SOON)),
	)
