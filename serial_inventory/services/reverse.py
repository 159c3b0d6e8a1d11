"""Cancels: bundles cancelled at once, and each Serial No as it was before."""

from __future__ import annotations

from serial_inventory import erpnext_bundle
from serial_inventory.services import life

TEXTS = ("serial_no", "rejected_serial_no")


def prepare(doc) -> None:
	"""Before ERPNext reverses the ledger. The rows' texts are put aside: ERPNext would search its ledger for each."""
	doc.flags.reversal = erpnext_bundle.cancel(doc.doctype, doc.name)
	if not doc.flags.reversal.all_bundles:
		# The bundles of a POS Closing Entry's Sales Invoice name the POS Invoices.
		doc.flags.reversal.serial_nos = erpnext_bundle.serial_nos_of_voucher(doc.doctype, doc.name)
	if doc.flags.reversal.bundles:
		doc.flags.texts_aside = [
			(row, field, row.get(field)) for row in _rows(doc) for field in TEXTS if row.get(field)
		]
		for row, field, _text in doc.flags.texts_aside:
			row.set(field, None)


def finish(doc) -> None:
	"""After ERPNext has reversed the ledger."""
	reversal = doc.flags.reversal or erpnext_bundle.Reversal()
	erpnext_bundle.finish_cancel(reversal.bundles)
	for row, field, text in doc.flags.texts_aside or []:
		row.set(field, text)
		row.db_set(field, text, update_modified=False)
	if reversal.all_bundles:
		life.revert(doc, reversal)
	else:
		life.rebuild(reversal.serial_nos, cancelled=doc.name)
	erpnext_bundle.forget_fresh()


def _rows(doc) -> list:
	return [*(doc.get("items") or []), *(doc.get("packed_items") or [])]
