from serial_inventory.services.reminders import get_context  # noqa: F401
