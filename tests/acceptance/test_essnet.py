"""The nine rules of ESSnet on validation, in the rule language: every published verdict."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from rules.pack_loading import load_pack
from rules.rule import Unit
from tests.acceptance.judging import judged, verdicts_of

PACK = load_pack(Path("tests/acceptance/packs/essnet"))
FOLDER = Path(os.environ.get("ACCEPTANCE_DIR", "../shared/acceptance")) / "rules" / "essnet"
WORDS = {"true": "met", "false": "violated", "undecided": "undetermined"}


def published() -> list[object]:
    """One parameter for each case; a single skipped one where the data are absent."""
    file = FOLDER / "rules.json"
    if not file.is_file():
        return [pytest.param(None, None, marks=pytest.mark.skip(f"no acceptance data at {file}"))]
    rules = json.loads(file.read_text("utf-8"))["rules"]
    return [
        pytest.param(rule["id"].replace("_", "-").upper(), case, id=case["data"])
        for rule in rules
        for case in rule["cases"]
    ]


@pytest.mark.parametrize(("code", "case"), published())
def test_the_verdicts_are_the_published_ones(
    code: str, case: Mapping[str, object], tmp_path: Path
) -> None:
    (rule,) = (one for one in PACK.rules if one.code == code)
    sources = [(rule.table, FOLDER / str(case["data"]))]
    if "reference" in case:
        sources.append((rule.check["table"], FOLDER / str(case["reference"])))

    outcome, tally, lines = judged(PACK, code, sources, tmp_path)

    for file in outcome.files:
        # A short line is refused and named, never lost.
        reading = file.reading
        assert reading.rows_read + reading.rows_refused == reading.rows_in_file
    if rule.unit is Unit.TABLE:
        ends = {"met": tally.met, "violated": tally.violated, "undetermined": tally.undetermined}
        assert [verdict for verdict, count in ends.items() if count] == [
            WORDS[str(case["table_verdict"])]
        ]
    else:
        expected = [WORDS[verdict] for verdict in case["row_verdicts"]]
        assert verdicts_of(tally, lines) == expected


def test_every_rule_of_the_pack_has_a_published_case(acceptance: Path) -> None:
    rules = json.loads((acceptance / "rules/essnet/rules.json").read_text("utf-8"))["rules"]
    published_codes = [rule["id"].replace("_", "-").upper() for rule in rules]
    assert [rule.code for rule in PACK.rules] == published_codes
