"""Serial Plans as the rules see them."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.utils import cint

from serial_inventory.constants import SERIAL_PLAN, SERIAL_TERM
from serial_inventory.rules import plans as rules
from serial_inventory.rules.plans import Plan
from serial_inventory.rules.problems import Problem, _, some
from serial_inventory.services import messages

FIELDS = (
	"name",
	"plan_type",
	"duration",
	"duration_unit",
	"grace_days",
	"next_plan",
	"billing_item",
	"disabled",
)


def every() -> dict[str, Plan]:
	"""Every plan by its name: two queries, and a site has few."""
	purposes: dict[str, set[str]] = {}
	for plan, purpose in frappe.get_all(
		"Serial Plan Purpose", fields=["parent", "serial_purpose"], as_list=True
	):
		purposes.setdefault(plan, set()).add(purpose)
	rows = frappe.get_all(SERIAL_PLAN, fields=list(FIELDS))
	return {row.name: _plan(row, purposes.get(row.name, ())) for row in rows}


def billed_by(item_codes: Iterable[str], plans: dict[str, Plan]) -> dict[str, list[Plan]]:
	"""{item_code: the enabled plans that bill it}."""
	found: dict[str, list[Plan]] = {code: [] for code in item_codes}
	for plan in plans.values():
		if plan.billing_item in found and not plan.disabled:
			found[plan.billing_item].append(plan)
	return found


def check(doc) -> None:
	"""Refuse a Serial Plan that gives no good terms. Raises SerialNoError."""
	following = (
		frappe.db.get_value(SERIAL_PLAN, doc.next_plan, FIELDS, as_dict=True) if doc.next_plan else None
	)
	types = (
		[]
		if doc.is_new()
		else frappe.get_all(
			SERIAL_TERM,
			filters={"serial_plan": doc.name, "plan_type": ("!=", doc.plan_type)},
			pluck="plan_type",
			limit=1,
		)
	)
	messages.refuse(rules.check(_plan(doc), following and _plan(following), types))


def check_default(purpose) -> None:
	"""Refuse a Serial Purpose whose Default Plan its units cannot start on. Raises SerialNoError.

	Only where it is set now: a plan that is disabled later must not keep the purpose from being changed.
	"""
	if not any(map(purpose.has_value_changed, ("default_plan", "has_terms"))):
		return
	if plan := every().get(purpose.default_plan):
		messages.refuse(rules.check_default(purpose.purpose_name, bool(cint(purpose.has_terms)), plan))


def check_trash(doc) -> None:
	"""Refuse to delete a plan that terms are on. Raises SerialNoError."""
	if vouchers := frappe.get_all(
		SERIAL_TERM, {"serial_plan": doc.name}, pluck="voucher_no", distinct=True, limit=99
	):
		problem = _("Serial Plan {0} has terms by {1}, so it cannot be deleted. Disable it instead.")
		messages.refuse([Problem(problem, (doc.name, some(vouchers)))])


def _plan(row, purposes: Iterable[str] = ()) -> Plan:
	return Plan(
		row.name or row.get("plan_name"),
		row.plan_type,
		cint(row.duration),
		row.duration_unit,
		cint(row.grace_days),
		row.next_plan or None,
		row.billing_item or None,
		frozenset(purposes),
		bool(cint(row.disabled)),
	)
