"""Keys of two tables that must be comparable."""

from rules.checks.setting import Setting
from rules.errors import FormulaError
from rules.formula import Scope, Value
from rules.formula.values import common

Side = tuple[Scope, str, tuple[str, ...]]


def aligned_keys(
    setting: Setting, left: Side, right: Side
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Compile the keys of two tables to the same types, part by part.

    Args:
        setting: The rule.
        left: The scope, the place in the rule, and the texts of the one side.
        right: The same of the other.

    Raises:
        FormulaError: A part does not compile; `formula.mixed_types` where two never compare.
        RulesError: `check.key_lengths`.
    """
    (scope, where, texts), (other_scope, other_where, other_texts) = left, right
    if len(texts) != len(other_texts):
        raise setting.refusal(
            "check.key_lengths",
            key=where, found=len(texts), other=other_where, expected=len(other_texts),
        )  # fmt: skip
    pairs = []
    for text, other_text in zip(texts, other_texts, strict=True):
        one = setting.term(where, text, scope)
        two = setting.term(other_where, other_text, other_scope)
        pairs.append(_aligned(setting, where, text, (one, two)))
    return tuple(one for one, _ in pairs), tuple(two for _, two in pairs)


def _aligned(
    setting: Setting, where: str, text: str, values: tuple[Value, Value]
) -> tuple[Value, Value]:
    def align(_text: str, _scope: Scope) -> tuple[Value, Value]:
        wanted = common(*values)
        if not any(value.columns for value in values):
            raise FormulaError("formula.constant_key")
        one, two = (
            value
            if value.type == wanted
            else Value(value.to(wanted), wanted, columns=value.columns)
            for value in values
        )
        return one, two

    return setting.compiled(where, text, setting.scope(), align)
