"""Short ways to documents that need others before them: POS, subcontracting, orders, Work Orders, own companies."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, now_datetime, today

from serial_inventory.tests import makers
from serial_inventory.tests.makers import ABBR, COMPANY

SUPPLIERS_STORE = makers.warehouse("At the Supplier")
TRANSIT = makers.warehouse("Under Way")
OWN_CUSTOMER, OWN_SUPPLIER = "Northwind Own Customer", "Northwind Devices Supplier"
"""The company itself; ERPNext allows one Supplier for each company that it represents."""
RETAIL, RETAIL_ABBR = "Northwind Retail", "NR"
RETAIL_CUSTOMER = "Northwind Retail Customer"
OWN_PRICE_LIST = "Between Own Companies"
RETAIL_STORES = f"Stores - {RETAIL_ABBR}"


def has_field(doctype: str, fieldname: str) -> bool:
	return frappe.get_meta(doctype).has_field(fieldname)


def ensure_warehouse(name: str) -> None:
	if not frappe.db.exists("Warehouse", name):
		values = {"warehouse_name": name.removesuffix(f" - {ABBR}"), "company": COMPANY}
		frappe.get_doc({"doctype": "Warehouse", **values}).insert()


# --- selling --------------------------------------------------------------------------------------


def sales_order(item_code: str, qty: float, **row):
	doc = {
		"doctype": "Sales Order",
		"company": COMPANY,
		"customer": makers.CUSTOMER,
		"currency": "USD",
		"transaction_date": add_days(today(), -3),
		"delivery_date": today(),
		"items": [{"item_code": item_code, "qty": qty, "rate": 150, "warehouse": makers.STORES, **row}],
	}
	order = frappe.get_doc(doc).insert()
	order.submit()
	return order


def reserve(order, serial_no: str | None = None):
	"""Reserve an order's only row, of these serials or of any; returns the Stock Reservation Entry."""
	frappe.db.set_single_value("Stock Settings", "enable_stock_reservation", 1)
	frappe.db.set_single_value("Stock Settings", "auto_reserve_serial_and_batch", 0 if serial_no else 1)
	row = order.items[0]
	doc = {
		"doctype": "Stock Reservation Entry",
		"company": COMPANY,
		"item_code": row.item_code,
		"warehouse": row.warehouse,
		"has_serial_no": 1,
		"voucher_type": order.doctype,
		"voucher_no": order.name,
		"voucher_detail_no": row.name,
		"voucher_qty": row.qty,
		"available_qty": row.qty,
		"reserved_qty": row.qty,
		"stock_uom": "Nos",
		"reservation_based_on": "Serial and Batch" if serial_no else "Qty",
	}
	entry = frappe.get_doc(doc)
	for name in (serial_no or "").split():
		entry.append("sb_entries", {"serial_no": name, "qty": 1, "warehouse": row.warehouse})
	entry.insert()
	entry.submit()
	return entry


def pick_list(item_code: str, serial_no: str, submit: bool = True, qty: float = 2):
	"""A Pick List for an order of two, of these serials in Stores."""
	from erpnext.selling.doctype.sales_order.sales_order import create_pick_list

	doc = create_pick_list(sales_order(item_code, 2).name)
	doc.pick_manually = 1
	row = doc.locations[0]
	doc.locations = [row]
	row.update({"warehouse": makers.STORES, "qty": qty, "stock_qty": qty, "picked_qty": qty})
	row.update({"serial_no": serial_no, "use_serial_batch_fields": 1})
	doc.insert()
	if submit:
		doc.submit()
	return doc


# --- the shop ---------------------------------------------------------------------------------------


def open_shop():
	"""A POS Profile with an open shift; returns the POS Opening Entry."""
	if has_field("POS Settings", "invoice_type"):
		frappe.db.set_single_value("POS Settings", "invoice_type", "POS Invoice")
	cash = f"Cash - {ABBR}"
	mode = frappe.get_doc("Mode of Payment", "Cash")
	if not any(row.company == COMPANY for row in mode.accounts):
		mode.append("accounts", {"company": COMPANY, "default_account": cash})
		mode.save()
	profile = {
		"doctype": "POS Profile",
		"name": "Northwind Shop",
		"__newname": "Northwind Shop",
		"company": COMPANY,
		"currency": "USD",
		"warehouse": makers.STORES,
		"selling_price_list": "Standard Selling",
		"customer": makers.CUSTOMER,
		"cost_center": f"Main - {ABBR}",
		"income_account": f"Sales - {ABBR}",
		"expense_account": f"Cost of Goods Sold - {ABBR}",
		"write_off_account": f"Write Off - {ABBR}",
		"write_off_cost_center": f"Main - {ABBR}",
		"account_for_change_amount": cash,
		"payments": [{"mode_of_payment": "Cash", "default": 1}],
	}
	profile = frappe.get_doc(profile).insert()
	opening = {
		"doctype": "POS Opening Entry",
		"company": COMPANY,
		"pos_profile": profile.name,
		"user": frappe.session.user,
		"period_start_date": now_datetime(),
		"balance_details": [{"mode_of_payment": "Cash", "opening_amount": 0}],
	}
	opening = frappe.get_doc(opening).insert()
	opening.submit()
	return opening


def pos_invoice(item_code: str, serial_no: str, submit: bool = True, **row):
	qty = row.pop("qty", len(serial_no.split()))
	doc = frappe.new_doc("POS Invoice")
	doc.update(
		{
			"company": COMPANY,
			"customer": makers.CUSTOMER,
			"is_pos": 1,
			"update_stock": 1,
			"pos_profile": "Northwind Shop",
			"currency": "USD",
			"posting_date": today(),
		}
	)
	doc.append("items", makers.selling_row(item_code, qty, serial_no, **row))
	doc.append("payments", {"mode_of_payment": "Cash", "account": f"Cash - {ABBR}", "amount": abs(qty) * 150})
	doc.insert()
	if submit:
		doc.submit()
	return doc


def pos_return(invoice, serial_no: str):
	from erpnext.accounts.doctype.pos_invoice.pos_invoice import make_sales_return

	back = make_sales_return(invoice.name)
	row = back.items[0]
	row.qty = -len(serial_no.split())
	row.update({"serial_no": serial_no, "use_serial_batch_fields": 1, "serial_and_batch_bundle": None})
	back.set("payments", [])
	amount = row.qty * 150
	back.append("payments", {"mode_of_payment": "Cash", "account": f"Cash - {ABBR}", "amount": amount})
	back.paid_amount = amount
	back.insert()
	back.submit()
	return back


def close_shop(opening):
	"""The POS Closing Entry, which consolidates the shift's invoices into a Sales Invoice."""
	from erpnext.accounts.doctype.pos_closing_entry.pos_closing_entry import make_closing_entry_from_opening

	closing = make_closing_entry_from_opening(opening)
	for row in closing.payment_reconciliation:
		row.closing_amount = row.expected_amount
	closing.insert()
	closing.submit()
	return closing


# --- making -----------------------------------------------------------------------------------------


def bom(item_code: str, *parts: tuple[str, float]):
	doc = {
		"doctype": "BOM",
		"item": item_code,
		"company": COMPANY,
		"quantity": 1,
		"currency": "USD",
		"rm_cost_as_per": "Valuation Rate",
		"items": [
			{"item_code": part, "qty": qty, "rate": 100, "source_warehouse": makers.STORES}
			for part, qty in parts
		],
	}
	doc = frappe.get_doc(doc).insert()
	doc.submit()
	return doc


def work_order(item_code: str, qty: float, **values):
	doc = {
		"doctype": "Work Order",
		"production_item": item_code,
		"bom_no": frappe.db.get_value("BOM", {"item": item_code, "docstatus": 1}),
		"qty": qty,
		"company": COMPANY,
		"source_warehouse": makers.STORES,
		"wip_warehouse": makers.warehouse("Work In Progress"),
		"fg_warehouse": makers.SHOP,
		"planned_start_date": now_datetime(),
		"stock_uom": "Nos",
		**values,
	}
	doc = frappe.get_doc(doc)
	doc.set_work_order_operations()
	doc.get_items_and_operations_from_bom()
	for row in doc.required_items:
		row.source_warehouse = makers.STORES
	doc.insert()
	doc.submit()
	return doc


def work_order_entry(order, purpose: str, qty: float, **serials):
	"""The Work Order's Stock Entry for a purpose, as a draft in memory; `serials` are texts by Item, _ for -."""
	from erpnext.manufacturing.doctype.work_order.work_order import make_stock_entry

	entry = frappe.get_doc(make_stock_entry(order.name, purpose, qty))
	for row in entry.items:
		if text := serials.get(row.item_code.replace("-", "_")):
			row.update({"serial_no": text, "use_serial_batch_fields": 1, "serial_and_batch_bundle": None})
	return entry


# --- subcontracting ---------------------------------------------------------------------------------


def subcontracting_order(finished: str, part: str, qty: float):
	"""An order for `qty` finished ones, each of one part that the company supplies."""
	ensure_warehouse(SUPPLIERS_STORE)
	makers.item("ASSEMBLY", None, is_stock_item=0, has_serial_no=0)
	bom(finished, (part, 1))
	order = frappe.get_doc(
		{
			"doctype": "Purchase Order",
			"company": COMPANY,
			"supplier": makers.SUPPLIER,
			"currency": "USD",
			"is_subcontracted": 1,
			"supplier_warehouse": SUPPLIERS_STORE,
			"transaction_date": add_days(today(), -5),
			"schedule_date": today(),
			"items": [
				{
					"item_code": "ASSEMBLY",
					"qty": qty,
					"rate": 20,
					"fg_item": finished,
					"fg_item_qty": qty,
					"warehouse": makers.STORES,
					"schedule_date": today(),
				}
			],
		}
	).insert()
	order.submit()
	from erpnext.buying.doctype.purchase_order.purchase_order import make_subcontracting_order

	order = make_subcontracting_order(order.name)
	order.supplier_warehouse = SUPPLIERS_STORE
	for row in order.items:
		row.warehouse = makers.STORES
	order.insert()
	for row in order.supplied_items:
		row.reserve_warehouse = makers.STORES
	order.save()
	order.submit()
	return order


def send_to_subcontractor(order, serial_no: str | None, **moment):
	from erpnext.controllers.subcontracting_controller import make_rm_stock_entry

	entry = frappe.get_doc(make_rm_stock_entry(order.name))
	entry.update({"set_posting_time": 1, **moment})
	for row in entry.items:
		row.update({"serial_no": serial_no, "use_serial_batch_fields": 1 if serial_no else 0})
		row.s_warehouse, row.t_warehouse = makers.STORES, SUPPLIERS_STORE
	entry.insert()
	entry.submit()
	return entry


def subcontracting_receipt(order, submit: bool = True, row=None, **moment):
	from erpnext.subcontracting.doctype.subcontracting_order.subcontracting_order import (
		make_subcontracting_receipt,
	)

	receipt = make_subcontracting_receipt(order.name)
	receipt.update({"set_posting_time": 1, **moment})
	receipt.items[0].update({"warehouse": makers.STORES, **(row or {})})
	receipt.insert()
	if submit:
		receipt.submit()
	return receipt


# --- assets -----------------------------------------------------------------------------------------


def composite_asset():
	"""An Asset that is built of stock items; returns it, not submitted yet."""
	account = frappe.db.get_value("Account", {"company": COMPANY, "account_type": "Fixed Asset"})
	frappe.get_doc({"doctype": "Location", "location_name": "Head Office"}).insert()
	frappe.get_doc(
		{
			"doctype": "Asset Category",
			"asset_category_name": "Racks",
			"enable_cwip_accounting": 0,
			"accounts": [{"company_name": COMPANY, "fixed_asset_account": account}],
		}
	).insert()
	makers.item(
		"RACK-1",
		None,
		is_stock_item=0,
		has_serial_no=0,
		is_fixed_asset=1,
		asset_category="Racks",
		valuation_rate=0,
	)
	doc = {
		"doctype": "Asset",
		"item_code": "RACK-1",
		"asset_name": "Rack 1",
		"company": COMPANY,
		"location": "Head Office",
		"purchase_date": add_days(today(), -5),
		"available_for_use_date": today(),
		"calculate_depreciation": 0,
		"gross_purchase_amount": 0,
		"net_purchase_amount": 0,
		"purchase_amount": 0,
		"total_asset_cost": 0,
	}
	if has_field("Asset", "is_composite_asset"):
		doc["is_composite_asset"] = 1
	else:
		doc["asset_type"] = "Composite Asset"
	return frappe.get_doc(doc).insert()


def asset_capitalization(
	asset, item_code: str, serial_no: str, submit: bool = True, qty: float | None = None, **moment
):
	doc = frappe.new_doc("Asset Capitalization")
	doc.update(
		{
			"company": COMPANY,
			"target_item_code": asset.item_code,
			"target_asset": asset.name,
			"target_qty": 1,
			"set_posting_time": 1,
			**moment,
		}
	)
	if has_field(doc.doctype, "capitalization_method"):
		doc.capitalization_method = "Choose a WIP composite asset"
	row = {"item_code": item_code, "warehouse": makers.STORES, "stock_qty": qty or len(serial_no.split())}
	doc.append("stock_items", {**row, "serial_no": serial_no, "use_serial_batch_fields": 1})
	doc.insert()
	if submit:
		doc.submit()
	return doc


# --- own companies ----------------------------------------------------------------------------------


def retail_company() -> None:
	"""A second company of the same owners, whose books the first one's documents must not touch."""
	if not frappe.db.exists("Price List", OWN_PRICE_LIST):
		values = {"price_list_name": OWN_PRICE_LIST, "currency": "USD", "buying": 1, "selling": 1}
		frappe.get_doc({"doctype": "Price List", **values}).insert()
	if not frappe.db.exists("Company", RETAIL):
		frappe.get_doc(
			{
				"doctype": "Company",
				"company_name": RETAIL,
				"abbr": RETAIL_ABBR,
				"default_currency": "USD",
				"country": "United States",
				"chart_of_accounts": "Standard",
			}
		).insert()


def own_party(doctype: str, name: str, represents: str, deals_with: str) -> None:
	"""A Customer or Supplier that is a company of the same owners, and may deal with `deals_with`."""
	if frappe.db.exists(doctype, name):
		party = frappe.get_doc(doctype, name)
		if deals_with not in [row.company for row in party.companies]:
			party.append("companies", {"company": deals_with})
			party.save()
		return
	kind = doctype.lower()
	values = {
		f"{kind}_name": name,
		f"{kind}_group": f"All {doctype} Groups",
		f"is_internal_{kind}": 1,
		"represents_company": represents,
		"companies": [{"company": deals_with}],
	}
	if doctype == "Customer":
		values["territory"] = "All Territories"
	frappe.get_doc({"doctype": doctype, **values}).insert()


def received_from(note, warehouse: str, **moment):
	"""The Purchase Receipt of what a Delivery Note sent to an own company."""
	from erpnext.stock.doctype.delivery_note.delivery_note import make_inter_company_purchase_receipt

	receipt = make_inter_company_purchase_receipt(note.name)
	receipt.update({"set_posting_time": 1, **moment})
	for row in receipt.items:
		row.warehouse = warehouse
	receipt.insert()
	receipt.submit()
	return receipt


# --- landed cost --------------------------------------------------------------------------------------


def landed_cost_voucher(receipt, amount: float = 40, submit: bool = True):
	doc = {
		"doctype": "Landed Cost Voucher",
		"company": COMPANY,
		"posting_date": today(),
		"distribute_charges_based_on": "Qty",
		"purchase_receipts": [
			{
				"receipt_document_type": receipt.doctype,
				"receipt_document": receipt.name,
				"supplier": makers.SUPPLIER,
				"posting_date": receipt.posting_date,
				"grand_total": receipt.base_grand_total,
			}
		],
		"taxes": [
			{
				"description": "Freight",
				"amount": amount,
				"expense_account": f"Freight and Forwarding Charges - {ABBR}",
			}
		],
	}
	doc = frappe.get_doc(doc)
	doc.get_items_from_purchase_receipts()
	doc.insert()
	if submit:
		doc.submit()
	return doc
