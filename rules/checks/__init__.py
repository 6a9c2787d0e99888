"""Check kinds, one file each, and what compiles a rule into expressions."""

from collections.abc import Mapping
from datetime import date

from rules.calendar import Calendar
from rules.checks.compiled import CompiledRule, compile_rule
from rules.checks.kinds import KINDS
from rules.checks.reason import Reason
from rules.checks.setting import Setting
from rules.contract import Contract
from rules.named_list import NamedList
from rules.parameter import Parameter
from rules.rule import Rule

__all__ = ["KINDS", "CompiledRule", "Reason", "Setting", "check_rule", "compile_rule"]


def check_rule(
    rule: Rule,
    *,
    contracts: Mapping[str, Contract],
    parameters: Mapping[str, Parameter],
    calendar: Calendar | None,
    lists: Mapping[str, NamedList] | None = None,
) -> None:
    """Refuse a rule that could not run: whatever it names must exist and have the right type.

    Raises:
        FormulaError: A formula does not compile; the facts name `rule`, `formula` (`check.must`,
            `applies`, `amount`, `message.vi` …), `text`, and `at`, the character from 0.
        RulesError: `check.…`: the settings of the check are not those of its kind.
    """
    # The day matters to no type: any will do.
    compile_rule(
        Setting(
            rule=rule,
            contracts=contracts,
            parameters=parameters,
            calendar=calendar,
            as_of=date.min,
            lists=lists or {},
        )
    )
