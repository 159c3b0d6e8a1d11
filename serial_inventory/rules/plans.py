"""Plans, and the calendar of their terms: the day on which a term ends, month ends and leap days included."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from serial_inventory.constants import DurationUnit, PlanType
from serial_inventory.rules.problems import Problem, _

DAYS = {DurationUnit.DAY.value: 1, DurationUnit.WEEK.value: 7}
MONTHS = {DurationUnit.MONTH.value: 1, DurationUnit.YEAR.value: 12}
LONGEST = {
	DurationUnit.DAY.value: 36_525,
	DurationUnit.WEEK.value: 5_200,
	DurationUnit.MONTH.value: 1_200,
	DurationUnit.YEAR.value: 100,
}
"""A hundred years; nobody means more."""


@dataclass(frozen=True, slots=True)
class Plan:
	"""A Serial Plan: `duration` in `duration_unit`s, `grace_days` after it. No `purposes` suits all that have terms."""

	name: str
	plan_type: str
	duration: int
	duration_unit: str
	grace_days: int = 0
	next_plan: str | None = None
	billing_item: str | None = None
	purposes: frozenset[str] = frozenset()
	disabled: bool = False

	@property
	def is_trial(self) -> bool:
		return self.plan_type == PlanType.TRIAL.value

	@property
	def is_by_month(self) -> bool:
		"""Its terms begin on the same day of the month, where the month has it."""
		return self.duration_unit in MONTHS


def check(plan: Plan, next_plan: Plan | None = None, types_in_use: Collection[str] = ()) -> list[Problem]:
	"""What is wrong with a plan as it is saved. `types_in_use` are the plan types that its terms have already."""
	found = []
	longest = LONGEST[plan.duration_unit]
	if not 1 <= plan.duration <= longest:
		found.append(
			Problem(
				_("The Duration of Serial Plan {0} is {1} {2}. Enter a whole number from 1 to {3}."),
				(plan.name, plan.duration, plan.duration_unit, f"{longest:,}"),
			)
		)
	if not 0 <= plan.grace_days <= LONGEST[DurationUnit.DAY.value]:
		found.append(
			Problem(
				_("Serial Plan {0} has {1} Grace Days. Enter a number of days, 0 for none."),
				(plan.name, plan.grace_days),
			)
		)
	if plan.next_plan and not plan.is_trial:
		found.append(
			Problem(
				_("Serial Plan {0} is Paid, and only a Trial has a Next Plan. Leave it empty."), (plan.name,)
			)
		)
	elif next_plan and next_plan.is_trial:
		found.append(
			Problem(
				_("The Next Plan of the trial {0} is {1}, which is a trial too. Choose a paid plan."),
				(plan.name, next_plan.name),
			)
		)
	if set(types_in_use) - {plan.plan_type}:
		found.append(
			Problem(
				_("Serial Plan {0} has terms as {1}, so its Plan Type stays so. Make another plan."),
				(plan.name, ", ".join(sorted(types_in_use))),
			)
		)
	return found


def check_default(purpose: str, has_terms: bool, plan: Plan) -> list[Problem]:
	"""Why units of the purpose cannot start on this plan."""
	if not has_terms:
		text = _(
			"Serial Purpose {0} has the Default Plan {1}, but its units have no terms. Check Have Terms, or empty the plan."
		)
		return [Problem(text, (purpose, plan.name))]
	if plan.disabled:
		text = _("The Default Plan {1} of Serial Purpose {0} is disabled. Choose another plan, or enable it.")
		return [Problem(text, (purpose, plan.name))]
	if plan.purposes and purpose not in plan.purposes:
		text = _("Serial Plan {1} is for {2}, not for {0}. Choose another plan, or add {0} to its purposes.")
		return [Problem(text, (purpose, plan.name, ", ".join(sorted(plan.purposes))))]
	return []


def end_of(from_date: date, plan: Plan, anchor_day: int = 0, count: int = 1) -> date | None:
	"""The last day (included) of `count` terms from `from_date`; None where the calendar ends before.

	`anchor_day` is the day of the month on which the terms of the chain begin: one that began on 31 January goes on from
	28 February, and from 31 March again.
	"""
	try:
		if plan.is_by_month:
			months = MONTHS[plan.duration_unit] * plan.duration * count
			return _months_later(from_date, months, anchor_day or from_date.day) - timedelta(days=1)
		return from_date + timedelta(days=DAYS[plan.duration_unit] * plan.duration * count - 1)
	except (OverflowError, ValueError):
		return None


def _months_later(day: date, months: int, anchor_day: int) -> date:
	year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
	if year > MAXYEAR:
		raise OverflowError
	return date(year, month + 1, min(anchor_day, monthrange(year, month + 1)[1]))
