"""What a line says of the first row of its unit, beside the cells the unit was judged by."""

import polars as pl

from rules.checks import CompiledRule
from rules.evaluation.subjects import Subject
from rules.formula import BAD
from rules.table import ID


def with_amounts(units: pl.DataFrame, compiled: CompiledRule, subject: Subject) -> pl.DataFrame:
    """Units with whatever their amount reads; the rest can wait until lines are written."""
    amount = compiled.speech.amount
    reads = frozenset(amount.meta.root_names()) if amount is not None else frozenset[str]()
    if subject.needed(compiled) & reads <= frozenset(units.columns):
        return units
    return with_first_row(units, compiled, subject)


def with_first_row(units: pl.DataFrame, compiled: CompiledRule, subject: Subject) -> pl.DataFrame:
    """Units with whatever their lines say of the first row beside what was judged."""
    lacking = subject.needed(compiled) - frozenset(units.columns)
    if not lacking:
        return units
    wanted = units.lazy().select(ID).drop_nulls()
    found = first_rows(subject, lacking).join(wanted, on=ID, how="semi")
    return with_cells(units, found.collect(engine="streaming"), lacking)


def first_rows(subject: Subject, lacking: frozenset[str]) -> pl.LazyFrame:
    """ID of every row, and what lines may say of it: cells, and whether they could be read."""
    return subject.prepared(lacking).select(ID, *_beside(lacking))


def with_cells(units: pl.DataFrame, found: pl.DataFrame, lacking: frozenset[str]) -> pl.DataFrame:
    """Units with the columns they lack, from those of `first_rows`."""
    kept = [name for name in _beside(lacking) if name not in units.columns]
    return units.join(found.select(ID, *kept), on=ID, how="left", maintain_order="left")


def _beside(lacking: frozenset[str]) -> list[str]:
    return [name for column in sorted(lacking) for name in (column, BAD + column)]
