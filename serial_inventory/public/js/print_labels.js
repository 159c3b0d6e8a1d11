// What Print Labels does; the list and the forms both load it.
frappe.provide("serial_inventory");

serial_inventory.print_labels = (args) =>
	frappe.prompt(
		{
			fieldname: "first_label",
			fieldtype: "Int",
			label: __("Begin at Label"),
			default: 1,
			description: __("On an A4 sheet that is used in part: the first label that is free."),
		},
		({ first_label }) =>
			// A form of its own, because thousands of names are too long for an address.
			open_url_post(
				"/api/method/serial_inventory.api.print_labels",
				{ ...args, first_label: first_label || 1 },
				true,
			),
		__("Print Labels"),
		__("Print"),
	);
