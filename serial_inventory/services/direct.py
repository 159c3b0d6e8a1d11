"""Serial Nos entered directly: in the form, by Data Import, by the API. Stock facts are for stock documents."""

from __future__ import annotations

from dataclasses import replace

from frappe.utils import getdate, nowdate

from serial_inventory.rules import direct as rules
from serial_inventory.rules import renewals, units
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.terms import state
from serial_inventory.services import items, life, messages, plans, register, settings, terms


def check(doc) -> None:
	"""Refuse what a person may not enter, keep what a person typed. Raises SerialNoError."""
	unit, before = register.unit_of(doc), _before(doc)
	today = getdate(nowdate())
	plan = plans.every().get(unit.serial_plan) if unit.serial_plan else None
	opening = renewals.opening(unit, before, plan, today)
	problems = rules.problems(unit, before, bool(items.serialized([doc.item_code])))
	messages.refuse([*problems, *([opening] if isinstance(opening, Problem) else [])])
	item = life.item_facts([doc.item_code])[doc.item_code]
	unit = units.typed(unit, before)
	if before is None or not before.term_start_date:
		unit = replace(unit, plan_type=plan.plan_type if plan else None)
	if before is None:
		unit = units.entered(unit, item)
	unit = units.with_dates(unit, item, settings.policy(), today)
	if opening:
		unit = replace(unit, typed_expiry_date=before.typed_expiry_date if before else None)
		unit = units.with_state(unit, state([opening], today), item, today)
	doc.flags.opening_term = opening
	for column in register.COLUMNS[1:]:
		doc.set(column, getattr(unit, column))


def open_term(doc) -> None:
	"""After the Serial No is written: its opening term, if one was entered."""
	if opening := doc.flags.pop("opening_term", None):
		terms.open_term(doc, opening)


def _before(doc):
	if doc.is_new():
		return None
	return register.unit(doc.name)
