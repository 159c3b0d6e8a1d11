"""What people type into rows: read, checked, written back. Used at every save and again at submit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import frappe
from frappe.utils import cint

from serial_inventory import erpnext_bundle
from serial_inventory.rules import lines as rules
from serial_inventory.rules.lines import Known
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.serial_text import expand, fold, join, summary
from serial_inventory.services import messages, register, settings
from serial_inventory.services.lines import SerialLine, serial_lines


def read(doc) -> list[SerialLine]:
	"""The document's lines with the serials that their texts stand for; unreadable texts are refused.

	Texts are rewritten one serial per line, so that ERPNext reads the same.
	"""
	lines = serial_lines(doc)
	existing = register.named_like_ranges(line.text for line in lines if line.text)
	problems = []
	for line in lines:
		if line.is_copied:
			line.row.set(line.text_field, None)
		if not line.text:
			continue
		expansion = expand(line.text, known=existing)
		problems += [Problem(found.template, found.values, line.label) for found in expansion.problems]
		line.serial_nos = expansion.serial_nos
		if not expansion.problems:
			line.row.set(line.text_field, "\n".join(line.serial_nos))
	messages.refuse(problems)
	return lines


def check(lines: Sequence[SerialLine], lock: bool = False) -> dict[str, Known]:
	"""Refuse the lines with every problem there is; returns what is known of their serials, by `fold(name)`.

	Serials that exist get the letter case that they have there.
	"""
	lines = [line for line in lines if not line.has_own_bundle]
	known = register.known([name for line in lines for name in line.serial_nos], lock=lock)
	for line in lines:
		use_stored_names(line, known)
	problems = rules.check([line.as_rule() for line in lines], known)
	if settings.refuses_expired():
		for line in lines:
			problems += rules.check_life(line.as_rule(), known, line.day) if line.is_issue else []
	messages.refuse(problems)
	return known


def use_stored_names(line: SerialLine, known: Mapping[str, Known]) -> None:
	"""`rt-1` typed for the existing `RT-1` becomes RT-1, in the line and in its row."""
	stored = [known[fold(name)].serial_no if fold(name) in known else name for name in line.serial_nos]
	if stored != line.serial_nos:
		line.serial_nos = stored
		line.row.set(line.text_field, "\n".join(stored))


def is_checked_as_draft() -> bool:
	"""Whether drafts are refused too, or only submits."""
	return bool(cint(settings.get().check_drafts))


def show(line: SerialLine, bundle: str) -> None:
	"""Put the bundle into the row, and the serials: all of them, or above the text limit how many from which to which."""
	row, names = line.row, line.serial_nos
	row.set(line.bundle_field, bundle)
	if len(names) <= settings.text_limit():
		row.set(line.text_field, join(names))
		row.use_serial_batch_fields = 1
	else:
		row.set(line.text_field, None)
		if not row.get("serial_no"):
			row.use_serial_batch_fields = 0
		row.serial_summary = "\n".join(filter(None, [row.get("serial_summary"), summary(names)]))


def spell_out(doc) -> None:
	"""For print: serials side by side. A Long Text prints its line ends as nothing, one serial running into the next."""
	for line in serial_lines(doc):
		if line.text:
			line.row.set(line.text_field, ", ".join(line.text.split("\n")))


def bring_back(doc) -> None:
	"""An amended document has the serials of the cancelled one again, where its rows are blank and match.

	ERPNext drops a row's bundle from an amended copy, and some rows' text; without this a receipt would draw new
	numbers for units that have theirs already, and a count get all units of the warehouse. Rows match by position,
	Item and quantity.
	"""
	if not (doc.is_new() and doc.get("amended_from")):
		return
	blank = [line for line in serial_lines(doc) if not line.text and not line.has_own_bundle]
	if not blank:
		return
	serial_nos = _serial_nos_of_cancelled(doc.doctype, doc.amended_from)
	original = {_position(line): line for line in serial_lines(frappe.get_doc(doc.doctype, doc.amended_from))}
	for line in blank:
		was = original.get(_position(line))
		if was and was.qty == line.qty and was.item.name == line.item.name:
			key = (was.voucher_detail_no, was.item.name, was.direction.value, was.is_rejected)
			line.row.set(line.text_field, "\n".join(serial_nos.get(key, [])) or None)
			if line.text:
				line.row.use_serial_batch_fields = 1


def _position(line: SerialLine) -> tuple:
	return (line.row.parentfield, line.row.idx, line.is_rejected)


def _serial_nos_of_cancelled(doctype: str, name: str) -> dict[tuple, list[str]]:
	bundles = erpnext_bundle.bundles_of_cancelled(doctype, name)
	names = erpnext_bundle.serial_nos_of_bundles(bundle.name for bundle in bundles)
	return {
		(
			bundle.voucher_detail_no,
			bundle.item_code,
			bundle.type_of_transaction,
			bool(bundle.is_rejected),
		): names[bundle.name]
		for bundle in bundles
	}
