"""Documents that name a Serial No in a link, in a text, or by a bundle that they have in a row."""

from __future__ import annotations

from collections.abc import Collection

import frappe

from serial_inventory.constants import (
	INSTALLATION_NOTE,
	ISSUE,
	MAINTENANCE_SCHEDULE,
	MAINTENANCE_VISIT,
	WARRANTY_CLAIM,
)

LINKED = (WARRANTY_CLAIM, ISSUE)
"""DocTypes with a Link field `serial_no` of their own, in so far as the site has it (Issue has none in ERPNext)."""

ROW_LINKS = {MAINTENANCE_VISIT: "Maintenance Visit Purpose"}
"""Rows with a Link field `serial_no`."""

ROW_TEXTS = {
	MAINTENANCE_SCHEDULE: ("Maintenance Schedule Item", "Maintenance Schedule Detail"),
	INSTALLATION_NOTE: ("Installation Note Item",),
}
"""Rows that name units in a text."""

Documents = list[tuple[str, str]]


def has_link(doctype: str) -> bool:
	"""Whether the DocType can name a Serial No on this site."""
	return doctype not in LINKED or frappe.get_meta(doctype).has_field("serial_no")


def by_link(serial_no: str) -> Documents:
	"""(DocType, name) of the documents that link to the serial, drafts and cancelled ones among them."""
	documents = []
	for doctype in filter(has_link, LINKED):
		names = frappe.get_all(doctype, filters={"serial_no": serial_no}, pluck="name")
		documents += [(doctype, name) for name in names]
	for doctype, row in ROW_LINKS.items():
		parents = frappe.get_all(row, filters={"serial_no": serial_no, "parenttype": doctype}, pluck="parent")
		documents += [(doctype, parent) for parent in parents]
	return documents


def by_text(serial_no, bundles: Collection[str]) -> Documents:
	"""(DocType, name) of those with a row of the unit's Item that names it, or that has one of its bundles."""
	documents = []
	for doctype, row_types in ROW_TEXTS.items():
		for row_type in row_types:
			documents += [(doctype, row.parent) for row in _rows(row_type, serial_no, bundles)]
	return documents


def _rows(row_type: str, serial_no, bundles: Collection[str]) -> list:
	table = frappe.qb.DocType(row_type)
	escaped = serial_no.name.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
	is_candidate = table.serial_no.like(f"%{escaped}%")
	fields = [table.parent, table.serial_no]
	if bundles and frappe.get_meta(row_type).has_field("serial_and_batch_bundle"):
		is_candidate |= table.serial_and_batch_bundle.isin(list(bundles))
		fields.append(table.serial_and_batch_bundle)
	query = (
		frappe.qb.from_(table).select(*fields).where((table.item_code == serial_no.item_code) & is_candidate)
	)
	return [
		row
		for row in query.run(as_dict=True)
		if row.get("serial_and_batch_bundle") in bundles or _names(row.serial_no, serial_no.name)
	]


def _names(text: str | None, serial_no: str) -> bool:
	"""Whether the text names the unit itself and not one whose number only begins like it."""
	names = (text or "").replace(",", "\n").split("\n")
	return serial_no.casefold() in {name.strip().casefold() for name in names}
