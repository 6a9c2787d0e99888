"""A file that comes in parts: each checked before it counts, the whole checked before it is kept.

What has been acknowledged is for the caller to remember; the bytes are in the store before this
says so.
"""

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from evidence.digest import Digest
from evidence.errors import (
    EvidenceTooLargeError,
    IncompleteEvidenceError,
    PartAlteredError,
    WholeAlteredError,
)
from evidence.media import HEAD_BYTES, media_type_of
from evidence.storage import Part, Storage

if TYPE_CHECKING:
    from hashlib import _Hash

REMEMBERED: Final = 10_000


class Algorithm(StrEnum):
    """How a part may be checked: SHA-256, CRC-32, and SHA-1 because the tus extension demands it.

    The last two find accidents of the line, not forgery; the whole is always checked by SHA-256.
    CRC-32 (ISO/IEC 3309, four bytes, big-endian) costs a quarter of what the others do.
    """

    SHA256 = "sha256"
    SHA1 = "sha1"
    CRC32 = "crc32"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """What the sender says of one part."""

    algorithm: Algorithm
    value: bytes

    @classmethod
    def of(cls, content: bytes, algorithm: Algorithm) -> "Checksum":
        """What an honest sender says."""
        hasher = _hasher_of(algorithm)
        hasher.update(content)
        return cls(algorithm=algorithm, value=hasher.digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One part that is about to come.

    Attributes:
        upload: The store's own name of the upload.
        number: From 1.
        offset: How many bytes were acknowledged before.
        size_bytes: Exactly so many must come.
    """

    incoming: UUID
    upload: str
    number: int
    offset: int
    size_bytes: int
    checksum: Checksum


class RunningHashes:
    """SHA-256 of uploads as far as they have come; forgotten at a restart, and then read again.

    One instance serves many threads.  An upload that went on elsewhere is at another offset than
    remembered here: then nothing is known of it.
    """

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._lock = Lock()
        self._known: OrderedDict[UUID, tuple[int, _Hash]] = OrderedDict()
        self._remembered = remembered

    def find(self, incoming: UUID, offset: int) -> "_Hash | None":
        """A copy of the running hash of the first `offset` bytes, if it is known."""
        if offset == 0:
            return hashlib.sha256()
        with self._lock:
            at, hasher = self._known.get(incoming, (-1, None))
            return hasher.copy() if hasher is not None and at == offset else None

    def note(self, incoming: UUID, offset: int, hasher: "_Hash | None") -> None:
        """Remember, or forget where nothing is known."""
        with self._lock:
            self._known.pop(incoming, None)
            if hasher is not None:
                self._known[incoming] = (offset, hasher)
            while len(self._known) > self._remembered:
                self._known.popitem(last=False)


def receive_part(
    storage: Storage, hashes: RunningHashes, *, coming: Coming, chunks: Iterable[bytes]
) -> Part:
    """Take one part into the store; the caller holds the upload, and acknowledges after.

    Raises:
        PartAlteredError: The bytes do not match the checksum.
        IncompleteEvidenceError: Not the size that was due; the sender broke off.
        EvidenceTooLargeError: More than was due.
        EvidenceNotFoundError: What was acknowledged before is lost.
    """
    running = hashes.find(coming.incoming, coming.offset)
    tag = storage.write_part(
        coming.incoming,
        coming.upload,
        offset=coming.offset,
        chunks=_checked(chunks, coming, running),
    )
    hashes.note(coming.incoming, coming.offset + coming.size_bytes, running)
    return Part(number=coming.number, tag=tag)


def check_whole(
    storage: Storage,
    hashes: RunningHashes,
    *,
    incoming: UUID,
    upload: str,
    parts: Sequence[Part],
    size_bytes: int,
    declared: Digest,
) -> str:
    """Join the parts and compare the whole with what was declared; the answer is its media type.

    Raises:
        WholeAlteredError: The bytes are not those declared; they stay, for the caller to discard.
        EvidenceNotFoundError: What was acknowledged is lost.
    """
    vouched = storage.join_parts(incoming, upload, parts=parts, size_bytes=size_bytes)
    running = hashes.find(incoming, size_bytes) if vouched else None
    found = running.hexdigest() if running else _hash_again(storage, incoming)
    if found != declared.hex:
        raise WholeAlteredError("evidence.whole_altered", expected=declared.hex, found=found)
    head = storage.stream_incoming(incoming, limit_bytes=HEAD_BYTES)
    return media_type_of(b"".join(head))


def _checked(chunks: Iterable[bytes], coming: Coming, running: "_Hash | None") -> Iterator[bytes]:
    own, size = _hasher_of(coming.checksum.algorithm), 0
    for chunk in chunks:
        size += len(chunk)
        if size > coming.size_bytes:
            raise EvidenceTooLargeError("evidence.too_large", limit_bytes=coming.size_bytes)
        own.update(chunk)
        if running is not None:
            running.update(chunk)
        yield chunk
    if size != coming.size_bytes:
        raise IncompleteEvidenceError(
            "evidence.incomplete", expected_bytes=coming.size_bytes, received_bytes=size
        )
    if not compare_digest(own.digest(), coming.checksum.value):
        raise PartAlteredError("evidence.part_altered", number=coming.number)


class _Hasher(Protocol):
    def update(self, content: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


class _Crc32:
    def __init__(self) -> None:
        self._sum = 0

    def update(self, content: bytes, /) -> None:
        self._sum = zlib.crc32(content, self._sum)

    def digest(self) -> bytes:
        return self._sum.to_bytes(4, "big")


def _hasher_of(algorithm: Algorithm) -> _Hasher:
    return _Crc32() if algorithm is Algorithm.CRC32 else hashlib.new(algorithm)


def _hash_again(storage: Storage, incoming: UUID) -> str:
    hasher = hashlib.sha256()
    for chunk in storage.stream_incoming(incoming):
        hasher.update(chunk)
    return hasher.hexdigest()
