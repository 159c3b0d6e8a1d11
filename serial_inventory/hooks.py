"""The wiring index: everything that this app does to Frappe and ERPNext starts here."""

from serial_inventory.desk import HOME as _home

app_name = "serial_inventory"
app_title = "Serialized Inventory"
app_publisher = "Serialized Inventory"
app_description = "Keeps every Serial No of ERPNext true, in bulk, through every stock transaction"
app_email = "hello@serialized-inventory.example"
app_license = "gpl-3.0"

required_apps = ["erpnext"]

add_to_apps_screen = [
	{
		"name": app_name,
		"logo": "/assets/serial_inventory/images/serialized-inventory.svg",
		"title": app_title,
		"route": _home,
		"has_permission": "serial_inventory.desk.has_permission",
	}
]

# The dialog and the scan field that enter serial numbers; in this order, because later ones build on earlier ones.
_enters_serials = [
	f"public/js/entering/{name}.js"
	for name in (
		"rows",
		"server",
		"style",
		"editor",
		"scan_field",
		"document_scans",
		"sources",
		"dialog",
		"wiring",
	)
]

_prints_labels = ["public/js/print_labels.js", "public/js/labels.js"]

doctype_js = {
	"Serial No": [
		"public/js/serial_no.js",
		"public/js/serial_no_history.js",
		"public/js/service.js",
		*_prints_labels,
	],
	"Purchase Receipt": [
		"public/js/serial_rows.js",
		"public/js/service.js",
		*_enters_serials,
		*_prints_labels,
	],
	"Purchase Invoice": ["public/js/serial_rows.js", *_enters_serials, *_prints_labels],
	"Delivery Note": ["public/js/serial_rows.js", "public/js/service.js", *_enters_serials, *_prints_labels],
	"Sales Invoice": [
		"public/js/serial_rows.js",
		"public/js/sales_invoice_renewals.js",
		*_enters_serials,
		*_prints_labels,
	],
	"Stock Entry": ["public/js/serial_rows.js", *_enters_serials, *_prints_labels],
	"Stock Reconciliation": [*_enters_serials, *_prints_labels],
	"POS Invoice": [*_enters_serials, *_prints_labels],
	"Pick List": [*_enters_serials, *_prints_labels],
	"Subcontracting Receipt": [*_enters_serials, *_prints_labels],
	"Asset Capitalization": _enters_serials,
	"Serial Renewal": _enters_serials,
	"Maintenance Schedule": ["public/js/service_documents.js", *_enters_serials],
	"Installation Note": ["public/js/service_documents.js", *_enters_serials],
	"Warranty Claim": "public/js/service_documents.js",
	"Issue": "public/js/service_documents.js",
	"Asset": "public/js/service_documents.js",
	"Data Import": "public/js/data_import.js",
}
doctype_list_js = {
	"Serial No": [
		"public/js/serial_no_list.js",
		"public/js/service_list.js",
		"public/js/import_list.js",
		"public/js/print_labels.js",
		"public/js/labels_list.js",
	]
}
override_doctype_dashboards = {"Serial No": "serial_inventory.dashboards.serial_no.get_data"}

# A customer's own units on the website (www/serial-nos.html).
standard_portal_menu_items = [
	{"title": "Serial Nos", "route": "/serial-nos", "reference_doctype": "Serial No", "role": "Customer"}
]

after_install = "serial_inventory.install.after_install"
after_migrate = "serial_inventory.install.after_migrate"
before_uninstall = "serial_inventory.uninstall.before_uninstall"

_moves_stock = {
	"before_validate": "serial_inventory.events.stock_document.before_validate",
	"validate": "serial_inventory.events.stock_document.validate",
	"before_submit": "serial_inventory.events.stock_document.before_submit",
	"on_submit": "serial_inventory.events.stock_document.on_submit",
	"before_cancel": "serial_inventory.events.stock_document.before_cancel",
	"on_cancel": "serial_inventory.events.stock_document.on_cancel",
	"on_trash": "serial_inventory.events.stock_document.on_trash",
	"before_print": "serial_inventory.events.stock_document.before_print",
}

_is_recorded = {
	"on_submit": "serial_inventory.events.ledger_document.on_submit",
	"before_cancel": "serial_inventory.events.ledger_document.before_cancel",
	"on_cancel": "serial_inventory.events.ledger_document.on_cancel",
}

_is_typed = {
	"before_validate": "serial_inventory.events.typed_document.before_validate",
	"validate": "serial_inventory.events.typed_document.validate",
	"before_submit": "serial_inventory.events.typed_document.before_submit",
}

_makes_schedule = {
	"on_submit": "serial_inventory.events.maintenance_schedule.after_delivery",
	"on_cancel": "serial_inventory.events.maintenance_schedule.after_delivery_cancelled",
}

_is_about_a_unit = {
	"before_validate": "serial_inventory.events.complaint.before_validate",
	"validate": "serial_inventory.events.complaint.validate",
}

doc_events = {
	"Purchase Receipt": _moves_stock,
	"Purchase Invoice": _moves_stock,
	"Delivery Note": {
		**_moves_stock,
		"on_submit": [_moves_stock["on_submit"], _makes_schedule["on_submit"]],
		"on_cancel": [_moves_stock["on_cancel"], _makes_schedule["on_cancel"]],
	},
	"Sales Invoice": {
		**_moves_stock,
		"before_validate": [
			_moves_stock["before_validate"],
			"serial_inventory.events.sales_invoice.before_validate",
		],
		"validate": [_moves_stock["validate"], "serial_inventory.events.sales_invoice.validate"],
		"on_submit": [
			_moves_stock["on_submit"],
			"serial_inventory.events.sales_invoice.on_submit",
			_makes_schedule["on_submit"],
		],
		"on_cancel": [
			_moves_stock["on_cancel"],
			"serial_inventory.events.sales_invoice.on_cancel",
			_makes_schedule["on_cancel"],
		],
		"on_trash": [_moves_stock["on_trash"], "serial_inventory.events.sales_invoice.on_trash"],
	},
	"Stock Entry": _moves_stock,
	"Stock Reconciliation": {
		"before_validate": "serial_inventory.events.stock_reconciliation.before_validate",
		**_is_recorded,
	},
	"Subcontracting Receipt": {**_is_typed, **_is_recorded},
	"Asset Capitalization": {**_is_typed, **_is_recorded},
	"POS Invoice": _is_typed,
	"Pick List": _is_typed,
	"Landed Cost Voucher": {
		"on_submit": "serial_inventory.events.landed_cost_voucher.after_posting",
		"on_cancel": "serial_inventory.events.landed_cost_voucher.after_posting",
	},
	"Stock Ledger Entry": {
		"on_update": "serial_inventory.events.stock_ledger_entry.on_update",
		"on_submit": "serial_inventory.events.stock_ledger_entry.on_submit",
	},
	"Serial No": {
		"validate": "serial_inventory.events.serial_no.validate",
		"on_update": "serial_inventory.events.serial_no.on_update",
		"on_trash": "serial_inventory.events.serial_no.on_trash",
	},
	"Item": {
		"validate": "serial_inventory.events.item.validate",
		"on_update": "serial_inventory.events.item.on_update",
	},
	"Maintenance Schedule": {
		"before_validate": "serial_inventory.events.maintenance_schedule.before_validate",
		"validate": "serial_inventory.events.maintenance_schedule.validate",
		"on_update": "serial_inventory.events.maintenance_schedule.on_update",
		"on_submit": "serial_inventory.events.maintenance_schedule.on_submit",
		"before_cancel": "serial_inventory.events.maintenance_schedule.before_cancel",
		"on_cancel": "serial_inventory.events.maintenance_schedule.on_cancel",
	},
	"Installation Note": {
		"before_validate": "serial_inventory.events.installation_note.before_validate",
		"validate": "serial_inventory.events.installation_note.validate",
	},
	"Warranty Claim": _is_about_a_unit,
	"Issue": _is_about_a_unit,
	"Asset": {
		"validate": "serial_inventory.events.asset.validate",
		"before_update_after_submit": "serial_inventory.events.asset.validate",
		"on_change": "serial_inventory.events.asset.on_change",
	},
	"Asset Movement": {
		"on_submit": "serial_inventory.events.asset.follow",
		"on_cancel": "serial_inventory.events.asset.follow",
	},
	"Asset Repair": {"on_change": "serial_inventory.events.asset.follow"},
}

# User Permissions on parties, which Frappe applies to Link fields only.
has_permission = {"Serial Booking": "serial_inventory.events.serial_booking.has_permission"}
permission_query_conditions = {"Serial Booking": "serial_inventory.events.serial_booking.get_conditions"}

# Batches what ERPNext does one entry, and Frappe one row of a file, at a time where no hook reaches; no rule is changed.
override_doctype_class = {
	"Data Import": "serial_inventory.overrides.data_import.SerialDataImport",
	"Serial and Batch Bundle": "serial_inventory.overrides.serial_and_batch_bundle.BatchedBundle",
	"Serial and Batch Entry": "serial_inventory.overrides.serial_and_batch_entry.BatchedEntry",
}

# Terms go with their vouchers and their Serial Nos, which see to it themselves (services/terms.py).
ignore_links_on_delete = ["Serial Term"]

scheduler_events = {
	"daily": ["serial_inventory.tasks.daily"],
	"hourly": ["serial_inventory.tasks.hourly"],
}

jinja = {
	"methods": [
		# The recipients of the reminders, for templates of Notifications.
		"serial_inventory.services.reminders.serial_no_contacts",
		# The labels of a document's units, for Print Formats.
		"serial_inventory.services.labels.serial_labels",
	]
}
