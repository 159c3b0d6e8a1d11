import unittest
from datetime import date

from serial_inventory.rules import story
from serial_inventory.rules.blank import LAST_NUMBER, draw
from serial_inventory.rules.replay import Event, Replay
from serial_inventory.rules.serial_text import fold
from serial_inventory.rules.series import Series
from serial_inventory.rules.transactions import read
from serial_inventory.rules.units import Policy, Unit

STORES, SHOP = "Stores - ND", "Finished Goods - ND"
TODAY = date(2026, 9, 30)


def row(document_type: str, number: str, qty: float = 1, serial_no: str = "", **values) -> dict[str, str]:
	"""A row of a document of 1 July; `source` and `target` are its warehouses."""
	given = {
		"Date": values.pop("on", "2026-07-01"),
		"Document Type": document_type,
		"Document No": number,
		"Item Code": values.pop("item", "ROUTER"),
		"Qty": str(qty),
		"Serial No": serial_no,
		"Source Warehouse": values.pop("source", ""),
		"Target Warehouse": values.pop("target", ""),
	}
	return {**given, **{name.replace("_", " ").title(): str(value) for name, value in values.items()}}


def receipt(number: str, qty: float, serial_no: str = "", **values) -> dict[str, str]:
	return row("Purchase Receipt", number, qty, serial_no, **{"target": STORES, "party": "Contoso", **values})


def delivery(number: str, qty: float, serial_no: str = "", **values) -> dict[str, str]:
	return row("Delivery Note", number, qty, serial_no, **{"source": STORES, "party": "Fabrikam", **values})


def transfer(number: str, qty: float, serial_no: str = "", **values) -> dict[str, str]:
	given = {"source": STORES, "target": SHOP, "purpose": "Material Transfer", **values}
	return row("Stock Entry", number, qty, serial_no, **given)


def count(number: str, qty: float, serial_no: str = "", **values) -> dict[str, str]:
	return row("Stock Reconciliation", number, qty, serial_no, **{"target": STORES, **values})


def cancel(document_type: str, number: str, on: str = "2026-07-02") -> dict[str, str]:
	return {"Date": on, "Document Type": document_type, "Document No": number, "Action": "Cancel"}


class ReplayTest(unittest.TestCase):
	def play(self, *rows: dict, policy: Policy | None = None) -> list[Event]:
		reading = read(enumerate(rows, 2))
		self.assertEqual([problem.text() for problem in reading.problems], [])
		self.replay = Replay(policy)
		self.events = [self.replay.play(document) for document in reading.documents]
		return self.events

	def unit(self, serial_no: str, today: date = TODAY) -> Unit:
		return next(unit for unit in self.replay.register(today) if unit.serial_no == serial_no)

	def where(self) -> dict[str, str]:
		return {
			unit.serial_no: f"{unit.status} {unit.warehouse or unit.customer or '-'}"
			for unit in self.replay.register(TODAY)
		}

	def assert_refused(self, event: Event, *sentences: str) -> None:
		self.assertEqual([problem.text() for problem in event.problems], list(sentences))
		self.assertEqual(event.changes, ())

	def assert_played(self) -> None:
		refused = [problem.text() for event in self.events for problem in event.problems]
		self.assertEqual(refused, [])


class TestReceipts(ReplayTest):
	def test_a_blank_receipt_draws_from_the_items_series_and_goes_on(self):
		self.play(receipt("PR-1", 2, serial_no_series="RT-.###"), receipt("PR-2", 1))
		self.assertEqual(list(self.where()), ["RT-001", "RT-002", "RT-003"])

	def test_numbers_in_use_are_skipped_in_any_letter_case(self):
		self.play(receipt("PR-1", 2, "rt-002, RT-004"), receipt("PR-2", 3, serial_no_series="RT-.###"))
		self.assertEqual(list(self.where()), ["RT-001", "rt-002", "RT-003", "RT-004", "RT-005"])

	def test_numbers_typed_in_the_same_document_are_skipped(self):
		self.play(receipt("PR-1", 1, "RT-001", serial_no_series="RT-.###"), receipt("PR-1", 1))
		self.assert_played()
		self.assertEqual(list(self.where()), ["RT-001", "RT-002"])

	def test_items_that_share_a_prefix_share_its_counter(self):
		self.play(
			receipt("PR-1", 2, serial_no_series="RT-.###"),
			receipt("PR-1", 1, item="OTHER", serial_no_series="RT-.#####"),
		)
		self.assertEqual(list(self.where()), ["RT-001", "RT-002", "RT-00003"])

	def test_date_parts_and_items_fields_are_filled(self):
		self.play(
			receipt("PR-1", 1, serial_no_series="{item_code}-{brand}-.YYYY.-.##", brand="N", on="2025-03-01")
		)
		self.assertEqual(list(self.where()), ["ROUTER-N-2025-01"])

	def test_no_series_and_no_numbers_is_refused(self):
		(event,) = self.play(receipt("PR-1", 2))
		self.assert_refused(
			event,
			"Line 2: No serial numbers are given, and Item ROUTER has no Serial No Series. "
			"Type 2 serial numbers, or set a series in the Item.",
		)

	def test_a_bad_series_is_refused(self):
		(event,) = self.play(receipt("PR-1", 2, serial_no_series="A,.##"))
		self.assertIn("Line 2: Serial No Series A,.##", event.problems[0].text())

	def test_ranges_and_lists_are_read(self):
		(event,) = self.play(receipt("PR-1", 7, "A-1..A-3; B7\nC01+2"))
		self.assertEqual(len(event.changes), 7)
		(event,) = self.play(receipt("PR-1", 3, "A-3..A-1"))
		self.assert_refused(
			event, "Line 2: Range A-3..A-1 ends before it starts. Type the lower number first."
		)

	def test_a_serial_that_exists_and_looks_like_a_range_stays_one(self):
		self.play(row("Serial No", "IMP", 0, "A+B"), receipt("PR-1", 1, "a+b"))
		self.assertEqual(self.where(), {"A+B": f"Active {STORES}"})

	def test_a_receipt_says_from_whom_and_at_what_rate(self):
		self.play(receipt("PR-1", 1, "A", rate="95.5"))
		unit = self.unit("A")
		self.assertEqual(
			(unit.supplier, unit.purchase_document_no, unit.purchase_rate), ("Contoso", "PR-1", 95.5)
		)


class TestIssues(ReplayTest):
	def test_a_blank_delivery_takes_the_oldest_from_its_warehouse(self):
		self.play(
			receipt("PR-1", 2, "Z1, Z2"),
			receipt("PR-2", 2, "A1, A2"),
			transfer("STE-1", 1, "Z1"),
			delivery("DN-1", 2),
		)
		self.assertEqual(
			self.where(),
			{
				"A1": "Delivered Fabrikam",
				"A2": f"Active {STORES}",
				"Z1": f"Active {SHOP}",
				"Z2": "Delivered Fabrikam",
			},
		)

	def test_rows_of_one_document_pick_no_serial_twice(self):
		self.play(
			receipt("PR-1", 4, "A1..A4"), delivery("DN-1", 1), delivery("DN-1", 1, "A1"), delivery("DN-1", 2)
		)
		self.assert_played()
		self.assertEqual(set(self.where().values()), {"Delivered Fabrikam"})

	def test_more_than_there_are_is_refused_and_nothing_changes(self):
		_receipt, event = self.play(receipt("PR-1", 2, "A1, A2"), delivery("DN-1", 3))
		self.assert_refused(
			event,
			"Line 3: Warehouse Stores - ND has 2 free serial numbers of Item ROUTER, and 3 are wanted. "
			"Receive or move more in first.",
		)
		self.assertEqual(set(self.where().values()), {f"Active {STORES}"})

	def test_a_serial_in_another_warehouse_is_refused_with_its_place(self):
		*_others, event = self.play(receipt("PR-1", 1, "A"), delivery("DN-1", 1, "a", source=SHOP))
		self.assert_refused(
			event,
			"Line 3: Not in warehouse Finished Goods - ND but in Stores - ND: A. "
			"Move them first, or choose warehouse Stores - ND.",
		)

	def test_a_serial_delivered_twice_is_told_to_whom_it_went(self):
		*_others, event = self.play(
			receipt("PR-1", 1, "A"), delivery("DN-1", 1, "A"), delivery("DN-2", 1, "A")
		)
		self.assertIn("delivered to customer Fabrikam by DN-1: A", event.problems[0].text())

	def test_a_transfer_moves_and_a_manufacture_consumes_and_makes(self):
		self.play(
			receipt("PR-1", 2, "A1, A2"),
			transfer("STE-1", 2, "A1, A2"),
			row("Stock Entry", "STE-2", 2, "A1, A2", source=SHOP, purpose="Manufacture"),
			row("Stock Entry", "STE-2", 1, item="GATEWAY", target=SHOP, serial_no_series="GW-.##"),
		)
		self.assertEqual(self.where(), {"A1": "Consumed -", "A2": "Consumed -", "GW-01": f"Active {SHOP}"})

	def test_a_repack_may_bring_in_what_it_takes_out(self):
		self.play(
			receipt("PR-1", 1, "A"),
			row("Stock Entry", "STE-1", 1, "A", target=SHOP, purpose="Repack"),
			row("Stock Entry", "STE-1", 1, "A", source=STORES, purpose="Repack"),
		)
		self.assert_played()
		self.assertEqual(self.where(), {"A": f"Active {SHOP}"})
		self.assertEqual(self.unit("A").purchase_document_no, "PR-1")

	def test_a_sales_invoice_is_the_units_sales_invoice(self):
		self.play(
			receipt("PR-1", 1, "A"), row("Sales Invoice", "SINV-1", 1, "A", source=STORES, party="Fabrikam")
		)
		self.assertEqual(self.unit("A").sales_invoice, "SINV-1")


class TestRefusals(ReplayTest):
	def test_a_refused_document_takes_no_numbers_and_says_everything_at_once(self):
		series = {"serial_no_series": "RT-.###"}
		refused, later = self.play(
			receipt("PR-1", 2, **series),
			receipt("PR-1", 2, "A, a"),
			receipt("PR-1", 1, "B, C"),
			receipt("PR-2", 1),
		)
		self.assertEqual(
			[(problem.row, problem.values[0]) for problem in refused.problems],
			[("Line 4", "2"), ("Line 3", "A = a")],
		)
		self.assertEqual([change.after.serial_no for change in later.changes], ["RT-001"])

	def test_a_number_submitted_twice_is_refused(self):
		(document,) = read([(2, receipt("PR-1", 1, "A"))]).documents
		replay = Replay()
		replay.play(document)
		self.assert_refused(
			replay.play(document),
			"Line 2: Purchase Receipt PR-1 is submitted already. Give the document a number of its own.",
		)


class TestReturns(ReplayTest):
	def test_a_sales_return_comes_back_and_forgets_the_customer(self):
		self.play(
			receipt("PR-1", 2, "A1, A2"),
			delivery("DN-1", 2, "A1, A2"),
			delivery("RET-1", -1, "A1", source="", target=SHOP, is_return=1),
		)
		self.assert_played()
		self.assertEqual(self.where(), {"A1": f"Active {SHOP}", "A2": "Delivered Fabrikam"})
		self.assertIsNone(self.unit("A1").delivery_document_no)

	def test_a_purchase_return_goes_back(self):
		self.play(
			receipt("PR-1", 1, "A"), receipt("RET-1", 1, "A", source=STORES, target="", is_return="Yes")
		)
		self.assertEqual(self.where(), {"A": "Inactive -"})

	def test_what_the_party_never_had_cannot_come_back(self):
		back = {"source": "", "target": SHOP, "is_return": 1}
		*_others, stranger, unknown, blank = self.play(
			receipt("PR-1", 1, "A"),
			delivery("DN-1", 1, "A"),
			delivery("RET-1", 1, "A", party="Tailspin", **back),
			delivery("RET-2", 1, "B", **back),
			delivery("RET-3", 1, **back),
		)
		text = "Line {0}: Not delivered to {1}, so they cannot come back from there: {2}. Take them out of the row."
		self.assert_refused(stranger, text.format(4, "Tailspin", "A"))
		self.assert_refused(unknown, text.format(5, "Fabrikam", "B"))
		self.assert_refused(blank, "Line 6: A return names its serial numbers. Type the 1 that come back.")

	def test_what_another_supplier_sold_cannot_go_back(self):
		back = {"source": STORES, "target": "", "is_return": 1}
		*_others, event = self.play(
			receipt("PR-1", 1, "A"), receipt("RET-1", 1, "A", party="Litware", **back)
		)
		self.assertIn("Not bought from Litware", event.problems[0].text())


class TestCancels(ReplayTest):
	def test_a_cancel_gives_the_state_before(self):
		self.play(receipt("PR-1", 2, "A1, A2", warranty_days=365), transfer("STE-1", 1, "A1"))
		before = self.replay.register(TODAY)
		self.play(
			receipt("PR-1", 2, "A1, A2", warranty_days=365),
			transfer("STE-1", 1, "A1"),
			delivery("DN-1", 1, "A1", source=SHOP),
			delivery("DN-1", 1, "A2"),
			cancel("Delivery Note", "DN-1"),
		)
		self.assert_played()
		self.assertEqual(self.replay.register(TODAY), before)

	def test_a_cancelled_receipt_leaves_its_serials_to_be_received_again(self):
		self.play(
			receipt("PR-1", 2, serial_no_series="RT-.##"),
			cancel("Purchase Receipt", "PR-1"),
			receipt("PR-1-1", 2, "RT-01, RT-02"),
			receipt("PR-2", 1),
		)
		self.assert_played()
		self.assertEqual(self.unit("RT-01").purchase_document_no, "PR-1-1")
		self.assertEqual(list(self.where()), ["RT-01", "RT-02", "RT-03"])

	def test_documents_are_cancelled_last_first(self):
		*_others, refused, _second, third = self.play(
			receipt("PR-1", 1, "A"),
			delivery("DN-1", 1, "A"),
			cancel("Purchase Receipt", "PR-1"),
			cancel("Delivery Note", "DN-1"),
			cancel("Purchase Invoice", "PR-1"),
		)
		self.assert_refused(refused, "Line 4: DN-1 moved these after PR-1: A. Cancel DN-1 first.")
		self.assert_refused(
			third, "Line 6: Purchase Invoice PR-1 is not submitted, so it cannot be cancelled."
		)

	def test_a_cancelled_return_is_delivered_again_and_a_refused_document_has_nothing_to_cancel(self):
		back = {"source": "", "target": SHOP, "is_return": 1}
		*_others, last = self.play(
			receipt("PR-1", 1, "A", warranty_days=10),
			delivery("DN-1", 1, "A", on="2026-07-04"),
			delivery("RET-1", 1, "A", **back),
			cancel("Delivery Note", "RET-1"),
			delivery("DN-2", 1, "A"),
			cancel("Delivery Note", "DN-2"),
		)
		unit = self.unit("A")
		self.assertEqual((unit.customer, unit.delivery_document_no), ("Fabrikam", "DN-1"))
		self.assertEqual(
			(unit.warranty_expiry_date, unit.maintenance_status), (date(2026, 7, 14), "Out of Warranty")
		)
		self.assertTrue(last.is_refused)


class TestReconciliation(ReplayTest):
	def test_imported_serials_are_brought_into_stock(self):
		self.play(row("Serial No", "IMP", 0, "A1..A3"), count("REC-1", 2, "A1, A2"))
		self.assertEqual(
			self.where(), {"A1": f"Active {STORES}", "A2": f"Active {STORES}", "A3": "Inactive -"}
		)

	def test_what_is_not_counted_goes_out_and_the_rest_stays_as_it_was(self):
		self.play(receipt("PR-1", 3, "A1..A3"), transfer("STE-1", 1, "A3"), count("REC-1", 1, "A1"))
		self.assertEqual(self.where(), {"A1": f"Active {STORES}", "A2": "Inactive -", "A3": f"Active {SHOP}"})
		self.assertEqual(self.unit("A1").purchase_document_no, "PR-1")

	def test_a_count_of_nothing_empties_the_warehouse_and_its_cancel_fills_it(self):
		rows = [receipt("PR-1", 2, "A1, A2"), count("REC-1", 0)]
		self.play(*rows)
		self.assertEqual(set(self.where().values()), {"Inactive -"})
		self.play(*rows, cancel("Stock Reconciliation", "REC-1"))
		self.assertEqual(set(self.where().values()), {f"Active {STORES}"})

	def test_it_makes_no_serials(self):
		typed, blank = self.play(count("REC-1", 1, "A"), count("REC-2", 1, serial_no_series="RT-.##"))
		self.assertIn("creates no Serial Nos, and these do not exist: A.", typed.problems[0].text())
		self.assertIn("holds 0 of Item ROUTER, and 1 are counted", blank.problems[0].text())
		self.assertEqual(self.where(), {})

	def test_a_blank_count_of_all_changes_nothing_and_of_fewer_is_refused(self):
		_receipt, same, fewer = self.play(receipt("PR-1", 2, "A, B"), count("REC-1", 2), count("REC-2", 1))
		self.assertEqual((same.changes, same.problems), ((), ()))
		self.assert_refused(
			fewer,
			"Line 4: Warehouse Stores - ND holds 2 of Item ROUTER, and 1 are counted without serial numbers. "
			"Type those that are there.",
		)


class TestDirectly(ReplayTest):
	def test_serials_made_directly_are_known_and_in_no_stock(self):
		(event,) = self.play(row("Serial No", "IMP", 0, "A"))
		self.assertIsNone(event.changes[0].before)
		self.assertEqual(self.where(), {"A": "Inactive -"})

	def test_they_obey_the_rules_of_direct_entry(self):
		warehouse, twice, blank = self.play(
			row("Serial No", "IMP-1", 0, "A", target=STORES),
			row("Serial No", "IMP-2", 0, "A, a"),
			row("Serial No", "IMP-3", 0),
		)
		self.assertIn("cannot be created in warehouse Stores - ND", warehouse.problems[0].text())
		self.assertIn("A = a", twice.problems[0].text())
		self.assertIn("No serial numbers are given", blank.problems[0].text())
		_first, again = self.play(row("Serial No", "IMP-1", 0, "A"), row("Serial No", "IMP-2", 0, "a"))
		self.assert_refused(again, "Line 3: These Serial Nos exist already: A. Take them out of the row.")

	def test_a_typed_warranty_survives_the_documents(self):
		self.play(
			row("Serial No", "IMP", 0, "A", warranty_expiry_date="2030-02-28", warranty_days=365),
			count("REC-1", 1, "A"),
			delivery("DN-1", 1, "A"),
			delivery("RET-1", 1, "A", source="", target=STORES, is_return=1),
		)
		self.assert_played()
		self.assertEqual(self.unit("A").warranty_expiry_date, date(2030, 2, 28))


class TestWarranty(ReplayTest):
	def test_maintenance_status_is_that_of_the_day_asked_for(self):
		self.play(receipt("PR-1", 1, "A", warranty_days=30), delivery("DN-1", 1, "A"))
		self.assertEqual(self.unit("A", date(2026, 7, 31)).maintenance_status, "Under Warranty")
		self.assertEqual(self.unit("A", date(2026, 8, 1)).maintenance_status, "Out of Warranty")

	def test_the_policy_is_the_settings(self):
		self.play(receipt("PR-1", 1, "A", warranty_days=30), policy=Policy(warranty_from_purchase=True))
		self.assertEqual(self.unit("A").warranty_expiry_date, date(2026, 7, 31))


class TestReading(unittest.TestCase):
	def problems(self, *rows: dict) -> list[str]:
		return [problem.text() for problem in read(enumerate(rows, 2)).problems]

	def test_rows_with_one_number_and_action_are_one_document(self):
		rows = [
			receipt("PR-1", 1),
			delivery("DN-1", 1),
			receipt("PR-1", 2, on=""),
			cancel("Purchase Receipt", "PR-1"),
		]
		documents = read(enumerate(rows, 2)).documents
		self.assertEqual(
			[(found.document_no, found.is_cancel, len(found.rows)) for found in documents],
			[("PR-1", False, 2), ("DN-1", False, 1), ("PR-1", True, 0)],
		)

	def test_columns_may_be_fieldnames_and_words_may_be_in_any_letter_case(self):
		plain = {"_".join(name.lower().split()): value for name, value in receipt("PR-1", 1).items()}
		(document,) = read([(2, {**plain, "document_type": "purchase receipt"})]).documents
		self.assertEqual(
			(document.document_type, document.rows[0].target_warehouse), ("Purchase Receipt", STORES)
		)

	def test_empty_rows_are_left_out(self):
		self.assertEqual(read([(2, {"Date": "", "Qty": " "}), (3, {"Date": None})]).documents, [])

	def test_a_missing_column_is_named(self):
		(text,) = self.problems({"Date": "2026-07-01", "Document Type": "Purchase Receipt"})
		self.assertIn("no column Document No", text)

	def test_every_cell_that_cannot_be_read_is_named(self):
		for cells, why in (
			({"Date": "1.7.2026"}, "Line 2: Date is 1.7.2026. Write it as 2026-07-31."),
			({"Date": ""}, "Line 2: Date is empty. Enter it."),
			({"Item Code": ""}, "Line 2: Item Code is empty. Enter it."),
			({"Document No": ""}, "Line 2: Document No is empty. Enter it."),
			({"Qty": ""}, "Line 2: Qty is empty. Enter it."),
			({"Qty": "0"}, "Line 2: Qty is 0. A row moves at least one unit."),
			(
				{"Qty": "100001"},
				"Line 2: Qty is 100001, and a row can have 100,000. Split it over more rows.",
			),
			({"Rate": "-1"}, "Line 2: Rate is -1. Enter a number of 0 or more."),
			({"Rate": "nan"}, "Line 2: Rate is nan. Enter a number of 0 or more."),
			(
				{"Warranty Days": "1.5"},
				"Line 2: Warranty Days is 1.5. Enter a whole number of days, up to 36,500.",
			),
			({"Action": "Amend"}, "Line 2: Action is Amend. Use one of: Submit, Cancel."),
			({"Is Return": "maybe"}, "Line 2: Is Return is maybe. Use one of: Yes, No."),
			(
				{"Target Warehouse": ""},
				"Line 2: A row of a Purchase Receipt that brings goods in needs a Target Warehouse.",
			),
		):
			self.assertEqual(self.problems({**receipt("PR-1", 1), **cells}), [why])

	def test_what_cannot_be_a_quantity_is_said_once(self):
		for qty in ("x", "nan", "inf", "-1", "1e400"):
			said = [f"Line 2: Qty is {qty}. Enter a number of 0 or more."]
			self.assertEqual(self.problems(receipt("PR-1", qty)), said)

	def test_unknown_document_types_are_refused(self):
		(text,) = self.problems({**receipt("PR-1", 1), "Document Type": "Landed Cost Voucher"})
		self.assertIn("Document Type is Landed Cost Voucher. Use one of: Purchase Receipt,", text)

	def test_rows_of_a_document_agree(self):
		self.assertEqual(
			self.problems(receipt("PR-1", 1), receipt("PR-1", 1, party="Litware")),
			["Line 3: Party is Litware, but Contoso in the first row of PR-1. A document has one."],
		)

	def test_each_document_needs_the_warehouse_that_it_moves_goods_from_or_to(self):
		for cells, needed in (
			(delivery("DN-1", 1, source=""), "takes goods out needs a Source Warehouse"),
			(delivery("DN-1", 1, is_return=1), "brings goods in needs a Target Warehouse"),
			(receipt("PR-1", 1, is_return=1), "takes goods out needs a Source Warehouse"),
			(
				transfer("STE-1", 1, source="", target=""),
				"moves goods needs a Source Warehouse / Target Warehouse",
			),
			(count("REC-1", 1, target=""), "counts goods needs a Target Warehouse"),
		):
			(text,) = self.problems(cells)
			self.assertIn(needed, text)

	def test_serial_nos_are_not_cancelled(self):
		self.assertIn("not cancelled", self.problems(cancel("Serial No", "IMP"))[0])


class TestDraw(unittest.TestCase):
	def test_the_counter_ends_where_frappes_does(self):
		names, last = draw(Series.parse("#"), {}, TODAY, LAST_NUMBER - 1, 5, lambda _names: ())
		self.assertEqual((names, last), ([str(LAST_NUMBER - 1), str(LAST_NUMBER)], LAST_NUMBER))
		self.assertEqual(draw(Series.parse("#"), {}, TODAY, LAST_NUMBER + 1, 1, lambda _names: ())[0], [])

	def test_long_stretches_in_use_take_few_looks(self):
		looks = []

		def in_use(names):
			looks.append(len(names))
			return {fold(name) for name in names if int(name) <= 10_000}

		self.assertEqual(draw(Series.parse("#"), {}, TODAY, 1, 2, in_use), (["10001", "10002"], 10_002))
		self.assertLess(len(looks), 16)


class TestStory(unittest.TestCase):
	def test_serials_that_fared_alike_share_a_line(self):
		units = [Unit(f"A{number}", "ROUTER", status="Active", warehouse=STORES) for number in range(1, 6)]
		other = Unit("B1", "ROUTER", status="Active", warehouse=SHOP)
		told = list(story.told([*((None, unit) for unit in units), (None, other)]))
		self.assertEqual(
			told,
			["A1..A5 (5): (new) -> Active in Stores - ND", "B1: (new) -> Active in Finished Goods - ND"],
		)

	def test_details_name_every_fact_that_changed(self):
		before = Unit("A", "ROUTER", status="Active", warehouse=STORES)
		after = Unit("A", "ROUTER", status="Delivered", customer="Fabrikam", delivery_document_no="DN-1")
		first, *facts = story.told([(before, after)], is_detailed=True)
		self.assertEqual(first, "A: Active in Stores - ND -> Delivered to Fabrikam by DN-1")
		self.assertEqual(
			[" ".join(fact.split()) for fact in facts],
			[
				"Status Active -> Delivered",
				"Warehouse Stores - ND -> -",
				"Customer - -> Fabrikam",
				"Delivery Document - -> DN-1",
			],
		)

	def test_long_lists_are_cut(self):
		text = story.serials([f"A{number}X" for number in range(0, 4000, 7)])
		self.assertLess(len(text), 130)
		self.assertTrue(text.endswith(", ... (572)"), text)
		self.assertEqual(story.serials(["A" * 140, "B"]), f"{'A' * story.WIDTH}, ... (2)")

	def test_the_register_is_a_table(self):
		self.assertEqual(len(list(story.register([]))), 2)
		units = [
			Unit("A2", "ROUTER", status="Active", warehouse=STORES),
			Unit("A10", "ROUTER", status="Active"),
		]
		rows = list(story.register(units))
		self.assertEqual([line.split()[0] for line in rows[2:]], ["A2", "A10"])
