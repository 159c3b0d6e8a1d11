"""Whitelisted calls. Each says who may make it, and leaves the work to one service."""

from __future__ import annotations

import frappe

from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules.serial_text import expand
from serial_inventory.services import history, integrity, lookup, messages, positions, renewals

REPAIRERS = ("Stock Manager", "System Manager")


@frappe.whitelist(methods=["POST"])
def repair_serial_nos(serial_nos: str | list[str]) -> dict:
	"""Make Serial Nos say what the stock ledger says of them (report Serial No Integrity).

	For Stock Managers and System Managers who may write Serial Nos; those that the user may not read are left alone.
	Returns {queued, repaired, sound, moved}: more than 2,000 are `queued` as a background job.
	"""
	if not set(REPAIRERS).intersection(frappe.get_roles()):
		message = frappe._("Only a Stock Manager or a System Manager repairs Serial Nos.")
		frappe.throw(message, frappe.PermissionError)
	frappe.has_permission(SERIAL_NO, "write", throw=True)
	return integrity.start_repair(integrity.permitted(_named(serial_nos)))


@frappe.whitelist(methods=["GET", "POST"])
def get_term(serial_no: str) -> dict:
	"""What the terms of a Serial No say today.

	Returns {serial_no, serial_plan, plan_type, term_start_date, expiry_date, term_status, next_term_change, terms}; `terms`
	are its standing ones without overlaps, oldest first. For those who may read the Serial No.
	"""
	return lookup.term_of(serial_no)


@frappe.whitelist(methods=["GET", "POST"])
def get_expiring(from_date: str, to_date: str, limit: int = 0, start: int = 0) -> list[dict]:
	"""The Serial Nos that expire between two days (both included), the soonest first, at most 10,000 in one answer.

	`start` and `limit` page through more. Only those that the user may read.
	"""
	return lookup.expiring(from_date, to_date, limit, start)


@frappe.whitelist(methods=["GET", "POST"])
def get_history(serial_no: str, limit: int = 0, before: str | None = None) -> dict:
	"""What happened to a Serial No, the newest first: {serial_no, events, next}.

	Each event is {kind, moment, document_type, document, party_type, party, from, to, who, note}; `kind` is one of
	constants.EventKind. 200 in one answer, or `limit`, at most 10,000; `before` is what the last answer gave as `next`. For
	those who may read the Serial No; events of documents that the user may not read are left out.
	"""
	return history.of_serial_no(serial_no, limit, before)


@frappe.whitelist(methods=["GET", "POST"])
def get_positions(
	as_on: str,
	item_code: str | None = None,
	warehouse: str | None = None,
	customer: str | None = None,
	limit: int = 0,
	after: str | None = None,
) -> dict:
	"""Where every Serial No was at the end of a day, by name: {as_on, positions, next}.

	Each is {serial_no, item_code, status, warehouse, customer, document_type, document, since}, `status` in ERPNext's words.
	A warehouse stands for those below it too. At most 10,000 in one answer; `after` is what the last one gave as `next`.
	For those who may read Serial Nos; User Permissions hold for where a unit was, too.
	"""
	scope = positions.Scope(item_code or None, warehouse or None, customer or None)
	return positions.on(as_on, scope, limit, after)


@frappe.whitelist(methods=["POST"])
def renew(serial_nos: str | list[str], serial_plan: str | None = None) -> list[dict]:
	"""Renew Serial Nos from the day after their terms, by Serial Renewals that are submitted; all of them or none.

	`serial_nos` is a list, or a text with commas, lines and ranges; `serial_plan` another plan than each one's own. For those
	who may submit a Serial Renewal. Returns [{serial_renewal, serial_no, serial_plan, from_date, to_date}].
	"""
	renewed = renewals.renew(_named(serial_nos), serial_plan)
	return [
		{
			"serial_renewal": doc.name,
			**{key: row.get(key) for key in ("serial_no", "serial_plan", "from_date", "to_date")},
		}
		for doc in renewed
		for row in doc.items
	]


def _named(serial_nos: str | list[str]) -> list[str]:
	"""The serials of a list, of a list as JSON, or of a text as people type it."""
	if isinstance(serial_nos, str) and serial_nos.lstrip().startswith("["):
		serial_nos = frappe.parse_json(serial_nos)
	if isinstance(serial_nos, list):
		if not all(isinstance(name, str) for name in serial_nos):
			frappe.throw(frappe._("A list of Serial Nos is expected."))
		return serial_nos
	expansion = expand(serial_nos)
	messages.refuse(expansion.problems)
	return expansion.serial_nos
