"""What the public check page tells of a unit: its warranty and its term today, or that nothing fits.

A serial that is unknown, one that is with no customer, and one that was asked for with a wrong Item or month get the
same answer, by the same steps.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from serial_inventory.constants import PublicWarranty, Status, TermStatus
from serial_inventory.rules.serial_text import MAX_LENGTH, fold

_MONTH = (
	re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})"),
	re.compile(r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
)
_HIDDEN = ("Cc", "Cs", "Cn", "Zl", "Zp")
"""Categories of characters that no serial has, and that a database may refuse."""


@dataclass(frozen=True, slots=True)
class Asked:
	"""What the Settings ask for besides the serial."""

	item: bool = False
	month: bool = False


@dataclass(frozen=True, slots=True)
class Given:
	"""What a guest has typed, cleaned."""

	serial_no: str = ""
	item: str = ""
	month: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
	"""What the answer stands on; without any, nobody's unit."""

	status: str | None = None
	item_code: str | None = None
	item_name: str | None = None
	delivery_date: date | None = None
	warranty_expiry_date: date | None = None
	term_status: str | None = None
	expiry_date: date | None = None


NOBODYS = Facts()


@dataclass(frozen=True, slots=True)
class Answer:
	"""All that is told. Days are the last ones included; None where there is none."""

	found: bool = False
	warranty_status: str | None = None
	warranty_until: date | None = None
	term_status: str | None = None
	term_until: date | None = None


NOTHING = Answer()


def clean(value: object) -> str:
	"""A typed text without outer spaces and control characters, cut where no serial goes on; "" for what is no text."""
	if not isinstance(value, str):
		return ""
	kept = (mark for mark in value[: 4 * MAX_LENGTH] if unicodedata.category(mark) not in _HIDDEN)
	return "".join(kept).strip()[:MAX_LENGTH]


def answer(facts: Facts, given: Given, asked: Asked, today: date) -> Answer:
	"""What is told of the unit; NOTHING where something does not fit. Every step is made in either case."""
	told = Answer(
		True,
		warranty_status(facts.warranty_expiry_date, today),
		facts.warranty_expiry_date,
		facts.term_status or None,
		facts.expiry_date if facts.term_status != TermStatus.SUSPENDED.value else None,
	)
	fits = (
		facts.status == Status.DELIVERED.value,
		not asked.item or _is_item(given.item, facts),
		not asked.month or _is_month(given.month, facts.delivery_date),
	)
	return told if all(fits) else NOTHING


def warranty_status(expiry: date | None, today: date) -> str:
	if not expiry:
		return PublicWarranty.NONE.value
	return (PublicWarranty.RUNNING if expiry >= today else PublicWarranty.OVER).value


def _is_item(typed: str, facts: Facts) -> bool:
	"""The Item's code or its name, as the database compares texts."""
	own = {fold(name) for name in (facts.item_code, facts.item_name) if name}
	return bool(typed) and fold(typed) in own


def _is_month(typed: str, delivered: date | None) -> bool:
	month = read_month(typed)
	return bool(delivered) and month == (delivered.year, delivered.month)


def read_month(typed: str) -> tuple[int, int] | None:
	"""(year, month) of 2026-11, 2026/11, 11/2026 or 11.2026; None of anything else."""
	for pattern in _MONTH:
		if found := pattern.fullmatch(typed):
			month = int(found["month"])
			return (int(found["year"]), month) if 1 <= month <= 12 else None
	return None
