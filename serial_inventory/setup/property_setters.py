"""Property Setters as plain data: what the app changes in fields that are ERPNext's own."""

from __future__ import annotations

import json

from serial_inventory.constants import SERIAL_NO

SERIAL_TEXTS = (
	("Purchase Receipt Item", "serial_no"),
	("Purchase Receipt Item", "rejected_serial_no"),
	("Purchase Invoice Item", "serial_no"),
	("Purchase Invoice Item", "rejected_serial_no"),
	("Delivery Note Item", "serial_no"),
	("Sales Invoice Item", "serial_no"),
	("POS Invoice Item", "serial_no"),
	("Packed Item", "serial_no"),
	("Stock Entry Detail", "serial_no"),
	("Pick List Item", "serial_no"),
	("Subcontracting Receipt Item", "serial_no"),
	("Subcontracting Receipt Item", "rejected_serial_no"),
	("Subcontracting Receipt Supplied Item", "serial_no"),
	("Asset Capitalization Stock Item", "serial_no"),
	("Asset Repair Consumed Item", "serial_no"),
	("Maintenance Schedule Item", "serial_no"),
	("Maintenance Schedule Detail", "serial_no"),
	("Installation Note Item", "serial_no"),
)
"""Widened to hold a text of any length: ERPNext's TEXT ends at 65,535 bytes, which is about 5,000 serials."""

SERIAL_NO_ORDER = (
	*("details", "column_break0", "serial_no", "item_code", "item_name", "batch_no"),
	*("column_break1", "company", "item_group", "brand", "description"),
	*("stock_section", "status", "stock_column", "warehouse"),
	*("received_section", "supplier", "supplier_name", "purchase_rate"),
	*("received_column", "purchase_document_type", "purchase_document_no", "purchase_date"),
	*("delivered_section", "customer", "customer_name", "sales_invoice"),
	*("delivered_column", "delivery_document_type", "delivery_document_no", "delivery_date"),
	*("warranty_amc_details", "column_break6", "warranty_expiry_date", "amc_expiry_date"),
	*("column_break7", "maintenance_status", "warranty_period"),
	*("typed_warranty_expiry_date", "typed_warranty_period"),
	*("purpose_section", "serial_purpose", "serial_plan", "plan_type"),
	*(
		"term_column",
		"term_status",
		"term_start_date",
		"expiry_date",
		"typed_expiry_date",
		"next_term_change",
	),
	*("attributes_section", "attributes_column"),
	*("asset_details", "asset", "asset_status", "column_break_24", "location", "employee", "department"),
	*("more_info", "work_order", "column_break_2cmm"),
	*("source_document_section", "reference_doctype", "reference_name", "column_break_ctcx", "posting_date"),
	*("history_tab", "serial_history"),
)
"""The Serial No form from top to bottom, of both versions; Frappe leaves out what a version has not, and puts fields
of other apps where their own `insert_after` says."""

ASSET_STATUSES = (
	*("Draft", "Submitted", "Cancelled", "Partially Depreciated", "Fully Depreciated", "Sold", "Scrapped"),
	*("In Maintenance", "Out of Order", "Issue", "Receipt", "Transfer", "Capitalized", "Work In Progress"),
)
"""Serial No > Asset Status: what an Asset's own Status can be. ERPNext's three words are among them."""

SERIAL_NO_FIELDS = (
	("purchase_document_no", "label", "Purchase Document No", "Data"),
	("asset_details", "depends_on", "eval:doc.asset || doc.location || doc.employee", "Data"),
	("asset_status", "options", "\n".join(["", *ASSET_STATUSES]), "Text"),
	("more_info", "collapsible", "1", "Check"),
	("company", "in_list_view", "0", "Check"),
	("customer", "in_list_view", "1", "Check"),
	("customer", "in_standard_filter", "1", "Check"),
	("warehouse", "in_standard_filter", "1", "Check"),
	("maintenance_status", "in_standard_filter", "1", "Check"),
)
"""fieldname, property, value, property_type"""


def get_property_setters() -> list[dict]:
	"""Every Property Setter of the app: doctype, fieldname (None: the DocType's own), property, value, property_type."""
	return [
		*(
			_setter(doctype, fieldname, "fieldtype", "Long Text", "Data")
			for doctype, fieldname in SERIAL_TEXTS
		),
		# ERPNext fills this text by nothing and lets nobody type it
		_setter("Maintenance Schedule Item", "serial_no", "read_only", "0", "Check"),
		_setter(SERIAL_NO, None, "field_order", json.dumps(SERIAL_NO_ORDER), "Data"),
		*(_setter(SERIAL_NO, *properties) for properties in SERIAL_NO_FIELDS),
	]


def _setter(doctype: str, fieldname: str | None, property: str, value: str, property_type: str) -> dict:
	return {
		"doctype": doctype,
		"fieldname": fieldname,
		"property": property,
		"value": value,
		"property_type": property_type,
	}
