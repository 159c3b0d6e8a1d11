"""Whitelisted calls. Each says who may make it, and leaves the work to one service."""

from __future__ import annotations

import frappe

from serial_inventory.constants import SERIAL_NO
from serial_inventory.services import integrity

REPAIRERS = ("Stock Manager", "System Manager")


@frappe.whitelist(methods=["POST"])
def repair_serial_nos(serial_nos: str | list[str]) -> dict:
	"""Make Serial Nos say what the stock ledger says of them (report Serial No Integrity).

	For Stock Managers and System Managers who may write Serial Nos; those that the user may not read are left alone.
	Returns {queued, repaired, sound, moved}: more than 2,000 are `queued` as a background job.
	"""
	if not set(REPAIRERS).intersection(frappe.get_roles()):
		message = frappe._("Only a Stock Manager or a System Manager repairs Serial Nos.")
		frappe.throw(message, frappe.PermissionError)
	frappe.has_permission(SERIAL_NO, "write", throw=True)
	names = frappe.parse_json(serial_nos)
	if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
		frappe.throw(frappe._("A list of Serial Nos is expected."))
	return integrity.start_repair(integrity.permitted(names))
