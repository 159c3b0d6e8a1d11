"""An Item's Serial No Series as data: its counter, the numbers it gives, what it could collide with.

The reading is Frappe's own (`NamingSeries` and `parse_naming_series` in frappe/model/naming.py, as called
without a document by `get_auto_created_serial_nos` in erpnext/stock/serial_batch_bundle.py), so that a site
may switch between core and this app at any time: the same counter in `tabSeries`, the same names.

- Dots separate the parts and vanish. A series without # ends in `.#####`.
- The first part that begins with # is the number, as wide as the part is long (`.##-X` is four wide and `-X`
  is lost); later parts that begin with # vanish. What stands before the number is the counter's key.
- YY YYYY MM DD WW and timestamp are parts of today; WW is 00 or 53 where the ISO week belongs to another
  year.
- Everything else is literal.

Where core fails or leaves a placeholder, more is read:

- `{item_code}` `{item_group}` `{brand}` `{item_name}`, anywhere in a part, and the same words as a part by
  themselves, are filled from the Item (core leaves them as they stand).
- A # group without a dot before it counts, if no part begins with # (core: "Invalid Naming Series"):
  `RT-#####` is `RT-.#####`, and `{#####}` is `#####`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import lru_cache

from serial_inventory.rules.problems import Problem, _
from serial_inventory.rules.serial_text import MAX_LENGTH, bad_characters, expand, fold

ITEM_FIELDS = ("item_code", "item_group", "brand", "item_name")
VARIABLES = ("FY", "TFY", "ABBR", "JJJ")  # read by Frappe or ERPNext in some versions: filled only if given
MAX_PREFIX = 100  # `tabSeries`.name is varchar(100)
DEFAULT_NUMBER = "#####"

_BRACED_FIELD = re.compile(r"\{(" + "|".join(ITEM_FIELDS) + r")\}")
_BRACED_NUMBER = re.compile(r"\{(#+)\}")
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_DIGITS = frozenset("0123456789")
_NOT_ZERO = frozenset("123456789")
_ANYTHING = None
_NOTHING: frozenset[str] = frozenset()

_IS_EMPTY = _("The Serial No Series is empty. Type what stands before the number, as RT-.#####")
_HAS_BAD = _(
	"Serial No Series {0} gives serial numbers such as {1}. A comma, a semicolon, an angle bracket, "
	"an invisible character or a space at either end cannot be in a Serial No. Leave it out."
)
_IS_A_RANGE = _(
	"Serial No Series {0} gives serial numbers such as {1}, which read as a range when typed in a document. "
	"Use - instead of the mark before the number."
)
_IS_LONG = _(
	"Serial No Series {0} gives serial numbers of {1} characters, and a name can have {2}. Shorten it."
)
_PREFIX_IS_LONG = _(
	"Serial No Series {0} has {1} characters before the number, and Frappe's counters take {2}. Shorten it."
)
_UNKNOWN = _(
	"Serial No Series {0} has {1}, which is not filled. Use {{item_code}}, {{item_group}}, {{brand}} "
	"or {{item_name}}, and dates between dots, as .YY."
)


class Kind(Enum):
	"""What a part stands for. A WORD is literal text between dots, and may be another app's variable."""

	TEXT = "text"
	WORD = "word"
	DATE = "date"
	FIELD = "field"
	NUMBER = "number"


LITERAL = (Kind.TEXT, Kind.WORD)


@dataclass(frozen=True, slots=True)
class Part:
	"""One part: `text` is the literal, date part, field name or # group; `source` is it as typed."""

	kind: Kind
	text: str
	source: str


@dataclass(frozen=True, slots=True)
class Series:
	"""A series that has been read. `text` is as typed; exactly one of `parts` is the number."""

	text: str
	parts: tuple[Part, ...]

	@classmethod
	def parse(cls, series: str) -> Series:
		"""Read a series; every text is one, good or bad (see `problems`)."""
		text = series if "#" in series else f"{series}.{DEFAULT_NUMBER}"
		parts: list[Part] = []
		for piece in _with_number(text.split(".")):
			if not piece.startswith("#"):
				parts += _read(piece)
			elif all(part.kind is not Kind.NUMBER for part in parts):
				parts.append(Part(Kind.NUMBER, "#" * len(piece), piece))
		return cls(series, tuple(parts))

	@property
	def width(self) -> int:
		"""How many digits a number has at least."""
		return len(self.parts[self._at()].text)

	def prefix(self, values: Mapping[str, object], today: date) -> str:
		"""The counter's key in `tabSeries` on this day for this Item. May be empty, as in Frappe (`####`).

		`values` fill the parts that bear their names: give the Item's four fields (ITEM_FIELDS) and those
		VARIABLES, or other apps' `naming_series_variables`, that this site's Frappe knows, and no more. None
		fills with nothing; what is not given stays as typed. A given value also wins over a date part, as
		ERPNext 16's own do. `today` is a date, or the time for series with `timestamp`.
		"""
		return "".join(_fill(part, values, today) for part in self.parts[: self._at()])

	def suffix(self, values: Mapping[str, object], today: date) -> str:
		"""What follows the number."""
		return "".join(_fill(part, values, today) for part in self.parts[self._at() + 1 :])

	def numbers(self, values: Mapping[str, object], today: date, first: int, count: int) -> list[str]:
		"""The names of a reserved block, `first` and what follows. Numbers beyond the width grow, as in
		Frappe.

		ValueError for a negative number or count.
		"""
		if first < 0 or count < 0:
			raise ValueError(f"a block of {count} numbers from {first}")
		before, after, width = self.prefix(values, today), self.suffix(values, today), self.width
		return [f"{before}{number:0{width}d}{after}" for number in range(first, first + count)]

	def filled(self, values: Mapping[str, object]) -> Series:
		"""The same series with its fields as this Item's text, for `pattern` and `overlaps`."""
		return replace(self, parts=tuple(_filled(part, values) for part in self.parts))

	def pattern(self) -> re.Pattern[str]:
		"""Matches (with fullmatch, letter case ignored) what the series can ever give; group `number` is the
		number.

		Dates are digits of their width, and fields that are not `filled` are anything.
		"""
		return re.compile("".join(map(_expression, self.parts)), re.IGNORECASE | re.DOTALL)

	def overlaps(self, other: Series) -> bool:
		"""Whether one name could come from both series, on any days: `RT-.####` and `RT-.#####` share
		RT-10000.

		Names compare as in the database (`fold`). It may say yes where no such names will be made (a month
		99), and never no where they may. Fill fields first (`filled`), or they stand for anything.
		"""
		mine, theirs = _machine(self.parts), _machine(other.parts)
		seen, todo = {(0, 0)}, [(0, 0)]
		while todo:
			here, there = todo.pop()
			if here == len(mine) - 1 and there == len(theirs) - 1:
				return True
			following = _following(mine, theirs, here, there) - seen
			seen |= following
			todo.extend(following)
		return False

	def _at(self) -> int:
		return next(at for at, part in enumerate(self.parts) if part.kind is Kind.NUMBER)


def problems(
	series: str | None, values: Mapping[str, object] | None = None, today: date | None = None
) -> list[Problem]:
	"""What is wrong with a series typed on an Item. With `values`, what they fill is judged too."""
	if not (series or "").strip(" ."):
		return [Problem(_IS_EMPTY)]
	read, day = Series.parse(series), today or date(2024, 12, 28)
	example, prefix = read.numbers(values or {}, day, 1, 1)[0], read.prefix(values or {}, day)
	found = [Problem(_UNKNOWN, (series, braces)) for braces in _unknown_braces(read)]
	if bad_characters(example):
		found.append(Problem(_HAS_BAD, (series, " ".join(example.split()))))
	elif len(example) <= MAX_LENGTH and expand(example).serial_nos != [example]:
		found.append(Problem(_IS_A_RANGE, (series, example)))
	if len(example) > MAX_LENGTH:
		found.append(Problem(_IS_LONG, (series, len(example), MAX_LENGTH)))
	if len(prefix) > MAX_PREFIX:
		found.append(Problem(_PREFIX_IS_LONG, (series, len(prefix), MAX_PREFIX)))
	return found


def week_number(today: date) -> str:
	"""Frappe's WW: the ISO week, but 00 in January's week 52 or 53, and 53 in December's week 1."""
	week = today.isocalendar()[1]
	if today.month == 1 and week >= 52:
		return "00"
	return "53" if today.month == 12 and week == 1 else f"{week:02d}"


_DATES = {
	"YY": lambda today: today.strftime("%y"),
	"YYYY": lambda today: f"{today.year:04d}",
	"MM": lambda today: f"{today.month:02d}",
	"DD": lambda today: f"{today.day:02d}",
	"WW": week_number,
	"timestamp": str,
}


def _with_number(pieces: list[str]) -> list[str]:
	"""The pieces, with the first # group apart where no piece begins with one."""
	pieces = [piece for piece in pieces if piece]
	if any(piece.startswith("#") for piece in pieces):
		return pieces
	at = next(at for at, piece in enumerate(pieces) if "#" in piece)
	head, number, tail = re.split("(#+)", _BRACED_NUMBER.sub(r"\1", pieces[at]), maxsplit=1)
	middle = [head, number, re.sub("#+", "", tail)]
	return [piece for piece in (*pieces[:at], *middle, *pieces[at + 1 :]) if piece]


def _read(piece: str) -> list[Part]:
	"""The parts of what stands between two dots, number aside."""
	if piece in _DATES:
		return [Part(Kind.DATE, piece, piece)]
	if piece in ITEM_FIELDS or piece in VARIABLES:
		return [Part(Kind.FIELD, piece, piece)]
	texts = _BRACED_FIELD.split(piece)
	if len(texts) == 1:
		return [Part(Kind.WORD, piece, piece)]
	parts = [
		Part(Kind.FIELD, text, f"{{{text}}}") if at % 2 else Part(Kind.TEXT, text, text)
		for at, text in enumerate(texts)
	]
	return [part for part in parts if part.text]


def _fill(part: Part, values: Mapping[str, object], today: date) -> str:
	if part.kind is not Kind.TEXT and part.text in values:
		value = values[part.text]
		return value if isinstance(value, str) else "" if value is None else str(value).strip()
	return _DATES[part.text](today) if part.kind is Kind.DATE else part.source


def _filled(part: Part, values: Mapping[str, object]) -> Part:
	if part.kind not in (Kind.FIELD, Kind.WORD) or part.text not in values:
		return part
	text = _fill(part, values, date.min)
	return Part(Kind.TEXT, text, text)


def _unknown_braces(series: Series) -> list[str]:
	"""Braces, whole or stray, that stay in the names."""
	texts = [part.source for part in series.parts if part.kind in LITERAL]
	return list(dict.fromkeys(braces for text in texts for braces in _BRACES.findall(text)))


def _expression(part: Part) -> str:
	if part.kind is Kind.NUMBER:
		width = len(part.text)
		return rf"(?P<number>[0-9]{{{width}}}|[1-9][0-9]{{{width},}})"
	if part.kind in LITERAL:
		return re.escape(part.text)
	return f"[0-9]{{{len(part.text)}}}" if part.kind is Kind.DATE and part.text != "timestamp" else ".*"


@lru_cache(maxsize=8192)
def _machine(parts: tuple[Part, ...]) -> list[list[tuple[frozenset[str] | None, int]]]:
	"""The states that a name of the series passes, the last one its end.

	A state is a list of (characters that lead on, next state): _ANYTHING for any one character, _NOTHING for
	none.
	"""
	states: list[list[tuple[frozenset[str] | None, int]]] = [[]]

	def step(characters: frozenset[str]) -> None:
		states[-1].append((characters, len(states)))
		states.append([])

	for part in parts:
		last = len(states) - 1
		if part.kind in LITERAL:
			for character in fold(f"{part.text}|")[:-1]:
				step(frozenset(character))
		elif part.kind is Kind.FIELD or part.text == "timestamp":
			states[last].append((_ANYTHING, last))
		else:
			if part.kind is Kind.NUMBER:  # one that outgrew its width: no zero first, then any digits more
				states[last] += [(_NOT_ZERO, last + 1), (_NOTHING, last + 2)]
				states += [[(_DIGITS, last + 1), (_NOTHING, last + 2)], []]
			for _digit in part.text:
				step(_DIGITS)
	return states


def _following(mine: list, theirs: list, here: int, there: int) -> set[tuple[int, int]]:
	"""The pairs of states that one more character, or none, leads to."""
	pairs = {(state, there) for characters, state in mine[here] if characters == _NOTHING}
	pairs |= {(here, state) for characters, state in theirs[there] if characters == _NOTHING}
	for one, state in mine[here]:
		for other, their_state in theirs[there]:
			if _NOTHING not in (one, other) and (one is None or other is None or one & other):
				pairs.add((state, their_state))
	return pairs
