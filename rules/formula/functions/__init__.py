"""The functions and operators of formulas; importing this package fills the white list."""

from rules.formula.functions import (
    choosing,
    comparison,
    dates,
    lists,
    logic,
    months,
    numbers,
    rounding,
    text,
    worktime,
)
from rules.formula.functions.registry import FUNCTIONS, Function

__all__ = [
    "FUNCTIONS", "Function", "choosing", "comparison", "dates", "lists", "logic", "months",
    "numbers", "rounding", "text", "worktime",
]  # fmt: skip
