"""Serial No Register: every Serial No and the attributes of its purpose, a page at a time."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, escape_html

from serial_inventory.constants import ITEM, SERIAL_NO, SERIAL_PLAN, SERIAL_PURPOSE
from serial_inventory.services import listing
from serial_inventory.services.rights import column, readable_fields

EQUAL = (
	"company",
	"item_code",
	"supplier",
	"customer",
	"status",
	"serial_purpose",
	"serial_plan",
	"plan_type",
	"term_status",
	"maintenance_status",
)
LENGTH = 100
IDENTITY = 3
"""The first columns: the Serial No and its Item."""


def execute(filters=None):
	filters = frappe._dict(filters or {})
	scope = _scope(filters)
	columns = get_columns(filters.serial_purpose)
	fields = [one["fieldname"] for one in columns]
	page = listing.page(scope, fields, _length(filters), filters.after or "", filters.before or "")
	message = _message(page, scope) if page.rows or page.has_previous or page.has_next else None
	return columns, page.rows, message


def _scope(filters) -> listing.Scope:
	return listing.Scope(
		tuple((field, filters[field]) for field in EQUAL if filters.get(field)),
		(filters.begins_with or "").strip(),
		filters.warehouse or None,
	)


def _length(filters) -> int:
	"""Rows of a page; never more than the longest, whatever is asked for."""
	return min(max(cint(filters.page_length) or LENGTH, 1), listing.LENGTHS[-1])


def get_columns(serial_purpose: str | None = None) -> list[dict]:
	"""Those that the user may read. The purpose's attributes come after what the unit is."""
	columns = _columns()
	columns[IDENTITY:IDENTITY] = [_attribute(field) for field in listing.attributes(serial_purpose)]
	readable = set(readable_fields(SERIAL_NO, [one["fieldname"] for one in columns]))
	return [one for one in columns if one["fieldname"] in readable]


def _columns() -> list[dict]:
	return [
		column("name", _("Serial No"), "Link", SERIAL_NO, 150),
		column("item_code", _("Item"), "Link", ITEM, 130),
		column("item_name", _("Item Name"), "Data", width=160),
		column("status", _("Status"), "Data", width=90),
		column("warehouse", _("Warehouse"), "Link", "Warehouse", 140),
		column("customer", _("Customer"), "Link", "Customer", 140),
		column("customer_name", _("Customer Name"), "Data", width=150),
		column("serial_purpose", _("Serial Purpose"), "Link", SERIAL_PURPOSE, 140),
		column("serial_plan", _("Serial Plan"), "Link", SERIAL_PLAN, 120),
		column("plan_type", _("Plan Type"), "Data", width=90),
		column("term_status", _("Term Status"), "Data", width=100),
		column("term_start_date", _("Term Start Date"), "Date", width=110),
		column("expiry_date", _("Expiry Date"), "Date", width=110),
		column("warranty_expiry_date", _("Warranty Expiry Date"), "Date", width=130),
		column("maintenance_status", _("Maintenance Status"), "Data", width=130),
		column("supplier", _("Supplier"), "Link", "Supplier", 140),
		column("supplier_name", _("Supplier Name"), "Data", width=150),
		column("purchase_document_type", _("Received By"), "Data", width=130),
		column(
			"purchase_document_no", _("Purchase Document No"), "Dynamic Link", "purchase_document_type", 160
		),
		column("purchase_date", _("Purchase Date"), "Date", width=110),
		column("delivery_document_type", _("Delivered By"), "Data", width=130),
		column(
			"delivery_document_no", _("Delivery Document No"), "Dynamic Link", "delivery_document_type", 160
		),
		column("delivery_date", _("Delivery Date"), "Date", width=110),
		column("company", _("Company"), "Link", "Company", 140),
	]


def _attribute(field) -> dict:
	options = field.options if field.fieldtype in ("Link", "Currency") else None
	fieldtype = "Data" if field.fieldtype in ("Select", "Small Text") else field.fieldtype
	return column(field.fieldname, _(field.label), fieldtype, options, 140)


def _message(page: listing.Page, scope: listing.Scope) -> str:
	"""What of what is shown. The marks tell the page's buttons whether there is somewhere to go."""
	marks = f'data-previous="{int(page.has_previous)}" data-next="{int(page.has_next)}"'
	return f'<span class="serial-no-register-page" {marks}>{_text(page, scope)}</span>'


def _text(page: listing.Page, scope: listing.Scope) -> str:
	if not page.rows:
		return _("There are no more Serial Nos on this side.")
	shown, total = f"{len(page.rows):,}", len(page.rows)
	if page.has_previous or page.has_next:
		total = listing.count(scope)
	elif total == 1:
		return _("1 Serial No")
	else:
		return _("{0} Serial Nos").format(shown)
	text = _("{0} of {1} Serial Nos, from {2} to {3}")
	if total > listing.COUNTED:
		text, total = _("{0} of more than {1} Serial Nos, from {2} to {3}"), listing.COUNTED
	first, last = (escape_html(row.name) for row in (page.rows[0], page.rows[-1]))
	return text.format(shown, f"{total:,}", first, last)
