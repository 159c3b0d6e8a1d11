"""Vouchers that change terms: Serial Renewals, and rows of Sales Invoices that name the serials they renew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from serial_inventory.constants import SERIAL_RENEWAL, TermAction
from serial_inventory.rules import renewals as rules
from serial_inventory.rules.plans import Plan
from serial_inventory.rules.problems import Problem, some
from serial_inventory.rules.renewals import Account, Wish
from serial_inventory.rules.serial_text import duplicates, expand, fold
from serial_inventory.rules.terms import Term, state
from serial_inventory.services import messages, plans, register, restrictions, terms

# --- Serial Renewal ------------------------------------------------------------------------------


def prepare(doc) -> None:
	"""Before a Serial Renewal is saved: take typed serials into its table, and preview each one's dates.

	Dates that a person has typed stay; those that the app proposed are proposed anew. Raises SerialNoError.
	"""
	_take_typed(doc)
	if not doc.items:
		frappe.throw(_("Name at least one Serial No: type it under Add Serial Nos, or in the table."))
	known = _accounts([row.serial_no for row in doc.items])
	granted = _granted(doc, known)
	today = getdate(doc.posting_date)
	for row, (account, term, _detail) in zip(doc.items, granted, strict=True):
		was = state(account.terms, today)
		row.update(
			{"item_code": account.item_code, "term_status": was.term_status, "expiry_date": was.expiry_date}
		)
		_propose(doc, row, term)


def _take_typed(doc) -> None:
	if not (doc.serial_nos or "").strip():
		return
	expansion = _expanded(doc.serial_nos)
	messages.refuse(expansion.problems)
	have = {fold(row.serial_no) for row in doc.items if row.serial_no}
	for name in expansion.serial_nos:
		if fold(name) not in have:
			doc.append("items", {"serial_no": name})
			have.add(fold(name))
	doc.serial_nos = None


def _expanded(text: str):
	return expand(text, known=register.named_like_ranges([text]))


def _accounts(serial_nos: Sequence[str], lock: bool = False) -> dict[str, Account]:
	"""Those that exist for the user: who may not see a customer is not told which units that customer has."""
	allowed = restrictions.of_user()
	found = terms.accounts(serial_nos, lock)
	return {key: account for key, account in found.items() if allowed.permits_customer(account.customer)}


def _granted(doc, known: Mapping[str, Account]) -> list[terms.Granted]:
	"""For each row the term that it grants; every problem of all rows is refused at once."""
	every, policy = plans.every(), terms.policy()
	problems = _repeated((_label(row), row.serial_no) for row in doc.items)
	granted = []
	for row in doc.items:
		account = known.get(fold(row.serial_no or ""))
		if not account:
			problems.append(replace(rules.unknown(row.serial_no or ""), row=_label(row)))
			continue
		row.serial_no = account.serial_no
		found = rules.check_owner(account, doc.company, doc.customer)
		found = found or rules.proposed(account, _wish(doc, row, every), every, policy)
		if isinstance(found, Problem):
			problems.append(replace(found, row=_label(row)))
		else:
			granted.append((account, found, row.name))
	messages.refuse(problems)
	return granted


def faults(doc, row, serial_nos: Sequence[str]) -> list[tuple[int, Problem]]:
	"""Why serials that are being typed cannot be renewed: pairs of their place in the list and the reason.

	`row` is a Sales Invoice's, or None for a Serial Renewal. Raises SerialNoError where the row itself renews nothing.
	"""
	known = _accounts(serial_nos)
	every, policy = plans.every(), terms.policy()
	if row:
		billed = BilledRow(row, list(serial_nos), plans.billed_by({row.item_code}, every)[row.item_code])
		messages.refuse([] if billed.plans else [_fault_of_row(doc, billed)])

	def granted(name: str):
		account = known.get(fold(name)) or name
		if row:
			return _granted_by(doc, billed, account, 1, every, policy)
		if isinstance(account, str):
			return rules.unknown(account)
		wish = Wish(
			doc.action, getdate(doc.posting_date), every.get(doc.serial_plan or ""), cint(doc.carry_rest) == 1
		)
		return rules.check_owner(account, doc.company, doc.customer) or rules.proposed(
			account, wish, every, policy
		)

	found = [(at, granted(name)) for at, name in enumerate(serial_nos)]
	return [(at, problem) for at, problem in found if isinstance(problem, Problem)]


def _label(row) -> str:
	return _("Row {0}").format(row.idx)


def _wish(doc, row, every: Mapping[str, Plan]) -> Wish:
	is_typed = (row.from_date or row.to_date) and _dates(row.from_date, row.to_date) != row.proposed
	return Wish(
		doc.action,
		getdate(doc.posting_date),
		every.get(doc.serial_plan or ""),
		carry_rest=bool(cint(doc.carry_rest)),
		from_date=getdate(row.from_date) if is_typed and row.from_date else None,
		to_date=getdate(row.to_date) if is_typed and row.to_date else None,
	)


def _propose(doc, row, term: Term) -> None:
	"""Show the term in its row. A submit must not grant other dates than those that were shown."""
	is_shown = row.proposed and row.proposed == _dates(row.from_date, row.to_date)
	if doc.docstatus == 1 and is_shown:
		_check_shown(row, term)
	is_typed = (row.from_date or row.to_date) and not is_shown
	row.update({"from_date": term.from_date, "to_date": term.to_date, "serial_plan": term.serial_plan})
	row.proposed = None if is_typed else _dates(term.from_date, term.to_date)


def _check_shown(row, term: Term) -> None:
	if _dates(row.from_date, row.to_date) != _dates(term.from_date, term.to_date):
		text = _(
			"Row {0}: the terms of Serial No {1} have changed since its dates were shown. Save again to see the new ones."
		)
		frappe.throw(text.format(row.idx, row.serial_no), messages.SerialNoError)


def _dates(first, last) -> str:
	return f"{first or ''}..{last or ''}"


def submit(doc) -> None:
	"""The terms of a Serial Renewal, as the locked Serial Nos allow them now."""
	granted = _granted(doc, _accounts([row.serial_no for row in doc.items], lock=True))
	for row, (_account, term, _detail) in zip(doc.items, granted, strict=True):
		_check_shown(row, term)
	terms.write(granted, SERIAL_RENEWAL, doc.name, doc.customer)


# --- Sales Invoice -------------------------------------------------------------------------------


@dataclass(slots=True)
class BilledRow:
	"""A row of a Sales Invoice with the serials that it renews."""

	row: object
	serial_nos: list[str]
	plans: list[Plan]

	@property
	def label(self) -> str:
		return _label(self.row)


def read(doc) -> list[BilledRow]:
	"""The rows that renew serials; their texts are rewritten one serial per line. Raises SerialNoError.

	Rows of an invoice that a Subscription makes get the serials that its plan rows name.
	"""
	_take_from_subscription(doc)
	renewing = [row for row in doc.items if (row.get("renew_serial_nos") or "").strip()]
	if not renewing:
		return []
	billed = plans.billed_by({row.item_code for row in renewing}, plans.every())
	problems, found = [], []
	for row in renewing:
		expansion = _expanded(row.renew_serial_nos)
		problems += [replace(problem, row=_label(row)) for problem in expansion.problems]
		row.renew_serial_nos = "\n".join(expansion.serial_nos) or row.renew_serial_nos
		found.append(BilledRow(row, expansion.serial_nos, billed[row.item_code]))
	messages.refuse(problems)
	return found


def _take_from_subscription(doc) -> None:
	if not (doc.get("subscription") and doc.is_new()) or doc.get("is_return"):
		return
	rows_of_plans = frappe.get_all(
		"Subscription Plan Detail",
		filters={"parent": doc.subscription, "renew_serial_nos": ("is", "set")},
		fields=["plan", "renew_serial_nos"],
		order_by="idx",
	)
	for plan in rows_of_plans:
		item = frappe.get_cached_value("Subscription Plan", plan.plan, "item")
		row = next((row for row in doc.items if row.item_code == item and not row.renew_serial_nos), None)
		if row:
			row.renew_serial_nos = plan.renew_serial_nos


def check(doc) -> None:
	"""Refuse a draft whose renewals could not be granted. Raises SerialNoError."""
	billed = read(doc)
	if billed:
		_grant(doc, billed, _accounts(_names(billed)))


def bill(doc) -> None:
	"""The terms that a submitted Sales Invoice renews, as the locked Serial Nos allow them now."""
	billed = read(doc)
	if billed:
		granted = _grant(doc, billed, _accounts(_names(billed), lock=True))
		terms.write(granted, doc.doctype, doc.name, doc.customer)


def _names(billed: Sequence[BilledRow]) -> list[str]:
	return [name for row in billed for name in row.serial_nos]


def _grant(doc, billed: Sequence[BilledRow], known: Mapping[str, Account]) -> list[terms.Granted]:
	every, policy = plans.every(), terms.policy()
	problems = _repeated((row.label, name) for row in billed for name in row.serial_nos)
	granted = []
	for row in billed:
		fault = _fault_of_row(doc, row)
		if fault:
			problems.append(replace(fault, row=row.label))
			continue
		count = round(abs(flt(row.row.qty)) / len(row.serial_nos))
		for name in row.serial_nos:
			found = _granted_by(doc, row, known.get(fold(name)) or name, count, every, policy)
			if isinstance(found, Problem):
				problems.append(replace(found, row=row.label))
			else:
				granted.append((known[fold(name)], found, row.row.name))
	messages.refuse(problems)
	return granted


def _granted_by(doc, row: BilledRow, account: Account | str, count: int, every, policy) -> Term | Problem:
	if isinstance(account, str):
		return rules.unknown(account)
	if problem := rules.check_owner(account, doc.company, doc.customer):
		return problem
	plan = rules.billed_plan(account, row.plans, every)
	if isinstance(plan, Problem):
		return plan
	wish = Wish(rules.billed_action(account, plan), getdate(doc.posting_date), plan, count)
	return rules.proposed(account, wish, every, policy)


def _fault_of_row(doc, row: BilledRow) -> Problem | None:
	qty, count = flt(row.row.qty), len(row.serial_nos)
	if cint(doc.get("is_return")):
		return Problem(
			_(
				"A credit note renews nothing. Empty the field; to take a term back, cancel the invoice or end it by a Serial Renewal."
			)
		)
	if not row.plans:
		return Problem(
			_(
				"Item {0} renews nothing: it is the Billing Item of no enabled Serial Plan. Set it there, or empty the field."
			),
			(row.row.item_code,),
		)
	if qty <= 0 or qty % count:
		return Problem(
			_(
				"Serial Nos to renew: {0}; quantity: {1}. Enter {0} for one term each, or a multiple of it for more."
			),
			(f"{count:,}", f"{qty:g}"),
		)
	return None


def _repeated(named: Iterable[tuple[str, str]]) -> list[Problem]:
	"""A voucher renews a serial once."""
	names = [name for _row, name in named if name]
	again = [" = ".join(dict.fromkeys(group)) for group in duplicates(names)]
	if not again:
		return []
	return [
		Problem(
			_(
				"These serial numbers are given more than once (letter case does not count): {0}. Keep each once."
			),
			(some(again),),
		)
	]


def renew(serial_nos: Sequence[str], serial_plan: str | None = None):
	"""Make and submit Serial Renewals for the serials, one for each company; returns them. The user's rights count."""
	known = _accounts(serial_nos)
	missing = [name for name in serial_nos if fold(name) not in known]
	messages.refuse([rules.unknown(name) for name in missing])
	by_company: dict[str | None, list[str]] = {}
	for account in known.values():
		by_company.setdefault(account.company, []).append(account.serial_no)
	made = []
	for company, names in by_company.items():
		doc = frappe.get_doc(
			{
				"doctype": SERIAL_RENEWAL,
				"company": company or frappe.defaults.get_user_default("Company"),
				"action": TermAction.RENEW.value,
				"serial_plan": serial_plan,
				"items": [{"serial_no": name} for name in names],
			}
		)
		doc.insert()
		doc.submit()
		made.append(doc)
	return made
