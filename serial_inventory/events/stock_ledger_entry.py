"""Stock Ledger Entry: Serial Nos that the app writes itself are not written by ERPNext too."""

from serial_inventory import erpnext_bundle


def on_update(doc, method=None):
	erpnext_bundle.leave_to_app(doc)


def on_submit(doc, method=None):
	erpnext_bundle.end_leaving(doc)
