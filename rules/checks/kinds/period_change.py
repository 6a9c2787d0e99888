"""What a key comes to in this period against the one before.

Unit: group (a key in `by`).  The rule's table holds this period, `against` the one before: another
table, or the same one with a key that moves its rows a period on (`YEAR(paid_on) + 1`).  Violated
where the sum grew by more than `rise` percent of the earlier one or fell by more than `fall`
percent, unless the change is below `least`.  A key that only one of them has gets the verdict that
`appears` or `disappears` says.
Undetermined: a key with a null or unreadable amount in either, or with a row of which it is not
known whether it applies; a row of either with a blank or unreadable key (a unit of its own).  Not
applicable: a key without an applying row, in both.
Words: `found` is the sum of this period, `expected` that of the one before, `difference` found -
expected, `change` the difference in percent of the earlier sum, rounded half away from zero to two
places, and a dash where that is 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from rules.checks import grouping, sums
from rules.checks.grouping import APPLYING, DIFFERENCE, EXPECTED, FOUND, VERDICT
from rules.checks.sets import SetCheck, refuse_on_missing
from rules.checks.setting import Setting
from rules.checks.sides import sides_of
from rules.checks.standing import Standing
from rules.checks.sums import THEIRS, WHY, Sums
from rules.checks.threshold import Threshold, carried, reads_of, threshold_of, unknown_of
from rules.checks.verdicts import settled
from rules.formula import Exact, Value
from rules.formula.values import divided, fitting
from rules.rule import Unit, Verdict

_CHANGE: Final = "__change"
_CHANGE_PLACES: Final = 2
_HUNDRED: Final = 100
_LIFTED: Final = 5
_ALONE: Final = (Verdict.VIOLATED.value, Verdict.MET.value, Verdict.NOT_APPLICABLE.value)
_DIRECTIONS: Final = ("rise", "fall")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodChangeCheck(SetCheck):
    """The compiled check.

    Attributes:
        rise, fall: How far the sum may go up and down, in percent of the earlier one.
        least: The smallest change that is looked at.
        kind: The type of the sums.
        appears, disappears: The verdicts of keys that only one period has.
    """

    against: str
    ours: Sums
    theirs: Sums
    narrowed: pl.Expr
    rise: Threshold | None
    fall: Threshold | None
    least: Threshold
    kind: Exact
    appears: str
    disappears: str

    def units(self, frames: Mapping[str, pl.LazyFrame], *, standing: Standing) -> pl.DataFrame:
        """See `SetCheck.units`."""
        ours = self.ours.rows(frames[self.table], standing.expr)
        theirs = self.theirs.rows(frames[self.against], self.narrowed)
        before = self.theirs.totals(theirs)
        both = sums.paired(self.ours.totals(ours), before, self.ours.by, [EXPECTED])
        groups = self._judged(both)
        return pl.concat([groups, grouping.loose(ours), sums.loose_of(theirs)], how="diagonal")

    def _judged(self, both: pl.DataFrame) -> pl.DataFrame:
        now, before = pl.col(APPLYING) > 0, pl.col(THEIRS + APPLYING) > 0
        why = pl.col(WHY)
        out = ~now & ~before & why.is_null()
        found, expected = pl.col(FOUND).fill_null(0), pl.col(EXPECTED).fill_null(0)
        change = found - expected
        judged = why.is_null() & ~out
        told = {FOUND: found, EXPECTED: expected, DIFFERENCE: change, _CHANGE: _percent(change)}
        groups = both.with_columns(
            *settled(out=out, why=why, violated=self._beyond(change, expected)),
            *(pl.when(judged).then(value).alias(name) for name, value in told.items()),
        )
        return groups.with_columns(
            pl.when(judged & ~before)
            .then(pl.lit(self.appears))
            .when(judged & ~now)
            .then(pl.lit(self.disappears))
            .otherwise(pl.col(VERDICT))
            .alias(VERDICT)
        )

    def _beyond(self, change: pl.Expr, before: pl.Expr) -> pl.Expr:
        """Whether a change goes too far; of nothing, every change does."""
        beyond = pl.lit(False)
        for share, sign in ((self.rise, 1), (self.fall, -1)):
            if share is not None:
                lifted = change * (sign * _HUNDRED * 10**share.type.scale)
                beyond = beyond | (lifted > before.abs() * share.beside(share.type))
        return beyond & (change.abs() >= self.least.beside(self.kind)) & (change != 0)


def _percent(change: pl.Expr) -> pl.Expr:
    lifted = change * (_HUNDRED * 10**_CHANGE_PLACES)
    return divided(lifted, pl.col(EXPECTED).abs())


def compile_check(setting: Setting) -> PeriodChangeCheck:
    """Compile both periods.

    Raises:
        FormulaError: A part of a key or an amount does not compile, or the sums and their shares
            may need more than 38 digits; `where` is no condition.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_table`, `check.key_lengths`, `check.on_missing_unused`.
    """
    refuse_on_missing(setting)
    setting.units(Unit.GROUP)
    setting.keys(
        required=("by", "sum", "against", "appears", "disappears"), optional=(*_DIRECTIONS, "least")
    )
    sides, text = sides_of(setting, "against", measure="sum"), setting.text("sum")
    amount = sums.amount_of(setting, "check.sum", text, setting.scope())
    theirs = sides.their_amount(setting, "sum")
    least = threshold_of(setting, "least", "__least", default=Decimal(0))
    values = (amount.value, theirs.value, least.amount.value)
    kind = sums.kind_of_sums(setting, "check.sum", text, *values)
    rise, fall = _shares(setting, kind)
    limits = [(one, one.type) for one in (rise, fall) if one is not None] + [(least, kind)]
    every = [one for one, _ in limits]
    change = Value(pl.col(_CHANGE), Exact(kind.digits, _CHANGE_PLACES))
    return PeriodChangeCheck(
        table=sides.table,
        own=sides.reads.with_(amount.reads).with_(reads_of(every)),
        others=sides.others(theirs.reads),
        against=sides.against,
        meet=sides.meet,
        ours=sides.ours({FOUND: amount}, kind, shared=carried(limits), unknown=unknown_of(every)),
        theirs=sides.theirs({EXPECTED: theirs}, kind),
        narrowed=sides.narrowed,
        rise=rise,
        fall=fall,
        least=least,
        kind=kind,
        appears=_alone(setting, "appears"),
        disappears=_alone(setting, "disappears"),
        key_names=sides.names,
        told=frozenset(),
        words=sums.key_words(sides.names, sides.by) | sums.words_of_sums(kind) | {"change": change},
    )


def _alone(setting: Setting, key: str) -> str:
    verdict = setting.text(key)
    if verdict not in _ALONE:
        raise setting.refusal("check.bad_value", key=f"check.{key}", expected=", ".join(_ALONE))
    return verdict


def _shares(setting: Setting, kind: Exact) -> tuple[Threshold | None, Threshold | None]:
    """`rise` and `fall`; at least one of them is there."""
    if not any(key in setting.rule.check for key in _DIRECTIONS):
        raise setting.refusal("check.missing_key", key="check.rise")
    rise, fall = (_share(setting, key, kind) for key in _DIRECTIONS)
    return rise, fall


def _share(setting: Setting, key: str, kind: Exact) -> Threshold | None:
    if key not in setting.rule.check:
        return None
    share = threshold_of(setting, key, f"__{key}")
    # The change in percent is lifted by five digits.
    digits = max(_LIFTED, share.type.digits, len(str(_HUNDRED)) + share.type.scale)
    wide = Exact(kind.digits + digits, kind.scale)
    setting.compiled(f"check.{key}", "", setting.scope(), lambda _, __: fitting(wide))
    return share
