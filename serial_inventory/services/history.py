"""The history of a Serial No as a user may see it: events of documents that the user may not read are left out.

The page is cut from the newest events on, and what is on it is checked in bulk: one list query a DocType, however many
events a unit has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

import frappe
from frappe import _
from frappe.utils import cint, cstr, escape_html, format_date, format_datetime, getdate

from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules import history as rules
from serial_inventory.rules.history import Change, Event
from serial_inventory.services import happenings, life, restrictions

PAGE = 200
MOST = 10_000
"""So many events are told in one answer."""


def of_serial_no(serial_no: str, limit: int = 0, before: str | None = None) -> dict:
	"""{serial_no, events, next}: the newest events first. `next` is where the next page begins, None after the last.

	Raises PermissionError without read permission on the Serial No.
	"""
	doc = frappe.get_doc(SERIAL_NO, serial_no)
	doc.check_permission()
	events, more = page(doc, limit, before)
	return {"serial_no": doc.name, "events": [as_dict(event) for event in events], "next": more}


def page(
	serial_no,
	limit: int = 0,
	before: str | None = None,
	first: date | None = None,
	last: date | None = None,
	kinds: Collection[str] = (),
) -> tuple[list[Event], str | None]:
	"""The user's events of a Serial No's document, newest first, and the cursor of the next page if there is one."""
	limit = min(max(cint(limit), 0) or PAGE, MOST)
	events = rules.within(happenings.everything(serial_no), first, last, _place(before))
	found: list[Event] = []
	for event in _permitted(rules.newest_first(events), limit + 1):
		if not kinds or event.kind.value in kinds:
			found.append(event)
		if len(found) > limit:
			return found[:limit], rules.cursor(found[limit - 1])
	return found, None


def _place(before: str | None) -> tuple | None:
	if not before:
		return None
	place = rules.place_of(before)
	if not place:
		frappe.throw(
			_("{0} is no place in a history. Give what the last page returned as next.").format(
				escape_html(cstr(before)[:60])
			)
		)
	return place


def _permitted(events: Sequence[Event], first: int) -> Iterator[Event]:
	"""Those that the user may read, told in full: the first ones, and all the rest only if they are asked for."""
	warehouses = restrictions.of_user().warehouses
	for chunk in (events[:first], events[first:]):
		documents = _documents(chunk)
		for event in chunk:
			if event.document_type == SERIAL_NO:
				yield event
			elif document := documents.get((event.document_type, event.document)):
				if told := event if event.kind else _told(event, document, warehouses):
					yield told


def _documents(events: Sequence[Event]) -> dict[tuple[str, str], frappe._dict]:
	"""The documents of the events that the user may read, with what movements need of them."""
	by_type: dict[str, set[str]] = {}
	for event in events:
		if event.document_type != SERIAL_NO:
			by_type.setdefault(event.document_type, set()).add(event.document)
	found = {}
	for doctype, names in by_type.items():
		if not frappe.db.exists("DocType", doctype) or not frappe.has_permission(doctype):
			continue
		fields = ["name", *life.PARTIES.get(doctype, ())]
		filters = {"name": ("in", list(names))}
		for row in frappe.get_list(doctype, filters=filters, fields=fields, limit_page_length=0):
			found[doctype, row.name] = row
	return found


def _told(event: Event, document, warehouses: Collection[str] | None) -> Event | None:
	"""A movement with what its document says; None where it is of warehouses that are not the user's."""
	voucher = life.voucher_of(document)
	party_type = "Supplier" if document.get("supplier") else "Customer" if document.get("customer") else None
	return rules.told(event, voucher.purpose, voucher.is_return, party_type, voucher.party, warehouses)


def as_dict(event: Event) -> dict:
	"""An event as calls and reports give it: all texts, the moment in the site's time zone, blanks as None."""
	return {
		"kind": event.kind.value,
		"moment": str(event.moment.replace(microsecond=0)),
		"document_type": event.document_type,
		"document": event.document,
		"party_type": event.party_type,
		"party": event.party,
		"from": event.came_from,
		"to": event.went_to,
		"who": event.who,
		"note": ", ".join(text for text in map(_worded, event.note) if text),
	}


def _worded(part: object) -> str:
	if isinstance(part, Change):
		nothing = _("nothing")
		return _("{0}: {1} to {2}").format(_(part.label), part.old or nothing, part.new or nothing)
	if isinstance(part, tuple):
		return " – ".join(text for text in map(_worded, part) if text)
	if isinstance(part, datetime):
		return format_datetime(part)
	if isinstance(part, date):
		return format_date(part)
	return _(part) if part else ""


def day(value: object) -> date | None:
	"""A filter's day, None for a blank one."""
	return getdate(cstr(value)) if value else None
