"""Lines of a run summed up: by month, and by the reason why nothing could be said."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from evidence.storage import Storage
from inspection.violations.caching import scan_cached
from inspection.violations.filter import ViolationFilter, condition_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthAmount:
    """Count and amount of the violated lines of one month; the month is its first day."""

    month: date | None
    count: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """How many units of one rule could not be judged for one reason."""

    rule_code: str
    reason: str
    count: int


def list_months(
    storage: Storage,
    cache: Path,
    *,
    violations_sha256: str,
    filter: ViolationFilter,  # noqa: A002
) -> tuple[MonthAmount, ...]:
    """Violated lines by the month of the record's own date, earliest first, undated last."""
    months = (
        scan_cached(storage, cache, violations_sha256)
        .filter(condition_of(replace(filter, verdict="violated")))
        .group_by(month=pl.col("dated_on").dt.truncate("1mo"))
        .agg(count=pl.len(), amount=pl.col("amount").sum())
        .sort("month", nulls_last=True)
        .collect()
    )
    return tuple(MonthAmount(**line) for line in months.iter_rows(named=True))


def list_reasons(
    storage: Storage, cache: Path, *, violations_sha256: str
) -> tuple[ReasonCount, ...]:
    """Why units are undetermined, by rule in the order of the run, the commonest reason first."""
    counted = (
        scan_cached(storage, cache, violations_sha256)
        .filter(pl.col("verdict").cast(pl.String) == "undetermined")
        .with_row_index("__at")
        .group_by("rule", "reason")
        .agg(count=pl.len(), at=pl.col("__at").min())
        .with_columns(pl.col("at").min().over("rule"))
        .sort("at", pl.col("count"), "reason", descending=[False, True, False])
        .collect()
    )
    return tuple(
        ReasonCount(rule_code=line["rule"], reason=line["reason"], count=line["count"])
        for line in counted.iter_rows(named=True)
    )
