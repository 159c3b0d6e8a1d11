"""What happens on a site before the app is uninstalled. Frappe itself removes the app's module and DocTypes."""

from serial_inventory.setup import fields


def before_uninstall():
	fields.remove()
