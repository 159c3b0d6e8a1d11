"""One site in one process: reads requests as JSON lines, answers in kind. Started by documents.py, never by hand.

Two sites never share a process, for hooks and class overrides of one must not be seen by the other.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
import makers
from measure import measure
from stories import STORIES, begin

APP = "serial_inventory"


@contextmanager
def connection(site: str) -> Iterator[None]:
	"""As a web request has it: nothing cached in the process, one database connection."""
	frappe.init(site=site)
	frappe.connect()
	frappe.set_user("Administrator")
	try:
		yield
	finally:
		frappe.db.rollback()
		frappe.destroy()


class Worker:
	"""Answers requests; keeps the story at hand between them."""

	def __init__(self, site: str) -> None:
		self.site = site
		self.story = self.tale = None

	def answer(self, request: dict) -> dict:
		"""The request's answer; an error is an answer too, for some things ERPNext cannot do."""
		try:
			with connection(self.site):
				return getattr(self, request.pop("do"))(**request) or {}
		except Exception as error:
			return {"error": f"{type(error).__name__}: {_first_line(error)}"}

	def hello(self, role: str) -> dict:
		"""Refuse the wrong site, make the masters, and say what is installed."""
		apps = frappe.get_installed_apps()
		if role == "native" and APP in apps:
			raise ValueError(f"{self.site} has {APP} installed: it cannot be the native site")
		if role == "app" and APP not in apps:
			raise ValueError(f"{self.site} lacks {APP}: it cannot be the app's site")
		makers.masters()
		frappe.db.commit()
		if role == "app":
			_import_all(APP)
		steps = {name: [step.title for step in story.steps] for name, story in STORIES.items()}
		return {"versions": {**_versions(apps), **_server()}, "stories": steps}

	def widen(self) -> None:
		"""Let the rows' texts be of any length, as the app does on its site; ERPNext alone cannot hold them."""
		from frappe.custom.doctype.property_setter.property_setter import make_property_setter

		for doctype, fieldname in makers.TYPED_TEXTS:
			make_property_setter(doctype, fieldname, "fieldtype", "Long Text", "Data")
			frappe.clear_cache(doctype=doctype)
			frappe.db.updatedb(doctype)
		frappe.db.commit()

	def begin(self, story: str, n: int) -> None:
		self.story = self.tale = None
		self.story = STORIES[story]
		self.tale = begin(self.story, n)

	def ready(self, step: int) -> None:
		self.story.steps[step].ready(self.tale)
		frappe.db.commit()

	def measure(self, step: int) -> dict:
		"""In a connection of its own: what making ready has cached is gone."""
		found = measure(self.story.steps[step].action(self.tale))
		self.story.steps[step].after(self.tale)
		frappe.db.commit()
		return found


def _first_line(error: Exception) -> str:
	return (str(error).strip().splitlines() or [""])[0][:200]


def _versions(apps: list[str]) -> dict:
	return {app: frappe.get_attr(f"{app}.__version__") for app in apps}


def _server() -> dict:
	return {"python": sys.version.split()[0], "mariadb": frappe.db.sql("SELECT VERSION()")[0][0]}


def _import_all(package: str) -> None:
	"""The code of one moment, even where someone edits it during a long run."""
	root = importlib.import_module(package)
	for module in pkgutil.walk_packages(root.__path__, f"{package}."):
		if ".test" not in module.name and ".patches" not in module.name:
			importlib.import_module(module.name)


def main(site: str) -> None:
	"""Answer until stdin ends. Whatever ERPNext prints goes to stderr."""
	answers = os.fdopen(os.dup(1), "w", buffering=1)
	os.dup2(2, 1)
	worker = Worker(site)
	for line in sys.stdin:
		answers.write(json.dumps(worker.answer(json.loads(line))) + "\n")


if __name__ == "__main__":
	main(sys.argv[1])
