"""The portal's list of a customer's own units."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import format_date

from serial_inventory.rules.public_check import clean
from serial_inventory.services import portal

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
	context.format_date = format_date


def require_login() -> None:
	if frappe.session.user == "Guest":
		frappe.throw(_("You need to be logged in to access this page"), frappe.PermissionError)
