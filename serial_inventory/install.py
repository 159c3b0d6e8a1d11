"""What happens on a site as the app is installed, and again at every migrate."""

import frappe

from serial_inventory.constants import SETTINGS
from serial_inventory.services import backfill, purposes
from serial_inventory.setup import fields, indexes, presets
from serial_inventory.setup.stock_settings import enable_serial_numbers


def after_install():
	fields.apply()
	indexes.apply()
	presets.make()
	enable_serial_numbers()
	_save_defaults()
	backfill.enqueue()


def after_migrate():
	fields.apply()
	indexes.apply()
	purposes.restore()


def _save_defaults():
	"""A single that was never saved has no defaults in the database."""
	settings = frappe.get_single(SETTINGS)
	settings.flags.ignore_permissions = True
	settings.save()
