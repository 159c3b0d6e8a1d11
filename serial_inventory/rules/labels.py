"""Labels of units: what stands on one, what its symbol says, and where labels lie on paper. Lengths are millimetres.

The GS1 rules are those of the GS1 General Specifications: Application Identifiers (01) GTIN, (17) expiry date, (10)
batch and (21) serial number; FNC1 ends a value of variable length that others follow.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from serial_inventory.constants import LabelLink, LabelMedium, LabelSymbol
from serial_inventory.rules.problems import Problem, _, some

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0  # A4
PADDING = 1.5
LEAST_SIDE = 8.0
MOST_SIDE = 300.0
SLACK = 0.05
"""Sheets are measured in tenths of a millimetre; what is off by less fits."""
FNC1 = "\x1d"

_QUIET = {LabelSymbol.QR: 4, LabelSymbol.CODE_128: 10, LabelSymbol.GS1: 2}
"""White modules on each side of a symbol, by its own standard."""
_FINEST = {LabelSymbol.QR: 0.2, LabelSymbol.CODE_128: 0.16, LabelSymbol.GS1: 0.2}
"""The narrowest module that common printers print and scanners read."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_GS1_TEXT = re.compile(r"""[A-Za-z0-9!"%&'()*+,\-./:;<=>?_]{1,20}""")


@dataclass(frozen=True, slots=True)
class Layout:
	"""How labels are printed. Columns, rows and margins count for sheets alone; gaps come of what is left."""

	medium: LabelMedium = LabelMedium.SHEET
	width: float = 63.5
	height: float = 38.1
	columns: int = 3
	rows: int = 7
	margin_left: float = 7.2
	margin_top: float = 15.1
	symbol: LabelSymbol = LabelSymbol.QR
	link: LabelLink = LabelLink.DESK
	text: str = "{serial_no}\n{item_name}\n{item_code}"

	@property
	def page(self) -> tuple[float, float]:
		"""Width and height of the paper; a roll's page is one label."""
		return (PAGE_WIDTH, PAGE_HEIGHT) if self.is_sheet else (self.width, self.height)

	@property
	def is_sheet(self) -> bool:
		return self.medium == LabelMedium.SHEET

	@property
	def on_a_page(self) -> int:
		return self.columns * self.rows if self.is_sheet else 1


@dataclass(frozen=True, slots=True)
class Box:
	"""A rectangle; x and y from the top left corner."""

	x: float
	y: float
	width: float
	height: float


@dataclass(frozen=True, slots=True)
class Unit:
	"""What a symbol may say of a unit."""

	serial_no: str
	gtin: str | None = None  # 14 digits
	expiry_date: date | None = None
	batch_no: str | None = None


def check_layout(layout: Layout) -> list[Problem]:
	"""What is wrong with the sizes: nothing is printed beside the paper."""
	problems = []
	if not (LEAST_SIDE <= layout.width <= MOST_SIDE and LEAST_SIDE <= layout.height <= MOST_SIDE):
		text = _("A label of {0} × {1} mm cannot be printed. Width and height are from {2} to {3} mm.")
		problems.append(Problem(text, tuple(map(_mm, (layout.width, layout.height, LEAST_SIDE, MOST_SIDE)))))
	if not layout.is_sheet:
		return problems
	if layout.columns < 1 or layout.rows < 1 or layout.margin_left < 0 or layout.margin_top < 0:
		text = _(
			"A sheet has one column and one row of labels or more, and no negative margin. Correct columns, rows and "
			"margins."
		)
		return [*problems, Problem(text)]
	for count, side, margin, page, template in (
		(
			layout.columns,
			layout.width,
			layout.margin_left,
			PAGE_WIDTH,
			_(
				"{0} labels of {1} mm side by side, and margins of {2} mm, need {3} mm; a sheet is {4} mm wide. Take fewer "
				"columns, narrower labels or a smaller margin."
			),
		),
		(
			layout.rows,
			layout.height,
			layout.margin_top,
			PAGE_HEIGHT,
			_(
				"{0} labels of {1} mm one below another, and margins of {2} mm, need {3} mm; a sheet is {4} mm high. Take "
				"fewer rows, lower labels or a smaller margin."
			),
		),
	):
		needed = count * side + 2 * margin
		if needed > page + SLACK:
			values = (count, *map(_mm, (side, margin, needed, page)))
			problems.append(Problem(template, values))
	return problems


def check_text(text: str, fields: Collection[str]) -> list[Problem]:
	"""Names in braces are fields of Serial No that can be printed."""
	unknown = [name for name in _PLACEHOLDER.findall(text) if name.strip() not in fields]
	if not unknown:
		return []
	sentence = _(
		"The label's text names what is no field of Serial No: {0}. Write names of fields, such as {1}, in braces."
	)
	return [Problem(sentence, (some(f"{{{name}}}" for name in unknown), "{item_name}"))]


def fields_of(text: str) -> list[str]:
	"""The fields that a text names, each once."""
	return list(dict.fromkeys(name.strip() for name in _PLACEHOLDER.findall(text)))


def lines(text: str, values: Mapping[str, str]) -> list[str]:
	"""The lines of one label. A line whose fields are all empty is left out; one without fields stays."""
	found = []
	for line in text.split("\n"):
		names = [name.strip() for name in _PLACEHOLDER.findall(line)]
		if names and not any(values.get(name) for name in names):
			continue
		filled = _PLACEHOLDER.sub(lambda match: values.get(match[1].strip()) or "", line)
		if filled := " ".join(filled.split()):
			found.append(filled)
	return found


def places(layout: Layout, count: int, first: int = 1) -> Iterator[tuple[int, Box]]:
	"""(page, box) of each label, pages from 0, row by row. `first` is the first place that is free on the first sheet."""
	start = first - 1 if layout.is_sheet else 0
	for at in range(start, start + count):
		page, on_page = divmod(at, layout.on_a_page)
		if not layout.is_sheet:
			yield page, Box(0, 0, layout.width, layout.height)
			continue
		row, column = divmod(on_page, layout.columns)
		x = layout.margin_left + column * _step(PAGE_WIDTH, layout.margin_left, layout.width, layout.columns)
		y = layout.margin_top + row * _step(PAGE_HEIGHT, layout.margin_top, layout.height, layout.rows)
		yield page, Box(x, y, layout.width, layout.height)


def _step(page: float, margin: float, side: float, count: int) -> float:
	"""From the edge of one label to that of the next; a single one needs none."""
	return side if count < 2 else (page - 2 * margin - side) / (count - 1)


def check_first(layout: Layout, first: int) -> list[Problem]:
	if 1 <= first <= layout.on_a_page or not layout.is_sheet:
		return []
	text = _("A sheet has {0} labels, so it cannot begin at label {1}. Begin at 1 to {0}.")
	return [Problem(text, (layout.on_a_page, first))]


def arrange(layout: Layout) -> tuple[Box, Box]:
	"""Where symbol and text stand on a label, from its top left corner.

	Bars are as wide as the label, with the text above them. A square symbol stands left of the text, or above it on a
	label that is higher than wide.
	"""
	width, height = layout.width - 2 * PADDING, layout.height - 2 * PADDING
	if layout.symbol == LabelSymbol.CODE_128:
		bars = max(height * 0.45, min(height, 5.0))
		return (
			Box(PADDING, PADDING + height - bars, width, bars),
			Box(PADDING, PADDING, width, max(height - bars - 1, 0)),
		)
	if layout.height > layout.width:
		side = min(width, height * 0.6)
		return (
			Box(PADDING + (width - side) / 2, PADDING, side, side),
			Box(PADDING, PADDING + side + 1, width, max(height - side - 1, 0)),
		)
	side = min(height, width * 0.5)
	return (
		Box(PADDING, PADDING + (height - side) / 2, side, side),
		Box(PADDING + side + 1, PADDING, max(width - side - 1, 0), height),
	)


def quiet(symbol: LabelSymbol) -> int:
	"""White modules that a symbol needs on each side."""
	return _QUIET[symbol]


def too_fine(layout: Layout, modules: int, serial_nos: Iterable[str]) -> Problem | None:
	"""Whether a symbol of so many modules across could not be read from a label of this size."""
	box, _text = arrange(layout)
	if box.width / (modules + 2 * quiet(layout.symbol)) >= _FINEST[layout.symbol]:
		return None
	text = _(
		"On a label of {0} × {1} mm the symbol ({2}) of these Serial Nos would be too fine to be scanned: {3}. Take larger "
		"labels or another symbol in Serialized Inventory Settings."
	)
	return Problem(text, (_mm(layout.width), _mm(layout.height), layout.symbol.value, some(serial_nos)))


def not_encodable(layout: Layout, serial_nos: Iterable[str]) -> Problem:
	"""Bars and Data Matrix hold plain letters only."""
	text = _(
		"{0} holds only plain letters, digits and signs, and these Serial Nos have others: {1}. Choose the QR Code in "
		"Serialized Inventory Settings."
	)
	return Problem(text, (layout.symbol.value, some(serial_nos)))


def content(layout: Layout, unit: Unit, address: str) -> str:
	"""What the symbol says. `address` is the site's, with the Desk's part where the label leads to the Desk.

	A GS1 symbol begins with FNC1. Without a GTIN, or with a number that GS1 does not allow, Data Matrix holds the plain
	Serial No.
	"""
	if layout.symbol == LabelSymbol.GS1:
		return element_string(unit) or unit.serial_no
	if layout.symbol == LabelSymbol.CODE_128 or layout.link == LabelLink.NONE:
		return unit.serial_no
	name = quote(unit.serial_no, safe="")
	if layout.link == LabelLink.CHECK_PAGE:
		return f"{address}/serial-check?serial_no={name}"
	return f"{address}/serial-no/{name}"


def element_string(unit: Unit) -> str | None:
	"""The unit by GS1, FNC1 in front and after a batch; None where GS1 cannot say it."""
	if not unit.gtin or not _GS1_TEXT.fullmatch(unit.serial_no):
		return None
	text = f"{FNC1}01{unit.gtin}"
	if unit.expiry_date:
		text += f"17{unit.expiry_date:%y%m%d}"
	if unit.batch_no and _GS1_TEXT.fullmatch(unit.batch_no):
		text += f"10{unit.batch_no}{FNC1}"
	return f"{text}21{unit.serial_no}"


def gtin(barcodes: Iterable[str]) -> str | None:
	"""The first of an Item's barcodes that is a GTIN (8, 12, 13 or 14 digits with a right check digit), in 14 digits."""
	for barcode in barcodes:
		digits = barcode.strip()
		if digits.isascii() and digits.isdigit() and len(digits) in (8, 12, 13, 14):
			full = digits.zfill(14)
			weighted = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(full[:-1]))
			if (-weighted) % 10 == int(full[-1]):
				return full
	return None


def _mm(length: float) -> str:
	return f"{length:.1f}".removesuffix(".0")
