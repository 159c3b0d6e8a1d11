"""Scheduler jobs, one service call each."""

from serial_inventory.services import advance, maintenance


def daily():
	maintenance.refresh()
	advance.run()
