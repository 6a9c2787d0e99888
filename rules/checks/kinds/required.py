"""Cells that must not be empty.

Unit: row.  A null or a text of white space only is violated; a cell that was there but could not
be read is undetermined.  `on_missing` is never asked: a missing value is what this check is for.
"""

from operator import and_

import polars as pl

from rules.checks.blank import is_blank
from rules.checks.row import NOTHING, RowCheck
from rules.checks.setting import Setting
from rules.formula.joined import joined
from rules.formula.scope import column_value


def compile_check(setting: Setting) -> RowCheck:
    """Compile the list of columns.

    Raises:
        RulesError: `check.unit`, `check.missing_key`, `check.unknown_key`, `check.bad_value`,
            `check.unknown_column`.
    """
    setting.units("row")
    setting.keys(required=("columns",))
    columns = setting.texts("columns")
    if not columns:
        raise setting.refusal("check.bad_value", key="check.columns", expected="texts")
    scope = setting.scope().listening()
    blank = {}
    for name in columns:
        blank[name] = is_blank(column_value(setting.column(name, "check.columns")))
        scope.reads.columns.add(name)
    missing = [pl.when(empty).then(pl.lit(name)) for name, empty in blank.items()]
    return RowCheck(
        holds=joined(and_, (~empty for empty in blank.values())),
        scope=scope,
        found=NOTHING,
        expected=pl.concat_str(*missing, separator=", ", ignore_nulls=True),
        difference=NOTHING,
    )
