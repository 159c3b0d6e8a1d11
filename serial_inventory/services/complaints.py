"""Warranty Claims and Issues about one unit: its Item and customer, and what covered it on the day of the complaint."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import escape_html, getdate, nowdate

from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules import service as rules
from serial_inventory.rules import units
from serial_inventory.rules.lines import Known
from serial_inventory.services import messages

CLOSED = ("Closed", "Cancelled")
FIELDS = ("name", "item_code", "customer", "warranty_expiry_date", "amc_expiry_date")


def fill(doc) -> None:
	"""The Item and the customer of the unit where the document has none."""
	unit = _unit(doc)
	if not unit:
		return
	for fieldname in ("item_code", "customer") if _is_staff() else ("item_code",):
		if not doc.get(fieldname) and unit.get(fieldname):
			doc.set(fieldname, unit.get(fieldname))


def check(doc) -> None:
	"""Refuse a unit that is not there (Frappe lets one pass where it fetches fields of it) and another Item than the
	unit's; another customer is told once, for a unit may have been sold on.

	Raises SerialNoError.
	"""
	serial_no, unit = doc.get("serial_no"), _unit(doc)
	if not serial_no:
		return
	known = Known(unit.name, unit.item_code) if unit else None
	messages.refuse(rules.check_pair(serial_no, doc.get("item_code"), known))
	is_new = doc.has_value_changed("serial_no") or doc.has_value_changed("customer")
	if is_new and _is_staff() and unit.customer and doc.customer and unit.customer != doc.customer:
		frappe.msgprint(
			_("Serial No {0} was delivered to {1}, not to {2}.").format(
				*(escape_html(name) for name in (unit.name, unit.customer, doc.customer))
			),
			title=_("Customer"),
			indicator="orange",
		)


def set_cover(doc) -> None:
	"""A Warranty Claim's status as of its complaint date; what a closed claim says stays as it was."""
	before = doc.get_doc_before_save()
	if before and before.status in CLOSED and doc.status in CLOSED:
		doc.warranty_amc_status = before.warranty_amc_status
		return
	unit = _unit(doc)
	if unit:
		doc.warranty_amc_status = _cover(unit, doc.complaint_date)
		doc.warranty_expiry_date = unit.warranty_expiry_date
		doc.amc_expiry_date = unit.amc_expiry_date


def cover_of(serial_no: str, day: str | None = None) -> dict:
	"""What covers a unit on a day (today if none); raises PermissionError without read permission."""
	doc = frappe.get_doc(SERIAL_NO, serial_no)
	doc.check_permission()
	facts = {name: doc.get(name) for name in FIELDS[1:]}
	return {"serial_no": doc.name, **facts, "warranty_amc_status": _cover(doc, day)}


def _cover(unit, day) -> str:
	expiries = (unit.get(name) for name in ("warranty_expiry_date", "amc_expiry_date"))
	warranty, contract = (getdate(expiry) if expiry else None for expiry in expiries)
	return units.maintenance_status(warranty, contract, getdate(day or nowdate())) or ""


def _is_staff() -> bool:
	"""Whether the user works here: those of the portal are not told whose a unit is."""
	return frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User"


def _unit(doc):
	name = doc.get("serial_no")
	return frappe.db.get_value(SERIAL_NO, name, list(FIELDS), as_dict=True) if name else None
