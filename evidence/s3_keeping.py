"""From arrived to kept, in a bucket."""

from threading import Lock
from typing import Final
from uuid import UUID, uuid5

from minio import Minio
from minio.commonconfig import CopySource
from minio.error import S3Error

from evidence.digest import Digest
from evidence.errors import EvidenceAlteredError, EvidenceNotFoundError
from evidence.multipart import Multipart
from evidence.s3_names import Lying, Names, arrival_of, passage_of
from evidence.s3_versions import Versions

_LOCKS: Final = 64  # those who wait for each other needlessly are few


class Keeping:
    """Keeps under its digest what has arrived; errors are the SDK's but where they are told."""

    def __init__(
        self,
        client: Minio,
        bucket: str,
        *,
        versions: Versions,
        names: Names,
        multipart: Multipart,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._versions = versions
        self._names = names
        self._multipart = multipart
        self._locks = tuple(Lock() for _ in range(_LOCKS))

    def keep(self, incoming: UUID, digest: Digest) -> None:
        """What was declared stays where it is, the rest is copied; see `Storage.keep`."""
        with self._alone(incoming):
            if self._names.noted(incoming):
                self._settle(incoming, digest)
                return
        self._move(incoming, digest)

    def discard(self, incoming: UUID) -> None:
        """Drop what arrived and its parts; what has been kept is out of reach."""
        with self._alone(incoming):
            declared = self._names.noted(incoming)
            key = arrival_of(declared, incoming) if declared else passage_of(incoming)
            self._multipart.drop(key)
            self._versions.remove(key)
            # The note last: a crash before leaves what the sweep finds.
            self._names.forget(incoming)

    def _alone(self, incoming: UUID) -> Lock:
        # What is being dropped must not become what others' bytes are compared with.
        return self._locks[incoming.int % _LOCKS]

    def _settle(self, incoming: UUID, digest: Digest) -> None:
        """Of the same bytes that came twice the first are kept, which may be locked."""
        own, kept = self._names.find_beside(digest, arrival_of(digest, incoming))
        _refuse_unlike(digest, _bytes_of(own), _bytes_of(kept))
        # Where nothing else is kept nothing is removed.  Without this, the answer would come sooner
        # to whoever sends what nobody has sent before.
        self._versions.remove(passage_of(incoming) if own is None or kept is None else own.key)
        self._names.forget(incoming)

    def _move(self, incoming: UUID, digest: Digest) -> None:
        passage = passage_of(incoming)
        arrived, kept = self._size(passage), self._names.find(digest)
        _refuse_unlike(digest, arrived, _bytes_of(kept))
        if arrived is None:  # it was kept before
            return
        if kept is None:
            self._copy(passage, digest.key)
            kept = self._names.find(digest)
            _refuse_unlike(digest, arrived, _bytes_of(kept))
        else:
            # The copy is not needed: without it, the answer would come sooner to whoever sends what
            # another has sent already.
            self.copy_aside(incoming)
        self._versions.remove(passage)

    def copy_aside(self, incoming: UUID) -> None:
        """Make a copy that is not needed, and drop it."""
        # A UUID again, so that the sweep finds what a crash leaves here.
        aside = passage_of(uuid5(incoming, "aside"))
        self._copy(passage_of(incoming), aside)
        self._versions.remove(aside)

    def _size(self, key: str) -> int | None:
        try:
            return self._client.stat_object(self._bucket, key).size
        except S3Error as error:
            if error.code != "NoSuchKey":
                raise
            return None

    def _copy(self, source: str, target: str) -> None:
        # The server copies; above 5 GiB, where S3 allows no single copy, the SDK composes parts.
        self._client.copy_object(self._bucket, target, CopySource(self._bucket, source))


def _bytes_of(there: Lying | None) -> int | None:
    return None if there is None else there.size_bytes


def _refuse_unlike(digest: Digest, arrived: int | None, kept: int | None) -> None:
    if arrived is None and kept is None:
        raise EvidenceNotFoundError("evidence.not_found", digest=digest.hex)
    if arrived is not None and kept is not None and arrived != kept:
        raise EvidenceAlteredError(
            "evidence.altered_size", digest=digest.hex, expected_bytes=arrived, found_bytes=kept
        )
