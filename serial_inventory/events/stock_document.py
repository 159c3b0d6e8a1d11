"""Purchase Receipt, Purchase Invoice, Delivery Note, Sales Invoice, Stock Entry: the documents that move serials.

They share one course, because their rows become one shape (services/lines.py). ERPNext builds the outward bundles of a
Stock Entry before it values the rows, in `validate`; so these are prepared before that, and all others before submit.
"""

from frappe.utils import cint

from serial_inventory import erpnext_bundle
from serial_inventory.constants import SALES_INVOICE, STOCK_ENTRY
from serial_inventory.services import (
	bookings,
	bulk,
	disassembly,
	entry,
	feedback,
	issue,
	life,
	receive,
	returns,
	reverse,
	terms,
)
from serial_inventory.services.lines import SELLING


def before_validate(doc, method=None):
	entry.bring_back(doc)
	lines = entry.read(doc)
	if doc.doctype == STOCK_ENTRY and doc.docstatus == 1:
		bulk.keep_long_lists()
		known = entry.check(lines, lock=True)
		progress = feedback.Progress(doc, sum(cint(line.qty) for line in lines))
		issue.prepare(doc, lines, progress)
		disassembly.keep_typed(doc, lines)
		doc.flags.serials_prepared = (known, progress)


def validate(doc, method=None):
	if doc.docstatus == 0 and entry.is_checked_as_draft():
		entry.check(entry.read(doc))


def before_submit(doc, method=None):
	lines = entry.read(doc)
	if doc.doctype == STOCK_ENTRY:
		known, progress = doc.flags.serials_prepared
	else:
		bulk.keep_long_lists()
		known = entry.check(lines, lock=True)
		progress = feedback.Progress(doc, sum(cint(line.qty) for line in lines))
		issue.prepare(doc, lines, progress)
		returns.prepare(doc, lines, progress)
	receive.prepare(doc, lines, known, progress)
	bookings.check_issue(doc, lines)
	doc.flags.serials_progress = progress


def on_submit(doc, method=None):
	decided = life.record(doc)
	erpnext_bundle.forget_fresh()
	if doc.doctype in SELLING:
		terms.follow(doc, decided)
	feedback.warn_of_expired(doc, decided)
	if doc.doctype == SALES_INVOICE:
		life.bill(doc)
	feedback.tell_created(doc)
	if doc.flags.serials_progress:
		doc.flags.serials_progress.finish()
	bulk.default_lists()


def before_cancel(doc, method=None):
	bulk.keep_long_lists()
	if doc.doctype in SELLING:
		terms.check_cancel(doc)
	reverse.prepare(doc)


def on_cancel(doc, method=None):
	reverse.finish(doc)
	if doc.doctype in SELLING:
		terms.cancel(doc)
	if doc.doctype == SALES_INVOICE:
		life.bill(doc)
	bulk.default_lists()


def on_trash(doc, method=None):
	terms.forget(doc)


def before_print(doc, method=None, settings=None):
	entry.spell_out(doc)
