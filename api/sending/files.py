"""What is said of a file before it is sent."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A file, and the digest by which it is known again."""

    path: Path
    name: str
    size_bytes: int
    sha256: str
    modified_ms: int


def describe(path: Path, told: Callable[[int], None] = lambda _: None) -> Described:
    """Read a file once; `told` hears after each piece how many bytes were read."""
    hasher, size = hashlib.sha256(), 0
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_READ_BYTES):
            hasher.update(piece)
            size += len(piece)
            told(size)
    return Described(
        path=path,
        name=path.name,
        size_bytes=size,
        sha256=hasher.hexdigest(),
        modified_ms=path.stat().st_mtime_ns // 1_000_000,
    )
