"""A case file as its verification reads it: with care, because anybody may have written it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from evidence.bag import BagReport
from evidence.bounded import read_bounded
from evidence.errors import KeyConfigurationError
from evidence.keys import KeyRing
from evidence.strict_json import read_strictly
from inspection.casefile import layout
from inspection.casefile.values import CaseFault, CaseProblem

_T = TypeVar("_T")
DATA: Final = "data/"
# Documents of ours are small; evidence is never opened here, and a forged giant fills no memory.
LARGEST_DOCUMENT: Final = 512 << 20
_SINCE_2: Final = frozenset({"destroyed"})


@dataclass(slots=True)
class Look:
    """What is known of a case file so far."""

    folder: Path
    bag: BagReport
    ring: KeyRing | None
    receipts: tuple[Path, ...] = ()  # kept outside, and brought along to be compared
    problems: list[CaseProblem] = field(default_factory=list)
    warnings: list[CaseProblem] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)

    def report(
        self, fault: CaseFault, path: str, *, expected: object = "", found: object = ""
    ) -> None:
        """Note a problem."""
        self.problems.append(
            CaseProblem(fault=fault, path=path, expected=str(expected), found=str(found))
        )

    def warn(
        self, fault: CaseFault, path: str, *, expected: object = "", found: object = ""
    ) -> None:
        """Note what is not proven."""
        self.warnings.append(
            CaseProblem(fault=fault, path=path, expected=str(expected), found=str(found))
        )

    def sha256_of(self, path: str) -> str:
        """What lies at a path of the payload; empty where nothing does."""
        found = self.bag.payload.get(DATA + path)
        return found.sha256 if found else ""


class Case:
    """`case.json`, read with care: whatever is not as we write it raises ValueError."""

    def __init__(self, document: Any) -> None:  # whatever the file holds
        if not isinstance(document, dict) or document.get("format") not in layout.FORMATS:
            raise ValueError("not of our format")
        self._document = document

    def rows(self, name: str) -> Sequence[Mapping[str, Any]]:
        """The rows under one name; what a format does not know, a file of it does not say."""
        if name in _SINCE_2 and self._document["format"] != layout.FORMAT:
            return []
        rows = self._document.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError(f"no rows: {name}")
        return rows


def list_told(case: Case) -> list[Mapping[str, Any]]:
    """Every file the case file tells of, here or not."""
    return [row for name in ("items", "withheld", "destroyed") for row in case.rows(name)]


# Anybody may have written the documents: a value of another kind than ours is no crash.
NOT_AS_WRITTEN: Final = (
    AttributeError,
    KeyConfigurationError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
)


class BadDocumentError(Exception):
    """A document beside `case.json` is not as we write it."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path)
        self.path, self.why = path, why


def read_case(look: Look) -> Case | None:
    """Read `case.json`; None, and a problem, where it cannot be read."""
    path = look.folder / DATA / layout.CASE
    if DATA + layout.CASE not in look.bag.payload:
        look.report(CaseFault.NOT_A_CASE, DATA + layout.CASE)
        return None
    try:
        return Case(read_json(path))
    except NOT_AS_WRITTEN as error:
        look.report(CaseFault.BAD_DOCUMENT, DATA + layout.CASE, found=type(error).__name__)
        return None


def read_json(path: Path) -> Any:  # whatever the file holds
    """Read a document of JSON, or raise one of `NOT_AS_WRITTEN`."""
    return read_strictly(read_bounded(path, most=LARGEST_DOCUMENT))


def parsed(look: Look, path: str, parse: Callable[[str], _T]) -> _T:
    """Parse a document of the payload.

    Raises:
        BadDocumentError: It is not there, or not as we write it.
    """
    try:
        return parse(read_text(look, path))
    except NOT_AS_WRITTEN as error:
        raise BadDocumentError(path, type(error).__name__) from error


def read_text(look: Look, path: str) -> str:
    """Read a document of the payload, or raise one of `NOT_AS_WRITTEN`."""
    if DATA + path not in look.bag.payload:
        raise ValueError(path)
    return read_bounded(look.folder / DATA / path, most=LARGEST_DOCUMENT).decode()
