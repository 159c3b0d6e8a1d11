"""Serial No History: what happened to one unit, the newest first."""

from __future__ import annotations

import frappe
from frappe import _

from serial_inventory.constants import SERIAL_NO
from serial_inventory.services import history
from serial_inventory.services.rights import column


def execute(filters=None):
	filters = frappe._dict(filters or {})
	if not filters.serial_no:
		return get_columns(), []
	doc = frappe.get_doc(SERIAL_NO, filters.serial_no)
	doc.check_permission()
	events, more = history.page(
		doc,
		limit=history.MOST,
		first=history.day(filters.from_date),
		last=history.day(filters.to_date),
		kinds=(filters.kind,) if filters.kind else (),
	)
	rows = [history.as_dict(event) for event in events]
	for row in rows:
		row["kind"] = _(row["kind"])
	return get_columns(), rows, _message(len(rows), more)


def get_columns() -> list[dict]:
	"""From, To and By are texts: they hold warehouses, parties and locations."""
	return [
		column("moment", _("Date"), "Datetime", width=190),
		column("kind", _("Event"), "Data", width=150),
		column("document_type", _("Document Type"), "Data", width=150),
		column("document", _("Document"), "Dynamic Link", "document_type", 190),
		column("from", _("From"), "Data", width=180),
		column("to", _("To"), "Data", width=180),
		column("party_type", _("Party Type"), "Data", width=100),
		column("party", _("Party"), "Dynamic Link", "party_type", 180),
		column("who", _("By"), "Data", width=180),
		column("note", _("Note"), "Data", width=420),
	]


def _message(count: int, more: str | None) -> str | None:
	if more:
		return _("The newest {0} events are shown; choose an earlier To Date to see others.").format(count)
	return None if count else _("Nothing of this kind has happened to this Serial No in this time.")
