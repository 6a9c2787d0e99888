"""A formula taken apart, so that what it gave for one row can be retraced step by step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.formula.compiler import build, compile_formula
from rules.formula.scope import Scope
from rules.formula.tree import Call, Literal, Node, parse
from rules.formula.wording import text_of

MOST_STEPS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One part of a formula and what it is worth.

    Attributes:
        text: The part as written, brackets included.
        at, end: Where it stands in the formula: from `at` up to before `end`.
        type: The kind of its value, as refusals name it: number, text, date, condition …
        expr: String, language-neutral; null where the value is not known.
        cut: Whether its own parts are left out because the formula has more than MOST_STEPS.
    """

    text: str
    at: int
    end: int
    type: str
    expr: pl.Expr
    cut: bool


def steps(text: str, scope: Scope) -> tuple[Step, ...]:
    """The parts of a formula in the order they are worked out; the whole comes last.

    Constants stand in the text for themselves and are no steps.  Of a very long formula the outer
    parts are given, and those whose inner parts are left out say so.

    Args:
        scope: What the formula was compiled against; it learns nothing from this.

    Raises:
        FormulaError: See `compile_formula`.
    """
    compile_formula(text, scope.listening())
    kept = _outermost(parse(text))
    shown = {id(node) for node in kept}
    return tuple(_step(node, text, scope, shown) for node in _worked_out(kept[0], shown))


def _step(node: Node, text: str, scope: Scope, shown: set[int]) -> Step:
    value = build(node, scope.listening())
    return Step(
        text=text[node.start : node.end],
        at=node.start,
        end=node.end,
        type=value.type.name,
        expr=text_of(value).alias(f"step:{node.start}:{node.end}"),
        cut=any(id(part) not in shown for part in _parts(node)),
    )


def _outermost(tree: Node) -> list[Node]:
    """The parts nearest to the whole, at most MOST_STEPS."""
    kept, level = [tree], [tree]
    while level:
        level = [part for node in level for part in _parts(node)]
        room = MOST_STEPS - len(kept)
        kept.extend(level[:room])
        if len(level) > room:
            break
    return kept


def _worked_out(node: Node, shown: set[int]) -> Iterator[Node]:
    # As deep as a formula may be nested (`tree.MAX_DEPTH`), no deeper.
    for part in _parts(node):
        if id(part) in shown:
            yield from _worked_out(part, shown)
    yield node


def _parts(node: Node) -> list[Node]:
    """What a part is directly made of, without constants.

    `x NOT IN (…)` is a NOT of an IN written in the same place: the IN is no step of its own.
    """
    if not isinstance(node, Call):
        return []
    parts: list[Node] = []
    for one in node.args:
        if isinstance(one, Call) and (one.start, one.end) == (node.start, node.end):
            parts.extend(_parts(one))
        elif not _is_constant(one):
            parts.append(one)
    return parts


def _is_constant(node: Node) -> bool:
    if isinstance(node, Call):
        written = node.name in {"DATE", "NEGATE"}
        return written and all(isinstance(one, Literal) for one in node.args)
    return isinstance(node, Literal)
