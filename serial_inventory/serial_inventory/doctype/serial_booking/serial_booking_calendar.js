frappe.views.calendar["Serial Booking"] = {
	field_map: {
		start: "from_datetime",
		end: "to_datetime",
		id: "name",
		title: "title",
		allDay: "all_day",
		color: "color",
	},
	gantt: { order_by: "from_datetime" },
	filters: [
		{ fieldtype: "Link", fieldname: "serial_no", options: "Serial No", label: __("Serial No") },
		{ fieldtype: "Link", fieldname: "item_code", options: "Item", label: __("Item") },
		{ fieldtype: "Data", fieldname: "party", label: __("Party") },
	],
	get_events_method: "serial_inventory.api.get_booking_events",
};
