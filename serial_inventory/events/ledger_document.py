"""Documents whose serials ERPNext moves by itself: Stock Reconciliation, Subcontracting Receipt, Asset Capitalization.

The app writes on the Serial Nos what was done to them.
"""

from serial_inventory import erpnext_bundle
from serial_inventory.services import life


def on_submit(doc, method=None):
	life.record(doc)


def before_cancel(doc, method=None):
	doc.flags.reversed_serial_nos = erpnext_bundle.serial_nos_of_voucher(doc.doctype, doc.name)


def on_cancel(doc, method=None):
	life.rebuild(doc.flags.reversed_serial_nos or [], cancelled=doc.name)
