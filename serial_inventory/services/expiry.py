"""Units by the day on which they end: rows and numbers of what the user may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder.functions import Count, IfNull
from frappe.utils import getdate

from serial_inventory.constants import SERIAL_NO, Status
from serial_inventory.rules.expiry import SET_ASIDE
from serial_inventory.services import rights

FIELDS = (
	"name",
	"item_code",
	"item_name",
	"serial_purpose",
	"serial_plan",
	"plan_type",
	"customer",
	"customer_name",
	"company",
	"term_start_date",
	"expiry_date",
	"term_status",
)


@dataclass(frozen=True, slots=True)
class Scope:
	"""Which units: with an expiry date from one day to another, both included. None: any.

	`equal` are pairs of a field and its value. Without `term_statuses` suspended and ended units are left out.
	`user` is whose rights hold, by default the session's.
	"""

	from_date: date | None = None
	to_date: date | None = None
	equal: tuple[tuple[str, str], ...] = ()
	term_statuses: tuple[str, ...] = ()
	user: str | None = None


def rows(scope: Scope, limit: int) -> list[dict]:
	"""The first `limit` units, those that ended longest ago first."""
	table = frappe.qb.DocType(SERIAL_NO)
	fields = rights.readable_fields(SERIAL_NO, FIELDS, scope.user)
	query = _query(scope).select(*(table[field] for field in fields))
	return query.orderby(table.expiry_date).orderby(table.name).limit(limit).run(as_dict=True)


def by_day(scope: Scope) -> list[tuple[date, int]]:
	"""Numbers of units by expiry date."""
	table = frappe.qb.DocType(SERIAL_NO)
	query = _query(scope).select(table.expiry_date, Count("*")).groupby(table.expiry_date)
	return [(getdate(day), count) for day, count in query.run()]


def by_plan(scope: Scope) -> dict[str | None, int]:
	"""Numbers of units by plan, None for those without one, the most first."""
	table = frappe.qb.DocType(SERIAL_NO)
	found = dict(_query(scope).select(table.serial_plan, Count("*")).groupby(table.serial_plan).run())
	return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0] or "")))


def _query(scope: Scope):
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).where(IfNull(table.status, "") != Status.CONSUMED.value)
	query = query.where(table.expiry_date.isnotnull())
	if scope.from_date:
		query = query.where(table.expiry_date >= scope.from_date)
	if scope.to_date:
		query = query.where(table.expiry_date <= scope.to_date)
	for field, value in scope.equal:
		query = query.where(table[field] == value)
	if scope.term_statuses:
		query = query.where(table.term_status.isin(list(scope.term_statuses)))
	else:
		query = query.where(IfNull(table.term_status, "").notin(list(SET_ASIDE)))
	return rights.readable(query, SERIAL_NO, scope.user)
