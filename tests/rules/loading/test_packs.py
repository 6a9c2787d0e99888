"""A pack is what its files say, and its digest covers every byte of them."""

import hashlib
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from rules.calendar import DayStatus
from rules.pack_loading import load_pack, load_pack_files, pack_files
from rules.rule import RuleClass, Scope, Unit, Verdict
from tests.rules.loading.sample_pack import FILES, LIST, load

SHIPPED = Path(__file__).parents[3] / "rules" / "packs"


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


def test_the_digest_covers_lists_and_names_of_files():
    files = {name: text.encode() for name, text in FILES.items()}
    renamed = {"rules/other.yaml" if n.startswith("rules") else n: b for n, b in files.items()}
    digests = {
        load_pack_files(some).digest
        for some in (files, renamed, files | {"lists/codes.yaml": LIST.encode()})
    }

    assert len(digests) == 3
