"""Indexes that reports and lists of units and terms are read by, over more than one column or on a field of ERPNext's."""

from __future__ import annotations

import frappe

from serial_inventory.constants import SERIAL_NO, SERIAL_TERM, TERM_STORY_INDEX

ROWS_WITH_SERIALS = (
	"Purchase Receipt Item",
	"Purchase Invoice Item",
	"Delivery Note Item",
	"Sales Invoice Item",
	"Packed Item",
	"Stock Entry Detail",
	"Stock Reconciliation Item",
)
"""Tables of rows that grow with every document."""

INDEXES = (
	# Numbers by expiry date, without the rows: what ends when.
	(SERIAL_NO, "serial_ends_index", ("expiry_date", "term_status", "status", "serial_plan")),
	# A customer's units, which ERPNext looks for without an index.
	(SERIAL_NO, "serial_customer_ends_index", ("customer", "expiry_date")),
	# The unit of an Asset, looked for whenever an Asset changes.
	(SERIAL_NO, "serial_asset_index", ("asset",)),
	# What was written of a unit after one of its terms, without the rows.
	(
		SERIAL_TERM,
		TERM_STORY_INDEX,
		(
			"serial_no",
			"creation",
			"from_date",
			"to_date",
			"grace_days",
			"is_cancelled",
			"action",
			"plan_type",
		),
	),
	# Drafts that name serials, whatever the number of submitted documents beside them.
	*((doctype, "serial_drafts_index", ("docstatus", "item_code")) for doctype in ROWS_WITH_SERIALS),
)


def apply() -> None:
	"""Make those that are missing; safe to run again. Each is a change of a table, which commits."""
	for doctype, name, columns in INDEXES:
		frappe.db.add_index(doctype, list(columns), name)


def remove() -> None:
	"""Take them off ERPNext's tables; the app's own tables go with the app."""
	for doctype, name, _columns in INDEXES:
		if doctype != SERIAL_TERM:
			frappe.db.sql_ddl(
				f"ALTER TABLE `tab{doctype}` DROP INDEX IF EXISTS `{name}`"
			)  # nosemgrep: constants
