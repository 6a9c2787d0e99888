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
        """Drop what arrived and its parts; what has been kept stays."""
        with self._alone(incoming):
            declared = self._names.noted(incoming)
            if declared is None:
                self._multipart.drop(passage_of(incoming))
                self._versions.remove(passage_of(incoming), lifting=True)
            elif not self._is_kept(declared, incoming):
                self._drop(arrival_of(declared, incoming))
            # The note last: a crash before leaves what the sweep finds.
            self._names.forget(incoming)

    def _alone(self, incoming: UUID) -> Lock:
        # What is compared, and marked then, must not be dropped in between.
        return self._locks[incoming.int % _LOCKS]

    def _is_kept(self, digest: Digest, incoming: UUID) -> bool:
        key = arrival_of(digest, incoming)
        return any(one.key == key for one in self._names.find_all(digest))

    def _drop(self, key: str) -> None:
        self._multipart.drop(key)
        self._versions.remove(key)

    def _settle(self, incoming: UUID, digest: Digest) -> None:
        """Of the same bytes that came twice the first are kept, which may be locked."""
        own, kept = self._names.find_beside(digest, arrival_of(digest, incoming))
        _refuse_unlike(digest, own, kept)
        if own is not None and own.key not in {one.key for one in kept}:
            # As many questions either way: the time must not tell whether others sent the same.
            if kept:
                self._versions.remove(own.key)
            else:
                self._versions.first(own.key)
                self._names.mark(own.key)
        self._names.forget(incoming)

    def _move(self, incoming: UUID, digest: Digest) -> None:
        passage = passage_of(incoming)
        arrived, kept = self._arrived(passage), self._names.find_marked(digest)
        _refuse_unlike(digest, arrived, kept)
        if arrived is None:  # it was kept before
            return
        if kept:
            # The copy is not needed: without it, the answer would come sooner to whoever sends what
            # another has sent already.
            self.copy_aside(incoming)
        else:
            self._copy(passage, digest.key)
            self._versions.first(digest.key)
            _refuse_unlike(digest, arrived, self._names.find_marked(digest))
        self._versions.remove(passage)

    def copy_aside(self, incoming: UUID) -> None:
        """Make a copy that is not needed, and drop it."""
        # A UUID again, so that the sweep finds what a crash leaves here.
        aside = passage_of(uuid5(incoming, "aside"))
        self._copy(passage_of(incoming), aside)
        self._versions.remove(aside)

    def _arrived(self, passage: str) -> Lying | None:
        # The latest attempt under this name, where there are versions.
        try:
            found = self._client.stat_object(self._bucket, passage)
        except S3Error as error:
            if error.code != "NoSuchKey":
                raise
            return None
        return Lying(key=passage, version=None, size_bytes=found.size or 0)

    def _copy(self, source: str, target: str) -> None:
        # The server copies; above 5 GiB, where S3 allows no single copy, the SDK composes parts.
        self._client.copy_object(self._bucket, target, CopySource(self._bucket, source))


def _refuse_unlike(digest: Digest, arrived: Lying | None, kept: list[Lying]) -> None:
    if arrived is None and not kept:
        raise EvidenceNotFoundError("evidence.not_found", digest=digest.hex)
    if arrived is not None and kept and arrived.size_bytes != kept[0].size_bytes:
        raise EvidenceAlteredError(
            "evidence.altered_size",
            digest=digest.hex,
            expected_bytes=arrived.size_bytes,
            found_bytes=kept[0].size_bytes,
        )
