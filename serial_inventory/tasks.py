"""Scheduler jobs, one service call each."""

from serial_inventory.services import maintenance


def daily():
	maintenance.refresh()
