"""Offline commands over rules/: `python -m serial_inventory.cli --help`. No site and no Frappe is needed.

A command is a function that adds its parser and sets `run`, a function from the parsed arguments to an exit
code; COMMANDS lists them. Exit codes: 0 fine, 1 problems found, 2 what was given cannot be used.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path

from serial_inventory.rules import import_file, serial_text, story, transactions
from serial_inventory.rules.problems import Problem
from serial_inventory.rules.replay import Event, Replay
from serial_inventory.rules.units import Policy, Unit

FINE, PROBLEMS, UNUSABLE = range(3)
DELIMITERS = ",;\t"


class UnusableError(Exception):
	"""What was given cannot be read; the message tells the user why and what to do."""


def add_expand(commands: argparse._SubParsersAction) -> None:
	"""`expand`: a typed list of serial numbers, written out."""
	parser = commands.add_parser("expand", help="write out a typed list of serial numbers and ranges")
	parser.add_argument(
		"text", nargs="?", help="serial numbers and ranges, or - to read them from standard input"
	)
	parser.add_argument("--file", type=Path, help="read the text from this file")
	parser.add_argument(
		"--limit", type=int, default=serial_text.LIMIT, help="serial numbers at most (%(default)s)"
	)
	output = parser.add_mutually_exclusive_group()
	output.add_argument(
		"--compress", action="store_true", help="print the shortest text instead of one per line"
	)
	output.add_argument("--count", action="store_true", help="print only how many")
	parser.set_defaults(run=expand)


def expand(options: argparse.Namespace) -> int:
	"""Print what the text says; what cannot be read goes to standard error."""
	if (options.text is None) == (options.file is None):
		raise UnusableError("Give either a text (or -) or --file.")
	if options.file:
		text = read_text(options.file)
	else:
		text = decode(sys.stdin.buffer.read(), "standard input") if options.text == "-" else options.text
	found = serial_text.expand(text, options.limit)
	if options.count:
		write([str(len(found.serial_nos))])
	elif options.compress:
		write([serial_text.compress(found.serial_nos)] if found.serial_nos else [])
	else:
		write(found.serial_nos)
	write(sentences(found.problems), sys.stderr)
	return PROBLEMS if found.problems else FINE


def add_check(commands: argparse._SubParsersAction) -> None:
	"""`check`: a CSV file of Serial Nos, before it is imported."""
	parser = commands.add_parser("check", help="find what is wrong with an import file of Serial Nos")
	parser.add_argument("file", type=Path, help="a CSV file: comma, semicolon or tab, UTF-8")
	parser.add_argument(
		"--serial-column", help="the column of the serial number (Serial No, serial_no or ID)"
	)
	parser.add_argument("--item-column", help="the column of the item (Item Code or item_code)")
	parser.set_defaults(run=check)


def check(options: argparse.Namespace) -> int:
	"""Print a report with line numbers."""
	header, rows = read_table(options.file)
	columns = import_file.find_columns(header, options.serial_column, options.item_column)
	if isinstance(columns, Problem):
		raise UnusableError(columns.text())
	report = import_file.check(rows, columns)
	write(report_lines(str(options.file), report))
	return FINE if report.is_clean else PROBLEMS


def report_lines(name: str, report: import_file.Report) -> list[str]:
	"""The report as a person reads it: problems by line, then the counts."""
	counts = [f"  {item}: {count:,}" for item, count in sorted(report.items.items())]
	return [
		*sentences(report.problems),
		f"{name}: {report.rows:,} rows, {report.serial_nos:,} serial numbers, "
		f"{len(report.problems):,} problems",
		*counts,
	]


def add_replay(commands: argparse._SubParsersAction) -> None:
	"""`replay`: a CSV file of stock transactions, played into a register of serials."""
	parser = commands.add_parser("replay", help="play stock transactions into a register of serials")
	parser.add_argument("file", type=Path, help="a CSV file of stock transactions, as examples/quarter.csv")
	parser.add_argument(
		"--as-on", type=date.fromisoformat, metavar="DATE", help="only documents up to this day"
	)
	parser.add_argument(
		"--today",
		type=date.fromisoformat,
		metavar="DATE",
		help="for warranties in the register (the last day played)",
	)
	parser.add_argument("--serial", metavar="SERIAL", help="tell of this serial alone")
	parser.add_argument("--details", action="store_true", help="tell every fact that changed")
	parser.add_argument(
		"--register", type=Path, metavar="OUT.csv", help="write the register to this file too"
	)
	parser.add_argument("--warranty-from-purchase", action="store_true", help="as the Setting of this name")
	parser.add_argument(
		"--expect-refusals", type=int, default=0, metavar="N", help="exit code 0 if just so many are refused"
	)
	parser.set_defaults(run=replay)


def replay(options: argparse.Namespace) -> int:
	"""Print what each document did to each serial, then the register."""
	documents = read_documents(options.file)
	documents = [found for found in documents if not options.as_on or found.date <= options.as_on]
	player = Replay(Policy(warranty_from_purchase=options.warranty_from_purchase))
	events = [player.play(document) for document in documents]
	last_day = options.as_on or max((document.date for document in documents), default=date.today())
	register = player.register(options.today or last_day)
	only = options.serial and serial_text.fold(options.serial)
	if only and not any(serial_text.fold(unit.serial_no) == only for unit in register):
		raise UnusableError(f"There is no Serial No {options.serial} in the register.")
	for event in events:
		write(event_lines(event, only, options.details))
	shown = [unit for unit in register if not only or serial_text.fold(unit.serial_no) == only]
	refused = sum(event.is_refused for event in events)
	write(["", f"Register on {options.today or last_day}", *story.register(shown)])
	write(["", f"{len(events):,} documents, {refused:,} refused; {len(register):,} serials"])
	if options.register:
		write_register(options.register, register)
	return FINE if refused == options.expect_refusals else PROBLEMS


def read_documents(path: Path) -> list[transactions.Document]:
	"""The documents of a CSV file. UnusableError with every row that cannot be read."""
	header, rows = read_table(path)
	reading = transactions.read((line, dict(zip(header, cells, strict=False))) for line, cells in rows)
	if reading.problems:
		raise UnusableError("\n".join(sentences(reading.problems)))
	if not reading.documents:
		raise UnusableError(f"{path} has no transactions.")
	return reading.documents


def event_lines(event: Event, only: str | None, is_detailed: bool) -> Iterator[str]:
	"""What one document did, or why it was refused; with `only` (folded) where it touched that serial."""
	document = event.document
	changes = [
		(change.before, change.after)
		for change in event.changes
		if not only or serial_text.fold(change.after.serial_no) == only
	]
	if only and not changes:
		return
	names = [document.document_type, document.document_no, "cancelled" if document.is_cancel else ""]
	names += [f"({document.purpose})" if document.purpose else "", "(return)" if document.is_return else ""]
	names += [document.party or "", "REFUSED" if event.is_refused else ""]
	yield f"{document.date}  {' '.join(filter(None, names))}"
	yield from (f"    {line}" for line in sentences(event.problems))
	yield from (f"    {line}" for line in story.told(changes, is_detailed))


def write_register(path: Path, register: Iterable[Unit]) -> None:
	"""Every serial with all its facts, columns as ERPNext's fieldnames."""
	columns = [field.name for field in fields(Unit) if not field.name.startswith("typed_")]
	try:
		with path.open("w", newline="", encoding="utf-8") as file:
			writer = csv.writer(file)
			writer.writerow(columns)
			writer.writerows([getattr(unit, name) for name in columns] for unit in register)
	except OSError as error:
		raise UnusableError(f"{path} cannot be written: {error.strerror}.")


def sentences(problems: Iterable[Problem]) -> list[str]:
	"""The problems in English."""
	return [problem.text() for problem in problems]


def read_table(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
	"""A CSV file's header, and the rows below it, each with its first line. UnusableError if it is none."""
	text = read_text(path)
	if not text.strip():
		raise UnusableError(f"{path} is empty.")
	rows = numbered(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)), path)
	header = next((cells for _line, cells in rows if any(cell.strip() for cell in cells)), [])
	return header, rows


def numbered(reader: csv.reader, path: Path) -> Iterator[tuple[int, list[str]]]:
	"""Each row with the line that it starts on, where a cell may hold line ends."""
	while True:
		line = reader.line_num + 1
		try:
			cells = next(reader)
		except StopIteration:
			return
		except csv.Error as error:
			raise UnusableError(f"{path}, line {line}: this is not a CSV file ({error}).")
		yield line, cells


def delimiter_of(text: str) -> str:
	"""The delimiter that splits the first line into most columns; comma where none does."""
	first = next(line for line in text.splitlines() if line.strip())[:10_000]
	return max(DELIMITERS, key=lambda mark: len(next(csv.reader([first], delimiter=mark))))


def read_text(path: Path) -> str:
	"""A file's text. UnusableError where it cannot be read."""
	try:
		return decode(path.read_bytes(), str(path))
	except OSError as error:
		raise UnusableError(f"{path} cannot be read: {error.strerror}.")


def decode(content: bytes, name: str) -> str:
	"""UTF-8, with or without a BOM. UnusableError names what it is instead, or the line that is not UTF-8."""
	text = import_file.decode(content, name)
	if isinstance(text, Problem):
		raise UnusableError(text.text())
	return text


def write(lines: Iterable[str], stream=None) -> None:
	"""Lines to standard output or the given stream."""
	(stream or sys.stdout).writelines(f"{line}\n" for line in lines)


COMMANDS: list[Callable[[argparse._SubParsersAction], None]] = [add_expand, add_check, add_replay]


def main(arguments: Sequence[str] | None = None) -> int:
	"""Run one command and return its exit code."""
	parser = argparse.ArgumentParser(
		prog="python -m serial_inventory.cli", description="Serialized Inventory, offline"
	)
	commands = parser.add_subparsers(required=True, metavar="command")
	for add in COMMANDS:
		add(commands)
	options = parser.parse_args(arguments)
	try:
		code = options.run(options)
		sys.stdout.flush()
		return code
	except UnusableError as error:
		write([str(error)], sys.stderr)
		return UNUSABLE
	except BrokenPipeError:  # the reader has seen enough: `expand … | head`
		os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
		return FINE


if __name__ == "__main__":
	sys.exit(main())
