"""Stock Reconciliation counts serials; it creates none."""

from serial_inventory.services import count


def before_validate(doc, method=None):
	count.check(doc)
