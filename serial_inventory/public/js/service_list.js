// Actions > Create Maintenance Schedule, of the Serial Nos that are checked.
{
	const settings = (frappe.listview_settings["Serial No"] ||= {});
	const onload = settings.onload;
	settings.onload = function (listview) {
		onload?.call(this, listview);
		if (!frappe.model.can_create("Maintenance Schedule")) return;
		listview.page.add_actions_menu_item(__("Create Maintenance Schedule"), async () => {
			const { message } = await frappe.call({
				method: "serial_inventory.api.make_maintenance_schedule",
				args: { serial_nos: listview.get_checked_items(true) },
				freeze: true,
			});
			if (!message) return;
			const [doc] = frappe.model.sync(message);
			frappe.set_route("Form", doc.doctype, doc.name);
		});
	};
}
