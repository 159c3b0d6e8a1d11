"""A Serial Purpose's attributes: the fields of Serial No that they become, and what can be wrong with them.

An attribute is one Custom Field of Serial No. Two purposes may share one (same field name, type and options): it shows
for the units of both. Taking an attribute away keeps the column and its data, which come back with the attribute.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from serial_inventory.rules.problems import Problem, _, some
from serial_inventory.rules.serial_text import fold

DATA, SMALL_TEXT, SELECT, LINK = "Data", "Small Text", "Select", "Link"
INT, FLOAT, CURRENCY, CHECK = "Int", "Float", "Currency", "Check"
DATE, DATETIME = "Date", "Datetime"
FIELD_TYPES = (DATA, SMALL_TEXT, INT, FLOAT, CURRENCY, DATE, DATETIME, CHECK, SELECT, LINK)

MAX_FIELDNAME = 61  # Frappe's own limit: MariaDB's names end at 64
MAX_LABEL = 140
MAX_VALUE = 140  # a Data, Select or Link column of Frappe
MAX_OPTIONS = 60_000  # bytes of a Select's choices: the column that holds them ends at 65,535

SECTION = "attributes_section"
COLUMN = "attributes_column"
"""The section of the Serial No form that attributes stand in, and its second column (setup/custom_fields.py)."""

RESERVED = frozenset(
	"name owner creation modified modified_by docstatus idx doctype parent parentfield parenttype "
	"_user_tags _comments _assign _liked_by _seen file_list flags".split()
)
"""Columns that every document has or may have, and names that Frappe gives another meaning."""

SQL_WORDS = frozenset(
	"add all alter analyze and as asc before between both by call cascade case change check column condition "
	"constraint continue convert create cross cursor database databases declare default delayed delete desc describe "
	"distinct div double drop dual each else elseif enclosed escaped except exists exit explain false fetch float for "
	"force foreign from fulltext general grant group groups having if ignore in index infile inner inout insert "
	"intersect int integer interval into is iterate join key keys kill leading leave left like limit linear lines load "
	"lock long loop match mod modifies natural not null numeric of offset on optimize option or order out outer outfile "
	"over partition precision primary procedure purge range rank read reads real recursive references regexp release "
	"rename repeat replace require restrict return returning revoke right rlike row row_number rows schema schemas "
	"select separator set show slow spatial specific sql ssl starting system table terminated then to trailing trigger "
	"true undo union unique unlock unsigned update usage use using values varchar varying when where while window with "
	"write xor zerofill".split()
)
"""Words that a report written in SQL would stumble over as a column."""
PREFIX = "unit_"

_FIELDNAME = re.compile(r"[a-z][a-z0-9_]*")
_SHOWN_FOR = re.compile(r"eval:\[.*\]\.includes\(doc\.serial_purpose\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Attribute:
	"""One row of a purpose. `options`: a Select's choices, one per line, or a Link's DocType."""

	label: str
	fieldname: str = ""
	fieldtype: str = DATA
	options: str = ""
	reqd: bool = False
	in_list_view: bool = False
	in_standard_filter: bool = False


@dataclass(frozen=True, slots=True)
class Purpose:
	"""A Serial Purpose, as far as its attributes go."""

	name: str
	attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
	"""What a purpose has to live with."""

	taken: Mapping[str, str] = field(default_factory=dict)
	"""Fields of Serial No that are no purpose's: fieldname -> label."""
	reserved: Collection[str] = RESERVED
	"""Names that no field may have."""
	linkable: Mapping[str, str] = field(default_factory=dict)
	"""DocTypes that a Link can lead to: casefolded name -> name."""
	others: Sequence[Purpose] = ()
	"""All other purposes."""


# --- names -----------------------------------------------------------------------------------------


def clean(label: str | None) -> str:
	"""The label without control characters and double spaces."""
	text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in label or "")
	return " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())


def fieldname_of(label: str, used: Collection[str] = ()) -> str:
	"""The field that a label becomes: snake case, ASCII, at most 61 characters, not among `used`.

	`Número de Série` is numero_de_serie. A label that ASCII cannot say in full (other scripts), or that is too long, ends
	in a checksum: the same label is the same field in every purpose, and two labels are never one field by loss.
	Empty if the label has no letter and no digit.
	"""
	if not any(character.isalnum() for character in label):
		return ""
	plain = unicodedata.normalize("NFKD", fold(label))
	words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
	name = "_".join(words) or "attribute"
	if name[0].isdigit() or name in SQL_WORDS:
		name = PREFIX + name
	if len(name) > MAX_FIELDNAME or any(c.isalnum() and not c.isascii() for c in plain):
		name = _shortened(name, f"_{zlib.crc32(fold(label).encode()):08x}")
	return _unique(name, used)


def _shortened(name: str, ending: str) -> str:
	return name[: MAX_FIELDNAME - len(ending)].rstrip("_") + ending


def is_fieldname(name: str) -> bool:
	"""Small letters, digits and underscores, a letter first, at most 61 characters."""
	return bool(_FIELDNAME.fullmatch(name)) and len(name) <= MAX_FIELDNAME


def _unique(name: str, used: Collection[str]) -> str:
	number, candidate = 1, name
	while candidate in used:
		number += 1
		candidate = _shortened(name, f"_{number}")
	return candidate


def named(attributes: Iterable[Attribute], linkable: Mapping[str, str] | None = None) -> list[Attribute]:
	"""The attributes cleaned, each with its field name. One that has a name keeps it, whatever its label says now."""
	attributes = [_cleaned(attribute, linkable or {}) for attribute in attributes]
	used = {attribute.fieldname for attribute in attributes if attribute.fieldname}
	done = []
	for attribute in attributes:
		if not attribute.fieldname:
			attribute = replace(attribute, fieldname=fieldname_of(attribute.label, used))
			used.add(attribute.fieldname)
		done.append(attribute)
	return done


def _cleaned(attribute: Attribute, linkable: Mapping[str, str]) -> Attribute:
	options = ""
	if attribute.fieldtype == SELECT:
		options = "\n".join(choices(attribute.options))
	elif attribute.fieldtype == LINK:
		options = (attribute.options or "").strip()
		options = linkable.get(options.casefold(), options)
	return replace(
		attribute,
		label=clean(attribute.label),
		fieldname=(attribute.fieldname or "").strip(),
		options=options,
	)


def choices(options: str | None) -> list[str]:
	"""A Select's choices, cleaned, each once."""
	lines = (clean(line) for line in (options or "").splitlines())
	return list(dict.fromkeys(line for line in lines if line))


# --- what is wrong ---------------------------------------------------------------------------------


def problems(attributes: Sequence[Attribute], site: Site) -> list[Problem]:
	"""Everything that is wrong with a purpose's attributes, which `named` has gone over."""
	found = []
	for number, attribute in enumerate(attributes, 1):
		wrong = _of_label(attribute) or _of_fieldname(attribute, site) or _of_double(attributes, number)
		wrong = wrong or _of_others(attribute, site)
		for problem in (wrong, _of_type(attribute, site)):
			if problem:
				found.append(replace(problem, row=str(number)))
	return found


def _of_label(attribute: Attribute) -> Problem | None:
	label = attribute.label
	if not label:
		return Problem(_("An attribute has no label. Write what the field is called, or delete the row."))
	if len(label) > MAX_LABEL:
		return Problem(
			_("The label {0} has {1} characters; {2} are the most. Shorten it."),
			(f"{label[:40]}…", len(label), MAX_LABEL),
		)
	if "<" in label or ">" in label:
		return Problem(_("The label {0} has < or >, which a label cannot have. Leave them out."), (label,))
	if not any(character.isalnum() for character in label):
		return Problem(
			_("The label {0} has no letter and no digit to make a field name of. Write a word."), (label,)
		)
	return None


def _of_fieldname(attribute: Attribute, site: Site) -> Problem | None:
	label, name = attribute.label, attribute.fieldname
	if name in RESERVED or name in site.reserved:
		return Problem(
			_(
				"Attribute {0} cannot be the field {1}: every document has that already. Give it another label."
			),
			(label, name),
		)
	if name in site.taken:
		return Problem(
			_(
				"Attribute {0} cannot be the field {1}: Serial No has it already, as {2}. Use that field, or give the "
				"attribute another label."
			),
			(label, name, site.taken[name] or name),
		)
	if name in (SECTION, COLUMN) or not is_fieldname(name):
		return Problem(
			_(
				"Attribute {0} cannot be the field {1}. A field name has small letters, digits and underscores, begins "
				"with a letter, and has at most {2} characters. Leave it empty to have it made of the label."
			),
			(label, name[:80], MAX_FIELDNAME),
		)
	return None


def _of_double(attributes: Sequence[Attribute], number: int) -> Problem | None:
	attribute = attributes[number - 1]
	for earlier, other in enumerate(attributes[: number - 1], 1):
		if fold(other.label) == fold(attribute.label):
			return Problem(
				_("Attribute {0} stands in row {1} already. Delete one of them."), (attribute.label, earlier)
			)
		if other.fieldname == attribute.fieldname:
			return Problem(
				_("Attribute {0} has the field {1} of attribute {2} in row {3}. Give it a field of its own."),
				(attribute.label, attribute.fieldname, other.label, earlier),
			)
	return None


def _of_others(attribute: Attribute, site: Site) -> Problem | None:
	for purpose in site.others:
		for other in purpose.attributes:
			if other.fieldname != attribute.fieldname:
				continue
			if (other.fieldtype, other.options) != (attribute.fieldtype, attribute.options):
				return Problem(
					_(
						"The field {0} is an attribute of Serial Purpose {1} too, as {2}. Give it the same type and "
						"options here, or give attribute {3} another field name."
					),
					(attribute.fieldname, purpose.name, _definition(other), attribute.label),
				)
	return None


def _definition(attribute: Attribute) -> str:
	if not attribute.options:
		return attribute.fieldtype
	return f"{attribute.fieldtype} ({some(attribute.options.splitlines())})"


def _of_type(attribute: Attribute, site: Site) -> Problem | None:
	label, fieldtype = attribute.label, attribute.fieldtype
	if fieldtype not in FIELD_TYPES:
		return Problem(
			_("Attribute {0} has the type {1}, which is none. Take one of these: {2}."),
			(label, fieldtype or "–", ", ".join(FIELD_TYPES)),
		)
	if fieldtype == LINK:
		if not attribute.options:
			return Problem(_("Attribute {0} is a Link to nothing. Write a DocType under Options."), (label,))
		if attribute.options.casefold() not in site.linkable:
			return Problem(
				_(
					"Attribute {0} is a Link to {1}, which is no DocType with documents of its own. Write another under Options."
				),
				(label, attribute.options[:MAX_VALUE]),
			)
	return _of_choices(attribute) if fieldtype == SELECT else None


def _of_choices(attribute: Attribute) -> Problem | None:
	given = attribute.options.splitlines()
	if not given:
		return Problem(
			_("Attribute {0} is a Select without choices. Write one per line under Options."),
			(attribute.label,),
		)
	if len("\n".join(given).encode()) > MAX_OPTIONS:
		return Problem(
			_("Attribute {0} has too many choices ({1}). Make it a Link to a DocType that holds them."),
			(attribute.label, len(given)),
		)
	bad = [choice for choice in given if len(choice) > MAX_VALUE or "<" in choice or ">" in choice]
	if bad:
		return Problem(
			_(
				"Choices of attribute {0} have < or >, or more than {1} characters: {2}. Write them without or shorter."
			),
			(attribute.label, MAX_VALUE, some(choice[:40] for choice in bad)),
		)
	return None


# --- columns that hold data ------------------------------------------------------------------------

HOLDS = {
	"varchar": (DATA, SMALL_TEXT, SELECT, LINK),
	"text": (SMALL_TEXT, DATA, SELECT, LINK),
	"check": (CHECK, INT, FLOAT, CURRENCY),
	"int": (INT, FLOAT, CURRENCY),
	"decimal": (FLOAT, CURRENCY),
	"date": (DATE, DATETIME),
	"datetime": (DATETIME,),
}
"""What a column of a kind can become with its data."""


def column_kind(column_type: str) -> str:
	"""MariaDB's type of a column (`varchar(140)`, `int(1)`) as a key of HOLDS, or as it stands if it is none."""
	if column_type in ("int(1)", "tinyint(4)", "tinyint(1)"):  # Frappe 15 and 16 make a Check so
		return "check"
	return re.split(r"[^a-z]", column_type, maxsplit=1)[0]


def can_hold(column_type: str, fieldtype: str) -> bool:
	"""Whether the column's data can stay when its field becomes this type. Its values may still have to fit."""
	return fieldtype in HOLDS.get(column_kind(column_type), ())


def is_column_of(column_type: str, fieldtype: str) -> bool:
	"""Whether the column is already as this type wants it."""
	wanted = {
		DATA: f"varchar({MAX_VALUE})",
		SELECT: f"varchar({MAX_VALUE})",
		LINK: f"varchar({MAX_VALUE})",
		SMALL_TEXT: "text",
		INT: "int",
		CHECK: "check",
		FLOAT: "decimal",
		CURRENCY: "decimal",
		DATE: "date",
		DATETIME: "datetime",
	}
	return wanted.get(fieldtype) in (column_type, column_kind(column_type))


def cannot_hold(attribute: Attribute) -> Problem:
	return Problem(
		_(
			"Serial Nos hold data in {0} that cannot be {1}. Keep the type, or give the attribute another field name: "
			"the data stays where it is."
		),
		(attribute.fieldname, attribute.fieldtype),
	)


def does_not_fit(attribute: Attribute, values: Sequence[str]) -> Problem:
	"""Values that units have, and that the attribute as it is to be does not allow."""
	shown = some(value[:40] for value in values)
	if attribute.fieldtype == SELECT:
		template = _("Serial Nos say {1} in {0}, which is not among the choices. Keep those choices as well.")
	elif attribute.fieldtype == LINK:
		template = _(
			"Serial Nos say {1} in {0}, and there is no {2} of that name. Keep the type until they are changed."
		)
	else:
		template = _(
			"Serial Nos hold texts in {0} that are too long for {2}: {1}. Keep the type until they are changed."
		)
	kind = attribute.options if attribute.fieldtype == LINK else attribute.fieldtype
	return Problem(template, (attribute.label, shown, kind))


# --- the fields ------------------------------------------------------------------------------------


def fields(purposes: Iterable[Purpose]) -> list[dict]:
	"""The Custom Fields of Serial No that all purposes together make, in the order of the purposes given.

	A field that several share stands where the first of them has it. Of each purpose the first half of its
	attributes stands in the left column, the rest in the right one.
	"""
	purposes = list(purposes)
	made: dict[str, dict] = {}
	for purpose in purposes:
		middle = (len(purpose.attributes) + 1) // 2
		for at, attribute in enumerate(purpose.attributes):
			before = purpose.attributes[at - 1].fieldname if at not in (0, middle) else None
			after = before or (COLUMN if at else SECTION)
			made.setdefault(attribute.fieldname, _field(attribute, purposes, after))
	return list(made.values())


def _field(attribute: Attribute, purposes: Sequence[Purpose], insert_after: str) -> dict:
	users = [
		(purpose.name, own)
		for purpose in purposes
		for own in purpose.attributes
		if own.fieldname == attribute.fieldname
	]
	demanding = [name for name, own in users if own.reqd and own.fieldtype != CHECK]
	options = attribute.options or None
	return {
		"fieldname": attribute.fieldname,
		"label": attribute.label,
		"fieldtype": attribute.fieldtype,
		# a Select begins with no choice, or a new unit would have the first one
		"options": f"\n{options}" if attribute.fieldtype == SELECT else options,
		"insert_after": insert_after,
		"depends_on": shown_for(name for name, _own in users),
		"mandatory_depends_on": shown_for(demanding) if demanding else None,
		"in_list_view": int(any(own.in_list_view for _name, own in users)),
		"in_standard_filter": int(any(own.in_standard_filter for _name, own in users)),
	}


def shown_for(purposes: Iterable[str]) -> str:
	"""The condition of a field that units of these purposes have. Names are quoted as JavaScript reads them."""
	return f"eval:{json.dumps(list(purposes))}.includes(doc.serial_purpose)"


def is_shown_for(condition: str | None) -> bool:
	"""Whether a field's condition is one that `shown_for` made."""
	return bool(_SHOWN_FOR.fullmatch(condition or ""))


# --- units -----------------------------------------------------------------------------------------

DOCUMENTS_WRITE = frozenset({"amc_expiry_date", "maintenance_status"})
"""What documents of ERPNext change by saving a unit; that a unit lacks an attribute is no reason to refuse them."""


def missing(
	serial_no: str,
	purpose: str,
	attributes: Iterable[Attribute],
	values: Mapping[str, object],
	changed: Collection[str] | None = None,
) -> list[Problem]:
	"""What a unit of this purpose lacks. `changed`: the fields that a save changes, None for a new unit.

	A number of 0 is a value, as in Frappe; a mandatory Check asks for nothing.
	"""
	written = set(changed or ()) - {"modified", "modified_by"}
	if written and DOCUMENTS_WRITE.issuperset(written):
		return []
	lacks = [
		attribute.label
		for attribute in attributes
		if attribute.reqd and attribute.fieldtype != CHECK and _is_empty(values.get(attribute.fieldname))
	]
	if not lacks:
		return []
	return [
		Problem(
			_("Serial No {0} is used as {1}, which needs {2}. Fill it in, or give the unit another purpose."),
			(serial_no, purpose, ", ".join(lacks)),
		)
	]


def _is_empty(value: object) -> bool:
	return value is None or (isinstance(value, str) and not value.strip())


def lost_by_merge(old: Purpose, new: Purpose) -> Problem | None:
	"""Attributes that units would no longer show if their purpose became part of another."""
	kept = {attribute.fieldname for attribute in new.attributes}
	lost = [attribute.label for attribute in old.attributes if attribute.fieldname not in kept]
	if not lost:
		return None
	return Problem(
		_(
			"Serial Purpose {0} cannot become part of {1}, which lacks its attributes: {2}. Add them there first, with the "
			"same field names."
		),
		(old.name, new.name, ", ".join(lost)),
	)
