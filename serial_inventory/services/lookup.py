"""Questions about Serial Nos, answered for a user: only what this user may read."""

from __future__ import annotations

from dataclasses import asdict

import frappe
from frappe import _
from frappe.utils import cint, getdate, nowdate

from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules.terms import Term, state, timeline
from serial_inventory.services import clock, terms

EXPIRING = (
	"name",
	"item_code",
	"item_name",
	"company",
	"customer",
	"serial_purpose",
	"serial_plan",
	"plan_type",
	"term_start_date",
	"expiry_date",
	"term_status",
)
MOST = 10_000
"""So many Serial Nos are told in one answer."""


def term_of(serial_no: str) -> dict:
	"""What a serial's terms say today, and the terms themselves; raises PermissionError without read permission."""
	doc = frappe.get_doc(SERIAL_NO, serial_no)
	doc.check_permission()
	found = terms.standing([doc.name]).get(doc.name, ())
	now_is = asdict(state(found, getdate(nowdate())))
	if not found:
		now_is.update(
			{name: doc.get(name) for name in ("serial_plan", "plan_type", "expiry_date", "term_status")}
		)
	return {"serial_no": doc.name, **now_is, "terms": [_told(term) for term in timeline(found)]}


def _told(term: Term) -> dict:
	told = asdict(term)
	del told["anchor_day"]
	return told


def expiring(from_date: str, to_date: str, limit: int = 0, start: int = 0) -> list[dict]:
	"""Serial Nos that the user may read and that expire between two days, both included, the soonest first."""
	first, last = clock.day(from_date), clock.day(to_date)
	if not first or not last:
		frappe.throw(_("Give both days, from_date and to_date, as 2026-01-31."))
	if first > last:
		frappe.throw(_("{0} comes after {1}. Give the earlier day first.").format(first, last))
	return frappe.get_list(
		SERIAL_NO,
		filters={"expiry_date": ("between", [first, last])},
		fields=list(EXPIRING),
		order_by="expiry_date, name",
		limit_start=cint(start),
		limit_page_length=min(cint(limit) or MOST, MOST),
	)
