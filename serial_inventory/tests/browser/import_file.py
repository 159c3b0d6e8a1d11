"""Writes the workbook that importing.mjs imports: serials with attributes, as a spreadsheet program saves it.

    python3 import_file.py OUT.xlsx PREFIX COUNT ITEM COMPANY PURPOSE [bad]

The attributes are those that the story gives the purpose. With `bad` a few rows are wrong.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta

from openpyxl import Workbook

HEADER = (
	"Serial No",
	"Item Code",
	"Company",
	"Warranty Expiry Date",
	"Serial Purpose",
	"Rack",
	"Ports",
	"Checked On",
)


def main() -> None:
	path, prefix, count, item, company, purpose, *bad = sys.argv[1:]
	book = Workbook(write_only=True)
	sheet = book.create_sheet("Serial No")
	sheet.append(HEADER)
	today = date.today()
	for number in range(1, int(count) + 1):
		ends = today + timedelta(days=300 + number % 60)
		attributes = (
			f"Hall {number % 40}, rack {number % 97}",
			number % 48,
			today - timedelta(days=number % 200),
		)
		sheet.append((f"{prefix}-{number:05}", item, company, ends, purpose, *attributes))
	if bad:
		sheet.append((f"{prefix}-00001".lower(), item, company))
		sheet.append((f"{prefix}-90001", "NO-SUCH-ITEM", company))
		sheet.append((date(2026, 3, 12), item, company))
		sheet.append((f"{prefix}-90002..{prefix}-90009", item, company))
		sheet.append((f"{prefix}-90010", item, company, "31st of May", purpose, "Hall 1, rack 1", 4))
	book.save(path)


if __name__ == "__main__":
	main()
