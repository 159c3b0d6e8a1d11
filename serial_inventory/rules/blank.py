"""Rows without serial numbers: the numbers that they are given, and why they may get none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from serial_inventory.rules.lines import Line
from serial_inventory.rules.problems import Problem, _
from serial_inventory.rules.serial_text import fold
from serial_inventory.rules.series import Series

LAST_NUMBER = 2**31 - 1
"""Frappe's counter (tabSeries.current) is a signed 32-bit integer."""


def draw(
	series: Series,
	values: Mapping[str, object],
	today: date,
	first: int,
	count: int,
	in_use: Callable[[Sequence[str]], Collection[str]],
) -> tuple[list[str], int]:
	"""The next `count` numbers from `first` that no Serial No bears, and the last number used.

	`in_use` gives those of a block of names that exist, as `fold` writes them. Where the counter ends before,
	fewer come back.
	"""
	free: list[tuple[int, str]] = []
	window = count
	while len(free) < count and first <= LAST_NUMBER:
		window = min(window, LAST_NUMBER - first + 1)
		block = series.numbers(values, today, first, window)
		taken = in_use(block)
		free += [(first + at, name) for at, name in enumerate(block) if fold(name) not in taken]
		first, window = first + window, window * 2
	free = free[:count]
	return [name for _number, name in free], free[-1][0] if free else first - 1


def no_series(line: Line) -> Problem:
	"""A blank line that brings units in, of an Item without a series."""
	return Problem(
		_(
			"No serial numbers are given, and Item {0} has no Serial No Series. "
			"Type {1} serial numbers, or set a series in the Item."
		),
		(line.item_code, f"{int(line.qty):,}"),
		line.label,
	)


def series_ended(line: Line, series: str) -> Problem:
	"""A blank line that wants more numbers than Frappe's counter can count."""
	return Problem(
		_("The counter of series {0} is at its end. Set another series in Item {1}."),
		(series, line.item_code),
		line.label,
	)


def too_few(line: Line, found: int) -> Problem:
	"""A blank line that takes out more units than its warehouse has free."""
	return Problem(
		_(
			"Warehouse {0} has {1} free serial numbers of Item {2}, and {3} are wanted. Receive or move more in first."
		),
		(line.warehouse, f"{found:,}", line.item_code, f"{int(line.qty):,}"),
		line.label,
	)


def too_few_to_return(line: Line, found: int, document: str) -> Problem:
	"""A blank line that returns more units than the original document has left to return."""
	return Problem(
		_(
			"Of the serials that {0} moved with this row, {1} can be returned, and {2} are to be. Correct the quantity."
		),
		(document, f"{found:,}", f"{int(line.qty):,}"),
		line.label,
	)
