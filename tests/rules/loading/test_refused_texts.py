"""What a file of a pack says wrongly is refused with its line."""

import pytest

from rules.errors import PackError
from tests.rules.loading.sample_pack import (
    CALENDAR,
    PACK,
    PARAMETERS,
    RULES,
    TABLE,
    changed,
    load,
    refused,
)


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("pack", PACK + "unknown: 1\n", ("pack.unknown_key", "pack.yaml", 6)),
        ("pack", PACK.replace("version", "versio"), ("pack.missing_key", "pack.yaml", 1)),
        ("pack", PACK.replace(", en: Sample}", "}", 1), ("pack.missing_key", "pack.yaml", 3)),
        ("pack", PACK.replace("office", "factory"), ("pack.unknown_calendar", "pack.yaml", 5)),
        ("pack", PACK.replace("Mẫu, en", "'', en", 1), ("pack.not_a_text", "pack.yaml", 3)),
        ("pack", "code: [a\n", ("pack.not_yaml", "pack.yaml", 2)),
        ("pack", "code: a\ncode: b\n", ("pack.key_twice", "pack.yaml", 2)),
        ("pack", "[1]", ("pack.not_a_mapping", "pack.yaml", 1)),
        ("pack", "", ("pack.empty_file", "pack.yaml", 1)),
        ("pack", "{a: b}\n---\n{c: d}", ("pack.not_yaml", "pack.yaml", 2)),
        ("pack", "\na: &x b\n", ("pack.alias", "pack.yaml", 2)),
        ("pack", "a: b\nc: *x\n", ("pack.alias", "pack.yaml", 2)),
        ("pack", "a: !!python/name:os.system x\n", ("pack.tag", "pack.yaml", 1)),
        ("pack", "a: !!str x\n", ("pack.tag", "pack.yaml", 1)),
        ("pack", "[" * 5_000, ("pack.too_deep", "pack.yaml", 1)),
        ("pack", "# " + "x" * (1 << 20), ("pack.file_too_large", "pack.yaml", 0)),
        ("rules", "[]", ("pack.no_rule", "pack.yaml", 1)),
        ("rules", "a: b\n", ("pack.not_a_list", "rules/bids.yaml", 1)),
    ],
)
def test_a_file_that_is_not_understood_is_refused_with_its_line(file, text, expected):
    assert refused(**{file: text}) == expected


@pytest.mark.parametrize(
    "key",
    ["title", "basis", "class", "table", "unit", "check", "on_missing", "message", "fix", "code"],
)
def test_a_rule_that_lacks_a_key_is_refused(key):
    lines = RULES.splitlines(keepends=True)
    first = next(place for place, line in enumerate(lines) if line.strip(" -").startswith(key))
    # An unknown neighbour keeps the list item where `code` began it.
    cut = [*lines]
    cut[first] = cut[first].replace(f"{key}:", f"x{key}:")

    code, file, _ = refused(rules="".join(cut))

    assert (code, file) == ("pack.missing_key", "rules/bids.yaml")


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("PRC-015", "PRC-014", "pack.name_twice", 22),
        ("PRC-014", "prc 14", "pack.bad_code", 1),
        ("class: risk", "class: serious", "pack.not_allowed", 25),
        ("unit: row", "unit: rows", "pack.not_allowed", 12),
        ("scope: campaign", "scope: everyone", "pack.not_allowed", 13),
        ("on_missing: undetermined", "on_missing: met", "pack.not_allowed", 18),
        ("confirmed: false", "confirmed: maybe", "pack.not_a_truth", 6),
        ("from: 2024-01-01", "from: 1.1.2024", "pack.not_a_date", 9),
        ("{from: 2024-01-01}", "{from: 2024-01-01, to: 2023-01-01}", "pack.dates_backwards", 9),
        ("{from: 2024-01-01}", "{since: 2024-01-01}", "pack.unknown_key", 9),
        ("duplicate_of: PRC-014", "duplicate_of: PRC-099", "pack.unknown_rule", 30),
        ("duplicate_of: PRC-014", "duplicate_of: PRC-015", "pack.unknown_rule", 30),
        ("table: bids", "table: offers", "check.unknown_table", 1),
        ("kind: formula", "kind: horoscope", "check.unknown_kind", 1),
        ("must: value >= min_value", "must: value >= price", "formula.unknown_name", 17),
        ("must: value >= min_value", "must: value >= COS(value)", "formula.unknown_function", 17),
        ("must: value >= min_value", "must: value >=", "formula.missing_operand", 17),
        ("applies: kind = 'A'", "applies: kinds = 'A'", "formula.unknown_name", 14),
        ("key: [code]", "key: [codes]", "formula.unknown_name", 28),
        ("key: [code]", "keys: [code]", "check.missing_key", 28),
        ("amount: value", "amount: price", "formula.unknown_name", 19),
        ("{value}", "{price}", "formula.unknown_name", 20),
    ],
)
def test_a_rule_that_could_not_run_is_refused_with_its_line(old, new, code, line):
    assert refused(rules=changed(RULES, old, new)) == (code, "rules/bids.yaml", line)


def test_a_rule_that_reads_a_parameter_needs_the_date_of_the_record():
    rules = RULES.replace("  dated_by: day\n", "")

    assert refused(rules=rules)[0] == "formula.no_date_column"


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("name: bids", "name: offers", "pack.file_name", 1),
        ("key: [code]", "key: [id]", "pack.unknown_column", 1),
        ("name: value", "name: code", "pack.columns_not_unique", 1),
        ("name: value", "name: __value", "pack.bad_column_name", 7),
        ("name: value", 'name: "val[ue"', "pack.bad_column_name", 7),
        ("type: money", "type: currency", "pack.not_allowed", 7),
        ("scale: 2", "scale: 2.5", "pack.not_a_whole_number", 7),
        ("scale: 2", "scale: 18", "pack.scale_too_large", 7),
        ("type: money, scale: 2", "type: integer, scale: 2", "pack.setting_of_type", 7),
        ("%d/%m/%Y", "%d/%m/%y", "pack.date_format", 10),
        ("%d/%m/%Y", "%m/%Y", "pack.date_format", 10),
        ("%d/%m/%Y", "%d/%m/%Y %H:%M", "pack.date_format", 10),
        ("[A-Z]+", "(?<=a)b", "pack.bad_pattern", 6),
        ("[A-Z]+", "[A-Z", "pack.bad_pattern", 6),
        ("values: [A, B], ", "", "pack.missing_key", 12),
        ("values: [A, B]", "values: [A, A]", "pack.name_twice", 12),
        ("[Có, Không]", "[Có, Không, Cả hai]", "pack.two_words", 13),
        ('grouping: "."', 'grouping: ","', "pack.marks_alike", 3),
        ('delimiter: ";"', 'delimiter: ";;"', "pack.not_a_mark", 3),
        ('delimiter: ";"', "delimiter: ''", "pack.not_a_mark", 3),
        ("encoding: cp1258", "encoding: rot13", "pack.unknown_encoding", 3),
        ("encoding: cp1258", "encoding: viscii", "pack.unknown_encoding", 3),
        ("required: true", "required: 1", "pack.not_a_truth", 6),
    ],
)
def test_a_contract_that_makes_no_sense_is_refused_with_its_line(old, new, code, line):
    assert refused(table=changed(TABLE, old, new)) == (code, "tables/bids.yaml", line)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("to: 2024-12-31", "to: 2025-01-01", "pack.values_overlap", 1),
        (", to: 2024-12-31", "", "pack.values_overlap", 1),
        ("to: 2024-12-31", "to: 2023-12-31", "pack.dates_backwards", 6),
        ("value: 10", "value: ten", "pack.values_of_two_types", 1),
        ("name: cutoff", "name: min_value", "pack.name_twice", 7),
        ("name: cutoff", "name: Cut off", "pack.bad_name", 7),
        ("  unit: giờ\n", "", "pack.missing_key", 7),
        ("20.50, from", "20.50, since", "pack.unknown_key", 5),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_with_its_line(old, new, code, line):
    text = changed(PARAMETERS, old, new)

    assert refused(parameters=text) == (code, "parameters.yaml", line)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("name: office", "name: factory", "pack.file_name", 1),
        ("2026-01-01", "2025-01-01", "pack.day_outside_years", 7),
        ("2026-01-01", "2026-02-30", "pack.not_yaml", 7),
        ("HOLIDAY", "FEAST", "pack.not_allowed", 7),
        ("status: law", "status: rumour", "pack.not_allowed", 7),
        ("years: [2027, 2026]", "years: [2026, 2026]", "pack.bad_years", 3),
        ("[6, 7]", "[0, 7]", "pack.bad_weekdays", 4),
        ('"11:30"], ["13:00"', '"11:30"], ["11:00"', "pack.bad_session", 5),
        ('"17:00"', '"12:00"', "pack.bad_session", 5),
        ('"17:00"', '"25:00"', "pack.not_a_time", 5),
        ("days:\n", CALENDAR[CALENDAR.index("days:") :], "pack.day_twice", 1),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_with_its_line(old, new, code, line):
    assert refused(calendar=changed(CALENDAR, old, new)) == (code, "calendars/office.yaml", line)


def test_an_unknown_key_is_refused_with_the_known_ones():
    with pytest.raises(PackError) as error:
        load(pack=PACK + "colour: red\n")

    assert error.value.facts["key"] == "colour"
    assert error.value.facts["known"] == "calendar, code, description, title, version"
