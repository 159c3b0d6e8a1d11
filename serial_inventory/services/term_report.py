"""Numbers of what happened to terms, by day: three questions to the database, whatever the number of terms.

What counts is said in rules/term_report.py; the statements here say the same in SQL, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Count, IfNull
from frappe.utils import getdate
from pypika.terms import ExistsCriterion

from serial_inventory.constants import SERIAL_NO, SERIAL_TERM, TERM_STORY_INDEX, PlanType, TermAction
from serial_inventory.rules import term_report as rules
from serial_inventory.services import rights

GROUPS = {"Serial Plan": "serial_plan", "Serial Purpose": "serial_purpose", "Item": "item_code"}
"""What the report can be grouped by, and its field: of Serial Term, the purpose of Serial No."""

INDEXES = ("PRIMARY", "customer", TERM_STORY_INDEX)
"""Where the database may look. Left alone it takes the days' index, and reads the table at random a row at a time."""

_later_by = CustomFunction("ADDDATE", ["day", "days"])


@dataclass(frozen=True, slots=True)
class Scope:
	"""Which terms: with a day from one to another, both included. `equal` are pairs of a field and its value."""

	from_date: date
	to_date: date
	today: date
	equal: tuple[tuple[str, str], ...] = ()
	group: str | None = None


def months(scope: Scope) -> list[rules.Month]:
	"""The report's lines of the terms that the user may read."""
	counts = [*_actions(scope), *_lapsed(scope), *_trials_won(scope)]
	return rules.months(counts, scope.from_date, scope.to_date, bool(scope.group))


def _actions(scope: Scope) -> Iterator[rules.Count]:
	term = frappe.qb.DocType(SERIAL_TERM)
	for day, action, plan_type, group, number in _by_day(scope, term.from_date, term.action, term.plan_type):
		yield rules.Count(rules.ACTIONS[action], day, number, group)
		if action == TermAction.START.value and plan_type == PlanType.TRIAL.value:
			yield rules.Count(rules.TRIALS, day, number, group)


def _lapsed(scope: Scope) -> Iterator[rules.Count]:
	term = frappe.qb.DocType(SERIAL_TERM)
	grace = IfNull(term.grace_days, 0)
	is_over = _later_by(term.to_date, grace) < scope.today

	def in_time(row):
		return row.from_date <= _later_by(term.to_date, grace + 1)

	is_followed = _written_later(term, "follower", in_time)
	for day, group, number in _by_day(scope, term.to_date, condition=is_over & is_followed.negate()):
		yield rules.Count(rules.LAPSED, day, number, group)


def _trials_won(scope: Scope) -> Iterator[rules.Count]:
	term = frappe.qb.DocType(SERIAL_TERM)
	is_trial = (term.action == TermAction.START.value) & (term.plan_type == PlanType.TRIAL.value)
	for day, group, number in _by_day(scope, term.from_date, condition=is_trial & _won(term)):
		yield rules.Count(rules.TRIALS_WON, day, number, group)


def _won(term) -> ExistsCriterion:
	def wins(row):
		between = frappe.qb.DocType(SERIAL_TERM).as_("restart")
		restarts = (
			frappe.qb.from_(between)
			.select(between.name)
			.where((between.serial_no == row.serial_no) & (between.is_cancelled == 0))
			.where((between.action == TermAction.START.value) & (between.creation > term.creation))
			.where(between.creation < row.creation)
		)
		is_paid = row.action.isin(list(rules.WINS)) & (row.plan_type == PlanType.PAID.value)
		return is_paid & ExistsCriterion(restarts).negate()

	return _written_later(term, "winner", wins)


def _written_later(term, alias: str, condition) -> ExistsCriterion:
	"""Whether the unit has a standing row that was written after `term` and meets the condition."""
	row = frappe.qb.DocType(SERIAL_TERM).as_(alias)
	return ExistsCriterion(
		frappe.qb.from_(row)
		.select(row.name)
		.where((row.serial_no == term.serial_no) & (row.is_cancelled == 0) & (row.creation > term.creation))
		.where(condition(row))
	)


def _by_day(scope: Scope, day, *more, condition=None) -> Iterator[tuple]:
	"""(day, *more, group, number of standing rows). A few hundred days make the months: no function of a date is
	grouped by. Reading is in the order of the units, not of the days, so that the rows written later are found near by.
	"""
	term, unit = frappe.qb.DocType(SERIAL_TERM), frappe.qb.DocType(SERIAL_NO)
	columns = {"serial_purpose": unit.serial_purpose}
	query = frappe.qb.from_(term).use_index(*INDEXES).where(term.is_cancelled == 0)
	query = query.where((day >= scope.from_date) & (day <= scope.to_date))
	if condition is not None:
		query = query.where(condition)
	if "serial_purpose" in (scope.group, *(field for field, _value in scope.equal)):
		query = query.left_join(unit).on(unit.name == term.serial_no)
	for field, value in scope.equal:
		query = query.where(columns.get(field, term[field]) == value)
	by = [day, *more]
	if scope.group:
		by.append(columns.get(scope.group, term[scope.group]))
	query = query.select(*by, Count("*")).groupby(*by)
	for first, *rest, number in rights.readable(query, SERIAL_TERM).run():
		yield getdate(first), *rest, *([] if scope.group else [None]), number
