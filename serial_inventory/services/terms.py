"""The ledger of terms (DocType Serial Term): written by vouchers, cancelled with them, and told on the Serial Nos.

Rows are written and cancelled in bulk, in the voucher's own transaction; nobody writes them otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha1

import frappe
from frappe.utils import cint, getdate, now, nowdate

from serial_inventory.constants import SERIAL_NO, SERIAL_TERM
from serial_inventory.rules import renewals as rules
from serial_inventory.rules import units
from serial_inventory.rules.problems import Problem, _, some
from serial_inventory.rules.renewals import Account, Policy
from serial_inventory.rules.serial_text import fold
from serial_inventory.rules.terms import Term, state
from serial_inventory.services import bulk, life, messages, plans, register, settings

ROW = (
	"action",
	"from_date",
	"to_date",
	"serial_plan",
	"plan_type",
	"grace_days",
	"anchor_day",
	"voucher_type",
	"voucher_no",
)
"""The columns of the ledger that are a rule's Term, in its order."""
FACTS = (
	"name",
	"item_code",
	"company",
	"customer",
	"status",
	"serial_purpose",
	"serial_plan",
	"delivery_document_type",
)
"""The columns of Serial No that are a rule's Account, in its order."""
CHUNK = 5_000

Granted = tuple[Account, Term, str | None]
"""Whose term, the term, and the name of the voucher's row that grants it."""


def accounts(serial_nos: Sequence[str], lock: bool = False) -> dict[str, Account]:
	"""Those of the serials that exist, with their terms, keyed by `fold(name)`: two queries.

	`lock` keeps other vouchers off them until the transaction ends, and sees what those have committed.
	"""
	if not serial_nos:
		return {}
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).select(*(table[column] for column in FACTS))
	query = query.where(table.name.isin(list(serial_nos)))
	rows = (query.orderby(table.name).for_update() if lock else query).run()
	ledger = standing([row[0] for row in rows], lock)
	return {fold(row[0]): Account(*row, terms=ledger.get(row[0], ())) for row in rows}


def standing(serial_nos: Sequence[str], lock: bool = False) -> dict[str, tuple[Term, ...]]:
	"""Each serial's standing rows of the ledger, in the order in which they were written."""
	if not serial_nos:
		return {}
	table = frappe.qb.DocType(SERIAL_TERM)
	query = frappe.qb.from_(table).select(table.serial_no, *(table[column] for column in ROW))
	query = query.where(table.serial_no.isin(list(serial_nos)) & (table.is_cancelled == 0))
	query = query.orderby(table.creation, table.name)
	found: dict[str, list[Term]] = {}
	for serial_no, *values in (query.for_update() if lock else query).run():
		found.setdefault(serial_no, []).append(Term(*values))
	return {serial_no: tuple(terms) for serial_no, terms in found.items()}


def policy() -> Policy:
	return Policy(lapsed_from_day=settings.get().renew_lapsed_from != "The Day After Its Term")


def write(
	granted: Sequence[Granted], voucher_type: str, voucher_no: str | None, customer: str | None = None
) -> None:
	"""Write the rows of a voucher, and have its Serial Nos say so. `customer` is the voucher's, if it has one.

	Without `voucher_no` each Serial No is the voucher of its own row. A row's name is made of what it says, so that one
	voucher's row cannot grant a serial anything twice.
	"""
	shared = {**bulk.stamp(), "is_cancelled": 0}
	columns = ("name", "serial_no", "item_code", "customer", "company", "voucher_detail_no", *ROW, *shared)
	rows = []
	for account, term, detail_no in granted:
		voucher = voucher_no or account.serial_no
		key = "\n".join((voucher_type, voucher, detail_no or "", account.serial_no))
		values = {name: getattr(term, name) for name in ROW}
		values.update(voucher_type=voucher_type, voucher_no=voucher)
		own = (account.serial_no, account.item_code, customer or account.customer, account.company, detail_no)
		rows.append((sha1(key.encode()).hexdigest()[:20], *own, *values.values(), *shared.values()))
	bulk.insert(SERIAL_TERM, columns, rows)
	refresh([account.serial_no for account, _term, _detail in granted])


def refresh(serial_nos: Sequence[str], today: date | None = None) -> None:
	"""Have Serial Nos say what their terms, or without any their life, make of them today."""
	if not serial_nos:
		return
	today = today or getdate(nowdate())
	ledger = standing(serial_nos)
	groups = register.alike(serial_nos, ledger)
	facts = life.item_facts(group.unit.item_code for group in groups)
	decided = []
	for group in groups:
		now_is = state(ledger.get(group.serial_nos[0], ()), today)
		decided.append((group, units.with_state(group.unit, now_is, facts[group.unit.item_code], today)))
	register.save(decided)


def follow(doc, decided: Iterable) -> None:
	"""After a sale or its return: terms of the sold start, those of the returned end.

	`decided` is what the document made of its Serial Nos (services/life.record). Costs no query where none has a plan.
	"""
	sold, returned = [], []
	for group, unit in decided:
		if doc.get("is_return"):
			returned += group.serial_nos if unit.term_start_date and unit.warehouse else []
		elif unit.serial_plan and unit.delivery_document_no == doc.name and unit.customer:
			sold += group.serial_nos
	day = getdate(doc.posting_date)
	granted = _ends(returned, day) if returned else _starts(sold, day) if sold else []
	if granted:
		write(granted, doc.doctype, doc.name, doc.customer)


def _starts(serial_nos: Sequence[str], day: date) -> list[Granted]:
	known, granted, problems = plans.every(), [], []
	for account in accounts(serial_nos, lock=True).values():
		term = rules.start(account, known.get(account.serial_plan or ""), day)
		if isinstance(term, Problem):
			problems.append(term)
		elif term:
			granted.append((account, term, None))
	messages.refuse(problems)
	return granted


def _ends(serial_nos: Sequence[str], day: date) -> list[Granted]:
	found = (
		(account, rules.ended_by_return(account, day)) for account in accounts(serial_nos, lock=True).values()
	)
	return [(account, term, None) for account, term in found if term]


def open_terms(opened: Sequence[tuple[object, Term]]) -> None:
	"""The terms of accounts that ran already, each entered with its Serial No (services/direct.py)."""
	granted = [
		(Account(doc.name, doc.item_code, doc.company, doc.customer), term, None) for doc, term in opened
	]
	write(granted, SERIAL_NO, None)


def forget(doc) -> None:
	"""A voucher that is deleted takes its rows along."""
	frappe.db.delete(SERIAL_TERM, {"voucher_type": doc.doctype, "voucher_no": doc.name})


def forget_serial_no(doc) -> None:
	"""A Serial No that is deleted takes its rows along, unless vouchers stand on it. Raises SerialNoError."""
	vouchers = [
		term.voucher_no for term in standing([doc.name]).get(doc.name, ()) if term.voucher_type != SERIAL_NO
	]
	if vouchers:
		problem = _("Serial No {0} has terms by {1}, so it cannot be deleted. Cancel these first.")
		messages.refuse([Problem(problem, (doc.name, some(vouchers)))])
	frappe.db.delete(SERIAL_TERM, {"serial_no": doc.name})


def check_cancel(doc) -> None:
	"""Refuse to cancel a voucher while later ones stand on its terms. Raises SerialNoError."""
	serial_nos = _of_voucher(doc)
	if not serial_nos:
		return
	by_vouchers: dict[tuple[str, ...], list[str]] = {}
	for account in accounts(serial_nos, lock=True).values():
		if later := rules.later_vouchers(account.serial_no, account.terms, doc.name):
			by_vouchers.setdefault(tuple(reversed(later)), []).append(account.serial_no)
	messages.refuse([_later(doc, vouchers, names) for vouchers, names in by_vouchers.items()])


def _later(doc, vouchers: Sequence[str], serial_nos: Sequence[str]) -> Problem:
	return Problem(
		_(
			"{0} cannot be cancelled: the terms of {1} have gone on from it. Cancel these first, in this order: {2}."
		),
		(doc.name, some(serial_nos), some(vouchers)),
	)


def cancel(doc) -> None:
	"""Cancel the rows of a voucher; its Serial Nos say again what they said before."""
	serial_nos = _of_voucher(doc)
	if not serial_nos:
		return
	table = frappe.qb.DocType(SERIAL_TERM)
	query = frappe.qb.update(table).set(table.is_cancelled, 1).set(table.modified, now())
	query.where((table.voucher_type == doc.doctype) & (table.voucher_no == doc.name)).run()
	refresh(serial_nos)


def _of_voucher(doc) -> list[str]:
	filters = {"voucher_type": doc.doctype, "voucher_no": doc.name, "is_cancelled": 0}
	return frappe.get_all(SERIAL_TERM, filters=filters, pluck="serial_no", distinct=True)


def check_item(item) -> None:
	"""Refuse an Item's plan that does not suit its purpose, or a negative life. Raises SerialNoError."""
	plan = plans.every().get(item.serial_plan) if item.get("serial_plan") else None
	messages.refuse(
		rules.check_item(item.name, item.get("serial_purpose"), plan, cint(item.get("serial_life_days")))
	)


def adopt(item) -> None:
	"""An Item that is given a purpose, a plan or a life has units already: those without a term take it on."""
	changed = ("serial_purpose", "serial_plan", "serial_life_days")
	if item.is_new() or not item.has_serial_no or not any(map(item.has_value_changed, changed)):
		return
	count = frappe.db.count(SERIAL_NO, {"item_code": item.name})
	if count > CHUNK:
		frappe.enqueue(refresh_item, queue="long", item_code=item.name, enqueue_after_commit=True)
	elif count:
		refresh_item(item.name)


def refresh_item(item_code: str) -> None:
	"""All Serial Nos of an Item, a chunk at a time."""
	table, last = frappe.qb.DocType(SERIAL_NO), ""
	while True:
		query = frappe.qb.from_(table).select(table.name)
		query = query.where((table.item_code == item_code) & (table.name > last))
		names = query.orderby(table.name).limit(CHUNK).run(pluck=True)
		if not names:
			return
		refresh(names)
		last = names[-1]
