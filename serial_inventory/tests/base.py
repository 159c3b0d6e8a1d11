"""The test case of the whole suite: Frappe 15 and 16 behind one name, queries counted, the database compared."""

from __future__ import annotations

from contextlib import contextmanager

import frappe

try:
	from frappe.tests import IntegrationTestCase as FrappeCase
except ImportError:  # Frappe 15
	from frappe.tests.utils import FrappeTestCase as FrappeCase

from serial_inventory.tests import makers

WATCHED = (
	"Serial No",
	"Serial and Batch Bundle",
	"Serial and Batch Entry",
	"Stock Ledger Entry",
	"GL Entry",
	"Bin",
	"Series",
	"Serial Term",
	"Serial Renewal",
	"Sales Invoice",
	"Maintenance Schedule",
	"Maintenance Schedule Item",
	"Installation Note",
	"Warranty Claim",
	"Issue",
	"Asset",
)
"""Tables that a refused document must leave as they were."""


class SerialCase(FrappeCase):
	"""Runs in the company Northwind Devices; each test is rolled back."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		makers.masters()
		frappe.db.commit()  # every test is rolled back; what they stand on is not

	def setUp(self):
		super().setUp()
		frappe.set_user("Administrator")
		frappe.clear_messages()

	def tearDown(self):
		frappe.db.rollback()
		frappe.set_user("Administrator")
		frappe.clear_document_cache("Serialized Inventory Settings", "Serialized Inventory Settings")
		super().tearDown()

	def serial(self, serial_no: str):
		"""The Serial No as the database has it."""
		return frappe.get_doc("Serial No", serial_no)

	def assert_facts(self, serial_no: str, **facts):
		"""The Serial No has these values; dates may be given as text."""
		doc = self.serial(serial_no)
		actual = {name: _plain(doc.get(name)) for name in facts}
		self.assertEqual(actual, {name: _plain(value) for name, value in facts.items()}, serial_no)

	@contextmanager
	def assert_refused(self, *parts: str, exception=frappe.ValidationError):
		"""The block throws, the message has every part, and the watched tables stay as they were."""
		before = checksums()
		frappe.db.savepoint("refused")
		frappe.clear_messages()
		with self.assertRaises(exception) as caught:
			yield
		message = str(caught.exception)
		for part in parts:
			self.assertIn(part, message)
		frappe.db.rollback(save_point="refused")
		self.assertEqual(checksums(), before, "something was written")

	@contextmanager
	def count_queries(self):
		"""A list whose only item is how many statements the block sent."""
		counted = [0]
		original = frappe.db.sql

		def counting(*args, **kwargs):
			counted[0] += 1
			return original(*args, **kwargs)

		frappe.db.sql = counting
		try:
			yield counted
		finally:
			frappe.db.sql = original


def checksums() -> dict:
	"""Row count and last change of each watched table."""
	found = {}
	for doctype in WATCHED:
		if doctype == "Series":
			found[doctype] = frappe.db.sql("SELECT COUNT(*), SUM(`current`) FROM `tabSeries`")
		else:
			table = frappe.qb.DocType(doctype)
			functions = frappe.query_builder.functions
			found[doctype] = (
				frappe.qb.from_(table).select(functions.Count("*"), functions.Max(table.modified)).run()
			)
	return found


def _plain(value):
	return str(value) if value is not None and not isinstance(value, (int, float, str)) else value
