"""What could not be carried from one format into the other: listed, never dropped."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from rules.contract import Contract

OWN: Final = "thanhtra"  # the key of ours in the documents of others


class Why(StrEnum):
    """Why something could not be carried over."""

    NO_PLACE = "no_place"  # a contract has no place for it
    OTHER_MEANING = "other_meaning"  # there is a place, but not for this value
    REFUSED = "refused"  # the loader of contracts does not take it
    RULE = "rule"  # a contract does not judge; a rule of the pack can
    PACK = "pack"  # the pack says it, not its tables
    OWN_KEY = "own_key"  # kept under a key of ours, which other programs pass over
    ONE_LANGUAGE = "one_language"  # likewise, because the other format has one language


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """One thing that could not be carried over.

    Attributes:
        place: Where it stood, such as `fields.Amount`.
        key: The key there.
        value: What was said, as JSON.
    """

    place: str
    key: str
    value: str
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A contract out of another format, and what of the document it does not hold."""

    contract: Contract
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A document of another format, and what of the contract other programs will not see in it."""

    content: bytes
    left_out: tuple[LeftOut, ...]


def leave_out(place: str, key: str, value: object, why: Why) -> LeftOut:
    """Name one thing that could not be carried over."""
    return LeftOut(place=place, key=key, value=to_json(value), why=why)


def to_json(value: object) -> str:
    """Plain data as JSON on one line; exact decimals and days as texts."""
    return json.dumps(to_plain(value), ensure_ascii=False)


def to_plain(value: object) -> Any:
    """Plain data with nothing in it that JSON does not have."""
    match value:
        case Mapping():
            return {str(key): to_plain(one) for key, one in value.items()}
        case list() | tuple():
            return [to_plain(one) for one in value]
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case _:
            return value
