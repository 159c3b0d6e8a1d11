"""Rows of a table of stock transactions, read into documents. Columns bear ERPNext's words.

Rows with the same Document Type, Document No and Action are one document; what belongs to the whole document
(HEADER) stands in its first row, and may be left blank or repeated below. A cancel needs no more than the header.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from serial_inventory.constants import (
	DELIVERY_NOTE,
	PURCHASE_INVOICE,
	PURCHASE_RECEIPT,
	SALES_INVOICE,
	SERIAL_NO,
	STOCK_ENTRY,
	STOCK_RECONCILIATION,
)
from serial_inventory.rules.problems import Problem, _
from serial_inventory.rules.serial_text import LIMIT

BUYING = (PURCHASE_RECEIPT, PURCHASE_INVOICE)
SELLING = (DELIVERY_NOTE, SALES_INVOICE)
DOCUMENT_TYPES = (*BUYING, *SELLING, STOCK_ENTRY, STOCK_RECONCILIATION, SERIAL_NO)
"""Serial No stands for records made directly or by the Data Import Tool, before any stock document."""

SUBMIT, CANCEL = "Submit", "Cancel"
SOURCE, TARGET = "Source Warehouse", "Target Warehouse"
REQUIRED = ("Date", "Document Type", "Document No")
HEADER = ("Date", "Purpose", "Is Return", "Party")
COLUMNS = (
	"Date",
	"Document Type",
	"Document No",
	"Action",
	"Purpose",
	"Is Return",
	"Party",
	"Item Code",
	"Qty",
	SOURCE,
	TARGET,
	"Serial No",
	"Serial No Series",
	"Warranty Days",
	"Rate",
)
MORE_COLUMNS = ("Item Name", "Item Group", "Brand", "Description", "Warranty Expiry Date")
"""Facts of the Item, and a warranty that a person typed on the Serial Nos (document type Serial No)."""
ITEM_FACTS = {
	"Item Name": "item_name",
	"Item Group": "item_group",
	"Brand": "brand",
	"Description": "description",
}
MOST_DAYS = 36_500

_MISSING = _("{0} is empty. Enter it.")
_NO_COLUMN = _("The file has no column {0}. The columns are: {1}.")
_NOT_ONE_OF = _("{0} is {1}. Use one of: {2}.")
_NO_DATE = _("{0} is {1}. Write it as 2026-07-31.")
_NO_NUMBER = _("{0} is {1}. Enter a number of 0 or more.")
_NO_QTY = _("Qty is {0}. A row moves at least one unit.")
_NO_DAYS = _("{0} is {1}. Enter a whole number of days, up to {2}.")
_TOO_MANY = _("Qty is {0}, and a row can have {1}. Split it over more rows.")
_DIFFERS = _("{0} is {1}, but {2} in the first row of {3}. A document has one.")
_NO_CANCEL = _("Serial Nos made directly are not cancelled. Remove the row.")
_NO_WAREHOUSE = _("A row of a {0} that {1} needs a {2}.")


@dataclass(frozen=True, slots=True)
class Row:
	"""One row of a document; `label` says where it stands in the file, `serial_no` is the text as typed."""

	label: str
	item_code: str
	qty: float
	source_warehouse: str | None
	target_warehouse: str | None
	serial_no: str
	serial_no_series: str | None
	rate: float
	warranty_days: int | None
	warranty_expiry_date: date | None
	item_facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Document:
	"""A document, or its cancel, which has no rows."""

	label: str
	date: date
	document_type: str
	document_no: str
	is_cancel: bool
	purpose: str | None
	is_return: bool
	party: str | None
	rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Reading:
	"""The documents in order of their first rows, and what could not be read: play only what has no problems."""

	documents: list[Document]
	problems: list[Problem]


def read(rows: Iterable[tuple[int, Mapping[str, str | None]]]) -> Reading:
	"""Read rows, each with its line number. Column names count in any letter case, and `_` as a space."""
	problems: list[Problem] = []
	groups: dict[tuple[str, str, str], list[_Cells]] = {}
	for line, values in rows:
		cells = _Cells(f"Line {line}", values, problems)
		if cells.is_empty():
			continue
		if missing := [name for name in REQUIRED if not cells.has_column(name)]:
			return Reading([], [Problem(_NO_COLUMN, (missing[0], ", ".join((*COLUMNS, *MORE_COLUMNS))))])
		action = cells.one_of("Action", (SUBMIT, CANCEL), SUBMIT)
		key = (cells.text("Document Type").casefold(), cells.text("Document No"), action)
		groups.setdefault(key, []).append(cells)
	documents = [_document(group, action) for (_type, _no, action), group in groups.items()]
	return Reading(documents, problems)


class _Cells:
	"""One row's cells as text, dates and numbers; what cannot be read becomes a Problem."""

	def __init__(self, label: str, values: Mapping[str, str | None], problems: list[Problem]) -> None:
		self.label = label
		self.values = {_plain(name): (value or "").strip() for name, value in values.items() if name}
		self.problems = problems

	def is_empty(self) -> bool:
		return not any(self.values.values())

	def has_column(self, name: str) -> bool:
		return _plain(name) in self.values

	def text(self, name: str) -> str:
		return self.values.get(_plain(name), "")

	def refuse(self, template: str, *values: object) -> None:
		self.problems.append(Problem(template, values, self.label))

	def needed(self, name: str) -> str:
		if not self.text(name):
			self.refuse(_MISSING, name)
		return self.text(name)

	def one_of(self, name: str, choices: Iterable[str], default: str = "") -> str:
		"""The choice as it is written properly; letter case does not count."""
		by_name = {choice.casefold(): choice for choice in choices}
		text = self.text(name) or default
		if text.casefold() not in by_name:
			self.refuse(_NOT_ONE_OF, name, text or _("empty"), ", ".join(by_name.values()))
		return by_name.get(text.casefold(), default)

	def parsed(self, name: str, parse: Callable[[str], object], problem: str, *values: object):
		"""None for an empty cell, and for one that `parse` refuses with a ValueError."""
		text = self.text(name)
		if not text:
			return None
		try:
			return parse(text)
		except ValueError:
			self.refuse(problem, name, text, *values)
			return None

	def date(self, name: str) -> date | None:
		return self.parsed(name, date.fromisoformat, _NO_DATE)

	def number(self, name: str) -> float:
		return self.parsed(name, _number, _NO_NUMBER) or 0.0

	def days(self, name: str) -> int | None:
		return self.parsed(name, _days, _NO_DAYS, f"{MOST_DAYS:,}")

	def yes(self, name: str) -> bool:
		choices = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False, "": False}
		text = self.text(name).casefold()
		if text not in choices:
			self.refuse(_NOT_ONE_OF, name, self.text(name), "Yes, No")
		return choices.get(text, False)


def _plain(name: str) -> str:
	return " ".join(name.replace("_", " ").casefold().split())


def _number(text: str) -> float:
	number = float(text)
	if not 0 <= number < math.inf:
		raise ValueError(text)
	return number


def _signed(text: str) -> float:
	return _number(text.removeprefix("-"))


def _days(text: str) -> int:
	days = int(text)
	if not 0 <= days <= MOST_DAYS:
		raise ValueError(text)
	return days


def _document(group: list[_Cells], action: str) -> Document:
	first = group[0]
	document_type = first.one_of("Document Type", DOCUMENT_TYPES)
	is_cancel, is_return = action == CANCEL, first.yes("Is Return")
	document_no = first.needed("Document No")
	first.needed("Date")
	for cells in group[1:]:
		_compare(cells, first, document_no)
	if is_cancel and document_type == SERIAL_NO:
		first.refuse(_NO_CANCEL)
	return Document(
		first.label,
		first.date("Date") or date.min,
		document_type,
		document_no,
		is_cancel,
		first.text("Purpose") or None,
		is_return,
		first.text("Party") or None,
		() if is_cancel else tuple(_row(cells, document_type, is_return) for cells in group),
	)


def _compare(cells: _Cells, first: _Cells, document_no: str) -> None:
	for name in HEADER:
		if cells.text(name) and cells.text(name) != first.text(name):
			cells.refuse(_DIFFERS, name, cells.text(name), first.text(name) or _("empty"), document_no)


def _row(cells: _Cells, document_type: str, is_return: bool) -> Row:
	_need_warehouse(cells, document_type, is_return)
	return Row(
		cells.label,
		cells.needed("Item Code"),
		_qty(cells, document_type, is_return),
		cells.text(SOURCE) or None,
		cells.text(TARGET) or None,
		cells.text("Serial No"),
		cells.text("Serial No Series") or None,
		cells.number("Rate"),
		cells.days("Warranty Days"),
		cells.date("Warranty Expiry Date"),
		{field: cells.text(name) for name, field in ITEM_FACTS.items() if cells.text(name)},
	)


def _qty(cells: _Cells, document_type: str, is_return: bool) -> float:
	"""A return's may be negative, as ERPNext writes it; a count may be 0; Serial Nos made directly have none."""
	if document_type == SERIAL_NO or not cells.needed("Qty"):
		return 0.0
	qty = cells.parsed("Qty", _signed if is_return else _number, _NO_NUMBER)
	if qty == 0 and document_type != STOCK_RECONCILIATION:
		cells.refuse(_NO_QTY, cells.text("Qty"))
	if qty and qty > LIMIT:
		cells.refuse(_TOO_MANY, cells.text("Qty"), f"{LIMIT:,}")
	return qty or 0.0


def _need_warehouse(cells: _Cells, document_type: str, is_return: bool) -> None:
	"""The warehouse that the document's goods leave or come to; a Stock Entry may have either or both."""
	if document_type == STOCK_ENTRY and not (cells.text(SOURCE) or cells.text(TARGET)):
		cells.refuse(_NO_WAREHOUSE, document_type, _("moves goods"), f"{SOURCE} / {TARGET}")
	elif document_type == STOCK_RECONCILIATION and not cells.text(TARGET):
		cells.refuse(_NO_WAREHOUSE, document_type, _("counts goods"), TARGET)
	elif document_type in BUYING + SELLING:
		is_inward = (document_type in BUYING) != is_return
		if not cells.text(TARGET if is_inward else SOURCE):
			does = _("brings goods in") if is_inward else _("takes goods out")
			cells.refuse(_NO_WAREHOUSE, document_type, does, TARGET if is_inward else SOURCE)
