"""A unit that is a fixed asset: one Asset at a time, and what the Serial No says of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from serial_inventory.rules.problems import Problem, _

GONE = ("Sold", "Scrapped", "Capitalized")
"""Statuses of an Asset that has ended: its unit may become another."""

CLEARED = {"asset": None, "asset_status": None, "location": None, "employee": None, "department": None}
"""What a Serial No without an Asset says."""


@dataclass(frozen=True, slots=True)
class AssetFacts:
	"""An Asset that is not cancelled, as its Serial No sees it."""

	name: str
	status: str
	location: str | None = None
	custodian: str | None = None
	department: str | None = None

	@property
	def is_standing(self) -> bool:
		return self.status not in GONE


def facts(assets: Sequence[AssetFacts]) -> dict:
	"""What a Serial No says of its Assets, given oldest first: of the standing one, or of the last that ended."""
	if not assets:
		return dict(CLEARED)
	asset = next((found for found in reversed(assets) if found.is_standing), assets[-1])
	return {
		"asset": asset.name,
		"asset_status": asset.status,
		"location": asset.location or None,
		"employee": asset.custodian or None,
		"department": asset.department or None,
	}


def check_one(serial_no: str, others: Iterable[AssetFacts]) -> list[Problem]:
	"""The unit is no other standing Asset."""
	standing = [asset.name for asset in others if asset.is_standing]
	if not standing:
		return []
	template = _(
		"Serial No {0} is Asset {1} already, and a unit is one Asset at a time. Scrap, sell or cancel that one first."
	)
	return [Problem(template, (serial_no, standing[-1]))]


def check_link(serial_no: str, company: str, unit_company: str | None, quantity: int) -> list[Problem]:
	"""An Asset that names a unit is one thing, of the unit's company."""
	problems = []
	if quantity > 1:
		template = _(
			"Serial No {0} is one unit, and the Asset Quantity is {1}. Make one Asset for each unit."
		)
		problems.append(Problem(template, (serial_no, quantity)))
	if unit_company and unit_company != company:
		template = _("Serial No {0} belongs to company {1}, not to {2}.")
		problems.append(Problem(template, (serial_no, unit_company, company)))
	return problems
