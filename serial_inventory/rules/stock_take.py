"""A count of one warehouse by scan: what each unit's scan, or its lack of one, means.

Nothing is stored of what is expected: a count is compared with what the stock says now, and movements since the count
began tell what cannot be blamed on the count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from serial_inventory.constants import Direction, Status, StockTakeState
from serial_inventory.rules.lines import Known
from serial_inventory.rules.problems import Problem, _, some


@dataclass(frozen=True, slots=True)
class Here:
	"""A unit that lies in the warehouse by the stock's own account."""

	serial_no: str
	item_code: str
	batch_no: str | None = None


@dataclass(frozen=True, slots=True)
class Scan:
	"""A unit that somebody has scanned there, by the name that its record has, or as scanned where there is none."""

	serial_no: str
	scanned_by: str
	scanned_on: datetime


@dataclass(frozen=True, slots=True)
class Movement:
	"""The last movement into or out of the warehouse since the count began."""

	direction: Direction
	document: str
	moment: datetime


@dataclass(frozen=True, slots=True)
class Judged:
	"""One unit of a count. `place` says where a stray is, or which document moved the unit meanwhile."""

	serial_no: str
	state: StockTakeState
	item_code: str | None = None
	batch_no: str | None = None
	place: Problem | None = None
	warehouse: str | None = None  # in which a stray lies by the stock's account
	customer: str | None = None
	scan: Scan | None = None


def judge(
	here: Mapping[str, Here],
	scans: Mapping[str, Scan],
	known: Mapping[str, Known],
	movements: Mapping[str, Movement],
	warehouse: str,
) -> list[Judged]:
	"""Every unit that was expected or scanned, in the order of expectation, then of scanning.

	All mappings are by `fold(serial_no)`. `here` are the units in the warehouse that the count is about, `known` what is
	known of those scanned that are not among them.
	"""
	judged = [_of_here(unit, scans.get(key), movements.get(key)) for key, unit in here.items()]
	judged += [
		_of_scan(scan, known.get(key), movements.get(key), warehouse)
		for key, scan in scans.items()
		if key not in here
	]
	return judged


def _of_here(unit: Here, scan: Scan | None, movement: Movement | None) -> Judged:
	if scan:
		return Judged(unit.serial_no, StockTakeState.FOUND, unit.item_code, unit.batch_no, scan=scan)
	if movement and movement.direction == Direction.INWARD:
		place = Problem(_("Came in by {0} after the count began"), (movement.document,))
		return Judged(unit.serial_no, StockTakeState.CAME_IN, unit.item_code, unit.batch_no, place)
	return Judged(unit.serial_no, StockTakeState.MISSING, unit.item_code, unit.batch_no)


def _of_scan(scan: Scan, unit: Known | None, movement: Movement | None, warehouse: str) -> Judged:
	if not unit:
		return Judged(scan.serial_no, StockTakeState.STRAY, place=Problem(_("Not a Serial No")), scan=scan)
	left = movement and movement.direction == Direction.OUTWARD and movement.moment >= scan.scanned_on
	if left and unit.warehouse != warehouse:
		place = Problem(_("Went out by {0} after it was counted"), (movement.document,))
		return Judged(unit.serial_no, StockTakeState.WENT_OUT, unit.item_code, place=place, scan=scan)
	return Judged(
		unit.serial_no,
		StockTakeState.STRAY,
		unit.item_code,
		place=whereabouts(unit, warehouse),
		warehouse=unit.warehouse,
		customer=unit.customer,
		scan=scan,
	)


def whereabouts(unit: Known, warehouse: str) -> Problem:
	"""Where a unit is that was scanned here and is not expected here."""
	if unit.warehouse == warehouse:
		return Problem(_("Here, but of Item {0}, which this count is not about"), (unit.item_code,))
	if unit.warehouse:
		return Problem(_("In warehouse {0}"), (unit.warehouse,))
	if unit.status == Status.DELIVERED.value and unit.customer:
		return Problem(_("Delivered to {0} by {1}"), (unit.customer, unit.document or "?"))
	if unit.status in (Status.DELIVERED.value, Status.CONSUMED.value):
		return Problem(_("Gone out of stock by {0}"), (unit.document or "?",))
	return Problem(_("In no warehouse: never received, or sent back"))


def count(judged: Iterable[Judged]) -> dict[StockTakeState, int]:
	"""How many units are in each state."""
	found = Counter(unit.state for unit in judged)
	return {state: found[state] for state in StockTakeState}


def expected(counts: Mapping[StockTakeState, int]) -> int:
	"""How many units there should be: all in the warehouse now but those that came in since, which nobody could scan."""
	return counts[StockTakeState.FOUND] + counts[StockTakeState.MISSING]


@dataclass(frozen=True, slots=True)
class Remaining:
	"""What a Stock Reconciliation row says of an Item: the units that stay, of all that are in the warehouse now."""

	item_code: str
	stay: list[str]


def reconciled(judged: Sequence[Judged]) -> list[Remaining]:
	"""By Item, those with missing units alone."""
	stay: dict[str, list[str]] = {
		unit.item_code: [] for unit in judged if unit.state == StockTakeState.MISSING
	}
	for unit in judged:
		if unit.item_code in stay and unit.state in (StockTakeState.FOUND, StockTakeState.CAME_IN):
			stay[unit.item_code].append(unit.serial_no)
	return [Remaining(item_code, sorted(names)) for item_code, names in sorted(stay.items())]


@dataclass(frozen=True, slots=True)
class Moved:
	"""A Stock Entry row: units of one Item and batch that leave one warehouse."""

	item_code: str
	warehouse: str
	batch_no: str | None
	serial_nos: list[str]


def taken_out(judged: Iterable[Judged], warehouse: str) -> list[Moved]:
	"""The missing units as rows of an issue."""
	return _moved((unit, warehouse) for unit in judged if unit.state == StockTakeState.MISSING)


def brought_here(
	judged: Iterable[Judged], warehouse: str, own: Sequence[str], batches: Mapping[str, str | None]
) -> list[Moved]:
	"""The strays that lie in other warehouses of the company (`own`) as rows of a transfer; `batches` are their batches."""
	strays = [unit for unit in judged if unit.state == StockTakeState.STRAY]
	places = set(own).difference([warehouse])
	return _moved(
		((unit, unit.warehouse) for unit in strays if unit.warehouse in places),
		batches,
	)


def _moved(
	units: Iterable[tuple[Judged, str]], batches: Mapping[str, str | None] | None = None
) -> list[Moved]:
	rows: dict[tuple, list[str]] = {}
	for unit, warehouse in units:
		batch_no = batches.get(unit.serial_no) if batches is not None else unit.batch_no
		rows.setdefault((unit.item_code, warehouse, batch_no or ""), []).append(unit.serial_no)
	return [
		Moved(item, place, batch or None, sorted(names))
		for (item, place, batch), names in sorted(rows.items())
	]


def check_warehouse(warehouse: str, is_group: bool, is_disabled: bool) -> list[Problem]:
	"""Units lie in warehouses, not in groups of them."""
	if is_group:
		text = _(
			"{0} is a group of warehouses, and units lie in the warehouses below it. Count one of these."
		)
		return [Problem(text, (warehouse,))]
	if is_disabled:
		return [
			Problem(_("Warehouse {0} is disabled. Enable it to count it, or choose another."), (warehouse,))
		]
	return []


def nothing_to_do(what: str, counts: Mapping[StockTakeState, int]) -> Problem:
	"""Why no document is made. `what` is the state that it would be about."""
	if what == StockTakeState.MISSING:
		return Problem(_("Nothing is missing by the stock of this moment, so there is nothing to take out."))
	text = _(
		"None of the {0} strays lies in another warehouse of this company, so there is nothing to bring here. Their list "
		"says where each is."
	)
	return Problem(text, (counts[StockTakeState.STRAY],))


def not_counting(name: str) -> Problem:
	text = _(
		"{0} is not being counted any more, so nothing was added. Press Resume Counting, then scan again."
	)
	return Problem(text, (name,))


def nothing_scanned(name: str) -> Problem:
	text = _(
		"Nothing has been scanned in {0}, so every unit would count as missing. Scan, or delete the stock take."
	)
	return Problem(text, (name,))


def has_batches(item_codes: Iterable[str]) -> Problem:
	text = _(
		"Units of these Items have batches, which a Stock Reconciliation of serial numbers does not keep apart: {0}. Make "
		"the Stock Entry in its place."
	)
	return Problem(text, (some(item_codes),))
