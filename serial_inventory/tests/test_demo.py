"""The demo of README, run on the site: it gets to its end, and tells of every unit from the database."""

from contextlib import redirect_stdout
from io import StringIO
from unittest.mock import patch

import frappe

from serial_inventory import demo
from serial_inventory.tests.base import SerialCase


class TestDemo(SerialCase):
	def test_the_demo_tells_its_story_to_the_end(self):
		told = StringIO()
		with patch.object(frappe.db, "commit"), redirect_stdout(told):
			demo.run()
		text = told.getvalue()
		for part in ("(new) -> Active in Stores - ND", "Delivered to Fabrikam Hospitals", "REFUSED"):
			self.assertIn(part, text)
