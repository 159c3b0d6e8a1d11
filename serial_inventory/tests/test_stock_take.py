"""A warehouse counted by scan: what is found, missing and astray, and the documents that put it right."""

import frappe
from frappe.utils import flt

from serial_inventory import api
from serial_inventory.services import stock_take
from serial_inventory.services.messages import SerialNoError
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase, checksums

COUNTS = ("Serial Stock Take", "Serial Stock Take Scan")


class StockTakeCase(SerialCase):
	def setUp(self):
		super().setUp()
		self.room, self.shop = self.warehouse("Counting Room"), self.warehouse("Counting Shop")
		self.item("ROUTER-X1", "RT-.#####")

	def warehouse(self, name, **values):
		doc = {"doctype": "Warehouse", "warehouse_name": name, "company": makers.COMPANY, **values}
		return frappe.get_doc(doc).insert().name

	def item(self, item_code, series, **values):
		return makers.item(item_code, series, **values)

	def receive(self, item_code, count, warehouse=None, **values):
		row = makers.buying_row(item_code, count, warehouse=warehouse or self.room, **values)
		return makers.purchase_receipt(row)

	def deliver(self, serial_no):
		return makers.delivery_note(makers.selling_row("ROUTER-X1", 1, serial_no, warehouse=self.room))

	def take(self, warehouse=None, **values):
		doc = {"doctype": "Serial Stock Take", "warehouse": warehouse or self.room, **values}
		return frappe.get_doc(doc).insert().name

	def counts(self, name):
		return {state: number for state, number in api.get_stock_take(name)["counts"].items() if number}

	def names(self, name, state):
		return [unit["serial_no"] for unit in api.get_stock_take_units(name, state)["units"]]

	def places(self, name):
		return {unit["serial_no"]: unit["place"] for unit in api.get_stock_take_units(name, "Stray")["units"]}

	def rows_of_counts(self):
		return {doctype: frappe.db.count(doctype) for doctype in COUNTS}


class TestCounting(StockTakeCase):
	def test_expected_found_missing_and_strays(self):
		self.receive("ROUTER-X1", 5)
		self.receive("ROUTER-X1", 2, self.shop)
		self.deliver("RT-00005")
		name = self.take()
		told = api.scan_stock_take(name, "RT-00001..RT-00003\nRT-00005, RT-00006, NOPE-1")
		self.assertEqual((told["scanned"], told["added"], told["repeated"]), (6, 6, []))
		self.assertEqual({stray["serial_no"] for stray in told["strays"]}, {"RT-00005", "RT-00006", "NOPE-1"})
		self.assertEqual(self.counts(name), {"Found": 3, "Missing": 1, "Stray": 3})
		self.assertEqual(api.get_stock_take(name)["expected"], 4)
		self.assertEqual(self.names(name, "Missing"), ["RT-00004"])
		note = frappe.db.get_value("Serial No", "RT-00005", "delivery_document_no")
		self.assertEqual(
			self.places(name),
			{
				"NOPE-1": "Not a Serial No",
				"RT-00005": f"Delivered to {makers.CUSTOMER} by {note}",
				"RT-00006": f"In warehouse {self.shop}",
			},
		)

	def test_a_unit_counts_once_whoever_scans_it_and_in_whatever_case(self):
		self.receive("ROUTER-X1", 3)
		name = self.take()
		api.scan_stock_take(name, ["RT-00001"])
		makers.act_as("Stock User")
		told = api.scan_stock_take(name, ["rt-00001", "RT-00001", "RT-00002"])
		self.assertEqual((told["scanned"], told["added"], told["repeated"]), (2, 1, ["RT-00001"]))
		scanned_by = api.get_stock_take(name)["scanned_by"]
		self.assertEqual(scanned_by, {"Administrator": 1, "stock_user@northwind.example": 1})

	def test_the_same_scan_written_twice_at_once_is_one(self):
		"""Two people's batches that do not see each other yet: the row's name is the unit's."""
		self.receive("ROUTER-X1", 1)
		doc = frappe.get_doc("Serial Stock Take", self.take())
		stock_take._insert(doc, ["RT-00001"])
		stock_take._insert(doc, ["rt-00001"])
		self.assertEqual(frappe.db.count("Serial Stock Take Scan", {"stock_take": doc.name}), 1)

	def test_labels_are_scanned_with_their_address_or_as_gs1(self):
		self.receive("ROUTER-X1", 4)
		name = self.take()
		codes = [
			f"{frappe.utils.get_url()}/app/serial-no/RT-00001",
			f"{frappe.utils.get_url()}/serial-check?serial_no=RT-00002",
			"]d2010400638133393117270301\x1d21RT-00003",
			"(01)04006381333931(21)RT-00004",
		]
		told = api.scan_stock_take(name, codes)
		self.assertEqual((told["added"], told["strays"], told["problems"]), (4, [], []))
		self.assertEqual(self.counts(name), {"Found": 4})
		self.assertEqual(api.scan_stock_take(name, "\n".join(codes))["added"], 0)

	def test_a_scan_by_mistake_is_taken_back(self):
		self.receive("ROUTER-X1", 2)
		name = self.take()
		api.scan_stock_take(name, "RT-00001, RT-00002, WRONG")
		self.assertEqual(api.unscan_stock_take(name, "wrong, NEVER-SCANNED"), {"scanned": 2, "removed": 1})

	def test_units_of_an_item_or_a_group_alone(self):
		self.item("GATEWAY-G1", "GW-.####", item_group="Raw Material")
		self.receive("ROUTER-X1", 2)
		self.receive("GATEWAY-G1", 2)
		for values in ({"item_code": "GATEWAY-G1"}, {"item_group": "Raw Material"}):
			with self.subTest(values):
				name = self.take(**values)
				api.scan_stock_take(name, "GW-0001, RT-00001")
				self.assertEqual(self.counts(name), {"Found": 1, "Missing": 1, "Stray": 1})
				self.assertIn("of Item ROUTER-X1", self.places(name)["RT-00001"])
		name = self.take(item_group="All Item Groups")
		self.assertGreaterEqual(self.counts(name)["Missing"], 4)

	def test_units_that_move_while_they_are_counted(self):
		self.receive("ROUTER-X1", 4)
		name = self.take()
		api.scan_stock_take(name, "RT-00001, RT-00002")
		self.deliver("RT-00001")
		self.receive("ROUTER-X1", 1)
		self.assertEqual(
			self.counts(name), {"Found": 1, "Missing": 2, "Came In Since": 1, "Went Out Since": 1}
		)
		(out,) = api.get_stock_take_units(name, "Went Out Since")["units"]
		self.assertIn("Went out by Delivery Note", out["place"])
		(came,) = api.get_stock_take_units(name, "Came In Since")["units"]
		self.assertEqual(came["serial_no"], "RT-00005")

	def test_a_cancel_meanwhile_brings_units_in_that_nobody_could_scan(self):
		self.receive("ROUTER-X1", 2)
		note = self.deliver("RT-00001")
		name = self.take()
		api.scan_stock_take(name, "RT-00002")
		note.cancel()
		self.assertEqual(self.counts(name), {"Found": 1, "Came In Since": 1})

	def test_what_was_counted_before_it_was_moved_here_is_found(self):
		self.receive("ROUTER-X1", 1, self.shop)
		name = self.take()
		api.scan_stock_take(name, "RT-00001")
		self.assertEqual(self.counts(name), {"Stray": 1})
		row = makers.stock_row("ROUTER-X1", 1, self.shop, self.room, "RT-00001")
		makers.stock_entry("Material Transfer", row)
		self.assertEqual(self.counts(name), {"Found": 1})

	def test_a_finished_count_takes_no_scans_until_it_is_resumed(self):
		self.receive("ROUTER-X1", 2)
		name = self.take()
		api.scan_stock_take(name, "RT-00001, NOPE")
		api.finish_stock_take(name)
		doc = frappe.get_doc("Serial Stock Take", name)
		figures = (doc.status, doc.expected_units, doc.found_units, doc.missing_units, doc.stray_units)
		self.assertEqual(figures, ("Counted", 2, 1, 1, 1))
		for call in (api.scan_stock_take, api.unscan_stock_take):
			with self.assert_refused("not being counted", exception=SerialNoError):
				call(name, "RT-00002")
		api.resume_stock_take(name)
		self.assertEqual(api.scan_stock_take(name, "RT-00002")["added"], 1)

	def test_pages_of_units(self):
		self.receive("ROUTER-X1", 5)
		name = self.take()
		first = api.get_stock_take_units(name, "Missing", 0, 2)
		rest = api.get_stock_take_units(name, "Missing", first["next"])
		self.assertEqual([unit["serial_no"] for unit in first["units"]], ["RT-00001", "RT-00002"])
		self.assertEqual((len(rest["units"]), rest["next"]), (3, None))

	def test_queries_do_not_grow_with_the_units(self):
		self.cost_of(4)  # what is read once and kept
		few, many = self.cost_of(3), self.cost_of(300)
		self.assertEqual(few, many)

	def cost_of(self, count):
		item_code = f"COST-{count}"
		self.item(item_code, f"C{count}-.####")
		self.receive(item_code, count)
		self.receive(item_code, count, self.shop)
		names = frappe.get_all("Serial No", {"item_code": item_code}, pluck="name", order_by="name")
		name = self.take(item_code=item_code)
		api.scan_stock_take(name, "warm up")
		api.get_stock_take(name)
		with self.count_queries() as scanning:
			api.scan_stock_take(name, names[count // 3 :])
		with self.count_queries() as reading:
			api.get_stock_take(name)
			api.get_stock_take_units(name, "Stray")
		api.finish_stock_take(name)
		with self.count_queries() as making:
			api.make_stock_take_transfer(name)
			api.make_stock_take_issue(name)
			api.make_stock_take_reconciliation(name)
		return scanning, reading, making


class TestDocumentsOfACount(StockTakeCase):
	def setUp(self):
		super().setUp()
		self.receive("ROUTER-X1", 2, rate=100)
		self.receive("ROUTER-X1", 2, rate=200)
		self.receive("ROUTER-X1", 2, self.shop)
		self.name = self.take()
		api.scan_stock_take(self.name, "RT-00001, RT-00003, RT-00004, RT-00005, NOPE-1")

	def value(self):
		bins = {"item_code": "ROUTER-X1", "warehouse": self.room}
		return frappe.db.get_value("Bin", bins, ["actual_qty", "stock_value"])

	def test_a_reconciliation_takes_the_missing_out_at_their_value(self):
		api.finish_stock_take(self.name)
		doc = frappe.get_doc("Stock Reconciliation", api.make_stock_take_reconciliation(self.name))
		(row,) = doc.items
		self.assertEqual((doc.docstatus, row.qty), (0, 3))
		self.assertEqual(row.serial_no.split("\n"), ["RT-00001", "RT-00003", "RT-00004"])
		doc.submit()
		self.assert_facts("RT-00002", warehouse=None, status="Inactive")
		self.assert_facts("RT-00001", warehouse=self.room, status="Active")
		qty, value = self.value()
		self.assertEqual((qty, round(flt(value), 2)), (3, 500))
		self.assertEqual(self.counts(self.name), {"Found": 3, "Stray": 2})

	def test_an_issue_takes_the_missing_out_each_at_its_own_rate(self):
		api.finish_stock_take(self.name)
		doc = frappe.get_doc("Stock Entry", api.make_stock_take_issue(self.name))
		self.assertEqual((doc.docstatus, doc.purpose), (0, "Material Issue"))
		doc.submit()
		self.assert_facts("RT-00002", warehouse=None, status="Consumed")
		self.assertEqual(self.value(), (3, 500))

	def test_a_transfer_brings_strays_here(self):
		api.finish_stock_take(self.name)
		doc = frappe.get_doc("Stock Entry", api.make_stock_take_transfer(self.name))
		(row,) = doc.items
		self.assertEqual(
			(row.s_warehouse, row.t_warehouse, row.serial_no), (self.shop, self.room, "RT-00005")
		)
		doc.submit()
		self.assert_facts("RT-00005", warehouse=self.room)
		self.assertEqual(self.counts(self.name), {"Found": 4, "Missing": 1, "Stray": 1})

	def test_documents_are_made_by_the_stock_of_their_moment(self):
		api.finish_stock_take(self.name)
		self.deliver("RT-00002")
		self.receive("ROUTER-X1", 1)
		with self.assert_refused("Nothing is missing"):
			api.make_stock_take_reconciliation(self.name)

	def test_a_second_call_gives_the_same_draft_and_a_deleted_one_is_made_anew(self):
		api.finish_stock_take(self.name)
		first = api.make_stock_take_issue(self.name)
		self.assertEqual(api.make_stock_take_issue(self.name), first)
		frappe.delete_doc("Stock Entry", first)
		frappe.get_doc("Serial Stock Take", self.name).save()
		self.assertTrue(frappe.db.exists("Stock Entry", api.make_stock_take_issue(self.name)))

	def test_all_of_an_item_may_be_missing(self):
		self.item("GATEWAY-G1", "GW-.####")
		self.receive("GATEWAY-G1", 2)
		name = self.take(item_code="GATEWAY-G1")
		api.scan_stock_take(name, "NOPE")
		api.finish_stock_take(name)
		doc = frappe.get_doc("Stock Reconciliation", api.make_stock_take_reconciliation(name))
		self.assertEqual(doc.items[0].qty, 0)
		doc.submit()
		self.assert_facts("GW-0001", warehouse=None)

	def test_units_with_batches_are_taken_out_by_stock_entry(self):
		self.item("PUMP-P1", "PU-.####", has_batch_no=1, create_new_batch=1, batch_number_series="B-.###")
		self.receive("PUMP-P1", 2)
		self.receive("PUMP-P1", 2, self.shop)
		name = self.take(item_code="PUMP-P1")
		api.scan_stock_take(name, "PU-0001, PU-0003")
		api.finish_stock_take(name)
		with self.assert_refused("PUMP-P1", "Stock Entry"):
			api.make_stock_take_reconciliation(name)
		frappe.get_doc("Stock Entry", api.make_stock_take_issue(name)).submit()
		frappe.get_doc("Stock Entry", api.make_stock_take_transfer(name)).submit()
		self.assertEqual(self.counts(name), {"Found": 2})

	def test_nothing_is_made_while_units_are_counted(self):
		for make in (
			api.make_stock_take_reconciliation,
			api.make_stock_take_issue,
			api.make_stock_take_transfer,
		):
			with self.assert_refused("still being counted"):
				make(self.name)

	def test_strays_of_nobody_elses_are_not_brought_here(self):
		name = self.take()
		api.scan_stock_take(name, "NOPE-1")
		api.finish_stock_take(name)
		with self.assert_refused("None of the 1 strays"):
			api.make_stock_take_transfer(name)


class TestBadInput(StockTakeCase):
	def refused(self, *words, exception=frappe.ValidationError):
		return self.assert_refused(*words, exception=exception)

	def test_what_cannot_be_counted(self):
		before = self.rows_of_counts()
		closed = self.warehouse("Closed Room", disabled=1)
		for warehouse, words in (
			(f"All Warehouses - {makers.ABBR}", ("group of warehouses",)),
			(closed, ("disabled",)),
			("Nowhere", ("Nowhere",)),
		):
			with self.subTest(warehouse), self.refused(*words):
				self.take(warehouse)
		self.assertEqual(self.rows_of_counts(), before)

	def test_what_cannot_be_read_is_told_and_the_rest_is_kept(self):
		self.receive("ROUTER-X1", 1)
		name = self.take()
		told = api.scan_stock_take(name, f"RT-00001\n{'x' * 141}\nA-9..A-1\n<b>hi</b>\nRT-1..RT-9999999")
		self.assertEqual(told["added"], 1)
		self.assertEqual(len(told["problems"]), 4)
		self.assertNotIn("<b>", "".join(told["problems"]))

	def test_nothing_at_all(self):
		name = self.take()
		for empty in ("", "  \n,;", []):
			self.assertEqual(api.scan_stock_take(name, empty)["scanned"], 0)
		with self.refused("Nothing has been scanned"):
			api.finish_stock_take(name)
		for wrong in ({"a": 1}, [1, 2], 7):
			self.assertRaises(Exception, api.scan_stock_take, name, wrong)
		with self.refused("no state of a unit"):
			api.get_stock_take_units(name, "Foun'd")
		self.assertRaises(frappe.DoesNotExistError, api.scan_stock_take, "NO-SUCH", "A")

	def test_a_hundred_thousand_scans_at_once(self):
		name = self.take()
		told = api.scan_stock_take(name, "X-000001..X-100000")
		self.assertEqual((told["added"], len(told["strays"])), (100_000, stock_take.SHOWN))
		told = api.scan_stock_take(name, "Y-000001..Y-100001")
		self.assertEqual(told["added"], 0)
		self.assertIn("100,001", told["problems"][0])
		page = api.get_stock_take_units(name, "Stray")
		self.assertEqual((len(page["units"]), page["next"]), (stock_take.MOST, stock_take.MOST))

	def test_what_a_count_is_about_stays_and_its_status_is_not_typed(self):
		self.receive("ROUTER-X1", 1)
		name = self.take()
		doc = frappe.get_doc("Serial Stock Take", name)
		doc.status, doc.found_units, doc.remarks = "Counted", 99, "Second shelf"
		doc.save()
		self.assertEqual((doc.status, doc.found_units, doc.remarks), ("Counting", 0, "Second shelf"))
		doc.warehouse = self.shop
		doc.save()
		api.scan_stock_take(name, "RT-00001")
		doc.reload()
		doc.warehouse = self.room
		with self.refused("Warehouse stays"):
			doc.save()

	def test_a_new_count_is_new(self):
		doc = frappe.get_doc(
			{
				"doctype": "Serial Stock Take",
				"warehouse": self.room,
				"status": "Counted",
				"found_units": 5,
				"stock_reconciliation": "X",
			}
		).insert()
		self.assertEqual((doc.status, doc.stock_reconciliation), ("Counting", None))
		self.assertFalse(doc.found_units)
		self.assertTrue(doc.started_on)
		self.assertEqual(doc.company, makers.COMPANY)

	def test_scans_go_with_their_count(self):
		name = self.take()
		api.scan_stock_take(name, "A, B")
		frappe.delete_doc("Serial Stock Take", name)
		self.assertFalse(frappe.db.exists("Serial Stock Take Scan", {"stock_take": name}))

	def test_a_count_moves_nothing(self):
		self.receive("ROUTER-X1", 3)
		name = self.take()
		before = checksums()
		api.scan_stock_take(name, "RT-00001, NOPE")
		api.finish_stock_take(name)
		self.assertEqual(checksums(), before)


class TestRightsToCounts(StockTakeCase):
	CALLS = (
		(api.get_stock_take, ()),
		(api.get_stock_take_units, ("Missing",)),
		(api.scan_stock_take, ("RT-00001",)),
		(api.unscan_stock_take, ("RT-00001",)),
		(api.scan_stock_take, ("RT-00001",)),
		(api.finish_stock_take, ()),
		(api.make_stock_take_issue, ()),
		(api.resume_stock_take, ()),
	)

	def setUp(self):
		super().setUp()
		self.receive("ROUTER-X1", 2)
		self.name = self.take()

	def test_who_counts(self):
		for role in (
			"Stock User",
			"Stock Manager",
			"Item Manager",
			"Purchase User",
			"Sales User",
			"Employee",
		):
			with self.subTest(role):
				frappe.db.savepoint("role")
				makers.act_as(role)
				for call, args in self.CALLS:
					if role in ("Stock User", "Stock Manager"):
						call(self.name, *args)
					else:
						self.assertRaises(frappe.PermissionError, call, self.name, *args)
				frappe.set_user("Administrator")
				frappe.db.rollback(save_point="role")

	def test_who_makes_the_documents_is_erpnexts_affair(self):
		api.scan_stock_take(self.name, "RT-00001")
		api.finish_stock_take(self.name)
		for role in ("Stock User", "Stock Manager"):
			with self.subTest(role):
				frappe.db.savepoint("role")
				makers.act_as(role)
				if frappe.has_permission("Stock Reconciliation", "create"):
					api.make_stock_take_reconciliation(self.name)
				else:
					self.assertRaises(frappe.PermissionError, api.make_stock_take_reconciliation, self.name)
				frappe.set_user("Administrator")
				frappe.db.rollback(save_point="role")

	def test_a_user_of_another_warehouse(self):
		self.receive("ROUTER-X1", 1, self.shop)
		shop = self.take(self.shop)
		api.scan_stock_take(self.name, "RT-00001")
		email = makers.act_as("Stock User")
		frappe.set_user("Administrator")
		permission = {
			"doctype": "User Permission",
			"user": email,
			"allow": "Warehouse",
			"for_value": self.shop,
		}
		frappe.get_doc(permission).insert()
		frappe.set_user(email)
		for call, args in self.CALLS:
			self.assertRaises(frappe.PermissionError, call, self.name, *args)
		self.assertEqual(frappe.get_list("Serial Stock Take Scan", {"stock_take": self.name}), [])
		told = api.scan_stock_take(shop, "RT-00001")
		self.assertEqual(told["strays"], [{"serial_no": "RT-00001", "place": "Elsewhere"}])
		self.assertEqual(self.places(shop), {"RT-00001": "Elsewhere"})
		self.assertEqual(api.get_stock_take(shop)["bring_here"], 0)
		self.assertRaises(frappe.PermissionError, self.take)

	def test_scans_are_written_by_scanning_alone(self):
		makers.act_as("Stock Manager")
		doc = {"doctype": "Serial Stock Take Scan", "stock_take": self.name, "serial_no": "X"}
		self.assertRaises(frappe.PermissionError, frappe.get_doc(doc).insert)
