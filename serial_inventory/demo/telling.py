"""What the stories of the demo share: documents made, and what each did to each Serial No printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import frappe
from frappe.utils import strip_html, today

from serial_inventory.constants import ITEM, SERIAL_NO
from serial_inventory.rules import story
from serial_inventory.rules.units import Unit
from serial_inventory.services import register
from serial_inventory.services.messages import SerialNoError
from serial_inventory.setup import demo_company

SUPPLIER, CUSTOMER = "Contoso Electronics", "Fabrikam Hospitals"


def tell(item_codes: Sequence[str], what: str, act: Callable[[], object]) -> object | None:
	"""Do it, commit it, and print what it did to each Serial No of the Items, as the database has it.

	Returns the document; None where it was refused.
	"""
	before = _units(item_codes)
	refusal = None
	try:
		doc = act()
	except SerialNoError as error:
		frappe.db.rollback()
		doc, refusal = None, strip_html(str(error))
	frappe.db.commit()
	if refusal:
		print(f"\nA document {what}: REFUSED\n    {refusal}")
	else:
		print(f"\n{doc.doctype} {doc.name} {what}" if doc else f"\n{what}")
	after = _units(item_codes)
	changed = [(before.get(name), unit) for name, unit in after.items() if unit != before.get(name)]
	for line in story.told(changed, is_detailed=True):
		print(f"    {line}")
	return doc


def _units(item_codes: Sequence[str]) -> dict[str, Unit]:
	filters = {"item_code": ("in", list(item_codes))}
	names = frappe.get_all(SERIAL_NO, filters=filters, order_by="creation, name", pluck="name")
	found = register.units(names)
	return {name: found[name] for name in names}


def submit(doctype: str, values: dict, *rows: dict):
	"""A document of the demo company, of today unless `values` say otherwise."""
	doc = frappe.get_doc(
		{"doctype": doctype, "company": demo_company.COMPANY, "posting_date": today(), **values}
	)
	doc.set_posting_time = 1
	for values_of_row in rows:
		doc.append("items", values_of_row)
	doc.insert()
	doc.submit()
	return doc


def cancel(doc):
	doc.reload()
	doc.cancel()
	return doc


def row(item_code: str, qty: int, serial_no: str | None = None, **values) -> dict:
	return {
		"item_code": item_code,
		"qty": qty,
		"serial_no": serial_no,
		"use_serial_batch_fields": 1 if serial_no else 0,
		**values,
	}


def unused_range(item_code: str, prefix: str, count: int) -> str:
	"""Serial numbers of an Item that go on where the last run ended, typed as a range."""
	last = frappe.db.count(SERIAL_NO, {"item_code": item_code})
	return f"{prefix}-{last + 1:05d}..{prefix}-{last + count:05d}"


def warehouse(name: str) -> str:
	return f"{name} - {frappe.get_cached_value('Company', demo_company.COMPANY, 'abbr')}"


def ensure_parties() -> None:
	ensure("Supplier", SUPPLIER, {"supplier_name": SUPPLIER, "supplier_group": "All Supplier Groups"})
	customer = {
		"customer_name": CUSTOMER,
		"customer_group": "All Customer Groups",
		"territory": "All Territories",
	}
	ensure("Customer", CUSTOMER, customer)


def ensure_item(item_code: str, item_name: str, **values) -> None:
	"""A serialized Item, unless it is there."""
	item = {
		"item_code": item_code,
		"item_name": item_name,
		"item_group": "Products",
		"stock_uom": "Nos",
		"is_stock_item": 1,
		"has_serial_no": 1,
		**values,
	}
	ensure(ITEM, item_code, item)


def ensure(doctype: str, name: str, values: dict) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
