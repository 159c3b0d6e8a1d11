from frappe.model.document import Document


class SerialRenewalItem(Document):
	pass
