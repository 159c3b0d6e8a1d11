"""Serial and Batch Bundle, with its entries checked and written together.

ERPNext does a link check, an INSERT and an UPDATE for each entry. Where it builds the bundle itself (the second half of
a transfer, a return), no hook comes between; so the class batches these three, and nothing else is different.
"""

from contextlib import nullcontext

import frappe
from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import (
	SerialandBatchBundle,
)

from serial_inventory.erpnext_bundle import ENTRY, are_free, forget_fresh, has_later_bundles
from serial_inventory.overrides.lazy_entries import LazyEntries
from serial_inventory.rules.serial_text import fold
from serial_inventory.services import bulk
from serial_inventory.services.rows import write_together

PLAIN = ("Delivery Note", "Sales Invoice", "Stock Entry", "Purchase Receipt", "Purchase Invoice")
"""Vouchers whose serials ERPNext looks for in stock without exceptions by date or reservation of their own."""


RATE = ("incoming_rate", "stock_value_difference", "stock_queue")


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

	def validate_incorrect_serial_nos(self, serial_nos):
		"""The app has just read and locked these serials, and found them to be the Item's."""
		if not self.flags.is_checked:
			super().validate_incorrect_serial_nos(serial_nos)

	def check_future_entries_exists(self, *args, **kwargs):
		"""ERPNext's rule can only concern what the Item's bundles of later date hold: without such there is nothing to ask."""
		if not self.has_serial_no or has_later_bundles(self):
			super().check_future_entries_exists(*args, **kwargs)

	def validate_serial_nos_duplicate(self):
		"""ERPNext's rule, put to the serials that it can concern: those in a warehouse now, or delivered (for repacks).

		For each serial ERPNext 16 adds a condition to one query, which fails at about 1,000; ERPNext 15 reads the
		Item's whole ledger.
		"""
		if self.type_of_transaction != "Inward":
			return
		if self.flags.is_checked and self.voucher_type != "Stock Entry":
			return  # none of them is in a warehouse
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
			if self._are_free():
				return
		super().validate_serial_nos_inventory()

	def _are_free(self):
		"""In the warehouse, which the app may know already, and not reserved."""
		if self.flags.is_checked and not _has_reservations(self.item_code):
			return True
		return are_free(self, [entry.serial_no for entry in self.entries if entry.serial_no])

	def set_incoming_rate(self, *args, save=False, **kwargs):
		"""Rates are set on the entries and those that changed are written together, not each by itself."""
		if not save:
			return super().set_incoming_rate(*args, save=False, **kwargs)
		with self._entries_to_value():
			before = {entry.name: _rate(entry) for entry in self.entries if entry.name}
			super().set_incoming_rate(*args, save=False, **kwargs)
			changed = {entry.name: _rate(entry) for entry in self.entries if entry.name in before}
			changes = [
				([name], dict(zip(RATE, rate, strict=True)))
				for name, rate in changed.items()
				if rate != before[name]
			]
			bulk.update(ENTRY, changes)
			if changes:
				forget_fresh(self.name)

	def calculate_qty_and_amount(self, *args, **kwargs):
		with self._entries_to_value():
			super().calculate_qty_and_amount(*args, **kwargs)

	def set_serial_and_batch_values(self, *args, **kwargs):
		"""Of a draft ERPNext may change the rows here."""
		with self._entries_to_value() if self.docstatus == 1 else nullcontext():
			super().set_serial_and_batch_values(*args, **kwargs)

	def db_update_all(self):
		"""Entries that join a bundle which stands, stand too: ERPNext adds those of a count that is valued again as drafts."""
		if self.docstatus == 1:
			for entry in self.entries:
				entry.docstatus = self.docstatus
			if hasattr(self, "set_child_details"):  # ERPNext 16, whose entries say what their bundle says
				self.set_child_details()
		super().db_update_all()

	def _entries_to_value(self):
		"""Of serials plain records are enough; for batches ERPNext asks the entries for more."""
		return self.plain_entries() if self.has_serial_no and not self.has_batch_no else nullcontext()

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


def _has_reservations(item_code):
	"""Whether anything of the Item is reserved serial by serial, or sold by a POS Invoice that moved no stock yet."""
	reserved = {"item_code": item_code, "docstatus": 1, "reservation_based_on": "Serial and Batch"}
	if frappe.db.exists("Stock Reservation Entry", reserved):
		return True
	sold = [
		["POS Invoice", "docstatus", "=", 1],
		["POS Invoice", "consolidated_invoice", "is", "not set"],
		["POS Invoice Item", "item_code", "=", item_code],
	]
	return bool(frappe.get_all("POS Invoice", filters=sold, limit_page_length=1))


def _rate(entry):
	return (entry.get(RATE[0]), entry.get(RATE[1]), entry.get(RATE[2]))


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
