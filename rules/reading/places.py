"""Record numbers told as a person writes them: 3, 17-25."""

from dataclasses import dataclass, field
from typing import Final

_SHOWN: Final = 500  # ranges written out; beyond them only their count speaks


@dataclass(slots=True)
class Ranges:
    """Rising numbers, kept as ranges."""

    count: int = 0
    _ranges: list[list[int]] = field(default_factory=list)

    def add(self, number: int) -> None:
        """Add a number greater than all before."""
        self.count += 1
        if self._ranges and self._ranges[-1][1] == number - 1:
            self._ranges[-1][1] = number
        elif len(self._ranges) <= _SHOWN:
            self._ranges.append([number, number])

    def text(self) -> str:
        """Such as "3, 17-25"; "…" at the end when there are too many to write out."""
        shown = [
            str(first) if first == last else f"{first}-{last}"
            for first, last in self._ranges[:_SHOWN]
        ]
        return ", ".join(shown + ["…"] * (len(self._ranges) > _SHOWN))
