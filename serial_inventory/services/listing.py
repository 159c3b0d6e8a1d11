"""Every Serial No, a page at a time: the order is that of the names, so that a page is a range of the primary key.

The queries are two or three and the rows one page, whatever the number of Serial Nos.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import frappe
from frappe.query_builder import Order
from frappe.query_builder.functions import Count

from serial_inventory.constants import SERIAL_NO, SERIAL_PURPOSE
from serial_inventory.services import bulk, rights

ATTRIBUTE = "Serial Purpose Attribute"
LENGTHS = (20, 100, 500, 2_500)
COUNTED = 10_000
"""Beyond so many, a number of Serial Nos is "more than"."""


@dataclass(frozen=True, slots=True)
class Scope:
	"""Which Serial Nos. `equal` are pairs of a field and its value; a warehouse stands for those below it too."""

	equal: tuple[tuple[str, str], ...] = ()
	begins_with: str = ""
	warehouse: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
	"""`rows` in the order of their names, and whether there are more on either side."""

	rows: list[dict]
	has_previous: bool
	has_next: bool


def page(scope: Scope, fields: list[str], length: int, after: str = "", before: str = "") -> Page:
	"""The `length` Serial Nos after a name, or those before one; the first ones where neither is given."""
	table = frappe.qb.DocType(SERIAL_NO)
	query = _query(scope).select(*(table[field] for field in fields)).limit(length + 1)
	if before:
		query = query.where(table.name < before).orderby(table.name, order=Order.desc)
	else:
		query = query.where(table.name > after).orderby(table.name)
	found = query.run(as_dict=True)
	rows, has_more = found[:length], len(found) > length
	if before:
		return Page(rows[::-1], has_more, True)
	return Page(rows, bool(after), has_more)


def count(scope: Scope) -> int:
	"""How many there are in all, counted to one more than COUNTED: a big selection is as quick as a small one."""
	table = frappe.qb.DocType(SERIAL_NO)
	found = _query(scope).where(table.name > "").select(table.name).orderby(table.name).limit(COUNTED + 1)
	return frappe.qb.from_(found.as_("found")).select(Count("*")).run()[0][0]


def attributes(serial_purpose: str | None) -> Iterator:
	"""The fields that a purpose adds to Serial No, as meta has them, in the purpose's order."""
	if not serial_purpose or not frappe.has_permission(SERIAL_PURPOSE):
		return
	meta = frappe.get_meta(SERIAL_NO)
	filters = {"parenttype": SERIAL_PURPOSE, "parent": serial_purpose, "fieldname": ("is", "set")}
	for fieldname in frappe.get_all(ATTRIBUTE, filters=filters, order_by="idx", pluck="fieldname"):
		if field := meta.get_field(fieldname):
			yield field


def _query(scope: Scope):
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table)
	for field, value in scope.equal:
		query = query.where(table[field] == value)
	if scope.begins_with:
		query = query.where(table.name.like(bulk.literal(scope.begins_with) + "%"))
	if scope.warehouse:
		below = frappe.db.get_descendants("Warehouse", scope.warehouse)
		query = query.where(table.warehouse.isin([scope.warehouse, *below]))
	return rights.readable(query, SERIAL_NO)
