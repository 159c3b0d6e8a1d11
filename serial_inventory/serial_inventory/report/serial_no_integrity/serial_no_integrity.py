"""Serial No Integrity: Serial Nos, stock and bundles that do not say what the stock ledger says."""

from __future__ import annotations

from itertools import islice

import frappe
from frappe import _
from frappe.utils import cint, cstr

from serial_inventory.constants import ITEM, SERIAL_NO
from serial_inventory.rules.integrity import REPAIRED, Finding, Kind
from serial_inventory.services import integrity
from serial_inventory.services.rights import column

LIMIT = 1_000


def execute(filters=None):
	filters = frappe._dict(filters or {})
	scope = integrity.Scope(filters.company or None, filters.item_code or None, filters.warehouse or None)
	limit = cint(filters.limit) or LIMIT
	found = integrity.findings(scope, with_sound=not cint(filters.get("only_problems", 1)))
	shown = list(islice(found, limit + 1))
	return get_columns(), [_row(finding) for finding in shown[:limit]], _message(len(shown), limit)


def get_columns() -> list[dict]:
	return [
		column("kind", _("What is wrong"), "Data", width=170),
		column("serial_no", _("Serial No"), "Link", SERIAL_NO, 150),
		column("item_code", _("Item"), "Link", ITEM, 140),
		column("warehouse", _("Warehouse recorded"), "Link", "Warehouse", 160),
		column("ledger_warehouse", _("Warehouse by ledger"), "Link", "Warehouse", 160),
		column("status", _("Status recorded"), "Data", width=120),
		column("expected_status", _("Status expected"), "Data", width=120),
		column("voucher_type", _("Last document type"), "Data", width=140),
		column("voucher_no", _("Last document"), "Dynamic Link", "voucher_type", 170),
		column("note", _("Note"), "Data", width=420),
	]


def _row(finding: Finding) -> dict:
	"""`repair` is not shown: whether a repair cures it ("yes"), only if it is selected ("selected"), or not at all."""
	return {
		"kind": _(finding.kind.value) if finding.kind else _("Agrees"),
		"serial_no": finding.serial_no,
		"item_code": finding.item_code,
		"warehouse": finding.warehouse,
		"ledger_warehouse": finding.places[0] if finding.places else None,
		"status": _(finding.status) if finding.status else None,
		"expected_status": _(finding.expected_status) if finding.expected_status else None,
		"voucher_type": finding.voucher_type,
		"voucher_no": finding.voucher_no,
		"note": _note(finding),
		"repair": _repair(finding.kind),
	}


def _note(finding: Finding) -> str:
	"""What is different, field by field, or the sentence of the rule."""
	if finding.note:
		return finding.note.text(_)
	label = frappe.get_meta(SERIAL_NO).get_label
	return "; ".join(
		_("{0}: {1}, expected {2}").format(
			_(label(one.field)), cstr(one.recorded) or _("nothing"), cstr(one.expected) or _("nothing")
		)
		for one in finding.differences
	)


def _repair(kind: Kind | None) -> str:
	if kind in REPAIRED:
		return "yes"
	return "selected" if kind == Kind.UNEXPLAINED else "no"


def _message(count: int, limit: int) -> str | None:
	if count > limit:
		return _("The first {0} rows are shown; raise the limit to see more.").format(limit)
	return None if count else _("Serial Nos, stock and bundles agree with the stock ledger.")
