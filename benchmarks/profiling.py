"""Where the time of one step goes: a tree of calls with true seconds, and the slow statements with who sent them.

The stack is sampled every few milliseconds, for cProfile makes Python look several times slower than the database.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

INTERVAL = 0.003
"""Seconds between samples."""
SLOW = 0.05
"""Seconds; statements of one shape and sender that take less together are not shown."""
SHARE = 0.015
"""Of the whole; calls below are not shown."""
OWN_WORK = {
	*("load_from_db", "_init_child", "_set_document_in_cache", "get_sql", "db_insert", "update_children"),
	*("_validate", "_validate_links", "get_valid_dict", "process_docs", "publish_realtime", "commit"),
}
"""Of Frappe's frames these are shown; the others only pass a call on."""


class Sampler(threading.Thread):
	"""Samples the stack of the thread that made it, until stopped."""

	def __init__(self) -> None:
		super().__init__(daemon=True)
		self.target, self.stacks, self.is_over = threading.get_ident(), Counter(), threading.Event()

	def run(self) -> None:
		last = time.perf_counter()
		while not self.is_over.wait(INTERVAL):
			stack = _stack(sys._current_frames()[self.target])
			moment = time.perf_counter()
			self.stacks[stack] += moment - last
			last = moment


def _stack(frame) -> tuple[str, ...]:
	"""The frames from the outermost on: the line where each function begins, plumbing left out."""
	labels = []
	while frame:
		if label := _label(frame.f_code):
			labels.append(label)
		frame = frame.f_back
	return tuple(dict.fromkeys(reversed(labels)))


def _label(code) -> str | None:
	if "/pymysql/" in code.co_filename or "/MySQLdb/" in code.co_filename:
		return "(database and its driver)"
	path = _short(code.co_filename)
	if path is None or "/benchmarks/" in code.co_filename:
		return None
	if path.startswith("frappe/") and code.co_name not in OWN_WORK:
		return None
	return f"{path}:{code.co_firstlineno} {code.co_name}"


def _short(filename: str) -> str | None:
	"""`apps/erpnext/erpnext/stock/x.py` as `erpnext/stock/x.py`; nothing for what lies outside the apps."""
	_, _, inside = filename.partition("/apps/")
	return inside.partition("/")[2] or None


def tree(stacks: Counter) -> str:
	"""Calls with their seconds, callers above callees, the costly first."""
	total, lines = sum(stacks.values()), []

	def show(prefix: tuple[str, ...], below: Counter) -> None:
		children = Counter()
		for stack, seconds in below.items():
			if len(stack) > len(prefix):
				children[stack[len(prefix)]] += seconds
		for label, seconds in children.most_common():
			if seconds >= SHARE * total:
				lines.append(f"{seconds:7.2f} s {'  ' * len(prefix)}{label}")
				at = (*prefix, label)
				show(at, Counter({stack: s for stack, s in below.items() if stack[: len(at)] == at}))

	show((), stacks)
	return "\n".join(lines)


def recorded(action: Callable, is_cpu: bool = False) -> str:
	"""Run and commit; seconds, slow statements with their senders, and the tree of calls, as text."""
	import frappe
	from measure import cpu_clock, statements

	clock = cpu_clock() if is_cpu else time.perf_counter
	with statements(_sender, clock) as sent:
		sampler = Sampler()
		sampler.start()
		started = clock()
		action()
		frappe.db.commit()
		seconds = clock() - started
		sampler.is_over.set()
		sampler.join()
	head = f"{seconds:.2f} s, of which {sum(cost for _, cost in sent):.2f} s in {len(sent):,} statements"
	return f"{head}\n\n{_slow(sent)}\n\n{tree(sampler.stacks)}"


def _sender(query) -> tuple[str, str]:
	"""The statement's shape, and the functions of apps that led to it, the nearest first."""
	frames = [(_short(frame.filename), frame) for frame in traceback.extract_stack(limit=60)[::-1]]
	senders = [
		f"{path}:{frame.lineno} {frame.name}"
		for path, frame in frames
		if path and not path.startswith("frappe/") and "benchmarks" not in path
	]
	return _shape(str(query)), " < ".join(dict.fromkeys(senders[:5]))


def _shape(query: str) -> str:
	"""The statement without its values: `IN ('a','b')` and `IN ('c')` are one shape."""
	text = re.sub(r"\s+", " ", query[:20_000])
	text = re.sub(r"'(?:[^'\\]|\\.|'')*'", "'…'", text)
	return re.sub(r"(?i)\b(in|values) ?\(.{80,}", r"\1 (…", text)[:230]


def _slow(sent: list[tuple[tuple[str, str], float]]) -> str:
	cost, count = Counter(), Counter()
	for sender, seconds in sent:
		cost[sender] += seconds
		count[sender] += 1
	found = [(shape, sender) for (shape, sender), seconds in cost.most_common() if seconds >= SLOW]
	return "\n".join(f"{cost[key]:7.2f} s {count[key]:5,}x  {key[0]}\n{' ' * 18}by {key[1]}" for key in found)


def _ask(worker, **request) -> None:
	if error := worker.answer(request).get("error"):
		sys.exit(f"error: {error}")


def main() -> None:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	add = parser.add_argument
	add("--bench", type=Path, default=Path.cwd(), help="the bench's directory (default: this one)")
	add("--site", required=True, help="a site made for benchmarks; documents stay in it")
	add("--story", required=True, nargs="+", help="stories.STORIES")
	add("-n", type=int, default=10_000, help="serials a document")
	add(
		"--cpu",
		action="store_true",
		help="statements by CPU time (this process' and the server's), on a busy machine",
	)
	options = parser.parse_args()
	os.chdir(options.bench.resolve() / "sites")
	from stories import STORIES
	from worker import Worker, connection

	worker = Worker(options.site)
	_ask(worker, do="hello", role="")
	for name in options.story:
		for size in (1, options.n):  # the first is a warm-up
			_ask(worker, do="begin", story=name, n=size)
			for number, step in enumerate(STORIES[name].steps):
				_ask(worker, do="ready", step=number)
				with connection(options.site):
					text = recorded(step.action(worker.tale), options.cpu)
				if size == options.n:
					print(f"{'=' * 100}\n{step.title}, n = {size:,}: {text}\n", flush=True)


if __name__ == "__main__":
	main()
