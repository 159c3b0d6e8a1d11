"""Labels drawn into a PDF, as lines and letters. Lengths of rules/labels.py are millimetres from the top left corner."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from serial_inventory.rules import labels as rules
from serial_inventory.rules.labels import Box, Layout

LARGEST, SMALLEST = 9.0, 4.5
"""Points."""
LEADING = 1.2
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
PREFERRED = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf")
ASIAN = (
	("\u3040", "\u30ff", "HeiseiKakuGo-W5"),
	("\uac00", "\ud7af", "HYGothic-Medium"),
	("\u2e80", "\uffef", "STSong-Light"),
)
"""First and last letter, and the font that PDF readers bring along for them."""


def draw(labels: Sequence, look: Layout, first: int = 1) -> bytes:
	"""One file with all the labels (services/labels.Label), page after page."""
	file = BytesIO()
	width, height = look.page
	canvas = Canvas(file, pagesize=(width * mm, height * mm), pageCompression=1)
	canvas.setTitle("Labels")
	symbol, text = rules.arrange(look)
	page = 0
	for label, (own_page, place) in zip(labels, rules.places(look, len(labels), first), strict=True):
		if own_page != page:
			canvas.showPage()
			page = own_page
		_symbol(canvas, label.symbol, _moved(symbol, place), height, rules.quiet(look.symbol))
		_text(canvas, label, _moved(text, place), height)
	canvas.save()
	return file.getvalue()


def _moved(box: Box, place: Box) -> Box:
	return Box(place.x + box.x, place.y + box.y, box.width, box.height)


def _symbol(canvas: Canvas, rows: Sequence[Sequence[bool]], box: Box, page: float, quiet: int) -> None:
	"""Runs of dark modules as filled rectangles of whole numbers, scaled. Bars are one row, as high as the box."""
	module = box.width / (len(rows[0]) + 2 * quiet)
	is_bars = len(rows) == 1
	top = box.y if is_bars else box.y + quiet * module
	canvas.saveState()
	canvas.translate((box.x + quiet * module) * mm, (page - top) * mm)
	canvas.scale(module * mm, (box.height if is_bars else module) * mm)
	path = canvas.beginPath()
	for y, row in enumerate(rows, 1):
		for start, length in _runs(row):
			path.rect(start, -y, length, 1)
	canvas.drawPath(path, stroke=0, fill=1)
	canvas.restoreState()


def _runs(row: Sequence[bool]) -> list[tuple[int, int]]:
	"""(start, length) of what is dark."""
	found, start = [], None
	for at, is_dark in enumerate([*row, False]):
		if is_dark and start is None:
			start = at
		elif not is_dark and start is not None:
			found.append((start, at - start))
			start = None
	return found


def _text(canvas: Canvas, label, box: Box, page: float) -> None:
	"""The lines in the middle of the box, as large as they fit; what does not fit below is left out."""
	pieces = _pieces(label, box)
	left = max(box.height * mm - LEADING * sum(size for _font, size, _piece in pieces), 0)
	y = (page - box.y) * mm - left / 2
	for font, size, piece in pieces:
		y -= size * LEADING
		canvas.setFont(font, size)
		canvas.drawString(box.x * mm, y + size * (LEADING - 1), piece)


def _pieces(label, box: Box) -> list[tuple[str, float, str]]:
	"""(font, size, text) of what is printed, line by line."""
	room = box.height * mm
	most = max(min(LARGEST, room / (LEADING * max(len(label.lines), 1))), SMALLEST)
	found = []
	for line in label.lines:
		has_number = label.serial_no in line
		font = font_of(line, BOLD if has_number else PLAIN)
		pieces, size = _fitted(line, font, most, box.width * mm, has_number)
		for piece in pieces:
			room -= size * LEADING
			if room < -0.5:
				return found
			found.append((font, size, piece))
	return found


def _fitted(line: str, font: str, size: float, width: float, is_whole: bool) -> tuple[list[str], float]:
	"""The line in pieces that are no wider, and their size. A number is never cut short, other texts are."""
	needed = pdfmetrics.stringWidth(line, font, size)
	if needed <= width:
		return [line], size
	if (smaller := size * width / needed) >= SMALLEST:
		return [line], smaller
	if is_whole:
		return _broken(line, font, width), SMALLEST
	return [_cut(line, font, width)], SMALLEST


def _broken(line: str, font: str, width: float) -> list[str]:
	pieces = [""]
	for letter in line:
		if pieces[-1] and pdfmetrics.stringWidth(pieces[-1] + letter, font, SMALLEST) > width:
			pieces.append("")
		pieces[-1] += letter
	return pieces


def _cut(line: str, font: str, width: float) -> str:
	dots = "…" if font in (PLAIN, BOLD) else "..."
	while line and pdfmetrics.stringWidth(line + dots, font, SMALLEST) > width:
		line = line[:-1]
	return line + dots


def font_of(text: str, usual: str) -> str:
	"""The usual font for western letters; for others one of the machine's, or those that PDF readers bring along."""
	try:
		text.encode("cp1252")
		return usual
	except UnicodeEncodeError:
		pass
	for path in _font_files():
		if (name := _registered(path)) and _has(name, text):
			return name
	for first, last, name in ASIAN:
		if any(first <= letter <= last for letter in text):
			_register_asian(name)
			return name
	return usual


@cache
def _font_files() -> tuple[Path, ...]:
	found = [file for folder in FONT_FOLDERS for file in Path(folder).expanduser().rglob("*.ttf")]
	order = {name: at for at, name in enumerate(PREFERRED)}
	return tuple(sorted(found, key=lambda file: (order.get(file.name, len(order)), file.name)))


@cache
def _registered(path: Path) -> str | None:
	try:
		pdfmetrics.registerFont(TTFont(path.stem, str(path)))
	except TTFError:
		return None
	return path.stem


def _has(name: str, text: str) -> bool:
	glyphs = pdfmetrics.getFont(name).face.charToGlyph
	return all(ord(letter) in glyphs for letter in text)


@cache
def _register_asian(name: str) -> None:
	pdfmetrics.registerFont(UnicodeCIDFont(name))
