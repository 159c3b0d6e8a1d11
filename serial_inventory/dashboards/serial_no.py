"""The Connections of a Serial No: every document that had to do with the unit, counted and listed by name.

ERPNext links units in three ways: a Link field, a bundle's entries, a text in a row. Frappe counts the first only, so
the Serial No form asks `get_open_count` here; each entry then opens a list of exactly the documents counted.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.desk.notifications import get_open_count as get_frappe_open_count

from serial_inventory.constants import (
	ASSET,
	ASSET_MAINTENANCE,
	ASSET_MOVEMENT,
	ASSET_REPAIR,
	DELIVERY_NOTE,
	INSTALLATION_NOTE,
	MAINTENANCE_SCHEDULE,
	MAINTENANCE_VISIT,
	PURCHASE_INVOICE,
	PURCHASE_RECEIPT,
	SALES_INVOICE,
	SERIAL_BOOKING,
	SERIAL_NO,
	STOCK_ENTRY,
	STOCK_RECONCILIATION,
	WARRANTY_CLAIM,
)
from serial_inventory.erpnext_bundle import BUNDLE, bundles_of_serial
from serial_inventory.services import mentions

WORK_ORDER = "Work Order"

GROUPS = (
	(_("Received"), (PURCHASE_RECEIPT, PURCHASE_INVOICE, "Subcontracting Receipt")),
	(_("Moved"), (STOCK_ENTRY, STOCK_RECONCILIATION, "Pick List", WORK_ORDER)),
	(_("Delivered"), (DELIVERY_NOTE, SALES_INVOICE, "POS Invoice")),
	(_("Service"), (WARRANTY_CLAIM, MAINTENANCE_SCHEDULE, MAINTENANCE_VISIT, INSTALLATION_NOTE, "Issue")),
	(
		_("Asset"),
		(ASSET, ASSET_MOVEMENT, ASSET_REPAIR, ASSET_MAINTENANCE, "Asset Capitalization"),
	),
	(_("Booked"), (SERIAL_BOOKING,)),
	(_("Bundles"), (BUNDLE,)),
)
ASSET_LINKS = {
	ASSET_REPAIR: (ASSET_REPAIR, "name", "asset"),
	ASSET_MAINTENANCE: (ASSET_MAINTENANCE, "name", "asset_name"),
	ASSET_MOVEMENT: ("Asset Movement Item", "parent", "asset"),
}
"""Where documents name the unit's Asset: a table, its field with the document, its field with the Asset."""

Found = dict[str, set[str]]


def get_data(data=None) -> dict:
	"""Hook `override_doctype_dashboards`: adds the groups to what other apps have put there."""
	data = frappe._dict(data or {})
	data.setdefault("fieldname", "serial_no")
	data.method = "serial_inventory.dashboards.serial_no.get_open_count"
	groups = [
		{"label": label, "items": [item for item in items if mentions.has_link(item)]}
		for label, items in GROUPS
	]
	data.transactions = [*(data.get("transactions") or []), *groups]
	return data


@frappe.whitelist()
def get_open_count(doctype: str, name: str, items: str | list | None = None) -> dict:
	"""What Frappe's own `get_open_count` returns, with the names of all documents found.

	Raises PermissionError without read permission on the Serial No; documents that the user may not read do not count.
	"""
	doc = frappe.get_doc(SERIAL_NO, name)
	doc.check_permission()
	asked = frappe.parse_json(items) or [item for _label, group in GROUPS for item in group]
	own = {item for _label, group in GROUPS for item in group}
	found = _permitted(documents(doc), own.intersection(asked))
	count = _others([item for item in asked if item not in own], name)
	count["internal_links_found"] += [
		{"doctype": item, "count": len(found.get(item, ())), "open_count": 0, "names": found.get(item, [])}
		for item in asked
		if item in own
	]
	return {"count": count}


def _others(items: list[str], name: str) -> dict:
	"""Frappe's own count of what other apps have added to the Connections."""
	count = get_frappe_open_count(SERIAL_NO, name, items)["count"] if items else {}
	count = count or {}
	return {
		"external_links_found": list(count.get("external_links_found", ())),
		"internal_links_found": list(count.get("internal_links_found", ())),
	}


def _permitted(found: Found, doctypes: Iterable[str]) -> dict[str, list[str]]:
	"""Those that exist, are not cancelled, and that the user may read: one query a DocType that has any."""
	names = {}
	for doctype in doctypes:
		if found.get(doctype) and frappe.has_permission(doctype):
			filters = {"name": ("in", list(found[doctype])), "docstatus": ("<", 2)}
			names[doctype] = frappe.get_list(doctype, filters=filters, pluck="name", order_by="creation")
	return names


def documents(serial_no) -> Found:
	"""Names of documents by DocType, cancelled and unreadable ones among them."""
	found: Found = {}
	_add(found, _of_fields(serial_no))
	_add(found, _of_bundles(serial_no.name))
	_add(found, mentions.by_link(serial_no.name))
	_add(found, mentions.by_text(serial_no))
	_add(found, _of_assets(serial_no.name, found.get(ASSET, set())))
	return found


def _add(found: Found, documents: Iterable[tuple[str, str]]) -> None:
	for doctype, name in documents:
		if doctype and name:
			found.setdefault(doctype, set()).add(name)


def _of_fields(serial_no) -> list[tuple[str, str]]:
	"""What the Serial No itself names."""
	return [
		(serial_no.get("purchase_document_type"), serial_no.get("purchase_document_no")),
		(serial_no.get("delivery_document_type"), serial_no.get("delivery_document_no")),
		(serial_no.get("reference_doctype"), serial_no.get("reference_name")),
		(SALES_INVOICE, serial_no.get("sales_invoice")),
		(WORK_ORDER, serial_no.get("work_order")),
		(ASSET, serial_no.get("asset")),
	]


def _of_bundles(serial_no: str) -> list[tuple[str, str]]:
	"""Bundles that hold the unit, and the documents that they belong to."""
	rows = bundles_of_serial(serial_no)
	documents = [(BUNDLE, name) for name, _voucher_type, _voucher_no in rows]
	return documents + [(voucher_type, voucher_no) for _name, voucher_type, voucher_no in rows]


def _of_assets(serial_no: str, assets: set[str]) -> list[tuple[str, str]]:
	"""The Assets that the unit is or was, and what was done with them."""
	own = {*assets, *frappe.get_all(ASSET, filters={"serial_no": serial_no}, pluck="name")}
	documents = [(ASSET, name) for name in own]
	if own:
		for doctype, (table, document, asset) in ASSET_LINKS.items():
			names = frappe.get_all(table, filters={asset: ("in", list(own))}, pluck=document)
			documents += [(doctype, name) for name in names]
	return documents
