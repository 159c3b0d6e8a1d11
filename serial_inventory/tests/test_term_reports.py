"""The reports of units and terms: what they say, to whom, and that a page is a page however many units there are."""

from __future__ import annotations

import random
from datetime import date, timedelta
from types import MappingProxyType

import frappe
from frappe.desk.query_report import run
from frappe.utils import add_days, getdate, nowdate

from serial_inventory.constants import SERIAL_NO, TermAction
from serial_inventory.rules import term_report as rules
from serial_inventory.rules.terms import Term
from serial_inventory.services import listing, term_report
from serial_inventory.tests import makers, term_makers
from serial_inventory.tests.base import SerialCase
from serial_inventory.tests.term_makers import ITEM, MONTHLY, PURPOSE, TRIAL

ROLES = (
	"Stock User",
	"Stock Manager",
	"Item Manager",
	"System Manager",
	"Sales User",
	"Sales Manager",
	"Accounts User",
	"Accounts Manager",
	"Purchase User",
	"Purchase Manager",
	"Employee",
)


class ReportCase(SerialCase):
	REPORT = ""

	def setUp(self):
		super().setUp()
		term_makers.masters()

	def run_report(self, **filters) -> dict:
		result = run(self.REPORT, filters=frappe.as_json(filters))
		return frappe._dict(result)

	def rows(self, **filters) -> list:
		return [frappe._dict(row) for row in self.run_report(**filters).result]

	def as_user(self, *roles) -> str:
		user = term_makers.user(f"{frappe.generate_hash(length=8)}@northwind.example", *roles)
		frappe.set_user(user)
		return user

	def assert_opens_for(self, *expected):
		opens = []
		for role in ROLES:
			frappe.set_user("Administrator")
			self.as_user(role)
			try:
				self.run_report()
				opens.append(role)
			except frappe.PermissionError:
				frappe.clear_messages()
		frappe.set_user("Administrator")
		self.assertEqual(sorted(opens), sorted(expected))


class TestSerialExpiry(ReportCase):
	REPORT = "Serial Expiry"

	def rows(self, **filters):
		return super().rows(item_code=ITEM, **filters)

	def names(self, **filters):
		return [row.serial_no for row in self.rows(**filters)]

	def test_what_is_over_longest_comes_first(self):
		for name, days in (("E-SOON", 3), ("E-OLD", -40), ("E-LATE", 100), ("E-OVER", -1), ("E-TODAY", 0)):
			term_makers.unit(name, days)
		term_makers.unit("E-NEVER", None)
		rows = self.rows()
		self.assertEqual([row.serial_no for row in rows], ["E-OLD", "E-OVER", "E-TODAY", "E-SOON", "E-LATE"])
		self.assertEqual([row.days_left for row in rows], [-40, -1, 0, 3, 100])

	def test_suspended_ended_and_consumed_units_ask_for_nothing(self):
		term_makers.unit("E-PAID", 5)
		term_makers.unit("E-PAUSED", 5, term_status="Suspended")
		term_makers.unit("E-ENDED", -5, term_status="Ended")
		term_makers.unit("E-BUILT-IN", 5, status="Consumed", term_status=None)
		self.assertEqual(self.names(), ["E-PAID"])
		self.assertEqual(self.names(term_status=["Suspended", "Ended"]), ["E-ENDED", "E-PAUSED"])
		self.assertEqual(self.names(term_status="Ended"), ["E-ENDED"])

	def test_stock_with_a_life_and_no_plan_is_there(self):
		values = {"customer": None, "serial_plan": None, "plan_type": None, "term_status": None}
		term_makers.unit("E-STOCK", 10, status="Active", warehouse=makers.STORES, **values)
		self.assertEqual(self.names(), ["E-STOCK"])

	def test_filters(self):
		term_makers.unit("E-TRIAL", 5, serial_plan=TRIAL, plan_type="Trial", term_status="Trial")
		term_makers.unit("E-OTHER", 50, customer=makers.OTHER_CUSTOMER, serial_purpose=None)
		term_makers.unit("E-GRACE", -2, term_status="Grace")
		for filters, expected in (
			({"plan_type": "Trial"}, ["E-TRIAL"]),
			({"serial_plan": MONTHLY}, ["E-GRACE", "E-OTHER"]),
			({"serial_purpose": PURPOSE}, ["E-GRACE", "E-TRIAL"]),
			({"customer": makers.OTHER_CUSTOMER}, ["E-OTHER"]),
			({"term_status": ["Grace", "Trial"]}, ["E-GRACE", "E-TRIAL"]),
			({"from_date": nowdate()}, ["E-TRIAL", "E-OTHER"]),
			({"to_date": add_days(nowdate(), 5)}, ["E-GRACE", "E-TRIAL"]),
			({"company": makers.COMPANY}, ["E-GRACE", "E-TRIAL", "E-OTHER"]),
		):
			with self.subTest(filters):
				self.assertEqual(self.names(**filters), expected)

	def test_summary_and_chart_are_of_all_rows_not_of_those_shown(self):
		term_makers.units(
			[f"E-{number:03}" for number in range(30)],
			item_code=ITEM,
			company=makers.COMPANY,
			status="Delivered",
			term_status="Expired",
			expiry_date=add_days(nowdate(), -10),
		)
		term_makers.unit("E-SOON", 7)
		term_makers.unit("E-NEAR", 30)
		report = self.run_report(item_code=ITEM, limit=5)
		self.assertEqual(len(report.result), 5)
		self.assertIn("5 of 32", report.message)
		self.assertEqual([card["value"] for card in report.report_summary], [30, 1, 2, 32])
		self.assertEqual(sum(report.chart["data"]["datasets"][0]["values"]), 32)

	def test_nothing_to_show_is_no_error(self):
		report = self.run_report(item_code=ITEM)
		self.assertEqual((report.result, report.chart), ([], None))
		self.assertEqual([card["value"] for card in report.report_summary], [0, 0, 0, 0])

	def test_user_permissions_hold_for_rows_and_for_numbers(self):
		term_makers.unit("E-MINE", 5)
		term_makers.unit("E-THEIRS", 5, customer=makers.OTHER_CUSTOMER)
		term_makers.restrict(self.as_user("Stock User"), "Customer", makers.CUSTOMER)
		report = self.run_report(item_code=ITEM)
		self.assertEqual([row["serial_no"] for row in report.result], ["E-MINE"])
		self.assertEqual(report.report_summary[-1]["value"], 1)

	def test_who_opens_it(self):
		self.assert_opens_for("Stock User", "Stock Manager", "Item Manager")

	def test_queries_do_not_grow_with_units(self):
		term_makers.unit("E-1", 5)
		self.run_report(item_code=ITEM)
		with self.count_queries() as few:
			self.run_report(item_code=ITEM)
		term_makers.units(
			[f"E-N{number:04}" for number in range(400)],
			item_code=ITEM,
			company=makers.COMPANY,
			expiry_date=add_days(nowdate(), 9),
		)
		with self.count_queries() as many:
			self.assertEqual(len(self.rows()), 401)
		self.assertLessEqual(many[0], few[0] + 2)


class TestTermsByMonth(ReportCase):
	REPORT = "Terms by Month"
	YEAR = MappingProxyType({"from_date": "2019-01-01", "to_date": "2019-12-31"})

	def setUp(self):
		super().setUp()
		self.ledger = term_makers.Ledger()

	def by_month(self, **filters):
		"""{month: the numbers that are not 0}"""
		return {
			row.first_day: {what: row[what] for what in rules.COUNTED if row[what]}
			for row in self.rows(item_code=ITEM, **self.YEAR, **filters)
		}

	def story(self):
		"""A trial that was won and then lapsed, one that ran out, one suspended."""
		write = self.ledger.write
		for name in ("T-1", "T-2", "T-3"):
			term_makers.unit(name)
			write(name, "Start", "2019-01-10", "2019-01-23", plan_type="Trial", serial_plan=TRIAL)
		write("T-1", "Convert", "2019-01-20", "2019-02-19", grace_days=5)
		write("T-1", "Renew", "2019-02-20", "2019-03-19", grace_days=5)
		write("T-3", "Suspend", "2019-01-15")
		write("T-3", "Renew", "2019-02-01", "2019-02-28", is_cancelled=1)

	def test_a_line_for_each_month_says_what_happened_in_it(self):
		self.story()
		found = self.by_month()
		self.assertEqual(len(found), 12)
		self.assertEqual(
			found[date(2019, 1, 1)],
			{"started": 3, "converted": 1, "suspended": 1, "lapsed": 1, "trials": 3, "trials_won": 1},
		)
		self.assertEqual(found[date(2019, 2, 1)], {"renewed": 1})
		self.assertEqual(found[date(2019, 3, 1)], {"lapsed": 1})
		self.assertEqual(found[date(2019, 4, 1)], {})

	def test_rate_is_of_trials_of_the_month(self):
		self.story()
		rates = [row.rate for row in self.rows(item_code=ITEM, **self.YEAR)]
		self.assertEqual(rates[:2], [33.3, None])

	def test_grouped_by_plan_purpose_and_item(self):
		self.story()
		for group_by, field, expected in (
			("Serial Plan", "serial_plan", {TRIAL: 3, MONTHLY: 0}),
			("Serial Purpose", "serial_purpose", {PURPOSE: 3}),
			("Item", "item_code", {ITEM: 3}),
		):
			with self.subTest(group_by):
				rows = self.rows(item_code=ITEM, group_by=group_by, **self.YEAR)
				january = {row[field]: row.started for row in rows if row.first_day == date(2019, 1, 1)}
				self.assertEqual(january, expected)

	def test_purpose_filter(self):
		self.story()
		frappe.db.set_value(SERIAL_NO, "T-2", "serial_purpose", None)
		found = self.by_month(serial_purpose=PURPOSE)
		self.assertEqual(found[date(2019, 1, 1)]["started"], 2)

	def test_months_are_whole(self):
		self.story()
		rows = self.rows(item_code=ITEM, from_date="2019-01-20", to_date="2019-02-02")
		self.assertEqual([row.started for row in rows], [3, 0])

	def test_dates_the_wrong_way_round_are_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "after To Date"):
			self.run_report(from_date="2019-02-01", to_date="2019-01-01")
		with self.assertRaisesRegex(frappe.ValidationError, "hundred years"):
			self.run_report(from_date="0019-02-01", to_date="2019-01-01")

	def test_database_and_rules_count_alike(self):
		"""Random histories: what SQL counts is what the rules say of each unit's rows."""
		chance = random.Random(4)
		first, today = date(2019, 1, 1), date(2019, 12, 1)
		expected = []
		for number in range(60):
			name = term_makers.unit(f"R-{number:03}")
			rows = [self._random_term(chance, first) for _row in range(chance.randint(1, 6))]
			for row in rows:
				self.ledger.write(
					name,
					row.action,
					row.from_date,
					row.to_date,
					plan_type=row.plan_type,
					grace_days=row.grace_days,
				)
			expected += rules.of_unit(rows, today)
		scope = term_report.Scope(first, date(2019, 12, 31), today, (("item_code", ITEM),))
		wanted = rules.months(expected, scope.from_date, scope.to_date)
		found = term_report.months(scope)
		self.assertEqual(found, wanted)
		for what in rules.COUNTED:
			self.assertTrue(rules.total(found)[what], f"the histories have no {what}")

	def _random_term(self, chance, first) -> Term:
		action = chance.choice([*TermAction, TermAction.START, TermAction.RENEW, TermAction.CONVERT]).value
		from_date = first + timedelta(days=chance.randint(0, 300))
		is_pause = action in ("Suspend", "End")
		to_date = None if is_pause else from_date + timedelta(days=chance.randint(0, 60))
		plan_type = chance.choice(["Trial", "Paid"])
		return Term(action, from_date, to_date, MONTHLY, plan_type, chance.choice([0, 0, 5, 30]))

	def test_user_permissions_hold(self):
		self.story()
		term_makers.unit("T-9")
		self.ledger.write(
			"T-9", "Start", "2019-05-01", "2019-05-31", customer=makers.OTHER_CUSTOMER, serial_plan=TRIAL
		)
		self.assertEqual(self.by_month()[date(2019, 5, 1)], {"started": 1, "lapsed": 1})
		term_makers.restrict(self.as_user("Sales User"), "Customer", makers.CUSTOMER)
		found = self.by_month()
		self.assertEqual(found[date(2019, 5, 1)], {})
		self.assertEqual(found[date(2019, 1, 1)]["started"], 3)

	def test_who_opens_it(self):
		self.assert_opens_for(
			*("Stock User", "Stock Manager", "Sales User", "Sales Manager", "System Manager"),
			*("Accounts User", "Accounts Manager"),
		)

	def test_queries_do_not_grow_with_terms(self):
		self.story()
		self.by_month()
		with self.count_queries() as few:
			self.by_month()
		for number in range(30):
			name = term_makers.unit(f"T-N{number}")
			self.ledger.write(name, "Start", "2019-06-01", "2019-06-14", plan_type="Trial")
		with self.count_queries() as many:
			self.assertEqual(self.by_month()[date(2019, 6, 1)]["started"], 30)
		self.assertLessEqual(many[0], few[0] + 2)


class TestSerialNoRegister(ReportCase):
	REPORT = "Serial No Register"

	def many(self, count: int, prefix="P-", **values):
		names = [f"{prefix}{number:04}" for number in range(count)]
		values = {"item_code": ITEM, "company": makers.COMPANY, "status": "Active", **values}
		term_makers.units(names, **values)
		return names

	def names(self, **filters):
		return [row.name for row in self.rows(**{"item_code": ITEM, **filters})]

	def test_pages_follow_each_other_without_gap_or_overlap(self):
		names = self.many(25)
		seen, after = [], ""
		while page := self.names(page_length=10, after=after):
			self.assertLessEqual(len(page), 10)
			seen += page
			after = page[-1]
		self.assertEqual(seen, names)

	def test_pages_backwards(self):
		names = self.many(25)
		self.assertEqual(self.names(page_length=10, before=names[20]), names[10:20])
		self.assertEqual(self.names(page_length=10, before=names[4]), names[:4])

	def test_message_says_what_of_what_and_where_one_can_turn(self):
		names = self.many(25)
		for filters, text, marks in (
			({}, f"10 of 25 Serial Nos, from {names[0]} to {names[9]}", ("0", "1")),
			({"after": names[9]}, f"10 of 25 Serial Nos, from {names[10]}", ("1", "1")),
			({"after": names[19]}, f"5 of 25 Serial Nos, from {names[20]}", ("1", "0")),
			({"before": names[10]}, f"10 of 25 Serial Nos, from {names[0]}", ("0", "1")),
			({"after": names[24]}, "no more Serial Nos", ("1", "0")),
		):
			with self.subTest(filters):
				message = self.run_report(item_code=ITEM, page_length=10, **filters).message
				self.assertIn(text, message)
				self.assertIn('data-previous="{}" data-next="{}"'.format(*marks), message)
		self.assertIn(">25 Serial Nos<", self.run_report(item_code=ITEM, page_length=100).message)

	def test_numbers_beyond_ten_thousand_are_not_counted_out(self):
		self.many(12)
		counted, listing.COUNTED = listing.COUNTED, 10
		try:
			message = self.run_report(item_code=ITEM, page_length=5).message
		finally:
			listing.COUNTED = counted
		self.assertIn("5 of more than 10 Serial Nos", message)

	def test_rows_and_queries_of_a_page_are_bounded(self):
		self.many(30)
		self.names(page_length=10)
		with self.count_queries() as few:
			self.names(page_length=10)
		self.many(3_000, "Q-")
		with self.count_queries() as many:
			self.assertEqual(len(self.names(page_length=10)), 10)
		self.assertLessEqual(many[0], few[0])
		self.assertEqual(len(self.names(page_length=1_000_000)), 2_500)
		self.assertEqual(len(self.names(page_length=-1)), 1)

	def test_rows_are_read_by_page_not_cut_from_all(self):
		self.many(50)
		scope = listing.Scope((("item_code", ITEM),))
		self.assertEqual(len(listing.page(scope, ["name"], 7).rows), 7)
		query = str(frappe.flags.get("last_query") or frappe.db.last_query)
		self.assertIn("LIMIT 8", query)

	def test_every_fact_of_a_unit_is_a_column(self):
		makers.item("REG-1", "REG-.###", warranty_period=30)
		receipt = makers.purchase_receipt(makers.buying_row("REG-1", 1))
		note = makers.delivery_note(makers.selling_row("REG-1", 1, "REG-001"))
		(row,) = self.rows(item_code="REG-1")
		facts = {
			"supplier": makers.SUPPLIER,
			"purchase_document_no": receipt.name,
			"customer": makers.CUSTOMER,
			"delivery_document_no": note.name,
			"status": "Delivered",
			"maintenance_status": "Under Warranty",
			"warranty_expiry_date": getdate(add_days(note.posting_date, 30)),
			"company": makers.COMPANY,
		}
		self.assertEqual({field: row[field] for field in facts}, facts)

	def test_attributes_of_the_chosen_purpose_are_columns(self):
		"""A field that is there stands for the Custom Field that a purpose makes: a new one would commit."""
		row = {"parent": PURPOSE, "parenttype": "Serial Purpose", "parentfield": "attributes", "idx": 1}
		attribute = {"label": "Location", "fieldname": "employee", "fieldtype": "Data"}
		frappe.get_doc({"doctype": "Serial Purpose Attribute", **row, **attribute}).db_insert()
		self.many(1, serial_purpose=PURPOSE, employee="EMP-7")
		report = self.run_report(item_code=ITEM, serial_purpose=PURPOSE)
		fields = [one["fieldname"] for one in report.columns]
		self.assertEqual(fields[:4], ["name", "item_code", "item_name", "employee"])
		self.assertEqual(report.result[0]["employee"], "EMP-7")
		self.assertNotIn("employee", [one["fieldname"] for one in self.run_report().columns])

	def test_filters(self):
		self.many(1, "F-A", warehouse=makers.STORES, supplier=makers.SUPPLIER)
		self.many(1, "F-B", warehouse=makers.SHOP, term_status="Grace", serial_purpose=PURPOSE)
		self.many(1, "F_C", customer=makers.CUSTOMER, maintenance_status="Under AMC")
		for filters, expected in (
			({"warehouse": makers.STORES}, ["F-A0000"]),
			({"warehouse": makers.warehouse("All Warehouses")}, ["F-A0000", "F-B0000"]),
			({"supplier": makers.SUPPLIER}, ["F-A0000"]),
			({"term_status": "Grace"}, ["F-B0000"]),
			({"serial_purpose": PURPOSE}, ["F-B0000"]),
			({"customer": makers.CUSTOMER}, ["F_C0000"]),
			({"maintenance_status": "Under AMC"}, ["F_C0000"]),
			({"begins_with": "F-"}, ["F-A0000", "F-B0000"]),
			({"begins_with": "F_"}, ["F_C0000"]),
			({"begins_with": "%"}, []),
			({"company": "No Such Company"}, []),
		):
			with self.subTest(filters):
				self.assertEqual(self.names(**filters), expected)

	def test_user_permissions_on_company_warehouse_and_customer_hold(self):
		self.many(2, "U-A", warehouse=makers.STORES)
		self.many(2, "U-B", warehouse=makers.SHOP)
		self.many(2, "U-C", customer=makers.CUSTOMER)
		self.many(2, "U-D", customer=makers.OTHER_CUSTOMER)
		for allow, value, expected in (
			("Warehouse", makers.STORES, ["U-A", "U-C", "U-D"]),
			("Customer", makers.CUSTOMER, ["U-A", "U-B", "U-C"]),
			("Company", makers.COMPANY, ["U-A", "U-B", "U-C", "U-D"]),
		):
			with self.subTest(allow):
				frappe.set_user("Administrator")
				term_makers.restrict(self.as_user("Stock User"), allow, value)
				self.assertEqual(sorted({name[:3] for name in self.names()}), expected)
				message = self.run_report(item_code=ITEM, page_length=2).message
				self.assertIn(f"2 of {2 * len(expected)} ", message)

	def test_a_percent_sign_in_a_permission_is_no_pattern(self):
		customer = {"customer_name": "50% Off %s", "customer_group": "All Customer Groups"}
		name = (
			frappe.get_doc({"doctype": "Customer", "territory": "All Territories", **customer}).insert().name
		)
		self.many(1, "%-A", customer=name)
		self.many(1, "%-B", customer=makers.CUSTOMER)
		term_makers.restrict(self.as_user("Stock User"), "Customer", name)
		self.assertEqual(self.names(), ["%-A0000"])

	def test_who_opens_it(self):
		self.assert_opens_for("Stock User", "Stock Manager", "Item Manager")

	def test_everything_is_exported_by_the_list_with_the_reports_columns(self):
		from frappe.desk.reportview import export_query

		self.many(120)
		columns = [one["fieldname"] for one in self.run_report(item_code=ITEM, page_length=20).columns]
		frappe.local.form_dict = frappe._dict(
			cmd="frappe.desk.reportview.export_query",
			doctype=SERIAL_NO,
			fields=frappe.as_json([f"`tabSerial No`.`{field}`" for field in columns]),
			filters=frappe.as_json([[SERIAL_NO, "item_code", "=", ITEM]]),
			order_by="`tabSerial No`.`name` asc",
			file_format_type="CSV",
			title="Serial No Register",
		)
		export_query()
		lines = frappe.response["filecontent"].decode().strip().splitlines()
		self.assertEqual(len(lines), 121)
		self.assertIn("P-0119", lines[-1])
