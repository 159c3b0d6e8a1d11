"""Data Import of Serial Nos: Frappe's tool, log, progress and status, with the rows taken many at a time.

The file is read by Frappe's own reader (`SerialFile`), the rows are checked and written by services/import_rows.py. Where
somebody else listens to Serial Nos, and for rows that bulk cannot take, each row is a document, as in Frappe.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from inspect import signature
from io import BytesIO

import frappe
from frappe import _
from frappe.core.doctype.data_import.importer import (
	UPDATE,
	Importer,
	ImportFile,
)
from openpyxl import load_workbook
from rq.timeouts import JobTimeoutException

from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules import import_file as rules
from serial_inventory.rules.problems import Problem
from serial_inventory.services import bulk, import_listeners, messages
from serial_inventory.services.direct import Facts, shared_facts
from serial_inventory.services.import_fields import Fields, Links
from serial_inventory.services.import_rows import Entry, InsertRows, UpdateRows, reference_of

CHUNK = 2_000
"""Rows of one transaction: about a second."""
IMPORT_LOG = "Data Import Log"
TEMPLATE_SHEET = "Serial No"
"""The sheet of a workbook that is imported, if it has one of this name; else the one that was open when it was saved."""


def run(data_import: str) -> None:
	"""The background job: as Frappe's own, through the app's importer."""
	doc = frappe.get_doc("Data Import", data_import)
	try:
		doc.get_importer().import_data()
	except JobTimeoutException:
		frappe.db.rollback()
		doc.db_set("status", "Timed Out")
	except Exception:
		frappe.db.rollback()
		doc.db_set("status", "Error")
		doc.log_error("Data import failed")
	finally:
		frappe.flags.in_import = False
	frappe.publish_realtime("data_import_refresh", {"data_import": doc.name})


class SerialFile(ImportFile):
	"""A file of Serial Nos. One that cannot be read as such is refused with what it is."""

	def __init__(self, file: str, template_options: dict, **options):
		# Rows are read as for an update, without the defaults of a new document, which take Frappe longer than all the
		# rest of a row; import_rows.py adds them.
		super().__init__(SERIAL_NO, file, template_options, UPDATE, **options)

	def read_content(self, content, extension: str) -> list[list]:
		name = (self.file_doc and self.file_doc.file_name) or _("The file")
		content = self._undecoded(content)
		raw = content.encode() if isinstance(content, str) else content
		if extension == "xlsx":
			rows = _read_workbook(raw, name)
		elif extension == "csv":
			text = rules.decode(raw, name)
			_refuse(text)
			_refuse(rules.too_many(text.count("\n")))
			rows = super().read_content(text, extension)
		else:
			rows = super().read_content(content, extension)
			_refuse(rules.too_many(len(rows)))
		header = next((row for row in rows if any(row)), [])
		_refuse(rules.wrong_delimiter(header))
		return [[*row, *[None] * (len(header) - len(row))] for row in rows]

	def _undecoded(self, content: str | bytes) -> str | bytes:
		"""Frappe 16 has decoded what is not UTF-8 by a code page of Windows, which reads anything as something."""
		is_guessed = self.file_doc and isinstance(content, str)
		if is_guessed and "encodings" in signature(self.file_doc.get_content).parameters:
			return self.file_doc.get_content(encodings=[])
		return content

	def get_payloads_for_import(self) -> list[frappe._dict]:
		"""As Frappe's, each row a document; Frappe copies the rest of the list for every row."""
		if len(self.header.doctypes) > 1:
			return super().get_payloads_for_import()
		for row in self.data:
			row.link_exists = _seen_to  # Frappe asks for each value; a chunk's links are looked up together
		return [frappe._dict(doc=row.parse_doc(self.doctype) or {}, rows=[row]) for row in self.data]

	def serial_cells(self) -> Iterator[object]:
		"""Each row's serial number as the file has it."""
		index = self.index_of("serial_no")
		return (row.data[index] if index is not None and index < len(row.data) else None for row in self.data)

	def index_of(self, fieldname: str) -> int | None:
		return next(
			(
				col.index
				for col in self.columns
				if col.df and not col.skip_import and col.df.fieldname == fieldname
			),
			None,
		)

	def get_warnings(self) -> list[dict]:
		return [*self.faults(), *super().get_warnings()]

	def faults(self) -> list[dict]:
		"""What is wrong with the file as a whole; a mapping of columns may mend it, so it is told and not refused."""
		problems = []
		if self.index_of("serial_no") is None:
			problems.append(rules.no_column(_("Serial No")))
		elif problem := rules.rounded(map(rules.cell_text, self.serial_cells())):
			problems.append(problem)
		return [{"message": messages.worded(problem), "type": "warning"} for problem in problems]


def _seen_to(_value: object, _field: object) -> bool:
	return True


def _read_workbook(content: bytes, name: str) -> list[list]:
	found = rules.look_into(content, name)
	_refuse(found)
	_refuse(rules.too_many(found.rows))
	sheet = _sheet(load_workbook(BytesIO(content), data_only=True))
	_refuse(rules.merged(sheet.title, [str(cells) for cells in sheet.merged_cells.ranges]))
	if found.has_formulas:
		_refuse(rules.not_calculated(sheet.title, _without_result(content, sheet)))
	return [list(row) for row in sheet.iter_rows(values_only=True)]


def _sheet(workbook):
	return workbook[TEMPLATE_SHEET] if TEMPLATE_SHEET in workbook.sheetnames else workbook.active


def _without_result(content: bytes, sheet) -> list[str]:
	"""Cells with a formula whose result the file does not hold."""
	formulas = _sheet(load_workbook(BytesIO(content), data_only=False))
	return [
		cell.coordinate
		for row in formulas.iter_rows()
		for cell in row
		if cell.data_type == "f" and sheet[cell.coordinate].value is None
	]


def _refuse(found: object) -> None:
	if isinstance(found, Problem):
		frappe.throw(messages.worded(found), title=_("Template Error"))


@dataclass(slots=True)
class Progress:
	"""How far an import is: `total` rows of the file, `done` of them skipped or taken."""

	data_import: str
	total: int
	done: int = 0
	skipped: int = 0
	started: float = 0.0

	def tell(self, **more) -> None:
		"""Frappe's own event, which moves the form's progress bar."""
		if self.total <= 5:
			return
		message = {"current": self.done, "total": self.total, "data_import": self.data_import, **more}
		frappe.publish_realtime("data_import_progress", message, user=frappe.session.user)

	def eta(self) -> float:
		taken = self.done - self.skipped
		return (time.monotonic() - self.started) / taken * (self.total - self.done) if taken else 0


class SerialImporter(Importer):
	"""Frappe's importer, whose rows are written together."""

	def __init__(self, data_import):
		self.doctype = SERIAL_NO
		self.console = False
		self.data_import = data_import
		self.template_options = frappe.parse_json(data_import.template_options or "{}")
		self.import_type = data_import.import_type
		options = {"use_sniffer": data_import.use_csv_sniffer} if data_import.get("use_csv_sniffer") else {}
		if hasattr(data_import, "set_delimiters_flag"):  # Frappe 16; its own job forgets it
			data_import.set_delimiters_flag()
		source = data_import.google_sheets_url or data_import.import_file
		self.import_file = SerialFile(source, self.template_options, **options)

	def import_data(self) -> list[dict] | None:
		"""Import what the log does not say is imported. Frappe's `import_data`, a chunk at a time."""
		self.before_import()
		if faults := self.import_file.faults():
			self.data_import.db_set("template_warnings", json.dumps(faults))
			return None
		payloads = self.import_file.get_payloads_for_import()
		imported = self._begin_log()
		cells = self.import_file.serial_cells()
		entries = [Entry.of(payload, cell) for payload, cell in zip(payloads, cells, strict=True)]
		entries = [entry for entry in entries if imported.isdisjoint(entry.row_indexes)]
		progress = Progress(self.data_import.name, len(payloads), started=time.monotonic())
		progress.done = progress.skipped = len(payloads) - len(entries)
		if progress.done:
			progress.tell(skipping=True)
		self._take_all(entries, progress)
		log = self._set_status(len(payloads))
		self.after_import()
		return log

	def _begin_log(self) -> set[int]:
		"""The rows that are done. As in Frappe: a finished import tries its failures again, a broken-off one does not."""
		filters = {"data_import": self.data_import.name}
		log = frappe.get_all(
			IMPORT_LOG, filters, ["row_indexes", "success", "log_index"], order_by="log_index"
		)
		is_finished = len(log) >= self.data_import.payload_count
		if is_finished and self.data_import.status in ("Partial Success", "Error"):
			log = [row for row in log if row.success]
			frappe.db.delete(IMPORT_LOG, {**filters, "success": 0})
		self._log_index = log[-1].log_index + 1 if log else 0
		done = [row for row in log if row.success or not is_finished]
		return {index for row in done for index in json.loads(row.row_indexes)}

	def _take_all(self, entries: Sequence[Entry], progress: Progress) -> None:
		self.facts = Facts()
		with shared_facts(self.facts):
			if import_listeners.found(bool(self.data_import.mute_emails)):
				for entry in entries:
					self._take_one(entry)
					progress.done += 1
					self._tell(progress, [entry])
				return
			kind = UpdateRows if self.import_type == UPDATE else InsertRows
			rows = kind(self.data_import, self.facts)
			for start in range(0, len(entries), CHUNK):
				chunk = entries[start : start + CHUNK]
				self._take(chunk, rows)
				progress.done += len(chunk)
				self._tell(progress, chunk)

	def _take(self, entries: Sequence[Entry], rows: InsertRows | UpdateRows) -> None:
		"""One chunk, one transaction. If the database refuses it, its halves, down to the row that it refuses."""
		try:
			rows.write(entries)
			self._log(entry for entry in entries if not entry.is_odd)
			# The chunk is all in, with its log: an import that is broken off goes on from here.
			frappe.db.commit()  # nosemgrep
		except JobTimeoutException:
			raise
		except Exception:
			frappe.db.rollback()
			rows.forget(entries)
			if len(entries) == 1:
				self._take_one(entries[0])
				return
			middle = len(entries) // 2
			self._take(entries[:middle], rows)
			self._take(entries[middle:], rows)
			return
		rows.after_commit(entries)
		for entry in entries:
			if entry.is_odd:
				self._take_one(entry)

	def _take_one(self, entry: Entry) -> None:
		"""One row as a document of its own, with everything that Frappe does for it, in its own transaction."""
		entry.reset()
		try:
			frappe.clear_messages()
			entry.check()
			entry.docname = self.process_doc(entry.given).name
		except JobTimeoutException:
			raise
		except Exception:
			entry.fail()
			frappe.db.rollback()
		self._log([entry])
		frappe.db.commit()  # nosemgrep: as Frappe's own import does after each row

	def insert_record(self, doc: dict):
		"""As Frappe's; what is the same for all rows (defaults, where links lead) is read once."""
		if not hasattr(self, "_template"):
			self._template = frappe.new_doc(SERIAL_NO, as_dict=True)
			self._fields = Fields()
			self._links = Links(self._fields)
		values = frappe._dict({**self._template, **doc})
		is_known = self._fields.typed(doc) is not None
		if is_known:
			self._links.read([values])
			self._links.check(values)
		new_doc = frappe.get_doc({**values, "name": None})
		if is_known:
			new_doc._validate_links = lambda: new_doc.__dict__.pop("_validate_links")  # this once
		new_doc.flags.updater_reference = reference_of(self.data_import)
		return new_doc.insert()

	def _log(self, entries) -> None:
		"""The rows' lines in the import log, in one statement."""
		lines = []
		for entry in entries:
			lines.append(entry.log_line(self._log_index))
			self._log_index += 1
		if not lines:
			return
		bulk.insert_documents(IMPORT_LOG, lines, data_import=self.data_import.name)
		if self.data_import.status != "Partial Success" and any(line["success"] for line in lines):
			self.data_import.db_set("status", "Partial Success")

	def _tell(self, progress: Progress, entries: Sequence[Entry]) -> None:
		last = next((entry for entry in reversed(entries) if entry.docname), None)
		if last:
			progress.tell(
				docname=last.docname, success=True, row_indexes=last.row_indexes, eta=progress.eta()
			)

	def _set_status(self, total: int) -> list[dict]:
		"""Frappe's words for how it ended."""
		log = frappe.get_all(
			IMPORT_LOG,
			{"data_import": self.data_import.name},
			["row_indexes", "success", "log_index"],
			order_by="log_index",
		)
		successes = sum(1 for row in log if row.success)
		failures = len(log) - successes
		if failures >= total and not successes:
			status = "Error"
		elif failures and successes:
			status = "Partial Success"
		else:
			status = "Success" if successes == total else "Pending"
		self.data_import.db_set("status", status)
		return log
