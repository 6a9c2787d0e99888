"""Every row finds its counterpart in another table.

Unit: row.  A row whose key is in the other table is met, one whose key is not is violated; a blank
or unreadable key is undetermined.  Rows of the other table with a blank or unreadable key take no
part.  With `valid`, the counterpart must be valid on the record's own date (`dated_by`), bounds
included, an empty bound open; where only an unreadable bound decides, the row is undetermined.
With `must`, a condition over both rows must hold for one counterpart; where that cannot be told,
the row is undetermined.  The other table may be the same one; a row then may find itself.
Words: `found` is the key, `expected` the name of the other table, and what `must` reads of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.between import OTHER, Between, between
from rules.checks.grouping import INCOMPLETE, REASON, STANDING, VERDICT
from rules.checks.matching import aligned_keys
from rules.checks.reason import Reason
from rules.checks.sets import SetCheck, Settled, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.settling import CERTAIN, aside, counted, marked
from rules.checks.standing import OUT, Standing
from rules.contract import ColumnType
from rules.formula import BAD, Reads, Scope, Value
from rules.formula.values import TEXT
from rules.rule import Verdict

_AT: Final = "__at"
_MATCH: Final = "__match"
_ON: Final = "__on"
_WHY: Final = "__why"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupCheck(SetCheck):
    """The compiled check.

    Attributes:
        valid: Whether a row of the other table is valid on the day `__on`: Boolean or null.
        on: The record's own date.
        must: What has to hold between a row and its counterpart.
    """

    columns: tuple[Value, ...]
    key_reads: Reads
    to: tuple[Value, ...]
    against: str
    to_reads: Reads
    valid: pl.Expr | None
    on: pl.Expr | None
    must: Between | None

    def settle(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Settled:
        """Put aside the rows whose key is in the other table."""
        if self.valid is not None or self.must is not None or self.against == self.table:
            return Settled(frames=frames)
        names = grouping.key_names(self.columns)
        other = grouping.keyed(frames[self.against], self.to, self.to_reads)
        known = other.filter(pl.col(INCOMPLETE).is_null()).select(names).unique()
        rows = marked(frames[self.table], self.columns, self.key_reads, standing)
        # Without its key a row matches nothing, and stays.
        asked = rows.with_columns(pl.when(CERTAIN).then(name).alias(name) for name in names)
        return aside(frames, self.table, counted(rows, asked.join(known, on=names, how="anti")))

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        frame = frames[self.table].with_columns(standing.expr.alias(STANDING))
        rows = grouping.keyed(frame, self.columns, self.key_reads).collect(engine="streaming")
        rows = rows.with_row_index(_AT)
        matched = rows.join(self._matches(rows, frames), on=_AT, how="left", maintain_order="left")
        standing_, match = pl.col(STANDING), pl.col(_MATCH)
        unsure = standing_.is_not_null() | pl.col(INCOMPLETE).is_not_null() | (match == 0)
        verdict = (
            pl.when((standing_ == OUT).fill_null(False))
            .then(pl.lit(Verdict.NOT_APPLICABLE.value))
            .otherwise(
                grouping.undetermined_if(
                    unsure.fill_null(False), grouping.violated_if(match.is_null() | (match < 0))
                )
            )
        )
        return matched.with_columns(
            verdict.alias(VERDICT),
            pl.coalesce(standing_, INCOMPLETE, _WHY).alias(REASON),
            pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
            grouping.label(self.columns).alias(grouping.FOUND),
            pl.lit(self.against).alias(grouping.EXPECTED),
        ).drop(_AT, _MATCH, _WHY)

    def _matches(self, rows: pl.DataFrame, frames: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
        """Of each row that has the key of another: its place in `rows`, _MATCH and _WHY.

        _MATCH is 1 where there is a counterpart, 0 where only perhaps, -1 where none holds; with
        `must` the columns of the other table it reads, of the first counterpart by place.
        """
        names = grouping.key_names(self.columns)
        asked = rows.filter(pl.col(INCOMPLETE).is_null())
        other = grouping.keyed(frames[self.against], self.to, self.to_reads)
        other = other.filter(pl.col(INCOMPLETE).is_null())
        if self.valid is None and self.must is None:
            known = other.select(names).unique().collect(engine="streaming")
            nothing = pl.lit(None, dtype=pl.String).alias(_WHY)
            return asked.join(known, on=names, how="semi").select(
                _AT, pl.lit(1).alias(_MATCH), nothing
            )
        sides = [
            side
            for name in sorted(self.others[self.against].columns)
            for side in (name, BAD + name)
        ]
        renamed = (pl.col(side).alias(OTHER + side) for side in sides)
        known = other.select(*names, *grouping.PLACE, *renamed).collect(engine="streaming")
        if self.must is not None:
            # The line tells the first counterpart by place, whatever the order of the rows.
            known = known.sort(grouping.PLACE, nulls_last=False)
        known = known.drop(grouping.PLACE)
        shown = self.must.own_columns if self.must else []
        on = [] if self.on is None else [self.on.alias(_ON)]
        pairs = asked.select(_AT, *names, *shown, *on).join(known, on=names, maintain_order="right")
        return self._best(pairs)

    def _best(self, pairs: pl.DataFrame) -> pl.DataFrame:
        inside = pl.lit(True) if self.valid is None else self.valid
        holds = pl.lit(True) if self.must is None else self.must.holds
        beside = [] if self.must is None else self.must.told
        why = pl.lit(None, dtype=pl.String) if self.must is None else self.must.why
        open_bound = pl.when(inside.is_null()).then(pl.lit(Reason.UNREADABLE.value))
        state = "__state"
        pairs = pairs.with_columns(
            (inside & holds).alias(state), pl.coalesce(open_bound, why).alias(_WHY)
        )
        match = (
            pl.when(pl.col(state).any())
            .then(1)
            .when(pl.col(state).is_null().any())
            .then(0)
            .otherwise(-1)
        )
        # Of what does not hold the line tells what it is, so only valid rows are told.
        # A condition without a column is none: over many rows Polars refuses to filter by it.
        valid = pairs if self.valid is None else pairs.filter(inside.fill_null(True))
        return valid.group_by(_AT).agg(
            match.alias(_MATCH),
            pl.col(_WHY).filter(pl.col(state).is_null()).min(),
            *(pl.col(name).first() for name in beside),
        )


def compile_check(setting: Setting) -> LookupCheck:
    """Compile the keys of both sides.

    Raises:
        FormulaError: A part of a key is neither a column nor a formula, or the two sides differ in
            type; `must` is no condition over both rows.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.unknown_column`, `check.date_column`,
            `check.key_lengths`, `check.on_missing_unused`.
    """
    setting.units("row")
    refuse_on_missing(setting)
    setting.keys(required=("columns", "table", "to"), optional=("valid", "must"))
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
    must = between(setting, against) if "must" in setting.rule.check else None
    words = must.words if must else {}
    own_reads, other_reads = own.reads, other.reads
    if must:
        own_reads, other_reads = own_reads.with_(must.own), other_reads.with_(must.other)
    return LookupCheck(
        table=setting.rule.table,
        own=own_reads,
        others={against: other_reads},
        against=against,
        meet={setting.rule.table: columns, against: to} if against != setting.rule.table else {},
        columns=columns,
        key_reads=own.reads,
        to=to,
        to_reads=to_reads,
        valid=valid,
        on=own.date_of_record() if valid is not None else None,
        must=must,
        words={
            "found": Value(pl.col(grouping.FOUND), TEXT),
            "expected": Value(pl.col(grouping.EXPECTED), TEXT),
            **words,
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
        bound = pl.col(OTHER + name).cast(pl.Date)
        reached = on >= bound if key == "from" else on <= bound
        # An empty bound is open; an unreadable one is not known to be.
        known = pl.when(~pl.col(OTHER + BAD + name)).then(bound.is_null() | reached)
        inside = inside & known
    return inside
