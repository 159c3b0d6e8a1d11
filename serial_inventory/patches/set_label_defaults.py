"""A site that had Settings before labels gets their sizes, as a fresh one has them."""

import frappe

from serial_inventory.constants import SETTINGS


def execute():
	stored = frappe.db.get_singles_dict(SETTINGS)
	for field in frappe.get_meta(SETTINGS).fields:
		if field.fieldname.startswith("label_") and field.default and field.fieldname not in stored:
			frappe.db.set_single_value(SETTINGS, field.fieldname, field.default)
