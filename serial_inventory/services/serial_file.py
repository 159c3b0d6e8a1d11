"""Lists of serial numbers in files: text, CSV or XLSX, uploaded or as a File; problems told by line.

Frappe's own readers decode by trial and read a workbook whole, so that a guess looks like the truth and a million rows
are read before they are refused. openpyxl, which Frappe ships, reads row by row.
"""

from __future__ import annotations

import base64
import binascii
import csv
import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO

import frappe
from frappe import _
from frappe.utils import escape_html
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from serial_inventory.rules import serial_list as rules
from serial_inventory.rules.import_file import FORMULA
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.serial_list import Column, Lost, Reading, Text, Value
from serial_inventory.rules.serial_text import LIMIT
from serial_inventory.services import integrity, messages

BYTES = 50_000_000
UNPACKED = 400_000_000
"""A workbook that unpacks to more is not opened."""
_PIECE = 1_000_000
_ROW = re.compile(rb"<(?:\w+:)?row[ >]")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)>")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_PADDED = re.compile(r"0{2,}")


def read(file: str | None = None, content: str | bytes | None = None, filename: str | None = None) -> dict:
	"""{serial_nos, lines, problems: [{line, message}]} of a File (name or URL) that the user may read, or of a content.

	A content is bytes, a data URL (`data:…;base64,…`) or a text. Nothing is stored.
	"""
	if file:
		content, filename = _content_of(file)
	content = _bytes(content)
	reading = _read(content, filename or "")
	return {
		"serial_nos": reading.serial_nos,
		"lines": reading.lines,
		"problems": [
			{"line": line, "message": messages.worded(problem)}
			for line, problem in rules.told(reading.problems)
		],
	}


def _content_of(file: str) -> tuple[bytes, str]:
	names = frappe.get_all("File", or_filters={"name": file, "file_url": file}, pluck="name", limit=20)
	for doc in (frappe.get_doc("File", name) for name in names):
		if doc.has_permission("read") and not doc.is_folder:
			return _stored(doc), doc.file_name
	frappe.throw(
		_("There is no file {0} that you may read. Upload it again.").format(escape_html(file)),
		frappe.DoesNotExistError,
	)


def _stored(doc) -> bytes:
	"""The bytes as they are: File.get_content decodes them by trial."""
	path = doc.get_full_path()
	if doc.is_remote_file or not os.path.isfile(path):
		frappe.throw(_("The file {0} is not on this site. Upload it.").format(escape_html(doc.file_name)))
	with open(path, "rb") as stored:
		return stored.read(BYTES + 1)


def _bytes(content: str | bytes | None) -> bytes:
	if isinstance(content, str) and content.startswith("data:"):
		try:
			content = base64.b64decode(content.partition(",")[2], validate=True)
		except binascii.Error:
			frappe.throw(_("The file did not arrive whole. Upload it again."))
	if isinstance(content, str):
		content = content.encode()
	if not content:
		frappe.throw(_("The file is empty. Choose another."))
	return content


def _read(content: bytes, filename: str) -> Reading:
	if len(content) > BYTES:
		return _refused(rules.too_many())
	is_workbook = zipfile.is_zipfile(BytesIO(content))
	found = _of_workbook(content) if is_workbook else _of_text(content, filename)
	if isinstance(found, Problem):
		return _refused(found)
	column, is_guessed = found
	texts, problems = rules.texts(column.cells, is_guessed)
	reading = rules.read(texts, integrity.permitted(rules.maybe_names(texts)))
	return Reading(reading.serial_nos, reading.lines, problems + reading.problems)


def _refused(problem: Problem) -> Reading:
	return Reading(problems=[(None, problem)])


def _headers() -> list[str]:
	"""What the column may be called, in the user's language too."""
	return [called for name in rules.HEADERS for called in (name, _(name))]


# --- text ---------------------------------------------------------------------------------------


def _of_text(content: bytes, filename: str) -> tuple[Column, bool] | Problem:
	text = rules.decode(content)
	if not isinstance(text, Text):
		return text
	headers = _headers()
	is_table = filename.lower().endswith((".csv", ".tsv"))
	try:
		column = rules.find_column(rules.rows_of_text(text.content, headers, is_table), headers)
	except csv.Error as error:
		return rules.broken(error)
	return (column, text.is_guessed) if isinstance(column, Column) else column


# --- workbooks ----------------------------------------------------------------------------------


def _of_workbook(content: bytes) -> tuple[Column, bool] | Problem:
	"""The column of the sheet that is shown first."""
	with zipfile.ZipFile(BytesIO(content)) as archive:
		refused = _why_not(archive)
	if refused:
		return refused
	try:
		book, sheet = _sheet(content, data_only=True)
		column = rules.find_column(_rows(sheet), _headers())
		if isinstance(column, Column):
			column = _explained(content, sheet, column)
		book.close()
	except Exception:  # openpyxl raises whatever a damaged workbook makes it stumble over
		return Problem(rules.NO_WORKBOOK)
	return (column, False) if isinstance(column, Column) else column


def _why_not(archive: zipfile.ZipFile) -> Problem | None:
	"""A look before any cell is made: openpyxl reads all texts of a workbook as it opens it."""
	names = archive.namelist()
	if "xl/workbook.xml" not in names:
		return Problem(rules.OPEN_DOCUMENT if "mimetype" in names else rules.NO_WORKBOOK)
	if sum(info.file_size for info in archive.infolist()) > UNPACKED:
		return rules.too_many()
	for name in names:
		if name.startswith("xl/worksheets/") and name.endswith(".xml") and _is_long(archive, name):
			return rules.too_many()
	return None


def _is_long(archive: zipfile.ZipFile, name: str) -> bool:
	"""Whether a sheet has more rows than may be read; rows that are formatted and hold nothing do not count."""
	rows = values = 0
	for piece in _pieces(archive, name):
		rows += len(_ROW.findall(piece))
		values += len(_VALUE.findall(piece))
		if min(rows, values) > LIMIT + rules.TITLE_ROWS:
			return True
	return False


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
	with archive.open(name) as stream:
		while piece := stream.read(_PIECE):
			yield piece


def _sheet(content: bytes, data_only: bool):
	book = load_workbook(BytesIO(content), read_only=True, data_only=data_only)
	sheet = book.active if book.active in book.worksheets else book.worksheets[0]
	sheet.reset_dimensions()  # some programs write wrong ones, by which rows would be left out
	return book, sheet


def _rows(sheet) -> Iterator[tuple[int, Sequence[Value]]]:
	for line, cells in enumerate(sheet.iter_rows(), 1):
		yield line, [_value(cell) for cell in cells]


def _value(cell) -> Value:
	"""A number that is shown with leading zeros is that text."""
	value = cell.value
	if isinstance(value, int) and not isinstance(value, bool) and _PADDED.fullmatch(cell.number_format):
		return f"{value:0{len(cell.number_format)}d}"
	return value


def _explained(content: bytes, sheet, column: Column) -> Column:
	"""The column with what is blank in the file and not on the screen: formulas without a result, parts of merged cells."""
	merged, has_formulas = _hidden(content, sheet, column.index + 1)
	said = {line: value for line, value in column.cells if not rules.is_blank(value)}
	lost: dict[int, Value] = {}
	for top, bottom in merged:
		if top in said:
			lost |= dict.fromkeys(range(top, bottom + 1), Lost.MERGED)
	if has_formulas:
		lost |= dict.fromkeys(_formulas(content, column), Lost.FORMULA)
	return Column(column.index, column.first, sorted((dict(column.cells) | lost | said).items()))


def _hidden(content: bytes, sheet, place: int) -> tuple[list[tuple[int, int]], bool]:
	"""The merged cells that touch the column, each as its first and last line, and whether the sheet has formulas.

	openpyxl tells merged cells only of a sheet that it reads whole.
	"""
	merged, has_formulas, before = set(), False, b""
	with zipfile.ZipFile(BytesIO(content)) as archive:
		for piece in _pieces(archive, sheet._worksheet_path):
			has_formulas = has_formulas or bool(FORMULA.search(piece))
			for first, top, last, bottom in _MERGE.findall(before + piece):
				if (
					column_index_from_string(first.decode())
					<= place
					<= column_index_from_string(last.decode())
				):
					merged.add((int(top), min(int(bottom), int(top) + LIMIT)))
			before = piece[-80:]
	return sorted(merged), has_formulas


def _formulas(content: bytes, column: Column) -> list[int]:
	"""Lines of the column whose cell is a formula."""
	book, sheet = _sheet(content, data_only=False)
	place = column.index + 1
	cells = sheet.iter_rows(min_row=column.first, min_col=place, max_col=place, values_only=True)
	found = [line for line, (value,) in enumerate(cells, column.first) if str(value or "")[:1] == "="]
	book.close()
	return found
