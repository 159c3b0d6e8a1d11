"""What can be wrong with a document's serials, as data: rules return Problems, services and the CLI word them.

A Problem carries an English sentence with numbered places, marked for translators by `_`, and the values for
those places. Nothing here knows Frappe: services pass `template` through Frappe's own translation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

SHOWN = 5  # serial numbers named in one sentence; the rest are counted


def _(text: str) -> str:
	"""Mark text for translation; it is translated where it is shown."""
	return text


@dataclass(frozen=True, slots=True)
class Problem:
	"""One thing that is wrong: where (row, None for the whole document), what, and the values in the sentence."""

	template: str
	values: tuple = ()
	row: str | None = None

	def text(self, translate: Callable[[str], str] = str) -> str:
		"""The sentence, with the row in front where there is one."""
		sentence = translate(self.template).format(*self.values)
		return f"{self.row}: {sentence}" if self.row else sentence


def some(serial_nos: Iterable[str], shown: int = SHOWN) -> str:
	"""The first few serial numbers and how many more: `A1, A2, A3 (+7)`."""
	names: Sequence[str] = list(serial_nos)
	text = ", ".join(names[:shown])
	more = len(names) - shown
	return f"{text} (+{more:,})" if more > 0 else text
