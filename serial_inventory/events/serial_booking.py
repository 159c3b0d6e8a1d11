"""Serial Booking: who sees which."""

from serial_inventory.services import booking_rights


def has_permission(doc, ptype=None, user=None, **more):
	return booking_rights.may(doc, user)


def get_conditions(user=None, doctype=None):
	return booking_rights.conditions(user)
