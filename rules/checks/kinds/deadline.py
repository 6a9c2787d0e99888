"""Something is done within its time limit, pauses not counted.

Unit: row.  The time from `start` to `done` less its pauses is held against `limit`, counted in
days, working days or working hours; more is violated.  What is not done is late where even doing it
on the day of the evaluation (with hours: as that day begins) would be too late; until then it is
running: not applicable, or undetermined if the rule says so.  Pauses are rows of another table with
the record's key, `from` and `until`; without an end they go on.  Overlapping pauses count once, and
one that begins after the limit has run out changes nothing.  Pauses with a blank or unreadable key
take no part, and are among the facts.  Undetermined: start, done or limit that cannot be
read; no start or limit; done before the start; a year the calendar does not know; a record late but
for pauses of which something is not known.
Words: `found` the time taken, `expected` the limit, `difference`, `paused`, `due` the last day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.clock import Clock, Counting, clock_of
from rules.checks.grouping import INCOMPLETE, REASON, STANDING, VERDICT
from rules.checks.indicator import number_in
from rules.checks.matching import aligned_keys
from rules.checks.pauses import (
    AT,
    END,
    LIMIT,
    PAUSE_WHY,
    PAUSED,
    START,
    Pauses,
    facts_about,
    paused_of,
)
from rules.checks.reason import Reason, bad, without_parameter
from rules.checks.sets import Judged, SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.errors import FormulaError
from rules.formula import Reads, Scope, Value
from rules.formula.values import DATE, DATETIME
from rules.rule import Verdict
from rules.table import OWN

_DONE: Final = "__done"
_WHY: Final = "__why"
_TOLD_PAUSED: Final = "__told_paused"
_DUE: Final = "__due"
_RUNNING: Final = (Verdict.NOT_APPLICABLE.value, Verdict.UNDETERMINED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineCheck(SetCheck):
    """The compiled check.

    Attributes:
        why: Why start, end or limit is not known; String, null where they are.
        running: The verdict on what is neither done nor late.
    """

    clock: Clock
    start: pl.Expr
    end: pl.Expr
    is_done: pl.Expr
    limit: pl.Expr
    why: pl.Expr
    pauses: Pauses | None
    running: Verdict

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        return self.judge(frames, standing=standing).units

    def judge(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Judged:
        """The rows, and the pauses that took no part."""
        key, reads = (self.pauses.key, self.pauses.key_reads) if self.pauses else ((), Reads())
        asked = frames[self.table].with_columns(
            standing.expr.alias(STANDING),
            self.clock.reading(self.start).alias(START),
            self.clock.reading(self.end).alias(END),
            self.limit.alias(LIMIT),
            self.is_done.alias(_DONE),
            self.why.alias(_WHY),
        )
        rows = grouping.keyed(asked, key, reads).collect(engine="streaming").with_row_index(AT)
        if self.pauses is None:
            nothing = [pl.lit(0, dtype=pl.Int64).alias(PAUSED),
                       pl.lit(None, dtype=pl.String).alias(PAUSE_WHY)]  # fmt: skip
            return Judged(units=self._judged(rows.with_columns(nothing)))
        pauses = self.pauses.rows(self.clock, frames[self.pauses.table])
        names = grouping.key_names(self.pauses.key)
        pairs = (
            rows.filter(pl.col(INCOMPLETE).is_null())
            .select(AT, *names, START, END, LIMIT, OWN)
            .join(pauses.filter(pl.col(INCOMPLETE).is_null()).drop(INCOMPLETE), on=names)
        )
        rows = rows.join(paused_of(pairs, self.clock), on=AT, how="left", maintain_order="left")
        perhaps = pairs.filter(pl.col(PAUSE_WHY).is_not_null())
        perhaps = perhaps.group_by(AT).agg(pl.col(PAUSE_WHY).min())
        rows = rows.join(perhaps, on=AT, how="left", maintain_order="left").with_columns(
            pl.col(PAUSED).fill_null(0), pl.coalesce(PAUSE_WHY, INCOMPLETE).alias(PAUSE_WHY)
        )
        return Judged(units=self._judged(rows), facts=facts_about(pauses, pairs))

    def _judged(self, rows: pl.DataFrame) -> pl.DataFrame:
        taken = pl.col(END) - pl.col(START) - pl.col(PAUSED)
        due = pl.col(START) + pl.col(LIMIT).cast(pl.Int64) + pl.col(PAUSED)
        late = taken > pl.col(LIMIT)
        if self.clock.counting is Counting.DAYS:
            late = pl.when(late).then(pl.col(END) > self.clock.rolled(due)).otherwise(late)
        far = (pl.col(END) - pl.col(START)).abs() >= self.clock.far
        why: pl.Expr = (
            pl.when(pl.coalesce(STANDING, _WHY).is_not_null())
            .then(pl.coalesce(STANDING, _WHY))
            .when(far.fill_null(True) | late.is_null())
            .then(pl.lit(Reason.CALENDAR.value))
            .when(late)
            .then(PAUSE_WHY)
        )
        running = ~pl.col(_DONE) & ~late
        if self.running is Verdict.UNDETERMINED:
            why = pl.when(why.is_null() & running).then(pl.lit(Reason.RUNNING.value)).otherwise(why)
        judged, limit = why.is_null(), pl.col(LIMIT)
        out = (pl.col(STANDING) == OUT).fill_null(False) | (judged & running).fill_null(False)
        ends = self.clock.last(due)
        told = self.clock.told
        return rows.with_columns(
            pl.when(out)
            .then(pl.lit(Verdict.NOT_APPLICABLE.value))
            .otherwise(grouping.undetermined_if(~judged, grouping.violated_if(late)))
            .alias(VERDICT),
            why.alias(REASON),
            pl.lit(1, dtype=pl.Int64).alias(grouping.ROWS),
            pl.when(judged).then(told(taken)).alias(grouping.FOUND),
            pl.when(judged).then(told(limit)).alias(grouping.EXPECTED),
            pl.when(judged).then(told(taken) - told(limit)).alias(grouping.DIFFERENCE),
            pl.when(judged).then(told(pl.col(PAUSED))).alias(_TOLD_PAUSED),
            pl.when(judged).then(ends).alias(_DUE),
        ).drop(AT)


def compile_check(setting: Setting) -> DeadlineCheck:
    """Compile the moments, the limit, and the pauses.

    Raises:
        FormulaError: A formula does not compile, or has the wrong type; `formula.whole_needed`,
            `formula.no_calendar`, `formula.no_sessions`.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.not_a_choice`, `check.range`,
            `check.unknown_table`, `check.key_lengths`, `check.on_missing_unused`.
    """
    setting.units("row")
    refuse_on_missing(setting)
    setting.keys(required=("start", "done", "limit", "count"), optional=("pauses", "running"))
    counting = Counting(setting.word("count", tuple(Counting)))
    running = Verdict(setting.word("running", _RUNNING, otherwise=Verdict.NOT_APPLICABLE))
    scope = setting.scope().listening()
    text = setting.text("start")
    clock = setting.compiled(
        "check.count", counting.value, scope, lambda *_: clock_of(counting, scope.calendar)
    )
    start = _moment(setting, clock, ("check.start", text), scope)
    done = _moment(setting, clock, ("check.done", setting.text("done")), scope)
    number = number_in(setting, "limit", scope)
    limit = setting.compiled(
        "check.limit", setting.text("limit"), scope, lambda *_: clock.limit(number)
    )
    # What may still be done in time on that day, or had to be done in its course, is not late yet.
    as_of = pl.lit(setting.as_of).cast(clock.moment_type.dtype)
    pauses = _pauses_of(setting, clock) if "pauses" in setting.rule.check else None
    own = scope.reads
    meet: dict[str, tuple[Value, ...]] = {setting.rule.table: (start,)}
    if pauses is not None:
        own = own.with_(pauses.key_reads)
        meet = {setting.rule.table: pauses.key, pauses.table: pauses.to}
    length = clock.length
    return DeadlineCheck(
        table=setting.rule.table,
        own=own,
        others={pauses.table: pauses.to_reads.with_(pauses.reads)} if pauses else {},
        meet=meet,
        together=pauses is not None,
        may_be_empty=frozenset({pauses.table} if pauses else ()),
        clock=clock,
        start=start.expr,
        end=pl.coalesce(done.expr, as_of),
        is_done=done.expr.is_not_null(),
        limit=limit,
        why=_why(scope, start, done, limit),
        pauses=pauses,
        running=running,
        words={
            "found": Value(pl.col(grouping.FOUND), length),
            "expected": Value(pl.col(grouping.EXPECTED), length),
            "difference": Value(pl.col(grouping.DIFFERENCE), length),
            "paused": Value(pl.col(_TOLD_PAUSED), length),
            "due": Value(pl.col(_DUE), clock.moment_type),
        },
    )


def _why(scope: Scope, start: Value, done: Value, limit: pl.Expr) -> pl.Expr:
    return (
        pl.when(bad(scope.reads))
        .then(pl.lit(Reason.UNREADABLE.value))
        .when(without_parameter(scope.reads, scope))
        .then(pl.lit(Reason.PARAMETER.value))
        .when(start.expr.is_null() | limit.is_null())
        .then(pl.lit(Reason.MISSING.value))
        .when(limit < 0)
        .then(pl.lit(Reason.UNDEFINED.value))
        .when(done.expr < start.expr)
        .then(pl.lit(Reason.BACKWARDS.value))
    )


def _moment(setting: Setting, clock: Clock, named: tuple[str, str], scope: Scope) -> Value:
    """A date or moment of a row, as the clock takes it."""
    where, text = named
    value = setting.term(where, text, scope)
    return setting.compiled(where, text, scope, lambda *_: clock.moment(_dated(value)))


def _dated(value: Value) -> Value:
    if value.type not in (DATE, DATETIME):
        raise FormulaError("formula.type", expected=DATE.name, found=value.type.name)
    return value


def _pauses_of(setting: Setting, clock: Clock) -> Pauses:
    part = setting.part("pauses", required=("table", "key", "to", "from", "until"))
    table = setting.text("table", of=part)
    if table == setting.rule.table:
        raise setting.refusal("check.bad_value", key="check.pauses.table", expected="other table")
    keys, to = setting.scope().listening(), setting.scope(table).listening()
    ends = setting.scope(table).listening()
    texts = setting.texts("key", of=part)
    if not texts:
        raise setting.refusal("check.bad_value", key="check.pauses.key", expected="texts")
    key, their_key = aligned_keys(
        setting,
        (keys, "check.pauses.key", texts),
        (to, "check.pauses.to", setting.texts("to", of=part)),
    )
    from_, until = (
        _moment(setting, clock, (f"check.pauses.{end}", setting.text(end, of=part)), ends)
        for end in ("from", "until")
    )
    return Pauses(
        table=table,
        key=key,
        to=their_key,
        key_reads=keys.reads,
        to_reads=to.reads,
        from_=from_,
        until=until,
        reads=ends.reads,
    )
