"""Recall: the units of an Item, a supplier, a purchase document, a batch or a list of serials, and where each is now.

Only units that the user may read. Units are read a page at a time in order of their names; numbers by place are counted
by the database. The queries are a fixed number, whatever the number of units.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import cint, cstr, escape_html

from serial_inventory.constants import (
	ITEM,
	PURCHASE_INVOICE,
	PURCHASE_RECEIPT,
	SERIAL_NO,
	STOCK_ENTRY,
	STOCK_RECONCILIATION,
	SUBCONTRACTING_RECEIPT,
	Place,
	Status,
)
from serial_inventory.erpnext_bundle import made_by, serial_nos_moved_by, serial_nos_of_batch
from serial_inventory.rules import recall as rules
from serial_inventory.rules.recall import Traits
from serial_inventory.rules.serial_text import expand, fold
from serial_inventory.services import messages, recalled, register, rights

MOST = 10_000
"""So many units are told in one answer."""
DEPTH = 10
"""So many times units are built into others."""
SOURCES = (PURCHASE_RECEIPT, PURCHASE_INVOICE, STOCK_ENTRY, STOCK_RECONCILIATION, SUBCONTRACTING_RECEIPT)
"""Documents that bring units in."""


@dataclass(frozen=True, slots=True)
class Scope:
	"""What is recalled; all that is given must hold. An Item stands for its variants too.

	`include_products`: also the units that recalled ones were built into, wherever these are now.
	"""

	item_code: str | None = None
	supplier: str | None = None
	purchase_document_type: str | None = None
	purchase_document_no: str | None = None
	batch_no: str | None = None
	serial_nos: str | None = None
	company: str | None = None
	place: str | None = None
	include_products: bool = True


@dataclass(frozen=True, slots=True)
class Counted:
	"""How many units are in a place, and where there: a warehouse, or a customer."""

	place: Place
	warehouse: str | None
	customer: str | None
	count: int


@dataclass(frozen=True, slots=True)
class Named:
	"""Units whose Serial No says {field: value}, if something is said, and those with these names."""

	says: Mapping[str, str]
	names: Sequence[str]

	def condition(self, table):
		condition = table.name.isin(list(self.names) or [""])
		if not self.says:
			return condition
		says = table.name > ""
		for column, value in self.says.items():
			says &= table[column] == value
		return (says | condition) if self.names else says


class Recall:
	"""One recall: what is asked for is looked up once, then counted and paged."""

	def __init__(self, scope: Scope):
		frappe.has_permission(SERIAL_NO, "read", throw=True)
		_check(scope)
		self.scope = scope
		self.named = _named(scope)
		self.products = self._products() if scope.include_products else {}
		self.counted, self.traits = self._count()

	def counts(self) -> dict[str, int]:
		"""{place: units}, the most first, whatever place the scope has."""
		found: dict[str, int] = {}
		for one in self.counted:
			found[one.place.value] = found.get(one.place.value, 0) + one.count
		return dict(sorted(found.items(), key=lambda pair: -pair[1]))

	def where(self) -> list[dict]:
		"""How many are in which warehouse, or with which customer: [{place, warehouse, customer, units}], the most first."""
		found: dict[tuple, int] = {}
		for one in self.counted:
			key = (one.place.value, one.warehouse or None, one.customer or None)
			found[key] = found.get(key, 0) + one.count
		names = ("place", "warehouse", "customer", "units")
		pairs = sorted(found.items(), key=lambda pair: -pair[1])
		return [dict(zip(names, (*key, units), strict=True)) for key, units in pairs]

	def page(self, limit: int = 0, after: str = "") -> tuple[list[frappe._dict], str | None]:
		"""The units after a name, told in full, and what the next page's `after` is if there is one."""
		rows = self._rows(limit, after)
		more = bool(limit) and len(rows) > limit
		rows = recalled.told(rows[:limit] if limit else rows)
		for row in rows:
			row.contains = self.products.get(fold(row.name))
		return rows, rows[-1].name if more else None

	def _rows(self, limit: int, after: str) -> list[frappe._dict]:
		table, entry = frappe.qb.DocType(SERIAL_NO), frappe.qb.DocType(STOCK_ENTRY)
		query = self._query(table, entry).where(table.name > after).orderby(table.name)
		if self.scope.place:
			query = query.where(self._is_in(Place(self.scope.place), table, entry))
		query = query.select(*(table[column] for column in recalled.COLUMNS), entry.purpose)
		return (query.limit(limit + 1) if limit else query).run(as_dict=True)

	def _count(self) -> tuple[list[Counted], dict[Traits, Place]]:
		table, entry = frappe.qb.DocType(SERIAL_NO), frappe.qb.DocType(STOCK_ENTRY)
		columns = (*self._traits(table, entry), table.warehouse, table.customer)
		query = (
			self._query(table, entry).where(table.name > "").select(*columns, Count("*")).groupby(*columns)
		)
		counted, traits = [], {}
		for status, left_by, purpose, asset_status, warehouse, customer, count in query.run():
			own = Traits(status, bool(warehouse), left_by, purpose, asset_status)
			place = traits[own] = rules.place(own)
			is_customers = place == Place.WITH_CUSTOMER
			counted.append(Counted(place, warehouse, customer if is_customers else None, count))
		return counted, traits

	def _traits(self, table, entry) -> tuple:
		return (table.status, table.delivery_document_type, entry.purpose, table.asset_status)

	def _is_in(self, place: Place, table, entry):
		"""The condition for a place: the kinds of units that the count has found there."""
		condition = table.name == ""
		for own in (own for own, where in self.traits.items() if where == place):
			has_none = table.warehouse.isnull() | (table.warehouse == "")
			one = table.warehouse > "" if own.is_in_warehouse else has_none
			values = (own.status, own.left_by, own.purpose, own.asset_status)
			for column, value in zip(self._traits(table, entry), values, strict=True):
				one &= column.isnull() if value is None else column == value
			condition |= one
		return condition

	def _query(self, table, entry):
		query = frappe.qb.from_(table).left_join(entry)
		is_left_by = table.delivery_document_type == STOCK_ENTRY
		query = query.on(is_left_by & (entry.name == table.delivery_document_no))
		asked = self._asked(table)
		if self.products:
			asked |= table.name.isin(list(self.products))
		return rights.readable(query.where(asked), SERIAL_NO)

	def _asked(self, table):
		"""The condition for the units themselves, without products."""
		scope, asked = self.scope, table.name > ""
		for column in ("supplier", "company"):
			if value := getattr(scope, column):
				asked &= table[column] == value
		if scope.item_code:
			asked &= table.item_code.isin(_with_variants(scope.item_code))
		for named in self.named:
			asked &= named.condition(table)
		return asked

	def _products(self) -> dict[str, str]:
		"""{product's serial, folded: the units that it may hold, in words}, and what these products are built into.

		ERPNext knows of which units a document made its products, not which unit is in which one.
		"""
		products: dict[str, str] = {}
		table = frappe.qb.DocType(SERIAL_NO)
		asked = self._asked(table)
		for _level in range(DEPTH):
			query = frappe.qb.from_(table).where(asked & (table.status == Status.CONSUMED.value))
			query = query.select(table.name, table.delivery_document_type, table.delivery_document_no)
			new = _products_of(rights.readable(query.where(table.name > ""), SERIAL_NO).run())
			new = {name: text for name, text in new.items() if name not in products}
			if not new:
				break
			products.update(new)
			asked = table.name.isin(list(new))
		return products


def _products_of(consumed: Sequence[tuple[str, str, str]]) -> dict[str, str]:
	"""{product's serial, folded: the consumed units in words} of (serial, DocType, name of the document)."""
	parts: dict[tuple[str, str], list[str]] = {}
	for serial_no, doctype, name in consumed:
		if name:
			parts.setdefault((doctype, name), []).append(serial_no)
	vouchers: dict[str, list[str]] = {}
	for doctype, name in parts:
		vouchers.setdefault(doctype, []).append(name)
	texts = {voucher: recalled.in_words(own) for voucher, own in parts.items()}
	made = made_by(vouchers)
	return {fold(product): texts[voucher] for voucher, products in made.items() for product in products}


def of(scope: Scope, limit: int = 0, after: str | None = None) -> dict:
	"""{counts, where, units, next}: see api.get_recall."""
	recall = Recall(scope)
	units, more = recall.page(min(max(cint(limit), 0) or MOST, MOST), cstr(after))
	return {"counts": recall.counts(), "where": recall.where(), "units": units, "next": more}


def scope_of(filters: str | Mapping) -> Scope:
	"""From the filters of the report, which a call gives as JSON."""
	given = frappe.parse_json(filters) if isinstance(filters, str) else filters
	if not isinstance(given, Mapping):
		frappe.throw(_("Filters are expected as an object."))
	texts = {field.name: cstr(given.get(field.name)).strip() or None for field in fields(Scope)}
	return Scope(**{**texts, "include_products": bool(cint(given.get("include_products", 1)))})


def table(scope: Scope) -> Iterator[list]:
	"""All units of a recall as lines of a file, the labels first."""
	labels = recalled.columns()
	yield [label for _fieldname, label, *_type in labels]
	for row in Recall(scope).page()[0]:
		yield [recalled.cell(row, fieldname) for fieldname, *_rest in labels]


def is_given(scope: Scope) -> bool:
	"""Whether the scope says what is recalled."""
	return any(
		(scope.item_code, scope.supplier, scope.purchase_document_no, scope.batch_no, scope.serial_nos)
	)


def _check(scope: Scope) -> None:
	if not is_given(scope):
		frappe.throw(_("Give an Item, a supplier, a purchase document, a batch or serial numbers to recall."))
	if scope.place and scope.place not in {place.value for place in Place}:
		frappe.throw(_("{0} is no place of a recall.").format(escape_html(scope.place)))
	if scope.purchase_document_type and scope.purchase_document_type not in SOURCES:
		message = _("{0} brings no units in. Choose one of these: {1}.")
		frappe.throw(message.format(escape_html(scope.purchase_document_type), ", ".join(map(_, SOURCES))))
	for doctype, name in ((ITEM, scope.item_code), ("Supplier", scope.supplier), ("Batch", scope.batch_no)):
		if name and not frappe.db.exists(doctype, name):
			frappe.throw(_("{0} {1} does not exist.").format(_(doctype), escape_html(name)))


# --- which units ---------------------------------------------------------------------------------


def _with_variants(item_code: str) -> list[str]:
	return [item_code, *frappe.get_all(ITEM, filters={"variant_of": item_code}, pluck="name")]


def _named(scope: Scope) -> list[Named]:
	"""What the document, the batch and the text name, as many of these as are given."""
	found = []
	if scope.purchase_document_no:
		found.append(_received_by(scope.purchase_document_type, scope.purchase_document_no))
	if scope.batch_no:
		found.append(_with_others({"batch_no": scope.batch_no}, serial_nos_of_batch(scope.batch_no)))
	if scope.serial_nos:
		found.append(Named({}, _typed(scope.serial_nos)))
	return found


def _received_by(doctype: str | None, name: str) -> Named:
	"""What the document brought in by the ledger, and the units that name it: typed ones have no ledger."""
	says = {"purchase_document_no": name}
	if doctype:
		says["purchase_document_type"] = doctype
	return _with_others(
		says, serial_nos_moved_by({one: [name] for one in ([doctype] if doctype else SOURCES)})
	)


def _with_others(says: dict[str, str], moved: Collection[str]) -> Named:
	"""Units that say so, and of those that moved so only the others: a long list of names is slow."""
	own = {fold(name) for name in frappe.get_all(SERIAL_NO, filters=says, pluck="name")} if moved else ()
	return Named(says, [name for name in moved if fold(name) not in own])


def _typed(text: str) -> list[str]:
	expansion = expand(text, known=register.named_like_ranges([text]))
	messages.refuse(expansion.problems)
	return expansion.serial_nos
