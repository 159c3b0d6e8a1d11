"""The units of an Item that lie in a warehouse, a page at a time, for picking: only those that the user may read."""

from __future__ import annotations

import frappe
from frappe.query_builder import Order
from frappe.query_builder.functions import Count
from frappe.utils import cint

from serial_inventory import erpnext_bundle
from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules.problems import Problem, _
from serial_inventory.services import bulk, messages, rights

PAGE = 100
MOST = 1_000

ORDERS = ("Oldest First", "Expiry First", "By Name")
"""Oldest is what ERPNext's FIFO takes first. By expiry, those that expire never come last."""

FIELDS = ("batch_no", "expiry_date", "warranty_expiry_date", "purchase_date", "purchase_document_no")


def find(
	item_code: str,
	warehouse: str,
	search: str | None = None,
	order: str | None = None,
	start: int | str = 0,
	limit: int | str = PAGE,
) -> dict:
	"""{serial_nos: [{serial_no, batch_no, expiry_date, …, is_reserved}], count: of all that match, has_more}.

	`search` is a part of the name or the batch. Raises PermissionError for who may not read Serial Nos.
	"""
	if order and order not in ORDERS:
		text = _("Serial Nos are not listed {0}. Choose one of: {1}.")
		messages.refuse([Problem(text, (order, ", ".join(ORDERS)))])
	start, limit = max(cint(start), 0), min(max(cint(limit) or PAGE, 1), MOST)
	table = frappe.qb.DocType(SERIAL_NO)
	fields = rights.readable_fields(SERIAL_NO, FIELDS)
	query = _query(item_code, warehouse, search)
	query = query.select(table.name.as_("serial_no"), *(table[name] for name in fields))
	rows = _ordered(query, order).offset(start).limit(limit + 1).run(as_dict=True)
	count = _query(item_code, warehouse, search).select(Count("*")).run()[0][0]
	kept = erpnext_bundle.kept(item_code) if rows else set()
	shown = [{**row, "is_reserved": row["serial_no"] in kept} for row in rows[:limit]]
	return {"serial_nos": shown, "count": count, "has_more": len(rows) > limit}


def _query(item_code: str, warehouse: str, search: str | None):
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).where((table.item_code == item_code) & (table.warehouse == warehouse))
	if search := (search or "").strip():
		like = f"%{bulk.literal(search)}%"
		query = query.where(table.name.like(like) | table.batch_no.like(like))
	return rights.readable(query, SERIAL_NO)


def _ordered(query, order: str | None):
	table = frappe.qb.DocType(SERIAL_NO)
	if order == "Expiry First":
		query = query.orderby(table.expiry_date.isnull()).orderby(table.expiry_date)
	if order != "By Name":
		query = query.orderby(table.creation, order=Order.asc)
	return query.orderby(table.name)
