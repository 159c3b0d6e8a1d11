"""Serial Nos read and written as the rules' Units, many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import cint, flt, getdate, now

from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules.lines import Known
from serial_inventory.rules.serial_text import fold
from serial_inventory.rules.units import Unit
from serial_inventory.services import bulk

COLUMNS = tuple(field.name for field in fields(Unit))
LEDGERS_OWN = ("warehouse",)
"""ERPNext's ledger sets these; the app never writes them on a record that exists."""


def known(serial_nos: Sequence[str], lock: bool = False) -> dict[str, Known]:
	"""Those of the serials that exist, keyed by `fold(name)`. `lock` keeps others off them until the submit ends.

	A locking read also sees what others committed after this transaction began.
	"""
	if not serial_nos:
		return {}
	table = frappe.qb.DocType(SERIAL_NO)
	columns = ("name", "item_code", "warehouse", "status", "customer", "delivery_document_no")
	query = frappe.qb.from_(table).select(*(table[column] for column in columns))
	query = query.where(table.name.isin(list(serial_nos)))
	if lock:
		query = query.for_update()
	return {fold(row[0]): Known(*row) for row in query.run()}


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


def units(serial_nos: Sequence[str]) -> dict[str, Unit]:
	"""The serials' Units, by name; those that do not exist are left out."""
	if not serial_nos:
		return {}
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).select(table.name, *(table[column] for column in COLUMNS[1:]))
	rows = query.where(table.name.isin(list(serial_nos))).run()
	return {row[0]: Unit(*row) for row in rows}


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
	):
		values[column] = getdate(values[column]) if values[column] else None
	return Unit(**values)


def save(before: Mapping[str, Unit], after: Iterable[Unit]) -> None:
	"""Write what has changed, in as few statements as the changes allow."""
	changes = {}
	for unit in after:
		was = before[unit.serial_no]
		if unit != was:
			changes[unit.serial_no] = {
				column: getattr(unit, column)
				for column in COLUMNS
				if column not in LEDGERS_OWN and getattr(unit, column) != getattr(was, column)
			}
	bulk.update(SERIAL_NO, changes)


def create(
	new: Sequence[Unit],
	company: str,
	batch_no: str | None = None,
	progress: Callable[[int], None] | None = None,
) -> None:
	"""Insert Serial Nos. They have no warehouse yet: the ledger gives it them."""
	moment, user = now(), frappe.session.user
	extra = ("name", "creation", "modified", "owner", "modified_by", "company", "batch_no")
	rows = [
		(
			unit.serial_no,
			moment,
			moment,
			user,
			user,
			company,
			batch_no,
			*(getattr(unit, column) for column in COLUMNS),
		)
		for unit in new
	]
	bulk.insert(SERIAL_NO, (*extra, *COLUMNS), rows, progress=progress)
