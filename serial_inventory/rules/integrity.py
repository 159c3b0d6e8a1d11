"""Whether a unit, a stock and a bundle say what the stock ledger says, and what a Serial No should say instead.

The ledger is the truth: it is never found wrong for differing from a Serial No. What is compared are the facts that
standing documents decide. Not compared are a unit's rate and its warranty as counted: both were right on the day of the
document, and a landed cost, a repost or another warranty on the Item changes them for later documents only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Protocol

from serial_inventory.constants import Direction, Status
from serial_inventory.rules.problems import Problem, _
from serial_inventory.rules.units import DELIVERY_CLEARED, PURCHASE_CLEARED, Unit


class Kind(str, Enum):
	"""What is wrong."""

	WAREHOUSE = _("Warehouse")
	STATUS = _("Status")
	CUSTOMER = _("Customer")
	FACTS = _("Facts")
	UNEXPLAINED = _("No Document")
	TWO_WAREHOUSES = _("Two Warehouses")
	IMPOSSIBLE = _("Impossible Movements")
	OTHER_ITEM = _("Other Item")
	COUNT = _("Count of Serial Nos")
	STOCK = _("Stock Quantity")
	NO_LEDGER_ENTRY = _("Bundle without Ledger Entry")
	BUNDLE_COUNT = _("Count in Bundle")
	DOCSTATUS = _("Half Cancelled")


REPAIRED = (Kind.WAREHOUSE, Kind.STATUS, Kind.CUSTOMER, Kind.FACTS)
"""What a repair of the Serial No cures. UNEXPLAINED too, but only for a person who selects it."""


class Step(Protocol):
	"""One standing ledger line on a unit's path."""

	item_code: str
	warehouse: str
	direction: Direction
	voucher_type: str
	voucher_no: str


class Bundle(Protocol):
	"""A bundle, its entries and its standing ledger lines; quantities are signed."""

	name: str
	item_code: str
	warehouse: str | None
	direction: str
	voucher_type: str | None
	voucher_no: str | None
	docstatus: int
	is_cancelled: bool
	ledger_lines: int
	ledger_qty: float
	serials: int
	entries_qty: float
	entries_docstatus: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Difference:
	"""A field of the Serial No that says something else than it should."""

	field: str
	recorded: str | date | None
	expected: str | date | None


@dataclass(frozen=True, slots=True)
class Finding:
	"""One thing that is wrong (`kind`; None for a unit with which all is well), and what it was compared with.

	`places` are the warehouses that the unit is in by the ledger: none or one, or more where that is what is wrong.
	"""

	kind: Kind | None
	item_code: str
	serial_no: str | None = None
	warehouse: str | None = None
	places: tuple[str, ...] = ()
	status: str | None = None
	expected_status: str | None = None
	voucher_type: str | None = None
	voucher_no: str | None = None
	differences: tuple[Difference, ...] = ()
	note: Problem | None = None


STATUS_FIELDS = ("status",)
CUSTOMER_FIELDS = ("customer", "customer_name")
FACT_FIELDS = tuple(
	name for name in (*PURCHASE_CLEARED, *DELIVERY_CLEARED) if name not in (*CUSTOMER_FIELDS, "purchase_rate")
)
WARRANTY_FIELDS = ("warranty_period", "warranty_expiry_date", "maintenance_status")
NOT_POSTING = (
	"POS Invoice",
	"Pick List",
	"Maintenance Schedule",
	"Maintenance Visit",
	"Installation Note",
	"Stock Reservation Entry",
	"Job Card",
	"Work Order",
)
"""Documents whose bundles hold serials without moving them."""


def balances(steps: Iterable[Step]) -> dict[str, int]:
	"""How often the unit came into each warehouse less how often it left it, where that is not nothing."""
	count: dict[str, int] = defaultdict(int)
	for step in steps:
		count[step.warehouse] += 1 if step.direction == Direction.INWARD else -1
	return {warehouse: balance for warehouse, balance in count.items() if balance}


def places(steps: Iterable[Step]) -> tuple[str, ...]:
	"""The warehouses that the unit is in by the ledger, one name for each time; a sound ledger gives none or one."""
	return tuple(sorted(name for name, balance in balances(steps).items() for _each in range(balance)))


def should_say(unit: Unit, expected: Unit, steps: Sequence[Step]) -> Unit:
	"""The unit as its record should be. `expected` is what its standing documents, oldest first, make of it.

	The warehouse is the ledger's balance. A unit in stock that Expired stays so: ERPNext counts it as in stock. The
	warranty is counted again only where it hangs on what was wrong; one that a person typed shows.
	"""
	facts = {name: getattr(expected, name) for name in (*CUSTOMER_FIELDS, *FACT_FIELDS)}
	status = expected.status
	if unit.status == Status.EXPIRED.value and status in (Status.ACTIVE.value, Status.INACTIVE.value):
		status = unit.status
	settled = replace(unit, status=status, warehouse=_warehouse(unit, expected, steps), **facts)
	is_typed_hidden = (
		unit.typed_warranty_expiry_date and unit.warranty_expiry_date != unit.typed_warranty_expiry_date
	)
	if is_typed_hidden or settled.status != unit.status or settled.delivery_date != unit.delivery_date:
		settled = replace(settled, **{name: getattr(expected, name) for name in WARRANTY_FIELDS})
	return settled


def _warehouse(unit: Unit, expected: Unit, steps: Sequence[Step]) -> str | None:
	held = places(steps)
	if len(held) <= 1:
		return held[0] if held else None
	return unit.warehouse if unit.warehouse in held else expected.warehouse


def changes(unit: Unit, settled: Unit) -> dict:
	"""The fields that a repair sets; blank and None are one."""
	fields = ("warehouse", "status", *CUSTOMER_FIELDS, *FACT_FIELDS, *WARRANTY_FIELDS)
	return {
		name: getattr(settled, name)
		for name in fields
		if (getattr(unit, name) or None) != (getattr(settled, name) or None)
	}


def check_unit(unit: Unit, expected: Unit, steps: Sequence[Step]) -> list[Finding]:
	"""Everything in which the Serial No and its standing ledger lines (oldest first) disagree."""
	settled = should_say(unit, expected, steps)
	changed = changes(unit, settled)
	base = _base(unit, settled, steps)
	found = [*_of_ledger(unit, base, steps)]
	if "warehouse" in changed:
		found.append(replace(base, kind=Kind.WAREHOUSE))
	if not steps:
		return found + _without_document(unit, base, changed)
	for kind, fields in (
		(Kind.STATUS, STATUS_FIELDS),
		(Kind.CUSTOMER, CUSTOMER_FIELDS),
		(Kind.FACTS, _fact_fields(unit)),
	):
		if wrong := _differences(unit, settled, changed, fields):
			found.append(replace(base, kind=kind, differences=wrong))
	return found


def for_serial(finding: Finding, serial_no: str) -> Finding:
	"""The same finding of another serial that says the same and went the same path."""
	return replace(finding, serial_no=serial_no)


def sound(unit: Unit, expected: Unit, steps: Sequence[Step]) -> Finding:
	"""The row of a unit with which all is well."""
	return _base(unit, should_say(unit, expected, steps), steps)


def _base(unit: Unit, settled: Unit, steps: Sequence[Step]) -> Finding:
	last = steps[-1] if steps else None
	return Finding(
		None,
		unit.item_code,
		unit.serial_no,
		unit.warehouse or None,
		places(steps),
		unit.status or None,
		settled.status,
		last.voucher_type if last else None,
		last.voucher_no if last else None,
	)


def _fact_fields(unit: Unit) -> tuple[str, ...]:
	return (*FACT_FIELDS, "warranty_expiry_date") if unit.typed_warranty_expiry_date else FACT_FIELDS


def _differences(
	unit: Unit, settled: Unit, changed: Mapping, fields: Iterable[str]
) -> tuple[Difference, ...]:
	return tuple(
		Difference(name, getattr(unit, name), getattr(settled, name)) for name in fields if name in changed
	)


def _without_document(unit: Unit, base: Finding, changed: Mapping) -> list[Finding]:
	"""A unit that no standing document speaks of is in no stock; what else it says may be older than the ledger."""
	if unit.status == Status.ACTIVE.value:
		return [replace(base, kind=Kind.STATUS)]
	says_more = unit.status in (Status.DELIVERED.value, Status.CONSUMED.value)
	if not says_more and not set(changed).intersection(DELIVERY_CLEARED):
		return []
	note = Problem(_("No standing document says so. Select the row to have it cleared by a repair."))
	return [replace(base, kind=Kind.UNEXPLAINED, note=note)]


def _of_ledger(unit: Unit, base: Finding, steps: Sequence[Step]) -> list[Finding]:
	"""What is wrong with the ledger itself; no repair of a Serial No cures it."""
	found = []
	held = balances(steps)
	if len(base.places) > 1:
		note = Problem(_("By the ledger it is in: {0}."), (", ".join(base.places),))
		found.append(replace(base, kind=Kind.TWO_WAREHOUSES, note=note))
	if less := sorted(name for name, balance in held.items() if balance < 0):
		note = Problem(_("By the ledger it left more often than it came: {0}."), (", ".join(less),))
		found.append(replace(base, kind=Kind.IMPOSSIBLE, note=note))
	if others := sorted({step.item_code for step in steps if step.item_code != unit.item_code}):
		note = Problem(_("The ledger moved it as: {0}."), (", ".join(others),))
		found.append(replace(base, kind=Kind.OTHER_ITEM, note=note))
	return found


def check_stock(
	item_code: str, warehouse: str, serials: int, stock_qty: float, ledger_qty: float
) -> list[Finding]:
	"""Serial Nos recorded in a warehouse, its stock quantity (Bin) and the sum of its ledger are one number."""
	values = (f"{serials:,}", f"{stock_qty:,g}", f"{ledger_qty:,g}")
	note = Problem(_("Serial Nos: {0}, stock quantity: {1}, ledger: {2}."), values)
	base = Finding(None, item_code, warehouse=warehouse, places=(warehouse,), note=note)
	found = []
	if serials != ledger_qty:
		found.append(replace(base, kind=Kind.COUNT))
	if stock_qty != ledger_qty:
		found.append(replace(base, kind=Kind.STOCK))
	return found


def check_bundle(bundle: Bundle) -> list[Finding]:
	"""A standing bundle has one ledger entry of its quantity; bundle, entries and ledger stand or fall together."""
	base = Finding(
		None,
		bundle.item_code,
		warehouse=bundle.warehouse,
		places=(bundle.warehouse,) if bundle.warehouse else (),
		voucher_type=bundle.voucher_type,
		voucher_no=bundle.voucher_no,
	)
	found = []
	is_standing = bundle.docstatus == 1 and not bundle.is_cancelled
	if is_standing and not bundle.ledger_lines and _posts(bundle):
		note = Problem(_("Bundle {0} has no standing ledger entry."), (bundle.name,))
		found.append(replace(base, kind=Kind.NO_LEDGER_ENTRY, note=note))
	if bundle.ledger_lines and not _is_counted(bundle):
		values = (
			bundle.name,
			f"{bundle.serials:,}",
			f"{bundle.entries_qty:,g}",
			f"{bundle.ledger_qty:,g}",
			bundle.ledger_lines,
		)
		note = Problem(
			_("Bundle {0} holds {1} serials, quantity {2}; the ledger moved {3} in {4} entries."), values
		)
		found.append(replace(base, kind=Kind.BUNDLE_COUNT, note=note))
	if note := _half_cancelled(bundle, is_standing):
		found.append(replace(base, kind=Kind.DOCSTATUS, note=note))
	return found


def _posts(bundle: Bundle) -> bool:
	moves = (Direction.INWARD.value, Direction.OUTWARD.value)
	return bundle.direction in moves and bundle.voucher_type not in NOT_POSTING


def _is_counted(bundle: Bundle) -> bool:
	same_qty = round(bundle.entries_qty - bundle.ledger_qty, 6) == 0
	return bundle.ledger_lines == 1 and same_qty and bundle.serials == abs(round(bundle.ledger_qty, 6))


def _half_cancelled(bundle: Bundle, is_standing: bool) -> Problem | None:
	if bundle.ledger_lines and not is_standing:
		values = (bundle.name, bundle.docstatus)
		return Problem(_("The ledger entry stands, but its bundle {0} does not (docstatus {1})."), values)
	if bundle.entries_docstatus and set(bundle.entries_docstatus) != {bundle.docstatus}:
		values = (bundle.name, bundle.docstatus, " – ".join(map(str, sorted(set(bundle.entries_docstatus)))))
		return Problem(_("Bundle {0} has docstatus {1}, its entries have {2}."), values)
	return None
