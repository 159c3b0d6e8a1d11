"""How long a PDF of labels takes: `python labels.py SITE [COUNT]`, run as the bench's other benchmarks (README.md).

The units exist in memory of one transaction that is rolled back; what is timed is what a user waits for.
"""

from __future__ import annotations

import json
import sys
import time

import frappe


def main(site: str, count: int = 1_000) -> None:
	frappe.init(site=site)
	frappe.connect()
	frappe.set_user("Administrator")
	try:
		print(json.dumps(measure(count), indent=1))
	finally:
		frappe.db.rollback()
		frappe.destroy()


def measure(count: int) -> dict:
	from serial_inventory.constants import LabelMedium, LabelSymbol
	from serial_inventory.rules.labels import Layout
	from serial_inventory.services import label_sheet, labels
	from serial_inventory.tests import makers

	makers.masters()
	makers.item("LABELS-L1", "LB-.######")
	makers.purchase_receipt(makers.buying_row("LABELS-L1", count))
	serial_nos = frappe.get_all("Serial No", {"item_code": "LABELS-L1"}, pluck="name", order_by="name")
	took = {}
	for medium in LabelMedium:
		for symbol in LabelSymbol:
			look = Layout(medium=medium, symbol=symbol)
			start = time.perf_counter()
			pdf = label_sheet.draw(labels.make(serial_nos, look), look)
			seconds = time.perf_counter() - start
			took[f"{symbol.value}, {medium.value}"] = {"seconds": round(seconds, 2), "kB": len(pdf) // 1000}
	return {"labels": len(serial_nos), "took": took}


if __name__ == "__main__":
	main(sys.argv[1], *map(int, sys.argv[2:3]))
