"""Serial Nos entered directly: in the form, by Data Import, by the API. Stock facts are for stock documents."""

from __future__ import annotations

from frappe.utils import getdate, nowdate

from serial_inventory.rules import direct as rules
from serial_inventory.rules import units
from serial_inventory.services import items, life, messages, register, settings


def check(doc) -> None:
	"""Refuse what a person may not enter, keep what a person typed. Raises SerialNoError."""
	unit, before = register.unit_of(doc), _before(doc)
	messages.refuse(rules.problems(unit, before, bool(items.serialized([doc.item_code]))))
	item = life.item_facts([doc.item_code])[doc.item_code]
	unit = units.typed(unit, before)
	if before is None:
		unit = units.entered(unit, item)
	unit = units.with_warranty(unit, item, settings.policy(), getdate(nowdate()))
	for column in register.COLUMNS[1:]:
		doc.set(column, getattr(unit, column))


def _before(doc):
	if doc.is_new():
		return None
	return register.unit(doc.name)
