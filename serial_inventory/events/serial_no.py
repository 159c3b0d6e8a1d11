"""Serial Nos that a person enters, changes or deletes, in the form, by Data Import or by the API."""

from serial_inventory.services import direct, purposes, terms


def validate(doc, method=None):
	direct.check(doc)
	purposes.check_unit(doc)


def on_update(doc, method=None):
	direct.open_term(doc)


def on_trash(doc, method=None):
	terms.forget_serial_no(doc)
