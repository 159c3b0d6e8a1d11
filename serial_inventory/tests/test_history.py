"""The history of a unit: one whole life, terms, cancelled documents, pages, rights."""

from __future__ import annotations

import json

import frappe
from frappe.utils import add_days, getdate, now_datetime, today

from serial_inventory import api
from serial_inventory.services import history
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class HistoryCase(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")

	def receive(self, on: int = -20, qty: int = 1, **values):
		return makers.purchase_receipt(
			makers.buying_row("ROUTER-X1", qty), posting_date=add_days(today(), on), **values
		)

	def move(self, on: int = -15, source=makers.STORES, target=makers.SHOP, serial_no="RT-00001"):
		row = makers.stock_row("ROUTER-X1", 1, source, target, serial_no)
		return makers.stock_entry("Material Transfer", row, posting_date=add_days(today(), on))

	def deliver(self, on: int = -10, serial_no="RT-00001", warehouse=makers.SHOP, **values):
		row = makers.selling_row("ROUTER-X1", 1, serial_no, warehouse=warehouse)
		return makers.delivery_note(row, posting_date=add_days(today(), on), **values)

	def events(self, serial_no="RT-00001", **values):
		return api.get_history(serial_no, **values)["events"]

	def kinds(self, serial_no="RT-00001"):
		return [event["kind"] for event in self.events(serial_no)]

	def event(self, kind, serial_no="RT-00001"):
		return next(event for event in self.events(serial_no) if event["kind"] == kind)

	def act_as(self, *roles: str, **permissions: str):
		"""A user of these roles alone, with User Permissions {DocType: name}."""
		frappe.set_user("Administrator")
		email = f"{frappe.generate_hash(length=8).lower()}@northwind.example"
		user = {"doctype": "User", "email": email, "first_name": roles[0], "send_welcome_email": 0}
		frappe.get_doc({**user, "roles": [{"role": role} for role in roles]}).insert()
		for doctype, name in permissions.items():
			permission = {"doctype": "User Permission", "user": email, "allow": doctype, "for_value": name}
			frappe.get_doc({**permission, "apply_to_all_doctypes": 1}).insert()
		frappe.set_user(email)


class TestLifeOfARouter(HistoryCase):
	def claim(self, on: int, serial_no="RT-00001", **values):
		doc = {
			"doctype": "Warranty Claim",
			"serial_no": serial_no,
			"item_code": "ROUTER-X1",
			"customer": makers.CUSTOMER,
			"company": makers.COMPANY,
			"complaint_date": add_days(today(), on),
			"complaint": "<b>No light</b>",
			"status": "Open",
			**values,
		}
		return frappe.get_doc(doc).insert()

	def install(self, note, on: int, serial_no="RT-00001"):
		row = {
			"item_code": "ROUTER-X1",
			"qty": 1,
			"serial_no": serial_no,
			"prevdoc_doctype": "Delivery Note",
			"prevdoc_docname": note.name,
			"prevdoc_detail_docname": note.items[0].name,
		}
		doc = {
			"doctype": "Installation Note",
			"customer": makers.CUSTOMER,
			"company": makers.COMPANY,
			"territory": "All Territories",
		}
		doc = frappe.get_doc(
			{
				**doc,
				"territory": "All Territories",
				"inst_date": add_days(today(), on),
				"inst_time": "09:00:00",
				"items": [row],
			}
		)
		return doc.insert().submit()

	def visit(self, on: int, serial_no="RT-00001"):
		purpose = {
			"item_code": "ROUTER-X1",
			"serial_no": serial_no,
			"description": "Dust",
			"work_done": "Cleaned",
		}
		sales_person = frappe.db.get_value("Sales Person", {"is_group": 0}) or self.sales_person()
		doc = {
			"doctype": "Maintenance Visit",
			"customer": makers.CUSTOMER,
			"company": makers.COMPANY,
			"mntc_date": add_days(today(), on),
			"mntc_time": "10:00:00",
			"maintenance_type": "Unscheduled",
			"completion_status": "Fully Completed",
			"purposes": [{**purpose, "service_person": sales_person}],
		}
		return frappe.get_doc(doc).insert().submit()

	def sales_person(self):
		doc = {"doctype": "Sales Person", "sales_person_name": "Kim Abercrombie"}
		return frappe.get_doc({**doc, "parent_sales_person": "Sales Team"}).insert().name

	def live(self):
		"""Received, moved, delivered, installed, claimed, maintained, returned, changed by a person."""
		documents = {"receipt": self.receive(), "move": self.move(), "note": self.deliver()}
		documents["installation"] = self.install(documents["note"], -9)
		documents["claim"] = self.claim(-5)
		documents["visit"] = self.visit(-4)
		documents["return"] = makers.delivery_note(
			makers.selling_row(
				"ROUTER-X1",
				-1,
				"RT-00001",
				warehouse=makers.REJECTED,
				dn_detail=documents["note"].items[0].name,
			),
			is_return=1,
			return_against=documents["note"].name,
			posting_date=add_days(today(), -3),
		)
		doc = self.serial("RT-00001")
		doc.warranty_expiry_date = add_days(today(), 900)
		doc.save(ignore_version=False)
		return documents

	def test_the_whole_life_newest_first(self):
		documents = self.live()
		events = self.events()
		self.assertEqual(
			[(event["kind"], event["document"]) for event in events],
			[
				("Field Changed", "RT-00001"),
				("Returned", documents["return"].name),
				("Maintained", documents["visit"].name),
				("Claimed", documents["claim"].name),
				("Installed", documents["installation"].name),
				("Delivered", documents["note"].name),
				("Moved", documents["move"].name),
				("Received", documents["receipt"].name),
			],
		)
		self.assertEqual({event["who"] for event in events}, {"Administrator"})

	def test_each_event_says_from_where_to_where_with_whom_and_when(self):
		self.live()
		told = {
			event["kind"]: (
				event["from"],
				event["to"],
				event["party_type"],
				event["party"],
				event["moment"][:10],
			)
			for event in self.events()
		}
		customer = ("Customer", makers.CUSTOMER)
		days = {on: add_days(today(), on) for on in (-20, -15, -10, -9, -5, -4, -3, 0)}
		self.assertEqual(
			told,
			{
				"Received": (makers.SUPPLIER, makers.STORES, "Supplier", makers.SUPPLIER, days[-20]),
				"Moved": (makers.STORES, makers.SHOP, None, None, days[-15]),
				"Delivered": (makers.SHOP, makers.CUSTOMER, *customer, days[-10]),
				"Installed": (None, None, *customer, days[-9]),
				"Claimed": (None, None, *customer, days[-5]),
				"Maintained": (None, None, *customer, days[-4]),
				"Returned": (makers.CUSTOMER, makers.REJECTED, *customer, days[-3]),
				"Field Changed": (None, None, None, None, days[0]),
			},
		)

	def test_a_change_tells_the_field_and_both_values(self):
		self.receive()
		doc = self.serial("RT-00001")
		doc.amc_expiry_date = "2030-01-31"
		doc.save(ignore_version=False)
		note = self.event("Field Changed")["note"]
		self.assertIn("AMC Expiry Date: nothing to ", note)
		self.assertIn("2030", note)

	def test_cancelled_documents_are_gone(self):
		documents = self.live()
		for name in ("return", "visit", "installation"):
			documents[name].reload()
			documents[name].cancel()
		documents["claim"].status = "Cancelled"
		documents["claim"].save()
		self.assertEqual(self.kinds(), ["Field Changed", "Delivered", "Moved", "Received"])
		note = documents["note"].reload()
		note.cancel()
		self.assertEqual(self.kinds(), ["Field Changed", "Moved", "Received"])

	def test_drafts_have_not_happened(self):
		self.receive()
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"), submit=False)
		self.assertEqual(self.kinds(), ["Received"])

	def test_a_maintenance_schedule_that_names_the_unit(self):
		self.receive()
		sales_person = frappe.db.get_value("Sales Person", {"is_group": 0}) or self.sales_person()
		row = {
			"item_code": "ROUTER-X1",
			"item_name": "Router",
			"start_date": today(),
			"end_date": add_days(today(), 90),
			"periodicity": "Monthly",
			"no_of_visits": 3,
			"sales_person": sales_person,
			"serial_no": "RT-00001",
		}
		doc = {"doctype": "Maintenance Schedule", "customer": makers.CUSTOMER, "company": makers.COMPANY}
		doc = frappe.get_doc({**doc, "transaction_date": add_days(today(), -1), "items": [row]})
		doc.generate_schedule()
		doc.insert()
		doc.submit()
		self.assertEqual(self.event("Maintenance Scheduled")["document"], doc.name)
		self.assertEqual(len(self.events()), 2)

	def test_a_count_that_finds_the_unit_and_one_that_does_not(self):
		self.receive(qty=2)
		row = {"item_code": "ROUTER-X1", "warehouse": makers.STORES, "valuation_rate": 100}
		row["use_serial_batch_fields"] = 1
		makers.stock_reconciliation({**row, "qty": 1, "serial_no": "RT-00001"})
		self.assertEqual(self.kinds("RT-00001")[-1], "Received")
		self.assertEqual(self.kinds("RT-00002"), ["Removed", "Received"])

	def test_made_and_consumed(self):
		row = makers.stock_row("ROUTER-X1", 1, None, makers.STORES)
		makers.stock_entry("Material Receipt", row, posting_date=add_days(today(), -2))
		makers.stock_entry(
			"Material Issue", makers.stock_row("ROUTER-X1", 1, makers.STORES, None, "RT-00001")
		)
		self.assertEqual(self.kinds(), ["Consumed", "Made"])

	def test_sent_back_to_the_supplier(self):
		receipt = self.receive()
		makers.purchase_receipt(
			makers.buying_row("ROUTER-X1", -1, "RT-00001", purchase_receipt_item=receipt.items[0].name),
			is_return=1,
			return_against=receipt.name,
		)
		event = self.event("Sent Back")
		self.assertEqual((event["from"], event["to"]), (makers.STORES, makers.SUPPLIER))

	def test_a_unit_entered_directly(self):
		doc = {"doctype": "Serial No", "serial_no": "DIRECT-1", "item_code": "ROUTER-X1"}
		frappe.get_doc({**doc, "company": makers.COMPANY}).insert()
		self.assertEqual(self.kinds("DIRECT-1"), ["Created"])

	def test_a_unit_that_was_imported(self):
		doc = {"doctype": "Serial No", "serial_no": "OLD-1", "item_code": "ROUTER-X1"}
		doc = frappe.get_doc({**doc, "company": makers.COMPANY})
		doc.flags.updater_reference = {
			"doctype": "Data Import",
			"docname": "Old Routers",
			"label": "via Data Import",
		}
		doc.insert()
		event = self.event("Imported", "OLD-1")
		self.assertEqual((event["document"], event["note"]), ("OLD-1", "Old Routers"))

	def test_ledger_rows_from_before_bundles(self):
		self.receive()
		ledger = frappe.qb.DocType("Stock Ledger Entry")
		query = frappe.qb.update(ledger).set(ledger.serial_no, "RT-00002\nrt-00001")
		query.set(ledger.serial_and_batch_bundle, None).where(ledger.item_code == "ROUTER-X1").run()
		self.assertEqual(self.kinds(), ["Received"])
		query = frappe.qb.update(ledger).set(ledger.serial_no, "RT-000012")
		query.where(ledger.item_code == "ROUTER-X1").run()
		self.assertEqual([kind for kind in self.kinds() if kind == "Received"], [])


class TestAssets(HistoryCase):
	def test_what_happened_to_the_asset_that_the_unit_is(self):
		self.receive()
		frappe.db.set_value("Serial No", "RT-00001", "asset", "AST-1")
		for location in ("Oslo", "Bergen"):
			if not frappe.db.exists("Location", location):
				frappe.get_doc({"doctype": "Location", "location_name": location}).insert()
		movement = self.in_table("Asset Movement", transaction_date=now_datetime(), purpose="Transfer")
		self.in_table(
			"Asset Movement Item",
			parent=movement,
			parenttype="Asset Movement",
			asset="AST-1",
			source_location="Oslo",
			target_location="Bergen",
		)
		repair = self.in_table(
			"Asset Repair", asset="AST-1", completion_date=now_datetime(), repair_status="Completed"
		)
		plan = self.in_table("Asset Maintenance", docstatus=0, asset_name="AST-1")
		log = self.in_table(
			"Asset Maintenance Log",
			asset_maintenance=plan,
			completion_date=today(),
			maintenance_status="Completed",
			task_name="Oil",
		)
		moved = self.event("Asset Moved")
		self.assertEqual((moved["document"], moved["from"], moved["to"]), (movement, "Oslo", "Bergen"))
		self.assertEqual(self.event("Repaired")["document"], repair)
		self.assertEqual(self.event("Maintained")["document"], log)
		frappe.db.set_value("Asset Movement", movement, "docstatus", 2)
		self.assertNotIn("Asset Moved", self.kinds())

	def in_table(self, doctype, docstatus=1, **values):
		"""A document that stands, as its table has it: what an Asset needs before it can be made is not the matter here."""
		doc = frappe.get_doc({"doctype": doctype, "docstatus": docstatus, **values})
		doc.name = frappe.generate_hash(length=10)
		doc.db_insert()
		return doc.name


class TestTermsInHistory(HistoryCase):
	def setUp(self):
		super().setUp()
		makers.plan("Monthly", 30, "Day", grace_days=5)
		makers.item("ERP-ACCOUNT", None, serial_plan="Monthly", warranty_period=0)
		row = makers.buying_row("ERP-ACCOUNT", 1, "ACC-1")
		makers.purchase_receipt(row, posting_date=add_days(today(), -120))

	def sell(self, on: int):
		row = makers.selling_row("ERP-ACCOUNT", 1, "ACC-1")
		return makers.delivery_note(row, posting_date=add_days(today(), on))

	def renewal(self, action: str, on: int, **values):
		doc = {"doctype": "Serial Renewal", "company": makers.COMPANY, "action": action}
		row = {"serial_no": "ACC-1"}
		doc = frappe.get_doc({**doc, "posting_date": add_days(today(), on), "items": [row], **values})
		return doc.insert().submit()

	def test_an_accounts_story(self):
		note = self.sell(-100)
		renewal = self.renewal("Renew", -80)
		told = [(event["kind"], event["document"], event["moment"][:10]) for event in self.events("ACC-1")]
		self.assertEqual(
			told,
			[
				("Lapsed", renewal.name, add_days(today(), -100 + 60 + 5)),
				("Renewed", renewal.name, add_days(today(), -80)),
				("Term Started", note.name, add_days(today(), -100)),
				("Delivered", note.name, add_days(today(), -100)),
				("Received", told[-1][1], add_days(today(), -120)),
			],
		)
		event = self.event("Renewed", "ACC-1")
		self.assertEqual((event["party_type"], event["party"]), ("Customer", makers.CUSTOMER))
		self.assertTrue(event["note"].startswith("Monthly, "), event["note"])

	def test_a_cancelled_renewal_never_was(self):
		self.sell(-100)
		renewal = self.renewal("Renew", -80)
		renewal.reload()
		renewal.cancel()
		kinds = self.kinds("ACC-1")
		self.assertEqual(kinds, ["Lapsed", "Term Started", "Delivered", "Received"])
		self.assertEqual(self.event("Lapsed", "ACC-1")["moment"][:10], add_days(today(), -100 + 30 + 5))

	def test_a_running_term_has_not_lapsed(self):
		self.sell(-10)
		self.renewal("Suspend", -5)
		self.renewal("Resume", -2)
		self.renewal("End", -1)
		self.assertEqual(
			self.kinds("ACC-1"), ["Ended", "Resumed", "Suspended", "Term Started", "Delivered", "Received"]
		)


class TestBookingsInHistory(HistoryCase):
	def test_a_loan(self):
		if not frappe.db.table_exists("Serial Booking"):
			self.skipTest("this site has no Serial Booking")
		self.receive()
		moment = now_datetime().replace(microsecond=0)
		doc = frappe.get_doc(
			{
				"doctype": "Serial Booking",
				"docstatus": 1,
				"serial_no": "RT-00001",
				"item_code": "ROUTER-X1",
				"party_type": "Customer",
				"party": makers.CUSTOMER,
				"from_datetime": moment,
				"to_datetime": add_days(moment, 2),
				"status": "Returned",
				"checked_out_on": add_days(moment, 1),
				"returned_on": add_days(moment, 2),
			}
		)
		doc.name = "BOOKING-1"
		doc.db_insert()
		self.assertEqual(self.kinds()[:3], ["Back", "Out", "Booked"])
		self.assertEqual(self.event("Out")["party"], makers.CUSTOMER)


class TestPages(HistoryCase):
	def versions(self, count: int):
		"""So many changes by a person, all of one moment."""
		self.receive()
		data = json.dumps({"changed": [["brand", "A", "B"]]})
		for number in range(count):
			doc = {"doctype": "Version", "ref_doctype": "Serial No", "docname": "RT-00001", "data": data}
			doc = frappe.get_doc(doc)
			doc.name = f"version-{number:03d}"
			doc.set_user_and_timestamp()
			doc.creation = "2026-01-01 10:00:00"
			doc.db_insert()

	def test_pages_tell_every_event_once(self):
		self.versions(7)
		answer, pages = {"next": None}, []
		while not pages or answer["next"]:
			answer = api.get_history("RT-00001", limit=3, before=answer["next"])
			pages.append(answer["events"])
		self.assertEqual([len(page) for page in pages], [3, 3, 2])
		self.assertEqual([event for page in pages for event in page], self.events())

	def test_what_happens_between_pages_does_not_move_them(self):
		self.versions(5)
		first = api.get_history("RT-00001", limit=3)
		rest = self.events()[3:]
		doc = self.serial("RT-00001")
		doc.amc_expiry_date = today()
		doc.save(ignore_version=False)
		self.assertEqual(api.get_history("RT-00001", limit=3, before=first["next"])["events"], rest)

	def test_no_place_is_refused(self):
		self.receive()
		for before in ("x", "|", "2026-01-01|y|z", "'; DROP TABLE", "<b>"):
			with self.subTest(before), self.assert_refused("next"):
				api.get_history("RT-00001", before=before)

	def test_limits_out_of_range(self):
		self.versions(2)
		for limit in (0, -5, 10**9):
			self.assertEqual(len(self.events(limit=limit)), 3)
		self.assertEqual(len(self.events(limit=1)), 1)

	def test_queries_do_not_grow_with_events(self):
		self.receive(qty=2)
		for on in range(-14, -4):
			source, target = (makers.STORES, makers.SHOP) if on % 2 == 0 else (makers.SHOP, makers.STORES)
			self.move(on, source, target, "RT-00002")
		self.move(-14)
		self.events("RT-00001")
		with self.count_queries() as few:
			self.assertEqual(len(self.events("RT-00001")), 2)
		with self.count_queries() as many:
			self.assertEqual(len(self.events("RT-00002")), 11)
		self.assertEqual(many[0], few[0])


class TestWhoSeesWhat(HistoryCase):
	def test_only_readers_of_serial_nos(self):
		self.receive()
		self.act_as("Purchase User")
		self.assertRaises(frappe.PermissionError, api.get_history, "RT-00001")
		self.act_as("Stock User")
		self.assertEqual(self.kinds(), ["Received"])

	def test_no_such_unit(self):
		for name in ("NOPE", "", "<script>", "'; DROP TABLE tabItem; --"):
			self.assertRaises(frappe.DoesNotExistError, api.get_history, name)

	def test_documents_that_the_user_may_not_read_are_left_out(self):
		self.receive()
		self.move()
		self.deliver()
		self.without("Delivery Note", "Stock User")
		self.act_as("Stock User")
		self.assertFalse(frappe.has_permission("Delivery Note"))
		events = self.events()
		self.assertEqual([event["kind"] for event in events], ["Moved", "Received"])
		self.assertNotIn(makers.CUSTOMER, json.dumps(events))

	def without(self, doctype: str, role: str):
		"""The role may read the DocType no more, as a Role Permission Manager says."""
		from frappe.permissions import setup_custom_perms

		setup_custom_perms(doctype)
		frappe.db.delete("Custom DocPerm", {"parent": doctype, "role": role})
		frappe.clear_cache(doctype=doctype)
		self.addCleanup(frappe.clear_cache, doctype=doctype)

	def test_user_permission_for_one_warehouse(self):
		self.receive()
		self.move()
		self.act_as("Stock User", Warehouse=makers.SHOP)
		events = self.events()
		self.assertEqual(
			[(event["kind"], event["from"], event["to"]) for event in events], [("Moved", None, makers.SHOP)]
		)
		self.act_as("Stock User", Warehouse=makers.STORES)
		self.assertRaises(frappe.PermissionError, api.get_history, "RT-00001")

	def test_user_permission_for_one_customer(self):
		self.receive()
		note = self.deliver(warehouse=makers.STORES)
		row = makers.selling_row("ROUTER-X1", -1, "RT-00001", dn_detail=note.items[0].name)
		makers.delivery_note(row, is_return=1, return_against=note.name, posting_date=add_days(today(), -5))
		self.deliver(on=-2, warehouse=makers.STORES, customer=makers.OTHER_CUSTOMER)
		self.act_as("Stock User", Customer=makers.OTHER_CUSTOMER)
		self.assertEqual(self.kinds(), ["Delivered", "Received"])
		self.assertNotIn(makers.CUSTOMER, json.dumps(self.events()))

	def test_fields_of_a_higher_level_stay_hidden(self):
		self.receive()
		doc = self.serial("RT-00001")
		doc.amc_expiry_date = today()
		doc.save(ignore_version=False)
		frappe.make_property_setter(
			{"doctype": "Serial No", "fieldname": "amc_expiry_date", "property": "permlevel", "value": 3}
		)
		frappe.clear_cache(doctype="Serial No")
		self.addCleanup(frappe.clear_cache, doctype="Serial No")
		self.act_as("Stock User")
		self.assertNotIn("AMC Expiry", json.dumps(self.events()))
		frappe.set_user("Administrator")
		self.assertNotIn("AMC Expiry", json.dumps(self.events()))  # permlevel 3 is nobody's
		frappe.db.delete(
			"Property Setter",
			{"doc_type": "Serial No", "field_name": "amc_expiry_date", "property": "permlevel"},
		)
		frappe.clear_cache(doctype="Serial No")
		self.assertIn("AMC Expiry", json.dumps(self.events()))


class TestHostileValues(HistoryCase):
	def test_odd_names_find_their_own_events_alone(self):
		names = ["50%", "A_B", "AXB", "ÄÖ-1", "O'Neil", 'Q"1', "back\\slash"]
		row = makers.buying_row("ROUTER-X1", len(names), "\n".join(names))
		receipt = makers.purchase_receipt(row)
		for name in names:
			with self.subTest(name):
				self.assertEqual([event["document"] for event in self.events(name)], [receipt.name])

	def test_versions_that_cannot_be_read(self):
		self.receive()
		for number, data in enumerate(
			("", "null", "[1]", "{", '{"changed": 5}', '{"changed": [["brand"], [1, 2, 3]]}')
		):
			doc = frappe.get_doc({"doctype": "Version", "ref_doctype": "Serial No", "docname": "RT-00001"})
			doc.name, doc.data = f"odd-{number}", data
			doc.db_insert()
		self.assertEqual(self.kinds(), ["Received"])

	def test_values_come_as_they_are_for_the_page_to_escape(self):
		self.receive()
		data = {"changed": [["brand", "<img src=x onerror=alert(1)>", "x" * 500]]}
		doc = {
			"doctype": "Version",
			"ref_doctype": "Serial No",
			"docname": "RT-00001",
			"data": json.dumps(data),
		}
		frappe.get_doc(doc).insert()
		note = self.event("Field Changed")["note"]
		self.assertTrue(note.startswith("Brand: <img src=x onerror=alert(1)> to xxx"), note)
		self.assertLess(len(note), 250)

	def test_filters_of_the_service(self):
		self.receive()
		self.move()
		doc = self.serial("RT-00001")
		day = getdate(add_days(today(), -15))
		found, more = history.page(doc, first=day, last=day)
		self.assertEqual(([event.kind.value for event in found], more), (["Moved"], None))
		found, more = history.page(doc, limit=1, kinds=("Received",))
		self.assertEqual(([event.kind.value for event in found], more), (["Received"], None))


class TestReport(HistoryCase):
	def run_report(self, **filters):
		from frappe.desk.query_report import run

		return run("Serial No History", filters=filters)

	def test_the_report_tells_what_the_call_tells(self):
		self.receive()
		self.move()
		rows = self.run_report(serial_no="RT-00001")["result"]
		self.assertEqual(rows, self.events())
		rows = self.run_report(serial_no="RT-00001", kind="Moved", from_date=add_days(today(), -15))["result"]
		self.assertEqual([row["kind"] for row in rows], ["Moved"])
		answer = self.run_report(serial_no="RT-00001", to_date=add_days(today(), -99))
		self.assertEqual(answer["result"], [])
		self.assertIn("Nothing", answer["message"])

	def test_the_report_is_for_readers_of_the_unit(self):
		self.receive()
		self.move()
		self.act_as("Stock User", Warehouse=makers.SHOP)
		self.assertEqual([row["kind"] for row in self.run_report(serial_no="RT-00001")["result"]], ["Moved"])
		self.act_as("Stock User", Warehouse=makers.STORES)
		self.assertRaises(frappe.PermissionError, self.run_report, serial_no="RT-00001")
		self.act_as("Sales User")
		self.assertRaises(frappe.PermissionError, self.run_report, serial_no="RT-00001")
