"""Serial and Batch Entry, which leaves writing itself to its bundle where the bundle writes all at once."""

from erpnext.stock.doctype.serial_and_batch_entry.serial_and_batch_entry import SerialandBatchEntry

from serial_inventory.services.rows import WrittenTogether


class BatchedEntry(WrittenTogether, SerialandBatchEntry):
	pass
