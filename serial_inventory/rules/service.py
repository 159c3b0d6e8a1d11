"""What documents that look after units may name: Maintenance Schedules, Installation Notes, Warranty Claims, Issues.

Dates are `datetime.date`, last days are included. Serials are compared by `fold`, as the database compares names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from serial_inventory.rules.lines import Known
from serial_inventory.rules.problems import Problem, _, some
from serial_inventory.rules.serial_text import duplicates, fold

PERIODS = {"Weekly": 7, "Monthly": 30, "Quarterly": 91, "Half Yearly": 182, "Yearly": 365}
"""Days of a period, as ERPNext's Maintenance Schedule counts them; Random has none."""

RANDOM_DAYS = 365


@dataclass(frozen=True, slots=True)
class Row:
	"""Units that one row of a document names. `start` and `end` are the contract's, where the row is one."""

	label: str
	item_code: str
	serial_nos: Sequence[str] = field(default=())
	start: date | None = None
	end: date | None = None


@dataclass(frozen=True, slots=True)
class Cover:
	"""What a unit has: its warranty, its maintenance contract (AMC), and when it left."""

	warranty_expiry_date: date | None = None
	amc_expiry_date: date | None = None
	delivery_date: date | None = None
	warehouse: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
	"""How often the units of a purpose are looked after, and by whom."""

	periodicity: str = "Yearly"
	no_of_visits: int = 1
	sales_person: str | None = None


def check_named(rows: Iterable[Row], known: Mapping[str, Known]) -> list[Problem]:
	"""Serials that do not exist or are another Item's. `known` is keyed by `fold(serial_no)`."""
	problems = []
	for row in rows:
		unknown, of_others = [], {}
		for name in row.serial_nos:
			unit = known.get(fold(name))
			if not unit:
				unknown.append(name)
			elif unit.item_code != row.item_code:
				of_others.setdefault(unit.item_code, []).append(name)
		if unknown:
			template = _("These Serial Nos of Item {0} do not exist: {1}. Check the typing.")
			problems.append(Problem(template, (row.item_code, some(unknown)), row.label))
		for item, names in of_others.items():
			template = _("These are Serial Nos of Item {0}, not of {1}: {2}. Take them out of the row.")
			problems.append(Problem(template, (item, row.item_code, some(names)), row.label))
	return problems


def check_repeats(rows: Sequence[Row]) -> list[Problem]:
	"""Serials that a row names twice, and serials of two rows whose times overlap."""
	problems = []
	for row in rows:
		repeated = [" = ".join(dict.fromkeys(group)) for group in duplicates(row.serial_nos)]
		if repeated:
			template = _(
				"These serial numbers are given more than once (letter case does not count): {0}. Keep each once."
			)
			problems.append(Problem(template, (some(repeated),), row.label))
	return problems + _shared(rows)


def _shared(rows: Sequence[Row]) -> list[Problem]:
	seen: dict[str, list[Row]] = {}
	shared: dict[tuple[str, str], list[str]] = {}
	for row in rows:
		for key, name in {fold(name): name for name in row.serial_nos}.items():
			for other in seen.get(key, ()):
				if _overlap(row, other):
					shared.setdefault((other.label, row.label), []).append(name)
			seen.setdefault(key, []).append(row)
	template = _("Also in {0}, for the same time: {1}. Keep each in one row.")
	return [Problem(template, (first, some(names)), label) for (first, label), names in shared.items()]


def _overlap(one: Row, other: Row) -> bool:
	dates = (one.start, one.end, other.start, other.end)
	return not all(dates) or (one.start <= other.end and other.start <= one.end)


def check_contract(row: Row, covers: Mapping[str, Cover]) -> list[Problem]:
	"""ERPNext's rules for a contract's units (Maintenance Schedule.validate_serial_no); `covers` by serial."""
	if not row.start:
		return []
	found: dict[tuple, list[str]] = {}
	for name in row.serial_nos:
		cover = covers.get(name)
		if cover:
			found.setdefault(_conflict(cover, row.start), []).append(name)
	return [
		Problem(template, (*values, some(names)), row.label)
		for (template, *values), names in found.items()
		if template
	]


def _conflict(cover: Cover, start: date) -> tuple:
	"""(template, its first value), or (None,)."""
	if cover.warranty_expiry_date and cover.warranty_expiry_date >= start:
		return (
			_("Under warranty until {0}: {1}. Start the contract after it, or leave them out."),
			cover.warranty_expiry_date,
		)
	if cover.amc_expiry_date and cover.amc_expiry_date >= start:
		return (
			_("Under a maintenance contract until {0}: {1}. Start this one after it, or leave them out."),
			cover.amc_expiry_date,
		)
	if not cover.warehouse and cover.delivery_date and cover.delivery_date >= start:
		return (
			_("Delivered on {0}: {1}. The contract cannot start before that or on that day."),
			cover.delivery_date,
		)
	return (None,)


def under_contract(row: Row, covers: Mapping[str, Cover]) -> list[str]:
	"""Serials of the row that have a contract already as this one starts: told, not refused, where ERPNext does not."""
	if not row.start:
		return []
	return [
		name
		for name in row.serial_nos
		if name in covers and (covers[name].amc_expiry_date or date.min) >= row.start
	]


def begun(amc_expiry_date: date | None, end: date) -> date:
	"""The AMC expiry of a unit whose contract to `end` begins: a longer one stays."""
	return max(amc_expiry_date or end, end)


def taken_back(amc_expiry_date: date | None, end: date, others: Iterable[date]) -> date | None:
	"""The AMC expiry of a unit whose contract to `end` is cancelled; `others` are the ends of contracts that stand.

	ERPNext empties it. Here a date that was typed or given since then stays, and so does another standing contract's.
	"""
	if amc_expiry_date != end:
		return amc_expiry_date
	return max(others, default=None)


def start_of(day: date, amc_expiry_date: date | None) -> date:
	"""When a new contract made on `day` begins: after the one that the unit has."""
	return max(day, amc_expiry_date + timedelta(days=1)) if amc_expiry_date else day


def end_of(start: date, template: Template) -> date:
	"""When it ends: ERPNext makes the end that of the last visit's period."""
	days = PERIODS.get(template.periodicity)
	return start + timedelta(days=days * template.no_of_visits if days else RANDOM_DAYS)


def check_one_party(customers: Mapping[str, Sequence[str]], companies: Iterable[str]) -> list[Problem]:
	"""A Maintenance Schedule is for one customer of one company; `customers` maps each to its serials."""
	problems = []
	if len(customers) > 1:
		told = "; ".join(f"{customer}: {some(names, 2)}" for customer, names in sorted(customers.items()))
		template = _("These units are with {0} customers, and a schedule is for one. Make one for each: {1}.")
		problems.append(Problem(template, (len(customers), told)))
	names = sorted(set(companies))
	if len(names) > 1:
		template = _("These units belong to {0} companies, and a schedule is for one: {1}.")
		problems.append(Problem(template, (len(names), ", ".join(names))))
	return problems


def check_installation(
	row: Row, delivery_note: str | None, delivered: Iterable[str] | None, installed: Mapping[str, str]
) -> list[Problem]:
	"""Serials that the Delivery Note did not deliver in this row, or that another Installation Note has installed.

	`delivered` is None where the Delivery Note's row names no units; `installed` is {fold(serial): Installation Note}.
	"""
	problems = []
	if delivered is not None:
		allowed = {fold(name) for name in delivered}
		foreign = [name for name in row.serial_nos if fold(name) not in allowed]
		if foreign:
			template = _("Delivery Note {0} did not deliver these units in this row: {1}. Take them out.")
			problems.append(Problem(template, (delivery_note, some(foreign)), row.label))
	by_note: dict[str, list[str]] = {}
	for name in row.serial_nos:
		if fold(name) in installed:
			by_note.setdefault(installed[fold(name)], []).append(name)
	for note, names in sorted(by_note.items()):
		template = _("Installed already by Installation Note {0}: {1}. Take them out.")
		problems.append(Problem(template, (note, some(names)), row.label))
	return problems


def check_pair(serial_no: str, item_code: str | None, unit: Known | None) -> list[Problem]:
	"""A Serial No that does not exist, or stands beside an Item that is not its own."""
	if not unit:
		return [Problem(_("Serial No {0} does not exist. Check the typing."), (serial_no,))]
	if not item_code or item_code == unit.item_code:
		return []
	template = _("Serial No {0} is a unit of Item {1}, not of {2}. Choose one of them anew.")
	return [Problem(template, (serial_no, unit.item_code, item_code))]
