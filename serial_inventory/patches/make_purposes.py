"""Sites that have the app from before there were Serial Purposes get the ready-made ones, once."""

from serial_inventory.setup import fields, presets


def execute():
	fields.apply()
	presets.make()
