"""The demo company: a site's setup wizard run without a browser, for trials and tests."""

import frappe
from frappe.desk.page.setup_wizard.setup_wizard import setup_complete
from frappe.utils import getdate

from serial_inventory.setup.stock_settings import enable_serial_numbers

COMPANY = "Northwind Devices"


def create():
	"""Complete the setup wizard with the demo company. Safe to run again."""
	year = getdate().year
	if not frappe.db.exists("Company", COMPANY):
		setup_complete(_wizard_answers(year))
	for fiscal_year in (year - 1, year, year + 1):
		_ensure_fiscal_year(fiscal_year)
	enable_serial_numbers()
	frappe.db.commit()


def _wizard_answers(year):
	return {
		"language": "English",
		"country": "United States",
		"timezone": "America/New_York",
		"currency": "USD",
		"company_name": COMPANY,
		"company_abbr": "ND",
		"chart_of_accounts": "Standard",
		"fy_start_date": f"{year}-01-01",
		"fy_end_date": f"{year}-12-31",
		"setup_demo": 0,
	}


def _ensure_fiscal_year(year):
	"""Last year and next year too, so that back-dated documents can be tried on any day."""
	start, end = f"{year}-01-01", f"{year}-12-31"
	covered = {"year_start_date": ("<=", start), "year_end_date": (">=", end), "disabled": 0}
	if not frappe.db.exists("Fiscal Year", covered):
		frappe.get_doc(
			{"doctype": "Fiscal Year", "year": str(year), "year_start_date": start, "year_end_date": end}
		).insert()
