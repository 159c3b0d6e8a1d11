"""Free Serial Nos: units that can be booked from one moment to another."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from serial_inventory.constants import ITEM, SERIAL_BOOKING, SERIAL_NO, SERIAL_PURPOSE
from serial_inventory.services import free
from serial_inventory.services.rights import column


def execute(filters=None):
	filters = frappe._dict(filters or {})
	if not (filters.from_datetime and filters.to_datetime):
		return get_columns(), [], _("Choose from when to when.")
	frappe.has_permission(SERIAL_BOOKING, "read", throw=True)
	limit = cint(filters.limit) or free.LIMIT
	attributes = {"warehouse": filters.warehouse} if filters.warehouse else None
	rows = free.find(
		filters.from_datetime,
		filters.to_datetime,
		filters.item_code or None,
		filters.serial_purpose or None,
		attributes,
		limit,
	)
	return get_columns(), rows, _message(len(rows), limit)


def get_columns() -> list[dict]:
	return [
		column("serial_no", _("Serial No"), "Link", SERIAL_NO, 170),
		column("item_code", _("Item"), "Link", ITEM, 160),
		column("item_name", _("Item Name"), "Data", width=200),
		column("serial_purpose", _("Serial Purpose"), "Link", SERIAL_PURPOSE, 150),
		column("warehouse", _("Warehouse"), "Link", "Warehouse", 170),
		column("free_until", _("Next Booking From"), "Datetime", width=190),
	]


def _message(count: int, limit: int) -> str | None:
	if count >= limit:
		return _("The first {0} are shown; raise the limit to see more.").format(limit)
	return None if count else _("No unit is free for all of that time.")
