"""Serial Nos that are fixed assets: the Asset names its unit, and the unit says what its Asset is and where.

Frappe's `on_change` sees every status that ERPNext gives an Asset but one (Asset Repair writes "Out of Order" straight
into the table), and an Asset Movement writes location and custodian so; those documents are followed themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import frappe
from frappe.utils import cint, flt, getdate, nowdate

from serial_inventory.constants import ASSET, SERIAL_NO, SERIAL_PURPOSE
from serial_inventory.rules import assets as rules
from serial_inventory.rules.assets import AssetFacts
from serial_inventory.services import bulk, messages

COLUMNS = tuple(rules.CLEARED)


def check(doc) -> None:
	"""Refuse an Asset whose unit is another's, of another company, or one of many. Raises SerialNoError."""
	serial_no = doc.get("serial_no")
	if not serial_no:
		return
	company = frappe.db.get_value(SERIAL_NO, serial_no, "company", for_update=True)  # one claims it at a time
	problems = rules.check_link(serial_no, doc.company, company, cint(doc.asset_quantity))
	messages.refuse(
		problems + rules.check_one(serial_no, _of_units([serial_no], apart_from=doc.name).get(serial_no, ()))
	)


def follow_change(doc) -> None:
	"""The Asset was saved, or its status was set: its unit says so, and a unit that it no longer is says nothing of it.

	An Asset that is restored while its unit is another's is refused. Raises SerialNoError.
	"""
	is_deleted = bool(doc.flags.in_delete)
	serial_no = doc.get("serial_no")
	if serial_no and not is_deleted and doc.docstatus < 2 and doc.status not in rules.GONE:
		others = _of_units([serial_no], apart_from=doc.name).get(serial_no, ())
		messages.refuse(rules.check_one(serial_no, others))
	follow([doc.name], deleted=[doc.name] if is_deleted else ())


def follow(assets: Iterable[str], deleted: Collection[str] = ()) -> None:
	"""The units of these Assets, those that were and those that are, say what their Assets say: four statements."""
	names = [name for name in assets if name]
	if not names:
		return
	own = frappe.get_all(
		ASSET, filters={"name": ("in", names), "serial_no": ("is", "set")}, pluck="serial_no"
	)
	were = frappe.get_all(SERIAL_NO, filters={"asset": ("in", names)}, pluck="name")
	serial_nos = list({*own, *were})
	if not serial_nos:
		return
	found = _of_units(serial_nos, apart_from=deleted)
	changes = []
	for row in frappe.get_all(SERIAL_NO, filters={"name": ("in", serial_nos)}, fields=["name", *COLUMNS]):
		says = {column: row[column] or None for column in COLUMNS}
		now = rules.facts(found.get(row.name, ()))
		changes.append(
			([row.name], {column: now[column] for column in COLUMNS if now[column] != says[column]})
		)
	bulk.update(SERIAL_NO, changes)


def _of_units(
	serial_nos: Iterable[str], apart_from: str | Collection[str] | None = None
) -> dict[str, list[AssetFacts]]:
	"""{serial: its Assets that are not cancelled, oldest first}."""
	filters = {"serial_no": ("in", list(serial_nos)), "docstatus": ("<", 2)}
	if apart_from:
		apart_from = [apart_from] if isinstance(apart_from, str) else list(apart_from)
		filters["name"] = ("not in", apart_from)
	fields = ["name", "serial_no", "status", "location", "custodian", "department"]
	found: dict[str, list[AssetFacts]] = {}
	for row in frappe.get_all(ASSET, filters=filters, fields=fields, order_by="creation"):
		facts = AssetFacts(row.name, row.status, row.location, row.custodian, row.department)
		found.setdefault(row.serial_no, []).append(facts)
	return found


def make(serial_no: str):
	"""An unsaved Asset of this unit, of the fixed asset Item that its purpose names. Raises SerialNoError."""
	unit = frappe.get_doc(SERIAL_NO, serial_no)
	unit.check_permission()
	messages.refuse(rules.check_one(unit.name, _of_units([unit.name]).get(unit.name, ())))
	asset = frappe.new_doc(ASSET)
	asset.update(
		{
			"serial_no": unit.name,
			"company": unit.company,
			"asset_name": unit.item_name or unit.name,
			"asset_quantity": 1,
			"purchase_date": getdate(unit.get("purchase_date") or nowdate()),
			"available_for_use_date": getdate(nowdate()),
			**_existing(asset.meta, flt(unit.purchase_rate)),
			**_item_of(unit),
		}
	)
	return asset


def _existing(meta, amount: float) -> dict:
	"""Bought as stock, the unit has no purchase document as an Asset. ERPNext 16 renamed the fields."""
	kind = {"asset_type": "Existing Asset"} if meta.has_field("asset_type") else {"is_existing_asset": 1}
	amounts = ("net_purchase_amount", "gross_purchase_amount")
	return {**kind, **{field: amount for field in amounts if meta.has_field(field)}}


def _item_of(unit) -> dict:
	purpose = unit.get("serial_purpose")
	item_code = frappe.get_cached_value(SERIAL_PURPOSE, purpose, "asset_item") if purpose else None
	if not item_code:
		return {}
	item = frappe.get_cached_value("Item", item_code, ["item_name", "asset_category"], as_dict=True)
	return {"item_code": item_code, "item_name": item.item_name, "asset_category": item.asset_category}
