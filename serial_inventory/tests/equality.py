"""The case of the equality tests: the same documents by ERPNext alone and with the app, whole rows compared.

ERPNext's half runs on the same site with the app's hooks and class overrides switched off, and is rolled back.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from contextlib import contextmanager

import frappe
from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import SerialandBatchBundle
from erpnext.stock.doctype.serial_and_batch_entry.serial_and_batch_entry import SerialandBatchEntry
from erpnext.stock.report.stock_balance.stock_balance import execute as stock_balance
from frappe.utils import add_days, get_datetime, now_datetime, today

from serial_inventory.setup.custom_fields import get_custom_fields
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase

LEDGER, BUNDLE, ENTRY = "Stock Ledger Entry", "Serial and Batch Bundle", "Serial and Batch Entry"
BALANCE = "the Stock Balance report"
NOISE = {"name", "creation", "modified", "owner", "modified_by"}
"""Names and times differ from one run to the next."""
LEFT_OUT = {
	LEDGER: {"auto_created_serial_and_batch_bundle", "serial_no"},
	"Serial No": {
		*("item_name", "item_group", "brand", "description", "purchase_rate", "maintenance_status"),
		*("warranty_period", "warranty_expiry_date", "customer", "status", "purchase_document_no"),
		*("reference_doctype", "reference_name", "posting_date"),
	},
}
"""In the ledger: the bundle is the app's, and a cancel does not copy the row's text into the reversing entries.
On the Serial No: what the app keeps where ERPNext does not; other tests say what these must be."""
COST_OF_PICKED = ("", LEDGER, "incoming_rate")
"""A row that was blank on a delivery bears the cost of the units picked; ERPNext leaves it at the warehouse's average."""
CANCELLED_SECOND_BUNDLE = (
	("cancel", LEDGER, "serial_and_batch_bundle"),
	("cancel", BUNDLE, "docstatus"),
	("cancel", ENTRY, "docstatus"),
)
"""ERPNext leaves the second bundle of a cancelled transfer between own warehouses as submitted, and the reversed ledger
naming both; here both are cancelled."""
BALANCES = (
	"item_code",
	"warehouse",
	"bal_qty",
	"bal_val",
	"in_qty",
	"in_val",
	"out_qty",
	"out_val",
	"val_rate",
)
ORDER = (
	*(
		"voucher_type",
		"voucher_no",
		"item_code",
		"warehouse",
		"voucher_detail_no",
		"parent",
		"account",
		"debit",
	),
	*("type_of_transaction", "actual_qty", "serial_no", "idx", "is_cancelled", "credit"),
)


@contextmanager
def without_the_app():
	"""ERPNext as it is where the app is not installed."""
	hooks, classes = frappe.get_doc_hooks(), frappe.controllers.setdefault(frappe.local.site, {})
	stripped = {
		doctype: {
			event: [handler for handler in handlers if not handler.startswith("serial_inventory.")]
			for event, handlers in events.items()
		}
		for doctype, events in hooks.items()
	}
	before = {doctype: classes.pop(doctype, None) for doctype in (BUNDLE, ENTRY)}
	classes[BUNDLE], classes[ENTRY] = SerialandBatchBundle, SerialandBatchEntry
	frappe.local.doc_events_hooks = stripped
	try:
		yield
	finally:
		frappe.local.doc_events_hooks = hooks
		for doctype, controller in before.items():
			classes.pop(doctype)
			if controller:
				classes[doctype] = controller


@contextmanager
def nothing_committed():
	"""A POS Closing Entry commits in the midst of its work, and the run could not be rolled back."""
	commit, frappe.db.commit = frappe.db.commit, lambda: None
	try:
		yield
	finally:
		frappe.db.commit = commit


class EqualityCase(SerialCase):
	"""Six routers EQ-00001 to EQ-00006 lie in Stores, bought nine and eight days ago at 100 and at 130."""

	maxDiff = None

	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "EQ-.#####", warranty_period=0)
		makers.item("CABLE-C1", None, warranty_period=0)
		for days, rate in ((-9, 100), (-8, 130)):
			makers.purchase_receipt(
				makers.buying_row("ROUTER-X1", 3, rate=rate),
				posting_date=add_days(today(), days),
				posting_time="08:00:00",
			)

	def moment(self, days: int = -2, time: str = "10:00:00") -> dict:
		return {"posting_date": add_days(today(), days), "posting_time": time}

	def receipt(self, *rows, **values):
		return makers.purchase_receipt(*rows, **{**self.moment(), **values})

	def delivery(self, *rows, **values):
		return makers.delivery_note(*rows, **{**self.moment(), **values})

	def entry(self, purpose, *rows, **values):
		return makers.stock_entry(purpose, *rows, **{**self.moment(), **values})

	def later(self, doc, time: str = "11:00:00"):
		"""The draft, posted a day after the documents of `moment`, saved and submitted."""
		doc.set_posting_time, doc.posting_date, doc.posting_time = 1, add_days(today(), -1), time
		doc.insert()
		doc.submit()
		return doc

	def compare(
		self,
		make: Callable,
		leave_out: Collection[tuple[str, str, str]] = (),
		cancel: Callable | None = None,
	):
		"""Submit and cancel by ERPNext alone, then with the app: whole rows are the same after both.

		`make` submits and returns a document, or several in order; they are cancelled last first, or by `cancel`.
		`leave_out` are fields in which the app is better by design: (stage or "" for both, table, field).
		"""
		with nothing_committed():
			frappe.db.savepoint("by_erpnext")
			with without_the_app():
				expected = self.run_through(make, cancel)
			frappe.db.rollback(save_point="by_erpnext")
			self.forget()
			actual = self.run_through(make, cancel)
		differences = [
			f"after {stage}, {table}: {text}"
			for stage, tables in expected.items()
			for table, rows in tables.items()
			for text in _differences(
				actual[stage][table],
				rows,
				{field for at, of, field in leave_out if of == table and at in ("", stage)},
			)
		]
		self.assertEqual(differences, [], "with the app against ERPNext alone")
		self.assertTrue(expected["submit"][LEDGER])

	def forget(self):
		"""What Frappe keeps of the documents that have just been rolled back."""
		frappe.clear_messages()
		frappe.clear_cache()
		frappe.db.value_cache.clear()

	def run_through(self, make: Callable, cancel: Callable | None) -> dict:
		self.started = now_datetime() - datetime.timedelta(seconds=1)
		made = make()
		docs = made if isinstance(made, list | tuple) else [made]
		stages = {"submit": self.tables(docs)}
		if cancel:
			cancel(docs)
		else:
			for doc in reversed(docs):
				frappe.get_doc(doc.doctype, doc.name).cancel()
		stages["cancel"] = self.tables(docs)
		return stages

	def tables(self, docs) -> dict[str, list]:
		codes = ("in", frappe.get_all("Item", pluck="name"))
		bundles = frappe.get_all(BUNDLE, {"item_code": codes}, pluck="name")
		vouchers = {(doc.doctype, doc.name) for doc in docs} | {
			voucher
			for doctype in (LEDGER, BUNDLE)
			for voucher in frappe.get_all(
				doctype, {"item_code": codes}, ["voucher_type", "voucher_no"], as_list=True
			)
		}
		names = self.stand_ins(vouchers)
		accounts = {"voucher_no": ("in", [name for _doctype, name in vouchers if name])}
		own = {row["fieldname"] for row in get_custom_fields()["Serial No"]}
		return {
			LEDGER: self.rows(LEDGER, {"item_code": codes}, names),
			"GL Entry": self.rows("GL Entry", accounts, names),
			BUNDLE: self.rows(BUNDLE, {"item_code": codes}, names),
			ENTRY: self.rows(ENTRY, {"parent": ("in", bundles or [""])}, names),
			"Bin": self.rows("Bin", {"item_code": codes}, names),
			"Serial No": self.rows("Serial No", {"item_code": codes}, names, own),
			BALANCE: self.balance(),
		}

	def balance(self) -> list[dict]:
		filters = {"company": makers.COMPANY, "from_date": add_days(today(), -30), "to_date": today()}
		_columns, rows = stock_balance(frappe._dict(filters))[:2]
		rows = [{field: _rounded(row.get(field)) for field in BALANCES} for row in rows]
		return sorted(rows, key=lambda row: (row["item_code"], row["warehouse"]))

	def stand_ins(self, vouchers) -> dict[str, str]:
		"""Random names as what they stand for, so that two runs can be compared."""
		children = {}
		for doctype, name in vouchers:
			if doctype and name and frappe.db.exists(doctype, name):
				for row in frappe.get_doc(doctype, name).get_all_children():
					children[row.name] = f"{name} {row.parentfield} {row.idx}"
		fields = ["name", "voucher_no", "voucher_detail_no", "type_of_transaction", "is_rejected"]
		for bundle in frappe.get_all(BUNDLE, fields=fields):
			row = children.get(bundle.voucher_detail_no, bundle.voucher_no)
			children[bundle.name] = f"bundle of {row}, {bundle.type_of_transaction}, {bundle.is_rejected}"
		return children

	def rows(self, doctype: str, filters: dict, names: dict, leave_out=frozenset()) -> list:
		skipped = NOISE | LEFT_OUT.get(doctype, set()) | leave_out
		rows = [
			{
				key: names.get(value, _rounded(self.timeless(row, key, value)))
				for key, value in row.items()
				if key not in skipped
			}
			for row in frappe.get_all(doctype, filters=filters, fields=["*"], limit_page_length=0)
		]
		return sorted(rows, key=lambda row: str([row.get(field) for field in ORDER]))

	def timeless(self, row, key: str, value):
		"""The moments of documents that are posted as they are made differ from one run to the next."""
		if key == "posting_datetime" and value and get_datetime(value) >= self.started:
			return "now"
		if key == "posting_time" and value and row.get("posting_date"):
			return "now" if get_datetime(row.posting_date) + value >= self.started else value
		return value


def _differences(actual: list[dict], expected: list[dict], leave_out: Collection[str]) -> list[str]:
	if len(actual) != len(expected):
		return [f"{len(actual)} rows, not {len(expected)}"]
	return [
		f"{field} {mine.get(field)!r}, not {value!r} in {_place(theirs)}"
		for mine, theirs in zip(actual, expected, strict=True)
		for field, value in theirs.items()
		if mine.get(field) != value and field not in leave_out
	]


def _place(row: dict) -> str:
	return " ".join(str(row[field]) for field in ORDER if row.get(field))


def _rounded(value):
	if isinstance(value, float):
		return round(value, 4) + 0.0
	if value in ("", None):
		return None
	return str(value) if isinstance(value, datetime.date | datetime.timedelta) else value
