"""To whom a reminder about a unit goes: its customer's contact, and the customer's account manager.

The app's standard Notifications use `get_context`; copies of them, which Frappe gives no context, find the same people
by the Jinja method `serial_no_contacts(doc)` in their CC.
"""

from __future__ import annotations

import frappe
from frappe.utils import validate_email_address

from serial_inventory.constants import MODULE

CONTACT = "serial_contact_email"
"""What the Notifications' Receiver By Document Field reads; a value of the moment, no field."""


def get_context(context: dict) -> None:
	"""For the standard Notifications: the mail's To is the customer's contact, or else the account manager."""
	addresses = _addresses(context["doc"])
	context["doc"].set(CONTACT, addresses[0] if addresses else None)


def serial_no_contacts(doc) -> str:
	"""Jinja method: the addresses for a Serial No, with commas; less the one that the mail is addressed to already."""
	return ", ".join(address for address in _addresses(doc) if address != doc.get(CONTACT))


def _addresses(doc) -> list[str]:
	"""The customer's contact first, then the account manager, where there are such; each once."""
	customer = doc.get("customer")
	if not customer:
		return []
	facts = frappe.db.get_value("Customer", customer, ["email_id", "account_manager"], as_dict=True)
	if not facts:
		return []
	found = [facts.email_id or _contact(customer), _user(facts.account_manager)]
	return list(dict.fromkeys(address for address in found if address and validate_email_address(address)))


def _contact(customer: str) -> str | None:
	"""The address of the customer's primary Contact, or of the first one that has any."""
	link, contact = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Contact")
	found = (
		frappe.qb.from_(link)
		.join(contact)
		.on(contact.name == link.parent)
		.select(contact.email_id)
		.where(
			(link.parenttype == "Contact") & (link.link_doctype == "Customer") & (link.link_name == customer)
		)
		.where(contact.email_id.isnotnull() & (contact.email_id != ""))
		.orderby(contact.is_primary_contact, order=frappe.qb.desc)
		.orderby(contact.creation)
		.limit(1)
		.run(pluck=True)
	)
	return found[0] if found else None


def _user(user: str | None) -> str | None:
	return frappe.db.get_value("User", {"name": user, "enabled": 1}, "email") if user else None


def switch(doctype: str, is_on: bool) -> None:
	"""Switch the app's Notifications on a DocType on or off.

	Frappe lets nobody enable a standard Notification outside developer mode, so the Settings do it.
	"""
	standard = {"module": MODULE, "is_standard": 1, "document_type": doctype}
	for name in frappe.get_all("Notification", filters=standard, pluck="name"):
		frappe.get_doc("Notification", name).db_set("enabled", int(is_on))
	frappe.clear_cache(doctype="Notification")
