"""What is taken apart: the serials that a person typed stay.

ERPNext puts its own choice in every row of a Disassemble entry as it submits it: the first units that the Work Order
made, and the first that it used, whatever the rows say. Here it does so for the blank rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from serial_inventory.services.lines import SerialLine, is_taken_apart

METHOD = "set_serial_batch_for_disassembly"


def keep_typed(doc, lines: Sequence[SerialLine]) -> None:
	"""Have ERPNext's own choosing pass over the rows whose lines have serials; no hook comes before it."""
	typed = {line.row.name for line in lines if line.serial_nos}
	if typed and is_taken_apart(doc) and hasattr(type(doc), METHOD):
		setattr(doc, METHOD, partial(_choose_for_others, doc, typed))


def _choose_for_others(doc, typed: set[str]) -> None:
	rows = doc.items
	doc.items = [row for row in rows if row.name not in typed]
	try:
		getattr(type(doc), METHOD)(doc)
	finally:
		doc.items = rows
