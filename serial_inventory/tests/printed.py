"""A printed label as a scanner sees it: the PDF is made a picture, and its symbols are read."""

from __future__ import annotations

from dataclasses import dataclass

try:
	import pypdfium2
	import zxingcpp
except ImportError:
	pypdfium2 = None

WHY_NOT = "pypdfium2 and zxing-cpp are not installed (pip install .[test])"
DPI = 300


@dataclass(frozen=True)
class Symbol:
	kind: str
	text: str
	page: int


def can_read() -> bool:
	return pypdfium2 is not None


def read(pdf: bytes, most: int | None = None, dpi: int = DPI) -> list[Symbol]:
	"""The symbols of the PDF (of its first `most` pages), from top left to bottom right on each page."""
	found = []
	document = pypdfium2.PdfDocument(pdf)
	for at in range(len(document) if most is None else min(most, len(document))):
		picture = document[at].render(scale=dpi / 72).to_pil().convert("L")
		symbols = zxingcpp.read_barcodes(picture)
		symbols.sort(key=lambda symbol: (symbol.position.top_left.y // 60, symbol.position.top_left.x))
		found += [Symbol(str(symbol.format), symbol.text, at) for symbol in symbols]
	return found


def texts(pdf: bytes) -> list[str]:
	"""The letters on each page."""
	return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def pages(pdf: bytes) -> list[tuple[float, float]]:
	"""Width and height of each page in millimetres."""
	return [
		tuple(round(side / 72 * 25.4, 1) for side in page.get_size()) for page in pypdfium2.PdfDocument(pdf)
	]
