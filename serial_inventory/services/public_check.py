"""The public check: what a guest is told of a unit, at a limited speed.

Whoever asks gets the same number of statements whether the unit exists, is somebody's, or was asked for wrongly.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit
from frappe.utils import cint, format_date, getdate, nowdate

from serial_inventory.constants import SERIAL_NO, AskedBesides
from serial_inventory.rules import public_check as rules
from serial_inventory.rules.public_check import NOBODYS, Answer, Asked, Facts, Given
from serial_inventory.rules.serial_text import fold
from serial_inventory.services import settings

COUNTER = "serial_inventory.api.check_public"
"""What Frappe's limiter counts calls and page views under, whichever way they come."""
HOUR = 60 * 60
LIMIT = 30


def is_on() -> bool:
	return bool(cint(settings.get().get("public_check_enabled")))


def asked() -> Asked:
	"""What the Settings ask for besides the serial."""
	besides = settings.get().get("public_check_asks")
	return Asked(
		item=besides in (AskedBesides.ITEM.value, AskedBesides.BOTH.value),
		month=besides in (AskedBesides.MONTH.value, AskedBesides.BOTH.value),
	)


def check(serial_no: object, item: object = None, purchase_month: object = None) -> Answer:
	"""Warranty and term of a delivered unit, or NOTHING. Raises RateLimitExceededError (429) for too many an hour."""
	given = Given(*map(rules.clean, (serial_no, item, purchase_month)))
	besides = asked()
	# The limiter's keys: one for calls and page views, and one for all spellings of a serial.
	frappe.form_dict.cmd = COUNTER
	frappe.form_dict.counted_serial_no = f"serial {fold(given.serial_no)}"
	return _ask(given, besides)


def _limit() -> int:
	return cint(settings.get().get("public_check_limit")) or LIMIT


@rate_limit(limit=_limit, seconds=HOUR)
def _ask(given: Given, besides: Asked) -> Answer:
	answer = _answer_for_one_serial if besides.item or besides.month else _answer
	return answer(given, besides)


@rate_limit(key="counted_serial_no", limit=_limit, seconds=HOUR, ip_based=False)
def _answer_for_one_serial(given: Given, besides: Asked) -> Answer:
	"""Where something is asked besides: from many addresses it cannot be guessed either."""
	return _answer(given, besides)


def _answer(given: Given, besides: Asked) -> Answer:
	return rules.answer(_facts(given.serial_no), given, besides, getdate(nowdate()))


def _facts(serial_no: str) -> Facts:
	"""One statement, whether there is such a unit or not."""
	table = frappe.qb.DocType(SERIAL_NO)
	columns = (table[field.name] for field in fields(Facts))
	found = frappe.qb.from_(table).select(*columns).where(table.name == serial_no).run()
	return Facts(*found[0]) if found else NOBODYS


def worded_end(day: date | None) -> str:
	"""A last day in words, "" where there is none."""
	if not day:
		return ""
	text = _("until {0}") if day >= getdate(nowdate()) else _("ended on {0}")
	return text.format(format_date(day))
