"""Maintenance Status of every Serial No, each day."""

from __future__ import annotations

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import IfNull
from frappe.utils import nowdate

from serial_inventory.constants import SERIAL_NO, Maintenance


def refresh(today: str | None = None) -> None:
	"""Set the Maintenance Status of every Serial No whose status is not today's, in one statement.

	The cases say in SQL what `rules.units.maintenance_status` says in Python; a test holds the two together. ERPNext's
	own job loads one document a serial, and passes over those whose status was never set (NULL).
	"""
	today = today or nowdate()
	table = frappe.qb.DocType(SERIAL_NO)
	warranty, contract, status = table.warranty_expiry_date, table.amc_expiry_date, table.maintenance_status
	due = (
		Case()
		.when(warranty >= today, Maintenance.UNDER_WARRANTY.value)
		.when(contract >= today, Maintenance.UNDER_AMC.value)
		.when(contract < today, Maintenance.OUT_OF_AMC.value)
		.when(warranty < today, Maintenance.OUT_OF_WARRANTY.value)
		.else_("")
	)
	query = frappe.qb.update(table).set(status, due)
	query.where((warranty.isnotnull() | contract.isnotnull()) & (IfNull(status, "") != due)).run()
