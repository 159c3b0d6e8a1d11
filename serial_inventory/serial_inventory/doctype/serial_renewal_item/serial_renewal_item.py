from frappe.model.document import Document

from serial_inventory.services.rows import WrittenTogether


class SerialRenewalItem(WrittenTogether, Document):
	pass
