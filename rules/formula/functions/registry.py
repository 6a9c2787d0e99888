"""The white list: only what stands here can be called from a formula."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from inspect import Parameter, signature
from typing import Final

from rules.errors import FormulaError
from rules.formula.tree import Node
from rules.formula.values import Value

Builder = Callable[..., Value]
Weigh = Callable[[Sequence[Node], Sequence[int]], int]

_HEAVY: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function or operator.

    Attributes:
        build: Values to a value; with `scoped`, the scope comes first.
        weigh: The size of the result from the arguments and their sizes: an expression that is
            repeated counts as often.  What bounds the size of a compiled formula, and how much
            longer than its cell a text can become.
        least, most: How many arguments it takes; None is any number.
    """

    build: Builder
    scoped: bool
    weigh: Weigh
    least: int
    most: int | None


FUNCTIONS: Final[dict[str, Function]] = {}


def copied(times: int) -> Weigh:
    """Every argument is repeated so often."""
    return lambda _args, sizes: times * sum(sizes)


def heavy(_args: Sequence[Node], sizes: Sequence[int]) -> int:
    """An argument is read once, but by named parts (`let`), whose nesting is dear to plan."""
    return 2 * sum(sizes) + _HEAVY


def compared(_args: Sequence[Node], sizes: Sequence[int]) -> int:
    """The first argument is repeated, twice, beside each of the others."""
    return 2 * (sizes[0] * max(len(sizes) - 1, 1) + sum(sizes[1:])) if sizes else 0


def function(
    *names: str, copies: int = 1, weigh: Weigh | None = None
) -> Callable[[Builder], Builder]:
    """Register a builder of values under its names."""
    return _register(names, weigh or copied(copies), scoped=False)


def scoped(
    *names: str, copies: int = 1, weigh: Weigh | None = None
) -> Callable[[Builder], Builder]:
    """Register a builder that needs the scope: calendar, day of the evaluation, bad cells."""
    return _register(names, weigh or copied(copies), scoped=True)


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


def _register(
    names: tuple[str, ...], weigh: Weigh, *, scoped: bool
) -> Callable[[Builder], Builder]:
    def register(build: Builder) -> Builder:
        taken = list(signature(build).parameters.values())[1 if scoped else 0 :]
        fixed = [one for one in taken if one.kind is Parameter.POSITIONAL_OR_KEYWORD]
        least = sum(one.default is Parameter.empty for one in fixed)
        most = len(fixed) if len(fixed) == len(taken) else None
        entry = Function(build=build, scoped=scoped, weigh=weigh, least=least, most=most)
        FUNCTIONS.update(dict.fromkeys(names, entry))
        return build

    return register
