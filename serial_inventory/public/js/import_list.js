// Menu of the list: the app's template, for those who may import Serial Nos.
{
	const settings = (frappe.listview_settings["Serial No"] ||= {});
	const onload = settings.onload;
	settings.onload = function (listview) {
		onload?.call(this, listview);
		if (!frappe.model.can_import("Serial No")) return;
		listview.page.add_menu_item(__("Import Template with Examples"), () =>
			open_url_post("/api/method/serial_inventory.api.get_import_template", {}),
		);
	};
}
