import frappe
from frappe.model.document import Document

from serial_inventory.services import bookings


class SerialBooking(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amended_from: DF.Link | None
		busy_until: DF.Datetime | None
		checked_out_by: DF.Link | None
		checked_out_on: DF.Datetime | None
		color: DF.Color | None
		company: DF.Link
		days_late: DF.Int
		from_datetime: DF.Datetime
		item_code: DF.Link | None
		item_name: DF.Data | None
		naming_series: DF.Literal["SER-BKG-.YYYY.-"]
		party: DF.DynamicLink
		party_name: DF.Data | None
		party_type: DF.Link
		returned_by: DF.Link | None
		returned_on: DF.Datetime | None
		sales_invoice: DF.Link | None
		serial_no: DF.Link
		serial_purpose: DF.Link | None
		status: DF.Literal["", "Booked", "Out", "Returned", "Overdue", "Cancelled", "No-show"]
		subject: DF.Data | None
		times_extended: DF.Int
		title: DF.Data | None
		to_datetime: DF.Datetime
	# end: auto-generated types

	def check_if_latest(self):
		"""Frappe locks the booking's row here, so the unit's comes first: all take the locks in one order."""
		bookings.hold(self)
		super().check_if_latest()

	def validate(self):
		bookings.check(self)

	def before_submit(self):
		bookings.submit(self)

	def on_submit(self):
		bookings.check_inserted(self)

	def before_cancel(self):
		bookings.cancel(self)


def on_doctype_update():
	"""What each index is for stands in docs/bookings.md. The first two never change once a booking is there."""
	frappe.db.add_index("Serial Booking", ["serial_no", "name"], "unit_bookings")
	frappe.db.add_index("Serial Booking", ["party", "name"], "party_bookings")
	frappe.db.add_index("Serial Booking", ["serial_no", "busy_until", "from_datetime"], "unit_busy")
	frappe.db.add_index("Serial Booking", ["status", "to_datetime"], "booking_due")
	frappe.db.add_index("Serial Booking", ["to_datetime", "from_datetime"], "booking_time")
	frappe.db.add_index("Serial Booking", ["item_code", "to_datetime", "from_datetime"], "item_time")
