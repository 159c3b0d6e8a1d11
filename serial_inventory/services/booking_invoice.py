"""The Sales Invoice of a booking: a draft that a person completes."""

from __future__ import annotations

import frappe
from frappe import _

from serial_inventory.constants import ITEM, SALES_INVOICE, SERIAL_BOOKING
from serial_inventory.rules import bookings as rules
from serial_inventory.rules.problems import Problem
from serial_inventory.services import bookings, messages


def make(name: str) -> str:
	"""The draft Sales Invoice of a booking, made or found: its name. Its Item at the Item's rate, for the booking's length.

	Raises SerialNoError where the party is no Customer, PermissionError without the right to create invoices.
	"""
	doc, unit = bookings.held(name)
	if doc.sales_invoice:
		return doc.sales_invoice
	messages.refuse(_why_not(doc))
	invoice = _draft(doc, unit.rules.usual_hours)
	doc.db_set("sales_invoice", invoice.name)
	return invoice.name


def _why_not(doc) -> list[Problem]:
	if doc.party_type == "Customer":
		return []
	text = rules._("Booking {0} is for a {1}. Only a Customer gets a Sales Invoice: make one by hand.")
	return [Problem(text, (doc.name, _(doc.party_type)))]


def _draft(doc, usual_hours: float):
	item = frappe.get_cached_doc(ITEM, doc.item_code)
	uom = item.sales_uom or item.stock_uom
	start, end = frappe.utils.get_datetime(doc.from_datetime), frappe.utils.get_datetime(doc.to_datetime)
	invoice = frappe.new_doc(SALES_INVOICE)
	invoice.update({"customer": doc.party, "company": doc.company, "update_stock": 0})
	invoice.append(
		"items",
		{
			"item_code": doc.item_code,
			"qty": rules.units_of_time(start, end, uom, usual_hours),
			"uom": uom,
			"description": _("{0}: Serial No {1}, {2} to {3}").format(
				doc.item_name or doc.item_code, doc.serial_no, rules.shown(start), rules.shown(end)
			),
		},
	)
	invoice.set_missing_values()
	return invoice.insert()


def forget(invoice) -> None:
	"""A Sales Invoice that is cancelled or deleted leaves its bookings without one, so that it can go."""
	names = frappe.get_all(SERIAL_BOOKING, filters={"sales_invoice": invoice.name}, pluck="name")
	if names:
		table = frappe.qb.DocType(SERIAL_BOOKING)
		frappe.qb.update(table).set(table.sales_invoice, None).where(table.name.isin(names)).run()
