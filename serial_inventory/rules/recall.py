"""Where a recalled unit is, told from what its Serial No says and the document that took it out."""

from __future__ import annotations

from dataclasses import dataclass

from serial_inventory.constants import (
	ASSET_CAPITALIZATION,
	DISASSEMBLE,
	PURCHASE_INVOICE,
	PURCHASE_RECEIPT,
	STOCK_ENTRY,
	SUBCONTRACTING_RECEIPT,
	Place,
	Status,
)

SCRAPPED = "Scrapped"
"""Asset > Status of ERPNext, which the unit has in Asset Status."""
MAKING = ("Manufacture", "Repack", "Material Consumption for Manufacture")
"""Stock Entry purposes that consume units for what they make."""


@dataclass(frozen=True, slots=True)
class Traits:
	"""What decides a unit's place. `purpose` is that of the Stock Entry that took it out."""

	status: str | None
	is_in_warehouse: bool
	left_by: str | None = None
	purpose: str | None = None
	asset_status: str | None = None


def place(unit: Traits) -> Place:
	if unit.asset_status == SCRAPPED:
		return Place.SCRAPPED
	if unit.is_in_warehouse:
		return Place.IN_STOCK
	if unit.status == Status.DELIVERED.value:
		return Place.WITH_CUSTOMER
	if unit.status == Status.CONSUMED.value:
		return Place.BUILT_IN if _is_making(unit) else Place.CONSUMED
	if unit.left_by in (PURCHASE_RECEIPT, PURCHASE_INVOICE, SUBCONTRACTING_RECEIPT):
		return Place.AT_SUPPLIER
	if unit.left_by == STOCK_ENTRY and unit.purpose == DISASSEMBLE:
		return Place.TAKEN_APART
	return Place.NOWHERE


def _is_making(unit: Traits) -> bool:
	is_entry = unit.left_by == STOCK_ENTRY and unit.purpose in MAKING
	return is_entry or unit.left_by in (SUBCONTRACTING_RECEIPT, ASSET_CAPITALIZATION)
