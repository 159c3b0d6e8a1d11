"""Bars and squares of a symbol: rows of modules, True is dark."""

from __future__ import annotations

import codecs
from collections.abc import Callable

import segno
from ppf.datamatrix import DataMatrix
from reportlab.graphics.barcode.code128 import Code128Auto

from serial_inventory.constants import LabelSymbol
from serial_inventory.rules.labels import FNC1

Modules = list[list[bool]]

_GS1_CODEC = "datamatrix.gs1"
_FNC1_CODEWORD = 232  # ISO/IEC 16022


class NotEncodable(ValueError):
	"""The symbol has no signs for this text."""


def maker(symbol: LabelSymbol) -> Callable[[str], Modules]:
	"""A function for the symbols of one file: text in, modules without their white border out; bars are one row.

	It raises NotEncodable.
	"""
	return _qr_maker() if symbol == LabelSymbol.QR else _MAKERS[symbol]


def _qr_maker() -> Callable[[str], Modules]:
	"""The mask is chosen for the first text of each length. The others differ in a few letters, any mask can be read, and
	choosing takes three quarters of the time.
	"""
	masks: dict[int, int] = {}

	def make(text: str) -> Modules:
		code = segno.make(text, error="m", micro=False, mask=masks.get(len(text)))
		masks[len(text)] = code.mask
		return [[bool(module) for module in row] for row in code.matrix]

	return make


def _bars(text: str) -> Modules:
	if not text.isascii():
		raise NotEncodable(text)
	bars = Code128Auto(text, quiet=0)
	bars.validate()
	bars.encode()
	row: list[bool] = []
	for letter in bars.decompose():
		row += [letter.isupper()] * (ord(letter.lower()) - ord("a") + 1)
	return [row]


def _data_matrix(text: str) -> Modules:
	if not text.isascii():
		raise NotEncodable(text)
	made = DataMatrix(text)
	made.codecs = [_GS1_CODEC]
	return [[bool(module) for module in row] for row in made.matrix]


def _encode_gs1(text: str) -> tuple[bytes, int]:
	"""Plain text with FNC1, which ppf.datamatrix has no sign for."""
	pieces = [piece.encode("datamatrix.ascii") for piece in text.split(FNC1)]
	return bytes([_FNC1_CODEWORD]).join(pieces), len(text)


def _find_codec(name: str) -> codecs.CodecInfo | None:
	return codecs.CodecInfo(_encode_gs1, None, name=_GS1_CODEC) if name == _GS1_CODEC else None


codecs.register(_find_codec)

_MAKERS = {LabelSymbol.CODE_128: _bars, LabelSymbol.GS1: _data_matrix}
