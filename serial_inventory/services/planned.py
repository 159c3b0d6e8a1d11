"""What is planned with units: bookings, reservations and drafts, in so far as the user may read them.

Drafts and reservations are found from their side, a query for each kind of row, whatever the number of units asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import frappe

from serial_inventory import erpnext_bundle
from serial_inventory.constants import (
	POS_INVOICE,
	SERIAL_BOOKING,
	STOCK_RESERVATION_ENTRY,
)
from serial_inventory.rules.serial_text import expand, fold
from serial_inventory.services import booking_register, bookings, clock, rights

SHOWN = 5
"""Drafts told of one unit."""

Document = tuple[str, str]


@dataclass(slots=True)
class Plans:
	"""What is planned, by folded serial."""

	bookings: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)  # booking, who, from, to
	reservations: dict[str, Document] = field(default_factory=dict)
	drafts: dict[str, list[Document]] = field(default_factory=dict)

	def serials(self) -> set[str]:
		"""The folded serials with which something is planned."""
		return {*self.bookings, *self.reservations, *self.drafts}


@dataclass(frozen=True, slots=True)
class Rows:
	"""Rows of documents that name serials. `item` is the field of the serials' Item, where the row has it."""

	doctype: str
	item: str | None = "item_code"
	texts: tuple[str, ...] = ("serial_no",)
	bundles: tuple[str, ...] = ("serial_and_batch_bundle",)


_BUYING = {
	"texts": ("serial_no", "rejected_serial_no"),
	"bundles": ("serial_and_batch_bundle", "rejected_serial_and_batch_bundle"),
}
ROWS = (
	Rows("Purchase Receipt Item", **_BUYING),
	Rows("Purchase Invoice Item", **_BUYING),
	Rows("Subcontracting Receipt Item", **_BUYING),
	Rows("Subcontracting Receipt Supplied Item", "rm_item_code"),
	Rows("Delivery Note Item"),
	Rows("Sales Invoice Item"),
	Rows("Sales Invoice Item", None, ("renew_serial_nos",), ()),
	Rows("POS Invoice Item"),
	Rows("Packed Item"),
	Rows("Stock Entry Detail"),
	Rows("Stock Reconciliation Item"),
	Rows("Pick List Item"),
	Rows("Asset Capitalization Stock Item"),
	Rows("Maintenance Schedule Item"),
	Rows("Installation Note Item"),
	Rows("Serial Renewal Item", bundles=()),
)
"""Every row in which a draft names serials."""


def of(units: Mapping[str, str], item_codes: Collection[str]) -> Plans:
	"""What is planned with these units ({folded name: name}), which are of these Items."""
	if not units:
		return Plans()
	wanted, items = units.keys(), sorted(filter(None, item_codes))
	return Plans(_bookings(units), _reservations(items, wanted), _drafts(items, wanted))


def _bookings(units: Mapping[str, str]) -> dict[str, tuple[str, str, str, str]]:
	if not bookings.there_are_some():
		return {}
	found = booking_register.promised(list(units.values()), clock.now())
	return {fold(name): booking for name, booking in found.items()}


def _reservations(items: Sequence[str], wanted: Collection[str]) -> dict[str, Document]:
	"""The Stock Reservation Entry, or the POS Invoice that is not consolidated yet, by which each unit is spoken for."""
	named = [
		((STOCK_RESERVATION_ENTRY, entry), serial_no)
		for entry, serial_no in erpnext_bundle.reserved_serial_nos(items)
	]
	return {
		key: documents[0] for key, documents in _readable(chain(named, _sold_at_till(items)), wanted).items()
	}


def _sold_at_till(items: Sequence[str]) -> list[tuple[Document, str]]:
	"""Units of POS Invoices, which stay in stock until these are consolidated."""
	row, invoice = frappe.qb.DocType("POS Invoice Item"), frappe.qb.DocType(POS_INVOICE)
	query = frappe.qb.from_(invoice).inner_join(row).on(row.parent == invoice.name)
	query = query.select(invoice.name, invoice.is_return, row.serial_no, row.serial_and_batch_bundle)
	query = query.where((invoice.docstatus == 1) & row.item_code.isin(list(items) or [""]))
	query = query.where(invoice.consolidated_invoice.isnull() | (invoice.consolidated_invoice == ""))
	rows = query.run(as_dict=True)
	bundled = erpnext_bundle.serial_nos_of_bundles(found.serial_and_batch_bundle for found in rows)
	sold, back = [], set()
	for found in rows:
		names = _named([found.serial_no], [found.serial_and_batch_bundle], bundled)
		if found.is_return:
			back.update(map(fold, names))
		else:
			sold += [((POS_INVOICE, found.name), name) for name in names]
	return [(document, name) for document, name in sold if fold(name) not in back]


def _drafts(items: Sequence[str], wanted: Collection[str]) -> dict[str, list[Document]]:
	"""The drafts that name each unit, SHOWN at most."""
	rows = [row for kind in ROWS for row in _rows_of_drafts(kind, items)]
	bundled = erpnext_bundle.serial_nos_of_bundles(
		chain.from_iterable(bundles for _doc, _texts, bundles in rows)
	)
	named = (
		(document, name) for document, texts, bundles in rows for name in _named(texts, bundles, bundled)
	)
	booked = frappe.get_all(SERIAL_BOOKING, filters={"docstatus": 0}, fields=["name", "serial_no"])
	of_bookings = (((SERIAL_BOOKING, booking.name), booking.serial_no) for booking in booked)
	return _readable(chain(named, of_bookings), wanted)


def _rows_of_drafts(kind: Rows, items: Sequence[str]) -> list[tuple[Document, list[str], list[str]]]:
	"""(document, texts, bundles) of the rows that name serials of these Items."""
	meta = frappe.get_meta(kind.doctype)
	texts = [name for name in kind.texts if meta.has_field(name)]
	bundles = [name for name in kind.bundles if meta.has_field(name)]
	table = frappe.qb.DocType(kind.doctype)
	query = frappe.qb.from_(table).select(table.parenttype, table.parent)
	query = query.select(*(table[name] for name in (*texts, *bundles))).where(table.docstatus == 0)
	if kind.item:
		query = query.where(table[kind.item].isin(list(items)))
	names_some = [table[name] != "" for name in (*texts, *bundles)]
	if not names_some or (kind.item and not items):
		return []
	criterion = names_some[0]
	for one in names_some[1:]:
		criterion |= one
	last = len(texts)
	return [
		((parenttype, parent), list(values[:last]), list(values[last:]))
		for parenttype, parent, *values in query.where(criterion).run()
	]


def _named(texts: Iterable[str | None], bundles: Iterable[str | None], bundled: dict) -> list[str]:
	names = [name for text in texts if text for name in expand(text).serial_nos]
	return names + [name for bundle in bundles for name in bundled.get(bundle, ())]


def _readable(named: Iterable[tuple[Document, str]], wanted: Collection[str]) -> dict[str, list[Document]]:
	"""The documents of each wanted unit, those that the user may read, in their order."""
	found: dict[str, list[Document]] = {}
	for document, name in named:
		key = fold(name or "")
		if key in wanted and document not in found.setdefault(key, []):
			found[key].append(document)
	readable = rights.documents(set(chain.from_iterable(found.values())))
	kept = {key: [one for one in documents if one in readable][:SHOWN] for key, documents in found.items()}
	return {key: documents for key, documents in kept.items() if documents}
