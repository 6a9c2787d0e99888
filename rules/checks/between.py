"""A condition over a row and its counterpart in another table.

The columns of the other table bear its name: `[persons.age]` beside `age`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import or_
from typing import Final

import polars as pl

from rules.checks.reason import Reason, bad, why_null, without_parameter
from rules.checks.setting import Setting
from rules.formula import BAD, Reads, Scope, Value, compile_formula
from rules.formula.joined import joined
from rules.formula.scope import column_value
from rules.formula.values import TRUTH

OTHER: Final = "__other:"  # prefix of the other table's columns beside the row's


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """The compiled condition.

    Attributes:
        holds: Boolean over the columns of both, null where it cannot be told.
        why: Why it cannot, else null.
        own: What it reads of the row.
        other: What it reads of the counterpart.
        own_columns: The columns of the row it needs, flags included.
        told: The columns of the counterpart it needs, under the prefix.
        words: The same as words of messages.
    """

    holds: pl.Expr
    why: pl.Expr
    own: Reads
    other: Reads
    own_columns: list[str]
    told: list[str]
    words: Mapping[str, Value]


def between(setting: Setting, against: str) -> Between:
    """Compile `must`.

    Raises:
        FormulaError: It is no condition over the two rows.
        RulesError: `check.bad_value`.
    """
    every = {
        f"{against}.{column.name}": column_value(replace(column, name=OTHER + column.name))
        for column in setting.contract_of(against).columns
    }
    scope = replace(setting.scope().listening(), words=every)
    text = setting.text("must")
    value = setting.compiled("check.must", text, scope, _condition)
    words = {name: word for name, word in every.items() if word.columns & value.columns}
    names = sorted(name.removeprefix(f"{against}.") for name in words)
    theirs = [pl.col(OTHER + BAD + name) for name in names]
    unreadable = joined(or_, (bad(scope.reads), *theirs))
    blank = [pl.col(OTHER + name).is_null() for name in names]
    cannot = unreadable | without_parameter(scope.reads, scope)
    holds = pl.when(~cannot).then(value.expr)
    dated = [] if scope.dated_by is None or not scope.reads.parameters else [scope.dated_by]
    own = sorted({*scope.reads.columns, *dated})
    return Between(
        holds=holds,
        why=pl.when(holds.is_null()).then(
            pl.when(unreadable)
            .then(pl.lit(Reason.UNREADABLE.value))
            .when(joined(or_, (pl.lit(False), *blank)))
            .then(pl.lit(Reason.MISSING.value))
            .otherwise(why_null(scope.reads, scope))
        ),
        own=scope.reads.with_(Reads(columns=set(dated))),
        other=Reads(columns=set(names)),
        own_columns=[side for name in own for side in (name, BAD + name)],
        told=[OTHER + name for name in names],
        words=words,
    )


def _condition(text: str, scope: Scope) -> Value:
    value = compile_formula(text, scope)
    return Value(value.to(TRUTH), TRUTH, columns=value.columns)
