"""A store behind the S3 protocol, through the minio SDK; no server's extras are used."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import BinaryIO, cast
from uuid import UUID, uuid4

from minio import Minio
from minio.helpers import check_bucket_name
from urllib3 import PoolManager, Retry, Timeout

from evidence.digest import Digest
from evidence.errors import (
    EvidenceBusyError,
    EvidenceNotFoundError,
    StorageUnavailableError,
)
from evidence.hashing import HashingReader
from evidence.locking import ObjectLock
from evidence.multipart import Multipart
from evidence.s3_errors import UNREACHABLE, S3Errors
from evidence.s3_keeping import Keeping
from evidence.s3_lock import S3Lock
from evidence.s3_names import INCOMING, Lying, Names, arrival_of, passage_of
from evidence.s3_versions import Versions
from evidence.storage import CHUNK_BYTES, Part, Received, Storage, incoming_among

PART_BYTES = 16 << 20  # one part is in memory at a time; 10,000 parts make 156 GiB


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
        self._names = Names(self._client, bucket, self._versions)
        self._multipart = Multipart(self._client, bucket)
        self._keeping = Keeping(
            self._client,
            bucket,
            versions=self._versions,
            names=self._names,
            multipart=self._multipart,
        )
        self._object_lock = S3Lock(
            self._client, bucket, self._versions, self._names, self._errors.reporting
        )
        self._lock, self._held = Lock(), set[UUID]()

    @property
    def lock(self) -> ObjectLock:
        """See `Storage.lock`."""
        return self._object_lock

    def list_kept(self) -> Iterator[Digest]:
        """See `Storage.list_kept`; an object under a delete marker is none that is kept."""
        with self._errors.reporting():
            yield from self._names.list_kept()

    def probe(self) -> None:
        """See `Storage.probe`; writes, copies, lists and removes small objects."""
        incoming = uuid4()
        try:
            # First, because some servers make a missing bucket at the first write.
            self.list_incoming(datetime.min.replace(tzinfo=UTC))
            self._object_lock.refuse_default()
            self._object_lock.refuse_versions_alone()
            self.write_incoming(incoming, [b"probe"])
            with self._errors.reporting():
                self._keeping.copy_aside(incoming)
            self.discard(incoming)
            with self._errors.reporting():
                self._names.note(incoming, Digest.of(b"probe"))
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
                passage_of(incoming),
                # The SDK asks for a file, and uses its `read` alone.
                cast("BinaryIO", reader),
                length=-1,
                part_size=PART_BYTES,
                num_parallel_uploads=1,
            )
        return Received(digest=reader.digest, size_bytes=reader.size_bytes)

    def begin_parts(self, incoming: UUID, declared: Digest) -> str:
        """See `Storage.begin_parts`; the answer is where they go, and the server's name of it."""
        key = arrival_of(declared, incoming)
        # Set since the start, it would lock what nobody has compared yet.
        self._object_lock.refuse_default()
        with self._errors.reporting():
            self._names.note(incoming, declared)
            return f"{key} {self._multipart.begin(key)}"

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
        offset: int,
        chunks: Iterable[bytes],
    ) -> str:
        """See `Storage.write_part`; the part is in memory whole."""
        key, name = _told(upload, incoming)
        with self._errors.reporting():
            return self._multipart.send(key, name, offset=offset, chunks=chunks)

    def join_parts(
        self,
        incoming: UUID,
        upload: str,
        *,
        parts: Sequence[Part],
        size_bytes: int,
    ) -> bool:
        """See `Storage.join_parts`; some servers join a part that replaced the acknowledged one."""
        key, name = _told(upload, incoming)
        try:
            with self._errors.reporting():
                vouched, version = self._multipart.join(key, name, parts)
                # Laid there before by somebody else, another version would be what is kept.
                return vouched and self._versions.first(key) in {None, version}
        except EvidenceNotFoundError:
            # Joined before, or lost: what lies there tells.
            with self._errors.reporting():
                there = self._names.at(key)
            if there is None or there.size_bytes != size_bytes:
                raise
            return False

    def stream_incoming(self, incoming: UUID, *, limit_bytes: int | None = None) -> Iterator[bytes]:
        """See `Storage.stream_incoming`."""
        with self._errors.reporting():
            declared = self._names.noted(incoming)
            key = arrival_of(declared, incoming) if declared else passage_of(incoming)
            version = self._versions.first(key) if declared else None
        try:
            yield from self._pieces(key, version, limit_bytes)
        except EvidenceNotFoundError:
            raise EvidenceNotFoundError("evidence.upload_lost") from None

    def keep(self, incoming: UUID, digest: Digest) -> None:
        """See `Storage.keep`; what was declared stays where it is."""
        try:
            with self._errors.reporting():
                self._keeping.keep(incoming, digest)
        except EvidenceNotFoundError:
            # Nothing there: it was kept before, perhaps a moment ago by another thread.
            if not self.exists(digest):
                raise EvidenceNotFoundError("evidence.not_found", digest=digest.hex) from None

    def discard(self, incoming: UUID) -> None:
        """See `Storage.discard`; parts of an upload that broke off are dropped, too."""
        with self._errors.reporting():
            self._keeping.discard(incoming)

    def list_incoming(self, older_than: datetime) -> list[UUID]:
        """See `Storage.list_incoming`; of unfinished uploads at most 1,000 at a time."""
        with self._errors.reporting():
            finished = self._client.list_objects(self._bucket, prefix=INCOMING, recursive=True)
            dated = [(o.object_name, o.last_modified) for o in finished]
            dated += [*self._names.list_notes(), *self._multipart.unfinished(INCOMING)]
        old = {name.rpartition("/")[2] for name, at in dated if name and at and at < older_than}
        return incoming_among(old)

    def erase(self, digest: Digest) -> None:
        """See `Storage.erase`."""
        with self._errors.reporting():
            self._names.erase(digest)

    def exists(self, digest: Digest) -> bool:
        """See `Storage.exists`."""
        with self._errors.reporting():
            return self._names.find(digest) is not None

    def size_bytes(self, digest: Digest) -> int:
        """See `Storage.size_bytes`."""
        return self._find(digest).size_bytes

    def _stream(self, digest: Digest) -> Iterator[bytes]:
        kept = self._find(digest)
        return self._pieces(kept.key, kept.version)

    def _find(self, digest: Digest) -> Lying:
        with self._errors.reporting():
            kept = self._names.find(digest)
        if kept is None:
            raise EvidenceNotFoundError("evidence.not_found", digest=digest.hex)
        return kept

    def _pieces(
        self, key: str, version: str | None, limit_bytes: int | None = None
    ) -> Iterator[bytes]:
        with self._errors.reporting():
            response = self._client.get_object(
                self._bucket, key, version_id=version, length=limit_bytes or 0
            )
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


def _told(upload: str, incoming: UUID) -> tuple[str, str]:
    """What `begin_parts` answered: the key, and the server's name of the upload."""
    key, _, name = upload.rpartition(" ")
    # Uploads begun by an earlier version of this program had no key of their own.
    return key or passage_of(incoming), name


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
