"""What screening tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

# What a person should know before opening a file, as codes of `Notice`.
NOTICES: Final = (
    *("encrypted", "macros", "active", "external", "misnamed", "program", "unopened", "broken"),
)


class Level(StrEnum):
    """The three levels of state secrets (Luật Bảo vệ bí mật nhà nước, điều 8), lowest first."""

    CONFIDENTIAL = "confidential"  # Mật
    SECRET = "secret"  # noqa: S105 - a level: Tối mật
    TOP_SECRET = "top secret"  # noqa: S105 - as above: Tuyệt mật


class Place(StrEnum):
    """Where a mark of secrecy stands."""

    STAMP = "stamp"
    METADATA = "metadata"
    NAME = "name"
    DECLARED = "declared"


class Secrecy(StrEnum):
    """What is known of secrecy; silence is not an answer, so an unreadable file has one too."""

    NOT_MARKED = "not marked"
    MARKED = "marked"
    NOT_SCREENED = "not screened"


class Antivirus(StrEnum):
    """The five honest answers about viruses."""

    UNSCANNED = "unscanned"
    CLEAR = "clear"
    INFECTED = "infected"
    TOO_LARGE = "too large"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark of secrecy; the words around it are never told."""

    level: Level
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a person should know before opening a file.

    Attributes:
        code: One of `NOTICES`.
        facts: What the sentence needs; never contents.
    """

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What the structure of a file tells.

    Attributes:
        kind: Its media type by content.
        refusal: Why it cannot be opened within its limits; None where it can.
        notices: Each once, in the order found.
        marks: Marks of secrecy, in the order found.
        secrecy: Whether there was text to look for marks in.
    """

    kind: str
    refusal: Notice | None
    notices: tuple[Notice, ...]
    marks: tuple[Mark, ...]
    secrecy: Secrecy
