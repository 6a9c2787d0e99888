"""Thresholds of the law with their dates in force."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from rules.rule import Basis
from rules.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterValue:
    """One row of a parameter: the value in force from a day to a day (inclusive, None is open)."""

    value: Decimal | time | str
    starts_on: date | None
    ends_on: date | None
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A named threshold; `values` do not overlap and are sorted by their first day."""

    name: str
    unit: str
    title: Text
    values: tuple[ParameterValue, ...]
