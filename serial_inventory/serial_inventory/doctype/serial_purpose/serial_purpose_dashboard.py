from frappe import _


def get_data() -> dict:
	"""The Connections of a Serial Purpose; a plan names its purposes in a table."""
	return {
		"fieldname": "serial_purpose",
		"transactions": [{"label": _("Used By"), "items": ["Item", "Serial No", "Serial Plan"]}],
	}
