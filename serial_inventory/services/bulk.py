"""Many rows in few statements, in the caller's transaction: the app's only multi-row SQL.

Column and table names come from meta and constants, never from a user; values are always parameters. Frappe's own
`bulk_insert` builds the same statement through the query builder, at about ten times the cost a row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import frappe
from frappe.utils import now

ROWS = 5_000
FEW = 4
"""So many different updates are statements of their own; more become one upsert."""
BYTES = 4_000_000
"""A statement stays under this, a quarter of MariaDB's default max_allowed_packet."""
LIST_BYTES = 16_000_000
"""The longest list of names that MariaDB may answer with: half a million of them."""


def insert(
	doctype: str,
	columns: Sequence[str],
	rows: Sequence[Sequence],
	update: Iterable[str] = (),
	shared: Mapping | None = None,
) -> None:
	"""Insert `rows` (values in the order of `columns`), each with the values of `shared` {column: value} too.

	A row whose name exists takes the `update` columns instead.
	"""
	shared = shared or {}
	names = _names((*columns, *shared))
	tail = ",".join(f"`{column}`=VALUES(`{column}`)" for column in update)
	tail = f" ON DUPLICATE KEY UPDATE {tail}" if tail else ""
	for chunk in _chunks(rows):
		statement = (
			f"INSERT INTO `tab{doctype}` ({names}) {_selection(columns, len(chunk), len(shared))}{tail}"
		)
		values = [*shared.values(), *chain.from_iterable(chunk)]
		frappe.db.sql(statement, values)  # nosemgrep: names from meta only


def _names(columns: Iterable[str]) -> str:
	return ",".join(f"`{column}`" for column in columns)


def _selection(columns: Sequence[str], rows: int, shared: int) -> str:
	"""A SELECT of the rows with what they share, which is sent and read once: half the time of VALUES for each row."""
	first = ",".join(f"%s AS `{column}`" for column in columns)
	more = ",".join(["(" + ",".join(["%s"] * len(columns)) + ")"] * (rows - 1))
	union = f" UNION ALL VALUES {more}" if more else ""
	own = ",".join(f"`own`.`{column}`" for column in columns)
	return f"SELECT {own}{',%s' * shared} FROM (SELECT {first}{union}) `own`"


def update(
	doctype: str, changes: Iterable[tuple[Sequence[str], Mapping]], listed: Listed | None = None
) -> None:
	"""Set fields of many records: pairs of names and {field: value}. Equal values share a statement.

	The changes may be for all records whose names are `listed`; where they are equal for all, no name is sent.
	"""
	alike: dict[tuple, list[str]] = {}
	for names, fields in changes:
		alike.setdefault(tuple(sorted(fields.items(), key=_first)), []).extend(names)
	if listed and len(alike) == 1 and any(alike):
		_update_listed(doctype, listed, dict(next(iter(alike))))
		return
	alike.pop((), None)
	if len(alike) <= FEW:
		for fields, names in alike.items():
			for chunk in _chunks(names):
				_update_alike(doctype, chunk, dict(fields))
	else:
		_update_each(doctype, alike)


def _first(pair: tuple) -> str:
	return pair[0]


def _update_alike(doctype: str, names: Sequence[str], fields: Mapping) -> None:
	"""Written out: the query builder takes longer over a long list of names than the server does."""
	changes = ",".join(f"`{field}`=%s" for field in fields)
	statement = f"UPDATE `tab{doctype}` SET {changes} WHERE `name` IN %s"
	frappe.db.sql(statement, [*fields.values(), tuple(names)])  # nosemgrep: names from meta only


def _update_listed(doctype: str, listed: Listed, fields: Mapping) -> None:
	changes = ",".join(f"`tab{doctype}`.`{field}`=%s" for field in fields)
	statement = f"UPDATE `tab{doctype}`{listed.joined('name')} SET {changes}"
	frappe.db.sql(statement, [listed.keys, *fields.values()])  # nosemgrep: names from meta only


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
	"""Slices of at most ROWS rows and about BYTES bytes; of one row at least."""
	for start in range(0, len(rows), ROWS):
		yield from _halves(rows[start : start + ROWS])


def _halves(rows: Sequence) -> Iterator[Sequence]:
	values = rows if isinstance(rows[0], str) else chain.from_iterable(rows)
	size = sum(len(value) if isinstance(value, str) else 12 for value in values)
	if size <= BYTES or len(rows) == 1:
		yield rows
	else:
		middle = len(rows) // 2
		yield from _halves(rows[:middle])
		yield from _halves(rows[middle:])


@dataclass(frozen=True, slots=True)
class Listed:
	"""Values that stand in a table already: its `column`, in the records whose `key` is one of `keys`.

	A join with these is faster than the same values sent again as a list, and a submit sends them often.
	"""

	doctype: str
	column: str
	key: str
	keys: tuple[str, ...]

	def joined(self, column: str) -> str:
		own = f"SELECT DISTINCT `{self.column}` AS `listed_value` FROM `tab{self.doctype}` WHERE `{self.key}` IN %s"
		return f" JOIN ({own}) `listed` ON `listed`.`listed_value` = `{column}`"


def gathered(
	doctype: str,
	by: Sequence[str],
	gather: Sequence[str],
	values: tuple[str, Sequence | Listed],
	where: Mapping | None = None,
	order: str | None = None,
	lock: bool = False,
) -> list[tuple]:
	"""Records that have one of the values in a column (`values`), grouped: (*`by`, a list for each column of `gather`).

	Thousands of rows that say the same are one row of the answer: the driver needs longer to read rows than MariaDB to
	group them. Values that differ in letter case alone are not the same (BINARY). `where` are other columns' values,
	`order` the column that orders the lists. MariaDB cuts lists off at 1 MB unless told otherwise; a JSON list that was
	cut off cannot be read, so none goes unnoticed.
	"""
	where = dict(where or {})
	column, wanted = values
	is_listed = isinstance(wanted, Listed)
	joined = wanted.joined(column) if is_listed else ""
	own, exactly = _names(by), ",".join(f"BINARY `{name}`" for name in by)
	ordered = f" ORDER BY `{order}`" if order else ""
	lists = ",".join(f"JSON_ARRAYAGG(`{name}`{ordered})" for name in gather)
	conditions = [f"`{name}`=%s" for name in where] + ([] if is_listed else [f"`{column}` IN %s"])
	limited = f" WHERE {' AND '.join(conditions)}" if conditions else ""
	statement = (
		f"SET STATEMENT group_concat_max_len={LIST_BYTES} FOR SELECT {own},{lists} FROM `tab{doctype}`{joined}{limited}"
		f" GROUP BY {exactly}{' FOR UPDATE' if lock else ''}"
	)
	parameters = [wanted.keys, *where.values()] if is_listed else [*where.values(), tuple(wanted)]
	found = frappe.db.sql(statement, parameters)  # nosemgrep: names from meta only
	return [(*row[: len(by)], *map(json.loads, row[len(by) :])) for row in found]


def columns(
	doctype: str,
	wanted: Sequence[str],
	values: tuple[str, Sequence[str]],
	condition: str = "",
	parameters: Sequence = (),
) -> list[list]:
	"""Of the records that have one of the values in a column a list for each of `wanted`, in one order; dates are texts.

	For records that may all differ: one row of lists is read in a fifth of the time of as many rows, and the query builder
	takes longer over a long list than the server does. MariaDB adds each record to all of the lists at once. `condition`,
	with its `parameters`, is of columns and what Frappe words of a user's permissions. See `gathered`.
	"""
	column, listed = values
	lists = ",".join(f"JSON_ARRAYAGG(`tab{doctype}`.`{name}`)" for name in wanted)
	limited = f" AND ({condition})" if condition else ""
	statement = (
		f"SET STATEMENT group_concat_max_len={LIST_BYTES} FOR SELECT {lists} FROM `tab{doctype}`"
		f" WHERE `tab{doctype}`.`{column}` IN %s{limited}"
	)
	(found,) = frappe.db.sql(statement, [tuple(listed), *parameters])  # nosemgrep: names from meta only
	return [json.loads(each) if each else [] for each in found]


def literal(text: str) -> str:
	"""A text that LIKE takes as it stands."""
	return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


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


def stamp(moment: str | datetime | None = None) -> dict:
	"""What Frappe notes on a new record of when it was made, now or at the moment given, and by whom: by the user."""
	moment, user = moment or now(), frappe.session.user
	return {"creation": moment, "modified": moment, "owner": user, "modified_by": user}


def insert_documents(doctype: str, documents: Sequence[Mapping], **shared) -> None:
	"""Insert records as Frappe's `db_insert` does, past all events: named by a hash, made now, by the user.

	The documents have the same fields; `shared` are fields that are equal in all of them.
	"""
	shared = {**stamp(), "docstatus": 0, **shared}
	columns = ("name", *documents[0])
	rows = [(frappe.generate_hash(length=10), *document.values()) for document in documents]
	insert(doctype, columns, rows, shared=shared)
