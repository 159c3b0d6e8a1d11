"""Data Import of Serial Nos: what goes in, what is refused with which words, and that it is Frappe's own tool."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from unittest.mock import patch

import frappe
from frappe.core.doctype.data_import.importer import Importer
from frappe.utils import add_days, formatdate, nowdate
from rq.job import JobStatus

from serial_inventory.services import import_listeners, importing
from serial_inventory.tests import makers
from serial_inventory.tests.import_makers import (
	HEADER,
	ITEM,
	PLAIN,
	UPDATE,
	ImportCase,
	data_import,
	documents,
	errors,
	imported,
	log,
)

PURPOSE = "Import Cabinet"
ATTRIBUTES = [
	{"label": "Import Place"},
	{"label": "Import Drawers", "fieldtype": "Int"},
	{"label": "Import Height", "fieldtype": "Float"},
	{"label": "Import Lockable", "fieldtype": "Check"},
	{"label": "Import Size", "fieldtype": "Select", "options": "Small\nLarge"},
	{"label": "Import Checked On", "fieldtype": "Date"},
	{"label": "Import Contact"},
]


class TestInserting(ImportCase):
	def test_good_rows_become_serial_nos_with_what_the_app_gives_them(self):
		doc = imported(self.rows("IM-1", "IM-2", "IM-3"))
		self.assertEqual(doc.status, "Success")
		self.assertEqual(
			[(row.row, row.docname) for row in log(doc)], [(2, "IM-1"), (3, "IM-2"), (4, "IM-3")]
		)
		self.assert_facts(
			"IM-2", item_code=ITEM, status="Inactive", item_group="Products", company=makers.COMPANY
		)

	def test_each_bad_row_is_told_with_its_number_and_the_good_ones_are_in(self):
		imported(self.rows("IM-OLD"))
		rows = [
			(*HEADER, "Warranty Expiry Date"),
			("IM-1", ITEM, makers.COMPANY, "2031-01-31"),
			("IM-2", PLAIN, makers.COMPANY, "2031-01-31"),
			("IM-3", "NO-SUCH-ITEM", makers.COMPANY, "2031-01-31"),
			("im-1", ITEM, makers.COMPANY, "2031-01-31"),
			("im-old", ITEM, makers.COMPANY, "2031-01-31"),
			("IM-4", ITEM, makers.COMPANY, "31st of May"),
			("IM-5", "", makers.COMPANY, "2031-01-31"),
			("", ITEM, makers.COMPANY, "2031-01-31"),
			("IM-6", ITEM, "No Such Company", "2031-01-31"),
			("IM-7..IM-9", ITEM, makers.COMPANY, "2031-01-31"),
			("IM-8", ITEM, makers.COMPANY, "2031-01-31"),
		]
		doc = imported(rows)
		self.assertEqual(doc.status, "Partial Success")
		self.assertEqual([row.docname for row in log(doc) if row.success], ["IM-1", "IM-8"])
		told = errors(doc)
		self.assertEqual(list(told), [3, 4, 5, 6, 7, 8, 9, 10, 11])
		for row, part in {
			3: "Item IMPORT-CABLE is not serialized",
			4: "Could not find Item Code: NO-SUCH-ITEM",
			5: "in row 2 of the file already as IM-1",
			6: "exists already as IM-OLD, of Item IMPORT-ROUTER",
			7: "31st of May",
			8: "Serial No IM-5 has no Item Code",
			9: "The serial number is empty",
			10: "Could not find Company: No Such Company",
			11: "is a range of 3 serial numbers",
		}.items():
			self.assertIn(part, told[row])
		self.assertTrue(all(row.exception for row in log(doc) if not row.success))
		self.assertEqual(frappe.db.count("Serial No", {"item_code": ITEM}), 3)

	def test_a_number_whose_first_row_was_refused_is_free_for_the_next(self):
		rows = [
			HEADER,
			("IM-1", PLAIN, makers.COMPANY),
			("im-1", ITEM, makers.COMPANY),
			("IM-1", ITEM, makers.COMPANY),
		]
		doc = imported(rows)
		self.assertEqual([row.docname for row in log(doc) if row.success], ["im-1"])
		self.assertIn("in row 3 of the file already as im-1", errors(doc)[4])

	def test_columns_of_stock_documents_are_refused_with_how_they_get_set(self):
		header = (
			*HEADER,
			"Warehouse",
			"Status",
			"Customer",
			"Supplier",
			"Purchase Document No",
			"Delivery Date",
		)
		given = [(makers.STORES, 0), ("Active", 1), (makers.CUSTOMER, 2), (makers.SUPPLIER, 3), ("PR-1", 4)]
		given.append(("2026-01-01", 5))
		rows = [header]
		for number, (value, at) in enumerate(given):
			cells = [""] * 6
			cells[at] = value
			rows.append((f"IM-{number}", ITEM, makers.COMPANY, *cells))
		told = errors(imported(rows))
		self.assertIn("bring the unit in by a Purchase Receipt", told[2])
		self.assertIn("cannot be created with Status Active. Leave it empty: stock documents set it", told[3])
		for row, label in {
			4: "Customer",
			5: "Supplier",
			6: "Purchase Document No",
			7: "Delivery Date",
		}.items():
			self.assertIn(
				f"{label} of Serial No IM-{row - 2} cannot be entered: stock documents set it", told[row]
			)
		self.assertFalse(frappe.db.exists("Serial No", {"item_code": ITEM}))

	def test_a_company_is_the_users_default_where_none_is_given(self):
		rows = [("Serial No", "Item Code"), ("IM-1", ITEM)]
		with patch("frappe.defaults.get_defaults", return_value=frappe._dict(company=makers.COMPANY)):
			frappe.local.new_doc_templates = {}
			imported(rows)
		self.assert_facts("IM-1", company=makers.COMPANY)

	def test_a_bulk_import_writes_what_documents_write(self):
		frappe.get_doc(
			{"doctype": "Serial Purpose", "purpose_name": PURPOSE, "attributes": ATTRIBUTES}
		).insert()
		frappe.db.commit()
		frappe.db.set_value("Item", ITEM, "description", "<p>Dual <b>band</b></p><script>x()</script>")
		header = (
			*HEADER,
			"Warranty Expiry Date",
			"AMC Expiry Date",
			"Purchase Rate",
			"Serial Purpose",
			*(row["label"] for row in ATTRIBUTES),
		)
		cells = (
			"2031-01-31",
			"",
			"99.5",
			PURPOSE,
			"Rack <i>4</i>",
			"7",
			"2.5",
			"1",
			"Large",
			"2026-02-03",
			"a@b.example",
		)
		others = ("", "2024-01-31", "", "", "", "", "", "", "", "", "")

		def rows(prefix):
			return [
				header,
				(f"{prefix}-1", ITEM.lower(), makers.COMPANY, *cells),
				(f"{prefix}-2", ITEM, makers.COMPANY, *others),
				(f"{prefix}-3", ITEM, makers.COMPANY, *others),
			]

		bulk = imported(rows("IB"))
		with documents():
			one_by_one = imported(rows("ID"))
		native = data_import(rows("IN"))
		Importer("Serial No", data_import=native).import_data()
		for doc in (bulk, one_by_one, native.reload()):
			self.assertEqual(doc.status, "Success", errors(doc))
		for number in (1, 2, 3):
			expected = self.record(f"IN-{number}")
			self.assertEqual(self.record(f"IB-{number}"), expected)
			self.assertEqual(self.record(f"ID-{number}"), expected)
		self.assertEqual(self.trace("IB-2", bulk), self.trace("IN-2", native))
		self.assertEqual(self.log_lines(bulk, "IB"), self.log_lines(native, "IN"))

	def record(self, name: str) -> dict:
		row = frappe.db.get_value("Serial No", name, "*", as_dict=True)
		for column in ("name", "serial_no", "creation", "modified"):
			row.pop(column)
		return row

	def trace(self, name: str, doc) -> list[dict]:
		found = []
		for data in frappe.get_all("Version", {"docname": name}, pluck="data"):
			data = json.loads(data.replace(doc.name, "THE IMPORT"))
			data.pop("creation")
			found.append(data)
		return found

	def log_lines(self, doc, prefix: str) -> list[dict]:
		rows = frappe.get_all("Data Import Log", {"data_import": doc.name}, ["*"], order_by="log_index")
		for row in rows:
			row.docname = row.docname.replace(prefix, "")
			row.log_index -= rows[0].log_index
			for column in ("name", "creation", "modified", "data_import"):
				row.pop(column)
		return sorted(rows, key=lambda row: row.docname)


class TestUpdating(ImportCase):
	def setUp(self):
		super().setUp()
		imported(self.rows("IU-1", "IU-2", "IU-3"))

	def test_an_update_writes_what_a_document_writes(self):
		rows = [
			("ID", "Warranty Expiry Date", "AMC Expiry Date"),
			("iu-1", "2031-05-06", ""),
			("IU-2", "", "2032-01-01"),
		]
		self.assertEqual(imported(rows, import_type=UPDATE).status, "Success")
		bulk = [self.record(name) for name in ("IU-1", "IU-2")]
		frappe.db.delete("Serial No", {"item_code": ITEM})
		imported(self.rows("IU-1", "IU-2"))
		with documents():
			self.assertEqual(imported(rows, import_type=UPDATE).status, "Success")
		self.assertEqual(bulk, [self.record(name) for name in ("IU-1", "IU-2")])
		self.assertEqual(str(bulk[0]["typed_warranty_expiry_date"]), "2031-05-06")
		self.assertEqual(bulk[0]["serial_no"], "IU-1")

	def record(self, name: str) -> dict:
		row = frappe.db.get_value("Serial No", name, "*", as_dict=True)
		self.assertGreater(row.pop("modified"), row.pop("creation"))
		return row

	def test_what_changed_is_traced_as_by_a_document(self):
		doc = imported([("ID", "Warranty Expiry Date"), ("IU-1", "2031-05-06")], import_type=UPDATE)
		traces = frappe.get_all("Version", {"docname": "IU-1"}, pluck="data", order_by="creation desc")
		data = json.loads(traces[0])
		self.assertIn(["warranty_expiry_date", None, formatdate("2031-05-06")], data["changed"])
		self.assertEqual(data["updater_reference"]["docname"], doc.name)

	def test_each_row_that_cannot_be_updated_says_why(self):
		rows = [
			("ID", "Item Code", "Company", "Warehouse", "Status", "Customer", "AMC Expiry Date"),
			("IU-1", PLAIN, "", "", "", "", ""),
			("IU-2", "", "", makers.STORES, "", "", ""),
			("IU-3", "", "", "", "Delivered", "", ""),
			("IU-3", "", "", "", "", makers.CUSTOMER, ""),
			("IU-9", "", "", "", "", "", "2031-01-01"),
			("IU-3", ITEM, "", "", "", "", ""),
			("IU-3", "", "", "", "", "", "2031-01-01"),
		]
		before = frappe.get_all("Serial No", {"item_code": ITEM}, ["name", "modified"], order_by="name")
		doc = imported(rows, import_type=UPDATE)
		told = errors(doc)
		for row, part in {
			2: "which cannot be changed to IMPORT-CABLE",
			3: "Move the unit by a Stock Entry of the purpose Material Transfer",
			4: "The Status of Serial No IU-3 follows its stock documents",
			5: "Customer of Serial No IU-3 cannot be entered",
			6: "Serial No IU-9 does not exist",
			7: "No changes to update",
		}.items():
			self.assertIn(part, told[row])
		self.assertEqual(list(told), [2, 3, 4, 5, 6, 7])
		after = frappe.get_all("Serial No", {"item_code": ITEM}, ["name", "modified"], order_by="name")
		self.assertEqual(after[:2], before[:2])
		self.assert_facts("IU-3", amc_expiry_date="2031-01-01")

	def test_the_company_stays_as_frappe_wants_it(self):
		frappe.db.set_value("Serial No", "IU-2", "company", None)
		rows = [
			("ID", "Company"),
			("IU-1", frappe.db.get_value("Company", {"name": ("!=", makers.COMPANY)}) or "X"),
		]
		self.assertRegex(
			errors(imported(rows, import_type=UPDATE))[2], "cannot be changed|Could not find Company"
		)

	def test_a_number_that_is_there_twice_takes_both_rows_in_their_order(self):
		rows = [("ID", "Warranty Expiry Date"), ("IU-1", "2031-05-06"), ("iu-1", "2032-05-06")]
		self.assertEqual(imported(rows, import_type=UPDATE).status, "Success")
		self.assert_facts("IU-1", warranty_expiry_date="2032-05-06")


class TestTheTool(ImportCase):
	def test_queries_do_not_grow_with_the_rows(self):
		makers.item("IMPORT-B", series=None)
		imported(self.rows("Q-1", "Q-2"))  # what Frappe caches is cached
		counts = []
		for count in (200, 2_000):
			rows = [
				(*HEADER, "Warranty Expiry Date"),
				*(
					(
						f"Q{count}-{number}",
						(ITEM, "IMPORT-B")[number % 2],
						makers.COMPANY,
						f"203{number % 9}-01-01",
					)
					for number in range(count)
				),
			]
			doc = data_import(rows)
			with self.count_queries() as counted:
				doc.start_import()
			counts.append(counted[0])
			self.assertEqual(frappe.db.count("Serial No", {"name": ("like", f"Q{count}-%")}), count)
			update = [
				("ID", "AMC Expiry Date"),
				*((f"Q{count}-{number}", f"203{number % 9}-01-01") for number in range(count)),
			]
			doc = data_import(update, import_type=UPDATE)
			with self.count_queries() as counted:
				doc.start_import()
			counts.append(counted[0])
			self.assertEqual(doc.reload().status, "Success")
		self.assertEqual(counts[:2], counts[2:])
		self.assertLess(counts[0], 60)

	def test_a_killed_import_goes_on_where_it_was(self):
		doc = data_import(self.rows(*(f"IK-{number}" for number in range(300)), "ik-1"))
		frappe.db.commit()
		command = [
			sys.executable,
			"-c",
			KILLED,
			frappe.local.site,
			os.path.abspath(frappe.local.sites_path),
			doc.name,
		]
		process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
		self.assertEqual(process.stdout.readline(), "100 are in\n")
		process.send_signal(signal.SIGKILL)
		process.wait()
		process.stdout.close()
		frappe.db.rollback()
		self.assertEqual(frappe.db.count("Serial No", {"item_code": ITEM}), 100)
		doc.reload()
		self.assertEqual((doc.status, len(log(doc))), ("Partial Success", 100))
		doc.start_import()
		self.assertEqual(frappe.db.count("Serial No", {"item_code": ITEM}), 300)
		self.assertEqual([row.row for row in log(doc)], list(range(2, 303)))
		self.assertEqual(list(errors(doc)), [302])
		indexes = frappe.get_all("Data Import Log", {"data_import": doc.name}, pluck="log_index")
		self.assertEqual(sorted(indexes), list(range(301)))

	def test_a_job_that_died_with_its_worker_does_not_bar_the_way(self):
		doc = data_import(self.rows("IJ-1"))
		now = datetime.now(timezone.utc).replace(tzinfo=None)
		for status, minutes, is_barred in (
			(JobStatus.QUEUED, 60, True),
			(JobStatus.STARTED, 1, True),
			(JobStatus.STARTED, 60, False),
			(JobStatus.FAILED, 1, False),
		):
			job = SimpleNamespace(
				get_status=lambda status=status: status, last_heartbeat=now - timedelta(minutes=minutes)
			)
			with patch("serial_inventory.overrides.data_import.get_job", return_value=job):
				self.assertEqual(doc._is_under_way(), is_barred, (status, minutes))
		imported_now = frappe._dict(
			data_import=doc.name, success=1, log_index=0, row_indexes="[2]", messages="[]"
		)
		frappe.get_doc({"doctype": "Data Import Log", **imported_now}).db_insert()
		job = SimpleNamespace(
			get_status=lambda: JobStatus.STARTED, last_heartbeat=now - timedelta(minutes=60)
		)
		with patch("serial_inventory.overrides.data_import.get_job", return_value=job):
			self.assertFalse(doc.start_import(), "its log has grown just now")

	def test_a_retry_takes_the_failed_rows_again(self):
		doc = imported([*self.rows("IR-1", "IR-2"), ("IR-3", PLAIN, makers.COMPANY)])
		self.assertEqual(doc.status, "Partial Success")
		frappe.db.set_value("Item", PLAIN, "has_serial_no", 1)
		frappe.clear_document_cache("Item", PLAIN)
		doc.start_import()
		self.assertEqual(doc.reload().status, "Success")
		self.assertEqual([row.row for row in log(doc)], [2, 3, 4])

	def test_a_row_that_the_database_refuses_takes_no_other_with_it(self):
		real = importing.InsertRows._write

		def refuse_one(rows, entries):
			real(rows, entries)
			if any(entry.values.name == "IX-7" for entry in entries):
				raise frappe.db.OperationalError(1205, "Lock wait timeout exceeded")

		with patch.object(importing.InsertRows, "_write", refuse_one):
			doc = imported(self.rows(*(f"IX-{number}" for number in range(20))))
		# IX-7 alone is saved as a document of its own, and that is allowed.
		self.assertEqual(doc.status, "Success")
		self.assertEqual([row.docname for row in log(doc)], [f"IX-{number}" for number in range(20)])
		self.assertEqual(frappe.db.count("Version", {"docname": ("like", "IX-%")}), 20)

	def test_a_serial_that_another_makes_meanwhile_is_that_rows_error(self):
		real = importing.InsertRows._find

		def late(rows, entries):
			real(rows, entries)
			if not frappe.db.exists("Serial No", "IX-3"):
				from serial_inventory.rules.units import Unit
				from serial_inventory.services import register

				register.create(Unit("IX-3", ITEM), ["IX-3"])
				frappe.db.commit()

		with patch.object(importing.InsertRows, "_find", late):
			doc = imported(self.rows(*(f"IX-{number}" for number in range(6))))
		self.assertEqual(list(errors(doc)), [5])
		self.assertIn("IX-3", errors(doc)[5])
		self.assertEqual(frappe.db.count("Serial No", {"item_code": ITEM}), 6)

	def test_progress_is_told_to_the_form(self):
		events = []
		doc = data_import(self.rows(*(f"IP-{number}" for number in range(25))))
		with (
			patch.object(importing, "CHUNK", 10),
			patch("frappe.publish_realtime", lambda *args, **more: events.append(args)),
		):
			doc.start_import()
		told = [event[1] for event in events if event[0] == "data_import_progress"]
		self.assertEqual(
			[(event["current"], event["total"]) for event in told], [(10, 25), (20, 25), (25, 25)]
		)
		self.assertEqual({event["data_import"] for event in told}, {doc.name})
		self.assertEqual(told[-1]["row_indexes"], [26])
		self.assertEqual(events[-1][0], "data_import_refresh")

	def test_an_import_that_breaks_says_so(self):
		doc = data_import(self.rows("IE-1"))
		with patch.object(importing.SerialImporter, "_take_all", side_effect=RuntimeError("no disk")):
			doc.start_import()
		self.assertEqual(doc.reload().status, "Error")
		self.assertFalse(frappe.flags.in_import)

	def test_other_doctypes_are_imported_by_frappe(self):
		doc = data_import([("Brand Name",), ("Import Brand",)], reference_doctype="Brand")
		self.assertIs(type(doc.get_importer()), Importer)
		with patch.object(importing, "run", side_effect=AssertionError):
			doc.start_import()
		self.assertTrue(frappe.db.exists("Brand", "Import Brand"))
		frappe.delete_doc("Brand", "Import Brand")
		frappe.db.commit()

	def test_an_accounts_opening_term_comes_in_with_it(self):
		plan = {"doctype": "Serial Plan", "plan_name": "Import Monthly", "plan_type": "Paid", "duration": 1}
		plan = frappe.get_doc({**plan, "duration_unit": "Month"}).insert()
		frappe.db.commit()
		start = add_days(nowdate(), -10)
		rows = [
			(*HEADER, "Serial Plan", "Term Start Date"),
			("IT-1", ITEM, makers.COMPANY, plan.name, start),
			("IT-2", ITEM, makers.COMPANY, plan.name, start),
			("IT-3", ITEM, makers.COMPANY, "", start),
		]
		doc = imported(rows)
		with documents():
			imported([rows[0], ("IT-4", *rows[1][1:])])
		self.assertIn("no Serial Plan", errors(doc)[4])
		for name in ("IT-1", "IT-2"):
			self.assert_facts(name, term_status="Paid", term_start_date=start)
			self.assertEqual(self.term(name), self.term("IT-4"))
		frappe.db.delete("Serial No", {"item_code": ITEM})
		frappe.db.delete("Serial Plan", {"name": plan.name})
		frappe.db.commit()

	def term(self, name: str) -> dict:
		row = frappe.db.get_value("Serial Term", {"serial_no": name}, "*", as_dict=True)
		self.assertEqual(row.voucher_no, name)
		for column in ("name", "serial_no", "voucher_no", "creation", "modified"):
			row.pop(column)
		return row

	def test_what_a_purpose_needs_is_asked_for(self):
		attributes = [{"label": "Import Place", "reqd": 1}]
		frappe.get_doc(
			{"doctype": "Serial Purpose", "purpose_name": PURPOSE, "attributes": attributes}
		).insert()
		frappe.db.commit()
		header = (*HEADER, "Serial Purpose", "Import Place")
		rows = [
			header,
			("IA-1", ITEM, makers.COMPANY, PURPOSE, "Hall 2"),
			("IA-2", ITEM, makers.COMPANY, PURPOSE, ""),
		]
		self.assertIn("which needs Import Place", errors(imported(rows))[3])
		self.assertEqual(frappe.db.get_value("Serial No", "IA-1", "import_place"), "Hall 2")


class TestListeners(ImportCase):
	"""Where somebody waits for Serial Nos to be saved, each row is a document."""

	def test_nobody_listens_to_a_plain_site(self):
		self.assertFalse(import_listeners.found(True))
		self.assertFalse(import_listeners.found(False))

	def test_another_apps_handler_sees_every_document(self):
		seen = []
		registered = frappe.get_doc_hooks()
		handlers = {
			**registered["Serial No"],
			"after_insert": ["serial_inventory.tests.test_importing.listener"],
		}
		with (
			patch.dict(registered, {"Serial No": handlers}),
			patch(f"{__name__}.listener", lambda doc, _event: seen.append(doc.name)),
		):
			with patch("frappe.get_doc_hooks", return_value=registered):
				self.assertTrue(import_listeners.found(True))
				imported(self.rows("IL-1", "IL-2"))
		self.assertEqual(seen, ["IL-1", "IL-2"])

	def test_records_that_listen(self):
		records = [
			{
				"doctype": "Notification",
				"subject": "New",
				"document_type": "Serial No",
				"event": "New",
				"channel": "System Notification",
				"message": "New",
				"enabled": 1,
				"recipients": [{"receiver_by_role": "Stock Manager"}],
			},
			{
				"doctype": "Webhook",
				"webhook_doctype": "Serial No",
				"webhook_docevent": "after_insert",
				"request_url": "https://listener.example/serials",
				"enabled": 1,
			},
			{
				"doctype": "Server Script",
				"script_type": "DocType Event",
				"reference_doctype": "Serial No",
				"doctype_event": "After Insert",
				"script": "pass",
			},
			{
				"doctype": "Assignment Rule",
				"document_type": "Serial No",
				"description": "New",
				"assign_condition": "True",
				"rule": "Round Robin",
				"assignment_days": [{"day": "Monday"}],
				"users": [{"user": "Administrator"}],
			},
		]
		for record in records:
			with self.subTest(record["doctype"]):
				frappe.db.savepoint("listener")
				doc = frappe.get_doc(record)
				doc.name = "Import Listener"
				doc.db_insert()
				self.assertTrue(import_listeners.found(False))
				self.assertEqual(import_listeners.found(True), record["doctype"] != "Notification")
				frappe.db.rollback(save_point="listener")
		self.assertFalse(import_listeners.found(False))


def listener(doc, event):
	"""Stands for another app's handler."""


class TestRights(ImportCase):
	"""Frappe's rights: who may make a Data Import, and who may import Serial Nos; a row is checked as a document is."""

	MATRIX = (
		# roles, may make a Data Import of Serial Nos
		(("System Manager",), False),
		(("Stock Manager",), False),
		(("System Manager", "Stock Manager"), True),
		(("System Manager", "Item Manager"), False),
		(("System Manager", "Stock User"), False),
		(("Item Manager",), False),
		(("Stock User",), False),
	)
	USER = "importer@northwind.example"

	def setUp(self):
		super().setUp()
		if not frappe.db.exists("User", self.USER):
			user = {"doctype": "User", "email": self.USER, "first_name": "Importer", "send_welcome_email": 0}
			frappe.get_doc(user).insert()
		for name in frappe.get_all("User Permission", {"user": self.USER}, pluck="name"):
			frappe.delete_doc("User Permission", name)

	def as_user(self, *roles: str):
		user = frappe.get_doc("User", self.USER)
		user.roles = []
		user.add_roles(*roles)
		frappe.clear_cache(user=self.USER)
		frappe.set_user(self.USER)

	def test_who_may_import(self):
		for roles, may in self.MATRIX:
			with self.subTest(roles=roles):
				frappe.set_user("Administrator")
				self.as_user(*roles)
				if may:
					doc = imported(self.rows("IM-R1"))
					self.assertEqual(doc.status, "Success", errors(doc))
					self.assertEqual(frappe.db.get_value("Serial No", "IM-R1", "owner"), self.USER)
				else:
					with self.assertRaises(frappe.PermissionError):
						data_import(self.rows("IM-R1"))

	def test_a_user_permission_holds_for_every_row(self):
		other = makers.item("IMPORT-OTHER", series=None).name
		self.as_user("System Manager", "Stock Manager")
		frappe.set_user("Administrator")
		permission = {"doctype": "User Permission", "user": self.USER, "allow": "Item", "for_value": ITEM}
		frappe.get_doc(permission).insert()
		frappe.db.commit()
		frappe.set_user(self.USER)
		rows = [HEADER, ("IP-1", ITEM, makers.COMPANY), ("IP-2", other, makers.COMPANY)]
		doc = imported(rows)
		told = {row.row: row.exception for row in log(doc) if not row.success}
		self.assertEqual(list(told), [3])
		self.assertIn("PermissionError", told[3])
		frappe.set_user("Administrator")
		imported([HEADER, ("IP-3", other, makers.COMPANY)])
		frappe.set_user(self.USER)
		doc = imported(
			[("ID", "AMC Expiry Date"), ("IP-1", "2031-01-01"), ("IP-3", "2031-01-01")], import_type=UPDATE
		)
		self.assertEqual([row.row for row in log(doc) if not row.success], [3])

	def test_the_template_is_for_those_who_may_import(self):
		from serial_inventory.api import get_import_template

		self.as_user("Stock User")
		with self.assertRaises(frappe.PermissionError):
			get_import_template()


KILLED = """
import sys
import time
import frappe
site, sites, name = sys.argv[1:]
frappe.init(site=site, sites_path=sites)
frappe.connect()
frappe.set_user("Administrator")
from serial_inventory.services import importing
importing.CHUNK = 50
take = importing.SerialImporter._take
taken = [0]
def slowly(importer, entries, rows):
	take(importer, entries, rows)
	taken[0] += len(entries)
	if taken[0] == 100:
		print("100 are in", flush=True)
		time.sleep(600)
importing.SerialImporter._take = slowly
importing.run(name)
"""
