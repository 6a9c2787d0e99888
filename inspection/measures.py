"""The measures behind the verdicts of a run: digits, fences, strata, shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from evidence.storage import Storage
from inspection.violations import scan_cached


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredItem:
    """One thing that was measured: a digit, a stratum, a fence.

    Attributes:
        values: Exact numbers as texts, by the name of the measure, in the order of the rule.
    """

    item: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredGroup:
    """What a rule measured in one group; `group` is None for the whole table."""

    group: str | None
    items: tuple[MeasuredItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSlice:
    """Some groups of a rule in their order, with the count of all."""

    total: int
    groups: tuple[MeasuredGroup, ...]


def list_measured_rules(storage: Storage, cache: Path, *, facts_sha256: str) -> tuple[str, ...]:
    """The codes of the rules that measured something, in the order of the run."""
    rules = scan_cached(storage, cache, facts_sha256).select(
        pl.col("rule").unique(maintain_order=True)
    )
    return tuple(rules.collect().to_series().to_list())


def read_measures(
    storage: Storage, cache: Path, *, facts_sha256: str, rule_code: str, offset: int, limit: int
) -> MeasuredSlice:
    """Some groups of one rule with all they were measured by."""
    facts = scan_cached(storage, cache, facts_sha256).filter(pl.col("rule") == rule_code)
    groups = facts.select(pl.col("group").unique(maintain_order=True)).collect().to_series()
    wanted = groups.slice(offset, limit)
    lines = facts.filter(pl.col("group").is_in(wanted.implode(), nulls_equal=True)).collect()
    return MeasuredSlice(
        total=len(groups),
        groups=tuple(
            MeasuredGroup(
                group=group,
                items=_items(lines.filter(pl.col("group").eq_missing(pl.lit(group, pl.String)))),
            )
            for group in wanted
        ),
    )


def _items(lines: pl.DataFrame) -> tuple[MeasuredItem, ...]:
    found: list[tuple[str, dict[str, str]]] = []
    latest: dict[str, dict[str, str]] = {}
    for item, measure, value in lines.select("item", "measure", "value").iter_rows():
        if item not in latest or measure in latest[item]:
            # Measured again under the same name: another line, never the first one overwritten.
            latest[item] = {}
            found.append((item, latest[item]))
        latest[item][measure] = value
    return tuple(MeasuredItem(item=item, values=values) for item, values in found)
