"""Serial No Positions: where every unit was at the end of a day."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, nowdate

from serial_inventory.constants import ITEM, SERIAL_NO
from serial_inventory.services import positions
from serial_inventory.services.rights import column

LIMIT = 1_000


def execute(filters=None):
	filters = frappe._dict(filters or {})
	scope = positions.Scope(filters.item_code or None, filters.warehouse or None, filters.customer or None)
	limit = min(cint(filters.limit) or LIMIT, positions.MOST)
	answer = positions.on(filters.as_on or nowdate(), scope, limit)
	rows = answer["positions"]
	for row in rows:
		row["status"] = _(row["status"])
	return get_columns(), rows, _message(len(rows), answer["next"])


def get_columns() -> list[dict]:
	return [
		column("serial_no", _("Serial No"), "Link", SERIAL_NO, 170),
		column("item_code", _("Item"), "Link", ITEM, 170),
		column("status", _("Status"), "Data", width=110),
		column("warehouse", _("Warehouse"), "Link", "Warehouse", 200),
		column("customer", _("Customer"), "Link", "Customer", 200),
		column("since", _("Since"), "Date", width=110),
		column("document_type", _("Document Type"), "Data", width=150),
		column("document", _("Document"), "Dynamic Link", "document_type", 190),
	]


def _message(count: int, more: str | None) -> str | None:
	if more:
		return _("The first {0} rows are shown; raise the limit or set a filter to see others.").format(count)
	return None if count else _("No Serial No of this kind was known on this day.")
