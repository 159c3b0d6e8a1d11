"""Documents made of a list of serials: unsaved, with the serials typed in rows by Item and warehouse.

Nothing is written here. Who opens one, saves it; all checks are those of the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import flt

from serial_inventory import erpnext_bundle
from serial_inventory.constants import (
	DELIVERY_NOTE,
	ITEM,
	MAINTENANCE_SCHEDULE,
	SALES_INVOICE,
	SERIAL_RENEWAL,
	STOCK_ENTRY,
	TermAction,
)
from serial_inventory.rules import check_list as rules
from serial_inventory.rules.problems import Problem, some
from serial_inventory.rules.serial_text import LIMIT, fold, join
from serial_inventory.services import messages, register, rights, schedules

SALES_RETURN = "Sales Return"
TRANSFER = "Material Transfer"
RETURNED_ROW = {DELIVERY_NOTE: "dn_detail", SALES_INVOICE: "sales_invoice_item"}
"""Documents that deliver, and the field in which a return's row names the row that it returns."""


@dataclass(frozen=True, slots=True)
class Group:
	"""Units of the list that say the same."""

	item_code: str | None
	warehouse: str | None
	company: str | None
	customer: str | None
	batch_no: str | None
	delivery_document_type: str | None
	delivery_document_no: str | None
	serial_nos: list[str]

	@property
	def delivered_by(self) -> tuple[str, str] | None:
		"""The document that a return is made against; units in stock have been taken back already."""
		if self.warehouse or self.delivery_document_type not in RETURNED_ROW:
			return None
		return (self.delivery_document_type, self.delivery_document_no) if self.delivery_document_no else None


COLUMNS = tuple(name for name in Group.__slots__ if name != "serial_nos")


def make(what: str, serial_nos: Sequence[str], against: str | None = None) -> dict:
	"""{doc}: the unsaved document as a dict; or {choices: [{doctype, name, count}]}, for a return of several deliveries.

	`what` is a DocType or "Sales Return", `against` the delivery whose units are returned. Raises SerialNoError.
	"""
	if what not in MAKERS:
		frappe.throw(_("No {0} is made of a list of Serial Nos.").format(frappe.utils.escape_html(what)))
	if what != SALES_RETURN:
		frappe.has_permission(what, "create", throw=True)
	names = list({fold(name): name for name in serial_nos}.values())
	if not names:
		frappe.throw(_("Choose Serial Nos first."))
	if len(names) > LIMIT:
		frappe.throw(_("A document takes {0} serial numbers. Choose fewer.").format(f"{LIMIT:,}"))
	if what == SALES_RETURN:
		return _sales_return(_groups(names), against)
	return {"doc": MAKERS[what](_groups(names)).as_dict()}


def _groups(names: Sequence[str]) -> list[Group]:
	"""The units, all of which the user may read."""
	alike: dict[tuple, list[str]] = {}
	for name, *values in register.readable(names, COLUMNS):
		alike.setdefault(tuple(values), []).append(name)
	groups = [Group(*values, serial_nos) for values, serial_nos in alike.items()]
	found = {fold(name) for group in groups for name in group.serial_nos}
	missing = [name for name in names if fold(name) not in found]
	if missing:
		messages.refuse([Problem(rules.NOT_THERE, (some(missing),))])
	return groups


def _one(values: Iterable[str | None], template: str) -> str | None:
	"""The one value that the units have, None for none. Raises SerialNoError where they differ."""
	found = sorted({value for value in values if value})
	if len(found) > 1:
		messages.refuse([Problem(template, (some(found),))])
	return found[0] if found else None


def _only(groups: Sequence[Group], is_fit: Callable[[Group], bool], template: str) -> None:
	"""Raises SerialNoError, with this sentence, where some units do not fit."""
	others = [name for group in groups if not is_fit(group) for name in group.serial_nos]
	if others:
		messages.refuse([Problem(template, (f"{len(others):,}", some(sorted(others))))])


# --- documents that take units out of their warehouse -----------------------------------------------


def _delivery_note(groups: Sequence[Group]):
	doc = frappe.new_doc(DELIVERY_NOTE)
	doc.company = _company_of_stock(groups)
	for item_code, warehouse, batch_no, names in _rows(groups):
		doc.append("items", {"warehouse": warehouse, **_typed(item_code, batch_no, names)})
	doc.run_method("set_missing_values")
	return doc


def _transfer(groups: Sequence[Group]):
	doc = frappe.new_doc(STOCK_ENTRY)
	doc.update({"purpose": TRANSFER, "stock_entry_type": TRANSFER, "company": _company_of_stock(groups)})
	items = _items(groups)
	for item_code, warehouse, batch_no, names in _rows(groups):
		item = items.get(item_code, {})
		row = {"s_warehouse": warehouse, **_typed(item_code, batch_no, names), **item}
		doc.append("items", {**row, "uom": item.get("stock_uom"), "transfer_qty": len(names)})
	return doc


def _company_of_stock(groups: Sequence[Group]) -> str | None:
	_only(groups, lambda group: group.warehouse, rules.NOT_IN_STOCK)
	companies = [
		frappe.get_cached_value("Warehouse", warehouse, "company")
		for warehouse in {group.warehouse for group in groups}
	]
	return _one(companies, rules.SEVERAL_COMPANIES)


def _rows(groups: Sequence[Group]) -> list[tuple[str, str, str | None, list[str]]]:
	"""(item_code, warehouse, batch_no, serials): a row of a document for each."""
	rows: dict[tuple, list[str]] = {}
	for group in groups:
		rows.setdefault((group.item_code, group.warehouse, group.batch_no or ""), []).extend(group.serial_nos)
	return [
		(item, warehouse, batch or None, rows[item, warehouse, batch])
		for item, warehouse, batch in sorted(rows)
	]


def _typed(item_code: str, batch_no: str | None, names: Sequence[str], sign: int = 1) -> dict:
	"""What a row has of its serials: the text, one per line, and the quantity."""
	typed = {"serial_no": join(names), "batch_no": batch_no, "use_serial_batch_fields": 1}
	return {"item_code": item_code, "qty": sign * len(names), "conversion_factor": 1, **typed}


def _items(groups: Sequence[Group]) -> dict[str, dict]:
	filters = {"name": ("in", sorted({group.item_code for group in groups}))}
	rows = frappe.get_all(ITEM, filters=filters, fields=["name", "item_name", "description", "stock_uom"])
	return {row.pop("name"): row for row in rows}


# --- returns ----------------------------------------------------------------------------------------


def _sales_return(groups: Sequence[Group], against: str | None) -> dict:
	_only(groups, lambda group: group.delivered_by, rules.NOT_DELIVERED)
	counts: dict[tuple[str, str], list[str]] = {}
	for group in groups:
		counts.setdefault(group.delivered_by, []).extend(group.serial_nos)
	readable = rights.documents(counts)
	hidden = [name for source, names in counts.items() if source not in readable for name in names]
	if hidden:
		messages.refuse([Problem(rules.NOT_DELIVERED, (f"{len(hidden):,}", some(sorted(hidden))))])
	if against:
		counts = {source: names for source, names in counts.items() if source[1] == against}
	if len(counts) != 1:
		choices = [
			{"doctype": doctype, "name": name, "count": len(names)}
			for (doctype, name), names in sorted(counts.items())
		]
		return {"choices": choices}
	((doctype, name), names) = next(iter(counts.items()))
	frappe.has_permission(doctype, "create", throw=True)
	return {"doc": _returned(doctype, name, names).as_dict()}


def _returned(doctype: str, name: str, serial_nos: Sequence[str]):
	"""ERPNext's own return of the document, with the rows that delivered these units, and of them these alone."""
	from erpnext.controllers.sales_and_purchase_return import make_return_doc

	doc = make_return_doc(doctype, name)
	originals = {row.get(RETURNED_ROW[doctype]): row for row in doc.items}
	delivered = erpnext_bundle.rates_of_rows(doctype, name, list(originals))
	wanted = {fold(one): one for one in serial_nos}
	kept = []
	for original, row in originals.items():
		names = [wanted.pop(fold(one)) for one in delivered.get(original, ()) if fold(one) in wanted]
		if names:
			row.update(_typed(row.item_code, row.get("batch_no"), names, -1))
			row.stock_qty = flt(row.qty)
			row.set("serial_and_batch_bundle", None)
			kept.append(row)
	if wanted:
		text = rules.NOT_IN_ROWS
		messages.refuse([Problem(text, (f"{len(wanted):,}", some(sorted(wanted.values())), name))])
	doc.set("items", kept)
	doc.run_method("calculate_taxes_and_totals")
	return doc


# --- documents about units --------------------------------------------------------------------------


def _renewal(groups: Sequence[Group]):
	doc = frappe.new_doc(SERIAL_RENEWAL)
	doc.action = TermAction.RENEW.value
	doc.company = _one((group.company for group in groups), rules.SEVERAL_COMPANIES) or doc.company
	customers = {group.customer for group in groups}
	doc.customer = customers.pop() if len(customers) == 1 else None
	doc.serial_nos = join(name for group in groups for name in group.serial_nos)
	return doc


def _schedule(groups: Sequence[Group]):
	return schedules.make_for_serial_nos([name for group in groups for name in group.serial_nos])


MAKERS = {
	DELIVERY_NOTE: _delivery_note,
	STOCK_ENTRY: _transfer,
	SALES_RETURN: _sales_return,
	SERIAL_RENEWAL: _renewal,
	MAINTENANCE_SCHEDULE: _schedule,
}
