"""Terms on the site: sold, renewed by invoice and by hand, suspended, ended, cancelled, as the days pass."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, getdate, today

from serial_inventory.services import advance
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase

TABLES = ("Serial Term", "Serial Renewal", "Sales Invoice")


def day(offset: int):
	return getdate(add_days(today(), offset))


class TermCase(SerialCase):
	"""Accounts ACC-1 to ACC-3 of an Item on a 14-day trial, which a monthly plan follows."""

	def setUp(self):
		super().setUp()
		makers.billing_item("ERP-MONTH")
		makers.billing_item("ERP-YEAR")
		makers.plan("ERP Monthly", 1, "Month", grace_days=5, billing_item="ERP-MONTH")
		makers.plan("ERP Yearly", 1, "Year", billing_item="ERP-YEAR")
		makers.plan("ERP Trial", 14, "Day", "Trial", grace_days=3, next_plan="ERP Monthly")
		makers.item("ERP-ACCOUNT", None, serial_plan="ERP Trial", warranty_period=0)
		makers.purchase_receipt(
			makers.buying_row("ERP-ACCOUNT", 3, "ACC-1..ACC-3"), posting_date=add_days(today(), -100)
		)

	def sell(self, *serial_nos: str, on: int = 0, **values):
		row = makers.selling_row("ERP-ACCOUNT", len(serial_nos), "\n".join(serial_nos))
		return makers.delivery_note(row, posting_date=str(day(on)), **values)

	def renewal(self, action: str, *serial_nos: str, on: int = 0, submit=True, **values):
		values = {"company": makers.COMPANY, "posting_date": str(day(on)), "action": action, **values}
		doc = frappe.get_doc({"doctype": "Serial Renewal", "serial_nos": ", ".join(serial_nos), **values})
		doc.insert()
		if submit:
			doc.submit()
		return doc

	def invoice(self, serial_nos: str, item_code: str = "ERP-MONTH", qty: float = 1, on: int = 0, **values):
		row = makers.selling_row(item_code, qty, renew_serial_nos=serial_nos)
		return makers.sales_invoice(row, posting_date=str(day(on)), update_stock=0, **values)

	def assert_term(self, serial_no: str, status: str | None, first=None, last=None, plan: str | None = None):
		facts = {"term_status": status, "term_start_date": first, "expiry_date": last}
		self.assert_facts(serial_no, **facts, **({"serial_plan": plan} if plan else {}))

	def standing(self, serial_no: str) -> list[str]:
		filters = {"serial_no": serial_no, "is_cancelled": 0}
		return frappe.get_all("Serial Term", filters=filters, pluck="action", order_by="creation")


class TestSelling(TermCase):
	def test_a_unit_in_stock_has_its_items_plan_and_is_not_started(self):
		self.assert_term("ACC-1", "Not Started", plan="ERP Trial")
		self.assert_facts("ACC-1", plan_type="Trial")

	def test_the_document_that_moves_the_stock_starts_the_term_and_its_cancel_takes_it_back(self):
		note = self.sell("ACC-1", "ACC-2", on=-3)
		self.assert_term("ACC-1", "Trial", day(-3), day(10), "ERP Trial")
		row = frappe.get_all("Serial Term", {"serial_no": "ACC-1"}, ["*"])[0]
		self.assertEqual(
			(row.voucher_type, row.voucher_no, row.customer, row.company, row.item_code, row.action),
			("Delivery Note", note.name, makers.CUSTOMER, makers.COMPANY, "ERP-ACCOUNT", "Start"),
		)
		note.reload()
		note.cancel()
		self.assert_term("ACC-1", "Not Started", plan="ERP Trial")
		self.assertEqual(self.standing("ACC-1"), [])

	def test_an_invoice_that_updates_stock_starts_it_too(self):
		row = makers.selling_row("ERP-ACCOUNT", 1, "ACC-1")
		makers.sales_invoice(row, posting_date=str(day(0)))
		self.assert_term("ACC-1", "Trial", day(0), day(13))

	def test_a_return_ends_it_and_the_cancelled_return_does_not(self):
		from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

		note = self.sell("ACC-1", "ACC-2", on=-3)
		back = make_sales_return(note.name)
		back.items[0].qty = -1
		back.items[0].serial_no = "ACC-2"
		back.insert()
		back.submit()
		self.assert_term("ACC-2", "Ended", day(-3), day(-1))
		self.assert_term("ACC-1", "Trial", day(-3), day(10))
		self.sell("ACC-2")
		self.assert_term("ACC-2", "Trial", day(0), day(13))

	def test_a_plain_item_costs_no_query_more(self):
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2))
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"), submit=False)
		asked = []
		original = frappe.db.sql

		def watching(query, *args, **kwargs):
			asked.append(str(query))
			return original(query, *args, **kwargs)

		frappe.db.sql = watching
		try:
			note.submit()
		finally:
			frappe.db.sql = original
		self.assertEqual([query for query in asked if "Serial Term" in query or "Serial Plan" in query], [])


class TestRenewingByInvoice(TermCase):
	def test_a_paid_plan_converts_the_trial_at_once(self):
		self.sell("ACC-1", on=-3)
		invoice = self.invoice("ACC-1")
		self.assert_term(
			"ACC-1",
			"Paid",
			day(0),
			frappe.utils.add_months(day(0), 1) - frappe.utils.datetime.timedelta(1),
			"ERP Monthly",
		)
		self.assertEqual(self.standing("ACC-1"), ["Start", "Convert"])
		invoice.reload()
		invoice.cancel()
		self.assert_term("ACC-1", "Trial", day(-3), day(10), "ERP Trial")

	def test_many_at_once_for_several_terms_each_typed_as_a_range(self):
		self.sell("ACC-1", "ACC-2", "ACC-3")
		invoice = self.invoice("ACC-1..ACC-3", qty=6)
		self.assertEqual(invoice.items[0].renew_serial_nos, "ACC-1\nACC-2\nACC-3")
		last = frappe.utils.add_months(day(0), 2) - frappe.utils.datetime.timedelta(1)
		for serial_no in ("ACC-1", "ACC-2", "ACC-3"):
			self.assert_term(serial_no, "Paid", day(0), last)

	def test_renewed_twice_and_cancelled_from_the_last_one_only(self):
		self.sell("ACC-1", on=-40)
		first = self.invoice("ACC-1", on=-30)
		second = self.invoice("ACC-1")
		self.assertEqual(self.standing("ACC-1"), ["Start", "Convert", "Renew"])
		with self.assert_refused(first.name, second.name, "ACC-1"):
			frappe.get_doc("Sales Invoice", first.name).cancel()
		second.reload()
		second.cancel()
		first.reload()
		first.cancel()
		self.assertEqual(self.standing("ACC-1"), ["Start"])
		self.assert_term("ACC-1", "Expired", day(-40), day(-27), "ERP Trial")

	def test_the_delivery_is_not_cancelled_under_its_renewals(self):
		note = self.sell("ACC-1", on=-3)
		invoice = self.invoice("ACC-1")
		with self.assert_refused(note.name, invoice.name):
			frappe.get_doc("Delivery Note", note.name).cancel()
		self.assert_facts("ACC-1", status="Delivered", customer=makers.CUSTOMER)

	def test_refusals_leave_everything_as_it_was(self):
		self.sell("ACC-1", on=-3)
		self.sell("ACC-2", on=-3, customer=makers.OTHER_CUSTOMER)
		makers.billing_item("POSTAGE")
		for values, parts in (
			({"serial_nos": "ACC-2"}, ("Row 1", "ACC-2", makers.OTHER_CUSTOMER)),
			({"serial_nos": "NOPE"}, ("Row 1", "NOPE", "does not exist")),
			({"serial_nos": "ACC-1", "item_code": "POSTAGE"}, ("POSTAGE", "renews nothing")),
			({"serial_nos": "ACC-1", "qty": 1.5}, ("Row 1", "1.5")),
			({"serial_nos": "ACC-1, acc-1", "qty": 2}, ("more than once",)),
			({"serial_nos": "ACC-9..ACC-1"}, ("Row 1",)),
		):
			with self.subTest(values), self.assert_refused(*parts):
				self.invoice(**values)
		self.assertEqual(self.standing("ACC-1"), ["Start"])

	def test_a_credit_note_renews_nothing(self):
		from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

		self.sell("ACC-1", on=-3)
		invoice = self.invoice("ACC-1")
		note = make_sales_return(invoice.name)
		self.assertFalse(note.items[0].renew_serial_nos)
		note.insert()
		note.submit()
		self.assertEqual(self.standing("ACC-1"), ["Start", "Convert"])

	def test_a_subscription_renews_by_the_invoices_that_it_makes(self):
		self.sell("ACC-1", "ACC-2", on=-3)
		plan = {
			"doctype": "Subscription Plan",
			"plan_name": "ERP by the month",
			"item": "ERP-MONTH",
			"cost": 20,
		}
		plan = {**plan, "price_determination": "Fixed Rate", "billing_interval": "Month", "currency": "USD"}
		frappe.get_doc({**plan, "billing_interval_count": 1}).insert()
		subscription = frappe.get_doc(
			{
				"doctype": "Subscription",
				"party_type": "Customer",
				"party": makers.CUSTOMER,
				"company": makers.COMPANY,
				"start_date": today(),
				"generate_invoice_at": "Beginning of the current subscription period",
				"submit_invoice": 1,
				"plans": [{"plan": "ERP by the month", "qty": 2, "renew_serial_nos": "ACC-1, ACC-2"}],
			}
		).insert()
		subscription.process(posting_date=today())
		self.assertEqual(self.standing("ACC-1"), ["Start", "Convert"])
		self.assert_facts("ACC-2", term_status="Paid", serial_plan="ERP Monthly")


class TestSerialRenewal(TermCase):
	def test_the_dates_are_shown_before_it_is_submitted(self):
		self.sell("ACC-1", "ACC-2", on=-3)
		doc = self.renewal("Convert", "ACC-1", "ACC-2", submit=False)
		row = doc.items[1]
		self.assertEqual((row.serial_no, row.term_status, row.serial_plan), ("ACC-2", "Trial", "ERP Monthly"))
		self.assertEqual((getdate(row.from_date), getdate(row.expiry_date)), (day(0), day(10)))
		self.assertEqual(self.standing("ACC-2"), ["Start"])
		doc.submit()
		self.assert_term("ACC-2", "Paid", getdate(row.from_date), getdate(row.to_date), "ERP Monthly")

	def test_the_preview_follows_the_head_and_typed_dates_stay(self):
		self.sell("ACC-1", on=-3)
		doc = self.renewal("Renew", "ACC-1", submit=False)
		self.assertEqual(getdate(doc.items[0].from_date), day(11))
		doc.serial_plan = "ERP Yearly"
		doc.save()
		self.assertGreater(getdate(doc.items[0].to_date), day(300))
		doc.items[0].to_date = str(day(20))
		doc.save()
		doc.serial_plan = "ERP Monthly"
		doc.save()
		self.assertEqual(getdate(doc.items[0].to_date), day(20))
		doc.submit()
		self.assertEqual(self.standing("ACC-1"), ["Start", "Renew"])

	def test_two_drafts_for_one_unit_do_not_renew_the_same_days(self):
		self.sell("ACC-1", on=-3)
		first = self.renewal("Renew", "ACC-1", submit=False)
		second = self.renewal("Renew", "ACC-1", submit=False)
		first.submit()
		with self.assert_refused("ACC-1", "have changed since its dates were shown"):
			frappe.get_doc("Serial Renewal", second.name).submit()
		second.reload()
		second.save()
		second.submit()
		self.assertGreater(getdate(second.items[0].from_date), getdate(first.items[0].to_date))

	def test_a_document_is_submitted_once(self):
		self.sell("ACC-1", on=-3)
		doc = self.renewal("Renew", "ACC-1", submit=False)
		again = frappe.get_doc("Serial Renewal", doc.name)
		doc.submit()
		self.assertRaises(frappe.ValidationError, again.submit)
		self.assertEqual(self.standing("ACC-1"), ["Start", "Renew"])

	def test_suspend_resume_end_and_back_again(self):
		self.sell("ACC-1", on=-10)
		suspended = self.renewal("Suspend", "ACC-1", on=-5)
		self.assert_term("ACC-1", "Suspended", day(-10))
		resumed = self.renewal("Resume", "ACC-1")
		self.assert_term("ACC-1", "Trial", day(0), day(8))
		ended = self.renewal("End", "ACC-1")
		self.assert_term("ACC-1", "Ended", day(-10), day(-6))
		with self.assert_refused(suspended.name, ended.name, resumed.name):
			frappe.get_doc("Serial Renewal", suspended.name).cancel()
		for doc in (ended, resumed, suspended):
			doc.reload()
			doc.cancel()
		self.assert_term("ACC-1", "Trial", day(-10), day(3))

	def test_refusals_leave_everything_as_it_was(self):
		self.sell("ACC-1", on=-3)
		self.sell("ACC-2", on=-3, customer=makers.OTHER_CUSTOMER)
		for action, serial_nos, values, parts in (
			("Renew", ["ACC-1", "ACC-2"], {"customer": makers.CUSTOMER}, ("Row 2", makers.OTHER_CUSTOMER)),
			("Renew", ["NOPE"], {}, ("Row 1", "NOPE", "does not exist")),
			("Renew", [], {}, ("at least one Serial No",)),
			("Resume", ["ACC-1"], {}, ("not suspended",)),
			("Change Plan", ["ACC-1"], {}, ("Choose the Serial Plan",)),
			("Convert", ["ACC-1"], {"serial_plan": "ERP Trial"}, ("which is a trial",)),
		):
			with self.subTest(action), self.assert_refused(*parts):
				self.renewal(action, *serial_nos, **values)
		self.renewal("End", "ACC-1")
		with self.assert_refused("were ended on"):
			self.renewal("Renew", "ACC-1")

	def test_queries_do_not_grow_with_the_serials(self):
		makers.purchase_receipt(makers.buying_row("ERP-ACCOUNT", 300, "N-001..N-300"))
		counts = []
		for names in (["N-001..N-010"], ["N-011..N-300"]):
			doc = self.renewal("Renew", *names, submit=False)
			with self.count_queries() as counted:
				doc.submit()
			counts.append(counted[0])
		self.assertLessEqual(counts[1], counts[0] + 2)

	def test_nobody_writes_the_ledger_by_hand(self):
		self.sell("ACC-1")
		term = frappe.get_doc("Serial Term", {"serial_no": "ACC-1"})
		term.to_date = str(day(999))
		self.assertRaises(frappe.ValidationError, term.save)
		self.assertRaises(frappe.ValidationError, term.delete)


class TestDaysPass(TermCase):
	def test_from_trial_through_grace_to_expired(self):
		self.sell("ACC-1")
		self.sell("ACC-2", on=-1)
		for on, status, other in (
			(13, "Trial", "Grace"),
			(14, "Grace", "Grace"),
			(16, "Grace", "Expired"),
			(17, "Expired", "Expired"),
		):
			advance.run(day(on))
			self.assert_facts("ACC-1", term_status=status)
			self.assert_facts("ACC-2", term_status=other)

	def test_days_off_are_caught_up_and_a_second_run_finds_nothing(self):
		self.sell("ACC-1")
		self.assertGreater(advance.run(day(500)), 0)
		self.assert_facts("ACC-1", term_status="Expired")
		self.assertEqual(advance.run(day(500)), 0)

	def test_a_term_that_begins_later_begins_on_its_day(self):
		self.sell("ACC-1")
		self.renewal("Renew", "ACC-1", serial_plan="ERP Monthly")
		advance.run(day(14))
		self.assert_facts("ACC-1", term_status="Paid", serial_plan="ERP Monthly", term_start_date=day(14))

	def test_queries_of_the_daily_job_do_not_grow(self):
		makers.purchase_receipt(makers.buying_row("ERP-ACCOUNT", 300, "N-001..N-300"))
		counts = []
		for name in ("N-001..N-010", "N-011..N-300"):
			makers.delivery_note(makers.selling_row("ERP-ACCOUNT", 290 if "300" in name else 10, name))
			with self.count_queries() as counted:
				advance.run(day(14))
			counts.append(counted[0])
		self.assertEqual(counts[0], counts[1])


class TestLifeOfPlainStock(TermCase):
	def setUp(self):
		super().setUp()
		makers.item("SYRINGE", None, serial_life_days=30)
		receipt = makers.buying_row("SYRINGE", 2, "SY-1\nSY-2")
		self.receipt = makers.purchase_receipt(receipt, posting_date=str(day(-31)))
		makers.purchase_receipt(makers.buying_row("SYRINGE", 1, "SY-3"))

	def setting(self, value: str):
		frappe.db.set_single_value("Serialized Inventory Settings", "expired_units", value)

	def test_expiry_counts_from_the_receipt_and_goes_with_it(self):
		self.assert_term("SY-1", "Expired", None, day(-1))
		self.assert_term("SY-3", None, None, day(30))
		advance.run(day(31))
		self.assert_term("SY-3", "Expired", None, day(30))
		self.receipt.reload()
		self.receipt.cancel()
		self.assert_term("SY-1", None)

	def test_a_typed_expiry_stays(self):
		doc = self.serial("SY-1")
		doc.expiry_date = str(day(5))
		doc.save()
		self.assert_term("SY-1", None, None, day(5))
		makers.stock_entry(
			"Material Transfer", makers.stock_row("SYRINGE", 1, makers.STORES, makers.SHOP, "SY-1")
		)
		self.assert_term("SY-1", None, None, day(5))

	def test_expired_units_are_refused_typed_and_not_picked_by_the_setting(self):
		self.setting("Refuse")
		with self.assert_refused("Row 1", "SY-1", "Expired before"):
			makers.delivery_note(makers.selling_row("SYRINGE", 1, "SY-1"))
		note = makers.delivery_note(makers.selling_row("SYRINGE", 1))
		self.assertEqual(note.items[0].serial_no, "SY-3")
		makers.stock_entry(
			"Material Transfer", makers.stock_row("SYRINGE", 1, makers.STORES, makers.SHOP, "SY-1")
		)

	def test_or_warned_of(self):
		self.setting("Warn")
		makers.delivery_note(makers.selling_row("SYRINGE", 1, "SY-1"))
		self.assertIn("issued all the same: SY-1", str(frappe.get_message_log()))
		frappe.clear_messages()
		self.setting("Allow")
		makers.delivery_note(makers.selling_row("SYRINGE", 1, "SY-2"))
		self.assertNotIn("issued all the same", str(frappe.get_message_log()))

	def test_an_item_that_gets_a_life_gives_it_to_its_units(self):
		item = frappe.get_doc("Item", "SYRINGE")
		item.serial_life_days = 100
		item.save()
		self.assert_term("SY-1", None, None, day(69))


class TestEnteredDirectly(TermCase):
	def enter(self, serial_no: str, **values):
		return frappe.get_doc(
			{"doctype": "Serial No", "serial_no": serial_no, "item_code": "ERP-ACCOUNT", **values}
		).insert()

	def test_an_account_that_runs_already(self):
		self.enter(
			"OLD-1", serial_plan="ERP Yearly", term_start_date=str(day(-100)), expiry_date=str(day(50))
		)
		self.assert_term("OLD-1", "Paid", day(-100), day(50), "ERP Yearly")
		self.renewal("Renew", "OLD-1")
		self.assertGreater(self.serial("OLD-1").expiry_date, day(400))

	def test_with_its_plan_and_its_expiry_alone(self):
		self.enter("OLD-1", serial_plan="ERP Yearly", expiry_date=str(day(50)))
		self.assert_term("OLD-1", "Paid", day(0), day(50))
		self.enter("OLD-2", serial_plan="ERP Monthly", expiry_date=str(day(-50)))
		self.assert_term("OLD-2", "Expired", day(-50), day(-50))

	def test_what_vouchers_say_is_not_typed_over(self):
		self.sell("ACC-1")
		for field, value in (
			("expiry_date", str(day(999))),
			("serial_plan", "ERP Yearly"),
			("term_status", "Paid"),
		):
			doc = self.serial("ACC-1")
			doc.set(field, value)
			with self.subTest(field), self.assert_refused("ACC-1", "Serial Renewal"):
				doc.save()

	def test_refusals(self):
		for values, part in (
			({"term_status": "Paid"}, "Term Status"),
			({"plan_type": "Paid"}, "no Serial Plan"),
			({"serial_plan": "ERP Trial", "plan_type": "Paid"}, "is Trial"),
			(
				{"serial_plan": "ERP Trial", "term_start_date": str(day(0)), "expiry_date": str(day(-1))},
				"before it starts",
			),
		):
			with self.subTest(values), self.assert_refused(part):
				self.enter("OLD-1", **values)

	def test_a_serial_no_with_terms_is_deleted_only_if_no_voucher_stands(self):
		self.enter("OLD-1", serial_plan="ERP Yearly", expiry_date=str(day(50))).delete()
		self.assertFalse(frappe.db.exists("Serial Term", {"serial_no": "OLD-1"}))
		doc = self.enter("OLD-2", serial_plan="ERP Yearly", expiry_date=str(day(50)))
		renewal = self.renewal("Renew", "OLD-2")
		with self.assert_refused("OLD-2", renewal.name):
			doc.delete()


class TestPlans(TermCase):
	def test_bad_plans_are_refused(self):
		for values, part in (
			({"duration": 0}, "from 1 to"),
			({"duration": -3}, ""),
			({"grace_days": -1}, ""),
			({"next_plan": "ERP Yearly"}, "only a Trial"),
			({"plan_type": "Trial", "next_plan": "ERP Trial"}, "a trial too"),
		):
			with self.subTest(values), self.assert_refused(part):
				makers.plan("Bad", **{"duration": 1, "unit": "Month", **values})

	def test_a_plan_with_terms_keeps_its_type_and_stays(self):
		self.sell("ACC-1")
		doc = frappe.get_doc("Serial Plan", "ERP Trial")
		doc.plan_type, doc.next_plan = "Paid", None
		with self.assert_refused("has terms as Trial"):
			doc.save()
		with self.assert_refused("has terms by", "Disable it"):
			frappe.delete_doc("Serial Plan", "ERP Trial")
