import hashlib
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from rules.calendar import DayStatus
from rules.errors import PackError
from rules.pack import Pack
from rules.pack_loading import load_pack, load_pack_files, pack_files
from rules.rule import Basis, RuleClass, Scope, Unit, Verdict
from rules.text import Text

SHIPPED = Path(__file__).parents[2] / "rules" / "packs"

PACK = """\
code: sample
version: "1.0.0"
title: {vi: Mẫu, en: Sample}
description: {vi: Mẫu, en: Sample}
calendar: office
"""
TABLE = """\
name: bids
title: {vi: Gói thầu, en: Bids}
file: {delimiter: ";", decimal_mark: ",", grouping: ".", encoding: cp1258}
key: [code]
columns:
  - {name: code, type: code, required: true, pattern: "[A-Z]+", label: {vi: Mã, en: Code}}
  - {name: value, type: money, scale: 2, label: {vi: Giá trị, en: Value}}
  - name: day
    type: date
    format: "%d/%m/%Y"
    label: {vi: Ngày, en: Day}
  - {name: kind, type: category, values: [A, B], label: {vi: Loại, en: Kind}}
  - {name: open, type: boolean, values: [Có, Không], label: {vi: Mở, en: Open}}
"""
RULES = """\
- code: PRC-014
  title: {vi: Giá trị, en: Value}
  basis:
    document: 22/2023/QH15
    provision: Điều 45 khoản 1
    confirmed: false
    note: {vi: Chưa xác nhận, en: Not confirmed}
  class: violation
  in_force: {from: 2024-01-01}
  dated_by: day
  table: bids
  unit: row
  scope: campaign
  applies: kind = 'A'
  check:
    kind: formula
    must: value >= min_value
  on_missing: undetermined
  amount: value
  message: {vi: "Giá trị {value}", en: "Value {value}"}
  fix: {vi: Sửa, en: Mend}
- code: PRC-015
  title: {vi: Trùng, en: Duplicate}
  basis: {document: A, provision: B}
  class: risk
  table: bids
  unit: row
  check: {kind: unique, key: [code]}
  on_missing: undetermined
  duplicate_of: PRC-014
  message: {vi: "{count} dòng", en: "{count} rows"}
  fix: {vi: Sửa, en: Mend}
"""
PARAMETERS = """\
- name: min_value
  unit: đồng
  title: {vi: Tối thiểu, en: Minimum}
  values:
    - {value: 20.50, from: 2025-01-01, basis: {document: A, provision: B}}
    - {value: 10, from: 2024-01-01, to: 2024-12-31, basis: {document: A, provision: B}}
- name: cutoff
  unit: giờ
  title: {vi: Giờ chốt, en: Cut-off}
  values:
    - {value: "15:00", basis: {document: A, provision: B}}
"""
CALENDAR = """\
name: office
title: {vi: Lịch, en: Calendar}
years: [2027, 2026]
weekly_rest: [6, 7]
sessions: [["07:30", "11:30"], ["13:00", "17:00"]]
days:
  - {on: 2026-01-01, kind: HOLIDAY, name: Tết, source: Luật, status: law}
"""
LIST = """\
name: codes
title: {vi: Mã, en: Codes}
values:
  - A
  - {value: 01, to: 2024-12-31, basis: {document: A, provision: B}}
  - {value: 01, from: 2026-01-01}
"""
FILES = {
    "pack.yaml": PACK,
    "tables/bids.yaml": TABLE,
    "rules/bids.yaml": RULES,
    "parameters.yaml": PARAMETERS,
    "calendars/office.yaml": CALENDAR,
}


def load(**changed: str):
    """The sample pack, its files named by their last part, some of them changed."""
    files = {name: text.encode() for name, text in FILES.items()}
    for name, text in changed.items():
        path = {"rules": "rules/bids.yaml", "table": "tables/bids.yaml"}.get(name)
        path = path or ("calendars/office.yaml" if name == "calendar" else f"{name}.yaml")
        files[path] = text.encode()
    return load_pack_files(files)


def refused(**changed: str) -> tuple[str, str, int]:
    with pytest.raises(PackError) as error:
        load(**changed)
    facts = error.value.facts
    return error.value.code, str(facts["file"]), int(str(facts["line"]))


def test_a_pack_is_what_its_files_say():
    pack = load()

    rule, duplicate = pack.rules
    assert (pack.code, pack.version, pack.title.vi) == ("sample", "1.0.0", "Mẫu")
    assert (rule.code, rule.rule_class, rule.unit) == ("PRC-014", RuleClass.VIOLATION, Unit.ROW)
    assert rule.in_force == (date(2024, 1, 1), None)
    assert (rule.scope, rule.dated_by, rule.on_missing) == (
        Scope.CAMPAIGN,
        "day",
        Verdict.UNDETERMINED,
    )
    assert rule.check == {"kind": "formula", "must": "value >= min_value"}
    assert rule.basis.confirmed is False
    assert rule.source == ("rules/bids.yaml", 1)
    assert duplicate.duplicate_of == "PRC-014"
    assert duplicate.source == ("rules/bids.yaml", 22)


def test_a_contract_is_what_its_file_says():
    contract = load().contracts["bids"]

    assert (contract.delimiter, contract.decimal_mark, contract.grouping) == (";", ",", ".")
    assert contract.encoding == "windows-1258"
    assert contract.key == ("code",)
    assert contract["code"].required is True
    assert contract["code"].pattern == "[A-Z]+"
    assert contract["day"].format == ("%d/%m/%Y",)
    assert contract["value"].scale == 2
    assert contract["open"].values == ("Có", "Không")


def test_parameters_are_sorted_exact_and_typed():
    parameters = load().parameters

    assert [value.value for value in parameters["min_value"].values] == [
        Decimal(10),
        Decimal("20.50"),
    ]
    assert parameters["min_value"].values[0].ends_on == date(2024, 12, 31)
    assert parameters["cutoff"].values[0].value == time(15)


def test_a_calendar_is_what_its_file_says():
    calendar = load().calendar

    assert calendar is not None
    assert calendar.years == (2026, 2027)
    assert calendar.sessions[1] == (time(13), time(17))
    assert calendar.days[0].status is DayStatus.LAW


@pytest.mark.parametrize("name", ["payments", "one-stop"])
def test_a_shipped_pack_loads_from_its_folder_and_from_its_copy_alike(name):
    files = pack_files(SHIPPED / name)

    pack = load_pack(SHIPPED / name)

    assert pack == load_pack_files(files)
    assert not any(path.startswith("fixtures") for path in files)
    assert hashlib.sha256(pack.manifest).hexdigest() == pack.digest
    lines = pack.manifest.decode().splitlines()
    assert lines == [f"{hashlib.sha256(files[path]).hexdigest()}  {path}" for path in sorted(files)]


def test_the_digest_changes_with_any_byte_of_any_counted_file_and_with_nothing_beside(tmp_path):
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    digests = {load_pack(tmp_path).digest}
    for path, text in FILES.items():
        # A comment means nothing, and is signed all the same.
        (tmp_path / path).write_text(text + "# …\n", encoding="utf-8")
        digests.add(load_pack(tmp_path).digest)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert len(digests) == len(FILES) + 1

    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "PRC-014.csv").write_text("a,b\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("…", encoding="utf-8")

    assert load_pack(tmp_path).digest in digests


def test_a_list_is_loaded_with_its_days():
    named = load_list(LIST).lists["codes"]

    assert named.title == Text(vi="Mã", en="Codes")
    assert [(one.value, one.starts_on, one.ends_on) for one in named.values] == [
        ("A", None, None), ("01", None, date(2024, 12, 31)), ("01", date(2026, 1, 1), None),
    ]  # fmt: skip
    assert named.values[1].basis == Basis(document="A", provision="B")


def load_list(text: str, **changed: str) -> Pack:
    files = {name: content.encode() for name, content in FILES.items()}
    return load_pack_files(
        files
        | {"lists/codes.yaml": text.encode()}
        | {f"{name}/bids.yaml": content.encode() for name, content in changed.items()}
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("name: codes", "name: code", "pack.file_name", 1),
        ("  - A\n", "  - A\n  - A\n", "pack.listed_twice", 5),
        ("from: 2026-01-01", "from: 2024-12-31", "pack.listed_twice", 6),
        ("to: 2024-12-31", "to: soon", "pack.not_a_date", 5),
        ("{value: 01, from: 2026-01-01}", "{value: 01, since: 2026-01-01}", "pack.unknown_key", 6),
        ("  - A\n", "  - [A]\n", "pack.not_a_text", 4),
        ("from: 2026-01-01", "from: 2026-01-02, to: 2026-01-01", "pack.dates_backwards", 6),
        (LIST[LIST.index("values"):], "values: []", "pack.empty_list", 3),
    ],
)  # fmt: skip
def test_a_list_is_refused_where_it_is_wrong(old, new, code, line):
    with pytest.raises(PackError) as caught:
        load_list(changed(LIST, old, new))

    facts = caught.value.facts
    assert (caught.value.code, facts["file"], facts["line"]) == (code, "lists/codes.yaml", line)


def test_a_rule_may_ask_a_list_and_a_misspelt_one_is_refused_with_the_right_one():
    asked = changed(RULES, "must: value >= min_value", "must: code IN LIST codes")
    assert load_list(LIST, rules=asked).rules[0].check["must"] == "code IN LIST codes"

    with pytest.raises(PackError) as caught:
        load_list(LIST, rules=asked.replace("LIST codes", "LIST cods"))
    error = caught.value
    assert (error.code, error.facts["near"]) == ("formula.unknown_list", "codes")
    assert (error.facts["at"], error.facts["line"]) == (5, 17)


def test_the_digest_covers_lists_and_names_of_files():
    files = {name: text.encode() for name, text in FILES.items()}
    renamed = {"rules/other.yaml" if n.startswith("rules") else n: b for n, b in files.items()}
    digests = {
        load_pack_files(some).digest
        for some in (files, renamed, files | {"lists/codes.yaml": LIST.encode()})
    }

    assert len(digests) == 3


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


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


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


@pytest.mark.parametrize(
    "path",
    [
        "rules/bids.yml",
        "rule/bids.yaml",
        "rules/a/b.yaml",
        "../pack.yaml",
        "rules/../x.yaml",
        "x.py",
    ],
)
def test_a_file_the_pack_has_no_place_for_is_refused(path):
    files = {name: text.encode() for name, text in FILES.items()} | {path: b"a: b\n"}

    with pytest.raises(PackError) as error:
        load_pack_files(files)

    assert (error.value.code, error.value.facts["file"]) == ("pack.unknown_file", path)


def test_a_folder_with_a_stray_file_or_a_link_is_refused(tmp_path):
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    with pytest.raises(PackError) as stray:
        pack_files(tmp_path)
    (tmp_path / "rules.yaml").unlink()
    (tmp_path / "parameters.yaml").symlink_to("/etc/passwd")
    with pytest.raises(PackError) as link:
        pack_files(tmp_path)

    assert stray.value.code == "pack.unknown_file"
    assert link.value.code == "pack.not_a_file"


def test_a_folder_without_a_pack_is_refused(tmp_path):
    with pytest.raises(PackError) as error:
        load_pack(tmp_path)

    assert error.value.code == "pack.missing"


def test_too_many_files_are_refused():
    files = {"pack.yaml": PACK.encode()} | {f"lists/l{n}.yaml": b"- a\n" for n in range(200)}

    with pytest.raises(PackError) as error:
        load_pack_files(files)

    assert error.value.code == "pack.too_many_files"


def test_bytes_that_are_no_utf_8_are_refused():
    files = {name: text.encode() for name, text in FILES.items()} | {"pack.yaml": b"code: \xff"}

    with pytest.raises(PackError) as error:
        load_pack_files(files)

    assert error.value.code == "pack.not_utf8"


def test_decomposed_letters_are_made_whole():
    pack = load(pack=PACK.replace("Mẫu", "Mâ\u0303u"))

    assert pack.title.vi == "Mẫu"
