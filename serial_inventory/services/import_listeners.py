"""Whether anybody but this app waits for Serial Nos to be inserted or saved one document at a time.

If nobody does, an import writes them in bulk: the events would call nothing. If anybody does, it goes document by
document, as Frappe's own.
"""

from __future__ import annotations

import frappe
from frappe.model.base_document import get_controller

from serial_inventory.constants import APP, SERIAL_NO

CONTROLLER = ("erpnext.stock.doctype.serial_no.serial_no", "SerialNo")
EVENTS = (
	"before_insert",
	"before_naming",
	"autoname",
	"before_validate",
	"validate",
	"before_save",
	"after_insert",
	"on_update",
	"before_change",
	"on_change",
)
"""What a new or changed document of a DocType that is not submitted goes through."""

_ASSIGNMENT = ("Assignment Rule", {"document_type": SERIAL_NO, "disabled": 0})
IDLE: dict[str, tuple[str, dict] | None] = {
	"frappe.desk.notifications.clear_doctype_notifications": None,
	"frappe.workflow.doctype.workflow_action.workflow_action.process_workflow_actions": (
		"Workflow",
		{"document_type": SERIAL_NO, "is_active": 1},
	),
	"frappe.core.doctype.file.utils.attach_files_to_document": None,
	"frappe.core.doctype.permission_log.permission_log.make_perm_log": None,
	"frappe.automation.doctype.assignment_rule.assignment_rule.apply": _ASSIGNMENT,
	"frappe.automation.doctype.assignment_rule.assignment_rule.update_due_date": _ASSIGNMENT,
	"frappe.core.doctype.user_type.user_type.apply_permissions_for_non_standard_user_type": (
		"User Type",
		{"apply_user_permission_on": SERIAL_NO},
	),
	"frappe.search.sqlite_search.update_doc_index": None,
	"frappe.social.doctype.energy_point_rule.energy_point_rule.process_energy_points": (
		"Energy Point Rule",
		{"reference_doctype": SERIAL_NO, "enabled": 1},
	),
	"frappe.automation.doctype.milestone_tracker.milestone_tracker.evaluate_milestone": (
		"Milestone Tracker",
		{"document_type": SERIAL_NO, "disabled": 0},
	),
	"erpnext.support.doctype.service_level_agreement.service_level_agreement.apply": (
		"Service Level Agreement",
		{"document_type": SERIAL_NO, "enabled": 1},
	),
	"erpnext.setup.doctype.transaction_deletion_record.transaction_deletion_record.check_for_running_deletion_job": None,
}
"""Handlers of Frappe and ERPNext for every DocType, with the record that gives them something to do for Serial Nos.

Those without one are seen to once a chunk (services/import_rows.py), or have nothing to do for its fields.
"""
LISTENERS = (
	("Webhook", {"webhook_doctype": SERIAL_NO, "enabled": 1}),
	("Server Script", {"reference_doctype": SERIAL_NO, "script_type": "DocType Event", "disabled": 0}),
	("Document Naming Rule", {"document_type": SERIAL_NO, "disabled": 0}),
	("Workflow", {"document_type": SERIAL_NO, "is_active": 1}),
)


def found(mute_emails: bool) -> bool:
	"""Whether anybody listens. Without emails Frappe sends no Notifications from an import."""
	return (
		_is_other_controller()
		or any(_is_listening(handler) for handler in _handlers())
		or any(_exists(*listener) for listener in LISTENERS)
		or bool(frappe.get_hooks("sqlite_search"))
		or bool(frappe.get_cached_value("User", frappe.session.user, "follow_created_documents"))
		or (not mute_emails and _has_notification())
	)


def _is_other_controller() -> bool:
	controller = get_controller(SERIAL_NO)
	return (controller.__module__, controller.__name__) != CONTROLLER


def _handlers() -> set[str]:
	"""Everything that is called for a new or changed Serial No, this app's own apart."""
	events = frappe.get_hooks("doc_events", app_name=APP).get(SERIAL_NO, {})
	own = {handler for handlers in events.values() for handler in handlers}
	registered = frappe.get_doc_hooks()
	return {
		handler
		for doctype in (SERIAL_NO, "*")
		for event in EVENTS
		for handler in registered.get(doctype, {}).get(event, [])
	} - own


def _is_listening(handler: str) -> bool:
	if handler not in IDLE:
		return True
	record = IDLE[handler]
	return bool(record) and _exists(*record)


def _exists(doctype: str, filters: dict) -> bool:
	return bool(frappe.db.exists(doctype, filters))


def _has_notification() -> bool:
	events = ("New", "Save", "Value Change", "Method")
	return _exists("Notification", {"document_type": SERIAL_NO, "enabled": 1, "event": ("in", events)})
