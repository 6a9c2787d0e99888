"""The tables at hand, with what has to be known of them before any rule is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import CompiledRule
from rules.checks.row import RowCheck
from rules.checks.subject import prepared, too_long
from rules.errors import TableError
from rules.rule import Scope
from rules.table import OWN, UNREADABLE, Table

_ROWS: Final = "__rows"
_OWN: Final = "__own_rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One table, or a slice of one.

    Attributes:
        rows, own: How many rows it has, and how many are the inspected organization's.
        schema: The columns it has.
        flagged: Those with a cell that could not be read.
        first: The number of its first row in the whole table.
    """

    table: Table
    rows: int
    own: int
    schema: pl.Schema
    flagged: frozenset[str]
    first: int = 0

    @classmethod
    def of(cls, table: Table) -> "Subject":
        """Look at a table once."""
        schema = table.frame.collect_schema()
        seen = table.frame.select(
            pl.len().alias(_ROWS),
            pl.col(OWN).sum().alias(_OWN),
            pl.col(UNREADABLE).list.len().sum().alias(UNREADABLE),
            *too_long(schema, table.contract),
        )
        facts = seen.collect(engine="streaming").row(0, named=True)
        rows, own, listed = (int(facts.pop(name) or 0) for name in (_ROWS, _OWN, UNREADABLE))
        long = [name for name, is_long in facts.items() if is_long]
        return cls(
            table=table,
            rows=rows,
            own=own,
            schema=schema,
            flagged=frozenset(long) | (_listed(table) if listed else frozenset()),
        )

    def is_text(self, name: str) -> bool:
        """Whether a column holds texts."""
        return self.schema.get(name) == pl.String

    def needed(self, compiled: CompiledRule) -> frozenset[str]:
        """What a rule reads of the table, and the business key where the evidence has it."""
        names = compiled.columns.get(self.table.contract.name, frozenset())
        key = frozenset(self.table.contract.key)
        return names | key if key <= self.schema.keys() else names

    def prepared(self, columns: Iterable[str]) -> pl.LazyFrame:
        """The table as rules see it; see `rules.checks.subject.prepared`."""
        table = self.table
        return prepared(
            table.frame, table.contract, columns, flagged=self.flagged, first=self.first
        )


def _listed(table: Table) -> frozenset[str]:
    names = table.frame.select(pl.col(UNREADABLE).explode().unique().drop_nulls())
    return frozenset(names.collect(engine="streaming").to_series().to_list())


def check_tables(compiled: CompiledRule, subjects: Mapping[str, Subject]) -> None:
    """Refuse a rule whose tables are not there.

    Raises:
        TableError: `table_missing`, `column_missing`, `table_empty`.
    """
    for name, columns in compiled.columns.items():
        if name not in subjects:
            raise TableError("table_missing", table=name)
        subject = subjects[name]
        for column in sorted(columns - subject.schema.keys()):
            raise TableError("column_missing", table=name, column=column)
        foreign = compiled.rule.scope is Scope.CAMPAIGN and name != compiled.rule.table
        is_empty = (subject.rows if foreign else subject.own) == 0
        if is_empty and name not in _may_be_empty(compiled):
            raise TableError("table_empty", table=name)


def _may_be_empty(compiled: CompiledRule) -> frozenset[str]:
    check = compiled.check
    return frozenset() if isinstance(check, RowCheck) else check.may_be_empty
