"""Tree to typed Polars expression."""

from dataclasses import replace
from typing import Final

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions import FUNCTIONS
from rules.formula.functions.registry import Function
from rules.formula.let import settled
from rules.formula.nearness import ELSEWHERE, nearest
from rules.formula.scope import Scope
from rules.formula.tree import Call, Literal, Name, Node, parse
from rules.formula.values import TRUTH, Exact, Value, fitting, literal

# Arguments that a function repeats are copied with all they hold, so nesting multiplies: this
# bounds what Polars has to plan, long before it would take noticeable time.
MAX_SIZE: Final = 5_000


def compile_formula(text: str, scope: Scope) -> Value:
    """Compile a formula against a scope, which learns what it reads.

    Raises:
        FormulaError: See `tree.parse`; and `formula.unknown_name`, `formula.unknown_function`,
            `formula.argument_count`, `formula.too_complex`, whatever a function refuses.
            `at` is the character.
    """
    tree = parse(text)
    _check_size(tree)
    value = build(tree, scope)
    if scope.heard is not None:
        scope.heard.append(text)
    return value


def condition(text: str, scope: Scope) -> pl.Expr:
    """Compile a formula that must be a condition: true, false, or null where it cannot be told.

    Raises:
        FormulaError: See `compile_formula`; `formula.type` where it is something else.
    """
    value = compile_formula(text, scope)
    try:
        return value.to(TRUTH)
    except FormulaError as error:
        raise FormulaError(error.code, **error.facts, at=parse(text).at) from None


def build(node: Node, scope: Scope) -> Value:
    """Compile one part of a parsed formula; raises as `compile_formula`."""
    try:
        match node:
            case Literal(value=value):
                return literal(value)
            case Name(name=name):
                return scope.meaning(name)
            case Call():
                return _call(node, scope)
    except FormulaError as error:
        if "at" in error.facts:
            raise
        raise FormulaError(error.code, **{**error.facts, "at": node.at}) from None


def _call(node: Call, scope: Scope) -> Value:
    function = _function(node)
    values = [build(argument, scope) for argument in node.args]
    result = function.build(scope, *values) if function.scoped else function.build(*values)
    if isinstance(result.type, Exact):
        fitting(result.type)
    columns = frozenset[str]().union(*(value.columns for value in values))
    return replace(result, expr=settled(result.expr, result.type.dtype), columns=columns)


def _function(node: Call) -> Function:
    function = FUNCTIONS.get(node.name)
    if function is None:
        known = [name for name in FUNCTIONS if name[0].isalpha()]
        near = nearest(node.name, known, elsewhere=ELSEWHERE)
        raise FormulaError("formula.unknown_function", name=node.name, near=near, at=node.at)
    count = len(node.args)
    if count < function.least or (function.most is not None and count > function.most):
        raise FormulaError("formula.argument_count", name=node.name, found=count, at=node.at)
    return function


def _check_size(node: Node) -> int:
    if not isinstance(node, Call):
        return 1
    size = 1 + _function(node).weigh(node.args, [_check_size(one) for one in node.args])
    if size > MAX_SIZE:
        raise FormulaError("formula.too_complex", at=node.at)
    return size
