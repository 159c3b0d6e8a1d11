"""Terms by Month: what started, was renewed, converted, lapsed, and how many trials became paid."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_months, format_date, get_first_day, get_last_day, getdate, nowdate

from serial_inventory.constants import ITEM, SERIAL_PLAN, SERIAL_PURPOSE
from serial_inventory.rules import term_report as rules
from serial_inventory.services import term_report
from serial_inventory.services.rights import column

EQUAL = ("company", "customer", "item_code", "serial_plan", "serial_purpose")
LINKS = {"serial_plan": SERIAL_PLAN, "serial_purpose": SERIAL_PURPOSE, "item_code": ITEM}
MONTHS = 11
"""Without dates: this month and so many before it."""
LONGEST = 1_200
"""Months in a report; a wrong year is not a million lines."""


def execute(filters=None):
	filters = frappe._dict(filters or {})
	scope = _scope(filters)
	lines = term_report.months(scope)
	rows = [_row(line, scope.group) for line in lines]
	return get_columns(scope.group), rows, None, _chart(lines), _summary(rules.total(lines))


def _scope(filters) -> term_report.Scope:
	today = getdate(nowdate())
	first = getdate(get_first_day(filters.from_date or add_months(today, -MONTHS)))
	last = getdate(get_last_day(filters.to_date or today))
	if first > last:
		frappe.throw(_("From Date is after To Date."))
	if (last.year - first.year) * 12 + last.month - first.month >= LONGEST:
		frappe.throw(_("The period is longer than a hundred years. Check the dates."))
	equal = tuple((field, filters[field]) for field in EQUAL if filters.get(field))
	return term_report.Scope(first, last, today, equal, term_report.GROUPS.get(filters.group_by))


def get_columns(group: str | None) -> list[dict]:
	labels = {field: label for label, field in term_report.GROUPS.items()}
	grouped = [column(group, _(labels[group]), "Link", LINKS[group], 160)] if group else []
	return [
		column("month", _("Month"), "Data", width=95),
		*grouped,
		column("started", _("Started"), "Int", width=80),
		column("renewed", _("Renewed"), "Int", width=85),
		column("converted", _("Converted"), "Int", width=95),
		column("changed", _("Plan Changed"), "Int", width=110),
		column("lapsed", _("Lapsed"), "Int", width=75),
		column("suspended", _("Suspended"), "Int", width=100),
		column("resumed", _("Resumed"), "Int", width=85),
		column("ended", _("Ended"), "Int", width=75),
		column("trials", _("Trials Started"), "Int", width=110),
		column("trials_won", _("Of These Paid"), "Int", width=140),
		column("rate", _("Trial to Paid %"), "Percent", width=115),
	]


def _row(line: rules.Month, group: str | None) -> dict:
	row = {"month": format_date(line.first, "MMM yyyy"), "first_day": line.first, **line.numbers}
	row["rate"] = line.rate
	return {**row, group: line.group} if group else row


def _chart(lines: list[rules.Month]) -> dict | None:
	"""Groups are added up: the chart shows months."""
	firsts = sorted({line.first for line in lines})
	if not firsts:
		return None
	sums = {first: rules.total(line for line in lines if line.first == first) for first in firsts}
	shown = {
		"started": _("Started"),
		"renewed": _("Renewed"),
		"converted": _("Converted"),
		"lapsed": _("Lapsed"),
	}
	return {
		"data": {
			"labels": [format_date(first, "MMM yyyy") for first in firsts],
			"datasets": [
				{"name": label, "values": [sums[first][what] for first in firsts]}
				for what, label in shown.items()
			],
		},
		"type": "line" if len(firsts) > 1 else "bar",
		"colors": ["#2563EB", "#0F766E", "#7C3AED", "#DC2626"],
	}


def _summary(total: dict[str, int]) -> list[dict]:
	rate = rules.rate(total["trials"], total["trials_won"])
	cards = [
		(_("Started"), total["started"], "Blue"),
		(_("Renewed"), total["renewed"], "Green"),
		(_("Converted"), total["converted"], "Green"),
		(_("Lapsed"), total["lapsed"], "Red" if total["lapsed"] else "Green"),
	]
	shown = [
		{"label": label, "value": value, "indicator": color, "datatype": "Int"}
		for label, value, color in cards
	]
	percent = {"label": _("Trial to Paid %"), "value": rate or 0, "indicator": "Blue", "datatype": "Percent"}
	return [*shown, percent] if rate is not None else shown
