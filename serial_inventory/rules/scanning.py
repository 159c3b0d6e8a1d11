"""What a scanned code may stand for, before anything is looked up: serials, barcodes, a GS1 code, a label's address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

from serial_inventory.rules import gs1
from serial_inventory.rules.gs1 import Code

_FORM = re.compile(r"/(?:app|desk)/serial-no/([^/?#]+)", re.IGNORECASE)
_PARAMETERS = ("serial_no", "serial")


@dataclass(frozen=True, slots=True)
class Reading:
	"""The names by which to look up a code, the likeliest first; `said` is what it says of itself, if it is GS1.

	`barcodes` are how an Item may have its barcode: a GTIN stands for its shorter forms too.
	"""

	code: str
	serial_nos: tuple[str, ...] = ()
	barcodes: tuple[str, ...] = ()
	said: Code | None = None

	@property
	def plain(self) -> str:
		"""The code as a name: of an Item or a batch."""
		return self.serial_nos[0] if self.serial_nos else self.code


def read(code: str, today: date) -> Reading:
	"""Read one scan."""
	text = gs1.without_symbology(code)
	if linked := _linked(text):
		return Reading(code, (linked,))
	said = gs1.read(code, today)
	barcodes = _forms(said.gtin if said else gs1.gtin_of(text))
	serial_nos = (said.serial_no,) if said and said.serial_no else ()
	# a plain text may look like GS1 and be a name all the same
	names = dict.fromkeys((text, *serial_nos) if text else serial_nos)
	return Reading(code, tuple(names), tuple(dict.fromkeys((text, *barcodes))), said)


def _forms(gtin: str | None) -> list[str]:
	return gs1.forms_of(gtin) if gtin and len(gtin) == 14 else []


def _linked(text: str) -> str | None:
	"""The serial that an address of the site names: its form's, or that of the page for everybody."""
	if "/" not in text:
		return None
	if found := _FORM.search(text):
		return unquote(found[1]).strip() or None
	asked = parse_qs(urlsplit(text).query)
	return next((asked[name][0].strip() for name in _PARAMETERS if asked.get(name)), None)
