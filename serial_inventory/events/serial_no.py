"""Serial No: what a person may enter on it directly."""

from serial_inventory.services import direct, purposes


def validate(doc, method=None):
	direct.check(doc)
	purposes.check_unit(doc)
