"""Reference pages made from the program, so that they cannot be wrong."""

from collections.abc import Sequence
from typing import Final

MADE: Final = "<!-- Made by `thanhtra docs`; do not edit. -->"


def as_page(title: str, *parts: str) -> str:
    """Put a page together."""
    return "\n\n".join([f"# {title}", MADE, *(part.rstrip() for part in parts)]) + "\n"


def as_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table in Markdown; a bar inside a cell is escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
