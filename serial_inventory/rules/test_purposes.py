"""Attributes of a purpose: their field names, what is wrong with them, the fields they become."""

import json
import unittest
from dataclasses import replace

from serial_inventory.rules.purposes import (
	COLUMN,
	MAX_FIELDNAME,
	SECTION,
	Attribute,
	Purpose,
	Site,
	can_hold,
	cannot_hold,
	choices,
	clean,
	column_kind,
	does_not_fit,
	fieldname_of,
	fields,
	is_column_of,
	is_shown_for,
	lost_by_merge,
	missing,
	named,
	problems,
	shown_for,
)

SITE = Site(
	taken={"status": "Status", "supplier": "Supplier", "colour": "Colour"},
	reserved={"save", "name", "owner"},
	linkable={"employee": "Employee"},
	others=(
		Purpose(
			"Library Book",
			(Attribute("ISBN", "isbn"), Attribute("Kind", "kind", "Select", "Novel\nComic")),
		),
	),
)


def texts(*attributes: Attribute, site: Site = SITE) -> list[str]:
	return [problem.text() for problem in problems(named(attributes, site.linkable), site)]


class TestFieldNames(unittest.TestCase):
	def test_a_label_becomes_snake_case(self):
		for label, name in {
			"User Count": "user_count",
			"  Asset   Tag ": "asset_tag",
			"Numéro de Série": "numero_de_serie",
			"Straße": "strasse",
			"Size 📦": "size",
			"Rent (per m²)": "rent_per_m2",
			"x`; DROP TABLE tabItem; --": "x_drop_table_tabitem",
		}.items():
			self.assertEqual(fieldname_of(label), name)

	def test_it_never_begins_with_a_digit_nor_is_a_word_of_sql(self):
		self.assertEqual(fieldname_of("2nd Owner"), "unit_2nd_owner")
		self.assertEqual(fieldname_of("１２"), "unit_12")
		self.assertEqual(fieldname_of("Key"), "unit_key")
		self.assertEqual(fieldname_of("Condition"), "unit_condition")

	def test_a_label_that_ascii_cannot_say_is_the_same_field_each_time_and_no_other_labels(self):
		name = fieldname_of("الاسم")
		self.assertRegex(name, r"^attribute_[0-9a-f]{8}$")
		self.assertEqual(fieldname_of("الاسم"), name)
		self.assertNotEqual(fieldname_of("العنوان"), name)
		self.assertNotEqual(fieldname_of("Автор A"), fieldname_of("Название A"))

	def test_it_is_no_longer_than_frappe_allows(self):
		long = "word " * 60
		self.assertLessEqual(len(fieldname_of(long)), MAX_FIELDNAME)
		self.assertNotEqual(fieldname_of(long), fieldname_of(long + "more"))
		self.assertLessEqual(len(fieldname_of(long, {fieldname_of(long)})), MAX_FIELDNAME)

	def test_names_in_use_get_a_number(self):
		self.assertEqual(fieldname_of("Size", {"size", "size_2"}), "size_3")

	def test_nothing_to_make_a_name_of(self):
		for label in ("", "…!?", "📦", "   ", "_"):
			self.assertEqual(fieldname_of(label), "")

	def test_an_attribute_keeps_its_name_when_its_label_changes(self):
		(attribute,) = named([Attribute("Seats", "user_count", "Int")])
		self.assertEqual((attribute.label, attribute.fieldname), ("Seats", "user_count"))

	def test_labels_and_choices_are_cleaned(self):
		self.assertEqual(clean(" a\tb\n\u200b c\x00"), "a b c")
		self.assertEqual(clean(None), "")
		self.assertEqual(choices(" A \n\nB\nA\n"), ["A", "B"])
		(attribute,) = named([Attribute("Custodian", "", "Link", " employee ")], {"employee": "Employee"})
		self.assertEqual(attribute.options, "Employee")
		(attribute,) = named([Attribute("Count", "", "Int", "left over")])
		self.assertEqual(attribute.options, "")


class TestProblems(unittest.TestCase):
	def assert_wrong(self, attribute: Attribute, *parts: str, row: str = "1"):
		(text,) = texts(attribute)
		self.assertTrue(text.startswith(f"{row}: "), text)
		for part in parts:
			self.assertIn(part, text)

	def test_good_attributes_have_none(self):
		self.assertEqual(
			texts(
				Attribute("User Count", fieldtype="Int"),
				Attribute("Custodian", fieldtype="Link", options="employee"),
				Attribute("Kind", fieldtype="Select", options="Novel\nComic"),
				Attribute("الاسم"),
			),
			[],
		)

	def test_labels(self):
		self.assert_wrong(Attribute(""), "no label")
		self.assert_wrong(Attribute("x" * 300), "300", "140")
		self.assert_wrong(Attribute("<b>Size</b>"), "<")
		self.assert_wrong(Attribute("?!…"), "no letter")
		self.assert_wrong(Attribute("📦"), "no letter")

	def test_fields_that_are_there_already_are_named(self):
		self.assert_wrong(Attribute("Status"), "status", "Serial No has it already", "Status")
		self.assert_wrong(Attribute("Colour"), "colour")
		self.assert_wrong(Attribute("Provider", "supplier"), "supplier", "Supplier")

	def test_reserved_names(self):
		for name in ("name", "owner", "docstatus", "parent", "idx", "_user_tags", "save", "modified_by"):
			self.assert_wrong(Attribute("Something", name), name, "every document")
		self.assert_wrong(Attribute("Owner"), "owner")

	def test_field_names_that_a_person_types(self):
		for name in ("1st", "User Count", "größe", "x`y", "_x", "x" * 62, SECTION, COLUMN):
			self.assert_wrong(Attribute("Something", name), "field name")

	def test_types_and_options(self):
		self.assert_wrong(Attribute("A", fieldtype="Table"), "Table", "Small Text")
		self.assert_wrong(Attribute("A", fieldtype=""), "Small Text")
		self.assert_wrong(Attribute("A", fieldtype="Link"), "nothing")
		self.assert_wrong(Attribute("A", fieldtype="Link", options="Nowhere"), "Nowhere")
		self.assert_wrong(Attribute("A", fieldtype="Select"), "choices")
		self.assert_wrong(Attribute("A", fieldtype="Select", options=" \n "), "choices")
		self.assert_wrong(Attribute("A", fieldtype="Select", options="ok\n<i>"), "<i>")
		self.assert_wrong(Attribute("A", fieldtype="Select", options="x" * 141), "140")
		self.assert_wrong(
			Attribute("A", fieldtype="Select", options="\n".join(map(str, range(20_000)))), "20000"
		)

	def test_two_of_one_name(self):
		(text,) = texts(Attribute("Size"), Attribute("SIZE"))
		self.assertIn("2: ", text)
		self.assertIn("row 1", text)
		(text,) = texts(Attribute("Size", "size"), Attribute("Extent", "size"))
		self.assertIn("a field of its own", text)
		self.assertEqual(texts(Attribute("Size!"), Attribute("Size?")), [])

	def test_a_field_of_another_purpose_must_be_the_same(self):
		self.assert_wrong(Attribute("ISBN", fieldtype="Int"), "Library Book", "Data")
		self.assert_wrong(Attribute("Kind", fieldtype="Select", options="Novel"), "Novel, Comic")
		self.assertEqual(texts(Attribute("Number", "isbn")), [])

	def test_all_rows_are_told_of_at_once(self):
		found = texts(Attribute(""), Attribute("Status"), Attribute("A"), Attribute("B", fieldtype="Link"))
		self.assertEqual([text[:1] for text in found], ["1", "2", "4"])


class TestColumns(unittest.TestCase):
	def test_kinds_of_both_versions(self):
		for column_type, kind in {
			"varchar(140)": "varchar",
			"int(1)": "check",
			"tinyint(4)": "check",
			"int(11)": "int",
			"decimal(21,9)": "decimal",
			"datetime(6)": "datetime",
			"longtext": "longtext",
		}.items():
			self.assertEqual(column_kind(column_type), kind)

	def test_what_a_column_can_become(self):
		self.assertTrue(can_hold("varchar(140)", "Small Text"))
		self.assertTrue(can_hold("int(1)", "Int"))
		self.assertTrue(can_hold("date", "Datetime"))
		for column_type, fieldtype in {
			"varchar(140)": "Int",
			"int(11)": "Check",
			"decimal(21,9)": "Int",
			"datetime(6)": "Date",
			"longtext": "Data",
			"json": "Data",
		}.items():
			self.assertFalse(can_hold(column_type, fieldtype), column_type)

	def test_a_column_that_is_right_is_left_alone(self):
		self.assertTrue(is_column_of("varchar(140)", "Link"))
		self.assertTrue(is_column_of("tinyint(4)", "Check"))
		self.assertFalse(is_column_of("varchar(140)", "Small Text"))
		self.assertFalse(is_column_of("varchar(255)", "Data"))

	def test_sentences_name_field_and_values(self):
		attribute = Attribute("Format", "format", "Select", "Screen")
		self.assertIn("Radio, TV", does_not_fit(attribute, ["Radio", "TV"]).text())
		link = replace(attribute, fieldtype="Link", options="Employee")
		self.assertIn("no Employee", does_not_fit(link, ["Radio"]).text())
		self.assertIn(
			"too long for Data", does_not_fit(replace(attribute, fieldtype="Data"), ["x" * 200]).text()
		)
		self.assertIn("format", cannot_hold(replace(attribute, fieldtype="Int")).text())


class TestFields(unittest.TestCase):
	def test_a_field_shows_for_its_purposes_and_is_mandatory_where_they_say(self):
		made = fields(
			[
				Purpose("Book", (Attribute("Author", "author", reqd=True),)),
				Purpose("Film", (Attribute("Author", "author", in_list_view=True),)),
				Purpose("Car"),
			]
		)
		self.assertEqual(len(made), 1)
		self.assertEqual(made[0]["depends_on"], 'eval:["Book", "Film"].includes(doc.serial_purpose)')
		self.assertEqual(made[0]["mandatory_depends_on"], 'eval:["Book"].includes(doc.serial_purpose)')
		self.assertEqual((made[0]["in_list_view"], made[0]["in_standard_filter"]), (1, 0))

	def test_names_of_purposes_stay_text(self):
		condition = shown_for(["""'"] || alert(1) //""", "\u2028 é"])
		self.assertTrue(condition.isascii())
		quoted = condition.removeprefix("eval:").removesuffix(".includes(doc.serial_purpose)")
		self.assertEqual(json.loads(quoted), ["""'"] || alert(1) //""", "\u2028 é"])
		self.assertTrue(is_shown_for(condition))
		self.assertFalse(is_shown_for("eval:doc.serial_purpose"))
		self.assertFalse(is_shown_for(None))

	def test_half_stands_left_and_half_right(self):
		attributes = tuple(Attribute(letter, letter.lower()) for letter in "ABCDE")
		made = fields([Purpose("P", attributes)])
		self.assertEqual([row["insert_after"] for row in made], [SECTION, "a", "b", COLUMN, "d"])
		made = fields([Purpose("P", attributes[:2])])
		self.assertEqual([row["insert_after"] for row in made], [SECTION, COLUMN])

	def test_a_select_begins_with_no_choice(self):
		(row,) = fields([Purpose("P", (Attribute("F", "f", "Select", "A\nB"),))])
		self.assertEqual(row["options"], "\nA\nB")

	def test_a_mandatory_check_asks_for_nothing(self):
		(row,) = fields([Purpose("P", (Attribute("F", "f", "Check", reqd=True),))])
		self.assertIsNone(row["mandatory_depends_on"])

	def test_no_field_stands_after_itself_however_purposes_share(self):
		a, b, c = (Attribute(letter, letter.lower()) for letter in "ABC")
		made = fields([Purpose("1", (a, b)), Purpose("2", (b, a, c)), Purpose("3", (c, b))])
		after = {row["fieldname"]: row["insert_after"] for row in made}
		for name in after:
			seen = []
			while name in after:
				self.assertNotIn(name, seen)
				seen.append(name)
				name = after[name]


class TestUnits(unittest.TestCase):
	ATTRIBUTES = (
		Attribute("ISBN", "isbn", reqd=True),
		Attribute("Copies", "copies", "Int", reqd=True),
		Attribute("Lent", "lent", "Check", reqd=True),
		Attribute("Author", "author"),
	)

	def test_what_is_missing_is_named(self):
		(problem,) = missing("B-1", "Library Book", self.ATTRIBUTES, {"isbn": " ", "copies": None})
		self.assertIn("B-1", problem.text())
		self.assertIn("Library Book", problem.text())
		self.assertIn("ISBN, Copies", problem.text())

	def test_nothing_is_missing(self):
		self.assertEqual(missing("B-1", "Library Book", self.ATTRIBUTES, {"isbn": "1", "copies": 0}), [])

	def test_what_documents_write_is_not_held_up(self):
		def lacks(*changed: str) -> bool:
			return bool(missing("B-1", "Library Book", self.ATTRIBUTES, {}, changed))

		self.assertFalse(lacks("amc_expiry_date", "modified"))
		self.assertTrue(lacks("modified", "modified_by"))
		self.assertTrue(lacks("amc_expiry_date", "author"))
		self.assertTrue(lacks())

	def test_a_merge_that_would_hide_attributes(self):
		book = Purpose("Library Book", self.ATTRIBUTES)
		problem = lost_by_merge(book, Purpose("Film", self.ATTRIBUTES[:2]))
		self.assertIn("Lent, Author", problem.text())
		self.assertIsNone(lost_by_merge(book, replace(book, name="Film")))
