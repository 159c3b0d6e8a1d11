"""User Permissions on parties hold for bookings: Frappe applies them to Link fields only, and a party is a Dynamic Link.

A user who is restricted to some Customers sees bookings of these Customers, and those of parties of other kinds.
"""

from __future__ import annotations

import frappe
from frappe.core.doctype.user_permission.user_permission import get_user_permissions

from serial_inventory.constants import SERIAL_BOOKING


def parties(user: str | None = None) -> dict[str, set[str]]:
	"""The parties of each kind that the user is restricted to; kinds without a restriction are left out."""
	found: dict[str, set[str]] = {}
	for kind, rows in get_user_permissions(user or frappe.session.user).items():
		names = {row.get("doc") for row in rows if row.get("applicable_for") in (None, "", SERIAL_BOOKING)}
		if names:
			found[kind] = names
	return found


def may(doc, user: str | None = None) -> bool:
	"""Whether the party's restriction lets the user have to do with the booking."""
	restricted = parties(user).get(doc.get("party_type"))
	return restricted is None or not doc.get("party") or doc.party in restricted


def conditions(user: str | None = None) -> str:
	"""The same as a condition of lists, which Frappe takes as text only; every value is escaped by the database."""
	field, kind_field = f"`tab{SERIAL_BOOKING}`.`party`", f"`tab{SERIAL_BOOKING}`.`party_type`"
	parts = []
	for kind, names in sorted(parties(user).items()):
		listed = ", ".join(frappe.db.escape(name) for name in sorted(names))
		parts.append(f"({kind_field} != {frappe.db.escape(kind)} OR {field} IN ({listed}))")
	return " AND ".join(parts)
