"""What the kinds that match rows refuse at load: one case for each way to be wrong."""

from datetime import date

import pytest

from rules.checks import check_rule
from rules.errors import RulesError
from tests.rules.building import contract, parameter, rule

OF = contract(
    key=("id",), id="code", name_="text", amount="money:2", day="date", file="text", big="integer"
)
OTHER = contract("other", id="code", amount="money:2", day="date", size="integer", file="text")
THIRD = contract("third", id="code", amount="money:2")
KEYED = {"columns": ["id"], "table": "other", "to": ["id"]}
MATCH = {"kind": "match", **KEYED, "cardinality": "one-to-one"}
SAME = {"kind": "same-different", "same": ["id"], "different": ["name_"]}
DEPENDENCY = {"kind": "dependency", "determinant": ["id"], "dependent": ["name_"]}
FUZZY = {"kind": "fuzzy-duplicates", "text": "name_", "block": ["id"], "similarity": 9000}
ORDER = {"table": "other", "key": ["id"], "quantity": "amount"}
RECEIPT = {"table": "third", "key": ["id"], "quantity": "amount"}
THREE = {"kind": "three-way-match", "key": ["id"], "quantity": "amount", "order": ORDER,
         "receipt": RECEIPT}  # fmt: skip
PERSONS = {"kind": "segregation", "persons": ["id", "name_"]}
PAIRS = {"kind": "segregation", "person": "id", "role": "name_",
         "pairs": {"table": "other", "first": "id", "second": "file"}}  # fmt: skip
COMPLETE = {"kind": "completeness", "columns": ["id"],
            "expected": {"table": "other", "columns": ["id"]}}  # fmt: skip
DOCUMENTS = {"kind": "documents", "file": "file", "deposited": {"table": "other", "name": "file"}}
AGGREGATE = {"kind": "aggregate", "figures": {"total": {"sum": "amount"}}, "must": "total > 0"}
LOOKUP = {"kind": "lookup", **KEYED}
UNITS = {"match": "group", "three-way-match": "group", "completeness": "group",
         "aggregate": "table"}  # fmt: skip


def months(first: object, last: object) -> dict[str, object]:
    return {"expected": {"months": {"from": first, "to": last}}}


WRONG = [
    (MATCH, {"cardinality": "one"}, "check.not_a_choice"),
    (MATCH, {"columns": []}, "check.bad_value"),
    (MATCH, {"to": ["id", "file"]}, "check.key_lengths"),
    (MATCH, {"to": ["size"]}, "formula.mixed_types"),
    (MATCH, {"table": "nowhere"}, "check.unknown_table"),
    (MATCH, {"unit": "row"}, "check.unit"),
    (MATCH, {"on_missing": "violated"}, "check.on_missing_unused"),
    (MATCH, {"more": 1}, "check.unknown_key"),
    (SAME, {"same": []}, "check.bad_value"),
    (SAME, {"different": []}, "check.bad_value"),
    (SAME, {"different": ["id", "name_", "file", "day"]}, "check.too_many"),
    (SAME, {"different": ["nothing"]}, "formula.unknown_name"),
    (SAME, {"unit": "table"}, "check.unit"),
    (SAME, {"on_missing": "violated"}, "check.on_missing_unused"),
    (DEPENDENCY, {"determinant": []}, "check.bad_value"),
    (DEPENDENCY, {"dependent": []}, "check.bad_value"),
    (DEPENDENCY, {"unit": "series"}, "check.unit"),
    (DEPENDENCY, {"on_missing": "violated"}, "check.on_missing_unused"),
    (FUZZY, {"class": "violation"}, "check.class"),
    (FUZZY, {"block": []}, "check.bad_value"),
    (FUZZY, {"text": "amount"}, "formula.type"),
    (FUZZY, {"distance": "jaro"}, "check.not_a_choice"),
    (FUZZY, {"similarity": 0}, "check.range"),
    (FUZZY, {"largest_block": 10_001}, "check.range"),
    (FUZZY, {"unit": "group"}, "check.unit"),
    (THREE, {"key": []}, "check.bad_value"),
    (THREE, {"order": {**ORDER, "table": "third"}}, "check.same_table"),
    (THREE, {"order": {**ORDER, "table": "t"}}, "check.same_table"),
    (THREE, {"order": {"table": "other", "key": ["id"]}}, "check.missing_key"),
    (THREE, {"receipt": {**RECEIPT, "price": "amount"}}, "check.unknown_key"),
    (THREE, {"price": "amount"}, "check.one_sided"),
    (THREE, {"order": {**ORDER, "amount": "amount"}}, "check.one_sided"),
    (THREE, {"quantity": "name_"}, "formula.type"),
    (THREE, {"tolerance": {"colour": {}}}, "check.unknown_key"),
    (THREE, {"tolerance": {"quantity": {"most": 1}}}, "check.unknown_key"),
    (THREE, {"tolerance": {"quantity": {"absolute": -1}}}, "check.bad_value"),
    (THREE, {"tolerance": {"quantity": {"relative": 1.01}}}, "check.bad_value"),
    (THREE, {"tolerance": {"quantity": {"relative": "amount"}}}, "formula.too_wide"),
    (THREE, {"tolerance": {"quantity": {"absolute": "limit"}}}, "formula.no_date_column"),
    (THREE, {"quantity": "amount * amount * 1"}, "formula.too_wide"),
    (THREE, {"complete": "yes"}, "check.bad_value"),
    (THREE, {"unit": "row"}, "check.unit"),
    (PERSONS, {"persons": ["id"]}, "check.bad_value"),
    (PERSONS, {"persons": ["id", "amount"]}, "formula.mixed_types"),
    (PERSONS, {"unit": "group"}, "check.unit"),
    (PERSONS, {"role": "name_"}, "check.unknown_key"),
    (PAIRS, {"unit": "row"}, "check.unit"),
    (PAIRS, {"role": "amount"}, "formula.type"),
    (PAIRS, {"person": "amount"}, "formula.type"),
    (PAIRS, {"pairs": {"table": "other", "first": "id"}}, "check.missing_key"),
    (PAIRS, {"pairs": {"table": "other", "first": "id", "second": "size"}}, "formula.type"),
    (PAIRS, {"also": {"table": "other"}}, "check.bad_value"),
    (PAIRS, {"also": ["other"]}, "check.bad_value"),
    (PAIRS, {"also": [{"table": "other", "person": "id"}]}, "check.missing_key"),
    (PAIRS, {"also": [{"table": "other", "person": "id", "role": "file", "x": 1}]},
     "check.unknown_key"),
    (COMPLETE, {"expected": {}}, "check.bad_value"),
    (COMPLETE, {"expected": {"table": "t", "columns": ["id"]}}, "check.same_table"),
    (COMPLETE, {"expected": {"table": "other"}}, "check.missing_key"),
    (COMPLETE, {"expected": {"columns": ["id"]}}, "check.missing_key"),
    (COMPLETE, {"columns": ["id", "day"]}, "check.key_lengths"),
    (COMPLETE, {"columns": ["id", "day"], **months("2026-1", "2026-12")}, "check.bad_value"),
    (COMPLETE, {"columns": ["day"], **months("2026-13", "2027-01")}, "check.bad_value"),
    (COMPLETE, {"columns": ["day"], **months("2026-02", "2026-01")}, "check.bad_value"),
    (COMPLETE, {"columns": ["day"], **months("1900-01", "2000-01")}, "check.too_many"),
    (COMPLETE, {"columns": ["amount"], **months("2026-01", "2026-01")}, "formula.type"),
    (COMPLETE, {"columns": ["id"], "expected": {"values": []}}, "check.bad_value"),
    (COMPLETE, {"columns": ["id"], "expected": {"values": [str(n) for n in range(1001)]}},
     "check.too_many"),
    (COMPLETE, {"extra": "met"}, "check.not_a_choice"),
    (COMPLETE, {"unit": "row"}, "check.unit"),
    (DOCUMENTS, {"digest": "id"}, "check.one_sided"),
    (DOCUMENTS, {"deposited": {"table": "t", "name": "file"}}, "check.same_table"),
    (DOCUMENTS, {"deposited": {"table": "other", "name": "size"}}, "formula.mixed_types"),
    (DOCUMENTS, {"unreferenced": "violated"}, "check.unknown_key"),
    (DOCUMENTS, {"shared": "met"}, "check.not_a_choice"),
    (DOCUMENTS, {"unit": "table"}, "check.unit"),
    (AGGREGATE, {"figures": {}}, "check.bad_value"),
    (AGGREGATE, {"figures": {"total": "amount"}}, "check.bad_value"),
    (AGGREGATE, {"figures": {"total": {"mean": "amount"}}}, "check.not_a_choice"),
    (AGGREGATE, {"figures": {"total": {"sum": "amount", "min": "amount"}}}, "check.bad_value"),
    (AGGREGATE, {"figures": {"amount": {"sum": "amount"}}}, "check.name_taken"),
    (AGGREGATE, {"figures": {"limit": {"sum": "amount"}}}, "check.name_taken"),
    (AGGREGATE, {"figures": {"total": {"sum": "name_"}}}, "formula.type"),
    (AGGREGATE, {"figures": {"total": {"count": "amount"}}}, "formula.type"),
    (AGGREGATE, {"figures": {"total": {"sum": "big * big"}}}, "formula.too_wide"),
    (AGGREGATE, {"must": "total"}, "formula.type"),
    (AGGREGATE, {"must": "total > amount"}, "formula.unknown_name"),
    (AGGREGATE, {"must": "total > limit"}, "formula.unknown_name"),
    (AGGREGATE, {"unit": "group"}, "check.unit"),
    (LOOKUP, {"must": "other.size"}, "formula.syntax"),
    (LOOKUP, {"must": "[other.size]"}, "formula.type"),
    (LOOKUP, {"must": "[other.colour] > 1"}, "formula.unknown_name"),
    (LOOKUP, {"must": "[third.amount] > 1"}, "formula.unknown_name"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "change", "code"),
    [pytest.param(*one, id=f"{one[0]['kind']}: {one[1]}") for one in WRONG],
)
def test_a_wrong_setting_is_refused(
    check: dict[str, object], change: dict[str, object], code: str
) -> None:
    settings = {**check, **change}
    kind = str(check["kind"])
    usual = "group" if check is PAIRS else UNITS.get(kind, "row")
    risk = "risk" if kind == "fuzzy-duplicates" else "violation"
    of_rule = {key: settings.pop(key) for key in ("unit", "on_missing", "class") if key in settings}
    made = rule(
        settings,
        unit=of_rule.get("unit", usual),
        rule_class=of_rule.get("class", risk),
        **({"on_missing": of_rule["on_missing"]} if "on_missing" in of_rule else {}),
    )
    with pytest.raises(RulesError) as refused:
        checked(made)
    assert refused.value.code == code
    assert refused.value.facts["rule"] == "R-01"


@pytest.mark.parametrize(
    "check",
    [MATCH, SAME, DEPENDENCY, FUZZY, THREE, PERSONS, PAIRS, COMPLETE, DOCUMENTS, AGGREGATE, LOOKUP],
    ids=lambda check: str(check["kind"]),
)
def test_the_settings_each_case_changes_are_right_as_they_are(check: dict[str, object]) -> None:
    kind = str(check["kind"])
    usual = "group" if check is PAIRS else UNITS.get(kind, "row")
    risk = "risk" if kind == "fuzzy-duplicates" else "violation"
    checked(rule(check, unit=usual, rule_class=risk))


def checked(made) -> None:
    limit = parameter("limit", (1, str(date(2026, 1, 1)), None))
    contracts = {one.name: one for one in (OF, OTHER, THIRD)}
    check_rule(made, contracts=contracts, parameters={"limit": limit}, calendar=None)
