"""What somebody careless or ill-meaning gives to terms, bookings, schedules and reports: a sentence, and nothing changes.

`unchanged` compares whole tables before anything is rolled back, as a request that goes on would leave them.
"""

from __future__ import annotations

from contextlib import contextmanager

import frappe

from serial_inventory import api
from serial_inventory.constants import SERIAL_BOOKING
from serial_inventory.services.messages import SerialNoError
from serial_inventory.tests import makers, term_makers
from serial_inventory.tests import service_makers as service
from serial_inventory.tests.base import SerialCase, checksums
from serial_inventory.tests.test_bookings import DEMO, ITEM, BookingCase, at, booking
from serial_inventory.tests.test_terms import TermCase, day

MARKUP = "<img src=x onerror=alert(1)>"
FAR_TOO_MANY = "X-000001..X-100000"
SALES = "sales@northwind.example"
LENDER = "lender@northwind.example"


@contextmanager
def told(case: SerialCase, *parts: str, exception=frappe.ValidationError):
	"""The block is refused in one readable sentence with these parts, and every watched table is as before."""
	before = snapshot()
	frappe.db.savepoint("told")
	with case.assertRaises(exception) as caught:
		yield
	frappe.db.rollback(save_point="told")
	text = str(caught.exception)
	for part in parts:
		case.assertIn(part, text)
	case.assertNotIn("<img", text)
	case.assertNotIn("Traceback", text)
	case.assertLess(len(text), 3_000)
	case.assertEqual(snapshot(), before, "something was written")


def snapshot() -> dict:
	bookings = frappe.db.sql("SELECT COUNT(*), SUM(docstatus), MAX(modified) FROM `tabSerial Booking`")
	return {**checksums(), SERIAL_BOOKING: bookings}


class TestRenewals(TermCase):
	def setUp(self):
		super().setUp()
		self.sell("ACC-1", "ACC-2", on=-3)

	def with_dates(self, **dates):
		doc = self.renewal("Renew", "ACC-1", submit=False)
		doc.items[0].update(dates)
		doc.save()
		doc.submit()

	def test_dates_that_are_none_or_the_wrong_way_round(self):
		for dates, parts in (
			({"from_date": str(day(40)), "to_date": str(day(20))}, ("ACC-1",)),
			({"from_date": str(day(-60)), "to_date": str(day(-30))}, ("ACC-1",)),
			({"to_date": "2026-02-30"}, ()),
			({"to_date": "soon"}, ()),
		):
			with self.subTest(**dates), told(self, *parts, exception=Exception):
				self.with_dates(**dates)

	def test_a_posting_date_that_is_none(self):
		for date in ("2026-13-01", "yesterday", "9999999-01-01"):
			doc = frappe.get_doc({"doctype": "Serial Renewal", "company": makers.COMPANY, "action": "Renew"})
			doc.update({"posting_date": date, "serial_nos": "ACC-1"})
			with self.subTest(date), told(self, exception=Exception):
				doc.insert()

	def test_markup_and_nonsense_in_the_serials(self):
		for text, part in (
			(MARKUP, "&lt;img"),
			("'; DROP TABLE `tabSerial No`; --", "does not exist"),
			("{{ 7 * 7 }}", "does not exist"),
			("%", "does not exist"),
		):
			with self.subTest(text), told(self, part):
				self.renewal("Renew", text)
			with self.subTest(text, by="API"), told(self):
				api.renew(text)

	def test_a_hundred_thousand_serials_that_are_not_there(self):
		with told(self, "X-000001"):
			self.renewal("Renew", FAR_TOO_MANY)
		with told(self, "100,001"):
			self.renewal("Renew", "X-000001..X-100001")
		for call in (lambda: api.renew(FAR_TOO_MANY), lambda: self.invoice(FAR_TOO_MANY, qty=100_000)):
			with told(self, "X-000001"):
				call()

	def test_a_double_click(self):
		doc = self.renewal("Renew", "ACC-1", submit=False)
		again = frappe.get_doc(doc.doctype, doc.name)
		doc.submit()
		with told(self, exception=Exception):
			again.submit()
		self.assertEqual(self.standing("ACC-1"), ["Start", "Renew"])

	def test_an_amended_renewal_grants_the_same_days_once(self):
		doc = self.renewal("Renew", "ACC-1")
		first = frappe.db.get_value("Serial No", "ACC-1", "expiry_date")
		doc.cancel()
		again = frappe.copy_doc(doc)
		again.update({"amended_from": doc.name, "docstatus": 0})
		again.insert().submit()
		self.assertEqual(frappe.db.get_value("Serial No", "ACC-1", "expiry_date"), first)
		self.assertEqual(self.standing("ACC-1"), ["Start", "Renew"])
		with told(self, exception=Exception):
			frappe.get_doc(doc.doctype, doc.name).submit()

	def test_a_cancel_in_the_midst_of_a_chain_names_what_comes_after(self):
		first, second = self.renewal("Renew", "ACC-1", "ACC-2"), self.renewal("Renew", "ACC-2")
		with told(self, second.name, "ACC-2"):
			frappe.get_doc(first.doctype, first.name).cancel()
		self.assertEqual(self.standing("ACC-2"), ["Start", "Renew", "Renew"])

	def test_a_user_of_one_customer_does_not_renew_anothers_account(self):
		self.sell("ACC-3", on=-3, customer=makers.OTHER_CUSTOMER)
		user = term_makers.user(SALES, "Sales User", "Sales Manager", "Stock User")
		term_makers.restrict(user, "Customer", makers.CUSTOMER)
		frappe.set_user(user)
		with told(self, exception=(frappe.PermissionError, frappe.ValidationError)):
			api.renew("ACC-3")
		with self.assertRaises(frappe.PermissionError):
			api.get_term("ACC-3")
		with self.assertRaises(frappe.PermissionError):
			api.get_history("ACC-3")
		expiring = api.get_expiring(str(day(0)), str(day(60)))
		self.assertNotIn("ACC-3", [row["name"] for row in expiring])

	def test_days_that_are_none_at_the_calls(self):
		for first, last in (
			("2026-02-30", "2026-03-01"),
			("soon", "later"),
			(str(day(9)), str(day(1))),
			("", ""),
		):
			with self.subTest(first=first), told(self):
				api.get_expiring(first, last)
		for as_on in ("2026-02-30", "soon", "", MARKUP):
			with self.subTest(as_on=as_on), told(self):
				api.get_positions(as_on)
		for before in (MARKUP, "nowhere", "2026-01-01"):
			with self.subTest(before=before), told(self):
				api.get_history("ACC-1", before=before)
		for limit in (-5, "many", 10**9):
			with self.subTest(limit=limit):
				self.assertTrue(api.get_history("ACC-1", limit=limit)["events"])


class TestBookings(BookingCase):
	def desk(self, text: str, start=None, end=None, **values):
		values = {"party_type": "Customer", "party": makers.CUSTOMER, "take_now": 0, **values}
		return api.check_out_serial_nos(
			text, from_datetime=str(start or at(1)), to_datetime=str(end or at(2)), **values
		)

	def assert_told_at_the_desk(self, found: dict, part: str):
		"""All or nothing, and the sentences are safe to show."""
		self.assertEqual(found["bookings"], [])
		self.assertIn(part, " ".join(found["problems"]))
		self.assertNotIn("<img", " ".join(found["problems"]))

	def test_texts_at_the_desk(self):
		before = snapshot()
		for text, part in (
			(MARKUP, "&lt;img"),
			(f"DU-00001\n{MARKUP}", "&lt;img"),
			(FAR_TOO_MANY, "5,000"),
			("DU-00010..DU-00001", "DU-00010"),
			("'; DROP TABLE `tabSerial No`; --", "no Serial No"),
			("DU-%", "no Serial No"),
			("", "No Serial Nos"),
		):
			with self.subTest(text):
				self.assert_told_at_the_desk(self.desk(text), part)
		self.assertEqual(snapshot(), before)

	def test_times_at_the_desk(self):
		before = snapshot()
		self.assert_told_at_the_desk(self.desk("DU-00001", at(2), at(1)), "before it begins")
		self.assert_told_at_the_desk(self.desk("DU-00001", at(1), at(400_000)), "hundred years")
		for start, end in (("soon", at(1)), ("2026-02-30 10:00:00", at(1)), (at(1), "9999999-01-01")):
			with self.subTest(start=start), told(self, "no date and time", exception=SerialNoError):
				self.desk("DU-00001", start, end)
		self.assertEqual(snapshot(), before)

	def test_parties_at_the_desk(self):
		before = snapshot()
		for kind, party in (
			("Customer", MARKUP),
			(MARKUP, "x"),
			("Stock Settings", "Stock Settings"),
			("", ""),
		):
			with self.subTest(kind=kind, party=party):
				found = self.desk("DU-00001", party_type=kind, party=party)
				self.assert_told_at_the_desk(found, ".")
		self.assertEqual(snapshot(), before)

	def test_markup_in_a_booking_stays_text(self):
		doc = booking(subject=MARKUP)
		(event,) = api.get_booking_events(str(at(0)), str(at(3)), [[SERIAL_BOOKING, "item_code", "=", ITEM]])
		self.assertEqual(event["name"], doc.name)
		self.assertNotIn("<img", str(event))
		self.assertNotIn("<img", str(api.get_history("DU-00001")))

	def test_names_and_filters_that_are_none_at_the_calls(self):
		for call in (
			lambda: api.check_out_booking("NO-SUCH"),
			lambda: api.return_booking(MARKUP),
			lambda: api.extend_booking("", str(at(2))),
			lambda: api.get_next_free("NO-SUCH"),
			lambda: api.get_free_serial_nos(str(at(1)), str(at(2)), serial_purpose=MARKUP),
			lambda: api.get_free_serial_nos(str(at(1)), str(at(2)), attributes={"1=1 --": 1}),
			lambda: api.get_free_serial_nos(str(at(1)), str(at(2)), attributes='["a"]'),
			lambda: api.check_out_serial_nos({"a": 1}, "Customer", makers.CUSTOMER, str(at(1)), str(at(2))),
		):
			with told(self, exception=(frappe.ValidationError, frappe.DoesNotExistError)):
				call()

	def test_extended_to_a_moment_that_is_none_or_gone(self):
		doc = booking()
		for end, part in (("soon", "no date and time"), (at(0), "due"), (at(400_000), "hundred years")):
			with self.subTest(part), told(self, part, exception=SerialNoError):
				api.extend_booking(doc.name, str(end))
		self.assertEqual(self.state(doc.name).times_extended, 0)

	def test_clicks_on_a_cancelled_or_amended_booking(self):
		doc = booking()
		doc.cancel()
		for call in (api.check_out_booking, api.return_booking, api.mark_no_show, api.make_booking_invoice):
			with self.subTest(call.__name__), told(self, doc.name, exception=SerialNoError):
				call(doc.name)
		again = frappe.copy_doc(doc)
		again.update({"amended_from": doc.name, "docstatus": 0})
		again.insert().submit()
		self.assertEqual(api.extend_booking(again.name, str(at(1, 9)))["status"], "Booked")
		with told(self, exception=Exception):
			frappe.get_doc(SERIAL_BOOKING, doc.name).submit()

	def test_two_clicks_on_submit(self):
		doc = booking(submit=False)
		again = frappe.get_doc(SERIAL_BOOKING, doc.name)
		doc.submit()
		with told(self, exception=Exception):
			again.submit()
		self.assertEqual(frappe.db.count(SERIAL_BOOKING, {"serial_no": "DU-00001", "docstatus": 1}), 1)

	def test_a_user_of_one_company_books_nothing_of_another(self):
		other = frappe.get_all("Company", {"name": ("!=", makers.COMPANY)}, pluck="name", limit=1)
		if not other:
			doc = {"doctype": "Company", "company_name": "Northwind Elsewhere", "abbr": "NEL"}
			other = [
				frappe.get_doc({**doc, "default_currency": "USD", "country": "United States"}).insert().name
			]
		user = term_makers.user(LENDER, "Stock User")
		term_makers.restrict(user, "Company", other[0])
		frappe.set_user(user)
		with told(self, exception=(frappe.PermissionError, frappe.ValidationError)):
			booking()
		self.assert_told_at_the_desk(self.desk("DU-00001"), "no Serial No DU-00001")
		self.assertEqual(api.get_free_serial_nos(str(at(1)), str(at(2)), serial_purpose=DEMO), [])


class TestSchedules(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))

	def schedule(self, text: str, **values):
		return service.maintenance_schedule(service.schedule_row("ROUTER-X1", text, **values))

	def test_texts(self):
		for text, part in (
			(MARKUP, "&lt;img"),
			(FAR_TOO_MANY, "X-000001"),
			("RT-00003..RT-00001", "RT-00003"),
			("RT-00001, RT-00001", "RT-00001"),
			("{{ 7 * 7 }}", "7 * 7"),
		):
			with self.subTest(text), told(self, part):
				self.schedule(text)

	def test_dates(self):
		for dates in (
			{"start_date": "2026-02-30"},
			{"end_date": "soon"},
		):
			with self.subTest(**dates), told(self, exception=Exception):
				self.schedule("RT-00001", **dates)

	def test_amended_and_cancelled(self):
		doc = self.schedule("RT-00001")
		ends = self.serial("RT-00001").amc_expiry_date
		doc.cancel()
		self.assertIsNone(self.serial("RT-00001").amc_expiry_date)
		again = frappe.copy_doc(doc)
		again.update({"amended_from": doc.name, "docstatus": 0})
		again.insert().submit()
		self.assertEqual(self.serial("RT-00001").amc_expiry_date, ends)

	def test_calls(self):
		for call in (
			lambda: api.make_maintenance_schedule(MARKUP),
			lambda: api.make_maintenance_schedule(FAR_TOO_MANY),
			lambda: api.make_maintenance_schedule([]),
			lambda: api.make_maintenance_schedule(doctype="User", name="Administrator"),
			lambda: api.make_maintenance_schedule(doctype="Delivery Note", name="NO-SUCH"),
			lambda: api.make_asset("NO-SUCH"),
			lambda: api.get_warranty_status("NO-SUCH"),
			lambda: api.get_warranty_status("RT-00001", "2026-02-30"),
		):
			with told(self, exception=(frappe.ValidationError, frappe.DoesNotExistError)):
				call()
