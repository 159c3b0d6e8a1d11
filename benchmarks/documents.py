"""ERPNext alone against ERPNext with this app: the same stock documents, in one run, turn by turn.

Both sites get Items and documents that stay: use sites made for this. README.md has the whole story.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import datetime, timezone
from pathlib import Path

import summary
from process import Died, SiteProcess

SIZES = ("1:30", "100:5", "1000:3", "10000:3")
HUGE = "100000:1"
TEXT_BYTES = 65_535
NAME_BYTES = len("BENCH-00000000-0000000\n")
WARM_UPS = (1, 1, 50)
"""Sizes of the documents that nobody measures, before those that are."""


class Comparison:
	"""Tells every story on both sites, step by step and turn by turn, and keeps what was measured."""

	def __init__(self, options: argparse.Namespace) -> None:
		self.options = options
		self.sites = {role: self._process(role) for role in ("native", "app") if getattr(options, role)}
		self.stories = next(iter(self.sites.values())).facts["stories"]
		self.is_widened = False
		self.records: list[dict] = []
		self.about = self._about()

	def _process(self, role: str) -> SiteProcess:
		return SiteProcess(self.options.bench, getattr(self.options, role), role, self.options.limit)

	def run(self) -> None:
		"""Warm up, then every size, every story, every run."""
		for size in WARM_UPS:
			self._tell_all(size, 0)
		self.records.clear()
		for n, runs in self.options.sizes:
			self._widen(n)
			for run in range(1, runs + 1):
				self._tell_all(n, run)
			print(summary.table(self.result(), n), flush=True)

	def _tell_all(self, n: int, run: int) -> None:
		roles = [role for role in self.sites if role == "app" or n <= self.options.native_max]
		for story in self.options.stories or self.stories:
			self._tell(story, n, run, roles if run % 2 else roles[::-1])
			self.save()

	def _tell(self, story: str, n: int, run: int, roles: list[str]) -> None:
		"""One story on each site. A step is measured on one right after the other; who is first changes by run."""
		broken = {role: self.sites[role].ask(do="begin", story=story, n=n).get("error") for role in roles}
		for step, title in enumerate(self.stories[story]):
			for role in roles:
				broken[role] = broken[role] or self.sites[role].ask(do="ready", step=step).get("error")
			for role in roles:
				found = {"error": broken[role]}
				if not broken[role]:
					found = self.sites[role].ask(do="measure", step=step)
					broken[role] = found.get("error")
				self._keep({"site": role, "step": title, "n": n, "run": run, **found})

	def _keep(self, record: dict) -> None:
		self.records.append({**record, "load": round(os.getloadavg()[0], 2)})
		print(summary.line(record), file=sys.stderr, flush=True)

	def _widen(self, n: int) -> None:
		"""ERPNext's rows hold 65,535 bytes of serial numbers; past that its site needs a wider column to do it at all."""
		fits = n * NAME_BYTES <= TEXT_BYTES
		if fits or self.is_widened or n > self.options.native_max or "native" not in self.sites:
			return
		if error := self.sites["native"].ask(do="widen").get("error"):
			raise Died(error)
		self.is_widened = True

	def _about(self) -> dict:
		return {
			"started": datetime.now(timezone.utc).isoformat(timespec="minutes"),
			"machine": _machine(),
			"versions": {role: site.facts["versions"] for role, site in self.sites.items()},
			"note": self.options.note,
		}

	def result(self) -> dict:
		return {**self.about, "native_widened": self.is_widened, "records": self.records}

	def save(self) -> None:
		"""After every story, so that a run that is stopped has its measurements."""
		if self.options.output:
			self.options.output.write_text(_as_json(self.result()))

	def close(self) -> None:
		for site in self.sites.values():
			site.close()


def _machine() -> dict:
	model = platform.processor() or platform.machine()
	with open("/proc/cpuinfo") as file:
		model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), model)
	memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
	return {"cores": os.cpu_count(), "cpu": model, "memory_gb": round(memory)}


def _as_json(result: dict) -> str:
	"""One record a line, for a file that is read and compared by people too."""
	records = ",\n".join(json.dumps(record) for record in result["records"])
	head = json.dumps({key: value for key, value in result.items() if key != "records"}, indent=1)
	return f'{head[:-2]},\n "records": [\n{records}\n]}}\n'


def _size(text: str) -> tuple[int, int]:
	"""`1000:3` is 1,000 serials, three times; `1000` once."""
	n, _, runs = text.partition(":")
	return int(n), int(runs or 1)


def _arguments() -> argparse.Namespace:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	add, sizes = parser.add_argument, [_size(size) for size in SIZES]
	add("--bench", type=Path, default=Path.cwd(), help="the bench's directory (default: this one)")
	add("--native", metavar="SITE", help="a site with ERPNext only")
	add("--app", metavar="SITE", required=True, help="a site with ERPNext and serial_inventory")
	add("--sizes", metavar="N:RUNS", nargs="+", type=_size, default=sizes, help=f"default: {' '.join(SIZES)}")
	add("--native-max", metavar="N", type=int, default=10_000, help="no larger sizes on the native site")
	add("--huge", action="store_true", help=f"{HUGE.split(':')[0]} serials too, with the app")
	add("--stories", metavar="STORY", nargs="+", help="only these (stories.STORIES)")
	add("--limit", metavar="SECONDS", type=float, default=1_800, help="for one step, or it has failed")
	add("--note", default="", help="a remark for the report: what else the machine was doing")
	add("--output", metavar="FILE", type=Path, help="where the measurements go, as JSON")
	options = parser.parse_args()
	options.bench = options.bench.resolve()
	options.sizes += [_size(HUGE)] if options.huge else []
	return options


def main() -> None:
	try:
		comparison = Comparison(_arguments())
	except Died as error:
		sys.exit(f"error: {error}")
	try:
		comparison.run()
	finally:
		comparison.close()


if __name__ == "__main__":
	main()
