"""Documents that move serials ERPNext's own way: the Serial Nos know of them all the same."""

import frappe
from frappe.utils import add_days, nowdate

from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase


class TestLandedCost(SerialCase):
	def test_landed_cost_leaves_facts_and_a_typed_warranty(self):
		makers.item("ROUTER-X1", "RT-.#####")
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2))
		typed = add_days(nowdate(), 500)
		doc = self.serial("RT-00001")
		doc.warranty_expiry_date = typed
		doc.save()
		voucher = frappe.get_doc(
			{
				"doctype": "Landed Cost Voucher",
				"company": makers.COMPANY,
				"distribute_charges_based_on": "Qty",
				"purchase_receipts": [
					{
						"receipt_document_type": "Purchase Receipt",
						"receipt_document": receipt.name,
						"supplier": makers.SUPPLIER,
						"posting_date": receipt.posting_date,
						"grand_total": receipt.base_grand_total,
					}
				],
				"taxes": [
					{
						"description": "Freight",
						"amount": 40,
						"expense_account": f"Freight and Forwarding Charges - {makers.ABBR}",
					}
				],
			}
		)
		voucher.get_items_from_purchase_receipts()
		voucher.insert().submit()
		self.assert_facts(
			"RT-00001",
			status="Active",
			warehouse=makers.STORES,
			warranty_expiry_date=typed,
			maintenance_status="Under Warranty",
			supplier=makers.SUPPLIER,
			purchase_rate=120.0,
		)


class TestPickList(SerialCase):
	def test_pick_list_leads_to_a_delivery_of_its_serials(self):
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		order = frappe.get_doc(
			{
				"doctype": "Sales Order",
				"company": makers.COMPANY,
				"customer": makers.CUSTOMER,
				"currency": "USD",
				"delivery_date": nowdate(),
				"items": [{"item_code": "ROUTER-X1", "qty": 2, "rate": 150, "warehouse": makers.STORES}],
			}
		)
		order.insert().submit()
		from erpnext.selling.doctype.sales_order.sales_order import create_pick_list
		from erpnext.stock.doctype.pick_list.pick_list import create_delivery_note

		pick_list = create_pick_list(order.name)
		pick_list.insert().submit()
		note = create_delivery_note(pick_list.name)
		note.reload()
		note.submit()
		delivered = frappe.get_all(
			"Serial No", {"item_code": "ROUTER-X1", "status": "Delivered"}, pluck="name"
		)
		self.assertEqual(len(delivered), 2)
		for serial_no in delivered:
			self.assert_facts(serial_no, customer=makers.CUSTOMER, delivery_document_no=note.name)
