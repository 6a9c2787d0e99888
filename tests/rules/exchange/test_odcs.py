from datetime import date
from decimal import Decimal

import pytest
import yaml

from rules.contract import ColumnType
from rules.errors import RulesError
from rules.exchange.documents import read_document
from rules.exchange.java_dates import from_java, to_java
from rules.exchange.odcs import Cover, export_odcs, import_odcs
from tests.rules.reading.reading_a_file import column, contract

HEAD = """\
apiVersion: v3.1.0
kind: DataContract
id: 53581432-6c55-4ba2-a65f-72344a91553a
version: 1.0.0
status: active
schema:
  - name: t
    properties:
"""


def taken(*properties: str, head: str = HEAD, tail: str = "", **more):
    lines = "".join(f"      - {{{one}}}\n" for one in properties)
    document = read_document((head + lines + tail).encode(), file="x.yaml")
    imported = import_odcs(document, file="x.yaml", name="t", **more)
    packs = ("id", "version", "status")
    left = [one for one in imported.left_out if one.key not in packs]
    return imported.contract, [(one.place, one.key, one.why.value) for one in left]


def test_a_document_is_what_it_says():
    made, left = taken(
        "name: a, businessName: Mã, description: Số sổ, logicalType: string, required: true, "
        "logicalTypeOptions: {pattern: '^(?:[A-Z]+)$'}, primaryKey: true, primaryKeyPosition: 2",
        "name: n, logicalType: integer, logicalTypeOptions: {format: i64, minimum: 0}, "
        "primaryKey: true, primaryKeyPosition: 1, examples: [7, 12]",
        "name: v, logicalType: number, physicalType: 'NUMERIC(18, 2)', "
        "logicalTypeOptions: {maximum: 10.50}",
        "name: d, logicalType: date, logicalTypeOptions: {format: dd/MM/yyyy, minimum: 2024-01-31}",
        "name: m, logicalType: timestamp, logicalTypeOptions: {format: 'yyyy-MM-ddTHH:mm:ssZ', "
        "timezone: true, defaultTimezone: Europe/Paris}",
        "name: c, logicalType: string, quality: [{metric: invalidValues, mustBe: 0, "
        "arguments: {validValues: [A, B]}}]",
        "name: e, logicalType: string, enum: [{value: A}, {value: B}]",
        "name: b, logicalType: boolean",
    )

    assert left == []
    assert (made.key, made.time_zone) == (("n", "a"), "Europe/Paris")
    assert (made["a"].label.vi, made["a"].help.en, made["a"].required) == ("Mã", "Số sổ", True)
    assert made["a"].pattern == "[A-Z]+"
    assert (made["n"].least, made["n"].examples) == (0, ("7", "12"))
    assert (made["v"].scale, made["v"].most) == (2, Decimal("10.50"))
    assert (made["d"].format, made["d"].least) == (("%d/%m/%Y",), date(2024, 1, 31))
    assert made["m"].format == ("%Y-%m-%dT%H:%M:%S%z",)
    assert [made[name].values for name in "ce"] == [("A", "B"), ("A", "B")]
    assert made["b"].type is ColumnType.BOOLEAN


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("logicalType: object, properties: [{name: x}]", ["logicalType", "properties"]),
        ("logicalType: string, physicalType: VARCHAR(2)", ["physicalType"]),
        ("logicalType: number, physicalType: 'DECIMAL(10,2)'", ["physicalType"]),
        ("logicalType: string, logicalTypeOptions: {maxLength: 3}", ["maxLength"]),
        ("logicalType: string, logicalTypeOptions: {format: email}", ["format"]),
        ("logicalType: integer, logicalTypeOptions: {format: u8}", ["format"]),
        ("logicalType: integer, logicalTypeOptions: {multipleOf: 5}", ["multipleOf"]),
        ("logicalType: integer, logicalTypeOptions: {exclusiveMinimum: 5}", ["exclusiveMinimum"]),
        ("logicalType: date, logicalTypeOptions: {minimum: soon}", ["minimum"]),
        (
            "logicalType: date, logicalTypeOptions: {format: dd MMM yyyy}",
            ["logicalTypeOptions.format", "logicalType"],
        ),
        ("logicalType: timestamp", ["format"]),
        (
            (
                "logicalType: timestamp, "
                "logicalTypeOptions: {format: yyyyMMdd HHmm, timezone: true, defaultTimezone: UTC}"
            ),
            ["timezone"],
        ),
        ("logicalType: string, primaryKey: maybe", ["primaryKey"]),
        (
            "logicalType: string, primaryKey: true, primaryKeyPosition: first",
            ["primaryKeyPosition"],
        ),
        ("logicalType: string, primaryKeyPosition: 1", ["primaryKeyPosition"]),
        ("logicalType: string, examples: A", ["examples"]),
        (
            (
                "customProperties: [{property: thanhtra, value: {type: code}}, "
                "{property: thanhtra, value: {type: text}}], logicalType: string"
            ),
            ["customProperties"],
        ),
        ("logicalType: string, unique: true", ["unique"]),
        ("logicalType: string, unique: false, partitionKeyPosition: -1", []),
        ("logicalType: string, quality: [{metric: nullValues, mustBe: 0}]", ["quality"]),
        ("logicalType: string, enum: [{value: A, label: One}]", ["enum"]),
        ("logicalType: integer, enum: [{value: 1}]", ["enum"]),
        ("logicalType: string, tags: [x], classification: public", ["tags", "classification"]),
        ("logicalType: string, customProperties: [{property: x, value: 1}]", ["customProperties"]),
        ("logicalType: integer, examples: [1, many]", ["examples"]),
    ],
)
def test_what_a_property_says_and_a_column_cannot_is_listed(said, left):
    _, found = taken(f"name: a, {said}", scale=0)

    assert [key for _, key, _ in found] == left


def test_of_several_examples_those_that_are_read_are_kept():
    made, _ = taken("name: a, logicalType: integer, examples: [1, many, 2]")

    assert made["a"].examples == ("1", "2")


def test_what_the_document_says_beside_its_tables_is_listed():
    _, found = taken("name: a, logicalType: string", tail="team: [{username: x}]\ndomain: tax\n")

    assert found == [("contract", "team", "no_place"), ("contract", "domain", "no_place")]


def test_a_moment_without_a_zone_is_in_that_of_the_standard_and_others_are_listed():
    form = "logicalType: timestamp, logicalTypeOptions: {format: yyyy-MM-dd HH:mm"
    made, left = taken(
        f"name: a, {form}}}",
        f"name: b, {form}, defaultTimezone: Asia/Ho_Chi_Minh}}",
    )

    assert made.time_zone == "Etc/UTC"
    assert left == [("t.b", "logicalTypeOptions.defaultTimezone", "other_meaning")]


def test_one_of_several_tables_must_be_chosen():
    head = HEAD.replace("  - name: t\n", "  - {name: s, properties: [{name: z}]}\n  - name: t\n")
    column = "name: a, logicalType: string"

    with pytest.raises(RulesError) as error:
        taken(column, head=head)

    assert (error.value.code, error.value.facts["known"]) == ("exchange.which_table", "s, t")
    assert taken(column, head=head, table="t")[0].columns[0].name == "a"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("kind: DataContract", "kind: Other", "exchange.not_odcs"),
        ("v3.1.0", "v2.2.2", "exchange.not_odcs"),
        ("  - name: t\n", "  - title: t\n", "exchange.not_odcs"),
        ("properties:", "columns:", "exchange.not_odcs"),
        ("id: 5", "id: &x 5", "pack.alias"),
        ("status: active", "status: active\nstatus: draft", "pack.key_twice"),
    ],
)
def test_what_is_no_such_document_is_refused(old, new, code):
    with pytest.raises(RulesError) as error:
        taken("name: a", head=HEAD.replace(old, new))

    assert (error.value.code, error.value.facts["file"]) == (code, "x.yaml")


@pytest.mark.parametrize(
    ("theirs", "good", "bad"),
    [
        ("^[0-9]{4}$", ["1234"], ["12345", "x1234"]),
        ("[0-9]{4}", ["1234", "x12345"], ["123"]),
        ("^a|b$", ["axx", "xxb"], ["xax", "bx"]),
        ("^(?:a)|(?:b)$", ["axx", "xxb"], ["xax", "bx"]),
        ("^(?:a|b)$", ["a", "b"], ["ab"]),
        (r"^(?:[)(]\))$", [r"()"], ["a"]),
    ],
)
def test_a_pattern_finds_what_it_found_there(theirs, good, bad):
    listed = ", ".join(f"'{text}'" for text in good)
    made, left = taken(
        f"name: a, logicalType: string, logicalTypeOptions: {{pattern: '{theirs}'}}, "
        f"examples: [{listed}]"
    )
    _, refused = taken(
        f"name: a, logicalType: string, logicalTypeOptions: {{pattern: '{theirs}'}}, "
        f"examples: [{', '.join(bad)}]"
    )

    assert (left, made["a"].examples) == ([], tuple(good))
    assert len(refused) == len(bad)


@pytest.mark.parametrize(
    ("ours", "java"),
    [
        ("%d/%m/%Y", "dd/MM/yyyy"),
        ("%Y-%m-%dT%H:%M:%S%z", "yyyy-MM-dd'T'HH:mm:ss[XXX][XX]"),
        ("ngày %d [%m] %Y", "'ng'à'y' dd '['MM']' yyyy"),
        ("%H o'clock", "HH' o''clock'"),
        ("%Y%m%d", "yyyyMMdd"),
    ],
)
def test_formats_of_dates_go_to_java_and_back(ours, java):
    assert to_java(ours) == java
    assert from_java(java) == ours


@pytest.mark.parametrize(
    "java", ["dd/MM/yy", "d/M/yyyy", "yyyy-MM-dd HH:mm:ss.SSS", "[dd]", "YYYY"]
)
def test_formats_of_java_that_ours_cannot_say_are_none(java):
    assert from_java(java) is None


def test_an_export_says_natively_what_it_can_and_lists_the_rest():
    of = contract(
        column("k", "code"),
        column("v", "money", scale=2, least=Decimal("0.50"), required=True),
        column("c", "category", values=("A", "B")),
        key=("v", "k"),
    )

    exported = export_odcs(of, cover=Cover(id="p.t", version="2", status="active"))

    said = yaml.safe_load(exported.content)
    _, value, closed = said["schema"][0]["properties"]
    assert {key: said[key] for key in ("apiVersion", "kind", "id", "version", "status")} == {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "p.t",
        "version": "2",
        "status": "active",
    }
    assert (value["logicalType"], value["physicalType"]) == ("number", "decimal(18,2)")
    assert value["logicalTypeOptions"] == {"minimum": 0.5}
    assert (value["primaryKey"], value["primaryKeyPosition"], value["required"]) == (True, 1, True)
    assert closed["quality"][0]["arguments"] == {"validValues": ["A", "B"]}
    assert [(one.place, one.key, one.value) for one in exported.left_out] == [
        ("t.k", "type", '"code"'),
        ("t.v", "type", '"money"'),
    ]
