"""What is measured, as stories: each is the life of one fresh Item, told step by step.

A step makes its document ready (committed, never timed) and is then measured: submit or cancel, and the commit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import floor
import frappe
import makers


@dataclass
class Tale:
	"""A story being told: its Item, how many units it moves, and the document at hand."""

	n: int
	item_code: str = ""
	document: tuple[str, str] = ("", "")

	def keep(self, doc) -> None:
		self.document = (doc.doctype, doc.name)

	def load(self):
		return frappe.get_doc(*self.document)


@dataclass(frozen=True)
class Step:
	"""`ready` makes what is missing for the measurement; `action` gives the call that is timed."""

	title: str
	action: Callable[[Tale], Callable]
	ready: Callable[[Tale], None] = lambda tale: None
	after: Callable[[Tale], None] = lambda tale: None


@dataclass(frozen=True)
class Story:
	steps: tuple[Step, ...]
	is_stocked: bool = False
	"""Whether n units are in the source warehouse before the first step."""


def begin(story: Story, n: int) -> Tale:
	"""A new Item, with stock if the story needs it, committed."""
	tale = Tale(n, makers.item())
	frappe.db.commit()
	if story.is_stocked:
		makers.purchase_receipt(tale.item_code, n).submit()
		frappe.db.commit()
	return tale


def _submit(tale: Tale) -> Callable:
	return tale.load().submit


def _cancel(tale: Tale) -> Callable:
	return tale.load().cancel


def _receipt_by_series(tale: Tale) -> None:
	tale.keep(makers.purchase_receipt(tale.item_code, tale.n))


def _receipt_typed(tale: Tale) -> None:
	tale.keep(makers.purchase_receipt(tale.item_code, tale.n, makers.typed(tale.item_code, tale.n)))


def _delivery_typed(tale: Tale) -> None:
	tale.keep(makers.delivery_note(tale.item_code, tale.n, makers.stocked(tale.item_code)))


def _delivery_picked(tale: Tale) -> None:
	tale.keep(makers.delivery_note(tale.item_code, tale.n))


def _transfer_typed(tale: Tale) -> None:
	tale.keep(makers.transfer(tale.item_code, tale.n, makers.stocked(tale.item_code)))


def _transfer_picked(tale: Tale) -> None:
	tale.keep(makers.transfer(tale.item_code, tale.n))


def _sales_return(tale: Tale) -> None:
	_delivery_picked(tale)
	tale.load().submit()
	tale.keep(makers.return_of(*tale.document))


def _purchase_return(tale: Tale) -> None:
	_receipt_by_series(tale)
	tale.load().submit()
	tale.keep(makers.return_of(*tale.document))


def _submit_and_cancel(title: str, ready: Callable[[Tale], None], is_stocked: bool = False) -> Story:
	steps = (Step(f"{title}: submit", _submit, ready), Step(f"{title}: cancel", _cancel))
	return Story(steps, is_stocked)


STORIES = {
	"floor": Story((Step("Bare INSERTs (floor)", floor.action, after=floor.clear),)),
	"receipt-series": _submit_and_cancel("Purchase Receipt, by series", _receipt_by_series),
	"receipt-typed": _submit_and_cancel("Purchase Receipt, typed", _receipt_typed),
	"delivery-typed": _submit_and_cancel("Delivery Note, typed", _delivery_typed, is_stocked=True),
	"delivery-picked": _submit_and_cancel("Delivery Note, auto-picked", _delivery_picked, is_stocked=True),
	"transfer-typed": _submit_and_cancel("Transfer, typed", _transfer_typed, is_stocked=True),
	"transfer-picked": _submit_and_cancel("Transfer, auto-picked", _transfer_picked, is_stocked=True),
	"sales-return": Story((Step("Sales return: submit", _submit, _sales_return),), is_stocked=True),
	"purchase-return": Story((Step("Purchase return: submit", _submit, _purchase_return),)),
}
