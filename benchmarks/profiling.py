"""Where the time of one step goes: functions by their own time and with what they call, and slow statements."""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import pstats
import re
from pathlib import Path

SLOW = 0.05
"""Seconds; statements of one shape that take less together are not shown."""


def arguments() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	add = parser.add_argument
	add("--bench", type=Path, default=Path.cwd(), help="the bench's directory (default: this one)")
	add("--site", required=True, help="a site made for benchmarks; documents stay in it")
	add("--story", required=True, nargs="+", help="stories.STORIES")
	add("-n", type=int, default=10_000, help="serials a document")
	add("--lines", type=int, default=45, help="functions shown")
	return parser.parse_args()


def main(options: argparse.Namespace) -> None:
	os.chdir(options.bench.resolve() / "sites")
	from stories import STORIES
	from worker import Worker

	worker = Worker(options.site)
	for name in options.story:
		for size in (1, options.n):  # the first is a warm-up
			worker.answer({"do": "begin", "story": name, "n": size})
			texts = [_profile_step(worker, step, options.lines) for step in range(len(STORIES[name].steps))]
		for told, text in zip(STORIES[name].steps, texts, strict=True):
			print(f"{'=' * 100}\n{told.title}, n = {options.n:,}\n{text}\n", flush=True)


def _profile_step(worker, step: int, lines: int) -> str:
	"""The step's profile as text. The clock of a profiled run is slow: its shares count, not its seconds."""
	from measure import statements
	from worker import connection

	worker.answer({"do": "ready", "step": step})
	with connection(worker.site):
		action = worker.story.steps[step].action(worker.tale)
		profile = cProfile.Profile()
		with statements(timed=True) as sent:
			profile.runcall(_act, action)
		worker.story.steps[step].after(worker.tale)
	return f"{_slow(sent)}\n{_functions(profile, 'tottime', lines)}\n{_functions(profile, 'cumtime', lines)}"


def _act(action) -> None:
	import frappe

	action()
	frappe.db.commit()


def _slow(sent: list[tuple[str, float]]) -> str:
	"""Statements of one shape together: seconds, count, text."""
	shapes: dict[str, list[float]] = {}
	for query, seconds in sent:
		shapes.setdefault(_shape(query), []).append(seconds)
	found = sorted(((sum(times), len(times), shape) for shape, times in shapes.items()), reverse=True)
	head = f"{len(sent):,} statements, {sum(seconds for _, seconds in sent):.2f} s in them"
	return "\n".join([head, *(f"  {s:7.3f} s {n:6,}x  {shape}" for s, n, shape in found if s >= SLOW)])


def _shape(query: str) -> str:
	"""The statement without its values: `IN ('a','b')` and `IN ('c')` are one shape."""
	text = re.sub(r"\s+", " ", query[:20_000])
	text = re.sub(r"'(?:[^'\\]|\\.|'')*'", "'…'", text)
	return re.sub(r"(?i)\b(in|values) ?\(.{80,}", r"\1 (…", text)[:260]


def _functions(profile: cProfile.Profile, order: str, lines: int) -> str:
	stream = io.StringIO()
	pstats.Stats(profile, stream=stream).sort_stats(order).print_stats(lines)
	return re.sub(r"\S*/(apps|site-packages)/", "", stream.getvalue())


if __name__ == "__main__":
	main(arguments())
