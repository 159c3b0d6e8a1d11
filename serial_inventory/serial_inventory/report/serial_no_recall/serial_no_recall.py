"""Serial No Recall: the units of an Item, supplier, purchase document, batch or list, and where each is now."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from serial_inventory.constants import Place
from serial_inventory.services import recall, recalled
from serial_inventory.services.rights import column

LIMIT = 1_000
COLORS = {
	Place.IN_STOCK.value: "Blue",
	Place.WITH_CUSTOMER.value: "Red",
	Place.AT_SUPPLIER.value: "Green",
	Place.SCRAPPED.value: "Green",
}


def execute(filters=None):
	filters = frappe._dict(filters or {})
	scope = recall.scope_of(filters)
	if not recall.is_given(scope):
		return (
			get_columns(),
			[],
			_("Choose an Item, a supplier, a purchase document, a batch or serial numbers."),
		)
	found = recall.Recall(scope)
	limit = min(cint(filters.limit) or LIMIT, recall.MOST)
	rows, more = found.page(limit)
	for row in rows:
		row.place = _(row.place)
	counts = found.counts()
	return get_columns(), rows, _message(len(rows), more), _chart(counts), _summary(counts)


def get_columns() -> list[dict]:
	return [
		column(fieldname, label, fieldtype, options, width)
		for fieldname, label, fieldtype, options, width in recalled.columns()
	]


def _message(count: int, more: str | None) -> str | None:
	if more:
		text = _(
			"The first {0} units are shown. The numbers are of all; Export All Units in the menu gives every one."
		)
		return text.format(f"{count:,}")
	return None if count else _("No unit that you may read fits this.")


def _chart(counts: dict[str, int]) -> dict | None:
	if not counts:
		return None
	return {
		"data": {
			"labels": [_(place) for place in counts],
			"datasets": [{"name": _("Units"), "values": list(counts.values())}],
		},
		"type": "bar",
		"colors": ["#2563EB"],
	}


def _summary(counts: dict[str, int]) -> list[dict]:
	cards = [(_("Units"), sum(counts.values()), "Blue")]
	cards += [(_(place), count, COLORS.get(place, "Grey")) for place, count in counts.items()]
	return [
		{"label": label, "value": count, "datatype": "Int", "indicator": indicator}
		for label, count, indicator in cards
	]
