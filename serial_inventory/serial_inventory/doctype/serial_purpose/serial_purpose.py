"""What a unit is used as. Its attributes are Custom Fields of Serial No (services/purposes.py)."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from serial_inventory.constants import SERIAL_PURPOSE
from serial_inventory.services import plans, purposes


class SerialPurpose(Document):
	def validate(self):
		purposes.check(self)
		plans.check_default(self)

	def before_save(self):
		purposes.make_columns_of(self)

	def on_update(self):
		purposes.share_labels(self)
		purposes.apply()

	def before_rename(self, old, new, merge=False):
		if merge:
			purposes.check_merge(old, new)

	def after_rename(self, old, new, merge=False):
		purposes.apply()

	def after_delete(self):
		purposes.apply()


@frappe.whitelist()
def get_fieldnames(attributes: str | list) -> list[str]:
	"""The field names of a purpose's attributes, {label, fieldname} each, for the form to show as labels are typed."""
	frappe.has_permission(SERIAL_PURPOSE, "read", throw=True)
	return purposes.fieldnames(frappe.parse_json(attributes))
