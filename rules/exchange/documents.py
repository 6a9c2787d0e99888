"""The document of another format as plain data: JSON or YAML, nothing in it twice or guessed."""

import json
import re
from decimal import Decimal
from typing import Any, Final, NoReturn

from rules.errors import ExchangeError
from rules.loading.entries import LARGEST_FILE_BYTES, Entry, parse

_MOST_PLACES: Final = 1_000  # far beyond what any amount can be
_SHOWN: Final = 40  # letters of what is refused
_NUMBER: Final = re.compile(r"-?[0-9]+\.[0-9]+")


def read_document(content: bytes, *, file: str) -> dict[str, Any]:
    """The mapping a document is; numbers with a fraction as exact decimals.

    A scalar of YAML that would be something else than it looks (a day, `007`, `1_000`) stays the
    text it was written as.

    Raises:
        ExchangeError: `exchange.too_large`, `exchange.not_json`, `exchange.long_number`,
            `exchange.not_a_document`.
        PackError: YAML that no pack may hold either: aliases, tags, a key twice.
    """
    if len(content) > LARGEST_FILE_BYTES:
        raise ExchangeError("exchange.too_large", file=file, largest=LARGEST_FILE_BYTES)
    is_json = content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    said = _json(content, file=file) if is_json else _plain(parse(content, file=file))
    if not isinstance(said, dict):
        raise ExchangeError("exchange.not_a_document", file=file)
    return said


def _json(content: bytes, *, file: str) -> object:
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            parse_float=lambda text: _exact(text, file=file),
            parse_constant=_refuse_constant,
            object_pairs_hook=_once,
        )
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise ExchangeError("exchange.not_json", file=file, line=line) from error


def _exact(text: str, *, file: str) -> Decimal:
    number = Decimal(text)
    # Written out, it would take all memory: `1e999999999` has a milliard of zeros.
    if abs(number.adjusted()) > _MOST_PLACES:
        raise ExchangeError("exchange.long_number", file=file, found=text[:_SHOWN])
    return number


def _refuse_constant(word: str) -> NoReturn:
    # NaN and the infinities are no JSON, and no limit of anything.
    raise ValueError(word)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        # Of a key that stands twice, one would be dropped without a word.
        raise ValueError([key for key, _ in pairs])
    return dict(pairs)


def _plain(entry: Entry) -> Any:
    if isinstance(entry.value, dict):
        return {key: _plain(one) for key, one in entry.value.items()}
    if isinstance(entry.value, list):
        return [_plain(one) for one in entry.value]
    if entry.value is None or isinstance(entry.value, str | bool):
        return entry.value
    if isinstance(entry.value, int) and str(entry.value) == entry.text:
        return entry.value
    is_exact = isinstance(entry.value, float) and _NUMBER.fullmatch(entry.text)
    return Decimal(entry.text) if is_exact else entry.text
