"""What the app needs of Items, read once per document."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.utils import cint

from serial_inventory.constants import SERIAL_PLAN, SERIAL_PURPOSE
from serial_inventory.rules.units import ItemFacts

FIELDS = (
	"name",
	"item_name",
	"description",
	"item_group",
	"brand",
	"warranty_period",
	"has_serial_no",
	"has_batch_no",
	"create_new_batch",
	"serial_no_series",
	"serial_purpose",
	"serial_plan",
	"serial_life_days",
)


def serialized(item_codes: Iterable[str]) -> dict[str, frappe._dict]:
	"""Those of the Items that have serial numbers: {item_code: FIELDS}."""
	names = sorted({code for code in item_codes if code})
	if not names:
		return {}
	rows = frappe.get_all("Item", filters={"name": ("in", names), "has_serial_no": 1}, fields=list(FIELDS))
	return {row.name: row for row in rows}


def facts(item: frappe._dict) -> ItemFacts:
	"""An Item as the rules see it."""
	plan = plan_of(item)
	return ItemFacts(
		item_code=item.name,
		item_name=item.item_name,
		description=item.description,
		item_group=item.item_group,
		brand=item.brand,
		warranty_period=cint(item.warranty_period),
		serial_purpose=item.serial_purpose or None,
		serial_plan=plan,
		plan_type=frappe.get_cached_value(SERIAL_PLAN, plan, "plan_type") if plan else None,
		serial_life_days=cint(item.serial_life_days),
	)


def plan_of(item: frappe._dict) -> str | None:
	"""The plan that an Item's units start on: its own, or that of its purpose."""
	if item.serial_plan or not item.serial_purpose:
		return item.serial_plan or None
	purpose = frappe.get_cached_doc(SERIAL_PURPOSE, item.serial_purpose)
	return (purpose.default_plan or None) if purpose.has_terms else None
