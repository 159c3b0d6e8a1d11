"""Installation Notes: their units are checked before ERPNext compares the texts."""

from serial_inventory.services import entry, installations


def before_validate(doc, method=None):
	installations.read(doc)


def validate(doc, method=None):
	if doc.docstatus == 1 or entry.is_checked_as_draft():
		installations.check(doc)
