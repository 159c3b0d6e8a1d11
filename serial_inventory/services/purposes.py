"""Serial Purposes: their attributes become Custom Fields of Serial No, and units have what their purpose needs.

A new column commits (MariaDB), so it is made before a purpose is written: what is refused, by the rules or by MariaDB,
leaves nothing, and the purpose and its fields are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import frappe
from frappe import _
from frappe.model.meta import Meta

from serial_inventory.constants import MODULE, SERIAL_NO, SERIAL_PURPOSE
from serial_inventory.rules import purposes as rules
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.purposes import Attribute, Purpose, Site
from serial_inventory.services import messages

CUSTOM_FIELD = "Custom Field"
ATTRIBUTE = "Serial Purpose Attribute"
COLUMNS = ("label", "fieldname", "fieldtype", "options", "reqd", "in_list_view", "in_standard_filter")
ROW_TOO_LARGE = (1118, 1117)
"""MariaDB's errors: a row that would not fit its page, a table with too many columns."""

_NO_ROOM = rules._(
	"Serial No has no room for so many fields. Make some of the attributes Small Text, or take some away."
)


# --- a purpose that is saved -----------------------------------------------------------------------


def check(doc) -> None:
	"""Clean a Serial Purpose's attributes and give them their field names. Raises SerialNoError."""
	given = [_attribute(row) for row in doc.attributes]
	site = _site(doc.name, given)
	attributes = rules.named(given, site.linkable)
	found = rules.problems(attributes, site) or _data_problems(attributes, site)
	messages.refuse([_with_row(problem) for problem in found])
	for row, attribute in zip(doc.attributes, attributes, strict=True):
		row.update({"label": attribute.label, "fieldname": attribute.fieldname, "options": attribute.options})


def make_columns(attributes: Iterable[Attribute]) -> None:
	"""Give Serial No the columns that these attributes need. Commits if it lacks one. Raises SerialNoError.

	A column that holds nothing is dropped where its data could not become the new type: there is none.
	"""
	present = _columns()
	lacking = [
		attribute
		for attribute in attributes
		if not rules.is_column_of(present.get(attribute.fieldname, ""), attribute.fieldtype)
	]
	if not lacking:
		return
	for attribute in lacking:
		column = present.get(attribute.fieldname)
		if column and not rules.can_hold(column, attribute.fieldtype):
			_drop_empty_column(attribute.fieldname)
	try:
		frappe.db.updatedb(SERIAL_NO, _meta_with(lacking))
	except frappe.db.OperationalError as error:
		if error.args[0] not in ROW_TOO_LARGE:
			raise
		messages.refuse([Problem(_NO_ROOM)])


def make_columns_of(doc) -> None:
	make_columns(map(_attribute, doc.attributes))


def apply() -> None:
	"""Make Serial No's Custom Fields what all purposes together say. Fields of others are left alone."""
	wanted = {field["fieldname"]: field for field in rules.fields(_purposes())}
	standard = {
		field.fieldname for field in frappe.get_meta(SERIAL_NO).fields if not field.get("is_custom_field")
	}
	present = {
		row.fieldname: row
		for row in frappe.get_all(
			CUSTOM_FIELD,
			filters={"dt": SERIAL_NO},
			fields=["name", "module", "owner", "depends_on", "fieldname"],
		)
	}
	is_changed = False
	with _columns_later():
		for fieldname, row in present.items():
			if fieldname not in wanted and _is_ours(row):
				is_changed |= _delete_field(row)
		for fieldname, field in wanted.items():
			row = present.get(fieldname)
			if row and row.module == MODULE:
				is_changed |= _update_field(row.name, field)
			elif not row and fieldname not in standard:  # ERPNext may have got a field of that name since
				is_changed |= _insert_field(field)
	if is_changed:
		frappe.clear_cache(doctype=SERIAL_NO)


def share_labels(doc) -> None:
	"""A field has one label: what is saved last is said in the other purposes that have it too."""
	labels = {row.fieldname: row.label for row in doc.attributes}
	for purpose in _purposes():
		for other in purpose.attributes:
			label = labels.get(other.fieldname, other.label)
			if label != other.label and purpose.name != doc.name:
				filters = {"parent": purpose.name, "parenttype": SERIAL_PURPOSE, "fieldname": other.fieldname}
				frappe.db.set_value(ATTRIBUTE, filters, "label", label)
				frappe.clear_document_cache(SERIAL_PURPOSE, purpose.name)


def restore() -> None:
	"""Columns and fields of all purposes, as install and migrate want them; safe to run again."""
	make_columns(attribute for purpose in _purposes() for attribute in purpose.attributes)
	apply()


def check_merge(old: str, new: str) -> None:
	"""Before one purpose becomes part of another. Raises SerialNoError."""
	by_name = {name: Purpose(name) for name in (old, new)}
	by_name |= {purpose.name: purpose for purpose in _purposes()}
	problem = rules.lost_by_merge(by_name[old], by_name[new])
	messages.refuse([problem] if problem else [])


def fieldnames(rows: Iterable[dict]) -> list[str]:
	"""The field names that one purpose's attributes ({label, fieldname}) have, or would get if they have none."""
	given = [Attribute(str(row.get("label") or ""), str(row.get("fieldname") or "")) for row in rows]
	return [attribute.fieldname for attribute in rules.named(given)]


# --- units -----------------------------------------------------------------------------------------


def check_unit(doc) -> None:
	"""Refuse a Serial No that lacks what its purpose needs: Frappe asks for it in the form alone. Raises SerialNoError."""
	if doc.get("serial_purpose") and not doc.flags.ignore_mandatory:
		messages.refuse(lacking(doc, doc.name or doc.serial_no, _changed(doc)))


def lacking(values, serial_no: str, changed: list[str] | None) -> list[Problem]:
	"""What a unit (a document or its values) lacks for its purpose; `changed` as in the rules."""
	purpose = values.get("serial_purpose")
	rows = frappe.get_cached_doc(SERIAL_PURPOSE, purpose).attributes if purpose else []
	attributes = [_attribute(row) for row in rows if row.reqd]
	filled = {attribute.fieldname: values.get(attribute.fieldname) for attribute in attributes}
	return rules.missing(serial_no, purpose, attributes, filled, changed)


def _changed(doc) -> list[str] | None:
	"""The fields that a save changes, None for a new unit."""
	if not doc.get_doc_before_save():
		return None
	return [field for field in doc.meta.get_valid_columns() if doc.has_value_changed(field)]


# --- reading ---------------------------------------------------------------------------------------


def _attribute(row) -> Attribute:
	return Attribute(
		label=row.label or "",
		fieldname=row.fieldname or "",
		fieldtype=row.fieldtype or "",
		options=row.options or "",
		reqd=bool(row.reqd),
		in_list_view=bool(row.in_list_view),
		in_standard_filter=bool(row.in_standard_filter),
	)


def _purposes() -> list[Purpose]:
	"""All purposes that have attributes, in the order of their names.

	Locks the rows: of two purposes saved at once, the second sees the first one's attributes.
	"""
	row, purpose = frappe.qb.DocType(ATTRIBUTE), frappe.qb.DocType(SERIAL_PURPOSE)
	query = (
		frappe.qb.from_(row)
		.inner_join(purpose)
		.on((row.parent == purpose.name) & (row.parenttype == SERIAL_PURPOSE))
		.select(purpose.name, *(row[column] for column in COLUMNS))
		.orderby(purpose.name)
		.orderby(row.idx)
		.for_update()
	)
	found: dict[str, list[Attribute]] = {}
	for values in query.run(as_dict=True):
		if values.fieldname:
			found.setdefault(values.name, []).append(_attribute(values))
	return [Purpose(name, tuple(attributes)) for name, attributes in found.items()]


def _site(name: str | None, given: list[Attribute]) -> Site:
	"""What a purpose of this name has to live with."""
	purposes = _purposes()
	known = {attribute.fieldname for purpose in purposes for attribute in purpose.attributes}
	meta = frappe.get_meta(SERIAL_NO)
	fields = {field.fieldname for field in meta.fields}
	return Site(
		taken={field.fieldname: field.label for field in meta.fields if not _is_ours(field, known)},
		reserved=rules.RESERVED | (_names_in_use() - fields),
		linkable=_linkable(attribute.options for attribute in given if attribute.fieldtype == rules.LINK),
		others=[purpose for purpose in purposes if purpose.name != name],
	)


def _names_in_use() -> set[str]:
	"""Methods and properties of a document, which no field may hide."""
	return {*dir(frappe.get_doc({"doctype": SERIAL_NO})), *dir(frappe._dict)}


def _is_ours(field, known: Iterable[str] = ()) -> bool:
	"""Whether a Custom Field was made of an attribute, one that was changed by hand included."""
	return field.get("module") == MODULE and (
		rules.is_shown_for(field.get("depends_on")) or field.get("fieldname") in known
	)


def _linkable(options: Iterable[str]) -> dict[str, str]:
	"""Those of the DocTypes that have documents of their own: casefolded name -> name."""
	filters = {"name": ("in", [*{option.strip() for option in options}, ""]), "istable": 0, "issingle": 0}
	return {name.casefold(): name for name in frappe.get_all("DocType", filters=filters, pluck="name")}


def _with_row(problem: Problem) -> Problem:
	return replace(problem, row=_("Row {0}").format(problem.row)) if problem.row else problem


# --- columns and their data ------------------------------------------------------------------------


def _columns() -> dict[str, str]:
	"""Column -> its type, those of removed fields among them."""
	rows = frappe.db.get_table_columns_description(f"tab{SERIAL_NO}")
	return {row.name: row.type for row in rows}


def _data_problems(attributes: list[Attribute], site: Site) -> list[Problem]:
	"""Attributes whose column holds data that their type or options do not allow. Unchanged ones are not looked at."""
	present, meta = _columns(), frappe.get_meta(SERIAL_NO)
	found = []
	for number, attribute in enumerate(attributes, 1):
		column, field = present.get(attribute.fieldname), meta.get_field(attribute.fieldname)
		if not column or (field and _says(field) == (attribute.fieldtype, attribute.options)):
			continue
		if problem := _data_problem(attribute, column):
			found.append(replace(problem, row=str(number)))
	return found


def _says(field) -> tuple[str, str]:
	options = field.options or ""
	return field.fieldtype, options.removeprefix("\n") if field.fieldtype == rules.SELECT else options


def _data_problem(attribute: Attribute, column: str) -> Problem | None:
	if not rules.can_hold(column, attribute.fieldtype):
		return rules.cannot_hold(attribute) if _holds_data(attribute.fieldname, column) else None
	values = _misfits(attribute)
	return rules.does_not_fit(attribute, values) if values else None


def _holds_data(fieldname: str, column: str) -> bool:
	table = frappe.qb.DocType(SERIAL_NO)
	is_filled = table[fieldname].isnotnull()
	if rules.column_kind(column) in ("check", "int", "decimal"):
		is_filled &= table[fieldname] != 0
	elif not column.startswith(("date", "time")):
		is_filled &= table[fieldname] != ""
	return bool(frappe.qb.from_(table).select(table.name).where(is_filled).limit(1).run())


def _misfits(attribute: Attribute) -> list[str]:
	"""Some of the values of the column that the attribute does not allow."""
	table = frappe.qb.DocType(SERIAL_NO)
	value = table[attribute.fieldname]
	query = frappe.qb.from_(table).select(value).distinct().where(value.isnotnull()).limit(messages.SHOWN)
	if attribute.fieldtype == rules.SELECT:
		query = query.where((value != "") & value.notin(attribute.options.splitlines()))
	elif attribute.fieldtype == rules.LINK:
		target = frappe.qb.DocType(attribute.options)
		query = query.left_join(target).on(target.name == value).where((value != "") & target.name.isnull())
	elif attribute.fieldtype == rules.DATA:
		query = query.where(
			frappe.query_builder.CustomFunction("CHAR_LENGTH", ["text"])(value) > rules.MAX_VALUE
		)
	else:
		return []
	return query.run(pluck=True)


def _drop_empty_column(fieldname: str) -> None:
	if not rules.is_fieldname(fieldname):
		raise ValueError(fieldname)
	# The query builder knows no ALTER; the name is letters, digits and underscores.
	frappe.db.sql_ddl(f"ALTER TABLE `tab{SERIAL_NO}` DROP COLUMN `{fieldname}`")


def _meta_with(attributes: Iterable[Attribute]):
	"""Serial No's meta as it will be, for Frappe to make the table so. `get_meta` would cache it for all."""
	meta = Meta(SERIAL_NO)
	new = {attribute.fieldname: attribute for attribute in attributes}
	fields = [field for field in meta.fields if field.fieldname not in new]
	for attribute in new.values():
		fields.append(frappe._dict(fieldname=attribute.fieldname, fieldtype=attribute.fieldtype))
	meta.fields = fields
	return meta


# --- Custom Fields ---------------------------------------------------------------------------------


@contextmanager
def _columns_later() -> Iterator[None]:
	"""Custom Fields written in here do not each compare the whole table with its DocType: their columns are there."""
	before = frappe.flags.in_create_custom_fields
	frappe.flags.in_create_custom_fields = True
	try:
		yield
	finally:
		frappe.flags.in_create_custom_fields = before


def _insert_field(field: dict) -> bool:
	doc = frappe.get_doc({"doctype": CUSTOM_FIELD, "dt": SERIAL_NO, "module": MODULE, **field})
	doc.is_system_generated = 1
	return _save(doc)


def _update_field(name: str, field: dict) -> bool:
	doc = frappe.get_doc(CUSTOM_FIELD, name)
	if all((doc.get(key) or None) == (value or None) for key, value in field.items()):
		return False
	doc.update(field)
	return _save(doc)


def _save(doc) -> bool:
	"""Who may save a purpose may write its fields, though no Custom Fields. The rules have checked what Frappe would."""
	doc.flags.ignore_validate = True
	doc.flags.ignore_permissions = True
	doc.save()
	return True


def _delete_field(row) -> bool:
	"""The column stays. Frappe lets nobody but the Administrator delete a field that the Administrator made."""
	if row.owner == "Administrator" and frappe.session.user != "Administrator":
		frappe.db.set_value(CUSTOM_FIELD, row.name, "owner", frappe.session.user, update_modified=False)
	frappe.delete_doc(CUSTOM_FIELD, row.name, force=True, ignore_permissions=True)
	return True
