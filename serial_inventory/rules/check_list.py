"""What is said of the serial numbers of a checked list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from serial_inventory.constants import Answer, Status, TermStatus
from serial_inventory.rules.problems import _

PLANS = (Answer.BOOKED, Answer.RESERVED, Answer.IN_DRAFT)
"""What may be planned with a unit."""
NOT_FREE = (*PLANS, Answer.EXPIRED)
NOT_THERE = _("These Serial Nos do not exist, or you may not read them: {0}.")
NOT_IN_STOCK = _("{0} of the units are not in stock: {1}. Leave them out: choose Free or In Stock.")
NOT_DELIVERED = _(
	"{0} of the units are not at a customer by a document that you may read: {1}. Leave them out: choose Delivered."
)
NOT_IN_ROWS = _(
	"{0} of the units are in no row of {2} that can be returned by itself: {1}. Make the return from that document."
)
SEVERAL_COMPANIES = _("The units are of several companies: {0}. Make a document for each.")

_ORDER = {answer: place for place, answer in enumerate(Answer)}


@dataclass(frozen=True, slots=True)
class Facts:
	"""What a Serial No says, in so far as it matters here; many units say the same."""

	item_code: str | None = None
	warehouse: str | None = None
	status: str | None = None
	term_status: str | None = None
	is_over: bool = False  # its life or term, by its date
	is_covered: bool = False  # by a warranty


@dataclass(frozen=True, slots=True)
class Asked:
	"""The Item and the warehouses that the list is meant to be of; None for any."""

	item_code: str | None = None
	warehouses: Collection[str] | None = None


def is_over(last_day: date | None, today: date) -> bool:
	"""Whether a life or a term that ends with that day is over."""
	return last_day is not None and last_day < today


def is_covered(last_day: date | None, today: date) -> bool:
	"""Whether a warranty to that day holds today."""
	return last_day is not None and last_day >= today


def of_facts(facts: Facts, asked: Asked) -> frozenset[Answer]:
	"""What is said of a unit for its own sake; what is planned with it and the list come on top (`together`)."""
	found = {_place(facts)}
	if asked.item_code and facts.item_code != asked.item_code:
		found.add(Answer.WRONG_ITEM)
	if asked.warehouses is not None and facts.warehouse and facts.warehouse not in asked.warehouses:
		found.add(Answer.OTHER_WAREHOUSE)
	if _is_expired(facts):
		found.add(Answer.EXPIRED)
	if facts.is_covered:
		found.add(Answer.UNDER_WARRANTY)
	return frozenset(found)


def together(own: Collection[Answer], more: Collection[Answer] = ()) -> tuple[Answer, ...]:
	"""All that is said of a unit, in the order of Answer. A unit in stock with which nothing is planned is free."""
	found = {*own, *more}
	if Answer.IN_STOCK in found and not found.intersection(NOT_FREE):
		found.add(Answer.FREE)
	return tuple(sorted(found, key=_ORDER.__getitem__))


def _place(facts: Facts) -> Answer:
	if facts.warehouse:
		return Answer.IN_STOCK
	if facts.status == Status.DELIVERED:
		return Answer.DELIVERED
	return Answer.CONSUMED if facts.status == Status.CONSUMED else Answer.NOT_IN_STOCK


def _is_expired(facts: Facts) -> bool:
	"""By its date, which the daily job may not have read yet today; a unit in grace is not."""
	if facts.term_status in (TermStatus.GRACE, TermStatus.SUSPENDED, TermStatus.ENDED):
		return facts.term_status == TermStatus.ENDED
	return facts.is_over or facts.term_status == TermStatus.EXPIRED or facts.status == Status.EXPIRED
