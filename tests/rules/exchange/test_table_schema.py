import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from rules.contract import ColumnType
from rules.errors import ExchangeError, RulesError
from rules.exchange.documents import read_document
from rules.exchange.table_schema import export_table_schema, import_table_schema
from tests.rules.reading.reading_a_file import column, contract

NO_FORMAT = [("fields.a", "format", "refused"), ("fields.a", "type", "refused")]
NO_WORDS = [("fields.a", f"{word}Values", "other_meaning") for word in ("true", "false")]


def taken(*fields, scale: int | None = None, **more):
    document = read_document(json.dumps({"fields": fields, **more}).encode(), file="x.json")
    imported = import_table_schema(document, file="x.json", name="t", scale=scale)
    return imported.contract, [(one.place, one.key, one.why) for one in imported.left_out]


def field(kind: str = "string", name: str = "a", **more):
    return {"name": name, "type": kind, **more}


def test_a_schema_is_what_it_says():
    made, left = taken(
        field(title="Mã", description="Số sổ", constraints={"required": True, "pattern": "[A-Z]+"}),
        field("integer", "n", constraints={"minimum": 0, "maximum": "12"}, example=7),
        field("date", "d", format="%d/%m/%Y", constraints={"minimum": "31/01/2024"}),
        field(
            "datetime", "m", format="%Y-%m-%d %H:%M", constraints={"maximum": "2024-01-31 07:30"}
        ),
        field("boolean", "b", trueValues=["Có"], falseValues=["Không"]),
        field("string", "c", constraints={"enum": ["A", "B"]}),
        primaryKey=["a", "n"],
        missingValues=[""],
        fieldsMatch=["subset"],
    )

    assert left == []
    assert made.key == ("a", "n")
    assert (made["a"].label.vi, made["a"].label.en, made["a"].help.vi) == ("Mã", "Mã", "Số sổ")
    assert (made["a"].required, made["a"].pattern) == (True, "[A-Z]+")
    assert (made["n"].least, made["n"].most, made["n"].examples) == (0, 12, ("7",))
    assert made["n"].required is True  # a part of the key
    assert (made["d"].format, made["d"].least) == (("%d/%m/%Y",), date(2024, 1, 31))
    assert made["m"].most == datetime(2024, 1, 31, 7, 30)  # noqa: DTZ001 - wall time
    assert made["b"].values == ("Có", "Không")
    assert (made["c"].type, made["c"].values) == (ColumnType.CATEGORY, ("A", "B"))


def test_numbers_are_exact_and_take_the_scale_the_caller_says():
    document = b'{"fields": [{"name": "a", "type": "number", "constraints": {"minimum": 0.10}}]}'
    plain = read_document(document, file="x")

    made = import_table_schema(plain, file="x", name="t", scale=2).contract
    with pytest.raises(ExchangeError) as error:
        import_table_schema(plain, file="x", name="t")

    assert (made["a"].scale, made["a"].least) == (2, Decimal("0.10"))
    assert error.value.code == "exchange.scale_needed"


def test_marks_that_all_numbers_share_are_those_of_the_file():
    comma = {"decimalChar": ",", "groupChar": "."}
    made, left = taken(
        field("number", "a", **comma, constraints={"maximum": "1.000,5"}),
        field("integer", "b", groupChar="."),
        scale=1,
    )

    assert left == []
    assert (made.decimal_mark, made.grouping) == (",", ".")
    assert made["a"].most == Decimal("1000.5")
    assert (made["a"].decimal_mark, made["b"].grouping) == (None, None)


def test_marks_that_differ_stay_with_their_columns():
    made, left = taken(
        field("number", "a", decimalChar=","), field("number", "b", groupChar=","), scale=1
    )

    assert left == []
    assert made.marks_of(made["a"]) == (",", "")
    assert made.marks_of(made["b"]) == (".", ",")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (field("geopoint"), [("fields.a", "type", "other_meaning")]),
        ({"name": "a"}, [("fields.a", "type", "other_meaning")]),
        (field("string", format="email"), [("fields.a", "format", "other_meaning")]),
        (field("date", format="any"), NO_FORMAT),
        (field("date", format="%d/%m/%y"), NO_FORMAT),
        (field("datetime"), [("fields.a", "format", "other_meaning")]),
        (field("boolean"), NO_WORDS),
        (field(constraints={"unique": True}), [("fields.a.constraints", "unique", "rule")]),
        (field(constraints={"unique": False}), []),
        (field(constraints={"maxLength": 3}), [("fields.a.constraints", "maxLength", "rule")]),
        (field(constraints={"pattern": "(?=a)"}), [("fields.a", "constraints.pattern", "refused")]),
        (field(constraints={"minimum": 3}), [("fields.a.constraints", "minimum", "other_meaning")]),
        (
            field("integer", constraints={"exclusiveMinimum": 3}),
            [("fields.a.constraints", "exclusiveMinimum", "no_place")],
        ),
        (
            field("integer", constraints={"enum": [1, 2]}),
            [("fields.a", "constraints.enum", "other_meaning")],
        ),
        (
            field(categories=[{"value": "A", "label": "one"}]),
            [("fields.a", "categories", "no_place")],
        ),
        (field(missingValues=["-"]), [("fields.a", "missingValues", "other_meaning")]),
        (field("integer", bareNumber=False), [("fields.a", "bareNumber", "no_place")]),
        (field("integer", example="x"), [("fields.a", "example", "refused")]),
        (field(rdfType="http://schema.org/Thing"), [("fields.a", "rdfType", "no_place")]),
        (field(nullable=False), [("fields.a", "nullable", "no_place")]),
        (field(title=7), [("fields.a", "title", "other_meaning")]),
        (field("number", decimalChar="::"), [
            ("fields.a", "scale", "refused"),
            ("fields.a", "decimalChar", "refused"),
            ("fields.a", "type", "refused"),
        ]),
    ],
)  # fmt: skip
def test_what_a_field_says_and_a_column_cannot_is_listed(said, left):
    _, found = taken(said, scale=2)

    assert [(place, key, why.value) for place, key, why in found] == left


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ({"missingValues": ["", "NA"]}, ("schema", "missingValues", "other_meaning")),
        ({"fieldsMatch": "exact"}, ("schema", "fieldsMatch", "other_meaning")),
        ({"foreignKeys": [{"fields": "a"}]}, ("schema", "foreignKeys", "rule")),
        ({"uniqueKeys": [["a"]]}, ("schema", "uniqueKeys", "rule")),
        ({"primaryKey": "b"}, ("schema", "primaryKey", "refused")),
        ({"licence": "x"}, ("schema", "licence", "no_place")),
        ({"thanhtra": 7}, ("schema", "thanhtra", "other_meaning")),
        ({"thanhtra": {"time_zone": "Mars"}}, ("schema", "time_zone", "refused")),
        ({"thanhtra": {"colour": "red"}}, ("schema", "colour", "refused")),
    ],
)
def test_what_a_schema_says_and_a_contract_cannot_is_listed(more, left):
    _, found = taken(field(), **more)

    assert [(place, key, why.value) for place, key, why in found] == [left]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"fields": 7}', "exchange.not_table_schema"),
        (b'{"fields": [{"type": "string"}]}', "exchange.not_table_schema"),
        (b'{"fields": []}', "exchange.bad_columns"),
        (b'{"fields": [{"name": "a"}, {"name": "a"}]}', "exchange.bad_columns"),
        (b'{"fields": [{"name": "__a"}]}', "exchange.bad_columns"),
        (b'{"fields": [], "fields": []}', "exchange.not_json"),
        (b'{"fields": [NaN]}', "exchange.not_json"),
        (b'{"fields": ', "exchange.not_json"),
        (b'{"fields": \xff}', "exchange.not_json"),
        (b'{"a":' * 100_000, "exchange.not_json"),
        (b"[1]", "exchange.not_a_document"),
        (b"a: &b c", "pack.alias"),
        (b" " * (1 << 21), "exchange.too_large"),
        (b'{"fields": [{"minimum": 1e999999999}]}', "exchange.long_number"),
        (b'{"fields": [{"minimum": -1e-999999999}]}', "exchange.long_number"),
    ],
)
def test_what_is_no_table_schema_is_refused(content, code):
    with pytest.raises(RulesError) as error:
        import_table_schema(read_document(content, file="x"), file="x", name="t")

    assert (error.value.code, error.value.facts["file"]) == (code, "x")


def test_an_export_says_natively_what_it_can_and_lists_the_rest():
    of = contract(
        column("a", "code", examples=("A", "B")),
        column("v", "money", scale=2, least=Decimal("0.5"), decimal_mark=","),
        grouping=".",
        decimal_mark=",",
    )

    exported = export_table_schema(of)

    first, second = json.loads(exported.content)["fields"]
    assert first["type"] == "string"
    assert first["example"] == "A"
    assert (second["decimalChar"], second["groupChar"]) == (",", ".")
    assert second["constraints"] == {"minimum": "0,5"}
    assert [(one.place, one.key, one.value) for one in exported.left_out] == [
        ("t", "title", '{"vi": "—", "en": "—"}'),
        ("t.a", "type", '"code"'),
        ("t.a", "examples", '["A", "B"]'),
        ("t.v", "type", '"money"'),
        ("t.v", "scale", "2"),
        ("t.v", "decimal_mark", '","'),
    ]
