"""A text of serial numbers as it is being typed: what each of its lines says, and what is wrong with each.

The rules are those of the document's save and submit (rules/lines.py), put to one serial at a time where one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from serial_inventory.rules.lines import Line
from serial_inventory.rules.problems import Problem, _
from serial_inventory.rules.serial_text import LIMIT, ambiguous, expand, fold

_AGAIN = _("Given above already, on line {0}. Keep it once.")
_ELSEWHERE = _("Given in {0} already. Keep it in one of them.")
_TOO_MANY = _("A row takes {0} serial numbers, and this is the first beyond. Split them over more rows.")


@dataclass(slots=True)
class Sheet:
	"""A text's serials in order, the number of the line that each stands on (from 1), and the lines that are no serials."""

	serial_nos: list[str] = field(default_factory=list)
	lines: list[int] = field(default_factory=list)
	unread: list[tuple[int, Problem]] = field(default_factory=list)


Fault = tuple[int, Problem]
"""A serial's place in its Sheet, and what is wrong with it."""


def read(text: str | None, known: Collection[str] = frozenset(), limit: int = LIMIT) -> Sheet:
	"""Read a text line by line, as `expand` reads all of it. `known` as there."""
	sheet = Sheet()
	names = {fold(name) for name in known}
	for number, line in enumerate((text or "").split("\n"), 1):
		if not line or line.isspace():
			continue
		own = [piece for piece in ambiguous(line) if fold(piece) in names] if names else ()
		found = expand(line, limit, own)
		room = limit - len(sheet.serial_nos)
		sheet.unread += [(number, problem) for problem in found.problems]
		sheet.serial_nos += found.serial_nos[:room]
		sheet.lines += [number] * min(len(found.serial_nos), room)
		if len(found.serial_nos) > room:
			sheet.unread.append((number, Problem(_TOO_MANY, (f"{limit:,}",))))
			break
	return sheet


def faults(line: Line, check: Callable[[Line], Sequence[Problem]]) -> Iterator[Fault]:
	"""Which of the line's serials fail a check of rules/lines.py, and how; the check sees all of them at once first."""
	if not check(line):
		return
	for at, serial_no in enumerate(line.serial_nos):
		for problem in check(replace(line, serial_nos=(serial_no,))):
			yield at, problem


def repeats(sheet: Sheet, elsewhere: Mapping[str, str]) -> Iterator[Fault]:
	"""Serials that the text gives again, or that the document's other lines give: {fold(serial): label of its line}."""
	first: dict[str, int] = {}
	for at, serial_no in enumerate(sheet.serial_nos):
		key = fold(serial_no)
		if key in first:
			yield at, Problem(_AGAIN, (sheet.lines[first[key]],))
		elif key in elsewhere:
			yield at, Problem(_ELSEWHERE, (elsewhere[key],))
		first.setdefault(key, at)
