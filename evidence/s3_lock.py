"""Object lock as S3 has it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BytesIO
from uuid import uuid4

from minio import Minio
from minio import retention as sdk
from minio.error import S3Error

from evidence.digest import Digest
from evidence.errors import (
    EvidenceNotFoundError,
    LockUnavailableError,
    RetainedError,
    StorageConfigurationError,
)
from evidence.locking import LockGap, ObjectLock, Retention
from evidence.s3_names import Names, passage_of
from evidence.s3_versions import Versions, is_no_answer

Reporting = Callable[[], AbstractContextManager[None]]


class S3Lock(ObjectLock):
    """Object lock as S3 has it, on the version that was kept first."""

    def __init__(
        self,
        client: Minio,
        bucket: str,
        versions: Versions,
        names: Names,
        reporting: Reporting,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._versions = versions
        self._names = names
        self._reporting = reporting
        self._is_enforced = True

    @property
    def gap(self) -> LockGap | None:
        """See `ObjectLock.gap`."""
        with self._reporting():
            return self._versions.gap or (None if self._is_enforced else LockGap.NOT_ENFORCED)

    def refuse_default(self) -> None:
        """Refuse a bucket that locks every object as it comes, refused and half-sent ones too.

        Raises:
            StorageConfigurationError: It does.
        """
        with self._reporting():
            if self._versions.gap is not None:
                return
            if self._client.get_object_lock_config(self._bucket).mode is not None:
                raise StorageConfigurationError(
                    "evidence.storage_default_lock", setting="bucket", bucket=self._bucket
                )

    def refuse_versions_alone(self) -> None:
        """Refuse a bucket with versions and without lock: erasing would only hide what lies there.

        Raises:
            StorageConfigurationError: It is one.
        """
        with self._reporting():
            if self._versions.gap is None:
                return
            try:
                status = self._client.get_bucket_versioning(self._bucket).status
            except S3Error as error:  # no right to ask, or a store that does not know the question
                if is_no_answer(error):
                    raise
                return
        if status not in {None, "", "Off"}:
            raise StorageConfigurationError(
                "evidence.storage_versions", setting="bucket", bucket=self._bucket
            )

    def probe(self) -> None:
        """See `ObjectLock.probe`; a hold is tried, which can be lifted again."""
        with self._reporting():
            if self._versions.gap is None:
                self._is_enforced = self._try_hold(passage_of(uuid4()))

    def retain(self, digest: Digest, retention: Retention) -> None:
        """See `ObjectLock.retain`."""
        wanted = sdk.Retention(retention.mode.value.upper(), retention.until)
        with self._on(digest) as (key, version):
            present = self._versions.find_retention(key, version)
            if present is None or present.until < retention.until:
                self._client.set_object_retention(self._bucket, key, wanted, version)

    def find_retention(self, digest: Digest) -> Retention | None:
        """See `ObjectLock.find_retention`."""
        with self._on(digest) as (key, version):
            return self._versions.find_retention(key, version)

    def place_hold(self, digest: Digest) -> None:
        """See `ObjectLock.place_hold`."""
        with self._on(digest) as (key, version):
            self._client.enable_object_legal_hold(self._bucket, key, version)

    def lift_hold(self, digest: Digest) -> None:
        """See `ObjectLock.lift_hold`."""
        with self._on(digest) as (key, version):
            self._client.disable_object_legal_hold(self._bucket, key, version)

    def is_held(self, digest: Digest) -> bool:
        """See `ObjectLock.is_held`."""
        with self._on(digest) as (key, version):
            return self._versions.is_held(key, version)

    @contextmanager
    def _on(self, digest: Digest) -> Iterator[tuple[str, str | None]]:
        gap = self.gap
        if gap is not None:
            raise LockUnavailableError("evidence.no_lock", gap=gap)
        with self._reporting():
            kept = self._names.find(digest)
            if kept is None:
                raise EvidenceNotFoundError("evidence.not_found", digest=digest.hex)
            if not kept.is_marked:
                # Somebody took the mark away: without it the end of a hold would be its own.
                self._names.mark(kept.key)
            yield kept.key, kept.version

    def _try_hold(self, key: str) -> bool:
        made = self._client.put_object(self._bucket, key, BytesIO(b"probe"), 5)
        try:
            self._client.enable_object_legal_hold(self._bucket, key, made.version_id)
        except S3Error:
            self._versions.remove(key)
            return False
        # Reading asks these two: without the right, it must not come to that.
        self._versions.find_retention(key, made.version_id)
        self._versions.is_held(key, made.version_id)
        try:
            self._versions.remove(key)
        except RetainedError:
            self._client.disable_object_legal_hold(self._bucket, key, made.version_id)
            self._versions.remove(key)
            return True
        return False
