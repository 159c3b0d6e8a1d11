"""Writes serial_inventory/rules/fold_table.py: where MariaDB's utf8mb4_unicode_ci and the rule of `fold` part.

It asks a MariaDB server (the command `mariadb` must reach one) for the weight of every character of the Basic
Multilingual Plane. Run it in the checkout: python3 scripts/fold_table.py
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from serial_inventory.rules import serial_text

TABLE = CHECKOUT / "serial_inventory/rules/fold_table.py"
CHARACTERS = [chr(code) for code in range(0x20, 0x10000) if not 0xD800 <= code <= 0xDFFF]
AT_ONCE = 4000
HEAD = '''"""Made by scripts/fold_table.py from MariaDB's weights. Do not edit.

Runs of characters whose fold is not what the rule in serial_text says: "first-last:what", in hexadecimal. `what` is
nothing, or the characters of the fold; after a + the last of these counts on with the run.
"""

RUNS = (
'''


def main() -> None:
	folds = canonical(dict(zip(CHARACTERS, weights(CHARACTERS), strict=True)))
	differing = {each: fold for each, fold in folds.items() if serial_text.weight_by_rule(each) != fold}
	lines = [f'\t"{line}"\n' for line in packed(list(runs(differing)))]
	TABLE.write_text(f"{HEAD}{''.join(lines)})\n")
	print(f"{len(differing)} characters in {len(lines)} lines")


def weights(characters: list[str]) -> Iterator[list[str]]:
	"""The weights of each character, as hexadecimal units; two units that belong together (implicit ones) as one."""
	for start in range(0, len(characters), AT_ONCE):
		part = characters[start : start + AT_ONCE]
		rows = " UNION ALL ".join(
			f"SELECT {at} at, HEX(WEIGHT_STRING(CONVERT(X'{each.encode().hex()}' USING utf8mb4) "
			"COLLATE utf8mb4_unicode_ci))"
			for at, each in enumerate(part)
		)
		sql = f"SET NAMES utf8mb4; {rows} ORDER BY at"
		command = ["mariadb", "--skip-column-names", "--batch"]
		done = subprocess.run(command, input=sql, text=True, capture_output=True, check=True)
		for line in done.stdout.splitlines():
			yield units(line.partition("\t")[2])


def units(text: str) -> list[str]:
	found: list[str] = []
	for at in range(0, len(text), 4):
		if found and len(found[-1]) == 4 and found[-1].startswith("FB"):
			found[-1] += text[at : at + 4]
		else:
			found.append(text[at : at + 4])
	return found


def canonical(weight_of: dict[str, list[str]]) -> dict[str, str]:
	"""{character: its fold}: equal where the weights are, made of characters that are alone in having one weight."""
	alone = defaultdict(list)
	for each, weight in weight_of.items():
		if len(weight) == 1:
			alone[weight[0]].append(each)
	stands_for = {weight: best(each) for weight, each in alone.items()}
	for weight in {unit for units_ in weight_of.values() for unit in units_} - stands_for.keys():
		stands_for[weight] = chr(
			0x10FF00 + len(stands_for) % 0xF0
		)  # in no single character; beyond what names hold
	return {each: "".join(stands_for[unit] for unit in weight) for each, weight in weight_of.items()}


def best(characters: list[str]) -> str:
	"""Which of the characters with one weight stands for it: the one that the rule gives most often."""
	by_rule = Counter(serial_text.weight_by_rule(each) for each in characters)
	return max(characters, key=lambda each: (by_rule[each], -ord(each)))


def runs(folds: dict[str, str]) -> Iterator[str]:
	codes = sorted(map(ord, folds))
	while codes:
		first, fold = codes[0], folds[chr(codes[0])]
		same = length(codes, lambda _at: fold, folds)
		counted = length(codes, lambda at: fold[:-1] + chr(ord(fold[-1]) + at), folds) if fold else 0
		count = max(same, counted)
		end = f"-{codes[count - 1]:x}" if count > 1 else ""
		sign = "+" if counted > same else ""
		yield f"{first:x}{end}:{sign}{'.'.join(f'{ord(each):x}' for each in fold)}"
		codes = codes[count:]


def length(codes: list[int], expected, folds: dict[str, str]) -> int:
	at = 0
	while at < len(codes) and codes[at] == codes[0] + at and folds[chr(codes[at])] == expected(at):
		at += 1
	return at


def packed(words: Iterable[str]) -> Iterator[str]:
	line = ""
	for word in words:
		if len(line) + len(word) > 100:
			yield line
			line = ""
		line += f"{word} "
	yield line


if __name__ == "__main__":
	main()
