"""What the app needs of Items, read once per document."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.utils import cint

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
	return ItemFacts(
		item_code=item.name,
		item_name=item.item_name,
		description=item.description,
		item_group=item.item_group,
		brand=item.brand,
		warranty_period=cint(item.warranty_period),
	)
