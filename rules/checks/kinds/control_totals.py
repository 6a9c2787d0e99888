"""What was handed in adds up to what was declared with it.

Unit: table.  `rows` is the declared number of rows, and each entry of `sums` a formula over the row
with the total declared for it; only rows the rule speaks of count.  A declared figure is a number,
a parameter or a column of the rule's own table, the same on all rows; or, with `declared_in`, a
column of a table of control figures, added up over its rows that meet `where`.  Violated where a
figure lies further from its declaration than `tolerance`; otherwise undetermined where one is not
known, on either side, or where it is not known whether a row applies.  Not applicable: no row
applies.
Words: `found`, `expected` and `difference`: numbers where one figure is declared, else texts that
name each figure.  Every figure is kept as a fact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping, sums
from rules.checks.grouping import DIFFERENCE, EXPECTED, FOUND, STANDING
from rules.checks.reason import Reason
from rules.checks.sets import FACTS, Judged, SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.standing import OUT, Standing
from rules.checks.sums import Amount
from rules.checks.tolerance import Tolerance, bounds_of
from rules.checks.verdicts import settled
from rules.formula import Exact, Reads, Value
from rules.formula.values import TEXT
from rules.formula.writing import text_of
from rules.table import FILE, ID, OWN, ROW, SHEET

ROWS_NAME: Final = "rows"
_NOT_KNOWN: Final = "?"
_NOTHING: Final = pl.lit(None, dtype=pl.String)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One declared total.

    Attributes:
        measured: What a row adds to it; None where rows are counted.
        kind: The type of the total and of its declaration.
    """

    name: str
    measured: Amount | None
    declared: Amount
    kind: Exact
    tolerance: Tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTotalsCheck(SetCheck):
    """The compiled check.

    Attributes:
        declared_in: None where the rule's own rows say the totals.
        narrowed: How its rows stand to `where`.
    """

    figures: tuple[Figure, ...]
    declared_in: str | None
    narrowed: pl.Expr

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        return self.judge(frames, standing=standing).units

    def judge(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> Judged:
        """See `SetCheck.judge`: the figures are the facts."""
        own = frames[self.table].with_columns(standing.expr.alias(STANDING))
        figures = enumerate(self.figures)
        found = [one for at, figure in figures for one in _measured(at, figure)]
        declared = self._declared()
        if self.declared_in is None:
            whole = own.select(*_whole(), *found, *declared).collect(engine="streaming")
        else:
            saying = frames[self.declared_in].with_columns(self.narrowed.alias(STANDING))
            spoken_of = (pl.col(STANDING) != OUT).fill_null(True)
            theirs = saying.filter(spoken_of).select(declared).collect(engine="streaming")
            ours = own.select(*_whole(), *found).collect(engine="streaming")
            whole = ours.hstack(theirs)
        return Judged(units=self._unit(whole), facts=self._facts(whole))

    def _declared(self) -> list[pl.Expr]:
        said = _said if self.declared_in is None else _added
        return [one for at, figure in enumerate(self.figures) for one in said(at, figure)]

    def _unit(self, whole: pl.DataFrame) -> pl.DataFrame:
        several = len(self.figures) > 1
        apart, unknown = [], []
        for at, figure in enumerate(self.figures):
            found, said = _settled(at)
            exceeded = figure.tolerance.exceeded(found, said).fill_null(False)
            apart.append(exceeded & _why(at, "bound").is_null())
            unknown.append(pl.coalesce(_why(at, "found"), _why(at, "said"), _why(at, "bound")))
        some = pl.any_horizontal(apart)
        why = pl.when(~some).then(pl.coalesce("__unsure", *unknown))
        out = (pl.col("__applying") == 0) & pl.col("__unsure").is_null()
        words = {FOUND: 0, EXPECTED: 1, DIFFERENCE: 2}
        return whole.with_columns(
            *settled(out=out, why=why, violated=some),
            *(
                (self._text(index) if several else self._number(index)).alias(word)
                for word, index in words.items()
            ),
            pl.lit([], dtype=pl.List(pl.String)).alias(grouping.PARTS),
            *(pl.lit(None, dtype=kind).alias(name) for name, kind in _NOWHERE.items()),
        )

    def _number(self, index: int) -> pl.Expr:
        found, said = _settled(0)
        return (found, said, found - said)[index]

    def _text(self, index: int) -> pl.Expr:
        told = []
        for at, figure in enumerate(self.figures):
            found, said = _settled(at)
            value = Value((found, said, found - said)[index], figure.kind)
            told.append(pl.lit(f"{figure.name}: ") + text_of(value).fill_null(_NOT_KNOWN))
        return pl.concat_str(told, separator="; ")

    def _facts(self, whole: pl.DataFrame) -> pl.DataFrame:
        lines = []
        for at, figure in enumerate(self.figures):
            found, said = _settled(at)
            measures = {"found": found, "declared": said, "difference": found - said}
            lines += [
                whole.select(
                    pl.lit(None, dtype=pl.String).alias("group"),
                    pl.lit(figure.name).alias("item"),
                    pl.lit(measure).alias("measure"),
                    text_of(Value(value, figure.kind)).alias("value"),
                )
                for measure, value in measures.items()
            ]
        return pl.concat([pl.DataFrame(schema=FACTS), *lines])


_NOWHERE: Final = {
    FILE: pl.String(), SHEET: pl.String(), ROW: pl.Int64(), ID: pl.get_index_type(),
}  # fmt: skip


def _whole() -> Sequence[pl.Expr]:
    standing = pl.col(STANDING)
    unsure = standing.filter(standing.is_not_null() & (standing != OUT))
    return (
        pl.len().cast(pl.Int64).alias(grouping.ROWS),
        pl.col(OWN).any(),
        standing.is_null().sum().cast(pl.Int64).alias("__applying"),
        # Of several reasons always the same one, in whatever order rows come.
        unsure.min().alias("__unsure"),
    )


def _measured(at: int, figure: Figure) -> list[pl.Expr]:
    applying = pl.col(STANDING).is_null()
    found = applying.sum().cast(pl.Int128) * 10**figure.kind.scale
    unknown = pl.lit(None, dtype=pl.String)
    if figure.measured is not None:
        found = sums.in_units(figure.measured.value, figure.kind).filter(applying).sum()
        unknown = figure.measured.unknown().filter(applying).min()
    bounds = [_alike(name, bound) for name, bound in figure.tolerance.shared.items()]
    whys = [pl.when(applying).then(why).min() for why in figure.tolerance.unknown.values()]
    return [
        found.alias(f"__found{at}"),
        unknown.alias(f"__why_found{at}"),
        *(bound for bound, _ in bounds),
        pl.coalesce(_NOTHING, *whys, *(differing for _, differing in bounds)).alias(
            f"__why_bound{at}"
        ),
    ]


def _alike(name: str, value: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The one value all applying rows say, and that they say several."""
    # Beside the rows, because a constant alone would be one row long.
    said = pl.when(pl.col(STANDING).is_null()).then(value)
    differing = pl.when(said.min() != said.max()).then(pl.lit(Reason.AMBIGUOUS.value))
    return said.min().alias(name), differing


def _added(at: int, figure: Figure) -> list[pl.Expr]:
    """The declared total of a figure, added up; that nothing was declared is no total of 0."""
    amount = sums.in_units(figure.declared.value, figure.kind)
    nothing = pl.when(pl.len() == 0).then(pl.lit(Reason.MISSING.value))
    unknown = pl.coalesce(pl.col(STANDING), figure.declared.unknown()).min()
    return [
        amount.sum().alias(f"__said{at}"), pl.coalesce(unknown, nothing).alias(f"__why_said{at}")
    ]  # fmt: skip


def _said(at: int, figure: Figure) -> list[pl.Expr]:
    """The declared total of a figure: the one value all rows say."""
    amount = sums.in_units(figure.declared.value, figure.kind)
    said, differing = _alike(f"__said{at}", amount)
    unknown = pl.when(pl.col(STANDING).is_null()).then(figure.declared.unknown()).min()
    return [said, pl.coalesce(unknown, differing).alias(f"__why_said{at}")]


def _why(at: int, side: str) -> pl.Expr:
    return pl.col(f"__why_{side}{at}")


def _settled(at: int) -> tuple[pl.Expr, pl.Expr]:
    """A figure and its declaration, each null where it is not known."""
    found = pl.when(_why(at, "found").is_null() & pl.col("__unsure").is_null())
    said = pl.when(_why(at, "said").is_null())
    return found.then(pl.col(f"__found{at}")), said.then(pl.col(f"__said{at}"))


def compile_check(setting: Setting) -> ControlTotalsCheck:
    """Compile the figures.

    Raises:
        FormulaError: A figure is no number, or may need more than 38 digits.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.on_missing_unused`.
    """
    setting.units("table")
    refuse_on_missing(setting)
    setting.keys(
        required=(), optional=("rows", "sums", "declared_in", "where", "tolerance", "percent")
    )
    check, own = setting.rule.check, setting.scope()
    declared_in = setting.text("declared_in") if "declared_in" in check else None
    if declared_in is None and "where" in check:
        raise setting.refusal("check.missing_key", key="check.declared_in")
    other = own if declared_in is None else setting.scope(declared_in)
    filtered = other.listening()
    narrowed = sums.narrowed(setting, "check", check, filtered)
    named = check.get("sums", {})
    if not isinstance(named, Mapping) or not (named or "rows" in check) or not _are_texts(named):
        raise setting.refusal("check.bad_value", key="check.sums", expected="mapping")
    figures = []
    if "rows" in check:
        declared = sums.amount_of(setting, "check.rows", setting.text("rows"), other)
        figures.append(_figure(setting, (0, ROWS_NAME), None, declared))
    for text in named:
        measured = sums.amount_of(setting, "check.sums", text, own)
        told = setting.text(text, of=named)
        declared = sums.amount_of(setting, "check.sums", told, other)
        figures.append(_figure(setting, (len(figures), text), measured, declared))
    reads, theirs = Reads(), Reads()
    for figure in figures:
        reads = reads.with_(figure.tolerance.reads)
        reads = reads.with_(figure.measured.reads) if figure.measured else reads
        theirs = theirs.with_(figure.declared.reads)
    several = len(figures) > 1
    words = sums.words_of_sums(figures[0].kind)
    return ControlTotalsCheck(
        table=setting.rule.table,
        own=reads if declared_in else reads.with_(theirs),
        others={declared_in: theirs.with_(filtered.reads)} if declared_in else {},
        figures=tuple(figures),
        declared_in=declared_in,
        narrowed=narrowed,
        told=frozenset(),
        words={w: Value(v.expr, TEXT) for w, v in words.items()} if several else words,
    )


def _are_texts(named: Mapping[object, object]) -> bool:
    return all(isinstance(one, str) for one in named)


def _figure(
    setting: Setting, named: tuple[int, str], measured: Amount | None, declared: Amount
) -> Figure:
    at, name = named
    counted, bounds = Value(pl.len(), Exact(1)), bounds_of(setting, of=str(at))
    values = (measured.value if measured else counted, declared.value, bounds.value)
    kind = sums.kind_of_sums(setting, "check.sums", name, *values)
    return Figure(
        name=name,
        measured=measured,
        declared=declared,
        kind=kind,
        tolerance=bounds.over(setting, kind),
    )
