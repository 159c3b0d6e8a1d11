"""Custom Fields and Property Setters of the app, made and removed from the same data."""

from __future__ import annotations

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from serial_inventory.constants import MODULE
from serial_inventory.setup.custom_fields import get_custom_fields
from serial_inventory.setup.property_setters import get_property_setters


def apply() -> None:
	"""Make or update every field and property; safe to run again. Fields that ERPNext has itself stay ERPNext's."""
	create_custom_fields(_missing_fields(), ignore_validate=True)
	for setter in get_property_setters():
		_set_property(**setter)


def _missing_fields() -> dict[str, list[dict]]:
	fields = {}
	for doctype, rows in get_custom_fields().items():
		own = {
			field.fieldname for field in frappe.get_meta(doctype).fields if not field.get("is_custom_field")
		}
		fields[doctype] = [row for row in rows if row["fieldname"] not in own]
	return fields


def _set_property(doctype: str, fieldname: str | None, property: str, value: str, property_type: str) -> None:
	"""Set one property, unless it is set so; a column that changes its type is changed in the table too.

	A property that somebody else has set stays theirs, column types apart: a text must fit.
	"""
	if fieldname and not frappe.get_meta(doctype).has_field(fieldname):
		return
	filters = {"doc_type": doctype, "property": property, "field_name": fieldname or ("is", "not set")}
	present = frappe.db.get_value("Property Setter", filters, ["value", "module"], as_dict=True)
	if present and (present.value == value or (present.module != MODULE and property != "fieldtype")):
		return
	setter = make_property_setter(
		doctype,
		fieldname,
		property,
		value,
		property_type,
		for_doctype=not fieldname,
		validate_fields_for_doctype=False,
	)
	setter.db_set("module", MODULE)
	if property == "fieldtype":
		frappe.db.updatedb(doctype)


def remove() -> None:
	"""Take every field and property away. Columns stay, as Frappe keeps them; so does ERPNext's data."""
	for doctype in ("Custom Field", "Property Setter"):
		for name in frappe.get_all(doctype, filters={"module": MODULE}, pluck="name"):
			frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)
	frappe.clear_cache()
