"""Serial and Batch Bundle, with its entries checked and written together.

ERPNext does a link check, an INSERT and an UPDATE for each entry. Where it builds the bundle itself (the second half of
a transfer, a return), no hook comes between; so the class batches these three, and nothing else is different.
"""

import frappe
from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import (
	SerialandBatchBundle,
)

from serial_inventory.erpnext_bundle import ENTRY, are_free
from serial_inventory.overrides.lazy_entries import LazyEntries
from serial_inventory.rules.serial_text import fold
from serial_inventory.services import bulk
from serial_inventory.services.rows import write_together

PLAIN = ("Delivery Note", "Sales Invoice", "Stock Entry", "Purchase Receipt", "Purchase Invoice")
"""Vouchers whose serials ERPNext looks for in stock without exceptions by date or reservation of their own."""


class BatchedBundle(LazyEntries, SerialandBatchBundle):
	def _validate_links(self):
		"""One query for each kind of link, in place of one for each entry."""
		if self.flags.ignore_links or self._action == "cancel" or not self.get("entries"):
			return super()._validate_links()
		entries = self.entries
		_use_existing(entries, "serial_no", "Serial No")
		first_of_each = {(entry.batch_no, entry.warehouse): entry for entry in reversed(entries)}
		self.__dict__["entries"] = list(first_of_each.values())
		try:
			super()._validate_links()
		finally:
			self.__dict__["entries"] = entries

	def db_insert(self, *args, **kwargs):
		super().db_insert(*args, **kwargs)
		write_together(self.get("entries") or [])

	def validate_serial_nos_duplicate(self):
		"""ERPNext's rule, put to the serials that it can concern: those in a warehouse now, or delivered (for repacks).

		For each serial ERPNext 16 adds a condition to one query, which fails at about 1,000; ERPNext 15 reads the
		Item's whole ledger.
		"""
		if self.type_of_transaction != "Inward":
			return
		entries = self.entries
		concerned = _in_stock_or_delivered([entry.serial_no for entry in entries if entry.serial_no])
		if self.voucher_type != "Stock Entry":
			concerned = {name for name, is_in_stock in concerned.items() if is_in_stock}
		if not concerned:
			return
		self.__dict__["entries"] = [entry for entry in entries if entry.serial_no in concerned]
		try:
			super().validate_serial_nos_duplicate()
		finally:
			self.__dict__["entries"] = entries

	def validate_serial_nos_inventory(self):
		"""Where every serial is free in the warehouse there is nothing to say; else ERPNext says what is wrong.

		ERPNext looks each serial up in a list: the square of their number.
		"""
		if self.has_serial_no and self.type_of_transaction == "Outward" and self.voucher_type in PLAIN:
			serial_nos = [entry.serial_no for entry in self.entries if entry.serial_no]
			if are_free(self, serial_nos):
				return
		super().validate_serial_nos_inventory()

	def set_incoming_rate(self, *args, save=False, **kwargs):
		"""Rates are set on the entries and those that changed are written together, not each by itself."""
		before = {entry.name: _rate(entry) for entry in self.entries if entry.name}
		super().set_incoming_rate(*args, save=False, **kwargs)
		if save:
			changed = {entry.name: _rate(entry) for entry in self.entries if entry.name in before}
			bulk.update(ENTRY, [([name], rate) for name, rate in changed.items() if rate != before[name]])

	def update_child_table(self, fieldname, df=None):
		if fieldname == "entries":
			write_together(self.get("entries") or [])
		super().update_child_table(fieldname, df)


def _in_stock_or_delivered(serial_nos):
	"""{serial_no: whether it is in a warehouse} of those that are, or have been delivered."""
	if not serial_nos:
		return {}
	table = frappe.qb.DocType("Serial No")
	query = frappe.qb.from_(table).select(table.name, table.warehouse).where(table.name.isin(serial_nos))
	query = query.where(
		(table.warehouse.isnotnull() & (table.warehouse != "")) | (table.status == "Delivered")
	)
	return {name: bool(warehouse) for name, warehouse in query.run()}


def _rate(entry):
	return {field: entry.get(field) for field in ("incoming_rate", "stock_value_difference", "stock_queue")}


def _use_existing(entries, fieldname, doctype):
	"""As Frappe's link check: the name takes the letter case of the record, and one that is missing is refused."""
	names = {entry.get(fieldname) for entry in entries if entry.get(fieldname)}
	if not names:
		return
	table = frappe.qb.DocType(doctype)
	found = frappe.qb.from_(table).select(table.name).where(table.name.isin(list(names))).run(pluck=True)
	if len(found) == len(names) and set(found) == names:
		return
	stored = {fold(name): name for name in found}
	missing = [name for name in names if fold(name) not in stored]
	if missing:
		text = ", ".join(f"{frappe._(doctype)}: {name}" for name in sorted(missing))
		frappe.throw(frappe._("Could not find {0}").format(text), frappe.LinkValidationError)
	for entry in entries:
		if entry.get(fieldname):
			entry.set(fieldname, stored[fold(entry.get(fieldname))])
