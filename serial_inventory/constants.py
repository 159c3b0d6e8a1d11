"""Names that are written once: DocTypes, statuses, kinds of movement. Plain data, importable without Frappe."""

from enum import Enum


class Status(str, Enum):
	"""Serial No > Status, ERPNext's own words."""

	ACTIVE = "Active"
	INACTIVE = "Inactive"
	CONSUMED = "Consumed"
	DELIVERED = "Delivered"
	EXPIRED = "Expired"


class Maintenance(str, Enum):
	"""Serial No > Maintenance Status, ERPNext's own words."""

	UNDER_WARRANTY = "Under Warranty"
	OUT_OF_WARRANTY = "Out of Warranty"
	UNDER_AMC = "Under AMC"
	OUT_OF_AMC = "Out of AMC"


class Direction(str, Enum):
	"""Serial and Batch Bundle > Type of Transaction, for stock that moves."""

	INWARD = "Inward"
	OUTWARD = "Outward"


class Kind(str, Enum):
	"""What one line of a stock document means for a unit."""

	RECEIVED = "Received"  # bought: Purchase Receipt or Purchase Invoice
	MADE = "Made"  # brought in by a Stock Entry or a Stock Reconciliation
	MOVED_OUT = "Moved Out"  # leaves a warehouse in a transfer
	MOVED_IN = "Moved In"  # enters a warehouse in a transfer
	DELIVERED = "Delivered"  # sold: Delivery Note or Sales Invoice
	RETURNED = "Returned"  # comes back from a customer
	SENT_BACK = "Sent Back"  # goes back to the supplier
	CONSUMED = "Consumed"  # issued or built in
	REMOVED = "Removed"  # taken out by a Stock Reconciliation
	OTHER_IN = "Other In"
	OTHER_OUT = "Other Out"
	TAKEN_APART = "Taken Apart"  # leaves stock in pieces


class PlanType(str, Enum):
	"""Serial Plan > Plan Type."""

	TRIAL = "Trial"
	PAID = "Paid"


class DurationUnit(str, Enum):
	"""Serial Plan > Duration Unit."""

	DAY = "Day"
	WEEK = "Week"
	MONTH = "Month"
	YEAR = "Year"


class TermAction(str, Enum):
	"""Serial Term > Action, and Serial Renewal > Action but for the first."""

	START = "Start"
	RENEW = "Renew"
	CONVERT = "Convert"
	CHANGE_PLAN = "Change Plan"
	SUSPEND = "Suspend"
	RESUME = "Resume"
	END = "End"


class TermStatus(str, Enum):
	"""Serial No > Term Status: what its terms, or its life, make of a unit today."""

	NOT_STARTED = "Not Started"
	TRIAL = "Trial"
	PAID = "Paid"
	GRACE = "Grace"
	EXPIRED = "Expired"
	SUSPENDED = "Suspended"
	ENDED = "Ended"


class BookingStatus(str, Enum):
	"""Serial Booking > Status."""

	BOOKED = "Booked"
	OUT = "Out"
	RETURNED = "Returned"
	OVERDUE = "Overdue"
	CANCELLED = "Cancelled"
	NO_SHOW = "No-show"


class BookedUnits(str, Enum):
	"""Serialized Inventory Settings > Issuing Booked Units."""

	ALLOW = "Allow"
	WARN = "Warn"
	REFUSE = "Refuse"


class LabelMedium(str, Enum):
	"""Serialized Inventory Settings > Printed On."""

	SHEET = "A4 Sheet"
	ROLL = "Roll"


class LabelSymbol(str, Enum):
	"""Serialized Inventory Settings > Symbol."""

	QR = "QR Code"
	CODE_128 = "Code 128"
	GS1 = "GS1 DataMatrix"


class LabelLink(str, Enum):
	"""Serialized Inventory Settings > QR Code Leads To."""

	DESK = "Desk Form"
	CHECK_PAGE = "Public Check Page"
	NONE = "Serial No Alone"


class StockTakeStatus(str, Enum):
	"""Serial Stock Take > Status."""

	COUNTING = "Counting"
	COUNTED = "Counted"


class StockTakeState(str, Enum):
	"""What a Serial Stock Take says of a unit."""

	FOUND = "Found"
	MISSING = "Missing"
	STRAY = "Stray"
	CAME_IN = "Came In Since"
	WENT_OUT = "Went Out Since"


class EventKind(str, Enum):
	"""What happened to a unit, as its history tells it."""

	CREATED = "Created"  # entered directly
	IMPORTED = "Imported"
	RECEIVED = "Received"
	MADE = "Made"
	MOVED = "Moved"
	COUNTED = "Counted"  # found where it was by a Stock Reconciliation
	DELIVERED = "Delivered"
	RETURNED = "Returned"
	SENT_BACK = "Sent Back"
	CONSUMED = "Consumed"
	TAKEN_APART = "Taken Apart"
	REMOVED = "Removed"
	CAME_IN = "Came In"
	WENT_OUT = "Went Out"
	INSTALLED = "Installed"
	CLAIMED = "Claimed"
	MAINTENANCE_SCHEDULED = "Maintenance Scheduled"
	MAINTAINED = "Maintained"
	REPAIRED = "Repaired"
	BOOKED = "Booked"
	OUT = "Out"
	BACK = "Back"
	TERM_STARTED = "Term Started"
	RENEWED = "Renewed"
	CONVERTED = "Converted"
	PLAN_CHANGED = "Plan Changed"
	SUSPENDED = "Suspended"
	RESUMED = "Resumed"
	LAPSED = "Lapsed"
	ENDED = "Ended"
	ASSET_MOVED = "Asset Moved"
	FIELD_CHANGED = "Field Changed"


class Answer(str, Enum):
	"""What a checked list says of a serial number; in this order, and a unit may have several."""

	UNKNOWN = "Unknown"  # none that the user may read
	FREE = "Free"  # in stock, and nothing is planned with it
	IN_STOCK = "In Stock"
	DELIVERED = "Delivered"
	CONSUMED = "Consumed"
	NOT_IN_STOCK = "Not in Stock"  # never received, sent back or removed
	WRONG_ITEM = "Wrong Item"
	OTHER_WAREHOUSE = "Other Warehouse"
	BOOKED = "Booked"
	RESERVED = "Reserved"
	IN_DRAFT = "In a Draft"
	EXPIRED = "Expired"
	UNDER_WARRANTY = "Under Warranty"
	DUPLICATE = "Duplicate"  # stands in the list before


class PublicWarranty(str, Enum):
	"""What the public check page says of a warranty."""

	RUNNING = "Under Warranty"
	OVER = "Warranty Expired"
	NONE = "No Warranty"


class AskedBesides(str, Enum):
	"""Serialized Inventory Settings > Ask Besides the Serial No, of the public check page."""

	NOTHING = "Nothing"
	ITEM = "Item"
	MONTH = "Purchase Month"
	BOTH = "Item and Purchase Month"


class Place(str, Enum):
	"""Where a recalled unit is."""

	IN_STOCK = "In Stock"
	WITH_CUSTOMER = "With Customer"
	AT_SUPPLIER = "At Supplier"  # sent back
	BUILT_IN = "Built In"  # consumed by a document that made something of it
	CONSUMED = "Consumed"  # issued: used up or thrown away, ERPNext does not say which
	SCRAPPED = "Scrapped"  # an Asset that was scrapped
	TAKEN_APART = "Taken Apart"
	NOWHERE = "Not in Stock"  # never received, removed by a count, or on its way


APP = "serial_inventory"
MODULE = "Serial Inventory"
SETTINGS = "Serialized Inventory Settings"

SERIAL_NO = "Serial No"
ITEM = "Item"
PURCHASE_RECEIPT = "Purchase Receipt"
PURCHASE_INVOICE = "Purchase Invoice"
DELIVERY_NOTE = "Delivery Note"
SALES_INVOICE = "Sales Invoice"
STOCK_ENTRY = "Stock Entry"
STOCK_RECONCILIATION = "Stock Reconciliation"
SUBCONTRACTING_RECEIPT = "Subcontracting Receipt"
ASSET_CAPITALIZATION = "Asset Capitalization"
POS_INVOICE = "POS Invoice"
PICK_LIST = "Pick List"

MAINTENANCE_SCHEDULE = "Maintenance Schedule"
MAINTENANCE_VISIT = "Maintenance Visit"
INSTALLATION_NOTE = "Installation Note"
WARRANTY_CLAIM = "Warranty Claim"
ISSUE = "Issue"
ASSET = "Asset"
ASSET_MOVEMENT = "Asset Movement"
ASSET_REPAIR = "Asset Repair"
ASSET_MAINTENANCE = "Asset Maintenance"

STOCK_RESERVATION_ENTRY = "Stock Reservation Entry"

SERIAL_PURPOSE = "Serial Purpose"
SERIAL_PLAN = "Serial Plan"
SERIAL_TERM = "Serial Term"
SERIAL_RENEWAL = "Serial Renewal"
SERIAL_BOOKING = "Serial Booking"
SERIAL_STOCK_TAKE = "Serial Stock Take"
SERIAL_STOCK_TAKE_SCAN = "Serial Stock Take Scan"

TERM_STORY_INDEX = "term_story_index"
"""An index of Serial Term: what was written of a unit, in order (setup/indexes.py)."""

INTERNAL_TRANSFER = "Internal Transfer"
"""What the app calls the purpose of a receipt from the company itself; no Stock Entry has it."""
DISASSEMBLE = "Disassemble"
"""The Stock Entry purpose that takes units apart."""
TRANSFERS = ("Material Transfer", "Material Transfer for Manufacture", "Send to Subcontractor")
"""Stock Entry purposes whose rows take units out of one warehouse and into another."""
