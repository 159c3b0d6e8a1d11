"""The present moment as bookings see it, and days as people type them."""

from datetime import date, datetime

import frappe
from frappe.utils import get_datetime, getdate, now_datetime


def now() -> datetime:
	"""Now in whole seconds, in the site's time zone; `frappe.flags.current_moment` where code sets one.

	Frappe's `frappe.flags.current_date` does the same for days.
	"""
	moment = frappe.flags.current_moment or now_datetime()
	return get_datetime(moment).replace(microsecond=0)


def day(value: object) -> date | None:
	"""A typed day; None where it is none, and where it is blank, which Frappe takes for today."""
	try:
		return getdate(str(value)) if value else None
	except frappe.ValidationError:
		frappe.clear_last_message()  # Frappe's own words for it; the caller has better ones
	except (ValueError, OverflowError):
		pass
	return None
