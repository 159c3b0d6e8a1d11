"""A list of serial numbers from a file: its column found, its cells read, and what a spreadsheet spoilt named.

Serial numbers in a cell are read as in documents (`serial_text.expand`): commas and ranges too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import Enum
from itertools import chain, islice

from serial_inventory.rules.import_file import EXACT_DIGITS, MONTHS, label, mangled
from serial_inventory.rules.problems import Problem, _, some
from serial_inventory.rules.serial_text import LIMIT, MAX_LENGTH, ambiguous, expand

HEADERS = ("Serial No", "Serial Nos", "Serial Number", "Serial Numbers", "ID")
TITLE_ROWS = 5
"""The header is looked for in so many rows: lists have titles above it."""
TOLD = 1_000
"""Lines that are told of in one answer; the rest are counted."""
DELIMITERS = ",;\t"


class Lost(Enum):
	"""Why a spreadsheet's cell is blank where a person sees something in it."""

	FORMULA = "formula"
	MERGED = "merged"


Value = str | int | float | bool | date | time | timedelta | Lost | None

_NOTHING = _("The file has no serial numbers.")
_TOO_MANY = _("The file has more than {0} lines. Split it: so many serial numbers are read at once.")
_NO_COLUMN = _("No column of the file is named Serial No. It has: {0}. Name the column, or leave only it.")
_TOO_MANY_SERIALS = _("The file has more than {0} serial numbers, ranges counted out. Split it.")
_TEXT_BROKEN = _("This is not a CSV file ({0}). Save it as CSV UTF-8 or XLSX.")
NO_WORKBOOK = _("This ZIP archive is no XLSX workbook, or a damaged one. Save the list as XLSX or CSV UTF-8.")
OPEN_DOCUMENT = _("This is an OpenDocument file. Save it as XLSX or CSV UTF-8.")
OLD_WORKBOOK = _(
	"This is an old Excel workbook (XLS), or one with a password. Save it as XLSX without one, or as CSV UTF-8."
)
_PDF = _("This is a PDF document. Save the list as XLSX or CSV UTF-8.")
_PICTURE = _("This is a picture. Save the list as XLSX or CSV UTF-8.")
_NOT_TEXT = _("This is neither text nor a workbook. Save the list as XLSX or CSV UTF-8.")
_EMPTY = _("The serial number is empty. Fill it in or remove the row.")
_DATE = _(
	"{0} is a date, as spreadsheets make of numbers like 1-3 or 3/24. "
	"Format the column as text and enter the serial number again."
)
_ROUNDED = _(
	"{0} has lost digits: spreadsheets keep {1} of a number. "
	"Format the column as text and enter the serial number again."
)
_FRACTION = _(
	"{0} is a number with decimals, of which spreadsheets drop zeros (1.10 is 1.1). "
	"Format the column as text and enter the serial number again."
)
_NO_TEXT = _("{0} is a yes or no to the spreadsheet. Format the column as text and enter it again.")
_FORMULA = _(
	"The cell is a formula whose result is not in the file. Open the file in a spreadsheet and save it, "
	"or paste the values."
)
_MERGED = _("The cell is merged with others and only the first holds something. Unmerge the cells.")
_GUESSED = _("{0} is not UTF-8 text, so that its letters are a guess. Save the file as CSV UTF-8.")
_MORE = _("{0} more lines cannot be read.")

_MONTH = f"(?:{MONTHS})"  # MAR-24 may be a serial
_DATES = re.compile(
	rf"\d{{1,2}}-{_MONTH}(?:-\d{{2,4}})?|{_MONTH}-\d\d"
	r"|\d{1,2}/\d{1,2}/(?:\d\d|\d{4})|\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?"
)
_SOUND = re.compile(rf"(?!{_MONTH}-)[A-Za-z][A-Za-z0-9_/-]{{0,{MAX_LENGTH - 1}}}")
"""Most serial numbers: nothing in them that could be a range, a separator or a spreadsheet's work."""

KINDS = (
	(b"PK\x03\x04", NO_WORKBOOK),
	(b"\xd0\xcf\x11\xe0", OLD_WORKBOOK),
	(b"%PDF", _PDF),
	(b"\x89PNG", _PICTURE),
	(b"\xff\xd8\xff", _PICTURE),
	(b"GIF8", _PICTURE),
)
"""How files begin that are not text, and what to say of them."""


@dataclass(frozen=True, slots=True)
class Text:
	"""A file's text. What is not ASCII is a guess if `is_guessed`."""

	content: str
	is_guessed: bool = False


@dataclass(frozen=True, slots=True)
class Column:
	"""The cells of one column from line `first` on, below its header, each with its line; `index` counts from 0.

	Lines that hold nothing at all are left out.
	"""

	index: int
	first: int
	cells: list[tuple[int, Value]]


@dataclass(frozen=True, slots=True)
class Reading:
	"""Serial numbers in the order of the file (repeats stay), the line of each, and problems by line (None: the file)."""

	serial_nos: list[str] = field(default_factory=list)
	lines: list[int] = field(default_factory=list)
	problems: list[tuple[int | None, Problem]] = field(default_factory=list)


# --- text ---------------------------------------------------------------------------------------


def decode(content: bytes) -> Text | Problem:
	"""UTF-8 and UTF-16 as they are, other text as Windows-1252, which is a guess; a Problem for what is no text."""
	for start, sentence in KINDS:
		if content.startswith(start):
			return Problem(sentence)
	encoding = _encoding(content)
	try:
		text = Text(content.decode(encoding))
	except UnicodeDecodeError:
		text = Text(content.decode("cp1252", "replace"), is_guessed=True)
	return Problem(_NOT_TEXT) if "\x00" in text.content else text


def _encoding(content: bytes) -> str:
	if content.startswith((b"\xff\xfe", b"\xfe\xff")):
		return "utf-16"
	start = content[:2000]
	for encoding, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
		if len(zeros) > 1 and zeros.count(0) > 0.8 * len(zeros):  # without a byte order mark
			return encoding
	return "utf-8-sig"


def rows_of_text(
	text: str, headers: Sequence[str], is_table: bool = False
) -> Iterator[tuple[int, Sequence[Value]]]:
	"""A table's rows, each with the line that it starts on; the lines of a text that is none. Raises csv.Error.

	A text is a table where it is called one (a .csv file), or one of its first lines has a header among other cells.
	"""
	top = list(islice((line for line in text.splitlines() if line.strip()), TITLE_ROWS))
	delimiter = max(DELIMITERS, key="".join(top).count)
	if not is_table and not any(_has_header(line[:10_000], delimiter, headers) for line in top):
		return enumerate(([line] for line in text.splitlines()), 1)
	return _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _has_header(line: str, delimiter: str, headers: Sequence[str]) -> bool:
	cells = next(csv.reader([line], delimiter=delimiter))
	return len(cells) > 1 and _place(cells, headers) is not None


def _numbered(reader) -> Iterator[tuple[int, Sequence[Value]]]:
	line = 1
	for cells in reader:
		yield line, cells
		line = reader.line_num + 1


def broken(error: csv.Error) -> Problem:
	"""A text that is no CSV."""
	return Problem(_TEXT_BROKEN, (str(error),))


def too_many(limit: int = LIMIT) -> Problem:
	"""A file that is refused before it is read."""
	return Problem(_TOO_MANY, (f"{limit:,}",))


# --- rows ---------------------------------------------------------------------------------------


def find_column(
	rows: Iterable[tuple[int, Sequence[Value]]], headers: Sequence[str], limit: int = LIMIT
) -> Column | Problem:
	"""The column headed by the first of `headers` (in any letter case), or the only one. Rows beyond the limit are not read."""
	filled = ((line, cells) for line, cells in rows if any(not is_blank(cell) for cell in cells))
	top = list(islice(filled, TITLE_ROWS))
	if not top:
		return Problem(_NOTHING)
	for above, (line, cells) in enumerate(top):
		if (index := _place(cells, headers)) is not None:
			return _column(chain(top[above + 1 :], filled), index, line + 1, limit)
	names = [str(cell).strip() for cell in top[0][1] if not is_blank(cell)]
	if len(names) > 1:
		return Problem(_NO_COLUMN, (some(names, 20),))
	index = next(at for at, cell in enumerate(top[0][1]) if not is_blank(cell))
	return _column(chain(top, filled), index, top[0][0], limit)


def _place(cells: Sequence[Value], headers: Sequence[str]) -> int | None:
	"""Where the first of the headers is: Serial No before ID, whichever column comes first."""
	labels = [label(cell) if isinstance(cell, str) else None for cell in cells]
	return next((labels.index(wanted) for wanted in map(label, headers) if wanted in labels), None)


def _column(
	rows: Iterable[tuple[int, Sequence[Value]]], index: int, first: int, limit: int
) -> Column | Problem:
	cells = [(line, row[index] if index < len(row) else None) for line, row in islice(rows, limit + 1)]
	if len(cells) > limit:
		return too_many(limit)
	return Column(index, first, cells) if cells else Problem(_NOTHING)


def is_blank(cell: Value) -> bool:
	"""Whether a cell holds nothing."""
	return cell is None or (isinstance(cell, str) and not cell.strip())


# --- cells --------------------------------------------------------------------------------------


def texts(
	cells: Iterable[tuple[int, Value]], is_guessed: bool = False
) -> tuple[list[tuple[int, str]], list[tuple[int | None, Problem]]]:
	"""What the cells say, by line, and what is wrong with those that cannot be taken."""
	found: list[tuple[int, str]] = []
	problems: list[tuple[int | None, Problem]] = []
	for line, cell in cells:
		text = cell_text(cell)
		if isinstance(text, str) and is_guessed and not text.isascii():
			text = Problem(_GUESSED, (text[:60],))
		if isinstance(text, Problem):
			problems.append((line, text))
		else:
			found.append((line, text))
	return found, problems


def cell_text(cell: Value) -> str | Problem:
	"""What was typed in a cell, or why nobody can know it any more."""
	if isinstance(cell, str):
		text = cell.strip()
		if _SOUND.fullmatch(text):
			return text
		if not text:
			return Problem(_EMPTY)
		return Problem(_DATE, (text,)) if _DATES.fullmatch(text) else mangled(text) or text
	if isinstance(cell, bool):
		return Problem(_NO_TEXT, (str(cell).upper(),))
	if isinstance(cell, (int, float)):
		return _number(cell)
	if isinstance(cell, Lost):
		return Problem(_FORMULA if cell is Lost.FORMULA else _MERGED)
	return Problem(_EMPTY) if cell is None else Problem(_DATE, (str(cell).removesuffix(" 00:00:00"),))


def _number(cell: int | float) -> str | Problem:
	if abs(cell) >= 10**EXACT_DIGITS:
		return Problem(_ROUNDED, (f"{cell:g}" if isinstance(cell, float) else str(cell), EXACT_DIGITS))
	if cell != int(cell):
		return Problem(_FRACTION, (f"{cell:.15g}",))
	return str(int(cell))


def maybe_names(found: Iterable[tuple[int, str]]) -> list[str]:
	"""Pieces that look like ranges and may be serials by that name: look them up for `read`."""
	return [piece for _line, text in found if not _SOUND.fullmatch(text) for piece in ambiguous(text)]


def read(
	found: Iterable[tuple[int, str]], known: Collection[str] = frozenset(), limit: int = LIMIT
) -> Reading:
	"""The serial numbers of the texts. `known` are names of serials that look like ranges."""
	reading = Reading()
	for line, text in found:
		if _SOUND.fullmatch(text):
			reading.serial_nos.append(text)
			reading.lines.append(line)
		else:
			expansion = expand(text, limit, known)
			reading.serial_nos.extend(expansion.serial_nos)
			reading.lines.extend([line] * len(expansion.serial_nos))
			reading.problems.extend((line, problem) for problem in expansion.problems)
		if len(reading.serial_nos) > limit:
			return Reading(problems=[(None, Problem(_TOO_MANY_SERIALS, (f"{limit:,}",)))])
	return reading


def told(problems: Sequence[tuple[int | None, Problem]]) -> list[tuple[int | None, Problem]]:
	"""The problems by line, those of the file first; beyond TOLD they are counted."""
	ordered = sorted(problems, key=lambda pair: pair[0] or 0)
	more = len(ordered) - TOLD
	return ordered if more <= 0 else [*ordered[:TOLD], (None, Problem(_MORE, (f"{more:,}",)))]
