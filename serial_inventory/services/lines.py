"""A stock document seen as its serialized lines: one shape for every DocType's rows.

A line is a row's quantity of one serialized Item that comes into or goes out of one warehouse. A Purchase Receipt row
with a rejected quantity has two; a packed item has one; a transfer row has its outward one (ERPNext copies it).
Of POS Invoices, Subcontracting Receipts, Pick Lists and Asset Capitalizations lines are read and checked; ERPNext makes
their bundles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from serial_inventory import erpnext_bundle
from serial_inventory.constants import (
	ASSET_CAPITALIZATION,
	DELIVERY_NOTE,
	DISASSEMBLE,
	PICK_LIST,
	POS_INVOICE,
	PURCHASE_INVOICE,
	PURCHASE_RECEIPT,
	SALES_INVOICE,
	STOCK_ENTRY,
	STOCK_RECONCILIATION,
	SUBCONTRACTING_RECEIPT,
	TRANSFERS,
	Direction,
)
from serial_inventory.rules import lines as rules
from serial_inventory.services import items

BUYING = (PURCHASE_RECEIPT, PURCHASE_INVOICE)
SELLING = (DELIVERY_NOTE, SALES_INVOICE)
RETURNED_ROW = {
	PURCHASE_RECEIPT: "purchase_receipt_item",
	PURCHASE_INVOICE: "purchase_invoice_item",
	DELIVERY_NOTE: "dn_detail",
	SALES_INVOICE: "sales_invoice_item",
}
"""The field in which a return's row names the row that it returns."""

TABLES = {
	SUBCONTRACTING_RECEIPT: ("items", "supplied_items"),
	PICK_LIST: ("locations",),
	ASSET_CAPITALIZATION: ("stock_items",),
}
"""The tables that move stock, where they are not `items` and `packed_items`."""


@dataclass
class SerialLine:
	"""One serialized line of a document. `qty` is in stock units; `serial_nos` are filled in by services/entry."""

	doc: object
	row: object
	item: frappe._dict
	qty: float
	warehouse: str | None
	direction: Direction
	voucher_detail_no: str
	is_rejected: bool = False
	is_packed: bool = False
	serial_nos: list[str] = field(default_factory=list)

	@property
	def text_field(self) -> str:
		return "rejected_serial_no" if self.is_rejected else "serial_no"

	@property
	def bundle_field(self) -> str:
		return "rejected_serial_and_batch_bundle" if self.is_rejected else "serial_and_batch_bundle"

	@property
	def text(self) -> str:
		text = self.row.get(self.text_field) or ""
		return "\n".join(text) if isinstance(text, list) else text

	@property
	def has_own_bundle(self) -> bool:
		"""A bundle that stands in the row before submit was made by the user, and stays as made."""
		return bool(self.row.get(self.bundle_field))

	@property
	def is_ours(self) -> bool:
		"""The app makes the bundle of this line; of all others ERPNext does.

		ERPNext keeps returns (compared with the original), receipts from an own warehouse (two bundles), goods that
		leave by batch (the batch's stock is checked as its bundle is submitted), and blank rows of what is taken apart
		(it finds what was built in).
		"""
		return not (
			self.has_own_bundle
			or (is_taken_apart(self.doc) and not self.text)
			or self.doc.get("is_return")
			or self.row.get("from_warehouse")
			or (self.item.has_batch_no and self.direction == Direction.OUTWARD)
		)

	@property
	def returned_row(self) -> str | None:
		"""The row of the original document that this one returns, where the app makes the return's bundle.

		ERPNext keeps returns without an original, of rejected and packed units, and between own companies.
		"""
		doc, row = self.doc, self.row
		is_plain = not (
			self.has_own_bundle
			or self.is_rejected
			or self.is_packed
			or self.item.has_batch_no
			or row.get("rejected_qty")
			or row.get("return_qty_from_rejected_warehouse")
			or row.get("from_warehouse")
			or row.get("target_warehouse")
			or doc.get("is_internal_customer")
			or doc.get("is_internal_supplier")
		)
		if not (is_plain and doc.get("is_return") and doc.get("return_against")):
			return None
		return row.get(RETURNED_ROW.get(doc.doctype, ""))

	@property
	def is_copied(self) -> bool:
		"""A row with the text of the document before it, all of its serials, however few are moved now: the packed item
		of a return, or what is taken apart."""
		is_return = self.is_packed and self.doc.get("is_return") and self.doc.get("return_against")
		return bool(is_return or is_taken_apart(self.doc)) and self.text.count("\n") + 1 > self.qty

	@property
	def is_transfer(self) -> bool:
		"""A Stock Entry row whose units come in elsewhere at once."""
		return (
			self.doc.doctype == STOCK_ENTRY and self.doc.purpose in TRANSFERS and bool(self.row.t_warehouse)
		)

	@property
	def is_issue(self) -> bool:
		"""The units leave the company's hands: no transfer, and no return to a supplier."""
		return self.direction == Direction.OUTWARD and not (self.is_transfer or self.doc.get("is_return"))

	@property
	def day(self) -> date:
		return getdate(self.doc.posting_date)

	@property
	def label(self) -> str:
		if self.is_packed:
			return _("Packed Items, row {0}").format(self.row.idx)
		if self.row.parentfield == "supplied_items":
			return _("Supplied Items, row {0}").format(self.row.idx)
		if self.is_rejected:
			return _("Row {0}, rejected").format(self.row.idx)
		return _("Row {0}").format(self.row.idx)

	def as_rule(self) -> rules.Line:
		"""The line as the rules see it."""
		return rules.Line(
			label=self.label,
			item_code=self.item.name,
			warehouse=self.warehouse,
			direction=self.direction,
			qty=self.qty,
			serial_nos=self.serial_nos,
			is_checked_against_stock=not (self.doc.get("is_return") or self.row.get("from_warehouse")),
		)


def serial_lines(doc) -> list[SerialLine]:
	"""The serialized lines of a document that moves stock; none for one that does not."""
	return [line for line in possible_lines(doc) if line.qty > 0]


def possible_lines(doc) -> list[SerialLine]:
	"""The same with the lines whose quantity is nothing yet: what a row could move, as it is being filled in."""
	if erpnext_bundle.is_switched_off():
		return []
	serialized = items.serialized(_item_code(row) for row in rows(doc))
	return list(_LINES[doc.doctype](doc, serialized)) if serialized else []


def moves_serials(doctype: str) -> bool:
	"""Whether documents of this type have serialized lines."""
	return doctype in _LINES


def is_taken_apart(doc) -> bool:
	return doc.doctype == STOCK_ENTRY and doc.purpose == DISASSEMBLE


def rows(doc) -> list:
	"""The rows of a document that move stock."""
	return [
		row for table in TABLES.get(doc.doctype, ("items", "packed_items")) for row in doc.get(table) or []
	]


def _item_code(row) -> str | None:
	return row.get("rm_item_code") or row.item_code


def _buying(doc, serialized: dict) -> Iterator[SerialLine]:
	if doc.doctype == PURCHASE_INVOICE and not cint(doc.update_stock):
		return
	inward = Direction.OUTWARD if doc.is_return else Direction.INWARD
	for row in doc.items:
		item = serialized.get(row.item_code)
		if not item or row.get("is_fixed_asset"):
			continue
		factor = flt(row.conversion_factor) or 1.0
		yield SerialLine(doc, row, item, abs(flt(row.qty)) * factor, row.warehouse, inward, row.name)
		rejected = abs(flt(row.get("rejected_qty"))) * factor
		yield SerialLine(
			doc, row, item, rejected, row.get("rejected_warehouse"), inward, row.name, is_rejected=True
		)


def _selling(doc, serialized: dict) -> Iterator[SerialLine]:
	if doc.doctype == SALES_INVOICE and not cint(doc.update_stock):
		return
	outward = Direction.INWARD if doc.is_return else Direction.OUTWARD
	parents = {row.name: row for row in doc.items}
	for row in doc.items:
		if item := serialized.get(row.item_code):
			qty = abs(flt(row.qty)) * (flt(row.conversion_factor) or 1.0)
			yield SerialLine(doc, row, item, qty, row.warehouse, outward, row.name)
	for row in doc.get("packed_items") or []:
		parent = parents.get(row.parent_detail_docname)
		if parent and (item := serialized.get(row.item_code)):
			warehouse = row.warehouse or parent.warehouse
			yield SerialLine(
				doc,
				row,
				item,
				abs(flt(row.qty)),
				warehouse,
				outward,
				row.parent_detail_docname,
				is_packed=True,
			)


def _stock_entry(doc, serialized: dict) -> Iterator[SerialLine]:
	for row in doc.items:
		item = serialized.get(row.item_code)
		if not item:
			continue
		qty = flt(row.qty) * (flt(row.conversion_factor) or 1.0)
		if row.s_warehouse:
			yield SerialLine(doc, row, item, qty, row.s_warehouse, Direction.OUTWARD, row.name)
		elif row.t_warehouse:
			yield SerialLine(doc, row, item, qty, row.t_warehouse, Direction.INWARD, row.name)


def _subcontracting_receipt(doc, serialized: dict) -> Iterator[SerialLine]:
	yield from _buying(doc, serialized)
	outward = Direction.INWARD if doc.is_return else Direction.OUTWARD
	for row in doc.supplied_items:
		if item := serialized.get(row.rm_item_code):
			qty = abs(flt(row.consumed_qty))
			yield SerialLine(doc, row, item, qty, doc.supplier_warehouse, outward, row.name)


def _pick_list(doc, serialized: dict) -> Iterator[SerialLine]:
	"""Rows that say where to pick; the others ERPNext fills in as it saves. Picked may be less than asked for."""
	for row in doc.locations:
		item = serialized.get(row.item_code)
		if item and row.warehouse:
			typed = (row.serial_no or "").count("\n") + 1
			qty = flt(row.picked_qty) if typed == row.picked_qty else flt(row.stock_qty)
			yield SerialLine(doc, row, item, qty, row.warehouse, Direction.OUTWARD, row.name)


def _asset_capitalization(doc, serialized: dict) -> Iterator[SerialLine]:
	for row in doc.stock_items:
		if item := serialized.get(row.item_code):
			yield SerialLine(doc, row, item, flt(row.stock_qty), row.warehouse, Direction.OUTWARD, row.name)


def _stock_reconciliation(doc, serialized: dict) -> Iterator[SerialLine]:
	"""What is counted; services/count checks it."""
	for row in doc.items:
		if item := serialized.get(row.item_code):
			yield SerialLine(doc, row, item, flt(row.qty), row.warehouse, Direction.INWARD, row.name)


_LINES = {
	PURCHASE_RECEIPT: _buying,
	PURCHASE_INVOICE: _buying,
	DELIVERY_NOTE: _selling,
	SALES_INVOICE: _selling,
	STOCK_ENTRY: _stock_entry,
	POS_INVOICE: _selling,
	SUBCONTRACTING_RECEIPT: _subcontracting_receipt,
	PICK_LIST: _pick_list,
	ASSET_CAPITALIZATION: _asset_capitalization,
	STOCK_RECONCILIATION: _stock_reconciliation,
}
