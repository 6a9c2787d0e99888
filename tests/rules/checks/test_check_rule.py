"""What an author gets wrong is refused while the pack is loaded, and named."""

from pathlib import Path

import pytest

from rules.checks import KINDS, check_rule
from rules.errors import RulesError
from rules.rule import Rule, Verdict
from rules.text import Text
from tests.rules.building import CALENDAR, contract, parameter, rule

OF = contract(vendor="code", amount="money:2", number="integer", paid_on="date", note="text")
OTHER = contract("vendors", code="code", starts="date", active="boolean")
FORMULA = {"kind": "formula", "must": "amount > 0"}
UNIQUE = {"kind": "unique", "key": ["vendor"]}
GAPS = {"kind": "gaps", "number": "number", "series": ["vendor"]}
LOOKUP = {"kind": "lookup", "columns": ["vendor"], "table": "vendors", "to": ["code"]}
AGAINST = {"table": "t", "by": ["vendor"], "sum": "amount"}
RECONCILE = {
    "kind": "reconcile", "by": ["vendor"], "sum": "amount", "against": AGAINST, "tolerance": 0,
}  # fmt: skip


def check(made: Rule) -> None:
    check_rule(
        made,
        contracts={"t": OF, "vendors": OTHER},
        parameters={"limit": parameter("limit", (5, None, None))},
        calendar=CALENDAR,
    )


@pytest.mark.parametrize(
    "made",
    [
        rule(FORMULA),
        rule({"kind": "formula", "must": "amount > limit"}, dated_by="paid_on"),
        rule({"kind": "formula", "must": True}),
        rule({"kind": "required", "columns": ["vendor", "amount"]}, on_missing=Verdict.VIOLATED),
        rule(UNIQUE),
        rule(UNIQUE, "group", amount="amount * (count - 1)"),
        rule(GAPS, "series", message=Text(vi="{vendor}: {expected}", en="{count}")),
        rule(LOOKUP),
        rule(LOOKUP | {"valid": {"from": "starts"}}, dated_by="paid_on"),
        rule(RECONCILE, "group", amount="ABS(difference)"),
        rule(RECONCILE | {"by": [], "against": AGAINST | {"by": []}, "tolerance": "0.5"}, "table"),
    ],
)
def test_a_rule_that_can_run_is_accepted(made: Rule) -> None:
    check(made)


@pytest.mark.parametrize(
    ("made", "formula", "code", "at"),
    [
        (rule({"kind": "formula", "must": "amount > zz"}), "check.must",
         "formula.unknown_name", 9),
        (rule({"kind": "formula", "must": "amount"}), "check.must", "formula.type", 0),
        (rule({"kind": "formula", "must": "amount > limit"}), "check.must",
         "formula.no_date_column", 9),
        (rule(FORMULA, applies="note"), "applies", "formula.type", 0),
        (rule(FORMULA, applies="note = "), "applies", "formula.missing_operand", 7),
        (rule(FORMULA, amount="note"), "amount", "formula.type", 0),
        (rule(FORMULA, amount="amount * amount * 10"), "amount", "formula.too_wide", 0),
        (rule(FORMULA, message=Text(vi="{amount} {zz}", en="")), "message.vi",
         "formula.unknown_name", 10),
        (rule(FORMULA, message=Text(vi="", en="{count}")), "message.en",
         "formula.unknown_name", 1),
        (rule(UNIQUE | {"key": ["vendor", "a b"]}), "check.key", "formula.missing_operator", 2),
        (rule(GAPS | {"number": "amount"}, "series"), "check.number", "formula.whole_needed", 0),
        (rule(GAPS | {"number": "note"}, "series"), "check.number", "formula.whole_needed", 0),
        (rule(GAPS, "series", message=Text(vi="{amount}", en="")), "message.vi",
         "formula.unknown_name", 1),
        (rule(LOOKUP | {"to": ["zz"]}), "check.to", "formula.unknown_name", 0),
        (rule(LOOKUP | {"to": ["starts"]}), "check.columns", "formula.mixed_types", 0),
        (rule(LOOKUP | {"columns": ["'x'"], "to": ["'x'"]}), "check.columns",
         "formula.constant_key", 0),
        (rule(RECONCILE | {"sum": "note"}, "group"), "check.sum", "formula.type", 0),
        (rule(RECONCILE | {"against": AGAINST | {"sum": "amount > 1"}}, "group"),
         "check.against.sum", "formula.type", 0),
        (rule(RECONCILE | {"sum": "amount * number"}, "group"), "check.sum",
         "formula.too_wide", 0),
        (rule(RECONCILE, "group", message=Text(vi="{amount}", en="")), "message.vi",
         "formula.unknown_name", 1),
    ],
)  # fmt: skip
def test_a_wrong_formula_is_named_with_its_place(
    made: Rule, formula: str, code: str, at: int
) -> None:
    with pytest.raises(RulesError) as caught:
        check(made)
    facts = caught.value.facts
    assert (caught.value.code, facts["rule"]) == (code, "R-01")
    assert (facts["formula"], facts["at"]) == (formula, at)


@pytest.mark.parametrize(
    ("made", "code", "key"),
    [
        (rule({"kind": "benford"}), "check.unknown_kind", None),
        (rule({}), "check.unknown_kind", None),
        (rule({"kind": "formula"}), "check.missing_key", "check.must"),
        (rule(FORMULA | {"python": "x"}), "check.unknown_key", "check.python"),
        (rule({"kind": "formula", "must": ["a"]}), "check.bad_value", "check.must"),
        (rule(FORMULA, table="zz"), "check.unknown_table", None),
        (rule(FORMULA, dated_by="zz"), "check.unknown_column", "dated_by"),
        (rule(FORMULA, dated_by="note"), "check.date_column", None),
        (rule(FORMULA, "group"), "check.unit", None),
        (rule({"kind": "required", "columns": []}), "check.bad_value", "check.columns"),
        (rule({"kind": "required", "columns": "vendor"}), "check.bad_value", "check.columns"),
        (rule({"kind": "required", "columns": ["zz"]}), "check.unknown_column", "check.columns"),
        (rule(UNIQUE, "series"), "check.unit", None),
        (rule(UNIQUE | {"key": []}), "check.bad_value", "check.key"),
        (rule(UNIQUE, on_missing=Verdict.VIOLATED), "check.on_missing_unused", None),
        (rule(GAPS, "row"), "check.unit", None),
        (rule(GAPS | {"from_one": "yes"}, "series"), "check.bad_value", "check.from_one"),
        (rule(LOOKUP | {"table": "zz"}), "check.unknown_table", None),
        (rule(LOOKUP | {"to": []}), "check.key_lengths", "check.columns"),
        (rule(LOOKUP | {"columns": [], "to": []}), "check.bad_value", "check.columns"),
        (rule(LOOKUP | {"valid": {"from": "starts"}}), "check.valid_without_date", None),
        (rule(LOOKUP | {"valid": {"from": "zz"}}, dated_by="paid_on"), "check.unknown_column",
         "check.valid.from"),
        (rule(LOOKUP | {"valid": {"to": "active"}}, dated_by="paid_on"), "check.date_column",
         None),
        (rule(LOOKUP | {"valid": {"since": "starts"}}, dated_by="paid_on"), "check.unknown_key",
         "check.valid.since"),
        (rule(RECONCILE, "table"), "check.unit", None),
        (rule(RECONCILE | {"by": [], "against": AGAINST | {"by": []}}, "group"), "check.unit",
         None),
        (rule(RECONCILE | {"against": AGAINST | {"by": []}}, "group"), "check.key_lengths",
         "check.by"),
        (rule(RECONCILE | {"against": "t"}, "group"), "check.bad_value", "check.against"),
        (rule(RECONCILE | {"against": {"table": "t"}}, "group"), "check.missing_key",
         "check.against.by"),
        (rule(RECONCILE | {"tolerance": -1}, "group"), "check.bad_value", "check.tolerance"),
        (rule(RECONCILE | {"tolerance": True}, "group"), "check.bad_value", "check.tolerance"),
        (rule(RECONCILE | {"tolerance": "NaN"}, "group"), "check.bad_value", "check.tolerance"),
        (rule(RECONCILE | {"tolerance": "a"}, "group"), "check.bad_value", "check.tolerance"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(made: Rule, code: str, key: str | None) -> None:
    with pytest.raises(RulesError) as caught:
        check(made)
    facts = caught.value.facts
    assert (caught.value.code, facts["rule"], facts.get("key")) == (code, "R-01", key)


def test_the_kinds_are_the_files_of_their_folder() -> None:
    files = {path.stem for path in Path("rules/checks/kinds").glob("*.py")} - {"__init__"}
    assert sorted(KINDS) == sorted(name.replace("_", "-") for name in files)
