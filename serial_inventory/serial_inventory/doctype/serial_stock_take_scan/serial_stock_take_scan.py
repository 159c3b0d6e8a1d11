from frappe.model.document import Document


class SerialStockTakeScan(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		serial_no: DF.Data
		stock_take: DF.Link
		warehouse: DF.Link | None
	# end: auto-generated types
