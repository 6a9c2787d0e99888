"""Every row finds its counterpart in another table.

Unit: row.  A row whose key is in the other table is met, one whose key is not is violated; a blank
or unreadable key is undetermined.  Rows of the other table with a blank or unreadable key take no
part.  With `valid`, the counterpart must be valid on the record's own date (`dated_by`), bounds
included, an empty bound open; where only an unreadable bound decides, the row is undetermined.  The
other table may be the same one; a row then may find itself.
Words: `found` is the key, `expected` the name of the other table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.grouping import INCOMPLETE, REASON, STANDING, VERDICT
from rules.checks.matching import aligned_keys
from rules.checks.reason import Reason
from rules.checks.sets import SetCheck, Settled, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.settling import aside, marked, settled
from rules.checks.standing import OUT, Standing
from rules.contract import ColumnType
from rules.formula import BAD, Reads, Scope, Value
from rules.formula.values import TEXT
from rules.rule import Verdict

_AT: Final = "__at"
_MATCH: Final = "__match"
_ON: Final = "__on"
_OTHER: Final = "__other:"  # prefix of the other table's columns beside the row's


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupCheck(SetCheck):
    """The compiled check.

    Attributes:
        valid: Whether a row of the other table is valid on the day `__on`: Boolean or null.
        on: The record's own date.
    """

    columns: tuple[Value, ...]
    to: tuple[Value, ...]
    against: str
    to_reads: Reads
    valid: pl.Expr | None
    on: pl.Expr | None

    def settle(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Settled:
        """Put aside the rows whose key is in the other table."""
        if self.valid is not None or self.against == self.table:
            return Settled(frames=frames)
        names = grouping.key_names(self.columns)
        other = grouping.keyed(frames[self.against], self.to, self.to_reads)
        known = other.filter(pl.col(INCOMPLETE).is_null()).select(names).unique()
        rows = marked(frames[self.table], self.columns, self.own, standing)
        found = known.with_columns(pl.lit(True).alias(_MATCH)).collect(engine="streaming")
        matched = rows.join(found.lazy(), on=names, how="left")
        frame, met = settled(matched, left=pl.col(_MATCH).is_null())
        return aside(frames, self.table, (frame.drop(_MATCH), met))

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        frame = frames[self.table].with_columns(standing.expr.alias(STANDING))
        rows = grouping.keyed(frame, self.columns, self.own).collect(engine="streaming")
        rows = rows.with_row_index(_AT)
        matched = rows.join(self._matches(rows, frames), on=_AT, how="left", maintain_order="left")
        standing_, match = pl.col(STANDING), pl.col(_MATCH)
        unsure = standing_.is_not_null() | pl.col(INCOMPLETE).is_not_null() | (match == 0)
        verdict = (
            pl.when((standing_ == OUT).fill_null(False))
            .then(pl.lit(Verdict.NOT_APPLICABLE.value))
            .otherwise(
                grouping.undetermined_if(
                    unsure.fill_null(False), grouping.violated_if(match.is_null())
                )
            )
        )
        return matched.with_columns(
            verdict.alias(VERDICT),
            pl.coalesce(standing_, INCOMPLETE, pl.lit(Reason.UNREADABLE.value)).alias(REASON),
            pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
            grouping.label(self.columns).alias(grouping.FOUND),
            pl.lit(self.against).alias(grouping.EXPECTED),
        ).drop(_AT, _MATCH)

    def _matches(self, rows: pl.DataFrame, frames: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
        """Of each row with a counterpart: its place in `rows`, and 1, or 0 where only perhaps."""
        names = grouping.key_names(self.columns)
        asked = rows.filter(pl.col(INCOMPLETE).is_null())
        other = grouping.keyed(frames[self.against], self.to, self.to_reads)
        other = other.filter(pl.col(INCOMPLETE).is_null())
        if self.valid is None or self.on is None:
            known = other.select(names).unique().collect(engine="streaming")
            return asked.join(known, on=names, how="semi").select(_AT, pl.lit(1).alias(_MATCH))
        sides = [
            side
            for name in sorted(self.others[self.against].columns)
            for side in (name, BAD + name)
        ]
        renamed = (pl.col(side).alias(_OTHER + side) for side in sides)
        known = other.select(*names, *renamed).collect(engine="streaming")
        pairs = asked.select(_AT, *names, self.on.alias(_ON)).join(known, on=names)
        return (
            pairs.with_columns(self.valid.alias(_MATCH))
            .filter(pl.col(_MATCH).is_null() | pl.col(_MATCH))
            .group_by(_AT)
            .agg(pl.col(_MATCH).fill_null(False).any().cast(pl.Int32).alias(_MATCH))
        )


def compile_check(setting: Setting) -> LookupCheck:
    """Compile the keys of both sides.

    Raises:
        FormulaError: A part of a key is neither a column nor a formula, or the two sides differ in
            type.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.unknown_column`, `check.date_column`,
            `check.key_lengths`, `check.on_missing_unused`.
    """
    setting.units("row")
    refuse_on_missing(setting)
    setting.keys(required=("columns", "table", "to"), optional=("valid",))
    against = setting.text("table")
    if not setting.texts("columns"):
        raise setting.refusal("check.bad_value", key="check.columns", expected="texts")
    own, other = setting.scope().listening(), setting.scope(against).listening()
    columns, to = aligned_keys(
        setting,
        (own, "check.columns", setting.texts("columns")),
        (other, "check.to", setting.texts("to")),
    )
    to_reads = Reads(columns=set(other.reads.columns))
    valid = _validity(setting, other)
    return LookupCheck(
        table=setting.rule.table,
        own=own.reads,
        others={against: other.reads},
        against=against,
        meet={setting.rule.table: columns, against: to} if against != setting.rule.table else {},
        columns=columns,
        to=to,
        to_reads=to_reads,
        valid=valid,
        on=own.date_of_record() if valid is not None else None,
        words={
            "found": Value(pl.col(grouping.FOUND), TEXT),
            "expected": Value(pl.col(grouping.EXPECTED), TEXT),
        },
    )


def _validity(setting: Setting, other: Scope) -> pl.Expr | None:
    if "valid" not in setting.rule.check:
        return None
    if setting.rule.dated_by is None:
        raise setting.refusal("check.valid_without_date")
    bounds = setting.part("valid", required=(), optional=("from", "to"))
    on, inside = pl.col(_ON), pl.lit(True)
    for key in bounds:
        name = setting.text(key, of=bounds)
        column = other.contract.column(name)
        if column is None:
            table = other.contract.name
            raise setting.refusal(
                "check.unknown_column", name=name, table=table, key=f"check.valid.{key}"
            )
        if column.type not in (ColumnType.DATE, ColumnType.DATETIME):
            raise setting.refusal("check.date_column", name=name)
        other.reads.columns.add(name)
        bound = pl.col(_OTHER + name).cast(pl.Date)
        reached = on >= bound if key == "from" else on <= bound
        # An empty bound is open; an unreadable one is not known to be.
        known = pl.when(~pl.col(_OTHER + BAD + name)).then(bound.is_null() | reached)
        inside = inside & known
    return inside
