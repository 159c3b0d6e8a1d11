"""Scans resolved: what each code stands for, many in one go. The queries do not grow with the number of codes.

Only what the user may read is told. Who may not read Serial Nos, and may make the document that is scanned into, is told
a unit's Item and batch, without which no row can be filled; not where it is nor whose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe.utils import getdate, nowdate

from serial_inventory.constants import ITEM, SERIAL_NO
from serial_inventory.rules import scanning as rules
from serial_inventory.rules.gs1 import Code
from serial_inventory.rules.problems import Problem, _
from serial_inventory.rules.scanning import Reading
from serial_inventory.rules.serial_text import MAX_LENGTH, bad_characters, fold, too_long
from serial_inventory.services import lines, messages, restrictions, rights

LIMIT = 1_000
"""Codes in one call."""
LONGEST = 2_000
"""Characters of one code; a QR code holds about 4,300, and none that is a label."""

ITEM_FIELDS = ("name", "item_name", "stock_uom", "has_serial_no", "has_batch_no", "disabled")
OWN = ("item_code", "batch_no")
"""What a row cannot do without: told to whoever may make the document."""
FACTS = (*OWN, "warehouse", "status", "expiry_date")

_TOO_MANY = _("{0} codes came at once, and {1} can be looked up. Send them in more calls.")
_WRONG_ITEM = _(
	"Serial No {0} is of Item {1}, and the code is for Item {2}. Check the label, or the barcode in the Item."
)
_EXPIRED = _("By its code {0} expired on {1}.")


@dataclass(slots=True)
class Found:
	"""What the database has of the codes: serials by fold, barcodes and batches by fold, Items by name."""

	units: dict[str, dict] = field(default_factory=dict)
	barcodes: dict[str, tuple[str, str | None]] = field(default_factory=dict)
	batches: dict[str, tuple[str, str]] = field(default_factory=dict)
	items: dict[str, dict] = field(default_factory=dict)


def resolve(codes: Sequence[str], doctype: str | None = None) -> list[dict]:
	"""What each code stands for, in their order. `doctype` is the document that is scanned into.

	Each: code, kind (Serial No, Item, Batch, or None for what nobody knows), serial_no, is_known, item_code, item_name,
	has_serial_no, has_batch_no, uom, batch_no, is_batch_known, expiry_date, count, warehouse, status, problem, warning.
	Raises PermissionError for who may read neither Serial Nos nor Items and make no such document.
	"""
	if not (rights.can_read(SERIAL_NO) or rights.can_read(ITEM) or may_make(doctype)):
		frappe.throw(frappe._("You may read neither Serial Nos nor Items."), frappe.PermissionError)
	if len(codes) > LIMIT:
		messages.refuse([Problem(_TOO_MANY, (f"{len(codes):,}", f"{LIMIT:,}"))])
	today = getdate(nowdate())
	readings = [rules.read(code[:LONGEST], today) for code in codes]
	found = _look_up(readings, doctype)
	return [_told(reading, found, today) for reading in readings]


def _look_up(readings: Sequence[Reading], doctype: str | None) -> Found:
	found = Found()
	found.units = _units([name for reading in readings for name in reading.serial_nos], doctype)
	found.barcodes = _barcodes([code for reading in readings for code in reading.barcodes])
	names = [name for reading in readings for name in (reading.plain, reading.said and reading.said.batch_no)]
	found.batches = _batches(names)
	codes = {unit["item_code"] for unit in found.units.values()}
	codes |= {item for item, _uom in found.barcodes.values()} | {
		item for _name, item in found.batches.values()
	}
	found.items = _items([*codes, *(reading.plain for reading in readings)])
	return found


def _units(names: Iterable[str], doctype: str | None) -> dict[str, dict]:
	"""The serials that exist and that the user may be told of, by fold."""
	wanted = _names(names)
	if not wanted:
		return {}
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).where(table.name.isin(wanted))
	if rights.can_read(SERIAL_NO):
		fields = rights.readable_fields(SERIAL_NO, FACTS)
		query = rights.readable(query.select(table.name, *(table[name] for name in fields)), SERIAL_NO)
		return {fold(row["name"]): row for row in query.run(as_dict=True)}
	if not may_make(doctype):
		return {}
	query = query.select(table.name, table.warehouse, table.customer, *(table[name] for name in OWN))
	allowed = restrictions.of_user()
	return {
		fold(row["name"]): {name: row[name] for name in ("name", *OWN)}
		for row in query.run(as_dict=True)
		if allowed.permits(row["warehouse"], row["customer"])
	}


def may_make(doctype: str | None) -> bool:
	"""Whether the user makes documents of this type, into which serials are scanned."""
	return bool(doctype and lines.moves_serials(doctype) and frappe.has_permission(doctype, "create"))


def _barcodes(codes: Iterable[str]) -> dict[str, tuple[str, str | None]]:
	wanted = _names(codes)
	table = frappe.qb.DocType("Item Barcode")
	query = frappe.qb.from_(table).select(table.barcode, table.parent, table.uom)
	rows = query.where(table.barcode.isin(wanted) & (table.parenttype == ITEM)).run() if wanted else ()
	return {fold(barcode): (item, uom) for barcode, item, uom in rows}


def _batches(names: Iterable[str | None]) -> dict[str, tuple[str, str]]:
	"""{fold(batch): (its name, its Item)}."""
	wanted = _names(names)
	table = frappe.qb.DocType("Batch")
	query = frappe.qb.from_(table).select(table.name, table.item)
	rows = query.where(table.name.isin(wanted) & (table.disabled == 0)).run() if wanted else ()
	return {fold(name): (name, item) for name, item in rows}


def _items(names: Iterable[str]) -> dict[str, dict]:
	"""Those of the Items that the user may read, by fold of their code."""
	wanted = _names(names)
	if not wanted or not frappe.has_permission(ITEM, "read"):
		return {}
	filters = {"name": ("in", wanted), "has_variants": 0}
	rows = frappe.get_list(ITEM, filters=filters, fields=list(ITEM_FIELDS), limit_page_length=0)
	return {fold(row.name): row for row in rows}


def _names(names: Iterable[str | None]) -> list[str]:
	return list(dict.fromkeys(name for name in names if name and len(name) <= MAX_LENGTH))


def _told(reading: Reading, found: Found, today: date) -> dict:
	"""One code's answer."""
	said = reading.said or Code()
	told = {"code": reading.code, "kind": None, "is_known": False, "problem": None, "warning": None}
	told |= {"expiry_date": said.expiry_date, "count": said.count, "batch_no": said.batch_no}
	item, uom = _item_of(reading, found)
	unit = next((found.units[fold(name)] for name in reading.serial_nos if fold(name) in found.units), None)
	if unit and (said.serial_no or not (item and _is_barcode(reading.plain, found))):
		_tell_unit(told, unit, item if said.serial_no else None, found)
	elif said.serial_no:
		told |= {"kind": SERIAL_NO, "serial_no": said.serial_no}
		_tell_item(told, item, uom)
	elif item:
		told["kind"] = ITEM
		_tell_item(told, item, uom)
	else:
		_tell_batch_or_name(told, reading, found)
	_tell_batch(told, found)
	_tell_faults(told, said, today)
	return told


def _item_of(reading: Reading, found: Found) -> tuple[dict | None, str | None]:
	"""The Item whose barcode the code is or holds, and the barcode's unit of measure."""
	for barcode in reading.barcodes:
		if fold(barcode) in found.barcodes:
			name, uom = found.barcodes[fold(barcode)]
			if fold(name) in found.items:
				return found.items[fold(name)], uom
	return None, None


def _is_barcode(code: str, found: Found) -> bool:
	"""Whether the code itself, not only what it says, is an Item's barcode: that goes before a serial, as in ERPNext."""
	return fold(code) in found.barcodes


def _tell_unit(told: dict, unit: Mapping, item: Mapping | None, found: Found) -> None:
	told |= {"kind": SERIAL_NO, "serial_no": unit["name"], "is_known": True}
	told |= {name: unit[name] for name in ("warehouse", "status") if name in unit}
	told["batch_no"] = unit.get("batch_no") or told["batch_no"]
	told["expiry_date"] = unit.get("expiry_date") or told["expiry_date"]
	told["item_code"] = unit["item_code"]
	_tell_item(told, found.items.get(fold(unit["item_code"])), None)
	if item and item["name"] != unit["item_code"]:
		problem = Problem(_WRONG_ITEM, (unit["name"], unit["item_code"], item["name"]))
		told["problem"] = messages.worded(problem)


def _tell_item(told: dict, item: Mapping | None, uom: str | None) -> None:
	if item:
		told |= {"item_code": item["name"], "item_name": item["item_name"], "uom": uom or item["stock_uom"]}
		told |= {"has_serial_no": bool(item["has_serial_no"]), "has_batch_no": bool(item["has_batch_no"])}


def _tell_batch_or_name(told: dict, reading: Reading, found: Found) -> None:
	"""A code that is no barcode and no serial: a batch, an Item by its code, or unknown, a serial to be perhaps."""
	key = fold(reading.plain)
	if key in found.batches:
		name, item_code = found.batches[key]
		told |= {"kind": "Batch", "batch_no": name, "is_known": True}
		_tell_item(told, found.items.get(fold(item_code)), None)
	elif key in found.items:
		told["kind"] = ITEM
		_tell_item(told, found.items[key], None)
	elif not reading.said:
		told["serial_no"] = reading.plain


def _tell_batch(told: dict, found: Found) -> None:
	"""Whether the batch exists, of this Item; it is written into a row only then."""
	name, item_code = found.batches.get(fold(told["batch_no"] or ""), (None, None))
	told["is_batch_known"] = bool(name) and item_code == told.get("item_code")
	if told["is_batch_known"]:
		told["batch_no"] = name


def _tell_faults(told: dict, said: Code, today: date) -> None:
	problems = list(said.problems)
	name = told.get("serial_no")
	if name and not told["is_known"]:
		problems += filter(None, [too_long(name) or bad_characters(name)])
	if problems and not told["problem"]:
		told["problem"] = messages.worded(problems[0])
	if told["expiry_date"] and getdate(told["expiry_date"]) < today:
		told["warning"] = messages.worded(
			Problem(_EXPIRED, (name or told.get("item_code"), told["expiry_date"]))
		)
