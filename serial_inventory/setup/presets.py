"""The ready-made Serial Purposes as plain data. They are made once, at install; what becomes of them is the user's."""

from __future__ import annotations

import frappe

from serial_inventory.constants import SERIAL_PURPOSE
from serial_inventory.services.messages import SerialNoError


def get_purposes() -> list[dict]:
	"""Every ready-made Serial Purpose, in the fields of that DocType."""
	return [
		{
			"purpose_name": "Warranty Stock",
			"description": "Goods that are sold with a warranty, and that come back when they fail.",
			"is_maintained": 1,
		},
		{
			"purpose_name": "Subscription Account",
			"description": "An account at a service, on a plan: trial or paid, until its expiry date.",
			"has_terms": 1,
			"attributes": [
				_attribute("User Count", "Int", in_list_view=1),
				_attribute("Domain", "Data", in_list_view=1, in_standard_filter=1),
			],
		},
		{
			"purpose_name": "Fixed Asset",
			"description": "Equipment for own use: who has it, and when it is due for maintenance.",
			"is_bookable": 1,
			"is_maintained": 1,
			"attributes": [
				_attribute("Asset Tag", "Data", in_list_view=1, in_standard_filter=1),
				_attribute("Custodian", "Link", "Employee", in_standard_filter=1),
			],
		},
		{
			"purpose_name": "Real Estate Property",
			"description": "A flat, an office, a plot: let by the day or by contract.",
			"has_terms": 1,
			"is_bookable": 1,
			"is_maintained": 1,
			"attributes": [
				_attribute("Address", "Small Text"),
				_attribute("Area", "Float"),
				_attribute(
					"Unit Type",
					"Select",
					"Apartment\nHouse\nOffice\nShop\nWarehouse\nLand\nParking Space",
					in_list_view=1,
					in_standard_filter=1,
				),
			],
		},
		{
			"purpose_name": "Advertisement Slot",
			"description": "A place that advertisers have one after another: a billboard, a screen, a page.",
			"has_terms": 1,
			"is_bookable": 1,
			"attributes": [
				_attribute("Place", "Data", in_list_view=1, in_standard_filter=1),
				_attribute("Size", "Data"),
				_attribute("Format", "Select", "Billboard\nScreen\nPrint\nOnline", in_standard_filter=1),
			],
		},
		{
			"purpose_name": "Library Book",
			"description": "One copy of a book, lent to one reader after another.",
			"is_bookable": 1,
			"attributes": [
				_attribute("ISBN", "Data", in_standard_filter=1),
				_attribute("Author", "Data", in_list_view=1, in_standard_filter=1),
				_attribute("Shelf Mark", "Data", in_list_view=1),
			],
		},
	]


def _attribute(label: str, fieldtype: str, options: str | None = None, **more) -> dict:
	return {"label": label, "fieldtype": fieldtype, "options": options, **more}


def make() -> None:
	"""Make the purposes that are missing. For install and one patch alone: a deleted one does not come back."""
	for values in get_purposes():
		if not frappe.db.exists(SERIAL_PURPOSE, values["purpose_name"]):
			_insert(values)


def _insert(values: dict) -> None:
	"""A field of that name may be there already, or data of another kind: then without the attributes."""
	try:
		_purpose(values).insert(ignore_permissions=True)
	except SerialNoError:
		frappe.clear_last_message()
		_purpose({**values, "attributes": []}).insert(ignore_permissions=True)


def _purpose(values: dict):
	return frappe.get_doc({"doctype": SERIAL_PURPOSE, **values})
