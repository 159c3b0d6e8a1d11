"""What a person is told: one message with a link to exactly those serials, a progress bar during long work."""

import re
from unittest.mock import patch
from urllib.parse import parse_qs, urlparse

import frappe

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class TestFeedback(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		frappe.clear_messages()

	def messages(self):
		return [
			str(message.get("message", message)) for message in map(frappe._dict, frappe.get_message_log())
		]

	def listed(self):
		"""The Serial Nos that the message's link lists."""
		text = next(message for message in self.messages() if "created for Item" in message)
		query = parse_qs(urlparse(re.search(r'href="([^"]+)"', text)[1].replace("&amp;", "&")).query)
		filters = {}
		for field, values in query.items():
			value = values[0]
			filters[field] = frappe.parse_json(value) if value.startswith("[") else value
		return frappe.get_all("Serial No", filters=filters, pluck="name", order_by="name")

	def test_one_message_counts_and_links_the_created_serials(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 5))
		told = [message for message in self.messages() if "created for Item" in message]
		self.assertEqual(len(told), 1)
		self.assertIn("5 Serial Nos created for Item ROUTER-X1", told[0])
		self.assertEqual(self.listed(), [f"RT-{number:05d}" for number in range(1, 6)])

	def test_link_leaves_out_serials_that_were_there_before(self):
		frappe.get_doc(
			{
				"doctype": "Serial No",
				"serial_no": "OLD-1",
				"item_code": "ROUTER-X1",
				"company": makers.COMPANY,
			}
		).insert()
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3, "OLD-1\nNEW-1\nNEW-2"))
		self.assertIn("2 Serial Nos created for Item ROUTER-X1", " ".join(self.messages()))
		self.assertEqual(self.listed(), ["NEW-1", "NEW-2"])

	def test_no_message_where_none_was_created_or_the_setting_is_off(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1))
		frappe.clear_messages()
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1))
		self.assertNotIn("created for Item", " ".join(self.messages()))
		frappe.db.set_single_value("Serialized Inventory Settings", "message_on_creation", 0)
		frappe.clear_document_cache("Serialized Inventory Settings", "Serialized Inventory Settings")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1))
		self.assertNotIn("created for Item", " ".join(self.messages()))

	def progress_of(self, count):
		with patch("frappe.publish_progress") as published:
			makers.purchase_receipt(makers.buying_row("ROUTER-X1", count))
		return [call.args[0] for call in published.call_args_list]

	def test_long_work_shows_a_progress_bar_that_ends(self):
		percents = self.progress_of(2_001)
		self.assertGreaterEqual(len(percents), 2)
		self.assertEqual(percents, sorted(percents))
		self.assertEqual(percents[-1], 100)

	def test_short_work_shows_none(self):
		self.assertEqual(self.progress_of(2_000), [])


class TestPrinting(SerialCase):
	def test_serials_are_printed_apart(self):
		makers.item("ROUTER-X1", "RT-.#####")
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		html = frappe.get_print("Purchase Receipt", receipt.name, as_pdf=False)
		self.assertIn("RT-00001, RT-00002, RT-00003", html)
		receipt.reload()
		self.assertEqual(makers.names(receipt.items[0]), ["RT-00001", "RT-00002", "RT-00003"])
