"""Serial Nos entered directly: in the form, by Data Import, by the API. Stock facts are for stock documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from operator import attrgetter

import frappe
from frappe.utils import getdate, nowdate

from serial_inventory.rules import direct as rules
from serial_inventory.rules import renewals, units
from serial_inventory.rules.plans import Plan
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.terms import Term, state
from serial_inventory.rules.units import ItemFacts, Unit
from serial_inventory.services import items, messages, plans, register, settings, terms

DECIDED = register.COLUMNS[1:]
"""What is decided of a unit, whatever its number."""
_facts_of = attrgetter(*DECIDED)


class Facts:
	"""What the rules need beside the unit itself, read once and kept: for one document, or for all of an import."""

	def __init__(self) -> None:
		self.today = getdate(nowdate())
		self.policy = settings.policy()
		self._items: dict[str, ItemFacts | None] = {}
		self._plans: dict[str, Plan] | None = None
		self.judged: dict[tuple, Judged] = {}

	def read_items(self, item_codes: Iterable[str]) -> None:
		"""Read those of the Items that are not known yet: one query."""
		missing = {code for code in item_codes if code and code not in self._items}
		if missing:
			found = items.serialized(missing)
			self._items |= {code: items.facts(found[code]) if code in found else None for code in missing}

	def is_serialized(self, item_code: str) -> bool:
		self.read_items([item_code])
		return self._items.get(item_code) is not None

	def item(self, item_code: str) -> ItemFacts:
		"""The Item's facts; one that is not serialized has only its code."""
		self.read_items([item_code])
		return self._items.get(item_code) or ItemFacts(item_code)

	def plan(self, name: str | None) -> Plan | None:
		if not name:
			return None
		if self._plans is None:
			self._plans = plans.every()
		return self._plans.get(name)


@dataclass(frozen=True, slots=True)
class Judged:
	"""What becomes of a unit that is entered: the record to write, its first term if it has one, or what is wrong."""

	unit: Unit
	opening: Term | None
	problems: list[Problem]

	def decided(self) -> tuple:
		"""The record's values, in the order of DECIDED."""
		return _facts_of(self.unit)


@contextmanager
def shared_facts(facts: Facts) -> Iterator[None]:
	"""Documents that are saved in here are checked by these facts, which are read once for all of them."""
	frappe.local.serial_inventory_facts = facts
	try:
		yield
	finally:
		del frappe.local.serial_inventory_facts


def check(doc) -> None:
	"""Refuse what a person may not enter, keep what a person typed. Raises SerialNoError."""
	facts = getattr(frappe.local, "serial_inventory_facts", None) or Facts()
	judged = judge(register.unit_of(doc), _before(doc), facts)
	messages.refuse(judged.problems)
	doc.flags.opening_term = judged.opening
	doc.update(dict(zip(DECIDED, judged.decided(), strict=True)))


def judge(unit: Unit, before: Unit | None, facts: Facts) -> Judged:
	"""A unit as a person enters it; `before` is the record as it was, None for a new one.

	New units that say the same are decided once; the number stands in what is wrong alone.
	"""
	key = _facts_of(unit) if before is None else None
	if key in facts.judged:
		same = rules.of_name(unit.serial_no)
		return Judged(unit, None, same) if same else facts.judged[key]
	judged = _judge(unit, before, facts)
	if key and not judged.problems:
		facts.judged[key] = judged
	return judged


def _judge(unit: Unit, before: Unit | None, facts: Facts) -> Judged:
	plan = facts.plan(unit.serial_plan)
	opening = renewals.opening(unit, before, plan, facts.today)
	problems = rules.problems(unit, before, facts.is_serialized(unit.item_code))
	if isinstance(opening, Problem):
		problems.append(opening)
	if problems:
		return Judged(unit, None, problems)
	item = facts.item(unit.item_code)
	unit = units.typed(unit, before)
	if before is None or not before.term_start_date:
		unit = replace(unit, plan_type=plan.plan_type if plan else None)
	if before is None:
		unit = units.entered(unit, item)
	unit = units.with_dates(unit, item, facts.policy, facts.today)
	if opening:
		unit = replace(unit, typed_expiry_date=before.typed_expiry_date if before else None)
		unit = units.with_state(unit, state([opening], facts.today), item, facts.today)
	return Judged(unit, opening, [])


def open_term(doc) -> None:
	"""After the Serial No is written: its opening term, if one was entered."""
	if opening := doc.flags.pop("opening_term", None):
		terms.open_terms([(doc, opening)])


def _before(doc):
	if doc.is_new():
		return None
	return register.unit(doc.name)
