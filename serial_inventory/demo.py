"""The main job on a site, told as it happens: `bench --site SITE execute serial_inventory.demo.run`.

What is printed of each Serial No is read from the database, before and after each document. Run again, it goes on
with the same Items and new serial numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe.utils import strip_html, today

from serial_inventory.constants import DELIVERY_NOTE, ITEM, PURCHASE_RECEIPT, SERIAL_NO, STOCK_ENTRY
from serial_inventory.rules import story
from serial_inventory.rules.units import Unit
from serial_inventory.services import register
from serial_inventory.services.messages import SerialNoError
from serial_inventory.setup import demo_company

ROUTER, TABLET = "DEMO-ROUTER", "DEMO-TABLET"
SUPPLIER, CUSTOMER = "Contoso Electronics", "Fabrikam Hospitals"


def run() -> None:
	"""Receive, transfer, deliver, refuse and cancel, in documents of today, each committed."""
	demo_company.create()
	_make_masters()
	stores, shop = _warehouse("Stores"), _warehouse("Finished Goods")
	tablets = _unused_range(5)

	receipt = _tell(
		f"receives 5 of {ROUTER} with the Serial No column blank, and 5 of {TABLET} typed as {tablets}",
		lambda: _submit(
			PURCHASE_RECEIPT,
			{"supplier": SUPPLIER},
			_row(ROUTER, 5, rate=95, warehouse=stores),
			_row(TABLET, 5, tablets, rate=310, warehouse=stores),
		),
	)
	routers, typed = ([name for name in row.serial_no.split("\n")] for row in receipt.items)
	_tell(
		f"moves {routers[0]}+3 from {stores} to {shop}",
		lambda: _submit(
			STOCK_ENTRY,
			{"purpose": "Material Transfer", "stock_entry_type": "Material Transfer"},
			_row(ROUTER, 4, f"{routers[0]}+3", s_warehouse=stores, t_warehouse=shop),
		),
	)
	delivery = {"customer": CUSTOMER, "selling_price_list": "Standard Selling"}
	_tell(
		f"delivers 2 of {TABLET}, typed",
		lambda: _submit(
			DELIVERY_NOTE, delivery, _row(TABLET, 2, ", ".join(typed[:2]), rate=450, warehouse=stores)
		),
	)
	second = _tell(
		f"delivers 2 of {ROUTER} with the Serial No column blank: the oldest go",
		lambda: _submit(DELIVERY_NOTE, delivery, _row(ROUTER, 2, rate=150, warehouse=shop)),
	)
	_tell("is cancelled: the units are as they were before", lambda: _cancel(second))
	_tell(
		f"wants to deliver {routers[4]} from {shop}, where it is not",
		lambda: _submit(DELIVERY_NOTE, delivery, _row(ROUTER, 1, routers[4], rate=150, warehouse=shop)),
	)


def _tell(what: str, act: Callable[[], object]) -> object | None:
	"""Do it, and print what it did to each Serial No; returns the document, None where it was refused."""
	before = _units()
	try:
		doc = act()
	except SerialNoError as error:
		frappe.db.rollback()
		doc, refusal = None, strip_html(str(error))
	frappe.db.commit()
	print(f"\n{doc.doctype} {doc.name} {what}" if doc else f"\nA document {what}: REFUSED\n    {refusal}")
	changed = [(before.get(name), unit) for name, unit in _units().items() if unit != before.get(name)]
	for line in story.told(changed, is_detailed=True):
		print(f"    {line}")
	return doc


def _units() -> dict[str, Unit]:
	names = frappe.get_all(
		SERIAL_NO, filters={"item_code": ("in", [ROUTER, TABLET])}, order_by="creation, name", pluck="name"
	)
	found = register.units(names)
	return {name: found[name] for name in names}


def _submit(doctype: str, values: dict, *rows: dict):
	doc = frappe.get_doc(
		{"doctype": doctype, "company": demo_company.COMPANY, "posting_date": today(), **values}
	)
	for row in rows:
		doc.append("items", row)
	doc.insert()
	doc.submit()
	return doc


def _cancel(doc):
	doc.reload()
	doc.cancel()
	return doc


def _row(item_code: str, qty: int, serial_no: str | None = None, **values) -> dict:
	return {
		"item_code": item_code,
		"qty": qty,
		"serial_no": serial_no,
		"use_serial_batch_fields": 1 if serial_no else 0,
		**values,
	}


def _unused_range(count: int) -> str:
	"""Serial numbers for the tablets that go on where the last run ended, typed as a range."""
	last = frappe.db.count(SERIAL_NO, {"item_code": TABLET})
	return f"TAB-{last + 1:05d}..TAB-{last + count:05d}"


def _warehouse(name: str) -> str:
	return f"{name} - {frappe.get_cached_value('Company', demo_company.COMPANY, 'abbr')}"


def _make_masters() -> None:
	_ensure("Supplier", SUPPLIER, {"supplier_name": SUPPLIER, "supplier_group": "All Supplier Groups"})
	customer = {
		"customer_name": CUSTOMER,
		"customer_group": "All Customer Groups",
		"territory": "All Territories",
	}
	_ensure("Customer", CUSTOMER, customer)
	_make_item(ROUTER, "Dual-band router", 365, "DR-.#####")
	_make_item(TABLET, "Ward tablet", 730)


def _make_item(item_code: str, item_name: str, warranty_days: int, series: str | None = None) -> None:
	values = {
		"item_code": item_code,
		"item_name": item_name,
		"item_group": "Products",
		"stock_uom": "Nos",
		"is_stock_item": 1,
		"has_serial_no": 1,
		"serial_no_series": series,
		"warranty_period": warranty_days,
	}
	_ensure(ITEM, item_code, values)


def _ensure(doctype: str, name: str, values: dict) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
