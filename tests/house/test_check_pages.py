"""Every check kind has a page with the fixed headings, whose example the tests run."""

from pathlib import Path

import pytest

from rules.checks import KINDS
from tests.rules.kinds.kind_fixtures import FIXTURES, read_kind
from tests.rules.packs.fixture_files import example_of

PAGES = Path("docs/checks")
HEADINGS = [
    *("## Requirement", "## How it is judged", "## Settings"),
    *("## Undetermined when", "## Assumptions", "## Example"),
]


def test_every_page_belongs_to_a_kind() -> None:
    assert sorted(page.stem for page in PAGES.glob("*.md")) == sorted(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_page_has_its_title_and_the_fixed_headings(kind: str) -> None:
    lines = (PAGES / f"{kind}.md").read_text("utf-8").splitlines()
    assert lines[0].startswith(f"# `{kind}` · ")
    assert [line for line in lines if line.startswith("## ")] == HEADINGS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_example_of_the_page_is_the_one_the_tests_run(kind: str) -> None:
    fixture = FIXTURES / f"{kind}.yaml"
    said = f"From the fixture `{fixture.as_posix()}`, run by the tests."
    example = (PAGES / f"{kind}.md").read_text("utf-8").split("## Example\n")[1].strip()
    assert example == f"{said}\n\n{example_of(list(read_kind(fixture).cases))}"
