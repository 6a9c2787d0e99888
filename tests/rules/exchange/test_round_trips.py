"""Out and in again: the same contract; and a list that is empty where nothing was lost."""

import json
from contextlib import suppress
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from rules.contract import ColumnType
from rules.errors import RulesError
from rules.exchange.documents import read_document
from rules.exchange.left_out import OWN, Why
from rules.exchange.odcs import Cover, export_odcs, import_odcs
from rules.exchange.table_schema import export_table_schema, import_table_schema
from tests.rules.exchange.some_contracts import contracts, shared

COVER = Cover(id="payments.payments", version="1.0.0", status="draft")
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PACKS = {("contract", key) for key in ("id", "version", "status")}


def from_table_schema(content: bytes, name: str):
    document = read_document(content, file="x.json")
    return import_table_schema(document, file="x.json", name=name)


def from_odcs(content: bytes, name: str):
    return import_odcs(read_document(content, file="x.yaml"), file="x.yaml", name=name)


def without_our_keys(said):
    """The document as a program sees it that passes over keys of ours."""
    if isinstance(said, dict):
        return {
            key: without_our_keys(one)
            for key, one in said.items()
            if key not in {OWN, "customProperties"}
        }
    return [without_our_keys(one) for one in said] if isinstance(said, list) else said


@FEW
@given(contracts())
def test_a_contract_comes_back_whole_from_table_schema(contract):
    exported = export_table_schema(contract)

    assert from_table_schema(exported.content, contract.name).contract == contract


@FEW
@given(contracts())
def test_a_contract_comes_back_whole_from_odcs(contract):
    exported = export_odcs(contract, cover=COVER)

    imported = from_odcs(exported.content, contract.name)

    assert imported.contract == contract
    assert {(one.place, one.key) for one in imported.left_out} == PACKS


@FEW
@given(contracts())
def test_what_others_see_differs_only_in_what_the_list_names(contract):
    exported = export_table_schema(contract)
    seen = without_our_keys(json.loads(exported.content))

    left = {one.place for one in exported.left_out}
    whys = {one.why for one in exported.left_out}
    found = import_table_schema(seen, file="x", name=contract.name, scale=0).contract
    for column in contract.columns:
        if f"{contract.name}.{column.name}" not in left:
            # Marks that all columns share are the file's; what they are is the same.
            other = found[column.name]
            marks = {"decimal_mark": None, "grouping": None}
            assert replace(other, **marks) == replace(column, **marks)
            if column.type is ColumnType.INTEGER:
                assert found.marks_of(other)[1] == contract.marks_of(column)[1]
    assert whys <= {Why.OWN_KEY, Why.ONE_LANGUAGE}


@FEW
@given(
    shared(["text", "integer", "date", "boolean", "category"], grouping="", most_examples=1)
    | shared(["text", "integer", "date"], grouping=" ", most_examples=1)
)
def test_table_schema_loses_nothing_of_a_contract_that_uses_what_both_have(contract):
    exported = export_table_schema(contract)

    assert exported.left_out == ()
    assert OWN.encode() not in exported.content
    imported = from_table_schema(exported.content, contract.name)
    assert (imported.contract, imported.left_out) == (contract, ())


@FEW
@given(
    shared(
        ["text", "integer", "decimal", "date", "datetime", "category"],
        grouping=",",
        most_examples=9,
    )
)
def test_odcs_loses_nothing_of_a_contract_that_uses_what_both_have(contract):
    exported = export_odcs(contract, cover=COVER)

    assert exported.left_out == ()
    assert b"customProperties" not in exported.content
    imported = from_odcs(exported.content, contract.name)
    assert imported.contract == contract
    assert {(one.place, one.key) for one in imported.left_out} == PACKS


KEYS = [
    "fields", "name", "type", "format", "constraints", "enum", "minimum", "maximum", "pattern",
    "primaryKey", "missingValues", "trueValues", "falseValues", "decimalChar", "groupChar", "title",
    "schema", "properties", "logicalType", "logicalTypeOptions", "physicalType", "quality",
    "customProperties", "property", "value", "examples", "required", "primaryKeyPosition",
    "defaultTimezone", "arguments", "validValues", OWN, "label", "scale", "range", "key", "file",
]  # fmt: skip
WORDS = [
    "a", "", "string", "number", "integer", "date", "datetime", "timestamp", "any", "decimal(18,2)",
    "[", "%d", "yyyy", "money", OWN, "Etc/UTC", "__x",
]  # fmt: skip
anything = some.recursive(
    some.none() | some.booleans() | some.integers(-2, 20) | some.sampled_from(WORDS),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(some.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=20,
)
named = some.dictionaries(some.sampled_from(KEYS), anything, max_size=6).flatmap(
    lambda said: some.sampled_from(WORDS).map(lambda name: {**said, "name": name})
)
several = some.lists(named, max_size=3)


@settings(max_examples=150, deadline=None)
@given(several, some.dictionaries(some.sampled_from(KEYS), anything, max_size=4))
def test_any_table_schema_becomes_a_contract_or_is_refused(fields, rest):
    document = {**rest, "fields": fields}

    with suppress(RulesError):
        import_table_schema(document, file="x", name="x", scale=2)


@settings(max_examples=150, deadline=None)
@given(several, some.dictionaries(some.sampled_from(KEYS), anything, max_size=4))
def test_any_odcs_document_becomes_a_contract_or_is_refused(properties, rest):
    table = {**rest, "name": "x", "properties": properties}
    document = {**rest, "kind": "DataContract", "apiVersion": "v3.1.0", "schema": [table]}

    with suppress(RulesError):
        import_odcs(document, file="x", name="x", scale=2)
