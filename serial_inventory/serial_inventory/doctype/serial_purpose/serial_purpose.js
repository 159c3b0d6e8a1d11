frappe.ui.form.on("Serial Purpose", {
	setup(frm) {
		frm.set_query("default_plan", () => ({ filters: { disabled: 0 } }));
	},

	// The plan is not shown without terms, and would be refused.
	has_terms(frm) {
		if (!frm.doc.has_terms) frm.set_value("default_plan", null);
	},

	// The Desk keeps a DocType's fields, here and in the browser's storage, and cannot know that they changed.
	after_save(frm) {
		localStorage.removeItem("_doctype:Serial No");
		frappe.model.clear_doc("DocType", "Serial No");
		delete frappe.meta.docfield_copy["Serial No"];
		if (!frappe.views.formview["Serial No"] && !frappe.views.list_view["List/Serial No"]) return;
		frappe.show_alert({
			message: __("Reload the page to see the attributes in the Serial Nos that you have open."),
			indicator: "blue",
		});
	},
});

const OPTIONS_FOR = {
	Select: __("One choice per line."),
	Link: __("The name of a DocType, as Employee."),
};

frappe.ui.form.on("Serial Purpose Attribute", {
	form_render(frm, cdt, cdn) {
		frm.events.hint(frm, cdn);
	},

	label(frm, cdt, cdn) {
		frm.events.name_fields(frm);
	},

	fieldtype(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (!OPTIONS_FOR[row.fieldtype] && row.options) {
			frappe.model.set_value(cdt, cdn, "options", "");
		}
		frm.events.hint(frm, cdn);
	},
});

frappe.ui.form.on("Serial Purpose", {
	// New rows show the field that their label becomes; one that a person typed, or that may have data, stays.
	async name_fields(frm) {
		const rows = frm.doc.attributes || [];
		const is_open = (row) => row.__islocal && (!row.fieldname || row.fieldname === row.__made_fieldname);
		const names = await frappe.xcall(
			"serial_inventory.serial_inventory.doctype.serial_purpose.serial_purpose.get_fieldnames",
			{
				attributes: rows.map((row) => ({
					label: row.label,
					fieldname: is_open(row) ? "" : row.fieldname,
				})),
			},
		);
		rows.forEach((row, at) => {
			if (is_open(row)) row.__made_fieldname = row.fieldname = names[at];
		});
		frm.refresh_field("attributes");
	},

	hint(frm, name) {
		const row = frm.fields_dict.attributes.grid.grid_rows_by_docname[name];
		const field = row?.grid_form?.fields_dict.options;
		if (!field) return;
		const hint = OPTIONS_FOR[row.doc.fieldtype];
		field.set_description(hint || __("This type needs none."));
		field.df.read_only = hint ? 0 : 1;
		field.refresh();
	},
});
