"""Locks on a real server: what the platform's own credentials cannot delete."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
import urllib3
from minio import Minio
from minio.commonconfig import GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.objectlockconfig import DAYS, ObjectLockConfig

from evidence.digest import Digest
from evidence.errors import (
    EvidenceNotFoundError,
    LockUnavailableError,
    RetainedError,
    StorageConfigurationError,
)
from evidence.folder import FolderStorage
from evidence.locking import LockGap, LockMode, Retention
from evidence.s3 import S3Storage
from tests.servers import (
    ACCESS_KEY,
    KEEPER_KEY,
    KEEPER_SECRET,
    READER_KEY,
    READER_SECRET,
    REGION,
    SECRET_KEY,
)

CONTENT = b"Bi\xc3\xaan b\xe1\xba\xa3n\n"
DIGEST = Digest.of(CONTENT)
TOMORROW = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
MODES = [LockMode.GOVERNANCE, LockMode.COMPLIANCE]


def open_store(server, bucket, *, key=KEEPER_KEY, secret=KEEPER_SECRET):
    return S3Storage(
        endpoint=server.endpoint,
        access_key=key,
        secret_key=secret,
        bucket=bucket,
        region=REGION,
        secure=False,
    )


@pytest.fixture
def bucket(s3):
    return s3.new_bucket(object_lock=True)


@pytest.fixture
def storage(s3, bucket):
    storage = open_store(s3, bucket)
    storage.probe()
    storage.put(CONTENT)
    return storage


@pytest.fixture
def keeper(s3):
    """The platform's credentials in other hands, past everything the platform does."""
    return Minio(
        s3.endpoint,
        access_key=KEEPER_KEY,
        secret_key=KEEPER_SECRET,
        region=REGION,
        secure=False,
        http_client=urllib3.PoolManager(retries=False),
    )


def versions(client, bucket, prefix=""):
    found = client.list_objects(bucket, prefix=prefix, recursive=True, include_version=True)
    return [(one.object_name, one.version_id) for one in found]


def test_a_bucket_with_object_lock_has_no_gap(storage):
    assert storage.lock.gap is None


def test_probing_leaves_nothing_behind(s3, bucket, keeper):
    open_store(s3, bucket).probe()

    assert versions(keeper, bucket) == []


@pytest.mark.usefixtures("storage")
def test_passing_through_leaves_no_version_behind(keeper, bucket):
    """A version nobody sees any more would double the store."""
    assert [name for name, _ in versions(keeper, bucket)] == [DIGEST.key]


@pytest.mark.parametrize("mode", MODES)
def test_the_platforms_credentials_cannot_delete_before_time(storage, keeper, bucket, mode):
    storage.lock.retain(DIGEST, Retention(mode=mode, until=TOMORROW))
    [(key, version)] = versions(keeper, bucket)

    with pytest.raises(RetainedError):
        storage.erase(DIGEST)
    with pytest.raises(S3Error, match="AccessDenied"):
        keeper.remove_object(bucket, key, version_id=version)
    passed_by = list(
        keeper.remove_objects(bucket, [DeleteObject(key, version)], bypass_governance_mode=True)
    )
    assert [error.code for error in passed_by] == ["AccessDenied"]
    assert storage.read(DIGEST) == CONTENT


@pytest.mark.parametrize("mode", MODES)
def test_retention_cannot_be_shortened(storage, mode):
    retention = Retention(mode=mode, until=TOMORROW)
    storage.lock.retain(DIGEST, retention)

    storage.lock.retain(DIGEST, Retention(mode=mode, until=TOMORROW - timedelta(hours=5)))

    assert storage.lock.find_retention(DIGEST) == retention


def test_retention_can_be_prolonged(storage):
    storage.lock.retain(DIGEST, Retention(mode=LockMode.COMPLIANCE, until=TOMORROW))
    longer = Retention(mode=LockMode.COMPLIANCE, until=TOMORROW + timedelta(days=1))

    storage.lock.retain(DIGEST, longer)

    assert storage.lock.find_retention(DIGEST) == longer


def test_nothing_is_said_of_a_fresh_object(storage):
    assert storage.lock.find_retention(DIGEST) is None
    assert storage.lock.is_held(DIGEST) is False


def test_a_hold_keeps_without_retention_and_can_be_lifted(storage):
    storage.lock.place_hold(DIGEST)

    assert storage.lock.is_held(DIGEST) is True
    with pytest.raises(RetainedError):
        storage.erase(DIGEST)

    storage.lock.lift_hold(DIGEST)
    storage.erase(DIGEST)
    assert storage.exists(DIGEST) is False


def test_a_delete_marker_hides_nothing(storage, keeper, bucket):
    """Deleting without a version succeeds on such a bucket, and takes nothing away."""
    storage.lock.retain(DIGEST, Retention(mode=LockMode.GOVERNANCE, until=TOMORROW))

    keeper.remove_object(bucket, DIGEST.key)

    assert storage.read(DIGEST) == CONTENT
    assert storage.size_bytes(DIGEST) == len(CONTENT)
    assert storage.exists(DIGEST) is True


def test_a_newer_version_replaces_nothing(storage, keeper, bucket):
    storage.lock.retain(DIGEST, Retention(mode=LockMode.GOVERNANCE, until=TOMORROW))

    keeper.put_object(bucket, DIGEST.key, BytesIO(b"forged"), 6)

    assert storage.read(DIGEST) == CONTENT


def test_the_same_bytes_come_again_over_a_delete_marker(storage, keeper, bucket):
    keeper.remove_object(bucket, DIGEST.key)

    assert storage.put(CONTENT) == DIGEST
    assert storage.read(DIGEST) == CONTENT


def test_what_is_not_there_cannot_be_locked(storage):
    missing = Digest.of(b"never kept")

    for ask in (storage.lock.find_retention, storage.lock.place_hold, storage.lock.is_held):
        with pytest.raises(EvidenceNotFoundError):
            ask(missing)


def test_a_bucket_without_object_lock_says_so(s3):
    storage = open_store(s3, s3.new_bucket(), key=ACCESS_KEY, secret=SECRET_KEY)
    storage.probe()
    storage.put(CONTENT)

    assert storage.lock.gap is LockGap.BUCKET
    with pytest.raises(LockUnavailableError):
        storage.lock.retain(DIGEST, Retention(mode=LockMode.GOVERNANCE, until=TOMORROW))


def test_credentials_that_may_not_ask_say_so(s3, bucket):
    assert open_store(s3, bucket, key=READER_KEY, secret=READER_SECRET).lock.gap is LockGap.RIGHTS


def test_a_folder_says_so(tmp_path):
    assert FolderStorage(tmp_path).lock.gap is LockGap.FOLDER


def test_a_bucket_that_locks_everything_is_refused(s3, bucket):
    s3.client().set_object_lock_config(bucket, ObjectLockConfig(GOVERNANCE, 1, DAYS))

    with pytest.raises(StorageConfigurationError) as refused:
        open_store(s3, bucket).probe()

    assert refused.value.code == "evidence.storage_default_lock"


def test_uploads_that_broke_off_are_swept_without_trace(storage, keeper, bucket):
    incoming = uuid4()
    storage.write_incoming(incoming, [b"half"])
    storage.write_incoming(incoming, [b"whole"])

    storage.discard(incoming)

    assert [name for name, _ in versions(keeper, bucket)] == [DIGEST.key]
