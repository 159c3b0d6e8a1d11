"""Transfers: the second bundle, that of the warehouse which the units enter."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from frappe.utils import flt

from serial_inventory import erpnext_bundle
from serial_inventory.constants import Direction
from serial_inventory.erpnext_bundle import Package


def follow(doc, row, bundle: str, package: Package) -> None:
	"""When ERPNext asks this document for the second bundle of a transfer, write it from the first one's package.

	ERPNext copies the first bundle, entry by entry, in the midst of posting the ledger, where no hook comes. The method
	that does it is replaced on this one document, and does as ever for bundles that the app did not make.
	"""
	doc.flags.setdefault("transfers", {})[bundle] = (row, package)
	doc.make_package_for_transfer = partial(_second_bundle, doc)


def _second_bundle(
	doc, serial_and_batch_bundle, warehouse, type_of_transaction=None, do_not_submit=None, qty=0
) -> str:
	row, package = doc.flags.transfers.get(serial_and_batch_bundle, (None, None))
	if not package or do_not_submit or type_of_transaction not in (None, Direction.INWARD.value):
		as_ever = type(doc).make_package_for_transfer
		return as_ever(doc, serial_and_batch_bundle, warehouse, type_of_transaction, do_not_submit, qty)
	second = replace(package, warehouse=warehouse, direction=Direction.INWARD, rates=flt(row.valuation_rate))
	return erpnext_bundle.write(second, is_second=True)
