import frappe
from frappe import _
from frappe.model.document import Document


class SerialTerm(Document):
	"""A row of the ledger of terms. Vouchers write it in bulk (services/terms.py), and nobody by hand."""

	def validate(self):
		frappe.throw(_("A Serial Term is written by its voucher. Submit a Serial Renewal, or cancel one."))

	def on_trash(self):
		frappe.throw(_("A Serial Term goes with its voucher. Cancel {0} instead.").format(self.voucher_no))
