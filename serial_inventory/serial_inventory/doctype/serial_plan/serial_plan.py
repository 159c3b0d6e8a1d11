from frappe.model.document import Document

from serial_inventory.services import plans


class SerialPlan(Document):
	def validate(self):
		plans.check(self)

	def on_trash(self):
		plans.check_trash(self)
