"""Serials that are being typed into a row: each line of the text checked as the document's own save would check it.

The document comes as the Desk has it, unsaved; nothing is written. Queries do not grow with the number of serials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import frappe

from serial_inventory import erpnext_bundle
from serial_inventory.constants import (
	INSTALLATION_NOTE,
	MAINTENANCE_SCHEDULE,
	SALES_INVOICE,
	SERIAL_NO,
	SERIAL_RENEWAL,
	STOCK_RECONCILIATION,
	Direction,
)
from serial_inventory.rules import entering as rules
from serial_inventory.rules import lines as line_rules
from serial_inventory.rules import service as service_rules
from serial_inventory.rules.entering import Fault, Sheet
from serial_inventory.rules.lines import Known
from serial_inventory.rules.problems import Problem, _
from serial_inventory.rules.serial_text import expand, fold
from serial_inventory.services import lines, messages, register, renewals, rights, settings
from serial_inventory.services.lines import SerialLine

FIELDS = ("serial_no", "rejected_serial_no", "renew_serial_nos", "serial_nos")
"""The texts in which documents name serials."""
NAMING = (INSTALLATION_NOTE, MAINTENANCE_SCHEDULE)
SHOWN = 500
"""Lines whose faults are told; the rest are counted."""

_NO_SUCH_ROW = _("The row is no longer in the document. Close the dialog and open it again.")
_NO_SERIALS = _("Item {0} has no serial numbers here. Check Has Serial No in the Item, and Update Stock.")
_NO_ITEM = _("Choose the Item first.")
_NOT_HERE = _("Documents of type {0} have no serial numbers to enter.")
_NOT_TOLD = _(
	"Serial No {0} cannot be entered here, and you may not read why. Ask somebody who may read Serial Nos."
)


@dataclass(slots=True)
class Entry:
	"""One text of the row: what it says, how many the row wants (None: any number), and what checks its serials."""

	sheet: Sheet
	qty: float | None
	check: Callable[[Sheet], Iterable[Fault]]
	elsewhere: dict[str, str] = field(default_factory=dict)


def check(
	values: Mapping, table: str | None, row_name: str | None, texts: Mapping[str, str], with_names: bool
) -> dict:
	"""{fieldname: {count, qty, wrong, problems: [{line, message}], serial_nos}} for the texts of one row.

	`values` is the document as the Desk has it; it must be one that the user may write. `wrong` counts the lines with
	problems, of which 500 are told. `serial_nos` are in the letter case of the records, None unless `with_names`.
	"""
	doc = _document(values)
	row = _row(doc, table, row_name)
	texts = {name: text for name, text in texts.items() if name in FIELDS}
	known_ranges = _names_like_ranges(doc, texts.values())
	sheets = {name: rules.read(text, known_ranges) for name, text in texts.items()}
	known = register.known([name for sheet in sheets.values() for name in sheet.serial_nos])
	for sheet in sheets.values():
		sheet.serial_nos = [
			known[key].serial_no if (key := fold(name)) in known else name for name in sheet.serial_nos
		]
	entries = _entries(doc, row, sheets, known, known_ranges)
	return {name: _told(entry, known, with_names) for name, entry in entries.items()}


def _document(values: Mapping):
	"""The unsaved document, if it names serials and the user may write it. Raises PermissionError."""
	doctype = str(values.get("doctype") or "")
	if not (lines.moves_serials(doctype) or doctype in (*NAMING, SERIAL_RENEWAL)):
		messages.refuse([Problem(_NOT_HERE, (doctype or "?",))])
	name = values.get("name")
	if name and frappe.db.exists(doctype, name):
		frappe.has_permission(doctype, "write", doc=name, throw=True)
	else:
		frappe.has_permission(doctype, "create", throw=True)
	return frappe.get_doc(dict(values))


def _row(doc, table: str | None, row_name: str | None):
	if not table:
		return None
	row = next((row for row in doc.get(table) or [] if row_name and row.name == row_name), None)
	if row is None:
		messages.refuse([Problem(_NO_SUCH_ROW)])
	if not (row.get("rm_item_code") or row.item_code):
		messages.refuse([Problem(_NO_ITEM)])
	return row


def _names_like_ranges(doc, texts: Iterable[str]) -> set[str]:
	own = [row.get(name) for row in _rows(doc) for name in FIELDS]
	return register.named_like_ranges(map(_text, [*texts, *own]))


def _rows(doc) -> list:
	return lines.rows(doc) if lines.moves_serials(doc.doctype) else doc.get("items") or []


def _text(text) -> str:
	return "\n".join(map(str, text)) if isinstance(text, list) else str(text or "")


def _entries(doc, row, sheets: Mapping[str, Sheet], known: Mapping[str, Known], ranges) -> dict[str, Entry]:
	if doc.doctype == SERIAL_RENEWAL or "renew_serial_nos" in sheets:
		return _renewing(doc, row, sheets)
	if doc.doctype in NAMING:
		return _naming(row, sheets, known)
	return _moving(doc, row, sheets, known, ranges)


# --- rows that move stock --------------------------------------------------------------------------


def _moving(doc, row, sheets: Mapping[str, Sheet], known, ranges) -> dict[str, Entry]:
	every = lines.possible_lines(doc)
	own = {line.text_field: line for line in every if line.row is row and line.text_field in sheets}
	if not own:
		messages.refuse([Problem(_NO_SERIALS, (row.get("rm_item_code") or row.item_code,))])
	others = [line for line in every if not any(line is mine for mine in own.values())]
	entries: dict[str, Entry] = {}
	for name, line in own.items():
		entry = entries[name] = Entry(sheets[name], line.qty, _mover(doc, line, others, known, ranges))
		entry.elsewhere = _given(others, line.direction, ranges)
		for before, other in own.items():
			if before in entries and before != name:
				entry.elsewhere |= dict.fromkeys(map(fold, sheets[before].serial_nos), other.label)
	return entries


def _given(others: Sequence[SerialLine], direction: Direction, ranges) -> dict[str, str]:
	return {
		fold(name): line.label
		for line in others
		if line.direction == direction and line.text and not line.is_copied
		for name in expand(line.text, known=ranges).serial_nos
	}


def _mover(doc, line: SerialLine, others, known, ranges) -> Callable[[Sheet], Iterable[Fault]]:
	"""The checks of the document's own save and submit, for one line."""
	leaving = _given(others, Direction.OUTWARD, ranges) if line.direction == Direction.INWARD else {}
	original = _original(doc, line)
	refuses_expired = line.is_issue and settings.refuses_expired()

	def check_line(rule: line_rules.Line) -> list[Problem]:
		if doc.doctype == STOCK_RECONCILIATION:
			return line_rules.check_counted(rule, known)
		if original is not None:
			return line_rules.check_return(rule, original, doc.return_against, known)
		found = line_rules.check_serials(rule, known, leaving)
		return found + (line_rules.check_life(rule, known, line.day) if refuses_expired else [])

	def check_sheet(sheet: Sheet) -> Iterable[Fault]:
		return rules.faults(replace(line.as_rule(), label="", serial_nos=sheet.serial_nos), check_line)

	return check_sheet


def _original(doc, line: SerialLine) -> set[str] | None:
	"""What the row that is returned moved, where the app checks that (services/returns.py)."""
	if not line.returned_row:
		return None
	rates = erpnext_bundle.rates_of_rows(doc.doctype, doc.return_against, [line.returned_row])
	moved = rates.get(line.returned_row)
	return {fold(name) for name in moved} if moved else None


# --- rows that name units --------------------------------------------------------------------------


def _naming(row, sheets: Mapping[str, Sheet], known: Mapping[str, Known]) -> dict[str, Entry]:
	def check_sheet(sheet: Sheet) -> Iterable[Fault]:
		rule = service_rules.Row("", row.item_code, sheet.serial_nos)
		return rules.faults(rule, lambda part: service_rules.check_named([part], known))

	qty = row.qty if row.meta.has_field("qty") else None
	return {name: Entry(sheet, qty, check_sheet) for name, sheet in sheets.items()}


def _renewing(doc, row, sheets: Mapping[str, Sheet]) -> dict[str, Entry]:
	def check_sheet(sheet: Sheet) -> Iterable[Fault]:
		return renewals.faults(doc, row, sheet.serial_nos)

	qty = row.qty if doc.doctype == SALES_INVOICE else None
	return {name: Entry(sheet, qty, check_sheet) for name, sheet in sheets.items()}


# --- the answer ------------------------------------------------------------------------------------


def _told(entry: Entry, known: Mapping[str, Known], with_names: bool) -> dict:
	sheet = entry.sheet
	found: list[tuple[int, Problem, str | None]] = [(line, problem, None) for line, problem in sheet.unread]
	for at, problem in entry.check(sheet):
		unit = known.get(fold(sheet.serial_nos[at]))
		found.append((sheet.lines[at], problem, unit.serial_no if unit else None))
	found += [(sheet.lines[at], problem, None) for at, problem in rules.repeats(sheet, entry.elsewhere)]
	found.sort(key=_by_line)
	return {
		"count": len(sheet.serial_nos),
		"qty": entry.qty,
		"wrong": len({line for line, _problem, _name in found}),
		"unread": len({line for line, _problem in sheet.unread}),
		"problems": _worded(found[:SHOWN]),
		"serial_nos": "\n".join(sheet.serial_nos) if with_names else None,
	}


def _by_line(found: tuple) -> int:
	return found[0]


def _worded(found: Sequence[tuple[int, Problem, str | None]]) -> list[dict]:
	"""What is wrong with a unit tells where it is or whose; who may not read the unit is told only that it is wrong."""
	names = {name for _line, _problem, name in found if name}
	hidden = names - rights.readable_names(SERIAL_NO, names)
	told = [
		(line, Problem(_NOT_TOLD, (name,)) if name in hidden else problem) for line, problem, name in found
	]
	return [{"line": line, "message": messages.worded(problem)} for line, problem in told]
