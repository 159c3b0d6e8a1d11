"""The history of a unit: what its documents say of it, as Events, the newest first.

Nothing of it is stored. A service reads each kind of document into Events; here they are made of ledger lines, terms
and changes of fields, put in order and cut into pages. A moment is a `datetime` in the site's time zone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from serial_inventory.constants import STOCK_RECONCILIATION, Direction, EventKind, Kind, TermAction
from serial_inventory.rules.terms import Term, later, timeline
from serial_inventory.rules.units import kind_of

LONGEST = 140
"""Characters of a changed value that are told."""
MADE_WITHIN = timedelta(minutes=2)
"""A Serial No written so shortly before its first movement, by the same user, was made by that document."""


@dataclass(frozen=True, slots=True)
class Change:
	"""A field that a person changed, by its label, and its values as they were shown."""

	label: str
	old: str
	new: str


@dataclass(frozen=True, slots=True)
class Event:
	"""One thing that happened. `kind` is None for a movement whose document has not been read yet (`told`).

	`came_from` and `went_to` are a warehouse, a location, or the party where the unit left or entered no warehouse.
	`note` holds texts, dates, pairs (from, to) and Changes. `made` is when it was recorded and `key` is unique in a
	history: both order what happened at one moment.
	"""

	kind: EventKind | None
	moment: datetime
	made: datetime
	key: str
	document_type: str | None = None
	document: str | None = None
	who: str | None = None
	party_type: str | None = None
	party: str | None = None
	came_from: str | None = None
	went_to: str | None = None
	note: tuple = ()


@dataclass(frozen=True, slots=True)
class Line:
	"""A standing ledger line that moved the unit."""

	name: str
	moment: datetime
	made: datetime
	voucher_type: str
	voucher_no: str
	voucher_detail_no: str | None
	direction: Direction
	warehouse: str
	who: str | None = None

	@property
	def row(self) -> tuple:
		return (self.voucher_type, self.voucher_no, self.voucher_detail_no)


@dataclass(frozen=True, slots=True)
class Granted:
	"""A row of the ledger of terms, and the moment of its voucher."""

	term: Term
	moment: datetime
	made: datetime
	key: str
	who: str | None = None
	customer: str | None = None


EVENT_OF_ACTION = {
	TermAction.START.value: EventKind.TERM_STARTED,
	TermAction.RENEW.value: EventKind.RENEWED,
	TermAction.CONVERT.value: EventKind.CONVERTED,
	TermAction.CHANGE_PLAN.value: EventKind.PLAN_CHANGED,
	TermAction.SUSPEND.value: EventKind.SUSPENDED,
	TermAction.RESUME.value: EventKind.RESUMED,
	TermAction.END.value: EventKind.ENDED,
}
EVENT_OF_MOVEMENT = {
	Kind.RECEIVED: EventKind.RECEIVED,
	Kind.MADE: EventKind.MADE,
	Kind.MOVED_OUT: EventKind.MOVED,
	Kind.MOVED_IN: EventKind.MOVED,
	Kind.DELIVERED: EventKind.DELIVERED,
	Kind.RETURNED: EventKind.RETURNED,
	Kind.SENT_BACK: EventKind.SENT_BACK,
	Kind.CONSUMED: EventKind.CONSUMED,
	Kind.TAKEN_APART: EventKind.TAKEN_APART,
	Kind.REMOVED: EventKind.REMOVED,
	Kind.OTHER_IN: EventKind.CAME_IN,
	Kind.OTHER_OUT: EventKind.WENT_OUT,
}


# --- movements -----------------------------------------------------------------------------------


def moved(lines: Sequence[Line]) -> list[Event]:
	"""Movements of a unit from its ledger lines, oldest first.

	The two lines of one row, out of a warehouse and into another, are one event.
	"""
	events: list[Event] = []
	open_rows: dict[tuple, int] = {}
	for line in lines:
		at = open_rows.pop(line.row, None)
		if at is not None and _is_other_half(events[at], line):
			events[at] = _joined(events[at], line)
			continue
		open_rows[line.row] = len(events)
		events.append(_of_line(line))
	return events


def _of_line(line: Line) -> Event:
	place = "went_to" if line.direction == Direction.INWARD else "came_from"
	return Event(
		kind=None,
		moment=line.moment,
		made=line.made,
		key=f"ledger {line.name}",
		document_type=line.voucher_type,
		document=line.voucher_no,
		who=line.who,
		**{place: line.warehouse},
	)


def _is_other_half(event: Event, line: Line) -> bool:
	return not (event.went_to if line.direction == Direction.INWARD else event.came_from)


def _joined(event: Event, line: Line) -> Event:
	place = "went_to" if line.direction == Direction.INWARD else "came_from"
	return replace(
		event, made=max(event.made, line.made), key=f"ledger {line.name}", **{place: line.warehouse}
	)


def told(
	event: Event,
	purpose: str | None = None,
	is_return: bool = False,
	party_type: str | None = None,
	party: str | None = None,
	warehouses: Collection[str] | None = None,
) -> Event | None:
	"""A movement with what its document says: its kind, and the party that it came from or went to.

	`warehouses` are those that the reader may know of, None for all; a movement that touches none of them is None.
	"""
	kind = _kind_of_movement(event, purpose, is_return)
	came_from, went_to = _known(event.came_from, warehouses), _known(event.went_to, warehouses)
	if not (came_from or went_to):
		return None
	if party and not (event.came_from and event.went_to):
		came_from, went_to = came_from or party, went_to or party
	return replace(event, kind=kind, party_type=party_type, party=party, came_from=came_from, went_to=went_to)


def _known(warehouse: str | None, warehouses: Collection[str] | None) -> str | None:
	return warehouse if warehouses is None or warehouse in warehouses else None


def _kind_of_movement(event: Event, purpose: str | None, is_return: bool) -> EventKind:
	direction = Direction.INWARD if event.went_to else Direction.OUTWARD
	kind = EVENT_OF_MOVEMENT[kind_of(event.document_type, direction, purpose, is_return)]
	if not (event.came_from and event.went_to) or kind == EventKind.RECEIVED:
		return kind
	is_count = event.document_type == STOCK_RECONCILIATION and event.came_from == event.went_to
	return EventKind.COUNTED if is_count else EventKind.MOVED


def made_by_a_document(made: datetime, who: str | None, lines: Sequence[Line]) -> bool:
	"""Whether the Serial No was written by the document that first brought the unit in."""
	first = min(lines, key=lambda line: line.made, default=None)
	if first is None or first.direction != Direction.INWARD or first.who != who:
		return False
	return timedelta() <= first.made - made <= MADE_WITHIN


# --- terms ---------------------------------------------------------------------------------------


def of_terms(granted: Sequence[Granted], today: date) -> list[Event]:
	"""What vouchers granted, in the order in which they did, and the days on which a term ran out."""
	return [*map(_of_term, granted), *_lapses(granted, today)]


def _of_term(granted: Granted) -> Event:
	term = granted.term
	return Event(
		kind=EVENT_OF_ACTION[term.action],
		moment=granted.moment,
		made=granted.made,
		key=f"term {granted.key}",
		document_type=term.voucher_type,
		document=term.voucher_no,
		who=granted.who,
		**_customer(granted.customer),
		note=(term.serial_plan, (term.from_date, term.to_date)),
	)


def _lapses(granted: Sequence[Granted], today: date) -> list[Event]:
	"""A term has lapsed on the day after its grace days, where nothing else stands on that day."""
	customers = {(one.term.voucher_type, one.term.voucher_no): one.customer for one in granted}
	line = timeline(one.term for one in granted)
	events = []
	for place, term in enumerate(line):
		if term.is_pause:
			continue
		day = later(term.to_date, term.grace_days + 1)
		following = line[place + 1].from_date if place + 1 < len(line) else None
		if day > today or (following and following <= day):
			continue
		moment = datetime.combine(day, time.min)
		events.append(
			Event(
				kind=EventKind.LAPSED,
				moment=moment,
				made=moment,
				key=f"lapse {day} {place}",
				document_type=term.voucher_type,
				document=term.voucher_no,
				**_customer(customers.get((term.voucher_type, term.voucher_no))),
				note=(term.serial_plan, (term.from_date, term.to_date)),
			)
		)
	return events


def _customer(customer: str | None) -> dict:
	return {"party_type": "Customer", "party": customer} if customer else {}


# --- changes of fields ---------------------------------------------------------------------------


def version(text: str | None) -> dict:
	"""What a Version of the record holds, as Frappe writes it; nothing if it cannot be read."""
	try:
		data = json.loads(text or "")
	except ValueError:
		return {}
	return data if isinstance(data, dict) else {}


def changes(data: Mapping, labels: Mapping[str, str]) -> tuple[Change, ...]:
	"""The changes of fields that have a label here: those that the reader may see."""
	rows = data.get("changed")
	if not isinstance(rows, list):
		return ()
	return tuple(
		Change(labels[row[0]], _shown(row[1]), _shown(row[2]))
		for row in rows
		if isinstance(row, list) and len(row) == 3 and isinstance(row[0], str) and row[0] in labels
	)


def _shown(value: object) -> str:
	text = "" if value is None else str(value)
	return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def source(data: Mapping) -> str | None:
	"""The name of the document by which the record was made, as a Data Import leaves it."""
	reference = data.get("updater_reference")
	if data.get("changed") or not isinstance(reference, Mapping):
		return None
	return str(reference.get("docname") or "") or None


# --- order and pages -----------------------------------------------------------------------------


def moment(day: date, at: time | timedelta | None, made: datetime) -> datetime:
	"""The moment of a document that says its day and perhaps its time, and was recorded at `made`."""
	midnight = datetime.combine(day, time.min)
	if isinstance(at, timedelta):
		return midnight + at
	if at is not None:
		return datetime.combine(day, at)
	return made if made.date() == day else midnight


def place(event: Event) -> tuple[datetime, datetime, str]:
	return (event.moment, event.made, event.key)


def newest_first(events: Iterable[Event]) -> list[Event]:
	return sorted(events, key=place, reverse=True)


def cursor(event: Event) -> str:
	"""Where a page ends; the next one goes on from there, whatever has happened since."""
	return f"{event.moment.isoformat()}|{event.made.isoformat()}|{event.key}"


def place_of(cursor: str) -> tuple[datetime, datetime, str] | None:
	"""The place that a cursor says; None if it is none."""
	moment, _bar, rest = cursor.partition("|")
	made, bar, key = rest.partition("|")
	try:
		return (datetime.fromisoformat(moment), datetime.fromisoformat(made), key) if bar else None
	except ValueError:
		return None


def within(
	events: Iterable[Event], first: date | None, last: date | None, before: tuple | None = None
) -> list[Event]:
	"""Events of the days from first to last, both included, that come after the place `before` in the order."""
	return [
		event
		for event in events
		if (first is None or event.moment.date() >= first)
		and (last is None or event.moment.date() <= last)
		and (before is None or place(event) < before)
	]
