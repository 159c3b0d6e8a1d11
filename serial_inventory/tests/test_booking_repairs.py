"""Units in repair are not lent: Asset Repairs and Warranty Claims, in the form, at the desk and in the finder alike."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
from frappe.utils import now_datetime

from serial_inventory import api
from serial_inventory.constants import SERIAL_BOOKING
from serial_inventory.services.messages import SerialNoError
from serial_inventory.tests import makers
from serial_inventory.tests import service_makers as service
from serial_inventory.tests.test_assets import AssetCase

PURPOSE = "Owned Test Device"


def day(days: float) -> datetime:
	return now_datetime().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=days)


class TestUnitsInRepair(AssetCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_value("Serial Purpose", PURPOSE, "is_bookable", 1)
		self.own_asset = self.asset()

	def book(self, begins: float, ends: float, submit: bool = True):
		doc = {"doctype": SERIAL_BOOKING, "serial_no": "PU-00001", "company": makers.COMPANY}
		doc |= {"party_type": "Customer", "party": makers.CUSTOMER}
		doc = frappe.get_doc({**doc, "from_datetime": day(begins), "to_datetime": day(ends)}).insert()
		if submit:
			doc.submit()
		return doc

	def repair(self, until: float | None = None, **values):
		doc = {"doctype": "Asset Repair", "asset": self.own_asset.name, "company": makers.COMPANY}
		doc |= {"failure_date": now_datetime(), "repair_status": "Pending", "description": "Leaks"}
		if until is not None:
			doc["completion_date"] = day(until)
		return frappe.get_doc({**doc, **values}).insert()

	def is_offered(self, begins: float, ends: float) -> bool:
		rows = api.get_free_serial_nos(str(day(begins)), str(day(ends)), serial_purpose=PURPOSE)
		return "PU-00001" in [row["serial_no"] for row in rows]

	def assert_in_repair(self, by: str, begins: float, ends: float):
		with self.assert_refused("PU-00001", "in repair", by, exception=SerialNoError):
			self.book(begins, ends)
		found = api.check_out_serial_nos(
			"PU-00001\nPU-00002", "Customer", makers.CUSTOMER, str(day(begins)), str(day(ends)), take_now=0
		)
		self.assertEqual(found["bookings"], [])
		self.assertIn(by, "".join(found["problems"]))
		self.assertFalse(self.is_offered(begins, ends))

	def assert_free(self, begins: float, ends: float):
		self.assertTrue(self.is_offered(begins, ends))
		self.book(begins, ends).cancel()

	def test_a_repair_without_an_end_closes_all_time_until_it_is_done(self):
		self.assert_free(1, 2)
		repair = self.repair()
		self.assert_in_repair(repair.name, 1, 2)
		self.assert_in_repair(repair.name, 400, 401)
		repair.update({"repair_status": "Completed", "completion_date": now_datetime()})
		repair.save()
		self.assert_free(1, 2)

	def test_a_cancelled_repair_closes_nothing(self):
		repair = self.repair()
		repair.repair_status = "Cancelled"
		repair.save()
		self.assert_free(1, 2)

	def test_a_repair_with_an_end_closes_the_time_until_then(self):
		repair = self.repair(until=5)
		self.assert_in_repair(repair.name, 1, 2)
		self.assert_in_repair(repair.name, 4, 6)
		self.assert_free(5, 6)

	def test_of_two_repairs_the_one_that_ends_last_counts(self):
		for first, second in ((5, 3), (3, 5)):
			with self.subTest(first=first, second=second):
				frappe.db.savepoint("two")
				longer = [self.repair(until=first), self.repair(until=second)][second > first]
				self.assert_in_repair(longer.name, 4, 6)
				self.assert_free(5, 6)
				frappe.db.rollback(save_point="two")

	def test_a_claim_that_is_worked_on_has_no_end_whatever_a_repair_says(self):
		claim = service.warranty_claim(
			"PU-00001", status="Work In Progress", item_code="PUMP-X1", customer=makers.CUSTOMER
		)
		self.repair(until=2)
		self.assert_in_repair(claim.name, 3, 4)

	def test_a_booking_made_before_the_repair_is_not_taken_out_during_it(self):
		booked = self.book(0, 3)
		repair = self.repair()
		frappe.flags.current_moment = day(1)
		self.addCleanup(frappe.flags.pop, "current_moment", None)
		with self.assert_refused(repair.name, exception=SerialNoError):
			api.check_out_booking(booked.name)
		repair.update({"repair_status": "Completed", "completion_date": now_datetime()})
		repair.save()
		self.assertEqual(api.check_out_booking(booked.name)["status"], "Out")

	def test_what_is_out_while_in_repair_comes_back(self):
		booked = self.book(0, 3)
		frappe.flags.current_moment = day(1)
		self.addCleanup(frappe.flags.pop, "current_moment", None)
		api.check_out_booking(booked.name)
		self.repair()
		with self.assert_refused("in repair", exception=SerialNoError):
			api.extend_booking(booked.name, str(day(5)))
		self.assertEqual(api.return_booking(booked.name)["status"], "Returned")
