"""Units and terms for the tests of reports and mails: rows as vouchers leave them, without the vouchers."""

from __future__ import annotations

import frappe
from frappe.utils import add_days, now_datetime, nowdate

from serial_inventory.constants import SERIAL_NO, SERIAL_PLAN, SERIAL_PURPOSE, SERIAL_TERM
from serial_inventory.services import bulk
from serial_inventory.tests import makers

PURPOSE = "Subscription Test Account"
TRIAL = "Test Trial"
MONTHLY = "Test Monthly"
ITEM = "ACCOUNT-X1"


def masters() -> None:
	"""A purpose, two plans and an Item, made in the test's transaction."""
	_new(SERIAL_PURPOSE, PURPOSE, {"purpose_name": PURPOSE, "has_terms": 1})
	_new(
		SERIAL_PLAN, TRIAL, {"plan_name": TRIAL, "plan_type": "Trial", "duration": 14, "duration_unit": "Day"}
	)
	_new(
		SERIAL_PLAN,
		MONTHLY,
		{"plan_name": MONTHLY, "plan_type": "Paid", "duration": 1, "duration_unit": "Month", "grace_days": 5},
	)
	if not frappe.db.exists("Item", ITEM):
		makers.item(ITEM, "ACC-.#####")


def _new(doctype: str, name: str, values: dict) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def unit(serial_no: str, days: int | None = None, **values) -> str:
	"""A delivered account whose last day is `days` from today."""
	values = {
		"item_code": ITEM,
		"item_name": f"{ITEM} account",
		"company": makers.COMPANY,
		"customer": makers.CUSTOMER,
		"customer_name": makers.CUSTOMER,
		"status": "Delivered",
		"serial_purpose": PURPOSE,
		"serial_plan": MONTHLY,
		"plan_type": "Paid",
		"term_status": "Paid",
		"expiry_date": None if days is None else add_days(nowdate(), days),
		**values,
	}
	units([serial_no], **values)
	return serial_no


def units(names: list[str], **values) -> None:
	"""Many equal Serial Nos, in one statement."""
	now = now_datetime()
	own = ("name", "serial_no", "creation", "modified", "owner", "modified_by")
	rest = tuple(values.values())
	rows = [(name, name, now, now, "Administrator", "Administrator", *rest) for name in names]
	bulk.insert(SERIAL_NO, (*own, *values), rows)


class Ledger:
	"""Writes Serial Terms, each a second after the last."""

	def __init__(self) -> None:
		self.written = 0

	def write(self, serial_no: str, action: str, from_date, to_date=None, **values) -> None:
		self.written += 1
		values = {
			"item_code": ITEM,
			"company": makers.COMPANY,
			"customer": makers.CUSTOMER,
			"serial_plan": MONTHLY,
			"plan_type": "Paid",
			"grace_days": 0,
			"is_cancelled": 0,
			**values,
		}
		written = frappe.utils.add_to_date(now_datetime(), seconds=self.written)
		own = ("name", "creation", "modified", "serial_no", "action", "from_date", "to_date")
		row = (frappe.generate_hash(length=10), written, written, serial_no, action, from_date, to_date)
		bulk.insert(SERIAL_TERM, (*own, *values), [(*row, *values.values())])


def user(email: str, *roles: str, **values) -> str:
	"""A User of the Desk with these roles."""
	doc = {
		"doctype": "User",
		"email": email,
		"first_name": email.split("@")[0],
		"send_welcome_email": 0,
		"roles": [{"role": role} for role in roles],
		**values,
	}
	return frappe.get_doc(doc).insert(ignore_permissions=True).name


def restrict(user: str, allow: str, value: str) -> None:
	"""A User Permission."""
	values = {"user": user, "allow": allow, "for_value": value, "apply_to_all_doctypes": 1}
	frappe.get_doc({"doctype": "User Permission", **values}).insert(ignore_permissions=True)


def outgoing_account() -> None:
	"""A default outgoing Email Account: without one nothing can be queued."""
	values = {
		"email_account_name": "Northwind Mail",
		"email_id": "office@northwind.example",
		"enable_outgoing": 1,
		"default_outgoing": 1,
		"smtp_server": "localhost",
		"no_smtp_authentication": 1,
	}
	frappe.get_doc({"doctype": "Email Account", "name": "Northwind Mail", **values}).db_insert()
	forget_account()


def forget_account() -> None:
	"""Frappe keeps the account for the request."""
	frappe.local.outgoing_email_account = {}
