"""What the user may read, for queries of more than one table or of counts, which `frappe.get_list` cannot say."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.model import get_permitted_fields
from frappe.permissions import get_role_permissions
from pypika.terms import Bracket, LiteralValue

TEXTS = ("Data", "Link", "Dynamic Link", "Date", "Datetime")


def readable(query, doctype: str, user: str | None = None):
	"""The query (of `doctype`'s table, without an alias) with the user's User Permissions and other conditions.

	Raises PermissionError where the user's roles do not read the DocType: rows that are only shared with somebody are
	for lists. The query must have a parameter of its own, because the conditions come with their percent signs doubled.
	"""
	if not can_read(doctype, user):
		frappe.throw(_("No permission to read {0}").format(_(doctype)), frappe.PermissionError)
	conditions = build_match_conditions(doctype, user=user)
	return query.where(Bracket(LiteralValue(conditions))) if conditions else query


def can_read(doctype: str, user: str | None = None) -> bool:
	"""Whether the user's roles read the DocType."""
	user = user or frappe.session.user
	return user == "Administrator" or bool(get_role_permissions(frappe.get_meta(doctype), user).get("read"))


def conditions(doctype: str, user: str | None = None) -> str:
	"""The user's conditions as text: users with the same text read the same rows."""
	return build_match_conditions(doctype, user=user) or ""


def readable_fields(doctype: str, fields: Iterable[str], user: str | None = None) -> list[str]:
	"""Those of the fields that the DocType has and the user may read (permission levels)."""
	permitted = set(get_permitted_fields(doctype, user=user))
	return [field for field in fields if field in permitted]


def readable_names(doctype: str, names: Collection[str]) -> set[str]:
	"""Those of the records that the user may read, all where nothing limits the user; shared rows as in `readable`."""
	if not names or not can_read(doctype):
		return set()
	if not conditions(doctype):
		return set(names)
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name).where(table.name.isin(list(names)))
	return set(readable(query, doctype).run(pluck=True))


def documents(named: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
	"""Those of the documents, pairs of DocType and name, that the user may read: a query for each DocType."""
	by_type: dict[str, set[str]] = {}
	for doctype, name in named:
		by_type.setdefault(doctype, set()).add(name)
	found = set()
	for doctype, names in by_type.items():
		if frappe.has_permission(doctype):
			filters = {"name": ("in", sorted(names))}
			listed = frappe.get_list(doctype, filters=filters, pluck="name", limit_page_length=0)
			found.update((doctype, name) for name in listed)
	return found


def column(fieldname: str, label: str, fieldtype: str, options: str | None = None, width: int = 120) -> dict:
	"""A report's column; a link only where the user may follow it. Frappe refuses a report with a Link to what the user
	may not read: ERPNext 15 lets a Stock Manager who is no Stock User read no Warehouse.
	"""
	if fieldtype == "Link" and not frappe.has_permission(options):
		fieldtype, options = "Data", None
	made = {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width}
	if fieldtype in TEXTS:
		made["align"] = "left"  # the Desk sets a column whose first value is empty to the right
	return {**made, "options": options} if options else made
