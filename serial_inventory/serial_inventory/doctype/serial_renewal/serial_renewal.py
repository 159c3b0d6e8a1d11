from frappe.model.document import Document


class SerialRenewal(Document):
	pass
