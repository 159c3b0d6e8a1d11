from frappe.model.document import Document
from frappe.utils import cint

from serial_inventory.constants import SERIAL_BOOKING, SERIAL_NO
from serial_inventory.services import reminders


class SerializedInventorySettings(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		check_drafts: DF.Check
		message_on_creation: DF.Check
		text_limit: DF.Int
		warranty_from_purchase: DF.Check
	# end: auto-generated types

	def on_update(self):
		for field, doctype in (("send_reminders", SERIAL_NO), ("send_booking_reminders", SERIAL_BOOKING)):
			if self.has_value_changed(field):
				reminders.switch(doctype, bool(cint(self.get(field))))
