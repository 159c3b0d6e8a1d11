import csv
from pathlib import Path

from serial_inventory.tests.offline.test_cli import ROOT, CommandTest

QUARTER = ROOT / "examples" / "quarter.csv"
IMPORT = ROOT / "examples" / "serials-to-import.csv"
HEADER = "Date,Document Type,Document No,Item Code,Qty,Source Warehouse,Target Warehouse,Serial No,Party\n"
RECEIPT = "2026-07-01,Purchase Receipt,PR-1,ROUTER,3,,Stores - ND,A1..A3,Contoso\n"
DELIVERY = "2026-07-05,Delivery Note,DN-1,ROUTER,1,Stores - ND,,,Fabrikam\n"
REFUSED = "2026-07-06,Delivery Note,DN-2,ROUTER,1,Shop - ND,,A3,Fabrikam\n"


def written(path: Path) -> list[dict[str, str]]:
	"""The rows of a register."""
	return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


class TestReplay(CommandTest):
	def replay(self, rows: str, *options: object) -> tuple[int, str, str]:
		return self.run_command("replay", self.file(HEADER + rows, "moves.csv"), *options)

	def test_it_tells_each_document_and_then_the_register(self):
		code, output, errors = self.replay(RECEIPT + DELIVERY)
		self.assertEqual((code, errors), (0, ""))
		told, register = output.split("\n\n", 1)
		self.assertEqual(
			told.strip().splitlines(),
			[
				"2026-07-01  Purchase Receipt PR-1 Contoso",
				"    A1..A3 (3): (new) -> Active in Stores - ND",
				"2026-07-05  Delivery Note DN-1 Fabrikam",
				"    A1: Active in Stores - ND -> Delivered to Fabrikam by DN-1",
			],
		)
		self.assertIn("Register on 2026-07-05", register)
		self.assertIn("A2, A3 (2)", register)
		self.assertTrue(output.endswith("2 documents, 0 refused; 3 serials\n"))

	def test_a_refused_document_is_told_with_its_sentences_and_ends_in_1(self):
		code, output, _errors = self.replay(RECEIPT + REFUSED)
		self.assertEqual(code, 1)
		self.assertIn(
			"Delivery Note DN-2 Fabrikam REFUSED\n    Line 3: Not in warehouse Shop - ND but in", output
		)
		self.assertIn("2 documents, 1 refused", output)

	def test_scripts_may_expect_refusals(self):
		self.assertEqual(self.replay(RECEIPT + REFUSED, "--expect-refusals", 1)[0], 0)
		self.assertEqual(self.replay(RECEIPT, "--expect-refusals", 1)[0], 1)

	def test_as_on_plays_up_to_a_day(self):
		code, output, _errors = self.replay(RECEIPT + DELIVERY + REFUSED, "--as-on", "2026-07-04")
		self.assertEqual(code, 0)
		self.assertIn("Register on 2026-07-04", output)
		self.assertNotIn("DN-1", output)
		self.assertIn("0 documents", self.replay(RECEIPT, "--as-on", "2026-06-01")[1])

	def test_today_decides_on_warranties(self):
		header = HEADER.replace("Party", "Party,Warranty Days").strip() + "\n"
		rows = RECEIPT.replace("Contoso", "Contoso,30") + DELIVERY.replace("Fabrikam", "Fabrikam,")
		path = self.file(header + rows)
		self.assertIn("Under Warranty", self.run_command("replay", path)[1])
		self.assertIn("Out of Warranty", self.run_command("replay", path, "--today", "2026-10-01")[1])

	def test_one_serial_is_told_alone_in_any_letter_case(self):
		code, output, _errors = self.replay(
			RECEIPT + DELIVERY + REFUSED, "--serial", "a1", "--expect-refusals", 1
		)
		self.assertEqual(code, 0)
		self.assertIn("A1: (new)", output)
		self.assertNotIn("A2", output)
		self.assertNotIn("REFUSED", output)

	def test_details_name_the_facts(self):
		self.assertRegex(self.replay(RECEIPT, "--details")[1], r"Supplier +- -> Contoso")

	def test_an_unknown_serial_is_an_error(self):
		code, output, errors = self.replay(RECEIPT, "--serial", "A9")
		self.assertEqual((code, output), (2, ""))
		self.assertIn("no Serial No A9", errors)

	def test_the_register_is_written_one_serial_a_row(self):
		path = self.folder / "register.csv"
		self.assertEqual(self.replay(RECEIPT + DELIVERY, "--register", path)[0], 0)
		rows = written(path)
		self.assertEqual([row["serial_no"] for row in rows], ["A1", "A2", "A3"])
		self.assertEqual((rows[0]["customer"], rows[0]["warehouse"]), ("Fabrikam", ""))
		self.assertEqual(self.replay(RECEIPT, "--register", self.folder / "none" / "x.csv")[0], 2)

	def test_a_file_that_cannot_be_played_says_every_reason_and_plays_nothing(self):
		code, output, errors = self.replay(
			RECEIPT.replace("2026-07-01", "1 July") + DELIVERY.replace(",1,", ",one,")
		)
		self.assertEqual((code, output), (2, ""))
		self.assertIn("Line 2: Date is 1 July.", errors)
		self.assertIn("Line 3: Qty is one.", errors)

	def test_a_file_without_transactions_or_columns_is_refused(self):
		self.assertIn("no transactions", self.replay("")[2])
		code, _output, errors = self.run_command("replay", self.file("Serial No,Item Code\nA,X\n"))
		self.assertEqual(code, 2)
		self.assertIn("no column Date", errors)

	def test_days_must_be_dates(self):
		self.assertEqual(self.replay(RECEIPT, "--as-on", "July")[0], 2)


class TestExamples(CommandTest):
	def test_the_quarter_plays_with_its_four_refusals(self):
		code, output, errors = self.run_command("replay", QUARTER, "--expect-refusals", 4)
		self.assertEqual((code, errors), (0, ""))
		self.assertTrue(output.endswith("69 documents, 4 refused; 402 serials\n"), output[-80:])
		for reason in (
			"but in Stores - ND",
			"more than once",
			"quantity of Item RADIO-5G: 20",
			"creates no Serial Nos",
		):
			self.assertIn(reason, output)

	def test_every_unit_is_in_stock_or_gone_by_a_document(self):
		path = self.folder / "register.csv"
		self.run_command("replay", QUARTER, "--register", path)
		for row in written(path):
			self.assertEqual(bool(row["warehouse"]), row["status"] == "Active", row)
			self.assertEqual(bool(row["customer"]), row["status"] == "Delivered", row)
			self.assertTrue(row["purchase_document_no"], row)

	def test_the_import_file_has_its_mistakes(self):
		code, output, _errors = self.run_command("check", IMPORT)
		self.assertEqual(code, 1)
		self.assertIn("12 rows, 6 serial numbers, 7 problems", output)
