"""Rows of a document written together, where Frappe writes each by itself."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe.utils import now

from serial_inventory.services import bulk

KEPT = ("name", "creation", "owner")
"""Columns that an UPDATE of a row leaves alone."""


class WrittenTogether:
	"""Mixin for the class of a row, before the class that it extends: its own writing does nothing once all are written."""

	def db_insert(self, *args, **kwargs):
		if not self.flags.pop("is_written", None):
			super().db_insert(*args, **kwargs)

	def db_update(self):
		if not self.flags.pop("is_written", None):
			super().db_update()


def write_together(rows: Sequence) -> None:
	"""INSERT or UPDATE all the rows of one table in one statement."""
	rows = [row for row in rows if isinstance(row, WrittenTogether)]
	if len(rows) < 2:
		return
	for row in rows:
		if not row.name:
			row.name = frappe.generate_hash(length=10)
		if not row.creation:
			row.creation = row.modified = now()
			row.owner = row.modified_by = frappe.session.user
	values = [row.get_valid_dict(convert_dates_to_str=True, ignore_virtual=True) for row in rows]
	columns = list(values[0])
	bulk.insert(
		rows[0].doctype,
		columns,
		[tuple(row.get(column) for column in columns) for row in values],
		update=[column for column in columns if column not in KEPT],
	)
	for row in rows:
		row.set("__islocal", False)
		row.flags.is_written = True
