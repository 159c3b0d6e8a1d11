"""What documents have done to units, written on the Serial Nos.

A submit adds its own movements to what the Serial Nos say; a cancel reads again what still stands. Both ask the same
rules (rules/units.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import frappe
from frappe.utils import flt, getdate, nowdate

from serial_inventory import erpnext_bundle
from serial_inventory.constants import (
	DELIVERY_NOTE,
	INTERNAL_TRANSFER,
	PURCHASE_INVOICE,
	PURCHASE_RECEIPT,
	SALES_INVOICE,
	STOCK_ENTRY,
	SUBCONTRACTING_RECEIPT,
)
from serial_inventory.erpnext_bundle import Ledger, LedgerLine, Path, Reversal
from serial_inventory.rules import units as rules
from serial_inventory.rules.units import ItemFacts, Movement, Unit
from serial_inventory.services import items, register, settings
from serial_inventory.services.register import Alike

PARTIES = {
	PURCHASE_RECEIPT: ("supplier", "supplier_name", "is_return", "represents_company", "company"),
	PURCHASE_INVOICE: ("supplier", "supplier_name", "is_return", "represents_company", "company"),
	DELIVERY_NOTE: ("customer", "customer_name", "is_return"),
	SALES_INVOICE: ("customer", "customer_name", "is_return"),
	SUBCONTRACTING_RECEIPT: ("supplier", "supplier_name", "is_return"),
	STOCK_ENTRY: ("purpose",),
}
"""The fields that a movement needs of its document, for each DocType that has some."""


@dataclass(frozen=True, slots=True)
class Voucher:
	"""A document as movements see it."""

	party: str | None = None
	party_name: str | None = None
	purpose: str | None = None
	is_return: bool = False


def voucher_of(source) -> Voucher:
	"""From a document or a row of its table."""
	is_internal = source.get("supplier") and source.get("represents_company") == source.get("company")
	return Voucher(
		party=source.get("supplier") or source.get("customer"),
		party_name=source.get("supplier_name") or source.get("customer_name"),
		purpose=INTERNAL_TRANSFER if is_internal else source.get("purpose"),
		is_return=bool(source.get("is_return")),
	)


def movement(line: LedgerLine, rate: float, voucher: Voucher, sales_invoice: str | None = None) -> Movement:
	"""One unit's part in a ledger line."""
	return Movement(
		kind=rules.kind_of(line.voucher_type, line.direction, voucher.purpose, voucher.is_return),
		voucher_type=line.voucher_type,
		voucher_no=line.voucher_no,
		posting_date=line.posting_date,
		warehouse=line.warehouse,
		party=voucher.party,
		party_name=voucher.party_name,
		rate=flt(rate, 9),
		sales_invoice=line.voucher_no if line.voucher_type == SALES_INVOICE else sales_invoice,
	)


def record(doc) -> list[tuple[Alike, Unit]]:
	"""After ERPNext has posted the document: its serials say what it did to them; returns what that was.

	Serials that were made for it say so already (`bundles_told`).
	"""
	ledger = erpnext_bundle.ledger_of_voucher(doc.doctype, doc.name, doc.flags.bundles_told or ())
	if not ledger.paths:
		return []
	groups = register.alike(erpnext_bundle.listed(ledger.bundles), _by_place(ledger.paths, ledger.places))
	moves = _moves(ledger, groups, {(doc.doctype, doc.name): voucher_of(doc)})
	facts = item_facts(group.unit.item_code for group in groups)
	policy, today = settings.policy(), getdate(nowdate())
	decided = []
	for group, own in zip(groups, moves, strict=True):
		unit = group.unit
		for move in own:
			unit = rules.after(unit, move, facts[unit.item_code], policy, today)
		decided.append((group, unit))
	register.save(decided, ledger.places, doc.get("company"))
	return decided


def _by_place(paths: Mapping[str, Path], places: Mapping[str, str | None]) -> dict[str, tuple]:
	"""The paths, different where the app gives the serials different warehouses, or none and leaves them be."""
	return {name: (path, name in places, places.get(name)) for name, path in paths.items()}


def rebuild(serial_nos: Sequence[str], cancelled: str | None = None) -> None:
	"""The serials say again what their standing documents, oldest first, make of them.

	`cancelled` is the document that has just ceased to stand.
	"""
	register.save(standing(serial_nos, cancelled))


def revert(doc, reversal: Reversal) -> None:
	"""After ERPNext has cancelled the document: its serials say what the documents that still stand make of them."""
	if not reversal.serial_nos:
		return
	listed = erpnext_bundle.listed(reversal.all_bundles)
	ledger = erpnext_bundle.ledger_of_serials(reversal.serial_nos, reversal.item_codes, listed)
	paths = {name: ledger.paths.get(name, ()) for name in reversal.serial_nos}
	places = erpnext_bundle.places_given_back(reversal.all_bundles)
	groups = register.alike(listed, _by_place(paths, places))
	register.save(_standing(ledger, groups, doc.name), places, doc.get("company"), listed)


def standing(
	serial_nos: Sequence[str], cancelled: str | None = None, columns: Sequence[str] = register.MOVING
) -> list[tuple[Alike, Unit]]:
	"""The serials, and the unit that their standing documents make of them; nothing is written."""
	if not serial_nos:
		return []
	ledger = erpnext_bundle.ledger_of_serials(serial_nos, register.item_codes(serial_nos))
	return _standing(ledger, register.alike(serial_nos, ledger.paths, columns), cancelled)


def _standing(ledger: Ledger, groups: Sequence[Alike], cancelled: str | None) -> list[tuple[Alike, Unit]]:
	moves = _moves(ledger, groups, vouchers(ledger.lines.values()))
	facts = item_facts(group.unit.item_code for group in groups)
	policy, today = settings.policy(), getdate(nowdate())
	return [
		(group, rules.rebuilt(group.unit, own, facts[group.unit.item_code], policy, today, cancelled))
		for group, own in zip(groups, moves, strict=True)
	]


def _moves(ledger: Ledger, groups: Sequence[Alike], vouchers: Mapping) -> list[list[Movement]]:
	"""Each group's movements, oldest first."""
	invoices = _invoices(ledger.lines.values())
	moves = []
	for group in groups:
		path = ledger.paths.get(group.serial_nos[0], ())
		lines = [(ledger.lines[name], rate) for name, rate in path]
		moves.append(
			[
				movement(
					line,
					rate,
					vouchers.get((line.voucher_type, line.voucher_no), Voucher()),
					invoices.get(line.voucher_detail_no),
				)
				for line, rate in lines
			]
		)
	return moves


def item_facts(item_codes: Iterable[str]) -> dict[str, ItemFacts]:
	"""The facts of serialized Items; an Item that is none any more has only its code."""
	codes = set(item_codes)
	found = items.serialized(codes)
	return {code: items.facts(found[code]) if code in found else ItemFacts(code) for code in codes}


def vouchers(lines: Iterable[LedgerLine]) -> dict[tuple[str, str], Voucher]:
	"""The documents of ledger lines by (DocType, name), those of which movements need something: a query a DocType."""
	by_type: dict[str, set[str]] = {}
	for line in lines:
		by_type.setdefault(line.voucher_type, set()).add(line.voucher_no)
	found = {}
	for doctype, names in by_type.items():
		if doctype in PARTIES:
			fields = ["name", *PARTIES[doctype]]
			for row in frappe.get_all(doctype, filters={"name": ("in", list(names))}, fields=fields):
				found[doctype, row.name] = voucher_of(row)
	return found


def _invoices(lines: Iterable[LedgerLine]) -> dict[str, str]:
	"""The Sales Invoice of each Delivery Note row: the one it was made from, or the last one made from it.

	A credit note (a quantity below nothing) is not it.
	"""
	details = list({line.voucher_detail_no for line in lines if line.voucher_type == DELIVERY_NOTE})
	if not details:
		return {}
	invoices = dict(
		frappe.get_all(
			"Delivery Note Item",
			filters={"name": ("in", details), "against_sales_invoice": ("is", "set")},
			fields=["name", "against_sales_invoice"],
			as_list=True,
		)
	)
	billed = frappe.get_all(
		"Sales Invoice Item",
		filters={"dn_detail": ("in", details), "docstatus": 1, "qty": (">", 0)},
		fields=["dn_detail", "parent"],
		order_by="creation",
		as_list=True,
	)
	return {**invoices, **dict(billed)}


def bill(doc) -> None:
	"""A Sales Invoice for delivered rows is the units' Sales Invoice while it stands."""
	rows = [row.dn_detail for row in doc.items if row.get("dn_detail")]
	if rows and not doc.get("update_stock"):
		rebuild(erpnext_bundle.serial_nos_of_rows(DELIVERY_NOTE, rows))
