"""Item: its Serial No Series, and what its Serial Nos are used as."""

from serial_inventory.services import numbering, terms


def validate(doc, method=None):
	numbering.check_series(doc)
	terms.check_item(doc)


def on_update(doc, method=None):
	terms.adopt(doc)
