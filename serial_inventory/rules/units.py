"""What a Serial No becomes: one unit, the movements that documents make of it, and what each leaves behind.

Source of the rules: ERPNext's status and warranty rules (stock/serial_batch_bundle.py), less what it loses on the
way (a typed warranty, the customer, the supplier), which stays here. Dates are `datetime.date`, periods are days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from serial_inventory.constants import (
	ASSET_CAPITALIZATION,
	DELIVERY_NOTE,
	DISASSEMBLE,
	INTERNAL_TRANSFER,
	PURCHASE_INVOICE,
	PURCHASE_RECEIPT,
	SALES_INVOICE,
	STOCK_ENTRY,
	STOCK_RECONCILIATION,
	SUBCONTRACTING_RECEIPT,
	TRANSFERS,
	Direction,
	Kind,
	Maintenance,
	Status,
	TermStatus,
)
from serial_inventory.rules.terms import State, later


@dataclass(frozen=True, slots=True)
class ItemFacts:
	"""What every unit of an Item shares. `warranty_period` and `serial_life_days` in days, 0 for none."""

	item_code: str
	item_name: str | None = None
	description: str | None = None
	item_group: str | None = None
	brand: str | None = None
	warranty_period: int = 0
	serial_purpose: str | None = None
	serial_plan: str | None = None
	plan_type: str | None = None
	serial_life_days: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
	"""The Settings that a unit's life depends on."""

	warranty_from_purchase: bool = False


@dataclass(frozen=True, slots=True)
class Movement:
	"""One line of a stock document, as a unit meets it. `party` is the supplier or the customer."""

	kind: Kind
	voucher_type: str
	voucher_no: str
	posting_date: date
	warehouse: str | None = None
	party: str | None = None
	party_name: str | None = None
	rate: float = 0.0
	sales_invoice: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
	"""A Serial No: the fields that documents and terms decide, and the dates as a person typed them."""

	serial_no: str
	item_code: str
	item_name: str | None = None
	description: str | None = None
	item_group: str | None = None
	brand: str | None = None
	status: str | None = None
	warehouse: str | None = None
	supplier: str | None = None
	supplier_name: str | None = None
	purchase_document_type: str | None = None
	purchase_document_no: str | None = None
	purchase_date: date | None = None
	purchase_rate: float = 0.0
	customer: str | None = None
	customer_name: str | None = None
	delivery_document_type: str | None = None
	delivery_document_no: str | None = None
	delivery_date: date | None = None
	sales_invoice: str | None = None
	warranty_period: int = 0
	warranty_expiry_date: date | None = None
	typed_warranty_period: int = 0
	typed_warranty_expiry_date: date | None = None
	amc_expiry_date: date | None = None
	maintenance_status: str | None = None
	serial_purpose: str | None = None
	serial_plan: str | None = None
	plan_type: str | None = None
	term_start_date: date | None = None
	expiry_date: date | None = None
	typed_expiry_date: date | None = None
	term_status: str | None = None
	next_term_change: date | None = None


DELIVERY_CLEARED = {
	"customer": None,
	"customer_name": None,
	"delivery_document_type": None,
	"delivery_document_no": None,
	"delivery_date": None,
	"sales_invoice": None,
}
PURCHASE_CLEARED = {
	"supplier": None,
	"supplier_name": None,
	"purchase_document_type": None,
	"purchase_document_no": None,
	"purchase_date": None,
	"purchase_rate": 0.0,
}


TERMS_OWN = (
	"serial_plan",
	"plan_type",
	"term_start_date",
	"expiry_date",
	"term_status",
	"next_term_change",
)
"""What the terms of a unit say, once it has some."""


def kind_of(
	voucher_type: str, direction: Direction, purpose: str | None = None, is_return: bool = False
) -> Kind:
	"""What a line of this document means. `purpose` is the Stock Entry's, or that of a receipt from the own company."""
	inward = direction == Direction.INWARD
	if voucher_type in (PURCHASE_RECEIPT, PURCHASE_INVOICE):
		if purpose == INTERNAL_TRANSFER:
			return Kind.MOVED_IN if inward else Kind.MOVED_OUT
		if is_return:
			return Kind.OTHER_IN if inward else Kind.SENT_BACK
		return Kind.RECEIVED if inward else Kind.MOVED_OUT
	if voucher_type in (DELIVERY_NOTE, SALES_INVOICE):
		if is_return:
			return Kind.RETURNED if inward else Kind.OTHER_OUT
		return Kind.MOVED_IN if inward else Kind.DELIVERED
	if voucher_type == STOCK_ENTRY:
		if purpose in TRANSFERS:
			return Kind.MOVED_IN if inward else Kind.MOVED_OUT
		if purpose == DISASSEMBLE and not inward:
			return Kind.TAKEN_APART
		return Kind.MADE if inward else Kind.CONSUMED
	if voucher_type == STOCK_RECONCILIATION:
		return Kind.MADE if inward else Kind.REMOVED
	if voucher_type == SUBCONTRACTING_RECEIPT:
		if is_return:
			return Kind.MOVED_IN if inward else Kind.SENT_BACK
		return Kind.RECEIVED if inward else Kind.CONSUMED
	if voucher_type == ASSET_CAPITALIZATION:
		return Kind.OTHER_IN if inward else Kind.CONSUMED
	return Kind.OTHER_IN if inward else Kind.OTHER_OUT


def new(serial_no: str, item: ItemFacts) -> Unit:
	"""A unit that a document is about to bring in for the first time."""
	return Unit(serial_no, item.item_code, status=Status.ACTIVE.value, **_from_item(item))


def after(unit: Unit, movement: Movement, item: ItemFacts, policy: Policy, today: date) -> Unit:
	"""The unit as this movement leaves it."""
	changed = replace(unit, **_MOVES[movement.kind](unit, movement))
	return with_dates(changed, item, policy, today)


def rebuilt(
	unit: Unit,
	movements: Iterable[Movement],
	item: ItemFacts,
	policy: Policy,
	today: date,
	cancelled: str | None = None,
) -> Unit:
	"""The unit as its standing movements, oldest first, leave it: what a cancel goes back to.

	What was typed on the unit stays. With no movement left it is Inactive, nowhere and with nobody. Purchase facts
	that no movement explains (typed, or from before the ledger) stay, unless `cancelled` is their document.
	"""
	fresh = replace(
		unit, status=Status.INACTIVE.value, warehouse=None, **PURCHASE_CLEARED, **DELIVERY_CLEARED
	)
	fresh = moved(fresh, movements)
	is_cancelled = bool(cancelled) and unit.purchase_document_no == cancelled
	if not fresh.purchase_document_no and not is_cancelled:
		fresh = replace(fresh, **{name: getattr(unit, name) for name in PURCHASE_CLEARED})
	return with_dates(fresh, item, policy, today)


def moved(unit: Unit, movements: Iterable[Movement]) -> Unit:
	"""The unit as the movements, oldest first, leave it, its dates apart."""
	for movement in movements:
		unit = replace(unit, **_MOVES[movement.kind](unit, movement))
	return unit


def with_dates(unit: Unit, item: ItemFacts, policy: Policy, today: date) -> Unit:
	"""The unit with the warranty, the Maintenance Status and the end of life that its facts give it."""
	period, expiry = warranty(unit, item, policy)
	return replace(
		with_life(unit, item, today),
		warranty_period=period,
		warranty_expiry_date=expiry,
		maintenance_status=maintenance_status(expiry, unit.amc_expiry_date, today),
	)


def with_life(unit: Unit, item: ItemFacts, today: date) -> Unit:
	"""The unit with its purpose, and, before its first term, with its plan and the day on which its life ends.

	That day is what a person typed, or else so many days after the receipt as the Item says. Once a unit has terms,
	they say it all (rules/terms.py).
	"""
	purpose = unit.serial_purpose or item.serial_purpose
	if unit.term_start_date:
		return unit if purpose == unit.serial_purpose else replace(unit, serial_purpose=purpose)
	own = bool(unit.serial_plan)
	plan = unit.serial_plan or item.serial_plan
	expiry = unit.typed_expiry_date
	if not expiry and item.serial_life_days and unit.purchase_date:
		expiry = later(unit.purchase_date, item.serial_life_days)
	is_over = bool(expiry) and expiry < today
	status = TermStatus.EXPIRED.value if is_over else TermStatus.NOT_STARTED.value if plan else None
	return replace(
		unit,
		serial_purpose=purpose,
		serial_plan=plan,
		plan_type=(unit.plan_type if own else item.plan_type) if plan else None,
		expiry_date=expiry,
		term_status=status,
		next_term_change=later(expiry, 1) if expiry and not is_over else None,
	)


def with_state(unit: Unit, state: State, item: ItemFacts, today: date) -> Unit:
	"""The unit as its terms (`state`) have it; without any term it is as before the first."""
	if not state.term_start_date:
		return with_life(replace(unit, term_start_date=None), item, today)
	return replace(unit, **{name: getattr(state, name) for name in TERMS_OWN})


def warranty(unit: Unit, item: ItemFacts, policy: Policy) -> tuple[int, date | None]:
	"""Warranty period in days and expiry date: what a person typed, or else counted from the delivery.

	By a Setting it is counted from the purchase while the unit is the company's own.
	"""
	start = None
	if unit.status == Status.DELIVERED.value:
		start = unit.delivery_date
	elif policy.warranty_from_purchase:
		start = unit.purchase_date
	period = unit.typed_warranty_period or (item.warranty_period if start else 0)
	if unit.typed_warranty_expiry_date:
		return period, unit.typed_warranty_expiry_date
	if start and period:
		return period, start + timedelta(days=period)
	return period, None


def maintenance_status(warranty_expiry: date | None, amc_expiry: date | None, today: date) -> str | None:
	"""ERPNext's Serial No.set_maintenance_status: a valid warranty before a valid contract before lapsed ones."""
	if warranty_expiry and warranty_expiry >= today:
		return Maintenance.UNDER_WARRANTY.value
	if amc_expiry:
		return (Maintenance.UNDER_AMC if amc_expiry >= today else Maintenance.OUT_OF_AMC).value
	return Maintenance.OUT_OF_WARRANTY.value if warranty_expiry else None


def typed(unit: Unit, before: Unit | None) -> Unit:
	"""The unit with the warranty and the expiry that a person has just entered marked as typed.

	`before` is the record as it was, None for a new one. A date that was emptied is left to the documents again.
	"""
	was_expiry = before.warranty_expiry_date if before else None
	was_period = before.warranty_period if before else 0
	if unit.warranty_expiry_date != was_expiry:
		unit = replace(unit, typed_warranty_expiry_date=unit.warranty_expiry_date)
	if unit.warranty_period != was_period:
		unit = replace(unit, typed_warranty_period=unit.warranty_period)
	if not unit.term_start_date and unit.expiry_date != (before.expiry_date if before else None):
		unit = replace(unit, typed_expiry_date=unit.expiry_date)
	return unit


def adopted(was: Unit, read: Unit, item: ItemFacts, policy: Policy, today: date) -> Unit:
	"""A unit from before the app: what its documents say (`read`), with a warranty that they do not explain as typed.

	One that no standing document speaks of keeps what it says.
	"""
	if not read.purchase_document_no and not read.delivery_document_no:
		read = was
	status = was.status or read.status
	plain = replace(read, status=status, typed_warranty_period=0, typed_warranty_expiry_date=None)
	explained = warranty(plain, item, policy)[1]
	typed_date = was.typed_warranty_expiry_date
	if was.warranty_expiry_date and was.warranty_expiry_date != explained:
		typed_date = was.warranty_expiry_date
	changed = replace(read, status=status, typed_warranty_expiry_date=typed_date, **_from_item(item))
	return with_dates(changed, item, policy, today)


def entered(unit: Unit, item: ItemFacts) -> Unit:
	"""A unit as a person creates it directly: known, but in no stock yet."""
	return replace(unit, status=Status.INACTIVE.value, **_from_item(item))


def _from_item(item: ItemFacts) -> dict:
	return {
		"item_name": item.item_name,
		"description": item.description,
		"item_group": item.item_group,
		"brand": item.brand,
	}


def _in_stock(movement: Movement) -> dict:
	return {"status": Status.ACTIVE.value, "warehouse": movement.warehouse, **DELIVERY_CLEARED}


def _out(status: Status) -> dict:
	return {"status": status.value, "warehouse": None}


def _bought_by(movement: Movement) -> dict:
	return {
		"purchase_document_type": movement.voucher_type,
		"purchase_document_no": movement.voucher_no,
		"purchase_date": movement.posting_date,
		"purchase_rate": movement.rate,
	}


def _received(_unit: Unit, movement: Movement) -> dict:
	supplier = {"supplier": movement.party, "supplier_name": movement.party_name}
	return {**_in_stock(movement), **_bought_by(movement), **supplier}


def _made(unit: Unit, movement: Movement) -> dict:
	is_told = unit.purchase_document_no not in (None, "", movement.voucher_no)
	first = {} if is_told else _bought_by(movement)
	return {**_in_stock(movement), **first}


def _moved_in(_unit: Unit, movement: Movement) -> dict:
	return _in_stock(movement)


def _moved_out(_unit: Unit, _movement: Movement) -> dict:
	return {"warehouse": None}


def _left_by(movement: Movement) -> dict:
	return {
		"delivery_document_type": movement.voucher_type,
		"delivery_document_no": movement.voucher_no,
		"delivery_date": movement.posting_date,
	}


def _delivered(_unit: Unit, movement: Movement) -> dict:
	to = {
		"customer": movement.party,
		"customer_name": movement.party_name,
		"sales_invoice": movement.sales_invoice,
	}
	return {**_out(Status.DELIVERED), **_left_by(movement), **to}


def _consumed(_unit: Unit, movement: Movement) -> dict:
	return {**_out(Status.CONSUMED), **DELIVERY_CLEARED, **_left_by(movement)}


def _sent_back(_unit: Unit, movement: Movement) -> dict:
	return {**_out(Status.INACTIVE), **DELIVERY_CLEARED, **_left_by(movement)}


def _removed(_unit: Unit, _movement: Movement) -> dict:
	return {**_out(Status.INACTIVE), **DELIVERY_CLEARED}


def _other_in(_unit: Unit, movement: Movement) -> dict:
	return {"status": Status.ACTIVE.value, "warehouse": movement.warehouse}


def _other_out(unit: Unit, _movement: Movement) -> dict:
	return {"status": unit.status, "warehouse": None}


_MOVES = {
	Kind.RECEIVED: _received,
	Kind.MADE: _made,
	Kind.MOVED_OUT: _moved_out,
	Kind.MOVED_IN: _moved_in,
	Kind.DELIVERED: _delivered,
	Kind.RETURNED: _moved_in,
	Kind.SENT_BACK: _sent_back,
	Kind.CONSUMED: _consumed,
	Kind.REMOVED: _removed,
	Kind.OTHER_IN: _other_in,
	Kind.OTHER_OUT: _other_out,
	Kind.TAKEN_APART: _sent_back,  # gone, with the document that says so, and with nobody
}
