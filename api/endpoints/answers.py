"""Bodies and answers that several resources share."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was created."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Versioned:
    """An act on what was read as this version; on a newer one it is refused."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoned:
    """An act that must say why."""

    version: int
    reason: str
