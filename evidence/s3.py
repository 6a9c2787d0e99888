"""A store behind the S3 protocol, through the minio SDK; no server's extras are used."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import BinaryIO, cast
from uuid import UUID, uuid4, uuid5

from minio import Minio
from minio.commonconfig import CopySource
from minio.error import S3Error
from minio.helpers import check_bucket_name
from urllib3 import PoolManager, Retry, Timeout

from evidence.digest import Digest
from evidence.errors import (
    EvidenceAlteredError,
    EvidenceBusyError,
    EvidenceNotFoundError,
    StorageUnavailableError,
)
from evidence.hashing import HashingReader
from evidence.locking import ObjectLock
from evidence.multipart import Multipart
from evidence.s3_errors import INCOMING, UNREACHABLE, S3Errors
from evidence.s3_versions import S3Lock, Versions
from evidence.storage import (
    CHUNK_BYTES,
    Part,
    Received,
    Storage,
    incoming_among,
    kept_among,
)

PART_BYTES = 16 << 20  # one part is in memory at a time; 10,000 parts make 156 GiB
_KEPT = "sha256/"


class S3Storage(Storage):
    """Evidence as objects in one bucket, which must exist.

    The client may be shared by threads, not by a process and its forks.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        region: str,
        secure: bool,
    ) -> None:
        self._errors = S3Errors({"endpoint": endpoint, "bucket": bucket, "region": region})
        self._bucket = bucket
        for setting, value in (
            ("access_key", access_key),
            ("secret_key", secret_key),
            ("region", region),
            ("endpoint", endpoint),
        ):
            if not value:
                raise self._errors.wrong(setting, f"evidence.storage_{setting}")
        try:
            check_bucket_name(bucket, strict=True)
        except ValueError as error:
            raise self._errors.wrong("bucket", "evidence.storage_bucket") from error
        try:
            self._client = Minio(
                endpoint,
                access_key=access_key,
                secret_key=secret_key,
                region=region,  # without it every kind of answer costs a request for the region
                secure=secure,
                http_client=_pool(),
            )
        except ValueError as error:
            raise self._errors.wrong("endpoint", "evidence.storage_endpoint", error) from error
        self._versions = Versions(self._client, bucket)
        self._object_lock = S3Lock(self._client, bucket, self._versions, self._errors.reporting)
        self._multipart = Multipart(self._client, bucket)
        self._lock, self._held = Lock(), set[UUID]()

    @property
    def lock(self) -> ObjectLock:
        """See `Storage.lock`."""
        return self._object_lock

    def list_kept(self) -> Iterator[Digest]:
        """See `Storage.list_kept`; an object under a delete marker is none that is kept."""
        with self._errors.reporting():
            found = self._client.list_objects(self._bucket, prefix=_KEPT, recursive=True)
            names = (str(one.object_name).rpartition("/")[2] for one in found)
            yield from kept_among(names)

    def probe(self) -> None:
        """See `Storage.probe`; writes, copies, lists and removes one small object."""
        incoming = uuid4()
        try:
            # First, because some servers make a missing bucket at the first write.
            self.list_incoming(datetime.min.replace(tzinfo=UTC))
            self._object_lock.refuse_default()
            self.write_incoming(incoming, [b"probe"])
            self._copy_aside(incoming)
            self.discard(incoming)
            self._object_lock.probe()
        except StorageUnavailableError as error:
            if error.code != UNREACHABLE:
                raise
            # At the start nothing ever answered there, so the setting is what to look at.
            raise self._errors.wrong(
                "endpoint", "evidence.storage_endpoint", error.__cause__
            ) from error

    def write_incoming(self, incoming: UUID, chunks: Iterable[bytes]) -> Received:
        """See `Storage.write_incoming`."""
        reader = HashingReader(chunks)
        with self._errors.reporting():
            self._client.put_object(
                self._bucket,
                _passage(incoming),
                # The SDK asks for a file, and uses its `read` alone.
                cast("BinaryIO", reader),
                length=-1,
                part_size=PART_BYTES,
                num_parallel_uploads=1,
            )
        return Received(digest=reader.digest, size_bytes=reader.size_bytes)

    def begin_parts(self, incoming: UUID) -> str:
        """See `Storage.begin_parts`."""
        with self._errors.reporting():
            return self._multipart.begin(_passage(incoming))

    @contextmanager
    def hold(self, incoming: UUID) -> Iterator[None]:
        """See `Storage.hold`; of other programs on this bucket, `join_parts` finds the traces."""
        with self._lock:
            if incoming in self._held:
                raise EvidenceBusyError("evidence.busy")
            self._held.add(incoming)
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(incoming)

    def write_part(
        self,
        incoming: UUID,
        upload: str,
        *,
        number: int,
        offset: int,  # noqa: ARG002 - the number says it
        chunks: Iterable[bytes],
    ) -> str:
        """See `Storage.write_part`; the part is in memory whole."""
        content = b"".join(chunks)
        with self._errors.reporting():
            return self._multipart.send(_passage(incoming), upload, number=number, content=content)

    def join_parts(
        self, incoming: UUID, upload: str, *, parts: Sequence[Part], size_bytes: int
    ) -> bool:
        """See `Storage.join_parts`; some servers join a part that replaced the acknowledged one."""
        name = _passage(incoming)
        try:
            with self._errors.reporting():
                return self._multipart.join(name, upload, parts)
        except EvidenceNotFoundError:
            # Joined before, or lost: what lies there tells.
            if self._size(name) != size_bytes:
                raise
            return False

    def stream_incoming(self, incoming: UUID) -> Iterator[bytes]:
        """See `Storage.stream_incoming`."""
        return self._pieces(_passage(incoming))

    def keep(self, incoming: UUID, digest: Digest) -> None:
        """See `Storage.keep`."""
        try:
            self._move(incoming, digest)
        except EvidenceNotFoundError:
            # Nothing there: it was kept before, perhaps a moment ago by another thread.
            if not self.exists(digest):
                raise EvidenceNotFoundError("evidence.not_found", digest=digest.hex) from None

    def discard(self, incoming: UUID) -> None:
        """See `Storage.discard`; parts of an upload that broke off are dropped, too."""
        name = _passage(incoming)
        self._remove(name)
        with self._errors.reporting():
            self._multipart.drop(name)

    def list_incoming(self, older_than: datetime) -> list[UUID]:
        """See `Storage.list_incoming`; of unfinished uploads at most 1,000 at a time."""
        with self._errors.reporting():
            finished = self._client.list_objects(self._bucket, prefix=INCOMING, recursive=True)
            dated = [(o.object_name, o.last_modified) for o in finished]
            dated += self._multipart.unfinished(INCOMING)
        old = {name for name, at in dated if name and at and at < older_than}
        return incoming_among(name.removeprefix(INCOMING) for name in old)

    def erase(self, digest: Digest) -> None:
        """See `Storage.erase`."""
        self._remove(digest.key)

    def exists(self, digest: Digest) -> bool:
        """See `Storage.exists`."""
        return self._size(digest.key) is not None

    def size_bytes(self, digest: Digest) -> int:
        """See `Storage.size_bytes`."""
        size = self._size(digest.key)
        if size is None:
            raise EvidenceNotFoundError("evidence.not_found", digest=digest.hex)
        return size

    def _stream(self, digest: Digest) -> Iterator[bytes]:
        return self._pieces(digest.key)

    def _pieces(self, key: str) -> Iterator[bytes]:
        with self._errors.reporting():
            response = self._client.get_object(self._bucket, key, version_id=self._version(key))
        try:
            while True:
                with self._errors.reporting():
                    chunk = response.read(CHUNK_BYTES)
                if not chunk:
                    return
                yield chunk
        finally:
            response.close()
            response.release_conn()

    def _size(self, key: str) -> int | None:
        with self._errors.reporting():
            try:
                version = self._version(key)
                return self._client.stat_object(self._bucket, key, version_id=version).size
            except S3Error as error:
                if error.code != "NoSuchKey":
                    raise
                return None

    def _move(self, incoming: UUID, digest: Digest) -> None:
        arrived, kept = self._size(_passage(incoming)), self._size(digest.key)
        if kept is None:
            self._copy(_passage(incoming), digest.key)
            kept = self._size(digest.key)
        else:
            # The copy is not needed: without it, the answer would come sooner to whoever sends what
            # another has sent already.
            self._copy_aside(incoming)
        if kept != arrived:
            raise EvidenceAlteredError(
                "evidence.altered_size", digest=digest.hex, expected_bytes=arrived, found_bytes=kept
            )
        self._remove(_passage(incoming))

    def _copy(self, source: str, target: str) -> None:
        # The server copies; above 5 GiB, where S3 allows no single copy, the SDK composes parts.
        with self._errors.reporting():
            self._client.copy_object(self._bucket, target, CopySource(self._bucket, source))

    def _copy_aside(self, incoming: UUID) -> None:
        # A UUID again, so that the sweep finds what a crash leaves here.
        aside = _passage(uuid5(incoming, "aside"))
        self._copy(_passage(incoming), aside)
        self._remove(aside)

    def _version(self, key: str) -> str | None:
        # What is still arriving may be replaced; what is kept is what was kept first.
        return self._versions.first(key) if key.startswith(_KEPT) else None

    def _remove(self, key: str) -> None:
        with self._errors.reporting():
            self._versions.remove(key)


def _passage(incoming: UUID) -> str:
    return f"{INCOMING}{incoming}"


def _pool() -> PoolManager:
    # Certificates are checked against the system's authorities.  A server's error after the last
    # try is returned, not raised, so that its own code reaches the caller.
    return PoolManager(
        maxsize=32,
        timeout=Timeout(connect=5, read=300),
        retries=Retry(
            total=3,
            backoff_factor=0.2,
            status_forcelist=[500, 502, 503, 504],
            raise_on_status=False,
        ),
    )
