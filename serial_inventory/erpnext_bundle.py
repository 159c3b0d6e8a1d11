"""All that this app knows of ERPNext's Serial and Batch Bundle, its entries and the Stock Ledger.

ERPNext 15 and 16 differ here, and ERPNext plans to replace the bundle: whatever changes, changes in this module.
A bundle made here is written as submitted, in three statements, after ERPNext's own validators have passed it.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain

import frappe
from frappe.model.naming import set_new_name
from frappe.query_builder.functions import CombineDatetime, Count, Max, Min, Sum
from frappe.utils import cint, flt, getdate, now

from serial_inventory.constants import Direction
from serial_inventory.rules.history import Line
from serial_inventory.services import bulk

BUNDLE = "Serial and Batch Bundle"
ENTRY = "Serial and Batch Entry"
LEDGER = "Stock Ledger Entry"

OWN = ("name", "idx", "serial_no", "incoming_rate", "stock_value_difference")
"""What each entry has for itself; all the rest the entries of a bundle made here share."""

COMES_IN, GOES_OUT = "auto_created_serial_and_batch_bundle", "via_landed_cost_voucher"
"""Marks of a ledger entry whose Serial Nos ERPNext does not write (`leave_to_app`)."""

CHECKS = (
	"validate_serial_and_batch_no",
	"validate_duplicate_serial_and_batch_no",
	"allow_existing_serial_nos",
	"validate_serial_nos_duplicate",
	"check_future_entries_exists",
	"validate_serial_nos_inventory",
)
"""The bundle's own validators that ERPNext runs when it submits one."""


@dataclass(slots=True)
class Package:
	"""The serials that one line of a submitted document moves, and their rates in company currency a unit."""

	doc: object
	item_code: str
	warehouse: str
	direction: Direction
	voucher_detail_no: str
	serial_nos: list[str]
	rates: Mapping[str, float] | float = 0.0
	batch_no: str | None = None
	is_rejected: bool = False
	is_packed: bool = False
	has_known_serials: bool = True  # False when every serial has just been made
	is_checked: bool = False  # read, locked, of the Item, and in the warehouse (inward: in none)

	def rate(self, serial_no: str) -> float:
		if isinstance(self.rates, Mapping):
			return flt(self.rates.get(serial_no))
		return self.rates


@dataclass(frozen=True, slots=True)
class LedgerLine:
	"""A standing Stock Ledger Entry that moves serials."""

	item_code: str
	warehouse: str
	direction: Direction
	voucher_type: str
	voucher_no: str
	voucher_detail_no: str
	posting_date: date

	@classmethod
	def of(cls, row) -> LedgerLine:
		"""From a row of the ledger."""
		return cls(
			item_code=row.item_code,
			warehouse=row.warehouse,
			direction=Direction.INWARD if row.actual_qty > 0 else Direction.OUTWARD,
			voucher_type=row.voucher_type,
			voucher_no=row.voucher_no,
			voucher_detail_no=row.voucher_detail_no,
			posting_date=getdate(row.posting_date),
		)


Path = tuple[tuple[str, float], ...]


@dataclass(slots=True)
class Ledger:
	"""What moved: ledger lines by name, and each serial's path through them, oldest first: ((line, its rate), …)."""

	bundles: list[str] = field(default_factory=list)
	lines: dict[str, LedgerLine] = field(default_factory=dict)
	paths: dict[str, Path] = field(default_factory=dict)
	places: dict[str, str | None] = field(default_factory=dict)
	"""{serial: warehouse, None for one that is out} of the units whose last line's Serial Nos are left to the app."""

	def add(self, row, rates: Mapping[str, float]) -> None:
		self.lines[row.name] = LedgerLine.of(row)
		for serial_no, rate in rates.items():
			self.paths[serial_no] = (*self.paths.get(serial_no, ()), (row.name, rate))

	def place(self, serial_nos: Iterable[str], left: Mapping[str, str | None] | None) -> None:
		"""After a line: what the app is to write of these; nothing where ERPNext has written them itself."""
		for serial_no in serial_nos:
			self.places.pop(serial_no, None)
		self.places.update(left or {})


@dataclass(slots=True)
class Reversal:
	"""What cancelling a document undoes: its bundles (`bundles` are those that the app cancels) and their serials."""

	all_bundles: list[str] = field(default_factory=list)
	bundles: list[str] = field(default_factory=list)
	item_codes: set[str] = field(default_factory=set)
	serial_nos: list[str] = field(default_factory=list)


def is_switched_off() -> bool:
	"""Whether one of ERPNext's own tests makes ledger rows as they were before bundles; it skips them by these flags."""
	return bool(
		frappe.flags.use_serial_and_batch_fields or frappe.flags.ignore_serial_batch_bundle_validation
	)


def write(package: Package, is_second: bool = False) -> str:
	"""Check the package by ERPNext's rules and write it as a submitted bundle; returns the bundle's name.

	The second bundle of a transfer holds what the first was checked for; ERPNext checks it no more either.
	"""
	bundle = _bundle_document(package)
	bundle.flags.is_checked = package.is_checked
	if not is_second:
		_check(bundle, package)
	bundle.db_insert()
	_insert_entries(bundle)
	if package.has_known_serials:
		_mark_source(bundle)
	_fresh()[bundle.name] = bundle
	place = package.warehouse if package.direction == Direction.INWARD else None
	_left_to_app()[bundle.name] = dict.fromkeys(package.serial_nos, place)
	return bundle.name


def _fresh() -> dict:
	"""The bundles written in this submit, by name: ERPNext is about to load them again."""
	if not hasattr(frappe.local, "fresh_bundles"):
		frappe.local.fresh_bundles = {}
	return frappe.local.fresh_bundles


def fresh_entries(bundle) -> list[frappe._dict] | None:
	"""The rows of a bundle written in this submit, as the table has them; None of any other bundle."""
	fresh = _fresh().get(bundle.name)
	if not fresh or str(fresh.creation) != str(bundle.creation):
		return None
	return fresh.entries


def forget_fresh(name: str | None = None) -> None:
	"""The submit or cancel is over, or ERPNext has changed this bundle's entries."""
	if name:
		_fresh().pop(name, None)
	else:
		_fresh().clear()
		_left_to_app().clear()


def _left_to_app() -> dict[str, dict[str, str | None]]:
	"""The bundles of this submit or cancel whose Serial Nos the app writes whole itself.

	{bundle: {serial: the warehouse that it comes into, None for one that goes out}}
	"""
	if not hasattr(frappe.local, "bundles_left_to_app"):
		frappe.local.bundles_left_to_app = {}
	return frappe.local.bundles_left_to_app


def leave_to_app(entry) -> None:
	"""Keep ERPNext's ledger from an UPDATE of Serial Nos that the app is going to write whole, or has made so.

	ERPNext does none for units that come in by a bundle of its own making, nor where a Landed Cost Voucher posts the
	entry, for then nothing moves; it knows both by a mark of the entry. Here a mark stands from when the entry is written
	to when it is posted, so the table never has it.
	"""
	if entry.serial_and_batch_bundle not in _left_to_app():
		return
	mark = COMES_IN if entry.actual_qty > 0 else GOES_OUT
	if not entry.get(mark):
		entry.flags.left_to_app = mark
		entry.set(mark, 1)


def end_leaving(entry) -> None:
	"""The entry is posted: the mark goes."""
	if mark := entry.flags.pop("left_to_app", None):
		entry.set(mark, 0)


def places_given_back(bundles: Iterable[str]) -> dict[str, str | None]:
	"""{serial: warehouse} of the units that come back in with the cancel of these bundles and are left to the app.

	What is left of other bundles is of a submit or cancel that failed before, in one request for many documents.
	"""
	left = _left_to_app()
	return {serial_no: place for bundle in bundles for serial_no, place in left.get(bundle, {}).items()}


def listed(bundles: Sequence[str]) -> bulk.Listed:
	"""The serials of bundles, for a query to join with."""
	return bulk.Listed(ENTRY, "serial_no", "parent", tuple(bundles))


def _bundle_document(package: Package):
	doc, item = package.doc, _item(package.item_code)
	bundle = frappe.new_doc(BUNDLE)
	bundle.update(
		{
			"company": doc.company,
			"item_code": package.item_code,
			"item_name": item.item_name,
			"item_group": item.item_group,
			"has_serial_no": item.has_serial_no,
			"has_batch_no": item.has_batch_no,
			"warehouse": package.warehouse,
			"type_of_transaction": package.direction.value,
			"voucher_type": doc.doctype,
			"voucher_no": doc.name,
			"voucher_detail_no": package.voucher_detail_no,
			"is_rejected": cint(package.is_rejected),
			"is_packed": cint(package.is_packed),
			**_posting(doc),
		}
	)
	bundle.docstatus = 1
	bundle.flags.voucher = doc
	set_new_name(bundle)
	bundle.creation = bundle.modified = now()
	bundle.owner = bundle.modified_by = frappe.session.user
	bundle.__dict__["entries"] = _entries(bundle, package)
	bundle.total_qty = sum(entry.qty for entry in bundle.entries)
	bundle.total_amount = sum(entry.stock_value_difference for entry in bundle.entries)
	bundle.avg_rate = bundle.total_amount / bundle.total_qty if bundle.total_qty else 0.0
	return bundle


def _item(item_code: str):
	fields = ["item_name", "item_group", "has_serial_no", "has_batch_no"]
	return frappe.get_cached_value("Item", item_code, fields, as_dict=True)


def _posting(doc) -> dict:
	"""The document's moment in the field that this version has for it."""
	if frappe.get_meta(BUNDLE).has_field("posting_datetime"):
		return {"posting_datetime": f"{doc.posting_date} {doc.posting_time}"}
	return {"posting_date": doc.posting_date, "posting_time": doc.posting_time}


def _entries(bundle, package: Package) -> list:
	"""One plain record per serial. As Documents they would cost more than all the rest of a submit."""
	outward = package.direction == Direction.OUTWARD
	qty = -1.0 if outward else 1.0
	numbers = [
		field for field in frappe.get_meta(ENTRY).fields if field.fieldtype in ("Float", "Check", "Int")
	]
	shared = {
		**{field.fieldname: 0 for field in numbers},
		"creation": bundle.creation,
		"modified": bundle.modified,
		"owner": bundle.owner,
		"modified_by": bundle.modified_by,
		"docstatus": 1,
		"parent": bundle.name,
		"parenttype": BUNDLE,
		"parentfield": "entries",
		"batch_no": package.batch_no,
		"qty": qty,
		"warehouse": package.warehouse,
		"is_outward": cint(outward),
	}
	for fieldname in ("item_code", "posting_datetime", "voucher_type", "voucher_no", "voucher_detail_no"):
		shared[fieldname] = bundle.get(fieldname)
	shared["type_of_transaction"] = bundle.type_of_transaction
	rates = [package.rate(serial_no) for serial_no in package.serial_nos]
	return [
		frappe._dict(
			shared, idx=idx, serial_no=serial_no, incoming_rate=rate, stock_value_difference=rate * qty
		)
		for idx, (serial_no, rate) in enumerate(zip(package.serial_nos, rates, strict=True), 1)
	]


def _check(bundle, package: Package) -> None:
	"""Run ERPNext's own validators.

	Serials that have just been made for this very Item can only be late: behind a Stock Reconciliation of later date.
	"""
	for check in CHECKS if package.has_known_serials else ["check_future_entries_exists"]:
		getattr(bundle, check)()


def has_later_bundles(bundle) -> bool:
	"""Whether the Item has standing bundles of a later moment than this one's."""
	table = frappe.qb.DocType(BUNDLE)
	moment = bundle.get("posting_datetime") or f"{bundle.posting_date} {bundle.posting_time}"
	query = frappe.qb.from_(table).select(table.name)
	query = query.where((table.item_code == bundle.item_code) & (table.name != bundle.name))
	query = query.where((table.docstatus == 1) & (table.is_cancelled == 0) & (_posted(table) > moment))
	return bool(
		query.where(table.type_of_transaction.isin([direction.value for direction in Direction]))
		.limit(1)
		.run()
	)


def _insert_entries(bundle) -> None:
	valid = frappe.get_meta(ENTRY).get_valid_columns()
	first = bundle.entries[0]
	shared = {column: first[column] for column in first if column in valid and column not in OWN}
	prefix = secrets.token_hex(8)
	for entry in bundle.entries:
		entry["name"] = f"{prefix}{entry['idx']:06x}"
	rows = [[entry[column] for column in OWN] for entry in bundle.entries]
	bulk.insert(ENTRY, OWN, rows, shared=shared)


def _mark_source(bundle) -> None:
	"""ERPNext notes on each Serial No the first document that brought it in; the method's name is the version's.

	On those that were made for this document it is noted already (`source_of`), on nearly all others since long ago; an
	UPDATE that finds nothing to change costs as much as one that does.
	"""
	if not bundle.has_batch_no and not _has_unmarked(bundle):
		return
	for method in ("set_purchase_document_no", "set_source_document_no"):
		if hasattr(bundle, method):
			getattr(bundle, method)()


def _has_unmarked(bundle) -> bool:
	"""Whether the bundle brings in a Serial No that has no first document yet."""
	if bundle.type_of_transaction == Direction.OUTWARD.value:
		return False
	is_marked_by = "reference_name" if frappe.get_meta("Serial No").has_field("reference_name") else None
	entry, serial_no = frappe.qb.DocType(ENTRY), frappe.qb.DocType("Serial No")
	query = frappe.qb.from_(entry).inner_join(serial_no).on(serial_no.name == entry.serial_no)
	query = query.select(serial_no.name).where(entry.parent == bundle.name)
	return bool(query.where(serial_no[is_marked_by or "purchase_document_no"].isnull()).limit(1).run())


def source_of(doc) -> dict:
	"""What ERPNext 16 notes on a Serial No as the document that brought it in; ERPNext 15 has no such fields."""
	if not frappe.get_meta("Serial No").has_field("reference_name"):
		return {}
	return {"reference_doctype": doc.doctype, "reference_name": doc.name, "posting_date": doc.posting_date}


def pick(package: Package, qty: int, taken: Sequence[str]) -> list[str]:
	"""Serials that ERPNext would pick from the package's warehouse, by Stock Settings' order, less those taken."""
	from erpnext.stock.doctype.serial_no.serial_no import get_serial_nos_for_outward

	order = frappe.db.get_single_value("Stock Settings", "pick_serial_and_batch_based_on")
	wanted = frappe._dict(
		item_code=package.item_code,
		warehouse=package.warehouse,
		qty=qty,
		based_on=order,
		ignore_serial_nos=list(taken),
	)
	return get_serial_nos_for_outward(wanted)


def are_free(bundle, serial_nos: Collection[str]) -> bool:
	"""Whether all of the serials lie in the bundle's warehouse, reserved for nobody but the bundle's own document.

	ERPNext looks up in the database whose reservations the document may use; one that is submitted without having been
	saved is not there yet, so its owners are told from memory.
	"""
	from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import get_available_serial_nos

	wanted = {
		"item_code": bundle.item_code,
		"warehouse": bundle.warehouse,
		"check_serial_nos": True,
		"serial_nos": list(serial_nos),
		**_own_reservations(bundle),
	}
	rows = get_available_serial_nos(frappe._dict(wanted))
	return {row.serial_no for row in rows if row.warehouse == bundle.warehouse}.issuperset(serial_nos)


def _own_reservations(bundle) -> dict:
	"""What ERPNext's query needs to know of reservations for the order that the document carries out.

	ERPNext 15 takes the reservations to pass over; ERPNext 16 their owner, for which it has a parameter only under the
	name of a Delivery Note's Sales Order.
	"""
	doc = bundle.flags.voucher
	if doc is None:
		return {}
	row = next((row for row in doc.get("items") or [] if row.name == bundle.voucher_detail_no), None)
	order = row.get("against_sales_order") if row else None
	if hasattr(bundle, "get_sre_against_dn"):
		return _reservations_of_order(order, row.get("so_detail")) if order else {}
	owner = order or doc.get("work_order") or doc.get("subcontracting_inward_order")
	return {"sabb_voucher_type": "Delivery Note", "against_sales_order": owner} if owner else {}


def _reservations_of_order(order: str, detail: str | None) -> dict:
	from erpnext.stock.doctype.stock_reservation_entry.stock_reservation_entry import (
		get_sre_against_so_for_dn,
	)

	return {"ignore_voucher_nos": get_sre_against_so_for_dn(order, detail)} if detail else {}


def outgoing_rates(package: Package) -> dict[str, float]:
	"""The rate of each serial that goes out: that at which it last came into the warehouse, as ERPNext values it.

	The rule is ERPNext's SerialNoValuation: the latest inward entry up to the document's moment, by creation where two
	are of one moment. Its query joins the entries to themselves twice; here the entries are read once and compared in
	Python. Serials without entries (from before bundles) are left to ERPNext.
	"""
	rates: dict[str, float] = {}
	for _moment, _creation, rate, serial_nos in sorted(_came_in(package)):
		rates.update(dict.fromkeys(serial_nos, abs(flt(rate))))
	if missing := [serial_no for serial_no in package.serial_nos if serial_no not in rates]:
		rates.update(_rates_by_erpnext(package, missing))
	return rates


def _came_in(package: Package) -> list[tuple]:
	"""(posting moment, creation, rate, serials) of the serials' entries into the warehouse, together by bundle and rate."""
	found = bulk.gathered(
		ENTRY,
		("parent", "incoming_rate", "qty"),
		["serial_no"],
		("serial_no", package.serial_nos),
		where={"warehouse": package.warehouse},
	)
	moments = _inward_moments(package, {parent for parent, *_rest in found})
	return [
		(*moments[parent], rate, serial_nos)
		for parent, rate, qty, serial_nos in found
		if parent in moments and qty > 0
	]


def _inward_moments(package: Package, bundles: Collection[str]) -> dict[str, tuple]:
	"""{bundle: (posting moment, creation)} of the bundles that brought the Item in before the package's document."""
	if not bundles:
		return {}
	bundle = frappe.qb.DocType(BUNDLE)
	posted = _posted(bundle)
	query = (
		frappe.qb.from_(bundle)
		.select(bundle.name, posted, bundle.creation)
		.where(bundle.name.isin(list(bundles)))
		.where((bundle.docstatus == 1) & (bundle.is_cancelled == 0) & (bundle.item_code == package.item_code))
		.where(
			(bundle.type_of_transaction == Direction.INWARD.value) & (bundle.voucher_no != package.doc.name)
		)
		.where(posted <= f"{package.doc.posting_date} {package.doc.posting_time}")
	)
	return {name: (moment, creation) for name, moment, creation in query.run()}


def _posted(bundle):
	"""The bundle's moment as an expression; ERPNext 15 has it in two columns."""
	if frappe.get_meta(BUNDLE).has_field("posting_datetime"):
		return bundle.posting_datetime
	return CombineDatetime(bundle.posting_date, bundle.posting_time)


def _rates_by_erpnext(package: Package, serial_nos: list[str]) -> dict[str, float]:
	from erpnext.stock.serial_batch_bundle import SerialNoValuation

	doc = package.doc
	sle = frappe._dict(
		item_code=package.item_code,
		warehouse=package.warehouse,
		serial_nos=serial_nos,
		voucher_type=doc.doctype,
		voucher_no=doc.name,
		voucher_detail_no=package.voucher_detail_no,
		actual_qty=-len(serial_nos),
		company=doc.company,
		**_posting(doc),
	)
	valuation = SerialNoValuation(sle=sle, item_code=package.item_code, warehouse=package.warehouse)
	return {serial_no: abs(flt(rate)) for serial_no, rate in valuation.serial_no_incoming_rate.items()}


def see_new_bins(item_codes: Collection[str]) -> None:
	"""Let this transaction see the Bins that others have made since it began.

	Of two first receipts of an Item at once the second waits for the first, and then ERPNext neither finds the Bin, which
	is younger than what the transaction sees, nor can make it. A row that the transaction itself changes, it sees.
	"""
	table = frappe.qb.DocType("Bin")
	bins = frappe.qb.from_(table).select(table.name).where(table.item_code.isin(list(item_codes)))
	seen = set(bins.run(pluck=True))
	unseen = [name for name in bins.for_update().run(pluck=True) if name not in seen]
	if unseen:
		frappe.qb.update(table).set(table.modified, now()).where(table.name.isin(unseen)).run()


def make_batch(doc, item_code: str) -> str:
	"""A new Batch for a receipt, as ERPNext makes it; the document that it names may be about to be inserted."""
	batch = frappe.get_doc(
		{"doctype": "Batch", "item": item_code, "reference_doctype": doc.doctype, "reference_name": doc.name}
	)
	return batch.insert(ignore_links=True).name


def serial_nos_of_bundles(bundles: Iterable[str]) -> dict[str, list[str]]:
	"""{bundle: its serials in order}."""
	names = [name for name in bundles if name]
	found: dict[str, list[str]] = defaultdict(list)
	if not names:
		return found
	for parent, serial_nos in bulk.gathered(ENTRY, ["parent"], ["serial_no"], ("parent", names), order="idx"):
		found[parent] = list(filter(None, serial_nos))
	return found


def reserved_serial_nos(item_codes: Iterable[str]) -> list[tuple[str, str]]:
	"""(Stock Reservation Entry, serial) of the units of these Items that are reserved and not delivered yet."""
	codes = list(item_codes)
	if not codes:
		return []
	entry, row = frappe.qb.DocType("Stock Reservation Entry"), frappe.qb.DocType(ENTRY)
	query = frappe.qb.from_(entry).inner_join(row).on(row.parent == entry.name)
	query = query.select(entry.name, row.serial_no).orderby(entry.creation)
	query = query.where((entry.docstatus == 1) & entry.item_code.isin(codes) & row.serial_no.isnotnull())
	query = query.where(entry.status.notin(["Delivered", "Cancelled", "Closed"]))
	query = query.where(entry.reservation_based_on == "Serial and Batch")
	return query.where(row.delivered_qty < row.qty).run()


def kept(item_code: str) -> set[str]:
	"""Serials of the Item that ERPNext keeps for somebody: reserved, or sold at a till that is not closed yet."""
	from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import (
		get_reserved_serial_nos_for_pos,
	)

	sold = get_reserved_serial_nos_for_pos(frappe._dict(item_code=item_code))
	return {*sold, *(serial_no for _entry, serial_no in reserved_serial_nos([item_code]))}


def bundles_of_cancelled(doctype: str, name: str) -> list[frappe._dict]:
	"""The bundles that a cancelled document leaves behind: name, voucher_detail_no, warehouse, is_rejected, …"""
	return frappe.get_all(
		BUNDLE,
		filters={"voucher_type": doctype, "voucher_no": name, "docstatus": 2, "has_serial_no": 1},
		fields=["name", "voucher_detail_no", "item_code", "warehouse", "type_of_transaction", "is_rejected"],
		order_by="creation",
	)


def cancel(doctype: str, name: str) -> Reversal:
	"""Cancel a document's serial bundles at once, before ERPNext reverses its ledger.

	Bundles with batches stay ERPNext's, which checks the batches' stock as it cancels them. `is_cancelled` is left for
	`finish_cancel`: ERPNext still looks the bundles up by it.
	"""
	filters = {"voucher_type": doctype, "voucher_no": name, "docstatus": 1, "has_serial_no": 1}
	fields = ["name", "item_code", "warehouse", "type_of_transaction", "has_batch_no"]
	rows = frappe.get_all(BUNDLE, filters=filters, fields=fields)
	reversal = Reversal([row.name for row in rows], [row.name for row in rows if not row.has_batch_no])
	reversal.item_codes = {row.item_code for row in rows}
	serial_nos = serial_nos_of_bundles(reversal.all_bundles)
	reversal.serial_nos = list(dict.fromkeys(chain.from_iterable(serial_nos.values())))
	for row in rows:
		if row.type_of_transaction == Direction.OUTWARD.value and not row.has_batch_no:
			_left_to_app()[row.name] = dict.fromkeys(serial_nos[row.name], row.warehouse)
	if reversal.bundles:
		_set_on_bundles(reversal.bundles, "docstatus", 2)
	return reversal


def finish_cancel(bundles: Sequence[str]) -> None:
	"""Mark cancelled bundles as such and take them off the ledger, as ERPNext does when it cancels one."""
	if bundles:
		_set_on_bundles(bundles, "is_cancelled", 1)
		ledger = frappe.qb.DocType(LEDGER)
		query = frappe.qb.update(ledger).set(ledger.serial_and_batch_bundle, None)
		query.where(ledger.serial_and_batch_bundle.isin(bundles)).run()


def _set_on_bundles(bundles: Sequence[str], fieldname: str, value: int) -> None:
	"""On the bundles and, where this version has the field there too, on their entries."""
	bundle, entry = frappe.qb.DocType(BUNDLE), frappe.qb.DocType(ENTRY)
	frappe.qb.update(bundle).set(bundle[fieldname], value).where(bundle.name.isin(bundles)).run()
	if fieldname in frappe.get_meta(ENTRY).get_valid_columns():
		frappe.qb.update(entry).set(entry[fieldname], value).where(entry.parent.isin(bundles)).run()
	for name in bundles:
		frappe.clear_document_cache(BUNDLE, name)


def ledger_of_voucher(doctype: str, name: str, leave_out: Collection[str] = ()) -> Ledger:
	"""What a submitted document moved, in the order of posting; `leave_out` are bundles that do not matter."""
	ledger = frappe.qb.DocType(LEDGER)
	query = frappe.qb.from_(ledger).select(ledger.serial_and_batch_bundle, *_standing(ledger))
	query = query.where((ledger.voucher_type == doctype) & (ledger.voucher_no == name))
	query = query.where((ledger.is_cancelled == 0) & ledger.serial_and_batch_bundle.isnotnull())
	rows = query.run(as_dict=True)
	bundles = [row.serial_and_batch_bundle for row in rows]
	rates = _rates_of_bundles([bundle for bundle in bundles if bundle not in leave_out])
	found = Ledger(list(rates))
	for row in sorted(rows, key=_moment):
		if row.serial_and_batch_bundle in rates:
			found.add(row, rates[row.serial_and_batch_bundle])
			found.place(rates[row.serial_and_batch_bundle], _left_to_app().get(row.serial_and_batch_bundle))
	return found


def ledger_of_serials(
	serial_nos: Sequence[str], item_codes: Iterable[str], listed: bulk.Listed | None = None
) -> Ledger:
	"""All standing movements of the serials, which may be `listed` too.

	Ledger rows from before ERPNext had bundles hold their serials as text; those of the Items are read too.
	"""
	wanted, rates = set(serial_nos), defaultdict(dict)
	by = ("parent", "incoming_rate")
	for parent, rate, names in bulk.gathered(ENTRY, by, ["serial_no"], ("serial_no", listed or serial_nos)):
		rates[parent].update(dict.fromkeys(names, flt(rate)))
	found = Ledger()
	for row in sorted([*_rows_of_bundles(list(rates)), *_rows_with_text(item_codes)], key=_moment):
		if row.serial_and_batch_bundle:
			found.add(row, rates[row.serial_and_batch_bundle])
		else:
			found.add(
				row,
				dict.fromkeys(
					wanted.intersection(_serial_nos_of_text(row.serial_no)), flt(row.incoming_rate)
				),
			)
	return found


def _moment(row) -> tuple:
	return (row.posting_datetime, row.creation, row.name)


def _standing(ledger) -> tuple:
	return tuple(
		ledger[column]
		for column in (
			"name",
			"item_code",
			"warehouse",
			"actual_qty",
			"voucher_type",
			"voucher_no",
			"voucher_detail_no",
			"posting_date",
			"posting_datetime",
			"creation",
		)
	)


def _rows_of_bundles(bundles: Sequence[str]) -> list:
	if not bundles:
		return []
	ledger = frappe.qb.DocType(LEDGER)
	query = frappe.qb.from_(ledger).select(ledger.serial_and_batch_bundle, *_standing(ledger))
	return query.where(ledger.serial_and_batch_bundle.isin(bundles) & (ledger.is_cancelled == 0)).run(
		as_dict=True
	)


def _rows_with_text(item_codes: Iterable[str]) -> list:
	ledger = frappe.qb.DocType(LEDGER)
	query = frappe.qb.from_(ledger).select(ledger.serial_no, ledger.incoming_rate, *_standing(ledger))
	query = query.where(ledger.item_code.isin(list(item_codes)) & (ledger.is_cancelled == 0))
	query = query.where(ledger.serial_no.isnotnull() & (ledger.serial_no != ""))
	return query.where(ledger.serial_and_batch_bundle.isnull() | (ledger.serial_and_batch_bundle == "")).run(
		as_dict=True
	)


def _serial_nos_of_text(text: str) -> list[str]:
	from erpnext.stock.doctype.serial_no.serial_no import get_serial_nos

	return get_serial_nos(text)


def _rates_of_bundles(bundles: Sequence[str]) -> dict[str, dict[str, float]]:
	"""{bundle: {serial: its rate}}, in the bundle's order; of bundles written in this submit from memory."""
	fresh = {name: _fresh()[name].entries for name in bundles if name in _fresh()}
	known = {name: {row.serial_no: row.incoming_rate for row in rows} for name, rows in fresh.items()}
	unread = [name for name in bundles if name not in known]
	if not unread:
		return known
	columns = ("serial_no", "incoming_rate")
	found = bulk.gathered(ENTRY, ["parent"], columns, ("parent", unread), order="idx")
	return known | {
		parent: {name: flt(rate) for name, rate in zip(serial_nos, rates, strict=True) if name}
		for parent, serial_nos, rates in found
	}


def rates_of_rows(doctype: str, name: str, row_names: Sequence[str]) -> dict[str, dict[str, float]]:
	"""{row: {serial: its rate}} of what rows of a submitted document moved, in the order of their bundles."""
	filters = {
		"voucher_type": doctype,
		"voucher_no": name,
		"voucher_detail_no": ("in", list(row_names)),
		"docstatus": 1,
		"is_rejected": 0,
	}
	rows = dict(frappe.get_all(BUNDLE, filters=filters, fields=["name", "voucher_detail_no"], as_list=True))
	rates: dict[str, dict[str, float]] = {}
	for bundle, own in _rates_of_bundles(list(rows)).items():
		rates.setdefault(rows[bundle], {}).update(own)
	return rates


def bundles_of_serial(serial_no: str) -> list[tuple[str, str, str]]:
	"""(bundle, voucher type, voucher) of the bundles that hold the serial, cancelled ones left out."""
	bundle, entry = frappe.qb.DocType(BUNDLE), frappe.qb.DocType(ENTRY)
	query = frappe.qb.from_(entry).inner_join(bundle).on(bundle.name == entry.parent)
	query = query.select(bundle.name, bundle.voucher_type, bundle.voucher_no).distinct()
	return query.where(
		(entry.serial_no == serial_no) & (bundle.is_cancelled == 0) & (bundle.docstatus < 2)
	).run()


def serial_nos_of_rows(doctype: str, row_names: Sequence[str]) -> list[str]:
	"""The serials that these rows of submitted documents moved."""
	filters = {"voucher_type": doctype, "voucher_detail_no": ("in", list(row_names)), "docstatus": 1}
	bundles = frappe.get_all(BUNDLE, filters=filters, pluck="name")
	return [name for names in serial_nos_of_bundles(bundles).values() for name in names]


def serial_nos_of_voucher(doctype: str, name: str) -> list[str]:
	"""The serials that a submitted document moved, by its ledger: the bundles of a POS Closing Entry's Sales Invoice
	name the POS Invoices."""
	bundles = frappe.get_all(
		LEDGER,
		filters={
			"voucher_type": doctype,
			"voucher_no": name,
			"is_cancelled": 0,
			"serial_and_batch_bundle": ("is", "set"),
		},
		pluck="serial_and_batch_bundle",
	)
	return list(dict.fromkeys(name for names in serial_nos_of_bundles(bundles).values() for name in names))


@dataclass(frozen=True, slots=True)
class BundleState:
	"""What a bundle, its entries and its standing ledger entries say of each other. Quantities are signed."""

	name: str
	item_code: str
	warehouse: str | None
	direction: str  # also ERPNext's Maintenance and Asset Repair, which move nothing
	voucher_type: str | None
	voucher_no: str | None
	docstatus: int
	is_cancelled: bool
	ledger_lines: int = 0
	ledger_qty: float = 0.0
	serials: int = 0
	entries_qty: float = 0.0
	entries_docstatus: tuple[int, int] | None = None  # lowest and highest, None without entries


def states_of_bundles(
	after: str, limit: int, item_code: str | None = None, company: str | None = None
) -> list[BundleState]:
	"""The next bundles with serials in order of their names, whatever their docstatus: three queries."""
	bundle = frappe.qb.DocType(BUNDLE)
	columns = ("name", "item_code", "warehouse", "type_of_transaction", "voucher_type", "voucher_no")
	query = frappe.qb.from_(bundle).select(
		*(bundle[column] for column in columns), bundle.docstatus, bundle.is_cancelled
	)
	query = query.where((bundle.name > after) & (bundle.has_serial_no == 1))
	if item_code:
		query = query.where(bundle.item_code == item_code)
	if company:
		query = query.where(bundle.company == company)
	rows = query.orderby(bundle.name).limit(limit).run()
	names = [row[0] for row in rows]
	posted, held = _posted_of_bundles(names), _held_by_bundles(names)
	return [
		BundleState(*row[:7], bool(row[7]), *posted.get(row[0], (0, 0.0)), *held.get(row[0], ()))
		for row in rows
	]


def _posted_of_bundles(names: Sequence[str]) -> dict[str, tuple[int, float]]:
	"""{bundle: (standing ledger entries, their quantity)}."""
	if not names:
		return {}
	ledger = frappe.qb.DocType(LEDGER)
	link = ledger.serial_and_batch_bundle
	query = frappe.qb.from_(ledger).select(link, Count("*"), Sum(ledger.actual_qty))
	query = query.where(link.isin(list(names)) & (ledger.is_cancelled == 0)).groupby(link)
	return {name: (count, flt(qty)) for name, count, qty in query.run()}


def _held_by_bundles(names: Sequence[str]) -> dict[str, tuple[int, float, tuple[int, int]]]:
	"""{bundle: (different serials, quantity, (lowest docstatus, highest))} of the entries."""
	if not names:
		return {}
	entry = frappe.qb.DocType(ENTRY)
	query = frappe.qb.from_(entry).select(
		entry.parent,
		Count(entry.serial_no).distinct(),
		Sum(entry.qty),
		Min(entry.docstatus),
		Max(entry.docstatus),
	)
	query = query.where(entry.parent.isin(list(names))).groupby(entry.parent)
	return {name: (serials, flt(qty), (low, high)) for name, serials, qty, low, high in query.run()}


def stock_by_ledger(item_codes: Sequence[str]) -> dict[tuple[str, str], float]:
	"""{(item_code, warehouse): quantity} by the sum of the standing ledger entries of the Items."""
	if not item_codes:
		return {}
	ledger = frappe.qb.DocType(LEDGER)
	query = frappe.qb.from_(ledger).select(ledger.item_code, ledger.warehouse, Sum(ledger.actual_qty))
	query = query.where(ledger.item_code.isin(list(item_codes)) & (ledger.is_cancelled == 0))
	rows = query.groupby(ledger.item_code, ledger.warehouse).run()
	return {(item_code, warehouse): flt(qty) for item_code, warehouse, qty in rows}


def lines_of_serial(serial_no: str, item_code: str) -> list[Line]:
	"""The standing ledger lines that moved one serial, oldest first: two queries. Rows from before bundles are read too."""
	ledger, entry = frappe.qb.DocType(LEDGER), frappe.qb.DocType(ENTRY)
	query = frappe.qb.from_(entry).inner_join(ledger).on(ledger.serial_and_batch_bundle == entry.parent)
	query = query.select(*_standing(ledger), ledger.owner)
	found = query.where((entry.serial_no == serial_no) & (ledger.is_cancelled == 0)).run(as_dict=True)
	rows = list({row.name: row for row in found}.values())
	query = frappe.qb.from_(ledger).select(ledger.serial_no, *_standing(ledger), ledger.owner)
	query = query.where((ledger.item_code == item_code) & (ledger.is_cancelled == 0))
	query = query.where(ledger.serial_and_batch_bundle.isnull() | (ledger.serial_and_batch_bundle == ""))
	for row in query.where(ledger.serial_no.like(f"%{bulk.literal(serial_no)}%")).run(as_dict=True):
		if serial_no.casefold() in {name.casefold() for name in _serial_nos_of_text(row.serial_no)}:
			rows.append(row)
	return [_line(row) for row in sorted(rows, key=_moment)]


def bundles_holding(serial_no: str):
	"""A query for the names of the bundles that hold the serial, cancelled ones left out: to look for in other tables."""
	bundle, entry = frappe.qb.DocType(BUNDLE), frappe.qb.DocType(ENTRY)
	query = frappe.qb.from_(entry).inner_join(bundle).on(bundle.name == entry.parent).select(bundle.name)
	return query.where((entry.serial_no == serial_no) & (bundle.is_cancelled == 0) & (bundle.docstatus < 2))


def _line(row) -> Line:
	return Line(
		name=row.name,
		moment=row.posting_datetime,
		made=row.creation,
		voucher_type=row.voucher_type,
		voucher_no=row.voucher_no,
		voucher_detail_no=row.voucher_detail_no,
		direction=Direction.INWARD if row.actual_qty > 0 else Direction.OUTWARD,
		warehouse=row.warehouse,
		who=row.owner,
	)


class PastLedger:
	"""The standing ledger up to the end of a day, read as serials are asked for.

	Each bundle is read once, and each Item's rows from before bundles once. `lines` are those read so far, by name.
	"""

	def __init__(self, until: date):
		self.until = until
		self.lines: dict[str, LedgerLine] = {}
		self._moments: dict[str, tuple] = {}
		self._of_bundles: dict[str, list[str]] = {}
		self._of_texts: dict[str, list[str]] = {}
		self._items: set[str] = set()

	def paths(self, serial_nos: Sequence[str], item_codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
		"""{serial in lower case: names of its lines, oldest first}; serials that had not moved by then are left out."""
		held = bulk.gathered(ENTRY, ("parent",), ("serial_no",), ("serial_no", list(serial_nos)))
		self._read_bundles({parent for parent, _names in held})
		self._read_texts(set(item_codes))
		found: dict[str, list[str]] = {}
		for parent, names in held:
			if lines := self._of_bundles[parent]:
				for name in names:
					found.setdefault(name.casefold(), []).extend(lines)
		if self._of_texts:
			for serial_no in {name.casefold() for name in serial_nos}.intersection(self._of_texts):
				found.setdefault(serial_no, []).extend(self._of_texts[serial_no])
		moment = self._moments.__getitem__
		return {name: tuple(sorted(lines, key=moment)) for name, lines in found.items()}

	def _read_bundles(self, bundles: set[str]) -> None:
		new = list(bundles.difference(self._of_bundles))
		self._of_bundles.update((name, []) for name in new)
		for start in range(0, len(new), bulk.ROWS):
			ledger = frappe.qb.DocType(LEDGER)
			query = frappe.qb.from_(ledger).select(ledger.serial_and_batch_bundle, *_standing(ledger))
			query = query.where(ledger.serial_and_batch_bundle.isin(new[start : start + bulk.ROWS]))
			query = query.where((ledger.is_cancelled == 0) & (ledger.posting_date <= self.until))
			for row in query.run(as_dict=True):
				self._of_bundles[row.serial_and_batch_bundle].append(self._keep(row))

	def _read_texts(self, item_codes: set[str]) -> None:
		new = item_codes.difference(self._items)
		self._items.update(new)
		for row in _rows_with_text(new) if new else ():
			if row.posting_date <= self.until:
				name = self._keep(row)
				for serial_no in _serial_nos_of_text(row.serial_no):
					self._of_texts.setdefault(serial_no.casefold(), []).append(name)

	def _keep(self, row) -> str:
		self._moments[row.name] = _moment(row)
		self.lines[row.name] = LedgerLine.of(row)
		return row.name


def serial_nos_that_entered(
	warehouses: Collection[str], until: date, item_code: str | None = None
) -> set[str]:
	"""Every serial that came into one of the warehouses up to the end of the day."""
	ledger = frappe.qb.DocType(LEDGER)
	standing = (ledger.warehouse.isin(list(warehouses))) & (ledger.actual_qty > 0)
	return _serial_nos_where(standing & (ledger.posting_date <= until), item_code)


def serial_nos_moved_by(vouchers: Mapping[str, Sequence[str]], item_code: str | None = None) -> set[str]:
	"""Every serial that these documents ({DocType: names}) moved."""
	ledger, found = frappe.qb.DocType(LEDGER), set()
	for doctype, names in vouchers.items():
		for start in range(0, len(names), bulk.ROWS):
			is_one = ledger.voucher_no.isin(list(names[start : start + bulk.ROWS]))
			found |= _serial_nos_where(is_one & (ledger.voucher_type == doctype), item_code)
	return found


def _serial_nos_where(condition, item_code: str | None) -> set[str]:
	"""The serials of the standing ledger lines for which the condition holds: two queries. DISTINCT would cost more."""
	ledger, entry = frappe.qb.DocType(LEDGER), frappe.qb.DocType(ENTRY)
	condition &= ledger.is_cancelled == 0
	if item_code:
		condition &= ledger.item_code == item_code
	query = frappe.qb.from_(ledger).inner_join(entry).on(entry.parent == ledger.serial_and_batch_bundle)
	query = query.select(entry.serial_no).where(condition & entry.serial_no.isnotnull())
	found = set(query.run(pluck=True))
	query = frappe.qb.from_(ledger).select(ledger.serial_no).where(condition)
	query = query.where(ledger.serial_no.isnotnull() & (ledger.serial_no != ""))
	query = query.where(ledger.serial_and_batch_bundle.isnull() | (ledger.serial_and_batch_bundle == ""))
	for text in query.run(pluck=True):
		found.update(_serial_nos_of_text(text))
	return found


@dataclass(frozen=True, slots=True)
class Passage:
	"""Serials that went into or out of a warehouse at one moment of the ledger's writing."""

	moment: datetime
	direction: Direction
	voucher_type: str
	voucher_no: str
	serial_nos: list[str]


def passages(warehouse: str, since: datetime) -> list[Passage]:
	"""What was written of a warehouse since a moment, oldest first: documents submitted and cancelled. Three queries."""
	ledger = frappe.qb.DocType(LEDGER)
	columns = ("voucher_type", "voucher_no", "voucher_detail_no", "actual_qty", "creation", "is_cancelled")
	query = frappe.qb.from_(ledger).select(
		ledger.serial_and_batch_bundle, *(ledger[name] for name in columns)
	)
	query = query.where(
		(ledger.warehouse == warehouse) & (ledger.creation >= since) & (ledger.actual_qty != 0)
	)
	query = query.where(ledger.modified >= since)  # says nothing more, and has an index
	rows = query.orderby(ledger.creation).run(as_dict=True)
	undone = _bundles_undone({row.voucher_no for row in rows if row.is_cancelled}, warehouse)
	bundles = [row.serial_and_batch_bundle for row in rows if not row.is_cancelled]
	serial_nos = serial_nos_of_bundles(
		{*filter(None, bundles), *(name for names in undone.values() for name in names)}
	)
	found = []
	for row in rows:
		direction = Direction.INWARD if row.actual_qty > 0 else Direction.OUTWARD
		key = (row.voucher_type, row.voucher_no, row.voucher_detail_no, direction)
		own = undone.get(key, []) if row.is_cancelled else [row.serial_and_batch_bundle]
		names = [name for bundle in own if bundle for name in serial_nos.get(bundle, ())]
		if names:
			found.append(Passage(row.creation, direction, row.voucher_type, row.voucher_no, names))
	return found


def _bundles_undone(vouchers: Collection[str], warehouse: str) -> dict[tuple, list[str]]:
	"""{(voucher type, voucher, row, direction of the cancel): bundles}: a cancelled document's ledger names none."""
	if not vouchers:
		return {}
	fields = ["name", "voucher_type", "voucher_no", "voucher_detail_no", "type_of_transaction"]
	filters = {"voucher_no": ("in", list(vouchers)), "warehouse": warehouse, "docstatus": 2}
	found: dict[tuple, list[str]] = {}
	for row in frappe.get_all(BUNDLE, filters=filters, fields=fields):
		is_inward = row.type_of_transaction == Direction.INWARD.value
		back = Direction.OUTWARD if is_inward else Direction.INWARD
		key = (row.voucher_type, row.voucher_no, row.voucher_detail_no, back)
		found.setdefault(key, []).append(row.name)
	return found


def serial_nos_of_batch(batch_no: str) -> set[str]:
	"""Every serial that ever moved in the batch, by the bundles that stand."""
	bundle, entry = frappe.qb.DocType(BUNDLE), frappe.qb.DocType(ENTRY)
	query = frappe.qb.from_(entry).inner_join(bundle).on(bundle.name == entry.parent)
	query = query.select(entry.serial_no).distinct()
	query = query.where((entry.batch_no == batch_no) & entry.serial_no.isnotnull())
	return set(query.where((bundle.docstatus == 1) & (bundle.is_cancelled == 0)).run(pluck=True))


def made_by(vouchers: Mapping[str, Collection[str]]) -> dict[tuple[str, str], list[str]]:
	"""{(DocType, name): the serials that came in by it} of documents ({DocType: names}): a query a DocType."""
	ledger, entry = frappe.qb.DocType(LEDGER), frappe.qb.DocType(ENTRY)
	found: dict[tuple[str, str], list[str]] = defaultdict(list)
	for doctype, names in vouchers.items():
		query = frappe.qb.from_(ledger).inner_join(entry).on(entry.parent == ledger.serial_and_batch_bundle)
		query = query.select(ledger.voucher_no, entry.serial_no).distinct()
		query = query.where((ledger.voucher_type == doctype) & ledger.voucher_no.isin(list(names)))
		query = query.where(
			(ledger.actual_qty > 0) & (ledger.is_cancelled == 0) & entry.serial_no.isnotnull()
		)
		for name, serial_no in query.run():
			found[doctype, name].append(serial_no)
	return dict(found)
