"""Property Setters as plain data: a serial number text of any length fits its column.

ERPNext's columns are TEXT (65,535 bytes: about 5,000 serials); a longer one is a database error.
"""

from __future__ import annotations

SERIAL_TEXTS = (
	("Purchase Receipt Item", "serial_no"),
	("Purchase Receipt Item", "rejected_serial_no"),
	("Purchase Invoice Item", "serial_no"),
	("Purchase Invoice Item", "rejected_serial_no"),
	("Delivery Note Item", "serial_no"),
	("Sales Invoice Item", "serial_no"),
	("POS Invoice Item", "serial_no"),
	("Packed Item", "serial_no"),
	("Stock Entry Detail", "serial_no"),
	("Pick List Item", "serial_no"),
	("Subcontracting Receipt Item", "serial_no"),
	("Subcontracting Receipt Item", "rejected_serial_no"),
	("Subcontracting Receipt Supplied Item", "serial_no"),
	("Asset Capitalization Stock Item", "serial_no"),
	("Asset Repair Consumed Item", "serial_no"),
	("Maintenance Schedule Item", "serial_no"),
	("Maintenance Schedule Detail", "serial_no"),
	("Installation Note Item", "serial_no"),
)


def get_property_setters() -> list[dict]:
	"""Every Property Setter of the app: doctype, fieldname, property, value, property_type."""
	return [
		{
			"doctype": doctype,
			"fieldname": fieldname,
			"property": "fieldtype",
			"value": "Long Text",
			"property_type": "Data",
		}
		for doctype, fieldname in SERIAL_TEXTS
	]
