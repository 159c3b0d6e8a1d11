"""Plays stock transactions into a register of serials, by the rules that the app's services use on a site.

What ERPNext itself does on a site stands here in short, marked "ERPNext's": which serials a return may bring back,
and that a cancel comes after the cancels of what followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from operator import itemgetter

from serial_inventory.constants import SALES_INVOICE, SERIAL_NO, STOCK_RECONCILIATION, Direction, Status
from serial_inventory.rules import blank, direct, lines, series, units
from serial_inventory.rules.lines import Known
from serial_inventory.rules.problems import Problem, _, some
from serial_inventory.rules.serial_text import ambiguous, expand, fold, natural_key
from serial_inventory.rules.series import ITEM_FIELDS, Series
from serial_inventory.rules.transactions import BUYING, Document, Row
from serial_inventory.rules.units import ItemFacts, Movement, Policy, Unit

_NOT_SUBMITTED = _("{0} {1} is not submitted, so it cannot be cancelled.")
_IS_SUBMITTED = _("{0} {1} is submitted already. Give the document a number of its own.")
_MOVED_ON = _("{0} moved these after {1}: {2}. Cancel {0} first.")
_RETURN_IS_BLANK = _("A return names its serial numbers. Type the {0} that come back.")
_NOT_WITH = _("Not delivered to {0}, so they cannot come back from there: {1}. Take them out of the row.")
_NOT_FROM = _("Not bought from {0}, so they cannot go back there: {1}. Take them out of the row.")
_COUNT_IS_BLANK = _(
	"Warehouse {0} holds {1} of Item {2}, and {3} are counted without serial numbers. Type those that are there."
)
_EXISTS = _("These Serial Nos exist already: {0}. Take them out of the row.")
_GIVES_NONE = _("No serial numbers are given. Type those to create.")


@dataclass(frozen=True, slots=True)
class Change:
	"""What one document did to one serial; `before` is None for one that it made."""

	before: Unit | None
	after: Unit


@dataclass(frozen=True, slots=True)
class Event:
	"""A document that was played: what it did, or why it was refused."""

	document: Document
	changes: tuple[Change, ...] = ()
	problems: tuple[Problem, ...] = ()

	@property
	def is_refused(self) -> bool:
		return bool(self.problems)


class _RefusedError(Exception):
	def __init__(self, problems: Iterable[Problem]) -> None:
		self.problems = tuple(problems)


@dataclass
class _Line:
	"""A row's goods that come into or go out of one warehouse, with the serials that its text stands for."""

	row: Row
	direction: Direction
	warehouse: str | None
	serial_nos: list[str] = field(default_factory=list)

	def as_rule(self) -> lines.Line:
		row = self.row
		return lines.Line(row.label, row.item_code, self.warehouse, self.direction, row.qty, self.serial_nos)


class Replay:
	"""A register of serials, empty at first, into which documents are played one after another."""

	def __init__(self, policy: Policy | None = None) -> None:
		self.policy = policy or Policy()
		self.items: dict[str, ItemFacts] = {}
		self.series: dict[str, str] = {}
		self.counters: dict[str, int] = {}
		self._units: dict[str, Unit] = {}  # by fold, in order of creation
		self._moves: dict[str, list[tuple[date, int, Movement]]] = {}
		self._order = count()
		self._standing: dict[tuple[str, str], list[str]] = {}  # documents: the folds of their serials

	def play(self, document: Document) -> Event:
		"""Play one document. A refused one changes nothing."""
		self._note_items(document)
		try:
			if document.is_cancel:
				changes = self._cancel(document)
			elif document.document_type == SERIAL_NO:
				changes = self._enter(document)
			else:
				changes = self._submit(document)
		except _RefusedError as refused:
			return Event(document, problems=refused.problems)
		return Event(document, tuple(changes))

	def register(self, today: date) -> list[Unit]:
		"""Every serial in natural order, its Maintenance Status that of `today`."""
		found = [self._with_warranty(unit, today) for unit in self._units.values()]
		return sorted(found, key=lambda unit: natural_key(unit.serial_no))

	# --- documents that move stock

	def _submit(self, document: Document) -> list[Change]:
		if _key(document) in self._standing:
			_refuse([Problem(_IS_SUBMITTED, _key(document), document.label)])
		rows = self._lines(document)
		self._check(document, rows)
		counters = self._fill(document, rows)
		moves = list(self._movements(document, rows))
		self.counters = counters
		return self._apply(document, moves)

	def _lines(self, document: Document) -> list[_Line]:
		"""The rows' lines: one with a Source Warehouse goes out (and in at its Target), any other comes in."""
		found, problems = [], []
		for row in document.rows:
			is_outward = row.source_warehouse and document.document_type != STOCK_RECONCILIATION
			line = _Line(
				row,
				Direction.OUTWARD if is_outward else Direction.INWARD,
				row.source_warehouse if is_outward else row.target_warehouse,
			)
			line.serial_nos, unread = self._read(row)
			problems += unread
			found.append(line)
		_refuse(problems)
		return found

	def _read(self, row: Row) -> tuple[list[str], list[Problem]]:
		"""The serials of a row's text, those that exist in the letter case that they have there."""
		pieces = (self._units.get(fold(piece)) for piece in ambiguous(row.serial_no))
		expansion = expand(row.serial_no, known={unit.serial_no for unit in pieces if unit})
		names = [
			self._units[key].serial_no if (key := fold(name)) in self._units else name
			for name in expansion.serial_nos
		]
		return names, [Problem(found.template, found.values, row.label) for found in expansion.problems]

	def _check(self, document: Document, rows: Sequence[_Line]) -> None:
		known = self._known(name for line in rows for name in line.serial_nos)
		every = [line.as_rule() for line in rows]
		if document.document_type != STOCK_RECONCILIATION:
			problems = lines.check(every, known)
			if document.is_return:
				problems += self._check_return(document, rows)
			_refuse(problems)
			return
		problems = []
		for line in every:
			held = len(self._in_warehouse(line.item_code, line.warehouse))
			problems += lines.check_reconciliation(line, known, held)
			if not line.serial_nos and 0 < line.qty < held:
				values = (line.warehouse, f"{held:,}", line.item_code, f"{line.qty:,g}")
				problems.append(Problem(_COUNT_IS_BLANK, values, line.label))
		_refuse(problems + lines.check_duplicates(every))

	def _check_return(self, document: Document, rows: Sequence[_Line]) -> list[Problem]:
		"""ERPNext's: a return moves serials that the original moved, back to where they came from."""
		template = _NOT_FROM if document.document_type in BUYING else _NOT_WITH
		problems = []
		for line in rows:
			if not line.serial_nos:
				problems.append(Problem(_RETURN_IS_BLANK, (f"{line.row.qty:,g}",), line.row.label))
			strangers = [name for name in line.serial_nos if not self._is_returnable(name, document)]
			if strangers:
				problems.append(Problem(template, (document.party or "?", some(strangers)), line.row.label))
		return problems

	def _is_returnable(self, serial_no: str, document: Document) -> bool:
		"""Whether the document's party has sold or bought it; where it is has been checked for all but new ones."""
		unit = self._units.get(fold(serial_no))
		if document.document_type in BUYING:
			return unit is None or unit.supplier == document.party
		if unit is None:
			return False
		is_with_them = unit.status == Status.DELIVERED.value and unit.customer == document.party
		return is_with_them or bool(unit.warehouse)

	def _fill(self, document: Document, rows: Sequence[_Line]) -> dict[str, int]:
		"""Blank lines get their serials: the oldest there are, or numbers from the series. Returns the counters."""
		counters, problems = dict(self.counters), []
		if document.document_type == STOCK_RECONCILIATION:
			return counters
		taken = {fold(name) for line in rows for name in line.serial_nos}
		for line in rows:
			if line.serial_nos:
				continue
			if line.direction == Direction.OUTWARD:
				problems += self._pick(line, taken)
			else:
				problems += self._draw(line, taken, counters, document.date)
			taken |= {fold(name) for name in line.serial_nos}
		_refuse(problems)
		return counters

	def _pick(self, line: _Line, taken: set[str]) -> list[Problem]:
		there = self._in_warehouse(line.row.item_code, line.warehouse)
		free = [unit.serial_no for unit in there if fold(unit.serial_no) not in taken]
		if len(free) < line.row.qty:
			return [blank.too_few(line.as_rule(), len(free))]
		line.serial_nos = sorted(free[: int(line.row.qty)])
		return []

	def _draw(self, line: _Line, taken: set[str], counters: dict[str, int], today: date) -> list[Problem]:
		text, values = self.series.get(line.row.item_code), self._series_values(line.row.item_code)
		if not text:
			return [blank.no_series(line.as_rule())]
		if wrong := series.problems(text, values, today):
			return [replace(problem, row=line.row.label) for problem in wrong]
		found = Series.parse(text)
		prefix, wanted = found.prefix(values, today), int(line.row.qty)
		line.serial_nos, last = blank.draw(
			found,
			values,
			today,
			counters.get(prefix, 0) + 1,
			wanted,
			lambda names: {key for key in map(fold, names) if key in self._units or key in taken},
		)
		if len(line.serial_nos) < wanted:
			return [blank.series_ended(line.as_rule(), text)]
		counters[prefix] = last
		return []

	def _movements(self, document: Document, rows: Sequence[_Line]) -> Iterator[tuple[str, str, Movement]]:
		"""(serial, item, movement): what goes out first, and then what comes in, as ERPNext posts them."""
		if document.document_type == STOCK_RECONCILIATION:
			yield from self._counted(document, rows)
			return
		for line in rows:
			if line.direction == Direction.OUTWARD:
				yield from _moves(document, line.row, Direction.OUTWARD, line.warehouse, line.serial_nos)
		for line in rows:
			if line.row.target_warehouse:
				yield from _moves(
					document, line.row, Direction.INWARD, line.row.target_warehouse, line.serial_nos
				)

	def _counted(self, document: Document, rows: Sequence[_Line]) -> Iterator[tuple[str, str, Movement]]:
		"""ERPNext's: what a counted warehouse holds goes out, and what is typed comes in."""
		rows = [line for line in rows if line.serial_nos or not line.row.qty]
		for item_code, warehouse in dict.fromkeys((line.row.item_code, line.warehouse) for line in rows):
			names = [unit.serial_no for unit in self._in_warehouse(item_code, warehouse)]
			row = next(line.row for line in rows if line.row.item_code == item_code)
			yield from _moves(document, row, Direction.OUTWARD, warehouse, names)
		for line in rows:
			yield from _moves(document, line.row, Direction.INWARD, line.warehouse, line.serial_nos)

	def _apply(self, document: Document, moves: Sequence[tuple[str, str, Movement]]) -> list[Change]:
		before: dict[str, Unit | None] = {}
		for serial_no, item_code, movement in moves:
			key = fold(serial_no)
			unit = self._units.get(key)
			before.setdefault(key, unit)
			unit = unit or units.new(serial_no, self.items[item_code])
			self._units[key] = units.after(unit, movement, self.items[item_code], self.policy, document.date)
			self._moves.setdefault(key, []).append((movement.posting_date, next(self._order), movement))
		self._standing[_key(document)] = list(before)
		return [Change(was, self._units[key]) for key, was in before.items()]

	# --- cancels, and records made directly

	def _cancel(self, document: Document) -> list[Change]:
		keys = self._standing.get(_key(document))
		if keys is None:
			_refuse([Problem(_NOT_SUBMITTED, _key(document), document.label)])
		_refuse(self._moved_on(document, keys))
		changes = []
		for key in keys:
			self._moves[key] = [move for move in self._moves[key] if not _is_of(move[2], document)]
			before = self._units[key]
			standing = [move for _date, _at, move in sorted(self._moves[key], key=itemgetter(0, 1))]
			self._units[key] = units.rebuilt(
				before,
				standing,
				self.items[before.item_code],
				self.policy,
				document.date,
				document.document_no,
			)
			changes.append(Change(before, self._units[key]))
		del self._standing[_key(document)]
		return changes

	def _moved_on(self, document: Document, keys: Sequence[str]) -> list[Problem]:
		"""ERPNext's: a document is cancelled after the cancels of those that moved its serials on."""
		later: dict[str, list[str]] = {}
		for key in keys:
			last = self._moves[key][-1][2]
			if not _is_of(last, document):
				later.setdefault(last.voucher_no, []).append(self._units[key].serial_no)
		return [
			Problem(_MOVED_ON, (number, document.document_no, some(names)), document.label)
			for number, names in later.items()
		]

	def _enter(self, document: Document) -> list[Change]:
		"""Serial Nos made directly, as by the Data Import Tool: known, and in no stock yet."""
		new, problems = [], []
		for row in document.rows:
			names, unread = self._read(row)
			expiry = row.warranty_expiry_date
			entered = [
				Unit(name, row.item_code, warehouse=row.target_warehouse, warranty_expiry_date=expiry)
				for name in names
			]
			problems += unread if unread or names else [Problem(_GIVES_NONE, (), row.label)]
			problems += self._wrong_entries(row, entered)
			new += [units.entered(units.typed(unit, None), self.items[row.item_code]) for unit in entered]
		problems += _given_twice(document, new)
		_refuse(problems)
		changes = [Change(None, self._with_warranty(unit, document.date)) for unit in new]
		for change in changes:
			self._units[fold(change.after.serial_no)] = change.after
		return changes

	def _wrong_entries(self, row: Row, entered: Sequence[Unit]) -> list[Problem]:
		found = [problem for unit in entered for problem in direct.problems(unit, None, True)]
		problems = [replace(problem, row=row.label) for problem in found]
		if known := [unit.serial_no for unit in entered if fold(unit.serial_no) in self._units]:
			problems.append(Problem(_EXISTS, (some(known),), row.label))
		return problems

	# --- what is known

	def _note_items(self, document: Document) -> None:
		"""Rows say what an Item is; what the last one says holds from then on."""
		for row in document.rows:
			item = self.items.get(row.item_code) or ItemFacts(row.item_code)
			facts = dict(row.item_facts)
			if row.warranty_days is not None:
				facts["warranty_period"] = row.warranty_days
			self.items[row.item_code] = replace(item, **facts)
			if row.serial_no_series:
				self.series[row.item_code] = row.serial_no_series

	def _series_values(self, item_code: str) -> dict[str, str]:
		return {name: getattr(self.items[item_code], name) or "" for name in ITEM_FIELDS}

	def _known(self, names: Iterable[str]) -> dict[str, Known]:
		found = {key: self._units[key] for key in map(fold, names) if key in self._units}
		return {
			key: Known(
				unit.serial_no,
				unit.item_code,
				unit.warehouse,
				unit.status,
				unit.customer,
				unit.delivery_document_no,
			)
			for key, unit in found.items()
		}

	def _in_warehouse(self, item_code: str, warehouse: str | None) -> list[Unit]:
		return [
			unit
			for unit in self._units.values()
			if unit.item_code == item_code and unit.warehouse == warehouse
		]

	def _with_warranty(self, unit: Unit, today: date) -> Unit:
		return units.with_dates(unit, self.items[unit.item_code], self.policy, today)


def _moves(
	document: Document, row: Row, direction: Direction, warehouse: str | None, serial_nos: Iterable[str]
) -> Iterator[tuple[str, str, Movement]]:
	movement = Movement(
		kind=units.kind_of(document.document_type, direction, document.purpose, document.is_return),
		voucher_type=document.document_type,
		voucher_no=document.document_no,
		posting_date=document.date,
		warehouse=warehouse,
		party=document.party,
		party_name=document.party,
		rate=row.rate,
		sales_invoice=document.document_no if document.document_type == SALES_INVOICE else None,
	)
	for serial_no in serial_nos:
		yield serial_no, row.item_code, movement


def _given_twice(document: Document, new: Sequence[Unit]) -> list[Problem]:
	line = lines.Line(document.label, "", None, Direction.INWARD, len(new), [unit.serial_no for unit in new])
	return lines.check_duplicates([line])


def _is_of(movement: Movement, document: Document) -> bool:
	return (movement.voucher_type, movement.voucher_no) == _key(document)


def _key(document: Document) -> tuple[str, str]:
	return document.document_type, document.document_no


def _refuse(problems: Sequence[Problem]) -> None:
	if problems:
		raise _RefusedError(problems)
