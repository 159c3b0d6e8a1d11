// How the dialog and the scan field look; Frappe's own colours, so that they follow the theme.
frappe.provide("serial_inventory.entering");

frappe.dom.set_style(
	`
.si-editor { display: grid; grid-template-columns: 52px 1fr 0; height: 300px;
	border: 1px solid var(--border-color); border-radius: var(--border-radius); overflow: hidden; }
.si-editor.si-has-notes { grid-template-columns: 52px minmax(150px, 2fr) 3fr; }
.si-editor textarea { border: 0; outline: 0; resize: none; padding: 8px; font: 13px/20px var(--font-stack-monospace, monospace);
	background: var(--control-bg); color: var(--text-color); white-space: pre; overflow: auto; }
.si-long { display: none; overflow: auto; outline: 0; font: 13px/20px var(--font-stack-monospace, monospace);
	background: var(--control-bg); color: var(--text-color); }
.si-is-long .si-long { display: block; }
.si-is-long textarea { display: none; }
.si-long > div { position: relative; }
.si-long > div > div { position: absolute; left: 0; right: 0; }
.si-long [data-line] { height: 20px; padding: 0 8px; white-space: pre; cursor: default; }
.si-long .si-selected { background: var(--gray-300); }
.si-gutter, .si-notes { position: relative; overflow: hidden; font-size: 12px; line-height: 20px; }
.si-gutter > div, .si-notes > div { position: absolute; left: 0; right: 0; }
.si-gutter > div > div { height: 20px; padding-right: 8px; text-align: right; color: var(--text-light); }
.si-gutter .si-wrong { background: var(--red-500); color: white; }
.si-notes > div > div { height: 20px; padding: 0 8px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.si-notes [data-line] { color: var(--red-600); cursor: pointer; }
.si-detail { min-height: 36px; margin-top: 8px; color: var(--red-600); font-size: 12px; }
.si-detail:empty { min-height: 0; margin: 0; }
.si-pane { display: grid; grid-template-columns: 3fr 2fr; gap: 20px; }
@media (max-width: 991px) { .si-detail { min-height: 36px; margin-top: 8px; color: var(--red-600); font-size: 12px; }
.si-detail:empty { min-height: 0; margin: 0; }
.si-pane { grid-template-columns: 1fr; } }
.si-lists { display: flex; gap: 8px; align-items: center; margin-bottom: 8px; min-height: 28px; }
.si-status { display: flex; gap: 12px; align-items: center; flex-wrap: wrap; margin-top: 8px; min-height: 26px; }
.si-source { min-height: 300px; padding-top: 10px; }
.si-units { height: 210px; overflow: auto; border: 1px solid var(--border-color); border-radius: var(--border-radius); }
.si-units label { display: flex; gap: 8px; margin: 0; padding: 3px 8px; font-weight: normal; align-items: center; cursor: pointer; }
.si-units label:hover { background: var(--fg-hover-color); }
.si-units .si-taken { color: var(--text-light); cursor: default; }
.si-units input { margin: 0; flex: none; }
.si-units span:last-child { margin-left: auto; color: var(--text-muted); font-size: 12px; }
.si-scan { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-bottom: 12px; }
.si-scan .si-box { position: relative; flex: 0 1 300px; }
.si-scan input { padding-right: 34px; transition: box-shadow .1s; }
.si-scan .si-camera { position: absolute; right: 4px; top: 2px; padding: 2px 6px; background: none; box-shadow: none; }
.si-scan .si-good { box-shadow: 0 0 0 2px var(--green-500); }
.si-scan .si-bad { box-shadow: 0 0 0 2px var(--red-500); }
.si-log { display: flex; flex-wrap: wrap; gap: 6px; flex: 1 1 100%; max-height: 50px; overflow: hidden; }
.si-log .indicator-pill { max-width: 100%; }
.si-log .indicator-pill span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
`,
	"serial-inventory-entering",
);
