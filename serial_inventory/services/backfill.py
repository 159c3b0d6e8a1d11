"""Serial Nos from before the app: their facts read once from the documents that made them, in the background."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules import units as rules
from serial_inventory.services import life, register, settings

CHUNK = 2_000
FEW = 500
"""So few are done at once, without a job."""


def enqueue() -> None:
	"""Start the backfill: a background job with progress, or at once where there is little to do."""
	count = frappe.db.count(SERIAL_NO)
	if count > FEW:
		frappe.enqueue(
			"serial_inventory.services.backfill.run",
			queue="long",
			timeout=6 * 60 * 60,
			job_id="serial_inventory.backfill",
			deduplicate=True,
			enqueue_after_commit=True,
		)
	elif count:
		run()


def run() -> None:
	"""Go through all Serial Nos in order of their names, a commit after each chunk; safe to run again.

	A killed run is run again from the start and finds the done chunks as they should be.
	"""
	total, done, last = frappe.db.count(SERIAL_NO), 0, ""
	while names := _after(last):
		refresh(names)
		last, done = names[-1], done + len(names)
		if not frappe.flags.in_test:
			frappe.db.commit()  # nosemgrep: a job over millions must not be one transaction
		frappe.publish_progress(100 * done / total, title=_("Reading the history of Serial Nos"))


def _after(last: str) -> list[str]:
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).select(table.name).where(table.name > last)
	return query.orderby(table.name).limit(CHUNK).run(pluck=True)


def refresh(names: list[str]) -> None:
	"""Facts from the documents; a warranty that no delivery explains counts as typed.

	A unit without any standing document keeps what it says.
	"""
	decided = life.standing(names, columns=register.COLUMNS)
	facts = life.item_facts(group.unit.item_code for group, _read in decided)
	policy, today = settings.policy(), getdate(nowdate())
	register.save(
		[
			(group, rules.adopted(group.unit, read, facts[group.unit.item_code], policy, today))
			for group, read in decided
		]
	)
