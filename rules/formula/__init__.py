"""The formula language: text to tree to typed Polars expression.

Habits of Excel and SQL, exact decimals, three-valued logic; bounded, without any input or output.
"""

from rules.formula.compiler import build, compile_formula, condition
from rules.formula.scope import BAD, Reads, Scope
from rules.formula.tree import Call, Literal, Name, Node, names, parse
from rules.formula.values import Exact, Plain, Type, Value

__all__ = [
    "BAD", "Call", "Exact", "Literal", "Name", "Node", "Plain", "Reads", "Scope", "Type", "Value",
    "build", "compile_formula", "condition", "names", "parse",
]  # fmt: skip
