"""Serial No: what a person may enter on it directly."""

from serial_inventory.services import direct


def validate(doc, method=None):
	direct.check(doc)
