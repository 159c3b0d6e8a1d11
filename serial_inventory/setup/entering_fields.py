"""The button Enter Serial Nos of rows and forms: Custom Fields. Read by custom_fields.py; what it does is in public/js/entering."""

from __future__ import annotations

FIELD = "enter_serial_nos"

_OPEN = "doc.docstatus === 0 && doc.item_code"
_NO_BUNDLE = f"{_OPEN} && !doc.serial_and_batch_bundle && !doc.rejected_serial_and_batch_bundle"

ROWS = {
	"Purchase Receipt Item": ("use_serial_batch_fields", f"eval:{_NO_BUNDLE}"),
	"Purchase Invoice Item": ("use_serial_batch_fields", f"eval:parent.update_stock && {_NO_BUNDLE}"),
	"Delivery Note Item": ("use_serial_batch_fields", f"eval:{_NO_BUNDLE}"),
	"Sales Invoice Item": ("use_serial_batch_fields", f"eval:parent.update_stock && {_NO_BUNDLE}"),
	"POS Invoice Item": ("use_serial_batch_fields", f"eval:{_NO_BUNDLE}"),
	"Packed Item": ("use_serial_batch_fields", f"eval:{_NO_BUNDLE}"),
	"Stock Entry Detail": ("use_serial_batch_fields", f"eval:{_NO_BUNDLE}"),
	"Stock Reconciliation Item": ("use_serial_batch_fields", f"eval:{_NO_BUNDLE}"),
	"Pick List Item": ("use_serial_batch_fields", f"eval:{_NO_BUNDLE}"),
	"Subcontracting Receipt Item": ("use_serial_batch_fields", f"eval:{_NO_BUNDLE}"),
	"Subcontracting Receipt Supplied Item": (
		"use_serial_batch_fields",
		"eval:doc.docstatus === 0 && doc.rm_item_code && !doc.serial_and_batch_bundle",
	),
	"Asset Capitalization Stock Item": ("use_serial_batch_fields", f"eval:{_NO_BUNDLE}"),
	"Installation Note Item": ("serial_no", f"eval:{_OPEN}"),
	"Maintenance Schedule Item": ("serial_no", f"eval:{_OPEN}"),
}
"""Where the button stands, and when it is shown, by the rows' DocType. A bundle that a person made is edited as such."""


def _(text: str) -> str:
	"""Mark a label for translation; the Desk translates labels itself."""
	return text


def entering_fields() -> dict[str, list[dict]]:
	"""By DocType, without the module, which custom_fields.py sets on all."""
	fields = {doctype: [_button(FIELD, after, shown)] for doctype, (after, shown) in ROWS.items()}
	renewing = _button("enter_renew_serial_nos", "renew_serial_nos", f"eval:{_OPEN} && !parent.is_return")
	fields["Sales Invoice Item"].append(renewing | {"label": _("Enter Serial Nos to Renew")})
	return fields


def _button(fieldname: str, insert_after: str, depends_on: str) -> dict:
	return {
		"fieldname": fieldname,
		"label": _("Enter Serial Nos"),
		"fieldtype": "Button",
		"insert_after": insert_after,
		"depends_on": depends_on,
		"print_hide": 1,
	}
