"""What a rule judged in buckets still has to ask of the whole table.

Only what decides verdicts is brought together.  What a line says beside it (its business key, the
columns of its message) is fetched afterwards, for the rows that have a line.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from rules.evaluation.ledger import Ledger
from rules.evaluation.parameters import uses
from rules.evaluation.subjects import Subject
from rules.spark.evidence import Slice
from rules.spark.jobs import Ask, Task
from rules.spark.reports import RuleReport
from rules.table import ID


def asks_of(
    ledgers: Mapping[int, Ledger],
    subjects: Mapping[str, Subject],
    found: Mapping[int, RuleReport],
    *,
    folder: Path,
) -> dict[int, Ask]:
    """What is to be asked for each rule, by its position."""
    return {
        position: _ask(ledger, subjects, found[position], folder / f"wanted-{position}.parquet")
        for position, ledger in ledgers.items()
    }


def tasks_of(
    ledgers: Mapping[int, Ledger], asks: Mapping[int, Ask], cuts: Mapping[int, Sequence[Slice]]
) -> list[Task]:
    """A task for each slice of a table that a rule has something to ask of."""
    asking: dict[Slice, list[int]] = {}
    for position, ledger in ledgers.items():
        has_uses = bool(uses(ledger.compiled))
        wanted = _ids(asks[position].wanted)
        for cut in cuts[position]:
            if has_uses or wanted.is_between(cut.first, cut.first + cut.rows - 1).any():
                asking.setdefault(cut, []).append(position)
    return [Task(cut=cut, rules=tuple(rules)) for cut, rules in asking.items()]


def _ask(ledger: Ledger, subjects: Mapping[str, Subject], report: RuleReport, target: Path) -> Ask:
    compiled = ledger.compiled
    needed = subjects[compiled.rule.table].needed(compiled)
    lacking, wanted = frozenset[str](), [_ids(None)]
    for chunk in report.lines:
        units = chunk.read()
        lacks = needed - frozenset(units.columns)
        if lacks:
            lacking |= lacks
            wanted.append(units.get_column(ID).drop_nulls())
    ids = pl.concat(wanted).unique().sort()
    if not len(ids):
        return Ask(lacking=lacking)
    ids.to_frame().write_parquet(target)
    return Ask(lacking=lacking, wanted=target)


def _ids(wanted: Path | None) -> pl.Series:
    if wanted is None:
        return pl.Series(ID, dtype=pl.get_index_type())
    return pl.read_parquet(wanted).get_column(ID)
