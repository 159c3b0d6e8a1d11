"""The report's filter and the form offer the kinds of events that there are."""

import re
import unittest
from pathlib import Path

from serial_inventory.constants import EventKind

APP = Path(__file__).parents[2]
FILTER = APP / "serial_inventory/report/serial_no_history/serial_no_history.js"
FORM = APP / "public/js/serial_no_history.js"


class TestKinds(unittest.TestCase):
	def test_the_filter_offers_every_kind_in_order(self):
		options = FILTER.read_text(encoding="utf-8").split("options: [")[1].split("]\n")[0].split(".map(")[0]
		self.assertEqual(re.findall(r'"([^"]*)"', options), ["", *(kind.value for kind in EventKind)])

	def test_the_form_colours_only_kinds_that_there_are(self):
		colors = FORM.read_text(encoding="utf-8").split("const colors = {")[1].split("};")[0]
		self.assertLessEqual(set(re.findall(r'"([^"]+)"', colors)), {kind.value for kind in EventKind})
