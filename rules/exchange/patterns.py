"""Patterns that are searched for in a text, as patterns of the whole text, and back."""

import re
from typing import Final

_BOUND: Final = re.compile(r"\^\(\?:(.*)\)\$", re.DOTALL)


def search_for_whole(pattern: str | None) -> str | None:
    """A pattern of ours, which binds the whole text, as one that is searched for."""
    return None if pattern is None else f"^(?:{pattern})$"


def bind_whole(pattern: str) -> str:
    """A pattern that is searched for in a text, as one of the whole text."""
    inner = _BOUND.fullmatch(pattern)
    if inner is not None and _is_one_group(inner.group(1)):
        return inner.group(1)
    return rf"[\s\S]*(?:{pattern})[\s\S]*"


def _is_one_group(inner: str) -> bool:
    """Whether the brackets around it belong together: `^(?:a)|(?:b)$` has others."""
    depth, in_class, place = 0, False, 0
    while place < len(inner):
        sign = inner[place]
        place += 2 if sign == "\\" else 1
        if sign == "[" and not in_class:
            in_class = True
            place += inner[place : place + 1] in ("]", "^")
        elif sign == "]":
            in_class = False
        elif not in_class and sign in "()":
            depth += 1 if sign == "(" else -1
        if depth < 0:
            return False
    return depth == 0
