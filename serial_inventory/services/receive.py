"""Receipts: serials that come in. Typed ones that do not exist are created; blank rows draw from the Item's series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate, nowdate

from serial_inventory import erpnext_bundle
from serial_inventory.constants import Direction
from serial_inventory.erpnext_bundle import LedgerLine, Package
from serial_inventory.rules import blank as rules_of_blank
from serial_inventory.rules import units as rules
from serial_inventory.rules.lines import Known
from serial_inventory.rules.serial_text import fold
from serial_inventory.services import entry, life, messages, numbering, register, settings
from serial_inventory.services.feedback import Progress
from serial_inventory.services.lines import SerialLine


def prepare(doc, lines: Sequence[SerialLine], known: Mapping[str, Known], progress: Progress) -> None:
	"""Before the submit is written: create the inward lines' Serial Nos and bundles, and show them in the rows."""
	lines = [line for line in lines if line.direction == Direction.INWARD and line.is_ours]
	blank = [line for line in lines if not line.serial_nos]
	messages.refuse(
		[rules_of_blank.no_series(line.as_rule()) for line in blank if not line.item.serial_no_series]
	)
	for line in lines:
		if line in blank:
			line.serial_nos = numbering.reserve(line)
		new = [name for name in line.serial_nos if fold(name) not in known]
		batch_no = _batch(doc, line)
		package = Package(
			doc,
			line.item.name,
			line.warehouse,
			Direction.INWARD,
			line.voucher_detail_no,
			line.serial_nos,
			rates=_rate(line),
			batch_no=batch_no,
			is_rejected=line.is_rejected,
			has_known_serials=len(new) < len(line.serial_nos),
			is_checked=True,
		)
		_create(package, new)
		bundle = erpnext_bundle.write(package)
		entry.show(line, bundle)
		if not package.has_known_serials:
			doc.flags.setdefault("bundles_told", []).append(bundle)
		progress.advance(len(line.serial_nos), _("Serial Nos received"))
		doc.flags.setdefault("serial_nos_created", {}).setdefault(line.item.name, []).extend(new)
	if lines:
		erpnext_bundle.see_new_bins({line.item.name for line in lines})


def _rate(line: SerialLine) -> float:
	"""What ERPNext will value each unit at: the row's rate; nothing for rejected ones unless Buying Settings say so."""
	if line.is_rejected and not cint(
		frappe.db.get_single_value("Buying Settings", "set_valuation_rate_for_rejected_materials")
	):
		return 0.0
	return flt(line.row.valuation_rate)


def _batch(doc, line: SerialLine) -> str | None:
	if not line.item.has_batch_no:
		return None
	if not line.row.get("batch_no") and line.item.create_new_batch:
		line.row.batch_no = erpnext_bundle.make_batch(doc, line.item.name)
	return line.row.get("batch_no")


def _create(package: Package, names: Sequence[str]) -> None:
	"""The new Serial Nos, as the receipt leaves them."""
	if not names:
		return
	doc = package.doc
	line = LedgerLine(
		package.item_code,
		package.warehouse,
		Direction.INWARD,
		doc.doctype,
		doc.name,
		package.voucher_detail_no,
		getdate(doc.posting_date),
	)
	move = life.movement(line, package.rate(names[0]), life.voucher_of(doc))
	item = life.item_facts([package.item_code])[package.item_code]
	unit = rules.after(rules.new(names[0], item), move, item, settings.policy(), getdate(nowdate()))
	source = erpnext_bundle.source_of(doc)
	register.create(unit, names, company=doc.company, batch_no=package.batch_no, **source)
