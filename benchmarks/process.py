"""A worker process of one site, asked and answered in JSON lines."""

from __future__ import annotations

import json
import select
import subprocess
from pathlib import Path

WORKER = Path(__file__).with_name("worker.py")


class Died(Exception):
	"""The process ended, or took longer than it may."""


class SiteProcess:
	"""Keeps one worker alive, and starts another where it had to be ended."""

	def __init__(self, bench: Path, site: str, role: str, limit: float) -> None:
		self.bench, self.site, self.role, self.limit = bench, site, role, limit
		self.process = None
		self.facts = self._start()

	def ask(self, **request) -> dict:
		"""The answer, or {"error": …}; after `limit` seconds the worker is ended, and its site's turn is lost."""
		if self.process is None:
			self._start()
		self.process.stdin.write(json.dumps(request).encode() + b"\n")
		self.process.stdin.flush()
		readable, _, _ = select.select([self.process.stdout], [], [], self.limit)
		line = self.process.stdout.readline() if readable else b""
		if line:
			return json.loads(line)
		self.close()
		return {"error": f"no answer in {self.limit:,.0f} s" if not readable else "the process ended"}

	def _start(self) -> dict:
		python, sites = self.bench / "env/bin/python", self.bench / "sites"
		if not (sites / self.site / "site_config.json").exists():
			raise Died(f"There is no site {self.site} in {sites}")
		command = [str(python), str(WORKER), self.site]
		pipe = subprocess.PIPE
		self.process = subprocess.Popen(command, cwd=sites, stdin=pipe, stdout=pipe, bufsize=0)
		facts = self.ask(do="hello", role=self.role)
		if "error" in facts:
			self.close()
			raise Died(facts["error"])
		return facts

	def close(self) -> None:
		"""End the process; its transaction, if one is open, is rolled back by the database."""
		if self.process:
			self.process.kill()
			self.process.wait()
			self.process = None
