"""Serial and Batch Entry, which leaves writing itself to its bundle where the bundle writes all at once."""

import frappe
from erpnext.stock.doctype.serial_and_batch_entry.serial_and_batch_entry import SerialandBatchEntry
from frappe.utils import now

from serial_inventory.services import bulk

KEPT = ("name", "creation", "owner")
"""Columns that an UPDATE of an entry leaves alone."""


class BatchedEntry(SerialandBatchEntry):
	def db_insert(self, *args, **kwargs):
		if not self.flags.pop("is_written", None):
			super().db_insert(*args, **kwargs)

	def db_update(self):
		if not self.flags.pop("is_written", None):
			super().db_update()


def write_together(entries) -> None:
	"""INSERT or UPDATE all the entries of one bundle in one statement; their own writing then does nothing."""
	entries = [entry for entry in entries if isinstance(entry, BatchedEntry)]
	if len(entries) < 2:
		return
	for entry in entries:
		if not entry.name:
			entry.name = frappe.generate_hash(length=10)
		if not entry.creation:
			entry.creation = entry.modified = now()
			entry.owner = entry.modified_by = frappe.session.user
	rows = [entry.get_valid_dict(convert_dates_to_str=True, ignore_virtual=True) for entry in entries]
	columns = list(rows[0])
	values = [tuple(row.get(column) for column in columns) for row in rows]
	bulk.insert(
		entries[0].doctype, columns, values, update=[column for column in columns if column not in KEPT]
	)
	for entry in entries:
		entry.set("__islocal", False)
		entry.flags.is_written = True
