"""What can be wrong with a bag, and what a look at one found."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class BagFault(StrEnum):
    """One kind of defect; its sentence is in the catalogue under `bag.<fault>`."""

    NO_DECLARATION = "no_declaration"
    BAD_DECLARATION = "bad_declaration"
    BYTE_ORDER_MARK = "byte_order_mark"
    UNKNOWN_VERSION = "unknown_version"
    UNKNOWN_ENCODING = "unknown_encoding"
    NO_PAYLOAD = "no_payload"
    NO_MANIFEST = "no_manifest"
    UNKNOWN_ALGORITHM = "unknown_algorithm"
    UNREADABLE_TEXT = "unreadable_text"
    BAD_LINE = "bad_line"
    LISTED_TWICE = "listed_twice"
    PATH_ESCAPES = "path_escapes"
    PATH_COLLIDES = "path_collides"
    NOT_A_FILE = "not_a_file"
    MISSING = "missing"
    NOT_FETCHED = "not_fetched"
    NOT_LISTED = "not_listed"
    ALTERED = "altered"
    WRONG_TOTAL = "wrong_total"
    UNREADABLE_FILE = "unreadable_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class BagProblem:
    """One defect of a bag.

    Attributes:
        path: The file concerned, relative to the bag, as the bag writes it.
        expected: What the bag says of it, where that is a plain value.
        found: What is there.
    """

    fault: BagFault
    path: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadFile:
    """One payload file as it lies there: its own SHA-256, whatever the manifests use."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BagReport:
    """What a look at a bag found; it is valid where `problems` is empty.

    Attributes:
        version: As declared; empty where the declaration cannot be read.
        payload: By path relative to the bag (`data/…`).
        info: Label and value of `bag-info.txt`, in its order; labels may repeat.
        unlisted_tags: Files beside the payload that no tag manifest names: allowed, yet unproven.
    """

    version: str
    problems: tuple[BagProblem, ...]
    payload: Mapping[str, PayloadFile]
    info: tuple[tuple[str, str], ...]
    unlisted_tags: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        """Complete, and every file as its manifests say (RFC 8493 section 3)."""
        return not self.problems
