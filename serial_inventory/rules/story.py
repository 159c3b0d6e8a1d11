"""What documents did to serials, told in plain English: serials that fared alike stand in one line.

The replay and the demo print it. Nothing here is for a site's users, who see the Desk in their own language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

from serial_inventory.constants import Status
from serial_inventory.rules.serial_text import compress, natural_key
from serial_inventory.rules.units import Unit

LABELS = {
	"status": "Status",
	"warehouse": "Warehouse",
	"supplier": "Supplier",
	"purchase_document_no": "Purchase Document",
	"purchase_date": "Purchase Date",
	"purchase_rate": "Purchase Rate",
	"customer": "Customer",
	"delivery_document_no": "Delivery Document",
	"delivery_date": "Delivery Date",
	"sales_invoice": "Sales Invoice",
	"warranty_period": "Warranty Period (Days)",
	"warranty_expiry_date": "Warranty Expiry Date",
	"maintenance_status": "Maintenance Status",
	"serial_purpose": "Serial Purpose",
	"serial_plan": "Serial Plan",
	"term_status": "Term Status",
	"term_start_date": "Term Start Date",
	"expiry_date": "Expiry Date",
}
"""The facts that are told one by one, in the Serial No form's own words and order."""

REGISTER = (
	"Serial No",
	"Item Code",
	"Status",
	"Warehouse / Customer",
	"Bought by",
	"Left by",
	"Warranty",
	"Maintenance",
)
NOTHING = "-"
WIDTH = 110

Pair = tuple[Unit | None, Unit]
"""A unit before and after a document; None before it was made."""


def told(changes: Iterable[Pair], is_detailed: bool = False) -> Iterator[str]:
	"""A line for each group of serials that fared alike: which, as what before, and as what after.

	With `is_detailed` every fact that changed follows, one a line.
	"""
	for names, before, after in _alike(changes, is_detailed):
		was, is_now = state(before), state(after)
		yield f"{serials(names)}: {was} -> {is_now}" if was != is_now else f"{serials(names)}: still {is_now}"
		if is_detailed:
			yield from _facts(before, after)


def state(unit: Unit | None) -> str:
	"""Where a unit is, or who took it out of stock."""
	if unit is None:
		return "(new)"
	if unit.warehouse:
		return f"{unit.status} in {unit.warehouse}"
	if unit.status == Status.DELIVERED.value:
		until = f", warranty until {unit.warranty_expiry_date}" if unit.warranty_expiry_date else ""
		return f"Delivered to {unit.customer} by {unit.delivery_document_no}{until}"
	by = f" by {unit.delivery_document_no}" if unit.delivery_document_no else ""
	return f"{unit.status}{by}, in no warehouse"


def serials(names: Sequence[str]) -> str:
	"""`RT-0001..RT-0005 (5)`, cut short where the text is long."""
	text = compress(names)
	if len(text) > WIDTH:
		text = (text[:WIDTH].rpartition(",")[0] or text[:WIDTH]) + ", ..."
	return f"{text} ({len(names):,})" if len(names) > 1 else text


def register(units: Iterable[Unit]) -> Iterator[str]:
	"""A table of the units; those alike in all that it shows, bar the serial, are one row."""
	groups: dict[tuple[str, ...], list[str]] = {}
	for unit in units:
		groups.setdefault(_shown(unit), []).append(unit.serial_no)
	rows = sorted(groups.items(), key=lambda group: (group[0][0], natural_key(group[1][0])))
	yield from table([REGISTER, *((serials(names), *shown) for shown, names in rows)])


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
	"""Columns side by side, the first row underlined."""
	widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
	for at, row in enumerate(rows):
		yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
		if at == 0:
			yield "  ".join("-" * width for width in widths)


def _shown(unit: Unit) -> tuple[str, ...]:
	values = (
		unit.item_code,
		unit.status,
		unit.warehouse or unit.customer,
		unit.purchase_document_no,
		unit.delivery_document_no,
		unit.warranty_expiry_date,
		unit.maintenance_status,
	)
	return tuple(_text(value) for value in values)


def _alike(changes: Iterable[Pair], is_detailed: bool) -> list[tuple[list[str], Unit | None, Unit]]:
	groups: dict[tuple, tuple[list[str], Unit | None, Unit]] = {}
	for before, after in changes:
		look = _facts_of if is_detailed else state
		key = (after.item_code, look(before), look(after))
		groups.setdefault(key, ([], before, after))[0].append(after.serial_no)
	return list(groups.values())


def _facts_of(unit: Unit | None) -> tuple | None:
	return unit and tuple(getattr(unit, name) for name in LABELS)


def _facts(before: Unit | None, after: Unit) -> Iterator[str]:
	defaults = {field.name: field.default for field in fields(Unit)}
	width = max(map(len, LABELS.values()))
	for name, label in LABELS.items():
		was = getattr(before, name) if before else defaults[name]
		is_now = getattr(after, name)
		if (was or None) != (is_now or None):
			yield f"    {label.ljust(width)}  {_text(was)} -> {_text(is_now)}"


def _text(value: object) -> str:
	return f"{value:,.2f}" if isinstance(value, float) and value else str(value or NOTHING)
