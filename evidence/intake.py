"""Taking a file in: count, hash, keep; reading it is another matter, and may fail another time."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import uuid4

from evidence.digest import Digest
from evidence.errors import EmptyEvidenceError, EvidenceTooLargeError, IncompleteEvidenceError
from evidence.media import HEAD_BYTES, media_type_of
from evidence.storage import Storage

NAME_CHARACTERS = 200
_SUFFIX_CHARACTERS = 20
_NAMELESS = "unnamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file as it was received; `media_type` is what its first bytes look like."""

    digest: Digest
    size_bytes: int
    media_type: str


def receive(
    storage: Storage,
    *,
    chunks: Iterable[bytes],
    limit_bytes: int,
    announced_bytes: int | None = None,
) -> Item:
    """Stream a file into the store and keep it under its digest.

    Open no transaction around this: receive, then record.  A refused file leaves nothing; a stream
    that breaks, or a crash, leaves at most an incoming object for the sweep.

    Args:
        storage: Where the bytes go.
        chunks: The bytes; what this iterator raises passes through.
        limit_bytes: The largest size accepted.
        announced_bytes: The size the sender declared, where it did.

    Raises:
        EmptyEvidenceError: Not a single byte.
        EvidenceTooLargeError: More than `limit_bytes`; raised as soon as it is known.
        IncompleteEvidenceError: Not the announced size.
        EvidenceAlteredError, StorageUnavailableError: See `Storage.keep`.
    """
    # Never a name the sender chose: two attempts under one name would mix their bytes.  It shows in
    # no result, so it need not be reproducible.
    incoming = uuid4()
    gate = _Gate(chunks, limit_bytes)
    try:
        gate.admit(announced_bytes or 0)
        received = storage.write_incoming(incoming, gate)
        _refuse_partial(received.size_bytes, announced_bytes)
    except (EmptyEvidenceError, EvidenceTooLargeError, IncompleteEvidenceError):
        storage.discard(incoming)
        raise
    storage.keep(incoming, received.digest)
    return Item(
        digest=received.digest,
        size_bytes=received.size_bytes,
        media_type=media_type_of(bytes(gate.head)),
    )


def clean_name(raw: str) -> str:
    """Make a file name safe to show: one line of NFC, no path, at most 200 characters, not empty.

    Control characters and the invisible ones that turn the direction of writing are dropped, since
    they can make `gpj.exe` read as a picture.  For display alone: no path is ever made of it.
    """
    last = raw.replace("\\", "/").rstrip("/").rpartition("/")[2]
    visible = "".join(_shown(letter) for letter in unicodedata.normalize("NFC", last))
    # Again, because a mark may now stand beside its letter.
    name = unicodedata.normalize("NFC", " ".join(visible.split())).strip(". ")
    return _shortened(name) or _NAMELESS


class _Gate:
    """Lets chunks through, counts them, keeps the head."""

    def __init__(self, chunks: Iterable[bytes], limit_bytes: int) -> None:
        self._chunks = chunks
        self._limit_bytes = limit_bytes
        self.head = bytearray()

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._chunks:
            size += len(chunk)
            self.admit(size)
            self.head += chunk[: HEAD_BYTES - len(self.head)]
            yield chunk

    def admit(self, size_bytes: int) -> None:
        if size_bytes > self._limit_bytes:
            raise EvidenceTooLargeError("evidence.too_large", limit_bytes=self._limit_bytes)


def _refuse_partial(received_bytes: int, announced_bytes: int | None) -> None:
    if announced_bytes is not None and received_bytes != announced_bytes:
        raise IncompleteEvidenceError(
            "evidence.incomplete", expected_bytes=announced_bytes, received_bytes=received_bytes
        )
    if received_bytes == 0:
        raise EmptyEvidenceError("evidence.empty")


def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if category.startswith("Z") or letter in "\t\r\n":
        return " "
    return "" if category.startswith("C") else letter


def _shortened(name: str) -> str:
    if len(name) <= NAME_CHARACTERS:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > _SUFFIX_CHARACTERS:
        return name[:NAME_CHARACTERS].rstrip(". ")
    return stem[: NAME_CHARACTERS - len(dot + suffix)].rstrip(". ") + dot + suffix
