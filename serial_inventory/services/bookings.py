"""Serial Bookings: made, checked out, returned, extended, called off. rules/bookings.py decides, this reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import frappe
from frappe import _
from frappe.query_builder import CustomFunction
from frappe.utils import cint, escape_html, get_datetime

from serial_inventory.constants import (
	DELIVERY_NOTE,
	SALES_INVOICE,
	SERIAL_BOOKING,
	BookedUnits,
	BookingStatus,
	Direction,
)
from serial_inventory.rules import bookings as rules
from serial_inventory.rules.bookings import AWAY, OPEN, Booking, Step, Unit, Wanted
from serial_inventory.rules.problems import Problem, some
from serial_inventory.rules.serial_text import fold
from serial_inventory.services import booking_register as register
from serial_inventory.services import bulk, clock, messages, settings

MAY_RECORD_PAST = ("Stock Manager", "System Manager")
CHUNK = 2_000
EXIST = "serial_inventory:bookings_exist"
FORGET_AFTER = 300
"""Seconds in which a site without bookings does not ask again whether there are any."""

COLORS = {
	BookingStatus.BOOKED.value: "#AED5F7",
	BookingStatus.OUT.value: "#FBD9A5",
	BookingStatus.OVERDUE.value: "#F8B4B4",
	BookingStatus.RETURNED.value: "#B7E4C7",
	BookingStatus.NO_SHOW.value: "#D9DEE3",
	BookingStatus.CANCELLED.value: "#D9DEE3",
}


# --- the document --------------------------------------------------------------------------------


def hold(doc) -> None:
	"""Lock the unit, and the party where a purpose counts its bookings, before anything of the booking is locked."""
	before = frappe.db.get_value(SERIAL_BOOKING, doc.name, "serial_no") if doc.name else None
	units = register.units(sorted({str(name) for name in (doc.serial_no, before) if name}), lock=True)
	register.hold_party(doc.party_type, doc.party, [unit.rules for unit in units.values()])


def check(doc) -> None:
	"""At every save: fill in what the unit and the party say, refuse what cannot be. Raises SerialNoError.

	Drafts are compared with other bookings too, if the Settings check drafts; a draft takes no time itself.
	"""
	if doc.docstatus == 0:
		_reset(doc)
	wanted = _wanted(doc)
	units = register.units([doc.serial_no], lock=doc.docstatus == 1) if doc.serial_no else {}
	unit = units.get(fold(doc.serial_no or ""))
	if doc.serial_no and not unit:
		messages.refuse([unknown([doc.serial_no])])  # Frappe 15 passes over a link from which it fetches
	_fill(doc, unit)
	if not (wanted and unit):
		return  # Frappe names what is missing
	problems = rules.check_times(wanted, clock.now(), may_record_past())
	problems += party_problems(doc.party_type, doc.party)
	if not problems and (doc.docstatus == 1 or cint(settings.get().check_drafts)):
		is_inserted = not doc.is_new()
		problems = rules.check_unit(wanted, unit)
		problems += conflicts([wanted], units, lock=doc.docstatus == 1 and is_inserted)
	messages.refuse(problems)


def submit(doc) -> None:
	"""Before submit: the unit is taken from now on."""
	doc.update(rules.submitted(_wanted(doc), clock.now()))
	doc.color = COLORS[doc.status]
	remember_there_are_some()


def check_inserted(doc) -> None:
	"""A booking that was inserted and submitted at once is compared with others when it is in the table.

	Whoever holds a lock on the gap where a booking goes must not insert one (services/booking_register.py).
	"""
	if doc.flags.in_insert:
		wanted = _wanted(doc)
		messages.refuse(conflicts([wanted], register.units([doc.serial_no], lock=True), lock=True))


def cancel(doc) -> None:
	"""Before cancel: the unit is free again."""
	step = rules.cancel(register.booking_of(doc))
	messages.refuse(step.problems)
	doc.update({**step.changes, "color": COLORS[BookingStatus.CANCELLED.value]})


def _reset(doc) -> None:
	"""A draft is nowhere yet, whatever an import or a copy says."""
	for field in ("status", "busy_until", "checked_out_on", "checked_out_by", "returned_on", "returned_by"):
		doc.set(field, None)
	doc.update({"days_late": 0, "times_extended": 0, "sales_invoice": None, "color": None})


def _fill(doc, unit: Unit | None) -> None:
	if unit:
		doc.serial_no = unit.serial_no
		doc.update({"item_code": unit.item_code, "item_name": unit.item_name})
		doc.serial_purpose = unit.rules.purpose
		doc.company = doc.company or unit.company or frappe.defaults.get_user_default("Company")
	doc.party_name = name_of_party(doc.party_type, doc.party)
	doc.title = title_of(doc.serial_no, doc.party_name or doc.party)


def title_of(serial_no: str | None, who: str | None) -> str:
	return f"{serial_no or '?'} · {who or '?'}"[:140]


def name_of_party(party_type: str | None, party: str | None) -> str | None:
	"""What the party is called: the title of its record."""
	if not party or not register.is_party_type(party_type):
		return None
	field = frappe.get_meta(party_type).get_title_field()
	return frappe.db.get_value(party_type, party, field, cache=True) if field != "name" else party


def party_problems(party_type: str | None, party: str | None) -> list[Problem]:
	"""Why this party can have no unit."""
	if not register.is_party_type(party_type):
		text = rules._("{0} is no kind of party. Choose Customer, Employee, Supplier, Lead or the like.")
		return [Problem(text, (party_type,))]
	meta = frappe.get_meta(party_type)
	fields = ["name", *(field for field in ("disabled", "status") if meta.has_field(field))]
	found = frappe.db.get_value(party_type, party, fields, as_dict=True) if party else None
	if not found:
		text = rules._("{0} {1} does not exist. Choose one that does.")
		return [Problem(text, (_(party_type), party or _("(none)")))]
	if cint(found.get("disabled")):
		text = rules._("{0} {1} is disabled. Choose another, or enable it.")
		return [Problem(text, (_(party_type), party))]
	if party_type == "Employee" and found.get("status") != "Active":
		text = rules._("Employee {0} is {1}. Choose one who is Active.")
		return [Problem(text, (party, _(found.get("status") or "Inactive")))]
	return []


def may_record_past() -> bool:
	return bool(set(MAY_RECORD_PAST).intersection(frappe.get_roles()))


def _wanted(doc) -> Wanted | None:
	"""What the document asks for, in whole seconds; None where something is missing. Raises SerialNoError."""
	if not (doc.serial_no and doc.from_datetime and doc.to_datetime):
		return None
	doc.from_datetime, doc.to_datetime = moment(doc.from_datetime), moment(doc.to_datetime)
	return Wanted(doc.serial_no, doc.from_datetime, doc.to_datetime, doc.party_type, doc.party, doc.name)


def moment(value) -> datetime:
	"""A typed moment in whole seconds. Raises SerialNoError where it cannot be read."""
	try:
		found = get_datetime(value)
	except Exception:  # dateutil raises what it likes
		found = None
	if not isinstance(found, datetime) or found.tzinfo:
		text = rules._("{0} is no date and time. Enter it as 2026-11-24 09:30:00.")
		messages.refuse([Problem(text, (str(value)[:40],))])
	return found.replace(microsecond=0)


def conflicts(wanted: Sequence[Wanted], units: Mapping[str, Unit], lock: bool = False) -> list[Problem]:
	"""Other bookings in the way, and more bookings than the party may have. All of `wanted` have one party and time.

	With `lock` the units must be held. A party's other bookings in `wanted` do not count twice.
	"""
	if not wanted:
		return []
	now, first = clock.now(), wanted[0]
	longest = max(unit.rules.turn_round for unit in units.values())
	standing: dict[str, list[Booking]] = {}
	for booking in register.bookings([one.serial_no for one in wanted], first.start - longest, lock):
		standing.setdefault(fold(booking.serial_no), []).append(booking)
	met = []
	for one in wanted:
		unit = units[fold(one.serial_no)]
		others = rules.overlapping(one, standing.get(fold(one.serial_no), ()), unit.rules, now)
		met += [(one, other) for other in others[:1]]
	readable = register.readable([other.name for _one, other in met])
	problems = [rules.taken(one, other, other.name in readable) for one, other in met]
	return problems + _too_many(wanted, units, lock)


def _too_many(wanted: Sequence[Wanted], units: Mapping[str, Unit], lock: bool) -> list[Problem]:
	"""One query a purpose that counts its parties' bookings."""
	by_purpose: dict[str, list[Wanted]] = {}
	for one in wanted:
		rule = units[fold(one.serial_no)].rules
		if rule.per_party:
			by_purpose.setdefault(rule.purpose, []).append(one)
	problems = []
	for purpose, asked in by_purpose.items():
		rule = units[fold(asked[0].serial_no)].rules
		has = register.count_of_party(asked[0], purpose, [one.name for one in asked], lock)
		problems += rules.check_party_share(asked[0].party, len(asked), has, rule)
	return problems


# --- one click -----------------------------------------------------------------------------------


def check_out(name: str) -> dict:
	"""The party takes the unit: {name, status}. Raises SerialNoError, PermissionError."""

	def step(booking: Booking, unit: Unit, now: datetime) -> Step:
		others = register.bookings(
			[booking.serial_no], min(now, booking.start) - unit.rules.turn_round, lock=True
		)
		done = rules.check_out(booking, now, frappe.session.user, others)
		if not done.changes:
			return done
		wanted = _of_rest(booking, min(now, booking.start), booking.end)
		problems = rules.check_unit(wanted, register.without_length_limit(unit))
		if now < booking.start:
			before = replace(wanted, end=booking.start)
			met = rules.overlapping(before, others, unit.rules, now)
			problems += _worded(before, met[:1])
		return Step(problems=problems) if problems else done

	return _take(name, step)


def give_back(name: str) -> dict:
	"""The unit is back: {name, status, days_late}."""
	return _take(name, lambda booking, unit, now: rules.give_back(booking, now, frappe.session.user))


def extend(name: str, to_datetime) -> dict:
	"""The party keeps the unit until `to_datetime`: {name, status}."""
	end = moment(to_datetime)

	def step(booking: Booking, unit: Unit, now: datetime) -> Step:
		done = rules.extend(booking, end, unit.rules, now)
		if not done.changes:
			return done
		wanted = _of_rest(booking, booking.end, end)
		problems = rules.check_unit(wanted, register.without_length_limit(unit))
		others = register.bookings([booking.serial_no], booking.end - unit.rules.turn_round, lock=True)
		problems += _worded(wanted, rules.overlapping(wanted, others, unit.rules, now)[:1])
		return Step(problems=problems) if problems else done

	return _take(name, step)


def no_show(name: str) -> dict:
	"""Nobody came: {name, status}."""
	return _take(name, lambda booking, unit, now: rules.no_show(booking, now))


def _of_rest(booking: Booking, start: datetime, end: datetime) -> Wanted:
	return Wanted(booking.serial_no, start, end, booking.party_type, booking.party, booking.name)


def _worded(wanted: Wanted, met: Sequence[Booking]) -> list[Problem]:
	readable = register.readable([other.name for other in met])
	return [rules.taken(wanted, other, other.name in readable) for other in met]


def _take(name: str, decide: Callable[[Booking, Unit, datetime], Step]) -> dict:
	"""Hold the booking, decide, write. What was done already is left as it is, so that a second click does nothing."""
	doc, unit = held(name)
	step = decide(register.booking_of(doc), unit, clock.now())
	messages.refuse(step.problems)
	if step.changes:
		doc.update(step.changes)
		doc.color = COLORS[doc.status]
		doc.flags.ignore_validate_update_after_submit = True  # people cannot set these fields, this can
		doc.save()
	return {"name": doc.name, "status": doc.status, "days_late": cint(doc.days_late)}


def held(name: str):
	"""A submitted booking and its Unit, locked for the rest of this request, as they are by now.

	Raises PermissionError without the right to submit it, DoesNotExistError, SerialNoError if it is a draft.
	"""
	frappe.has_permission(SERIAL_BOOKING, "submit", throw=True)
	serial_no = frappe.db.get_value(SERIAL_BOOKING, str(name), "serial_no")
	if not serial_no:
		text = _("There is no Serial Booking {0}.").format(escape_html(str(name)[:60]))
		frappe.throw(text, frappe.DoesNotExistError)
	unit = register.units([serial_no], lock=True).get(fold(serial_no))
	doc = frappe.get_doc(SERIAL_BOOKING, str(name), for_update=True)
	doc.check_permission("submit")
	if doc.docstatus != 1:
		text = rules._("Booking {0} is a draft or cancelled. Submit it first.")
		messages.refuse([Problem(text, (doc.name,))])
	return doc, unit or Unit(doc.serial_no)


# --- by the clock --------------------------------------------------------------------------------


def refresh(now: datetime | str | None = None) -> int:
	"""Units that are past their due time are Overdue, and how many days they are late. Returns how many changed.

	Set-based and safe to run twice. Units are held by name first, as everybody does, so that a return at the same
	moment is not overwritten.
	"""
	now = get_datetime(now) if now else clock.now()
	table = frappe.qb.DocType(SERIAL_BOOKING)
	query = frappe.qb.from_(table).select(table.name, table.serial_no, table.to_datetime, table.status)
	query = query.select(table.days_late).where((table.docstatus == 1) & (table.to_datetime < now))
	rows = query.where(table.status.isin([status.value for status in AWAY])).run()
	due = [
		(serial_no, name)
		for name, serial_no, end, status, late in rows
		if status == BookingStatus.OUT or cint(late) != rules.days_late(end, now)
	]
	due.sort()
	for start in range(0, len(due), CHUNK):
		_set_overdue(due[start : start + CHUNK], now)
	return len(due)


def _set_overdue(due: Sequence[tuple[str, str]], now: datetime) -> None:
	"""`rules.bookings.days_late` in SQL; a test holds the two together."""
	register.units(sorted({serial_no for serial_no, _name in due}), lock=True)
	table = frappe.qb.DocType(SERIAL_BOOKING)
	late = CustomFunction("DATEDIFF", ["moment", "due"])(now, table.to_datetime)
	query = frappe.qb.update(table).set(table.status, BookingStatus.OVERDUE.value)
	query = query.set(table.days_late, late).set(table.color, COLORS[BookingStatus.OVERDUE.value])
	query = query.where(table.name.isin([name for _serial_no, name in due]) & (table.to_datetime < now))
	query.where(table.status.isin([status.value for status in AWAY])).run()


# --- stock that is booked ------------------------------------------------------------------------


def check_issue(doc, lines: Sequence) -> None:
	"""Before a stock document takes units away for good: warn of those that are booked, or refuse, as the Settings say.

	`lines` as services/lines.py gives them, with their serials. One query, and none on a site without bookings.
	"""
	how = settings.get().get("booked_units") or BookedUnits.WARN.value
	if how == BookedUnits.ALLOW or not there_are_some():
		return
	rows = {
		name: line.label
		for line in lines
		if line.direction == Direction.OUTWARD and not line.is_transfer
		for name in line.serial_nos
	}
	booked = _booked(list(rows), _customer(doc))
	readable = register.readable([booking.name for booking in booked])
	problems = [
		_promised(booking, rows.get(booking.serial_no), booking.name in readable) for booking in booked
	]
	if how == BookedUnits.REFUSE:
		messages.refuse(problems)
	elif problems:
		text = "<br>".join(messages.worded(problem) for problem in problems[: messages.SHOWN])
		frappe.msgprint(text, title=_("Booked Units"), indicator="orange")


def _customer(doc) -> str | None:
	return doc.customer if doc.doctype in (DELIVERY_NOTE, SALES_INVOICE) else None


def _booked(serial_nos: Sequence[str], customer: str | None) -> list[Booking]:
	"""Bookings to come, and of units that are away, but for the customer's own."""
	now = clock.now()
	found = register.bookings(serial_nos, now, lock=True)
	return [
		booking
		for booking in found
		if booking.status in OPEN and (booking.party_type, booking.party) != ("Customer", customer)
	]


def _promised(booking: Booking, row: str | None, is_readable: bool) -> Problem:
	times = (rules.shown(booking.start), rules.shown(booking.end))
	if not is_readable:
		text = rules._(
			"Serial No {0} is booked from {1} to {2}. Cancel that booking first, or choose another unit."
		)
		return Problem(text, (booking.serial_no, *times), row)
	text = rules._(
		"Serial No {0} is booked from {1} to {2} by {3} ({4}). Cancel that booking first, or choose another unit."
	)
	return Problem(text, (booking.serial_no, *times, booking.who, booking.name), row)


def there_are_some() -> bool:
	"""Whether the site has any booking at all: asked of the cache, and of the database now and then."""
	known = frappe.cache.get_value(EXIST, expires=True)
	if known is None:
		known = bool(frappe.get_all(SERIAL_BOOKING, limit=1, pluck="name"))
		frappe.cache.set_value(EXIST, known, expires_in_sec=FORGET_AFTER)
	return bool(known)


def remember_there_are_some() -> None:
	"""As a booking is submitted, and again when others can see it."""

	def remember() -> None:
		frappe.cache.set_value(EXIST, True, expires_in_sec=FORGET_AFTER)

	remember()
	frappe.db.after_commit.add(remember)


# --- many at once --------------------------------------------------------------------------------


def return_many(serial_nos: Sequence[str]) -> dict:
	"""Return the units that are out: {returned: [booking names], problems: [sentences]}. All, or none.

	For services/check_out.py, which has read and permitted the serials.
	"""
	units = register.units(serial_nos, lock=True)
	now = clock.now()
	away = {
		fold(booking.serial_no): booking
		for booking in register.bookings([unit.serial_no for unit in units.values()], now, lock=True)
		if booking.status in AWAY
	}
	readable = register.readable([booking.name for booking in away.values()])
	problems, steps = [], []
	for name in serial_nos:
		booking = away.get(fold(name))
		if fold(name) not in units:
			problems.append(unknown([name]))
		elif not booking or booking.name not in readable:
			problems.append(Problem(rules._("Serial No {0} is not out. Take it out of the list."), (name,)))
		else:
			steps.append((booking, rules.give_back(booking, now, frappe.session.user)))
	if problems:
		return {"returned": [], "problems": problems}
	stamp = {"modified": frappe.utils.now(), "modified_by": frappe.session.user}
	color = {"color": COLORS[BookingStatus.RETURNED.value]}
	bulk.update(
		SERIAL_BOOKING, [([booking.name], {**step.changes, **color, **stamp}) for booking, step in steps]
	)
	return {"returned": [booking.name for booking, _step in steps], "problems": []}


def unknown(serial_nos: Sequence[str]) -> Problem:
	return Problem(rules._("There is no Serial No {0}. Check the typing."), (some(serial_nos),))
