"""The check-out desk: many units and one party, all or none, in a number of queries that does not grow with them.

Bookings of one check-out are inserted together and not as documents: `validate`, `on_submit` and notifications of single
bookings do not run for them. All that a document checks is checked here too.
"""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe.model.naming import NamingSeries, parse_naming_series
from frappe.utils import now

from serial_inventory.constants import SERIAL_BOOKING, BookingStatus
from serial_inventory.rules import bookings as rules
from serial_inventory.rules.bookings import Unit, Wanted
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.serial_text import expand, fold
from serial_inventory.services import booking_register as register
from serial_inventory.services import bookings, bulk, clock, integrity, messages, numbering
from serial_inventory.services.register import named_like_ranges

LIMIT = 5_000
"""Units in one check-out."""


def book(
	serial_nos: str | Sequence[str],
	party_type: str,
	party: str,
	from_datetime,
	to_datetime,
	subject: str | None = None,
	take_now: bool = True,
) -> dict:
	"""Book all of the units for one party, and check them out if `take_now`.

	Returns {bookings: [names], problems: [sentences]}: with any problem nothing is booked.
	"""
	start, end = bookings.moment(from_datetime), bookings.moment(to_datetime)
	names, problems = read(serial_nos)
	bulk.keep_long_lists()
	units = register.units(names, lock=True)
	wanted = [
		Wanted(units[fold(name)].serial_no, start, end, party_type, party)
		for name in names
		if fold(name) in units
	]
	problems += _why_not(names, wanted, units, party_type, party, take_now)
	made: list[str] = []
	if not problems:
		register.hold_party(party_type, party, [unit.rules for unit in units.values()])
		frappe.db.savepoint("check_out")
		made = _insert(wanted, units, subject, take_now)
		problems = _met_by(wanted, units, made)
		if problems:
			frappe.db.rollback(save_point="check_out")
			made = []
	bulk.default_lists()
	return {"bookings": made, "problems": [messages.worded(problem) for problem in problems]}


def give_back(serial_nos: str | Sequence[str]) -> dict:
	"""Return all of the units that are out: {returned: [names], problems: [sentences]}. All, or none."""
	names, problems = read(serial_nos)
	done = {"returned": [], "problems": []}
	if not problems:
		bulk.keep_long_lists()
		done = bookings.return_many(names)
		bulk.default_lists()
	problems += done["problems"]
	return {"returned": done["returned"], "problems": [messages.worded(problem) for problem in problems]}


def read(serial_nos: str | Sequence[str]) -> tuple[list[str], list[Problem]]:
	"""Typed or scanned serials, each once, and what is wrong with the text: ranges are read as in documents."""
	text = serial_nos if isinstance(serial_nos, str) else "\n".join(serial_nos)
	expansion = expand(text, limit=LIMIT, known=named_like_ranges([text]))
	names = list({fold(name): name for name in expansion.serial_nos}.values())
	problems = list(expansion.problems)
	if not names and not problems:
		problems.append(Problem(rules._("No Serial Nos are given. Scan or type some.")))
	permitted = {fold(name) for name in integrity.permitted(names)}
	problems += [bookings.unknown([name]) for name in names if fold(name) not in permitted]
	return names, problems


def _why_not(
	names: Sequence[str],
	wanted: Sequence[Wanted],
	units: dict[str, Unit],
	party_type: str,
	party: str,
	take_now: bool,
) -> list[Problem]:
	"""What speaks against it, other bookings apart."""
	if not wanted:
		return []  # read() has said so
	problems = bookings.party_problems(party_type, party)
	problems += rules.check_times(wanted[0], clock.now(), bookings.may_record_past())
	moment = clock.now()
	if take_now and not problems and not (wanted[0].start <= moment < wanted[0].end):
		text = rules._(
			"Units are taken now, and the time is from {0} to {1}. Only book them, or change the time."
		)
		problems.append(Problem(text, (rules.shown(wanted[0].start), rules.shown(wanted[0].end))))
	if problems:
		return problems
	for one in wanted:
		problems += rules.check_unit(one, units[fold(one.serial_no)])
	return problems or _not_permitted(wanted, units)


def _not_permitted(wanted: Sequence[Wanted], units: dict[str, Unit]) -> list[Problem]:
	"""User Permissions: one booking of each kind is asked about, and kinds are few."""
	kinds = {
		(unit.item_code, unit.company, unit.rules.purpose): one
		for one in wanted
		for unit in [units[fold(one.serial_no)]]
	}
	refused = []
	for (item_code, company, purpose), one in kinds.items():
		values = {"item_code": item_code, "company": _company(company), "serial_purpose": purpose}
		values |= {"party_type": one.party_type, "party": one.party, "serial_no": one.serial_no}
		doc = frappe.get_doc({"doctype": SERIAL_BOOKING, **values})
		if not (doc.has_permission("create") and doc.has_permission("submit")):
			text = rules._(
				"You may not book units of Item {0} for {1}. Ask for the permission, or leave them out."
			)
			refused.append(Problem(text, (item_code, one.party)))
	return refused


def _company(company: str | None) -> str | None:
	return company or frappe.defaults.get_user_default("Company")


def _met_by(wanted: Sequence[Wanted], units: dict[str, Unit], made: Sequence[str]) -> list[Problem]:
	"""Others' bookings in the way; the units are held, so nobody else can add one now."""
	own = [
		Wanted(one.serial_no, one.start, one.end, one.party_type, one.party, name)
		for one, name in zip(wanted, made, strict=True)
	]
	return bookings.conflicts(own, units, lock=True)


def _insert(
	wanted: Sequence[Wanted], units: dict[str, Unit], subject: str | None, take_now: bool
) -> list[str]:
	"""Insert a submitted booking for each of `wanted`; returns their names, in order."""
	moment = clock.now()
	stamp, user = now(), frappe.session.user
	series = _series()
	names = _numbers(series, len(wanted))
	first = wanted[0]
	party_name = bookings.name_of_party(first.party_type, first.party)
	shared = rules.submitted(first, moment)
	if take_now:
		shared |= {"status": BookingStatus.OUT.value, "checked_out_on": moment, "checked_out_by": user}
	shared |= {"party_type": first.party_type, "party": first.party, "party_name": party_name}
	shared |= {"from_datetime": first.start, "to_datetime": first.end, "subject": subject or None}
	shared |= {**bulk.stamp(stamp), "docstatus": 1}
	shared |= {"naming_series": series, "color": bookings.COLORS[shared["status"]]}
	own = ("name", "title", "serial_no", "item_code", "item_name", "serial_purpose", "company")
	values = tuple(shared.values())
	rows = [
		(name, *_own(units[fold(one.serial_no)], party_name or first.party), *values)
		for name, one in zip(names, wanted, strict=True)
	]
	bulk.insert(SERIAL_BOOKING, (*own, *shared), rows)
	bookings.remember_there_are_some()
	return names


def _own(unit: Unit, who: str) -> tuple:
	title = bookings.title_of(unit.serial_no, who)
	company = _company(unit.company)
	return (title, unit.serial_no, unit.item_code, unit.item_name, unit.rules.purpose, company)


def _series() -> str:
	field = frappe.get_meta(SERIAL_BOOKING).get_field("naming_series")
	return field.default or (field.options or "").split("\n")[0] or "SER-BKG-.YYYY.-"


def _numbers(series: str, count: int) -> list[str]:
	"""Names from the naming series, reserved in one statement; Frappe words them."""
	text = series if "#" in series else f"{series}.#####"
	prefix = NamingSeries(text).get_prefix()
	last = numbering.advance(prefix, count)
	numbers = iter(range(last - count + 1, last + 1))

	def draw(_prefix: str, digits: int) -> str:
		return f"{next(numbers):0{digits}d}"

	return [parse_naming_series(text, number_generator=draw) for _number in range(count)]
