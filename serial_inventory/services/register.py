"""Serial Nos read and written as the rules' Units, many at a time."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import cint, flt, getdate

from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules.lines import Known
from serial_inventory.rules.serial_text import ambiguous, fold
from serial_inventory.rules.units import Unit
from serial_inventory.services import bulk, rights

COLUMNS = tuple(field.name for field in fields(Unit))
ITEMS_OWN = ("item_name", "description", "item_group", "brand")
"""What a unit has from its Item; movements leave it, so it is read only where it may be missing."""
MOVING = tuple(column for column in COLUMNS if column not in ITEMS_OWN)
CHUNK = 10_000
LEDGERS_OWN = ("warehouse",)
"""ERPNext's ledger sets these; on a record that exists the app writes them only in its place (`save`, `places`)."""


@dataclass(slots=True)
class Alike:
	"""Serial Nos that say the same: what becomes of them is decided once, for `unit`, the first of them."""

	unit: Unit
	serial_nos: list[str]


def known(serial_nos: Sequence[str], lock: bool = False) -> dict[str, Known]:
	"""Those of the serials that exist, keyed by `fold(name)`. `lock` keeps others off them until the submit ends.

	A locking read also sees what others committed after this transaction began.
	"""
	if not serial_nos:
		return {}
	columns = ("item_code", "warehouse", "status", "customer", "delivery_document_no")
	dates = ("term_start_date", "expiry_date")
	found = bulk.gathered(SERIAL_NO, (*columns, *dates), ["name"], ("name", serial_nos), lock=lock)
	return {
		fold(name): Known(name, *facts, life_ends=None if term_start_date else expiry_date)
		for *facts, term_start_date, expiry_date, names in found
		for name in names
	}


def named_like_ranges(texts: Iterable[str]) -> set[str]:
	"""Serial Nos whose names look like ranges, of those that the texts may hold: `expand` is told of them."""
	pieces = [piece for text in texts for piece in ambiguous(text)]
	return {unit.serial_no for unit in known(pieces).values()}


def in_stock(item_codes: Iterable[str]) -> dict[tuple[str, str], int]:
	"""How many units of each Item each warehouse holds now: {(item_code, warehouse): count}."""
	codes = list(item_codes)
	if not codes:
		return {}
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).select(table.item_code, table.warehouse, Count("*"))
	query = query.where(table.item_code.isin(codes) & table.warehouse.isnotnull())
	return {
		(item, warehouse): count
		for item, warehouse, count in query.groupby(table.item_code, table.warehouse).run()
	}


def expired(item_code: str, warehouse: str, day: date) -> list[str]:
	"""Units in the warehouse whose life is over on that day."""
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).select(table.name)
	query = query.where((table.item_code == item_code) & (table.warehouse == warehouse))
	return query.where((table.expiry_date < day) & table.term_start_date.isnull()).run(pluck=True)


def alike(
	serial_nos: Sequence[str] | bulk.Listed,
	paths: Mapping[str, Hashable],
	columns: Sequence[str] = MOVING,
) -> list[Alike]:
	"""The serials that exist, together where they say the same and have gone the same path (`paths`, by serial)."""
	if not serial_nos:
		return []
	groups: dict[tuple, Alike] = {}
	for *facts, names in bulk.gathered(SERIAL_NO, columns[1:], ["name"], ("name", serial_nos)):
		for serial_no in names:
			key = (*facts, paths.get(serial_no))
			group = groups.get(key)
			if group is None:
				unit = Unit(serial_no, **dict(zip(columns[1:], facts, strict=True)))
				group = groups[key] = Alike(unit, [])
			group.serial_nos.append(serial_no)
	return list(groups.values())


def readable(serial_nos: Sequence[str], columns: Sequence[str]) -> Iterator[tuple]:
	"""(name, *values of `columns`) of those of the serials that the user may read; dates are texts.

	Columns that the user may not read (permission levels) are empty. Rows that are only shared with somebody are left out.
	"""
	if not rights.can_read(SERIAL_NO):
		return
	condition = rights.conditions(SERIAL_NO)
	permitted = rights.readable_fields(SERIAL_NO, columns)
	for start in range(0, len(serial_nos), CHUNK):
		chunk = ("name", serial_nos[start : start + CHUNK])
		names, *lists = bulk.columns(SERIAL_NO, ("name", *permitted), chunk, condition)
		found = dict(zip(permitted, lists, strict=True))
		yield from zip(names, *(found.get(column, [None] * len(names)) for column in columns), strict=True)


def item_codes(serial_nos: Sequence[str]) -> list[str]:
	"""The Items that the serials are of."""
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).select(table.item_code).distinct()
	return query.where(table.name.isin(list(serial_nos))).run(pluck=True)


def units(serial_nos: Sequence[str]) -> dict[str, Unit]:
	"""The Unit of each serial that exists, with all that it says."""
	return {
		name: replace(group.unit, serial_no=name)
		for group in alike(serial_nos, {}, COLUMNS)
		for name in group.serial_nos
	}


def unit(serial_no: str) -> Unit | None:
	"""One serial's Unit, with all that it says."""
	return units([serial_no]).get(serial_no)


def unit_of(doc) -> Unit:
	"""The Unit of a Serial No document."""
	values = {column: doc.get(column) for column in COLUMNS}
	values["serial_no"] = doc.name
	for column in ("warranty_period", "typed_warranty_period"):
		values[column] = cint(values[column])
	values["purchase_rate"] = flt(values["purchase_rate"])
	for column in (
		"warranty_expiry_date",
		"typed_warranty_expiry_date",
		"amc_expiry_date",
		"delivery_date",
		"purchase_date",
		"term_start_date",
		"expiry_date",
		"typed_expiry_date",
		"next_term_change",
	):
		values[column] = getdate(values[column]) if values[column] else None
	return Unit(**values)


def save(
	decided: Iterable[tuple[Alike, Unit]],
	places: Mapping[str, str | None] | None = None,
	company: str | None = None,
	listed: bulk.Listed | None = None,
) -> None:
	"""Write what has changed, in as few statements as the changes allow.

	`places` are the warehouses (None: out of stock), of `company`, of serials whose ledger ERPNext leaves to the app
	(LEDGERS_OWN). `listed` says that these are all of a bundle's.
	"""
	changes = []
	for group, after in decided:
		fields = _changes(group.unit, after)
		if places and (first := group.serial_nos[0]) in places:
			fields.update(warehouse=places[first], company=company)
		changes.append((group.serial_nos, fields))
	bulk.update(SERIAL_NO, changes, listed)


def _changes(before: Unit, after: Unit) -> dict:
	return {
		column: getattr(after, column)
		for column in COLUMNS
		if column not in LEDGERS_OWN and getattr(after, column) != getattr(before, column)
	}


def create(unit: Unit, serial_nos: Sequence[str], **shared) -> None:
	"""Insert Serial Nos that say what `unit` says, and `shared`: company, batch_no and the like."""
	shared = {**bulk.stamp(), **shared}
	shared.update({column: getattr(unit, column) for column in COLUMNS[1:]})
	bulk.insert(
		SERIAL_NO, ("name", "serial_no"), list(zip(serial_nos, serial_nos, strict=True)), shared=shared
	)
