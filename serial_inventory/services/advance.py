"""The passing of time: every Serial No whose day has come, moved to what it says from that day on."""

from __future__ import annotations

from datetime import date

import frappe
from frappe.utils import getdate, nowdate

from serial_inventory.constants import SERIAL_NO
from serial_inventory.services import terms

CHUNK = 5_000


def run(today: date | None = None) -> int:
	"""Move every Serial No whose day has come: start, end, grace, end of life; returns how many.

	Each says on which day it changes next, so days on which no job ran are caught up, and a second run finds none.
	"""
	today, moved, last = today or getdate(nowdate()), 0, ""
	while names := _due(today, last):
		terms.refresh(names, today)
		last, moved = names[-1], moved + len(names)
		if not frappe.flags.in_test:
			frappe.db.commit()  # nosemgrep: a job over a million units must not be one transaction
	return moved


def _due(today: date, after: str) -> list[str]:
	table = frappe.qb.DocType(SERIAL_NO)
	query = frappe.qb.from_(table).select(table.name)
	query = query.where((table.next_term_change <= today) & (table.name > after))
	return query.orderby(table.name).limit(CHUNK).run(pluck=True)
