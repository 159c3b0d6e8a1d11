from frappe.model.document import Document


class SerialPlanPurpose(Document):
	pass
