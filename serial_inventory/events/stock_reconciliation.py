"""Stock Reconciliation counts serials; it creates none."""

from serial_inventory.services import count, entry


def before_validate(doc, method=None):
	entry.bring_back(doc)
	count.check(doc)
