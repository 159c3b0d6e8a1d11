"""POS Invoice, Subcontracting Receipt, Pick List, Asset Capitalization: what people type in their rows.

ERPNext makes the bundles of these itself, from the rows' texts; the app reads ranges and separators before it does, and
refuses what cannot be with the reasons.
"""

from serial_inventory.services import entry, register


def before_validate(doc, method=None):
	entry.bring_back(doc)
	lines = [line for line in entry.read(doc) if line.serial_nos and not line.has_own_bundle]
	known = register.known([name for line in lines for name in line.serial_nos])
	for line in lines:
		entry.use_stored_names(line, known)
		line.row.use_serial_batch_fields = 1  # or ERPNext would ask for it


def validate(doc, method=None):
	if doc.docstatus == 0 and entry.is_checked_as_draft():
		entry.check(entry.read(doc))


def before_submit(doc, method=None):
	entry.check(entry.read(doc), lock=True)
