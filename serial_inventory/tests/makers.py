"""One realistic company, Northwind Devices, and short ways to make its documents."""

from __future__ import annotations

import frappe
from frappe.utils import today

COMPANY = "Northwind Devices"
ABBR = "ND"
SUPPLIER = "Contoso Electronics"
CUSTOMER = "Fabrikam Hospitals"
OTHER_CUSTOMER = "Adventure Works Clinics"


def warehouse(name: str) -> str:
	return f"{name} - {ABBR}"


STORES = warehouse("Stores")
SHOP = warehouse("Finished Goods")
REJECTED = warehouse("Returned Units")


def masters() -> None:
	"""What every test stands on; made once, committed by nobody but the first test run's setup."""
	_ensure("Warehouse", REJECTED, {"warehouse_name": "Returned Units", "company": COMPANY})
	_ensure("Supplier", SUPPLIER, {"supplier_name": SUPPLIER, "supplier_group": "All Supplier Groups"})
	for customer in (CUSTOMER, OTHER_CUSTOMER):
		_ensure(
			"Customer",
			customer,
			{
				"customer_name": customer,
				"customer_group": "All Customer Groups",
				"territory": "All Territories",
			},
		)
	_ensure("Brand", "Northwind", {"brand": "Northwind"})


def _ensure(doctype: str, name: str, values: dict) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def item(item_code: str = "ROUTER-X1", series: str | None = "RT-.#####", **values):
	"""A serialized Item, made new under a code that is not there yet."""
	doc = {
		"doctype": "Item",
		"item_code": item_code,
		"item_name": f"{item_code} dual-band router",
		"description": f"{item_code}, dual band, 4 ports",
		"item_group": "Products",
		"brand": "Northwind",
		"stock_uom": "Nos",
		"is_stock_item": 1,
		"has_serial_no": 1,
		"serial_no_series": series,
		"valuation_rate": 100,
		"warranty_period": 365,
		**values,
	}
	return frappe.get_doc(doc).insert(ignore_permissions=True)


def _document(doctype: str, rows: list[dict], submit: bool, values: dict):
	doc = frappe.get_doc(
		{
			"doctype": doctype,
			"company": COMPANY,
			"posting_date": values.pop("posting_date", today()),
			**values,
		}
	)
	if values.get("posting_time") or doc.posting_date != today():
		doc.set_posting_time = 1
	for row in rows:
		doc.append("items", row)
	doc.insert()
	if submit:
		doc.submit()
	return doc


def buying_row(item_code: str, qty: float, serial_no: str | None = None, **values) -> dict:
	return {
		"item_code": item_code,
		"qty": qty,
		"received_qty": qty + values.get("rejected_qty", 0),
		"rate": 100,
		"warehouse": STORES,
		"serial_no": serial_no,
		"use_serial_batch_fields": 1 if serial_no else 0,
		"conversion_factor": 1,
		**values,
	}


def selling_row(item_code: str, qty: float, serial_no: str | None = None, **values) -> dict:
	return {
		"item_code": item_code,
		"qty": qty,
		"rate": 150,
		"warehouse": STORES,
		"serial_no": serial_no,
		"use_serial_batch_fields": 1 if serial_no else 0,
		**values,
	}


def purchase_receipt(*rows: dict, submit: bool = True, **values):
	return _document(
		"Purchase Receipt", list(rows), submit, {"supplier": SUPPLIER, "currency": "USD", **values}
	)


def purchase_invoice(*rows: dict, submit: bool = True, **values):
	values = {
		"supplier": SUPPLIER,
		"currency": "USD",
		"update_stock": 1,
		"bill_no": frappe.generate_hash(),
		**values,
	}
	return _document("Purchase Invoice", list(rows), submit, values)


def delivery_note(*rows: dict, submit: bool = True, **values):
	values = {"customer": CUSTOMER, "currency": "USD", "selling_price_list": "Standard Selling", **values}
	return _document("Delivery Note", list(rows), submit, values)


def sales_invoice(*rows: dict, submit: bool = True, **values):
	values = {"customer": CUSTOMER, "currency": "USD", "update_stock": 1, "due_date": today(), **values}
	return _document("Sales Invoice", list(rows), submit, values)


def stock_entry(purpose: str, *rows: dict, submit: bool = True, **values):
	values = {"purpose": purpose, "stock_entry_type": purpose, **values}
	return _document("Stock Entry", list(rows), submit, values)


def stock_row(
	item_code: str, qty: float, source=None, target=None, serial_no: str | None = None, **values
) -> dict:
	return {
		"item_code": item_code,
		"qty": qty,
		"s_warehouse": source,
		"t_warehouse": target,
		"basic_rate": 100,
		"serial_no": serial_no,
		"use_serial_batch_fields": 1 if serial_no else 0,
		**values,
	}


def stock_reconciliation(*rows: dict, submit: bool = True, **values):
	values = {"purpose": "Stock Reconciliation", "expense_account": f"Temporary Opening - {ABBR}", **values}
	return _document("Stock Reconciliation", list(rows), submit, values)


def billing_item(item_code: str, **values):
	"""An Item without stock, billed for time."""
	return item(item_code, None, is_stock_item=0, has_serial_no=0, warranty_period=0, **values)


def plan(plan_name: str, duration: int, unit: str, plan_type: str = "Paid", **values):
	doc = {"doctype": "Serial Plan", "plan_name": plan_name, "plan_type": plan_type}
	return frappe.get_doc({**doc, "duration": duration, "duration_unit": unit, **values}).insert()


def names(row, field: str = "serial_no") -> list[str]:
	"""The serials in a row's text."""
	return (row.get(field) or "").split("\n") if row.get(field) else []


def act_as(*roles: str) -> str:
	"""Go on as a user of the Desk who has these roles alone; returns the user's name."""
	email = f"{frappe.scrub('-'.join(roles))}@northwind.example"
	if not frappe.db.exists("User", email):
		user = {"doctype": "User", "email": email, "first_name": roles[0], "send_welcome_email": 0}
		frappe.get_doc(user).insert(ignore_permissions=True)
	user = frappe.get_doc("User", email)
	user.roles = []
	user.append_roles(*roles)
	user.save(ignore_permissions=True)
	frappe.set_user(email)
	return email
