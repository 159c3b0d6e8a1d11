"""Scheduler jobs, one service call each."""

from serial_inventory.services import digest, maintenance


def daily():
	maintenance.refresh()
	digest.send()
