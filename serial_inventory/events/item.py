"""Item: its Serial No Series."""

from serial_inventory.services import numbering


def validate(doc, method=None):
	numbering.check_series(doc)
