"""Medians of a run's records, as rows of a table; used by the run itself and by the report."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

FLOOR = "Bare INSERTs (floor)"
HEADS = "n|step|native s|app s|ratio|native stmts|app stmts|native MB|app MB|runs".split("|")


@dataclass(frozen=True)
class Side:
	"""One site's part of a row: medians over its runs, or why there are none."""

	seconds: float | None = None
	statements: float | None = None
	peak_mb: float | None = None
	runs: int = 0
	error: str = ""


@dataclass(frozen=True)
class Row:
	"""A step at a size. `ratio` is native through app: how many times faster the app is."""

	step: str
	n: int
	native: Side
	app: Side
	ratio: float | None

	@property
	def overhead(self) -> float | None:
		"""How much slower the app is, in per cent."""
		return None if self.ratio is None else (1 / self.ratio - 1) * 100


def rows(result: dict) -> list[Row]:
	"""Every step at every size, in the order of the run."""
	keys = dict.fromkeys((record["n"], record["step"]) for record in result["records"])
	return [_row(n, step, result["records"]) for n, step in keys]


def _row(n: int, step: str, records: list[dict]) -> Row:
	own = [record for record in records if record["n"] == n and record["step"] == step]
	by_site = {site: {r["run"]: r for r in own if r["site"] == site} for site in ("native", "app")}
	return Row(step, n, _side(by_site["native"]), _side(by_site["app"]), _ratio(**by_site))


def _side(runs: dict[int, dict]) -> Side:
	good = [record for record in runs.values() if "error" not in record]
	if not good:
		return Side(error=next((record["error"] for record in runs.values()), ""))
	return Side(_median(good, "seconds"), _median(good, "statements"), _median(good, "peak_mb"), len(good))


def _median(records: list[dict], field: str) -> float | None:
	values = [record[field] for record in records if record[field] is not None]
	return median(values) if values else None


def _ratio(native: dict[int, dict], app: dict[int, dict]) -> float | None:
	"""The median of the runs' own ratios: both sides of one run had the same noise around them."""
	pairs = [(native[run], app[run]) for run in native if run in app]
	ratios = [a["seconds"] / b["seconds"] for a, b in pairs if "error" not in a and "error" not in b]
	return median(ratios) if ratios else None


def line(record: dict) -> str:
	"""One measurement, as the run shows it while it goes on."""
	head = f"{record['n']:>7,} {record['site']:6} {record['step']:38} run {record['run']:>2}  "
	if "error" in record:
		return f"{head}fails: {record['error']}"
	busy = f"{record['busy_cores']} cores busy"
	work = f"{record['cpu_seconds'] + (record['server_cpu_seconds'] or 0):.3f} s of CPU"
	return f"{head}{record['seconds']:9.3f} s  {work} {record['statements']:>7,} statements {record['peak_mb'] or 0:8.0f} MB  {busy}"


def table(result: dict, n: int | None = None) -> str:
	"""The rows of size n (or of all) as text in columns."""
	cells = [HEADS, *(_cells(row) for row in rows(result) if n in (None, row.n))]
	widths = [max(len(row[column]) for row in cells) for column in range(len(HEADS))]
	text = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
	errors = [f"{row.step}, {row.n:,}, {site} fails: {side.error}" for row, site, side in failures(result, n)]
	return "\n".join(["", *text, *errors, ""])


def failures(result: dict, n: int | None = None) -> list[tuple[Row, str, Side]]:
	"""The steps that one of the sites could not do."""
	sides = [(row, site, getattr(row, site)) for row in rows(result) for site in ("native", "app")]
	return [(row, site, side) for row, site, side in sides if side.error and n in (None, row.n)]


def _cells(row: Row) -> tuple[str, ...]:
	native, app = row.native, row.app
	return (
		f"{row.n:,}",
		row.step,
		seconds(native),
		seconds(app),
		ratio(row),
		number(native.statements),
		number(app.statements),
		number(native.peak_mb),
		number(app.peak_mb),
		f"{native.runs}/{app.runs}",
	)


def seconds(side: Side) -> str:
	if side.seconds is None:
		return "fails" if side.error else "–"
	return f"{side.seconds:.3f}" if side.seconds < 1 else f"{side.seconds:.2f}"


def number(value: float | None) -> str:
	return "–" if value is None else f"{value:,.0f}"


def ratio(row: Row) -> str:
	"""`12.3x` faster; at one unit, where the ratio is near 1, the overhead in per cent."""
	if row.ratio is None or row.step == FLOOR:
		return "–"
	return f"{row.overhead:+.1f} %" if row.n == 1 else f"{row.ratio:.1f}x"
