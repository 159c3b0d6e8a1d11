frappe.listview_settings["Serial Booking"] = {
	hide_name_column: true, // the title says it, and the time needs the room
	add_fields: ["status", "serial_no", "party_name", "from_datetime", "to_datetime", "days_late", "color"],

	get_indicator(doc) {
		const colors = {
			Booked: "blue",
			Out: "orange",
			Overdue: "red",
			Returned: "green",
			"No-show": "gray",
			Cancelled: "gray",
		};
		if (!colors[doc.status]) return;
		const late = doc.status === "Overdue" && doc.days_late;
		const label = late ? __("Overdue, {0} days", [doc.days_late]) : __(doc.status);
		return [label, colors[doc.status], `status,=,${doc.status}`];
	},

	onload(listview) {
		listview.page.add_inner_button(__("Overdue"), () =>
			listview.filter_area
				.clear()
				.then(() => listview.filter_area.add([["Serial Booking", "status", "=", "Overdue"]])),
		);
		listview.page.add_inner_button(__("Check-out Desk"), () => frappe.set_route("serial-check-out"));
		listview.page.add_inner_button(__("Free Serial Nos"), () =>
			frappe.set_route("query-report", "Free Serial Nos"),
		);
	},
};
