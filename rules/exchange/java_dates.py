"""Formats of dates as Java writes them, in our directives and back.

Source: java.time.format.DateTimeFormatter, "Patterns for Formatting and Parsing", which the Open
Data Contract Standard names for `logicalTypeOptions.format`.
"""

import re
from typing import Final

_JAVA: Final = {
    "%Y": "yyyy",
    "%m": "MM",
    "%d": "dd",
    "%H": "HH",
    "%M": "mm",
    "%S": "ss",
    "%z": "[XXX][XX]",  # Z and +07:00, or +0700
}
_OURS: Final = {java: ours for ours, java in _JAVA.items()} | {
    "uuuu": "%Y",
    "XXX": "%z",
    "XX": "%z",
    "Z": "%z",
}
# A quoted text, two quotes that stand for one, our one optional form, a run of one letter, a sign.
_TOKEN: Final = re.compile(r"''|'(?:[^']|'')*'|\[XXX\]\[XX\]|([A-Za-z])\1*|.", re.DOTALL)


def to_java(form: str) -> str:
    """A format of ours as Java writes it; letters that stand for themselves are quoted."""
    parts = re.split("(%.)", form)
    return "".join(_JAVA.get(part) or _quoted(part) for part in parts)


def from_java(form: str) -> str | None:
    """A format of Java as ours; None where it holds what ours cannot say."""
    parts = [_part(token.group()) for token in _TOKEN.finditer(form)]
    return None if None in parts else "".join(part for part in parts if part is not None)


def _quoted(literal: str) -> str:
    quoted = re.sub("[A-Za-z]+|[\\[\\]{}#]+", lambda found: f"'{found.group()}'", literal)
    return quoted if "'" not in literal else "'" + literal.replace("'", "''") + "'"


def _part(piece: str) -> str | None:
    if piece == "''":
        return "'"
    if piece.startswith("'") and piece.endswith("'") and len(piece) > 1:
        return piece[1:-1].replace("''", "'")
    if piece in _OURS:
        return _OURS[piece]
    # The standard's own examples write a bare T, which Java itself would not take.
    return piece if piece == "T" or not re.fullmatch(r"[A-Za-z]+|[\[\]{}#'%]", piece) else None
