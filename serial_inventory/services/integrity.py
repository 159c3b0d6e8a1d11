"""Serial No Integrity: what Serial Nos, stock and bundles say against the ledger, and Serial Nos made to say it again.

The reading is a few queries for each chunk of serials or bundles. It runs in one transaction, so that a document
submitted meanwhile is seen whole or not at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import escape_html, flt, now

from serial_inventory import erpnext_bundle
from serial_inventory.constants import ITEM, SERIAL_NO
from serial_inventory.rules import integrity as rules
from serial_inventory.rules.integrity import Finding
from serial_inventory.rules.lines import Known
from serial_inventory.rules.serial_text import fold, summary
from serial_inventory.rules.units import Unit
from serial_inventory.services import bulk, life, register
from serial_inventory.services.register import Alike

CHUNK = 10_000
BUNDLES = 2_000
ITEMS = 1_000
IN_BACKGROUND = 2_000
"""A repair of more Serial Nos than this is a background job."""


@dataclass(frozen=True, slots=True)
class Scope:
	"""What is checked; None is everything. A warehouse stands for those below it too."""

	company: str | None = None
	item_code: str | None = None
	warehouse: str | None = None


def findings(scope: Scope, with_sound: bool = False) -> Iterator[Finding]:
	"""Everything that disagrees: stock and bundles, then Serial Nos in order of their names.

	`with_sound` gives the Serial Nos with which all is well too, with no kind.
	"""
	within = _warehouses(scope)
	for finding in _all(scope, with_sound):
		if within is None or finding.warehouse in within or within.intersection(finding.places):
			yield finding


def _all(scope: Scope, with_sound: bool) -> Iterator[Finding]:
	yield from _of_stock(scope)
	yield from _of_bundles(scope)
	for names in _serial_nos(scope):
		yield from _of_serials(names, with_sound)


def _warehouses(scope: Scope) -> set[str] | None:
	if not scope.warehouse:
		return None
	return {scope.warehouse, *frappe.db.get_descendants("Warehouse", scope.warehouse)}


def _of_serials(serial_nos: Sequence[str], with_sound: bool) -> list[Finding]:
	found: list[Finding] = []
	for group, expected, steps in _judged(serial_nos):
		own = rules.check_unit(group.unit, expected, steps)
		if not own and with_sound:
			own = [rules.sound(group.unit, expected, steps)]
		found += [rules.for_serial(finding, name) for name in group.serial_nos for finding in own]
	return sorted(found, key=_serial_no)


def _serial_no(finding: Finding) -> str:
	return finding.serial_no


def _judged(serial_nos: Sequence[str]) -> Iterator[tuple[Alike, Unit, list]]:
	"""Serials that say the same and went the same path, what their documents make of them, and that path.

	The path of one stands for all of its group, so the second reading is as small as the groups are few.
	"""
	decided = life.standing(serial_nos)
	firsts = [group.serial_nos[0] for group, _expected in decided]
	if not firsts:
		return
	ledger = erpnext_bundle.ledger_of_serials(firsts, register.item_codes(firsts))
	for (group, expected), first in zip(decided, firsts, strict=True):
		yield group, expected, [ledger.lines[line] for line, _rate in ledger.paths.get(first, ())]


def _serial_nos(scope: Scope) -> Iterator[list[str]]:
	"""The Serial Nos in chunks, in order of their names."""
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).select(table.name).orderby(table.name).limit(CHUNK)
	for column in ("company", "item_code"):
		if value := getattr(scope, column):
			query = query.where(table[column] == value)
	last = ""
	while names := query.where(table.name > last).run(pluck=True):
		yield names
		last = names[-1]


def _of_stock(scope: Scope) -> Iterator[Finding]:
	companies = dict(frappe.get_all("Warehouse", fields=["name", "company"], as_list=True))
	codes = _serialized_items(scope)
	for start in range(0, len(codes), ITEMS):
		chunk = codes[start : start + ITEMS]
		serials = register.in_stock(chunk)
		stock = _stock(chunk)
		ledger = erpnext_bundle.stock_by_ledger(chunk)
		for item_code, warehouse in sorted({*serials, *stock, *ledger}):
			if warehouse and scope.company in (None, companies.get(warehouse)):
				key = (item_code, warehouse)
				yield from rules.check_stock(
					*key, serials.get(key, 0), stock.get(key, 0.0), ledger.get(key, 0.0)
				)


def _serialized_items(scope: Scope) -> list[str]:
	filters = {"has_serial_no": 1, "is_stock_item": 1}
	if scope.item_code:
		filters["name"] = scope.item_code
	return frappe.get_all(ITEM, filters=filters, pluck="name", order_by="name")


def _stock(item_codes: Sequence[str]) -> dict[tuple[str, str], float]:
	table = frappe.qb.DocType("Bin")
	query = frappe.qb.from_(table).select(table.item_code, table.warehouse, table.actual_qty)
	rows = query.where(table.item_code.isin(list(item_codes))).run()
	return {(item_code, warehouse): flt(qty) for item_code, warehouse, qty in rows}


def _of_bundles(scope: Scope) -> Iterator[Finding]:
	last = ""
	while states := erpnext_bundle.states_of_bundles(last, BUNDLES, scope.item_code, scope.company):
		for state in states:
			yield from rules.check_bundle(state)
		last = states[-1].name


@dataclass(slots=True)
class Repair:
	"""What a repair has done. Those that moved while it ran were left alone."""

	repaired: int = 0
	sound: int = 0
	moved: int = 0


def repair(serial_nos: Sequence[str]) -> Repair:
	"""The Serial Nos say what their standing ledger entries say. Ledger, bundles and stock are not touched.

	A Serial No that a document moved since this transaction began is left to that document: its row is locked and
	read as it is now before it is written. One Comment on each Item says what was done.
	"""
	done, log = Repair(), defaultdict(list)
	names = sorted(set(serial_nos))
	for start in range(0, len(names), CHUNK):
		_repair_chunk(names[start : start + CHUNK], done, log)
	_comment(log)
	return done


def _repair_chunk(serial_nos: Sequence[str], done: Repair, log: dict) -> None:
	writes = []
	stamp = {"modified": now(), "modified_by": frappe.session.user}
	judged = list(_judged(serial_nos))
	locked = register.known(serial_nos, lock=True)
	for group, expected, steps in judged:
		unit = group.unit
		changes = rules.changes(unit, rules.should_say(unit, expected, steps))
		if not changes:
			done.sound += len(group.serial_nos)
			continue
		still = [name for name in group.serial_nos if _is_as_read(locked.get(fold(name)), unit)]
		done.moved += len(group.serial_nos) - len(still)
		done.repaired += len(still)
		writes.append((still, {**changes, **stamp}))
		log[unit.item_code].append((still, tuple(changes)))
	bulk.update(SERIAL_NO, writes)


def _is_as_read(known: Known | None, unit: Unit) -> bool:
	if known is None:
		return False
	locked = (known.item_code, known.warehouse, known.status, known.customer, known.document)
	return locked == (unit.item_code, unit.warehouse, unit.status, unit.customer, unit.delivery_document_no)


def _comment(log: dict) -> None:
	"""One Comment for each Item, however many of its Serial Nos were repaired."""
	labels = frappe.get_meta(SERIAL_NO).get_label
	for item_code, repaired in log.items():
		names = sorted(name for own, _fields in repaired for name in own)
		if not names:
			continue
		fields = Counter(field for own, changed in repaired for field in changed for _name in own)
		text = _("Serial No Integrity: {0} made to say what the ledger says. {1}").format(
			escape_html(summary(names)),
			", ".join(f"{_(labels(field))} ({count})" for field, count in sorted(fields.items())),
		)
		frappe.get_doc(ITEM, item_code).add_comment("Info", text)


def permitted(serial_nos: Sequence[str]) -> list[str]:
	"""Those of the Serial Nos that the user may see: User Permissions hold here as in lists."""
	names = sorted(set(serial_nos))
	found: list[str] = []
	for start in range(0, len(names), CHUNK):
		chunk = names[start : start + CHUNK]
		found += frappe.get_list(
			SERIAL_NO, filters={"name": ("in", chunk)}, pluck="name", limit_page_length=0
		)
	return found


def start_repair(serial_nos: Sequence[str]) -> dict:
	"""Repair at once, or as a background job where there are many: {queued, repaired, sound, moved}."""
	if len(serial_nos) > IN_BACKGROUND:
		frappe.enqueue(
			"serial_inventory.services.integrity.repair_and_tell",
			queue="long",
			timeout=60 * 60,
			serial_nos=list(serial_nos),
		)
		return {"queued": len(serial_nos)}
	done = repair(serial_nos)
	return {"queued": 0, "repaired": done.repaired, "sound": done.sound, "moved": done.moved}


def repair_and_tell(serial_nos: Sequence[str]) -> None:
	"""The background job: repair, then tell who asked."""
	done = repair(serial_nos)
	text = _("{0} Serial Nos repaired, {1} were right already, {2} moved meanwhile.")
	message = text.format(done.repaired, done.sound, done.moved)
	frappe.publish_realtime("msgprint", message, user=frappe.session.user, after_commit=True)
