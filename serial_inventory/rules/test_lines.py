import unittest
from dataclasses import replace

from serial_inventory.constants import Direction
from serial_inventory.rules.lines import (
	Known,
	Line,
	can_be_returned,
	check,
	check_duplicates,
	check_quantity,
	check_reconciliation,
	check_return,
)
from serial_inventory.rules.serial_text import fold

IN, OUT = Direction.INWARD, Direction.OUTWARD
STORES, SHOP = "Stores - ND", "Finished Goods - ND"


def line(*serial_nos: str, direction=IN, label="Row 1", **values) -> Line:
	"""A line whose quantity fits."""
	given = {"item_code": "ROUTER", "warehouse": STORES, "qty": len(serial_nos), **values}
	return Line(label=label, direction=direction, serial_nos=serial_nos, **given)


def known(*units: Known) -> dict[str, Known]:
	return {fold(unit.serial_no): unit for unit in units}


def there(name: str, warehouse: str | None = STORES, item_code: str = "ROUTER", **values) -> Known:
	return Known(name, item_code, warehouse, **values)


def texts(problems) -> list[str]:
	return [problem.text() for problem in problems]


class TestQuantity(unittest.TestCase):
	def test_blank_and_fitting_lines_pass(self):
		for qty, names in ((5, ()), (2.0, ("A", "B")), (0, ())):
			self.assertEqual(check_quantity(line(*names, qty=qty)), [])

	def test_a_fraction_is_refused(self):
		self.assertEqual(
			texts(check_quantity(line("A", qty=1.5))),
			[
				"Row 1: The quantity of the serialized Item ROUTER is 1.5 in stock units. Enter a whole number."
			],
		)

	def test_a_count_that_differs_is_refused_with_both_numbers(self):
		for names, qty, values in (
			(("A", "B"), 3, ("2", "3", "ROUTER")),
			(("A",), 1200, ("1", "1,200", "ROUTER")),
		):
			(problem,) = check_quantity(line(*names, qty=qty))
			self.assertEqual((problem.values, problem.row), (values, "Row 1"))
		self.assertEqual(
			problem.text(),
			"Row 1: Serial numbers given: 1; quantity of Item ROUTER: 1,200. "
			"Correct the serial numbers or the quantity.",
		)

	def test_serials_for_no_quantity_are_refused(self):
		self.assertEqual(len(check_quantity(line("A", qty=0))), 1)


class TestInward(unittest.TestCase):
	def test_new_serials_and_own_ones_that_are_out_of_stock_may_come_in(self):
		units = known(there("A", None), there("B", None, status="Delivered", customer="Fabrikam"))
		self.assertEqual(check([line("A", "B", "C")], units), [])

	def test_a_serial_in_stock_is_refused_with_its_warehouse(self):
		units = known(there("A"), there("B", SHOP), there("C", SHOP))
		self.assertEqual(
			texts(check([line("A", "B", "C", "D")], units)),
			[
				"Row 1: Already in stock in warehouse Stores - ND, so they cannot come in: A. Take them out of the row.",
				"Row 1: Already in stock in warehouse Finished Goods - ND, so they cannot come in: B, C. "
				"Take them out of the row.",
			],
		)

	def test_a_serial_of_another_item_is_refused_wherever_it_is(self):
		units = known(there("A", None, "TABLET"), there("B", STORES, "TABLET"))
		self.assertEqual(
			texts(check([line("A", "B")], units)),
			["Row 1: These are Serial Nos of Item TABLET, not of ROUTER: A, B. Take them out of the row."],
		)

	def test_letter_case_does_not_count(self):
		(problem,) = check([line("rt-1")], known(there("RT-1")))
		self.assertEqual(problem.values, (STORES, "rt-1"))

	def test_what_the_same_document_takes_out_may_come_in(self):
		units = known(there("A", SHOP), there("B", SHOP))
		out = line("a", direction=OUT, warehouse=SHOP)
		self.assertEqual(check([out, line("A", label="Row 2")], units), [])
		self.assertEqual(check([line("A", label="Row 2"), out], units), [])
		(problem,) = check([out, line("A", "B", label="Row 2")], units)
		self.assertEqual((problem.values, problem.row), ((SHOP, "B"), "Row 2"))

	def test_many_are_named_by_the_first_five(self):
		names = [f"A{number}" for number in range(1, 9)]
		(problem,) = check([line(*names)], known(*(there(name) for name in names)))
		self.assertEqual(problem.values, (STORES, "A1, A2, A3, A4, A5 (+3)"))


class TestOutward(unittest.TestCase):
	def refused(self, unit: Known | None, name: str = "A", warehouse: str | None = STORES) -> str:
		(problem,) = check([line(name, direction=OUT, warehouse=warehouse)], known(unit) if unit else {})
		return problem.text()

	def test_serials_that_lie_there_may_go_out(self):
		self.assertEqual(check([line("a", "B", direction=OUT)], known(there("A"), there("B"))), [])

	def test_unknown_ones_are_refused(self):
		self.assertEqual(
			self.refused(None),
			"Row 1: These Serial Nos of Item ROUTER do not exist, so they cannot go out: A. Check the typing.",
		)

	def test_one_of_another_item_is_refused(self):
		self.assertEqual(
			self.refused(there("A", item_code="TABLET")),
			"Row 1: These are Serial Nos of Item TABLET, not of ROUTER: A. Take them out of the row.",
		)

	def test_one_in_another_warehouse_is_told_where_it_is(self):
		self.assertEqual(
			self.refused(there("A", SHOP)),
			"Row 1: Not in warehouse Stores - ND but in Finished Goods - ND: A. "
			"Move them first, or choose warehouse Finished Goods - ND.",
		)

	def test_a_delivered_one_is_told_to_whom_and_by_what(self):
		self.assertEqual(
			self.refused(there("A", None, status="Delivered", customer="Fabrikam", document="DN-1")),
			"Row 1: Not in warehouse Stores - ND, delivered to customer Fabrikam by DN-1: A. Take them out of the row.",
		)

	def test_one_that_went_out_otherwise_is_told_by_what(self):
		for status, document, by in (
			("Delivered", "DN-1", "DN-1"),
			("Consumed", "STE-1", "STE-1"),
			("Consumed", None, "?"),
		):
			self.assertEqual(
				self.refused(there("A", None, status=status, document=document)),
				f"Row 1: Not in warehouse Stores - ND, gone out of stock by {by}: A. Take them out of the row.",
			)

	def test_one_that_never_came_in_is_to_be_received(self):
		for status in ("Inactive", "Active", "Expired", None):
			self.assertEqual(
				self.refused(there("A", None, status=status)),
				"Row 1: Not in warehouse Stores - ND nor in any other: A. Receive them first.",
			)

	def test_serials_in_one_place_share_a_sentence(self):
		units = known(there("A", SHOP), there("B", SHOP), there("C", "Returned Units - ND"), there("D"))
		problems = check([line("A", "C", "B", "D", direction=OUT)], units)
		self.assertEqual([problem.values[:2] for problem in problems], [(STORES, "A, B"), (STORES, "C")])

	def test_what_the_same_document_brings_in_cannot_go_out_of_it(self):
		coming = line("A", label="Row 2")
		(problem,) = check([line("A", direction=OUT), coming], {})
		self.assertIn("do not exist", problem.text())


class TestDuplicates(unittest.TestCase):
	def test_different_serials_pass(self):
		self.assertEqual(check_duplicates([line("A", "B"), line("C", label="Row 2")]), [])

	def test_twice_in_one_row_in_another_case_and_in_another_row(self):
		problems = check_duplicates(
			[line("A", "a", "B", "B"), line("C", label="Row 2"), line("c", label="Row 3")]
		)
		self.assertEqual(
			texts(problems),
			[
				"Row 1: These serial numbers are given more than once (letter case does not count): A = a, B. "
				"Keep each once.",
				"Row 2 / Row 3: These serial numbers are given more than once (letter case does not count): C = c. "
				"Keep each once.",
			],
		)

	def test_other_items_rows_count_too(self):
		self.assertEqual(len(check_duplicates([line("A"), line("A", item_code="TABLET", label="Row 2")])), 1)

	def test_out_and_in_again_is_none(self):
		self.assertEqual(check_duplicates([line("A", direction=OUT), line("A", label="Row 2")]), [])

	def test_twice_out_is_one(self):
		rows = [line("A", direction=OUT), line("A", direction=OUT, label="Row 2")]
		(problem,) = check(rows, known(there("A")))
		self.assertEqual(problem.row, "Row 1 / Row 2")


class TestWholeDocument(unittest.TestCase):
	def test_all_problems_come_at_once(self):
		units = known(there("A"), there("B", SHOP), there("C", item_code="TABLET"))
		rows = [
			line("A", qty=2, label="Row 1"),
			line("B", direction=OUT, label="Row 2"),
			line("C", "Z", "z", direction=OUT, label="Row 3"),
		]
		problems = check(rows, units)
		self.assertEqual(
			[problem.row for problem in problems], ["Row 1", "Row 1", "Row 2", "Row 3", "Row 3", "Row 3"]
		)

	def test_returns_are_checked_for_quantity_and_duplicates_alone(self):
		units = known(there("A"))
		rows = [
			line("A", is_checked_against_stock=False),
			line("X", direction=OUT, label="Row 2", is_checked_against_stock=False),
		]
		self.assertEqual(check(rows, units), [])
		rows = [line("A", "a", qty=3, is_checked_against_stock=False)]
		self.assertEqual(len(check(rows, units)), 2)

	def test_blank_lines_pass(self):
		self.assertEqual(check([line(qty=5), line(qty=5, direction=OUT)], {}), [])

	def test_no_lines_have_no_problems(self):
		self.assertEqual(check([], {}), [])


class TestReconciliation(unittest.TestCase):
	def refused(self, *units: Known, names=("A",), qty=None, in_warehouse=0) -> list[str]:
		counted = line(*names, qty=len(names) if qty is None else qty)
		return texts(check_reconciliation(counted, known(*units), in_warehouse))

	def test_serials_that_are_there_or_in_no_stock_may_be_counted(self):
		units = (there("A"), there("B", None, status="Inactive"))
		self.assertEqual(self.refused(*units, names=("a", "B")), [])

	def test_unknown_ones_are_refused_and_the_data_import_tool_is_named(self):
		self.assertEqual(
			self.refused(),
			[
				"Row 1: A Stock Reconciliation creates no Serial Nos, and these do not exist: A. "
				"Create them first with the Data Import Tool (DocType Serial No), then reconcile."
			],
		)

	def test_one_in_another_warehouse_or_of_another_item_is_refused(self):
		found = self.refused(there("A", SHOP), there("B", item_code="TABLET"), names=("A", "B"))
		self.assertEqual(len(found), 2)
		self.assertIn("not of ROUTER: B", found[0])
		self.assertIn("Not in warehouse Stores - ND but in Finished Goods - ND: A", found[1])

	def test_a_blank_count_may_not_exceed_what_is_there(self):
		self.assertEqual(self.refused(names=(), qty=3, in_warehouse=3), [])
		self.assertEqual(self.refused(names=(), qty=0, in_warehouse=3), [])
		self.assertEqual(
			self.refused(names=(), qty=1200, in_warehouse=3),
			[
				"Row 1: A Stock Reconciliation creates no Serial Nos: warehouse Stores - ND holds 3 of Item ROUTER, "
				"and 1,200 are counted without serial numbers. Create the new ones with the Data Import Tool "
				"(DocType Serial No), then type all 1,200 here."
			],
		)

	def test_the_count_must_fit_the_serials(self):
		self.assertEqual(len(self.refused(there("A"), qty=2)), 1)
		self.assertEqual(len(self.refused(names=(), qty=0.5, in_warehouse=3)), 1)


class TestReturn(unittest.TestCase):
	def test_units_that_the_row_did_not_move_are_refused(self):
		back = line("A", "B", qty=2)
		known = {"a": Known("A", back.item_code, status="Delivered", document="DN-1")}
		(problem,) = check_return(back, {"a"}, "DN-1", known)
		self.assertEqual(problem.values, ("DN-1", "B"))

	def test_a_unit_that_is_in_stock_does_not_come_back(self):
		back = line("A")
		known = {"a": Known("A", back.item_code, warehouse="Stores - ND", status="Active")}
		(problem,) = check_return(back, {"a"}, "DN-1", known)
		self.assertIn("Already in stock", problem.text())

	def test_blank_lines_take_what_went_by_the_document_and_is_still_gone(self):
		back = line(qty=1)
		gone = Known("A", back.item_code, status="Delivered", document="DN-1")
		for unit, may in (
			(gone, True),
			(replace(gone, document="DN-2"), False),
			(replace(gone, warehouse="Stores - ND"), False),
			(None, False),
		):
			self.assertEqual(can_be_returned(back, unit, "DN-1"), may)

	def test_blank_lines_send_back_what_lies_in_the_warehouse(self):
		back = replace(line(qty=1), direction=Direction.OUTWARD, warehouse="Stores - ND")
		here = Known("A", back.item_code, warehouse="Stores - ND", status="Active")
		self.assertTrue(can_be_returned(back, here, "PR-1"))
		self.assertFalse(can_be_returned(back, replace(here, warehouse="Shop - ND"), "PR-1"))
