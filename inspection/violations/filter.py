"""Conditions on lines: kept in the database, in addresses, and in findings."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Final, Self

import polars as pl

from inspection.errors import InvalidError

# Amounts as people type them: 1.234.567,89 or 1,234,567.89 or 1234567.89; at most 20 digits.
VIETNAMESE: Final = re.compile(r"-?\d{1,3}(\.\d{3}){1,6}(,\d{1,2})?")
ENGLISH: Final = re.compile(r"-?\d{1,3}(,\d{3}){1,6}(\.\d{1,2})?")
PLAIN: Final = re.compile(r"-?\d{1,20}([.,]\d{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationFilter:
    """Which lines: all that meet every condition given; empty means any.

    Attributes:
        reason: Why a unit is undetermined, `rules.checks.reason.Reason`.
    """

    rule_code: str = ""
    verdict: str = ""
    reason: str = ""
    text: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None

    def as_dict(self) -> dict[str, str]:
        """The conditions that are set, as texts, for the database and for addresses."""
        return {
            name: format(value, "f") if isinstance(value, Decimal) else value
            for name, value in asdict(self).items()
            if value not in {"", None}
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, str]) -> Self:
        """Read conditions back.

        Raises:
            InvalidError: A bound is not a number.
        """
        return cls(
            rule_code=values.get("rule_code", ""),
            verdict=values.get("verdict", ""),
            reason=values.get("reason", ""),
            text=values.get("text", ""),
            amount_from=_decimal(values, "amount_from"),
            amount_to=_decimal(values, "amount_to"),
        )


def condition_of(wanted: ViolationFilter) -> pl.Expr:
    """The filter over the columns of `rules.evaluation.VIOLATIONS`; Boolean."""
    conditions = [pl.lit(True)]
    if wanted.rule_code:
        conditions.append(pl.col("rule") == wanted.rule_code)
    if wanted.verdict:
        conditions.append(pl.col("verdict").cast(pl.String) == wanted.verdict)
    if wanted.reason:
        conditions.append(pl.col("reason") == wanted.reason)
    if wanted.text:
        text = wanted.text.lower()
        conditions.append(
            pl.any_horizontal(
                pl.col(name).str.to_lowercase().str.contains(text, literal=True).fill_null(False)
                for name in ("unit_key", "group", "message_vi", "message_en", "values")
            )
        )
    if wanted.amount_from is not None:
        conditions.append(pl.col("amount") >= wanted.amount_from)
    if wanted.amount_to is not None:
        conditions.append(pl.col("amount") <= wanted.amount_to)
    return pl.all_horizontal(conditions)


def _decimal(values: Mapping[str, str], name: str) -> Decimal | None:
    text = values.get(name, "").strip()
    if not text:
        return None
    if VIETNAMESE.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif ENGLISH.fullmatch(text):
        text = text.replace(",", "")
    elif not PLAIN.fullmatch(text):
        raise InvalidError("filter.not_a_number", field=name, value=text[:40])
    return Decimal(text.replace(",", "."))
