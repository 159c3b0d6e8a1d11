"""The portal's page of one unit of a customer's own."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import format_date

from serial_inventory.services import portal
from serial_inventory.services.public_check import worded_end
from serial_inventory.www.serial_nos import require_login

no_cache = 1
sitemap = 0


def get_context(context):
	require_login()
	unit = portal.unit(frappe.form_dict.get("serial_no"))
	if not unit:
		frappe.local.no_cache = (
			True  # Frappe remembers unknown pages for everybody; this one may be another's
		)
		raise frappe.PageDoesNotExistError
	context.unit = unit
	context.title = _("Serial No")
	context.parents = [
		{"route": "me", "title": _("My Account")},
		{"route": "serial-nos", "title": _("Serial Nos")},
	]
	context.show_sidebar = True
	context.metatags = {"robots": "noindex"}
	context.format_date, context.worded_end = format_date, worded_end
