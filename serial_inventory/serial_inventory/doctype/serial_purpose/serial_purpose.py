from frappe.model.document import Document


class SerialPurpose(Document):
	pass
