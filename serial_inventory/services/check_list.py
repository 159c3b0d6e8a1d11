"""A list of serial numbers, checked: what each is, where, and what is planned with it.

Units that say the same are read, judged and told as one; what the user may not read is unknown to him.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import escape_html, getdate, nowdate
from frappe.utils.csvutils import build_csv_response
from frappe.utils.xlsxutils import build_xlsx_response

from serial_inventory.constants import ITEM, Answer
from serial_inventory.rules import check_list as rules
from serial_inventory.rules.check_list import Asked, Facts
from serial_inventory.rules.serial_text import LIMIT, fold
from serial_inventory.services import messages, planned, register, serial_file

COLUMNS = (
	*("line", "serial_no", "item_code", "answers", "warehouse", "customer"),
	*("expiry_date", "warranty_expiry_date", "more"),
)

LABELS = (
	*("Line", "Serial No", "Item Code", "Answer", "Warehouse", "Customer"),
	*("Expiry Date", "Warranty Expiry Date", "Details"),
)
ANSWERS = COLUMNS.index("answers")
READ = (
	*("item_code", "warehouse", "status", "term_status", "customer"),
	*("expiry_date", "warranty_expiry_date"),
)


@dataclass(slots=True)
class Listed:
	"""The serial numbers of a list with their lines, and what could not be read of it."""

	serial_nos: list[str]
	lines: list[int]
	problems: list[dict] = field(default_factory=list)
	keys: list[str] = field(init=False)

	def __post_init__(self):
		self.keys = [fold(name) for name in self.serial_nos]


class Unit(NamedTuple):
	"""One unit: judged, and as it is told."""

	serial_no: str
	item_code: str | None = None
	warehouse: str | None = None
	customer: str | None = None
	expiry_date: str | None = None
	warranty_expiry_date: str | None = None
	answers: frozenset[Answer] = frozenset([Answer.UNKNOWN])


def check(serial_nos: str | Sequence[str], item_code: str | None, warehouse: str | None) -> dict:
	"""{count, counts, columns, rows, problems, customer_names}; `rows` are lists in the order of COLUMNS.

	`more` is {answer: detail} of what is planned: a booking with its party and times, the document that reserves, drafts,
	the first line of a duplicate.
	"""
	asked = _asked(item_code, warehouse)
	listed = _listed(serial_nos)
	units = _units(dict(zip(listed.keys, listed.serial_nos, strict=True)), asked)
	names = {key: unit.serial_no for key, unit in units.items()}
	plans = planned.of(names, {unit.item_code for unit in units.values()})
	rows, counts = _rows(listed, units, plans)
	return {
		"count": len(rows),
		"counts": counts,
		"columns": list(COLUMNS),
		"rows": rows,
		"problems": listed.problems,
		"customer_names": _customer_names({unit.customer for unit in units.values()}),
	}


def download(
	serial_nos: str | Sequence[str],
	item_code: str | None,
	warehouse: str | None,
	answers: Sequence[str],
	file_format: str,
) -> None:
	"""The rows that have all of the answers, as the request's file: CSV or Excel."""
	found = check(serial_nos, item_code, warehouse)
	wanted = set(answers)
	rows = [_as_text(row) for row in found["rows"] if wanted.issubset(row[ANSWERS])]
	data = [[_(label) for label in LABELS], *rows]
	if file_format == "Excel":
		build_xlsx_response(data, _("Checked Serial Nos"))
	else:
		build_csv_response(data, _("Checked Serial Nos"))


def _as_text(row: Sequence) -> list:
	*facts, more = row
	facts[ANSWERS] = ", ".join(_(answer) for answer in row[ANSWERS])
	return [*facts, "; ".join(f"{_(answer)}: {_flat(detail)}" for answer, detail in (more or {}).items())]


def _flat(detail: object) -> str:
	if not isinstance(detail, list):
		return _("line {0}").format(detail)
	return ", ".join(" ".join(part) if isinstance(part, list) else str(part) for part in detail)


def _asked(item_code: str | None, warehouse: str | None) -> Asked:
	for doctype, name in ((ITEM, item_code), ("Warehouse", warehouse)):
		if name and not (frappe.db.exists(doctype, name) and frappe.has_permission(doctype, doc=name)):
			frappe.throw(
				_("{0} {1} does not exist, or you may not read it.").format(
					_(doctype), escape_html(str(name))
				)
			)
	if not warehouse:
		return Asked(item_code or None)
	return Asked(item_code or None, {warehouse, *frappe.db.get_descendants("Warehouse", warehouse)})


def _listed(serial_nos: str | Sequence[str]) -> Listed:
	"""The list as it was given; a text is read as a file is."""
	if isinstance(serial_nos, str):
		found = serial_file.read(content=serial_nos) if serial_nos.strip() else {}
		listed = Listed(found.get("serial_nos", []), found.get("lines", []), found.get("problems", []))
	else:
		pairs = [(name.strip(), line) for line, name in enumerate(serial_nos, 1) if name.strip()]
		listed = Listed([name for name, _line in pairs], [line for _name, line in pairs])
	if len(listed.serial_nos) > LIMIT:
		frappe.throw(
			_("The list has {0} serial numbers. {1} are checked at once: split it.").format(
				f"{len(listed.serial_nos):,}", f"{LIMIT:,}"
			)
		)
	if not (listed.serial_nos or listed.problems):
		frappe.throw(
			_("The list has no serial numbers. Paste some, or choose a file."), messages.SerialNoError
		)
	return listed


def _units(typed: Mapping[str, str], asked: Asked) -> dict[str, Unit]:
	"""Those of the serials ({folded: as typed}) that the user may read, by folded name."""
	today = getdate(nowdate())
	is_over = _for_day(rules.is_over, today)
	is_covered = _for_day(rules.is_covered, today)
	judged: dict[tuple, frozenset[Answer]] = {}
	units: dict[str, Unit] = {}
	for name, item, warehouse, status, term, customer, expiry, warranty in register.readable(
		list(typed.values()), READ
	):
		said = (item, warehouse, status, term, is_over(expiry), is_covered(warranty))
		answers = judged.get(said)
		if answers is None:
			answers = judged[said] = rules.of_facts(Facts(*said), asked)
		units[fold(name)] = Unit(name, item, warehouse, customer, expiry, warranty, answers)
	return units


def _for_day(rule: Callable[[date | None, date], bool], today: date) -> Callable[[str | None], bool]:
	"""The rule for days as the database tells them: thousands of units end on a few hundred."""
	return cache(lambda text: rule(date.fromisoformat(text) if text else None, today))


def _rows(
	listed: Listed, units: Mapping[str, Unit], plans: planned.Plans
) -> tuple[list[list], dict[str, int]]:
	rows: list[list] = []
	counts: Counter[tuple] = Counter()
	first: dict[str, int] = {}
	words: dict[tuple, list[str]] = {}
	busy = plans.serials()
	for line, typed, key in zip(listed.lines, listed.serial_nos, listed.keys, strict=True):
		name, item, *place_and_days, answers = units.get(key) or Unit(typed)
		more = _more(key, plans) if key in busy else {}
		if key in first:
			more[Answer.DUPLICATE] = first[key]
		else:
			first[key] = line
		said = (answers, *more)
		if said not in words:
			words[said] = [answer.value for answer in rules.together(answers, more)]
		counts[said] += 1
		told = {answer.value: detail for answer, detail in more.items()} if more else None
		rows.append([line, name, item, words[said], *place_and_days, told])
	return rows, _by_answer(counts, words)


def _by_answer(counts: Counter[tuple], words: dict[tuple, list[str]]) -> dict[str, int]:
	found: Counter[str] = Counter()
	for said, count in counts.items():
		for word in words[said]:
			found[word] += count
	return {answer.value: found[answer.value] for answer in Answer if found[answer.value]}


def _more(key: str, plans: planned.Plans) -> dict[Answer, object]:
	"""What is planned with a unit, and with whom."""
	more: dict[Answer, object] = {}
	if booking := plans.bookings.get(key):
		more[Answer.BOOKED] = list(booking)
	if reservation := plans.reservations.get(key):
		more[Answer.RESERVED] = list(reservation)
	if drafts := plans.drafts.get(key):
		more[Answer.IN_DRAFT] = [list(draft) for draft in drafts]
	return more


def _customer_names(customers: Collection[str | None]) -> dict[str, str]:
	"""The names of customers that are called otherwise."""
	ids = sorted(filter(None, customers))
	if not ids:
		return {}
	filters = {"name": ("in", ids)}
	rows = frappe.get_all("Customer", filters=filters, fields=["name", "customer_name"], as_list=True)
	return {name: title for name, title in rows if title and title != name}
