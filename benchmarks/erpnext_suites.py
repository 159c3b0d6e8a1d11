"""ERPNext's own tests on a site without this app and on a site with it: which of them end differently?

Both sites are filled with ERPNext's test data: use sites made for this. README.md has the whole story.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

APP = "serial_inventory"
MODULES = (
	"erpnext.stock.doctype.serial_no.test_serial_no",
	"erpnext.stock.doctype.serial_and_batch_bundle.test_serial_and_batch_bundle",
	"erpnext.stock.doctype.purchase_receipt.test_purchase_receipt",
	"erpnext.accounts.doctype.purchase_invoice.test_purchase_invoice",
	"erpnext.stock.doctype.delivery_note.test_delivery_note",
	"erpnext.stock.doctype.stock_entry.test_stock_entry",
	"erpnext.stock.doctype.stock_reconciliation.test_stock_reconciliation",
	"erpnext.stock.doctype.pick_list.test_pick_list",
	"erpnext.subcontracting.doctype.subcontracting_receipt.test_subcontracting_receipt",
	"erpnext.accounts.doctype.pos_invoice.test_pos_invoice",
	"erpnext.maintenance.doctype.maintenance_schedule.test_maintenance_schedule",
	"erpnext.stock.doctype.stock_ledger_entry.test_stock_ledger_entry",
	"erpnext.manufacturing.doctype.work_order.test_work_order",
	"erpnext.accounts.doctype.sales_invoice.test_sales_invoice",
)
"""Sales Invoice last: it leaves accounting dimensions that no later document fills in."""
GATEWAY = "Payment Gateway"
"""ERPNext 15's test records lead to this DocType of the app payments, from some modules or from all: as Links happen to lie."""
BY_DESIGN = Path(__file__).with_name("erpnext_suites_by_design.txt")
VERSIONS = ("execute", "frappe.utils.change_log.get_versions")
RATES = {"USD": 1, "INR": 1 / 80, "EUR": 1.1, "GBP": 1.25, "JPY": 1 / 140, "CHF": 1.1}
"""What a unit of each is worth in USD: without these the tests ask the internet."""

COLOR = re.compile(r"\x1b\[[0-9;]*m")
RAN = re.compile(r"^Ran (\d+) tests? in ", re.MULTILINE)
SKIPPED = re.compile(r"^(?:OK|FAILED) \(.*?skipped=(\d+)", re.MULTILINE)
SEPARATOR = re.compile(r"^(?:={70}|-{70}\nRan )", re.MULTILINE)
HEADING = re.compile(r"\n *(?:ERROR|FAIL):? +(\w+) \([\w.]+\)")
"""A failed test's, the same in unittest (ERPNext 15) and in Frappe 16."""
ERROR = re.compile(r"^(?:[\w.]+(?:Error|Exception)\b|\w+(?:\.\w+)+: ).*", re.MULTILINE)
"""A traceback's last line, and what it says."""


@dataclass
class Result:
	"""How one module ended on one site."""

	ran: int = 0
	skipped: int = 0
	failed: dict[str, str] = field(default_factory=dict)
	"""Names of failed tests, and the last line of each one's traceback."""
	seconds: float = 0.0
	error: str = ""
	"""Set where the module's tests did not run at all."""

	@property
	def passed(self) -> int:
		return max(0, self.ran - self.skipped - len(self.failed))


class Site:
	"""One site of the bench, and what its command line says about it."""

	def __init__(self, options: argparse.Namespace, name: str, logs: Path) -> None:
		self.bench, self.limit, self.name, self.logs = options.bench, options.limit, name, logs
		self.results: dict[str, Result] = {}
		self.again: dict[tuple[str, str], Result] = {}
		"""Second results, alone, of tests that failed on either site."""
		apps = json.loads(self._ask("list-apps", "--format", "json"))[name]
		self.apps = {app.split()[0] for app in apps}
		self.versions = {app: facts["version"] for app, facts in json.loads(self._ask(*VERSIONS)).items()}

	def prepare(self, modules: list[str]) -> None:
		"""Add what the tests would look up on the internet, and their records; see `prepare_site`."""
		self._python(str(Path(__file__).resolve()), "--prepare-site", self.name, "--modules", *modules)

	def run_modules(self, modules: list[str]) -> None:
		for module in modules:
			self.forget_dimensions()
			self.results[module] = self._run(module)
			say(f"{self.name}: {module.split('.')[-1]}: {describe(self.results[module])}")

	def run_again(self, tests: list[tuple[str, str]]) -> None:
		"""Run tests one by one, free of what those before them left in the process and in settings."""
		for module, test in tests:
			self.forget_dimensions()
			self.again[module, test] = self._run(module, test)
			say(f"{self.name}: {test}, alone: {describe(self.again[module, test])}")

	def forget_dimensions(self) -> None:
		"""Accounting dimensions that a test made mandatory fail every later test that does not know them."""
		self._ask("execute", "frappe.db.delete", "--args", '["Accounting Dimension Detail"]')

	def _run(self, module: str, test: str = "") -> Result:
		options = ["--test", test] if test else []
		started = time.monotonic()
		try:
			text = self._bench("run-tests", *options, "--module", module)
		except subprocess.TimeoutExpired:
			text = f"no end in {self.limit:,.0f} s"
		(self.logs / f"{self.name}.{module.split('.')[-1]}{'.' * bool(test)}{test}.log").write_text(text)
		return parse(text, time.monotonic() - started)

	def _ask(self, *arguments: str) -> str:
		return self._bench(*arguments, check=True)

	def _bench(self, *arguments: str, check: bool = False) -> str:
		command = ("-m", "frappe.utils.bench_helper", "frappe", "--site", self.name)
		return self._python(*command, *arguments, check=check)

	def _python(self, *arguments: str, check: bool = True) -> str:
		"""What a command of the bench printed: all of it, or where it must go well standard output alone."""
		done = subprocess.run(
			[str(self.bench / "env/bin/python"), *arguments],
			cwd=self.bench / "sites",
			stdin=subprocess.DEVNULL,
			capture_output=True,
			text=True,
			errors="replace",
			timeout=self.limit,
		)
		if check and done.returncode:
			sys.exit(f"{self.name}: {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
		return done.stdout if check else COLOR.sub("", f"{done.stdout}\n{done.stderr}\n")


def parse(text: str, seconds: float) -> Result:
	"""Read what `bench run-tests` printed."""
	if not (ran := RAN.findall(text)):
		lines = [line for line in text.splitlines() if line.strip()]
		return Result(error=lines[-1] if lines else "no output", seconds=seconds)
	failed = {}
	for block in SEPARATOR.split(text):
		if heading := HEADING.match(block):
			failed[heading[1]] = (ERROR.findall(block) or ["failed"])[-1]
	skipped = sum(map(int, SKIPPED.findall(text)))
	return Result(sum(map(int, ran)), skipped, failed, seconds)


def describe(result: Result) -> str:
	return result.error or f"{result.passed} passed, {len(result.failed)} failed, {result.seconds:.0f} s"


def say(text: str) -> None:
	print(text, file=sys.stderr, flush=True)


# --- the comparison ------------------------------------------------------------------------------


Endings = tuple[str, str]
"""How a test ended without and with the app: "passed", or the error's last line."""


@dataclass
class Difference:
	"""A test that ended differently on the two sites."""

	module: str
	test: str
	in_module: Endings
	alone: Endings | None = None
	"""None where the test was not run again."""
	reason: str = ""
	"""Why this is by design; empty where it is not."""

	@property
	def is_regression(self) -> bool:
		return not self.reason and (is_lost(self.in_module) or is_lost(self.alone))


def is_lost(endings: Endings | None) -> bool:
	"""Whether a test passes without the app and fails with it."""
	return bool(endings) and endings[0] == "passed" != endings[1]


def is_alike(endings: Endings | None) -> bool:
	return not endings or (endings[0] == "passed") == (endings[1] == "passed")


def compare(without: Site, with_app: Site) -> list[Difference]:
	"""The tests that end differently, in the module's run or alone."""
	reasons, sites, differences = read_by_design(), (without, with_app), []
	for module, result in without.results.items():
		other = with_app.results[module]
		if result.error or other.error or result.ran != other.ran:
			differences.append(
				Difference(module, "(the module)", (whole(result, other), whole(other, result)))
			)
		for test in sorted({*result.failed, *other.failed}):
			in_module = endings([site.results[module] for site in sites], test)
			alone = endings([site.again.get((module, test)) for site in sites], test)
			reason = reasons.get((module.split(".")[-1], test), "")
			differences.append(Difference(module, test, in_module, alone, reason))
	return [each for each in differences if not (is_alike(each.in_module) and is_alike(each.alone))]


def whole(result: Result, other: Result) -> str:
	"""How a module ended as such: other than "passed" where not all of its tests ran."""
	return result.error or ("passed" if result.ran >= other.ran else f"only {result.ran} tests ran")


def endings(results: list[Result | None], test: str) -> Endings | None:
	return (ending(results[0], test), ending(results[1], test)) if all(results) else None


def ending(result: Result, test: str) -> str:
	return result.error or result.failed.get(test, "passed")


def failures(sites: list[Site]) -> list[tuple[str, str]]:
	"""Every test that failed on either site, in the order of the modules."""
	modules = sites[0].results
	return [
		(module, test)
		for module in modules
		for test in sorted({test for site in sites for test in site.results[module].failed})
		if test.startswith("test")
	]


def read_by_design() -> dict[tuple[str, str], str]:
	"""Reasons by module and test, from lines "module test reason"."""
	lines = [line.split(None, 2) for line in BY_DESIGN.read_text().splitlines()]
	return {(words[0], words[1]): words[2] for words in lines if words and not words[0].startswith("#")}


# --- the code under test -------------------------------------------------------------------------


@contextmanager
def staged(commit: str) -> Iterator[None]:
	"""Have the bench import the app as of `commit`, whatever the checkout holds meanwhile."""
	revision = git("rev-parse", commit).decode().strip()
	with tempfile.TemporaryDirectory(prefix=f"{APP}-") as folder:
		subprocess.run(["tar", "-xf", "-", "-C", folder], input=git("archive", revision, APP), check=True)
		os.environ["PYTHONPATH"] = folder
		say(f"The app's code: commit {revision[:12]}")
		yield


def git(*arguments: str) -> bytes:
	checkout = Path(__file__).resolve().parent.parent
	command = ["git", "-c", f"safe.directory={checkout}", "-C", str(checkout)]
	return subprocess.run([*command, *arguments], stdout=subprocess.PIPE, check=True).stdout


def assert_sites(without: Site, with_app: Site) -> None:
	if APP in without.apps:
		sys.exit(f"{without.name} has {APP}: --without names a site that lacks it")
	if APP not in with_app.apps:
		sys.exit(f"{with_app.name} lacks {APP}: --with names a site that has it")


def assert_code(site: Site) -> None:
	"""End the run if the bench imports other code than the staged."""
	path = site._python("-c", f"import {APP}; print({APP}.__file__)").strip()
	if not path.startswith(os.environ["PYTHONPATH"]):
		sys.exit(f"The bench imports {path}, not the staged code")


def prepare_site(name: str, modules: list[str]) -> None:
	"""In a process of its own: exchange rates, and what either version's tests lack.

	ERPNext 15: a DocType that test records ask for, and these records. ERPNext 16: the switch for serial and batch numbers.
	"""
	import frappe

	frappe.init(name)
	frappe.connect()
	for buying in RATES:
		for selling in RATES:
			if buying != selling:
				_add_rate(frappe, buying, selling)
	frappe.db.set_single_value("Accounts Settings", "allow_stale", 1)
	if frappe.get_meta("Stock Settings").has_field("enable_serial_and_batch_no_for_item"):
		frappe.db.set_single_value("Stock Settings", "enable_serial_and_batch_no_for_item", 1)
	else:
		_add_gateway(frappe)
		_make_records(frappe, modules)
	frappe.db.commit()


def _add_rate(frappe, buying: str, selling: str) -> None:
	for date in ("2010-01-01", "2013-01-01"):
		row = {"from_currency": buying, "to_currency": selling, "date": date}
		if not frappe.db.exists("Currency Exchange", row):
			rate = round(RATES[buying] / RATES[selling], 6)
			row |= {"doctype": "Currency Exchange", "exchange_rate": rate, "for_buying": 1, "for_selling": 1}
			frappe.get_doc(row).insert(ignore_permissions=True)


def _add_gateway(frappe) -> None:
	"""The DocType of the app payments, as far as a Link to it needs one."""
	if not frappe.db.exists("DocType", GATEWAY):
		field = {"fieldname": "gateway", "fieldtype": "Data", "label": "Gateway", "reqd": 1, "unique": 1}
		doc = {"doctype": "DocType", "name": GATEWAY, "module": "Accounts", "custom": 1}
		frappe.get_doc({**doc, "autoname": "field:gateway", "fields": [field]}).insert()


def _make_records(frappe, modules: list[str]) -> None:
	"""The modules' test records, in the order in which ERPNext alone makes them.

	Frappe 15 follows Links from DocType to DocType and looks for no circles; with a Link more it begins a circle elsewhere,
	at a record whose own Links are not there yet. Records that a site has are not made again.
	"""
	from frappe.model.meta import Meta
	from frappe.test_runner import make_test_records

	links_of = Meta.get_link_fields
	Meta.get_link_fields = lambda meta: [link for link in links_of(meta) if not link.get("is_custom_field")]
	frappe.flags.in_test = True
	for hook in frappe.get_hooks("before_tests"):
		frappe.get_attr(hook)()
	for module in modules:
		for doctype in getattr(importlib.import_module(module), "test_dependencies", ()):
			make_test_records(doctype, commit=True)


# --- the command line ----------------------------------------------------------------------------


def read_options() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("--bench", type=Path, default=Path.cwd(), help="its directory (default: here)")
	parser.add_argument("--without", help="the site that has ERPNext only")
	parser.add_argument("--with", dest="with_app", help="the site that has the app too")
	parser.add_argument(
		"--modules", nargs="+", metavar="MODULE", help="full names, or the ends of default ones"
	)
	parser.add_argument("--commit", help="test the app as of this commit (default: as the bench has it)")
	parser.add_argument("--one-by-one", action="store_true", help="the sites in turn (default: at once)")
	parser.add_argument("--once", action="store_true", help="do not run failed tests again alone")
	parser.add_argument("--limit", type=float, default=1800, metavar="SECONDS", help="for one module")
	parser.add_argument("--logs", type=Path, help="a directory for what the tests print (default: a new one)")
	parser.add_argument("--output", type=Path, help="a JSON file for the results")
	parser.add_argument("--prepare-site", help=argparse.SUPPRESS)
	options = parser.parse_args()
	if not options.prepare_site and not (options.without and options.with_app):
		parser.error("--without and --with are needed")
	options.bench = options.bench.resolve()
	options.modules = [full_name(module) for module in options.modules or MODULES]
	return options


def full_name(module: str) -> str:
	short = "test_" + module.removeprefix("test_")
	return next((name for name in MODULES if name.endswith("." + short)), module)


def run_both(sites: list[Site], one_by_one: bool, job: str, argument: list) -> None:
	with ThreadPoolExecutor(1 if one_by_one else len(sites)) as pool:
		for future in [pool.submit(getattr(site, job), argument) for site in sites]:
			future.result()


def run(options: argparse.Namespace) -> tuple[list[Site], list[Difference]]:
	logs = options.logs or Path(tempfile.mkdtemp(prefix="erpnext-suites-"))
	logs.mkdir(parents=True, exist_ok=True)
	sites = [Site(options, options.without, logs), Site(options, options.with_app, logs)]
	assert_sites(*sites)
	if options.commit:
		assert_code(sites[1])
	run_both(sites, options.one_by_one, "prepare", options.modules)
	run_both(sites, options.one_by_one, "run_modules", options.modules)
	if not options.once:
		run_both(sites, options.one_by_one, "run_again", failures(sites))
	say(f"What the tests printed is in {logs}")
	return sites, compare(*sites)


def report(sites: list[Site], differences: list[Difference]) -> None:
	print(f"{'passed / failed':36}{'without the app':>24}{'with the app':>24}")
	for module in sites[0].results:
		print_row(module.split(".")[-1], [passed_and_failed([site.results[module]]) for site in sites])
	print_row("all modules", [passed_and_failed(site.results.values()) for site in sites])
	print_row("the failed ones again, alone", [passed_and_failed(site.again.values()) for site in sites])
	for difference in differences:
		report_difference(difference)
	print(f"\n{sum(each.is_regression for each in differences)} tests that pass without the app fail with it")


def print_row(title: str, cells: list[str]) -> None:
	print(f"{title:36}" + "".join(f"{cell:>24}" for cell in cells))


def passed_and_failed(results: Iterable[Result]) -> str:
	results = list(results)
	did_not_run = ", did not run" if any(result.error for result in results) else ""
	return f"{sum(r.passed for r in results)} / {sum(len(r.failed) for r in results)}{did_not_run}"


def report_difference(difference: Difference) -> None:
	print(f"\n{difference.module.split('.')[-1]} {difference.test}")
	for word, found in (("in its module", difference.in_module), ("alone", difference.alone)):
		if found:
			print(f"  {word}, without: {found[0]}\n  {word}, with:    {found[1]}")
	if difference.reason:
		print(f"  by design: {difference.reason}")


def write(path: Path, sites: list[Site], differences: list[Difference]) -> None:
	found = {
		"versions": sites[1].versions,
		"without": results_of(sites[0]),
		"with": results_of(sites[1]),
		"differences": [asdict(each) | {"is_regression": each.is_regression} for each in differences],
	}
	path.write_text(json.dumps(found, indent="\t") + "\n")


def results_of(site: Site) -> dict:
	return {
		"results": {module: asdict(result) for module, result in site.results.items()},
		"again": {f"{module}:{test}": asdict(result) for (module, test), result in site.again.items()},
	}


def main() -> int:
	options = read_options()
	if options.prepare_site:
		prepare_site(options.prepare_site, options.modules)
		return 0
	with staged(options.commit) if options.commit else nullcontext():
		sites, differences = run(options)
	report(sites, differences)
	if options.output:
		write(options.output, sites, differences)
	return int(any(difference.is_regression for difference in differences))


if __name__ == "__main__":
	sys.exit(main())
