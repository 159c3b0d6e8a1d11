"""The bundle's class: entries read when asked for and written together, and nothing else different."""

import pickle

import frappe

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class TestLazyEntries(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		self.name = receipt.items[0].serial_and_batch_bundle
		frappe.clear_document_cache("Serial and Batch Bundle", self.name)

	def bundle(self):
		return frappe.get_doc("Serial and Batch Bundle", self.name)

	def test_entries_are_read_when_asked_for(self):
		with self.count_queries() as counted:
			bundle = self.bundle()
			self.assertEqual(bundle.docstatus, 1)
		unread = counted[0]
		with self.count_queries() as counted:
			self.assertEqual(
				[entry.serial_no for entry in bundle.entries], ["RT-00001", "RT-00002", "RT-00003"]
			)
			self.assertEqual(len(bundle.get("entries")), 3)
		self.assertEqual((unread, counted[0]), (1, 1))

	def test_every_way_of_asking_gives_them(self):
		self.assertEqual(len(self.bundle().get("entries")), 3)
		self.assertEqual(len(self.bundle().get("entries", {"serial_no": "RT-00002"})), 1)
		self.assertEqual(len(self.bundle().as_dict()["entries"]), 3)
		self.assertEqual(len(self.bundle().get_all_children()), 3)
		self.assertEqual(len(frappe.copy_doc(self.bundle()).entries), 3)
		self.assertEqual(len(pickle.loads(pickle.dumps(self.bundle())).entries), 3)
		self.assertEqual(len(frappe.get_cached_doc("Serial and Batch Bundle", self.name).entries), 3)

	def test_appending_keeps_what_is_there(self):
		bundle = self.bundle()
		bundle.append("entries", {"serial_no": "X", "qty": 1})
		self.assertEqual([entry.idx for entry in bundle.entries], [1, 2, 3, 4])

	def test_a_saved_row_knows_its_former_self(self):
		bundle = self.bundle()
		bundle.entries[1].incoming_rate = 9
		bundle.load_doc_before_save(raise_exception=True)
		self.assertEqual([row.incoming_rate for row in bundle.entries], [100.0, 9, 100.0])
		self.assertEqual(bundle.entries[1]._doc_before_save.incoming_rate, 100.0)

	def test_reload_reads_anew(self):
		bundle = self.bundle()
		self.assertEqual(len(bundle.entries), 3)
		frappe.db.set_value("Serial and Batch Entry", bundle.entries[0].name, "serial_no", "RT-00003")
		bundle.reload()
		self.assertEqual(bundle.entries[0].serial_no, "RT-00003")


class TestWritingTogether(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", None)
		for serial_no in ("A-1", "A-2", "A-3"):
			doc = {
				"doctype": "Serial No",
				"serial_no": serial_no,
				"item_code": "ROUTER-X1",
				"company": makers.COMPANY,
			}
			frappe.get_doc(doc).insert()

	def draft(self, *serial_nos):
		return frappe.get_doc(
			{
				"doctype": "Serial and Batch Bundle",
				"company": makers.COMPANY,
				"item_code": "ROUTER-X1",
				"warehouse": makers.STORES,
				"has_serial_no": 1,
				"type_of_transaction": "Inward",
				"voucher_type": "Purchase Receipt",
				"entries": [{"serial_no": name, "qty": 1, "warehouse": makers.STORES} for name in serial_nos],
			}
		)

	def stored(self, bundle):
		return frappe.get_all(
			"Serial and Batch Entry",
			{"parent": bundle.name},
			["serial_no", "idx", "docstatus"],
			order_by="idx",
			as_list=True,
		)

	def test_insert_change_and_removal_reach_the_table(self):
		bundle = self.draft("A-1", "A-2").insert()
		self.assertEqual(list(self.stored(bundle)), [("A-1", 1, 0), ("A-2", 2, 0)])
		bundle.append("entries", {"serial_no": "A-3", "qty": 1, "warehouse": makers.STORES})
		bundle.entries[0].incoming_rate = 7
		bundle.save()
		self.assertEqual([row[0] for row in self.stored(bundle)], ["A-1", "A-2", "A-3"])
		bundle.remove(bundle.entries[1])
		bundle.save()
		self.assertEqual([row[0] for row in self.stored(bundle)], ["A-1", "A-3"])
		bundle.reload()
		bundle.save()
		self.assertEqual([row[0] for row in self.stored(bundle)], ["A-1", "A-3"])

	def test_serials_that_do_not_exist_are_refused_by_name(self):
		with self.assertRaises(frappe.LinkValidationError) as caught:
			self.draft("A-1", "GHOST-1", "GHOST-2").insert()
		self.assertIn("GHOST-1", str(caught.exception))
		self.assertIn("GHOST-2", str(caught.exception))

	def test_names_take_the_case_of_the_record(self):
		bundle = self.draft("a-1", "A-2").insert()
		self.assertEqual([row[0] for row in self.stored(bundle)], ["A-1", "A-2"])
