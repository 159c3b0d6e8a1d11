"""Guests, customers and users of low rights call every whitelisted method of the app over HTTP."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator

import frappe
import requests
from frappe.utils import add_days, today

import serial_inventory
from serial_inventory.constants import SETTINGS
from serial_inventory.tests import makers, portal_makers
from serial_inventory.tests.served import ServedCase
from serial_inventory.tests.term_makers import restrict

PUBLIC = {"serial_inventory.api.check_public"}
"""The only method that guests may call, and only while the Settings have it on."""
REFUSALS = (401, 403)


def whitelisted() -> Iterator[tuple[str, object]]:
	"""(name of the module, function) of every whitelisted function and method of the app."""
	for module in pkgutil.walk_packages(serial_inventory.__path__, "serial_inventory."):
		if ".tests" in module.name or ".rules.test_" in module.name:
			continue
		loaded = importlib.import_module(module.name)
		for value in vars(loaded).values():
			if inspect.isclass(value) and value.__module__ == module.name:
				own = [function for function in vars(value).values() if inspect.isfunction(function)]
			else:
				own = [value]
			for function in own:
				if inspect.isfunction(function) and function.__module__ == module.name and _is_open(function):
					yield module.name, function


def _is_open(function) -> bool:
	return function in frappe.whitelisted


def methods() -> list[str]:
	"""The dotted names that are called as functions."""
	return sorted(
		f"{module}.{function.__name__}"
		for module, function in whitelisted()
		if "." not in function.__qualname__
	)


def methods_of_documents() -> list[tuple[str, str]]:
	"""(DocType, method) of those that are called on a document."""
	found = []
	for module, function in whitelisted():
		if "." in function.__qualname__:
			doctype = frappe.get_all(
				"DocType", filters={"name": frappe.unscrub(module.split(".")[-1])}, pluck="name"
			)
			found.append((doctype[0], function.__name__))
	return found


class TestEveryMethod(ServedCase):
	@classmethod
	def make(cls):
		mark, item = cls.mark, f"ACC-{cls.mark}"
		cls.tokens = {
			"customer": cls.token_of("customer", ("Customer",)),
			"employee": cls.token_of("employee", ("Employee",)),
			"seller": cls.token_of("seller", ("Sales User",)),
			"restricted": cls.token_of("restricted", ("Stock User", "Sales User", "Maintenance User")),
		}
		cls.own_customer = portal_makers.party("Customer", f"Own {mark}").name
		restrict(cls.email_of("restricted"), "Customer", cls.own_customer)
		portal_makers.party("Customer", f"Attacker {mark}", cls.email_of("customer"))
		makers.plan(f"Plan {mark}", 1, "Month")
		makers.item(item, None, serial_plan=f"Plan {mark}")
		receipt = makers.purchase_receipt(makers.buying_row(item, 3, f"{mark}-1..{mark}-3"))
		cls.delivery = makers.delivery_note(makers.selling_row(item, 2, f"{mark}-1..{mark}-2"))
		cls.given = {
			"serial_no": f"{mark}-1",
			"serial_nos": f"{mark}-1",
			"item_code": item,
			"from_date": "2020-01-01",
			"to_date": add_days(today(), 400),
			"as_on": today(),
			"from_datetime": f"{today()} 08:00:00",
			"to_datetime": f"{add_days(today(), 3)} 08:00:00",
			"start": "2020-01-01",
			"end": add_days(today(), 400),
			"booking": "SB-00001",
			"party_type": "Customer",
			"party": makers.CUSTOMER,
			"customer": makers.CUSTOMER,
			"supplier": makers.SUPPLIER,
			"purchase_document_no": receipt.name,
			"doctype": "Delivery Note",
			"name": cls.delivery.name,
			"docname": f"{mark}-1",
			"text": f"{mark}-1",
			"txt": mark,
			"searchfield": "name",
			"page_len": 20,
			"filters": json.dumps({"item_code": item}),
			"doc": json.dumps({"doctype": "Delivery Note", "name": cls.delivery.name}),
			"texts": json.dumps({"serial_no": f"{mark}-1"}),
		}
		cls.addClassCleanup(cls.switch, 0)

	@classmethod
	def switch(cls, is_on: int):
		settings = frappe.get_doc(SETTINGS)
		settings.update(
			{"public_check_enabled": is_on, "public_check_asks": "Nothing", "public_check_limit": 1_000}
		)
		settings.save()
		frappe.db.commit()

	def call(self, method: str, user: str | None = None, **arguments) -> requests.Response:
		headers = {"Authorization": self.tokens[user]} if user else {}
		address = f"{self.address}/api/method/{method}"
		return requests.post(address, json={**self.given, **arguments}, headers=headers, timeout=60)

	def arguments(self, method: str) -> dict:
		"""Something for each parameter that has no default, another's names among them."""
		wanted = inspect.signature(frappe.get_attr(method)).parameters.values()
		return {
			one.name: self.given.get(one.name, f"{self.mark}-1")
			for one in wanted
			if one.default is inspect.Parameter.empty and one.kind is one.POSITIONAL_OR_KEYWORD
		}

	def documents(self) -> dict:
		frappe.db.rollback()  # to see what others have committed
		counted = (
			"Serial No",
			"Serial Term",
			"Serial Renewal",
			"Serial Booking",
			"Sales Invoice",
			"Stock Ledger Entry",
		)
		return {
			doctype: frappe.db.sql(f"SELECT COUNT(*), MAX(modified) FROM `tab{doctype}`")
			for doctype in counted
		}

	def assert_refused_everywhere(self, user: str | None, allowed=frozenset()):
		before = self.documents()
		for method in methods():
			if method in allowed:
				continue
			with self.subTest(method=method, user=user):
				answer = self.call(method, user, **self.arguments(method))
				self.assertIn(answer.status_code, REFUSALS, answer.text[:500])
				for kept in (makers.CUSTOMER, makers.SUPPLIER, makers.STORES):
					self.assertNotIn(kept, answer.text)
		self.assertEqual(self.documents(), before)

	def test_there_are_methods_to_call(self):
		names = methods()
		self.assertGreater(len(names), 20)
		for expected in ("get_history", "renew", "get_recall", "export_recall", "check_public"):
			self.assertIn(f"serial_inventory.api.{expected}", names)

	def test_guests_are_refused_by_every_method(self):
		self.switch(0)
		self.assert_refused_everywhere(None)

	def test_switched_on_guests_may_call_one_method(self):
		self.switch(1)
		self.assert_refused_everywhere(None, PUBLIC)
		for method in PUBLIC:
			self.assertEqual(self.call(method, **self.arguments(method)).status_code, 200)

	def test_customers_of_the_portal_are_refused_by_every_method(self):
		self.assert_refused_everywhere("customer", PUBLIC)

	def test_users_of_the_desk_without_rights_are_refused_by_every_method(self):
		self.assert_refused_everywhere("employee", PUBLIC)

	def test_one_method_is_for_guests(self):
		open_to_guests = {
			f"{module}.{function.__name__}"
			for module, function in whitelisted()
			if function in frappe.guest_methods
		}
		self.assertEqual(open_to_guests, PUBLIC)

	def test_methods_of_documents_and_reports_are_refused(self):
		runs = [
			("run_doc_method", {"dt": doctype, "dn": doctype, "method": method})
			for doctype, method in methods_of_documents()
		]
		for report in frappe.get_all("Report", filters={"module": "Serial Inventory"}, pluck="name"):
			filters = {"item_code": self.given["item_code"], "serial_no": f"{self.mark}-1"}
			given = {"report_name": report, "filters": json.dumps(filters)}
			runs += [
				("frappe.desk.query_report.run", given),
				("frappe.desk.query_report.export_query", given),
			]
		for method, given in runs:
			for user in (None, "customer", "employee"):
				with self.subTest(method=method, user=user, **{"of": str(given)[:90]}):
					address = f"{self.address}/api/method/{method}"
					headers = {"Authorization": self.tokens[user]} if user else {}
					answer = requests.post(address, json=given, headers=headers, timeout=60)
					self.assertIn(answer.status_code, REFUSALS, answer.text[:300])

	def test_the_app_s_doctypes_are_shut(self):
		doctypes = frappe.get_all(
			"DocType", filters={"module": "Serial Inventory", "istable": 0}, pluck="name"
		)
		self.assertGreater(len(doctypes), 4)
		for doctype in (*doctypes, "Serial No"):
			for user in (None, "customer", "employee"):
				with self.subTest(doctype=doctype, user=user):
					headers = {"Authorization": self.tokens[user]} if user else {}
					single = f"/{doctype}" if frappe.get_meta(doctype).issingle else ""
					address = f"{self.address}/api/resource/{doctype}{single}"
					answer = requests.get(address, headers=headers, timeout=60)
					self.assertIn(answer.status_code, REFUSALS, answer.text[:300])

	def test_a_user_with_rights_learns_nothing_of_another_s_units(self):
		"""Whoever reads Serial Nos, but by User Permissions not those of this customer."""
		before = self.documents()
		for method in methods():
			for more in ({}, {"item_code": None, "doctype": None, "name": None}):
				with self.subTest(method=method, more=more):
					arguments = {**self.arguments(method), **more}
					answer = self.call(method, "restricted", **arguments)
					if (
						answer.status_code in REFUSALS
					):  # in its own words, Frappe names what a record is linked to
						continue
					self.assertNotIn(makers.CUSTOMER, answer.text)
					if answer.status_code == 200:
						self.assertNotIn(self.delivery.name, answer.text)
		self.assertEqual(self.documents(), before)

	def test_a_seller_learns_nothing_of_serial_nos(self):
		"""Sales Users may not read Serial Nos in ERPNext."""
		for method in (
			"get_history",
			"get_term",
			"get_positions",
			"get_recall",
			"export_recall",
			"get_expiring",
		):
			name = f"serial_inventory.api.{method}"
			with self.subTest(method):
				self.assertEqual(self.call(name, "seller", **self.arguments(name)).status_code, 403)
