"""The public check page over HTTP, as a guest meets it: what it tells, what it keeps, and how often it may be asked."""

from __future__ import annotations

import random
from html import unescape
from unittest.mock import patch

import frappe
import requests
from frappe.utils import add_days, format_date, getdate, today

from serial_inventory import api
from serial_inventory.constants import SETTINGS
from serial_inventory.services import public_check
from serial_inventory.tests import makers
from serial_inventory.tests.base import SerialCase
from serial_inventory.tests.served import ServedCase
from serial_inventory.tests.term_makers import units

NOTHING = {
	"found": False,
	"warranty_status": None,
	"warranty_until": None,
	"term_status": None,
	"term_until": None,
}
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
SQL = (
	"' OR '1'='1",
	"x' UNION SELECT name FROM `tabUser` -- ",
	"%",
	"_",
	"\\",
	"'; DROP TABLE x; --",
	"%(name)s",
)


def switch(**values) -> None:
	"""The Settings as they are from now on, for the server too."""
	settings = frappe.get_doc(SETTINGS)
	settings.update(
		{"public_check_enabled": 1, "public_check_asks": "Nothing", "public_check_limit": 1_000, **values}
	)
	settings.save()
	frappe.db.commit()


def new_address() -> str:
	return ".".join(["10", *(str(random.randint(1, 254)) for _part in range(3))])


class TestPublicCheckOverHTTP(ServedCase):
	@classmethod
	def make(cls):
		cls.item = f"ROUTER-{cls.mark}"
		makers.item(cls.item, None)
		makers.purchase_receipt(makers.buying_row(cls.item, 4, f"{cls.mark}-1..{cls.mark}-4"))
		makers.delivery_note(makers.selling_row(cls.item, 2, f"{cls.mark}-1..{cls.mark}-2"))
		frappe.db.set_value("Serial No", f"{cls.mark}-2", "warranty_expiry_date", add_days(today(), -1))
		cls.addClassCleanup(switch, public_check_enabled=0, public_check_limit=30)

	def setUp(self):
		super().setUp()
		switch()
		self.from_address = new_address()

	def page(self, path: str = "serial-check", method: str = "GET", **given) -> requests.Response:
		headers = {"X-Forwarded-For": self.from_address}
		where = {"params": given} if method == "GET" else {"data": given}
		return requests.request(method, f"{self.address}/{path}", headers=headers, timeout=60, **where)

	def call(self, method: str = "GET", **given) -> requests.Response:
		return self.page("api/method/serial_inventory.api.check_public", method, **given)

	def answer(self, **given) -> dict:
		answer = self.call(**given)
		self.assertEqual(answer.status_code, 200, answer.text)
		return answer.json()["message"]

	def unit(self, number: int) -> str:
		return f"{self.mark}-{number}"

	# --- what it tells ---

	def test_a_delivered_unit_tells_its_warranty_and_nothing_else(self):
		until = add_days(today(), 365)
		self.assertEqual(
			self.answer(serial_no=self.unit(1)),
			{**NOTHING, "found": True, "warranty_status": "Under Warranty", "warranty_until": until},
		)
		page = self.page(serial_no=self.unit(1).lower())
		self.assertEqual(page.status_code, 200)
		self.assertIn("Under Warranty", page.text)
		self.assertIn(format_date(until), page.text)
		for kept in (makers.CUSTOMER, makers.COMPANY, makers.SUPPLIER, makers.STORES, self.item, "150"):
			if kept != "150" or "150" not in self.page().text:
				self.assertNotIn(kept, page.text)

	def test_a_label_s_link_answers_at_once_and_an_expired_warranty_says_so(self):
		page = self.page(serial_no=self.unit(2))
		self.assertIn("Warranty Expired", page.text)
		self.assertIn(f'value="{self.unit(2)}"', page.text)

	def test_a_term_is_told(self):
		frappe.db.set_value(
			"Serial No", self.unit(2), {"term_status": "Trial", "expiry_date": add_days(today(), 9)}
		)
		frappe.db.commit()
		self.addCleanup(self.forget_term)
		told = self.answer(serial_no=self.unit(2))
		self.assertEqual((told["term_status"], told["term_until"]), ("Trial", add_days(today(), 9)))
		self.assertIn("Trial", self.page(serial_no=self.unit(2)).text)

	def forget_term(self):
		frappe.db.set_value("Serial No", self.unit(2), {"term_status": None, "expiry_date": None})
		frappe.db.commit()

	def test_unknown_not_delivered_and_wrong_are_answered_alike(self):
		switch(public_check_asks="Item and Purchase Month")
		right = {"item": self.item, "purchase_month": today()[:7]}
		self.assertTrue(self.answer(serial_no=self.unit(1), **right)["found"])
		pages = set()
		for given in (
			{"serial_no": "NO-SUCH-UNIT", **right},
			{"serial_no": self.unit(3), **right},
			{"serial_no": self.unit(1), **right, "item": "ANOTHER"},
			{"serial_no": self.unit(1), **right, "purchase_month": "2001-01"},
			{"serial_no": self.unit(1)},
		):
			with self.subTest(given):
				self.assertEqual(self.answer(**given), NOTHING)
			if "item" in given:
				page = self.page(**given)
				self.assertEqual(page.status_code, 200)
				text = page.text
				for name, value in given.items():
					text = text.replace(f'id="{name}" name="{name}"', "").replace(f'value="{value}"', "")
				pages.add(text)
		self.assertEqual(len(pages), 1, "the pages differ in more than what was typed")

	def test_the_form_asks_what_the_setting_says(self):
		for asks, fields in (
			("Nothing", ()),
			("Item", ("item",)),
			("Purchase Month", ("purchase_month",)),
			("Item and Purchase Month", ("item", "purchase_month")),
		):
			switch(public_check_asks=asks)
			page = self.page(serial_no=self.unit(1)).text
			for field in ("item", "purchase_month"):
				with self.subTest(asks=asks, field=field):
					self.assertEqual(f'name="{field}"' in page, field in fields)
			with self.subTest(asks):
				self.assertEqual("Under Warranty" in page, not fields)

	def test_search_engines_and_caches_stay_away(self):
		page = self.page(serial_no=self.unit(1))
		self.assertIn('<meta name="robots" content="noindex, nofollow, noarchive">', page.text)
		self.assertIn('<meta name="referrer" content="no-referrer">', page.text)
		self.assertNotIn("public", page.headers.get("Cache-Control", ""))
		self.assertNotIn("serial-check", self.page("sitemap.xml").text)
		self.assertNotIn("Under Warranty", self.page().text)

	def test_a_form_may_be_posted_too(self):
		self.assertIn("Under Warranty", self.page(method="POST", serial_no=self.unit(1)).text)
		self.assertTrue(self.call("POST", serial_no=self.unit(1)).json()["message"]["found"])
		self.assertEqual(self.call("PUT", serial_no=self.unit(1)).status_code, 403)

	# --- when it is off ---

	def test_switched_off_it_is_an_unknown_page_and_a_forbidden_call(self):
		switch(public_check_enabled=0)
		for given in ({}, {"serial_no": self.unit(1)}):
			off, unknown = self.page(**given), self.page("no-such-page", **given)
			self.assertEqual((off.status_code, unknown.status_code), (404, 404))
			self.assertEqual(off.text.replace("serial-check", "?"), unknown.text.replace("no-such-page", "?"))
		answer = self.call(serial_no=self.unit(1))
		self.assertEqual(answer.status_code, 403)
		self.assertNotIn("Under Warranty", answer.text)
		switch()
		self.assertEqual(self.page().status_code, 200, "the unknown page was remembered")

	def test_it_is_off_where_nobody_switched_it_on(self):
		self.assertEqual(frappe.get_meta(SETTINGS).get_field("public_check_enabled").default, "0")

	# --- attacks ---

	def test_guessing_at_speed_is_refused(self):
		switch(public_check_limit=5)
		codes = [self.call(serial_no=f"GUESS-{number}").status_code for number in range(7)]
		self.assertEqual(codes, [200] * 5 + [429] * 2)
		page = self.page(serial_no=self.unit(1))
		self.assertEqual(page.status_code, 429, "calls and page views count together")
		self.assertNotIn("Under Warranty", page.text)
		self.assertEqual(self.page().status_code, 200, "the empty form is no check")
		self.from_address = new_address()
		self.assertTrue(self.answer(serial_no=self.unit(1))["found"])

	def test_one_unit_cannot_be_guessed_from_many_addresses_where_something_is_asked(self):
		switch(public_check_limit=4, public_check_asks="Purchase Month")
		serial_no, codes = self.unit(4), []
		for number in range(6):
			self.from_address = new_address()
			spelled = serial_no.lower() if number % 2 else serial_no
			codes.append(self.call(serial_no=spelled, purchase_month=f"2020-0{number + 1}").status_code)
		self.assertEqual(codes, [200] * 4 + [429] * 2)
		self.assertEqual(self.call(serial_no=f"{self.mark}-X", purchase_month="2020-01").status_code, 200)

	def test_markup_and_sql_in_every_parameter(self):
		switch(public_check_asks="Item and Purchase Month")
		for text in (MARKUP, *SQL, "\x00", "{{ 7 * 7 }}", "{% raw %}", "a" * 5_000):
			for field in ("serial_no", "item", "purchase_month"):
				given = {
					"serial_no": self.unit(1),
					"item": self.item,
					"purchase_month": today()[:7],
					field: text,
				}
				with self.subTest(field=field, text=text[:40]):
					self.assertEqual(self.answer(**given), NOTHING)
					page = self.page(**given)
					self.assertEqual(page.status_code, 200)
					self.assertNotIn("<script>alert", page.text)
					self.assertNotIn("<img src=x", page.text)
					self.assertNotIn("Under Warranty", page.text)
					self.assertNotIn("49", page.text.partition('class="serial-check"')[2][:3_000])

	def test_bodies_that_are_no_form(self):
		address = f"{self.address}/api/method/serial_inventory.api.check_public"
		headers = {"X-Forwarded-For": self.from_address}
		for body in ({"serial_no": [self.unit(1)]}, {"serial_no": {"a": 1}}, {}, {"serial_no": None}):
			with self.subTest(body):
				answer = requests.post(address, json=body, headers=headers, timeout=60)
				self.assertTrue(answer.status_code >= 400 or answer.json()["message"] == NOTHING, answer.text)
		headers["Content-Type"] = "application/json"
		odd = requests.post(address, data=b'{"serial_no": "\\ud800"}', headers=headers, timeout=60)
		self.assertTrue(odd.status_code == 417 or odd.json()["message"] == NOTHING, odd.text)
		page = requests.post(
			f"{self.address}/serial-check", json={"serial_no": [1]}, headers=headers, timeout=60
		)
		self.assertEqual(page.status_code, 200)

	def test_a_serial_with_markup_in_its_name_is_shown_escaped(self):
		"""Frappe refuses such names now; older sites may have some."""
		name = f"{self.mark}<b>&\"'"
		units([name], item_code=self.item, status="Delivered", warranty_expiry_date=today())
		frappe.db.commit()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.delete, "Serial No", {"name": name})
		page = self.page(serial_no=name)
		self.assertIn("Under Warranty", page.text)
		self.assertNotIn(name, page.text)
		self.assertIn(name, unescape(page.text))


class TestTheSameWork(SerialCase):
	"""Time is not measured: the work is. Known, unknown and wrong take the same statements."""

	def setUp(self):
		super().setUp()
		makers.item("ROUTER-X1", "RT-.#####")
		makers.purchase_receipt(makers.buying_row("ROUTER-X1", 2))
		makers.delivery_note(makers.selling_row("ROUTER-X1", 1, "RT-00001"))
		frappe.local.form_dict = frappe._dict()

	def settings(self, asks: str):
		settings = frappe.get_doc(SETTINGS)
		settings.update({"public_check_enabled": 1, "public_check_asks": asks})
		settings.save()
		public_check.is_on()

	def test_statements_and_steps_are_equal(self):
		right = (getdate().strftime("%Y-%m"), "ROUTER-X1")
		cases = [
			("RT-00001", *right),
			("RT-00002", *right),
			("NOPE", *right),
			("RT-00001", "2001-01", "ROUTER-X1"),
			("RT-00001", right[0], "OTHER"),
			("", "", ""),
		]
		for asks in ("Nothing", "Item", "Purchase Month", "Item and Purchase Month"):
			self.settings(asks)
			statements, steps = set(), set()
			for serial_no, month, item in cases:
				with (
					self.count_queries() as counted,
					patch.object(
						public_check.rules, "warranty_status", wraps=public_check.rules.warranty_status
					) as worded,
				):
					api.check_public(serial_no, item, month)
				statements.add(counted[0])
				steps.add(worded.call_count)
			with self.subTest(asks):
				self.assertEqual((statements, steps), ({1}, {1}))

	def test_only_the_answer_s_own_columns_are_read(self):
		self.settings("Nothing")
		told = api.check_public("RT-00001")
		self.assertEqual(
			set(told), {"found", "warranty_status", "warranty_until", "term_status", "term_until"}
		)
