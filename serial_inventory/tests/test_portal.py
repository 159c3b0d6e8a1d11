"""The portal: customers see their own units with terms and documents; nobody sees another's."""

from __future__ import annotations

from html import unescape

import frappe
import requests
from frappe.utils import format_date, today

from serial_inventory.constants import SERIAL_NO
from serial_inventory.services import portal
from serial_inventory.tests import makers, portal_makers, term_makers
from serial_inventory.tests.base import SerialCase
from serial_inventory.tests.served import ServedCase
from serial_inventory.tests.term_makers import units

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
SQL = ("' OR '1'='1", "x') OR 1=1 -- ", "%", "_", "\\", "'; DROP TABLE x; --", "%(name)s")


class TestPortalOverHTTP(ServedCase):
	@classmethod
	def make(cls):
		cls.tokens = {
			"own": cls.token_of("own", ("Customer",)),
			"other": cls.token_of("other", ("Customer",)),
			"none": cls.token_of("none", ("Customer",)),
			"supplier": cls.token_of("supplier", ("Supplier",)),
			"desk": cls.token_of("desk", ("Employee",)),
		}
		cls.customer = portal_makers.party("Customer", f"Own {cls.mark}", cls.email_of("own")).name
		cls.other = portal_makers.party("Customer", f"Other {cls.mark}", cls.email_of("other")).name
		portal_makers.party("Supplier", f"Supplier {cls.mark}", cls.email_of("supplier"))
		cls.make_units()

	@classmethod
	def make_units(cls):
		"""30 units are the customer's, one of them was the other's before; one came back; one is the other's."""
		mark, item = cls.mark, f"ACC-{cls.mark}"
		makers.plan(f"Plan {mark}", 1, "Month")
		makers.item(item, None, serial_plan=f"Plan {mark}", item_name=f"Account & more {mark}")
		makers.purchase_receipt(makers.buying_row(item, 34, f"{mark}-01..{mark}-34"))
		first = makers.delivery_note(makers.selling_row(item, 1, f"{mark}-01"), customer=cls.other)
		back = makers.delivery_note(
			makers.selling_row(item, -1, f"{mark}-01"),
			customer=cls.other,
			is_return=1,
			return_against=first.name,
		)
		cls.earlier = (first.name, back.name)
		cls.delivery = makers.delivery_note(
			makers.selling_row(item, 30, f"{mark}-01..{mark}-30"), customer=cls.customer
		)
		cls.others_delivery = makers.delivery_note(
			makers.selling_row(item, 1, f"{mark}-31"), customer=cls.other
		)
		gone = makers.delivery_note(makers.selling_row(item, 1, f"{mark}-32"), customer=cls.customer)
		makers.delivery_note(
			makers.selling_row(item, -1, f"{mark}-32"),
			customer=cls.customer,
			is_return=1,
			return_against=gone.name,
		)

	def get(self, path: str, user: str | None, **given) -> requests.Response:
		headers = {"Authorization": self.tokens[user]} if user else {}
		return requests.get(
			f"{self.address}/{path}", params=given, headers=headers, timeout=60, allow_redirects=False
		)

	def unit(self, number: int) -> str:
		return f"{self.mark}-{number:02d}"

	def test_a_customer_lists_own_units_and_no_others(self):
		first = self.get("serial-nos", "own")
		self.assertEqual(first.status_code, 200)
		self.assertIn("1 to 20 of 30", first.text)
		second = self.get("serial-nos", "own", start=20)
		self.assertIn("21 to 30 of 30", second.text)
		both = first.text + second.text
		for number in range(1, 31):
			self.assertIn(f">{self.unit(number)}<", both)
		for number in (31, 32, 33):
			self.assertNotIn(self.unit(number), both)
		self.assertIn(f"Account &amp; more {self.mark}", both)

	def test_search_by_serial_and_by_item(self):
		found = self.get("serial-nos", "own", search=self.unit(7).lower())
		self.assertIn("1 to 1 of 1", found.text)
		self.assertIn("1 to 20 of 30", self.get("serial-nos", "own", search="account & more").text)
		self.assertIn("None of your units", self.get("serial-nos", "own", search=self.unit(31)).text)

	def test_a_unit_s_page_has_warranty_term_and_documents(self):
		page = self.get("serial-no", "own", serial_no=self.unit(2))
		self.assertEqual(page.status_code, 200)
		for told in ("Under Warranty", "Paid", f"Plan {self.mark}", format_date(today())):
			self.assertIn(told, page.text)
		self.assertIn(f'href="/shipments/{self.delivery.name}"', page.text)
		self.assertEqual(self.get(f"shipments/{self.delivery.name}", "own").status_code, 200)
		for kept in (makers.STORES, makers.SUPPLIER, "purchase_rate"):
			self.assertNotIn(kept, page.text)

	def test_what_an_earlier_customer_had_is_not_told(self):
		page = self.get("serial-no", "own", serial_no=self.unit(1))
		self.assertEqual(page.status_code, 200)
		for name in (*self.earlier, self.other):
			self.assertNotIn(name, page.text)

	def test_units_of_others_are_unknown_pages(self):
		unknown = self.get("serial-no", "own", serial_no="NO-SUCH-UNIT")
		self.assertEqual(unknown.status_code, 404)
		for user, number in (
			("own", 31),
			("own", 32),
			("own", 33),
			("other", 2),
			("none", 2),
			("supplier", 2),
		):
			with self.subTest(user=user, number=number):
				page = self.get("serial-no", user, serial_no=self.unit(number))
				self.assertEqual(page.status_code, 404)
				self.assertNotIn("Under Warranty", page.text)
		self.assertIn(self.unit(31), self.get("serial-no", "other", serial_no=self.unit(31)).text)

	def test_who_is_no_customer_sees_nothing(self):
		for user in ("none", "supplier", "desk"):
			with self.subTest(user):
				page = self.get("serial-nos", user)
				self.assertEqual(page.status_code, 200)
				self.assertIn("No units have been delivered to you", page.text)
				self.assertNotIn(self.mark + "-", page.text)

	def test_guests_are_asked_to_log_in(self):
		for path in ("serial-nos", "serial-no"):
			with self.subTest(path):
				page = self.get(path, None, serial_no=self.unit(2))
				self.assertEqual(page.status_code, 403)
				self.assertNotIn("Under Warranty", page.text)

	def test_other_ways_to_the_record_stay_shut(self):
		for path in (
			f"api/resource/Serial No/{self.unit(2)}",
			"api/resource/Serial No",
			f"printview?doctype=Serial No&name={self.unit(2)}",
			f"api/method/frappe.client.get?doctype=Serial No&name={self.unit(2)}",
			"api/method/frappe.www.list.get_list_data?doctype=Serial No",
			"api/method/frappe.www.list.get?doctype=Serial No",
		):
			with self.subTest(path):
				page = self.get(path, "own")
				self.assertNotEqual(page.status_code, 200)
				self.assertNotIn("purchase_rate", page.text)

	def test_markup_and_sql_in_every_parameter(self):
		for text in (MARKUP, *SQL, "\x00", "{{ 7 * 7 }}", "-1", "9" * 50, "a" * 4_000):
			for path, field in (
				("serial-nos", "search"),
				("serial-nos", "start"),
				("serial-no", "serial_no"),
			):
				with self.subTest(path=path, field=field, text=text[:40]):
					page = self.get(path, "own", **{field: text})
					self.assertIn(page.status_code, (200, 404))
					for mark in ("<script>alert", "<img src=x", self.unit(31), self.unit(33)):
						self.assertNotIn(mark, page.text)

	def test_names_with_markup_are_shown_escaped(self):
		name = f"{self.mark}-M<b>&\"'/?#"
		item = f"ACC-{self.mark}"
		units([name], item_code=item, item_name=MARKUP, status="Delivered", customer=self.customer)
		frappe.db.commit()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.delete, SERIAL_NO, {"name": name})
		listed = self.get("serial-nos", "own", search=f"{self.mark}-M")
		page = self.get("serial-no", "own", serial_no=name)
		for answer in (listed, page):
			self.assertEqual(answer.status_code, 200)
			self.assertNotIn("<img src=x", answer.text)
			self.assertNotIn(name, answer.text)
			self.assertIn(name, unescape(answer.text))
		link = unescape(listed.text.partition('class="serial-nos-row" href="/')[2].partition('"')[0])
		self.assertEqual(self.get(link, "own").status_code, 200)


class TestPortal(SerialCase):
	def setUp(self):
		super().setUp()
		self.user = term_makers.user("hospital@northwind.example", "Customer")
		self.customer = portal_makers.party("Customer", "Tailspin Hospital", self.user).name
		makers.item("ROUTER-X1", "RT-.#####")

	def deliver(self, names: list[str]):
		units(
			names,
			item_code="ROUTER-X1",
			item_name="Router",
			status="Delivered",
			customer=self.customer,
			company=makers.COMPANY,
		)

	def test_the_queries_do_not_grow_with_the_units(self):
		counts = set()
		for size in (10, 3_000):
			self.deliver([f"P{size}-{number:05d}" for number in range(size)])
			frappe.set_user(self.user)
			portal.page()
			portal.unit(f"P{size}-00001")
			with self.count_queries() as listed:
				portal.page("P", 40)
			with self.count_queries() as told:
				self.assertTrue(portal.unit(f"P{size}-00001"))
			counts.add((listed[0], told[0]))
			frappe.set_user("Administrator")
		self.assertEqual(len(counts), 1, counts)
		self.assertLess(sum(counts.pop()), 15)

	def test_two_customers_of_one_user_are_both_own(self):
		second = portal_makers.party("Customer", "Tailspin Clinic", self.user).name
		self.deliver(["P-1"])
		units(["P-2"], item_code="ROUTER-X1", status="Delivered", customer=second)
		units(["P-3"], item_code="ROUTER-X1", status="Active", customer=second)
		frappe.set_user(self.user)
		self.assertEqual([row.name for row in portal.page().rows], ["P-1", "P-2"])

	def test_who_loses_the_portal_loses_the_units(self):
		self.deliver(["P-1"])
		customer = frappe.get_doc("Customer", self.customer)
		customer.portal_users = []
		customer.save()
		frappe.set_user(self.user)
		self.assertEqual(portal.page().rows, [])
		self.assertIsNone(portal.unit("P-1"))

	def test_the_menu_of_the_portal_has_the_page(self):
		frappe.get_single("Portal Settings").sync_menu()
		rows = frappe.get_single("Portal Settings").menu
		self.assertIn(("/serial-nos", "Customer"), [(row.route, row.role) for row in rows])

	def test_uninstalling_takes_it_off_the_menu(self):
		from serial_inventory import uninstall

		frappe.get_single("Portal Settings").sync_menu()
		uninstall._remove_portal_menu()
		rows = frappe.get_all("Portal Menu Item", filters={"route": "/serial-nos"})
		self.assertEqual(rows, [])
