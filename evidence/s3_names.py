"""Where things lie in a bucket, and which of them are kept.

`incoming/<uuid>` is what comes without being declared; it is copied to its digest when it is whole.

What is declared before it comes is written where it is to stay, `sha256/<two>/<digest>.<uuid>`,
so that the store need not write it twice.  A note `arriving/<uuid>` says that nobody has compared
it with its digest yet; without its note it is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from threading import Lock
from typing import Final
from uuid import UUID

from minio import Minio
from minio.error import S3Error

from evidence.digest import Digest
from evidence.s3_versions import Versions
from evidence.storage import incoming_among, kept_among

KEPT: Final = "sha256/"
INCOMING: Final = "incoming/"
_NOTES: Final = "arriving/"
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """An object; `version` is None where the bucket has no versions."""

    key: str
    version: str | None
    size_bytes: int


def passage_of(incoming: UUID) -> str:
    """Where bytes come that nobody has declared."""
    return f"{INCOMING}{incoming}"


def arrival_of(digest: Digest, incoming: UUID) -> str:
    """Where declared bytes come, and stay."""
    return f"{digest.key}.{incoming}"


class Names:
    """What lies in one bucket; errors are the SDK's."""

    def __init__(self, client: Minio, bucket: str, versions: Versions) -> None:
        self._client = client
        self._bucket = bucket
        self._versions = versions
        self._lock, self._settled = Lock(), set[UUID]()

    def find(self, digest: Digest) -> Lying | None:
        """What was kept first under a digest."""
        return next(self.find_all(digest), None)

    def find_all(self, digest: Digest) -> Iterator[Lying]:
        """All that is kept under a digest, the oldest first: several where they came at once."""
        return (one for one in self._lying(digest.key) if self._is_kept(one))

    def find_beside(self, digest: Digest, key: str) -> tuple[Lying | None, Lying | None]:
        """What lies under a key, kept or not, and what else was kept first under its digest."""
        found = list(self._lying(digest.key))
        own = next((one for one in found if one.key == key), None)
        return own, next((one for one in found if one != own and self._is_kept(one)), None)

    def at(self, key: str) -> Lying | None:
        """What lies there, kept or not."""
        return next((one for one in self._lying(key) if one.key == key), None)

    def list_kept(self) -> Iterator[Digest]:
        """Every digest something is kept under, in order."""
        arriving = {name.removeprefix(_NOTES) for name, _ in self.list_notes()}
        found = self._client.list_objects(self._bucket, prefix=KEPT, recursive=True)
        names = (str(one.object_name).rpartition("/")[2].partition(".") for one in found)
        last = None
        for digest in kept_among(name for name, _, at in names if at not in arriving):
            if digest != last:
                yield digest
            last = digest

    def note(self, incoming: UUID, digest: Digest) -> None:
        """Say that something is coming that is declared to have this digest."""
        content = digest.hex.encode()
        self._client.put_object(self._bucket, _note_of(incoming), BytesIO(content), len(content))

    def noted(self, incoming: UUID) -> Digest | None:
        """What is declared of something on its way; None where it is not, or not any more."""
        try:
            response = self._client.get_object(self._bucket, _note_of(incoming))
        except S3Error as error:
            if error.code != "NoSuchKey":
                raise
            return None
        try:
            return Digest(response.read().decode())
        finally:
            response.close()
            response.release_conn()

    def forget(self, incoming: UUID) -> None:
        """Drop the note: what lies there is kept from now on, or is gone."""
        self._versions.remove(_note_of(incoming))

    def list_notes(self) -> Iterator[tuple[str, datetime | None]]:
        """The notes of everything on its way, and since when it is."""
        found = self._client.list_objects(self._bucket, prefix=_NOTES, recursive=True)
        return ((str(one.object_name), one.last_modified) for one in found)

    def _lying(self, prefix: str) -> Iterator[Lying]:
        for one in self._versions.list_first(prefix):
            yield Lying(key=str(one.object_name), version=one.version_id, size_bytes=one.size or 0)

    def _is_kept(self, one: Lying) -> bool:
        """Without a note; or locked, which only what is kept ever is: then the note is forged."""
        names = incoming_among([one.key.rpartition("/")[2].partition(".")[2]])
        if not names:
            return "." not in one.key
        [incoming] = names
        with self._lock:
            if incoming in self._settled:
                return True
        if self._has_note(incoming) and not self._versions.is_locked(one.key, one.version):
            return False
        with self._lock:
            if len(self._settled) >= _REMEMBERED:
                self._settled.clear()
            self._settled.add(incoming)
        return True

    def _has_note(self, incoming: UUID) -> bool:
        try:
            self._client.stat_object(self._bucket, _note_of(incoming))
        except S3Error as error:
            if error.code != "NoSuchKey":
                raise
            return False
        return True


def _note_of(incoming: UUID) -> str:
    return f"{_NOTES}{incoming}"
