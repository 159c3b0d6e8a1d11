"""The documents that are measured: each story has one fresh Item, in the site's own company.

Self-contained, for it runs on a site without the app too: nothing here may import serial_inventory.
"""

from __future__ import annotations

import frappe
from frappe.utils import today

SUPPLIER = "Benchmark Supplier"
CUSTOMER = "Benchmark Customer"
SOURCE = "Benchmark Source"
TARGET = "Benchmark Target"

TYPED_TEXTS = (
	("Purchase Receipt Item", "serial_no"),
	("Delivery Note Item", "serial_no"),
	("Stock Entry Detail", "serial_no"),
)
"""The row texts that a story fills. ERPNext has them as TEXT, 65,535 bytes."""


def masters() -> None:
	"""What every story stands on; safe to run again."""
	_ensure("Supplier", SUPPLIER, supplier_name=SUPPLIER, supplier_group=_leaf("Supplier Group"))
	_ensure(
		"Customer",
		CUSTOMER,
		customer_name=CUSTOMER,
		customer_group=_leaf("Customer Group"),
		territory=_leaf("Territory"),
	)
	for name in (SOURCE, TARGET):
		_ensure("Warehouse", warehouse(name), warehouse_name=name, company=company())
	setting = "enable_serial_and_batch_no_for_item"  # ERPNext 16: without it every bundle fails
	if frappe.get_meta("Stock Settings").has_field(setting):
		frappe.db.set_single_value("Stock Settings", setting, 1)


def _ensure(doctype: str, name: str, **values) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert()


def _leaf(doctype: str) -> str:
	return frappe.db.get_value(doctype, {"is_group": 0}, "name")


def company() -> str:
	"""The site's default company, or its first."""
	name = frappe.defaults.get_global_default("company") or frappe.db.get_value("Company", {}, "name")
	return name or frappe.throw("The site has no Company: complete the setup wizard first.")


def warehouse(name: str) -> str:
	return f"{name} - {frappe.get_cached_value('Company', company(), 'abbr')}"


def item() -> str:
	"""A new serialized Item with a series of its own, for numbers as long as the typed ones."""
	code = f"BENCH-{frappe.generate_hash(length=8).upper()}"
	doc = {
		"doctype": "Item",
		"item_code": code,
		"item_name": f"{code} dual-band router",
		"description": f"{code}, dual band, 4 ports",
		"item_group": _leaf("Item Group"),
		"stock_uom": "Nos",
		"is_stock_item": 1,
		"has_serial_no": 1,
		"serial_no_series": f"{code}-.#######",
		"valuation_rate": 100,
		"warranty_period": 365,
	}
	return frappe.get_doc(doc).insert().name


def typed(item_code: str, n: int) -> str:
	"""n new serial numbers as a person pastes them, in order."""
	return "\n".join(f"{item_code}-{number:07d}" for number in range(1, n + 1))


def stocked(item_code: str) -> str:
	"""The serial numbers of the Item that are in the source warehouse, in order."""
	filters = {"item_code": item_code, "warehouse": warehouse(SOURCE)}
	return "\n".join(frappe.get_all("Serial No", filters=filters, pluck="name", order_by="name"))


def purchase_receipt(item_code: str, n: int, text: str | None = None):
	row = {"received_qty": n, "rate": 100, "warehouse": warehouse(SOURCE)}
	return _draft("Purchase Receipt", _row(item_code, n, text, **row), supplier=SUPPLIER)


def delivery_note(item_code: str, n: int, text: str | None = None):
	row = {"rate": 150, "warehouse": warehouse(SOURCE)}
	return _draft("Delivery Note", _row(item_code, n, text, **row), customer=CUSTOMER)


def transfer(item_code: str, n: int, text: str | None = None):
	row = {"s_warehouse": warehouse(SOURCE), "t_warehouse": warehouse(TARGET)}
	purpose = "Material Transfer"
	return _draft("Stock Entry", _row(item_code, n, text, **row), purpose=purpose, stock_entry_type=purpose)


def return_of(doctype: str, name: str):
	"""The draft that the form's Return button makes."""
	from erpnext.controllers.sales_and_purchase_return import make_return_doc

	return make_return_doc(doctype, name).insert()


def _row(item_code: str, n: int, text: str | None, **values) -> dict:
	return {
		"item_code": item_code,
		"qty": n,
		"conversion_factor": 1,
		"serial_no": text,
		"use_serial_batch_fields": 1 if text else 0,
		**values,
	}


def _draft(doctype: str, row: dict, **values):
	doc = {"doctype": doctype, "company": company(), "posting_date": today(), "items": [row], **values}
	return frappe.get_doc(doc).insert()
