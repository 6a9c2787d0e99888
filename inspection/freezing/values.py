"""What is frozen."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Final, Self
from uuid import UUID

from pydantic import TypeAdapter

from inspection.documents.values import conclusion as doc
from inspection.violations import ViolationFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What the issuer enters at approval."""

    number: int
    symbol: str
    signed_on: date
    issuer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexSource:
    """Where the annex lines of one finding come from: a frozen selection of a stored run."""

    finding: str
    violations_sha256: str
    filter: dict[str, str]
    excluded_keys: tuple[str, ...]
    keys_sha256: str
    count: int
    currency: str

    @property
    def selection(self) -> ViolationFilter:
        """The conditions of the selection."""
        return ViolationFilter.from_dict(self.filter)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenConclusion:
    """The document, the sources of its annex, and the names of the files they cite."""

    document: doc.ConclusionDocument
    annex: tuple[AnnexSource, ...]
    file_names: dict[str, str]

    @property
    def text(self) -> str:
        """Canonical JSON: sorted keys, no white space."""
        plain = _ADAPTER.dump_python(self, mode="json")
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """The digest of `text`."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a frozen conclusion back."""
        return _ADAPTER.validate_json(text)  # type: ignore[return-value]  # Self is this class


_ADAPTER: Final = TypeAdapter(FrozenConclusion)
