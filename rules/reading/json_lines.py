"""JSON, one object a line, read under its contract.

A missing key and null are blank.  A text is read as the contract declares, a number exactly as it
is written; a value of any other kind than its column's is a problem of its cell.  A line that is
no object is a refused record.

Source: RFC 8259 §4 (names within an object should be unique), §6 (numbers).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

import polars as pl

from rules.contract import ColumnType, Contract
from rules.errors import ReadingError
from rules.mapping import JsonMapping
from rules.reading.parts import Parts, Refusal
from rules.reading.places import Ranges
from rules.reading.result import FOUND_LIMIT, FileProblem, Reading, Wrong
from rules.reading.sheets import NativeCells
from rules.reading.spoiled import spoil
from rules.reading.typed_cells import convert_typed

BLOCK_RECORDS: Final = 32_768
LINE_LIMIT_BYTES: Final = 8 << 20
_BLOCK_BYTES: Final = 32 << 20
_EXTRA_SHOWN: Final = 1_000
_LARGEST_EXPONENT: Final = 40  # beyond, no column holds the number and its digits would only grow
_LETTERS: Final = frozenset({ColumnType.TEXT, ColumnType.CODE, ColumnType.CATEGORY})
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Repeated:
    """The values of a key that stands twice in one object."""

    values: tuple[Any, ...]  # whatever JSON holds


@dataclass(slots=True)
class _Column:
    """One column of a block, by the kinds of its cells."""

    texts: list[str | None] = field(default_factory=list)
    numbers: list[str | None] = field(default_factory=list)
    truths: list[bool | None] = field(default_factory=list)
    others: list[str | None] = field(default_factory=list)
    wrong: list[str | None] = field(default_factory=list)

    def add(self, value: Any, *, is_letters: bool) -> None:
        """Sort one value in by its kind."""
        text = number = other = wrong = None
        truth = None
        if isinstance(value, _Number):
            if is_letters:
                other, wrong = str(value), Wrong.KIND.value
            else:
                number = _plain(value)
        elif isinstance(value, str):
            text = value
        elif isinstance(value, bool):
            truth = value
        elif isinstance(value, _Repeated):
            other, wrong = " | ".join(map(_shown, value.values)), Wrong.REPEATED.value
        elif value is not None:
            other, wrong = _shown(value), Wrong.NESTED.value
        self.texts.append(text)
        self.numbers.append(number)
        self.truths.append(truth)
        self.others.append(other)
        self.wrong.append(wrong)


@dataclass(slots=True)
class _Seen:
    """What is said once, of the whole file."""

    blank: Ranges = field(default_factory=Ranges)
    columns: set[str] = field(default_factory=set)
    extra: dict[str, None] = field(default_factory=dict)


def read_json_lines(
    source: Path,
    *,
    digest: str,
    contract: Contract,
    into: Path,
    block_records: int = BLOCK_RECORDS,
) -> Reading:
    """Read JSON lines; see `rules.reading.read_file`.  ROW is the number of the line, from 1.

    Raises:
        ReadingError: `reading.record_too_long`.
    """
    mapping = contract.json or JsonMapping()
    names = [column.name for column in contract.columns]
    parts = Parts(digest=digest, contract=contract, columns=names, into=into)
    seen = _Seen()
    for lines in _blocks(source, block_records=block_records):
        _read_block(lines, contract=contract, mapping=mapping, parts=parts, seen=seen)
    return parts.finish(_notes(seen, names=names))


def _blocks(source: Path, *, block_records: int) -> Iterator[list[tuple[int, bytes]]]:
    block: list[tuple[int, bytes]] = []
    length, number = 0, 0
    with source.open("rb") as file:
        while line := file.readline(LINE_LIMIT_BYTES + 1):
            number += 1
            if len(line) > LINE_LIMIT_BYTES:
                raise ReadingError("reading.record_too_long", row=number, limit=LINE_LIMIT_BYTES)
            block.append((number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line))
            length += len(line)
            if len(block) >= block_records or length > _BLOCK_BYTES:
                yield block
                block, length = [], 0
    if block:
        yield block


def _read_block(
    lines: list[tuple[int, bytes]],
    *,
    contract: Contract,
    mapping: JsonMapping,
    parts: Parts,
    seen: _Seen,
) -> None:
    columns = {column.name: _Column() for column in contract.columns}
    ways = [
        (columns[one.name], one.name, mapping.keys_of(one.name), one.type in _LETTERS)
        for one in contract.columns
    ]
    known = {keys[0] for _, _, keys, _ in ways}
    numbers: list[int] = []
    refused: list[Refusal] = []
    for number, line in lines:
        if not line.strip():
            seen.blank.add(number)
            continue
        record = _parse(line)
        if isinstance(record, Wrong):
            found = line.decode("utf-8", errors="replace").strip()
            refused.append(Refusal(row=number, wrong=record, found=found))
            continue
        numbers.append(number)
        for key in record.keys() - known:
            if len(seen.extra) <= _EXTRA_SHOWN:
                seen.extra.setdefault(key)
        for cells, name, keys, is_letters in ways:
            value = _find(record, keys)
            if value is not None:
                seen.columns.add(name)
            cells.add(value, is_letters=is_letters)
    _add(numbers, columns, contract=contract, parts=parts, refused=refused)


def _add(
    numbers: list[int],
    columns: dict[str, _Column],
    *,
    contract: Contract,
    parts: Parts,
    refused: list[Refusal],
) -> None:
    cells, texts = {}, {}
    for name, some in columns.items():
        height = len(numbers)
        native = NativeCells(
            text=pl.Series(some.texts, dtype=pl.String),
            number=pl.Series(some.numbers, dtype=pl.String),
            truth=pl.Series(some.truths, dtype=pl.Boolean),
            moment=pl.repeat(None, height, dtype=pl.Datetime("us"), eager=True),
            error=pl.repeat(None, height, dtype=pl.String, eager=True),
        )
        other = pl.Series(some.others, dtype=pl.String)
        texts[name] = pl.select(pl.coalesce(other, native.shown())).to_series()
        cells[name] = spoil(
            convert_typed(native, column=contract[name], contract=contract, is_1904=None),
            wrong=pl.Series(some.wrong, dtype=pl.String),
            texts=texts[name],
            column=contract[name],
            contract=contract,
        )
    parts.add(pl.Series(numbers, dtype=pl.Int64), cells=cells, texts=texts, refused=refused)


def _parse(line: bytes) -> dict[str, Any] | Wrong:  # values are whatever JSON holds
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return Wrong.ENCODING
    try:
        record = json.loads(
            text,
            parse_int=_Number,
            parse_float=_Number,
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
        key: values[0] if len(values) == 1 else _Repeated(tuple(values))
        for key, values in every.items()
    }


def _whole(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose texts may hold halves of characters: each half becomes U+FFFD."""
    return _object([(_mended(key), _mended(value)) for key, value in pairs])


def _mended(value: Any) -> Any:
    if not isinstance(value, str) or isinstance(value, _Number):
        return value
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _find(record: dict[str, Any], keys: tuple[str, ...]) -> Any:
    value: Any = record
    for key in keys:
        if value is None or isinstance(value, _Repeated):
            return value
        if not isinstance(value, dict):
            # Not an object on the way: what stands there instead belongs into the list of problems.
            return [value]
        value = value.get(key)
    return value


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return str(value)[:FOUND_LIMIT]
    try:
        return json.dumps(value, ensure_ascii=False, default=lambda one: one.values)[:FOUND_LIMIT]
    except (RecursionError, ValueError):
        return "…"


def _plain(number: str) -> str:
    """A number without its exponent."""
    if "e" not in number and "E" not in number:
        return str(number)
    try:
        value = Decimal(number)
    except InvalidOperation:
        return str(number)
    return format(value, "f") if abs(value.adjusted()) <= _LARGEST_EXPONENT else str(number)


def _notes(seen: _Seen, *, names: list[str]) -> list[FileProblem]:
    said = [
        FileProblem(code=Wrong.COLUMN_ABSENT, column=name)
        for name in names
        if name not in seen.columns
    ]
    extra = sorted(seen.extra)
    said += [
        FileProblem(code=Wrong.COLUMN_EXTRA, column=key or None, found=key)
        for key in extra[:_EXTRA_SHOWN]
    ]
    if seen.blank.count:
        said.append(
            FileProblem(
                code=Wrong.ROWS_BLANK, found=str(seen.blank.count), detail=seen.blank.text()
            )
        )
    return said
