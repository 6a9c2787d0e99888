"""Where the bytes lie: an object store addressed by digest.

Bytes arrive under a name of passage, are hashed on the way, and only then are kept under their
digest.  Who sent them is not the store's business: the same bytes sent
twice, by whomever, give the same answers in the same time.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable
from uuid import UUID, uuid4

from evidence.digest import Digest, is_digest
from evidence.errors import EvidenceAlteredError
from evidence.locking import ObjectLock

CHUNK_BYTES = 1 << 20  # what is read at a time; no file is ever in memory whole
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What arrived under a name of passage."""

    digest: Digest
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of an upload, as the store knows it: `tag` is its own word, empty in a folder."""

    number: int
    tag: str


@runtime_checkable
class Storage(Protocol):
    """What the rest of the platform may ask of an object store.

    Every method may raise `StorageUnavailableError`.  One instance serves many threads; a child
    process makes its own.
    """

    def probe(self) -> None:
        """Prepare the store at the start of the program, and try every right it needs.

        Raises:
            StorageConfigurationError: A setting cannot work; the facts name it.
        """
        ...

    @property
    def lock(self) -> ObjectLock:
        """The locks of this store, or why it has none."""
        ...

    def list_kept(self) -> Iterator[Digest]:
        """Every object that is kept, in the order of the digests."""
        ...

    def write_incoming(self, incoming: UUID, chunks: Iterable[bytes]) -> Received:
        """Stream bytes to a name of passage, hashing on the way, in memory that does not grow.

        An earlier attempt under the same name is replaced.  What `chunks` raises passes through
        unchanged, and leaves at most an incoming object for the sweep.
        """
        ...

    def begin_parts(self, incoming: UUID, declared: Digest) -> str:
        """Prepare to receive the parts of a file that is declared to have this digest.

        The answer is the store's own name of the upload.
        """
        ...

    def hold(self, incoming: UUID) -> AbstractContextManager[None]:
        """Keep other writers from an upload, wherever they run, until its part is acknowledged.

        A store whose parts are whole or absent need not do anything.

        Raises:
            EvidenceBusyError: Somebody else holds it.
            EvidenceNotFoundError: Nothing was begun under this name, or it is lost.
        """
        ...

    def write_part(
        self, incoming: UUID, upload: str, *, offset: int, chunks: Iterable[bytes]
    ) -> str:
        """Write one part so that it survives a crash; the answer is its tag.

        What lies at or behind `offset` is replaced: only acknowledged parts count.  What `chunks`
        raises, at its end too, passes through unchanged, and the part is as if never sent.

        Args:
            incoming: The name of passage.
            upload: What `begin_parts` answered.
            offset: How many bytes were acknowledged before.
            chunks: The bytes.

        Raises:
            EvidenceNotFoundError: Acknowledged bytes are no longer there.
        """
        ...

    def join_parts(
        self, incoming: UUID, upload: str, *, parts: Sequence[Part], size_bytes: int
    ) -> bool:
        """Make one object of passage of all parts; doing it again changes nothing.

        The answer says whether the store vouches that it is made of these parts as they were
        acknowledged; where it does not, the bytes must be read again.

        Raises:
            EvidenceNotFoundError: Acknowledged bytes are no longer there.
        """
        ...

    def stream_incoming(self, incoming: UUID, *, limit_bytes: int | None = None) -> Iterator[bytes]:
        """Yield what arrived under a name of passage, or its beginning, unverified.

        Raises:
            EvidenceNotFoundError: (at the first byte) Nothing is there.
        """
        ...

    def keep(self, incoming: UUID, digest: Digest) -> None:
        """Keep what arrived under its digest; doing it again changes nothing.

        A kept object is never overwritten: if it is there already the incoming one is dropped.

        Raises:
            EvidenceNotFoundError: Nothing arrived under this name, and nothing is kept.
            EvidenceAlteredError: What is kept has another size; the incoming object stays.
        """
        ...

    def discard(self, incoming: UUID) -> None:
        """Drop what arrived under a name of passage, if anything did."""
        ...

    def list_incoming(self, older_than: datetime) -> list[UUID]:
        """What arrived before that time and was never kept, finished or not, parts included.

        A store may date an unfinished upload by its first byte: leave the longest upload its time.
        """
        ...

    def erase(self, digest: Digest) -> None:
        """Delete a kept object for good, older versions included; none there is as good.

        Raises:
            RetainedError: A lock forbids it.
        """
        ...

    def exists(self, digest: Digest) -> bool:
        """Whether an object lies under the digest; says nothing about its bytes."""
        ...

    def size_bytes(self, digest: Digest) -> int:
        """The size of the stored object.

        Raises:
            EvidenceNotFoundError: No object lies under that digest.
        """
        ...

    def _stream(self, digest: Digest) -> Iterator[bytes]:
        """Yield the stored bytes as they lie, unverified."""
        ...

    def put(self, content: bytes) -> Digest:
        """Keep something small that is in memory already: a manifest, a PDF."""
        return self._keep_stream([content])

    def put_file(self, path: Path) -> Digest:
        """Keep a file of our own making, streamed."""
        with path.open("rb") as file:
            return self._keep_stream(iter(lambda: file.read(CHUNK_BYTES), b""))

    def open(self, digest: Digest) -> Iterator[bytes]:
        """Stream an object, verifying it on the way.

        An object that is missing is refused before the first byte.  Alteration shows only at the
        end, as the last thing the iterator does: whoever forwards bytes must break off then.

        Raises:
            EvidenceNotFoundError: No object lies under that digest.
            EvidenceAlteredError: (at the end of the iteration) The bytes are not those received.
        """
        self.size_bytes(digest)
        return _verified(self._stream(digest), digest)

    def read(self, digest: Digest) -> bytes:
        """Read a small object whole; nothing is returned unless it is intact.

        Raises:
            EvidenceNotFoundError, EvidenceAlteredError: See `open`.
        """
        return b"".join(self.open(digest))

    def fetch(self, digest: Digest, into: Path) -> None:
        """Copy an object to a local file, which appears only when verified.

        Raises:
            EvidenceNotFoundError, EvidenceAlteredError: See `open`.
        """
        partial = into.with_name(f"{into.name}.{uuid4()}.part")
        try:
            with partial.open("xb") as file:
                file.writelines(self.open(digest))
            partial.replace(into)
        finally:
            partial.unlink(missing_ok=True)

    def _keep_stream(self, chunks: Iterable[bytes]) -> Digest:
        # A name of passage never shows in a result, so it need not be reproducible.
        incoming = uuid4()
        received = self.write_incoming(incoming, chunks)
        self.keep(incoming, received.digest)
        return received.digest


def incoming_among(names: Iterable[str]) -> list[UUID]:
    """Pick the names of passage, in order; whatever else lies there is not ours to sweep."""
    return sorted(UUID(name) for name in names if _UUID.fullmatch(name))


def kept_among(names: Iterable[str]) -> Iterator[Digest]:
    """Pick the digests, in the order given; whatever else lies there was not kept by us."""
    for name in names:
        if is_digest(name):
            yield Digest(name)


def _verified(chunks: Iterator[bytes], digest: Digest) -> Iterator[bytes]:
    # The last chunk is held back until the whole is verified: whoever counts the bytes of a
    # download sees that an altered one broke off.
    hasher, held = hashlib.sha256(), b""
    for chunk in chunks:
        hasher.update(chunk)
        if held:
            yield held
        held = chunk
    found = hasher.hexdigest()
    if found != digest.hex:
        raise EvidenceAlteredError("evidence.altered", expected=digest.hex, found=found)
    if held:
        yield held
