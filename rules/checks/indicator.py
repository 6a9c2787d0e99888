"""What indicators share: kinds that point to something worth a look and prove nothing.

None of them can alone set a violation: a law is not broken by a digit, a weekend or a round sum.
"""

from decimal import Decimal, InvalidOperation
from itertools import pairwise

from rules.checks.setting import Setting
from rules.errors import FormulaError
from rules.formula import Reads, Scope, Value, compile_formula, condition
from rules.formula.values import TRUTH, Exact, number
from rules.rule import RuleClass, Unit


def refuse_violation(setting: Setting) -> None:
    """Hold an indicator to the classes risk and quality.

    Raises:
        RulesError: `check.class`.
    """
    if setting.rule.rule_class is RuleClass.VIOLATION:
        raise setting.refusal("check.class", kind=setting.rule.check.get("kind"))


def bounds_of(setting: Setting, key: str) -> tuple[Decimal, ...]:
    """Numbers, each larger than the one before.

    Raises:
        RulesError: `check.bad_value`.
    """
    value = setting.rule.check.get(key)
    given = value if isinstance(value, list | tuple) else []
    try:
        bounds = [Decimal(str(one)) for one in given if not isinstance(one, bool)]
    except InvalidOperation:
        bounds = []
    is_whole = len(bounds) == len(given) > 0 and all(one.is_finite() for one in bounds)
    if not is_whole or not all(one < two for one, two in pairwise(bounds)):
        raise setting.refusal("check.bad_value", key=f"check.{key}", expected="numbers, ascending")
    return tuple(bounds)


def number_of(setting: Setting, key: str) -> tuple[Value, Reads]:
    """A number over the row: a column, a parameter, or a formula; and what it reads.

    Raises:
        FormulaError: It does not compile, or is no number.
        RulesError: `check.bad_value`.
    """
    scope = setting.scope().listening()
    return number_in(setting, key, scope), scope.reads


def number_in(setting: Setting, key: str, scope: Scope) -> Value:
    """A number over the row, in a scope that learns what it reads; raises as `number_of`."""

    def make(text: str, inner: Scope) -> Value:
        value, exact = number(compile_formula(text, inner))
        return Value(value.expr, exact, constant=value.constant, columns=value.columns)

    return setting.compiled(f"check.{key}", setting.text(key), scope, make)


def constant_of(setting: Setting, key: str) -> tuple[Value, Reads]:
    """A number that is the same for many rows: written out, or parameters and no column.

    Raises:
        FormulaError: `formula.constant_needed`; see `number_of`.
    """
    value, reads = number_of(setting, key)
    if reads.columns:
        where = {"rule": setting.rule.code, "formula": f"check.{key}", "at": 0}
        raise FormulaError(
            "formula.constant_needed", **where, text=setting.text(key), expected="number"
        )
    return value, reads


def condition_of(setting: Setting, key: str) -> tuple[Value, Reads]:
    """A condition over the row, and what it reads.

    Raises:
        FormulaError: It does not compile, or is no condition.
    """
    scope = setting.scope().listening()
    expr = setting.compiled(f"check.{key}", setting.text(key), scope, condition)
    return Value(expr, TRUTH), scope.reads


def key_of(setting: Setting) -> tuple[tuple[str, ...], tuple[Value, ...], Reads]:
    """The optional `by`: its names and values; the rule's unit is the group, else the table.

    Raises:
        FormulaError: A part is neither a column nor a formula.
        RulesError: `check.unit`, `check.bad_value`.
    """
    names = setting.texts("by") if "by" in setting.rule.check else ()
    setting.units(Unit.GROUP if names else Unit.TABLE)
    return names, *terms_of(setting, names)


def terms_of(setting: Setting, names: tuple[str, ...]) -> tuple[tuple[Value, ...], Reads]:
    """The parts of `by`."""
    scope = setting.scope().listening()
    return tuple(setting.term("check.by", name, scope) for name in names), scope.reads


def refuse_below(setting: Setting, key: str, value: Value, least: int) -> None:
    """Refuse a number the rule writes out that is not above another.

    Raises:
        RulesError: `check.bad_value`.
    """
    if isinstance(value.constant, Decimal) and value.constant <= least:
        raise setting.refusal("check.bad_value", key=f"check.{key}", expected=f"number > {least}")


def exact_of(value: Value) -> Exact:
    """The type of a number."""
    assert isinstance(value.type, Exact)  # noqa: S101 - `number_of` saw to it
    return value.type
