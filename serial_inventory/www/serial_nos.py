"""The portal's list of a customer's own units."""

from __future__ import annotations

import frappe
from frappe import _

from serial_inventory.rules.public_check import clean
from serial_inventory.services import portal
from serial_inventory.services.public_check import worded_end

no_cache = 1
sitemap = 0


def get_context(context):
	require_login()
	context.title = _("Serial Nos")
	context.parents = [{"route": "me", "title": _("My Account")}]
	context.show_sidebar = True
	context.metatags = {"robots": "noindex"}
	context.search = clean(frappe.form_dict.get("search"))
	context.units = portal.page(context.search, frappe.form_dict.get("start"))
	context.length = portal.LENGTH
	context.worded_end = worded_end


def require_login() -> None:
	if frappe.session.user == "Guest":
		frappe.throw(_("You need to be logged in to access this page"), frappe.PermissionError)
