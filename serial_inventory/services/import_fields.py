"""The fields of Serial No for an import: what a value becomes, and whether Frappe would have anything to say to it.

Most values of most rows are plain: nothing that Frappe checks or does about them can change or refuse them, and they are
written as they are. For others Frappe's own validation is asked, and some rows are left to Frappe whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, flt, getdate

from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules.serial_text import fold

TEXTS = frozenset(("Data", "Small Text", "Text", "Long Text", "Select", "Link", "Read Only"))
WHOLE = frozenset(("Int", "Check"))
DECIMAL = frozenset(("Float", "Currency", "Percent"))
PLAIN = TEXTS | WHOLE | DECIMAL | {"Date"}
VALIDATED = frozenset(
	("Datetime", "Time", "Duration", "Rating", "Phone", "Color", "Icon", "Barcode", "Autocomplete")
)
"""Frappe's `_validate` looks at these, in memory. Values of all other types are odd: saving them does more."""
LARGEST_INT = 2_147_483_647
VARCHAR = 140


class Fields:
	"""Serial No's fields as this site has them, read once for an import."""

	def __init__(self) -> None:
		self.meta = frappe.get_meta(SERIAL_NO)
		self.by_name = {field.fieldname: field for field in self.meta.fields}
		self.columns = [name for name in self.meta.get_valid_columns() if not self._is_virtual(name)]
		self.mandatory = [field.fieldname for field in self.meta.fields if field.reqd]
		self.set_once = frozenset(field.fieldname for field in self.meta.get_set_only_once_fields())
		self.empty = {name: _empty(self.by_name.get(name)) for name in self.columns}
		self.is_simple = not (
			self.meta.get_table_fields()
			or self.meta.get_high_permlevel_fields()
			or self.meta.autoname != "field:serial_no"
			or any(field.fieldtype == "Password" for field in self.meta.fields)
		)
		"""Whether bulk can take any row at all: no child tables, passwords, levels of rights, other names."""
		self._sanitized: dict[tuple[str, str], str] = {}

	def _is_virtual(self, name: str) -> bool:
		return bool(name in self.by_name and self.by_name[name].get("is_virtual"))

	def typed(self, given: Mapping) -> dict | None:
		"""The values as their columns hold them; None if bulk cannot take one of them."""
		values = {}
		for name, value in given.items():
			field = self.by_name.get(name)
			if field is None or name not in self.empty or field.fieldtype not in PLAIN | VALIDATED:
				return None
			values[name] = _typed(field.fieldtype, value)
		return values

	def is_plain(self, values: Mapping, names: Iterable[str]) -> bool:
		"""Whether Frappe's validation would leave these fields of a record as they are."""
		return all(map(values.get, self.mandatory)) and all(
			self._is_plain(self.by_name[name], values[name]) for name in names if values.get(name) is not None
		)

	def _is_plain(self, field, value) -> bool:
		if field.fieldtype in TEXTS:
			if not isinstance(value, str) or "<" in value or ">" in value:
				return False
			if field.fieldtype == "Data" and field.options:
				return not value
			return field.fieldtype in ("Small Text", "Text", "Long Text") or len(value) <= _length(field)
		if field.get("non_negative") and flt(value) < 0:
			return False
		if field.fieldtype in WHOLE:
			return abs(value) <= LARGEST_INT
		return field.fieldtype in DECIMAL or (field.fieldtype == "Date" and isinstance(value, date))

	def sanitize(self, values: dict, names: Iterable[str]) -> None:
		"""Take from texts that came from other records what Frappe takes out of any text."""
		for name in names:
			value = values.get(name)
			if isinstance(value, str) and ("<" in value or ">" in value):
				key = name, value
				if key not in self._sanitized:
					self._sanitized[key] = _sanitized(name, value)
				values[name] = self._sanitized[key]


def _empty(field) -> object:
	"""What Frappe writes where nothing is given."""
	if field is None:
		return None
	return 0 if field.fieldtype in WHOLE else 0.0 if field.fieldtype in (*DECIMAL, "Rating") else None


def _typed(fieldtype: str, value: object) -> object:
	if value is None:
		return None
	if fieldtype in TEXTS:
		return cstr(value)
	if fieldtype == "Int":
		return cint(value)
	if fieldtype == "Check":
		return 1 if cint(value) else 0
	if fieldtype in DECIMAL:
		return flt(value)
	return getdate(value) if fieldtype == "Date" else value


def _length(field) -> int:
	return cint(field.get("length")) or VARCHAR


def _sanitized(name: str, value: str) -> str:
	doc = frappe.get_doc({"doctype": SERIAL_NO, name: value})
	doc._sanitize_content()
	return doc.get(name)


class Links:
	"""What the Link fields of an import lead to: one query for each field and chunk, for values not seen before."""

	def __init__(self, fields: Fields) -> None:
		self._known: dict[str, dict[str, frappe._dict | None]] = {}
		self._fetch = {}
		for field in fields.meta.get_link_fields():
			if not fields._is_virtual(field.fieldname):
				self._known[field.fieldname] = {}
				self._fetch[field.fieldname] = fields.meta.get_fields_to_fetch(field.fieldname)
		self._fields = fields

	def read(self, records: Iterable[Mapping]) -> None:
		"""Look up every link of the records."""
		records = list(records)
		for name, known in self._known.items():
			wanted = {value for record in records if (value := record.get(name))}
			missing = [value for value in wanted if fold(value) not in known]
			if missing:
				known |= dict.fromkeys(map(fold, missing))
				known |= self._targets(name, missing)

	def _targets(self, name: str, values: list[str]) -> dict[str, frappe._dict]:
		doctype = self._fields.by_name[name].options
		meta = frappe.get_meta(doctype)
		if meta.get("issingle") or meta.get("is_virtual"):
			return {}
		sources = {field.fetch_from.split(".")[-1] for field in self._fetch[name]}
		table = frappe.qb.DocType(doctype)
		query = frappe.qb.from_(table).select(
			table.name, *(table[source] for source in sorted(sources - {"name"}))
		)
		found = query.where(table.name.isin(values)).run(as_dict=True)
		return {fold(target.name): self._fetched(name, doctype, target) for target in found}

	def _fetched(self, name: str, doctype: str, target: frappe._dict) -> frappe._dict:
		"""The target's name, and what Frappe would fetch from it into the record."""
		doc = frappe.get_doc({"doctype": SERIAL_NO})
		for field in self._fetch[name]:
			doc.set_fetch_from_value(doctype, field, target)
		fetched = {
			field.fieldname: (doc.get(field.fieldname), bool(field.fetch_if_empty))
			for field in self._fetch[name]
		}
		return frappe._dict(name=target.name, fetched=fetched)

	def check(self, values: dict) -> None:
		"""`follow`, refused in Frappe's words where a link leads nowhere. Raises LinkValidationError."""
		if broken := self.follow(values):
			label = self._fields.meta.get_label
			wrong = ", ".join(f"{_(label(name))}: {values[name]}" for name in broken)
			frappe.throw(_("Could not find {0}").format(wrong), frappe.LinkValidationError)

	def follow(self, values: dict) -> list[str]:
		"""Give the record its links' own spelling and what they fetch; the names of fields whose link leads nowhere."""
		broken = []
		for name, known in self._known.items():
			if not (value := values.get(name)):
				continue
			target = known.get(fold(value))
			if target is None:
				broken.append(name)
				continue
			values[name] = target.name
			for fieldname, (fetched, if_empty) in target.fetched.items():
				if not (if_empty and values.get(fieldname)):
					values[fieldname] = fetched
		return broken


def as_document(values: Mapping) -> Document:
	return frappe.get_doc({"doctype": SERIAL_NO, **values})
