from frappe.model.document import Document
from frappe.utils import cint

from serial_inventory.constants import SERIAL_BOOKING, SERIAL_NO
from serial_inventory.services import labels, reminders


class SerializedInventorySettings(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		check_drafts: DF.Check
		label_columns: DF.Int
		label_height: DF.Float
		label_link: DF.Literal["Desk Form", "Public Check Page", "Serial No Alone"]
		label_margin_left: DF.Float
		label_margin_top: DF.Float
		label_medium: DF.Literal["A4 Sheet", "Roll"]
		label_rows: DF.Int
		label_symbol: DF.Literal["QR Code", "Code 128", "GS1 DataMatrix"]
		label_text: DF.SmallText | None
		label_width: DF.Float
		message_on_creation: DF.Check
		text_limit: DF.Int
		warranty_from_purchase: DF.Check
	# end: auto-generated types

	def validate(self):
		labels.check_settings(self)

	def on_update(self):
		for field, doctype in (("send_reminders", SERIAL_NO), ("send_booking_reminders", SERIAL_BOOKING)):
			if self.has_value_changed(field):
				reminders.switch(doctype, bool(cint(self.get(field))))
