"""Documents that name a Serial No in a link, in a text, or by a bundle that they have in a row."""

from __future__ import annotations

import frappe

from serial_inventory.constants import (
	INSTALLATION_NOTE,
	ISSUE,
	MAINTENANCE_SCHEDULE,
	MAINTENANCE_VISIT,
	SERIAL_BOOKING,
	WARRANTY_CLAIM,
)
from serial_inventory.erpnext_bundle import bundles_holding
from serial_inventory.services import bulk

LINKED = (WARRANTY_CLAIM, ISSUE, SERIAL_BOOKING)
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


def by_text(serial_no) -> Documents:
	"""(DocType, name) of those with a row of the unit's Item that names it, or that has one of its bundles."""
	documents = []
	for doctype, row_types in ROW_TEXTS.items():
		for row_type in row_types:
			parents = [*_naming(row_type, serial_no), *_with_bundle(row_type, serial_no)]
			documents += [(doctype, parent) for parent in parents]
	return documents


def _naming(row_type: str, serial_no) -> list[str]:
	table = frappe.qb.DocType(row_type)
	query = frappe.qb.from_(table).select(table.parent, table.serial_no)
	query = query.where(
		(table.item_code == serial_no.item_code) & table.serial_no.like(f"%{bulk.literal(serial_no.name)}%")
	)
	return [parent for parent, text in query.run() if _names(text, serial_no.name)]


def _with_bundle(row_type: str, serial_no) -> list[str]:
	if not frappe.get_meta(row_type).has_field("serial_and_batch_bundle"):
		return []
	table = frappe.qb.DocType(row_type)
	query = frappe.qb.from_(table).select(table.parent).where(table.item_code == serial_no.item_code)
	return query.where(table.serial_and_batch_bundle.isin(bundles_holding(serial_no.name))).run(pluck=True)


def _names(text: str | None, serial_no: str) -> bool:
	"""Whether the text names the unit itself and not one whose number only begins like it."""
	names = (text or "").replace(",", "\n").split("\n")
	return serial_no.casefold() in {name.strip().casefold() for name in names}
