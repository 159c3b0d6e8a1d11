"""Who may do what with plans, terms and renewals; each role against each action."""

import frappe

from serial_inventory.tests import makers
from serial_inventory.tests.test_terms import TermCase

MATRIX = {
	# role: (plans: read, write; terms: read, write; renewals: read, create, submit, cancel)
	"System Manager": (1, 1, 1, 0, 1, 1, 1, 1),
	"Stock Manager": (1, 1, 1, 0, 1, 1, 1, 1),
	"Stock User": (1, 0, 1, 0, 1, 0, 0, 0),
	"Sales Manager": (1, 1, 1, 0, 1, 1, 1, 1),
	"Sales User": (1, 0, 1, 0, 1, 1, 1, 0),
	"Accounts Manager": (1, 0, 1, 0, 1, 0, 0, 0),
	"Accounts User": (1, 0, 1, 0, 1, 0, 0, 0),
	"Item Manager": (1, 0, 0, 0, 0, 0, 0, 0),
	"Purchase User": (0, 0, 0, 0, 0, 0, 0, 0),
	"Employee": (0, 0, 0, 0, 0, 0, 0, 0),
}
ASKED = (
	("Serial Plan", "read"),
	("Serial Plan", "write"),
	("Serial Term", "read"),
	("Serial Term", "write"),
	("Serial Renewal", "read"),
	("Serial Renewal", "create"),
	("Serial Renewal", "submit"),
	("Serial Renewal", "cancel"),
)


class TestRightsToTerms(TermCase):
	def act_as(self, *roles: str):
		frappe.set_user("Administrator")
		email = f"{frappe.scrub(roles[0])}@northwind.example"
		if not frappe.db.exists("User", email):
			user = {"doctype": "User", "email": email, "first_name": roles[0], "send_welcome_email": 0}
			frappe.get_doc(user).insert()
		user = frappe.get_doc("User", email)
		user.roles = []
		user.extend("roles", [{"role": role} for role in roles])
		user.save()
		frappe.set_user(email)

	def test_each_role_has_these_rights_and_no_others(self):
		for role, rights in MATRIX.items():
			with self.subTest(role):
				self.act_as(role)
				found = tuple(int(bool(frappe.has_permission(doctype, right))) for doctype, right in ASKED)
				self.assertEqual(found, rights)

	def test_a_seller_renews_and_does_not_cancel(self):
		self.sell("ACC-1", on=-3)
		self.act_as("Sales User")
		doc = self.renewal("Renew", "ACC-1")
		self.assertRaises(frappe.PermissionError, doc.cancel)
		self.assertEqual(self.standing("ACC-1"), ["Start", "Renew"])

	def test_who_may_invoice_renews_by_invoice(self):
		self.sell("ACC-1", on=-3)
		draft = self.invoice("ACC-1", submit=False)
		self.act_as("Accounts User")
		frappe.get_doc("Sales Invoice", draft.name).submit()
		self.assertEqual(self.standing("ACC-1"), ["Start", "Convert"])

	def test_who_may_deliver_starts_terms(self):
		row = makers.selling_row("ERP-ACCOUNT", 1, "ACC-1")
		draft = makers.delivery_note(row, submit=False)
		self.act_as("Stock User")
		frappe.get_doc("Delivery Note", draft.name).submit()
		self.assertEqual(self.standing("ACC-1"), ["Start"])
