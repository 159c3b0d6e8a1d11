"""One mail a day to the people of a role: which units ended yesterday, are in grace, end within a week.

Each reader gets what he may read. Readers with the same rights and language share the queries, whose number grows with
neither the units nor the readers alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils import format_date, get_url_to_form, getdate, nowdate
from frappe.utils.data import get_url_to_report_with_filters
from frappe.utils.user import get_users_with_role

from serial_inventory.constants import SERIAL_NO, SETTINGS
from serial_inventory.rules import expiry as rules
from serial_inventory.services import expiry, rights, settings

SHOWN = 50
SENT_ON = "digest_sent_on"
REPORT = "Serial Expiry"
SAVEPOINT = "serial_digest"


@dataclass(frozen=True, slots=True)
class Readers:
	"""People who get the same mail; `user` is one of them, whose rights stand for all."""

	user: str
	language: str
	emails: tuple[str, ...]


def send(today: str | date | None = None) -> int:
	"""Queue the digest of the day and return to how many people; 0 where there is no role, no news, or it went already.

	Called by the daily job, in whose transaction the day is noted together with the mails: a second run sends none.
	What goes wrong (no outgoing Email Account, say) is logged, and does not undo the rest of the job.
	"""
	frappe.db.savepoint(SAVEPOINT)
	try:
		return _send(getdate(today or nowdate()))
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.log_error(_("The digest of Serial Nos was not sent"))
		return 0


def _send(today: date) -> int:
	role = settings.get().digest_role
	if not role or _is_sent(today):
		return 0
	sent = 0
	for readers in _readers(role):
		with print_language(readers.language):
			sections = _sections(readers.user, today)
			if sections:
				_queue(readers, sections, today)
				sent += len(readers.emails)
	if sent:
		frappe.db.set_single_value(SETTINGS, SENT_ON, today, update_modified=False)
	return sent


def _is_sent(today: date) -> bool:
	"""Whether the day's digest went. The row is locked, so that of two runs at once the second one waits and sees it."""
	singles = frappe.qb.DocType("Singles")
	query = frappe.qb.from_(singles).select(singles.value)
	query = query.where((singles.doctype == SETTINGS) & (singles.field == SENT_ON)).for_update()
	last = query.run(pluck=True)
	return bool(last and last[0] and getdate(last[0]) >= today)


def _readers(role: str) -> list[Readers]:
	"""Enabled users with the role who read Serial Nos, those with the same rights and language together."""
	alike: dict[tuple[str, str], list] = {}
	names = get_users_with_role(role)
	found = frappe.get_all(
		"User",
		filters={"name": ("in", names), "enabled": 1, "email": ("is", "set")},
		fields=["name", "email", "language"],
		order_by="name",
	)
	default = frappe.db.get_default("lang") or "en"
	for user in found:
		if rights.can_read(SERIAL_NO, user.name):
			key = (rights.conditions(SERIAL_NO, user.name), user.language or default)
			alike.setdefault(key, []).append(user)
	return [
		Readers(users[0].name, language, tuple(user.email for user in users))
		for (_conditions, language), users in alike.items()
	]


def _sections(user: str, today: date) -> list[dict]:
	"""What the mail says; parts without any unit are left out."""
	titles = {
		"ended": _("Ended Yesterday"),
		"grace": _("In Grace"),
		"ending": _("Ending Within {0} Days").format(rules.SOON),
	}
	sections = []
	for part in rules.digest_parts(today):
		statuses = (part.term_status,) if part.term_status else ()
		scope = expiry.Scope(part.from_date, part.to_date, term_statuses=statuses, user=user)
		plans = expiry.by_plan(scope)
		if plans:
			sections.append(
				{
					"title": titles[part.key],
					"total": sum(plans.values()),
					"plans": [(plan or _("No plan"), count) for plan, count in plans.items()],
					"rows": [_row(row, today) for row in expiry.rows(scope, SHOWN)],
					"url": _url(part),
				}
			)
	return sections


def _row(row, today: date) -> dict:
	return {
		"serial_no": row.name,
		"url": get_url_to_form(SERIAL_NO, row.name),
		"item": row.get("item_name") or row.get("item_code"),
		"customer": row.get("customer_name") or row.get("customer") or "",
		"plan": row.get("serial_plan") or "",
		"expiry_date": format_date(row.expiry_date),
		"days_left": rules.days_left(getdate(row.expiry_date), today),
		"term_status": _(row.get("term_status") or ""),
	}


def _url(part: rules.Part) -> str:
	"""The report with exactly these units."""
	filters = {"from_date": part.from_date or "", "to_date": part.to_date or ""}
	if part.term_status:
		filters["term_status"] = part.term_status
	return get_url_to_report_with_filters(REPORT, urlencode(filters))


def _queue(readers: Readers, sections: list[dict], today: date) -> None:
	frappe.sendmail(
		recipients=list(readers.emails),
		subject=_("Serial Nos: {0}").format(
			", ".join(f"{section['title']} {section['total']:,}" for section in sections)
		),
		template="serial_digest",
		args={"sections": sections, "day": format_date(today), "shown": SHOWN},
		header=[_("What Ends When"), "blue"],
		reference_doctype=SETTINGS,
		reference_name=SETTINGS,
	)
