"""What is wrong with a file of Serial Nos before it is imported: its bytes, its header, its cells.

Cells are judged as Frappe's Data Import reads them: stripped, one Serial No a row
(`read_csv_content` in frappe/utils/csvutils.py). The Data Import Tool and the offline check ask the same rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from serial_inventory.rules.problems import Problem, _, some
from serial_inventory.rules.serial_text import bad_characters, fold, is_range, range_count, too_long

SERIAL_HEADERS = ("Serial No", "ID")  # ID names Serial Nos that exist: a file that updates
ITEM_HEADERS = ("Item Code", "Item")
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number
MOST_ROWS = 200_000
"""What one import takes: Frappe holds every row of the file in memory."""
KINDS = (
	(b"\xff\xfe", "UTF-16"),
	(b"\xfe\xff", "UTF-16"),
	(b"PK\x03\x04", "XLSX"),
	(b"\xd0\xcf\x11\xe0", "XLS"),
	(b"%PDF", "PDF"),
)
"""What a file that is no UTF-8 text begins with."""

_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?E\+\d+|[+-]?\d[.,]\d+E-?\d+", re.IGNORECASE)
_DECIMAL = re.compile(r"\d+[.,]0+")
_FORMULA_ERROR = re.compile(r"#(?:NAME\?|REF!|VALUE!|N/A|DIV/0!|NUM!|NULL!|#+)", re.IGNORECASE)
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"  # as spreadsheets write them
_DATE = re.compile(
	rf"\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|\d{{1,2}}-(?:{MONTHS})(?:-\d{{2,4}})?|(?:{MONTHS})-\d{{2}}"
	r"|\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?"
)
_ROW = re.compile(rb"<(?:\w+:)?row[ >/]")
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_LONG_NUMBER = re.compile(rf"\d{{{EXACT_DIGITS}}}\d{{3,}}")

_NO_SERIAL_COLUMN = _(
	"The file has no column for the serial number. Name one Serial No, or give --serial-column."
)
_NO_COLUMN = _("No column of the file is {0}. Name one so, or choose it in the preview: Map Columns.")
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
_A_DATE = _(
	"{0} is a date that a spreadsheet made of a serial number. "
	"Format the column as text and enter the serial number again."
)
_A_FORMULA = _(
	"{0} is a formula, not a serial number. Copy the column and paste it as values, and save the file again."
)
_TRUNCATED = _(
	"{0} is a number of more than 15 digits, of which spreadsheets lose the last ones. "
	"Format the column as text and enter the serial number again."
)
_NO_TEXT = _("{0} is {1}, not UTF-8 text. Save it as CSV UTF-8.")
_NO_UTF8 = _("{0} is not UTF-8 (line {1}). Save it as CSV UTF-8.")
_NO_WORKBOOK = _(
	"{0} is no XLSX workbook that can be read: it is damaged, has a password or is of another kind. "
	"Save it as XLSX without a password, or as CSV UTF-8."
)
_MERGED = _(
	"The sheet {0} has merged cells ({1}), and each row needs values of its own. "
	"Take the merging back, fill each cell, and save the file again."
)
_NOT_CALCULATED = _(
	"The sheet {0} has formulas without a result ({1}). Open the file in a spreadsheet program and save it there, "
	"or copy the cells and paste them as values."
)
_TOO_MANY_ROWS = _(
	"The file has more than {0} rows, which is the most for one import. Split it; delete rows that hold nothing but "
	"formatting."
)
_DELIMITER = _(
	"The columns of the file are separated by {0}, and the Data Import Tool reads commas. "
	"Save it as CSV with commas, or as XLSX."
)
_RANGE = _(
	"{0} is a range of {1} serial numbers, and a file has one in each row. Write them out (the form of a stock document "
	"does, and so does the command expand)."
)
_BAD_RANGE = _("{0} looks like a range. Write one serial number per row.")
_REPEATED = _("Serial No {0} is there {1} times, also on line {2}. Keep one.")
_CLASHES = _(
	"Serial Nos {0} are one and the same to the database, which ignores letter case "
	"and accents (also on line {1}). Keep one."
)
_TAKEN = _("Serial No {0} is in row {1} of the file already. Take one of the rows out.")
_TAKEN_AS = _(
	"Serial No {0} is in row {2} of the file already as {1}: letter case and accents make no difference. "
	"Take one of the rows out."
)
_EXISTS = _(
	"Serial No {0} exists already, of Item {1}. Take the row out, or import it with Update Existing Records."
)
_EXISTS_AS = _(
	"Serial No {0} exists already as {1}, of Item {2}: letter case and accents make no difference. "
	"Take the row out, or import it with Update Existing Records."
)
_UNKNOWN = _("Serial No {0} does not exist. Check the typing, or import it with Insert New Records.")


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


@dataclass(frozen=True, slots=True)
class Workbook:
	"""What an XLSX file holds, by a look at its bytes: the rows of its longest sheet, and whether any cell has a formula."""

	rows: int = 0
	has_formulas: bool = False


def decode(content: bytes, name: str) -> str | Problem:
	"""The text of a CSV file: UTF-8, with or without a BOM. A Problem names what it is instead."""
	for start, kind in KINDS:
		if content.startswith(start):
			return Problem(_NO_TEXT, (name, kind))
	try:
		return content.decode("utf-8-sig")
	except UnicodeDecodeError as error:
		return Problem(_NO_UTF8, (name, content.count(b"\n", 0, error.start) + 1))


def look_into(content: bytes, name: str) -> Workbook | Problem:
	"""An XLSX file without reading its cells, which takes a spreadsheet library minutes where there are a million."""
	try:
		with ZipFile(BytesIO(content)) as archive:
			sheets = [part for part in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part)]
			if not sheets:
				return Problem(_NO_WORKBOOK, (name,))
			rows, has_formulas = 0, False
			for sheet in sheets:
				with archive.open(sheet) as part:
					count, found = _tags(part)
				rows, has_formulas = max(rows, count), has_formulas or found
			return Workbook(rows, has_formulas)
	except (BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError):
		return Problem(_NO_WORKBOOK, (name,))


def _tags(part: BinaryIO) -> tuple[int, bool]:
	"""How many rows a sheet's XML has, and whether a formula. Pieces overlap by less than one tag."""
	rows, has_formulas, rest = 0, False, b""
	while piece := part.read(1 << 20):
		cut = (piece := rest + piece).rfind(b"<")
		piece, rest = (piece[:cut], piece[cut:]) if cut > 0 else (piece, b"")
		rows += len(_ROW.findall(piece))
		has_formulas = has_formulas or bool(FORMULA.search(piece))
	return rows + len(_ROW.findall(rest)), has_formulas or bool(FORMULA.search(rest))


def too_many(rows: int) -> Problem | None:
	"""Rows below the header that one import does not take, or None."""
	return Problem(_TOO_MANY_ROWS, (f"{MOST_ROWS:,}",)) if rows > MOST_ROWS + 1 else None


def merged(sheet: str, ranges: Sequence[str]) -> Problem | None:
	"""Merged cells (`A2:A5`) of the sheet that is imported, or None."""
	return Problem(_MERGED, (sheet, some(ranges))) if ranges else None


def not_calculated(sheet: str, cells: Sequence[str]) -> Problem | None:
	"""Cells (`B7`) whose formula has no result in the file, or None."""
	return Problem(_NOT_CALCULATED, (sheet, some(cells))) if cells else None


def no_column(name: str) -> Problem:
	"""A file in which no column is said to be the one of this name."""
	return Problem(_NO_COLUMN, (name,))


def wrong_delimiter(header: Sequence[object]) -> Problem | None:
	"""A header that is one cell, because its columns are separated otherwise, or None."""
	cells = [str(cell) for cell in header if cell not in (None, "")]
	if len(cells) != 1:
		return None
	marks = {";": _("semicolons"), "\t": _("tabs"), "|": _("bars")}
	mark = next((mark for mark in marks if mark in cells[0]), None)
	return Problem(_DELIMITER, (marks[mark],)) if mark else None


def find_columns(
	header: Sequence[str], serial_column: str | None = None, item_column: str | None = None
) -> Columns | Problem:
	"""Find the columns by label or fieldname, in any letter case; a Problem where the file cannot be used."""
	labels = [label(name) for name in header]
	for wanted in (serial_column, item_column):
		if wanted and label(wanted) not in labels:
			return Problem(_NO_SUCH_COLUMN, (wanted, some((name for name in header if name.strip()), 20)))
	serial = _first(labels, [serial_column] if serial_column else SERIAL_HEADERS)
	if serial is None:
		return Problem(_NO_SERIAL_COLUMN)
	item = _first(labels, [item_column] if item_column else ITEM_HEADERS)
	return Columns(serial, item, labels[serial] == label(SERIAL_HEADERS[1]))


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
	"""That the text is a formula, a date, or what a spreadsheet made of a number or a formula; else None."""
	if serial_no.startswith("="):
		return Problem(_A_FORMULA, (serial_no,))
	if _DATE.fullmatch(serial_no):
		return Problem(_A_DATE, (serial_no,))
	if any(mark.fullmatch(serial_no) for mark in (_SCIENTIFIC, _DECIMAL, _FORMULA_ERROR)):
		return Problem(_MANGLED, (serial_no,))
	return None


def label(name: str) -> str:
	"""A column's heading as headings are compared: letter case, underscores and the star of mandatory ones do not count."""
	return fold(name.strip().rstrip("*").replace("_", " ")).strip()


def _first(labels: Sequence[str], wanted: Iterable[str]) -> int | None:
	return next((labels.index(label(name)) for name in wanted if label(name) in labels), None)


def _cell(cells: Sequence[str], at: int | None) -> str:
	return cells[at].strip() if at is not None and at < len(cells) else ""


def cell_fault(value: object) -> Problem | None:
	"""The first thing wrong with a serial number as a cell of a sheet or a CSV file holds it, or None."""
	if isinstance(value, (date, time)):
		shown = value.date() if isinstance(value, datetime) and value.time() == time() else value
		return Problem(_A_DATE, (shown,))
	if isinstance(value, bool):
		return Problem(_MANGLED, (str(value).upper(),))
	if isinstance(value, (int, float)) and abs(value) >= 10**EXACT_DIGITS:
		return Problem(_TRUNCATED, (int(value),))
	if isinstance(value, float) and not value.is_integer():
		return Problem(_MANGLED, (f"{value:G}",))
	return _fault(cell_text(value))


def cell_text(value: object) -> str:
	"""A serial number as a cell holds it: a whole number has no decimals."""
	if value is None:
		return ""
	if isinstance(value, float) and value.is_integer():
		value = int(value)
	return str(value).strip()


def rounded(serial_nos: Iterable[str]) -> Problem | None:
	"""Long numbers that all end as spreadsheets round them, or None."""
	numbers = [number for number in serial_nos if _LONG_NUMBER.fullmatch(number)]
	if numbers and all(not number[EXACT_DIGITS:].strip("0") for number in numbers):
		return Problem(_ROUNDED, (some(numbers),))
	return None


def repeated(serial_no: str, earlier: str, row: int) -> Problem:
	"""A serial number of an earlier row, spelled `earlier` there, which the import has taken already."""
	if serial_no == earlier:
		return Problem(_TAKEN, (serial_no, row))
	return Problem(_TAKEN_AS, (serial_no, earlier, row))


def no_item(serial_no: str) -> Problem:
	"""A new serial number without an item."""
	return Problem(_EMPTY_ITEM, (serial_no,))


def exists(serial_no: str, name: str, item_code: str) -> Problem:
	"""A serial number that a record (`name`) has already."""
	if serial_no == name:
		return Problem(_EXISTS, (serial_no, item_code))
	return Problem(_EXISTS_AS, (serial_no, name, item_code))


def unknown(serial_no: str) -> Problem:
	"""A serial number to update that no record has."""
	return Problem(_UNKNOWN, (serial_no,))


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
	if problem := rounded(places[0][1] for places in seen.values()):
		problems.append(problem)
	return problems
