"""Warranty Claims and Issues: the unit that they are about."""

from serial_inventory.constants import WARRANTY_CLAIM
from serial_inventory.services import complaints


def before_validate(doc, method=None):
	complaints.fill(doc)


def validate(doc, method=None):
	complaints.check(doc)
	if doc.doctype == WARRANTY_CLAIM:
		complaints.set_cover(doc)
