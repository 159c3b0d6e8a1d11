"""Frappe's Data Import, which imports Serial Nos through the app; for every other DocType it is as it was.

A class, because Frappe names its importer in the method and in the job themselves: no hook comes between.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import frappe
from frappe import _
from frappe.core.doctype.data_import.data_import import DataImport
from frappe.utils import get_datetime, now_datetime
from frappe.utils.background_jobs import enqueue, get_job
from frappe.utils.scheduler import is_scheduler_inactive
from rq.job import JobStatus

from serial_inventory.constants import SERIAL_NO
from serial_inventory.services import importing

TIMEOUT = 10_000
"""Seconds, as Frappe's own import has."""
SILENCE = timedelta(minutes=5)
"""A job that neither its worker nor its log has told of for so long was killed with its worker."""


class SerialDataImport(DataImport):
	def get_importer(self):
		"""Frappe asks for it twice in a save; the file is read once."""
		if self.reference_doctype != SERIAL_NO:
			return super().get_importer()
		source = (self.import_file, self.google_sheets_url, self.template_options, self.import_type)
		if self.flags.serial_importer_of != source:
			self.flags.serial_importer = importing.SerialImporter(self)
			self.flags.serial_importer_of = source
		return self.flags.serial_importer

	def start_import(self) -> bool:
		"""Frappe's own start, with the app's job. True if the import is under way, False if it was already."""
		if self.reference_doctype != SERIAL_NO:
			return super().start_import()
		is_test = frappe.flags.in_test or getattr(frappe, "in_test", False)
		run_now = bool(is_test or frappe.conf.developer_mode)
		if is_scheduler_inactive() and not run_now:
			frappe.throw(_("Scheduler is inactive. Cannot import data."), title=_("Scheduler Inactive"))
		if self._is_under_way():
			return False
		enqueue(
			importing.run,
			queue="default",
			timeout=TIMEOUT,
			event="data_import",
			job_id=self._job_id(),
			data_import=self.name,
			now=run_now,
		)
		return True

	def _is_under_way(self) -> bool:
		"""Whether the job waits or runs. After a power cut Redis says for hours that it runs; then it may be started again."""
		job = get_job(self._job_id())
		status = job and job.get_status()
		if status != JobStatus.STARTED:
			return status == JobStatus.QUEUED
		beat = job.last_heartbeat
		if beat and datetime.now(timezone.utc) - beat.replace(tzinfo=timezone.utc) < SILENCE:
			return True
		last = frappe.db.get_value(
			importing.IMPORT_LOG, {"data_import": self.name}, "creation", order_by="creation desc"
		)
		return bool(last) and now_datetime() - get_datetime(last) < SILENCE

	def _job_id(self) -> str:
		"""ERPNext 16's Cancel Import stops the job of this name; version 15 has no such button, and another name."""
		mark = "||" if hasattr(self, "set_delimiters_flag") else "::"
		return f"data_import{mark}{self.name}"
