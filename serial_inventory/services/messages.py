"""Rules' Problems worded for a person, in the person's language, all at once."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import escape_html

from serial_inventory.rules.problems import Problem

SHOWN = 20


class SerialNoError(frappe.ValidationError):
	"""A document was refused for its serial numbers; nothing was written."""


def refuse(problems: Sequence[Problem]) -> None:
	"""Throw every problem in one message, or do nothing if there is none. Raises SerialNoError."""
	if not problems:
		return
	sentences = [worded(problem) for problem in problems[:SHOWN]]
	if len(problems) > SHOWN:
		sentences.append(_("… and {0} more.").format(len(problems) - SHOWN))
	text = sentences[0] if len(sentences) == 1 else "<br>".join(f"• {sentence}" for sentence in sentences)
	frappe.throw(text, SerialNoError, title=_("Serial Nos"))


def worded(problem: Problem) -> str:
	"""One problem as a translated sentence; what users typed is escaped."""
	safe = Problem(
		problem.template,
		tuple(escape_html(str(value)) for value in problem.values),
		escape_html(problem.row) if problem.row else None,
	)
	return safe.text(_)
