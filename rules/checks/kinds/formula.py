"""A condition every row must meet.

Unit: row.  True is met, false violated, null what `on_missing` says; a row with an unreadable cell
among those the condition reads, or with no value of a parameter in force, is undetermined.
"""

from rules.checks.comparison import sides
from rules.checks.row import RowCheck
from rules.checks.setting import Setting
from rules.formula import condition, parse


def compile_check(setting: Setting) -> RowCheck:
    """Compile `must`.

    Raises:
        FormulaError: `must` is no condition over the row.
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`.
    """
    setting.units("row")
    setting.keys(required=("must",))
    must = setting.text("must")
    scope = setting.scope().listening()
    holds = setting.compiled("check.must", must, scope, condition)
    found, expected, difference = sides(parse(must), scope)
    return RowCheck(holds=holds, scope=scope, found=found, expected=expected, difference=difference)
