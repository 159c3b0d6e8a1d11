"""Maintenance Schedules against Serial Nos: rows checked, contracts given in bulk, schedules made of units."""

import frappe
from frappe.utils import add_days, getdate, nowdate

from serial_inventory import api
from serial_inventory.tests import makers
from serial_inventory.tests import service_makers as service
from serial_inventory.tests.base import SerialCase

END = add_days(nowdate(), 182)


class ScheduleCase(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####", warranty_period=0)
		makers.item("SWITCH-X1", "SW-.#####", warranty_period=0)
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 10), makers.buying_row("SWITCH-X1", 2))

	def schedule(self, serial_no, submit=True, **values):
		return service.maintenance_schedule(
			service.schedule_row("ROUTER-X1", serial_no, **values), submit=submit
		)

	def expiries(self, *serial_nos):
		return [self.serial(name).amc_expiry_date for name in serial_nos]


class TestRows(ScheduleCase):
	def test_a_range_becomes_one_serial_per_line_in_rows_and_visits(self):
		doc = self.schedule("rt-00001..rt-00003")
		self.assertEqual(makers.names(doc.items[0]), ["RT-00001", "RT-00002", "RT-00003"])
		self.assertEqual(len(doc.schedules), 2)
		for visit in doc.schedules:
			self.assertEqual(makers.names(visit), ["RT-00001", "RT-00002", "RT-00003"])

	def test_what_is_wrong_is_refused_as_a_draft_and_named(self):
		for text, parts in (
			("NOPE", ("Row 1", "ROUTER-X1 do not exist", "NOPE")),
			("RT-00001\nSW-00001", ("Row 1", "SWITCH-X1, not of ROUTER-X1", "SW-00001")),
			("RT-00001, rt-00001", ("Row 1", "more than once", "RT-00001")),
			("RT-00001..", ("Row 1",)),
		):
			with self.subTest(text), self.assert_refused(*parts):
				self.schedule(text, submit=False)

	def test_everything_wrong_is_told_at_once(self):
		with self.assert_refused("Row 1", "NOPE", "Row 2", "RT-00001"):
			service.maintenance_schedule(
				service.schedule_row("ROUTER-X1", "NOPE"), service.schedule_row("SWITCH-X1", "RT-00001")
			)

	def test_drafts_pass_where_the_setting_says_so_and_submits_do_not(self):
		frappe.db.set_single_value("Serialized Inventory Settings", "check_drafts", 0)
		frappe.clear_document_cache("Serialized Inventory Settings", "Serialized Inventory Settings")
		doc = self.schedule("NOPE", submit=False)
		with self.assert_refused("NOPE"):
			doc.submit()

	def test_a_unit_in_two_rows_is_refused_for_the_same_time_only(self):
		later = {"start_date": add_days(END, 1), "end_date": add_days(END, 183)}
		doc = service.maintenance_schedule(
			service.schedule_row("ROUTER-X1", "RT-00001"),
			service.schedule_row("ROUTER-X1", "RT-00001", **later),
		)
		self.assertEqual(self.expiries("RT-00001"), [getdate(doc.items[1].end_date)])
		with self.assert_refused("Row 2", "Also in Row 1", "RT-00002"):
			service.maintenance_schedule(
				service.schedule_row("ROUTER-X1", "RT-00002"), service.schedule_row("ROUTER-X1", "RT-00002")
			)

	def test_the_text_can_be_typed_in_the_form(self):
		field = frappe.get_meta("Maintenance Schedule Item").get_field("serial_no")
		self.assertEqual((field.read_only, field.fieldtype), (0, "Long Text"))

	def test_a_row_without_units_is_left_alone(self):
		doc = self.schedule(None)
		self.assertEqual((doc.docstatus, doc.items[0].serial_no), (1, None))


class TestContracts(ScheduleCase):
	def test_submit_gives_and_cancel_takes_back(self):
		doc = self.schedule("RT-00001..RT-00003")
		self.assert_facts("RT-00001", amc_expiry_date=END, maintenance_status="Under AMC")
		self.assert_facts("RT-00004", amc_expiry_date=None, maintenance_status=None)
		doc.cancel()
		self.assert_facts("RT-00001", amc_expiry_date=None, maintenance_status=None)

	def test_units_of_a_bundle_are_given_and_taken_back_too(self):
		"""ERPNext 15 alone fails here: Serial No has no `delivery_date` there."""
		bundle = service.maintenance_bundle("ROUTER-X1", ["RT-00001", "RT-00002"])
		doc = self.schedule(None, serial_and_batch_bundle=bundle)
		self.assertEqual(self.expiries("RT-00001", "RT-00002"), [getdate(END)] * 2)
		self.assertEqual(doc.items[0].serial_and_batch_bundle, bundle)
		doc.reload()
		self.assertEqual(doc.items[0].serial_and_batch_bundle, bundle)
		doc.cancel()
		self.assertEqual(self.expiries("RT-00001", "RT-00002"), [None, None])
		self.assertEqual(doc.items[0].serial_and_batch_bundle, bundle)
		doc.reload()
		self.assertEqual(doc.items[0].serial_and_batch_bundle, bundle)

	def test_erpnexts_rules_for_a_bundle_hold(self):
		names = ["RT-00001", "RT-00002"]
		for field, part in (
			("warranty_expiry_date", "Under warranty until"),
			("amc_expiry_date", "Under a maintenance contract until"),
		):
			with self.subTest(field):
				frappe.db.set_value("Serial No", "RT-00002", field, add_days(nowdate(), 1))
				bundle = service.maintenance_bundle("ROUTER-X1", names)
				doc = self.schedule(None, serial_and_batch_bundle=bundle, submit=False)
				with self.assert_refused("Row 1", part, "RT-00002"):
					doc.submit()
				frappe.db.set_value("Serial No", "RT-00002", field, None)

	def test_a_unit_of_another_item_in_a_bundle_is_refused(self):
		bundle = service.maintenance_bundle("SWITCH-X1", ["SW-00001"])
		with self.assert_refused("SWITCH-X1, not of ROUTER-X1"):
			self.schedule(None, serial_and_batch_bundle=bundle)

	def test_a_longer_contract_stays_and_is_told(self):
		long = add_days(nowdate(), 500)
		frappe.db.set_value("Serial No", "RT-00001", "amc_expiry_date", long)
		frappe.clear_messages()
		doc = self.schedule("RT-00001, RT-00002")
		self.assertIn("RT-00001", str(frappe.get_message_log()))
		self.assertEqual(self.expiries("RT-00001", "RT-00002"), [getdate(long), getdate(END)])
		doc.cancel()
		self.assertEqual(self.expiries("RT-00001", "RT-00002"), [getdate(long), None])

	def test_a_cancel_goes_back_to_another_standing_schedule(self):
		self.schedule("RT-00001", end_date=add_days(nowdate(), 91), no_of_visits=1)
		bundle = service.maintenance_bundle("ROUTER-X1", ["RT-00002"])
		self.schedule(None, serial_and_batch_bundle=bundle, end_date=add_days(nowdate(), 91), no_of_visits=1)
		self.schedule("RT-00001..RT-00003").cancel()
		soon = getdate(add_days(nowdate(), 91))
		self.assertEqual(self.expiries("RT-00001", "RT-00002", "RT-00003"), [soon, soon, None])

	def test_a_typed_contract_after_the_submit_survives_the_cancel(self):
		doc = self.schedule("RT-00001")
		unit = self.serial("RT-00001")
		unit.amc_expiry_date = add_days(nowdate(), 700)
		unit.save()
		doc.cancel()
		self.assertEqual(self.expiries("RT-00001"), [getdate(add_days(nowdate(), 700))])

	def test_queries_do_not_grow_with_the_units(self):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 300))

		def cost(first, last, as_bundle):
			names = [f"RT-{number:05d}" for number in range(first, last + 1)]
			if as_bundle:
				bundle = service.maintenance_bundle("ROUTER-X1", names)
				doc = self.schedule(None, submit=False, serial_and_batch_bundle=bundle)
			else:
				doc = self.schedule("\n".join(names), submit=False)
			with self.count_queries() as submit:
				doc.submit()
			with self.count_queries() as cancel:
				doc.cancel()
			return submit[0], cancel[0]

		for as_bundle in (False, True):
			with self.subTest(as_bundle=as_bundle):
				cost(1, 1, as_bundle)
				few, many = cost(11, 12, as_bundle), cost(21, 220, as_bundle)
				self.assertLessEqual(many[0] - few[0], 8, (few, many))
				self.assertLessEqual(many[1] - few[1], 8, (few, many))


class TestMaking(ScheduleCase):
	def made(self, **args):
		return frappe.get_doc(api.make_maintenance_schedule(**args))

	def rows(self, doc):
		return [(row.item_code, row.serial_no) for row in doc.items]

	def test_units_of_two_items_become_rows_and_the_document_can_be_saved(self):
		doc = self.made(serial_nos=["SW-00001", "RT-00002", "RT-00001"])
		self.assertTrue(doc.is_new())
		self.assertEqual(self.rows(doc), [("ROUTER-X1", "RT-00001\nRT-00002"), ("SWITCH-X1", "SW-00001")])
		doc.insert()
		doc.submit()
		self.assert_facts("RT-00002", maintenance_status="Under AMC")

	def test_a_delivery_note_gives_its_units_and_customer(self):
		note = makers.delivery_note(
			makers.selling_row("ROUTER-X1", 3, "RT-00001..RT-00003"),
			makers.selling_row("SWITCH-X1", 1, "SW-00001"),
		)
		doc = self.made(doctype="Delivery Note", name=note.name)
		self.assertEqual(
			self.rows(doc), [("ROUTER-X1", "RT-00001\nRT-00002\nRT-00003"), ("SWITCH-X1", "SW-00001")]
		)
		self.assertEqual((doc.customer, doc.delivery_document_no), (makers.CUSTOMER, note.name))
		doc.insert()

	def test_a_purchase_receipt_gives_its_units(self):
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2, "OWN-1\nOWN-2"))
		doc = self.made(doctype="Purchase Receipt", name=receipt.name)
		self.assertEqual((self.rows(doc), doc.customer), ([("ROUTER-X1", "OWN-1\nOWN-2")], None))

	def test_a_contract_is_followed_by_the_next_one(self):
		self.schedule("RT-00001")
		doc = self.made(serial_nos="RT-00001..RT-00002")
		starts = {row.serial_no: str(row.start_date) for row in doc.items}
		self.assertEqual(starts, {"RT-00001": add_days(END, 1), "RT-00002": nowdate()})

	def test_units_of_two_customers_are_refused(self):
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00002"), customer=makers.OTHER_CUSTOMER)
		with self.assert_refused("2 customers", makers.CUSTOMER, makers.OTHER_CUSTOMER):
			self.made(serial_nos=["RT-00001", "RT-00002"])

	def test_bad_input_is_refused(self):
		draft = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"), submit=False)
		for args, part in (
			({"serial_nos": ["NOPE", "RT-00001"]}, "NOPE"),
			({"serial_nos": []}, "Choose"),
			({"serial_nos": None}, "Choose"),
			({"doctype": "Delivery Note", "name": draft.name}, "not submitted"),
			({"doctype": "Customer", "name": makers.CUSTOMER}, "Customer"),
			({"doctype": "Delivery Note", "name": "NOPE"}, "NOPE"),
		):
			with self.subTest(args), self.assert_refused(part):
				self.made(**args)

	def test_who_may_make_one(self):
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00009"))
		by_units = {"serial_nos": ["RT-00001"]}
		by_note = {"doctype": "Delivery Note", "name": note.name}
		for roles, can_name, can_deliver in (
			(("Maintenance Manager",), False, False),
			(("Maintenance Manager", "Stock User"), True, True),
			(("Maintenance User",), False, False),
			(("Stock Manager",), False, False),
			(("Support Team",), False, False),
			(("Employee",), False, False),
		):
			for args, can in ((by_units, can_name), (by_note, can_deliver)):
				with self.subTest(roles=roles, args=args):
					frappe.set_user("Administrator")
					makers.act_as(*roles)
					if can:
						self.assertEqual(len(self.made(**args).items), 1)
					else:
						with self.assertRaises(frappe.PermissionError):
							self.made(**args)


class TestOnDelivery(ScheduleCase):
	def setUp(self):
		super().setUp()
		name = service.purpose(schedule_on_delivery=1, periodicity="Half Yearly", no_of_visits=3)
		makers.item("PUMP-X1", "PU-.#####", warranty_period=365, serial_purpose=name)
		makers.purchase_receipt(makers.buying_row("PUMP-X1", 5))

	def made(self, voucher):
		return frappe.get_all(
			"Maintenance Schedule", filters={"delivery_document_no": voucher.name}, pluck="name"
		)

	def deliver(self, serial_no="PU-00001..PU-00002", qty=2, **values):
		return makers.delivery_note(
			makers.selling_row("PUMP-X1", qty, serial_no),
			makers.selling_row("ROUTER-X1", 1, "RT-00001"),
			**values,
		)

	def test_a_draft_is_made_of_the_units_whose_purpose_asks_for_one(self):
		note = self.deliver()
		names = self.made(note)
		self.assertEqual(len(names), 1)
		doc = frappe.get_doc("Maintenance Schedule", names[0])
		row = doc.items[0]
		self.assertEqual((doc.docstatus, doc.customer, len(doc.items)), (0, makers.CUSTOMER, 1))
		self.assertEqual((row.item_code, row.serial_no), ("PUMP-X1", "PU-00001\nPU-00002"))
		self.assertEqual((row.periodicity, row.no_of_visits), ("Half Yearly", 3))
		self.assertEqual((str(row.start_date), len(doc.schedules)), (nowdate(), 3))
		self.assertIn(doc.name, str(frappe.get_message_log()))
		doc.submit()
		self.assert_facts("PU-00001", amc_expiry_date=row.end_date)

	def test_a_sales_invoice_that_delivers_makes_one_and_others_none(self):
		invoice = makers.sales_invoice(makers.selling_row("PUMP-X1", 1, "PU-00001"))
		self.assertEqual(len(self.made(invoice)), 1)
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		self.assertEqual(self.made(note), [])

	def test_a_purpose_that_does_not_ask_gets_none(self):
		frappe.db.set_value("Serial Purpose", "Serviced Test Device", "schedule_on_delivery", 0)
		self.assertEqual(self.made(self.deliver()), [])

	def test_a_failure_is_told_and_the_delivery_stands(self):
		# somebody who is not there any more
		frappe.db.set_value("Serial Purpose", "Serviced Test Device", "sales_person", "Nobody At All")
		note = self.deliver()
		self.assertEqual((note.docstatus, self.made(note)), (1, []))
		told = str(frappe.get_message_log())
		self.assertIn("No Maintenance Schedule was made", told)
		self.assertIn("Nobody At All", told)
		self.assertEqual(frappe.db.count("Error Log", {"reference_name": note.name}), 1)
		self.assert_facts("PU-00001", status="Delivered")

	def test_a_cancelled_delivery_takes_its_draft_along_and_leaves_a_submitted_one(self):
		note = self.deliver()
		note.cancel()
		self.assertEqual(self.made(note), [])
		note = self.deliver()
		frappe.get_doc("Maintenance Schedule", self.made(note)[0]).submit()
		frappe.clear_messages()
		note.reload()
		note.cancel()
		self.assertEqual(len(self.made(note)), 1)
		self.assertIn("still stands", str(frappe.get_message_log()))

	def test_a_return_makes_none(self):
		from erpnext.controllers.sales_and_purchase_return import make_return_doc

		note = self.deliver()
		returned = make_return_doc("Delivery Note", note.name)
		returned.insert()
		returned.submit()
		self.assertEqual(self.made(returned), [])

	def test_who_delivers_need_not_be_a_maintenance_manager(self):
		draft = makers.delivery_note(makers.selling_row("PUMP-X1", 1, "PU-00003"), submit=False)
		makers.act_as("Stock User")
		frappe.get_doc("Delivery Note", draft.name).submit()
		frappe.set_user("Administrator")
		self.assertEqual(len(self.made(draft)), 1)
