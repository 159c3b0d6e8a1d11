"""The app's place in the Desk: its address, and who sees it."""

from __future__ import annotations

import frappe

from serial_inventory.constants import SERIAL_NO

HOME = (
	"/desk/serialized-inventory"
	if int(frappe.__version__.split(".")[0]) >= 16
	else "/app/serialized-inventory"
)
"""The workspace. Frappe 16 moved the Desk, and opens only apps that say so there without a detour."""


def has_permission() -> bool:
	"""Hook `add_to_apps_screen`: people of the Desk who may read Serial Nos."""
	if frappe.session.user == "Administrator":
		return True
	is_desk_user = frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User"
	return is_desk_user and bool(frappe.has_permission(SERIAL_NO))
