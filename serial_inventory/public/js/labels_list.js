// Actions > Print Labels, of the Serial Nos that are checked.
{
	const settings = (frappe.listview_settings["Serial No"] ||= {});
	const onload = settings.onload;
	settings.onload = function (listview) {
		onload?.call(this, listview);
		if (!frappe.model.can_print("Serial No")) return;
		listview.page.add_actions_menu_item(__("Print Labels"), () =>
			serial_inventory.print_labels({ serial_nos: listview.get_checked_items(true) }),
		);
	};
}
