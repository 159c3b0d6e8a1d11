"""Bookings, and the units and purposes that they are of, read for the rules: many at a time.

Locks are always taken in this order: the units' rows by name, the party's row, the naming series, then bookings. A
booking is inserted only by who holds its unit, and read with a lock only by who holds it, over an index whose entries
never change; so nobody waits in a circle, and nobody reads what is older than his lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import frappe
from frappe.utils import cint, flt, get_datetime

from serial_inventory.constants import ITEM, SERIAL_BOOKING, SERIAL_NO, SERIAL_PURPOSE
from serial_inventory.rules.bookings import AWAY, OPEN, Booking, LoanRules, Unit, Wanted
from serial_inventory.rules.serial_text import fold
from serial_inventory.services import bulk, rights

UNIT_BOOKINGS = "unit_bookings"
PARTY_BOOKINGS = "party_bookings"
"""Indexes that a locking read goes by: equal values only, so that no gap beside a neighbour's is waited for."""

COLUMNS = (
	*("name", "serial_no", "from_datetime", "to_datetime", "status", "party_type", "party", "party_name"),
	*("checked_out_on", "returned_on", "times_extended"),
)
UNIT_COLUMNS = (
	*("name", "item_code", "item_name", "company", "status", "customer", "delivery_document_no"),
	*("term_status", "expiry_date", "serial_purpose", "asset"),
)

CHUNK = 10_000

UnitsByName = dict[str, Unit]


def units(serial_nos: Sequence[str], lock: bool = False) -> UnitsByName:
	"""Those of the serials that exist, keyed by `fold(name)`. `lock` keeps others off them, stock documents too."""
	if not serial_nos:
		return {}
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).select(*(table[column] for column in UNIT_COLUMNS))
	query = query.where(table.name.isin(list(serial_nos))).orderby(table.name)
	rows = (query.for_update() if lock else query).run(as_dict=True)
	purposes = _purposes(rows)
	rules = loan_rules(set(purposes.values()))
	repairs = _repairs(rows)
	return {
		fold(row.name): Unit(
			serial_no=row.name,
			item_code=row.item_code,
			item_name=row.item_name,
			company=row.company,
			status=row.status,
			customer=row.customer,
			gone_by=row.delivery_document_no,
			term_status=row.term_status,
			expiry_date=row.expiry_date,
			rules=rules.get(purposes[row.name], LoanRules(purposes[row.name])),
			**repairs.get(row.name, {}),
		)
		for row in rows
	}


def _purposes(rows: Sequence) -> dict[str, str | None]:
	"""What each unit is used as: its own purpose, or its Item's."""
	codes = sorted({row.item_code for row in rows if not row.serial_purpose})
	filters = {"name": ("in", codes), "serial_purpose": ("is", "set")}
	of_items = (
		dict(frappe.get_all(ITEM, filters=filters, fields=["name", "serial_purpose"], as_list=True))
		if codes
		else {}
	)
	return {row.name: row.serial_purpose or of_items.get(row.item_code) for row in rows}


def loan_rules(purposes: Iterable[str | None]) -> dict[str, LoanRules]:
	"""The booking rules of each purpose."""
	names = sorted(filter(None, purposes))
	if not names:
		return {}
	fields = ["name", "is_bookable", "turn_round_minutes", "longest_loan_days", "loans_per_party"]
	fields += ["no_renewals", "renewals_allowed", "default_booking_hours"]
	rows = frappe.get_all(SERIAL_PURPOSE, filters={"name": ("in", names)}, fields=fields)
	return {row.name: _rules(row) for row in rows}


def bookable() -> dict[str, LoanRules]:
	"""The rules of every purpose whose units can be booked."""
	names = frappe.get_all(SERIAL_PURPOSE, filters={"is_bookable": 1}, pluck="name", order_by="name")
	return loan_rules(names)


def _rules(row) -> LoanRules:
	extensions = 0 if cint(row.no_renewals) else cint(row.renewals_allowed) or None
	return LoanRules(
		purpose=row.name,
		is_bookable=bool(cint(row.is_bookable)),
		turn_round=timedelta(minutes=cint(row.turn_round_minutes)),
		longest_days=cint(row.longest_loan_days),
		per_party=cint(row.loans_per_party),
		extensions=extensions,
		usual_hours=flt(row.default_booking_hours) or 24.0,
	)


def _repairs(rows: Sequence) -> dict[str, dict]:
	"""Units in repair: an Asset Repair of their asset that is pending, a Warranty Claim that is worked on."""
	claims = frappe.get_all(
		"Warranty Claim",
		filters={
			"serial_no": ("in", [row.name for row in rows]),
			"status": "Work In Progress",
			"docstatus": ("<", 2),
		},
		fields=["serial_no", "name"],
	)
	found = {claim.serial_no: {"repair": claim.name} for claim in claims}
	assets = {row.asset: row.name for row in rows if row.asset}
	if not assets:
		return found
	filters = {"asset": ("in", list(assets)), "repair_status": "Pending", "docstatus": ("<", 2)}
	for repair in frappe.get_all(
		"Asset Repair", filters=filters, fields=["asset", "name", "completion_date"], order_by="creation"
	):
		ends = get_datetime(repair.completion_date) if repair.completion_date else None
		if _lasts_longer(ends, found.get(assets[repair.asset])):
			found[assets[repair.asset]] = {"repair": repair.name, "repaired_on": ends}
	return found


def _lasts_longer(ends: datetime | None, known: dict | None) -> bool:
	"""Of several repairs of a unit the last one to end counts; one without an end (None) is never outlasted."""
	if known is None:
		return True
	until = known.get("repaired_on")
	return until is not None and (ends is None or ends > until)


def hold_party(party_type: str | None, party: str | None, rules: Iterable[LoanRules]) -> None:
	"""Where a purpose counts a party's bookings, two bookings of one party wait for each other."""
	if party and any(one.per_party for one in rules) and is_party_type(party_type):
		table = frappe.qb.DocType(party_type)
		frappe.qb.from_(table).select(table.name).where(table.name == party).for_update().run()


def is_party_type(party_type: str | None) -> bool:
	"""Whether it is a DocType whose records can have a unit."""
	if not party_type or not frappe.db.exists("DocType", party_type):
		return False
	meta = frappe.get_meta(party_type)
	return not (meta.issingle or meta.istable or meta.get("is_virtual"))


def bookings(serial_nos: Sequence[str], since: datetime, lock: bool = False) -> list[Booking]:
	"""The bookings that take time of the units after `since`, and those of units that are away.

	With `lock` they are as others have committed them by now; without, as this transaction sees them.
	"""
	if not serial_nos:
		return []
	table = frappe.qb.DocType(SERIAL_BOOKING)
	query = frappe.qb.from_(table).select(*(table[column] for column in COLUMNS))
	query = query.where(table.serial_no.isin(list(serial_nos)))
	query = query.where(
		(table.busy_until > since) | (table.busy_until.isnotnull() & table.status.isin(_words(AWAY)))
	)
	if lock:
		query = query.force_index(UNIT_BOOKINGS).for_update()
	return sorted((Booking(*row) for row in query.run()), key=_by_start)


def promised(serial_nos: Sequence[str], now: datetime) -> dict[str, tuple[str, str, str, str]]:
	"""{serial: (booking, who, from, to)} of the first open booking of each, of those that the user may read; moments are texts.

	For thousands of serials; `bookings` is for those that are to be decided about.
	"""
	if not rights.can_read(SERIAL_BOOKING):
		return {}
	columns = ("from_datetime", "name", "serial_no", "party_name", "party", "to_datetime")
	condition = "`docstatus` = 1 AND `status` IN %s AND (`busy_until` > %s OR `status` IN %s)"
	own = rights.conditions(SERIAL_BOOKING)
	condition += f" AND ({own})" if own else ""
	parameters = (_words(OPEN), now, _words(AWAY))
	found: list[tuple] = []
	for start in range(0, len(serial_nos), CHUNK):
		chunk = ("serial_no", serial_nos[start : start + CHUNK])
		found += zip(*bulk.columns(SERIAL_BOOKING, columns, chunk, condition, parameters), strict=True)
	first: dict[str, tuple[str, str, str, str]] = {}
	for start, name, serial_no, party_name, party, end in sorted(found, key=_start_and_name):
		first.setdefault(serial_no, (name, party_name or party or "", start[:19], end[:19]))
	return first


def _start_and_name(row: tuple) -> tuple:
	return row[:2]


def _by_start(booking: Booking) -> datetime:
	return booking.start


def _words(statuses: Iterable) -> list[str]:
	return [status.value for status in statuses]


def count_of_party(wanted: Wanted, purpose: str, exclude: Sequence[str], lock: bool = False) -> int:
	"""How many units of the purpose the party has, or has booked, at some moment of the wanted time."""
	table = frappe.qb.DocType(SERIAL_BOOKING)
	query = frappe.qb.from_(table).select(table.name)
	query = query.where((table.party == wanted.party) & (table.party_type == wanted.party_type))
	query = query.where((table.serial_purpose == purpose) & (table.docstatus == 1))
	query = query.where(table.status.isin(_words(OPEN)) & (table.from_datetime < wanted.end))
	query = query.where((table.to_datetime > wanted.start) | table.status.isin(_words(AWAY)))
	if lock:
		query = query.force_index(PARTY_BOOKINGS).for_update()
	return len(set(query.run(pluck=True)).difference(exclude))


def readable(names: Sequence[str]) -> set[str]:
	"""Those of the bookings that the user may read."""
	if not names or not frappe.has_permission(SERIAL_BOOKING, "read"):
		return set()
	return set(
		frappe.get_list(
			SERIAL_BOOKING, filters={"name": ("in", list(names))}, pluck="name", limit_page_length=0
		)
	)


def booking_of(doc) -> Booking:
	"""The Booking of a Serial Booking document."""
	values = {column: doc.get(column) for column in COLUMNS[4:]}
	for column in ("checked_out_on", "returned_on"):
		values[column] = get_datetime(values[column]) if values[column] else None
	values["times_extended"] = cint(values["times_extended"])
	start, end = get_datetime(doc.from_datetime), get_datetime(doc.to_datetime)
	return Booking(doc.name, doc.serial_no, start, end, **values)


def without_length_limit(unit: Unit) -> Unit:
	"""The unit of a booking that stands: how long it may be was asked as it was made."""
	return replace(unit, rules=replace(unit.rules, longest_days=0))
