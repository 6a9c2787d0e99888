"""The engine and the oracle agree on every dossier of the demonstration, for ten seeds."""

import json
from pathlib import Path

import pytest

from rules.generators.dossiers import DEMONSTRATION, generate
from rules.pack_loading import load_pack
from tests.rules.oracle import Expected, expected_verdicts
from tests.rules.packs.through_the_doors import Outcome, judge_bytes, only

PACK = Path("rules/packs/one-stop")
CALENDAR = PACK / "calendars" / "state-sector.yaml"
CODES = tuple(f"TT{number:02d}" for number in range(1, 9))


@pytest.mark.parametrize("seed", range(10))
def test_every_verdict_equals_the_oracles(seed: int, tmp_path: Path) -> None:
    pack = only(load_pack(PACK), *CODES)
    for number, (organization, dossiers) in enumerate(DEMONSTRATION):
        made = generate(seed, organization, dossiers)
        files = {"dossiers": made.dossiers_csv(), "notices": made.notices_csv()}

        outcome = judge_bytes(pack, files, tmp_path / str(number))

        judged = {code: _judged(outcome, code) for code in CODES}
        assert judged == expected_verdicts(files["dossiers"], files["notices"], CALENDAR)


def test_the_made_up_dossiers_reach_every_verdict_of_every_rule() -> None:
    organization, dossiers = DEMONSTRATION[2]
    made = generate(0, organization, dossiers)
    expected = expected_verdicts(made.dossiers_csv(), made.notices_csv(), CALENDAR)
    reached = {
        code: (e.met > 0, e.not_applicable > 0, e.violated != set(), e.undetermined != set())
        for code, e in expected.items()
    }
    assert reached == dict.fromkeys(CODES, (True, True, True, True))


def _judged(outcome: Outcome, code: str) -> Expected:
    tally = outcome.tallies[code]
    assert tally.error_code is None
    return Expected(
        met=tally.met,
        not_applicable=tally.not_applicable,
        violated=_units(outcome, code, "violated"),
        undetermined=_units(outcome, code, "undetermined"),
    )


def _units(outcome: Outcome, code: str, verdict: str) -> frozenset[int | str]:
    """Rows by number; groups by their key, or by their row where the key is incomplete."""
    lines = outcome.of(code, verdict).select("unit", "row", "values").rows()
    return frozenset(
        (json.loads(values)["ma_hs"] or row) if unit == "group" else row
        for unit, row, values in lines
    )
