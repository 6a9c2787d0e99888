"""The red flags of procurement are raised exactly where they are published, and nowhere else."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import yaml

from rules.pack import Pack
from rules.pack_loading import load_pack_files, pack_files
from tests.acceptance.judging import judged
from tests.acceptance.procurement_files import write_tables
from tests.acceptance.running import PACKS

PACK = PACKS / "procurement"
INDICATORS = ("R003", "R018", "R024", "R028", "R030", "R036")
FIXTURES = (
    "R003",
    "R003-threshold-10",
    "R003-procurement_methods-open+selective",
    "R003-procurement_method_details-x-5-y-10",
    "R018",
    "R024",
    "R028",
    "R030",
    "R036",
)
RULES, DERIVED = "rules/flags.yaml", "derived.yaml"
# What the documentation's examples are run with: no method is left out.
NOBODY = ["—"]

Flags = Mapping[str, Mapping[str, Mapping[str, float]]]


@pytest.fixture(scope="module")
def published(acceptance: Path) -> Mapping[str, object]:
    return json.loads((acceptance / "procurement" / "settings.json").read_text("utf-8"))


def variant(code: str, settings: Mapping[str, object], common: Mapping[str, object]) -> Pack:
    """The pack with the settings of one fixture written into its rules and lists."""
    files = pack_files(PACK)
    lists = {
        "excluded": common.get("exclusions.procurement_method_details", NOBODY),
        "no_price": common.get("no_price_comparison_procurement_methods", NOBODY),
        "methods": settings.get("procurement_methods", ["open"]),
    }
    for name, values in lists.items():
        said = {"name": name, "title": {"vi": "—", "en": "—"}, "values": list(values)}
        files[f"lists/{name}.yaml"] = yaml.safe_dump(said).encode()
    rules = yaml.safe_load(files[RULES])
    (rule,) = [one for one in rules if one["code"] == code]
    if code == "R003":
        rule["check"]["must"] = f"FULLDAYS(opens_at, closes_at) >= {limit(settings)}"
        if "procurement_methods" in settings:
            rule["applies"] += " AND NOT ISBLANK(method) AND method IN LIST methods"
    files[RULES] = yaml.safe_dump(rules, allow_unicode=True).encode()
    return load_pack_files(files)


def limit(settings: Mapping[str, object]) -> str:
    """The least number of days, by the details of the method where it depends on them."""
    least = str(settings.get("threshold", 15))
    for details, days in settings.get("procurement_method_details", {}).items():
        least = f"IF(NOT ISBLANK(details) AND details = '{details}', {days}, {least})"
    return least


def flags_of(code: str, lines: pl.DataFrame) -> Flags:
    """What the lines of a rule flag, as it is published: the groups are those of the indicator."""
    flags: dict[str, dict[str, dict[str, float]]] = {}

    def flag(group: str, identifier: str, value: float) -> None:
        flags.setdefault(group, {})[identifier] = {code: value}

    for line in lines.filter(pl.col("verdict") == "violated").iter_rows(named=True):
        values = json.loads(line["values"])
        measured = float(Decimal(line["found"])) if code == "R024" else 1.0
        flag("OCID", values["ocid"], measured)
        for name in ("winner", "runner_up") if code == "R024" else ("tenderer",):
            if name in values:
                flag("Tenderer", values[name], 0.0 if code == "R024" else 1.0)
    return flags


@pytest.mark.parametrize("name", FIXTURES)
def test_a_fixture_raises_its_flags_and_no_other(acceptance, published, name, tmp_path) -> None:
    folder = acceptance / "procurement" / "fixtures"
    code = name.split("-")[0]
    settings = published["fixtures"][name]["settings"]
    pack = variant(code, settings, published["common_to_all_fixtures"])
    sources = write_tables(folder / f"{name}.jsonl", tmp_path / "files")
    _, tally, lines = judged(pack, code, sources, tmp_path)
    assert (tally.error, tally.error_code) == (0, None)
    assert flags_of(code, lines) == json.loads((folder / f"{name}.expected").read_text("utf-8"))


@pytest.mark.parametrize("code", INDICATORS)
def test_an_example_raises_its_flags_and_no_other(acceptance, code, tmp_path) -> None:
    folder = acceptance / "procurement" / "docs_examples"
    sources = write_tables(folder / f"{code}.jsonl", tmp_path / "files")
    _, tally, lines = judged(variant(code, {}, {}), code, sources, tmp_path)
    assert (tally.error, tally.error_code) == (0, None)
    assert flags_of(code, lines) == json.loads((folder / f"{code}.expected").read_text("utf-8"))


@pytest.mark.parametrize("folder", ["fixtures", "docs_examples"])
def test_the_fence_is_the_published_one(acceptance, published, folder, tmp_path) -> None:
    wanted = published["indicators"]["R024"]["check_values"][f"{folder}/R024"]
    common = published["common_to_all_fixtures"] if folder == "fixtures" else {}
    sources = write_tables(acceptance / "procurement" / folder / "R024.jsonl", tmp_path / "files")
    judged(variant("R024", {}, common), "R024", sources, tmp_path)
    facts = pl.read_parquet(tmp_path / "judged" / "facts.parquet")
    found = {measure: Decimal(value) for *_, measure, value in facts.iter_rows()}
    figures = {
        "ratios": found["counted"],
        "q1": found["first_quartile"],
        "q3": found["third_quartile"],
        "lower_fence": found["least"],
    }
    assert {name: float(round(value, 4)) for name, value in figures.items()} == {
        name: wanted[name] for name in figures
    }


def test_every_file_of_the_folder_is_run(acceptance, published) -> None:
    folder = acceptance / "procurement"
    assert {path.stem for path in (folder / "fixtures").glob("*.jsonl")} == set(FIXTURES)
    assert {path.stem for path in (folder / "docs_examples").glob("*.jsonl")} == set(INDICATORS)
    assert set(published["fixtures"]) == set(FIXTURES)


def test_dates_nobody_can_read_are_undetermined(acceptance, published, tmp_path) -> None:
    source = acceptance / "procurement" / "fixtures" / "R003.jsonl"
    pack = variant("R003", {"threshold": 15}, published["common_to_all_fixtures"])
    _, tally, lines = judged(pack, "R003", write_tables(source, tmp_path / "files"), tmp_path)
    open_ = lines.filter(pl.col("verdict") == "undetermined")
    assert open_.select("unit_key", "reason").rows() == [
        ("invalid start date", "unreadable"),
        ("invalid end date", "unreadable"),
    ]
    assert tally.population == tally.met + tally.violated + tally.undetermined
