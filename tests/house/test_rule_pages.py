"""Every shipped rule has a unique code, a page with the fixed headings, and fixtures it shows."""

from pathlib import Path

import pytest

from rules.pack_loading import load_pack
from rules.rule import Rule
from tests.rules.packs.fixture_files import PACKS, example_of, read_fixture

HEADINGS = [
    *("## Requirement", "## Why it matters", "## How it is judged"),
    *("## Undetermined when", "## Assumptions", "## Example"),
]
SHIPPED = sorted(folder for folder in PACKS.iterdir() if (folder / "pack.yaml").exists())
RULES = [(folder, rule) for folder in SHIPPED for rule in load_pack(folder).rules]
by_rule = pytest.mark.parametrize(("pack", "rule"), [pytest.param(*r, id=r[1].code) for r in RULES])


def test_every_rule_code_is_used_once() -> None:
    codes = [rule.code for _, rule in RULES]
    assert sorted(set(codes)) == sorted(codes)


def test_every_page_and_fixture_belongs_to_a_rule() -> None:
    codes = sorted(rule.code for _, rule in RULES)
    assert sorted(page.stem for page in Path("docs/rules").glob("*.md")) == codes
    assert sorted(file.stem for file in PACKS.glob("*/fixtures/*.yaml")) == codes


@by_rule
def test_the_page_has_its_title_and_the_fixed_headings(pack: Path, rule: Rule) -> None:
    lines = _page(rule).splitlines()
    facts = f"pack `{pack.name}` · class {rule.rule_class} · unit {rule.unit}"
    assert lines[0] == f"# {rule.code} · {rule.title.en}"
    assert lines[2] == f"**{rule.title.vi}** · {facts}"
    assert [line for line in lines if line.startswith("## ")] == HEADINGS


@by_rule
def test_the_page_names_the_basis_and_whether_it_is_confirmed(pack: Path, rule: Rule) -> None:
    page = _page(rule)
    mark = "" if rule.basis.confirmed else " (to be confirmed)"
    basis = f"Basis: {rule.basis.document} — {rule.basis.provision}{mark}."
    assert [line for line in page.splitlines() if line.startswith("Basis:")] == [basis]
    assert f"pack `{pack.name}`" in page


@by_rule
def test_the_example_of_the_page_is_the_one_the_tests_run(pack: Path, rule: Rule) -> None:
    fixture = pack / "fixtures" / f"{rule.code}.yaml"
    said = f"From the fixture `{fixture.as_posix()}`, run by the tests."
    example = _page(rule).split("## Example\n")[1].strip()
    assert example == f"{said}\n\n{example_of(read_fixture(fixture))}"


@by_rule
def test_the_fixture_shows_every_verdict_the_rule_can_give(pack: Path, rule: Rule) -> None:
    cases = read_fixture(pack / "fixtures" / f"{rule.code}.yaml")
    can = {"met", "violated", "undetermined"}
    can |= {"not applicable"} if rule.applies or rule.in_force != (None, None) else set()
    assert {case.rule for case in cases} == {rule.code}
    assert {verdict for case in cases for verdict in case.expect} == can


def _page(rule: Rule) -> str:
    return (Path("docs/rules") / f"{rule.code}.md").read_text("utf-8")
