"""Scheduler jobs, one service call each."""

from serial_inventory.services import bookings, maintenance


def daily():
	maintenance.refresh()


def hourly():
	bookings.refresh()
