"""Numbers from an Item's Serial No Series, reserved in blocks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_link_to_form, now_datetime

from serial_inventory.rules import blank
from serial_inventory.rules.problems import SHOWN
from serial_inventory.rules.series import Series
from serial_inventory.rules.series import problems as series_problems
from serial_inventory.services import messages, register
from serial_inventory.services.lines import SerialLine


def reserve(line: SerialLine) -> list[str]:
	"""New serial numbers for a blank line, that nobody else gets and that no Serial No bears yet.

	One atomic statement takes the block, and holds the counter until the submit ends. Numbers that exist are skipped.
	"""
	count, text = cint(line.qty), line.item.serial_no_series
	series, values, today = Series.parse(text), values_of(line.item), now_datetime()
	prefix = series.prefix(values, today)
	reserved = advance(prefix, count)
	names, last = blank.draw(
		series, values, today, reserved - count + 1, count, partial(register.known, lock=True)
	)
	if len(names) < count:
		messages.refuse([blank.series_ended(line.as_rule(), text)])
	if last != reserved:
		_set(prefix, last)
	return names


def advance(prefix: str, count: int) -> int:
	"""Move the counter on by `count` in one statement, on first use too; returns its new value.

	The query builder has no LAST_INSERT_ID(expression).
	"""
	frappe.db.sql(
		"""INSERT INTO `tabSeries` (`name`, `current`) VALUES (%(prefix)s, LAST_INSERT_ID(%(count)s))
		ON DUPLICATE KEY UPDATE `current` = LAST_INSERT_ID(`current` + %(count)s)""",
		{"prefix": prefix, "count": count},
	)
	return frappe.db.sql("SELECT LAST_INSERT_ID()")[0][0]


def _set(prefix: str, number: int) -> None:
	"""The block reached past numbers that exist; the counter is locked since `advance`."""
	series = frappe.qb.DocType("Series")
	frappe.qb.update(series).set(series.current, number).where(series.name == prefix).run()


def values_of(item) -> dict[str, str]:
	"""What the series' named parts stand for: the Item's fields, and the parts that other apps define."""
	values = {
		"item_code": item.name,
		"item_name": item.item_name or "",
		"item_group": item.item_group or "",
		"brand": item.brand or "",
	}
	for name, method in (frappe.get_hooks("naming_series_variables") or {}).items():
		if name in item.serial_no_series:
			values[name] = frappe.get_attr(method[0])(frappe._dict(doctype="Serial No"), name) or ""
	return values


def check_series(item) -> None:
	"""As an Item is saved with another series: refuse one that gives no good numbers, warn of one that overlaps."""
	if not (item.has_serial_no and item.serial_no_series and item.has_value_changed("serial_no_series")):
		return
	messages.refuse(series_problems(item.serial_no_series, values_of(item)))
	if found := overlapping(item):
		_warn_of_overlaps(item.name, found)


def overlapping(item) -> list[tuple[str, str]]:
	"""Other Items whose series can give a number that this one's gives too: (item, series)."""
	own = Series.parse(item.serial_no_series).filled(values_of(item))
	table = frappe.qb.DocType("Item")
	columns = ("name", "item_name", "item_group", "brand", "serial_no_series")
	query = frappe.qb.from_(table).select(*(table[column] for column in columns))
	query = query.where(
		(table.has_serial_no == 1) & (table.name != item.name) & (table.serial_no_series != "")
	)
	return [
		(other.name, other.serial_no_series)
		for other in query.run(as_dict=True)
		if own.overlaps(Series.parse(other.serial_no_series).filled(values_of(other)))
	]


def _warn_of_overlaps(item_code: str, found: Sequence[tuple[str, str]]) -> None:
	items = ", ".join(
		f"{get_link_to_form('Item', name)} ({escape_html(text)})" for name, text in found[:SHOWN]
	)
	more = _(" and {0} more").format(len(found) - SHOWN) if len(found) > SHOWN else ""
	frappe.msgprint(
		_(
			"The Serial No Series of Item {0} gives numbers that other Items' series give too: {1}. "
			"A number in use is skipped. For unbroken numbers choose a series of its own."
		).format(escape_html(item_code), items + more),
		title=_("Serial No Series Overlaps"),
		indicator="orange",
	)
