"""Custom Fields of documents that look after units: schedules, issues, assets. Read by custom_fields.py."""

from __future__ import annotations

from serial_inventory.constants import ASSET, ISSUE, ITEM, MAINTENANCE_SCHEDULE, SERIAL_NO


def _(text: str) -> str:
	"""Mark a label for translation; the Desk translates labels itself."""
	return text


def service_fields() -> dict[str, list[dict]]:
	"""By DocType, without the module, which custom_fields.py sets on all."""
	return {
		SERIAL_NO: [_link("department", _("Department"), "Department", "employee", read_only=1, no_copy=1)],
		ISSUE: [
			_link(
				"item_code",
				_("Item"),
				ITEM,
				"customer",
				fetch_from="serial_no.item_code",
				fetch_if_empty=1,
			),
			_link("serial_no", _("Serial No"), SERIAL_NO, "item_code", search_index=1, in_standard_filter=1),
		],
		MAINTENANCE_SCHEDULE: _delivery_fields(),
		ASSET: [
			_link(
				"serial_no",
				_("Serial No"),
				SERIAL_NO,
				"item_name",
				no_copy=1,
				allow_on_submit=1,
				search_index=1,
				description=_("The unit that this Asset is. A unit is one Asset at a time."),
			)
		],
	}


def _delivery_fields() -> list[dict]:
	"""The delivery that a schedule was made on; the number is Data, so that it does not hold up a cancel."""
	shared = {"read_only": 1, "no_copy": 1, "depends_on": "eval:doc.delivery_document_no"}
	return [
		_link(
			"delivery_document_type",
			_("Delivery Document Type"),
			"DocType",
			"transaction_date",
			ignore_user_permissions=1,
			**shared,
		),
		{
			"fieldname": "delivery_document_no",
			"label": _("Delivery Document No"),
			"fieldtype": "Data",
			"insert_after": "delivery_document_type",
			"search_index": 1,
			**shared,
		},
	]


def _link(fieldname: str, label: str, options: str, insert_after: str, **more) -> dict:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": "Link",
		"options": options,
		"insert_after": insert_after,
		**more,
	}
