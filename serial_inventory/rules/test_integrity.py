import unittest
from dataclasses import dataclass, replace
from datetime import date

from serial_inventory.constants import Direction
from serial_inventory.rules.integrity import (
	Kind,
	balances,
	changes,
	check_bundle,
	check_stock,
	check_unit,
	for_serial,
	places,
	should_say,
	sound,
)
from serial_inventory.rules.units import Unit

IN, OUT = Direction.INWARD, Direction.OUTWARD
STORES, SHOP = "Stores - ND", "Finished Goods - ND"
DAY = date(2026, 7, 1)


@dataclass
class Step:
	warehouse: str
	direction: Direction
	item_code: str = "ROUTER-X1"
	voucher_type: str = "Stock Entry"
	voucher_no: str = "STE-1"


@dataclass
class Bundle:
	name: str = "SABB-1"
	item_code: str = "ROUTER-X1"
	warehouse: str = STORES
	direction: str = "Inward"
	voucher_type: str = "Purchase Receipt"
	voucher_no: str = "PR-1"
	docstatus: int = 1
	is_cancelled: bool = False
	ledger_lines: int = 1
	ledger_qty: float = 3.0
	serials: int = 3
	entries_qty: float = 3.0
	entries_docstatus: tuple | None = (1, 1)


RECEIVED = [Step(STORES, IN)]
MOVED = [*RECEIVED, Step(STORES, OUT), Step(SHOP, IN)]
SOLD = [*RECEIVED, Step(STORES, OUT, voucher_type="Delivery Note", voucher_no="DN-1")]
IN_STORES = Unit(
	"RT-1",
	"ROUTER-X1",
	status="Active",
	warehouse=STORES,
	supplier="Contoso",
	purchase_document_type="Purchase Receipt",
	purchase_document_no="PR-1",
	purchase_date=DAY,
)
AT_CUSTOMER = replace(
	IN_STORES,
	status="Delivered",
	warehouse=None,
	customer="Fabrikam",
	customer_name="Fabrikam Hospitals",
	delivery_document_type="Delivery Note",
	delivery_document_no="DN-1",
	delivery_date=DAY,
	warranty_period=365,
	warranty_expiry_date=date(2027, 7, 1),
	maintenance_status="Under Warranty",
)
NOWHERE = Unit("RT-1", "ROUTER-X1", status="Inactive")


def kinds(findings) -> list[Kind]:
	return [finding.kind for finding in findings]


class TestPlaces(unittest.TestCase):
	def test_ins_less_outs(self):
		self.assertEqual(places(RECEIVED), (STORES,))
		self.assertEqual(places(MOVED), (SHOP,))
		self.assertEqual(places(SOLD), ())
		self.assertEqual(balances(MOVED), {SHOP: 1})

	def test_twice_in_one_and_left_where_it_never_was(self):
		self.assertEqual(places([*RECEIVED, *RECEIVED]), (STORES, STORES))
		self.assertEqual(balances([Step(STORES, OUT)]), {STORES: -1})
		self.assertEqual(places([Step(STORES, OUT)]), ())


class TestUnits(unittest.TestCase):
	def test_what_agrees_is_not_found(self):
		for unit, steps in ((IN_STORES, RECEIVED), (AT_CUSTOMER, SOLD), (NOWHERE, [])):
			self.assertEqual(check_unit(unit, unit, steps), [])
			self.assertEqual(changes(unit, should_say(unit, unit, steps)), {})

	def test_blank_and_none_are_one(self):
		self.assertEqual(check_unit(replace(IN_STORES, customer=""), IN_STORES, RECEIVED), [])
		self.assertEqual(check_unit(replace(AT_CUSTOMER, warehouse=""), AT_CUSTOMER, SOLD), [])

	def test_each_field_is_found_under_its_kind(self):
		for unit, expected, steps, kind in (
			(replace(IN_STORES, warehouse=SHOP), IN_STORES, RECEIVED, Kind.WAREHOUSE),
			(replace(IN_STORES, warehouse=None), IN_STORES, RECEIVED, Kind.WAREHOUSE),
			(replace(IN_STORES, status="Inactive"), IN_STORES, RECEIVED, Kind.STATUS),
			(replace(IN_STORES, status=None), IN_STORES, RECEIVED, Kind.STATUS),
			(replace(IN_STORES, customer="Fabrikam"), IN_STORES, RECEIVED, Kind.CUSTOMER),
			(replace(AT_CUSTOMER, customer_name=None), AT_CUSTOMER, SOLD, Kind.CUSTOMER),
			(replace(IN_STORES, supplier=None), IN_STORES, RECEIVED, Kind.FACTS),
			(replace(AT_CUSTOMER, delivery_document_no="DN-9"), AT_CUSTOMER, SOLD, Kind.FACTS),
			(replace(AT_CUSTOMER, sales_invoice="SI-9"), AT_CUSTOMER, SOLD, Kind.FACTS),
		):
			found = check_unit(unit, expected, steps)
			self.assertEqual(kinds(found), [kind], unit)
			self.assertEqual(replace(unit, **changes(unit, should_say(unit, expected, steps))), expected)

	def test_several_are_found_apart(self):
		unit = replace(IN_STORES, warehouse=None, status="Delivered", customer="Fabrikam", supplier=None)
		found = check_unit(unit, IN_STORES, RECEIVED)
		self.assertEqual(kinds(found), [Kind.WAREHOUSE, Kind.STATUS, Kind.CUSTOMER, Kind.FACTS])
		self.assertEqual(
			(found[0].places, found[0].voucher_no, found[1].expected_status), ((STORES,), "STE-1", "Active")
		)

	def test_rate_and_counted_warranty_are_left_alone(self):
		unit = replace(
			AT_CUSTOMER, purchase_rate=80.0, warranty_period=730, warranty_expiry_date=date(2028, 7, 1)
		)
		self.assertEqual(check_unit(unit, AT_CUSTOMER, SOLD), [])
		unit = replace(unit, customer="Other")
		self.assertEqual(changes(unit, should_say(unit, AT_CUSTOMER, SOLD)), {"customer": "Fabrikam"})

	def test_warranty_follows_a_status_that_was_wrong(self):
		unit = replace(
			AT_CUSTOMER,
			status="Active",
			warranty_period=0,
			warranty_expiry_date=None,
			maintenance_status=None,
		)
		self.assertEqual(kinds(check_unit(unit, AT_CUSTOMER, SOLD)), [Kind.STATUS])
		self.assertEqual(should_say(unit, AT_CUSTOMER, SOLD), AT_CUSTOMER)

	def test_typed_warranty_shows(self):
		typed = replace(
			IN_STORES, typed_warranty_expiry_date=DAY, warranty_expiry_date=DAY, maintenance_status="X"
		)
		self.assertEqual(check_unit(typed, typed, RECEIVED), [])
		wiped = replace(typed, warranty_expiry_date=None, maintenance_status=None)
		(found,) = check_unit(wiped, typed, RECEIVED)
		self.assertEqual(
			(found.kind, [one.field for one in found.differences]), (Kind.FACTS, ["warranty_expiry_date"])
		)
		self.assertEqual(should_say(wiped, typed, RECEIVED), typed)

	def test_expired_is_in_stock(self):
		expired = replace(IN_STORES, status="Expired")
		self.assertEqual(check_unit(expired, IN_STORES, RECEIVED), [])
		self.assertEqual(should_say(expired, IN_STORES, RECEIVED).status, "Expired")
		self.assertEqual(
			kinds(check_unit(replace(AT_CUSTOMER, status="Expired"), AT_CUSTOMER, SOLD)), [Kind.STATUS]
		)

	def test_sound_row_and_others_of_the_group(self):
		row = sound(IN_STORES, IN_STORES, RECEIVED)
		self.assertEqual(
			(row.kind, row.serial_no, row.warehouse, row.places), (None, "RT-1", STORES, (STORES,))
		)
		self.assertEqual(for_serial(row, "RT-2").serial_no, "RT-2")


class TestUnitsWithoutDocuments(unittest.TestCase):
	def test_not_in_stock(self):
		found = check_unit(replace(NOWHERE, status="Active", warehouse=STORES), NOWHERE, [])
		self.assertEqual(kinds(found), [Kind.WAREHOUSE, Kind.STATUS])

	def test_empty_status_is_natives_own(self):
		self.assertEqual(check_unit(replace(NOWHERE, status=None), NOWHERE, []), [])

	def test_sold_before_the_ledger_is_told_and_left_to_choose(self):
		for unit in (AT_CUSTOMER, replace(NOWHERE, customer="Fabrikam"), replace(NOWHERE, status="Consumed")):
			self.assertEqual(kinds(check_unit(unit, NOWHERE, [])), [Kind.UNEXPLAINED])

	def test_typed_purchase_facts_are_fine(self):
		unit = replace(NOWHERE, supplier="Contoso", purchase_date=DAY)
		self.assertEqual(check_unit(unit, unit, []), [])


class TestLedger(unittest.TestCase):
	def test_two_warehouses(self):
		steps = [*RECEIVED, Step(SHOP, IN)]
		expected = replace(IN_STORES, warehouse=SHOP)
		(found,) = check_unit(IN_STORES, expected, steps)
		self.assertEqual((found.kind, found.places), (Kind.TWO_WAREHOUSES, (SHOP, STORES)))
		found = check_unit(replace(IN_STORES, warehouse=None), expected, steps)
		self.assertEqual(kinds(found), [Kind.TWO_WAREHOUSES, Kind.WAREHOUSE])

	def test_twice_in_one_warehouse(self):
		self.assertEqual(kinds(check_unit(IN_STORES, IN_STORES, RECEIVED * 2)), [Kind.TWO_WAREHOUSES])

	def test_left_where_it_was_not(self):
		steps = [*RECEIVED, Step(SHOP, OUT)]
		expected = replace(IN_STORES, warehouse=None)
		self.assertEqual(kinds(check_unit(IN_STORES, expected, steps)), [Kind.IMPOSSIBLE])

	def test_moved_as_another_item(self):
		steps = [Step(STORES, IN, item_code="ROUTER-X2")]
		self.assertEqual(kinds(check_unit(IN_STORES, IN_STORES, steps)), [Kind.OTHER_ITEM])


class TestStock(unittest.TestCase):
	def test_one_number(self):
		self.assertEqual(check_stock("ROUTER-X1", STORES, 3, 3.0, 3.0), [])

	def test_serials_stock_and_ledger(self):
		for serials, stock, ledger, expected in (
			(2, 3.0, 3.0, [Kind.COUNT]),
			(3, 2.0, 3.0, [Kind.STOCK]),
			(3, 3.0, 2.0, [Kind.COUNT, Kind.STOCK]),
			(0, -1.0, -1.0, [Kind.COUNT]),
		):
			self.assertEqual(kinds(check_stock("ROUTER-X1", STORES, serials, stock, ledger)), expected)


class TestBundles(unittest.TestCase):
	def found(self, **values):
		return kinds(check_bundle(Bundle(**values)))

	def test_sound_ones(self):
		out = {"direction": "Outward", "ledger_qty": -3.0, "entries_qty": -3.0}
		draft = {"docstatus": 0, "entries_docstatus": (0, 0), "ledger_lines": 0, "ledger_qty": 0}
		cancelled = {"docstatus": 2, "is_cancelled": True, "entries_docstatus": (2, 2), "ledger_lines": 0}
		for values in ({}, out, draft, cancelled):
			self.assertEqual(self.found(**values), [], values)

	def test_no_ledger_entry(self):
		self.assertEqual(self.found(ledger_lines=0, ledger_qty=0), [Kind.NO_LEDGER_ENTRY])
		self.assertEqual(self.found(ledger_lines=0, voucher_type="Pick List"), [])
		self.assertEqual(self.found(ledger_lines=0, direction="Maintenance"), [])

	def test_other_count(self):
		for values in ({"serials": 2}, {"entries_qty": 2.0}, {"ledger_qty": -3.0}, {"ledger_lines": 2}):
			self.assertEqual(self.found(**values), [Kind.BUNDLE_COUNT], values)

	def test_no_entries(self):
		found = self.found(serials=0, entries_qty=0.0, entries_docstatus=None)
		self.assertEqual(found, [Kind.BUNDLE_COUNT])

	def test_half_cancelled(self):
		for values in (
			{"docstatus": 2},
			{"docstatus": 0},
			{"is_cancelled": True},
			{"entries_docstatus": (0, 1)},
			{"entries_docstatus": (2, 2)},
			{"docstatus": 2, "ledger_lines": 0, "entries_docstatus": (1, 2)},
		):
			self.assertEqual(self.found(**values), [Kind.DOCSTATUS], values)


if __name__ == "__main__":
	unittest.main()
