"""Serial numbers as people type them: lists, ranges, summaries, and when two names are one.

ERPNext reads one serial per line or comma (`get_serial_nos` in stock/doctype/serial_no/serial_no.py). Here
pasted columns and ranges are read too. Only 0-9 count as digits; a space does not separate.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from unicodedata import ucd_3_2_0 as unicode

from serial_inventory.rules import fold_table
from serial_inventory.rules.problems import Problem, _, some

MAX_LENGTH = 140  # of a name in Frappe: varchar(140)
LIMIT = 100_000
RUN = 3  # this many numbers in a row are worth a range
MARKS = ("..", "::")  # what `compress` writes between the ends of a range

_SEPARATORS = re.compile(r"[\n\r\t\v\f\x1c-\x1e\x85\u2028\u2029,;，；]+")
_PUNCTUATION = re.compile(r"[,;，；]")
_HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_HARD_SPACES = re.compile(r"[\u00a0\u2007\u202f]")
_CONTROL = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029]|{_HIDDEN.pattern}")
_ANGLES = re.compile(r"[<>]")
_SPECIAL = re.compile(r"\.\.|[…+<>\x00-\x1f\x7f-\x9f]|::|\sto\s", re.IGNORECASE)
_MARK = re.compile(r"\.{2,}|:{2,}|\sto\s", re.IGNORECASE)
_MARKED = re.compile(rf"{_MARK.pattern}|[+…]", re.IGNORECASE)
_DIGITS = re.compile(r"([0-9]+)")
_LONGEST_RANGE = 2 * MAX_LENGTH + 20

_IS_EMPTY = _("A Serial No is empty. Enter one.")
_HAS_PUNCTUATION = _(
	"Serial No {0} holds a comma or semicolon, which separate serial numbers in documents. Leave it out."
)
_HAS_CONTROL = _("Serial No {0} holds a line break, a tab or another invisible character. Leave it out.")
_HAS_ANGLES = _("Serial No {0} holds an angle bracket (< or >), which Frappe refuses in names. Leave it out.")
_HAS_SPACES = _("Serial No {0} begins or ends with a space. Remove the space.")
_IS_LONG = _("Serial No {0} is longer than 140 characters. Shorten it.")
_NO_DIGITS = _(
	"Range {0} needs a number at both ends. Type it as RT-0001..RT-0100 or RT-0001+99, "
	"or type the serial numbers one by one."
)
_TWO_MARKS = _("Range {0} has more than two ends. Type each range by itself, as RT-0001..RT-0100.")
_DIFFERS = _(
	"The ends of range {0} are not alike: only one number in them may differ. Type it as RT-0001..RT-0100."
)
_IS_SUMMARY = _(
	"{0} is a summary and does not say each serial number. Type a range with two dots, as RT-0001..RT-0100."
)
_WIDTHS = _("The ends of range {0} have different numbers of digits. Write both with equally many.")
_BACKWARDS = _("Range {0} ends before it starts. Type the lower number first.")
_RANGE_IS_BIG = _(
	"Range {0} stands for {1} serial numbers, and a text can hold {2} in all. Split it over more rows."
)
_TEXT_IS_BIG = _("The text holds {0} serial numbers, and can hold {1}. Split it over more rows.")


@dataclass(frozen=True, slots=True)
class Expansion:
	"""What a text says: the serial numbers in the order typed (repeats stay), and what could not be read."""

	serial_nos: list[str] = field(default_factory=list)
	problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Range:
	head: str
	digits: str
	tail: str
	count: int

	def name(self, index: int) -> str:
		return f"{self.head}{int(self.digits) + index:0{len(self.digits)}d}{self.tail}"

	def names(self) -> list[str]:
		head, tail, width, first = self.head, self.tail, len(self.digits), int(self.digits)
		return [f"{head}{number:0{width}d}{tail}" for number in range(first, first + self.count)]


def expand(text: str | None, limit: int = LIMIT, known: Collection[str] = frozenset()) -> Expansion:
	"""Read a typed or pasted text into serial numbers.

	Line ends, commas, semicolons and tabs separate. Ranges include both ends: `RT-0001..RT-0100`,
	`RT-0001::RT-0100`, `RT-0001 to RT-0100`, `RT-0001..0100`, and `RT-0001+99`, the first and 99 more. The
	first end gives width, letter case and what stands around the number; numbers that outgrow the width grow.

	A piece with a range mark is one plain serial if it is in `known` (names that exist, in any letter case;
	see `ambiguous`), if neither end has a digit (`X..Y`), or if what follows + is not a number or nothing
	precedes it (`A+B`, `+4917012`). Otherwise a piece that cannot be read gives a Problem and no serials.

	At most `limit` serials come back, and a range over it is never built. A pasted summary (`5: A1 … A5`) is
	a Problem. Nothing is raised.
	"""
	reader = _Reader(limit, known)
	for piece in _pieces(text or ""):
		if len(piece) > MAX_LENGTH or _SPECIAL.search(piece):
			reader.read(piece)
		else:
			reader.serial_nos.append(piece)
	return reader.result()


def ambiguous(text: str | None) -> list[str]:
	"""The pieces that look like a range but might be names: look these up, give `expand` those that exist."""
	return [piece for piece in _pieces(text or "") if len(piece) <= MAX_LENGTH and _read(piece) is not None]


def is_range(name: str) -> bool:
	"""Whether `expand` would read this one piece as a range, good or bad, and not as one serial."""
	return _read(name.strip()) is not None


def range_count(name: str) -> int:
	"""How many serials a range stands for; 0 where it cannot be read as one."""
	found = _read(name.strip())
	return found.count if isinstance(found, _Range) else 0


def join(serial_nos: Iterable[str]) -> str:
	"""One per line, in plain sorted order: ERPNext compares a sorted list with the row's unsorted text."""
	return "\n".join(sorted(serial_nos))


def natural_key(name: str) -> tuple:
	"""A sort key in which RT-2 comes before RT-10, whatever the letter case."""
	parts: list = _DIGITS.split(name.casefold())
	for at in range(1, len(parts), 2):
		digits = parts[at].lstrip("0")
		parts[at] = (len(digits), digits)
	return (tuple(parts), name)


def summary(serial_nos: Iterable[str]) -> str:
	"""How many, the first and the last in natural order: `10,000: RT-00001 … RT-10000`. Empty for none."""
	names = list(serial_nos)
	if len(names) < 2:
		return f"1: {names[0]}" if names else ""
	return f"{len(names):,}: {min(names, key=natural_key)} … {max(names, key=natural_key)}"


def compress(serial_nos: Iterable[str]) -> str:
	"""The shortest readable text, in natural order, three or more in a row as a range: `RT-0001..RT-0100,
	RT-0205`.

	`expand` of it gives the same set back. Names that cannot be typed as themselves are the exception: those
	that look like a range need `known`, and those with separators or outer spaces (`bad_characters`) cannot
	be read back.
	"""
	names = set(serial_nos)
	rest = {name for name in names if len(name) <= MAX_LENGTH and not _MARKED.search(name)}
	apart = names - rest
	taken = {fold(name) for name in apart}
	texts: list[tuple[tuple, str]] = []
	back, most = 1, max((len(_DIGITS.findall(name)) for name in rest), default=0)
	while back <= most and len(rest) >= RUN:
		texts += _take_runs(rest, back, taken)
		back += 1
	texts += [(natural_key(name), name) for name in rest | apart]
	return ", ".join(text for _key, text in sorted(texts))


def fold(name: str) -> str:
	"""The name as the database compares it: names with equal folds are one Serial No.

	MariaDB's utf8mb4_unicode_ci (Unicode 4.0) ignores letter case, accents, width (full-width letters),
	trailing spaces and invisible characters, and takes all characters beyond U+FFFF (emoji) for one. A rule
	by the standard library says nearly all of it; where the two part, fold_table.py has what MariaDB says.
	"""
	if name.isascii() and name.isprintable():
		return name.lower().rstrip(" ")
	return "".join(map(_weight, name)).rstrip(" ")


def duplicates(serial_nos: Sequence[str]) -> list[tuple[str, ...]]:
	"""Groups of two or more that are one in the database's eyes, as typed, in order of appearance."""
	groups: dict[str, list[str]] = {}
	for name in serial_nos:
		groups.setdefault(fold(name), []).append(name)
	return [tuple(group) for group in groups.values() if len(group) > 1]


def bad_characters(name: str) -> Problem | None:
	"""Why a Serial No cannot have this name, or None: it would not survive being typed in a document's row.

	Separators and invisible characters, spaces around it, and the angle brackets that Frappe refuses
	(`validate_name` in frappe/model/naming.py). Length is apart: `too_long`.
	"""
	shown = _CONTROL.sub("?", name)
	if not name.strip():
		return Problem(_IS_EMPTY)
	if name != name.strip():
		return Problem(_HAS_SPACES if name == _CONTROL.sub("", name) else _HAS_CONTROL, (shown,))
	for pattern, template in (
		(_PUNCTUATION, _HAS_PUNCTUATION),
		(_CONTROL, _HAS_CONTROL),
		(_ANGLES, _HAS_ANGLES),
	):
		if pattern.search(name):
			return Problem(template, (shown,))
	return None


def too_long(name: str) -> Problem | None:
	"""A name beyond Frappe's 140 characters, shown by its beginning, or None."""
	return Problem(_IS_LONG, (_short(name),)) if len(name) > MAX_LENGTH else None


class _Reader:
	"""Gathers what the pieces of one text say."""

	def __init__(self, limit: int, known: Collection[str]) -> None:
		self.limit = limit
		self.known = known
		self.folded: set[str] | None = None
		self.serial_nos: list[str] = []
		self.problems: list[Problem] = []
		self.faulty: dict[str, list[str]] = {}

	def read(self, piece: str) -> None:
		"""One piece that may be more, or less, than a plain serial."""
		if self.is_known(piece):
			self.serial_nos.append(piece)
		elif (fault := _fault(piece)) is not None:
			self.faulty.setdefault(fault.template, []).append(fault.values[0])
		elif isinstance(found := _read(piece), Problem):
			self.problems.append(found)
		elif found is None:
			self.serial_nos.append(piece)
		else:
			self.take(piece, found)

	def is_known(self, piece: str) -> bool:
		if not self.known:
			return False
		if self.folded is None:
			self.folded = {fold(name) for name in self.known}
		return fold(piece) in self.folded

	def take(self, piece: str, found: _Range) -> None:
		if (long := too_long(found.name(found.count - 1))) is not None:
			self.faulty.setdefault(long.template, []).append(long.values[0])
		elif found.count > self.limit - len(self.serial_nos):
			values = (_short(piece), f"{found.count:,}", f"{self.limit:,}")
			self.problems.append(Problem(_RANGE_IS_BIG, values))
		else:
			self.serial_nos += found.names()

	def result(self) -> Expansion:
		problems = self.problems + [Problem(key, (some(names),)) for key, names in self.faulty.items()]
		if (count := len(self.serial_nos)) > self.limit:
			problems.append(Problem(_TEXT_IS_BIG, (f"{count:,}", f"{self.limit:,}")))
		return Expansion(self.serial_nos[: self.limit], problems)


def _pieces(text: str) -> list[str]:
	if not text.isascii():
		text = _HARD_SPACES.sub(" ", _HIDDEN.sub("", text))
	return [piece for piece in map(str.strip, _SEPARATORS.split(text)) if piece]


def _fault(piece: str) -> Problem | None:
	"""What keeps a piece from being names at all; a good range may be longer than a name."""
	fault = too_long(piece) if _read(piece) is None else None
	return fault or bad_characters(piece)


def _read(piece: str) -> _Range | Problem | None:
	"""The range that a piece stands for, why it stands for none, or None for a plain serial."""
	if len(piece) > _LONGEST_RANGE or not _MARKED.search(piece):
		return None
	if "…" in piece and _DIGITS.search(piece):
		return Problem(_IS_SUMMARY, (_short(piece),))
	ends = [end.strip() for end in _MARK.split(piece)]
	if len(ends) == 1:
		return _read_plus(piece)
	if not _DIGITS.search(piece):
		return None
	if len(ends) > 2:
		return Problem(_TWO_MARKS, (_short(piece),))
	return _read_ends(piece, *(_DIGITS.split(end) for end in ends))


def _read_plus(piece: str) -> _Range | Problem | None:
	first, _plus, more = (part.strip() for part in piece.rpartition("+"))
	if not first or not _DIGITS.fullmatch(more):
		return None
	parts = _DIGITS.split(first)
	if len(parts) == 1:
		return Problem(_NO_DIGITS, (_short(piece),))
	return _Range("".join(parts[:-2]), parts[-2], parts[-1], int(more) + 1)


def _read_ends(piece: str, first: list[str], last: list[str]) -> _Range | Problem:
	"""Both ends, split into text and digits by turns: they may differ in one number and in letter case."""
	shown = (_short(piece),)
	if len(first) == 1 or len(last) == 1:
		return Problem(_NO_DIGITS, shown)
	if last[0] == last[-1] == "" and len(last) == 3:
		last = [*first[:-2], last[1], first[-1]]
	differing = [at for at in range(1, len(first), 2) if first[at : at + 1] != last[at : at + 1]]
	if _texts(first) != _texts(last) or len(differing) > 1:
		return Problem(_DIFFERS, shown)
	at = differing[0] if differing else len(first) - 2
	if len(last[at]) > len(first[at]) and last[at].startswith("0"):
		return Problem(_WIDTHS, shown)
	count = int(last[at]) - int(first[at]) + 1
	if count < 1:
		return Problem(_BACKWARDS, shown)
	return _Range("".join(first[:at]), first[at], "".join(first[at + 1 :]), count)


def _texts(parts: list[str]) -> list[str]:
	return [part.casefold() for part in parts[::2]]


@lru_cache(maxsize=4096)
def _weight(character: str) -> str:
	"""What one character adds to a fold."""
	found = _exceptions().get(character)
	return weight_by_rule(character) if found is None else found


@cache
def _exceptions() -> dict[str, str]:
	"""{character: its fold} of fold_table.py, read when the first name that is not ASCII comes."""
	found = {}
	for run in "".join(fold_table.RUNS).split():
		span, what = run.split(":")
		first, _dash, last = span.partition("-")
		codes = range(int(first, 16), int(last or first, 16) + 1)
		letters = [int(code, 16) for code in what.lstrip("+").split(".") if code]
		step = what.startswith("+")
		for at, code in enumerate(codes):
			ends = [*letters[:-1], letters[-1] + at * step] if letters else []
			found[chr(code)] = "".join(map(chr, ends))
	return found


def weight_by_rule(character: str) -> str:
	"""What one character adds to a fold by the standard library's Unicode 3.2, the nearest to MariaDB's.

	Characters that are younger are nothing but themselves.
	"""
	if character > "\uffff":
		return "\ufffd"
	category = unicode.category(character)
	if category in ("Cn", "Co") or "\uac00" <= character <= "\ud7a3":
		return character
	if category in ("Mn", "Me", "Cc", "Cf"):
		return ""
	if category == "Zs":
		return " "
	if category == "Nd":
		return str(unicode.decimal(character))
	parts = unicode.normalize("NFKD", character)
	letters = "".join(part for part in parts if unicode.category(part) not in ("Mn", "Me"))
	return letters.casefold() if letters.strip() else character


def _short(piece: str) -> str:
	return piece if len(piece) <= 60 else f"{piece[:59]}…"


def _take_runs(rest: set[str], back: int, taken: set[str]) -> list[tuple[tuple, str]]:
	"""Ranges over the number that is `back` from each name's end; what they cover leaves `rest`."""
	families: dict[tuple[str, str], set[str]] = {}
	for name in rest:
		parts = _DIGITS.split(name)
		at = len(parts) - 2 * back
		if at > 0:
			families.setdefault(("".join(parts[:at]), "".join(parts[at + 1 :])), set()).add(parts[at])
	texts = []
	for (head, tail), digits in families.items():
		for start, count in _runs(digits) if len(digits) >= RUN else ():
			found = _Range(head, start, tail, count)
			if text := _range_text(found, taken):
				texts.append((natural_key(found.name(0)), text))
				rest.difference_update(found.names())
	return texts


def _runs(digits: set[str]) -> list[tuple[str, int]]:
	"""Where runs of three or more start (as typed), and how long each is; no number is in two runs."""
	runs, left = [], set(digits)
	for start in sorted(digits, key=lambda text: (int(text), len(text))):
		if start not in left:
			continue
		first, width, count = int(start), len(start), 1
		while f"{first + count:0{width}d}" in left:
			count += 1
		if count >= RUN:
			runs.append((start, count))
			left.difference_update(_Range("", start, "", count).names())
	return runs


def _range_text(found: _Range, taken: set[str]) -> str | None:
	"""A range as text, with the first mark that reads back as the same and is no serial's name, or None."""
	for mark in MARKS:
		text = f"{found.name(0)}{mark}{found.name(found.count - 1)}"
		if fold(text) not in taken and _read(text) == found:
			return text
	return None
