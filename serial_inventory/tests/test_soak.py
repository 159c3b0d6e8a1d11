"""Hundreds of random documents, after which Serial Nos, stock, ledger and bundles agree.

SOAK_DOCUMENTS says how many (500), SOAK_SEED which (1): the same seed draws the same kinds of document in turn.
Documents that ERPNext or the app refuses are part of it; what they had written is rolled back, as in a request.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import frappe
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return
from erpnext.stock.doctype.purchase_receipt.purchase_receipt import make_purchase_return
from frappe.utils import add_days, nowdate

from serial_inventory.services import integrity
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase

DOCUMENTS = int(os.environ.get("SOAK_DOCUMENTS") or 500)
SEED = int(os.environ.get("SOAK_SEED") or 1)
EVERY = 50
ITEMS = ("SOAK-ROUTER", "SOAK-MODEM", "SOAK-SWITCH")
WAREHOUSES = (makers.STORES, makers.SHOP, makers.REJECTED)
MOST_MAY_BE_REFUSED = 0.25


class Soak:
	"""Draws documents and submits, cancels and amends them; knows those that stand and those that were cancelled."""

	def __init__(self, seed: int):
		self.random = random.Random(seed)
		self.submitted: list[tuple[str, str]] = []
		self.cancelled: list[tuple[str, str]] = []
		self.done: Counter = Counter()
		self.refused: Counter = Counter()
		self.reasons: Counter = Counter()
		self.typed = 0
		self.actions = {
			self.receive: 18,
			self.invoice_purchase: 7,
			self.deliver: 14,
			self.invoice_sale: 8,
			self.make: 5,
			self.use: 6,
			self.transfer: 12,
			self.repack: 4,
			self.take_back: 8,
			self.send_back: 5,
			self.count: 4,
			self.cancel: 14,
			self.amend: 7,
		}

	def open_stock(self) -> None:
		"""Each Item stands in each warehouse, by documents that are not drawn for a cancel.

		When the only document of an Item and a warehouse is cancelled, ERPNext 16.12 leaves the stock quantity (Bin) as
		it was, for Items without serials too; the checker says so.
		"""
		for item_code in ITEMS:
			makers.item(item_code, f"{item_code}-.#####")
			makers.purchase_receipt(
				*(makers.buying_row(item_code, 2, warehouse=warehouse) for warehouse in WAREHOUSES),
				posting_date=add_days(nowdate(), -2),
			)

	def step(self) -> None:
		"""One document, kept whole or not at all."""
		(action,) = self.random.choices(list(self.actions), list(self.actions.values()))
		frappe.db.savepoint("soak")
		frappe.clear_messages()
		try:
			name = action() or self.receive()
		except frappe.ValidationError as error:
			frappe.db.rollback(save_point="soak")
			self.refused[action.__name__] += 1
			self.reasons[action.__name__, str(error)[:160]] += 1
		else:
			self.done[name] += 1

	def keep(self, doc) -> None:
		self.submitted.append((doc.doctype, doc.name))

	# what there is

	def item(self) -> str:
		return self.random.choice(ITEMS)

	def new_names(self, qty: int) -> str | None:
		"""Typed serials, or None for the series."""
		if self.random.random() < 0.6:
			return None
		self.typed += qty
		return "\n".join(f"typed-{SEED}-{self.typed - number}" for number in range(qty))

	def held(self, at_most: int) -> tuple[str, str, list[str]] | None:
		"""Some serials in one warehouse: (item, warehouse, serials)."""
		rows = frappe.get_all(
			"Serial No",
			filters={"item_code": ("in", ITEMS), "warehouse": ("in", WAREHOUSES)},
			fields=["name", "item_code", "warehouse"],
			order_by="name",
		)
		if not rows:
			return None
		first = self.random.choice(rows)
		alike = [
			row.name for row in rows if (row.item_code, row.warehouse) == (first.item_code, first.warehouse)
		]
		qty = self.random.randint(1, min(at_most, len(alike)))
		return first.item_code, first.warehouse, sorted(self.random.sample(alike, qty))

	def text(self, names: list[str]) -> str | None:
		"""Typed, or left for ERPNext's order."""
		return "\n".join(names) if self.random.random() < 0.7 else None

	# documents

	def receive(self):
		qty = self.random.randint(1, 6)
		values = {"warehouse": self.random.choice(WAREHOUSES[:2])}
		if self.random.random() < 0.15:
			values.update(rejected_qty=1, rejected_warehouse=makers.REJECTED)
		posting = {"posting_date": add_days(nowdate(), -1)} if self.random.random() < 0.1 else {}
		row = makers.buying_row(self.item(), qty, self.new_names(qty), **values)
		self.keep(makers.purchase_receipt(row, **posting))
		return "receive"

	def invoice_purchase(self):
		qty = self.random.randint(1, 4)
		rows = [makers.buying_row(self.item(), qty, self.new_names(qty)) for _row in range(2)]
		self.keep(makers.purchase_invoice(*rows))
		return "invoice_purchase"

	def deliver(self):
		if held := self.held(4):
			item, warehouse, names = held
			customer = self.random.choice((makers.CUSTOMER, makers.OTHER_CUSTOMER))
			row = makers.selling_row(item, len(names), self.text(names), warehouse=warehouse)
			self.keep(makers.delivery_note(row, customer=customer))
			return "deliver"

	def invoice_sale(self):
		if held := self.held(3):
			item, warehouse, names = held
			self.keep(
				makers.sales_invoice(
					makers.selling_row(item, len(names), self.text(names), warehouse=warehouse)
				)
			)
			return "invoice_sale"

	def make(self):
		qty = self.random.randint(1, 4)
		target = self.random.choice(WAREHOUSES)
		gone = frappe.get_all(
			"Serial No",
			filters={"item_code": ("in", ITEMS), "status": ("in", ("Inactive", "Consumed", "Delivered"))},
			fields=["name", "item_code"],
			order_by="name",
		)
		if gone and self.random.random() < 0.4:  # a unit that was there before comes again
			again = self.random.choice(gone)
			row = makers.stock_row(again.item_code, 1, None, target, again.name)
		else:
			row = makers.stock_row(self.item(), qty, None, target, self.new_names(qty))
		self.keep(makers.stock_entry("Material Receipt", row))
		return "make"

	def use(self):
		if held := self.held(3):
			item, warehouse, names = held
			row = makers.stock_row(item, len(names), warehouse, None, self.text(names))
			self.keep(makers.stock_entry("Material Issue", row))
			return "use"

	def transfer(self):
		if held := self.held(5):
			item, warehouse, names = held
			target = self.random.choice([name for name in WAREHOUSES if name != warehouse])
			row = makers.stock_row(item, len(names), warehouse, target, self.text(names))
			self.keep(makers.stock_entry("Material Transfer", row))
			return "transfer"

	def repack(self):
		if held := self.held(2):
			item, warehouse, names = held
			other = self.random.choice([code for code in ITEMS if code != item])
			taken = makers.stock_row(item, len(names), warehouse, None, "\n".join(names))
			made = makers.stock_row(other, 1, None, warehouse, self.new_names(1), is_finished_item=1)
			self.keep(makers.stock_entry("Repack", taken, made))
			return "repack"

	def take_back(self):
		return self.return_of(("Delivery Note",), make_sales_return, "take_back")

	def send_back(self):
		return self.return_of(("Purchase Receipt",), make_purchase_return, "send_back")

	def return_of(self, doctypes, make_return, name):
		documents = [
			one
			for one in self.submitted
			if one[0] in doctypes
			and not frappe.db.get_value(*one, "is_return")
			and not self.is_returned(*one)
		]
		if not documents:
			return None
		back = make_return(self.random.choice(documents)[1])
		for row in back.items:
			if row.get("serial_no") and row.qty < -1 and self.random.random() < 0.5:
				names = row.serial_no.split("\n")
				kept = sorted(self.random.sample(names, self.random.randint(1, len(names))))
				row.update({"serial_no": "\n".join(kept), "qty": -len(kept), "use_serial_batch_fields": 1})
				if back.doctype == "Purchase Receipt":
					row.received_qty = row.qty - (row.rejected_qty or 0)
		back.insert()
		back.submit()
		self.keep(back)
		return name

	def is_returned(self, doctype: str, name: str) -> bool:
		return bool(frappe.db.exists(doctype, {"return_against": name, "docstatus": 1}))

	def count(self):
		"""A count that finds all, or all but one."""
		held = self.held(1)
		if not held:
			return None
		item, warehouse, _names = held
		names = frappe.get_all(
			"Serial No", {"item_code": item, "warehouse": warehouse}, pluck="name", order_by="name"
		)
		if len(names) > 1:
			names.remove(self.random.choice(names))
		row = {
			"item_code": item,
			"warehouse": warehouse,
			"qty": len(names),
			"valuation_rate": 100,
			"serial_no": "\n".join(names),
			"use_serial_batch_fields": 1,
		}
		self.keep(makers.stock_reconciliation(row))
		return "count"

	def cancel(self):
		"""A document of late; older ones are mostly built upon."""
		if not self.submitted:
			return None
		doctype, name = self.random.choice(self.submitted[-12:])
		frappe.get_doc(doctype, name).cancel()
		self.submitted.remove((doctype, name))
		self.cancelled.append((doctype, name))
		return "cancel"

	def amend(self):
		if not self.cancelled:
			return None
		doctype, name = self.random.choice(self.cancelled[-6:])
		was = frappe.get_doc(doctype, name)
		copy = frappe.copy_doc(was, ignore_no_copy=False)
		copy.amended_from, copy.docstatus = was.name, 0
		for row in copy.items:
			row.serial_and_batch_bundle, row.docstatus = None, 0
		copy.insert()
		copy.submit()
		self.cancelled.remove((doctype, name))
		self.keep(copy)
		return "amend"


class TestSoak(SerialCase):
	def test_random_documents_leave_serials_ledger_and_bundles_in_agreement(self):
		soak = Soak(SEED)
		soak.open_stock()
		for number in range(1, DOCUMENTS + 1):
			soak.step()
			if number % EVERY == 0 or number == DOCUMENTS:
				self.assert_agreement(soak, number)
		refused = sum(soak.refused.values())
		self.assertEqual(refused + sum(soak.done.values()), DOCUMENTS)
		told = f"{refused} of {DOCUMENTS} refused: {soak.reasons.most_common(10)}"
		self.assertLessEqual(refused, DOCUMENTS * MOST_MAY_BE_REFUSED, told)

	def assert_agreement(self, soak: Soak, number: int) -> None:
		for item_code in ITEMS:
			found = list(integrity.findings(integrity.Scope(item_code=item_code)))
			self.assertEqual(found, [], f"after {number} documents, seed {SEED}: {soak.submitted[-5:]}")
