"""Stock Reconciliation counts serials; it creates none."""

from serial_inventory import erpnext_bundle
from serial_inventory.services import count, life


def before_validate(doc, method=None):
	count.check(doc)


def on_submit(doc, method=None):
	life.record(doc)


def before_cancel(doc, method=None):
	doc.flags.reversed_serial_nos = erpnext_bundle.serial_nos_of_voucher(doc.doctype, doc.name)


def on_cancel(doc, method=None):
	life.rebuild(doc.flags.reversed_serial_nos or [], cancelled=doc.name)
