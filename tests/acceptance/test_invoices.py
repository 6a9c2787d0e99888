"""Published invoice fragments: each holds or breaks the rule it was made for, as published."""

import json
from collections import Counter
from pathlib import Path

import pytest

from rules.evaluation import Tally, judge
from rules.pack_loading import load_pack
from rules.reading import read_file
from rules.table import open_table
from tests.acceptance.running import AS_OF, PACKS, sha256_of
from tests.rules.packs.through_the_doors import only

TABLES = {"BR-CO-10": ("lines", "invoices"), "BR-CO-13": ("invoices",)}


@pytest.fixture(scope="module")
def published(acceptance: Path) -> dict[str, object]:
    """What the publisher says of every fragment."""
    return json.loads((acceptance / "invoices" / "expected.json").read_text(encoding="utf-8"))


def judge_fragment(rule: str, source: Path, into: Path) -> Tally:
    """Read one fragment as the tables its rule needs, and judge it by that rule alone."""
    pack = only(load_pack(PACKS / "invoices"), rule)
    tables = {}
    for name in TABLES[rule]:
        folder = into / name
        folder.mkdir(parents=True)
        contract = pack.contracts[name]
        read_file(source, digest=sha256_of(source), contract=contract, into=folder)
        tables[name] = open_table(contract, [folder / "rows.parquet"])
    (tally,) = judge(pack, tables, as_of=AS_OF, into=into)
    return tally


def test_every_fragment_holds_or_breaks_its_rule_as_published(
    acceptance: Path, published: dict, tmp_path: Path
) -> None:
    judged, counts = {}, {rule: Counter() for rule in TABLES}
    for number, case in enumerate(published["cases"]):
        source = acceptance / "invoices" / case["file"]
        tally = judge_fragment(case["rule"], source, tmp_path / f"{number}")
        assert (tally.population, tally.error_code) == (1, None)
        verdicts = {"holds": tally.met, "violated": tally.violated}
        (judged[case["file"]],) = [name for name, count in verdicts.items() if count]
        counts[case["rule"]][judged[case["file"]]] += 1
    assert judged == {case["file"]: case["expected"] for case in published["cases"]}
    assert {rule: dict(some) for rule, some in counts.items()} == published["counts"]


def test_every_fragment_of_the_folder_is_judged(acceptance: Path, published: dict) -> None:
    folder = acceptance / "invoices"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.xml")}
    assert files == {case["file"] for case in published["cases"]}
