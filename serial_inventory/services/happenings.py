"""What each kind of document says happened to a unit: read as the rules' Events, whoever may see them.

Every reader takes the Serial No's document and sends a number of queries that its events do not raise. Cancelled
documents and drafts say nothing. services/history.py leaves out what the user may not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import frappe
from frappe.utils import get_datetime, getdate, nowdate

from serial_inventory import erpnext_bundle
from serial_inventory.constants import (
	ASSET,
	INSTALLATION_NOTE,
	ISSUE,
	MAINTENANCE_SCHEDULE,
	MAINTENANCE_VISIT,
	SERIAL_BOOKING,
	SERIAL_NO,
	SERIAL_TERM,
	WARRANTY_CLAIM,
	EventKind,
)
from serial_inventory.rules import history as rules
from serial_inventory.rules.history import Event, Granted, Line
from serial_inventory.rules.terms import Term
from serial_inventory.services import mentions, terms

ASSET_MOVEMENT = "Asset Movement"
ASSET_REPAIR = "Asset Repair"
ASSET_MAINTENANCE_LOG = "Asset Maintenance Log"


def everything(serial_no) -> list[Event]:
	"""All events of a Serial No, in no order; those of the ledger without kind and party (`rules.told`)."""
	lines = erpnext_bundle.lines_of_serial(serial_no.name, serial_no.item_code)
	return [
		*rules.moved(lines),
		*_of_record(serial_no, lines),
		*_of_terms(serial_no.name),
		*_of_bookings(serial_no.name),
		*_of_service(serial_no),
		*_of_assets(_assets(serial_no)),
	]


# --- the record itself ---------------------------------------------------------------------------


def _of_record(serial_no, lines: list[Line]) -> Iterator[Event]:
	"""How the Serial No was made, if by no stock document, and what people changed in it."""
	made_by, labels = None, _labels(serial_no)
	for row in frappe.get_all(
		"Version",
		filters={"ref_doctype": SERIAL_NO, "docname": serial_no.name},
		fields=["name", "creation", "owner", "data"],
	):
		data = rules.version(row.data)
		made_by = made_by or rules.source(data)
		if changes := rules.changes(data, labels):
			yield _own(
				EventKind.FIELD_CHANGED, row.creation, f"version {row.name}", serial_no, row.owner, changes
			)
	made = get_datetime(serial_no.creation)
	if made_by:
		yield _own(EventKind.IMPORTED, made, "created", serial_no, serial_no.owner, (made_by,))
	elif not rules.made_by_a_document(made, serial_no.owner, lines):
		yield _own(EventKind.CREATED, made, "created", serial_no, serial_no.owner, ())


def _own(kind: EventKind, made: datetime, key: str, serial_no, who: str, note: tuple) -> Event:
	return Event(kind, made, made, key, SERIAL_NO, serial_no.name, who, note=note)


def _labels(serial_no) -> dict[str, str]:
	"""{fieldname: label} of the fields that the user may see on the form."""
	levels = serial_no.get_permlevel_access("read")
	return {
		field.fieldname: field.label
		for field in serial_no.meta.fields
		if field.label and not field.hidden and field.permlevel in levels
	}


# --- terms and bookings --------------------------------------------------------------------------


def _of_terms(serial_no: str) -> list[Event]:
	rows = frappe.get_all(
		SERIAL_TERM,
		filters={"serial_no": serial_no, "is_cancelled": 0},
		fields=["name", "creation", "owner", "customer", *terms.ROW],
		order_by="creation, name",
	)
	moments = _moments_of_vouchers(rows)
	granted = [
		Granted(
			term=Term(*(row[column] for column in terms.ROW)),
			moment=moments.get((row.voucher_type, row.voucher_no)) or row.creation,
			made=row.creation,
			key=row.name,
			who=row.owner,
			customer=row.customer,
		)
		for row in rows
	]
	return rules.of_terms(granted, getdate(nowdate()))


def _moments_of_vouchers(rows) -> dict[tuple[str, str], datetime]:
	"""{(DocType, name): its posting date and time}; those of a Serial No itself have none."""
	by_type: dict[str, set[str]] = {}
	for row in rows:
		by_type.setdefault(row.voucher_type, set()).add(row.voucher_no)
	moments = {}
	for doctype, names in by_type.items():
		columns = [
			name for name in ("posting_date", "posting_time") if frappe.get_meta(doctype).has_field(name)
		]
		if doctype == SERIAL_NO or "posting_date" not in columns:
			continue
		fields = ["name", "creation", *columns]
		for row in frappe.get_all(doctype, filters={"name": ("in", list(names))}, fields=fields):
			moments[doctype, row.name] = rules.moment(row.posting_date, row.get("posting_time"), row.creation)
	return moments


def _of_bookings(serial_no: str) -> Iterator[Event]:
	if not frappe.db.table_exists(SERIAL_BOOKING):
		return
	optional = [
		name for name in ("checked_out_by", "returned_by") if frappe.get_meta(SERIAL_BOOKING).has_field(name)
	]
	fields = ["name", "creation", "owner", "status", "party_type", "party", "from_datetime", "to_datetime"]
	for row in frappe.get_all(
		SERIAL_BOOKING,
		filters={"serial_no": serial_no, "docstatus": 1},
		fields=[*fields, "checked_out_on", "returned_on", *optional],
	):
		span = (row.from_datetime, row.to_datetime)
		for kind, moment, who, note in (
			(EventKind.BOOKED, row.creation, row.owner, (span, row.status)),
			(EventKind.OUT, row.checked_out_on, row.get("checked_out_by"), (span,)),
			(EventKind.BACK, row.returned_on, row.get("returned_by"), ()),
		):
			if moment:
				made = max(moment, row.creation)
				key = f"booking {row.name} {kind.value}"
				party = {"party_type": row.party_type, "party": row.party}
				yield Event(kind, moment, made, key, SERIAL_BOOKING, row.name, who, **party, note=note)


# --- service -------------------------------------------------------------------------------------


def _of_service(serial_no) -> Iterator[Event]:
	named: dict[str, set[str]] = {}
	for doctype, name in [*mentions.by_link(serial_no.name), *mentions.by_text(serial_no)]:
		named.setdefault(doctype, set()).add(name)
	for doctype, names in named.items():
		if doctype in SERVICE:
			kind, fields, note = SERVICE[doctype]
			for row in _rows(doctype, names, fields):
				yield _of_row(doctype, row, kind, tuple(row[field] for field in note if row[field]))


SERVICE = {
	WARRANTY_CLAIM: (
		EventKind.CLAIMED,
		{"day": "complaint_date", "status": "status"},
		("status",),
	),
	ISSUE: (
		EventKind.CLAIMED,
		{"day": "opening_date", "time": "opening_time", "status": "status", "subject": "subject"},
		("subject", "status"),
	),
	MAINTENANCE_SCHEDULE: (EventKind.MAINTENANCE_SCHEDULED, {"day": "transaction_date"}, ()),
	MAINTENANCE_VISIT: (
		EventKind.MAINTAINED,
		{"day": "mntc_date", "time": "mntc_time", "type": "maintenance_type", "done": "completion_status"},
		("type", "done"),
	),
	INSTALLATION_NOTE: (
		EventKind.INSTALLED,
		{"day": "inst_date", "time": "inst_time", "remarks": "remarks"},
		("remarks",),
	),
}
"""{DocType: (kind, {what: the field that says it}, what the note tells)}."""


def _rows(doctype: str, names, fields: dict[str, str]) -> list:
	"""Documents that stand, with `what` in place of each field's name."""
	is_submittable = frappe.get_meta(doctype).is_submittable
	filters = {"name": ("in", list(names)), "docstatus": 1 if is_submittable else 0}
	if not is_submittable:
		filters["status"] = ("!=", "Cancelled")
	columns = ["name", "creation", "owner", "customer", *fields.values()]
	rows = frappe.get_all(doctype, filters=filters, fields=columns)
	return [
		frappe._dict(
			name=row.name,
			creation=row.creation,
			owner=row.owner,
			customer=row.customer,
			**{what: row[field] for what, field in fields.items()},
		)
		for row in rows
	]


def _of_row(doctype: str, row, kind: EventKind, note: tuple) -> Event:
	party = {"party_type": "Customer", "party": row.customer} if row.customer else {}
	moment = rules.moment(row.day or row.creation.date(), row.get("time"), row.creation)
	return Event(
		kind, moment, row.creation, f"{doctype} {row.name}", doctype, row.name, row.owner, **party, note=note
	)


# --- assets --------------------------------------------------------------------------------------


def _assets(serial_no) -> list[str]:
	"""The Asset that the unit is, and those that it was: a scrapped one keeps its Serial No."""
	filters = {"serial_no": serial_no.name, "docstatus": ("<", 2)}
	own = frappe.get_all(ASSET, filters=filters, pluck="name")
	return list(dict.fromkeys(filter(None, [serial_no.get("asset"), *own])))


def _of_assets(assets: list[str]) -> list[Event]:
	"""What happened to the unit as an Asset."""
	if not assets:
		return []
	return [*_asset_movements(assets), *_asset_repairs(assets), *_asset_maintenance(assets)]


def _asset_movements(assets: list[str]) -> Iterator[Event]:
	movement, row = frappe.qb.DocType(ASSET_MOVEMENT), frappe.qb.DocType("Asset Movement Item")
	query = frappe.qb.from_(row).inner_join(movement).on(movement.name == row.parent)
	query = query.select(movement.name, movement.creation, movement.owner, movement.transaction_date)
	query = query.select(movement.purpose, row.name.as_("row_name"), row.source_location, row.target_location)
	query = query.select(row.from_employee, row.to_employee)
	for found in query.where(row.asset.isin(assets) & (movement.docstatus == 1)).run(as_dict=True):
		employee = found.to_employee or found.from_employee
		yield Event(
			EventKind.ASSET_MOVED,
			found.transaction_date,
			found.creation,
			f"asset movement {found.row_name}",
			ASSET_MOVEMENT,
			found.name,
			found.owner,
			party_type="Employee" if employee else None,
			party=employee,
			came_from=found.source_location or found.from_employee,
			went_to=found.target_location or found.to_employee,
			note=(found.purpose,),
		)


def _asset_repairs(assets: list[str]) -> Iterator[Event]:
	fields = ["name", "creation", "owner", "failure_date", "completion_date", "repair_status"]
	for row in frappe.get_all(ASSET_REPAIR, filters={"asset": ("in", assets), "docstatus": 1}, fields=fields):
		moment = row.completion_date or row.failure_date or row.creation
		key = f"asset repair {row.name}"
		note = (row.repair_status,)
		yield Event(
			EventKind.REPAIRED, moment, row.creation, key, ASSET_REPAIR, row.name, row.owner, note=note
		)


def _asset_maintenance(assets: list[str]) -> Iterator[Event]:
	plans = frappe.get_all("Asset Maintenance", filters={"asset_name": ("in", assets)}, pluck="name")
	if not plans:
		return
	fields = ["name", "creation", "owner", "completion_date", "due_date", "maintenance_status", "task_name"]
	for row in frappe.get_all(
		ASSET_MAINTENANCE_LOG,
		filters={"asset_maintenance": ("in", plans), "docstatus": 1},
		fields=fields,
	):
		moment = rules.moment(row.completion_date or row.due_date or row.creation.date(), None, row.creation)
		note = tuple(value for value in (row.task_name, row.maintenance_status) if value)
		yield Event(
			EventKind.MAINTAINED,
			moment,
			row.creation,
			f"asset maintenance {row.name}",
			ASSET_MAINTENANCE_LOG,
			row.name,
			row.owner,
			note=note,
		)
