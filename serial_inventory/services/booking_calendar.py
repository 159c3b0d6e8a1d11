"""Bookings for calendars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import frappe

from serial_inventory.constants import SERIAL_BOOKING, BookingStatus
from serial_inventory.services import bookings, clock

MOST = 3_000
"""Bookings drawn at once; a browser draws no more in good time."""

EVER = datetime(1900, 1, 1)

FIELDS = (
	"name",
	"title",
	"serial_no",
	"party_name",
	"party",
	"from_datetime",
	"to_datetime",
	"returned_on",
	"status",
	"color",
)


def events(start, end, filters: list | str | None = None) -> list[dict]:
	"""Bookings that take time between the moments, with the calendar's own filters, as far as the user may read them."""
	first, last = bookings.moment(start), bookings.moment(end)
	given = frappe.parse_json(filters) if isinstance(filters, str) else filters
	if isinstance(given, Mapping):
		given = [[SERIAL_BOOKING, name, "=", value] for name, value in given.items() if value]
	own = [
		[SERIAL_BOOKING, "docstatus", "in", [0, 1]],
		[SERIAL_BOOKING, "from_datetime", "between", [EVER, last]],  # "<" would be no use to an index
		[SERIAL_BOOKING, "to_datetime", ">", first],
	]
	rows = frappe.get_list(
		SERIAL_BOOKING,
		filters=[*(given or []), *own],
		fields=list(FIELDS),
		order_by="from_datetime",
		limit_page_length=MOST,
	)
	hidden = (BookingStatus.CANCELLED.value, BookingStatus.NO_SHOW.value)
	now = clock.now()
	return [{**row, "to_datetime": _end(row, now), "all_day": 0} for row in rows if row.status not in hidden]


def _end(row, now: datetime) -> datetime:
	"""Where the bar of a booking ends: with the return, or now where the unit is late."""
	if row.status == BookingStatus.RETURNED and row.returned_on:
		return row.returned_on
	return max(row.to_datetime, now) if row.status == BookingStatus.OVERDUE else row.to_datetime
