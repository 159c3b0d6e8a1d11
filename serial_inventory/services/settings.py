"""Serialized Inventory Settings, read from the cache."""

import frappe
from frappe.utils import cint

from serial_inventory.constants import SETTINGS
from serial_inventory.rules.units import Policy

DEFAULT_TEXT_LIMIT = 1_000


def get():
	"""The settings document, cached for the request."""
	return frappe.get_cached_doc(SETTINGS)


def text_limit() -> int:
	"""How many serials a row shows as text; with more it shows a summary."""
	return cint(get().text_limit) or DEFAULT_TEXT_LIMIT


def refuses_expired() -> bool:
	"""Whether units past their Expiry Date may not be issued."""
	return get().expired_units == "Refuse"


def warns_of_expired() -> bool:
	return get().expired_units == "Warn"


def policy() -> Policy:
	"""The Settings that a unit's life depends on, as the rules see them."""
	return Policy(warranty_from_purchase=bool(cint(get().warranty_from_purchase)))
