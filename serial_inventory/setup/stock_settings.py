"""Stock Settings that serial numbers need."""

import frappe

SETTING = "enable_serial_and_batch_no_for_item"


def enable_serial_numbers() -> None:
	"""ERPNext 16 hides serial numbers, and refuses bundles, until this setting is on; ERPNext 15 has no such setting."""
	if not frappe.get_meta("Stock Settings").has_field(SETTING):
		return
	settings = frappe.get_single("Stock Settings")
	if not settings.get(SETTING):
		settings.set(SETTING, 1)
		settings.flags.ignore_mandatory = True
		settings.flags.ignore_permissions = True
		settings.save()
