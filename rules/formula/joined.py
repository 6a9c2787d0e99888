"""Many expressions put together by one operator."""

from collections.abc import Callable, Iterable

import polars as pl


def joined(operator: Callable[[pl.Expr, pl.Expr], pl.Expr], parts: Iterable[pl.Expr]) -> pl.Expr:
    """All parts put together in pairs, and the pairs in pairs again.

    Planning a chain of a thousand parts takes Polars a minute, a tree of them no time; what has a
    part in common with another expression is still seen and worked out once, which
    `pl.all_horizontal` would hide.

    Args:
        operator: An associative one.
        parts: One at least.
    """
    level = list(parts)
    while len(level) > 1:
        pairs = [operator(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]
