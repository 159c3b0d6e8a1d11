from frappe.model.document import Document


class SerialPurposeAttribute(Document):
	pass
