"""What is wrong with a file of Serial Nos before it is imported: rows in, report out.

Cells are judged as Frappe's Data Import reads them: stripped, one Serial No a row
(`read_csv_content` in frappe/utils/csvutils.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from serial_inventory.rules.problems import Problem, _, some
from serial_inventory.rules.serial_text import bad_characters, fold, is_range, range_count, too_long

SERIAL_HEADERS = ("Serial No", "ID")  # ID names Serial Nos that exist: a file that updates
ITEM_HEADERS = ("Item Code", "Item")
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number

_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?E\+\d+|[+-]?\d[.,]\d+E-?\d+", re.IGNORECASE)
_DECIMAL = re.compile(r"\d+[.,]0+")
_FORMULA_ERROR = re.compile(r"#(?:NAME\?|REF!|VALUE!|N/A|DIV/0!|NUM!|NULL!|#+)", re.IGNORECASE)
_LONG_NUMBER = re.compile(rf"\d{{{EXACT_DIGITS}}}\d{{3,}}")

_NO_SERIAL_COLUMN = _(
	"The file has no column for the serial number. Name one Serial No, or give --serial-column."
)
_NO_ITEM_COLUMN = _("The file has no column Item Code. Add it, or say which it is with --item-column.")
_NO_SUCH_COLUMN = _("The file has no column {0}. It has: {1}.")
_NO_ROWS = _("The file has a header and no rows.")
_EMPTY_SERIAL = _("The serial number is empty. Fill it in or remove the row.")
_EMPTY_ITEM = _("Serial No {0} has no Item Code. Fill it in.")
_MANGLED = _(
	"{0} is what a spreadsheet made of a number or a formula. "
	"Format the column as text and enter the serial number again."
)
_ROUNDED = _(
	"The serial numbers end in zeros after 15 digits, as spreadsheets round them: {0}. "
	"Format the column as text and enter them again."
)
_RANGE = _(
	"{0} is a range of {1} serial numbers. Write one serial number per row (the command expand lists them)."
)
_BAD_RANGE = _("{0} looks like a range. Write one serial number per row.")
_REPEATED = _("Serial No {0} is there {1} times, also on line {2}. Keep one.")
_CLASHES = _(
	"Serial Nos {0} are one and the same to the database, which ignores letter case "
	"and accents (also on line {1}). Keep one."
)


@dataclass(frozen=True, slots=True)
class Columns:
	"""Where in a row the serial number and the item are; `item` is None where the file has none."""

	serial: int
	item: int | None
	updates: bool  # the serial number was found as ID


@dataclass(frozen=True, slots=True)
class Report:
	"""What a file holds: rows that are not blank, serial numbers counted once each, per item too, and its
	problems.

	A problem's `row` is `Line n`, or None for the whole file. Problems are in line order, those of the file
	last.
	"""

	rows: int = 0
	serial_nos: int = 0
	items: dict[str, int] = field(default_factory=dict)
	problems: list[Problem] = field(default_factory=list)

	@property
	def is_clean(self) -> bool:
		return not self.problems


def find_columns(
	header: Sequence[str], serial_column: str | None = None, item_column: str | None = None
) -> Columns | Problem:
	"""Find the columns by label or fieldname, in any letter case; a Problem where the file cannot be used."""
	labels = [_label(name) for name in header]
	for wanted in (serial_column, item_column):
		if wanted and _label(wanted) not in labels:
			return Problem(_NO_SUCH_COLUMN, (wanted, some((name for name in header if name.strip()), 20)))
	serial = _first(labels, [serial_column] if serial_column else SERIAL_HEADERS)
	if serial is None:
		return Problem(_NO_SERIAL_COLUMN)
	item = _first(labels, [item_column] if item_column else ITEM_HEADERS)
	return Columns(serial, item, labels[serial] == _label(SERIAL_HEADERS[1]))


def check(rows: Iterable[tuple[int, Sequence[str]]], columns: Columns) -> Report:
	"""Judge the rows below the header, each with its line number. Short rows read as filled with blanks."""
	seen: dict[str, list[tuple[int, str]]] = {}
	items: Counter[str] = Counter()
	problems: list[tuple[int, Problem]] = []
	count = 0
	for line, cells in rows:
		if not any(cell.strip() for cell in cells):
			continue
		count += 1
		serial_no, item_code = _cell(cells, columns.serial), _cell(cells, columns.item)
		fault = _fault(serial_no)
		if fault is None:
			places = seen.setdefault(fold(serial_no), [])
			places.append((line, serial_no))
			if item_code and len(places) == 1:
				items[item_code] += 1
		problems += [(line, found) for found in (fault, _item_fault(serial_no, item_code, columns)) if found]
	problems += _repeats(seen)
	in_lines = [
		Problem(found.template, found.values, f"Line {line}")
		for line, found in sorted(problems, key=lambda entry: entry[0])
	]
	return Report(count, len(seen), dict(items), in_lines + _of_the_file(count, columns, seen))


def mangled(serial_no: str) -> Problem | None:
	"""That the text is what a spreadsheet made of a number or a formula, or None."""
	if any(mark.fullmatch(serial_no) for mark in (_SCIENTIFIC, _DECIMAL, _FORMULA_ERROR)):
		return Problem(_MANGLED, (serial_no,))
	return None


def _label(name: str) -> str:
	return fold(name.strip().rstrip("*").replace("_", " ")).strip()


def _first(labels: Sequence[str], wanted: Iterable[str]) -> int | None:
	return next((labels.index(_label(name)) for name in wanted if _label(name) in labels), None)


def _cell(cells: Sequence[str], at: int | None) -> str:
	return cells[at].strip() if at is not None and at < len(cells) else ""


def _fault(serial_no: str) -> Problem | None:
	"""The first thing wrong with one serial number, or None."""
	if not serial_no:
		return Problem(_EMPTY_SERIAL)
	if lost := mangled(serial_no):
		return lost
	if bad := bad_characters(serial_no):
		return bad
	if is_range(serial_no):
		many = range_count(serial_no)
		return Problem(_RANGE, (serial_no, f"{many:,}")) if many else Problem(_BAD_RANGE, (serial_no,))
	return too_long(serial_no)


def _item_fault(serial_no: str, item_code: str, columns: Columns) -> Problem | None:
	if columns.item is None or columns.updates or item_code or not serial_no:
		return None
	return Problem(_EMPTY_ITEM, (serial_no,))


def _repeats(seen: dict[str, list[tuple[int, str]]]) -> list[tuple[int, Problem]]:
	"""One problem for each serial that is there more than once, at its second line."""
	found = []
	for places in seen.values():
		if len(places) == 1:
			continue
		spellings = list(dict.fromkeys(name for _line, name in places))
		elsewhere = some(str(line) for line, _name in [places[0], *places[2:]])
		if len(spellings) > 1:
			found.append((places[1][0], Problem(_CLASHES, (some(spellings), elsewhere))))
		else:
			found.append((places[1][0], Problem(_REPEATED, (spellings[0], len(places), elsewhere))))
	return found


def _of_the_file(count: int, columns: Columns, seen: dict[str, list[tuple[int, str]]]) -> list[Problem]:
	problems = [] if count else [Problem(_NO_ROWS)]
	if columns.item is None and not columns.updates:
		problems.append(Problem(_NO_ITEM_COLUMN))
	numbers = [places[0][1] for places in seen.values() if _LONG_NUMBER.fullmatch(places[0][1])]
	if numbers and all(not number[EXACT_DIGITS:].strip("0") for number in numbers):
		problems.append(Problem(_ROUNDED, (some(numbers),)))
	return problems
