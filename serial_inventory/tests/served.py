"""Tests over HTTP: the site's own server on a free port, as browsers and other programs see it.

What the server sees has to be committed; it stays on the test site under names of its own (`mark`).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import ClassVar

import frappe
import requests

from serial_inventory.tests.base import SerialCase


class ServedCase(SerialCase):
	"""`make` makes and is committed; then the server runs until the class is through."""

	tokens: ClassVar[dict[str, str]] = {}

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.mark = frappe.generate_hash(length=6).upper()
		frappe.set_user("Administrator")
		cls.make()
		frappe.db.commit()
		cls.serve()

	@classmethod
	def make(cls):
		raise NotImplementedError

	@classmethod
	def email_of(cls, name: str) -> str:
		return f"{name}-{cls.mark.lower()}@northwind.example"

	@classmethod
	def token_of(cls, name: str, roles: tuple[str, ...]) -> str:
		"""A new user with the roles, as the header of a request names one."""
		email = cls.email_of(name)
		user = {"doctype": "User", "email": email, "first_name": name, "send_welcome_email": 0}
		user = frappe.get_doc({**user, "roles": [{"role": role} for role in roles]}).insert()
		user.api_key, user.api_secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
		secret = user.api_secret
		user.save()
		return f"token {user.api_key}:{secret}"

	@classmethod
	def serve(cls):
		"""The site's own server on a free port of this machine."""
		with socket.socket() as free:
			free.bind(("127.0.0.1", 0))
			port = free.getsockname()[1]
		command = (sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", frappe.local.site)
		cls.server = subprocess.Popen(
			[*command, "serve", "--port", str(port), "--noreload"],
			cwd=os.path.abspath(frappe.local.sites_path),
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
		)
		cls.addClassCleanup(cls.stop)
		cls.address = f"http://127.0.0.1:{port}"
		for _attempt in range(150):
			try:
				requests.get(f"{cls.address}/api/method/ping", timeout=9)
				return
			except requests.ConnectionError:
				time.sleep(0.2)
		raise AssertionError("the site's server did not start")

	def call(self, method: str, user: str | None = None, **arguments):
		"""The answer to one of the app's calls, by one of `tokens` or as a guest."""
		headers = {"Authorization": self.tokens[user]} if user else {}
		address = f"{self.address}/api/method/serial_inventory.api.{method}"
		return requests.post(address, json=arguments, headers=headers, timeout=60)

	@classmethod
	def stop(cls):
		cls.server.terminate()
		cls.server.wait(timeout=20)
