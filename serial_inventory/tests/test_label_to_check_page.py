"""A printed label of a delivered unit, photographed, leads a guest to that unit's warranty and to nothing else."""

from __future__ import annotations

import unittest
from urllib.parse import urlsplit

import frappe
import requests
from frappe.utils import add_days, format_date, today

from serial_inventory.constants import SETTINGS
from serial_inventory.services import labels
from serial_inventory.tests import makers, printed
from serial_inventory.tests.served import ServedCase

KEPT = (
	"label_link",
	"label_symbol",
	"label_medium",
	"public_check_enabled",
	"public_check_asks",
	"public_check_limit",
)


@unittest.skipUnless(printed.can_read(), printed.WHY_NOT)
class TestLabelToCheckPage(ServedCase):
	@classmethod
	def make(cls):
		cls.item = f"ROUTER-{cls.mark}"
		cls.unit = f"{cls.mark}/1 & 2"  # what an address has to quote
		makers.item(cls.item, None)
		makers.purchase_receipt(makers.buying_row(cls.item, 1, cls.unit))
		makers.delivery_note(makers.selling_row(cls.item, 1, cls.unit))
		before = {field: frappe.get_doc(SETTINGS).get(field) for field in KEPT}
		cls.addClassCleanup(cls.set, **before)
		cls.set(
			label_link="Public Check Page",
			label_symbol="QR Code",
			label_medium="Roll",
			public_check_enabled=1,
			public_check_asks="Nothing",
			public_check_limit=1_000,
		)

	@staticmethod
	def set(**values):
		settings = frappe.get_doc(SETTINGS)
		settings.update(values)
		settings.save()
		frappe.db.commit()

	def test_the_photographed_label_opens_the_units_warranty(self):
		(symbol,) = printed.read(labels.pdf([self.unit]))
		link = urlsplit(symbol.text)
		self.assertEqual(link.path, "/serial-check")
		page = requests.get(f"{self.address}{link.path}?{link.query}", timeout=60)
		self.assertEqual(page.status_code, 200)
		self.assertIn("Under Warranty", page.text)
		self.assertIn(format_date(add_days(today(), 365)), page.text)
		for kept in (makers.CUSTOMER, makers.COMPANY, makers.SUPPLIER, makers.STORES, self.item):
			self.assertNotIn(kept, page.text)

	def test_a_label_that_leads_to_the_desk_tells_a_guest_nothing(self):
		self.set(label_link="Desk Form")
		self.addCleanup(self.set, label_link="Public Check Page")
		(symbol,) = printed.read(labels.pdf([self.unit]))
		page = requests.get(f"{self.address}{urlsplit(symbol.text).path}", timeout=60)
		self.assertNotIn("Under Warranty", page.text)
		self.assertNotIn(makers.CUSTOMER, page.text)
