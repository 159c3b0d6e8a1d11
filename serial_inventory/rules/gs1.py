"""GS1 codes as scanners send them and as people copy them: Application Identifiers read into what they say.

Read are element strings with FNC1 (sent as the control character GS), with brackets, GS1 Digital Link addresses, and
plain GTINs. By the GS1 General Specifications: section 3 (Application Identifiers), 7.8 (predefined lengths), 7.9
(check digits), 7.12 (dates without century). Days are `datetime.date`; today is passed in.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, unquote, urlsplit

from serial_inventory.rules.problems import Problem, _

GS = "\x1d"
"""What a scanner sends for FNC1 between two elements."""

GTIN_LENGTHS = (8, 12, 13, 14)

_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_SYMBOLOGIES = ("]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1")
_FNC1_WORDS = re.compile(r"<(?:GS|FNC1|F1)>|\{(?:GS|FNC1)\}|␝|\x1d", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[](\d{2,4})[)\]]")
_VALUE = re.compile(r"[!\"%-?A-Z_a-z]+")  # the 82 characters that GS1 allows

_PREDEFINED = {
	"00": 18,
	**dict.fromkeys(("01", "02", "03"), 14),
	"04": 16,
	**dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 6),
	"20": 2,
	**dict.fromkeys(("31", "32", "33", "34", "35", "36"), 6),
	"41": 13,
}
"""Lengths of values by the first two digits of their identifier: these need no FNC1 behind them."""

_THREE_DIGITS = ("23", "24", "25", "40", "41", "42", "71")
_FOUR_DIGITS = ("31", "32", "33", "34", "35", "36", "39", "43", "70", "72", "80", "81", "82")
_TWO_DIGITS = (
	*("00", "01", "02", "03", "04", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19"),
	*("20", "21", "22", "30", "37", "90", "91", "92", "93", "94", "95", "96", "97", "98", "99"),
)
_LONGEST = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "7003": 10, "235": 28, "250": 30}
_MOST = 90  # characters of any value
_CHECKED = ("00", "01", "02", "03", "410", "411", "412", "413", "414", "415", "416", "417")
_DAYS = ("11", "12", "13", "15", "16", "17")
_EXPIRIES = ("17", "7003", "15", "16")
"""What ends a unit's use, the strictest word first: expiry date, expiry date and time, best before, sell by."""

_CUT_OFF = _("The code ends within element ({0}): it was not read whole. Scan it again.")
_UNKNOWN_AI = _("The code has {0} where a GS1 Application Identifier should stand. Check the label.")
_BAD_CHECK = _("The check digit of {0} in element ({1}) is wrong. Check the label, or type the number again.")
_BAD_DATE = _("Element ({0}) of the code is no date: {1}. GS1 writes dates as YYMMDD.")
_BAD_VALUE = _("Element ({0}) of the code is not as GS1 has it: {1}. Check the label.")
_REPEATED = _("The code says element ({0}) twice, as {1} and as {2}. Check the label.")


@dataclass(frozen=True, slots=True)
class Code:
	"""What a GS1 code says. `elements` are its pairs of identifier and value, in order, known and unknown ones.

	`gtin` has 14 digits. `problems` say what is wrong with the code; what could be read before stands in it still.
	"""

	elements: tuple[tuple[str, str], ...] = ()
	gtin: str | None = None
	serial_no: str | None = None
	batch_no: str | None = None
	expiry_date: date | None = None
	production_date: date | None = None
	count: int | None = None
	problems: tuple[Problem, ...] = field(default=())


def without_symbology(text: str) -> str:
	"""A scan without the identifier of the barcode's kind that a scanner may send in front (`]E0`, `]C1`)."""
	text = text.strip(" \t\r\n")
	return text[3:] if _SYMBOLOGY.match(text) else text


def read(text: str, today: date) -> Code | None:
	"""What a scanned or pasted GS1 code says; None for a text that is none, as far as can be told.

	A text says that it is GS1 by its symbology identifier, by brackets, by FNC1, or as an address of GS1 Digital Link.
	Without any of these it is taken for GS1 only if it begins with a GTIN or an SSCC whose check digit is right, and
	can be read to its end.
	"""
	text = text.strip(" \t\r\n")
	is_said, body = text[:3] in _GS1_SYMBOLOGIES, without_symbology(text)
	if "://" in body:
		pairs = list(_of_link(body))
		return _code(pairs, [], today) if pairs else None
	bracketed = _of_brackets(body)
	if bracketed:
		return _code(bracketed, _of_values(bracketed), today)
	body = _FNC1_WORDS.sub(GS, body)
	is_said = is_said or GS in body.strip(GS) or body.startswith(GS)
	if not (is_said or (body[:2] in ("00", "01") and body.isascii())):
		return None
	elements, problems = _of_string(body.strip(GS))
	code = _code(elements, problems + _of_values(elements), today)
	return code if is_said or (elements and not code.problems) else None


def gtin_of(text: str) -> str | None:
	"""The GTIN of 14 digits that a barcode of 8, 12, 13 or 14 digits stands for, or None."""
	digits = without_symbology(text)
	if len(digits) in GTIN_LENGTHS and _is_number(digits) and check_digit(digits[:-1]) == digits[-1]:
		return digits.zfill(14)
	return None


def forms_of(gtin: str) -> list[str]:
	"""The ways in which a GTIN may stand in an Item: with 14 digits, and as EAN-13, UPC-A or EAN-8 where its zeros allow."""
	return [gtin[14 - length :] for length in reversed(GTIN_LENGTHS) if not gtin[: 14 - length].strip("0")]


def check_digit(digits: str) -> str:
	"""The check digit that belongs behind these digits: weights 3 and 1 by turns from the right."""
	total = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(digits)))
	return str(-total % 10)


def day_of(text: str, today: date) -> date | None:
	"""The day of a YYMMDD; day 00 is the last of the month. None for what is no date.

	The century is the one that brings the year nearest to today: at most 49 years back or 50 ahead.
	"""
	if len(text) != 6 or not _is_number(text):
		return None
	year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
	apart = year - today.year % 100
	century = today.year // 100 + (-1 if apart >= 51 else 1 if apart <= -50 else 0)
	year += century * 100
	if not 1 <= month <= 12:
		return None
	last = monthrange(year, month)[1]
	return date(year, month, day or last) if day <= last else None


def _is_number(text: str) -> bool:
	return text.isascii() and text.isdigit()


def _identifier(text: str) -> str | None:
	"""The Application Identifier that the text begins with."""
	first = text[:2]
	length = 3 if first in _THREE_DIGITS else 4 if first in _FOUR_DIGITS else 2 if first in _TWO_DIGITS else 0
	found = text[:length]
	return found if length and len(found) == length and _is_number(found) else None


def _of_string(body: str) -> tuple[list[tuple[str, str]], list[Problem]]:
	"""The elements of a string with FNC1, up to the first that cannot be told from the next."""
	elements: list[tuple[str, str]] = []
	while body:
		identifier = _identifier(body)
		if identifier is None:
			return elements, [Problem(_UNKNOWN_AI, (body[:4].split(GS)[0],))]
		body = body[len(identifier) :]
		length = _PREDEFINED.get(identifier[:2])
		value = body[:length].split(GS)[0] if length else body.split(GS)[0]
		if not value or (length and len(value) < length):
			return elements, [Problem(_CUT_OFF, (identifier,))]
		elements.append((identifier, value))
		body = body[len(value) :].lstrip(GS)
	return elements, []


def _of_brackets(body: str) -> list[tuple[str, str]]:
	"""The elements of a string with brackets; none where it does not begin with one. Brackets may stand in values too,
	so that only known identifiers begin an element."""
	marks = [mark for mark in _BRACKETED.finditer(body) if _identifier(mark[1]) == mark[1]]
	if not marks or marks[0].start() != 0:
		return []
	ends = [mark.start() for mark in marks[1:]] + [len(body)]
	return [
		(mark[1], body[mark.end() : end].strip().strip(GS)) for mark, end in zip(marks, ends, strict=True)
	]


def _of_link(address: str) -> Iterator[tuple[str, str]]:
	"""The elements of a GS1 Digital Link: pairs in its path from the GTIN on, then those of its query."""
	parts = urlsplit(address)
	steps = [unquote(step) for step in parts.path.split("/") if step]
	start = next(
		(at for at in range(len(steps) - 1) if steps[at] == "01" and gtin_of(steps[at + 1])), len(steps)
	)
	if start == len(steps):
		return
	for identifier, value in zip(steps[start::2], steps[start + 1 :: 2], strict=False):
		yield identifier, value.zfill(14) if identifier == "01" else value
	for name, value in parse_qsl(parts.query):
		if _identifier(name) == name:
			yield name, value


def _of_values(elements: Sequence[tuple[str, str]]) -> list[Problem]:
	"""What is wrong with lengths, characters and check digits."""
	problems = []
	for identifier, value in elements:
		length = _PREDEFINED.get(identifier[:2])
		longest = length or _LONGEST.get(identifier, _MOST)
		if not value or (length and len(value) < length):
			problems.append(Problem(_CUT_OFF, (identifier,)))
		elif (
			len(value) > longest
			or not _VALUE.fullmatch(value)
			or (length is not None and not _is_number(value))
		):
			problems.append(Problem(_BAD_VALUE, (identifier, value[:40])))
		elif identifier in _CHECKED and check_digit(value[:-1]) != value[-1]:
			problems.append(Problem(_BAD_CHECK, (value, identifier)))
	return problems


def _code(elements: Sequence[tuple[str, str]], problems: Sequence[Problem], today: date) -> Code:
	said: dict[str, str] = {}
	problems = list(problems)
	for identifier, value in elements:
		if said.setdefault(identifier, value) != value:
			problems.append(Problem(_REPEATED, (identifier, said[identifier], value)))
	days = {}
	for identifier in (*_DAYS, "7003"):
		if identifier in said:
			days[identifier] = day_of(said[identifier][:6], today)
			if days[identifier] is None:
				problems.append(Problem(_BAD_DATE, (identifier, said[identifier][:40])))
	count = said.get("37") or said.get("30") or ""
	return Code(
		elements=tuple(elements),
		gtin=said.get("01") or said.get("02"),
		serial_no=said.get("21"),
		batch_no=said.get("10"),
		expiry_date=next((days[key] for key in _EXPIRIES if days.get(key)), None),
		production_date=days.get("11"),
		count=int(count) if _is_number(count) else None,
		problems=tuple(problems),
	)
