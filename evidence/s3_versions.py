"""Versions and locks of one bucket.

On a bucket with object lock nothing is ever overwritten: writing makes a newer version, deleting
lays a marker on top.  What was kept first lies below, and is what counts here.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from http import HTTPStatus
from typing import Final

from minio import Minio
from minio.datatypes import Object
from minio.error import S3Error

from evidence.errors import RetainedError
from evidence.locking import LockGap, LockMode, Retention

# What is said where an object has no retention or hold; several spellings are found.
_NOTHING_SAID: Final = {
    "NoSuchObjectLegalHold",
    "NoSuchObjectLockConfiguration",
    "ObjectLockConfigurationNotFoundError",
}
GONE: Final = frozenset({"NoSuchKey", "NoSuchVersion"})


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
            if is_no_answer(error):
                raise  # remembered, it would hide every lock from this program
            # A store that does not know the question has no locks either.
            return LockGap.RIGHTS if error.code == "AccessDenied" else LockGap.BUCKET
        return None

    def list_all(self, prefix: str) -> Iterator[Object]:
        """Everything whose name begins so, by name, all versions of it, the newest first."""
        yield from self._client.list_objects(
            self._bucket, prefix=prefix, recursive=True, include_version=self.gap is None
        )

    def first(self, key: str) -> str | None:
        """The version that was kept first; None where there are no versions, or no object."""
        if self.gap is not None:
            return None
        found = (one for one in self.list_all(key) if one.object_name == key)
        return next((one.version_id for one in first_of(found)), None)

    def is_locked(self, key: str, version: str | None) -> bool:
        """Whether there is a retention or a hold on an object; on one that has gone there is none.

        A retention that has run out counts, too: it shows that the object was kept.
        """
        if self.gap is not None:
            return False
        try:
            return self.find_retention(key, version) is not None or self.is_held(key, version)
        except S3Error as error:
            if error.code not in GONE:
                raise
            return False

    def find_retention(self, key: str, version: str | None) -> Retention | None:
        """Until when an object stays; None where nothing was said."""
        try:
            found = self._client.get_object_retention(self._bucket, key, version)
        except S3Error as error:
            if error.code not in _NOTHING_SAID:
                raise
            return None
        if found is None:
            return None
        return Retention(mode=LockMode(found.mode.lower()), until=found.retain_until_date)

    def is_held(self, key: str, version: str | None) -> bool:
        """Whether there is a hold on an object."""
        try:
            return self._client.is_object_legal_hold_enabled(self._bucket, key, version)
        except S3Error as error:
            if error.code not in _NOTHING_SAID:
                raise
            return False

    def remove(self, key: str, *, lifting: bool = False) -> None:
        """Remove an object for good, every version of it.

        Args:
            lifting: It is no evidence: a hold a crash left on it is lifted.

        Raises:
            RetainedError: A lock forbids it.
        """
        if self.gap is not None:
            self._client.remove_object(self._bucket, key)
            return
        for one in self.list_all(key):
            if one.object_name != key:
                continue
            try:
                self._client.remove_object(self._bucket, key, version_id=one.version_id)
            except S3Error as error:
                if error.code != "AccessDenied" or one.is_delete_marker:
                    raise
                if lifting and self.is_held(key, one.version_id):
                    self._client.disable_object_legal_hold(self._bucket, key, one.version_id)
                    self._client.remove_object(self._bucket, key, version_id=one.version_id)
                    continue
                raise RetainedError("evidence.retained", digest=digest_in(key)) from error


def is_no_answer(error: S3Error) -> bool:
    """Whether the server could not answer, rather than would not."""
    is_its_own = error.response.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return is_its_own and error.code != "NotImplemented"


def digest_in(key: str) -> str:
    """The digest a key is made of, for messages."""
    return key.rpartition("/")[2].partition(".")[0]


def by_name(found: Iterable[Object]) -> dict[str, list[Object]]:
    """The versions of each name without the markers, the oldest first.

    In the order the server lists them: a lock may change their date, and one sent in parts may bear
    that of its beginning.

    Args:
        found: As `Versions.list_all` gives them.
    """
    names = dict[str, list[Object]]()
    for one in [one for one in found if not one.is_delete_marker][::-1]:
        names.setdefault(str(one.object_name), []).append(one)
    return names


def oldest_first(found: Iterable[Object]) -> list[Object]:
    """Objects of several names, by date."""
    return sorted(found, key=lambda one: str(one.last_modified))


def first_of(found: Iterable[Object]) -> list[Object]:
    """Of each name the version that was kept first, the oldest first; markers hide nothing.

    Args:
        found: As `Versions.list_all` gives them.
    """
    return oldest_first(lying[0] for lying in by_name(found).values())
