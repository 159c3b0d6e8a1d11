"""Rows of an import file become Serial Nos, a chunk at a time: the same rules, rights, checks and traces as one by one.

`write` checks the rows in memory, then writes all good ones in a fixed number of statements. A bad row keeps its own
messages; a row that bulk cannot take is marked odd, for the importer to save as a document.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.desk.notifications import clear_doctype_notifications
from frappe.model.naming import validate_name
from frappe.utils import now
from frappe.utils.global_search import update_global_search
from rq.timeouts import JobTimeoutException

from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules import import_file as rules
from serial_inventory.rules.serial_text import fold
from serial_inventory.rules.units import Unit
from serial_inventory.services import bulk, direct, messages, purposes, register, terms
from serial_inventory.services.direct import DECIDED, Facts
from serial_inventory.services.import_fields import Fields, Links, as_document

VERSION = "Version"
RUNNING_DELETION = "erpnext.setup.doctype.transaction_deletion_record.transaction_deletion_record.check_for_running_deletion_job"


@dataclass(slots=True)
class Entry:
	"""One row of the file: what it gives, and what has become of it."""

	given: frappe._dict
	row_indexes: list[int]
	cell: object
	warnings: list[dict]
	values: frappe._dict | None = None
	before: frappe._dict | None = None
	opening: object = None
	is_odd: bool = False
	docname: str | None = None
	messages: list = field(default_factory=list)
	exception: str | None = None

	@classmethod
	def of(cls, payload: frappe._dict, cell: object) -> Entry:
		warnings = [warning for row in payload.rows for warning in row.warnings]
		given = frappe._dict(payload.doc)
		given.serial_no = rules.cell_text(cell)
		return cls(given, [row.row_number for row in payload.rows], cell, warnings)

	@property
	def is_good(self) -> bool:
		return not (self.is_odd or self.exception)

	def reset(self) -> None:
		self.values = self.before = self.opening = self.docname = self.exception = None
		self.is_odd, self.messages = False, []

	def check(self) -> None:
		"""Refuse what Frappe's reader could not read, and a number that a spreadsheet has changed."""
		if self.warnings:
			frappe.throw("<br>".join(map(_worded, self.warnings)), title=_("Cannot be read"))
		if fault := rules.cell_fault(self.cell):
			messages.refuse([fault])

	def fail(self) -> None:
		"""In an `except`: the row's own messages, as Frappe logs them."""
		self.messages, self.exception = frappe.local.message_log, frappe.get_traceback()
		self.docname = None
		frappe.clear_messages()

	@contextmanager
	def caught(self) -> Iterator[None]:
		try:
			yield
		except JobTimeoutException:
			raise
		except Exception:
			self.fail()

	def log_line(self, log_index: int) -> dict:
		return {
			"log_index": log_index,
			"success": int(bool(self.docname)),
			"docname": self.docname,
			"row_indexes": json.dumps(self.row_indexes),
			"messages": json.dumps(self.messages if self.exception else "[]"),
			"exception": self.exception,
		}


def reference_of(data_import) -> dict:
	"""What the Version of a record says of where it came from, in Frappe's words."""
	return {"doctype": data_import.doctype, "docname": data_import.name, "label": _("via Data Import")}


def _worded(warning: dict) -> str:
	label = (warning.get("field") or {}).get("label")
	return f"{_(label)}: {warning['message']}" if label else warning["message"]


class Rows:
	"""What inserts and updates share."""

	right = ""

	def __init__(self, data_import, facts: Facts) -> None:
		self.facts = facts
		self.fields = Fields()
		self.links = Links(self.fields)
		self.reference = reference_of(data_import)
		self.needs_right = not self._has_right_to_all()

	def write(self, entries: Sequence[Entry]) -> None:
		"""Check the rows and write the good ones; nothing is committed."""
		self.moment = now()
		for entry in entries:
			entry.reset()
			entry.is_odd = not self.fields.is_simple
			with entry.caught():
				entry.check()
		self._each(entries, self._read)
		self._find(_good(entries))
		good = _good(entries)
		self.links.read(entry.values for entry in good)
		self.facts.read_items({entry.values.item_code for entry in good})
		self._check_deletion({entry.values.company for entry in good})
		self._each(good, self._decide)
		good = _good(entries)
		if not good:
			return
		self._write(good)
		opened = [(entry.values, entry.opening) for entry in good if entry.opening]
		if opened:
			terms.open_terms(opened)
		for entry in good:
			entry.docname = entry.values.name

	def after_commit(self, entries: Sequence[Entry]) -> None:
		"""What Frappe tells others of a saved document."""
		done = [entry for entry in entries if entry.docname]
		if not done:
			return
		self._index(done)
		clear_doctype_notifications(SERIAL_NO)
		data = {"doctype": SERIAL_NO, "name": done[-1].docname, "user": frappe.session.user}
		frappe.publish_realtime("list_update", data)

	def forget(self, entries: Sequence[Entry]) -> None:
		"""The transaction was undone."""

	def _each(self, entries: Iterable[Entry], step) -> None:
		for entry in entries:
			if entry.is_good:
				with entry.caught():
					step(entry)

	def _read(self, entry: Entry) -> None:
		typed = self.fields.typed(entry.given)
		if typed is None:
			entry.is_odd = True
		else:
			entry.values = self._begin(typed)

	def _has_right_to_all(self) -> bool:
		"""Whether the user may do this to any Serial No, so that no row needs a look."""
		if frappe.session.user == "Administrator":
			return True
		roles = frappe.permissions.get_role_permissions(self.fields.meta)
		return bool(
			roles.get(self.right)
			and not roles.get("if_owner", {}).get(self.right)
			and not frappe.permissions.get_user_permissions(frappe.session.user)
			and not frappe.get_hooks("has_permission").get(SERIAL_NO)
		)

	def _check_deletion(self, companies: Iterable[str]) -> None:
		"""ERPNext's handler for every document, which asks only for DocType and company."""
		handlers = frappe.get_doc_hooks().get("*", {}).get("validate", [])
		if RUNNING_DELETION in handlers:
			for company in companies:
				doc = frappe._dict(doctype=SERIAL_NO, meta=self.fields.meta, company=company)
				frappe.get_attr(RUNNING_DELETION)(doc, "validate")

	def _judge(self, entry: Entry, before: Unit | None = None) -> None:
		"""The app's rules, on the record's values."""
		judged = direct.judge(register.unit_of(entry.values), before, self.facts)
		messages.refuse(judged.problems)
		entry.values.update(zip(DECIDED, judged.decided(), strict=True))
		entry.opening = judged.opening

	def _validate(self, entry: Entry) -> None:
		"""Frappe's own validation of a whole document, which needs no query."""
		doc = as_document(entry.values)
		doc._action = "save"
		if entry.before:
			doc._doc_before_save = as_document(entry.before)
		else:
			doc.set("__islocal", True)
		doc._validate()
		entry.values.update({name: doc.get(name) for name in self.fields.by_name if name in entry.values})

	def _index(self, entries: Sequence[Entry]) -> None:
		"""Frappe's global search, by one document that takes each one's place."""
		searched = [field.fieldname for field in self.fields.meta.get_global_search_fields()]
		if not searched:
			return
		doc = as_document(entries[0].values)
		for entry in entries:
			doc.name = entry.docname
			for name in searched:
				doc.set(name, entry.values.get(name))
			update_global_search(doc)


def _good(entries: Iterable[Entry]) -> list[Entry]:
	return [entry for entry in entries if entry.is_good]


class InsertRows(Rows):
	"""New Serial Nos."""

	right = "create"

	def __init__(self, data_import, facts: Facts) -> None:
		super().__init__(data_import, facts)
		self._taken: dict[str, tuple[str, int]] = {}

	def forget(self, entries: Sequence[Entry]) -> None:
		for entry in entries:
			taken = self._taken.get(fold(entry.given.serial_no))
			if taken and taken[1] == entry.row_indexes[0]:
				del self._taken[fold(entry.given.serial_no)]

	def write(self, entries: Sequence[Entry]) -> None:
		template = frappe.new_doc(SERIAL_NO, as_dict=True)
		names = self.fields.empty
		filled = {
			name: template[name]
			for name in self.fields.by_name
			if template.get(name) is not None and name in names
		}
		self._defaults = {**self.fields.empty, **filled}
		super().write(entries)

	def _begin(self, typed: dict) -> frappe._dict:
		values = frappe._dict(self._defaults)
		values.update(typed)
		values.name = values.serial_no = validate_name(SERIAL_NO, values.serial_no)
		return values

	def _find(self, entries: Sequence[Entry]) -> None:
		self._known = register.known([entry.values.name for entry in entries])

	def _decide(self, entry: Entry) -> None:
		name, key = entry.values.name, fold(entry.values.name)
		if key in self._taken:
			messages.refuse([rules.repeated(name, *self._taken[key])])
		if found := self._known.get(key):
			messages.refuse([rules.exists(name, found.serial_no, found.item_code)])
		self._decide_new(entry)
		self._taken[key] = name, entry.row_indexes[0]

	def _decide_new(self, entry: Entry) -> None:
		values = entry.values
		if self.needs_right:
			as_document(values).check_permission("create")
		if not values.item_code:
			messages.refuse([rules.no_item(values.name)])
		self.links.check(values)
		self._judge(entry)
		messages.refuse(purposes.lacking(values, values.name, None))
		self.fields.sanitize(values, register.ITEMS_OWN)
		if not self.fields.is_plain(values, self._to_check(entry)):
			self._validate(entry)

	def _to_check(self, entry: Entry) -> Iterable[str]:
		return (name for name in entry.given if name not in ("serial_no", *register.ITEMS_OWN))

	def _write(self, entries: Sequence[Entry]) -> None:
		own = {**bulk.stamp(self.moment), "docstatus": 0, "idx": 0}
		records = [entry.values for entry in entries]
		for record in records:
			record.update(own)
		first = records[0]
		columns = [name for name in self.fields.columns if name in first]
		shared = {
			name: first[name] for name in columns if all(record[name] == first[name] for record in records)
		}
		shared.pop("name", None)
		varying = [name for name in columns if name not in shared]
		bulk.insert(
			SERIAL_NO, varying, [[record[name] for name in varying] for record in records], shared=shared
		)
		self._trace(records)

	def _trace(self, records: Sequence[frappe._dict]) -> None:
		"""Where each record came from, as Frappe writes it of an import: the same of all, so it is asked once."""
		if not self.fields.meta.track_changes:
			return
		doc = as_document(records[0])
		doc.flags.updater_reference = self.reference
		version = frappe.new_doc(VERSION)
		if version.update_version_info(None, doc):
			lines = [{"docname": record.name} for record in records]
			bulk.insert_documents(VERSION, lines, ref_doctype=SERIAL_NO, data=version.data)


class UpdateRows(Rows):
	"""Serial Nos that exist, found by their number."""

	right = "write"

	def _begin(self, typed: dict) -> frappe._dict:
		return frappe._dict(typed)

	def _find(self, entries: Sequence[Entry]) -> None:
		"""Each record as it is now, locked. Of a number that is there twice, the second row comes after this chunk."""
		found = self._records([entry.values.serial_no for entry in entries])
		seen = set()
		for entry in entries:
			key = fold(entry.values.serial_no)
			with entry.caught():
				if key not in found:
					messages.refuse([rules.unknown(entry.values.serial_no)])
				entry.is_odd = key in seen
				seen.add(key)
				entry.before = found[key]
				values = frappe._dict(found[key])
				values.update(entry.values)
				values.serial_no = values.name
				entry.values = values

	def _records(self, names: list[str]) -> dict[str, frappe._dict]:
		if not names:
			return {}
		table = frappe.qb.DocType(SERIAL_NO)
		query = frappe.qb.from_(table).select(*(table[name] for name in self.fields.columns))
		rows = query.where(table.name.isin(names)).orderby(table.name).for_update().run(as_dict=True)
		return {fold(row.name): row for row in rows}

	def _changed(self, entry: Entry) -> list[str]:
		before, after = entry.before, entry.values
		return [
			name
			for name in self.fields.empty
			if before[name] != after[name] and (before[name] or after[name])
		]

	def _decide(self, entry: Entry) -> None:
		values = entry.values
		if not self._changed(entry):
			frappe.throw(_("No changes to update"))
		if self.needs_right:
			for record in (entry.before, values):
				as_document(record).check_permission("write")
		given = self._changed(entry)
		self.links.check(values)
		self._judge(entry, register.unit_of(entry.before))
		changed = self._changed(entry)
		messages.refuse(purposes.lacking(values, values.name, changed))
		self.fields.sanitize(values, register.ITEMS_OWN)
		to_check = [name for name in changed if name not in register.ITEMS_OWN]
		if not self.fields.is_plain(values, to_check) or not self.fields.set_once.isdisjoint(given):
			self._validate(entry)

	def _write(self, entries: Sequence[Entry]) -> None:
		stamp = {"modified": self.moment, "modified_by": frappe.session.user}
		changes = []
		for entry in entries:
			changed = {name: entry.values[name] for name in self._changed(entry)}
			entry.values.update(stamp)
			changes.append(([entry.values.name], {**changed, **stamp}))
		bulk.update(SERIAL_NO, changes)
		self._trace(entries)

	def _trace(self, entries: Sequence[Entry]) -> None:
		"""What each row changed, by Frappe's own comparison."""
		if not self.fields.meta.track_changes:
			return
		version, lines = frappe.new_doc(VERSION), []
		for entry in entries:
			doc = as_document(entry.values)
			doc.flags.updater_reference = self.reference
			if version.update_version_info(as_document(entry.before), doc):
				lines.append({"docname": entry.values.name, "data": version.data})
		if lines:
			bulk.insert_documents(VERSION, lines, ref_doctype=SERIAL_NO)

	def after_commit(self, entries: Sequence[Entry]) -> None:
		super().after_commit(entries)
		for entry in entries:
			if entry.docname:
				frappe.clear_document_cache(SERIAL_NO, entry.docname)
				as_document(entry.values).notify_update()
