"""The app's Custom Fields as plain data: install and migrate make them, uninstall removes them.

Fields of Serial No that ERPNext 13 had and later versions dropped bear their old names, so that a site that came
from there sees its old data again (Frappe keeps the columns of dropped fields).
"""

from __future__ import annotations

from serial_inventory.constants import (
	ITEM,
	MODULE,
	SERIAL_NO,
	SERIAL_PLAN,
	SERIAL_PURPOSE,
	PlanType,
	TermStatus,
)
from serial_inventory.setup.entering_fields import entering_fields
from serial_inventory.setup.service_fields import service_fields


def _(text: str) -> str:
	"""Mark a label for translation; the Desk translates labels itself."""
	return text


SUMMARY_ROWS = (
	"Purchase Receipt Item",
	"Purchase Invoice Item",
	"Delivery Note Item",
	"Sales Invoice Item",
	"Packed Item",
	"Stock Entry Detail",
)
"""Rows that show a summary in place of a text that would be too long."""

WAS_RECEIVED = "eval:doc.supplier || doc.purchase_document_no || doc.purchase_rate"
WAS_DELIVERED = "eval:doc.customer || doc.delivery_document_no || doc.sales_invoice"
"""When a section of the Serial No form has something to say."""


def get_custom_fields() -> dict[str, list[dict]]:
	"""Every Custom Field of the app, by DocType, in the form that Frappe's `create_custom_fields` takes."""
	fields = {
		SERIAL_NO: [*_serial_no_fields(), *_term_fields(), *_history_fields()],
		ITEM: _item_fields(),
		"Sales Invoice Item": [_renewal_field("serial_and_batch_bundle", _("Renew Serial Nos"))],
		"Subscription Plan Detail": [_renewal_field("qty", _("Serial Nos to Renew"))],
	}
	for more in (service_fields(), entering_fields()):
		for doctype, rows in more.items():
			fields.setdefault(doctype, []).extend(rows)
	for doctype in SUMMARY_ROWS:
		fields.setdefault(doctype, []).append(_summary_field(doctype))
	for rows in fields.values():
		for field in rows:
			field["module"] = MODULE
	return fields


def _fact(fieldname: str, label: str, fieldtype: str, insert_after: str, **more) -> dict:
	"""A field that documents fill in: seen by people, written by none of them."""
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"insert_after": insert_after,
		"read_only": 1,
		"no_copy": 1,
		**more,
	}


def _serial_no_fields() -> list[dict]:
	"""The order in which a form shows them is in property_setters.py; `insert_after` is where they stand without it.

	Document numbers are Data, which the form shows as links: ERPNext 15 has purchase_document_no so, and a Dynamic Link
	would refuse to save a Serial No whose document was deleted or whose document type an older version did not keep.
	"""
	return [
		_break("stock_section", "Section Break", "brand", _("Where It Is")),
		_break("stock_column", "Column Break", "stock_section"),
		_break("received_section", "Section Break", "stock_column", _("Received"), depends_on=WAS_RECEIVED),
		_fact(
			"supplier", _("Supplier"), "Link", "received_section", options="Supplier", in_standard_filter=1
		),
		_fact("supplier_name", _("Supplier Name"), "Data", "supplier"),
		_break("received_column", "Column Break", "supplier_name"),
		_document_type("purchase_document_type", _("Purchase Document Type"), "received_column"),
		_document_no("purchase_document_no", _("Purchase Document No"), "purchase_document_type"),
		_fact("purchase_date", _("Purchase Date"), "Date", "purchase_document_no"),
		_break(
			"delivered_section", "Section Break", "purchase_date", _("Delivered"), depends_on=WAS_DELIVERED
		),
		_fact("customer_name", _("Customer Name"), "Data", "delivered_section"),
		_fact("sales_invoice", _("Sales Invoice"), "Link", "customer_name", options="Sales Invoice"),
		_break("delivered_column", "Column Break", "sales_invoice"),
		_document_type("delivery_document_type", _("Delivery Document Type"), "delivered_column"),
		_document_no("delivery_document_no", _("Delivery Document No"), "delivery_document_type"),
		_fact("delivery_date", _("Delivery Date"), "Date", "delivery_document_no"),
		_fact(
			"typed_warranty_expiry_date",
			_("Warranty Expiry Date as Typed"),
			"Date",
			"delivery_date",
			hidden=1,
		),
		_fact(
			"typed_warranty_period",
			_("Warranty Period as Typed"),
			"Int",
			"typed_warranty_expiry_date",
			hidden=1,
		),
	]


def _term_fields() -> list[dict]:
	"""What a unit is used as, and what its terms make of it today (services/terms.py)."""
	return [
		_break("purpose_section", "Section Break", "typed_warranty_period", _("Purpose and Term")),
		{
			"fieldname": "serial_purpose",
			"label": _("Serial Purpose"),
			"fieldtype": "Link",
			"options": SERIAL_PURPOSE,
			"insert_after": "purpose_section",
			"in_standard_filter": 1,
			"search_index": 1,
		},
		_term_fact("serial_plan", _("Serial Plan"), "Link", "serial_purpose", options=SERIAL_PLAN),
		_term_fact("plan_type", _("Plan Type"), "Select", "serial_plan", options=_options(PlanType)),
		_break("term_column", "Column Break", "plan_type"),
		_term_fact(
			"term_status",
			_("Term Status"),
			"Select",
			"term_column",
			options=_options(TermStatus),
			read_only=1,
			in_standard_filter=1,
			search_index=1,
		),
		_term_fact("term_start_date", _("Term Start Date"), "Date", "term_status"),
		_term_fact("expiry_date", _("Expiry Date"), "Date", "term_start_date"),
		_fact("typed_expiry_date", _("Expiry Date as Typed"), "Date", "expiry_date", hidden=1),
		_fact(
			"next_term_change",
			_("Next Change of the Term"),
			"Date",
			"typed_expiry_date",
			hidden=1,
			search_index=1,
		),
		# what a purpose adds stands in here (rules/purposes.py)
		_break("attributes_section", "Section Break", "next_term_change", _("Attributes")),
		_break("attributes_column", "Column Break", "attributes_section"),
	]


def _history_fields() -> list[dict]:
	"""A tab of its own, which the form fills when it is opened (public/js/serial_no_history.js)."""
	return [
		_break(
			"history_tab", "Tab Break", "column_break_2cmm", _("History"), depends_on="eval:!doc.__islocal"
		),
		_break("serial_history", "HTML", "history_tab"),
	]


def _term_fact(fieldname: str, label: str, fieldtype: str, insert_after: str, **more) -> dict:
	"""A field that a new Serial No may bring along (an import of running accounts), and that vouchers change then."""
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"insert_after": insert_after,
		"no_copy": 1,
		"read_only_depends_on": "eval:!doc.__islocal && doc.term_start_date",
		**more,
	}


def _options(words) -> str:
	return "\n".join(["", *(word.value for word in words)])


def _item_fields() -> list[dict]:
	serialized = "eval:doc.has_serial_no"
	return [
		{
			"fieldname": "serial_purpose",
			"label": _("Serial Purpose"),
			"fieldtype": "Link",
			"options": SERIAL_PURPOSE,
			"insert_after": "serial_no_series",
			"depends_on": serialized,
			"description": _("What the units of this Item are used as."),
		},
		{
			"fieldname": "serial_plan",
			"label": _("Serial Plan"),
			"fieldtype": "Link",
			"options": SERIAL_PLAN,
			"insert_after": "serial_purpose",
			"depends_on": serialized,
			"description": _("A unit's term on this plan starts when it is sold."),
		},
		{
			"fieldname": "serial_life_days",
			"label": _("Serial Life in Days"),
			"fieldtype": "Int",
			"insert_after": "serial_plan",
			"depends_on": serialized,
			"non_negative": 1,
			"description": _("A unit expires so many days after its receipt. 0: it does not."),
		},
	]


def _renewal_field(insert_after: str, label: str) -> dict:
	return {
		"fieldname": "renew_serial_nos",
		"label": label,
		"fieldtype": "Long Text",
		"insert_after": insert_after,
		"no_copy": 1,
		"print_hide": 1,
		"description": _("The units that this row renews: one per line, commas and ranges too."),
	}


def _document_type(fieldname: str, label: str, insert_after: str) -> dict:
	return _fact(fieldname, label, "Link", insert_after, options="DocType", ignore_user_permissions=1)


def _document_no(fieldname: str, label: str, insert_after: str) -> dict:
	return _fact(fieldname, label, "Data", insert_after, search_index=1)


def _break(fieldname: str, fieldtype: str, insert_after: str, label: str | None = None, **more) -> dict:
	return {
		"fieldname": fieldname,
		"fieldtype": fieldtype,
		"label": label,
		"insert_after": insert_after,
		**more,
	}


def _summary_field(doctype: str) -> dict:
	return _fact(
		"serial_summary",
		_("Serial Nos"),
		"Small Text",
		"serial_and_batch_bundle",  # ERPNext hides the section of the text where a bundle stands for it
		depends_on="eval:doc.serial_summary",
		description=_("How many, from the first to the last. The bundle holds them all."),
	)
