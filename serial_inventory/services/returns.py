"""Returns of sales and of purchases, against the document that moved the units: each at the rate that it went at."""

from __future__ import annotations

from collections.abc import Sequence

from frappe import _
from frappe.utils import cint

from serial_inventory import erpnext_bundle
from serial_inventory.erpnext_bundle import Package
from serial_inventory.rules import blank
from serial_inventory.rules import lines as rules
from serial_inventory.rules.lines import Known
from serial_inventory.rules.serial_text import fold
from serial_inventory.services import entry, messages, register
from serial_inventory.services.feedback import Progress
from serial_inventory.services.lines import SELLING, SerialLine


def prepare(doc, lines: Sequence[SerialLine], progress: Progress) -> None:
	"""Before the submit is written: fill blank lines, check all, make the bundles, and show them in the rows."""
	lines = [line for line in lines if line.returned_row]
	if not lines:
		return
	rates = erpnext_bundle.rates_of_rows(
		doc.doctype, doc.return_against, [line.returned_row for line in lines]
	)
	lines = [line for line in lines if rates.get(line.returned_row)]
	original = {name for line in lines for name in rates[line.returned_row]}
	typed = {name for line in lines for name in line.serial_nos}
	known = register.known(list(original | typed), lock=True)
	blank_lines = _fill(doc, lines, rates, known)
	_refuse(doc, lines, rates, known)
	for line in lines:
		_write(doc, line, rates[line.returned_row], line in blank_lines)
		progress.advance(len(line.serial_nos), _("Serial Nos returned"))


def _fill(doc, lines: Sequence[SerialLine], rates: dict, known: dict[str, Known]) -> list[SerialLine]:
	"""Give blank lines the first of the original's serials that can still be returned; returns these lines."""
	taken = {fold(name) for line in lines for name in line.serial_nos}
	filled, problems = [], []
	for line in lines:
		if line.serial_nos:
			entry.use_stored_names(line, known)
			continue
		rule = line.as_rule()
		free = [
			name
			for name in rates[line.returned_row]
			if fold(name) not in taken
			and rules.can_be_returned(rule, known.get(fold(name)), doc.return_against)
		]
		if len(free) < line.qty:
			problems.append(blank.too_few_to_return(rule, len(free), doc.return_against))
		line.serial_nos = free[: cint(line.qty)]
		taken.update(fold(name) for name in line.serial_nos)
		filled.append(line)
	messages.refuse(problems)
	return filled


def _refuse(doc, lines: Sequence[SerialLine], rates: dict, known: dict[str, Known]) -> None:
	problems = []
	for line in lines:
		original = {fold(name) for name in rates[line.returned_row]}
		problems += rules.check_return(line.as_rule(), original, doc.return_against, known)
	messages.refuse(problems)


def _write(doc, line: SerialLine, rates: dict[str, float], was_blank: bool) -> None:
	package = Package(
		doc,
		line.item.name,
		line.warehouse,
		line.direction,
		line.voucher_detail_no,
		line.serial_nos,
		rates={name: rates[name] for name in line.serial_nos},
		is_checked=True,
	)
	entry.show(line, erpnext_bundle.write(package))
	if was_blank and doc.doctype in SELLING:
		line.row.incoming_rate = sum(package.rates.values()) / len(package.serial_nos)
