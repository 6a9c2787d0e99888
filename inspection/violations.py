"""Slices of the violations of one evaluation, read from the store page by page."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, Self
from uuid import uuid4

import polars as pl

from evidence.digest import Digest
from evidence.storage import Storage
from inspection.errors import InvalidError

BATCH_ROWS: Final = 10_000
LARGEST_OFFSET: Final = 10**9
LARGEST_PAGE: Final = 1_000
# Amounts as people type them: 1.234.567,89 or 1,234,567.89 or 1234567.89; at most 20 digits.
VIETNAMESE: Final = re.compile(r"-?\d{1,3}(\.\d{3}){1,6}(,\d{1,2})?")
ENGLISH: Final = re.compile(r"-?\d{1,3}(,\d{3}){1,6}(\.\d{1,2})?")
PLAIN: Final = re.compile(r"-?\d{1,20}([.,]\d{1,2})?")
# A line without a place of its own (a whole table) is its own fact.
_FACT: Final = pl.coalesce(
    pl.concat_str(
        pl.col("file"), pl.col("sheet").fill_null(""), pl.col("row").cast(pl.String), separator="|"
    ),
    pl.col("key"),
).alias("fact")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationFilter:
    """Which lines: all that meet every condition given; empty means any."""

    rule_code: str = ""
    verdict: str = ""
    text: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None

    def as_dict(self) -> dict[str, str]:
        """The conditions that are set, as texts, for the database and for addresses."""
        return {
            name: format(value, "f") if isinstance(value, Decimal) else value
            for name, value in asdict(self).items()
            if value not in {"", None}
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, str]) -> Self:
        """Read conditions back.

        Raises:
            InvalidError: A bound is not a number.
        """
        return cls(
            rule_code=values.get("rule_code", ""),
            verdict=values.get("verdict", ""),
            text=values.get("text", ""),
            amount_from=_decimal(values, "amount_from"),
            amount_to=_decimal(values, "amount_to"),
        )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionSource:
    """What selects lines: a stored run, conditions, and keys left out by hand."""

    violations_sha256: str
    filter: ViolationFilter
    excluded_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a finding freezes.

    Attributes:
        keys_sha256: SHA-256 over the sorted stable keys, one per line.
    """

    count: int
    amount: Decimal | None
    keys_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthAmount:
    """Count and amount of the violated lines of one month; the month is its first day."""

    month: date | None
    count: int
    amount: Decimal | None


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
    lines = _selected(storage, cache, violations_sha256, filter, excluded_keys)
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


def list_months(
    storage: Storage,
    cache: Path,
    *,
    violations_sha256: str,
    filter: ViolationFilter,  # noqa: A002
) -> tuple[MonthAmount, ...]:
    """Violated lines by the month of the record's own date, earliest first, undated last."""
    months = (
        _scan(storage, cache, violations_sha256)
        .filter(_condition(replace(filter, verdict="violated")))
        .group_by(month=pl.col("dated_on").dt.truncate("1mo"))
        .agg(count=pl.len(), amount=pl.col("amount").sum())
        .sort("month", nulls_last=True)
        .collect()
    )
    return tuple(MonthAmount(**line) for line in months.iter_rows(named=True))


def select_lines(
    storage: Storage,
    cache: Path,
    *,
    violations_sha256: str,
    filter: ViolationFilter,  # noqa: A002 - the word of the domain and of the table
    excluded_keys: Sequence[str],
) -> Selection:
    """Freeze a selection: count, amount and the digest of the keys."""
    lines = (
        _selected(storage, cache, violations_sha256, filter, excluded_keys)
        .select("key", "amount")
        .collect()
    )
    keys = "\n".join(sorted(lines["key"].to_list()))
    amounts: list[Decimal] = lines["amount"].drop_nulls().to_list()
    return Selection(
        count=lines.height,
        amount=sum(amounts, start=Decimal(0)) if amounts else None,
        keys_sha256=hashlib.sha256(keys.encode()).hexdigest(),
    )


def count_shared(
    storage: Storage, cache: Path, one: SelectionSource, other: SelectionSource
) -> int:
    """How many facts two selections have in common: the same row of the same file, by any rule."""
    facts = [
        _selected(storage, cache, each.violations_sha256, each.filter, each.excluded_keys).select(
            _FACT
        )
        for each in (one, other)
    ]
    return int(facts[0].join(facts[1], on="fact", how="semi").select(pl.len()).collect().item())


def iterate_lines(
    storage: Storage,
    cache: Path,
    *,
    violations_sha256: str,
    filter: ViolationFilter,  # noqa: A002 - the word of the domain and of the table
    excluded_keys: Sequence[str],
) -> Iterator[ViolationRow]:
    """Every selected line, none cut off, in the order of the evaluation, batch by batch."""
    lines = _selected(storage, cache, violations_sha256, filter, excluded_keys)
    offset = 0
    while (batch := lines.slice(offset, BATCH_ROWS).collect()).height:
        yield from (_row(line) for line in batch.iter_rows(named=True))
        offset += batch.height


def fetch_cached(storage: Storage, cache: Path, sha256: str) -> Path:
    """A local copy of an object, verified when it was fetched; content never changes."""
    local = cache / f"{sha256}.parquet"
    if not local.exists():
        cache.mkdir(parents=True, exist_ok=True)
        partial = cache / f"{sha256}.{uuid4()}.partial"
        storage.fetch(Digest(sha256), partial)
        partial.rename(local)
    return local


def _scan(storage: Storage, cache: Path, sha256: str) -> pl.LazyFrame:
    return pl.scan_parquet(fetch_cached(storage, cache, sha256))


def _selected(
    storage: Storage,
    cache: Path,
    sha256: str,
    filter: ViolationFilter,  # noqa: A002
    excluded_keys: Sequence[str],
) -> pl.LazyFrame:
    lines = _scan(storage, cache, sha256).filter(_condition(filter))
    if excluded_keys:
        lines = lines.filter(~pl.col("key").is_in(sorted(set(excluded_keys))))
    return lines


def _condition(wanted: ViolationFilter) -> pl.Expr:
    conditions = [pl.lit(True)]
    if wanted.rule_code:
        conditions.append(pl.col("rule") == wanted.rule_code)
    if wanted.verdict:
        conditions.append(pl.col("verdict").cast(pl.String) == wanted.verdict)
    if wanted.text:
        text = wanted.text.lower()
        conditions.append(
            pl.any_horizontal(
                pl.col(name).str.to_lowercase().str.contains(text, literal=True).fill_null(False)
                for name in ("unit_key", "group", "message_vi", "message_en", "values")
            )
        )
    if wanted.amount_from is not None:
        conditions.append(pl.col("amount") >= wanted.amount_from)
    if wanted.amount_to is not None:
        conditions.append(pl.col("amount") <= wanted.amount_to)
    return pl.all_horizontal(conditions)


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


def _decimal(values: Mapping[str, str], name: str) -> Decimal | None:
    text = values.get(name, "").strip()
    if not text:
        return None
    if VIETNAMESE.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif ENGLISH.fullmatch(text):
        text = text.replace(",", "")
    elif not PLAIN.fullmatch(text):
        raise InvalidError("filter.not_a_number", field=name, value=text[:40])
    return Decimal(text.replace(",", "."))
