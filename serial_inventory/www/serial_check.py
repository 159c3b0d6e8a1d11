"""The public check page: a serial, what the Settings ask besides, and warranty and term of the unit."""

from __future__ import annotations

import frappe
from frappe import _

from serial_inventory.rules.public_check import clean
from serial_inventory.services import public_check

no_cache = 1
sitemap = 0


def get_context(context):
	if not public_check.is_on():
		frappe.local.no_cache = True  # Frappe remembers unknown pages; this one may be switched on
		raise frappe.PageDoesNotExistError
	form = frappe.form_dict
	context.no_breadcrumbs = True
	context.title = _("Check a Serial No")
	context.metatags = {"robots": "noindex, nofollow, noarchive", "referrer": "no-referrer"}
	context.asked = public_check.asked()
	context.given = {key: clean(form.get(key)) for key in ("serial_no", "item", "purchase_month")}
	if _is_complete(context.given, context.asked):
		_answer(context)


def _is_complete(given: dict, asked) -> bool:
	"""Whether there is something to look up: a label's link has the serial alone."""
	return bool(
		given["serial_no"]
		and (given["item"] or not asked.item)
		and (given["purchase_month"] or not asked.month)
	)


def _answer(context) -> None:
	try:
		answer = public_check.check(**context.given)
	except frappe.RateLimitExceededError as error:
		frappe.clear_messages()
		context.http_status_code = error.http_status_code
		context.refused = _("Too many checks from here. Please try again in an hour.")
		return
	context.answer = answer
	context.lines = _lines(answer) if answer.found else []


def _lines(answer) -> list[tuple[str, str, str]]:
	"""(label, what is so, its last day worded) for the warranty and, where there is one, the term."""
	lines = [(_("Warranty"), _(answer.warranty_status), public_check.worded_end(answer.warranty_until))]
	if answer.term_status or answer.term_until:
		status = _(answer.term_status) if answer.term_status else ""
		lines.append((_("Term"), status, public_check.worded_end(answer.term_until)))
	return lines
