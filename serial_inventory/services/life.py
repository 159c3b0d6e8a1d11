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
	PURCHASE_INVOICE,
	PURCHASE_RECEIPT,
	SALES_INVOICE,
	STOCK_ENTRY,
)
from serial_inventory.erpnext_bundle import LedgerLine
from serial_inventory.rules import units as rules
from serial_inventory.rules.units import ItemFacts, Movement, Unit
from serial_inventory.services import items, register, settings

PARTIES = {
	PURCHASE_RECEIPT: ("supplier", "supplier_name", "is_return"),
	PURCHASE_INVOICE: ("supplier", "supplier_name", "is_return"),
	DELIVERY_NOTE: ("customer", "customer_name", "is_return"),
	SALES_INVOICE: ("customer", "customer_name", "is_return"),
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
	return Voucher(
		party=source.get("supplier") or source.get("customer"),
		party_name=source.get("supplier_name") or source.get("customer_name"),
		purpose=source.get("purpose"),
		is_return=bool(source.get("is_return")),
	)


def movement(
	line: LedgerLine, serial_no: str, voucher: Voucher, sales_invoice: str | None = None
) -> Movement:
	"""One unit's part in a ledger line."""
	return Movement(
		kind=rules.kind_of(line.voucher_type, line.direction, voucher.purpose, voucher.is_return),
		voucher_type=line.voucher_type,
		voucher_no=line.voucher_no,
		posting_date=line.posting_date,
		warehouse=line.warehouse,
		party=voucher.party,
		party_name=voucher.party_name,
		rate=flt(line.rates.get(serial_no), 9),
		sales_invoice=line.voucher_no if line.voucher_type == SALES_INVOICE else sales_invoice,
	)


def record(doc) -> None:
	"""After ERPNext has posted the document: its serials say what it did to them."""
	lines = erpnext_bundle.ledger_lines(doc.doctype, doc.name)
	before = register.units(list(dict.fromkeys(name for line in lines for name in line.rates)))
	if not before:
		return
	invoices = _invoices(lines)
	voucher, today, policy = voucher_of(doc), getdate(nowdate()), settings.policy()
	facts = item_facts(line.item_code for line in lines)
	after = dict(before)
	for line in lines:
		item = facts[line.item_code]
		for serial_no in line.rates:
			move = movement(line, serial_no, voucher, invoices.get(line.voucher_detail_no))
			after[serial_no] = rules.after(after[serial_no], move, item, policy, today)
	register.save(before, after.values())


def rebuild(serial_nos: Sequence[str], cancelled: str | None = None) -> None:
	"""The serials say again what their standing documents, oldest first, make of them.

	`cancelled` is the document that has just ceased to stand.
	"""
	before = register.units(serial_nos)
	if not before:
		return
	register.save(before, standing_units(before, cancelled))


def standing_units(before: Mapping[str, Unit], cancelled: str | None = None) -> list[Unit]:
	"""The units as their standing documents leave them; nothing is written."""
	lines = erpnext_bundle.history(list(before), {unit.item_code for unit in before.values()})
	every = [line for own in lines.values() for line in own]
	vouchers, invoices = _vouchers(every), _invoices(every)
	facts = item_facts(unit.item_code for unit in before.values())
	today, policy = getdate(nowdate()), settings.policy()
	moves = {
		serial_no: [
			movement(
				line,
				serial_no,
				vouchers.get((line.voucher_type, line.voucher_no), Voucher()),
				invoices.get(line.voucher_detail_no),
			)
			for line in own
		]
		for serial_no, own in lines.items()
	}
	return [
		rules.rebuilt(unit, moves.get(name, ()), facts[unit.item_code], policy, today, cancelled)
		for name, unit in before.items()
	]


def item_facts(item_codes: Iterable[str]) -> dict[str, ItemFacts]:
	"""The facts of serialized Items; an Item that is none any more has only its code."""
	codes = set(item_codes)
	found = items.serialized(codes)
	return {code: items.facts(found[code]) if code in found else ItemFacts(code) for code in codes}


def _vouchers(lines: Iterable[LedgerLine]) -> dict[tuple[str, str], Voucher]:
	by_type: dict[str, set[str]] = {}
	for line in lines:
		by_type.setdefault(line.voucher_type, set()).add(line.voucher_no)
	vouchers = {}
	for doctype, names in by_type.items():
		if doctype in PARTIES:
			fields = ["name", *PARTIES[doctype]]
			for row in frappe.get_all(doctype, filters={"name": ("in", list(names))}, fields=fields):
				vouchers[doctype, row.name] = voucher_of(row)
	return vouchers


def _invoices(lines: Iterable[LedgerLine]) -> dict[str, str]:
	"""The Sales Invoice of each Delivery Note row: the one it was made from, or the one made from it."""
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
		filters={"dn_detail": ("in", details), "docstatus": 1},
		fields=["dn_detail", "parent"],
		as_list=True,
	)
	return {**invoices, **dict(billed)}


def bill(doc) -> None:
	"""A Sales Invoice for delivered rows is the units' Sales Invoice while it stands."""
	rows = [row.dn_detail for row in doc.items if row.get("dn_detail")]
	if rows and not doc.get("update_stock"):
		rebuild(erpnext_bundle.serial_nos_of_rows(DELIVERY_NOTE, rows))
