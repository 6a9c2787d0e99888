"""What every function and operator means, in both languages, with examples."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from rules.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One function.

    Attributes:
        names: What it is called, other names behind the first.
        form: How it is written.
        examples: Formulas and what they give: language-neutral text, None where it is not known.
    """

    names: tuple[str, ...]
    form: str
    meaning: Text
    examples: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Functions that belong together."""

    title: Text
    entries: tuple[Entry, ...]


@lru_cache(maxsize=1)
def manual() -> tuple[Group, ...]:
    """The manual, in the order people read it; `manual.yaml` beside this file is its text."""
    path = Path(__file__).with_name("manual.yaml")
    groups = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        Group(
            title=Text(vi=group["group"]["vi"], en=group["group"]["en"]),
            entries=tuple(_entry(one) for one in group["functions"]),
        )
        for group in groups
    )


def _entry(one: Mapping[str, object]) -> Entry:
    names, examples = one["names"], one["examples"]
    assert isinstance(names, list)  # noqa: S101 - our own file
    assert isinstance(examples, dict)  # noqa: S101 - our own file
    return Entry(
        names=tuple(names),
        form=str(one["form"]),
        meaning=Text(vi=str(one["vi"]), en=str(one["en"])),
        examples=examples,
    )
