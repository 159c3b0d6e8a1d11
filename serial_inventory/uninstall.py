"""What happens on a site before the app is uninstalled. Frappe itself removes the app's module and DocTypes."""

import frappe

from serial_inventory.constants import APP
from serial_inventory.setup import fields, indexes


def before_uninstall():
	fields.remove()
	indexes.remove()
	_remove_icons()
	_remove_portal_menu()


def _remove_icons():
	"""Frappe 16 makes a Desktop Icon of the app, and forgets it."""
	if frappe.db.exists("DocType", "Desktop Icon") and frappe.get_meta("Desktop Icon").has_field("app"):
		frappe.db.delete("Desktop Icon", {"app": APP})


def _remove_portal_menu():
	"""Frappe adds an app's items to Portal Settings, and leaves them."""
	routes = [item["route"] for item in frappe.get_hooks("standard_portal_menu_items", app_name=APP)]
	frappe.db.delete("Portal Menu Item", {"route": ("in", routes)})
