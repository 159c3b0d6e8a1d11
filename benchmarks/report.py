"""The tables of docs/performance.md and its plots, from the JSON files of documents.py. Needs matplotlib."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import summary

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "performance.md"
IMAGES = DOCS / "images"
START, END = "<!-- results: made by benchmarks/report.py -->", "<!-- end of results -->"
WHO = {"native": "ERPNext alone", "app": "with the app"}
COLUMNS = 4
"""Panels beside each other in a plot."""
COLOURS = {"native": "#c0504d", "app": "#2f6fb0", "floor": "#999999"}


def merged(paths: list[Path]) -> dict[str, dict]:
	"""{ERPNext version: result}. Files of one version are one result, whose sizes were measured in several runs."""
	results: dict[str, dict] = {}
	for path in paths:
		result = json.loads(path.read_text())
		version = result["versions"]["app"]["erpnext"]
		known = results.setdefault(version, {**result, "records": [], "notes": []})
		known["records"] += result["records"]
		known["native_widened"] |= result["native_widened"]
		known["notes"] += [result["note"]] if result["note"] else []
	return results


def section(result: dict, image: Path) -> str:
	"""One version's part of the page."""
	versions, machine = result["versions"]["app"], result["machine"]
	sizes = sorted({record["n"] for record in result["records"]}, reverse=True)
	parts = [
		f"## ERPNext {versions['erpnext']}",
		f"Frappe {versions['frappe']}, Python {versions['python']}, MariaDB {versions['mariadb']}, "
		f"{machine['cores']} cores ({machine['cpu']}), {machine['memory_gb']} GB, {result['started'][:10]}.",
		*result["notes"],
		f"![Seconds by the number of serials, each step]({image.relative_to(DOCS)})",
		*(_size(result, n) for n in sizes),
	]
	return "\n\n".join(filter(None, parts))


def _size(result: dict, n: int) -> str:
	rows = [row for row in summary.rows(result) if row.n == n]
	last = "overhead" if n == 1 else "times faster"
	lines = [
		f"### {n:,} serial{'s' if n > 1 else ''} in a document",
		"",
		f"| | ERPNext alone, s | with the app, s | {last} | statements | peak memory, MB | runs |",
		"|---|--:|--:|--:|--:|--:|--:|",
		*(_line(row) for row in rows),
	]
	for row, site, side in summary.failures(result, n):
		lines.append(f"\n{row.step}, {WHO[site]}, fails: `{side.error}`")
	return "\n".join(lines)


def _line(row: summary.Row) -> str:
	native, app = row.native, row.app
	cells = (
		row.step,
		summary.seconds(native),
		summary.seconds(app),
		summary.ratio(row),
		_change(native.statements, app.statements),
		_change(native.peak_mb, app.peak_mb),
		f"{native.runs} / {app.runs}",
	)
	return f"| {' | '.join(cells)} |"


def _change(native: float | None, app: float | None) -> str:
	numbers = [summary.number(value) for value in (native, app) if value is not None]
	return " → ".join(numbers) or "–"


def plot(result: dict, path: Path) -> None:
	"""A panel a step: seconds by the number of serials, both axes logarithmic, and the bare INSERTs below."""
	import matplotlib

	matplotlib.use("Agg")
	from matplotlib import pyplot

	found = summary.rows(result)
	steps = [step for step in dict.fromkeys(row.step for row in found) if step != summary.FLOOR]
	shape = (-(-len(steps) // COLUMNS), COLUMNS)
	figure, grid = pyplot.subplots(*shape, sharex=True, sharey=True, figsize=(13, 11))
	for panel, step in zip(grid.flat, steps, strict=False):
		_draw(panel, step, found)
	for panel in grid.flat[len(steps) :]:
		panel.set_visible(False)
	handles, labels = grid.flat[0].get_legend_handles_labels()
	figure.legend(handles, labels, loc="upper center", ncols=3, frameon=False)
	figure.supxlabel("serials in the document")
	figure.supylabel("seconds")
	figure.tight_layout(rect=(0, 0, 1, 0.97))
	path.parent.mkdir(exist_ok=True)
	figure.savefig(path, dpi=100)


def _draw(panel, step: str, found: list[summary.Row]) -> None:
	lines = (
		("native", WHO["native"], step),
		("app", WHO["app"], step),
		("floor", "the bare INSERTs", summary.FLOOR),
	)
	for key, label, of in lines:
		site = "app" if key == "floor" else key
		points = [(row.n, getattr(row, site).seconds) for row in found if row.step == of]
		points = sorted(point for point in points if point[1] is not None)
		style = {"linestyle": ":"} if key == "floor" else {"marker": "o", "markersize": 4}
		panel.plot(*zip(*points, strict=True), color=COLOURS[key], label=label, **style)
	panel.set(title=step, xscale="log", yscale="log")
	panel.title.set_fontsize(10)
	panel.grid(alpha=0.3)


def write(page: str) -> None:
	"""Put the results between the marks; what stands around them is written by hand."""
	before, _, rest = PAGE.read_text().partition(START)
	_, _, after = rest.partition(END)
	PAGE.write_text(f"{before}{START}\n\n{page}\n\n{END}{after}")


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__)
	parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help="of documents.py --output")
	sections = []
	for version, result in merged(parser.parse_args().files).items():
		image = IMAGES / f"performance-{version.split('.')[0]}.png"
		plot(result, image)
		sections.append(section(result, image))
	write("\n\n".join(sections))


if __name__ == "__main__":
	main()
