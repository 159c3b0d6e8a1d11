"""Rights: who may submit a document may submit it with serials; nobody reads or writes more than ERPNext allows."""

import frappe
from erpnext.controllers.sales_and_purchase_return import make_return_doc

from serial_inventory.tests import chains, makers
from serial_inventory.tests.base import SerialCase
from serial_inventory.tests.equality import without_the_app

ROLES = (
	"Stock User",
	"Stock Manager",
	"Purchase User",
	"Purchase Manager",
	"Sales User",
	"Sales Manager",
	"Accounts User",
	"Accounts Manager",
	"Item Manager",
	"Employee",
)


class TestRights(SerialCase):
	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 20))

	def actions(self):
		"""{DocType: a draft of it with serials, made by the Administrator}."""
		return {
			"Purchase Receipt": makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2), submit=False),
			"Purchase Invoice": makers.purchase_invoice(makers.buying_row("ROUTER-X1", 2), submit=False),
			"Delivery Note": makers.delivery_note(
				makers.selling_row("ROUTER-X1", 1, "RT-00001"), submit=False
			),
			"Sales Invoice": makers.sales_invoice(
				makers.selling_row("ROUTER-X1", 1, "RT-00002"), submit=False
			),
			"Stock Entry": makers.stock_entry(
				"Material Transfer",
				makers.stock_row("ROUTER-X1", 1, makers.STORES, makers.SHOP, "RT-00003"),
				submit=False,
			),
		}

	def test_who_may_submit_and_cancel_can(self):
		"""For every role and document the outcome is what ERPNext's permissions say."""
		drafts = self.actions()
		for role in ROLES:
			for doctype, draft in drafts.items():
				with self.subTest(role=role, doctype=doctype):
					frappe.db.savepoint("role")
					makers.act_as(role)
					may = all(frappe.has_permission(doctype, right, draft) for right in ("write", "submit"))
					doc = frappe.get_doc(doctype, draft.name)
					if may:
						doc.submit()
						self.assertEqual(doc.docstatus, 1)
						if frappe.has_permission(doctype, "cancel", doc):
							doc.reload()
							doc.cancel()
					else:
						self.assertRaises(frappe.PermissionError, doc.submit)
					frappe.set_user("Administrator")
					frappe.db.rollback(save_point="role")

	def other_actions(self):
		"""Drafts of documents whose bundles ERPNext makes itself."""
		chains.open_shop()
		makers.item("GATEWAY-G1", "GW-.####", is_sub_contracted_item=1)
		order = chains.subcontracting_order("GATEWAY-G1", "ROUTER-X1", 1)
		chains.send_to_subcontractor(order, "RT-00004")
		count = {"item_code": "ROUTER-X1", "warehouse": makers.STORES, "qty": 1, "valuation_rate": 100}
		back = makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00005"))
		back = make_return_doc(back.doctype, back.name)
		return [
			chains.pick_list("ROUTER-X1", "RT-00009\nRT-00010", submit=False),
			chains.landed_cost_voucher(
				makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2)), submit=False
			),
			chains.pos_invoice("ROUTER-X1", "RT-00006", submit=False),
			chains.subcontracting_receipt(
				order, submit=False, row={"serial_no": "G-1", "use_serial_batch_fields": 1}
			),
			chains.asset_capitalization(chains.composite_asset(), "ROUTER-X1", "RT-00007", submit=False),
			makers.stock_reconciliation(
				{**count, "serial_no": "RT-00008", "use_serial_batch_fields": 1}, submit=False
			),
			back.insert(),
		]

	def test_where_erpnext_makes_the_bundle_the_app_gives_and_takes_no_right(self):
		"""Who may not submit is refused; who may comes at least as far as by ERPNext alone, and no further than his rights.

		ERPNext itself stops some of these half-way, who have no right to bundles.
		"""
		for draft in self.other_actions():
			for role in ROLES:
				with self.subTest(role=role, doctype=draft.doctype):
					by_rights = self.by_rights(role, draft)
					reached = self.outcome(role, draft)
					if reached != by_rights:
						with without_the_app():
							self.assertEqual(reached, self.outcome(role, draft))

	def by_rights(self, role, draft):
		"""How far the role comes by the permissions of the document alone, as `outcome` says it."""
		makers.act_as(role)
		may = {
			right: frappe.has_permission(draft.doctype, right, draft)
			for right in ("write", "submit", "cancel")
		}
		frappe.set_user("Administrator")
		if not (may["write"] and may["submit"]):
			return ["not permitted"]
		return [1, 2] if may["cancel"] else [1, "not permitted"]

	def outcome(self, role, draft):
		"""How far the role comes: the docstatus after submit and after cancel, or the error's kind."""
		frappe.db.savepoint("role")
		makers.act_as(role)
		reached = []
		try:
			doc = frappe.get_doc(draft.doctype, draft.name)
			doc.submit()
			reached.append(int(doc.docstatus))
			doc = frappe.get_doc(draft.doctype, draft.name)
			doc.cancel()
			reached.append(int(doc.docstatus))
		except frappe.PermissionError:
			reached.append("not permitted")
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="role")
		frappe.clear_document_cache(draft.doctype, draft.name)
		return reached

	def test_an_accounts_user_sells_from_stock_and_an_accounts_manager_cancels(self):
		draft = self.actions()["Sales Invoice"]
		makers.act_as("Accounts User")
		invoice = frappe.get_doc("Sales Invoice", draft.name)
		invoice.submit()
		self.assert_delivered("RT-00002", True)
		makers.act_as("Accounts Manager")
		invoice = frappe.get_doc("Sales Invoice", draft.name)
		invoice.cancel()
		self.assert_delivered("RT-00002", False)

	def assert_delivered(self, serial_no, is_delivered):
		status = frappe.db.get_value("Serial No", serial_no, "status")
		self.assertEqual(status == "Delivered", is_delivered)

	def test_rights_to_serial_nos_and_settings_are_erpnexts(self):
		expected = {
			"Stock User": (True, False, False),
			"Stock Manager": (True, True, True),
			"Item Manager": (True, True, False),
			"Purchase User": (False, False, False),
			"Sales User": (False, False, False),
			"Accounts User": (False, False, False),
			"Employee": (False, False, False),
		}
		for role, rights in expected.items():
			with self.subTest(role):
				makers.act_as(role)
				self.assertEqual(
					(
						bool(frappe.has_permission("Serial No", "read")),
						bool(frappe.has_permission("Serial No", "write")),
						bool(frappe.has_permission("Serialized Inventory Settings", "write")),
					),
					rights,
				)
				frappe.set_user("Administrator")
