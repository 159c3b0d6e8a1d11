"""The manual's own example: ERP accounts on plans, sold, converted, renewed, lapsed; and units of other purposes."""

from __future__ import annotations

from functools import partial

import frappe
from frappe.utils import add_days, getdate, today

from serial_inventory.constants import (
	DELIVERY_NOTE,
	PURCHASE_RECEIPT,
	SALES_INVOICE,
	SERIAL_NO,
	SERIAL_PLAN,
	SERIAL_RENEWAL,
)
from serial_inventory.demo import telling
from serial_inventory.demo.telling import (
	CUSTOMER,
	SUPPLIER,
	cancel,
	ensure,
	ensure_item,
	row,
	submit,
	unused_range,
	warehouse,
)
from serial_inventory.services import terms

ACCOUNT, RENEWAL = "DEMO-ERP-ACCOUNT", "DEMO-ERP-MONTH"
TRIAL, MONTHLY = "Demo ERP Trial", "Demo ERP Monthly"
SOLD = -10
"""The accounts were sold so many days ago."""

OTHERS = (
	(
		"DEMO-BOOK",
		"Handbook of Routing",
		"Library Book",
		{"isbn": "978-0-00-000000-2", "author": "R. Perlman", "shelf_mark": "Net 4.2"},
	),
	(
		"DEMO-FLAT",
		"Flat in Mill Lane",
		"Real Estate Property",
		{"address": "4 Mill Lane", "area": 72.5, "unit_type": "Apartment"},
	),
	(
		"DEMO-BILLBOARD",
		"Billboard at the station",
		"Advertisement Slot",
		{"place": "Central Station", "size": "6 x 3 m", "format": "Billboard"},
	),
)
"""Item, its name, its purpose and what a unit of it says."""


def run() -> None:
	"""Three accounts: one converted by invoice, one left to lapse, one renewed twice; then a book, a flat and a billboard."""
	_make_masters()
	tell = partial(telling.tell, [ACCOUNT])
	names = unused_range(ACCOUNT, "ERP", 3)
	sold_on = add_days(today(), SOLD)
	stores = warehouse("Stores")
	receipt = tell(
		"brings in three ERP accounts",
		lambda: submit(
			PURCHASE_RECEIPT,
			{"supplier": SUPPLIER, "posting_date": sold_on},
			row(ACCOUNT, 3, names, rate=1, warehouse=stores),
		),
	)
	converted, lapsing, renewed = receipt.items[0].serial_no.split("\n")
	delivery = {"customer": CUSTOMER, "selling_price_list": "Standard Selling", "posting_date": sold_on}
	tell(
		f"sells them {-SOLD} days ago: their trials of 14 days start",
		lambda: submit(DELIVERY_NOTE, delivery, row(ACCOUNT, 3, names, rate=0, warehouse=stores)),
	)
	tell(
		f"bills a month for {converted}: its trial is converted to paid",
		lambda: submit(
			SALES_INVOICE,
			{"customer": CUSTOMER, "due_date": today()},
			{"item_code": RENEWAL, "qty": 1, "rate": 20, "renew_serial_nos": converted},
		),
	)
	tell(f"converts {renewed} by hand", lambda: _renew("Convert", renewed))
	tell(f"renews {renewed}", lambda: _renew("Renew", renewed))
	last = tell(f"renews {renewed} once more", lambda: _renew("Renew", renewed))
	tell("is cancelled: the account says again what it said before", lambda: cancel(last))
	_let_days_pass(tell, lapsing)
	_show_other_purposes()


def _let_days_pass(tell, serial_no: str) -> None:
	"""The daily job for this one account, as on the days to come; then as of today again."""
	for ahead in (4, 7):
		day = getdate(add_days(today(), ahead))
		tell(f"On {day}, when nobody has renewed {serial_no}:", partial(terms.refresh, [serial_no], day))
	terms.refresh([serial_no])
	frappe.db.commit()


def _renew(action: str, serial_no: str):
	return submit(SERIAL_RENEWAL, {"action": action}, {"serial_no": serial_no})


def _show_other_purposes() -> None:
	for item_code, name, purpose, facts in OTHERS:
		ensure_item(item_code, name, serial_purpose=purpose)
		serial_no = unused_range(item_code, item_code.removeprefix("DEMO-"), 1).split("..")[0]
		frappe.get_doc(
			{"doctype": SERIAL_NO, "serial_no": serial_no, "item_code": item_code, **facts}
		).insert()
		frappe.db.commit()
		stored = frappe.db.get_value(SERIAL_NO, serial_no, ["serial_purpose", *facts], as_dict=True)
		told = ", ".join(f"{field} {value}" for field, value in stored.items())
		print(f"\nSerial No {serial_no} is entered: {told}")


def _make_masters() -> None:
	ensure_item(RENEWAL, "ERP account, a month", is_stock_item=0, has_serial_no=0)
	monthly = {
		"plan_name": MONTHLY,
		"plan_type": "Paid",
		"duration": 1,
		"duration_unit": "Month",
		"grace_days": 7,
	}
	ensure(SERIAL_PLAN, MONTHLY, {**monthly, "billing_item": RENEWAL})
	trial = {
		"plan_name": TRIAL,
		"plan_type": "Trial",
		"duration": 14,
		"duration_unit": "Day",
		"grace_days": 3,
	}
	ensure(SERIAL_PLAN, TRIAL, {**trial, "next_plan": MONTHLY})
	ensure_item(ACCOUNT, "ERP account", serial_purpose="Subscription Account", serial_plan=TRIAL)
