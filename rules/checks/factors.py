"""What a check of completeness can expect beside the keys of a table: months, and values."""

import re
from typing import Final

from rules.checks.setting import Setting

MOST_MONTHS: Final = 1_200
MOST_VALUES: Final = 1_000
EXPECTED: Final = ("table", "columns", "months", "values")
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_YEAR_MONTHS: Final = 12


def months(setting: Setting) -> tuple[str, ...] | None:
    """Every month of the period as `2026-03`, None where none is named.

    Raises:
        RulesError: `check.bad_value`, `check.missing_key`, `check.unknown_key`, `check.too_many`.
    """
    part = setting.part("expected", required=(), optional=EXPECTED)
    if "months" not in part:
        return None
    period = setting.part("expected.months", required=("from", "to"))
    first, last = (_month(setting, key, setting.text(key, of=period)) for key in ("from", "to"))
    if last < first:
        raise setting.refusal("check.bad_value", key="check.expected.months", expected="from <= to")
    if last - first >= MOST_MONTHS:
        raise setting.refusal("check.too_many", key="check.expected.months", most=MOST_MONTHS)
    every = (divmod(month, _YEAR_MONTHS) for month in range(first, last + 1))
    return tuple(f"{year:04d}-{month + 1:02d}" for year, month in every)


def _month(setting: Setting, key: str, text: str) -> int:
    """Months since year 0."""
    found = _MONTH.fullmatch(text)
    if found is None:
        where = f"check.expected.months.{key}"
        raise setting.refusal("check.bad_value", key=where, expected="YYYY-MM")
    return int(found[1]) * _YEAR_MONTHS + int(found[2]) - 1


def values(setting: Setting) -> tuple[str, ...] | None:
    """The expected values, each once, None where none are named.

    Raises:
        RulesError: `check.bad_value`, `check.unknown_key`, `check.too_many`.
    """
    part = setting.part("expected", required=(), optional=EXPECTED)
    if "values" not in part:
        return None
    given = tuple(dict.fromkeys(setting.texts("values", of=part)))
    if not given:
        raise setting.refusal("check.bad_value", key="check.expected.values", expected="texts")
    if len(given) > MOST_VALUES:
        raise setting.refusal("check.too_many", key="check.expected.values", most=MOST_VALUES)
    return given
