"""What a recall tells of its units: place, documents, customer's contact, and what they were built into.

A page of rows is completed in a fixed number of queries. What the user may not read is blank.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import frappe
from frappe import _
from frappe.utils import cstr

from serial_inventory.constants import ASSET, ITEM, SALES_INVOICE, SERIAL_NO, Place
from serial_inventory.erpnext_bundle import made_by
from serial_inventory.rules import recall as rules
from serial_inventory.rules.recall import Traits
from serial_inventory.rules.serial_text import fold, summary
from serial_inventory.services import rights

CUSTOMER = "Customer"
SHOWN = 5
"""So many units are all named in one cell; of more, the first and the last."""
PHONE = re.compile(r"\+?[\d ()/.-]*")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
	"name",
	"item_code",
	"item_name",
	"batch_no",
	"status",
	"warehouse",
	"customer",
	"customer_name",
	"delivery_document_type",
	"delivery_document_no",
	"delivery_date",
	"sales_invoice",
	"supplier",
	"purchase_document_type",
	"purchase_document_no",
	"purchase_date",
	"asset",
	"asset_status",
	"company",
)
NO_CONTACT = {"contact": None, "email_id": None, "mobile_no": None}
DOCUMENTS = (
	("delivery_document_type", "delivery_document_no"),
	("purchase_document_type", "purchase_document_no"),
	(None, "sales_invoice"),
)
"""The columns of documents with the column of their type; without one it is the type of the column's link."""
WORDS = ("place", "delivery_document_type", "purchase_document_type")
"""Columns whose values are the app's or ERPNext's words."""


def columns() -> list[tuple]:
	"""(fieldname, label, fieldtype, options, width) of what is told of a unit, in order."""
	return [
		("name", _("Serial No"), "Link", SERIAL_NO, 150),
		("place", _("Place"), "Data", None, 120),
		("warehouse", _("Warehouse"), "Link", "Warehouse", 160),
		("customer", _("Customer"), "Link", CUSTOMER, 160),
		("customer_name", _("Customer Name"), "Data", None, 160),
		("contact", _("Contact"), "Link", "Contact", 150),
		("email_id", _("Email"), "Data", None, 170),
		("mobile_no", _("Mobile No"), "Data", None, 120),
		("delivery_document_type", _("Left By"), "Data", None, 120),
		("delivery_document_no", _("Document"), "Dynamic Link", "delivery_document_type", 170),
		("delivery_date", _("Delivery Date"), "Date", None, 110),
		("sales_invoice", _("Sales Invoice"), "Link", SALES_INVOICE, 170),
		("built_into", _("Built Into"), "Data", None, 180),
		("contains", _("Holds Units of the Recall"), "Data", None, 190),
		("item_code", _("Item"), "Link", ITEM, 140),
		("item_name", _("Item Name"), "Data", None, 170),
		("batch_no", _("Batch"), "Link", "Batch", 120),
		("supplier", _("Supplier"), "Link", "Supplier", 150),
		("purchase_document_type", _("Received By"), "Data", None, 130),
		("purchase_document_no", _("Purchase Document No"), "Dynamic Link", "purchase_document_type", 170),
		("purchase_date", _("Purchase Date"), "Date", None, 110),
		("asset", _("Asset"), "Link", ASSET, 120),
		("company", _("Company"), "Link", "Company", 150),
	]


def cell(row, fieldname: str) -> str:
	"""A value for a file: a text that a spreadsheet takes as a text, not as a formula; a telephone number is none."""
	text = cstr(row[fieldname])
	if fieldname in WORDS and text:
		text = _(text)
	return f"'{text}" if text.startswith(FORMULAS) and not PHONE.fullmatch(text) else text


def in_words(serial_nos: Sequence[str]) -> str:
	return ", ".join(sorted(serial_nos)) if len(serial_nos) <= SHOWN else summary(serial_nos)


def told(rows: Sequence[frappe._dict]) -> list[frappe._dict]:
	"""The rows with place, contact and what they are built into; what the user may not read is blank."""
	readable, made = _readable(rows), _made_by(rows)
	hidden = set(COLUMNS).difference(rights.readable_fields(SERIAL_NO, COLUMNS), ["name"])
	contacts = _contacts({row.customer for row in rows if row.customer and "customer" not in hidden})
	for row in rows:
		row.place = _place(row).value
		made_of_it = made.get((row.delivery_document_type, row.delivery_document_no))
		for type_column, column in DOCUMENTS:
			doctype = row[type_column] if type_column else SALES_INVOICE
			if row[column] and (doctype, row[column]) not in readable:
				row[column] = None
		row.built_into = (
			made_of_it if row.place == Place.BUILT_IN.value and row.delivery_document_no else None
		)
		row.update(contacts.get(row.customer, NO_CONTACT))
		row.update(dict.fromkeys(hidden))
		del row["purpose"]
	return rows


def _place(row) -> Place:
	own = Traits(row.status, bool(row.warehouse), row.delivery_document_type, row.purpose, row.asset_status)
	return rules.place(own)


def _readable(rows: Sequence[frappe._dict]) -> set[tuple[str, str]]:
	"""The documents of the rows that the user may read: at most one query a DocType."""
	by_type: dict[str, set[str]] = {}
	for row in rows:
		for type_column, column in DOCUMENTS:
			doctype = row[type_column] if type_column else SALES_INVOICE
			if doctype and row[column]:
				by_type.setdefault(doctype, set()).add(row[column])
	return {
		(doctype, name)
		for doctype, names in by_type.items()
		if frappe.db.exists("DocType", doctype)
		for name in rights.readable_names(doctype, names)
	}


def _made_by(rows: Sequence[frappe._dict]) -> dict[tuple[str, str], str]:
	"""{(DocType, name): the serials that it made, in words} of the documents that consumed units."""
	vouchers: dict[str, set[str]] = {}
	for row in rows:
		if _place(row) == Place.BUILT_IN:
			vouchers.setdefault(row.delivery_document_type, set()).add(row.delivery_document_no)
	own = _of_user(made_by(vouchers))
	return {voucher: in_words(names) for voucher, names in own.items()}


def _of_user(made: Mapping[tuple[str, str], Sequence[str]]) -> dict[tuple[str, str], list[str]]:
	"""Those of the units that the user may read."""
	own = set(map(fold, rights.readable_names(SERIAL_NO, [name for one in made.values() for name in one])))
	kept = {voucher: [name for name in one if fold(name) in own] for voucher, one in made.items()}
	return {voucher: one for voucher, one in kept.items() if one}


def _contacts(customers: Collection[str]) -> dict[str, dict]:
	"""{customer: contact, email_id, mobile_no}: the primary contact, or else one that is linked; two queries."""
	if not customers or not rights.can_read(CUSTOMER):
		return {}
	table = frappe.qb.DocType(CUSTOMER)
	query = frappe.qb.from_(table).select(
		table.name, table.customer_primary_contact.as_("contact"), table.email_id, table.mobile_no
	)
	query = rights.readable(query.where(table.name.isin(list(customers))), CUSTOMER)
	found = {row.pop("name"): row for row in query.run(as_dict=True)}
	without = [customer for customer, row in found.items() if not row.contact]
	found.update(_linked_contacts(without))
	return found


def _linked_contacts(customers: Collection[str]) -> dict[str, dict]:
	if not customers or not rights.can_read("Contact"):
		return {}
	contact, link = frappe.qb.DocType("Contact"), frappe.qb.DocType("Dynamic Link")
	query = frappe.qb.from_(contact).inner_join(link).on(link.parent == contact.name)
	query = query.select(link.link_name, contact.name.as_("contact"), contact.email_id, contact.mobile_no)
	query = query.where((link.parenttype == "Contact") & (link.link_doctype == CUSTOMER))
	query = query.where(link.link_name.isin(list(customers)))
	query = query.orderby(contact.is_primary_contact).orderby(contact.modified)
	return {row.pop("link_name"): row for row in rights.readable(query, "Contact").run(as_dict=True)}
