"""Landed Cost Voucher: ERPNext posts its receipts anew, and their Serial Nos lose what the app keeps."""

from serial_inventory import erpnext_bundle
from serial_inventory.services import life


def after_posting(doc, method=None):
	for receipt in doc.purchase_receipts:
		life.rebuild(
			erpnext_bundle.serial_nos_of_voucher(receipt.receipt_document_type, receipt.receipt_document)
		)
