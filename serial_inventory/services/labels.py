"""Labels of Serial Nos for a user: which units, what stands on each, and the sheet of them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

import frappe
from frappe import _
from frappe.utils import cint, flt, formatdate, getdate

from serial_inventory import erpnext_bundle
from serial_inventory.constants import (
	DELIVERY_NOTE,
	PICK_LIST,
	POS_INVOICE,
	PURCHASE_INVOICE,
	PURCHASE_RECEIPT,
	SALES_INVOICE,
	SERIAL_NO,
	STOCK_ENTRY,
	STOCK_RECONCILIATION,
	SUBCONTRACTING_RECEIPT,
	LabelLink,
	LabelMedium,
	LabelSymbol,
)
from serial_inventory.rules import labels as rules
from serial_inventory.rules.labels import Layout, Unit
from serial_inventory.rules.problems import Problem, some
from serial_inventory.rules.serial_text import expand, fold
from serial_inventory.services import messages, register, rights, settings

MOST = 5_000
"""So many labels are printed in one file."""
CHUNK = 5_000
DOCUMENTS = (
	PURCHASE_RECEIPT,
	PURCHASE_INVOICE,
	SUBCONTRACTING_RECEIPT,
	STOCK_ENTRY,
	STOCK_RECONCILIATION,
	PICK_LIST,
	DELIVERY_NOTE,
	SALES_INVOICE,
	POS_INVOICE,
)
"""Documents whose units can be labelled."""
TEXTS = ("serial_no", "rejected_serial_no")
BUNDLES = ("serial_and_batch_bundle", "rejected_serial_and_batch_bundle")
OWN = ("name", "item_code", "batch_no", "expiry_date")
NOT_PRINTED = ("Password", "Image", "Attach Image")


@dataclass(frozen=True, slots=True)
class Label:
	"""One label: its unit's number, its symbol (rows of modules, True is dark), and its lines of text."""

	serial_no: str
	symbol: list[list[bool]]
	lines: list[str]


def layout() -> Layout:
	"""The Settings as the rules see them; what was never saved is as it is on a fresh site."""
	saved, fresh = settings.get(), Layout()
	return Layout(
		medium=LabelMedium(saved.label_medium or fresh.medium),
		width=flt(saved.label_width) or fresh.width,
		height=flt(saved.label_height) or fresh.height,
		columns=cint(saved.label_columns) or fresh.columns,
		rows=cint(saved.label_rows) or fresh.rows,
		margin_left=_or_fresh(saved.label_margin_left, fresh.margin_left),
		margin_top=_or_fresh(saved.label_margin_top, fresh.margin_top),
		symbol=LabelSymbol(saved.label_symbol or fresh.symbol),
		link=LabelLink(saved.label_link or fresh.link),
		text=saved.label_text or fresh.text,
	)


def _or_fresh(value, fresh: float) -> float:
	"""No margin is a margin."""
	return fresh if value is None else flt(value)


def check_settings(doc) -> None:
	"""Refuse sizes that do not fit on the paper, and texts with unknown fields."""
	problems = rules.check_layout(layout_of(doc))
	problems += rules.check_text(doc.label_text or "", printable_fields())
	messages.refuse(problems)


def layout_of(doc) -> Layout:
	"""The Settings document that is about to be saved, as the rules see it."""
	fresh = Layout()
	return Layout(
		medium=LabelMedium(doc.label_medium or fresh.medium),
		width=flt(doc.label_width),
		height=flt(doc.label_height),
		columns=cint(doc.label_columns),
		rows=cint(doc.label_rows),
		margin_left=flt(doc.label_margin_left),
		margin_top=flt(doc.label_margin_top),
	)


def printable_fields() -> set[str]:
	"""The fields of Serial No that a label can name."""
	without = {*frappe.model.no_value_fields, *NOT_PRINTED}
	return {field.fieldname for field in frappe.get_meta(SERIAL_NO).fields if field.fieldtype not in without}


# --- which units -----------------------------------------------------------------------------------


def of_document(doctype: str, name: str) -> list[str]:
	"""The serials of a document that the user may print: those in its rows, in their bundles and in its ledger."""
	if doctype not in DOCUMENTS:
		text = _("Labels are printed of {0}, not of {1}.").format(", ".join(map(_, DOCUMENTS)), _(doctype))
		frappe.throw(text)
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("print")
	found = in_rows(doc)
	if doc.docstatus == 1:
		found += erpnext_bundle.serial_nos_of_voucher(doctype, name)
	return list({fold(serial_no): serial_no for serial_no in found}.values())


def in_rows(doc) -> list[str]:
	"""The serials that a document's rows name, typed or by bundle."""
	rows = doc.get_all_children()
	texts = [row.get(field) for row in rows for field in TEXTS if row.get(field)]
	bundles = [row.get(field) for row in rows for field in BUNDLES if row.get(field)]
	known = register.named_like_ranges(texts)
	typed = [serial_no for text in texts for serial_no in expand(text, known=known).serial_nos]
	bundled = erpnext_bundle.serial_nos_of_bundles(bundles)
	return [*(serial_no for bundle in bundles for serial_no in bundled[bundle]), *typed]


# --- what stands on them ---------------------------------------------------------------------------


def make(serial_nos: Sequence[str], look: Layout) -> list[Label]:
	"""The labels of the serials, in their order; all that cannot be printed is refused at once. Raises SerialNoError."""
	from serial_inventory.services import symbols  # its packages are wanted for labels alone

	fields = rules.fields_of(look.text)
	units = _units(serial_nos, fields)
	address = _address(look)
	symbol_of = symbols.maker(look.symbol)
	made, not_encodable, fine = [], [], []
	for unit, values in units:
		try:
			symbol = symbol_of(rules.content(look, unit, address))
		except symbols.NotEncodable:
			not_encodable.append(unit.serial_no)
			continue
		if rules.too_fine(look, len(symbol[0]), ()):
			fine.append((len(symbol[0]), unit.serial_no))
		made.append(Label(unit.serial_no, symbol, rules.lines(look.text, values)))
	problems = [rules.not_encodable(look, not_encodable)] if not_encodable else []
	if fine:
		problems.append(rules.too_fine(look, max(fine)[0], [serial_no for _modules, serial_no in fine]))
	messages.refuse(problems)
	return made


def _address(look: Layout) -> str:
	"""Where the links lead; Frappe 16 moved the Desk."""
	if look.link == LabelLink.CHECK_PAGE:
		return frappe.utils.get_url()
	desk = "desk" if int(frappe.__version__.split(".")[0]) >= 16 else "app"
	return f"{frappe.utils.get_url()}/{desk}"


def _units(serial_nos: Sequence[str], fields: Sequence[str]) -> list[tuple[Unit, dict[str, str]]]:
	"""Each unit, and the values of its fields as text, of those that the user may read; others are refused."""
	readable = rights.readable_fields(SERIAL_NO, [*OWN, *fields])
	rows = {fold(row.name): row for row in _rows(serial_nos, list(dict.fromkeys(["name", *readable])))}
	missing = [name for name in serial_nos if fold(name) not in rows]
	if missing:
		text = rules._(
			"These Serial Nos do not exist, or you may not read them: {0}. Leave them out, or ask for the permission."
		)
		messages.refuse([Problem(text, (some(missing),))])
	gtins = _gtins({row.item_code for row in rows.values() if row.get("item_code")})
	return [
		(_unit(row, gtins), {field: _shown(field, row.get(field)) for field in fields})
		for row in (rows[fold(name)] for name in serial_nos)
	]


def _rows(serial_nos: Sequence[str], fields: list[str]) -> Iterable:
	for start in range(0, len(serial_nos), CHUNK):
		filters = {"name": ("in", list(serial_nos[start : start + CHUNK]))}
		yield from frappe.get_list(SERIAL_NO, filters=filters, fields=fields, limit_page_length=0)


def _unit(row, gtins: dict[str, str]) -> Unit:
	expiry_date = row.get("expiry_date")
	return Unit(
		serial_no=row.name,
		gtin=gtins.get(row.get("item_code")),
		expiry_date=getdate(expiry_date) if expiry_date else None,
		batch_no=row.get("batch_no") or None,
	)


def _gtins(item_codes: Iterable[str]) -> dict[str, str]:
	"""{Item: its GTIN in 14 digits}. The barcode of the stock unit is asked first: a serial is one unit."""
	codes = sorted(item_codes)
	if not codes:
		return {}
	barcode, item = frappe.qb.DocType("Item Barcode"), frappe.qb.DocType("Item")
	query = frappe.qb.from_(barcode).inner_join(item).on(item.name == barcode.parent)
	query = query.select(barcode.parent, barcode.barcode, barcode.uom, item.stock_uom, barcode.idx)
	rows = query.where(barcode.parent.isin(codes) & (barcode.parenttype == "Item")).run()
	by_item: dict[str, list[tuple]] = {}
	for code, text, uom, stock_uom, idx in rows:
		by_item.setdefault(code, []).append((uom not in (None, "", stock_uom), idx, text or ""))
	found = {code: rules.gtin(text for *_order, text in sorted(texts)) for code, texts in by_item.items()}
	return {code: gtin for code, gtin in found.items() if gtin}


def _shown(fieldname: str, value) -> str:
	if value in (None, ""):
		return ""
	field = frappe.get_meta(SERIAL_NO).get_field(fieldname)
	if field and field.fieldtype == "Date":
		return formatdate(value)
	if field and field.fieldtype in ("Float", "Currency", "Percent"):
		return f"{flt(value):g}"
	return str(value)


# --- on paper --------------------------------------------------------------------------------------


def pdf(serial_nos: Sequence[str], first: int = 1) -> bytes:
	"""A PDF with a label of each serial, for those who may print Serial Nos. `first` is the first free place on a sheet."""
	from serial_inventory.services import label_sheet

	frappe.has_permission(SERIAL_NO, "print", throw=True)
	look = layout()
	messages.refuse(_not_printable(serial_nos, look, first))
	return label_sheet.draw(make(serial_nos, look), look, first)


def _not_printable(serial_nos: Sequence[str], look: Layout, first: int) -> list[Problem]:
	problems = rules.check_first(look, first)
	if not serial_nos:
		problems.append(Problem(rules._("There are no Serial Nos to print labels of.")))
	if len(serial_nos) > MOST:
		text = rules._("{0} labels are too many for one file, which takes {1}. Print them in parts.")
		problems.append(Problem(text, (f"{len(serial_nos):,}", f"{MOST:,}")))
	return problems


def serial_labels(doc) -> str:
	"""For Print Formats (hook `jinja`): the label of a Serial No, or those of all serials of a document, of the size in Settings."""
	serial_nos = [doc.name] if doc.doctype == SERIAL_NO else of_document(doc.doctype, doc.name)
	look = layout()
	symbol, text = rules.arrange(look)
	values = {
		"look": look,
		"symbol": symbol,
		"text": text,
		"labels": [
			{"lines": label.lines, "image": _image(label, look)} for label in make(serial_nos[:MOST], look)
		],
		"is_bars": look.symbol == LabelSymbol.CODE_128,
	}
	return frappe.render_template("serial_inventory/templates/print_formats/serial_labels.html", values)


def _image(label: Label, look: Layout) -> str:
	"""The symbol as a picture that stands in the page itself."""
	from PIL import Image

	border, rows = rules.quiet(look.symbol), label.symbol
	width = len(rows[0]) + 2 * border
	upright = 0 if len(rows) == 1 else border
	picture = Image.new("1", (width, len(rows) + 2 * upright), 1)
	for y, row in enumerate(rows, upright):
		for x, is_dark in enumerate(row, border):
			if is_dark:
				picture.putpixel((x, y), 0)
	stretch = 8 if len(rows) > 1 else 60
	picture = picture.resize((width * 8, picture.height * stretch))
	file = BytesIO()
	picture.save(file, "PNG", optimize=True)
	return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
