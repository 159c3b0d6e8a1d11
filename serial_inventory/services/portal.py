"""A customer's own units on the website: those that are delivered to one of the customers whose Portal User asks.

Everything is asked for with those customers in the condition, whatever the request names. Serial No gets no website
permission of Frappe's: by it a customer could print the record, which names rates and suppliers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import frappe
from erpnext.controllers.website_list_for_contact import get_customers_suppliers
from frappe.query_builder.functions import Count
from frappe.utils import cint, getdate, nowdate

from serial_inventory.constants import DELIVERY_NOTE, SALES_INVOICE, SERIAL_NO, SERIAL_TERM, Status
from serial_inventory.rules.public_check import clean, warranty_status
from serial_inventory.rules.terms import Term, timeline
from serial_inventory.services import bulk, terms

ROLES = ("Customer", "Supplier")
"""ERPNext's own roles of the portal; others are of the Desk, where rights are another matter."""
LENGTH = 20
LISTED = (
	"name",
	"item_code",
	"item_name",
	"delivery_date",
	"warranty_expiry_date",
	"term_status",
	"expiry_date",
)
TOLD = (
	*LISTED,
	"amc_expiry_date",
	"plan_type",
	"serial_plan",
	"delivery_document_type",
	"delivery_document_no",
	"sales_invoice",
)
ROUTES = {DELIVERY_NOTE: "shipments", SALES_INVOICE: "invoices"}
"""ERPNext's pages of the documents that a customer may see."""


@dataclass(frozen=True, slots=True)
class Page:
	"""`rows` from the `start`-th (0 is the first) of `total` units."""

	rows: list[frappe._dict]
	start: int
	total: int


def own_customers() -> list[str]:
	"""The customers whose portal the user may see, by ERPNext's own rule."""
	if not set(ROLES).intersection(frappe.get_roles()):
		return []
	customers, _suppliers = get_customers_suppliers(SERIAL_NO, frappe.session.user)
	return customers or []


def page(search: object = "", start: object = 0) -> Page:
	"""A page of the user's own units, by name; `search` is a part of the serial or of the Item's name."""
	customers, start = own_customers(), min(max(cint(start), 0), 10**9)
	if not customers:
		return Page([], 0, 0)
	table = frappe.qb.DocType(SERIAL_NO)
	query = _own(table, customers)
	if text := clean(search):
		like = f"%{bulk.literal(text)}%"
		query = query.where(table.name.like(like) | table.item_name.like(like) | table.item_code.like(like))
	total = query.select(Count("*")).run()[0][0]
	rows = query.select(*(table[field] for field in LISTED)).orderby(table.name).limit(LENGTH).offset(start)
	return Page([_worded(row) for row in rows.run(as_dict=True)], start, total)


def unit(serial_no: object) -> frappe._dict | None:
	"""One of the user's own units with its terms and documents, None where it is not one of them."""
	customers = own_customers()
	if not customers:
		return None
	table = frappe.qb.DocType(SERIAL_NO)
	query = _own(table, customers).where(table.name == clean(serial_no))
	found = query.select(*(table[field] for field in TOLD)).run(as_dict=True)
	if not found:
		return None
	told = _worded(found[0])
	granted = _terms(told.name, customers)
	told.terms = timeline(granted)
	told.documents = _documents(told, granted, customers)
	return told


def _own(table, customers: Sequence[str]):
	"""The units that are delivered to the customers, and still there."""
	query = frappe.qb.from_(table).where(table.customer.isin(list(customers)))
	return query.where(table.status == Status.DELIVERED.value)


def _worded(row: frappe._dict) -> frappe._dict:
	row.warranty_status = warranty_status(row.warranty_expiry_date, getdate(nowdate()))
	return row


def _terms(serial_no: str, customers: Sequence[str]) -> list[Term]:
	"""What was granted to the customers: a unit that is sold a second time keeps the terms of its first customer."""
	rows = frappe.get_all(
		SERIAL_TERM,
		filters={"serial_no": serial_no, "is_cancelled": 0, "customer": ("in", customers)},
		fields=list(terms.ROW),
		order_by="creation, name",
		as_list=True,
	)
	return [Term(*row) for row in rows]


def _documents(row, granted: Sequence[Term], customers: Sequence[str]) -> list[dict]:
	"""The unit's Delivery Notes and Sales Invoices that are the customers' own: [{doctype, name, route, date}]."""
	named = [(row.delivery_document_type, row.delivery_document_no), (SALES_INVOICE, row.sales_invoice)]
	named += [(term.voucher_type, term.voucher_no) for term in granted]
	found = []
	for doctype, route in ROUTES.items():
		names = {name for one, name in named if one == doctype and name}
		for document in frappe.get_all(
			doctype,
			filters={"name": ("in", list(names)), "customer": ("in", customers), "docstatus": 1},
			fields=["name", "posting_date"],
			order_by="posting_date, name",
		):
			found.append({"doctype": doctype, "route": route, **document})
	return found
