"""The house's walls (docs/decisions.md), read from the source: no module is imported here but the test's own."""

import ast
import re
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).parents[2]
NAME = APP.name

RULES = ("constants", "rules")
SERVICES = (*RULES, "services", "erpnext_bundle")
MAY_IMPORT = {
	"constants": (),
	"rules": RULES,
	"cli": RULES,
	"services": SERVICES,
	"erpnext_bundle": SERVICES,
}
"""What the parts of the app import of each other. Parts that are not named stand above the services."""
ABOVE = (*SERVICES, "setup")
UNBOUND = ("hooks", "demo")

ERPNEXTS_OWN = ("Serial and Batch Bundle", "Serial and Batch Entry", "Stock Ledger Entry")
MAY_NAME_THEM = ("erpnext_bundle", "overrides", "hooks", "setup")
MAY_PRINT = ("cli.py", "demo/telling.py", "demo/accounts.py")
MAY_COMMIT = (
	"services/advance.py",
	"services/backfill.py",
	"services/importing.py",
	"setup/demo_company.py",
	"demo/telling.py",
	"demo/accounts.py",
)


def modules() -> Iterator[tuple[str, str, ast.Module]]:
	"""Every module of the app but its tests: (path in the app, part of the house, source tree)."""
	for path in sorted(APP.rglob("*.py")):
		place = path.relative_to(APP)
		if place.parts[0] != "tests" and not path.name.startswith("test_"):
			yield place.as_posix(), place.parts[0].removesuffix(".py"), tree_of(path)


def tree_of(path: Path) -> ast.Module:
	return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(tree: ast.AST) -> Iterator[str]:
	"""Full names of what is imported; a relative import stands as `.`."""
	for node in ast.walk(tree):
		if isinstance(node, ast.Import):
			yield from (alias.name for alias in node.names)
		elif isinstance(node, ast.ImportFrom):
			yield from (f"{node.module}.{alias.name}" if not node.level else "." for alias in node.names)


def own_parts(tree: ast.AST) -> set[str]:
	"""The parts of the app that are imported."""
	found = (name.split(".") for name in imports(tree))
	return {parts[1] for parts in found if parts[0] == NAME and len(parts) > 1}


def calls(tree: ast.AST) -> set[str]:
	return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def texts(tree: ast.AST) -> set[str]:
	"""The string constants of the code; docstrings and strings that stand alone are none."""
	alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
	return {
		node.value
		for node in ast.walk(tree)
		if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
	}


def has(dotted: str) -> bool:
	"""Whether `serial_inventory.a.b.name` is a module, or a name that a module defines at its top."""
	path = APP.parent / Path(*dotted.split("."))
	if path.is_dir() or path.with_suffix(".py").is_file():
		return True
	module = path.parent.with_suffix(".py")
	if not module.is_file():
		return False
	names = set()
	for node in tree_of(module).body:
		if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
			names.add(node.name)
		elif isinstance(node, ast.Assign):
			names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
	return path.name in names


class TestImports(unittest.TestCase):
	def test_rules_and_their_tests_need_python_alone(self):
		for path in [*sorted((APP / "rules").rglob("*.py")), APP / "constants.py", APP / "cli.py"]:
			for name in imports(tree_of(path)):
				top = name.split(".")[0]
				self.assertTrue(top == NAME or top in sys.stdlib_module_names, f"{path.name} imports {name}")

	def test_imports_run_one_way(self):
		for place, part, tree in modules():
			if part in UNBOUND:
				continue
			allowed = {part, *MAY_IMPORT.get(part, ABOVE)}
			self.assertLessEqual(own_parts(tree), allowed, place)

	def test_nothing_imports_the_tests(self):
		for place, _part, tree in modules():
			self.assertNotIn("tests", own_parts(tree), place)

	def test_imports_name_the_whole_path(self):
		for place, _part, tree in modules():
			self.assertNotIn(".", set(imports(tree)), place)


class TestHouseRules(unittest.TestCase):
	def test_one_module_knows_erpnexts_bundle_and_ledger(self):
		for place, part, tree in modules():
			if part not in MAY_NAME_THEM:
				self.assertFalse(texts(tree).intersection(ERPNEXTS_OWN), place)

	def test_nothing_prints_but_the_commands(self):
		for place, _part, tree in modules():
			if place not in MAY_PRINT:
				self.assertNotIn("print", calls(tree), place)

	def test_nothing_commits_but_long_work_of_its_own(self):
		for place, _part, tree in modules():
			if place not in MAY_COMMIT:
				self.assertNotIn("frappe.db.commit", calls(tree), place)

	def test_the_package_holds_its_version_alone(self):
		(version,) = tree_of(APP / "__init__.py").body
		self.assertEqual(ast.unparse(version.targets[0]), "__version__")


class TestWiring(unittest.TestCase):
	def test_hooks_point_to_what_there_is(self):
		dotted = re.compile(rf"{NAME}(\.\w+)+")
		named = {text for text in texts(tree_of(APP / "hooks.py")) if dotted.fullmatch(text)}
		named = {text for text in named if not text.endswith((".js", ".css"))}
		self.assertTrue(named)
		for name in named:
			self.assertTrue(has(name), f"hooks.py names {name}")

	def test_every_patch_is_there(self):
		for line in (APP / "patches.txt").read_text(encoding="utf-8").splitlines():
			name = line.split("#")[0].strip()
			if name.startswith(f"{NAME}."):
				self.assertTrue(has(f"{name}.execute"), f"patches.txt names {name}")
