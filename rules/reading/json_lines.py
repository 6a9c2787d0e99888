"""JSON, one object a line, read under its contract.

A missing key and null are blank.  A text is read as the contract declares, a number exactly as it
is written; a value of any other kind than its column's is a problem of its cell.  A line that is
no object is a refused record.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from rules.contract import ColumnType, Contract
from rules.errors import ReadingError
from rules.mapping import JsonMapping
from rules.reading.json_records import (
    Number,
    Repeated,
    find_value,
    parse_record,
    plain_number,
    shown,
)
from rules.reading.native_cells import NativeCells
from rules.reading.parts import Parts, Refusal
from rules.reading.places import Ranges
from rules.reading.result import FileProblem, Reading, Wrong
from rules.reading.spoiled import spoil
from rules.reading.typed_cells import convert_typed

BLOCK_RECORDS: Final = 32_768
LINE_LIMIT_BYTES: Final = 8 << 20
_BLOCK_BYTES: Final = 32 << 20
_EXTRA_SHOWN: Final = 1_000
_LETTERS: Final = frozenset({ColumnType.TEXT, ColumnType.CODE, ColumnType.CATEGORY})


@dataclass(slots=True)
class _Kinds:
    """The cells of one column of a block, by their kinds; None where a cell is not so."""

    texts: list[str | None]
    numbers: list[str | None]
    truths: list[bool | None]
    others: list[str | None]
    wrong: list[str | None]


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
    columns: dict[str, list[Any]] = {column.name: [] for column in contract.columns}
    ways = [(columns[one.name], mapping.keys_of(one.name)) for one in contract.columns]
    known = {keys[0] for _, keys in ways}
    numbers: list[int] = []
    refused: list[Refusal] = []
    for number, line in lines:
        if not line.strip():
            seen.blank.add(number)
            continue
        record = parse_record(line)
        if isinstance(record, Wrong):
            found = line.decode("utf-8", errors="replace").strip()
            refused.append(Refusal(row=number, wrong=record, found=found))
            continue
        numbers.append(number)
        for key in record.keys() - known:
            if len(seen.extra) <= _EXTRA_SHOWN:
                seen.extra.setdefault(key)
        for values, keys in ways:
            values.append(record.get(keys[0]) if len(keys) == 1 else find_value(record, keys))
    seen.columns |= {
        name for name, values in columns.items() if any(value is not None for value in values)
    }
    _add(numbers, columns, contract=contract, parts=parts, refused=refused)


def _add(
    numbers: list[int],
    columns: dict[str, list[Any]],
    *,
    contract: Contract,
    parts: Parts,
    refused: list[Refusal],
) -> None:
    cells, texts = {}, {}
    for name, values in columns.items():
        height = len(numbers)
        some = _sort(values, is_letters=contract[name].type in _LETTERS)
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


def _sort(values: list[Any], *, is_letters: bool) -> _Kinds:
    """Tell the values of a column apart by their kinds; most columns hold one kind alone."""
    height = len(values)
    kinds = _Kinds(
        texts=[None] * height,
        numbers=[None] * height,
        truths=[None] * height,
        others=[None] * height,
        wrong=[None] * height,
    )
    found = set(map(type, values)) - {type(None)}
    if found <= {str}:
        kinds.texts = values
    elif found == {Number} and not is_letters:
        kinds.numbers = [None if value is None else plain_number(value) for value in values]
    else:
        for place, value in enumerate(values):
            _sort_one(kinds, place, value, is_letters=is_letters)
    return kinds


def _sort_one(kinds: _Kinds, place: int, value: Any, *, is_letters: bool) -> None:
    if isinstance(value, Number):
        if is_letters:
            kinds.others[place], kinds.wrong[place] = str(value), Wrong.KIND.value
        else:
            kinds.numbers[place] = plain_number(value)
    elif isinstance(value, str):
        kinds.texts[place] = value
    elif isinstance(value, bool):
        kinds.truths[place] = value
    elif isinstance(value, Repeated):
        kinds.others[place] = " | ".join(map(shown, value.values))
        kinds.wrong[place] = Wrong.REPEATED.value
    elif value is not None:
        kinds.others[place], kinds.wrong[place] = shown(value), Wrong.NESTED.value


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
