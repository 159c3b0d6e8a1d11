"""Sales Invoices whose rows renew serials or bill a booking. What they do to stock is in stock_document.py."""

from serial_inventory.services import booking_invoice, entry, renewals


def before_validate(doc, method=None):
	renewals.read(doc)


def validate(doc, method=None):
	if doc.docstatus == 0 and entry.is_checked_as_draft():
		renewals.check(doc)


def on_submit(doc, method=None):
	renewals.bill(doc)


def on_cancel(doc, method=None):
	booking_invoice.forget(doc)


def on_trash(doc, method=None):
	booking_invoice.forget(doc)
