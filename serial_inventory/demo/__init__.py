"""The demo on a site, told as it happens: `bench --site SITE execute serial_inventory.demo.run`.

What is printed of each Serial No is read from the database, before and after each document. Run again, it goes on
with the same Items and new serial numbers.
"""


def run() -> None:
	"""The main job, then the accounts; every document is committed."""
	from serial_inventory.demo import accounts, main_job, telling
	from serial_inventory.setup import demo_company

	demo_company.create()
	telling.ensure_parties()
	main_job.run()
	accounts.run()
