"""What a voucher may do to a unit's terms, and every reason why not.

A voucher wishes (`Wish`) something for a unit (`Account`); the answer is the row of the ledger that it writes, or a
Problem. Reading the facts and wording the answer is for the caller.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from serial_inventory.constants import PURCHASE_INVOICE, PURCHASE_RECEIPT, PlanType, Status, TermAction
from serial_inventory.rules.plans import Plan, end_of
from serial_inventory.rules.problems import Problem, _
from serial_inventory.rules.terms import DAY, Term, at, last_day, later, timeline
from serial_inventory.rules.units import Unit

Plans = Mapping[str, Plan]

TERM_LABELS = {
	"serial_plan": _("Serial Plan"),
	"plan_type": _("Plan Type"),
	"term_start_date": _("Term Start Date"),
	"expiry_date": _("Expiry Date"),
	"term_status": _("Term Status"),
}
"""What only vouchers change on a Serial No once it has terms."""


@dataclass(frozen=True, slots=True)
class Account:
	"""A unit as its terms see it. `serial_plan` is what the Serial No says: its own plan before the first term."""

	serial_no: str
	item_code: str | None = None
	company: str | None = None
	customer: str | None = None
	status: str | None = None
	serial_purpose: str | None = None
	serial_plan: str | None = None
	document_type: str | None = None  # that took it out of stock
	terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
	"""The Settings that renewals depend on."""

	lapsed_from_day: bool = True  # False: from the day after the lapsed term


@dataclass(frozen=True, slots=True)
class Wish:
	"""What a voucher wants on `day` for a unit: `count` terms of `plan` (None: the unit's own).

	`from_date` and `to_date` are given where a person typed them. `carry_rest` adds what is left of the present term.
	"""

	action: str
	day: date
	plan: Plan | None = None
	count: int = 1
	carry_rest: bool = False
	from_date: date | None = None
	to_date: date | None = None


def check_owner(account: Account, company: str | None, customer: str | None) -> Problem | None:
	"""Whether the unit is one that a voucher of this company, for this customer (None: of any), may touch at all."""
	name = account.serial_no
	if company and account.company and account.company != company:
		return Problem(
			_("Serial No {0} belongs to company {1}, not to {2}. Take it out, or choose company {1}."),
			(name, account.company, company),
		)
	if customer and account.customer and account.customer != customer:
		return Problem(
			_("Serial No {0} is with customer {1}, not with {2}. Take it out, or choose customer {1}."),
			(name, account.customer, customer),
		)
	if account.status == Status.CONSUMED.value:
		return Problem(_("Serial No {0} has been consumed and has no terms any more. Take it out."), (name,))
	if account.document_type in (PURCHASE_RECEIPT, PURCHASE_INVOICE):
		return Problem(_("Serial No {0} went back to its supplier. Take it out."), (name,))
	return None


def check_item(
	item_code: str, serial_purpose: str | None, plan: Plan | None, life_days: int
) -> list[Problem]:
	"""What is wrong with the plan and the life that an Item gives its units."""
	found = []
	if plan and plan.purposes and serial_purpose and serial_purpose not in plan.purposes:
		found.append(
			Problem(
				_(
					"Serial Plan {1} of Item {0} is for {2}, and the Item's purpose is {3}. Choose another plan."
				),
				(item_code, plan.name, ", ".join(sorted(plan.purposes)), serial_purpose),
			)
		)
	if life_days < 0:
		found.append(
			Problem(
				_("The Serial Life of Item {0} is {1} days. Enter a number of days, 0 for none."),
				(item_code, life_days),
			)
		)
	return found


def unknown(serial_no: str) -> Problem:
	return Problem(_("Serial No {0} does not exist. Check the typing."), (serial_no,))


def proposed(account: Account, wish: Wish, plans: Plans, policy: Policy) -> Term | Problem:
	"""The ledger row that grants the wish, or the reason why it cannot be granted. `plans` has every plan by name."""
	found = _GRANTS[wish.action](account, wish, plans, policy)
	if isinstance(found, Problem) or (wish.from_date is None and wish.to_date is None):
		return found
	return _checked(account, wish, found)


def start(account: Account, plan: Plan | None, day: date) -> Term | Problem | None:
	"""The first term of a unit that is sold; None where it has no plan, or where its terms run already."""
	if not plan:
		return None
	if account.terms and not timeline(account.terms)[-1].is_end:
		return None
	return _term(
		account, TermAction.START, plan, max(day, account.terms[-1].from_date) if account.terms else day
	)


def ended_by_return(account: Account, day: date) -> Term | None:
	"""A unit that comes back from its customer has no term any more."""
	line = timeline(account.terms)
	if not line or line[-1].is_end:
		return None
	return _pause(TermAction.END, line, max(day, line[0].from_date))


def billed_plan(account: Account, billed: Sequence[Plan], plans: Plans) -> Plan | Problem:
	"""The plan that a Sales Invoice row renews a unit on. `billed` are the plans that its Item bills.

	The unit's own plan if it is one of them, else the plan that follows its trial, else the only one there is.
	"""
	names = {plan.name: plan for plan in billed}
	own = _own_plan(account, plans)
	if own and own.name in names:
		return own
	if own and own.is_trial and own.next_plan in names:
		return names[own.next_plan]
	if len(billed) == 1:
		return billed[0]
	return Problem(
		_(
			"Serial No {0} is on none of the plans that this Item bills: {1}. Use a Serial Renewal to choose one."
		),
		(account.serial_no, ", ".join(sorted(names))),
	)


def billed_action(account: Account, plan: Plan) -> str:
	"""A paid plan converts a trial at once; anything else goes on after the present term."""
	line = timeline(account.terms)
	is_on_trial = bool(line) and line[-1].plan_type == PlanType.TRIAL.value
	return (TermAction.CONVERT if is_on_trial and not plan.is_trial else TermAction.RENEW).value


# --- the actions ---------------------------------------------------------------------------------


def _renew(account: Account, wish: Wish, plans: Plans, policy: Policy) -> Term | Problem:
	plan = wish.plan or _own_plan(account, plans)
	if not plan:
		return Problem(
			_("Serial No {0} has no Serial Plan. Choose the plan to renew it on."), (account.serial_no,)
		)
	if problem := _unsuited(account, plan) or _closed(account):
		return problem
	line = timeline(account.terms)
	if not line:
		return _term(account, TermAction.START, plan, wish.from_date or wish.day, wish.count)
	is_lapsed = wish.day > later(line[-1].to_date, line[-1].grace_days)
	goes_on = line[-1].to_date + DAY
	begin = wish.from_date or (wish.day if is_lapsed and policy.lapsed_from_day else goes_on)
	return _term(account, TermAction.RENEW, plan, begin, wish.count)


def _convert(account: Account, wish: Wish, plans: Plans, _policy: Policy) -> Term | Problem:
	name, own = account.serial_no, _own_plan(account, plans)
	if not account.terms or not own or not own.is_trial:
		return Problem(
			_("Serial No {0} is on no trial, so there is nothing to convert. Renew it, or change its plan."),
			(name,),
		)
	plan = wish.plan or plans.get(own.next_plan or "")
	if not plan:
		return Problem(
			_("The trial {1} of Serial No {0} has no Next Plan. Choose the paid plan."), (name, own.name)
		)
	if plan.is_trial:
		return Problem(
			_("Serial No {0} cannot be converted to {1}, which is a trial. Choose a paid plan."),
			(name, plan.name),
		)
	if problem := _unsuited(account, plan) or _closed(account):
		return problem
	return _changed(account, wish, plan, TermAction.CONVERT)


def _change_plan(account: Account, wish: Wish, _plans: Plans, _policy: Policy) -> Term | Problem:
	if not wish.plan:
		return Problem(_("Choose the Serial Plan that Serial No {0} changes to."), (account.serial_no,))
	if not account.terms:
		return Problem(
			_(
				"Serial No {0} has no term yet, so there is no plan to change. Renew it on the plan that you want."
			),
			(account.serial_no,),
		)
	if timeline(account.terms)[-1].serial_plan == wish.plan.name:
		return Problem(
			_("Serial No {0} is on plan {1} already. Choose another plan, or renew it."),
			(account.serial_no, wish.plan.name),
		)
	if problem := _unsuited(account, wish.plan) or _closed(account):
		return problem
	return _changed(account, wish, wish.plan, TermAction.CHANGE_PLAN)


def _changed(account: Account, wish: Wish, plan: Plan, action: TermAction) -> Term | Problem:
	begin = wish.from_date or wish.day
	term = _term(account, action, plan, begin, wish.count)
	if isinstance(term, Problem) or not wish.carry_rest:
		return term
	end = _sum(term.to_date, _rest(account, begin))
	return _term_until(term, end) if end else _too_far(account)


def _suspend(account: Account, wish: Wish, _plans: Plans, _policy: Policy) -> Term | Problem:
	begin, line = wish.from_date or wish.day, timeline(account.terms)
	place = at(line, begin)
	if problem := _closed(account):
		return problem
	if place < 0 or line[place].to_date < begin:
		return Problem(
			_("Serial No {0} has no term on {1}, so there is none to suspend."), (account.serial_no, begin)
		)
	if ahead := next((term for term in line[place:] if term.serial_plan != line[place].serial_plan), None):
		return Problem(
			_(
				"Serial No {0} goes over to plan {1} on {2}. Suspend it after that day, or cancel {3} first: "
				"what is left of two plans cannot be kept together."
			),
			(account.serial_no, ahead.serial_plan, ahead.from_date, ahead.voucher_no),
		)
	return _pause(TermAction.SUSPEND, line, begin)


def _resume(account: Account, wish: Wish, _plans: Plans, _policy: Policy) -> Term | Problem:
	begin, line = wish.from_date or wish.day, timeline(account.terms)
	if not line or not line[-1].is_suspension:
		return Problem(_("Serial No {0} is not suspended, so it cannot be resumed."), (account.serial_no,))
	suspended = line[-1].from_date
	if begin < suspended:
		return Problem(
			_("Serial No {0} has been suspended since {1} and cannot be resumed on {2}, which is before."),
			(account.serial_no, suspended, begin),
		)
	before = timeline(account.terms[: _last_suspension(account.terms)])
	stopped = before[at(before, suspended)]
	end = _sum(begin - DAY, (last_day(before, at(before, suspended)) - suspended).days + 1)
	if not end:
		return _too_far(account)
	return Term(
		TermAction.RESUME.value,
		begin,
		end,
		stopped.serial_plan,
		stopped.plan_type,
		stopped.grace_days,
		(end + DAY).day,
	)


def _last_suspension(terms: Sequence[Term]) -> int:
	return max(at for at, term in enumerate(terms) if term.is_suspension)


def _end(account: Account, wish: Wish, _plans: Plans, _policy: Policy) -> Term | Problem:
	begin, line = wish.from_date or wish.day, timeline(account.terms)
	if not line:
		return Problem(_("Serial No {0} has no term to end."), (account.serial_no,))
	if line[-1].is_end:
		return _has_ended(account, line[-1].from_date)
	return _pause(TermAction.END, line, begin)


_GRANTS: dict[str, Callable[[Account, Wish, Plans, Policy], Term | Problem]] = {
	TermAction.RENEW.value: _renew,
	TermAction.CONVERT.value: _convert,
	TermAction.CHANGE_PLAN.value: _change_plan,
	TermAction.SUSPEND.value: _suspend,
	TermAction.RESUME.value: _resume,
	TermAction.END.value: _end,
}


# --- what they share -----------------------------------------------------------------------------


def _own_plan(account: Account, plans: Plans) -> Plan | None:
	"""The plan of the last term; before the first one that which the Serial No names."""
	name = timeline(account.terms)[-1].serial_plan if account.terms else account.serial_plan
	return plans.get(name or "")


def _pause(action: TermAction, line: Sequence[Term], begin: date) -> Term:
	"""The row names the plan that it breaks off."""
	term = line[max(0, at(line, begin))]
	return Term(action.value, begin, serial_plan=term.serial_plan, plan_type=term.plan_type)


def _term(account: Account, action: TermAction, plan: Plan, begin: date, count: int = 1) -> Term | Problem:
	anchor = _anchor(account, begin) if plan.is_by_month else 0
	end = end_of(begin, plan, anchor, count)
	if not end:
		return _too_far(account)
	return Term(action.value, begin, end, plan.name, plan.plan_type, plan.grace_days, anchor)


def _term_until(term: Term, end: date) -> Term:
	"""The term with another last day: terms after it begin on the day after that."""
	return Term(
		term.action, term.from_date, end, term.serial_plan, term.plan_type, term.grace_days, (end + DAY).day
	)


def _anchor(account: Account, begin: date) -> int:
	"""A term that goes on from another begins on the same day of the month, where the month has it."""
	line = timeline(account.terms)
	if line and not line[-1].is_pause and line[-1].to_date + DAY == begin:
		before = line[-1].anchor_day
		if begin.day == min(before, monthrange(begin.year, begin.month)[1]):
			return before
	return begin.day


def _rest(account: Account, day: date) -> int:
	"""Days that are left from `day` on, of the present term and of those that follow it without a break."""
	line = timeline(account.terms)
	place = at(line, day)
	if place < 0 or line[place].is_pause:
		return 0
	return max(0, (last_day(line, place) - day).days + 1)


def _sum(day: date, days: int) -> date | None:
	return day + timedelta(days=days) if days < (date.max - day).days else None


def _checked(account: Account, wish: Wish, term: Term) -> Term | Problem:
	"""A term whose dates a person typed."""
	line = timeline(account.terms)
	name, begin, end = account.serial_no, term.from_date, wish.to_date or term.to_date
	if end and end < begin:
		return Problem(
			_("The term of Serial No {0} would end on {1}, before it starts on {2}. Correct the dates."),
			(name, end, begin),
		)
	if wish.to_date and term.to_date is None:
		return Problem(
			_("{1} of Serial No {0} has no To Date: it is open. Leave it empty."), (name, wish.action)
		)
	if line and begin < line[0].from_date:
		return Problem(
			_("Serial No {0} had no term on {1}: its first one starts on {2}. Choose a later From Date."),
			(name, begin, line[0].from_date),
		)
	if wish.action == TermAction.RENEW.value and line and begin <= line[-1].to_date:
		return Problem(
			_("Serial No {0} has a term until {1} by {2}. Renew it from the day after that."),
			(name, line[-1].to_date, line[-1].voucher_no),
		)
	return _term_until(term, end) if wish.to_date and end != term.to_date else term


def _unsuited(account: Account, plan: Plan) -> Problem | None:
	if plan.disabled:
		return Problem(
			_("Serial Plan {1} is disabled, so Serial No {0} cannot go on it. Choose another plan."),
			(account.serial_no, plan.name),
		)
	if plan.purposes and account.serial_purpose not in plan.purposes:
		return Problem(
			_("Serial Plan {1} is for {2}, and Serial No {0} is a {3}. Choose another plan."),
			(
				account.serial_no,
				plan.name,
				", ".join(sorted(plan.purposes)),
				account.serial_purpose or _("unit without a purpose"),
			),
		)
	return None


def _closed(account: Account) -> Problem | None:
	line = timeline(account.terms)
	if line and line[-1].is_end:
		return _has_ended(account, line[-1].from_date)
	if line and line[-1].is_suspension:
		return Problem(
			_("Serial No {0} is suspended since {1}. Resume it first."),
			(account.serial_no, line[-1].from_date),
		)
	return None


def _has_ended(account: Account, day: date) -> Problem:
	return Problem(
		_(
			"The terms of Serial No {0} were ended on {1}. Sell it again, or cancel the document that ended them."
		),
		(account.serial_no, day),
	)


def _too_far(account: Account) -> Problem:
	return Problem(
		_("The term of Serial No {0} would end after the year 9999. Choose a shorter plan."),
		(account.serial_no,),
	)


def later_vouchers(serial_no: str, terms: Sequence[Term], voucher_no: str) -> list[str]:
	"""The vouchers that came after this one in a unit's ledger, oldest first."""
	places = [place for place, term in enumerate(terms) if term.voucher_no == voucher_no]
	after = terms[places[-1] + 1 :] if places else ()
	return list(dict.fromkeys(term.voucher_no for term in after if term.voucher_no != voucher_no))


def opening(unit: Unit, before: Unit | None, plan: Plan | None, today: date) -> Term | Problem | None:
	"""The term of an account that runs already, as a person enters it on the Serial No: with its plan and its dates.

	`plan` is the one that the Serial No names, `before` the record as it was (None for a new one). None where no term
	is entered. After the first term only vouchers change what the Serial No says of it.
	"""
	if before and before.term_start_date:
		return _changed_by_hand(unit, before)
	if problem := _entered_wrongly(unit, before, plan):
		return problem
	is_dated = unit.term_start_date or (before is None and plan and unit.expiry_date)
	if not is_dated:
		return None
	begin = unit.term_start_date or min(today, unit.expiry_date)
	end = unit.expiry_date or end_of(begin, plan)
	if not end or end < begin:
		return Problem(
			_("The term of Serial No {0} would end on {1}, before it starts on {2}. Correct the dates."),
			(unit.serial_no, end, begin),
		)
	anchor = (end + DAY).day if plan.is_by_month and end < date.max else 0
	return Term(TermAction.START.value, begin, end, plan.name, plan.plan_type, plan.grace_days, anchor)


def _changed_by_hand(unit: Unit, before: Unit) -> Problem | None:
	changed = [label for name, label in TERM_LABELS.items() if getattr(unit, name) != getattr(before, name)]
	if not changed:
		return None
	return Problem(
		_("{1} of Serial No {0} cannot be entered: its terms say it. Use a Serial Renewal."),
		(unit.serial_no, ", ".join(changed)),
	)


def _entered_wrongly(unit: Unit, before: Unit | None, plan: Plan | None) -> Problem | None:
	if (unit.term_status or None) != (before.term_status if before else None):
		return Problem(
			_(
				"The Term Status of Serial No {0} follows its terms. Leave it empty, and enter plan and dates."
			),
			(unit.serial_no,),
		)
	if not plan and (unit.plan_type or unit.term_start_date):
		return Problem(
			_("Serial No {0} has a Plan Type or a Term Start Date, but no Serial Plan. Enter the plan too."),
			(unit.serial_no,),
		)
	is_typed = unit.plan_type != (before.plan_type if before else None)
	if plan and unit.plan_type and is_typed and unit.plan_type != plan.plan_type:
		return Problem(
			_("Serial Plan {1} is {2}, so Serial No {0} cannot be {3} on it. Correct one of the two."),
			(unit.serial_no, plan.name, plan.plan_type, unit.plan_type),
		)
	return None
