def get_context(context):
	"""Frappe asks every standard Notification for one; this one needs no more than the booking."""
