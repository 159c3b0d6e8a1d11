from frappe.model.document import Document

from serial_inventory.services import renewals, terms
from serial_inventory.services.rows import write_together


class SerialRenewal(Document):
	def validate(self):
		renewals.prepare(self)

	def on_submit(self):
		renewals.submit(self)

	def before_cancel(self):
		terms.check_cancel(self)

	def on_cancel(self):
		# A Serial Term names its voucher and goes with it: no reason to keep either.
		self.ignore_linked_doctypes = ("Serial Term",)
		terms.cancel(self)

	def on_trash(self):
		terms.forget(self)

	def _validate_links(self):
		"""`validate` reads every Serial No of the table at once; Frappe would look each up by itself."""
		rows, self.__dict__["items"] = self.items, []
		try:
			super()._validate_links()
		finally:
			self.__dict__["items"] = rows

	def db_insert(self, *args, **kwargs):
		super().db_insert(*args, **kwargs)
		write_together(self.items)

	def update_child_table(self, fieldname, df=None):
		if fieldname == "items":
			write_together(self.items)
		super().update_child_table(fieldname, df)
