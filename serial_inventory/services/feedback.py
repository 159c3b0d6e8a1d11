"""What the person at the Desk is told: one message after a submit, a progress bar during long work."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_url_to_list, getdate

from serial_inventory.constants import SERIAL_NO
from serial_inventory.rules.problems import some
from serial_inventory.services import settings

LONG = 2_000
"""More serials than this are long work."""
LISTED = 100
"""So many serials fit into a link by name."""


class Progress:
	"""A progress bar over a document's serials, shown by Frappe's realtime when there are many."""

	def __init__(self, doc, total: int) -> None:
		self.title = _("{0} {1}").format(_(doc.doctype), doc.name)
		self.total = total
		self.done = 0

	def advance(self, count: int, description: str) -> None:
		"""`count` more are done. The ledger that ERPNext posts afterwards is the last tenth."""
		self.done += count
		self._show(90 * self.done / self.total if self.total else 90, description)

	def finish(self) -> None:
		self._show(100, _("Done"))

	def _show(self, percent: float, description: str) -> None:
		if self.total > LONG:
			frappe.publish_progress(percent, title=self.title, description=description)


def tell_created(doc) -> None:
	"""One message: how many Serial Nos were created for which Item, each with a link to exactly those."""
	created = {item: names for item, names in (doc.flags.serial_nos_created or {}).items() if names}
	if not created or not cint(settings.get().message_on_creation):
		return
	parts = []
	for item, names in created.items():
		text = (
			_("{0} Serial Nos created for Item {1}")
			if len(names) > 1
			else _("{0} Serial No created for Item {1}")
		)
		text = text.format(f"{len(names):,}", escape_html(item))
		parts.append(f'<a href="{escape_html(_link(doc, item, names))}">{text}</a>')
	frappe.msgprint("<br>".join(parts), title=_("Serial Nos"), indicator="green")


def warn_of_expired(doc, decided: Iterable) -> None:
	"""One message: which units have left although their life was over; `decided` as services/life.record returns it."""
	if not settings.warns_of_expired():
		return
	day = getdate(doc.posting_date)
	over = [
		name
		for group, unit in decided
		if group.unit.expiry_date and not group.unit.term_start_date and group.unit.expiry_date < day
		for name in group.serial_nos
		if unit.delivery_document_no == doc.name
	]
	if over:
		frappe.msgprint(
			_("Expired before {0}, and issued all the same: {1}.").format(day, escape_html(some(over))),
			title=_("Expired Units"),
			indicator="orange",
		)


def _link(doc, item: str, names: list[str]) -> str:
	"""The list of exactly these: by their document where it brought in no others of the Item, else by name."""
	filters = {"item_code": item, "purchase_document_no": doc.name}
	if len(names) <= LISTED and frappe.db.count(SERIAL_NO, filters) != len(names):
		filters = {"name": frappe.as_json(["in", ",".join(names)], indent=None)}
	return f"{get_url_to_list(SERIAL_NO)}?{urlencode(filters)}"
