"""Lines of one evaluation, read from the store page by page."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from evidence.storage import Storage
from inspection.errors import NotFoundError
from inspection.violations.caching import scan_cached, selected
from inspection.violations.filter import ViolationFilter

BATCH_ROWS: Final = 10_000
LARGEST_OFFSET: Final = 10**9
LARGEST_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationRow:
    """One line of the machine: a candidate, never an accusation.

    Attributes:
        values: (column, text) of what the rule read.
        unread: Those of its columns whose text could not be read as declared: it stands in
            `values` as it was found, and is no value.
        parameters: The dated values the rule used, as mappings.
        reason: Why the unit is undetermined, as a code; None where it is violated.
    """

    rule: str
    verdict: str
    unit: str
    table: str
    file: str | None
    sheet: str | None
    row: int | None
    rows: int
    unit_key: str
    group: str | None
    key: str
    stable: bool
    values: tuple[tuple[str, str | None], ...]
    unread: tuple[str, ...]
    found: str | None
    expected: str | None
    difference: str | None
    parameters: tuple[Mapping[str, object], ...]
    amount: Decimal | None
    message_vi: str
    message_en: str
    reason: str | None
    dated_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationSlice:
    """A page of lines, with the count and amount of all that match."""

    total: int
    amount: Decimal | None
    rows: tuple[ViolationRow, ...]


def read_slice(
    storage: Storage,
    cache: Path,
    *,
    violations_sha256: str,
    filter: ViolationFilter,  # noqa: A002 - the word of the domain and of the table
    offset: int,
    limit: int,
    excluded_keys: Sequence[str] = (),
) -> ViolationSlice:
    """One page of the lines that match, in the order of the evaluation."""
    lines = selected(storage, cache, violations_sha256, filter, excluded_keys)
    totals = lines.select(count=pl.len(), amount=pl.col("amount").sum()).collect().row(0)
    with_amount = lines.select(pl.col("amount").is_not_null().any()).collect().item()
    page = lines.slice(
        min(max(offset, 0), LARGEST_OFFSET), min(max(limit, 0), LARGEST_PAGE)
    ).collect()
    return ViolationSlice(
        total=totals[0],
        amount=totals[1] if with_amount else None,
        rows=tuple(_row(line) for line in page.iter_rows(named=True)),
    )


def get_line(storage: Storage, cache: Path, *, violations_sha256: str, key: str) -> ViolationRow:
    """The line of a key.

    Raises:
        NotFoundError: The run has no line of that key.
    """
    lines = scan_cached(storage, cache, violations_sha256)
    found = lines.filter(pl.col("key") == key).collect()
    if found.height != 1:
        raise NotFoundError
    return _row(found.row(0, named=True))


def iterate_lines(
    storage: Storage,
    cache: Path,
    *,
    violations_sha256: str,
    filter: ViolationFilter,  # noqa: A002 - the word of the domain and of the table
    excluded_keys: Sequence[str],
) -> Iterator[ViolationRow]:
    """Every selected line, none cut off, in the order of the evaluation, batch by batch."""
    lines = selected(storage, cache, violations_sha256, filter, excluded_keys)
    offset = 0
    while (batch := lines.slice(offset, BATCH_ROWS).collect()).height:
        yield from (_row(line) for line in batch.iter_rows(named=True))
        offset += batch.height


def _row(line: dict[str, object]) -> ViolationRow:
    values = json.loads(str(line.pop("values") or "{}"))
    parameters = json.loads(str(line.pop("parameters") or "[]"))
    # Runs of earlier versions did not say; they show nothing of such cells.
    unread = json.loads(str(line.pop("unread", None) or "[]"))
    return ViolationRow(
        **line,  # type: ignore[arg-type]  # the schema of the file is the engine's promise
        values=tuple(values.items()),
        unread=tuple(unread),
        parameters=tuple(parameters),
    )
