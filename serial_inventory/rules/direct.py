"""What a person may enter on a Serial No directly, and why not the rest."""

from __future__ import annotations

from serial_inventory.constants import Status
from serial_inventory.rules.problems import Problem, _
from serial_inventory.rules.serial_text import bad_characters, too_long
from serial_inventory.rules.units import Unit

DOCUMENTS_OWN = {
	"customer": _("Customer"),
	"customer_name": _("Customer Name"),
	"supplier": _("Supplier"),
	"supplier_name": _("Supplier Name"),
	"purchase_document_type": _("Purchase Document Type"),
	"purchase_document_no": _("Purchase Document No"),
	"purchase_date": _("Purchase Date"),
	"delivery_document_type": _("Delivery Document Type"),
	"delivery_document_no": _("Delivery Document No"),
	"delivery_date": _("Delivery Date"),
	"sales_invoice": _("Sales Invoice"),
}
"""What only stock documents say of a unit."""


def problems(unit: Unit, before: Unit | None, is_serialized: bool) -> list[Problem]:
	"""Everything that is wrong with a Serial No entered or changed directly. `before` is None for a new one."""
	if before is None:
		return _of_new(unit, is_serialized)
	found = _moved(unit, before)
	if (unit.status or "") != (before.status or ""):
		found.append(
			Problem(
				_(
					"The Status of Serial No {0} follows its stock documents; it stays {1}. Submit a document instead."
				),
				(unit.serial_no, before.status or _("empty")),
			)
		)
	changed = [
		label
		for name, label in DOCUMENTS_OWN.items()
		if (getattr(unit, name) or None) != (getattr(before, name) or None)
	]
	return found + _documents_own(unit, changed)


def of_name(serial_no: str) -> list[Problem]:
	"""What is wrong with a new Serial No's name alone."""
	return [problem for problem in (bad_characters(serial_no), too_long(serial_no)) if problem]


def _of_new(unit: Unit, is_serialized: bool) -> list[Problem]:
	found = of_name(unit.serial_no)
	if not is_serialized:
		found.append(
			Problem(
				_(
					"Item {0} is not serialized, so Serial No {1} cannot belong to it. Check Has Serial No in the Item first."
				),
				(unit.item_code, unit.serial_no),
			)
		)
	if unit.warehouse:
		found.append(
			Problem(
				_(
					"Serial No {0} cannot be created in warehouse {1}. Leave the warehouse empty, and bring the unit in "
					"by a Purchase Receipt, a Stock Entry or a Stock Reconciliation."
				),
				(unit.serial_no, unit.warehouse),
			)
		)
	if unit.status and unit.status != Status.INACTIVE.value:
		found.append(
			Problem(
				_("Serial No {0} cannot be created with Status {1}. Leave it empty: stock documents set it."),
				(unit.serial_no, unit.status),
			)
		)
	given = [label for name, label in DOCUMENTS_OWN.items() if getattr(unit, name)]
	return found + _documents_own(unit, given)


def _moved(unit: Unit, before: Unit) -> list[Problem]:
	"""What ERPNext refuses too (Serial No.validate_warehouse), said with the way to do it."""
	found = []
	if unit.item_code != before.item_code:
		found.append(
			Problem(
				_(
					"Serial No {0} is of Item {1}, which cannot be changed to {2}. A Stock Entry of the purpose Repack "
					"makes a unit of one Item from a unit of another."
				),
				(unit.serial_no, before.item_code, unit.item_code),
			)
		)
	if (unit.warehouse or None) != (before.warehouse or None):
		found.append(
			Problem(
				_(
					"The Warehouse of Serial No {0} cannot be entered; it stays {1}. Move the unit by a Stock Entry of the "
					"purpose Material Transfer."
				),
				(unit.serial_no, before.warehouse or _("empty")),
			)
		)
	return found


def _documents_own(unit: Unit, labels: list[str]) -> list[Problem]:
	if not labels:
		return []
	return [
		Problem(
			_(
				"{1} of Serial No {0} cannot be entered: stock documents set it as they are submitted. Leave it as it was."
			),
			(unit.serial_no, ", ".join(labels)),
		)
	]
