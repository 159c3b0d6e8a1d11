from frappe.model.document import Document


class SerialTerm(Document):
	pass
