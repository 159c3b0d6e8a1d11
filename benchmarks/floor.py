"""The least that any way of doing it must pay: the rows themselves, in bulk INSERTs, and the commit."""

from __future__ import annotations

from collections.abc import Callable

import frappe
import makers
from frappe.utils import now

ROWS = 5_000
"""Rows a statement."""


def action(tale) -> Callable:
	"""n rows of Serial No and n of Serial and Batch Entry, with the columns that a receipt fills."""
	names = makers.typed(tale.item_code, tale.n).split("\n")
	serials = [_serial_no(name, tale.item_code) for name in names]
	entries = [_entry(name, index, tale.item_code) for index, name in enumerate(names, 1)]

	def write() -> None:
		_insert("Serial No", serials)
		_insert("Serial and Batch Entry", entries)

	return write


def clear(tale) -> None:
	"""The rows belong to no document; take them out again."""
	frappe.db.delete("Serial No", {"item_code": tale.item_code})
	frappe.db.delete("Serial and Batch Entry", {"parent": tale.item_code})


def _common(name: str) -> dict:
	moment, user = now(), "Administrator"
	return {"name": name, "creation": moment, "modified": moment, "owner": user, "modified_by": user}


def _serial_no(name: str, item_code: str) -> dict:
	return {
		**_common(name),
		"serial_no": name,
		"item_code": item_code,
		"item_name": item_code,
		"description": item_code,
		"warehouse": makers.warehouse(makers.SOURCE),
		"company": makers.company(),
		"status": "Active",
		"purchase_rate": 100,
	}


def _entry(name: str, index: int, item_code: str) -> dict:
	return {
		**_common(f"{item_code}-{index:x}"),
		"docstatus": 1,
		"idx": index,
		"parent": item_code,
		"parenttype": "Serial and Batch Bundle",
		"parentfield": "entries",
		"serial_no": name,
		"warehouse": makers.warehouse(makers.SOURCE),
		"qty": 1,
		"incoming_rate": 100,
		"stock_value_difference": 100,
	}


def _insert(doctype: str, rows: list[dict]) -> None:
	columns = ",".join(f"`{column}`" for column in rows[0])
	place = "(" + ",".join(["%s"] * len(rows[0])) + ")"
	for start in range(0, len(rows), ROWS):
		chunk = rows[start : start + ROWS]
		statement = f"INSERT INTO `tab{doctype}` ({columns}) VALUES {','.join([place] * len(chunk))}"
		frappe.db.sql(statement, [value for row in chunk for value in row.values()])
