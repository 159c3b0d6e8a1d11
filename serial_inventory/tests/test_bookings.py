"""Bookings: made, refused, taken, returned, extended, found free, many at once, and who may do what."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import frappe
from frappe.utils import add_days, cint, get_datetime, now_datetime, today

from serial_inventory import api, tasks
from serial_inventory.constants import SERIAL_BOOKING, SERIAL_NO, SERIAL_PURPOSE, SETTINGS
from serial_inventory.rules.serial_text import fold
from serial_inventory.services import booking_register, bookings, free
from serial_inventory.services.messages import SerialNoError
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase

DEMO = "Demo Unit"
ITEM = "DEMO-SET"
FIELDS = ("status", "busy_until", "checked_out_on", "returned_on", "days_late", "times_extended")


def at(days: float = 1, hours: float = 0):
	"""A moment so many days from now, at noon of that day."""
	noon = now_datetime().replace(hour=12, minute=0, second=0, microsecond=0)
	return noon + timedelta(days=days, hours=hours)


def purpose(name: str = DEMO, **values):
	if frappe.db.exists(SERIAL_PURPOSE, name):
		doc = frappe.get_doc(SERIAL_PURPOSE, name)
		doc.update(values)
		return doc.save()
	doc = {"doctype": SERIAL_PURPOSE, "purpose_name": name, "is_bookable": 1, **values}
	return frappe.get_doc(doc).insert()


def booking(serial_no: str = "DU-00001", start=None, end=None, submit: bool = True, **values):
	start = start or at(1)
	doc = frappe.get_doc(
		{
			"doctype": SERIAL_BOOKING,
			"serial_no": serial_no,
			"party_type": "Customer",
			"party": makers.CUSTOMER,
			"company": makers.COMPANY,
			"from_datetime": start,
			"to_datetime": end or start + timedelta(hours=4),
			**values,
		}
	)
	doc.insert()
	if submit:
		doc.submit()
	return doc


def employee(name: str):
	doc = {"doctype": "Employee", "first_name": name, "company": makers.COMPANY, "gender": "Female"}
	doc |= {"date_of_birth": "1990-01-01", "date_of_joining": "2020-01-01", "status": "Active"}
	return frappe.get_doc(doc).insert()


def user_with(*roles: str, name: str = "booker@example.com"):
	frappe.set_user("Administrator")
	if not frappe.db.exists("User", name):
		doc = {"doctype": "User", "email": name, "first_name": "Booker", "send_welcome_email": 0}
		frappe.get_doc(doc).insert(ignore_permissions=True)
	user = frappe.get_doc("User", name)
	user.set("roles", [])
	user.add_roles(*roles)
	return name


class BookingCase(SerialCase):
	"""Ten demo units in stock, DU-00001 to DU-00010."""

	def setUp(self):
		super().setUp()
		purpose()
		makers.item(ITEM, "DU-.#####", serial_purpose=DEMO)
		makers.purchase_receipt(makers.buying_row(ITEM, 10))

	def tearDown(self):
		super().tearDown()
		frappe.cache.delete_value(bookings.EXIST)

	@contextmanager
	def now(self, moment):
		"""The clock of bookings stands at that moment for the block."""
		frappe.flags.current_moment = moment
		try:
			yield
		finally:
			frappe.flags.current_moment = None

	def state(self, name: str) -> dict:
		return frappe.db.get_value(SERIAL_BOOKING, name, FIELDS, as_dict=True)

	def refused(self, *parts: str):
		return self.assert_refused(*parts, exception=SerialNoError)


class TestBooking(BookingCase):
	def test_a_booking_knows_its_unit_and_party(self):
		doc = booking("du-00001", subject="Trade fair")
		self.assertEqual(
			(doc.serial_no, doc.item_code, doc.serial_purpose, doc.status),
			("DU-00001", ITEM, DEMO, "Booked"),
		)
		self.assertEqual(doc.party_name, makers.CUSTOMER)
		self.assertEqual(doc.title, f"DU-00001 · {makers.CUSTOMER}")
		self.assertEqual(self.state(doc.name).busy_until, doc.to_datetime)

	def test_every_kind_of_party(self):
		lead = frappe.get_doc({"doctype": "Lead", "lead_name": "Ann Reader"}).insert().name
		user = frappe.get_doc("User", "Administrator")
		for day, (kind, party, called) in enumerate(
			(
				("Customer", makers.CUSTOMER, makers.CUSTOMER),
				("Supplier", makers.SUPPLIER, makers.SUPPLIER),
				("Employee", employee("Bo").name, "Bo"),
				("Lead", lead, "Ann Reader"),
				("User", user.name, user.full_name),
			),
			start=1,
		):
			with self.subTest(kind):
				doc = booking(start=at(day), party_type=kind, party=party)
				self.assertEqual((doc.status, doc.party_name), ("Booked", called))

	def test_an_overlap_names_a_party_of_any_kind(self):
		lead = frappe.get_doc({"doctype": "Lead", "lead_name": "Ann Reader"}).insert().name
		for day, (kind, party, called) in enumerate(
			(("Lead", lead, "Ann Reader"), ("Employee", employee("Bo").name, "Bo")), start=1
		):
			first = booking(start=at(day), party_type=kind, party=party)
			with self.subTest(kind), self.refused("DU-00001", called, first.name):
				booking(start=at(day))

	def test_an_overlap_is_refused_and_names_the_other(self):
		first = booking(party=makers.OTHER_CUSTOMER)
		for start, end in (
			(at(1), at(1, 4)),
			(at(1, -1), at(1, 1)),
			(at(1, 3), at(1, 9)),
			(at(1, 1), at(1, 2)),
		):
			with self.refused("DU-00001", first.name, makers.OTHER_CUSTOMER):
				booking(start=start, end=end)

	def test_one_ends_where_the_next_begins(self):
		booking()
		self.assertEqual(booking(start=at(1, 4)).status, "Booked")
		self.assertEqual(booking(start=at(1, -4)).status, "Booked")
		self.assertEqual(booking("DU-00002").status, "Booked")

	def test_turn_round_time_is_kept_free(self):
		purpose(turn_round_minutes=60)
		booking()
		for start in (at(1, 4.5), at(1, -4.5)):
			with self.refused("DU-00001"):
				booking(start=start)
		self.assertEqual(booking(start=at(1, 5)).status, "Booked")
		self.assertEqual(booking(start=at(1, -5)).status, "Booked")

	def test_drafts_take_no_time_and_of_two_one_is_submitted(self):
		one, two = booking(submit=False), booking(submit=False)
		self.assertFalse(one.status or one.busy_until)
		two.submit()
		with self.refused(two.name):
			one.submit()

	def test_drafts_are_checked_as_the_settings_say(self):
		booking()
		with self.refused("DU-00001"):
			booking(submit=False)
		frappe.db.set_single_value(SETTINGS, "check_drafts", 0)
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		self.assertEqual(booking(submit=False).docstatus, 0)

	def test_inserted_and_submitted_at_once_it_is_checked_too(self):
		booking(docstatus=1, submit=False)
		with self.refused("DU-00001"):
			booking(docstatus=1, submit=False)

	def test_a_cancelled_booking_gives_the_time_back_and_can_be_amended(self):
		first = booking()
		first.cancel()
		self.assertEqual((first.status, first.busy_until), ("Cancelled", None))
		second = booking()
		second.cancel()
		again = frappe.copy_doc(first)
		again.update({"amended_from": first.name, "docstatus": 0})
		again.insert().submit()
		self.assertEqual(again.status, "Booked")

	def test_what_a_person_may_not_set_is_not_set(self):
		doc = booking(submit=False, status="Out", checked_out_on=at(0), days_late=9, times_extended=3)
		self.assertEqual(
			(doc.status, doc.checked_out_on, doc.days_late, doc.times_extended), (None, None, 0, 0)
		)
		doc.submit()
		doc.status = "Returned"
		with self.assertRaises(frappe.UpdateAfterSubmitError):
			doc.save()

	def test_what_it_is_for_can_change_later(self):
		doc = booking()
		doc.subject = "Another fair"
		doc.save()
		self.assertEqual(frappe.db.get_value(SERIAL_BOOKING, doc.name, "subject"), "Another fair")


class TestBadInput(BookingCase):
	def test_times(self):
		for start, end, part in (
			(at(1), at(1, -1), "before it begins"),
			(at(1), at(1), "the same moment"),
			(at(1), at(400_000), "hundred years"),
			("1000002026-01-01 00:00:00", at(1), "no date and time"),
			(at(1), "soon", "no date and time"),
		):
			with self.subTest(part), self.refused(part):
				booking(start=start, end=end)

	def test_what_is_missing_is_named(self):
		for field in ("serial_no", "party", "from_datetime", "to_datetime"):
			with self.subTest(field), self.assert_refused():
				booking_without(field)

	def test_what_is_not_there(self):
		for values in (
			{"serial_no": "NO-SUCH"},
			{"party": "Nobody"},
			{"party_type": "Nonsense"},
			{"party_type": "Stock Settings", "party": "Stock Settings"},
		):
			with self.subTest(**values), self.assert_refused():
				booking(**values)

	def test_a_disabled_party(self):
		frappe.db.set_value("Customer", makers.OTHER_CUSTOMER, "disabled", 1)
		with self.refused("disabled"):
			booking(party=makers.OTHER_CUSTOMER)

	def test_an_employee_who_left(self):
		left = employee("Bo")
		left.db_set("status", "Left")
		with self.refused(left.name, "Left"):
			booking(party_type="Employee", party=left.name)
		found = api.check_out_serial_nos("DU-00001", "Employee", left.name, at(1), at(2), take_now=0)
		self.assertIn("Left", found["problems"][0])

	def test_what_an_employee_has_is_returned_after_he_left(self):
		doc = booking(party_type="Employee", party=employee("Bo").name)
		with self.now(at(1, 1)):
			api.check_out_booking(doc.name)
			frappe.db.set_value("Employee", doc.party, "status", "Left")
			self.assertEqual(api.return_booking(doc.name)["status"], "Returned")

	def test_the_past_is_recorded_by_a_stock_manager_alone(self):
		frappe.set_user(user_with("Stock User", "Sales User"))
		with self.refused("in the past"):
			booking(start=at(-3))
		frappe.set_user(user_with("Stock User", "Stock Manager"))
		doc = booking(start=at(-3))
		self.assertEqual((doc.status, get_datetime(doc.returned_on)), ("Returned", at(-3, 4)))

	def test_a_unit_without_a_bookable_purpose(self):
		purpose("Stock", is_bookable=0)
		makers.item("PLAIN", "PL-.###")
		makers.item("STOCKED", "ST-.###", serial_purpose="Stock")
		for code, serial_no, part in (
			("PLAIN", "PL-001", "no Serial Purpose"),
			("STOCKED", "ST-001", "Can Be Booked"),
		):
			makers.purchase_receipt(makers.buying_row(code, 1))
			with self.subTest(code), self.refused(part):
				booking(serial_no)


def booking_without(field: str):
	return booking(**{field: None}) if field not in ("from_datetime", "to_datetime") else _without_time(field)


def _without_time(field: str):
	doc = booking("DU-00009", start=at(5), submit=False)
	doc.set(field, None)
	return doc.save()


class TestUnits(BookingCase):
	"""Units that cannot be booked, and that find-free does not offer either."""

	def assert_not_offered(self, serial_no: str, *parts: str, start=None, end=None):
		start = start or at(1)
		end = end or start + timedelta(hours=4)
		with self.refused(serial_no, *parts):
			booking(serial_no, start, end)
		self.assertNotIn(serial_no, free_names(start, end))

	def test_sold(self):
		note = makers.delivery_note(makers.selling_row(ITEM, 1, "DU-00001"), customer=makers.OTHER_CUSTOMER)
		self.assert_not_offered("DU-00001", makers.OTHER_CUSTOMER, note.name)
		self.assertEqual(booking("DU-00001", party=makers.OTHER_CUSTOMER).status, "Booked")

	def test_scrapped(self):
		makers.stock_entry("Material Issue", makers.stock_row(ITEM, 1, makers.STORES, None, "DU-00001"))
		self.assert_not_offered("DU-00001", "gone")

	def test_never_in_stock_but_known(self):
		values = {"serial_no": "HOUSE-1", "item_code": ITEM, "company": makers.COMPANY}
		frappe.get_doc({"doctype": SERIAL_NO, **values}).insert()
		self.assertIn("HOUSE-1", free_names(at(1), at(2)))
		self.assertEqual(booking("HOUSE-1").status, "Booked")

	def test_expired_before_the_end(self):
		frappe.db.set_value(SERIAL_NO, "DU-00001", "expiry_date", add_days(today(), 2))
		self.assertIn("DU-00001", free_names(at(1), at(2)))
		self.assert_not_offered("DU-00001", "expires", start=at(1), end=at(3))
		self.assertEqual(booking("DU-00001", at(1), at(2)).status, "Booked")

	def test_suspended_and_ended(self):
		for status in ("Suspended", "Ended"):
			frappe.db.set_value(SERIAL_NO, "DU-00001", "term_status", status)
			self.assert_not_offered("DU-00001", status)

	def test_under_a_claim_that_is_worked_on(self):
		claim = frappe.get_doc(
			{
				"doctype": "Warranty Claim",
				"customer": makers.CUSTOMER,
				"serial_no": "DU-00001",
				"item_code": ITEM,
				"complaint": "Does not start",
				"status": "Work In Progress",
				"company": makers.COMPANY,
			}
		).insert()
		self.assert_not_offered("DU-00001", "in repair", claim.name)
		claim.db_set("status", "Closed")
		self.assertEqual(booking("DU-00001").status, "Booked")

	def test_its_own_purpose_wins_over_its_items(self):
		purpose("Spare", is_bookable=0)
		frappe.db.set_value(SERIAL_NO, "DU-00001", "serial_purpose", "Spare")
		self.assert_not_offered("DU-00001", "Spare")

	def test_what_is_offered_can_be_booked(self):
		frappe.db.set_value(SERIAL_NO, "DU-00003", "expiry_date", today())
		frappe.db.set_value(SERIAL_NO, "DU-00004", "term_status", "Ended")
		booking("DU-00005")
		offered = free_names(at(1), at(1, 4))
		self.assertEqual(len(offered), 7)
		for serial_no in offered:
			self.assertEqual(booking(serial_no, at(1), at(1, 4)).status, "Booked")
		self.assertEqual(free_names(at(1), at(1, 4)), [])


class TestSteps(BookingCase):
	def test_out_and_back_each_by_one_click_and_twice_is_once(self):
		doc = booking()
		with self.now(at(1, 1)):
			self.assertEqual(api.check_out_booking(doc.name)["status"], "Out")
		with self.now(at(1, 2)):
			self.assertEqual(api.check_out_booking(doc.name)["status"], "Out")
			self.assertEqual(self.state(doc.name).checked_out_on, at(1, 1))
			self.assertEqual(api.return_booking(doc.name)["status"], "Returned")
		with self.now(at(1, 3)):
			self.assertEqual(api.return_booking(doc.name)["status"], "Returned")
		state = self.state(doc.name)
		self.assertEqual((state.returned_on, state.busy_until, state.days_late), (at(1, 2), at(1, 2), 0))

	def test_returned_early_the_rest_is_free(self):
		doc = booking()
		with self.now(at(1, 1)):
			api.check_out_booking(doc.name)
		with self.now(at(1, 2)):
			api.return_booking(doc.name)
			self.assertEqual(booking(start=at(1, 2), end=at(1, 3)).status, "Booked")

	def test_taken_early_it_begins_now_if_that_is_free(self):
		other = booking(start=at(1, -2), end=at(1, -1))
		doc = booking()
		with self.now(at(1, -1.5)), self.refused(other.name):
			api.check_out_booking(doc.name)
		with self.now(at(1, -0.5)):
			api.check_out_booking(doc.name)
		begins = frappe.db.get_value(SERIAL_BOOKING, doc.name, "from_datetime")
		self.assertEqual(begins, at(1, -0.5))

	def test_not_taken_while_another_has_it(self):
		first, second = booking(), booking(start=at(1, 4))
		with self.now(at(1, 1)):
			api.check_out_booking(first.name)
		with self.now(at(1, 5)), self.refused(first.name):
			api.check_out_booking(second.name)

	def test_not_taken_once_it_is_sold(self):
		doc = booking()
		frappe.db.set_single_value(SETTINGS, "booked_units", "Allow")
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		makers.delivery_note(makers.selling_row(ITEM, 1, "DU-00001"), customer=makers.OTHER_CUSTOMER)
		with self.now(at(1, 1)), self.refused("sold"):
			api.check_out_booking(doc.name)

	def test_late(self):
		doc = booking()
		with self.now(at(1, 1)):
			api.check_out_booking(doc.name)
			tasks.hourly()
			self.assertEqual(self.state(doc.name).status, "Out")
		with self.now(at(3)):
			tasks.hourly()
			state = self.state(doc.name)
			self.assertEqual((state.status, state.days_late), ("Overdue", 2))
			with self.refused("not back yet"):
				booking(start=at(3, -1))
			self.assertNotIn("DU-00001", free_names(at(3, -1), at(3, 2)))
			self.assertIn("DU-00001", free_names(at(4), at(5)))
			self.assertEqual(booking(start=at(4)).status, "Booked")
		with self.now(at(5)):
			tasks.hourly()
			self.assertEqual(self.state(doc.name).days_late, 4)
			self.assertEqual(bookings.refresh(), 0)
			self.assertEqual(api.return_booking(doc.name)["days_late"], 4)
			tasks.hourly()
		self.assertEqual(self.state(doc.name).status, "Returned")

	def test_overdue_takes_as_many_queries_for_two_as_for_eight(self):
		counts = []
		for serial_nos in (("DU-00001", "DU-00002"), [f"DU-0000{number}" for number in range(1, 9)]):
			days = 1 if len(counts) == 0 else 3
			with self.now(at(days, 0.5)):
				found = api.check_out_serial_nos(
					list(serial_nos), "Customer", makers.CUSTOMER, at(days), at(days, 4)
				)
				self.assertEqual(found["problems"], [])
			with self.now(at(days, 10)), self.count_queries() as counted:
				self.assertEqual(bookings.refresh(), len(serial_nos))
			counts += counted
			with self.now(at(days, 11)):
				api.return_serial_nos(list(serial_nos))
		self.assertEqual(counts[0], counts[1])

	def test_extend(self):
		doc = booking()
		self.assertEqual(api.extend_booking(doc.name, str(at(1, 6)))["status"], "Booked")
		api.extend_booking(doc.name, str(at(1, 6)))
		self.assertEqual(self.state(doc.name).times_extended, 1)
		with self.refused(doc.name):
			booking(start=at(1, 5))

	def test_extend_into_another_is_refused(self):
		doc, other = booking(), booking(start=at(1, 5))
		with self.refused(other.name):
			api.extend_booking(doc.name, str(at(1, 6)))
		self.assertEqual(self.state(doc.name).times_extended, 0)

	def test_no_show_frees_the_unit(self):
		doc = booking()
		with self.refused("Cancel it instead"):
			api.mark_no_show(doc.name)
		with self.now(at(1, 1)):
			self.assertEqual(api.mark_no_show(doc.name)["status"], "No-show")
			self.assertEqual(api.mark_no_show(doc.name)["status"], "No-show")
			self.assertEqual(booking(start=at(1, 1), end=at(1, 3)).status, "Booked")

	def test_a_unit_that_is_out_is_returned_before_its_booking_is_cancelled(self):
		doc = booking()
		with self.now(at(1, 1)):
			api.check_out_booking(doc.name)
			doc.reload()
			with self.refused("returned first"):
				doc.cancel()
			api.return_booking(doc.name)
			doc.reload()
			doc.cancel()
		self.assertEqual(doc.status, "Cancelled")

	def test_a_draft_takes_no_step(self):
		doc = booking(submit=False)
		for call in (api.check_out_booking, api.return_booking, api.mark_no_show):
			with self.refused("Submit it first"):
				call(doc.name)


class TestLoanRules(BookingCase):
	def test_longest_loan(self):
		purpose(longest_loan_days=2)
		with self.refused("2 days at most"):
			booking(end=at(4))
		self.assertEqual(free_names(at(1), at(4)), [])
		self.assertEqual(booking(end=at(3)).status, "Booked")

	def test_how_many_per_party(self):
		purpose(loans_per_party=2)
		booking("DU-00001")
		booking("DU-00002")
		with self.refused(makers.CUSTOMER, "2 units"):
			booking("DU-00003")
		self.assertEqual(booking("DU-00003", start=at(2)).status, "Booked")
		self.assertEqual(booking("DU-00003", party=makers.OTHER_CUSTOMER).status, "Booked")

	def test_extensions(self):
		purpose(renewals_allowed=1)
		doc = booking()
		api.extend_booking(doc.name, str(at(1, 5)))
		with self.refused("allows 1"):
			api.extend_booking(doc.name, str(at(1, 6)))
		purpose(no_renewals=1)
		other = booking("DU-00002")
		with self.refused("allows 0"):
			api.extend_booking(other.name, str(at(1, 6)))


class TestInvoice(BookingCase):
	def test_a_draft_at_the_items_rate_for_the_bookings_length(self):
		frappe.get_doc(
			{
				"doctype": "Item Price",
				"item_code": ITEM,
				"price_list": "Standard Selling",
				"price_list_rate": 30,
			}
		).insert()
		doc = booking(end=at(3))
		name = api.make_booking_invoice(doc.name)
		self.assertEqual(api.make_booking_invoice(doc.name), name)
		invoice = frappe.get_doc("Sales Invoice", name)
		(row,) = invoice.items
		self.assertEqual(
			(invoice.docstatus, invoice.customer, row.qty, row.rate), (0, makers.CUSTOMER, 2, 30)
		)
		self.assertIn("DU-00001", row.description)
		invoice.submit()
		self.assert_facts("DU-00001", status="Active", customer=None)

	def test_it_can_be_deleted_or_cancelled_and_made_anew(self):
		doc = booking()
		frappe.delete_doc("Sales Invoice", api.make_booking_invoice(doc.name))
		self.assertIsNone(frappe.db.get_value(SERIAL_BOOKING, doc.name, "sales_invoice"))
		invoice = frappe.get_doc("Sales Invoice", api.make_booking_invoice(doc.name))
		invoice.items[0].rate = 10
		invoice.submit()
		invoice.cancel()
		self.assertIsNone(frappe.db.get_value(SERIAL_BOOKING, doc.name, "sales_invoice"))

	def test_only_customers_get_one(self):
		doc = booking(party_type="Supplier", party=makers.SUPPLIER)
		with self.refused("Only a Customer"):
			api.make_booking_invoice(doc.name)


class TestSellingBookedUnits(BookingCase):
	def setUp(self):
		super().setUp()
		self.booking = booking(party=makers.OTHER_CUSTOMER)

	def set_policy(self, how: str):
		frappe.db.set_single_value(SETTINGS, "booked_units", how)
		frappe.clear_document_cache(SETTINGS, SETTINGS)

	def sell(self, **values):
		return makers.delivery_note(makers.selling_row(ITEM, 2, "DU-00001\nDU-00002"), **values)

	def warnings(self) -> str:
		return " ".join(str(message) for message in frappe.get_message_log())

	def test_refuse(self):
		self.set_policy("Refuse")
		with self.refused("Row 1", "DU-00001", self.booking.name):
			self.sell()
		self.assertEqual(self.sell(customer=makers.OTHER_CUSTOMER).docstatus, 1)

	def test_refuse_what_is_picked_too(self):
		self.set_policy("Refuse")
		with self.refused("DU-00001"):
			makers.delivery_note(makers.selling_row(ITEM, 10))
		with self.refused("DU-00001"):
			makers.stock_entry("Material Issue", makers.stock_row(ITEM, 1, makers.STORES, None, "DU-00001"))

	def test_warn(self):
		self.set_policy("Warn")
		self.sell()
		self.assertIn(self.booking.name, self.warnings())

	def test_allow(self):
		self.set_policy("Allow")
		self.sell()
		self.assertNotIn(self.booking.name, self.warnings())

	def test_a_transfer_and_a_booking_that_is_over_are_no_matter(self):
		self.set_policy("Refuse")
		makers.stock_entry(
			"Material Transfer", makers.stock_row(ITEM, 1, makers.STORES, makers.SHOP, "DU-00001")
		)
		self.booking.cancel()
		note = makers.delivery_note(makers.selling_row(ITEM, 1, "DU-00001", warehouse=makers.SHOP))
		self.assertEqual(note.docstatus, 1)

	def test_one_query_however_many_and_none_where_nothing_was_ever_booked(self):
		lines = [_Line([f"DU-{number:05d}" for number in range(2, 2 + count)]) for count in (1, 8)]
		doc = frappe._dict(doctype="Delivery Note", customer=makers.CUSTOMER)
		bookings.there_are_some()
		counts = []
		for line in lines:
			with self.count_queries() as counted:
				bookings.check_issue(doc, [line])
			counts += counted
		self.assertEqual(counts, [1, 1])
		frappe.cache.set_value(bookings.EXIST, False, expires_in_sec=60)
		with self.count_queries() as counted:
			bookings.check_issue(doc, lines)
		self.assertEqual(counted, [0])


class _Line:
	def __init__(self, serial_nos):
		self.serial_nos, self.label = serial_nos, "Row 1"
		self.direction, self.is_transfer = "Outward", False


def free_names(start, end, **more) -> list[str]:
	return [row["serial_no"] for row in api.get_free_serial_nos(str(start), str(end), **more)]


class TestFindFree(BookingCase):
	def test_free_ones_of_an_item_or_a_purpose(self):
		booking("DU-00001")
		booking("DU-00002", start=at(2))
		expected = [f"DU-{number:05d}" for number in range(2, 11)]
		self.assertEqual(free_names(at(1), at(1, 4), item_code=ITEM), expected)
		self.assertEqual(free_names(at(1), at(1, 4), serial_purpose=DEMO), expected)
		rows = api.get_free_serial_nos(str(at(1)), str(at(1, 4)), item_code=ITEM)
		self.assertEqual(rows[0]["free_until"], at(2))
		self.assertIsNone(rows[1]["free_until"])

	def test_turn_round_counts(self):
		purpose(turn_round_minutes=60)
		booking("DU-00001")
		self.assertNotIn("DU-00001", free_names(at(1, 4.5), at(1, 6)))
		self.assertIn("DU-00001", free_names(at(1, 5), at(1, 6)))

	def test_by_fields_of_the_serial_no(self):
		makers.stock_entry(
			"Material Transfer", makers.stock_row(ITEM, 1, makers.STORES, makers.SHOP, "DU-00004")
		)
		self.assertEqual(free_names(at(1), at(2), attributes={"warehouse": makers.SHOP}), ["DU-00004"])
		for wrong in ({"nonsense": 1}, {"warehouse": ["a"]}, {"name": "DU-00001", "x`y": 1}):
			with self.subTest(str(wrong)), self.refused("no fields"):
				free_names(at(1), at(2), attributes=wrong)

	def test_limit_and_pages(self):
		self.assertEqual(len(free_names(at(1), at(2), limit=3)), 3)
		self.assertEqual(len(api.search_free_serial_nos(SERIAL_NO, "DU", "name", 0, 4, {})), 4)
		found = api.search_free_serial_nos(SERIAL_NO, "DU", "name", 8, 4, {"item_code": ITEM})
		self.assertEqual([row[0] for row in found], ["DU-00009", "DU-00010"])

	def test_the_form_offers_free_ones(self):
		booking("DU-00001")
		filters = {"from_datetime": str(at(1)), "to_datetime": str(at(1, 2))}
		found = api.search_free_serial_nos(SERIAL_NO, "DU-0000", "name", 0, 20, filters)
		self.assertNotIn("DU-00001", [row[0] for row in found])

	def test_a_purpose_that_cannot_be_booked(self):
		with self.refused("Can Be Booked"):
			free_names(at(1), at(2), serial_purpose="Nonsense")

	def test_bad_times(self):
		for start, end in ((at(2), at(1)), ("never", at(1)), (at(1), at(1))):
			with self.refused():
				free_names(start, end)

	def test_next_free(self):
		booking(start=at(1), end=at(1, 4))
		booking(start=at(1, 5), end=at(1, 8))
		found = api.get_next_free("DU-00001", str(at(1)), 1)
		self.assertEqual(found["from_datetime"], at(1, 4))
		self.assertEqual(api.get_next_free("DU-00001", str(at(1)), 2)["from_datetime"], at(1, 8))
		purpose(default_booking_hours=3)
		found = api.get_next_free("DU-00001", str(at(1)))
		self.assertEqual((found["from_datetime"], found["to_datetime"]), (at(1, 8), at(1, 11)))

	def test_as_many_queries_for_one_as_for_ten(self):
		counts = []
		free.find(at(1), at(2))  # what is read once and kept
		for limit in (1, 10):
			with self.count_queries() as counted:
				free.find(at(1), at(2), limit=limit)
			counts += counted
		self.assertEqual(counts[0], counts[1])

	def test_the_report_shows_the_same(self):
		booking("DU-00001")
		report = frappe.get_doc("Report", "Free Serial Nos")
		filters = {"from_datetime": str(at(1)), "to_datetime": str(at(1, 4)), "item_code": ITEM}
		_columns, rows = report.get_data(filters=filters, as_dict=True)
		self.assertEqual([row["serial_no"] for row in rows], free_names(at(1), at(1, 4), item_code=ITEM))


class TestCheckOutDesk(BookingCase):
	def take(self, serial_nos="DU-00001..DU-00004", start=None, end=None, **more):
		with self.now(at(0, 1)):
			return api.check_out_serial_nos(
				serial_nos, "Customer", makers.CUSTOMER, start or at(0), end or at(2), **more
			)

	def test_all_are_out(self):
		found = self.take(subject="Trade fair")
		self.assertEqual((len(found["bookings"]), found["problems"]), (4, []))
		rows = frappe.get_all(
			SERIAL_BOOKING, {"name": ("in", found["bookings"])}, ["*"], order_by="serial_no"
		)
		self.assertEqual({row.status for row in rows}, {"Out"})
		self.assertEqual([row.serial_no for row in rows], [f"DU-0000{n}" for n in range(1, 5)])
		self.assertEqual(
			{(row.docstatus, row.party, row.subject) for row in rows}, {(1, makers.CUSTOMER, "Trade fair")}
		)

	def test_it_makes_what_a_form_makes(self):
		(name,) = self.take("DU-00001", take_now=0)["bookings"]
		with self.now(at(0, 1)):
			other = booking("DU-00002", at(0), at(2))
		apart = ("name", "serial_no", "title", "creation", "modified", "idx")
		one, two = (frappe.get_doc(SERIAL_BOOKING, each).as_dict() for each in (name, other.name))
		for field in one:
			if field not in apart:
				self.assertEqual(one[field] or None, two[field] or None, field)
		self.assertEqual(cint(two.name[-5:]), cint(name[-5:]) + 1)  # one series

	def test_the_bookings_can_go_on_as_any_other(self):
		(name,) = self.take("DU-00001")["bookings"]
		with self.now(at(0, 2)):
			api.extend_booking(name, str(at(3)))
			self.assertEqual(api.return_booking(name)["status"], "Returned")

	def test_one_that_cannot_be_stops_all(self):
		booking("DU-00002", start=at(1))
		frappe.db.set_value(SERIAL_NO, "DU-00003", "term_status", "Ended")
		before = frappe.db.count(SERIAL_BOOKING)
		found = self.take("DU-00001\nDU-00003\nNO-SUCH")
		self.assertEqual(found["bookings"], [])
		self.assertEqual(len(found["problems"]), 2)
		found = self.take("DU-00001\nDU-00002")
		self.assertEqual(found["bookings"], [])
		self.assertIn("DU-00002", found["problems"][0])
		self.assertEqual(frappe.db.count(SERIAL_BOOKING), before)
		self.assertIn("DU-00001", free_names(at(0), at(2)))

	def test_bad_input(self):
		for serial_nos, end in (
			("", at(2)),
			("DU-00001", at(-1)),
			("DU-1..DU-0100", at(2)),
			("DU-00001", "x"),
		):
			with self.subTest(serial_nos):
				try:
					found = self.take(serial_nos, end=end)
				except SerialNoError:
					continue
				self.assertTrue(found["problems"])
				self.assertEqual(found["bookings"], [])
		found = api.check_out_serial_nos("DU-00001", "Customer", "Nobody", at(0), at(2))
		self.assertIn("does not exist", found["problems"][0])
		found = api.check_out_serial_nos("DU-00001", "Nonsense", "Nobody", at(0), at(2))
		self.assertIn("no kind of party", found["problems"][0])

	def test_units_are_taken_within_their_time(self):
		self.assertIn("Only book them", self.take("DU-00001", start=at(1), end=at(2))["problems"][0])
		self.assertEqual(len(self.take("DU-00001", start=at(1), end=at(2), take_now=0)["bookings"]), 1)

	def test_a_party_does_not_get_more_than_it_may(self):
		purpose(loans_per_party=3)
		self.assertIn("3 units", self.take()["problems"][0])
		self.assertEqual(len(self.take("DU-00001..DU-00003")["bookings"]), 3)
		self.assertEqual(self.take("DU-00004")["bookings"], [])

	def test_return(self):
		self.take()
		with self.now(at(1)):
			found = api.return_serial_nos(["du-00001", "DU-00002"])
			self.assertEqual((len(found["returned"]), found["problems"]), (2, []))
			state = self.state(found["returned"][0])
			self.assertEqual((state.status, state.returned_on, state.busy_until), ("Returned", at(1), at(1)))
			found = api.return_serial_nos("DU-00003\nDU-00001")
			self.assertEqual(found["returned"], [])
			self.assertIn("DU-00001 is not out", found["problems"][0])
		self.assertEqual(frappe.db.count(SERIAL_BOOKING, {"status": "Out"}), 2)

	def test_as_many_queries_for_two_as_for_eight(self):
		self.take("DU-00009")  # what is read once and kept
		self.take("DU-00010")
		taken, returned = [], []
		for serial_nos in ("DU-00001..DU-00002", "DU-00001..DU-00008"):
			with self.count_queries() as counted:
				self.assertEqual(self.take(serial_nos)["problems"], [])
			taken += counted
			with self.now(at(1)), self.count_queries() as counted:
				self.assertEqual(api.return_serial_nos(serial_nos)["problems"], [])
			returned += counted
			frappe.db.set_value(SERIAL_BOOKING, {"serial_no": ("like", "DU-%")}, "busy_until", None)
		self.assertEqual(taken[0], taken[1])
		self.assertEqual(returned[0], returned[1])


class TestRights(BookingCase):
	"""Who may do what; a user has these roles and no others."""

	ROLES = (
		# roles, reads, books
		(("Stock User",), True, True),
		(("Stock Manager", "Stock User"), True, True),
		(("Sales User", "Stock User"), True, True),
		(("Accounts User", "Stock User"), True, True),
		(("Accounts User", "Item Manager"), True, False),
		(("Item Manager",), False, False),
		(("HR User",), False, False),
	)

	def calls(self, name: str) -> dict:
		times = (str(at(0)), str(at(2)))
		return {
			"check_out": lambda: api.check_out_booking(name),
			"extend": lambda: api.extend_booking(name, str(at(3))),
			"return": lambda: api.return_booking(name),
			"desk": lambda: api.check_out_serial_nos(
				"DU-00005", "Customer", makers.CUSTOMER, *times, take_now=0
			),
			"insert": lambda: booking("DU-00006", at(0, 1), at(1)),
		}

	def test_matrix(self):
		for roles, reads, books in self.ROLES:
			frappe.db.savepoint("roles")
			doc = booking(start=at(0, 0.5), end=at(1))
			user = user_with(*roles)
			looks = {
				"free": lambda: free_names(at(3), at(4)),
				"next": lambda: api.get_next_free("DU-00002"),
			}
			with self.now(at(0, 1)):
				for may, calls in ((books, self.calls(doc.name)), (reads, looks)):
					for name, call in calls.items():
						frappe.set_user(user)
						with self.subTest(" + ".join(roles), call=name):
							if may:
								self.assertTrue(call())
							else:
								self.assertRaises(frappe.PermissionError, call)
			frappe.set_user("Administrator")
			frappe.db.rollback(save_point="roles")
			frappe.clear_cache(user=user)

	def test_guests_get_nothing(self):
		doc = booking()
		frappe.set_user("Guest")
		calls = self.calls(doc.name)
		calls |= {
			"free": lambda: free_names(at(3), at(4)),
			"next": lambda: api.get_next_free("DU-00002"),
			"events": lambda: api.get_booking_events(str(at(0)), str(at(2))),
			"no-show": lambda: api.mark_no_show(doc.name),
			"invoice": lambda: api.make_booking_invoice(doc.name),
			"return many": lambda: api.return_serial_nos("DU-00001"),
			"search": lambda: api.search_free_serial_nos(SERIAL_NO, "", "name", 0, 5, {}),
		}
		for name, call in calls.items():
			with self.subTest(name), self.assertRaises(frappe.PermissionError):
				call()

	def test_another_party_is_named_only_to_who_may_read_its_booking(self):
		other = booking(party=makers.OTHER_CUSTOMER)
		user = user_with("Stock User")
		restriction = {"user": user, "allow": "Customer", "for_value": makers.CUSTOMER}
		frappe.get_doc({"doctype": "User Permission", **restriction}).insert(ignore_permissions=True)
		frappe.set_user(user)
		with self.assertRaises(SerialNoError) as caught:
			booking()
		self.assertIn("DU-00001 is booked from", str(caught.exception))
		self.assertNotIn(other.name, str(caught.exception))
		self.assertNotIn(makers.OTHER_CUSTOMER, str(caught.exception))
		with self.now(at(0, 1)):
			found = api.check_out_serial_nos("DU-00001", "Customer", makers.CUSTOMER, at(0), at(2))
		self.assertNotIn(makers.OTHER_CUSTOMER, found["problems"][0])
		self.assertRaises(frappe.PermissionError, api.check_out_booking, other.name)

	def test_lists_hold_to_the_users_parties(self):
		other = booking(party=makers.OTHER_CUSTOMER)
		own = booking("DU-00002")
		supplier = booking("DU-00003", party_type="Supplier", party=makers.SUPPLIER)
		user = user_with("Stock User")
		restriction = {"user": user, "allow": "Customer", "for_value": makers.CUSTOMER}
		frappe.get_doc({"doctype": "User Permission", **restriction}).insert(ignore_permissions=True)
		frappe.set_user(user)
		names = frappe.get_list(SERIAL_BOOKING, pluck="name")
		self.assertIn(own.name, names)
		self.assertIn(supplier.name, names)
		self.assertNotIn(other.name, names)
		self.assertTrue(own.has_permission("read"))
		self.assertFalse(other.has_permission("read"))
		with self.assertRaises(frappe.PermissionError):
			booking("DU-00004", party=makers.OTHER_CUSTOMER)

	def test_units_that_the_user_may_not_read_are_not_offered(self):
		user = user_with("Stock User")
		makers.stock_entry(
			"Material Transfer", makers.stock_row(ITEM, 1, makers.STORES, makers.SHOP, "DU-00004")
		)
		restriction = {"user": user, "allow": "Warehouse", "for_value": makers.SHOP}
		frappe.get_doc({"doctype": "User Permission", **restriction}).insert(ignore_permissions=True)
		frappe.set_user(user)
		self.assertEqual(free_names(at(1), at(2)), ["DU-00004"])
		with self.now(at(0, 1)):
			found = api.check_out_serial_nos("DU-00005", "Customer", makers.CUSTOMER, at(0), at(2))
		self.assertIn("no Serial No DU-00005", found["problems"][0])

	def test_calendar_shows_what_the_user_may_read(self):
		doc = booking()
		booking("DU-00002", start=at(1)).cancel()
		own = [["Serial Booking", "item_code", "=", ITEM]]
		events = api.get_booking_events(str(at(0)), str(at(2)), own)
		self.assertEqual([event["name"] for event in events], [doc.name])
		with self.now(at(1, 1)):
			api.check_out_booking(doc.name)
		with self.now(at(1, 2)):
			api.return_booking(doc.name)
		(event,) = api.get_booking_events(str(at(0)), str(at(2)), own)
		self.assertEqual(event["to_datetime"], at(1, 2))
		by_unit = api.get_booking_events(
			str(at(0)), str(at(2)), [[SERIAL_BOOKING, "serial_no", "=", "DU-00002"]]
		)
		self.assertEqual(by_unit, [])


class TestShipped(BookingCase):
	def test_reminders_are_there_and_disabled(self):
		for name in ("Serial Booking Due Soon", "Serial Booking Overdue"):
			doc = frappe.get_doc("Notification", name)
			self.assertEqual((doc.enabled, doc.document_type, doc.is_standard), (0, SERIAL_BOOKING, 1))

	def test_the_indexes_are_there(self):
		for index in (
			"unit_bookings",
			"party_bookings",
			"unit_busy",
			"booking_due",
			"booking_time",
			"item_time",
		):
			self.assertTrue(frappe.db.has_index(f"tab{SERIAL_BOOKING}", index), index)

	def test_a_locking_read_goes_by_equal_values_only(self):
		"""Else it would lock a neighbour's first booking too, and two could wait for each other."""
		booking_register.units(["DU-00001", "DU-00002"], lock=True)
		statement = frappe.qb.DocType(SERIAL_BOOKING)
		query = frappe.qb.from_(statement).select(statement.name).force_index("unit_bookings")
		query = query.where(statement.serial_no.isin(["DU-00001", "DU-00002"])).for_update()
		(plan,) = frappe.db.sql(f"EXPLAIN {query.get_sql()}", as_dict=True)
		self.assertEqual(plan.key, "unit_bookings")

	def test_typed_in_other_letters_it_is_the_same_unit(self):
		booking("du-00001")
		self.assertEqual(fold("du-00001"), fold("DU-00001"))
		with self.refused("DU-00001"):
			booking("Du-00001")
