"""The main job: serials received typed and by series, moved, delivered, a delivery cancelled, one refused."""

from __future__ import annotations

from functools import partial

from serial_inventory.constants import DELIVERY_NOTE, PURCHASE_RECEIPT, STOCK_ENTRY
from serial_inventory.demo import telling
from serial_inventory.demo.telling import (
	CUSTOMER,
	SUPPLIER,
	cancel,
	ensure_item,
	row,
	submit,
	unused_range,
	warehouse,
)

ROUTER, TABLET = "DEMO-ROUTER", "DEMO-TABLET"


def run() -> None:
	"""Receive, transfer, deliver, refuse and cancel, in documents of today, each committed."""
	_make_masters()
	stores, shop = warehouse("Stores"), warehouse("Finished Goods")
	tablets = unused_range(TABLET, "TAB", 5)
	tell = partial(telling.tell, [ROUTER, TABLET])

	receipt = tell(
		f"receives 5 of {ROUTER} with the Serial No column blank, and 5 of {TABLET} typed as {tablets}",
		lambda: submit(
			PURCHASE_RECEIPT,
			{"supplier": SUPPLIER},
			row(ROUTER, 5, rate=95, warehouse=stores),
			row(TABLET, 5, tablets, rate=310, warehouse=stores),
		),
	)
	routers, typed = ([name for name in line.serial_no.split("\n")] for line in receipt.items)
	tell(
		f"moves {routers[0]}+3 from {stores} to {shop}",
		lambda: submit(
			STOCK_ENTRY,
			{"purpose": "Material Transfer", "stock_entry_type": "Material Transfer"},
			row(ROUTER, 4, f"{routers[0]}+3", s_warehouse=stores, t_warehouse=shop),
		),
	)
	delivery = {"customer": CUSTOMER, "selling_price_list": "Standard Selling"}
	tell(
		f"delivers 2 of {TABLET}, typed",
		lambda: submit(
			DELIVERY_NOTE, delivery, row(TABLET, 2, ", ".join(typed[:2]), rate=450, warehouse=stores)
		),
	)
	second = tell(
		f"delivers 2 of {ROUTER} with the Serial No column blank: the oldest go",
		lambda: submit(DELIVERY_NOTE, delivery, row(ROUTER, 2, rate=150, warehouse=shop)),
	)
	tell("is cancelled: the units are as they were before", lambda: cancel(second))
	tell(
		f"wants to deliver {routers[4]} from {shop}, where it is not",
		lambda: submit(DELIVERY_NOTE, delivery, row(ROUTER, 1, routers[4], rate=150, warehouse=shop)),
	)


def _make_masters() -> None:
	ensure_item(ROUTER, "Dual-band router", warranty_period=365, serial_no_series="DR-.#####")
	ensure_item(TABLET, "Ward tablet", warranty_period=730)
