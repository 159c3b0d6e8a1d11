"""A recall of a hundred thousand units: counted, the first page, everything, and by the document that brought them in.

In the bench directory, as its user, on a site made for this (the rows stay in it):

    env/bin/python apps/serial_inventory/benchmarks/recall.py --site app.example
"""

from __future__ import annotations

import argparse
import json
import os

import frappe
from history import BEGIN, BUNDLE, CUSTOMER, DELIVERY, ENTRY, ENTRY_TYPE, LEDGER, SHOP, STORES, Rows, timed

ITEM, PRODUCT = "BENCH-MODULE", "BENCH-CABINET"
BIG = 1_000
"""Units on a bulk document."""
SERIAL = (
	*("name", "serial_no", "item_code", "status", "warehouse", "customer", "delivery_document_type"),
	*("delivery_document_no", "purchase_document_type", "purchase_document_no", "creation", "owner"),
)
RECEIPT = "BENCH-RECEIPT"


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("--site", required=True)
	parser.add_argument("--serials", type=int, default=100_000)
	options = parser.parse_args()
	os.chdir("sites")
	frappe.init(site=options.site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	clear()
	make(options.serials)
	frappe.db.sql("ANALYZE TABLE `tabSerial No`, `tabStock Ledger Entry`, `tabSerial and Batch Entry`")
	print(json.dumps(measure(options.serials), indent=1))


def measure(count: int) -> dict:
	from serial_inventory import api
	from serial_inventory.services import recall

	found = {}
	typed = f"BENCH-{0:07d}..BENCH-{count - 1:07d}"
	for label, scope in (
		("item", {"item_code": ITEM}),
		("item, with customers", {"item_code": ITEM, "place": "With Customer"}),
		("item, without products", {"item_code": ITEM, "include_products": 0}),
		("purchase document", {"purchase_document_no": RECEIPT}),
		("typed range", {"serial_nos": typed}),
	):
		answer, figures = timed(api.get_recall, **scope, limit=1_000)
		found[f"{label}, a page of 1,000"] = {"counts": answer["counts"], **figures}
	for label, scope in (("item", {"item_code": ITEM}), ("typed range", {"serial_nos": typed})):
		lines, figures = timed(lambda scope=scope: list(recall.table(recall.scope_of(scope))))
		found[f"{label}, the whole file"] = {"lines": len(lines), **figures}
	return found


def clear() -> None:
	for doctype in ("Stock Entry", "Delivery Note", "Serial and Batch Bundle", "Stock Ledger Entry"):
		frappe.db.delete(doctype, {"name": ("like", "BENCH-%")})
	frappe.db.delete("Serial and Batch Entry", {"parent": ("like", "BENCH-%")})
	frappe.db.delete("Serial No", {"item_code": ("in", (ITEM, PRODUCT))})
	frappe.db.delete("Item", {"name": ("in", (ITEM, PRODUCT))})
	frappe.db.commit()


def make(count: int) -> None:
	"""Of every ten thousand units four lie in stock, three are sold, two are built into products and one is issued."""
	rows = Rows()
	for item in (ITEM, PRODUCT):
		rows.add("Item", ("name", "item_code", "item_name", "has_serial_no"), item, item, item, 1)
	for start in range(0, count, BIG):
		names = [f"BENCH-{number:07d}" for number in range(start, min(start + BIG, count))]
		rows.move(names, ITEM, BEGIN, ((STORES, 1),))
		at = start // BIG % 10
		if at < 4:
			add(rows, names, "Active", STORES)
		elif at < 7:
			rows.move(names, ITEM, BEGIN, ((STORES, -1),), DELIVERY)
			add(rows, names, "Delivered", None, CUSTOMER, DELIVERY, last(rows))
		elif at < 9:
			rows.write()
			build(rows, names)
		else:
			rows.move(names, ITEM, BEGIN, ((STORES, -1),))
			add(rows, names, "Consumed", None, None, ENTRY_TYPE, last(rows))
		rows.write()


def last(rows: Rows) -> str:
	return f"BENCH-{ITEM[-8:]}-{rows.number:06d}"


def add(
	rows: Rows, names: list[str], status: str, warehouse=None, customer=None, left_by=None, document=None
):
	rest = (status, warehouse, customer, left_by, document, "Purchase Receipt", RECEIPT, BEGIN, "bench")
	for name in names:
		rows.add("Serial No", SERIAL, name, name, ITEM, *rest)


def build(rows: Rows, names: list[str]) -> None:
	"""Entries that each build a hundred units into ten products."""
	for start in range(0, len(names), 100):
		parts = names[start : start + 100]
		rows.move(parts, ITEM, BEGIN, ((STORES, -1),))
		add(rows, parts, "Consumed", None, None, ENTRY_TYPE, last(rows))
		come_in(rows, last(rows), [f"BENCH-P{parts[0][6:]}-{number}" for number in range(10)])
	own = [row[0] for key, found in rows.rows.items() if key[0] == ENTRY_TYPE for row in found]
	rows.write()
	frappe.db.set_value(ENTRY_TYPE, {"name": ("in", own)}, "purpose", "Manufacture")


def come_in(rows: Rows, entry: str, products: list[str]) -> None:
	bundle = f"{entry}-1"
	rows.add("Serial and Batch Bundle", BUNDLE, bundle, PRODUCT, SHOP, "Inward", ENTRY_TYPE, entry, 1)
	line = (bundle, PRODUCT, SHOP, len(products), ENTRY_TYPE, entry, "row", BEGIN.date(), BEGIN.time())
	rows.add("Stock Ledger Entry", LEDGER, *line, BEGIN, BEGIN, "Administrator", 0, 1, bundle)
	for idx, name in enumerate(products, 1):
		parent = (f"{bundle}-{idx}", bundle, "Serial and Batch Bundle", "entries", idx, 1)
		rows.add("Serial and Batch Entry", ENTRY, *parent, name, SHOP, 1)
		rest = ("Active", SHOP, None, None, None, ENTRY_TYPE, entry, BEGIN, "bench")
		rows.add("Serial No", SERIAL, name, name, PRODUCT, *rest)


if __name__ == "__main__":
	main()
