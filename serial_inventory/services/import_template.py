"""A workbook to fill in for the Data Import Tool: an empty sheet with this site's columns, and sheets that show how."""

from __future__ import annotations

from io import BytesIO

import frappe
import openpyxl
from frappe import _
from frappe.model import data_fieldtypes, no_value_fields
from frappe.utils import add_days, nowdate
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from serial_inventory.constants import SERIAL_NO, SERIAL_PURPOSE
from serial_inventory.rules.direct import DOCUMENTS_OWN
from serial_inventory.services import plans
from serial_inventory.services.importing import TEMPLATE_SHEET

FIRST = ("serial_no", "item_code", "company", "warranty_expiry_date", "amc_expiry_date", "purchase_rate")
TERMS = ("serial_purpose", "serial_plan", "term_start_date", "expiry_date")
LEFT_OUT = frozenset(
	(
		*DOCUMENTS_OWN,
		"warehouse",
		"status",
		"warranty_period",
		"maintenance_status",
		"plan_type",
		"term_status",
	)
)
"""What documents, the Item or the terms say."""
DATE_FORMAT = "yyyy-mm-dd"
WIDTH = 24


def make() -> bytes:
	"""An XLSX workbook: the sheet that is imported, Examples, and Columns."""
	fields = columns()
	book = openpyxl.Workbook()
	sheet = book.active
	sheet.title = TEMPLATE_SHEET
	_head(sheet, [_header(field) for field in fields])
	for number, field in enumerate(fields, 1):
		# A number format is all that keeps a spreadsheet from making a number or a date of a serial number.
		is_date = field.fieldtype == "Date"
		is_number = field.fieldtype in ("Int", "Float", "Currency", "Percent", "Check")
		if not is_number:
			sheet.column_dimensions[get_column_letter(number)].number_format = DATE_FORMAT if is_date else "@"
	examples = book.create_sheet(_("Examples"))
	_head(examples, [_header(field) for field in fields])
	for example in _examples(fields):
		examples.append([example.get(field.fieldname) for field in fields])
	explained = book.create_sheet(_("Columns"))
	_head(explained, [_("Column"), _("Mandatory"), _("What to enter")])
	for field in fields:
		explained.append([_header(field), _("Yes") if field.reqd else "", _what(field)])
	content = BytesIO()
	book.save(content)
	return content.getvalue()


def columns() -> list:
	"""The fields of Serial No that a person enters: the standard ones first, then attributes and other Custom Fields."""
	meta = frappe.get_meta(SERIAL_NO)
	named = [meta.get_field(name) for name in (*FIRST, *TERMS) if meta.has_field(name)]
	more = [
		field
		for field in meta.fields
		if field.get("is_custom_field")
		and field.fieldtype in data_fieldtypes
		and field.fieldtype not in no_value_fields
		and not (field.hidden or field.read_only or field.get("is_virtual"))
		and field.fieldname not in (*FIRST, *TERMS, *LEFT_OUT)
	]
	return named + more


def _header(field) -> str:
	"""As the Data Import Tool recognises it, also where two fields have one label."""
	same = [other for other in frappe.get_meta(SERIAL_NO).fields if other.label == field.label]
	return _(field.label) if len(same) == 1 else f"{_(field.label)} ({field.fieldname})"


def _head(sheet, header: list[str]) -> None:
	sheet.append(header)
	sheet.freeze_panes = "A2"
	for number, cell in enumerate(sheet[1], 1):
		cell.font = Font(bold=True)
		sheet.column_dimensions[get_column_letter(number)].width = WIDTH


def _examples(fields: list) -> list[dict]:
	"""A unit of plain stock, one with an end of life, and one for each purpose of the site with all its attributes."""
	common = {"item_code": _example_item(), "company": frappe.defaults.get_user_default("company")}
	by_name = {field.fieldname: field for field in fields}
	found = [
		{
			**common,
			"serial_no": "RT-0001",
			"warranty_expiry_date": add_days(nowdate(), 365),
			"purchase_rate": 99.5,
		},
		{**common, "serial_no": "RT-0002", "expiry_date": add_days(nowdate(), 730)},
	]
	plan = next((plan for plan in plans.every().values() if not plan.disabled), None)
	for number, name in enumerate(frappe.get_all(SERIAL_PURPOSE, pluck="name", order_by="name"), 1):
		purpose = frappe.get_cached_doc(SERIAL_PURPOSE, name)
		own = {row.fieldname: _value(row) for row in purpose.attributes if row.fieldname in by_name}
		terms = {"serial_plan": plan.name, "term_start_date": nowdate()} if purpose.has_terms and plan else {}
		found.append({**common, "serial_no": f"UNIT-{number:04}", "serial_purpose": name, **terms, **own})
	return found


def _example_item() -> str | None:
	return next(
		iter(frappe.get_list("Item", {"has_serial_no": 1, "disabled": 0}, pluck="name", limit=1)), None
	)


def _value(row) -> object:
	"""A value that an attribute of this type can have."""
	if row.fieldtype == "Select":
		return next((option for option in (row.options or "").splitlines() if option), None)
	if row.fieldtype == "Link":
		may_look = frappe.has_permission(row.options, "read")
		return next(iter(frappe.get_list(row.options, pluck="name", limit=1)), None) if may_look else None
	return {"Int": 4, "Float": 12.5, "Currency": 250, "Check": 1, "Date": nowdate()}.get(
		row.fieldtype, f"{_(row.label)} 1"
	)


def _what(field) -> str:
	"""A sentence on what the column takes."""
	own = {
		"serial_no": _("The serial number, one a row. Keep the column formatted as text."),
		"item_code": _("An Item with Has Serial No."),
		"company": _("Left empty: your default company."),
		"serial_purpose": _("Left empty: the Item's purpose."),
		"serial_plan": _("Left empty: the Item's plan. With dates: the account runs already."),
		"purchase_rate": _("What the unit was bought for, if no document says it."),
	}
	if field.fieldname in own:
		return own[field.fieldname]
	if field.fieldtype == "Select":
		return _("One of: {0}").format(", ".join(filter(None, (field.options or "").splitlines())))
	if field.fieldtype == "Link":
		return _("The name of a record of {0}").format(_(field.options))
	if field.fieldtype == "Check":
		return _("1 or 0")
	if field.fieldtype == "Date":
		return _("A date, as {0}").format(nowdate())
	return _("A number") if field.fieldtype in ("Int", "Float", "Currency", "Percent") else _("A text")
