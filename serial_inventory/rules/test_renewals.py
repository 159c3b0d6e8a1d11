import unittest
from dataclasses import replace
from datetime import date

from serial_inventory.rules.plans import Plan
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.renewals import (
	Account,
	Policy,
	Wish,
	billed_action,
	billed_plan,
	check_owner,
	ended_by_return,
	later_vouchers,
	proposed,
	start,
)
from serial_inventory.rules.terms import Term, state

TRIAL = Plan("Trial 14", "Trial", 14, "Day", 3, "Monthly")
MONTHLY = Plan("Monthly", "Paid", 1, "Month", 5, billing_item="ERP-MONTH")
YEARLY = Plan("Yearly", "Paid", 1, "Year", billing_item="ERP-YEAR")
PLANS = {plan.name: plan for plan in (TRIAL, MONTHLY, YEARLY)}
POLICY = Policy()


def day(text: str) -> date:
	return date.fromisoformat(text)


def account(*terms: Term, plan: str | None = None, **more) -> Account:
	return Account(
		"ACC-1",
		"ERP",
		"Northwind",
		"Fabrikam",
		"Delivered",
		"Subscription Account",
		plan,
		terms=terms,
		**more,
	)


def sold(plan: Plan, on: str) -> Account:
	return account(replace(start(account(), plan, day(on)), voucher_no="DN-1"))


def after(unit: Account, wish: Wish, voucher_no: str = "R-1", policy: Policy = POLICY) -> Account:
	"""The account once the wish is granted; fails where it is refused."""
	term = proposed(unit, wish, PLANS, policy)
	if isinstance(term, Problem):
		raise AssertionError(term.text())
	return replace(unit, terms=(*unit.terms, replace(term, voucher_no=voucher_no)))


def wish(action: str, on: str, **more) -> Wish:
	more = {key: day(value) if key.endswith("_date") else value for key, value in more.items()}
	return Wish(action, day(on), **more)


class Case(unittest.TestCase):
	def assert_refused(self, unit: Account, wanted: Wish, *parts: str):
		found = proposed(unit, wanted, PLANS, POLICY)
		self.assertIsInstance(found, Problem)
		for part in ("ACC-1", *parts):
			self.assertIn(part, found.text())

	def assert_term(self, unit: Account, first: str, last: str | None, plan: str | None = None):
		term = unit.terms[-1]
		self.assertEqual((str(term.from_date), term.to_date and str(term.to_date)), (first, last))
		if plan:
			self.assertEqual(term.serial_plan, plan)


class TestStart(Case):
	def test_a_sale_starts_the_term(self):
		self.assert_term(sold(TRIAL, "2026-01-01"), "2026-01-01", "2026-01-14", "Trial 14")

	def test_a_unit_without_a_plan_or_with_running_terms_starts_none(self):
		self.assertIsNone(start(account(), None, day("2026-01-01")))
		self.assertIsNone(start(sold(TRIAL, "2026-01-01"), TRIAL, day("2026-02-01")))

	def test_a_return_ends_and_the_next_sale_starts_anew(self):
		unit = sold(MONTHLY, "2026-01-10")
		end = ended_by_return(unit, day("2026-01-20"))
		unit = replace(unit, terms=(*unit.terms, end))
		self.assertEqual(state(unit.terms, day("2026-01-20")).term_status, "Ended")
		self.assertIsNone(ended_by_return(unit, day("2026-01-21")))
		again = start(unit, MONTHLY, day("2026-02-01"))
		self.assertEqual(state((*unit.terms, again), day("2026-02-01")).term_status, "Paid")

	def test_a_return_before_the_first_day_ends_on_the_first_day(self):
		self.assertEqual(
			ended_by_return(sold(MONTHLY, "2026-01-10"), day("2026-01-05")).from_date, day("2026-01-10")
		)
		self.assertIsNone(ended_by_return(account(), day("2026-01-05")))


class TestRenew(Case):
	def test_from_the_day_after_the_term_while_it_runs_and_in_grace(self):
		for on in ("2026-01-05", "2026-01-31", "2026-02-01", "2026-02-05"):
			unit = after(sold(MONTHLY, "2026-01-01"), wish("Renew", on))
			self.assert_term(unit, "2026-02-01", "2026-02-28", "Monthly")

	def test_a_lapsed_one_from_the_day_of_the_renewal_or_by_the_setting_from_the_day_after_its_term(self):
		lapsed = sold(MONTHLY, "2026-01-01")
		self.assert_term(after(lapsed, wish("Renew", "2026-02-06")), "2026-02-06", "2026-03-05")
		policy = Policy(lapsed_from_day=False)
		self.assert_term(
			after(lapsed, wish("Renew", "2026-02-06"), policy=policy), "2026-02-01", "2026-02-28"
		)

	def test_a_chain_keeps_its_day_of_the_month(self):
		unit = sold(MONTHLY, "2026-01-31")
		begins = []
		for _month in range(4):
			unit = after(unit, wish("Renew", "2026-01-31"))
			begins.append(str(unit.terms[-1].from_date))
		self.assertEqual(begins, ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"])

	def test_after_a_trial_of_days_the_months_begin_where_the_trial_ended(self):
		unit = after(sold(TRIAL, "2026-01-18"), wish("Renew", "2026-01-20", plan=MONTHLY))
		self.assert_term(unit, "2026-02-01", "2026-02-28")
		self.assert_term(after(unit, wish("Renew", "2026-02-03")), "2026-03-01", "2026-03-31")

	def test_several_terms_at_once(self):
		self.assert_term(
			after(sold(MONTHLY, "2026-01-01"), wish("Renew", "2026-01-05", count=12)),
			"2026-02-01",
			"2027-01-31",
		)

	def test_on_another_plan_from_the_end_of_the_present_one(self):
		unit = after(sold(MONTHLY, "2026-01-01"), wish("Renew", "2026-01-05", plan=YEARLY))
		self.assert_term(unit, "2026-02-01", "2027-01-31", "Yearly")

	def test_a_unit_without_any_term_starts_on_the_day(self):
		unit = after(account(plan="Monthly"), wish("Renew", "2026-01-05"))
		self.assert_term(unit, "2026-01-05", "2026-02-04", "Monthly")
		self.assertEqual(unit.terms[-1].action, "Start")

	def test_refusals(self):
		running = sold(MONTHLY, "2026-01-01")
		self.assert_refused(account(), wish("Renew", "2026-01-05"), "no Serial Plan")
		self.assert_refused(
			after(running, wish("End", "2026-01-10")), wish("Renew", "2026-01-11"), "were ended on 2026-01-10"
		)
		self.assert_refused(
			after(running, wish("Suspend", "2026-01-10")),
			wish("Renew", "2026-01-11"),
			"suspended since",
			"Resume",
		)
		off = replace(MONTHLY, disabled=True)
		self.assert_refused(running, wish("Renew", "2026-01-05", plan=off), "disabled")
		books = replace(MONTHLY, purposes=frozenset({"Library Book"}))
		self.assert_refused(
			running, wish("Renew", "2026-01-05", plan=books), "Library Book", "Subscription Account"
		)
		far = sold(MONTHLY, "9999-10-01")
		self.assert_refused(far, wish("Renew", "9999-10-02", count=100), "year 9999")

	def test_dates_that_a_person_typed(self):
		running = sold(MONTHLY, "2026-01-01")
		unit = after(running, wish("Renew", "2026-01-05", from_date="2026-02-10", to_date="2026-02-20"))
		self.assert_term(unit, "2026-02-10", "2026-02-20")
		self.assert_term(after(unit, wish("Renew", "2026-02-12")), "2026-02-21", "2026-03-20")
		self.assert_refused(running, wish("Renew", "2026-01-05", to_date="2026-01-31"), "before it starts")
		self.assert_refused(
			running, wish("Renew", "2026-01-05", from_date="2026-01-31"), "until 2026-01-31 by DN-1"
		)
		self.assert_refused(running, wish("Renew", "2026-01-05", from_date="2025-12-31"), "first one starts")
		self.assert_refused(running, wish("End", "2026-01-05", to_date="2026-02-01"), "has no To Date")


class TestConvert(Case):
	def test_at_once_and_the_rest_of_the_trial_carried_or_not(self):
		trial = sold(TRIAL, "2026-01-01")
		self.assert_term(after(trial, wish("Convert", "2026-01-10")), "2026-01-10", "2026-02-09", "Monthly")
		self.assert_term(
			after(trial, wish("Convert", "2026-01-10", carry_rest=True)), "2026-01-10", "2026-02-14"
		)
		self.assert_term(after(trial, wish("Convert", "2026-01-10", plan=YEARLY)), "2026-01-10", "2027-01-09")

	def test_a_lapsed_trial_too(self):
		unit = after(sold(TRIAL, "2026-01-01"), wish("Convert", "2026-03-01", carry_rest=True))
		self.assert_term(unit, "2026-03-01", "2026-03-31")

	def test_refusals(self):
		trial = sold(TRIAL, "2026-01-01")
		self.assert_refused(sold(MONTHLY, "2026-01-01"), wish("Convert", "2026-01-02"), "on no trial")
		self.assert_refused(
			after(trial, wish("Convert", "2026-01-02")), wish("Convert", "2026-01-02"), "on no trial"
		)
		self.assert_refused(account(plan="Trial 14"), wish("Convert", "2026-01-02"), "on no trial")
		self.assert_refused(trial, wish("Convert", "2026-01-02", plan=TRIAL), "which is a trial")
		alone = replace(TRIAL, next_plan=None)
		found = proposed(trial, wish("Convert", "2026-01-02"), {"Trial 14": alone}, POLICY)
		self.assertIn("no Next Plan", found.text())


class TestChangePlan(Case):
	def test_at_once_and_the_rest_carried_or_not(self):
		running = after(sold(MONTHLY, "2026-01-01"), wish("Renew", "2026-01-05"))
		changed = after(running, wish("Change Plan", "2026-01-22", plan=YEARLY))
		self.assert_term(changed, "2026-01-22", "2027-01-21", "Yearly")
		self.assertEqual(state(changed.terms, day("2026-02-01")).serial_plan, "Yearly")
		carried = after(running, wish("Change Plan", "2026-01-22", plan=YEARLY, carry_rest=True))
		self.assert_term(carried, "2026-01-22", "2027-02-28")

	def test_refusals(self):
		running = sold(MONTHLY, "2026-01-01")
		self.assert_refused(running, wish("Change Plan", "2026-01-02"), "Choose the Serial Plan")
		self.assert_refused(running, wish("Change Plan", "2026-01-02", plan=MONTHLY), "already")
		self.assert_refused(account(), wish("Change Plan", "2026-01-02", plan=MONTHLY), "no term yet")


class TestSuspendAndResume(Case):
	def test_the_days_that_were_left_come_back(self):
		unit = after(sold(MONTHLY, "2026-01-01"), wish("Suspend", "2026-01-22"))
		self.assert_term(unit, "2026-01-22", None)
		unit = after(unit, wish("Resume", "2026-03-01"))
		self.assert_term(unit, "2026-03-01", "2026-03-10", "Monthly")
		self.assertEqual(unit.terms[-1].grace_days, 5)
		self.assert_term(after(unit, wish("Renew", "2026-03-05")), "2026-03-11", "2026-04-10")

	def test_the_days_of_a_renewal_ahead_come_back_too(self):
		unit = after(sold(MONTHLY, "2026-01-01"), wish("Renew", "2026-01-05"))
		unit = after(after(unit, wish("Suspend", "2026-01-22")), wish("Resume", "2026-03-01"))
		self.assert_term(unit, "2026-03-01", "2026-04-07")

	def test_twice(self):
		unit = sold(MONTHLY, "2026-01-01")
		unit = after(after(unit, wish("Suspend", "2026-01-22")), wish("Resume", "2026-03-01"))
		unit = after(after(unit, wish("Suspend", "2026-03-06")), wish("Resume", "2026-04-01"))
		self.assert_term(unit, "2026-04-01", "2026-04-05")

	def test_refusals(self):
		running = sold(MONTHLY, "2026-01-01")
		self.assert_refused(running, wish("Suspend", "2026-02-01"), "no term on 2026-02-01")
		self.assert_refused(running, wish("Resume", "2026-02-01"), "not suspended")
		suspended = after(running, wish("Suspend", "2026-01-22"))
		self.assert_refused(suspended, wish("Suspend", "2026-01-23"), "suspended since")
		self.assert_refused(suspended, wish("Resume", "2026-01-21"), "which is before")
		ahead = after(running, wish("Renew", "2026-01-05", plan=YEARLY))
		self.assert_refused(ahead, wish("Suspend", "2026-01-10"), "goes over to plan Yearly", "R-1")


class TestEnd(Case):
	def test_from_that_day_on(self):
		unit = after(sold(MONTHLY, "2026-01-01"), wish("End", "2026-01-10"))
		self.assertEqual(state(unit.terms, day("2026-01-09")).term_status, "Paid")
		self.assertEqual(state(unit.terms, day("2026-01-10")).term_status, "Ended")
		self.assert_refused(unit, wish("End", "2026-01-11"), "were ended on")
		self.assert_refused(account(), wish("End", "2026-01-11"), "no term to end")

	def test_a_suspended_one(self):
		unit = after(sold(MONTHLY, "2026-01-01"), wish("Suspend", "2026-01-10"))
		self.assertEqual(
			state(after(unit, wish("End", "2026-01-20")).terms, day("2026-01-20")).term_status, "Ended"
		)


class TestWhose(Case):
	def test_of_this_company_and_customer(self):
		unit = account()
		self.assertIsNone(check_owner(unit, "Northwind", "Fabrikam"))
		self.assertIsNone(check_owner(unit, "Northwind", None))
		self.assertIsNone(check_owner(replace(unit, customer=None), "Northwind", "Contoso"))
		for changed, part in (
			(replace(unit, company="Southwind"), "company Southwind"),
			(replace(unit, customer="Contoso"), "customer Contoso"),
			(replace(unit, status="Consumed"), "consumed"),
			(replace(unit, document_type="Purchase Receipt"), "went back"),
		):
			self.assertIn(part, check_owner(changed, "Northwind", "Fabrikam").text())


class TestBilled(Case):
	def test_which_plan_a_billing_item_means(self):
		trial, paid = sold(TRIAL, "2026-01-01"), sold(MONTHLY, "2026-01-01")
		self.assertEqual(billed_plan(paid, [MONTHLY, YEARLY], PLANS), MONTHLY)
		self.assertEqual(billed_plan(trial, [MONTHLY, YEARLY], PLANS), MONTHLY)
		self.assertEqual(billed_plan(paid, [YEARLY], PLANS), YEARLY)
		other = Plan("Other", "Paid", 1, "Week")
		self.assertIn("none of the plans", billed_plan(paid, [YEARLY, other], PLANS).text())

	def test_a_trial_is_converted_and_all_else_renewed(self):
		self.assertEqual(billed_action(sold(TRIAL, "2026-01-01"), MONTHLY), "Convert")
		self.assertEqual(billed_action(sold(TRIAL, "2026-01-01"), TRIAL), "Renew")
		self.assertEqual(billed_action(sold(MONTHLY, "2026-01-01"), YEARLY), "Renew")
		self.assertEqual(billed_action(account(), MONTHLY), "Renew")

	def test_who_came_later(self):
		unit = after(
			after(sold(MONTHLY, "2026-01-01"), wish("Renew", "2026-01-05"), "R-1"),
			wish("Renew", "2026-01-05"),
			"R-2",
		)
		self.assertEqual(later_vouchers("ACC-1", unit.terms, "DN-1"), ["R-1", "R-2"])
		self.assertEqual(later_vouchers("ACC-1", unit.terms, "R-2"), [])
		self.assertEqual(later_vouchers("ACC-1", unit.terms, "X"), [])
