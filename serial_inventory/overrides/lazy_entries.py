"""A bundle's entries, read when they are first asked for.

To learn a bundle's docstatus, or to set one of its fields, ERPNext loads it whole: up to eight times in one submit, with
10,000 entries each time. This is Frappe 16's lazy document (`frappe.get_lazy_doc`) for every way of loading, on
Frappe 15 too.
"""

from contextlib import contextmanager

import frappe
from frappe.model.document import Document

from serial_inventory.erpnext_bundle import fresh_entries

TABLE = "entries"


class _Entries:
	"""Stands in for the table until somebody looks at it; then the rows are in the document as always."""

	def __get__(self, doc, owner=None):
		if doc is None:
			return self
		rows = doc.__dict__[TABLE] = []
		if doc.name and not doc.is_new():
			doc.extend(TABLE, [dict(row) for row in _read(doc)])
		return rows


def _read(doc):
	"""From the table, or from memory where the bundle was written in this very submit."""
	if (rows := fresh_entries(doc)) is not None:
		return rows
	child = doc.meta.get_field(TABLE).options
	filters = {"parent": str(doc.name), "parenttype": doc.doctype, "parentfield": TABLE}
	return frappe.db.get_values(child, filters, "*", as_dict=True, order_by="idx asc") or []


class LazyEntries:
	"""Mixin for the bundle's class, before the class that it extends."""

	entries = _Entries()

	@contextmanager
	def plain_entries(self):
		"""For a method that reads rows, or sets values on them that it does not save: rows as plain records.

		10,000 Documents cost more than all that is done with them. A table that was read or changed already stays.
		"""
		if TABLE in self.__dict__ or not self.name or self.is_new():
			yield
			return
		self.__dict__[TABLE] = _read(self)
		try:
			yield
		finally:
			self.__dict__.pop(TABLE, None)

	def load_from_db(self):
		self.__dict__.pop(TABLE, None)
		if hasattr(Document, "load_children_from_db"):
			return super().load_from_db()
		return self._load_on_frappe_15()

	def _load_on_frappe_15(self):
		"""There the tables are read in the midst of loading: all but this one, by name."""
		others = [field for field in self._get_table_fields() if field.fieldname != TABLE]
		self._get_table_fields = lambda: others
		try:
			super().load_from_db()
		finally:
			del self._get_table_fields
		self._table_fieldnames.add(TABLE)
		return self

	def load_children_from_db(self):
		"""Frappe 16's step of loading."""
		tables = self._table_fieldnames
		self.__dict__["_table_fieldnames"] = {name: child for name, child in tables.items() if name != TABLE}
		try:
			return super().load_children_from_db()
		finally:
			self.__dict__["_table_fieldnames"] = tables

	def get(self, key, *args, **kwargs):
		if key == TABLE:
			getattr(self, TABLE)
		return super().get(key, *args, **kwargs)

	def append(self, key, *args, **kwargs):
		getattr(self, key, None)
		return super().append(key, *args, **kwargs)

	def load_doc_before_save(self, *, raise_exception=False):
		"""Without a search for each row among all rows: Frappe 16 finds every row's former self that way.

		Only a save (`raise_exception`) asks for these; setting one field of the bundle does not.
		"""
		rows = self.__dict__.get(TABLE)
		self.__dict__[TABLE] = []
		try:
			super().load_doc_before_save(raise_exception=raise_exception)
		finally:
			if rows is None:
				del self.__dict__[TABLE]
			else:
				self.__dict__[TABLE] = rows
		if raise_exception and rows and self._doc_before_save:
			former = {row.name: row for row in self._doc_before_save.get(TABLE)}
			for row in rows:
				row._doc_before_save = former.get(row.name)
