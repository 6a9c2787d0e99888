"""Versions and locks of one bucket.

On a bucket with object lock nothing is ever overwritten: writing makes a newer version, deleting
lays a marker on top.  What was kept first lies below, and is what counts here.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from io import BytesIO
from typing import Final
from uuid import uuid4

from minio import Minio
from minio import retention as sdk
from minio.datatypes import Object
from minio.error import S3Error

from evidence.digest import Digest
from evidence.errors import (
    EvidenceNotFoundError,
    LockUnavailableError,
    RetainedError,
    StorageConfigurationError,
)
from evidence.locking import LockGap, LockMode, ObjectLock, Retention

# What is said where an object has no retention or hold; several spellings are found.
_NOTHING_SAID: Final = {
    "NoSuchObjectLegalHold",
    "NoSuchObjectLockConfiguration",
    "ObjectLockConfigurationNotFoundError",
}
_PROBE: Final = "incoming/"
Reporting = Callable[[], AbstractContextManager[None]]


class Versions:
    """The versions of the objects of a bucket, where it has any."""

    def __init__(self, client: Minio, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    @cached_property
    def gap(self) -> LockGap | None:
        """Why the bucket has no object lock; asked once."""
        try:
            self._client.get_object_lock_config(self._bucket)
        except S3Error as error:
            # A store that does not know the question has no locks either.
            return LockGap.RIGHTS if error.code == "AccessDenied" else LockGap.BUCKET
        return None

    def first(self, key: str) -> str | None:
        """The version that was kept first; None where there are no versions, or no object."""
        if self.gap is not None:
            return None
        kept = [one for one in self._list(key) if not one.is_delete_marker]
        # Seconds may be all a server tells: of two within one, the latest is not the first.
        kept.sort(key=lambda one: (str(one.last_modified), one.is_latest == "true"))
        return kept[0].version_id if kept else None

    def remove(self, key: str) -> None:
        """Remove an object for good, every version of it.

        Raises:
            RetainedError: A lock forbids it.
        """
        if self.gap is not None:
            self._client.remove_object(self._bucket, key)
            return
        for one in self._list(key):
            try:
                self._client.remove_object(self._bucket, key, version_id=one.version_id)
            except S3Error as error:
                if error.code != "AccessDenied" or one.is_delete_marker:
                    raise
                name = key.rpartition("/")[2]
                raise RetainedError("evidence.retained", digest=name) from error

    def _list(self, key: str) -> list[Object]:
        found = self._client.list_objects(self._bucket, prefix=key, include_version=True)
        return [one for one in found if one.object_name == key]


class S3Lock(ObjectLock):
    """Object lock as S3 has it, on the version that was kept first."""

    def __init__(
        self, client: Minio, bucket: str, versions: Versions, reporting: Reporting
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._versions = versions
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

    def probe(self) -> None:
        """See `ObjectLock.probe`; a hold is tried, which can be lifted again."""
        with self._reporting():
            if self._versions.gap is None:
                self._is_enforced = self._try_hold(f"{_PROBE}{uuid4()}")

    def retain(self, digest: Digest, retention: Retention) -> None:
        """See `ObjectLock.retain`."""
        present = self.find_retention(digest)
        if present is not None and present.until >= retention.until:
            return
        wanted = sdk.Retention(retention.mode.value.upper(), retention.until)
        with self._on(digest) as version:
            self._client.set_object_retention(self._bucket, digest.key, wanted, version)

    def find_retention(self, digest: Digest) -> Retention | None:
        """See `ObjectLock.find_retention`."""
        with self._on(digest) as version:
            try:
                found = self._client.get_object_retention(self._bucket, digest.key, version)
            except S3Error as error:
                if error.code not in _NOTHING_SAID:
                    raise
                return None
        if found is None:
            return None
        return Retention(mode=LockMode(found.mode.lower()), until=found.retain_until_date)

    def place_hold(self, digest: Digest) -> None:
        """See `ObjectLock.place_hold`."""
        with self._on(digest) as version:
            self._client.enable_object_legal_hold(self._bucket, digest.key, version)

    def lift_hold(self, digest: Digest) -> None:
        """See `ObjectLock.lift_hold`."""
        with self._on(digest) as version:
            self._client.disable_object_legal_hold(self._bucket, digest.key, version)

    def is_held(self, digest: Digest) -> bool:
        """See `ObjectLock.is_held`."""
        with self._on(digest) as version:
            try:
                return self._client.is_object_legal_hold_enabled(self._bucket, digest.key, version)
            except S3Error as error:
                if error.code not in _NOTHING_SAID:
                    raise
                return False

    @contextmanager
    def _on(self, digest: Digest) -> Iterator[str]:
        gap = self.gap
        if gap is not None:
            raise LockUnavailableError("evidence.no_lock", gap=gap)
        with self._reporting():
            version = self._versions.first(digest.key)
            if version is None:
                raise EvidenceNotFoundError("evidence.not_found", digest=digest.hex)
            yield version

    def _try_hold(self, key: str) -> bool:
        made = self._client.put_object(self._bucket, key, BytesIO(b"probe"), 5)
        try:
            self._client.enable_object_legal_hold(self._bucket, key, made.version_id)
        except S3Error:
            self._versions.remove(key)
            return False
        try:
            self._versions.remove(key)
        except RetainedError:
            self._client.disable_object_legal_hold(self._bucket, key, made.version_id)
            self._versions.remove(key)
            return True
        return False
