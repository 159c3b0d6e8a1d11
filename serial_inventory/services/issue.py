"""Issues: serials that go out, typed or picked, each at its own rate."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import cint

from serial_inventory import erpnext_bundle
from serial_inventory.constants import STOCK_ENTRY, Direction
from serial_inventory.erpnext_bundle import Package
from serial_inventory.rules import blank as blank_rules
from serial_inventory.services import entry, messages, register, settings, transfer
from serial_inventory.services.feedback import Progress
from serial_inventory.services.lines import SerialLine


def prepare(doc, lines: Sequence[SerialLine], progress: Progress) -> None:
	"""Before the submit is written: pick for blank outward lines, make the bundles, and show them in the rows."""
	lines = [line for line in lines if line.direction == Direction.OUTWARD and line.is_ours]
	blank = [line for line in lines if not line.serial_nos]
	packages = [_package(doc, line) for line in lines]
	_pick(lines, packages)
	for line, package in zip(lines, packages, strict=True):
		if not package.serial_nos:
			continue
		package.rates = erpnext_bundle.outgoing_rates(package)
		if line in blank:
			_set_rate(line, package)
		bundle = erpnext_bundle.write(package)
		entry.show(line, bundle)
		if line.is_transfer:
			transfer.follow(doc, line.row, bundle, package)
		progress.advance(len(package.serial_nos), _("Serial Nos issued"))


def _package(doc, line: SerialLine) -> Package:
	return Package(
		doc,
		line.item.name,
		line.warehouse,
		Direction.OUTWARD,
		line.voucher_detail_no,
		line.serial_nos,
		is_packed=line.is_packed,
		is_checked=True,
	)


def _pick(lines: Sequence[SerialLine], packages: Sequence[Package]) -> None:
	"""Fill blank lines as ERPNext would; without its setting to do so the line stays blank, and ERPNext refuses it."""
	blank = [at for at, line in enumerate(lines) if not line.serial_nos]
	if not blank or not _is_picking_allowed():
		return
	taken = [name for line in lines for name in line.serial_nos]
	problems = []
	for at in blank:
		line, package = lines[at], packages[at]
		picked = erpnext_bundle.pick(package, cint(line.qty), [*taken, *_not_to_be_picked(line)])
		if len(picked) < line.qty:
			problems.append(blank_rules.too_few(line.as_rule(), len(picked)))
		line.serial_nos = package.serial_nos = sorted(picked)
		taken += picked
	messages.refuse(problems)


def _not_to_be_picked(line: SerialLine) -> list[str]:
	"""Expired units, where Settings refuse to issue them."""
	if not (line.is_issue and settings.refuses_expired()):
		return []
	return register.expired(line.item.name, line.warehouse, line.day)


def _is_picking_allowed() -> bool:
	setting = "auto_create_serial_and_batch_bundle_for_outward"
	return bool(cint(frappe.db.get_single_value("Stock Settings", setting)))


def _set_rate(line: SerialLine, package: Package) -> None:
	"""ERPNext valued the blank row before its serials were known; the cost is theirs."""
	if line.doc.doctype != STOCK_ENTRY:
		line.row.incoming_rate = sum(package.rates.values()) / len(package.serial_nos)
