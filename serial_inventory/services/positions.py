"""Where every serial was at the end of a day, read from the standing ledger: cancelled documents are as if never made.

Serials are read a chunk at a time, in order of their names; the ledger lines that chunks share are read once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

import frappe
from frappe import _
from frappe.utils import cint, getdate

from serial_inventory.constants import DELIVERY_NOTE, ITEM, SALES_INVOICE, SERIAL_NO
from serial_inventory.erpnext_bundle import (
	PastLedger,
	serial_nos_moved_by,
	serial_nos_that_entered,
)
from serial_inventory.rules import positions as rules
from serial_inventory.rules.positions import Position
from serial_inventory.services import clock, life, restrictions, rights

CHUNK = 10_000
MOST = 10_000
"""So many Serial Nos are told in one answer."""


@dataclass(frozen=True, slots=True)
class Scope:
	"""What is asked for; None is everything. A warehouse stands for those below it too."""

	item_code: str | None = None
	warehouse: str | None = None
	customer: str | None = None


def on(as_on: str, scope: Scope, limit: int = 0, after: str | None = None) -> dict:
	"""{as_on, positions, next}: by name. `next` is what the next page's `after` is, None after the last.

	For those who may read Serial Nos; raises PermissionError for others.
	"""
	frappe.has_permission(SERIAL_NO, "read", throw=True)
	day = _day(as_on)
	_check(scope)
	limit = min(max(cint(limit), 0) or MOST, MOST)
	found: list[Position] = []
	for position in each(day, scope, after or ""):
		found.append(position)
		if len(found) > limit:
			return {
				"as_on": str(day),
				"positions": _as_dicts(found[:limit]),
				"next": found[limit - 1].serial_no,
			}
	return {"as_on": str(day), "positions": _as_dicts(found), "next": None}


def _day(as_on: object) -> date:
	day = clock.day(as_on)
	if not day:
		frappe.throw(_("Give a day: as_on, as 2026-01-31."))
	return day


def _check(scope: Scope) -> None:
	for doctype, name in (
		(ITEM, scope.item_code),
		("Warehouse", scope.warehouse),
		("Customer", scope.customer),
	):
		if name and not frappe.db.exists(doctype, name):
			frappe.throw(_("{0} {1} does not exist.").format(_(doctype), frappe.utils.escape_html(name)))


def _as_dicts(positions: Sequence[Position]) -> list[dict]:
	"""Documents that the user may not read are left blank; the position itself is what the Serial No tells."""
	readable = rights.documents(
		(position.document_type, position.document) for position in positions if position.document
	)
	rows = []
	for position in positions:
		row = asdict(position)
		if (position.document_type, position.document) not in readable:
			row.update(document_type=None, document=None)
		row["since"] = str(position.since) if position.since else None
		rows.append(row)
	return rows


def each(day: date, scope: Scope, after: str = "") -> Iterator[Position]:
	"""The positions that the user may see, in order of the serials' names, those after `after`."""
	within = _warehouses(scope.warehouse)
	allowed = restrictions.of_user()
	for position in _of_all(day, scope, within, after):
		if within is not None and position.warehouse not in within:
			continue
		if scope.customer and position.customer != scope.customer:
			continue
		if allowed.permits(position.warehouse, position.customer):
			yield position


def _of_all(day: date, scope: Scope, within: set[str] | None, after: str) -> Iterator[Position]:
	ledger, known = PastLedger(day), _Known()
	for rows in _serial_nos(day, scope, within, after):
		names = [name for name, _item, _creation in rows]
		paths = ledger.paths(names, {item for _name, item, _creation in rows})
		known.read(ledger)
		for name, item_code, creation in rows:
			if path := paths.get(name.casefold()):
				yield rules.of_unit(known.position(path), name, item_code)
			elif _date(creation) <= day:
				yield rules.entered(name, item_code, _date(creation))


def _date(moment: datetime | str) -> date:
	return getdate(moment)


class _Known:
	"""What paths through the ledger leave, each decided once."""

	def __init__(self):
		self.movements: dict[str, object] = {}
		self.positions: dict[tuple[str, ...], Position] = {}

	def read(self, ledger: PastLedger) -> None:
		new = {name: line for name, line in ledger.lines.items() if name not in self.movements}
		vouchers = life.vouchers(new.values())
		for name, line in new.items():
			voucher = vouchers.get((line.voucher_type, line.voucher_no), life.Voucher())
			self.movements[name] = life.movement(line, 0.0, voucher)

	def position(self, path: tuple[str, ...]) -> Position:
		found = self.positions.get(path)
		if found is None:
			found = self.positions[path] = rules.position([self.movements[name] for name in path])
		return found


# --- which serials -------------------------------------------------------------------------------


def _serial_nos(
	day: date, scope: Scope, within: set[str] | None, after: str
) -> Iterator[list[tuple[str, str, datetime]]]:
	"""(name, item_code, creation) of Serial Nos that the user may read, in chunks, in order of their names."""
	candidates = _candidates(day, scope, within)
	if candidates is None:
		yield from _listed(scope, after)
		return
	names = sorted(name for name in {name.casefold() for name in candidates} if name > after.casefold())
	for start in range(0, len(names), CHUNK):
		rows = _list({**_filters(scope), "name": ("in", names[start : start + CHUNK])})
		yield sorted(rows, key=_folded)


def _folded(row: tuple) -> str:
	return row[0].casefold()


def _listed(scope: Scope, after: str) -> Iterator[list]:
	while rows := _list({**_filters(scope), "name": (">", after)}, CHUNK):
		yield rows
		after = rows[-1][0]


def _filters(scope: Scope) -> dict:
	return {"item_code": scope.item_code} if scope.item_code else {}


def _list(filters: dict, limit: int = 0) -> list[tuple]:
	return frappe.get_list(
		SERIAL_NO,
		filters=filters,
		fields=["name", "item_code", "creation"],
		order_by="name asc",
		limit_page_length=limit,
		as_list=True,
	)


def _candidates(day: date, scope: Scope, within: set[str] | None) -> set[str] | None:
	"""Serials that ever came into the warehouses, or went to the customer; None where all may be meant."""
	found = None
	if within is not None:
		found = serial_nos_that_entered(within, day, scope.item_code)
	if scope.customer:
		vouchers = {
			doctype: frappe.get_all(
				doctype,
				filters={"customer": scope.customer, "docstatus": 1, "posting_date": ("<=", day)},
				pluck="name",
			)
			for doctype in (DELIVERY_NOTE, SALES_INVOICE)
		}
		delivered = serial_nos_moved_by(vouchers, scope.item_code)
		found = delivered if found is None else found & delivered
	return found


def _warehouses(warehouse: str | None) -> set[str] | None:
	if not warehouse:
		return None
	return {warehouse, *frappe.db.get_descendants("Warehouse", warehouse)}
