"""Users of the website: customers and suppliers as ERPNext's portal knows them."""

from __future__ import annotations

import frappe


def party(doctype: str, name: str, *emails: str):
	"""A Customer or Supplier with these Portal Users."""
	doc = frappe.get_doc({"doctype": doctype, f"{doctype.lower()}_name": name})
	if doctype == "Customer":
		doc.update({"customer_group": "All Customer Groups", "territory": "All Territories"})
	else:
		doc.supplier_group = "All Supplier Groups"
	for email in emails:
		doc.append("portal_users", {"user": email})
	return doc.insert(ignore_permissions=True)
