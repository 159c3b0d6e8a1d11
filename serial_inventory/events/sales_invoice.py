"""Sales Invoice: what else than moving stock it does to units."""

from serial_inventory.services import booking_invoice


def on_trash(doc, method=None):
	booking_invoice.forget(doc)
