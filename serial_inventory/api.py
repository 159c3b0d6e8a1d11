"""Whitelisted calls. Each says who may make it, and leaves the work to one service."""

from __future__ import annotations

from dataclasses import asdict

import frappe
import frappe.permissions
import frappe.utils.csvutils
from frappe.desk.utils import provide_binary_file

from serial_inventory.constants import ASSET, MAINTENANCE_SCHEDULE, SERIAL_BOOKING, SERIAL_NO
from serial_inventory.rules.serial_text import expand
from serial_inventory.services import (
	assets,
	available,
	booking_calendar,
	booking_invoice,
	bookings,
	check_list,
	check_out,
	complaints,
	entering,
	free,
	from_list,
	history,
	import_template,
	integrity,
	labels,
	lookup,
	messages,
	positions,
	public_check,
	recall,
	renewals,
	scanning,
	schedules,
	serial_file,
)
from serial_inventory.services import stock_take as stock_takes

REPAIRERS = ("Stock Manager", "System Manager")


@frappe.whitelist(methods=["POST"])
def repair_serial_nos(serial_nos: str | list[str]) -> dict:
	"""Make Serial Nos say what the stock ledger says of them (report Serial No Integrity).

	For Stock Managers and System Managers who may write Serial Nos; those that the user may not read are left alone.
	Returns {queued, repaired, sound, moved}: more than 2,000 are `queued` as a background job.
	"""
	if not set(REPAIRERS).intersection(frappe.get_roles()):
		message = frappe._("Only a Stock Manager or a System Manager repairs Serial Nos.")
		frappe.throw(message, frappe.PermissionError)
	frappe.has_permission(SERIAL_NO, "write", throw=True)
	return integrity.start_repair(integrity.permitted(_named(serial_nos)))


@frappe.whitelist(methods=["GET", "POST"])
def get_term(serial_no: str) -> dict:
	"""What the terms of a Serial No say today.

	Returns {serial_no, serial_plan, plan_type, term_start_date, expiry_date, term_status, next_term_change, terms}; `terms`
	are its standing ones without overlaps, oldest first. For those who may read the Serial No.
	"""
	return lookup.term_of(serial_no)


@frappe.whitelist(methods=["GET", "POST"])
def get_expiring(from_date: str, to_date: str, limit: int = 0, start: int = 0) -> list[dict]:
	"""The Serial Nos that expire between two days (both included), the soonest first, at most 10,000 in one answer.

	`start` and `limit` page through more. Only those that the user may read.
	"""
	return lookup.expiring(from_date, to_date, limit, start)


@frappe.whitelist(methods=["GET", "POST"])
def get_history(serial_no: str, limit: int = 0, before: str | None = None) -> dict:
	"""What happened to a Serial No, the newest first: {serial_no, events, next}.

	Each event is {kind, moment, document_type, document, party_type, party, from, to, who, note}; `kind` is one of
	constants.EventKind. 200 in one answer, or `limit`, at most 10,000; `before` is what the last answer gave as `next`. For
	those who may read the Serial No; events of documents that the user may not read are left out.
	"""
	return history.of_serial_no(serial_no, limit, before)


@frappe.whitelist(methods=["GET", "POST"])
def get_positions(
	as_on: str,
	item_code: str | None = None,
	warehouse: str | None = None,
	customer: str | None = None,
	limit: int = 0,
	after: str | None = None,
) -> dict:
	"""Where every Serial No was at the end of a day, by name: {as_on, positions, next}.

	Each is {serial_no, item_code, status, warehouse, customer, document_type, document, since}, `status` in ERPNext's words.
	A warehouse stands for those below it too. At most 10,000 in one answer; `after` is what the last one gave as `next`.
	For those who may read Serial Nos; User Permissions hold for where a unit was, too.
	"""
	scope = positions.Scope(item_code or None, warehouse or None, customer or None)
	return positions.on(as_on, scope, limit, after)


@frappe.whitelist(methods=["POST"])
def renew(serial_nos: str | list[str], serial_plan: str | None = None) -> list[dict]:
	"""Renew Serial Nos from the day after their terms, by Serial Renewals that are submitted; all of them or none.

	`serial_nos` is a list, or a text with commas, lines and ranges; `serial_plan` another plan than each one's own. For those
	who may submit a Serial Renewal. Returns [{serial_renewal, serial_no, serial_plan, from_date, to_date}].
	"""
	renewed = renewals.renew(_named(serial_nos), serial_plan)
	return [
		{
			"serial_renewal": doc.name,
			**{key: row.get(key) for key in ("serial_no", "serial_plan", "from_date", "to_date")},
		}
		for doc in renewed
		for row in doc.items
	]


@frappe.whitelist(methods=["POST"])
def check_out_booking(booking: str) -> dict:
	"""The party takes the unit of a submitted Serial Booking: {name, status, days_late}. A second call changes nothing.

	This and the next three are for those who may submit that booking.
	"""
	return bookings.check_out(booking)


@frappe.whitelist(methods=["POST"])
def return_booking(booking: str) -> dict:
	"""The unit is back: {name, status, days_late}. A second call changes nothing."""
	return bookings.give_back(booking)


@frappe.whitelist(methods=["POST"])
def extend_booking(booking: str, to_datetime: str) -> dict:
	"""The party keeps the unit until `to_datetime`: {name, status, days_late}. The same end again is no extension."""
	return bookings.extend(booking, to_datetime)


@frappe.whitelist(methods=["POST"])
def mark_no_show(booking: str) -> dict:
	"""Nobody came for the unit: {name, status, days_late}. It is free again."""
	return bookings.no_show(booking)


@frappe.whitelist(methods=["POST"])
def make_booking_invoice(booking: str) -> str:
	"""The name of the draft Sales Invoice for the booking's length; a second call gives the same one.

	For those who may submit the booking and create Sales Invoices.
	"""
	return booking_invoice.make(booking)


@frappe.whitelist(methods=["POST"])
def check_out_serial_nos(
	serial_nos: str | list[str],
	party_type: str,
	party: str,
	from_datetime: str,
	to_datetime: str,
	subject: str | None = None,
	take_now: bool | int | str = 1,
) -> dict:
	"""Book many units for one party, and check them out if `take_now`: {bookings, problems}. All, or none.

	For those who may create and submit Serial Bookings; units that they may not read are unknown.
	"""
	frappe.has_permission(SERIAL_BOOKING, "create", throw=True)
	frappe.has_permission(SERIAL_BOOKING, "submit", throw=True)
	frappe.has_permission(SERIAL_NO, "read", throw=True)
	return check_out.book(
		_serial_nos(serial_nos),
		party_type,
		party,
		from_datetime,
		to_datetime,
		subject,
		bool(frappe.utils.cint(take_now)),
	)


@frappe.whitelist(methods=["POST"])
def return_serial_nos(serial_nos: str | list[str]) -> dict:
	"""Return many units that are out: {returned, problems}. All, or none. Rights as in `check_out_serial_nos`."""
	frappe.has_permission(SERIAL_BOOKING, "submit", throw=True)
	frappe.has_permission(SERIAL_NO, "read", throw=True)
	return check_out.give_back(_serial_nos(serial_nos))


@frappe.whitelist()
def get_free_serial_nos(
	from_datetime: str,
	to_datetime: str,
	item_code: str | None = None,
	serial_purpose: str | None = None,
	attributes: dict | str | None = None,
	limit: int | str = free.LIMIT,
) -> list[dict]:
	"""Units that can be booked from one moment to another, by name: [{serial_no, item_code, item_name, ...}].

	`attributes` are equal values of fields of Serial No, {fieldname: value}. For those who may read Serial Nos and
	Serial Bookings; only units that the user may read.
	"""
	_may_look()
	return free.find(from_datetime, to_datetime, item_code, serial_purpose, attributes, limit)


@frappe.whitelist()
def get_next_free(serial_no: str, from_datetime: str | None = None, hours: float | str | None = None) -> dict:
	"""The next time at which the unit is free for so many hours: {from_datetime, to_datetime}.

	`hours` is the usual length of the unit's purpose where it is not given.
	"""
	_may_look()
	frappe.has_permission(SERIAL_NO, "read", doc=serial_no, throw=True)
	return free.next_of(serial_no, from_datetime, hours)


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def search_free_serial_nos(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict
) -> list:
	"""Link query of the booking form: bookable units, and of these only free ones where the filters give a time."""
	_may_look()
	return free.search(txt, start, page_len, filters or {})


@frappe.whitelist()
def get_booking_events(start: str, end: str, filters: list | str | None = None) -> list[dict]:
	"""Bookings between two moments for calendars: those that the user may read."""
	frappe.has_permission(SERIAL_BOOKING, "read", throw=True)
	return booking_calendar.events(start, end, filters)


@frappe.whitelist(methods=["GET", "POST"])
def make_maintenance_schedule(
	serial_nos: str | list[str] | None = None, doctype: str | None = None, name: str | None = None
) -> dict:
	"""An unsaved Maintenance Schedule: of Serial Nos, or of the units of a submitted Delivery Note, Sales Invoice, Purchase
	Receipt or Purchase Invoice (`doctype` and `name`). Its rows are the units by Item, start and purpose.

	For those who may create a Maintenance Schedule, and read the Serial Nos or the document.
	"""
	frappe.has_permission(MAINTENANCE_SCHEDULE, "create", throw=True)
	if doctype and name:
		return schedules.make_for_document(doctype, name).as_dict()
	return schedules.make_for_serial_nos(_named(serial_nos or [])).as_dict()


@frappe.whitelist(methods=["GET", "POST"])
def make_asset(serial_no: str) -> dict:
	"""An unsaved Asset of a Serial No, for those who may create an Asset and read the Serial No."""
	frappe.has_permission(ASSET, "create", throw=True)
	return assets.make(serial_no).as_dict()


@frappe.whitelist(methods=["GET", "POST"])
def get_warranty_status(serial_no: str, day: str | None = None) -> dict:
	"""What covers a Serial No on a day, today if none is given; for those who may read it.

	Returns {serial_no, item_code, customer, warranty_expiry_date, amc_expiry_date, warranty_amc_status}.
	"""
	return complaints.cover_of(serial_no, day)


@frappe.whitelist(methods=["GET", "POST"])
def print_labels(
	serial_nos: str | list[str] | None = None,
	doctype: str | None = None,
	name: str | None = None,
	first_label: int | str = 1,
) -> None:
	"""The labels of Serial Nos, or of all units of a document (`doctype` and `name`), as one PDF, as Settings have them.

	`first_label` is the first free place on an A4 sheet. For those who may print Serial Nos, and print that document.
	"""
	found = labels.of_document(doctype, name) if doctype and name else _named(serial_nos or [])
	content = labels.pdf(found, frappe.utils.cint(first_label))
	frappe.local.response.update(
		{"type": "pdf", "filename": f"{name or 'labels'}.pdf".replace("/", "-"), "filecontent": content}
	)


@frappe.whitelist(methods=["POST"])
def scan_stock_take(stock_take: str, serial_nos: str | list[str]) -> dict:
	"""Add scanned units to a Serial Stock Take: {scanned, added, repeated, strays, problems}.

	`scanned` is how many units it has now, `strays` are [{serial_no, place}] of those not expected there; what cannot be
	read is told in `problems`. This and the next ones are for those who may write that stock take.
	"""
	return stock_takes.scan(stock_take, _serial_nos(serial_nos))


@frappe.whitelist(methods=["POST"])
def unscan_stock_take(stock_take: str, serial_nos: str | list[str]) -> dict:
	"""Take units out of a Serial Stock Take that were scanned by mistake: {scanned, removed}."""
	return stock_takes.unscan(stock_take, _serial_nos(serial_nos))


@frappe.whitelist(methods=["POST"])
def finish_stock_take(stock_take: str) -> dict:
	"""The count is over; its figures, as `get_stock_take` has them."""
	return stock_takes.finish(stock_take)


@frappe.whitelist(methods=["POST"])
def resume_stock_take(stock_take: str) -> dict:
	"""The count goes on; its figures, as `get_stock_take` has them."""
	return stock_takes.resume(stock_take)


@frappe.whitelist(methods=["POST"])
def make_stock_take_reconciliation(stock_take: str) -> str:
	"""The name of the draft Stock Reconciliation that takes missing units out; a second call gives the same one.

	For those who may create Stock Reconciliations too; the next two, Stock Entries.
	"""
	return stock_takes.make_reconciliation(stock_take)


@frappe.whitelist(methods=["POST"])
def make_stock_take_issue(stock_take: str) -> str:
	"""The name of the draft Stock Entry that issues missing units, each at its own rate."""
	return stock_takes.make_issue(stock_take)


@frappe.whitelist(methods=["POST"])
def make_stock_take_transfer(stock_take: str) -> str:
	"""The name of the draft Stock Entry that brings strays from the company's other warehouses."""
	return stock_takes.make_transfer(stock_take)


@frappe.whitelist(methods=["GET", "POST"])
def get_stock_take(stock_take: str) -> dict:
	"""A Serial Stock Take by the stock of this moment: {status, scanned, expected, counts, scanned_by, bring_here, ...}.

	`counts` are by constants.StockTakeState. For those who may read it.
	"""
	return stock_takes.summary(stock_take)


@frappe.whitelist(methods=["GET", "POST"])
def get_stock_take_units(stock_take: str, state: str, start: int | str = 0, limit: int | str = 0) -> dict:
	"""The units of a Serial Stock Take in one state, by name: {units, next}, at most 20,000 in one answer.

	Each is {serial_no, item_code, place, scanned_by, scanned_on}; `next` is the next `start`. For those who may read it and
	Serial Nos; places that their User Permissions do not leave are not told.
	"""
	return stock_takes.units(stock_take, state, frappe.utils.cint(start), frappe.utils.cint(limit))


@frappe.whitelist(methods=["POST"])
def resolve_scan(code: str | list[str], doctype: str | None = None) -> dict | list[dict]:
	"""What a scanned code stands for; a list of up to 1,000 gives a list: serial, Item by its barcode, GTIN or code, batch,
	GS1 string, a label's address.

	Each is {code, kind: Serial No, Item, Batch or None, serial_no, is_known, item_code, item_name, has_serial_no,
	has_batch_no, uom, batch_no, is_batch_known, expiry_date, count, warehouse, status, problem, warning}. Only what the user
	may read is known; who may create documents of `doctype` is told a unit's Item and batch for it.
	"""
	is_one = isinstance(code, str) and not code.startswith('["')
	found = scanning.resolve([code] if is_one else _serial_nos(code), doctype)
	return found[0] if is_one else found


@frappe.whitelist(methods=["GET", "POST"])
def get_available_serial_nos(
	item_code: str,
	warehouse: str,
	search: str | None = None,
	order: str | None = None,
	start: int | str = 0,
	limit: int | str = available.PAGE,
) -> dict:
	"""The units of an Item in a warehouse: {serial_nos: [{serial_no, batch_no, expiry_date, warranty_expiry_date,
	purchase_date, purchase_document_no, is_reserved}], count, has_more}, at most 1,000 in one answer.

	`order` is Oldest First (ERPNext's FIFO), Expiry First or By Name. For those who may read Serial Nos; User Permissions hold.
	"""
	return available.find(item_code, warehouse, search, order, start, limit)


@frappe.whitelist(methods=["POST"])
def check_row_serial_nos(
	doc: dict | str,
	texts: dict | str,
	table: str | None = None,
	row: str | None = None,
	with_names: bool | int | str = 0,
) -> dict:
	"""What the document's save would say of serials typed in one row, line by line; nothing is written.

	`doc` is the document as the form has it, `table` and `row` the row's table field and name, `texts` {fieldname: text}: the
	row's serial_no, rejected_serial_no or renew_serial_nos, or a Serial Renewal's serial_nos. For those who may write the
	document. Returns {fieldname: {count, qty, wrong, unread, problems: [{line, message}], serial_nos}}; 100,000 in a text.
	"""
	return entering.check(_object(doc), table, row, _object(texts), bool(frappe.utils.cint(with_names)))


@frappe.whitelist(methods=["GET", "POST"])
def check_serial_nos(
	serial_nos: str | list[str], item_code: str | None = None, warehouse: str | None = None
) -> dict:
	"""What each serial of a list is, where it is and what is planned with it, for up to 100,000 serials.

	`serial_nos` is a list, or a text with lines, commas and ranges. Returns {count, counts, columns, rows, problems,
	customer_names}: `counts` are {answer: number} (constants.Answer), `rows` are lists in the order of `columns` (line,
	serial_no, item_code, answers, warehouse, customer, expiry_date, warranty_expiry_date, more), `problems` [{line, message}]
	of what could not be read. With an Item or a Warehouse (those below it count) units of others are told.
	For those who may read Serial Nos; what the user may not read, is unknown.
	"""
	frappe.has_permission(SERIAL_NO, "read", throw=True)
	return check_list.check(_serial_nos(serial_nos), item_code, warehouse)


@frappe.whitelist(methods=["POST"])
def download_checked_list(
	serial_nos: str | list[str],
	item_code: str | None = None,
	warehouse: str | None = None,
	answers: str | list[str] | None = None,
	file_format: str = "CSV",
) -> None:
	"""What `check_serial_nos` says as a file, CSV or Excel: the rows that have all of the `answers`, which are as told there."""
	frappe.has_permission(SERIAL_NO, "read", throw=True)
	wanted = frappe.parse_json(answers) if isinstance(answers, str) and answers else answers or []
	check_list.download(_serial_nos(serial_nos), item_code, warehouse, wanted, file_format)


@frappe.whitelist(methods=["POST"])
def make_from_serial_nos(doctype: str, serial_nos: str | list[str], against: str | None = None) -> dict:
	"""An unsaved document of up to 100,000 units, which stand in the text of rows by Item and warehouse: {doc}.

	`doctype` is Delivery Note, Stock Entry (a Material Transfer), Serial Renewal, Maintenance Schedule, or "Sales Return".
	Units that several documents delivered give {choices: [{doctype, name, count}]}: name one as `against`. For those who
	may create the document, and read all of the units.
	"""
	return from_list.make(doctype, _named(serial_nos), against)


@frappe.whitelist(methods=["POST"])
def read_serial_file(
	file: str | None = None, content: str | None = None, filename: str | None = None
) -> dict:
	"""The serial numbers in a list: {serial_nos, lines, problems: [{line, message}]}; `line` is None for the whole file.

	`file` is the name or URL of a File that the user may read, `content` a text or a data URL; without either it is the file
	that Frappe's upload_file hands over (its `method`), which is not stored then. CSV, TXT or XLSX: the column headed Serial No,
	or the only one, at most 100,000 lines. `lines` has the line of each serial; messages are HTML. For those who may read
	Serial Nos.
	"""
	frappe.has_permission(SERIAL_NO, "read", throw=True)
	if not file and not content:
		content = getattr(frappe.local, "uploaded_file", None)
		filename = getattr(frappe.local, "uploaded_filename", None)
		file = getattr(frappe.local, "uploaded_file_url", None) if content is None else None
	return serial_file.read(file, content, filename)


@frappe.whitelist(allow_guest=True, methods=["GET", "POST"])
def check_public(serial_no: str, item: str | None = None, purchase_month: str | None = None) -> dict:
	"""What a guest is told of a unit: {found, warranty_status, warranty_until, term_status, term_until}.

	For everybody while the public check page is enabled in the Settings, for nobody else. `item` and `purchase_month`
	(2026-11) are what the Settings ask for besides. Too many calls an hour are refused with 429.
	"""
	if not public_check.is_on():
		frappe.throw(frappe._("Not permitted"), frappe.PermissionError)
	return asdict(public_check.check(serial_no, item, purchase_month))


@frappe.whitelist(methods=["GET", "POST"])
def get_recall(
	item_code: str | None = None,
	supplier: str | None = None,
	purchase_document_no: str | None = None,
	purchase_document_type: str | None = None,
	batch_no: str | None = None,
	serial_nos: str | None = None,
	company: str | None = None,
	place: str | None = None,
	include_products: bool | int | str = 1,
	limit: int = 0,
	after: str | None = None,
) -> dict:
	"""The units of a recall by name, and how many are where: {counts, where, units, next}.

	`counts` is {place: units}; `where` is [{place, warehouse, customer, units}]; both are of all places and pages. What is
	given must all hold; one of the first six (but not the type alone) must be. `serial_nos` is a text with lines, commas and ranges; `place`
	one of constants.Place. A unit has what the Serial No says of it and `place`, `contact`, `email_id`, `mobile_no` of its
	customer, `built_into`, and, where it is such a product (`include_products`), `contains`. At most 10,000 in one answer; `after` is what the last one gave as `next`.
	For those who may read Serial Nos, and only those units; documents that the user may not read are blank.
	"""
	given = {
		"item_code": item_code,
		"supplier": supplier,
		"purchase_document_no": purchase_document_no,
		"purchase_document_type": purchase_document_type,
		"batch_no": batch_no,
		"serial_nos": serial_nos,
		"company": company,
		"place": place,
		"include_products": include_products,
	}
	return recall.of(recall.scope_of(given), limit, after)


@frappe.whitelist(methods=["GET", "POST"])
def export_recall(filters: str | dict) -> None:
	"""All units of a recall as a CSV file; `filters` are named as in `get_recall`.

	For those who may read and export Serial Nos.
	"""
	frappe.has_permission(SERIAL_NO, "read", throw=True)
	frappe.permissions.can_export(SERIAL_NO, raise_exception=True)
	frappe.utils.csvutils.build_csv_response(recall.table(recall.scope_of(filters)), "Serial No Recall")


@frappe.whitelist(methods=["GET", "POST"])
def get_import_template() -> None:
	"""Answers with an XLSX workbook to fill in for the Data Import Tool, for those who may import Serial Nos."""
	frappe.has_permission(SERIAL_NO, "import", throw=True)
	provide_binary_file("Serial No Import", "xlsx", import_template.make())


def _object(given: dict | str) -> dict:
	"""A document or the like, as such or as JSON."""
	try:
		found = frappe.parse_json(given)
	except ValueError:
		found = None
	if not isinstance(found, dict):
		frappe.throw(frappe._("Send a document and its texts, each as a JSON object."))
	return found


def _may_look() -> None:
	frappe.has_permission(SERIAL_NO, "read", throw=True)
	frappe.has_permission(SERIAL_BOOKING, "read", throw=True)


def _serial_nos(given: str | list[str]) -> str | list[str]:
	"""A text as typed, or a list, which may come as JSON."""
	if isinstance(given, str) and given.lstrip().startswith("["):
		given = frappe.parse_json(given)
	is_list = isinstance(given, list) and all(isinstance(name, str) for name in given)
	if not (is_list or isinstance(given, str)):
		frappe.throw(frappe._("A text or a list of Serial Nos is expected."))
	return given


def _named(given: str | list[str]) -> list[str]:
	"""The serials of a list, or of a text as people type it. Raises SerialNoError for a text that cannot be read."""
	given = _serial_nos(given)
	if isinstance(given, list):
		return given
	expansion = expand(given)
	messages.refuse(expansion.problems)
	return expansion.serial_nos
