"""Maintenance Schedules, and the deliveries that make some.

ERPNext loads and saves every unit of a bundle in its own `on_submit` and `on_cancel`: the bundles are out of the rows
meanwhile, and the app writes the units in bulk. `on_update` is the last hook before `on_submit`, after the rows are written.
"""

from serial_inventory.services import entry, schedules


def before_validate(doc, method=None):
	schedules.read(doc.items)


def validate(doc, method=None):
	if doc.docstatus == 1 or entry.is_checked_as_draft():
		schedules.check(doc)


def on_update(doc, method=None):
	if doc.docstatus == 1:
		schedules.set_bundles_aside(doc)


def on_submit(doc, method=None):
	schedules.put_bundles_back(doc)
	schedules.begin(doc)


def before_cancel(doc, method=None):
	schedules.set_bundles_aside(doc)


def on_cancel(doc, method=None):
	schedules.put_bundles_back(doc, is_written=True)
	schedules.take_back(doc)


def after_delivery(doc, method=None):
	schedules.make_on_delivery(doc)


def after_delivery_cancelled(doc, method=None):
	schedules.forget_delivery(doc)
