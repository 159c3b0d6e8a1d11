"""Labels: what is printed is read again, as a scanner would."""

import unittest
from urllib.parse import unquote

import frappe
from frappe.utils import formatdate

from serial_inventory import api
from serial_inventory.constants import LabelLink, LabelMedium, LabelSymbol
from serial_inventory.services import labels
from serial_inventory.services.messages import SerialNoError
from serial_inventory.tests import makers, printed
from serial_inventory.tests.base import SerialCase

GTIN = "4006381333931"


class LabelCase(SerialCase):
	def setUp(self):
		super().setUp()
		self.set_labels(
			label_medium="A4 Sheet",
			label_width=63.5,
			label_height=38.1,
			label_columns=3,
			label_rows=7,
			label_margin_left=7.2,
			label_margin_top=15.1,
			label_symbol="QR Code",
			label_link="Serial No Alone",
			label_text="{serial_no}\n{item_name}",
		)
		makers.item("ROUTER-X1", "RT-.#####")

	def set_labels(self, **values):
		settings = frappe.get_doc("Serialized Inventory Settings")
		settings.update(values)
		settings.save()

	def receive(self, count, **values):
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", count, **values))
		return [f"RT-{at:05d}" for at in range(1, count + 1)]

	def print(self, **args):
		api.print_labels(**args)
		self.assertEqual(frappe.local.response.type, "pdf")
		content = frappe.local.response.filecontent
		self.assertTrue(content.startswith(b"%PDF"))
		return content


@unittest.skipUnless(printed.can_read(), printed.WHY_NOT)
class TestPrintedLabels(LabelCase):
	def test_every_symbol_on_every_medium_is_read_again(self):
		serial_nos = self.receive(25)
		for medium in LabelMedium:
			for symbol in LabelSymbol:
				with self.subTest((medium, symbol)):
					self.set_labels(label_medium=medium.value, label_symbol=symbol.value)
					read = printed.read(self.print(serial_nos=serial_nos))
					self.assertEqual([one.text for one in read], serial_nos)

	def test_a_sheet_holds_21_and_a_roll_one_a_page(self):
		serial_nos = self.receive(25)
		self.assertEqual(printed.pages(self.print(serial_nos=serial_nos)), [(210.0, 297.0)] * 2)
		self.set_labels(label_medium="Roll", label_width=50, label_height=25)
		self.assertEqual(printed.pages(self.print(serial_nos=serial_nos)), [(50.0, 25.0)] * 25)

	def test_a_used_sheet_begins_at_its_first_free_label(self):
		serial_nos = self.receive(3)
		read = printed.read(self.print(serial_nos=serial_nos, first_label="20"))
		self.assertEqual(
			[(one.text, one.page) for one in read], [("RT-00001", 0), ("RT-00002", 0), ("RT-00003", 1)]
		)

	def test_the_qr_code_leads_to_the_unit(self):
		serial_nos = self.receive(1)
		desk = "desk" if int(frappe.__version__.split(".")[0]) >= 16 else "app"
		for link, address in (
			(LabelLink.DESK, f"{frappe.utils.get_url()}/{desk}/serial-no/RT-00001"),
			(LabelLink.CHECK_PAGE, f"{frappe.utils.get_url()}/serial-check?serial_no=RT-00001"),
			(LabelLink.NONE, "RT-00001"),
		):
			with self.subTest(link):
				self.set_labels(label_link=link.value)
				(read,) = printed.read(self.print(serial_nos=serial_nos))
				self.assertEqual(read.text, address)

	def test_gs1_says_gtin_batch_expiry_and_serial(self):
		item = makers.item(
			"PUMP-P1", "PU-.####", has_batch_no=1, create_new_batch=1, batch_number_series="B-.###"
		)
		item.append("barcodes", {"barcode": GTIN, "barcode_type": "EAN"})
		item.save()
		receipt = makers.purchase_receipt(makers.buying_row("PUMP-P1", 1))
		batch = frappe.db.get_value("Serial No", "PU-0001", "batch_no")
		frappe.db.set_value("Serial No", "PU-0001", "expiry_date", "2027-03-01")
		self.set_labels(label_symbol="GS1 DataMatrix")
		(read,) = printed.read(self.print(doctype="Purchase Receipt", name=receipt.name))
		self.assertEqual(read.text, f"(01)0{GTIN}(17)270301(10){batch}(21)PU-0001")

	def test_the_words_are_the_settings(self):
		self.receive(1)
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		self.set_labels(label_text="Property of Northwind\n{serial_no}\n{warranty_expiry_date}\n{batch_no}")
		(text,) = printed.texts(self.print(serial_nos=["RT-00001"]))
		day = formatdate(frappe.db.get_value("Serial No", "RT-00001", "warranty_expiry_date"))
		self.assertEqual(text.split("\r\n"), ["Property of Northwind", "RT-00001", day])

	def test_a_long_number_is_never_cut_short(self):
		long = "LONG-" + "0123456789" * 13
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, long))
		(text,) = printed.texts(self.print(serial_nos=[long]))
		self.assertIn(long, text.replace("\r\n", ""))
		self.assertEqual([one.text for one in printed.read(self.print(serial_nos=[long]))], [long])

	def test_letters_beyond_ascii_are_printed_and_encoded(self):
		odd = "Gerät-Ж-1"
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, odd))
		self.set_labels(label_link="Desk Form")
		(read,) = printed.read(self.print(serial_nos=[odd]))
		self.assertEqual(unquote(read.text).rsplit("/", 1)[1], odd)

	def test_the_units_of_a_document_by_text_by_bundle_and_by_draft(self):
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		note = makers.delivery_note(makers.selling_row("ROUTER-X1", 2, "RT-00001..RT-00002"), submit=False)
		invoice = makers.sales_invoice(makers.selling_row("ROUTER-X1", 1, "RT-00003"))
		for doc, expected in (
			(receipt, ["RT-00001", "RT-00002", "RT-00003"]),
			(note, ["RT-00001", "RT-00002"]),
			(invoice, ["RT-00003"]),
		):
			with self.subTest(doc.doctype):
				read = printed.read(self.print(doctype=doc.doctype, name=doc.name))
				self.assertEqual([one.text for one in read], expected)

	def test_a_row_too_long_to_show_its_numbers_is_labelled_by_its_bundle(self):
		settings = frappe.get_doc("Serialized Inventory Settings")
		settings.text_limit = 2
		settings.save()
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 5))
		self.assertFalse(receipt.reload().items[0].serial_no)
		self.assertEqual(len(printed.read(self.print(doctype=receipt.doctype, name=receipt.name))), 5)


class TestLabelsOfUsers(LabelCase):
	def test_who_prints(self):
		serial_nos = self.receive(1)
		allowed = {"Stock User", "Stock Manager", "Item Manager"}
		for role in (*allowed, "Purchase User", "Sales User", "Accounts User", "Employee"):
			with self.subTest(role):
				makers.act_as(role)
				if role in allowed:
					self.print(serial_nos=serial_nos)
				else:
					self.assertRaises(frappe.PermissionError, api.print_labels, serial_nos=serial_nos)
				frappe.set_user("Administrator")

	def test_a_document_is_read_by_those_who_may_print_it(self):
		self.receive(1)
		invoice = makers.purchase_invoice(makers.buying_row("ROUTER-X1", 1))
		makers.act_as("Item Manager")
		with self.assertRaises(frappe.PermissionError):
			api.print_labels(doctype="Purchase Invoice", name=invoice.name)

	def test_user_permissions_hold_for_labels(self):
		self.receive(1)
		email = makers.act_as("Stock User")
		frappe.set_user("Administrator")
		permission = {
			"doctype": "User Permission",
			"user": email,
			"allow": "Warehouse",
			"for_value": makers.SHOP,
		}
		frappe.get_doc(permission).insert()
		frappe.set_user(email)
		with self.assert_refused("RT-00001", "may not read", exception=SerialNoError):
			api.print_labels(serial_nos="RT-00001")

	def test_fields_of_a_higher_level_are_left_blank(self):
		self.receive(1)
		self.set_labels(label_text="{serial_no}\n{item_name}")
		setter = {
			"doctype": "Property Setter",
			"doctype_or_field": "DocField",
			"doc_type": "Serial No",
			"field_name": "item_name",
			"property": "permlevel",
			"property_type": "Int",
			"value": "1",
		}
		frappe.get_doc(setter).insert()
		frappe.clear_cache(doctype="Serial No")
		self.addCleanup(frappe.clear_cache, doctype="Serial No")
		makers.act_as("Stock User")
		((made),) = labels.make(["RT-00001"], labels.layout())
		self.assertEqual(made.lines, ["RT-00001"])

	def test_what_cannot_be_printed_is_refused_with_a_sentence(self):
		self.receive(2)
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 1, "GERÄT-1"))
		note = makers.delivery_note(
			makers.selling_row(makers.item("CABLE-1", None, has_serial_no=0).name, 1), submit=False
		)
		for args, words in (
			({"serial_nos": "NOPE-1, RT-00001"}, ("NOPE-1", "do not exist")),
			({"serial_nos": ""}, ("no Serial Nos",)),
			({"serial_nos": "x" * 141}, ("longer than 140",)),
			({"serial_nos": "RT-1..RT-9999999"}, ("stands for",)),
			({"serial_nos": "A-00001..A-05001"}, ("5,001 labels", "in parts")),
			({"serial_nos": "RT-00001", "first_label": "22"}, ("21 labels", "22")),
			({"serial_nos": "RT-00001", "first_label": "x"}, ("cannot begin at label 0",)),
			({"doctype": "Delivery Note", "name": note.name}, ("no Serial Nos",)),
			({"doctype": "User", "name": "Administrator"}, ("not of User",)),
		):
			with self.subTest(args), self.assert_refused(*words):
				api.print_labels(**args)
		self.set_labels(label_symbol="Code 128")
		with self.assert_refused("GERÄT-1", "QR Code"):
			api.print_labels(serial_nos="GERÄT-1")
		self.set_labels(label_medium="Roll", label_width=20, label_height=10)
		with self.assert_refused("RT-00001", "too fine"):
			api.print_labels(serial_nos="RT-00001")

	def test_settings_that_do_not_fit_the_paper_are_refused(self):
		for values, words in (
			({"label_width": 90}, ("need", "210 mm wide")),
			({"label_rows": 9}, ("297 mm high",)),
			({"label_columns": 0}, ("one column",)),
			({"label_width": 0}, ("0 ×",)),
			({"label_text": "{serial_no} {customer_password}"}, ("{customer_password}",)),
		):
			with self.subTest(values), self.assert_refused(*words):
				self.set_labels(**values)

	def test_many_labels_cost_as_many_queries_as_few(self):
		serial_nos = self.receive(60)
		labels.make(serial_nos[:1], labels.layout())
		with self.count_queries() as few:
			labels.make(serial_nos[:2], labels.layout())
		with self.count_queries() as many:
			labels.make(serial_nos, labels.layout())
		self.assertEqual(few, many)


class TestPrintFormats(LabelCase):
	def test_the_label_is_a_print_format_of_the_serial_no(self):
		self.receive(1)
		page = frappe.get_print("Serial No", "RT-00001", "Serial No Label")
		self.assertIn("RT-00001", page)
		self.assertIn("data:image/png;base64,", page)

	def test_markup_in_names_is_text(self):
		self.receive(1)
		frappe.db.set_value("Serial No", "RT-00001", "item_name", "<script>alert(1)</script>")
		page = frappe.get_print("Serial No", "RT-00001", "Serial No Label")
		self.assertNotIn("<script>alert(1)", page)

	def test_all_units_of_a_document(self):
		receipt = makers.purchase_receipt(makers.buying_row("ROUTER-X1", 3))
		page = frappe.get_print("Purchase Receipt", receipt.name, "Purchase Receipt Serial Labels")
		self.assertEqual(page.count('<div class="serial-label">'), 3)

	@unittest.skipUnless(printed.can_read(), printed.WHY_NOT)
	def test_the_picture_of_a_print_format_is_read_again(self):
		import base64
		from io import BytesIO

		import zxingcpp
		from PIL import Image

		self.receive(1)
		for symbol in LabelSymbol:
			with self.subTest(symbol):
				self.set_labels(label_symbol=symbol.value)
				page = labels.serial_labels(frappe.get_doc("Serial No", "RT-00001"))
				encoded = page.split("base64,")[1].split('"')[0]
				picture = Image.open(BytesIO(base64.b64decode(encoded))).convert("L")
				self.assertEqual([one.text for one in zxingcpp.read_barcodes(picture)], ["RT-00001"])
