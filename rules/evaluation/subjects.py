"""The tables at hand, with what has to be known of them before any rule is asked."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from rules.checks import CompiledRule
from rules.checks.row import RowCheck
from rules.checks.subject import unreadable
from rules.errors import TableError
from rules.rule import Scope
from rules.table import OWN, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One table.

    Attributes:
        rows, own: How many rows it has, and how many are the inspected organization's.
        columns: The columns it has.
        flagged: Those with a cell that could not be read.
    """

    table: Table
    rows: int
    own: int
    columns: frozenset[str]
    flagged: frozenset[str]

    @classmethod
    def of(cls, table: Table) -> "Subject":
        """Look at a table once."""
        counted = table.frame.select(pl.len(), pl.col(OWN).sum().alias("own")).collect()
        rows, own = counted.row(0)
        return cls(
            table=table,
            rows=int(rows),
            own=int(own or 0),
            columns=frozenset(table.frame.collect_schema().names()),
            flagged=unreadable(table.frame, table.contract),
        )

    def needed(self, compiled: CompiledRule) -> frozenset[str]:
        """What a rule reads of the table, and the business key where the evidence has it."""
        names = compiled.columns.get(self.table.contract.name, frozenset())
        key = frozenset(self.table.contract.key)
        return names | key if key <= self.columns else names


def check_tables(compiled: CompiledRule, subjects: Mapping[str, Subject]) -> None:
    """Refuse a rule whose tables are not there.

    Raises:
        TableError: `table_missing`, `column_missing`, `table_empty`.
    """
    for name, columns in compiled.columns.items():
        if name not in subjects:
            raise TableError("table_missing", table=name)
        subject = subjects[name]
        for column in sorted(columns - subject.columns):
            raise TableError("column_missing", table=name, column=column)
        foreign = compiled.rule.scope is Scope.CAMPAIGN and name != compiled.rule.table
        is_empty = (subject.rows if foreign else subject.own) == 0
        if is_empty and name not in _may_be_empty(compiled):
            raise TableError("table_empty", table=name)


def _may_be_empty(compiled: CompiledRule) -> frozenset[str]:
    check = compiled.check
    return frozenset() if isinstance(check, RowCheck) else check.may_be_empty
