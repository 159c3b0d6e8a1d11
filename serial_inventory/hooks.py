"""The wiring index: everything that this app does to Frappe and ERPNext starts here."""

app_name = "serial_inventory"
app_title = "Serialized Inventory"
app_publisher = "Serialized Inventory"
app_description = "Keeps every Serial No of ERPNext true, in bulk, through every stock transaction"
app_email = "hello@serialized-inventory.example"
app_license = "gpl-3.0"

required_apps = ["erpnext"]
