"""What a line says: its two messages, its amount, and the columns it shows."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks.setting import Setting
from rules.formula import Reads, Scope, compile_formula
from rules.formula.values import fitting, number
from rules.formula.writing import sentence

AMOUNT_SCALE: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """The compiled texts of a rule.

    Attributes:
        message_vi, message_en: String.
        amount: Int128, hundredths of the currency; None where no money is at stake.
        reads: What they read.
    """

    message_vi: pl.Expr
    message_en: pl.Expr
    amount: pl.Expr | None
    reads: Reads


def speech_of(setting: Setting, scope: Scope) -> Speech:
    """Compile messages and amount over a scope.

    Raises:
        FormulaError: A placeholder or the amount does not compile.
    """
    rule = setting.rule
    scope = scope.listening()
    amount = None
    if rule.amount is not None:
        amount = setting.compiled("amount", rule.amount, scope, _hundredths)
    return Speech(
        message_vi=setting.compiled(
            "message.vi", rule.message.vi, scope, lambda text, inner: sentence(text, inner, "vi")
        ),
        message_en=setting.compiled(
            "message.en", rule.message.en, scope, lambda text, inner: sentence(text, inner, "en")
        ),
        amount=amount,
        reads=scope.reads,
    )


def _hundredths(text: str, scope: Scope) -> pl.Expr:
    value, exact = number(compile_formula(text, scope))
    if exact.scale <= AMOUNT_SCALE:
        wanted = fitting(exact.at_scale(AMOUNT_SCALE))
    else:
        rounded = compile_formula(f"ROUND({text}, {AMOUNT_SCALE})", scope)
        value, wanted = number(rounded)
    return value.to(wanted).cast(pl.Int128)
