"""Tables with their derived columns, before any rule is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.aggregates import How
from rules.checks.derivation import Derivation, Derivations
from rules.checks.grouping import INCOMPLETE, STANDING
from rules.checks.subject import prepared
from rules.contract import Contract
from rules.formula import Exact
from rules.formula.values import SHORT_DIGITS
from rules.table import ID, OWN, UNREADABLE, Table, dtype_of

_UNKNOWN: Final = "__unknown:"  # prefix: whether a derived value could not be told
# What no row at all comes to; the least and the largest of nothing are blank.
_OF_NOTHING: Final = {How.COUNT: 0, How.SUM: 0, How.ALL: True, How.ANY: False}


@dataclass(slots=True, kw_only=True)
class _Grown:
    """A table, and beside its rows the columns derived so far with their `_UNKNOWN` flags."""

    table: Table
    columns: list[pl.Series] = field(default_factory=list)

    def frame(self) -> pl.LazyFrame:
        """The table with them; what could not be told is named in UNREADABLE."""
        if not self.columns:
            return self.table.frame
        beside = pl.DataFrame(self.columns).lazy()
        names = [one.name for one in self.columns if not one.name.startswith(_UNKNOWN)]
        told = [pl.when(pl.col(_UNKNOWN + name)).then(pl.lit(name)) for name in names]
        joined = pl.concat([self.table.frame, beside], how="horizontal")
        return joined.with_columns(
            pl.concat_list(UNREADABLE, *told).list.drop_nulls().alias(UNREADABLE)
        ).drop(_UNKNOWN + name for name in names)


def derive(
    derived: Derivations, tables: Mapping[str, Table], *, folder: Path
) -> Mapping[str, Table]:
    """The tables with every derived column that could be worked out.

    A column whose tables or columns are not at hand, or whose other table has no row, is left out,
    so that a rule needing it ends as error; what cannot be told of one row is null and named in its
    UNREADABLE, so that rules needing it are undetermined there.

    Args:
        derived: The compiled columns, in the order they build on each other.
        tables: The evidence.
        folder: Where tables with derived columns are written, to be worked out once.
    """
    grown = {name: _Grown(table=table) for name, table in tables.items()}
    for one in derived.columns:
        if one.table in grown and one.of in grown and _is_at_hand(one, grown):
            own, other = grown[one.table], grown[one.of]
            own.columns.extend(_values(one, own.frame(), other.frame(), derived.contracts))
    return {
        name: _written(some, derived.contracts[name], folder / f"derived-{name}.parquet")
        if some.columns
        else some.table
        for name, some in grown.items()
    }


def _written(some: _Grown, contract: Contract, target: Path) -> Table:
    some.frame().sink_parquet(target, compression="lz4", maintain_order=True)
    return replace(some.table, contract=contract, frame=pl.scan_parquet(target))


def _is_at_hand(one: Derivation, grown: Mapping[str, _Grown]) -> bool:
    asked = ((one.table, one.by_reads), (one.of, one.reads))
    for name, reads in asked:
        if not reads.columns <= set(grown[name].frame().collect_schema().names()):
            return False
    rows = grown[one.of].table.frame.select(pl.col(OWN).any()).collect(engine="streaming")
    return bool(rows.item())


def _values(
    one: Derivation, own: pl.LazyFrame, other: pl.LazyFrame, contracts: Mapping[str, Contract]
) -> list[pl.Series]:
    """The column and its `_UNKNOWN`, one value for each row of the table, in its order."""
    # Rows of the inspected organization meet its own, those of others the rows of others.
    names = [*grouping.key_names(one.by), OWN]
    rows = prepared(own, contracts[one.table], one.by_reads.columns)
    asked = grouping.keyed(rows, one.by, one.by_reads).select(ID, *names, INCOMPLETE)
    seen = prepared(other, contracts[one.of], one.reads.columns)
    told = seen.with_columns(one.standing.alias(STANDING), *one.figure.beside())
    groups = (
        grouping.keyed(told, one.to, one.to_reads)
        .filter(pl.col(INCOMPLETE).is_null())
        .group_by(names)
        .agg(one.figure.of_group())
    )
    joined = asked.join(groups, on=names, how="left").collect(engine="streaming").sort(ID)
    figure, unknown = pl.col(one.figure.column), pl.col(f"{one.figure.column}:unknown")
    cannot = pl.col(INCOMPLETE).is_not_null() | (figure.is_null() & unknown.is_not_null())
    known = figure
    if one.figure.how in _OF_NOTHING:
        known = figure.fill_null(_OF_NOTHING[one.figure.how])
    if isinstance(one.figure.type, Exact):
        # The engine has no exact arithmetic for more digits: such a sum is not known.
        limit = 10**SHORT_DIGITS - 1
        cannot |= ~known.is_between(-limit, limit).fill_null(True)
    stored = _stored(pl.when(~cannot).then(known), one)
    return joined.select(
        stored.alias(one.column.name), cannot.alias(_UNKNOWN + one.column.name)
    ).get_columns()


def _stored(value: pl.Expr, one: Derivation) -> pl.Expr:
    """A figure as a cell of its column."""
    if not one.column.scale:
        return value.cast(dtype_of(one.column))
    unit = pl.lit(f"0.{'1'.zfill(one.column.scale)}").cast(pl.Decimal(38, one.column.scale))
    return (value.cast(pl.Decimal(38, 0)) * unit).cast(dtype_of(one.column))
