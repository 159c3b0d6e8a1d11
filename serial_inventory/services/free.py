"""Which units are free between two moments, and when one is free next.

What SQL says here of a unit that can be booked at all is what `rules.bookings.check_unit` says in Python; a test holds
the two together. A unit's bookings are looked up in the index `unit_busy`, one search a unit and only until `limit` are
found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import frappe
from frappe.query_builder.functions import Coalesce, Min
from frappe.utils import add_to_date, cint, flt, get_datetime

from serial_inventory.constants import ITEM, SERIAL_BOOKING, SERIAL_NO, Status, TermStatus
from serial_inventory.rules import bookings as rules
from serial_inventory.rules.bookings import AWAY, LoanRules, Wanted
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.serial_text import fold
from serial_inventory.services import booking_register as register
from serial_inventory.services import bookings, bulk, clock, integrity, messages

LIMIT = 500
MOST = 10_000
PAGE = 5_000
_NEVER = date(9999, 12, 31)
NO_FILTER = (
	"Table",
	"Table MultiSelect",
	"Password",
	"Section Break",
	"Column Break",
	"Tab Break",
	"HTML",
	"Button",
)
"""Types of fields that hold nothing to compare."""


def find(
	from_datetime,
	to_datetime,
	item_code: str | None = None,
	serial_purpose: str | None = None,
	attributes: Mapping | str | None = None,
	limit: int | str = LIMIT,
	like: str | None = None,
) -> list[dict]:
	"""Units that can be booked for all of that time, by name, at most `limit` (10,000) of those the user may read.

	Each: serial_no, item_code, item_name, serial_purpose, warehouse, company, free_until (its next booking or None).
	"""
	start, end = bookings.moment(from_datetime), bookings.moment(to_datetime)
	wanted = Wanted("", start, end)
	messages.refuse(rules.check_times(wanted, clock.now(), may_record_past=True))
	purposes = _purposes(serial_purpose)
	values = _attributes(attributes)
	most = min(max(cint(limit), 1), MOST)
	found: list[dict] = []
	for rule in purposes:
		if _is_short(rule, start, end):
			found += _of_purpose(rule, start, end, item_code, values, most, like)
	found.sort(key=_by_name)
	return _with_next(found[:most], start)


def _by_name(row: Mapping) -> str:
	return fold(row["serial_no"])


def _is_short(rule: LoanRules, start: datetime, end: datetime) -> bool:
	return not rule.longest_days or end - start <= timedelta(days=rule.longest_days)


def _purposes(name: str | None) -> list[LoanRules]:
	"""The bookable purposes, or the one that is asked for. Raises SerialNoError if that is none."""
	known = register.bookable()
	if not name:
		return list(known.values())
	if name not in known:
		text = rules._("There is no Serial Purpose {0} whose units can be booked. Check Can Be Booked in it.")
		messages.refuse([Problem(text, (name,))])
	return [known[name]]


def _attributes(given: Mapping | str | None) -> dict:
	"""Filters by fields of Serial No. Raises SerialNoError for one that is no field, or that the user may not read."""
	values = frappe.parse_json(given) if isinstance(given, str) and given.strip() else given or {}
	if not isinstance(values, Mapping):
		messages.refuse([Problem(rules._("Attributes are a dict of field names and values."))])
	meta = frappe.get_meta(SERIAL_NO)
	permitted = set(meta.get_permitted_fieldnames())
	wrong = [
		name
		for name, value in values.items()
		if not meta.has_field(name)
		or name not in permitted
		or meta.get_field(name).fieldtype in NO_FILTER
		or not isinstance(value, (str, int, float))
	]
	if wrong:
		text = rules._("These are no fields of Serial No to search by: {0}. Check their names and values.")
		messages.refuse([Problem(text, (", ".join(map(str, wrong)),))])
	return dict(values)


def _of_purpose(
	rule: LoanRules, start: datetime, end: datetime, item_code, values: Mapping, most: int, like: str | None
) -> list[dict]:
	"""Pages of free units until there are `most` that the user may read; big pages for a user who may read few."""
	found: list[dict] = []
	after, page = None, most
	while len(found) < most:
		query = _query(rule, start, end, item_code, values, like)
		if after:
			query = query.where(frappe.qb.DocType(SERIAL_NO).name > after)
		rows = query.limit(page).run(as_dict=True)
		permitted = set(integrity.permitted([row.serial_no for row in rows])) if rows else set()
		found += [row | {"serial_purpose": rule.purpose} for row in rows if row.serial_no in permitted]
		if len(rows) < page:
			break
		after, page = rows[-1].serial_no, max(most, PAGE)
	return found[:most]


def _query(rule: LoanRules, start: datetime, end: datetime, item_code, values: Mapping, like: str | None):
	unit, booking = frappe.qb.DocType(SERIAL_NO), frappe.qb.DocType(SERIAL_BOOKING)
	query = frappe.qb.from_(unit).left_join(booking).on(_is_in_the_way(booking, unit, rule, start, end))
	query = query.select(
		unit.name.as_("serial_no"), unit.item_code, unit.item_name, unit.warehouse, unit.company
	).where(booking.name.isnull())
	query = query.where(_is_used_as(unit, rule.purpose)).where(_can_be_booked(unit, start, end))
	if item_code:
		query = query.where(unit.item_code == item_code)
	if like:
		part = f"%{bulk.literal(like)}%"
		query = query.where(unit.name.like(part) | unit.item_name.like(part))
	for name, value in values.items():
		query = query.where(unit[name] == value)
	if start - rule.turn_round < clock.now():
		query = query.where(unit.name.notin(_late(start - rule.turn_round)))
	return query.orderby(unit.name)


def _is_used_as(unit, purpose: str):
	"""Units of the purpose: their own, or their Item's where they name none."""
	items = frappe.get_all(ITEM, filters={"serial_purpose": purpose, "has_serial_no": 1}, pluck="name")
	own = unit.serial_purpose == purpose
	if not items:
		return own
	return own | ((Coalesce(unit.serial_purpose, "") == "") & unit.item_code.isin(items))


def _can_be_booked(unit, start: datetime, end: datetime):
	"""Not sold or gone, no ended term, not expired before the end, not in repair."""
	status, gone_by = unit.status, unit.delivery_document_no
	last_day = (end - timedelta(microseconds=1)).date()
	is_here = Coalesce(status, "").notin([Status.DELIVERED.value, Status.CONSUMED.value])
	is_here &= (Coalesce(status, "") != Status.INACTIVE.value) | (Coalesce(gone_by, "") == "")
	has_term = Coalesce(unit.term_status, "").notin([TermStatus.SUSPENDED.value, TermStatus.ENDED.value])
	is_fresh = Coalesce(unit.expiry_date, _NEVER) >= last_day  # not by its index: most units have none
	criterion = is_here & has_term & is_fresh
	claimed = _claimed()
	if claimed:
		criterion &= unit.name.notin(claimed)
	repaired = _repaired(start)
	if repaired:
		criterion &= unit.asset.isnull() | unit.asset.notin(repaired)
	return criterion


def _claimed() -> list[str]:
	"""Units that a Warranty Claim is worked on for; few at any time."""
	filters = {"status": "Work In Progress", "docstatus": ("<", 2), "serial_no": ("is", "set")}
	return frappe.get_all("Warranty Claim", filters=filters, pluck="serial_no", distinct=True)


def _repaired(start: datetime) -> list[str]:
	"""Assets in a repair that is not expected to be over by `start`."""
	filters = {"repair_status": "Pending", "docstatus": ("<", 2), "asset": ("is", "set")}
	rows = frappe.get_all("Asset Repair", filters=filters, fields=["asset", "completion_date"])
	return sorted(
		{row.asset for row in rows if not row.completion_date or get_datetime(row.completion_date) > start}
	)


def _is_in_the_way(booking, unit, rule: LoanRules, start: datetime, end: datetime):
	"""A booking of the unit that leaves it no time, turn-round included."""
	last = end + rule.turn_round if end <= datetime.max - rule.turn_round else datetime.max
	overlaps = (booking.busy_until > start - rule.turn_round) & (booking.from_datetime < last)
	return (booking.serial_no == unit.name) & overlaps


def _late(since: datetime):
	"""Units that should be back by then and are not; who asks for a time that has begun cannot have them."""
	booking = frappe.qb.DocType(SERIAL_BOOKING)
	query = frappe.qb.from_(booking).select(booking.serial_no).where(booking.docstatus == 1)
	return query.where(
		booking.status.isin([status.value for status in AWAY]) & (booking.to_datetime <= since)
	)


def _with_next(rows: Sequence[dict], start: datetime) -> list[dict]:
	"""When the next booking of each begins, in one query."""
	if not rows:
		return []
	booking = frappe.qb.DocType(SERIAL_BOOKING)
	query = frappe.qb.from_(booking).select(booking.serial_no, Min(booking.from_datetime))
	query = query.where(booking.serial_no.isin([row["serial_no"] for row in rows]))
	query = query.where((booking.busy_until > start) & (booking.from_datetime >= start))
	begins = dict(query.groupby(booking.serial_no).run())
	return [{**row, "free_until": begins.get(row["serial_no"])} for row in rows]


def next_of(serial_no: str, from_datetime=None, hours: float | str | None = None) -> dict:
	"""The next time, from that moment or from now on, at which the unit is free for so many hours."""
	start = bookings.moment(from_datetime) if from_datetime else clock.now()
	unit = register.units([serial_no]).get(fold(serial_no))
	if not unit:
		messages.refuse([bookings.unknown([serial_no])])
	length = timedelta(hours=min(max(flt(hours), 0), 24 * 36_525) or unit.rules.usual_hours)
	turn_round = unit.rules.turn_round
	now = clock.now()
	standing = register.bookings([serial_no], start - turn_round)
	found = rules.next_free(start, length, standing, turn_round, now)
	messages.refuse(rules.check_unit(Wanted(unit.serial_no, found, found + length), unit))
	return {"from_datetime": found, "to_datetime": found + length}


def search(txt: str, start: int, page_len: int, filters: Mapping) -> list[tuple]:
	"""Rows of a link field: serial, Item, warehouse. Without a time the coming hour."""
	first = filters.get("from_datetime") or clock.now()
	last = filters.get("to_datetime") or add_to_date(get_datetime(first), hours=1)
	asked = cint(start) + cint(page_len or 20)
	rows = find(
		first, last, filters.get("item_code"), filters.get("serial_purpose"), None, asked, like=txt or None
	)
	return [
		(row["serial_no"], row["item_name"] or row["item_code"], row["warehouse"] or "")
		for row in rows[cint(start) : asked]
	]
