from frappe.model.document import Document

from serial_inventory.services import stock_take


class SerialStockTake(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		company: DF.Link | None
		counted_on: DF.Datetime | None
		expected_units: DF.Int
		found_units: DF.Int
		issue_entry: DF.Data | None
		item_code: DF.Link | None
		item_group: DF.Link | None
		missing_units: DF.Int
		naming_series: DF.Literal["SER-CNT-.YYYY.-"]
		remarks: DF.SmallText | None
		started_on: DF.Datetime | None
		status: DF.Literal["Counting", "Counted"]
		stock_reconciliation: DF.Data | None
		stray_units: DF.Int
		transfer_entry: DF.Data | None
		warehouse: DF.Link
	# end: auto-generated types

	def validate(self):
		stock_take.check(self)

	def on_trash(self):
		stock_take.forget(self)
