"""Maintenance Schedules against Serial Nos: rows read and checked, contracts begun and taken back, schedules made.

The daily refresh of Maintenance Status is in maintenance.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_link_to_form, getdate, nowdate

from serial_inventory import erpnext_bundle
from serial_inventory.constants import (
	DELIVERY_NOTE,
	MAINTENANCE_SCHEDULE,
	PURCHASE_INVOICE,
	PURCHASE_RECEIPT,
	SALES_INVOICE,
	SERIAL_NO,
	SERIAL_PURPOSE,
)
from serial_inventory.rules import service as rules
from serial_inventory.rules import units
from serial_inventory.rules.problems import Problem, some
from serial_inventory.rules.serial_text import expand, fold, natural_key
from serial_inventory.rules.service import Cover, Row, Template
from serial_inventory.services import bulk, messages, register

ROWS = "Maintenance Schedule Item"
BUNDLE_FIELD = "serial_and_batch_bundle"
COVER = (
	"serial_no",
	"item_code",
	"amc_expiry_date",
	"warranty_expiry_date",
	"delivery_date",
	"warehouse",
	"maintenance_status",
)

SOURCES = {
	DELIVERY_NOTE: ("delivery_document_type", "delivery_document_no"),
	SALES_INVOICE: ("delivery_document_type", "delivery_document_no"),
	PURCHASE_RECEIPT: ("purchase_document_type", "purchase_document_no"),
	PURCHASE_INVOICE: ("purchase_document_type", "purchase_document_no"),
}
"""Documents whose units a schedule is made of, and the fields in which these name it."""


@dataclass(slots=True)
class Named:
	"""A row of a document and the serials that it names: in its text, and in its bundle."""

	doc: object
	typed: list[str]
	bundled: list[str]

	def as_rule(self, serial_nos: Sequence[str]) -> Row:
		row = self.doc
		return Row(
			label=_("Row {0}").format(row.idx),
			item_code=row.item_code,
			serial_nos=serial_nos,
			start=getdate(row.start_date) if row.get("start_date") else None,
			end=getdate(row.end_date) if row.get("end_date") else None,
		)

	@property
	def serial_nos(self) -> list[str]:
		return list({fold(name): name for name in [*self.bundled, *self.typed]}.values())


# --- rows, read and checked (Installation Notes too) ------------------------------------------------


def read(rows: Sequence) -> list[Named]:
	"""The rows with the serials that they name; unreadable texts are refused. Raises SerialNoError.

	Texts that ERPNext would read otherwise are rewritten: one serial per line, in the letter case of the records.
	"""
	existing = register.named_like_ranges(row.serial_no for row in rows if row.serial_no)
	bundled = erpnext_bundle.serial_nos_of_bundles(row.get(BUNDLE_FIELD) for row in rows)
	named, problems = [], []
	for row in rows:
		expansion = expand(row.serial_no, known=existing)
		label = _("Row {0}").format(row.idx)
		problems += [Problem(found.template, found.values, label) for found in expansion.problems]
		named.append(Named(row, expansion.serial_nos, bundled.get(row.get(BUNDLE_FIELD), [])))
	messages.refuse(problems)
	known = register.known([name for one in named for name in one.typed])
	for one in named:
		one.typed = [known[fold(name)].serial_no if fold(name) in known else name for name in one.typed]
		if one.doc.serial_no and (not one.typed or _as_erpnext_reads(one.doc.serial_no) != one.typed):
			one.doc.serial_no = "\n".join(one.typed) or None
	return named


def _as_erpnext_reads(text: str) -> list[str]:
	"""Line ends and commas separate, spaces around a serial do not count."""
	return [name.strip() for name in text.replace(",", "\n").split("\n") if name.strip()]


def check(doc) -> None:
	"""Refuse a Maintenance Schedule for every wrong serial at once; contracts that overlap are told. Raises SerialNoError.

	ERPNext's rules for a contract's units hold for the units of a bundle, which is where it has them.
	"""
	named = read(doc.items)
	known = register.known([name for one in named for name in one.serial_nos])
	problems = rules.check_named([one.as_rule(one.serial_nos) for one in named], known)
	problems += rules.check_repeats([one.as_rule(one.typed or one.bundled) for one in named])
	covers = _covers(named) if doc.docstatus == 1 and not problems else {}
	for one in named:
		problems += rules.check_contract(one.as_rule(one.bundled), covers)
	messages.refuse(problems)
	if covers:
		_tell_overlaps(named, covers)


def _covers(named: Iterable[Named]) -> dict[str, Cover]:
	groups = register.alike([name for one in named for name in one.serial_nos], {}, COVER)
	return {
		name: Cover(
			warranty_expiry_date=group.unit.warranty_expiry_date,
			amc_expiry_date=group.unit.amc_expiry_date,
			delivery_date=group.unit.delivery_date,
			warehouse=group.unit.warehouse,
		)
		for group in groups
		for name in group.serial_nos
	}


def _tell_overlaps(named: Iterable[Named], covers: dict[str, Cover]) -> None:
	told = [name for one in named for name in rules.under_contract(one.as_rule(one.typed), covers)]
	if told:
		frappe.msgprint(
			_("Under a maintenance contract already as this one starts: {0}.").format(
				escape_html(some(dict.fromkeys(told)))
			),
			title=_("Maintenance Schedule"),
			indicator="orange",
		)


# --- contracts begun and taken back -----------------------------------------------------------------


def set_bundles_aside(doc) -> None:
	"""Take the bundles out of the rows in memory: ERPNext would load, check and save each unit of them by itself.

	What it checks has been checked (`check`), and what it writes is written in bulk (`begin`, `take_back`).
	"""
	doc.flags.bundles_aside = {row.name: row.get(BUNDLE_FIELD) for row in doc.items if row.get(BUNDLE_FIELD)}
	for row in doc.items:
		row.set(BUNDLE_FIELD, None)


def put_bundles_back(doc, is_written: bool = False) -> None:
	"""Into the rows again; into the table too where the rows were written without them (`is_written`)."""
	aside = doc.flags.bundles_aside or {}
	for row in doc.items:
		if row.name in aside:
			row.set(BUNDLE_FIELD, aside[row.name])
	if is_written:
		bulk.update(ROWS, [([name], {BUNDLE_FIELD: bundle}) for name, bundle in aside.items()])
	doc.flags.bundles_aside = None


def begin(doc) -> None:
	"""A submitted schedule's units are under contract to the end of their last row."""
	ends: dict[str, date] = {}
	for one in read(doc.items):
		for name in one.serial_nos:
			ends[name] = max(ends.get(name, date.min), getdate(one.doc.end_date))
	_set_expiry(ends, lambda expiry, end, _name: rules.begun(expiry, end))


def take_back(doc) -> None:
	"""A cancelled schedule's units have the contract that they had without it."""
	named = [one for one in read(doc.items) if one.serial_nos]
	ends: dict[str, date] = {}
	for one in named:
		for name in one.serial_nos:
			ends[name] = max(ends.get(name, date.min), getdate(one.doc.end_date))
	others = _standing_ends({one.doc.item_code for one in named}, doc.name, ends)
	_set_expiry(ends, lambda expiry, end, name: rules.taken_back(expiry, end, others.get(fold(name), ())))


def _set_expiry(ends: dict[str, date], decide) -> None:
	today = getdate(nowdate())
	decided = []
	for group in register.alike(list(ends), {name: ends[name] for name in ends}, COVER):
		for name in group.serial_nos:  # what was said alike may be decided apart, by other standing contracts
			expiry = decide(group.unit.amc_expiry_date, ends[name], name)
			status = units.maintenance_status(group.unit.warranty_expiry_date, expiry, today)
			after = replace(group.unit, amc_expiry_date=expiry, maintenance_status=status)
			decided.append((register.Alike(group.unit, [name]), after))
	register.save(decided)


def _standing_ends(
	item_codes: Iterable[str], apart_from: str, wanted: Iterable[str]
) -> dict[str, list[date]]:
	"""{fold(serial): ends} of the submitted schedules of these Items, in two queries."""
	codes, keys = list(item_codes), {fold(name) for name in wanted}
	if not codes:
		return {}
	filters = {"item_code": ("in", codes), "docstatus": 1, "parent": ("!=", apart_from)}
	rows = frappe.get_all(ROWS, filters=filters, fields=["serial_no", BUNDLE_FIELD, "end_date"])
	bundled = erpnext_bundle.serial_nos_of_bundles(row[BUNDLE_FIELD] for row in rows)
	ends: dict[str, list[date]] = {}
	for row in rows:
		typed = _as_erpnext_reads(row.serial_no or "")
		for name in [*typed, *bundled.get(row[BUNDLE_FIELD], ())]:
			key = fold(name)
			if key in keys:
				ends.setdefault(key, []).append(getdate(row.end_date))
	return ends


# --- schedules made ---------------------------------------------------------------------------------


def make_for_serial_nos(serial_nos: Sequence[str]):
	"""An unsaved Maintenance Schedule of these units, of those that the user may read. Raises SerialNoError."""
	names = list({fold(name): name for name in serial_nos}.values())
	if not names:
		frappe.throw(_("Choose Serial Nos first."))
	found = frappe.get_list(SERIAL_NO, filters={"name": ("in", names)}, pluck="name")
	known = {fold(name) for name in found}
	missing = [name for name in names if fold(name) not in known]
	if missing:
		template = rules._("These Serial Nos do not exist, or you may not read them: {0}.")
		messages.refuse([Problem(template, (some(missing),))])
	return _made(_units({"name": ("in", found)}), getdate(nowdate()))


def make_for_document(doctype: str, name: str):
	"""An unsaved Maintenance Schedule of the units that a submitted document has brought in or delivered."""
	if doctype not in SOURCES:
		frappe.throw(_("No Maintenance Schedule is made of a {0}.").format(_(doctype)))
	doc = frappe.get_doc(doctype, name)
	doc.check_permission()
	if doc.docstatus != 1:
		frappe.throw(_("{0} {1} is not submitted.").format(_(doctype), name))
	found = _units(dict(zip(SOURCES[doctype], (doctype, name), strict=True)))
	if not found:
		frappe.throw(_("{0} {1} has no units that are still where it left them.").format(_(doctype), name))
	schedule = _made(found, getdate(doc.posting_date))
	if doctype in (DELIVERY_NOTE, SALES_INVOICE):
		schedule.update({"delivery_document_type": doctype, "delivery_document_no": name})
	return schedule


def _units(filters: dict) -> list:
	fields = ("name", "item_code", "company", "customer", "serial_purpose", "amc_expiry_date")
	return frappe.get_all(SERIAL_NO, filters=filters, fields=list(fields))


def _made(found: Sequence, day: date):
	customers: dict[str, list[str]] = {}
	for unit in found:
		if unit.customer:
			customers.setdefault(unit.customer, []).append(unit.name)
	messages.refuse(rules.check_one_party(customers, {unit.company for unit in found}))
	templates = _templates({unit.serial_purpose for unit in found if unit.serial_purpose})
	schedule = frappe.new_doc(MAINTENANCE_SCHEDULE)
	schedule.update({"company": found[0].company, "transaction_date": day, "status": "Draft"})
	if customers:
		schedule.customer = next(iter(customers))
		schedule.update(_customer(schedule.customer))
	rows: dict[tuple, list[str]] = {}
	for unit in found:
		start = rules.start_of(day, unit.amc_expiry_date)
		template = templates.get(unit.serial_purpose) or Template()
		rows.setdefault((unit.item_code, start, template), []).append(unit.name)
	details = _items({item_code for item_code, _start, _template in rows})
	for (item_code, start, template), names in sorted(rows.items(), key=lambda pair: pair[0][:2]):
		schedule.append(
			"items",
			{
				"item_code": item_code,
				**details.get(item_code, {}),
				"start_date": start,
				"end_date": rules.end_of(start, template),
				"periodicity": template.periodicity,
				"no_of_visits": template.no_of_visits,
				"sales_person": template.sales_person,
				"serial_no": "\n".join(sorted(names, key=natural_key)),
			},
		)
	return schedule


def _customer(name: str) -> dict:
	fields = ["customer_name", "customer_group", "territory"]
	return frappe.db.get_value("Customer", name, fields, as_dict=True) or {}


def _items(item_codes: Iterable[str]) -> dict[str, dict]:
	filters = {"name": ("in", list(item_codes))}
	rows = frappe.get_all("Item", filters=filters, fields=["name", "item_name", "description"])
	return {row.name: {"item_name": row.item_name, "description": row.description} for row in rows}


def _templates(purposes: Iterable[str], **filters) -> dict[str, Template]:
	names = list(purposes)
	if not names:
		return {}
	rows = frappe.get_all(
		SERIAL_PURPOSE,
		filters={"name": ("in", names), "is_maintained": 1, **filters},
		fields=["name", "periodicity", "no_of_visits", "sales_person"],
	)
	return {
		row.name: Template(
			row.periodicity or Template.periodicity, cint(row.no_of_visits) or 1, row.sales_person or None
		)
		for row in rows
	}


# --- a schedule made on delivery --------------------------------------------------------------------


def make_on_delivery(doc) -> None:
	"""A draft Maintenance Schedule of the units just delivered whose purpose asks for one; one for a document.

	It is made with the site's rights, as the delivery's consequence. What keeps it from being made is told and logged,
	and does not stop the delivery.
	"""
	if doc.get("is_return"):
		return
	purposes = frappe.get_all(
		SERIAL_PURPOSE, filters={"schedule_on_delivery": 1, "is_maintained": 1}, pluck="name"
	)
	if not purposes:
		return
	filters = dict(zip(SOURCES[doc.doctype], (doc.doctype, doc.name), strict=True))
	found = _units({**filters, "serial_purpose": ("in", purposes)})
	if not found:
		return
	with _told_instead_of_thrown(doc):
		schedule = _made(found, getdate(doc.posting_date))
		schedule.update({"delivery_document_type": doc.doctype, "delivery_document_no": doc.name})
		schedule.insert(ignore_permissions=True)
		frappe.msgprint(
			_("A draft Maintenance Schedule of {0} units was made: {1}.").format(
				len(found), get_link_to_form(MAINTENANCE_SCHEDULE, schedule.name)
			),
			title=_("Maintenance Schedule"),
			indicator="green",
		)


@contextmanager
def _told_instead_of_thrown(doc):
	"""The block's failure is undone, logged and told. Lost locks end the transaction, and are not kept back."""
	told = len(frappe.local.message_log)
	frappe.db.savepoint("maintenance_schedule")
	try:
		yield
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception as error:
		frappe.db.rollback(save_point="maintenance_schedule")
		del frappe.local.message_log[told:]
		frappe.log_error(
			title="Maintenance Schedule on delivery", reference_doctype=doc.doctype, reference_name=doc.name
		)
		frappe.msgprint(
			_("No Maintenance Schedule was made of the delivered units: {0}").format(
				str(error) or _("see Error Log")
			),
			title=_("Maintenance Schedule"),
			indicator="orange",
		)


def forget_delivery(doc) -> None:
	"""The delivery is cancelled: its schedule goes while it is a draft; a submitted one is told."""
	filters = dict(zip(SOURCES[doc.doctype], (doc.doctype, doc.name), strict=True))
	for schedule in frappe.get_all(
		MAINTENANCE_SCHEDULE, filters={**filters, "docstatus": ("<", 2)}, fields=["name", "docstatus"]
	):
		if schedule.docstatus == 0:
			frappe.delete_doc(MAINTENANCE_SCHEDULE, schedule.name, ignore_permissions=True)
		else:
			frappe.msgprint(
				_("Maintenance Schedule {0} was made of this delivery, and still stands.").format(
					get_link_to_form(MAINTENANCE_SCHEDULE, schedule.name)
				),
				indicator="orange",
			)
