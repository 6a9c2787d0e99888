"""The facts of a journal entry in words: labels, words for codes, dates as people write them.

What the catalogue does not know is shown as it is kept: an entry of the past is never left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from api.language import Translator

# Every name of a fact the operations write; `fact.<name>` is its label.
FACTS: Final = (
    *("state", "files", "size_bytes", "units", "count", "first", "number", "as_of", "due_at"),
    *("rule", "pack", "engine", "outcome", "expected", "found", "sha256", "pack_digest"),
    *("keys_sha256", "frozen_sha256", "pdf_sha256", "statement_sha256", "tagmanifest_sha256"),
    *("violations_sha256", "facts_sha256", "finding_sha256", "answer_sha256"),
    *("by", "replaces", "copied_from", "answer_id", "destruction_id"),
)
# Counted things are grouped in threes; the number of a paper or a version is a name.
_COUNTED: Final = frozenset({"files", "units", "count"})
_CODES: Final = frozenset(
    {"expected", "found", "by", "replaces", "copied_from", "answer_id", "destruction_id"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFact:
    """One fact; `is_code` where it is to be compared letter by letter, not read."""

    label: str
    text: str
    is_code: bool


def tell_facts(t: Translator, event: str, facts: Mapping[str, object]) -> tuple[ToldFact, ...]:
    """Say the facts of one entry; empty ones are left out."""
    subject = event.partition(".")[0]
    return tuple(_told(t, subject, facts))


def _told(t: Translator, subject: str, facts: Mapping[str, object]) -> Iterator[ToldFact]:
    if "from" in facts and "to" in facts:
        steps = (_word(t, f"state.{subject}", facts[end]) for end in ("from", "to"))
        yield ToldFact(label=t("fact.state"), text=" → ".join(steps), is_code=False)
    for name, value in _ordered(facts):
        if name in {"from", "to"} or value in ("", None):
            continue
        label = t(f"fact.{name}") if t.knows(f"fact.{name}") else name
        is_code = name in _CODES or name.endswith(("sha256", "digest"))
        yield ToldFact(label=label, text=_text(t, name, value), is_code=is_code)


def _ordered(facts: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    places = {name: place for place, name in enumerate(FACTS)}
    return sorted(facts.items(), key=lambda one: (places.get(one[0], len(FACTS)), one[0]))


def _text(t: Translator, name: str, value: object) -> str:
    if name == "state":
        return _word(t, "screening.state", value)
    if name == "outcome":
        return _word(t, "store.outcome", value)
    if name == "size_bytes" and isinstance(value, int):
        return t.formats.size(value)
    if name in _COUNTED and isinstance(value, int):
        return t.formats.number(value)
    return _date(t, str(value)) if name in {"as_of", "due_at"} else str(value)


def _word(t: Translator, family: str, value: object) -> str:
    code = f"{family}.{value}"
    return t(code) if t.knows(code) else str(value)


def _date(t: Translator, text: str) -> str:
    try:
        return t.formats.day(date.fromisoformat(text))
    except ValueError:
        pass
    try:
        return t.formats.moment(datetime.fromisoformat(text))
    except ValueError:
        return text
