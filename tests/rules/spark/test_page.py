"""The page says of every kind what has to be brought together, and says it right."""

import re
from pathlib import Path

from rules.checks import KINDS
from rules.checks.sets import SetCheck
from tests.rules.kinds.kind_fixtures import FIXTURES, read_kind
from tests.rules.kinds.test_parts import compiled_of

PAGE = Path("docs/howto/spark.md")


def test_the_page_says_which_kind_needs_which_shuffle() -> None:
    lines = re.findall(
        r"^\| `([a-z][a-z-]*)` \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    told = {kind: set(words.split(" or ")) for kind, words in lines}

    assert told == {path.stem: shuffles(path) for path in FIXTURES.glob("*.yaml")}
    assert told.keys() == KINDS.keys()


def shuffles(file: Path) -> set[str]:
    fixture = read_kind(file)
    return {shuffle(compiled_of(fixture, rule.code).check) for rule in fixture.pack.rules}


def shuffle(check: object) -> str:
    if not isinstance(check, SetCheck):
        return "none"
    return ("one task", "its key", "the keys of both tables")[min(len(check.meet), 2)]
