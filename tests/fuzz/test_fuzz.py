"""A short fuzzing run of every target, and proof that the runner sees what goes wrong."""

from pathlib import Path
from random import Random

import pytest

from tests.fuzz import running
from tests.fuzz.__main__ import main
from tests.fuzz.child import TARGETS, outcome_of


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_nothing_crashes_hangs_or_grows_without_bound(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["--only", name, "--minutes", "0.06", "--limit", "60", "--into", str(tmp_path)])
    assert (code, capsys.readouterr().err) == (0, "")
    assert sorted(tmp_path.iterdir()) == []


def test_a_seed_gives_the_same_example_in_any_process() -> None:
    here = TARGETS["formulas"].make(Random("formulas:7"))  # noqa: S311 - to be repeated
    assert running.made("formulas", 7) == here


def test_a_crash_is_told_with_its_trace() -> None:
    told = outcome_of("packs", b"no JSON at all")
    assert told["answer"] == "crash"
    assert "JSONDecodeError" in str(told["crash"])


def test_a_refusal_is_an_answer() -> None:
    assert outcome_of("formulas", b"a ==")["answer"] == "formula.operator"


def test_a_hang_becomes_a_finding_with_its_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No example can answer in no time at all, so the first counts as a hang.
    monkeypatch.setattr(running, "START_SECONDS", 0)
    outcome = running.fuzz("packs", seconds=0.1, first=3, limit_seconds=0, into=tmp_path)
    assert outcome.answers == {"hang": 1}
    (found,) = outcome.findings
    assert found.name == "packs-3-hang.input"
    assert found.read_bytes() == running.made("packs", 3)
    assert found.with_suffix(".txt").read_text() == "no answer in 0 seconds"


def test_a_death_becomes_a_finding(tmp_path: Path) -> None:
    # The child cannot write where a folder stands, and dies of it.
    (tmp_path / "packs.current").mkdir()
    outcome = running.fuzz("packs", seconds=0.1, first=3, limit_seconds=60, into=tmp_path)
    assert outcome.answers == {"death": 1}
    (found,) = outcome.findings
    assert found.name == "packs-3-death.input"
    assert "IsADirectoryError" in found.with_suffix(".txt").read_text()
