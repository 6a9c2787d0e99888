"""Amounts added up by a key, and two tables held against each other.

Sums are exact: whole numbers in Int128, with room for ten billion rows and for the difference of
two sums, or the rule is refused when it is saved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.grouping import (
    APPLYING,
    DIFFERENCE,
    EXPECTED,
    FOUND,
    INCOMPLETE,
    ROWS,
    STANDING,
    UNSURE,
)
from rules.checks.reason import Reason, bad, why_null
from rules.checks.setting import Setting
from rules.checks.settling import complete
from rules.checks.standing import OUT
from rules.formula import Exact, Reads, Scope, Value, compile_formula, condition
from rules.formula.values import common, fitting, number
from rules.table import FILE, ID, OWN, ROW, SHEET

ROOM: Final = 11  # digits: ten of a count of rows, one of a difference
WHY: Final = "__why"  # String: why a sum is not known, else null
WHY_SHARED: Final = "__why_shared"  # String: why what is shared is not known, else null
THEIRS: Final = "__their:"  # prefix of the other table's columns beside a group
EVERYWHERE: Final = pl.lit(None, dtype=pl.String)  # the standing of rows nobody narrowed
_UNKNOWN: Final = "__unknown:"  # prefix: why they are not known, else null
_AMBIGUOUS: Final = "__ambiguous"
_AMOUNT: Final = "__amount:"  # prefix of the amounts of a row
_KNOWN: Final = "__known"
_SHARED: Final = (FILE, SHEET, ROW, OWN, ROWS, APPLYING, UNSURE, WHY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount of a row.

    Attributes:
        scope: What its formula named, and read.
    """

    value: Value
    scope: Scope

    @property
    def reads(self) -> Reads:
        """What it reads."""
        return self.scope.reads

    def unknown(self) -> pl.Expr:
        """String: why it is not known, else null."""
        cannot = bad(self.reads) | self.value.expr.is_null()
        return pl.when(cannot).then(why_null(self.reads, self.scope))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The amounts of one table, to be added up by a key.

    Attributes:
        amounts: Int128, by the names their sums get.
        unknown: String, by the same names: why an amount is not known, else null.
        shared: Int128, by name: what all rows of a group must say alike; `unknown` may name it.
    """

    by: tuple[Value, ...]
    by_reads: Reads
    amounts: Mapping[str, pl.Expr]
    unknown: Mapping[str, pl.Expr]
    shared: Mapping[str, pl.Expr] = field(default_factory=dict)

    def rows(self, frame: pl.LazyFrame, standing: pl.Expr) -> pl.DataFrame:
        """The rows with their keys, amounts, and why an amount is not known."""
        asked = frame.with_columns(
            standing.alias(STANDING),
            *(why.alias(_UNKNOWN + name) for name, why in self.unknown.items()),
            *(amount.alias(_AMOUNT + name) for name, amount in self._carried.items()),
        )
        measured = (*(_AMOUNT + n for n in self._carried), *(_UNKNOWN + n for n in self.unknown))
        names = [*grouping.key_names(self.by), *measured]
        kept = (ID, FILE, SHEET, ROW, OWN, STANDING, INCOMPLETE)
        keyed = grouping.keyed(asked, self.by, self.by_reads)
        return keyed.select(*kept, *names).collect(engine="streaming")

    def certain(self, frame: pl.LazyFrame, speaks: pl.Expr) -> pl.LazyFrame:
        """The sums of the groups of which every row counts and is known, with OWN.

        Whole groups only: a group with a row that is not known is not among them.
        """
        names = grouping.key_names(self.by)
        keys = zip(names, self.by, strict=True)
        known = [why.is_null() for why in self.unknown.values()]
        return (
            frame.filter(complete(self.by, self.by_reads))
            .select(
                *(term.expr.alias(name) for name, term in keys),
                *(amount.alias(name) for name, amount in self.amounts.items()),
                pl.all_horizontal(speaks, *known).alias(_KNOWN),
                OWN,
            )
            .group_by(names)
            .agg(pl.col(list(self.amounts)).sum(), pl.col(_KNOWN).all(), pl.col(OWN).any())
            .filter(_KNOWN)
            .drop(_KNOWN)
        )

    def totals(self, rows: pl.DataFrame) -> pl.DataFrame:
        """One line for each complete key: the sums of its applying rows, WHY, and `why_of` each."""
        return self._grouped(rows, lambda known: known.sum())

    def singles(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The same with the amounts of the first applying row instead of sums."""
        return self._grouped(rows, lambda known: known.first())

    def _grouped(self, rows: pl.DataFrame, of: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
        applying = pl.col(STANDING).is_null()
        amounts = [of(pl.col(_AMOUNT + name).filter(applying)).alias(name) for name in self.amounts]
        whys = [
            pl.col(_UNKNOWN + name).filter(applying).drop_nulls().first().alias(why_of(name))
            for name in self.unknown
        ]
        alike = [pl.col(_AMOUNT + name).filter(applying) for name in self.shared]
        differ = pl.any_horizontal(pl.lit(False), *(one.min() != one.max() for one in alike))
        shared = [one.min().alias(name) for one, name in zip(alike, self.shared, strict=True)]
        ambiguous = pl.when(differ).then(pl.lit(Reason.AMBIGUOUS.value)).alias(_AMBIGUOUS)
        groups = grouping.grouped(rows, self.by, *amounts, *shared, *whys, ambiguous)
        of_shared = [why_of(name) for name in self.unknown if name in self.shared]
        return groups.with_columns(
            pl.coalesce(*of_shared, _AMBIGUOUS).alias(WHY_SHARED),
            pl.coalesce(*map(why_of, self.unknown), _AMBIGUOUS).alias(WHY),
        )

    @property
    def _carried(self) -> Mapping[str, pl.Expr]:
        return {**self.amounts, **self.shared}


def why_of(name: str) -> str:
    """The column that says why one sum is not known; WHY speaks of all of them."""
    return f"{WHY}:{name}"


def paired(
    ours: pl.DataFrame, theirs: pl.DataFrame, by: Sequence[Value], amounts: Sequence[str]
) -> pl.DataFrame:
    """The groups of two tables side by side, each where it is.

    Args:
        ours: `Sums.totals` of the rule's table.
        theirs: The same of the other table.
        by: The key.
        amounts: The sums of the other table.

    Returns:
        A line for each key of either: ours, the other's `amounts` as they are named, and the rest
        of the other's under THEIRS.  The place is that of the rule's table where it has rows
        there; OWN and ROWS speak of both.
    """
    names = grouping.key_names(by)
    renamed = {name: THEIRS + name for name in _SHARED}
    # A group of the other table that its `where` leaves out is nobody's population.
    spoken_of = (pl.col(APPLYING) > 0) | pl.col(UNSURE).is_not_null()
    both = ours.join(
        theirs.filter(spoken_of).select(*names, *_SHARED, *amounts).rename(renamed),
        on=names, how="full", coalesce=True, maintain_order="left_right",
    )  # fmt: skip
    here = pl.col(ROWS).is_not_null()
    owned = pl.col(OWN).fill_null(False) | pl.col(THEIRS + OWN).fill_null(False)
    return both.with_columns(
        here.alias("__here"),
        *(pl.when(here).then(name).otherwise(THEIRS + name).alias(name) for name in grouping.PLACE),
        owned.alias(OWN),
        (pl.col(ROWS).fill_null(0) + pl.col(THEIRS + ROWS).fill_null(0)).alias(ROWS),
        pl.col(APPLYING).fill_null(0),
        pl.col(THEIRS + APPLYING).fill_null(0),
        pl.coalesce(UNSURE, THEIRS + UNSURE, WHY, THEIRS + WHY).alias(WHY),
        grouping.parts(by),
    )


def loose_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the other table without a complete key: they have no ID in the rule's own.

    Rows its `where` leaves out are nobody's population.
    """
    spoken_of = (pl.col(STANDING) != OUT).fill_null(True)
    return grouping.loose(rows.filter(spoken_of)).drop(ID)


def narrowed(setting: Setting, key: str, of: Mapping[str, object], scope: Scope) -> pl.Expr:
    """How the rows of another table stand to the condition `where` of a group of settings."""
    if "where" not in of:
        return EVERYWHERE
    inner = scope.listening()
    holds = setting.compiled(f"{key}.where", setting.text("where", of=of), inner, condition)
    scope.reads.columns.update(inner.reads.columns)
    unclear = pl.when(holds.is_null()).then(why_null(inner.reads, inner))
    return pl.when(~holds).then(pl.lit(OUT)).otherwise(unclear)


def amount_of(setting: Setting, where: str, text: str, scope: Scope) -> Amount:
    """Compile a formula that must give a number; the scope listens for itself.

    Raises:
        FormulaError: It does not compile, or is no number.
    """

    def make(formula: str, inner: Scope) -> Value:
        value, exact = number(compile_formula(formula, inner))
        return Value(value.expr, exact, constant=value.constant)

    inner = scope.listening()
    return Amount(value=setting.compiled(where, text, inner, make), scope=inner)


def kind_of_sums(setting: Setting, where: str, text: str, *values: Value) -> Exact:
    """The type that holds the sums of all the values, and their differences.

    Raises:
        FormulaError: `formula.too_wide`.
    """

    def make(_text: str, _scope: Scope) -> Exact:
        kind = common(*values)
        assert isinstance(kind, Exact)  # noqa: S101 - all of them are numbers
        return fitting(Exact(kind.digits + ROOM, kind.scale))

    return setting.compiled(where, text, setting.scope(), make)


def in_units(value: Value, kind: Exact) -> pl.Expr:
    """The value as Int128 in the units of `kind`."""
    return value.to(kind).cast(pl.Int128)


def key_words(names: Sequence[str], by: Sequence[Value]) -> dict[str, Value]:
    """The key of a group as words: a group of the other table alone has no row of ours."""
    keys = zip(names, by, grouping.key_names(by), strict=False)
    return {name: Value(pl.col(column), term.type) for name, term, column in keys}


def words_of_sums(kind: Exact) -> dict[str, Value]:
    """`found`, `expected` and `difference` as numbers."""
    columns = {"found": FOUND, "expected": EXPECTED, "difference": DIFFERENCE}
    return {word: Value(pl.col(column), kind) for word, column in columns.items()}


def meeting(
    table: str, by: tuple[Value, ...], other: str, their_by: tuple[Value, ...]
) -> dict[str, tuple[Value, ...]]:
    """`SetCheck.meet` of two tables: one that is held against itself cannot be parted two ways."""
    return {table: by, other: their_by} if by and other != table else {}
