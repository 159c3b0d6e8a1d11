"""Serial Stock Takes: what was scanned in a warehouse, compared with what the stock says at this moment.

Scans are rows of a DocType of their own, so that many people can add to one count at once and nothing is saved twice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, getdate, now, nowtime

from serial_inventory import erpnext_bundle
from serial_inventory.constants import (
	ITEM,
	SERIAL_NO,
	SERIAL_STOCK_TAKE,
	SERIAL_STOCK_TAKE_SCAN,
	STOCK_ENTRY,
	STOCK_RECONCILIATION,
	Direction,
	StockTakeState,
	StockTakeStatus,
)
from serial_inventory.rules import scanning
from serial_inventory.rules import stock_take as rules
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.serial_text import ambiguous, expand, fold
from serial_inventory.rules.stock_take import Here, Judged, Movement, Scan
from serial_inventory.services import bulk, messages, register, restrictions

MOST = 20_000
"""So many units are told in one answer."""
SHOWN = 50
"""So many units of one batch of scans are spoken of."""
WAREHOUSE = "Warehouse"
_LINES = re.compile(r"[\r\n]+")
WRITTEN_HERE = (
	"status",
	"started_on",
	"counted_on",
	"expected_units",
	"found_units",
	"missing_units",
	"stray_units",
	"stock_reconciliation",
	"issue_entry",
	"transfer_entry",
)
"""What nobody changes by hand, or by the API of documents."""


def load(name: str, right: str):
	"""The stock take, for a user who has the right to it."""
	doc = frappe.get_doc(SERIAL_STOCK_TAKE, name)
	doc.check_permission(right)
	return doc


# --- scanning --------------------------------------------------------------------------------------


def scan(name: str, serial_nos: str | Sequence[str]) -> dict:
	"""Add scanned units to a count: {scanned, added, repeated, strays, problems}.

	`scanned` is how many units the count has now, `added` how many of these are new. `strays` are [{serial_no, place}] of
	those that are not expected here. What cannot be read is told in `problems` and leaves the rest alone. A unit that is
	scanned twice, by whomever, counts once. Raises SerialNoError where nothing is being counted.
	"""
	doc = load(name, "write")
	frappe.has_permission(SERIAL_NO, "read", throw=True)
	_hold(doc)
	names, problems = _read(serial_nos)
	known = register.known(names)
	names = [known[key].serial_no if key in known else given for key, given in names.items()]
	repeated = _scanned_of(doc.name, names)
	new = [given for given in names if fold(given) not in repeated]
	_insert(doc, new)
	allowed = restrictions.of_user()
	own_items = _item_codes(doc)
	strays = []
	for given in names:
		unit = known.get(fold(given))
		if not (unit and unit.warehouse == doc.warehouse and _is_about(unit.item_code, own_items)):
			place = rules.whereabouts(unit, doc.warehouse) if unit else Problem(rules._("Not a Serial No"))
			strays.append({"serial_no": given, "place": _told_place(place, unit, allowed)})
	return {
		"scanned": _count_of(doc.name),
		"added": len(new),
		"repeated": [given for given in names if fold(given) in repeated][:SHOWN],
		"strays": strays[:SHOWN],
		"problems": [messages.worded(problem) for problem in problems],
	}


def _hold(doc) -> None:
	"""Nobody ends the count while scans are added; the status is read anew, for another may have ended it."""
	status = frappe.db.get_value(SERIAL_STOCK_TAKE, doc.name, "status", for_update=True)
	if status != StockTakeStatus.COUNTING.value:
		messages.refuse([rules.not_counting(doc.name)])


def _read(serial_nos: str | Sequence[str]) -> tuple[dict[str, str], list[Problem]]:
	"""{fold: name as given}, each once, and what cannot be read.

	A code is a line: an address of a label, a GS1 code, or serials as people type them in documents, ranges too.
	"""
	codes = _LINES.split(serial_nos) if isinstance(serial_nos, str) else serial_nos
	readings = [scanning.read(code, getdate()) for code in codes if code.strip()]
	names = [reading.serial_nos for reading in readings if len(reading.serial_nos) > 1]
	plain = [reading.serial_nos[0] for reading in readings if len(reading.serial_nos) == 1]
	pieces = [*chain.from_iterable(names), *ambiguous("\n".join(plain))]
	known = register.known(pieces)
	# A text that looks like GS1 may be a unit's name; else it stands for the serial that it says.
	plain += [next((name for name in own if fold(name) in known), own[-1]) for own in names]
	expansion = expand("\n".join(plain), known={unit.serial_no for unit in known.values()})
	return {fold(name): name for name in reversed(expansion.serial_nos)}, expansion.problems


def _row_name(stock_take: str, serial_no: str) -> str:
	"""A unit has one row in a count, however often it is scanned, and by two people at once."""
	return hashlib.sha1(f"{stock_take}\0{fold(serial_no)}".encode()).hexdigest()[:20]


def _insert(doc, names: Sequence[str]) -> None:
	shared = {**bulk.stamp(), "stock_take": doc.name, "warehouse": doc.warehouse}
	rows = [(_row_name(doc.name, name), name) for name in names]
	if rows:
		bulk.insert(
			SERIAL_STOCK_TAKE_SCAN, ("name", "serial_no"), rows, update=("stock_take",), shared=shared
		)


def _scanned_of(stock_take: str, names: Sequence[str]) -> set[str]:
	"""Those of the names (folded) that have been scanned before."""
	if not names:
		return set()
	rows = [_row_name(stock_take, name) for name in names]
	found = bulk.gathered(SERIAL_STOCK_TAKE_SCAN, ["stock_take"], ["serial_no"], ("name", rows))
	return {fold(name) for _take, group in found for name in group}


def _count_of(stock_take: str) -> int:
	return frappe.db.count(SERIAL_STOCK_TAKE_SCAN, {"stock_take": stock_take})


def unscan(name: str, serial_nos: str | Sequence[str]) -> dict:
	"""Take units out of a count that were scanned by mistake: {scanned, removed}."""
	doc = load(name, "write")
	_hold(doc)
	names, problems = _read(serial_nos)
	messages.refuse(problems)
	removed = _scanned_of(doc.name, list(names.values()))
	rows = [_row_name(doc.name, given) for key, given in names.items() if key in removed]
	if rows:
		frappe.db.delete(SERIAL_STOCK_TAKE_SCAN, {"name": ("in", rows)})
	return {"scanned": _count_of(doc.name), "removed": len(rows)}


def forget(doc) -> None:
	"""The stock take is deleted, and its scans with it."""
	frappe.db.delete(SERIAL_STOCK_TAKE_SCAN, {"stock_take": doc.name})


def has_scans(doc) -> bool:
	return bool(frappe.db.exists(SERIAL_STOCK_TAKE_SCAN, {"stock_take": doc.name}))


# --- what it comes to ------------------------------------------------------------------------------


def judged(doc) -> list[Judged]:
	"""Every unit of the count, by the stock of this moment. The number of queries does not grow with the units."""
	here, scans = _here(doc), _scans(doc)
	known = register.known([scan.serial_no for key, scan in scans.items() if key not in here])
	return rules.judge(here, scans, known, _movements(doc), doc.warehouse)


def _here(doc) -> dict[str, Here]:
	"""The units in the warehouse. Items are asked first, because Serial Nos are indexed by Item and warehouse."""
	bins = frappe.get_all("Bin", filters={"warehouse": doc.warehouse}, pluck="item_code")
	own_items = _item_codes(doc)
	codes = [item_code for item_code in bins if _is_about(item_code, own_items)]
	if not codes:
		return {}
	where = {"warehouse": doc.warehouse}
	rows = bulk.gathered(SERIAL_NO, ("item_code", "batch_no"), ["name"], ("item_code", codes), where)
	return {
		fold(name): Here(name, item_code, batch_no or None)
		for item_code, batch_no, names in rows
		for name in sorted(names)
	}


def _item_codes(doc) -> set[str] | None:
	"""The Items that the count is about, None for all."""
	if doc.item_code:
		return {doc.item_code}
	if not doc.item_group:
		return None
	left, right = frappe.db.get_value("Item Group", doc.item_group, ["lft", "rgt"])
	item, group = frappe.qb.DocType(ITEM), frappe.qb.DocType("Item Group")
	query = frappe.qb.from_(item).inner_join(group).on(group.name == item.item_group).select(item.name)
	query = query.where((item.has_serial_no == 1) & (group.lft >= left) & (group.rgt <= right))
	return set(query.run(pluck=True))


def _is_about(item_code: str, own_items: set[str] | None) -> bool:
	return own_items is None or item_code in own_items


def _scans(doc) -> dict[str, Scan]:
	rows = bulk.gathered(
		SERIAL_STOCK_TAKE_SCAN, ("owner", "creation"), ["serial_no"], ("stock_take", [doc.name])
	)
	return {
		fold(name): Scan(name, owner, moment)
		for owner, moment, names in sorted(rows, key=lambda row: row[1])
		for name in sorted(names)
	}


def _movements(doc) -> dict[str, Movement]:
	"""By serial, the last passage since the count began."""
	found = {}
	for passage in erpnext_bundle.passages(doc.warehouse, get_datetime(doc.started_on)):
		document = f"{_(passage.voucher_type)} {passage.voucher_no}"
		movement = Movement(passage.direction, document, passage.moment)
		found.update((fold(name), movement) for name in passage.serial_nos)
	return found


def summary(name: str) -> dict:
	"""The figures of a count: {status, scanned, expected, counts, scanned_by, bring_here}.

	`counts` are by state, `scanned_by` is {user: units}, `bring_here` how many strays a transfer can bring here.
	"""
	doc = load(name, "read")
	return _figures(doc, judged(doc))


def _figures(doc, units: Sequence[Judged]) -> dict:
	counts = rules.count(units)
	scanned_by: dict[str, int] = {}
	for unit in units:
		if unit.scan:
			scanned_by[unit.scan.scanned_by] = scanned_by.get(unit.scan.scanned_by, 0) + 1
	return {
		"status": doc.status,
		"scanned": sum(scanned_by.values()),
		"expected": rules.expected(counts),
		"counts": {state.value: number for state, number in counts.items()},
		"scanned_by": scanned_by,
		"bring_here": sum(
			len(row.serial_nos) for row in rules.brought_here(units, doc.warehouse, _own(doc), {})
		),
		"stock_reconciliation": doc.stock_reconciliation,
		"transfer_entry": doc.transfer_entry,
		"issue_entry": doc.issue_entry,
	}


def units(name: str, state: str, start: int = 0, limit: int = 0) -> dict:
	"""The units of a count in one state, by name: {units, next}.

	Each is {serial_no, item_code, place, scanned_by, scanned_on}. `next` is the `start` of what comes after, or None.
	"""
	doc = load(name, "read")
	frappe.has_permission(SERIAL_NO, "read", throw=True)
	wanted = StockTakeState(state) if state in {one.value for one in StockTakeState} else None
	if wanted is None:
		states = ", ".join(_(one.value) for one in StockTakeState)
		frappe.throw(_("{0} is no state of a unit. Ask for one of {1}.").format(state, states))
	found = sorted((unit for unit in judged(doc) if unit.state == wanted), key=lambda unit: unit.serial_no)
	first, size = max(cint(start), 0), min(cint(limit) or MOST, MOST)
	allowed = restrictions.of_user()
	page = found[first : first + size]
	return {
		"units": [_told(unit, allowed) for unit in page],
		"next": first + size if len(found) > first + size else None,
	}


def _told(unit: Judged, allowed) -> dict:
	return {
		"serial_no": unit.serial_no,
		"item_code": unit.item_code,
		"place": _told_place(unit.place, unit, allowed) if unit.place else "",
		"scanned_by": unit.scan.scanned_by if unit.scan else None,
		"scanned_on": str(unit.scan.scanned_on)[:19] if unit.scan else None,
	}


def _told_place(place: Problem, unit, allowed) -> str:
	"""Where a unit is, as plain text; a place that the user's permissions do not leave is not told."""
	if unit and not allowed.permits(unit.warehouse, unit.customer):
		return _("Elsewhere")
	return place.text(_)


# --- beginning and ending --------------------------------------------------------------------------


def check(doc) -> None:
	"""Refuse what cannot be counted, and a count that changes its subject. Raises SerialNoError."""
	if doc.is_new() or doc.has_value_changed("warehouse"):
		fields = ["company", "is_group", "disabled"]
		warehouse = frappe.db.get_value(WAREHOUSE, doc.warehouse, fields, as_dict=True)
		messages.refuse(
			rules.check_warehouse(doc.warehouse, cint(warehouse.is_group), cint(warehouse.disabled))
		)
		doc.company = warehouse.company
	if doc.is_new():
		doc.update(
			dict.fromkeys(WRITTEN_HERE) | {"status": StockTakeStatus.COUNTING.value, "started_on": now()}
		)
		return
	before = doc.get_doc_before_save()
	doc.update({field: before.get(field) for field in WRITTEN_HERE})
	fields = [field for field in ("warehouse", "item_code", "item_group") if doc.has_value_changed(field)]
	if fields and has_scans(doc):
		label = _(doc.meta.get_label(fields[0]))
		text = rules._("{0} stays as it is once units are scanned. Make another stock take.")
		messages.refuse([Problem(text, (label,))])


def finish(name: str) -> dict:
	"""The count is over: no more scans, and its figures stand in the document."""
	doc = load(name, "write")
	_hold(doc)
	if not has_scans(doc):
		messages.refuse([rules.nothing_scanned(doc.name)])
	units = judged(doc)
	counts = rules.count(units)
	doc.db_set(
		{
			"status": StockTakeStatus.COUNTED.value,
			"counted_on": now(),
			"expected_units": rules.expected(counts),
			"found_units": counts[StockTakeState.FOUND],
			"missing_units": counts[StockTakeState.MISSING],
			"stray_units": counts[StockTakeState.STRAY],
		}
	)
	doc.add_comment("Info", _("Counting finished"))
	return _figures(doc, units)


def resume(name: str) -> dict:
	"""Scan on; the figures are those of the end."""
	doc = load(name, "write")
	doc.db_set({"status": StockTakeStatus.COUNTING.value, "counted_on": None})
	doc.add_comment("Info", _("Counting resumed"))
	return _figures(doc, judged(doc))


# --- the documents that come of it -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
	"""A field of the stock take that names a document made from it."""

	fieldname: str
	doctype: str


RECONCILIATION = Made("stock_reconciliation", STOCK_RECONCILIATION)
TRANSFER = Made("transfer_entry", STOCK_ENTRY)
ISSUE = Made("issue_entry", STOCK_ENTRY)


def make_reconciliation(name: str) -> str:
	"""A draft Stock Reconciliation that takes the missing units out, by the stock of this moment; returns its name.

	A row says which units of an Item stay, at the rate that they have on average, so that what is booked is the missing
	ones' value. A second call gives the same draft.
	"""
	doc = load(name, "write")
	if there := _made(doc, RECONCILIATION):
		return there
	frappe.has_permission(STOCK_RECONCILIATION, "create", throw=True)
	units = _for_documents(doc)
	rows = rules.reconciled(units)
	if not rows:
		messages.refuse([rules.nothing_to_do(StockTakeState.MISSING, rules.count(units))])
	batched = _with_batches(row.item_code for row in rows)
	if batched:
		messages.refuse([rules.has_batches(sorted(batched))])
	made = frappe.new_doc(STOCK_RECONCILIATION)
	made.update({"company": doc.company, "purpose": "Stock Reconciliation"})
	made.update({"posting_date": getdate(), "posting_time": nowtime()})
	for row in rows:
		made.append("items", _reconciled_row(doc, made, row))
	return _keep(doc, RECONCILIATION, made)


def _reconciled_row(doc, made, row: rules.Remaining) -> dict:
	values = {
		"item_code": row.item_code,
		"warehouse": doc.warehouse,
		"qty": len(row.stay),
		"valuation_rate": 0,
	}
	# ERPNext 16 wants serials in a row that has serial fields; a row without them can say that none stay.
	values |= {"use_serial_batch_fields": 1} if row.stay else {"reconcile_all_serial_batch": 1}
	if row.stay:
		rates = erpnext_bundle.outgoing_rates(
			erpnext_bundle.Package(
				doc=made,
				item_code=row.item_code,
				warehouse=doc.warehouse,
				direction=Direction.OUTWARD,
				voucher_detail_no="",
				serial_nos=row.stay,
			)
		)
		values["serial_no"] = "\n".join(row.stay)
		values["valuation_rate"] = sum(rates[serial_no] for serial_no in row.stay) / len(row.stay)
	return values


def make_issue(name: str) -> str:
	"""A draft Stock Entry that issues the missing units, each at its own rate; returns its name."""
	doc = load(name, "write")
	return _made(doc, ISSUE) or _stock_entry(doc, ISSUE, "Material Issue", StockTakeState.MISSING)


def make_transfer(name: str) -> str:
	"""A draft Stock Entry that brings the strays here from the company's other warehouses; returns its name."""
	doc = load(name, "write")
	return _made(doc, TRANSFER) or _stock_entry(doc, TRANSFER, "Material Transfer", StockTakeState.STRAY)


def _stock_entry(doc, what: Made, purpose: str, state: StockTakeState) -> str:
	frappe.has_permission(STOCK_ENTRY, "create", throw=True)
	units = _for_documents(doc)
	if state == StockTakeState.MISSING:
		rows = rules.taken_out(units, doc.warehouse)
	else:
		rows = rules.brought_here(units, doc.warehouse, _own(doc), _batches(units))
	if not rows:
		messages.refuse([rules.nothing_to_do(state, rules.count(units))])
	made = frappe.new_doc(STOCK_ENTRY)
	made.update({"company": doc.company, "purpose": purpose, "stock_entry_type": purpose})
	for row in rows:
		made.append(
			"items",
			{
				"item_code": row.item_code,
				"qty": len(row.serial_nos),
				"s_warehouse": row.warehouse,
				"t_warehouse": doc.warehouse if state == StockTakeState.STRAY else None,
				"batch_no": row.batch_no,
				"serial_no": "\n".join(row.serial_nos),
				"use_serial_batch_fields": 1,
			},
		)
	return _keep(doc, what, made)


def _for_documents(doc) -> list[Judged]:
	if doc.status != StockTakeStatus.COUNTED.value:
		text = rules._("{0} is still being counted. Press Finish Counting first.")
		messages.refuse([Problem(text, (doc.name,))])
	return judged(doc)


def _made(doc, what: Made) -> str | None:
	"""The document that was made before, if it stands."""
	name = doc.get(what.fieldname)
	if not name or frappe.db.get_value(what.doctype, name, "docstatus") in (None, 2):
		return None
	return name


def _keep(doc, what: Made, made) -> str:
	made.insert()
	doc.db_set(what.fieldname, made.name)
	return made.name


def _own(doc) -> list[str]:
	"""The company's warehouses that User Permissions leave to the user."""
	names = frappe.get_all(WAREHOUSE, filters={"company": doc.company}, pluck="name")
	allowed = restrictions.of_user().warehouses
	return names if allowed is None else [name for name in names if name in allowed]


def _with_batches(item_codes: Iterable[str]) -> list[str]:
	filters = {"name": ("in", list(item_codes)), "has_batch_no": 1}
	return frappe.get_all(ITEM, filters=filters, pluck="name")


def _batches(units: Iterable[Judged]) -> dict[str, str | None]:
	"""The batches of strays; a unit's place says nothing of them."""
	names = [unit.serial_no for unit in units if unit.state == StockTakeState.STRAY]
	if not names:
		return {}
	rows = bulk.gathered(SERIAL_NO, ["batch_no"], ["name"], ("name", names))
	return {name: batch_no for batch_no, group in rows for name in group}
