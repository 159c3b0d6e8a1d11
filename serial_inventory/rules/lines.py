"""What a line of a stock document may do with serials, and every reason why not.

A line is one serialized movement of a document: a row, its rejected half, or a packed item. These functions get the
facts and return Problems; reading the facts and wording the answer is for the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from serial_inventory.constants import Direction, Status
from serial_inventory.rules.problems import Problem, _, some
from serial_inventory.rules.serial_text import duplicates, fold


@dataclass(frozen=True, slots=True)
class Known:
	"""What the database says of a serial that exists."""

	serial_no: str
	item_code: str
	warehouse: str | None = None
	status: str | None = None
	customer: str | None = None
	document: str | None = None  # the one that took it out of stock
	life_ends: date | None = None  # the last day; None for none, and for a unit whose terms say it


@dataclass(frozen=True, slots=True)
class Line:
	"""One serialized movement: `label` names its row to a person, `qty` is in stock units, `serial_nos` as typed."""

	label: str
	item_code: str
	warehouse: str | None
	direction: Direction
	qty: float
	serial_nos: Sequence[str] = field(default=())
	is_checked_against_stock: bool = True  # False for returns: ERPNext compares those with the original


def check(lines: Sequence[Line], known: Mapping[str, Known]) -> list[Problem]:
	"""Every problem of a document's lines. `known` is keyed by `fold(serial_no)`."""
	problems = []
	leaving = {
		fold(name) for line in lines if line.direction == Direction.OUTWARD for name in line.serial_nos
	}
	for line in lines:
		problems += check_quantity(line) + check_serials(line, known, leaving)
	return problems + check_duplicates(lines)


def check_serials(line: Line, known: Mapping[str, Known], leaving: Collection[str]) -> list[Problem]:
	"""Whether the line's serials may come in, or go out. `leaving` as in `check_inward`."""
	if not line.is_checked_against_stock:
		return []
	if line.direction == Direction.INWARD:
		return check_inward(line, known, leaving)
	return check_outward(line, known)


def check_life(line: Line, known: Mapping[str, Known], day: date) -> list[Problem]:
	"""Units whose life is over on that day, where Settings refuse to issue them."""
	if line.direction == Direction.INWARD:
		return []
	units = filter(None, (known.get(fold(name)) for name in line.serial_nos))
	over = [unit.serial_no for unit in units if unit.life_ends and unit.life_ends < day]
	if not over:
		return []
	return [
		Problem(
			_(
				"Expired before {0}, and by Serialized Inventory Settings not to be issued: {1}. Take them out of the row."
			),
			(day, some(over)),
			line.label,
		)
	]


def check_quantity(line: Line) -> list[Problem]:
	"""A serialized quantity is whole, and as many serials are given as units, where any are."""
	if line.qty != int(line.qty):
		return [
			Problem(
				_("The quantity of the serialized Item {0} is {1} in stock units. Enter a whole number."),
				(line.item_code, f"{line.qty:g}"),
				line.label,
			)
		]
	count = len(line.serial_nos)
	if not count or count == line.qty:
		return []
	return [
		Problem(
			_(
				"Serial numbers given: {0}; quantity of Item {2}: {1}. Correct the serial numbers or the quantity."
			),
			(f"{count:,}", f"{int(line.qty):,}", line.item_code),
			line.label,
		)
	]


def check_duplicates(lines: Iterable[Line]) -> list[Problem]:
	"""A serial comes in once and goes out once in a document, whatever its letter case."""
	problems = []
	for direction in Direction:
		where: dict[str, list[str]] = {}
		names: list[str] = []
		for line in lines:
			if line.direction == direction:
				names += line.serial_nos
				for name in line.serial_nos:
					where.setdefault(fold(name), []).append(line.label)
		if len(where) != len(names):
			problems += _described(duplicates(names), where)
	return problems


def _described(groups: Iterable[Sequence[str]], where: Mapping[str, list[str]]) -> list[Problem]:
	by_rows: dict[tuple[str, ...], list[str]] = {}
	for group in groups:
		rows = tuple(dict.fromkeys(where[fold(group[0])]))
		by_rows.setdefault(rows, []).append(" = ".join(dict.fromkeys(group)))
	return [
		Problem(
			_(
				"These serial numbers are given more than once (letter case does not count): {0}. Keep each once."
			),
			(some(names),),
			" / ".join(rows),
		)
		for rows, names in by_rows.items()
	]


def check_inward(line: Line, known: Mapping[str, Known], leaving: Collection[str]) -> list[Problem]:
	"""A serial may come in if it is new, or is the Item's own and not in stock.

	`leaving` are the serials (folded) that the same document takes out of stock first.
	"""
	of_others: dict[str, list[str]] = {}
	in_stock: dict[str, list[str]] = {}
	for name in line.serial_nos:
		unit = known.get(fold(name))
		if not unit:
			continue
		if unit.item_code != line.item_code:
			of_others.setdefault(unit.item_code, []).append(name)
		elif unit.warehouse and fold(name) not in leaving:
			in_stock.setdefault(unit.warehouse, []).append(name)
	return _wrong_item(line, of_others) + [
		Problem(
			_("Already in stock in warehouse {0}, so they cannot come in: {1}. Take them out of the row."),
			(warehouse, some(names)),
			line.label,
		)
		for warehouse, names in in_stock.items()
	]


def check_outward(line: Line, known: Mapping[str, Known]) -> list[Problem]:
	"""A serial may go out if it is the Item's own and lies in the line's warehouse; else the answer says where it is."""
	unknown: list[str] = []
	of_others: dict[str, list[str]] = {}
	elsewhere: dict[Problem, list[str]] = {}
	for name in line.serial_nos:
		unit = known.get(fold(name))
		if not unit:
			unknown.append(name)
		elif unit.item_code != line.item_code:
			of_others.setdefault(unit.item_code, []).append(name)
		elif unit.warehouse != line.warehouse:
			elsewhere.setdefault(_place(unit), []).append(name)
	return _unknown(line, unknown) + _wrong_item(line, of_others) + _not_here(line, elsewhere)


def check_return(
	line: Line, original: Collection[str], document: str, known: Mapping[str, Known]
) -> list[Problem]:
	"""What comes back, or goes back to the supplier, went by the original document.

	`original` are the serials (folded) that the row of that document moved. Serials that go back must be in stock.
	"""
	strangers = [name for name in line.serial_nos if fold(name) not in original]
	problems = []
	if strangers:
		problems.append(
			Problem(
				_(
					"{0} did not move these serials with the row that is returned: {1}. Take them out of the row."
				),
				(document, some(strangers)),
				line.label,
			)
		)
	return problems + (
		check_inward(line, known, set()) if line.direction == Direction.INWARD else check_outward(line, known)
	)


def can_be_returned(line: Line, unit: Known | None, document: str) -> bool:
	"""Whether a blank line may take this unit: sold and still gone by that document, or bought and in the warehouse."""
	if not unit:
		return False
	if line.direction == Direction.INWARD:
		return not unit.warehouse and unit.document in (document, None)
	return unit.warehouse == line.warehouse


def check_reconciliation(line: Line, known: Mapping[str, Known], in_warehouse: int) -> list[Problem]:
	"""A Stock Reconciliation counts the serials there are and makes none.

	`in_warehouse` is how many units of the Item the warehouse holds on that day; a line without serials may not
	count more than these.
	"""
	problems = check_quantity(line)
	if line.serial_nos:
		return problems + check_counted(line, known)
	return problems + ([_would_create(line, in_warehouse)] if line.qty > in_warehouse else [])


def check_counted(line: Line, known: Mapping[str, Known]) -> list[Problem]:
	"""The serials of a Stock Reconciliation's line exist, are of its Item, and are in no other warehouse."""
	problems, unknown, of_others, elsewhere = [], [], {}, {}
	for name in line.serial_nos:
		unit = known.get(fold(name))
		if not unit:
			unknown.append(name)
		elif unit.item_code != line.item_code:
			of_others.setdefault(unit.item_code, []).append(name)
		elif unit.warehouse and unit.warehouse != line.warehouse:
			elsewhere.setdefault(_place(unit), []).append(name)
	if unknown:
		problems.append(
			Problem(
				_(
					"A Stock Reconciliation creates no Serial Nos, and these do not exist: {0}. "
					"Create them first with the Data Import Tool (DocType Serial No), then reconcile."
				),
				(some(unknown),),
				line.label,
			)
		)
	return problems + _wrong_item(line, of_others) + _not_here(line, elsewhere)


def _would_create(line: Line, in_warehouse: int) -> Problem:
	return Problem(
		_(
			"A Stock Reconciliation creates no Serial Nos: warehouse {0} holds {1} of Item {2}, and {3} are counted "
			"without serial numbers. Create the new ones with the Data Import Tool (DocType Serial No), "
			"then type all {3} here."
		),
		(line.warehouse, f"{in_warehouse:,}", line.item_code, f"{int(line.qty):,}"),
		line.label,
	)


def _unknown(line: Line, names: list[str]) -> list[Problem]:
	if not names:
		return []
	return [
		Problem(
			_("These Serial Nos of Item {0} do not exist, so they cannot go out: {1}. Check the typing."),
			(line.item_code, some(names)),
			line.label,
		)
	]


def _wrong_item(line: Line, of_others: Mapping[str, list[str]]) -> list[Problem]:
	return [
		Problem(
			_("These are Serial Nos of Item {0}, not of {1}: {2}. Take them out of the row."),
			(item, line.item_code, some(names)),
			line.label,
		)
		for item, names in of_others.items()
	]


def _not_here(line: Line, elsewhere: Mapping[Problem, list[str]]) -> list[Problem]:
	return [
		Problem(place.template, (line.warehouse, some(names), *place.values), line.label)
		for place, names in elsewhere.items()
	]


def _place(unit: Known) -> Problem:
	"""Where a unit is that is not where a line wants it; {0} and {1} are the line's warehouse and the serials."""
	if unit.warehouse:
		return Problem(
			_("Not in warehouse {0} but in {2}: {1}. Move them first, or choose warehouse {2}."),
			(unit.warehouse,),
		)
	if unit.status == Status.DELIVERED.value and unit.customer:
		return Problem(
			_("Not in warehouse {0}, delivered to customer {2} by {3}: {1}. Take them out of the row."),
			(unit.customer, unit.document or "?"),
		)
	if unit.status in (Status.DELIVERED.value, Status.CONSUMED.value):
		return Problem(
			_("Not in warehouse {0}, gone out of stock by {2}: {1}. Take them out of the row."),
			(unit.document or "?",),
		)
	return Problem(_("Not in warehouse {0} nor in any other: {1}. Receive them first."))
