"""Many rows in few statements, in the caller's transaction: the app's only multi-row SQL.

Column and table names come from meta and constants, never from a user; values are always parameters. Frappe's own
`bulk_insert` builds the same statement through the query builder, at about ten times the cost a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import frappe

ROWS = 5_000
FEW = 4
"""So many different updates are statements of their own; more become one upsert."""
BYTES = 4_000_000
"""A statement stays under this, a quarter of MariaDB's default max_allowed_packet."""


def insert(
	doctype: str,
	columns: Sequence[str],
	rows: Sequence[Sequence],
	update: Iterable[str] = (),
) -> None:
	"""Insert `rows` (values in the order of `columns`). A row whose name exists takes the `update` columns instead."""
	if not rows:
		return
	place = "(" + ",".join(["%s"] * len(columns)) + ")"
	names = ",".join(f"`{column}`" for column in columns)
	tail = ",".join(f"`{column}`=VALUES(`{column}`)" for column in update)
	tail = f" ON DUPLICATE KEY UPDATE {tail}" if tail else ""
	for chunk in _chunks(rows):
		places = ",".join([place] * len(chunk))
		statement = f"INSERT INTO `tab{doctype}` ({names}) VALUES {places}{tail}"
		frappe.db.sql(statement, [value for row in chunk for value in row])  # nosemgrep: names from meta only


def update(doctype: str, changes: Iterable[tuple[Sequence[str], Mapping]]) -> None:
	"""Set fields of many records: pairs of names and {field: value}. Equal values share a statement."""
	alike: dict[tuple, list[str]] = {}
	for names, fields in changes:
		if fields:
			alike.setdefault(tuple(sorted(fields.items(), key=_first)), []).extend(names)
	if len(alike) <= FEW:
		for fields, names in alike.items():
			for chunk in _chunks(names):
				_update_alike(doctype, chunk, dict(fields))
	else:
		_update_each(doctype, alike)


def _first(pair: tuple) -> str:
	return pair[0]


def _update_alike(doctype: str, names: Sequence[str], fields: Mapping) -> None:
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.update(table).where(table.name.isin(list(names)))
	for field, value in fields.items():
		query = query.set(table[field], value)
	query.run()


def _update_each(doctype: str, alike: Mapping[tuple, Sequence[str]]) -> None:
	"""One upsert per chunk for each set of fields; the records exist and are locked, so none is inserted."""
	by_fields: dict[tuple[str, ...], list[tuple]] = {}
	for fields, names in alike.items():
		columns = tuple(field for field, _value in fields)
		values = tuple(value for _field, value in fields)
		by_fields.setdefault(columns, []).extend((name, *values) for name in names)
	for columns, rows in by_fields.items():
		insert(doctype, ("name", *columns), rows, update=columns)


def _chunks(rows: Sequence) -> Iterator[Sequence]:
	"""Slices of at most ROWS rows and about BYTES bytes."""
	start = size = 0
	for index, row in enumerate(rows):
		length = (
			sum(len(value) if isinstance(value, str) else 12 for value in row)
			if not isinstance(row, str)
			else len(row)
		)
		if index > start and (index - start >= ROWS or size + length > BYTES):
			yield rows[start:index]
			start, size = index, 0
		size += length
	if start < len(rows):
		yield rows[start:]


def keep_long_lists() -> None:
	"""For the rest of this submit, have MariaDB search an index for each value of a long IN list.

	By default it makes a list of over 1,000 values a table of its own and joins that; where an Item's statistics are
	not fresh (its first big receipt), ERPNext's valuation of 10,000 serials then takes 10 s in place of 0.2 s. And from
	about 20,000 values it reads the whole table, locking every row of it where it updates. The settings are the
	session's and change no result.
	"""
	frappe.db.sql("SET SESSION in_predicate_conversion_threshold = 0, optimizer_max_sel_arg_weight = 0")


def default_lists() -> None:
	"""MariaDB's own way again; a submit that failed ends with its connection, and needs no reset."""
	frappe.db.sql(
		"SET SESSION in_predicate_conversion_threshold = DEFAULT, optimizer_max_sel_arg_weight = DEFAULT"
	)
