import unittest
from dataclasses import replace
from datetime import date

from serial_inventory.rules.direct import DOCUMENTS_OWN, problems
from serial_inventory.rules.units import Unit

NEW = Unit("RT-1", "ROUTER")
DELIVERED = Unit("RT-1", "ROUTER", status="Delivered", customer="Fabrikam", delivery_document_no="DN-1")


def texts(unit: Unit, before: Unit | None = None, is_serialized: bool = True) -> list[str]:
	return [problem.text() for problem in problems(unit, before, is_serialized)]


class TestMoved(unittest.TestCase):
	def test_item_and_warehouse_stay_and_the_way_to_change_them_is_named(self):
		in_stock = replace(NEW, status="Active", warehouse="Stores - ND")
		self.assertIn(
			"which cannot be changed to CABLE", texts(replace(in_stock, item_code="CABLE"), in_stock)[0]
		)
		moved = texts(replace(in_stock, warehouse="Shop - ND"), in_stock)
		self.assertIn("it stays Stores - ND. Move the unit by a Stock Entry", moved[0])
		self.assertEqual(texts(replace(in_stock, purchase_rate=9.0), in_stock), [])


class TestNew(unittest.TestCase):
	def test_a_serial_number_of_a_serialized_item_may_be_entered(self):
		self.assertEqual(texts(NEW), [])
		self.assertEqual(texts(replace(NEW, status="Inactive")), [])

	def test_a_warranty_and_a_contract_may_be_entered_too(self):
		unit = replace(
			NEW, warranty_period=365, warranty_expiry_date=date(2030, 1, 1), amc_expiry_date=date(2031, 1, 1)
		)
		self.assertEqual(texts(unit), [])

	def test_an_item_that_is_not_serialized_is_refused(self):
		self.assertEqual(
			texts(NEW, is_serialized=False),
			[
				"Item ROUTER is not serialized, so Serial No RT-1 cannot belong to it. "
				"Check Has Serial No in the Item first."
			],
		)

	def test_a_warehouse_is_refused_and_the_way_in_is_named(self):
		self.assertEqual(
			texts(replace(NEW, warehouse="Stores - ND")),
			[
				"Serial No RT-1 cannot be created in warehouse Stores - ND. Leave the warehouse empty, and bring the unit "
				"in by a Purchase Receipt, a Stock Entry or a Stock Reconciliation."
			],
		)

	def test_a_stock_status_is_refused(self):
		for status in ("Active", "Delivered", "Consumed", "Expired"):
			self.assertEqual(
				texts(replace(NEW, status=status)),
				[
					f"Serial No RT-1 cannot be created with Status {status}. Leave it empty: stock documents set it."
				],
			)

	def test_what_documents_say_cannot_be_entered(self):
		for name, label in DOCUMENTS_OWN.items():
			self.assertEqual(
				texts(replace(NEW, **{name: "something"})),
				[
					f"{label} of Serial No RT-1 cannot be entered: stock documents set it as they are submitted. "
					"Leave it as it was."
				],
			)

	def test_names_that_could_not_be_typed_in_a_row_are_refused(self):
		for name in ("A,B", "A;B", "A\nB", " A", "A ", "<A>", "", "A\tB"):
			self.assertEqual(len(texts(replace(NEW, serial_no=name))), 1, repr(name))
		self.assertIn("longer than 140", texts(replace(NEW, serial_no="A" * 141))[0])
		self.assertEqual(texts(replace(NEW, serial_no="A" * 140)), [])

	def test_everything_wrong_comes_at_once(self):
		unit = replace(
			NEW, serial_no="A,B", warehouse="Stores - ND", status="Active", customer="Fabrikam", supplier="C"
		)
		found = texts(unit, is_serialized=False)
		self.assertEqual(len(found), 5)
		self.assertIn("Customer, Supplier of Serial No A,B", found[4])


class TestChanged(unittest.TestCase):
	def test_a_record_saved_as_it_was_passes_whatever_it_bears(self):
		self.assertEqual(texts(DELIVERED, DELIVERED), [])
		odd = Unit(" A,B", "ROUTER", warehouse="Stores - ND", status="Active")
		self.assertEqual(texts(odd, odd, is_serialized=False), [])

	def test_a_warranty_or_description_may_be_changed(self):
		changed = replace(
			DELIVERED,
			warranty_expiry_date=date(2030, 1, 1),
			warranty_period=9,
			amc_expiry_date=date(2030, 1, 1),
			brand="N",
		)
		self.assertEqual(texts(changed, DELIVERED), [])

	def test_the_status_stays_with_the_documents(self):
		self.assertEqual(
			texts(replace(DELIVERED, status="Active"), DELIVERED),
			[
				"The Status of Serial No RT-1 follows its stock documents; it stays Delivered. Submit a document instead."
			],
		)
		self.assertIn("it stays empty", texts(replace(NEW, status="Active"), NEW)[0])

	def test_what_documents_say_stays_whether_changed_emptied_or_filled(self):
		for values, labels in (
			({"customer": "Tailspin"}, "Customer"),
			({"customer": None, "delivery_document_no": None}, "Customer, Delivery Document No"),
			({"supplier": "Contoso", "purchase_date": date(2026, 1, 1)}, "Supplier, Purchase Date"),
		):
			(found,) = texts(replace(DELIVERED, **values), DELIVERED)
			self.assertTrue(found.startswith(f"{labels} of Serial No RT-1 cannot be entered"), found)

	def test_empty_and_none_are_the_same(self):
		self.assertEqual(texts(replace(NEW, customer="", status=""), NEW), [])
		self.assertEqual(texts(NEW, replace(NEW, customer="", status="")), [])
