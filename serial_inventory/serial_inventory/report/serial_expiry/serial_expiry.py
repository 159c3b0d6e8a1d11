"""Serial Expiry: which units end when, those that are over first."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, format_date, getdate, nowdate

from serial_inventory.constants import ITEM, SERIAL_NO, SERIAL_PLAN, SERIAL_PURPOSE
from serial_inventory.rules import expiry as rules
from serial_inventory.services import expiry
from serial_inventory.services.rights import column

LIMIT = 1_000
EQUAL = ("company", "item_code", "customer", "serial_purpose", "serial_plan", "plan_type")


def execute(filters=None):
	filters = frappe._dict(filters or {})
	scope, today = _scope(filters), getdate(nowdate())
	limit = cint(filters.limit) or LIMIT
	counts = expiry.by_day(scope)
	summary = rules.summary(counts, today)
	rows = [_row(row, today) for row in expiry.rows(scope, limit)]
	return get_columns(), rows, _message(summary.total, limit), _chart(counts), _summary(summary)


def _scope(filters) -> expiry.Scope:
	statuses = filters.term_status or ()
	if isinstance(statuses, str):
		statuses = [status.strip() for status in statuses.split(",") if status.strip()]
	return expiry.Scope(
		getdate(filters.from_date) if filters.from_date else None,
		getdate(filters.to_date) if filters.to_date else None,
		tuple((field, filters[field]) for field in EQUAL if filters.get(field)),
		tuple(statuses),
	)


def get_columns() -> list[dict]:
	return [
		column("serial_no", _("Serial No"), "Link", SERIAL_NO, 140),
		column("item_code", _("Item"), "Link", ITEM, 150),
		column("serial_purpose", _("Serial Purpose"), "Link", SERIAL_PURPOSE, 125),
		column("serial_plan", _("Serial Plan"), "Link", SERIAL_PLAN, 120),
		column("plan_type", _("Plan Type"), "Data", width=95),
		column("customer", _("Customer"), "Link", "Customer", 130),
		column("term_start_date", _("Term Start Date"), "Date", width=120),
		column("expiry_date", _("Expiry Date"), "Date", width=115),
		column("days_left", _("Days Left"), "Int", width=90),
		column("term_status", _("Term Status"), "Data", width=105),
		column("customer_name", _("Customer Name"), "Data", width=150),
		column("item_name", _("Item Name"), "Data", width=160),
		column("company", _("Company"), "Link", "Company", 150),
	]


def _row(row: dict, today) -> dict:
	return {
		**row,
		"serial_no": row.name,
		"days_left": rules.days_left(getdate(row.expiry_date), today),
	}


def _message(total: int, limit: int) -> str | None:
	if total > limit:
		return _("The first {0} of {1} rows are shown; raise the limit to see more.").format(
			f"{limit:,}", f"{total:,}"
		)
	return None


def _chart(counts) -> dict | None:
	months = rules.by_month(counts)
	if not months:
		return None
	return {
		"data": {
			"labels": [format_date(first, "MMM yyyy") for first in months],
			"datasets": [{"name": _("Serial Nos"), "values": list(months.values())}],
		},
		"type": "bar",
		"colors": ["#2563EB"],
	}


def _summary(summary: rules.Summary) -> list[dict]:
	return [
		_card(_("Overdue"), summary.overdue, "Red" if summary.overdue else "Green"),
		_card(_("Ending Within {0} Days").format(rules.SOON), summary.soon, "Orange"),
		_card(_("Ending Within {0} Days").format(rules.NEAR), summary.near, "Blue"),
		_card(_("All in This Selection"), summary.total, "Gray"),
	]


def _card(label: str, value: int, indicator: str) -> dict:
	return {"label": label, "value": value, "indicator": indicator, "datatype": "Int"}
