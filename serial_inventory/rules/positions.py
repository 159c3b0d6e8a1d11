"""Where units were on a day: what their movements up to that day leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from serial_inventory.constants import Kind, Status
from serial_inventory.rules.units import Movement, Unit, moved

PASSING = (Kind.MOVED_OUT, Kind.OTHER_IN, Kind.OTHER_OUT)
"""After these a unit is what the movement before them made of it, but for its place."""


@dataclass(frozen=True, slots=True)
class Position:
	"""A unit on a day. `since` is the day of the movement that brought it there."""

	serial_no: str
	item_code: str
	status: str
	warehouse: str | None = None
	customer: str | None = None
	document_type: str | None = None
	document: str | None = None
	since: date | None = None


def tail(movements: Sequence[Movement]) -> Sequence[Movement]:
	"""The movements, oldest first, from the last one that says all of a unit's place: earlier ones do not matter."""
	for at in range(len(movements) - 1, -1, -1):
		if movements[at].kind not in PASSING:
			return movements[at:]
	return movements


def position(movements: Sequence[Movement]) -> Position:
	"""Where these movements, oldest first, leave a unit; serial_no and item_code are blank (`of_unit`)."""
	unit = moved(Unit("", "", status=Status.INACTIVE.value), tail(movements))
	last = movements[-1] if movements else None
	return Position(
		"",
		"",
		unit.status,
		unit.warehouse or None,
		unit.customer or None,
		last.voucher_type if last else None,
		last.voucher_no if last else None,
		last.posting_date if last else None,
	)


def of_unit(found: Position, serial_no: str, item_code: str) -> Position:
	return replace(found, serial_no=serial_no, item_code=item_code)


def entered(serial_no: str, item_code: str, day: date) -> Position:
	"""A unit that was known on the day and had not moved yet."""
	return Position(serial_no, item_code, Status.INACTIVE.value, since=day)
