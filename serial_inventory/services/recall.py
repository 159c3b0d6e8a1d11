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
	ASSET,
	ITEM,
	PURCHASE_INVOICE,
	PURCHASE_RECEIPT,
	SALES_INVOICE,
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
from serial_inventory.rules.serial_text import ambiguous, expand, fold, summary
from serial_inventory.services import messages, rights

MOST = 10_000
"""So many units are told in one answer."""
CUSTOMER = "Customer"
SHOWN = 5
"""So many units are all named in one cell; of more, the first and the last."""
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
DEPTH = 10
"""So many times units are built into others."""
SOURCES = (PURCHASE_RECEIPT, PURCHASE_INVOICE, STOCK_ENTRY, STOCK_RECONCILIATION, SUBCONTRACTING_RECEIPT)
"""Documents that bring units in."""
COLUMNS = (
	"name",
	"item_code",
	"item_name",
	"batch_no",
	"status",
	"warehouse",
	"customer",
	"customer_name",
	"delivery_document_type",
	"delivery_document_no",
	"delivery_date",
	"sales_invoice",
	"supplier",
	"purchase_document_type",
	"purchase_document_no",
	"purchase_date",
	"asset",
	"asset_status",
	"company",
)
NO_CONTACT = {"contact": None, "email_id": None, "mobile_no": None}
DOCUMENTS = (
	("delivery_document_type", "delivery_document_no"),
	("purchase_document_type", "purchase_document_no"),
	(None, "sales_invoice"),
)
"""The columns of documents with the column of their type; without one it is the type of the column's link."""


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


class Recall:
	"""One recall: what is asked for is looked up once, then counted and paged."""

	def __init__(self, scope: Scope):
		frappe.has_permission(SERIAL_NO, "read", throw=True)
		_check(scope)
		self.scope = scope
		self.names = _names(scope)
		self.products = self._products() if scope.include_products else {}
		self.counted, self.traits = self._count()

	def counts(self) -> dict[str, int]:
		"""{place: units}, the most first, whatever place the scope has."""
		found: dict[str, int] = {}
		for one in self.counted:
			found[one.place.value] = found.get(one.place.value, 0) + one.count
		return dict(sorted(found.items(), key=lambda pair: -pair[1]))

	def page(self, limit: int = 0, after: str = "") -> tuple[list[frappe._dict], str | None]:
		"""The units after a name, told in full, and what the next page's `after` is if there is one."""
		rows = self._rows(limit, after)
		more = bool(limit) and len(rows) > limit
		rows = _told(rows[:limit] if limit else rows)
		for row in rows:
			row.contains = self.products.get(fold(row.name))
		return rows, rows[-1].name if more else None

	def _rows(self, limit: int, after: str) -> list[frappe._dict]:
		table, entry = frappe.qb.DocType(SERIAL_NO), frappe.qb.DocType(STOCK_ENTRY)
		query = self._query(table, entry).where(table.name > after).orderby(table.name)
		if self.scope.place:
			query = query.where(self._is_in(Place(self.scope.place), table, entry))
		query = query.select(*(table[column] for column in COLUMNS), entry.purpose)
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
		return asked if self.names is None else asked & table.name.isin(self.names or [""])

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
	return {
		fold(product): _in_words(parts[voucher])
		for voucher, products in made_by(vouchers).items()
		for product in products
	}


def _in_words(serial_nos: Sequence[str]) -> str:
	return ", ".join(sorted(serial_nos)) if len(serial_nos) <= SHOWN else summary(serial_nos)


def of(scope: Scope, limit: int = 0, after: str | None = None) -> dict:
	"""{counts, units, next}: see api.get_recall."""
	recall = Recall(scope)
	units, more = recall.page(min(max(cint(limit), 0) or MOST, MOST), cstr(after))
	return {"counts": recall.counts(), "units": units, "next": more}


def scope_of(filters: str | Mapping) -> Scope:
	"""From the filters of the report, which a call gives as JSON."""
	given = frappe.parse_json(filters) if isinstance(filters, str) else filters
	if not isinstance(given, Mapping):
		frappe.throw(_("Filters are expected as an object."))
	texts = {field.name: cstr(given.get(field.name)).strip() or None for field in fields(Scope)}
	return Scope(**{**texts, "include_products": bool(cint(given.get("include_products", 1)))})


def table(scope: Scope) -> Iterator[list]:
	"""All units of a recall as lines of a file, the labels first."""
	labels = columns()
	yield [label for _fieldname, label, *_type in labels]
	for row in Recall(scope).page()[0]:
		yield [_cell(_shown(row, fieldname)) for fieldname, *_rest in labels]


def columns() -> list[tuple]:
	"""(fieldname, label, fieldtype, options, width) of what is told of a unit, in order."""
	return [
		("name", _("Serial No"), "Link", SERIAL_NO, 150),
		("place", _("Place"), "Data", None, 120),
		("warehouse", _("Warehouse"), "Link", "Warehouse", 160),
		("customer", _("Customer"), "Link", CUSTOMER, 160),
		("customer_name", _("Customer Name"), "Data", None, 160),
		("contact", _("Contact"), "Link", "Contact", 150),
		("email_id", _("Email"), "Data", None, 170),
		("mobile_no", _("Mobile No"), "Data", None, 120),
		("delivery_document_type", _("Left By"), "Data", None, 120),
		("delivery_document_no", _("Document"), "Dynamic Link", "delivery_document_type", 170),
		("delivery_date", _("Delivery Date"), "Date", None, 110),
		("sales_invoice", _("Sales Invoice"), "Link", SALES_INVOICE, 170),
		("built_into", _("Built Into"), "Data", None, 180),
		("contains", _("Holds Units of the Recall"), "Data", None, 190),
		("item_code", _("Item"), "Link", ITEM, 140),
		("item_name", _("Item Name"), "Data", None, 170),
		("batch_no", _("Batch"), "Link", "Batch", 120),
		("supplier", _("Supplier"), "Link", "Supplier", 150),
		("purchase_document_type", _("Received By"), "Data", None, 130),
		("purchase_document_no", _("Purchase Document No"), "Dynamic Link", "purchase_document_type", 170),
		("purchase_date", _("Purchase Date"), "Date", None, 110),
		("asset", _("Asset"), "Link", ASSET, 120),
		("company", _("Company"), "Link", "Company", 150),
	]


def _shown(row, fieldname: str):
	value = row[fieldname]
	is_word = fieldname in ("place", "delivery_document_type", "purchase_document_type")
	return _(value) if value and is_word else value


def _cell(value: object) -> str:
	"""A text that a spreadsheet takes as a text, not as a formula."""
	text = cstr(value)
	return f"'{text}" if text.startswith(FORMULAS) else text


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


def _names(scope: Scope) -> list[str] | None:
	"""The serials that are named by the document, the batch and the text, as many of these as are given; None for all."""
	sets = []
	if scope.purchase_document_no:
		sets.append(_received_by(scope.purchase_document_type, scope.purchase_document_no))
	if scope.batch_no:
		sets.append(_of_batch(scope.batch_no))
	if scope.serial_nos:
		sets.append(_typed(scope.serial_nos))
	if not sets:
		return None
	by_fold = [{fold(name): name for name in names} for names in sets]
	common = set(by_fold[0]).intersection(*by_fold[1:])
	return [by_fold[0][key] for key in common]


def _received_by(doctype: str | None, name: str) -> Collection[str]:
	"""What the document brought in by the ledger, and the units that name it: typed ones have no ledger."""
	filters = {"purchase_document_no": name}
	if doctype:
		filters["purchase_document_type"] = doctype
	named = frappe.get_all(SERIAL_NO, filters=filters, pluck="name")
	return {*named, *serial_nos_moved_by({one: [name] for one in ([doctype] if doctype else SOURCES)})}


def _of_batch(batch_no: str) -> Collection[str]:
	named = frappe.get_all(SERIAL_NO, filters={"batch_no": batch_no}, pluck="name")
	return {*named, *serial_nos_of_batch(batch_no)}


def _typed(text: str) -> Collection[str]:
	doubtful = ambiguous(text)
	known = frappe.get_all(SERIAL_NO, filters={"name": ("in", doubtful)}, pluck="name") if doubtful else ()
	expansion = expand(text, known=known)
	messages.refuse(expansion.problems)
	return expansion.serial_nos


# --- what is told of them ------------------------------------------------------------------------


def _told(rows: Sequence[frappe._dict]) -> list[frappe._dict]:
	"""The rows with place, contact and what they are built into; what the user may not read is blank."""
	readable, made = _readable(rows), _made_by(rows)
	contacts = _contacts({row.customer for row in rows if row.customer})
	hidden = set(COLUMNS).difference(rights.readable_fields(SERIAL_NO, COLUMNS), ["name"])
	for row in rows:
		row.place = _place(row).value
		made_of_it = made.get((row.delivery_document_type, row.delivery_document_no))
		for type_column, column in DOCUMENTS:
			doctype = row[type_column] if type_column else SALES_INVOICE
			if row[column] and (doctype, row[column]) not in readable:
				row[column] = None
		row.built_into = (
			made_of_it if row.place == Place.BUILT_IN.value and row.delivery_document_no else None
		)
		row.update(contacts.get(row.customer, NO_CONTACT))
		row.update(dict.fromkeys(hidden))
		del row["purpose"]
	return rows


def _place(row) -> Place:
	own = Traits(row.status, bool(row.warehouse), row.delivery_document_type, row.purpose, row.asset_status)
	return rules.place(own)


def _readable(rows: Sequence[frappe._dict]) -> set[tuple[str, str]]:
	"""The documents of the rows that the user may read: at most one query a DocType."""
	by_type: dict[str, set[str]] = {}
	for row in rows:
		for type_column, column in DOCUMENTS:
			doctype = row[type_column] if type_column else SALES_INVOICE
			if doctype and row[column]:
				by_type.setdefault(doctype, set()).add(row[column])
	return {(doctype, name) for doctype, names in by_type.items() for name in _those_readable(doctype, names)}


def _those_readable(doctype: str, names: Collection[str]) -> Collection[str]:
	if not frappe.db.exists("DocType", doctype) or not rights.can_read(doctype):
		return ()
	if not rights.conditions(doctype, frappe.session.user):
		return names
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name).where(table.name.isin(list(names)))
	return rights.readable(query, doctype).run(pluck=True)


def _made_by(rows: Sequence[frappe._dict]) -> dict[tuple[str, str], str]:
	"""{(DocType, name): the serials that it made, in words} of the documents that consumed units."""
	vouchers: dict[str, set[str]] = {}
	for row in rows:
		if _place(row) == Place.BUILT_IN:
			vouchers.setdefault(row.delivery_document_type, set()).add(row.delivery_document_no)
	own = _of_user(made_by(vouchers))
	return {voucher: _in_words(names) for voucher, names in own.items()}


def _of_user(made: Mapping[tuple[str, str], Sequence[str]]) -> dict[tuple[str, str], list[str]]:
	"""Those of the units that the user may read."""
	names = [name for one in made.values() for name in one]
	if not names or not rights.conditions(SERIAL_NO, frappe.session.user):
		return dict(made)
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).select(table.name).where(table.name.isin(names))
	own = {fold(name) for name in rights.readable(query, SERIAL_NO).run(pluck=True)}
	kept = {voucher: [name for name in one if fold(name) in own] for voucher, one in made.items()}
	return {voucher: one for voucher, one in kept.items() if one}


def _contacts(customers: Collection[str]) -> dict[str, dict]:
	"""{customer: contact, email_id, mobile_no}: the primary contact, or else one that is linked; two queries."""
	if not customers or not rights.can_read(CUSTOMER):
		return {}
	table = frappe.qb.DocType(CUSTOMER)
	query = frappe.qb.from_(table).select(
		table.name, table.customer_primary_contact.as_("contact"), table.email_id, table.mobile_no
	)
	query = rights.readable(query.where(table.name.isin(list(customers))), CUSTOMER)
	found = {row.pop("name"): row for row in query.run(as_dict=True)}
	without = [customer for customer, row in found.items() if not row.contact]
	found.update(_linked_contacts(without))
	return found


def _linked_contacts(customers: Collection[str]) -> dict[str, dict]:
	if not customers or not rights.can_read("Contact"):
		return {}
	contact, link = frappe.qb.DocType("Contact"), frappe.qb.DocType("Dynamic Link")
	query = frappe.qb.from_(contact).inner_join(link).on(link.parent == contact.name)
	query = query.select(link.link_name, contact.name.as_("contact"), contact.email_id, contact.mobile_no)
	query = query.where((link.parenttype == "Contact") & (link.link_doctype == CUSTOMER))
	query = query.where(link.link_name.isin(list(customers)))
	query = query.orderby(contact.is_primary_contact).orderby(contact.modified)
	return {row.pop("link_name"): row for row in rights.readable(query, "Contact").run(as_dict=True)}
