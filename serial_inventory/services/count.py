"""Stock Reconciliation: the serials that there are, counted; none are made."""

from __future__ import annotations

from frappe import _
from frappe.utils import flt

from serial_inventory.constants import Direction
from serial_inventory.rules import lines as rules
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.serial_text import expand
from serial_inventory.services import items, messages, register


def check(doc) -> None:
	"""Refuse rows that would create serials or count what cannot be; rewrites texts one serial per line.

	Rows with a bundle that the user made stay as made: its serials exist.
	"""
	rows = _serialized_rows(doc)
	if not rows:
		return
	existing = register.named_like_ranges(row.serial_no for row in rows if row.serial_no)
	lines, problems = [], []
	for row in rows:
		expansion = expand(row.serial_no, known=existing)
		line = _line(row, expansion.serial_nos)
		problems += [Problem(found.template, found.values, line.label) for found in expansion.problems]
		if row.serial_no and not expansion.problems:
			row.serial_no = "\n".join(expansion.serial_nos)
		lines.append(line)
	known = register.known([name for line in lines for name in line.serial_nos])
	held = register.in_stock({line.item_code for line in lines if not line.serial_nos})
	for line in lines:
		problems += rules.check_reconciliation(line, known, held.get((line.item_code, line.warehouse), 0))
	messages.refuse(problems + rules.check_duplicates(lines))


def _serialized_rows(doc) -> list:
	"""Rows that count serials by text or by number. A quantity of nothing given means that it is not counted."""
	serialized = items.serialized(row.item_code for row in doc.items)
	return [
		row
		for row in doc.items
		if row.item_code in serialized and not row.serial_and_batch_bundle and (row.serial_no or flt(row.qty))
	]


def _line(row, serial_nos: list[str]) -> rules.Line:
	return rules.Line(
		label=_("Row {0}").format(row.idx),
		item_code=row.item_code,
		warehouse=row.warehouse,
		direction=Direction.INWARD,
		qty=flt(row.qty),
		serial_nos=serial_nos,
	)
