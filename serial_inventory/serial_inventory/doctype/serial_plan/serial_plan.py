from frappe.model.document import Document


class SerialPlan(Document):
	pass
