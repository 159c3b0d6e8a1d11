"""Scheduler jobs, one service call each."""

from serial_inventory.services import advance, bookings, digest, maintenance


def daily():
	maintenance.refresh()
	advance.run()
	digest.send()


def hourly():
	bookings.refresh()
