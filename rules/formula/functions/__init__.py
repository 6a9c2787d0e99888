"""The functions and operators of formulas; importing this package fills the white list."""

from rules.formula.functions import comparison, dates, logic, numbers, text, worktime
from rules.formula.functions.registry import FUNCTIONS, Function

__all__ = [
    "FUNCTIONS", "Function", "comparison", "dates", "logic", "numbers", "text", "worktime",
]  # fmt: skip
