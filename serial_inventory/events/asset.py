"""Assets and the documents that change them in the table alone: the Serial No follows."""

from serial_inventory.constants import ASSET_MOVEMENT, ASSET_REPAIR
from serial_inventory.services import assets


def validate(doc, method=None):
	assets.check(doc)


def on_change(doc, method=None):
	assets.follow_change(doc)


def follow(doc, method=None):
	if doc.doctype == ASSET_MOVEMENT:
		assets.follow(row.asset for row in doc.assets)
	elif doc.doctype == ASSET_REPAIR:
		assets.follow([doc.asset])
