"""Installation Notes: the units installed are those that the Delivery Note delivered, each once.

ERPNext compares with the text of the Delivery Note's row, and accepts anything where a bundle stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import frappe

from serial_inventory import erpnext_bundle
from serial_inventory.constants import DELIVERY_NOTE, INSTALLATION_NOTE
from serial_inventory.rules import service as rules
from serial_inventory.rules.serial_text import fold
from serial_inventory.services import items, messages, register, schedules
from serial_inventory.services.schedules import Named

ROWS = "Installation Note Item"


def read(doc) -> list[Named]:
	"""The rows with the serials that they name; a blank row that installs all that was delivered names these.

	Raises SerialNoError for texts that cannot be read.
	"""
	blank = [row for row in doc.items if not row.serial_no and row.prevdoc_detail_docname]
	serialized = items.serialized(row.item_code for row in blank)
	blank = [row for row in blank if row.item_code in serialized]
	delivered = _delivered(blank)
	for row in blank:
		names = delivered.get(row.prevdoc_detail_docname, ())
		if names and len(names) == row.qty:
			row.serial_no = "\n".join(names)
	return schedules.read(doc.items)


def check(doc) -> None:
	"""Refuse an Installation Note for every wrong serial at once. Raises SerialNoError."""
	named = [one for one in schedules.read(doc.items) if one.typed]
	rows = [one.as_rule(one.typed) for one in named]
	known = register.known([name for one in named for name in one.typed])
	problems = rules.check_named(rows, known) + rules.check_repeats(rows)
	delivered = _delivered([one.doc for one in named])
	installed = _installed(named, doc.name)
	for one, row in zip(named, rows, strict=True):
		note, detail = one.doc.prevdoc_docname, one.doc.prevdoc_detail_docname
		problems += rules.check_installation(row, note, delivered.get(detail), installed.get(note, {}))
	messages.refuse(problems)


def _delivered(rows: Iterable) -> dict[str, list[str]]:
	"""{row of a Delivery Note: the units that it delivered}, by its text and its bundle."""
	details = list({row.prevdoc_detail_docname for row in rows if row.prevdoc_detail_docname})
	if not details:
		return {}
	filters = {"name": ("in", details)}
	fields = ["name", "serial_no", "serial_and_batch_bundle"]
	found = frappe.get_all(f"{DELIVERY_NOTE} Item", filters=filters, fields=fields)
	bundled = erpnext_bundle.serial_nos_of_bundles(row.serial_and_batch_bundle for row in found)
	delivered = {}
	for row in found:
		names = bundled.get(row.serial_and_batch_bundle) or _typed(row.serial_no)
		if names:
			delivered[row.name] = names
	return delivered


def _installed(named: Sequence[Named], apart_from: str) -> dict[str, dict[str, str]]:
	"""{Delivery Note: {fold(serial): Installation Note}} of the standing Installation Notes of these deliveries."""
	notes = list({one.doc.prevdoc_docname for one in named if one.doc.prevdoc_docname})
	if not notes:
		return {}
	filters = {"prevdoc_docname": ("in", notes), "docstatus": 1, "parenttype": INSTALLATION_NOTE}
	filters["parent"] = ("!=", apart_from)
	installed: dict[str, dict[str, str]] = {}
	for row in frappe.get_all(ROWS, filters=filters, fields=["parent", "prevdoc_docname", "serial_no"]):
		for name in _typed(row.serial_no):
			installed.setdefault(row.prevdoc_docname, {})[fold(name)] = row.parent
	return installed


def _typed(text: str | None) -> list[str]:
	"""The serials of a submitted row's text, as ERPNext reads it."""
	return [name.strip() for name in (text or "").replace(",", "\n").split("\n") if name.strip()]
