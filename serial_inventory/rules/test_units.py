import unittest
from dataclasses import replace
from datetime import date

from serial_inventory.constants import TRANSFERS, Direction, Kind
from serial_inventory.rules.terms import Term, state
from serial_inventory.rules.units import (
	DELIVERY_CLEARED,
	PURCHASE_CLEARED,
	ItemFacts,
	Movement,
	Policy,
	Unit,
	adopted,
	after,
	entered,
	kind_of,
	maintenance_status,
	new,
	rebuilt,
	typed,
	with_dates,
	with_state,
)

IN, OUT = Direction.INWARD, Direction.OUTWARD
ITEM = ItemFacts("ROUTER-X1", "Router X1", "Dual band", "Network", "Northwind", warranty_period=365)
NO_WARRANTY = ItemFacts("CABLE")
DAY = date(2026, 7, 1)
PLAIN = Policy()
FROM_PURCHASE = Policy(warranty_from_purchase=True)
STORES, SHOP = "Stores - ND", "Finished Goods - ND"


def movement(kind: Kind, day: date = DAY, **values) -> Movement:
	"""A movement with the document and party that its kind has."""
	facts = {
		Kind.RECEIVED: ("Purchase Receipt", "PR-1", STORES, "Contoso"),
		Kind.MADE: ("Stock Entry", "STE-MADE", STORES, None),
		Kind.MOVED_OUT: ("Stock Entry", "STE-MOVE", STORES, None),
		Kind.MOVED_IN: ("Stock Entry", "STE-MOVE", SHOP, None),
		Kind.DELIVERED: ("Delivery Note", "DN-1", SHOP, "Fabrikam"),
		Kind.RETURNED: ("Delivery Note", "DN-RET", STORES, "Fabrikam"),
		Kind.SENT_BACK: ("Purchase Receipt", "PR-RET", STORES, "Contoso"),
		Kind.CONSUMED: ("Stock Entry", "STE-USED", STORES, None),
		Kind.REMOVED: ("Stock Reconciliation", "REC-1", STORES, None),
		Kind.OTHER_IN: ("Asset Capitalization", "AC-1", STORES, None),
		Kind.OTHER_OUT: ("Asset Capitalization", "AC-1", STORES, None),
		Kind.TAKEN_APART: ("Stock Entry", "STE-APART", STORES, None),
	}[kind]
	voucher_type, voucher_no, warehouse, party = facts
	given = {"voucher_no": voucher_no, "warehouse": warehouse, "party": party, "party_name": party, **values}
	return Movement(kind, voucher_type, posting_date=day, **given)


def lived(*movements: Movement, unit: Unit | None = None, item=ITEM, policy=PLAIN, today: date = DAY) -> Unit:
	"""A unit (a new one) after these movements."""
	unit = unit or Unit("RT-1", item.item_code)
	for one in movements:
		unit = after(unit, one, item, policy, today)
	return unit


def facts(unit: Unit, names) -> dict:
	return {name: getattr(unit, name) for name in names}


class TestKindOf(unittest.TestCase):
	def test_every_document_in_every_direction(self):
		for voucher_type, direction, purpose, is_return, kind in (
			("Purchase Receipt", IN, None, False, Kind.RECEIVED),
			("Purchase Receipt", OUT, None, False, Kind.MOVED_OUT),
			("Purchase Receipt", OUT, None, True, Kind.SENT_BACK),
			("Purchase Receipt", IN, None, True, Kind.OTHER_IN),
			("Purchase Invoice", IN, None, False, Kind.RECEIVED),
			("Purchase Invoice", OUT, None, True, Kind.SENT_BACK),
			("Delivery Note", OUT, None, False, Kind.DELIVERED),
			("Delivery Note", IN, None, False, Kind.MOVED_IN),
			("Delivery Note", IN, None, True, Kind.RETURNED),
			("Delivery Note", OUT, None, True, Kind.OTHER_OUT),
			("Sales Invoice", OUT, None, False, Kind.DELIVERED),
			("Sales Invoice", IN, None, True, Kind.RETURNED),
			("Stock Entry", IN, "Material Receipt", False, Kind.MADE),
			("Stock Entry", OUT, "Material Issue", False, Kind.CONSUMED),
			("Stock Entry", OUT, "Manufacture", False, Kind.CONSUMED),
			("Stock Entry", IN, "Manufacture", False, Kind.MADE),
			("Stock Entry", OUT, "Repack", False, Kind.CONSUMED),
			("Stock Entry", IN, None, False, Kind.MADE),
			("Stock Reconciliation", IN, None, False, Kind.MADE),
			("Stock Reconciliation", OUT, None, False, Kind.REMOVED),
			("Asset Capitalization", OUT, None, False, Kind.CONSUMED),
			("Subcontracting Receipt", IN, None, False, Kind.RECEIVED),
			("Subcontracting Receipt", OUT, None, False, Kind.CONSUMED),
			("Subcontracting Receipt", OUT, None, True, Kind.SENT_BACK),
			("Subcontracting Receipt", IN, None, True, Kind.MOVED_IN),
			("Purchase Receipt", IN, "Internal Transfer", False, Kind.MOVED_IN),
			("Purchase Receipt", OUT, "Internal Transfer", True, Kind.MOVED_OUT),
			("Asset Repair", OUT, None, False, Kind.OTHER_OUT),
		):
			with self.subTest(voucher_type, direction=direction.value, purpose=purpose, is_return=is_return):
				self.assertEqual(kind_of(voucher_type, direction, purpose, is_return), kind)

	def test_every_transfer_moves_and_consumes_nothing(self):
		for purpose in TRANSFERS:
			self.assertEqual(kind_of("Stock Entry", OUT, purpose), Kind.MOVED_OUT)
			self.assertEqual(kind_of("Stock Entry", IN, purpose), Kind.MOVED_IN)

	def test_what_is_taken_apart_is_gone_and_its_parts_are_made(self):
		self.assertEqual(kind_of("Stock Entry", OUT, "Disassemble"), Kind.TAKEN_APART)
		self.assertEqual(kind_of("Stock Entry", IN, "Disassemble"), Kind.MADE)
		unit = lived(movement(Kind.MADE), movement(Kind.TAKEN_APART))
		self.assertEqual(
			(unit.status, unit.warehouse, unit.customer, unit.delivery_document_no),
			("Inactive", None, None, "STE-APART"),
		)

	def test_every_kind_has_a_rule(self):
		for kind in Kind:
			self.assertEqual(lived(movement(kind)).serial_no, "RT-1", kind)


class TestAfter(unittest.TestCase):
	def test_a_receipt_says_from_whom_by_what_when_and_at_what_rate(self):
		unit = lived(movement(Kind.RECEIVED, rate=95.5, party_name="Contoso Electronics"))
		self.assertEqual(
			facts(unit, ["status", "warehouse", *PURCHASE_CLEARED]),
			{
				"status": "Active",
				"warehouse": STORES,
				"supplier": "Contoso",
				"supplier_name": "Contoso Electronics",
				"purchase_document_type": "Purchase Receipt",
				"purchase_document_no": "PR-1",
				"purchase_date": DAY,
				"purchase_rate": 95.5,
			},
		)

	def test_a_new_unit_has_the_facts_of_the_item_and_movements_leave_them(self):
		fresh = new("RT-1", ITEM)
		for unit in (fresh, after(fresh, movement(Kind.RECEIVED), ITEM, PLAIN, DAY)):
			self.assertEqual(
				(unit.item_name, unit.description, unit.item_group, unit.brand),
				("Router X1", "Dual band", "Network", "Northwind"),
			)

	def test_a_unit_that_is_made_was_bought_by_that_document_from_nobody(self):
		unit = lived(movement(Kind.MADE, rate=260.0))
		self.assertEqual((unit.status, unit.warehouse), ("Active", STORES))
		self.assertEqual(
			(unit.purchase_document_no, unit.purchase_rate, unit.supplier), ("STE-MADE", 260.0, None)
		)

	def test_a_stock_entry_that_brings_a_bought_unit_back_keeps_its_purchase(self):
		bought = lived(movement(Kind.RECEIVED, rate=95.0))
		back = lived(movement(Kind.CONSUMED), movement(Kind.MADE, date(2026, 8, 1), rate=1.0), unit=bought)
		self.assertEqual(facts(back, PURCHASE_CLEARED), facts(bought, PURCHASE_CLEARED))

	def test_a_second_receipt_is_the_purchase_from_then_on(self):
		unit = lived(
			movement(Kind.RECEIVED),
			movement(Kind.SENT_BACK),
			movement(Kind.RECEIVED, voucher_no="PR-2", party="Litware"),
		)
		self.assertEqual((unit.purchase_document_no, unit.supplier), ("PR-2", "Litware"))
		self.assertEqual((unit.status, unit.delivery_document_no), ("Active", None))

	def test_a_transfer_changes_the_warehouse_alone(self):
		unit = lived(movement(Kind.RECEIVED))
		moving = lived(movement(Kind.MOVED_OUT), unit=unit)
		self.assertEqual(moving, replace(unit, warehouse=None))
		self.assertEqual(lived(movement(Kind.MOVED_IN), unit=moving), replace(unit, warehouse=SHOP))

	def test_a_delivery_says_to_whom_by_what_and_when(self):
		unit = lived(
			movement(Kind.RECEIVED),
			movement(
				Kind.DELIVERED, date(2026, 7, 9), party_name="Fabrikam Hospitals", sales_invoice="SINV-1"
			),
		)
		self.assertEqual(
			facts(unit, ["status", "warehouse", *DELIVERY_CLEARED]),
			{
				"status": "Delivered",
				"warehouse": None,
				"customer": "Fabrikam",
				"customer_name": "Fabrikam Hospitals",
				"delivery_document_type": "Delivery Note",
				"delivery_document_no": "DN-1",
				"delivery_date": date(2026, 7, 9),
				"sales_invoice": "SINV-1",
			},
		)
		self.assertEqual((unit.supplier, unit.purchase_document_no), ("Contoso", "PR-1"))

	def test_a_return_leaves_nothing_of_the_delivery_and_all_of_the_purchase(self):
		bought = lived(movement(Kind.RECEIVED))
		unit = lived(movement(Kind.DELIVERED), movement(Kind.RETURNED), unit=bought)
		self.assertEqual(unit, bought)

	def test_a_delivery_after_a_return_is_the_new_customers(self):
		unit = lived(
			movement(Kind.RECEIVED),
			movement(Kind.DELIVERED),
			movement(Kind.RETURNED),
			movement(Kind.DELIVERED, voucher_no="DN-2", party="Tailspin"),
		)
		self.assertEqual((unit.customer, unit.delivery_document_no), ("Tailspin", "DN-2"))

	def test_a_unit_sent_back_is_inactive_and_not_delivered_to_anybody(self):
		unit = lived(movement(Kind.RECEIVED), movement(Kind.SENT_BACK))
		self.assertEqual((unit.status, unit.warehouse, unit.customer), ("Inactive", None, None))
		self.assertEqual((unit.delivery_document_no, unit.delivery_date), ("PR-RET", DAY))
		self.assertEqual((unit.supplier, unit.warranty_expiry_date), ("Contoso", None))

	def test_a_consumed_unit_says_by_what(self):
		unit = lived(movement(Kind.RECEIVED), movement(Kind.CONSUMED))
		self.assertEqual((unit.status, unit.warehouse, unit.customer), ("Consumed", None, None))
		self.assertEqual(
			(unit.delivery_document_type, unit.delivery_document_no), ("Stock Entry", "STE-USED")
		)
		self.assertIsNone(unit.warranty_expiry_date)

	def test_a_unit_that_a_reconciliation_removes_is_inactive_and_went_to_nobody(self):
		unit = lived(movement(Kind.RECEIVED), movement(Kind.REMOVED))
		self.assertEqual((unit.status, unit.warehouse), ("Inactive", None))
		self.assertEqual(facts(unit, DELIVERY_CLEARED), DELIVERY_CLEARED)

	def test_documents_that_the_app_does_not_know_change_place_and_little_more(self):
		bought = lived(movement(Kind.RECEIVED))
		gone = lived(movement(Kind.OTHER_OUT), unit=bought)
		self.assertEqual(gone, replace(bought, warehouse=None))
		self.assertEqual(lived(movement(Kind.OTHER_IN), unit=gone), bought)

	def test_rules_do_not_depend_on_the_unit_being_new_to_them(self):
		unit = Unit("RT-1", "ROUTER-X1", status=None, warehouse="Old - ND")
		self.assertEqual(lived(movement(Kind.DELIVERED), unit=unit).warehouse, None)


class TestWarranty(unittest.TestCase):
	def test_days_are_counted_from_the_delivery(self):
		unit = lived(movement(Kind.RECEIVED), movement(Kind.DELIVERED, date(2026, 7, 9)))
		self.assertEqual((unit.warranty_period, unit.warranty_expiry_date), (365, date(2027, 7, 9)))

	def test_days_are_days_over_month_ends_and_leap_days(self):
		for delivered, days, expires in (
			(date(2026, 1, 31), 30, date(2026, 3, 2)),
			(date(2024, 1, 31), 30, date(2024, 3, 1)),
			(date(2024, 2, 28), 1, date(2024, 2, 29)),
			(date(2023, 2, 28), 1, date(2023, 3, 1)),
			(date(2024, 2, 29), 365, date(2025, 2, 28)),
			(date(2023, 3, 1), 365, date(2024, 2, 29)),
			(date(2024, 2, 29), 366, date(2025, 3, 1)),
			(date(2026, 12, 31), 1, date(2027, 1, 1)),
		):
			item = ItemFacts("X", warranty_period=days)
			unit = lived(movement(Kind.DELIVERED, delivered), item=item)
			self.assertEqual(unit.warranty_expiry_date, expires, (delivered, days))

	def test_an_item_without_a_period_gives_none(self):
		unit = lived(movement(Kind.RECEIVED), movement(Kind.DELIVERED), item=NO_WARRANTY)
		self.assertEqual(
			(unit.warranty_period, unit.warranty_expiry_date, unit.maintenance_status), (0, None, None)
		)

	def test_there_is_none_before_the_delivery_nor_after_a_return(self):
		unit = lived(movement(Kind.RECEIVED))
		self.assertEqual(
			(unit.warranty_period, unit.warranty_expiry_date, unit.maintenance_status), (0, None, None)
		)
		unit = lived(movement(Kind.DELIVERED), movement(Kind.RETURNED), unit=unit)
		self.assertEqual(
			(unit.warranty_period, unit.warranty_expiry_date, unit.maintenance_status), (0, None, None)
		)

	def test_by_the_setting_it_runs_from_the_purchase_until_the_delivery(self):
		unit = lived(movement(Kind.RECEIVED, date(2026, 7, 1)), policy=FROM_PURCHASE)
		self.assertEqual(unit.warranty_expiry_date, date(2027, 7, 1))
		unit = lived(movement(Kind.CONSUMED, date(2026, 8, 1)), unit=unit, policy=FROM_PURCHASE)
		self.assertEqual(unit.warranty_expiry_date, date(2027, 7, 1))
		unit = lived(movement(Kind.DELIVERED, date(2026, 9, 1)), unit=unit, policy=FROM_PURCHASE)
		self.assertEqual(unit.warranty_expiry_date, date(2027, 9, 1))
		unit = lived(movement(Kind.RETURNED, date(2026, 9, 2)), unit=unit, policy=FROM_PURCHASE)
		self.assertEqual(unit.warranty_expiry_date, date(2027, 7, 1))

	def test_a_typed_date_survives_everything(self):
		until = date(2030, 1, 1)
		unit = Unit("RT-1", "ROUTER-X1", typed_warranty_expiry_date=until)
		for kind in (*Kind, Kind.RECEIVED, Kind.DELIVERED, Kind.RETURNED):
			for policy in (PLAIN, FROM_PURCHASE):
				unit = lived(movement(kind), unit=unit, policy=policy)
				self.assertEqual(
					(unit.warranty_expiry_date, unit.typed_warranty_expiry_date), (until, until), kind
				)
				self.assertEqual(unit.maintenance_status, "Under Warranty", kind)

	def test_a_typed_period_survives_and_counts_in_place_of_the_items(self):
		unit = lived(movement(Kind.RECEIVED), unit=Unit("RT-1", "ROUTER-X1", typed_warranty_period=10))
		self.assertEqual((unit.warranty_period, unit.warranty_expiry_date), (10, None))
		unit = lived(movement(Kind.DELIVERED), unit=unit)
		self.assertEqual((unit.warranty_period, unit.warranty_expiry_date), (10, date(2026, 7, 11)))
		unit = lived(movement(Kind.RETURNED), unit=unit)
		self.assertEqual((unit.warranty_period, unit.warranty_expiry_date), (10, None))

	def test_a_typed_date_stands_beside_a_typed_or_an_items_period(self):
		unit = Unit(
			"RT-1", "ROUTER-X1", typed_warranty_period=10, typed_warranty_expiry_date=date(2028, 1, 1)
		)
		unit = lived(movement(Kind.DELIVERED), unit=unit)
		self.assertEqual((unit.warranty_period, unit.warranty_expiry_date), (10, date(2028, 1, 1)))


class TestMaintenanceStatus(unittest.TestCase):
	def test_every_case(self):
		before, today, later = date(2026, 6, 30), DAY, date(2026, 7, 2)
		for warranty, contract, status in (
			(None, None, None),
			(later, None, "Under Warranty"),
			(today, None, "Under Warranty"),
			(before, None, "Out of Warranty"),
			(None, later, "Under AMC"),
			(None, today, "Under AMC"),
			(None, before, "Out of AMC"),
			(later, later, "Under Warranty"),
			(later, before, "Under Warranty"),
			(before, later, "Under AMC"),
			(before, before, "Out of AMC"),
		):
			self.assertEqual(maintenance_status(warranty, contract, today), status, (warranty, contract))

	def test_a_contract_survives_documents(self):
		unit = Unit("RT-1", "ROUTER-X1", amc_expiry_date=date(2027, 1, 1))
		unit = lived(movement(Kind.RECEIVED), unit=unit)
		self.assertEqual((unit.amc_expiry_date, unit.maintenance_status), (date(2027, 1, 1), "Under AMC"))
		self.assertEqual(with_dates(unit, ITEM, PLAIN, date(2027, 1, 2)).maintenance_status, "Out of AMC")


class TestRebuilt(unittest.TestCase):
	def back_to(self, *standing: Movement, last: Movement, unit: Unit | None = None, policy=PLAIN) -> None:
		"""The unit after `standing` and `last` is, with `last` cancelled, as it was after `standing`."""
		was = lived(*standing, unit=unit, policy=policy)
		is_now = lived(last, unit=was, policy=policy)
		again = rebuilt(is_now, standing, ITEM, policy, DAY, last.voucher_no)
		self.assertEqual(again, was, last.kind)

	def test_the_cancel_of_every_kind_gives_the_state_before(self):
		bought = movement(Kind.RECEIVED, rate=95.0)
		delivered = movement(Kind.DELIVERED, date(2026, 7, 5))
		for policy in (PLAIN, FROM_PURCHASE):
			for kind in (
				Kind.DELIVERED,
				Kind.CONSUMED,
				Kind.SENT_BACK,
				Kind.REMOVED,
				Kind.MOVED_OUT,
				Kind.OTHER_OUT,
			):
				self.back_to(bought, last=movement(kind, voucher_no="X-9"), policy=policy)
			for kind in (Kind.RETURNED, Kind.MADE, Kind.RECEIVED, Kind.OTHER_IN):
				self.back_to(bought, delivered, last=movement(kind, voucher_no="X-9"), policy=policy)

	def test_with_nothing_left_the_unit_is_inactive_nowhere_and_with_nobody(self):
		unit = rebuilt(lived(movement(Kind.RECEIVED)), [], ITEM, PLAIN, DAY, "PR-1")
		self.assertEqual((unit.status, unit.warehouse), ("Inactive", None))
		self.assertEqual(facts(unit, PURCHASE_CLEARED), PURCHASE_CLEARED)
		self.assertEqual(facts(unit, DELIVERY_CLEARED), DELIVERY_CLEARED)

	def test_a_purchase_that_no_document_explains_stays(self):
		unit = Unit(
			"RT-1",
			"ROUTER-X1",
			supplier="Litware",
			purchase_document_no="OLD-1",
			purchase_date=date(2019, 1, 1),
		)
		unit = lived(movement(Kind.MOVED_IN), movement(Kind.DELIVERED), unit=unit)
		again = rebuilt(unit, [movement(Kind.MOVED_IN)], ITEM, PLAIN, DAY, "DN-1")
		self.assertEqual((again.supplier, again.purchase_document_no), ("Litware", "OLD-1"))
		self.assertEqual((again.status, again.warehouse, again.customer), ("Active", SHOP, None))

	def test_a_supplier_entered_without_a_document_stays(self):
		unit = rebuilt(Unit("RT-1", "ROUTER-X1", supplier="Litware"), [], ITEM, PLAIN, DAY)
		self.assertEqual(unit.supplier, "Litware")

	def test_the_first_receipt_speaks_again_when_the_second_is_cancelled(self):
		first = movement(Kind.RECEIVED, rate=95.0)
		self.back_to(
			first, movement(Kind.SENT_BACK), last=movement(Kind.RECEIVED, voucher_no="PR-2", party="Litware")
		)

	def test_a_cancelled_delivery_gives_the_typed_warranty_back_and_the_counted_up(self):
		typed_unit = Unit("RT-1", "ROUTER-X1", typed_warranty_expiry_date=date(2030, 1, 1))
		self.back_to(movement(Kind.RECEIVED), last=movement(Kind.DELIVERED), unit=typed_unit)
		unit = lived(movement(Kind.RECEIVED), movement(Kind.DELIVERED))
		again = rebuilt(unit, [movement(Kind.RECEIVED)], ITEM, PLAIN, DAY, "DN-1")
		self.assertEqual(
			(again.warranty_period, again.warranty_expiry_date, again.maintenance_status), (0, None, None)
		)

	def test_a_delivery_cancelled_from_between_leaves_the_later_one(self):
		standing = [movement(Kind.RECEIVED), movement(Kind.DELIVERED, voucher_no="DN-2", party="Tailspin")]
		unit = lived(*standing)
		again = rebuilt(unit, standing, ITEM, PLAIN, DAY, "DN-1")
		self.assertEqual((again.customer, again.delivery_document_no), ("Tailspin", "DN-2"))

	def test_rebuilding_what_stands_changes_nothing(self):
		standing = [movement(kind, voucher_no=f"D-{at}") for at, kind in enumerate(Kind)]
		unit = lived(movement(Kind.RECEIVED), *standing)
		again = rebuilt(unit, [movement(Kind.RECEIVED), *standing], ITEM, PLAIN, DAY)
		self.assertEqual(again, unit)


class TestTyped(unittest.TestCase):
	def test_a_new_records_warranty_is_typed(self):
		unit = typed(Unit("A", "X", warranty_period=30, warranty_expiry_date=DAY), None)
		self.assertEqual((unit.typed_warranty_period, unit.typed_warranty_expiry_date), (30, DAY))

	def test_a_new_record_without_one_types_nothing(self):
		self.assertEqual(typed(Unit("A", "X"), None), Unit("A", "X"))

	def test_only_what_changed_is_typed(self):
		before = Unit("A", "X", warranty_period=365, warranty_expiry_date=DAY)
		self.assertEqual(typed(before, before), before)
		unit = typed(replace(before, warranty_expiry_date=date(2030, 1, 1)), before)
		self.assertEqual((unit.typed_warranty_period, unit.typed_warranty_expiry_date), (0, date(2030, 1, 1)))
		unit = typed(replace(before, warranty_period=30), before)
		self.assertEqual((unit.typed_warranty_period, unit.typed_warranty_expiry_date), (30, None))

	def test_an_emptied_date_is_left_to_the_documents_again(self):
		before = lived(
			movement(Kind.DELIVERED), unit=Unit("A", "X", typed_warranty_expiry_date=date(2030, 1, 1))
		)
		unit = typed(replace(before, warranty_expiry_date=None), before)
		self.assertIsNone(unit.typed_warranty_expiry_date)
		self.assertEqual(with_dates(unit, ITEM, PLAIN, DAY).warranty_expiry_date, date(2027, 7, 1))


class TestAdopted(unittest.TestCase):
	"""Units from before the app: `was` is the record, `read` what its documents say."""

	def setUp(self):
		self.read = lived(movement(Kind.RECEIVED), movement(Kind.DELIVERED))

	def test_a_warranty_that_the_documents_explain_is_not_typed(self):
		unit = adopted(self.read, self.read, ITEM, PLAIN, DAY)
		self.assertEqual(unit.warranty_expiry_date, self.read.warranty_expiry_date)
		self.assertIsNone(unit.typed_warranty_expiry_date)
		self.assertEqual(unit.brand, "Northwind")

	def test_a_warranty_that_they_do_not_explain_was_typed(self):
		was = replace(self.read, warranty_expiry_date=date(2031, 5, 5))
		unit = adopted(was, self.read, ITEM, PLAIN, DAY)
		self.assertEqual(
			(unit.typed_warranty_expiry_date, unit.warranty_expiry_date), (date(2031, 5, 5),) * 2
		)

	def test_a_warranty_in_stock_was_typed(self):
		read = lived(movement(Kind.RECEIVED))
		unit = adopted(replace(read, warranty_expiry_date=date(2026, 6, 1)), read, ITEM, PLAIN, DAY)
		self.assertEqual(unit.typed_warranty_expiry_date, date(2026, 6, 1))
		self.assertEqual(unit.maintenance_status, "Out of Warranty")

	def test_a_missing_date_is_counted(self):
		unit = adopted(replace(self.read, warranty_expiry_date=None), self.read, ITEM, PLAIN, DAY)
		self.assertEqual(
			(unit.warranty_expiry_date, unit.typed_warranty_expiry_date), (date(2027, 7, 1), None)
		)

	def test_the_status_that_the_record_has_stays(self):
		was = replace(self.read, status="Expired", warranty_expiry_date=None)
		self.assertEqual(adopted(was, self.read, ITEM, PLAIN, DAY).status, "Expired")
		self.assertEqual(adopted(replace(was, status=None), self.read, ITEM, PLAIN, DAY).status, "Delivered")

	def test_it_can_be_done_twice(self):
		for was in (
			replace(self.read, warranty_expiry_date=date(2031, 5, 5)),
			replace(self.read, warranty_expiry_date=None),
			self.read,
		):
			once = adopted(was, self.read, ITEM, PLAIN, DAY)
			again = rebuilt(once, [movement(Kind.RECEIVED), movement(Kind.DELIVERED)], ITEM, PLAIN, DAY)
			self.assertEqual(adopted(once, again, ITEM, PLAIN, DAY), once)


class TestEntered(unittest.TestCase):
	def test_a_unit_made_directly_is_known_and_in_no_stock(self):
		unit = entered(Unit("RT-1", "ROUTER-X1", typed_warranty_period=30), ITEM)
		self.assertEqual((unit.status, unit.warehouse, unit.typed_warranty_period), ("Inactive", None, 30))
		self.assertEqual((unit.item_name, unit.brand), ("Router X1", "Northwind"))

	def test_a_typed_warranty_that_came_by_import_survives_its_way_into_stock_and_out(self):
		unit = entered(typed(Unit("RT-1", "ROUTER-X1", warranty_expiry_date=date(2028, 2, 29)), None), ITEM)
		unit = lived(movement(Kind.MADE), movement(Kind.DELIVERED), movement(Kind.RETURNED), unit=unit)
		self.assertEqual(unit.warranty_expiry_date, date(2028, 2, 29))


class TestLifeAndTerms(unittest.TestCase):
	"""The end of a plain unit's life, and what terms say in place of it."""

	LIFE = replace(ITEM, serial_purpose="Warranty Stock", serial_life_days=30)
	ACCOUNT = replace(ITEM, serial_purpose="Subscription Account", serial_plan="Trial 14", plan_type="Trial")

	def test_life_counts_from_the_receipt_and_what_is_typed_wins(self):
		unit = Unit("S-1", ITEM.item_code, purchase_date=date(2026, 1, 1))
		found = with_dates(unit, self.LIFE, PLAIN, date(2026, 1, 31))
		self.assertEqual((found.expiry_date, found.term_status), (date(2026, 1, 31), None))
		self.assertEqual((found.serial_purpose, found.next_term_change), ("Warranty Stock", date(2026, 2, 1)))
		found = with_dates(unit, self.LIFE, PLAIN, date(2026, 2, 1))
		self.assertEqual((found.term_status, found.next_term_change), ("Expired", None))
		typed_one = replace(unit, typed_expiry_date=date(2027, 1, 1))
		self.assertEqual(
			with_dates(typed_one, self.LIFE, PLAIN, date(2026, 2, 1)).expiry_date, date(2027, 1, 1)
		)

	def test_no_receipt_no_life(self):
		found = with_dates(Unit("S-1", ITEM.item_code), self.LIFE, PLAIN, date(2026, 2, 1))
		self.assertEqual((found.expiry_date, found.term_status), (None, None))

	def test_an_account_has_its_items_plan_and_is_not_started(self):
		found = with_dates(Unit("S-1", ITEM.item_code), self.ACCOUNT, PLAIN, date(2026, 2, 1))
		self.assertEqual(
			(found.serial_plan, found.plan_type, found.term_status), ("Trial 14", "Trial", "Not Started")
		)
		own = replace(found, serial_plan="Yearly", plan_type="Paid")
		kept = with_dates(own, self.ACCOUNT, PLAIN, date(2026, 2, 1))
		self.assertEqual((kept.serial_plan, kept.plan_type), ("Yearly", "Paid"))

	def test_terms_say_it_all_and_without_them_all_is_as_before(self):
		unit = Unit(
			"S-1", ITEM.item_code, purchase_date=date(2026, 1, 1), serial_plan="Trial 14", plan_type="Trial"
		)
		item = replace(self.ACCOUNT, serial_life_days=30)
		term = Term("Start", date(2026, 1, 5), date(2026, 1, 18), "Trial 14", "Trial")
		running = with_state(unit, state([term], date(2026, 1, 6)), item, date(2026, 1, 6))
		self.assertEqual((running.term_status, running.expiry_date), ("Trial", date(2026, 1, 18)))
		self.assertEqual(with_dates(running, item, PLAIN, date(2026, 1, 6)).expiry_date, date(2026, 1, 18))
		before = with_state(running, state([], date(2026, 1, 6)), item, date(2026, 1, 6))
		self.assertEqual((before.term_status, before.expiry_date), ("Not Started", date(2026, 1, 31)))
		self.assertIsNone(before.term_start_date)

	def test_only_before_the_first_term_is_an_expiry_typed(self):
		unit = Unit("S-1", ITEM.item_code, expiry_date=date(2027, 1, 1))
		self.assertEqual(typed(unit, None).typed_expiry_date, date(2027, 1, 1))
		self.assertIsNone(typed(replace(unit, term_start_date=date(2026, 1, 1)), None).typed_expiry_date)
		before = replace(unit, typed_expiry_date=date(2027, 1, 1))
		self.assertIsNone(typed(replace(before, expiry_date=None), before).typed_expiry_date)
