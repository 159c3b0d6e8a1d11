"""User Permissions on what a Serial No's past tells: where it was counts as where it is."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe.core.doctype.user_permission.user_permission import get_user_permissions
from frappe.permissions import get_allowed_docs_for_doctype
from frappe.utils import cint

from serial_inventory.constants import SERIAL_NO


@dataclass(frozen=True, slots=True)
class Allowed:
	"""The warehouses and customers that are left to the user, None for all; `is_strict`: what has none is not."""

	warehouses: frozenset[str] | None
	customers: frozenset[str] | None
	is_strict: bool

	def permits(self, warehouse: str | None, customer: str | None) -> bool:
		return self._has(warehouse, self.warehouses) and self._has(customer, self.customers)

	def permits_customer(self, customer: str | None) -> bool:
		return self._has(customer, self.customers)

	def _has(self, value: str | None, allowed: frozenset[str] | None) -> bool:
		if allowed is None:
			return True
		return value in allowed if value else not self.is_strict


def of_user() -> Allowed:
	"""What the user's permissions leave of Serial Nos; those for a company leave its warehouses."""
	given = get_user_permissions()
	warehouses, customers, companies = (
		_docs(given, doctype) for doctype in ("Warehouse", "Customer", "Company")
	)
	if companies is not None:
		own = frappe.get_all("Warehouse", filters={"company": ("in", list(companies))}, pluck="name")
		warehouses = frozenset(own) if warehouses is None else warehouses.intersection(own)
	is_strict = bool(cint(frappe.get_system_settings("apply_strict_user_permissions")))
	return Allowed(warehouses, customers, is_strict)


def _docs(given: dict, doctype: str) -> frozenset[str] | None:
	"""The names that the permissions allow for Serial Nos, None for all."""
	docs = get_allowed_docs_for_doctype(given.get(doctype) or [], SERIAL_NO)
	return frozenset(docs) if docs else None
