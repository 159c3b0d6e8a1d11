"""One measurement of a call in this process: time, statements, memory, and how busy the machine was meanwhile."""

from __future__ import annotations

import ctypes
import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe


def measure(action: Callable) -> dict:
	"""Run `action` and commit. Seconds, CPU seconds of this process and of its server thread, statements, peak in MB."""
	_tidy_memory()
	thread = server_thread()
	with statements() as sent:
		reset = _reset_peak()
		busy, server = _busy_seconds(), _thread_seconds(thread)
		cpu, started = time.process_time(), time.perf_counter()
		action()
		frappe.db.commit()
		seconds = time.perf_counter() - started
		cpu, busy = time.process_time() - cpu, _busy_seconds() - busy
		server = _thread_seconds(thread) - server
	return {
		"seconds": round(seconds, 5),
		"cpu_seconds": round(cpu, 5),
		"server_cpu_seconds": round(server, 5) if thread else None,
		"statements": len(sent),
		"peak_mb": round(_status("VmHWM"), 1) if reset else None,
		"busy_cores": round(busy / seconds, 2),
	}


@contextmanager
def statements(describe: Callable | None = None, clock: Callable = time.perf_counter) -> Iterator[list]:
	"""Every statement sent through frappe.db.sql: (what `describe` says of its text, seconds), or None for each."""
	sent, original = [], frappe.db.sql

	def counting(query, *args, **kwargs):
		if not describe:
			sent.append(None)
			return original(query, *args, **kwargs)
		started = clock()
		try:
			return original(query, *args, **kwargs)
		finally:
			seconds = clock() - started
			sent.append((describe(query), seconds))

	frappe.db.sql = counting
	try:
		yield sent
	finally:
		frappe.db.sql = original


def _tidy_memory() -> None:
	"""What an earlier measurement left must not count for the next."""
	gc.collect()
	try:
		ctypes.CDLL(None).malloc_trim(0)
	except (AttributeError, OSError):
		pass  # not glibc


def _reset_peak() -> bool:
	"""Linux forgets the peak when a 5 is written here; where that is not allowed no peak is reported."""
	try:
		with open("/proc/self/clear_refs", "w") as file:
			file.write("5")
	except OSError:
		return False
	return True


def _status(field: str) -> float:
	"""A field of this process' memory status, in MB."""
	with open("/proc/self/status") as file:
		return next(int(line.split()[1]) / 1024 for line in file if line.startswith(field))


def cpu_clock() -> Callable:
	"""CPU seconds of this process and of its server thread: what a busy machine shows truer than the wall clock."""
	thread = server_thread()
	return lambda: time.process_time() + _thread_seconds(thread)


def server_thread() -> str | None:
	"""The file in which Linux counts the CPU time of this connection's server thread, if it is on this machine."""
	(thread,) = frappe.db.sql(
		"SELECT TID FROM information_schema.PROCESSLIST WHERE ID = CONNECTION_ID()", pluck=True
	)
	path = f"/proc/{thread}/task/{thread}/schedstat"
	return path if os.path.exists(path) else None


def _thread_seconds(path: str | None) -> float:
	if not path:
		return 0.0
	with open(path) as file:
		return int(file.read().split()[0]) / 1e9


def _busy_seconds() -> float:
	"""Seconds that all cores together have worked; a quiet machine works about one core's during a measurement."""
	with open("/proc/stat") as file:
		user, nice, system, _idle, _wait, irq, softirq, steal = map(int, file.readline().split()[1:9])
	return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
