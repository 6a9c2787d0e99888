"""One line of JSON as an object whose numbers stay as they are written.

Source: RFC 8259 §4 (names within an object should be unique), §6 (numbers).
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from rules.reading.result import FOUND_LIMIT, Wrong

_LARGEST_EXPONENT: Final = 40  # beyond, no column holds the number and its digits would only grow
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


class Number(str):
    """A number as it is written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Repeated:
    """The values of a key that stands twice in one object."""

    values: tuple[Any, ...]  # whatever JSON holds


def parse_record(line: bytes) -> dict[str, Any] | Wrong:  # values are whatever JSON holds
    """The object on a line, or why it is none."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return Wrong.ENCODING
    try:
        record = json.loads(
            text,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_whole if _SURROGATE.search(line) else _object,
        )
    # A line nested deeper than the parser goes is as little a record as one that is no JSON.
    except (ValueError, RecursionError):
        return Wrong.RECORD
    return record if isinstance(record, dict) else Wrong.RECORD


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which a key that stands twice keeps both values."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    every: dict[str, list[Any]] = {}
    for key, value in pairs:
        every.setdefault(key, []).append(value)
    return {
        key: values[0] if len(values) == 1 else Repeated(tuple(values))
        for key, values in every.items()
    }


def _whole(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose texts may hold halves of characters: each half becomes U+FFFD."""
    return _object([(_mended(key), _mended(value)) for key, value in pairs])


def _mended(value: Any) -> Any:
    if not isinstance(value, str) or isinstance(value, Number):
        return value
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def find_value(record: dict[str, Any], keys: tuple[str, ...]) -> Any:
    """The value that keys lead to, outermost first; None where there is none."""
    value: Any = record
    for key in keys:
        if value is None or isinstance(value, Repeated):
            return value
        if not isinstance(value, dict):
            # Not an object on the way: what stands there instead belongs into the list of problems.
            return [value]
        value = value.get(key)
    return value


def shown(value: Any) -> str:
    """What to call the original text of a value, far enough to tell whether it is cut."""
    if isinstance(value, str):
        return str(value)[: FOUND_LIMIT + 1]
    try:
        return json.dumps(value, ensure_ascii=False, default=lambda one: one.values)[
            : FOUND_LIMIT + 1
        ]
    except (RecursionError, ValueError):
        return "…"


def plain_number(number: str) -> str:
    """A number without its exponent."""
    if "e" not in number and "E" not in number:
        return str(number)
    try:
        value = Decimal(number)
    except InvalidOperation:
        return str(number)
    return format(value, "f") if abs(value.adjusted()) <= _LARGEST_EXPONENT else str(number)
