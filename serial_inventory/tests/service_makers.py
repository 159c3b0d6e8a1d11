"""Documents that look after units, in the company Northwind Devices."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, nowdate

from serial_inventory.tests import makers


def purpose(name: str = "Serviced Test Device", **values) -> str:
	"""A purpose whose units are maintained; returns its name."""
	doc = {"doctype": "Serial Purpose", "purpose_name": name, "is_maintained": 1, **values}
	return frappe.get_doc(doc).insert().name


def schedule_row(item_code: str, serial_no: str | None = None, **values) -> dict:
	return {
		"item_code": item_code,
		"start_date": nowdate(),
		"end_date": add_days(nowdate(), 182),
		"periodicity": "Quarterly",
		"no_of_visits": 2,
		"serial_no": serial_no,
		**values,
	}


def maintenance_schedule(*rows: dict, submit: bool = True, **values):
	return _new("Maintenance Schedule", "items", rows, submit, transaction_date=nowdate(), **values)


def maintenance_bundle(item_code: str, serial_nos: list[str], **values) -> str:
	"""A bundle as the Maintenance Schedule's dialog makes it; returns its name."""
	doc = {
		"doctype": "Serial and Batch Bundle",
		"company": makers.COMPANY,
		"item_code": item_code,
		"type_of_transaction": "Maintenance",
		"voucher_type": "Maintenance Schedule",
		"has_serial_no": 1,
		"entries": [{"serial_no": name, "qty": 1} for name in serial_nos],
		**values,
	}
	return frappe.get_doc(doc).insert().name


def installation_note(delivery_note, *rows: dict, submit: bool = True, **values):
	"""Of a Delivery Note's rows as its own mapper gives them, changed by `rows` ({} leaves one as it is)."""
	from erpnext.stock.doctype.delivery_note.delivery_note import make_installation_note

	doc = make_installation_note(delivery_note.name)
	doc.update({"inst_date": nowdate(), "company": makers.COMPANY, **values})
	for row, changes in zip(doc.items, rows, strict=False):
		row.update(changes)
	doc.insert()
	if submit:
		doc.submit()
	return doc


def warranty_claim(serial_no: str | None = None, **values):
	doc = {
		"doctype": "Warranty Claim",
		"company": makers.COMPANY,
		"complaint_date": nowdate(),
		"complaint": "No light",
		"status": "Open",
		"serial_no": serial_no,
		**values,
	}
	return frappe.get_doc(doc).insert()


def issue(serial_no: str | None = None, **values):
	return frappe.get_doc(
		{"doctype": "Issue", "subject": "No light", "serial_no": serial_no, **values}
	).insert()


def _new(doctype: str, table: str, rows, submit: bool, **values):
	doc = frappe.get_doc(
		{"doctype": doctype, "company": makers.COMPANY, "customer": makers.CUSTOMER, **values}
	)
	for row in rows:
		doc.append(table, row)
	doc.insert()
	if submit:
		doc.submit()
	return doc
