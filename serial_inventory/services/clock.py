"""The present moment as bookings see it."""

from datetime import datetime

import frappe
from frappe.utils import get_datetime, now_datetime


def now() -> datetime:
	"""Now in whole seconds, in the site's time zone; `frappe.flags.current_moment` where code sets one.

	Frappe's `frappe.flags.current_date` does the same for days.
	"""
	moment = frappe.flags.current_moment or now_datetime()
	return get_datetime(moment).replace(microsecond=0)
