"""The white list: only what stands here can be called from a formula."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from inspect import Parameter, signature
from typing import Final

from rules.errors import FormulaError
from rules.formula.values import Value

Builder = Callable[..., Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function or operator.

    Attributes:
        build: Values to a value; with `scoped`, the scope comes first.
        copies: How often the expression of an argument is repeated in the result: what bounds the
            size of a compiled formula.
        least, most: How many arguments it takes; None is any number.
    """

    build: Builder
    scoped: bool
    copies: int
    least: int
    most: int | None


FUNCTIONS: Final[dict[str, Function]] = {}


def function(*names: str, copies: int = 1) -> Callable[[Builder], Builder]:
    """Register a builder of values under its names."""
    return _register(names, copies, scoped=False)


def scoped(*names: str, copies: int = 1) -> Callable[[Builder], Builder]:
    """Register a builder that needs the scope: calendar, day of the evaluation, bad cells."""
    return _register(names, copies, scoped=True)


def constant_text(value: Value) -> str:
    """The constant text that must stand here.

    Raises:
        FormulaError: `formula.constant_needed`.
    """
    if not isinstance(value.constant, str):
        raise FormulaError("formula.constant_needed", expected="text")
    return value.constant


def constant_whole(value: Value, *, least: int, most: int) -> int:
    """The constant whole number that must stand here.

    Raises:
        FormulaError: `formula.constant_needed`, `formula.constant_range`.
    """
    constant = value.constant
    if not isinstance(constant, Decimal) or constant != constant.to_integral_value():
        raise FormulaError("formula.constant_needed", expected="number")
    if not least <= constant <= most:
        raise FormulaError("formula.constant_range", least=least, most=most)
    return int(constant)


def _register(names: tuple[str, ...], copies: int, *, scoped: bool) -> Callable[[Builder], Builder]:
    def register(build: Builder) -> Builder:
        taken = list(signature(build).parameters.values())[1 if scoped else 0 :]
        fixed = [one for one in taken if one.kind is Parameter.POSITIONAL_OR_KEYWORD]
        least = sum(one.default is Parameter.empty for one in fixed)
        most = len(fixed) if len(fixed) == len(taken) else None
        entry = Function(build=build, scoped=scoped, copies=copies, least=least, most=most)
        FUNCTIONS.update(dict.fromkeys(names, entry))
        return build

    return register
