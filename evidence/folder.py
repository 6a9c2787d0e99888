"""A store in a local folder: the embedded default, which needs no server."""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid4

from evidence.digest import Digest
from evidence.errors import (
    EvidenceAlteredError,
    EvidenceBusyError,
    EvidenceNotFoundError,
    StorageConfigurationError,
    StorageUnavailableError,
)
from evidence.locking import LockGap, NoLock, ObjectLock
from evidence.storage import CHUNK_BYTES, Part, Received, Storage, incoming_among, kept_among

_READ_ONLY = 0o440


class FolderStorage(Storage):
    """Evidence as read-only files under one folder.

    Only `probe` makes folders: a volume that vanishes while the program runs is an error, not a
    fresh store on the wrong disk.  Paths are made of UUIDs and digests, never of given names.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def probe(self) -> None:
        """See `Storage.probe`; also lays out the folders."""
        first, second = uuid4(), uuid4()
        try:
            self._lay_out()
            with self._path(first).open("xb"):
                os.link(self._path(first), self._path(second))
            self._path(first).unlink()
            self._path(second).unlink()
        except OSError as error:
            raise StorageConfigurationError(
                "evidence.storage_folder",
                setting="folder",
                folder=str(self._root),
                reason=_reason(error),
            ) from error

    @property
    def lock(self) -> ObjectLock:
        """See `Storage.lock`; whoever can write to a folder can delete in it."""
        return NoLock(LockGap.FOLDER)

    def list_kept(self) -> Iterator[Digest]:
        """See `Storage.list_kept`."""
        for prefix in range(256):
            with _reporting():
                folder = self._root / "sha256" / f"{prefix:02x}"
                names = sorted(path.name for path in folder.iterdir())
            yield from kept_among(names)

    def write_incoming(self, incoming: UUID, chunks: Iterable[bytes]) -> Received:
        """See `Storage.write_incoming`; the bytes are on the disk when this returns."""
        path, hasher, size = self._path(incoming), hashlib.sha256(), 0
        with _reporting():
            # Never truncate: after a crash in `keep` this name may be a second one of a kept file.
            path.unlink(missing_ok=True)
            file = path.open("xb", buffering=0)
        with file:
            for chunk in chunks:
                hasher.update(chunk)
                size += len(chunk)
                _write(file, chunk)
            with _reporting():
                os.fchmod(file.fileno(), _READ_ONLY)
                os.fsync(file.fileno())
        return Received(digest=Digest(hasher.hexdigest()), size_bytes=size)

    def begin_parts(self, incoming: UUID, declared: Digest) -> str:  # noqa: ARG002 - `keep` tells
        """See `Storage.begin_parts`; parts lie one behind the other in one file."""
        path = self._path(incoming)
        with _reporting():
            path.unlink(missing_ok=True)
            path.open("xb").close()
            _sync(path.parent)
        return ""

    @contextmanager
    def hold(self, incoming: UUID) -> Iterator[None]:
        """See `Storage.hold`; the lock dies with its process."""
        with _reporting():
            file = self._open_incoming(incoming, "rb")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise EvidenceBusyError("evidence.busy") from error
            yield

    def write_part(
        self,
        incoming: UUID,
        upload: str,  # noqa: ARG002 - a folder needs no name of its own
        *,
        offset: int,
        chunks: Iterable[bytes],
    ) -> str:
        """See `Storage.write_part`; the bytes are on the disk when this returns."""
        with _reporting():
            file = self._open_incoming(incoming, "r+b")
        with file:
            with _reporting():
                _require_bytes(file, offset)
                file.truncate(offset)
                file.seek(offset)
            for chunk in chunks:
                _write(file, chunk)
            with _reporting():
                os.fsync(file.fileno())
        return ""

    def join_parts(
        self,
        incoming: UUID,
        upload: str,  # noqa: ARG002 - as in `write_part`
        *,
        parts: Sequence[Part],  # noqa: ARG002 - they lie in order already
        size_bytes: int,
    ) -> bool:
        """See `Storage.join_parts`."""
        with _reporting():
            file = self._open_incoming(incoming, "rb")
        with file, _reporting():
            _require_bytes(file, size_bytes)
            if os.fstat(file.fileno()).st_size != size_bytes:
                os.truncate(self._path(incoming), size_bytes)
            os.fchmod(file.fileno(), _READ_ONLY)
        return True

    def stream_incoming(self, incoming: UUID, *, limit_bytes: int | None = None) -> Iterator[bytes]:
        """See `Storage.stream_incoming`."""
        with _reporting():
            file = self._open_incoming(incoming, "rb")
        if limit_bytes is None:
            yield from _pieces(file)
        else:
            with file, _reporting():
                yield file.read(limit_bytes)

    def keep(self, incoming: UUID, digest: Digest) -> None:
        """See `Storage.keep`."""
        source, target = self._path(incoming), self._root / digest.key
        with _reporting():
            try:
                # Linking, unlike renaming, refuses a target that exists: of two that come at once
                # with the same bytes, one is kept and the other dropped.
                os.link(source, target)
            except FileExistsError:
                _refuse_another_size(digest, arrived=_size(source), kept=_size(target))
            except FileNotFoundError:
                if not target.exists():
                    raise EvidenceNotFoundError("evidence.not_found", digest=digest.hex) from None
            _sync(target.parent)
            source.unlink(missing_ok=True)

    def discard(self, incoming: UUID) -> None:
        """See `Storage.discard`."""
        with _reporting():
            self._path(incoming).unlink(missing_ok=True)

    def list_incoming(self, older_than: datetime) -> list[UUID]:
        """See `Storage.list_incoming`; a file is dated by its last byte."""
        with _reporting(), os.scandir(self._root / "incoming") as entries:
            return incoming_among(e.name for e in entries if _changed_before(e, older_than))

    def erase(self, digest: Digest) -> None:
        """See `Storage.erase`."""
        path = self._root / digest.key
        with _reporting():
            path.unlink(missing_ok=True)
            _sync(path.parent)

    def exists(self, digest: Digest) -> bool:
        """See `Storage.exists`."""
        with _reporting():
            return (self._root / digest.key).exists()

    def size_bytes(self, digest: Digest) -> int:
        """See `Storage.size_bytes`."""
        with _reporting():
            size = _size(self._root / digest.key)
        if size is None:
            raise EvidenceNotFoundError("evidence.not_found", digest=digest.hex)
        return size

    def _stream(self, digest: Digest) -> Iterator[bytes]:
        with _reporting():
            file = (self._root / digest.key).open("rb", buffering=0)
        yield from _pieces(file)

    def _path(self, incoming: UUID) -> Path:
        return self._root / "incoming" / str(incoming)

    def _open_incoming(self, incoming: UUID, mode: Literal["rb", "r+b"]) -> FileIO:
        try:
            return self._path(incoming).open(mode, buffering=0)
        except FileNotFoundError:
            raise EvidenceNotFoundError("evidence.upload_lost") from None

    def _lay_out(self) -> None:
        # All 256 folders at once: keeping a file then never makes one, and syncs only one.
        for folder in ("incoming", *(f"sha256/{prefix:02x}" for prefix in range(256))):
            (self._root / folder).mkdir(mode=0o750, parents=True, exist_ok=True)
        _sync(self._root / "sha256")
        _sync(self._root)


def _pieces(file: FileIO) -> Iterator[bytes]:
    with file:
        while True:
            with _reporting():
                chunk = file.read(CHUNK_BYTES)
            if not chunk:
                return
            yield chunk


def _write(file: FileIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    with _reporting():
        while rest:
            rest = rest[file.write(rest) :]


def _require_bytes(file: FileIO, size_bytes: int) -> None:
    # A file that grew shorter has lost what was acknowledged: a hole of zeros must not replace it.
    if os.fstat(file.fileno()).st_size < size_bytes:
        raise EvidenceNotFoundError("evidence.upload_lost")


def _refuse_another_size(digest: Digest, *, arrived: int | None, kept: int | None) -> None:
    # `None`: another thread has kept this very arrival meanwhile, and it is gone.
    if arrived is not None and arrived != kept:
        raise EvidenceAlteredError(
            "evidence.altered_size", digest=digest.hex, expected_bytes=arrived, found_bytes=kept
        )


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _changed_before(entry: os.DirEntry[str], limit: datetime) -> bool:
    try:
        return entry.stat().st_mtime < limit.timestamp()
    except FileNotFoundError:  # kept or discarded while we look
        return False


def _sync(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _reporting() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageUnavailableError(
            "evidence.storage_unavailable", reason=_reason(error)
        ) from error


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
