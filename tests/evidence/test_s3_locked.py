"""Declared bytes on a bucket with object lock, against the platform's own credentials."""

import time
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from minio.commonconfig import GOVERNANCE
from minio.error import S3Error
from minio.objectlockconfig import DAYS, ObjectLockConfig
from urllib3 import HTTPResponse

from evidence.errors import (
    RetainedError,
    StorageConfigurationError,
    StorageUnavailableError,
    WholeAlteredError,
)
from evidence.locking import LockMode, Retention
from evidence.s3 import S3Storage
from evidence.s3_names import arrival_of
from tests.evidence.conftest import s3_store
from tests.evidence.test_locking import TOMORROW, open_store
from tests.evidence.test_parts import CONTENT, DIGEST, Sender
from tests.evidence.test_s3_arrivals import keep
from tests.servers import KEEPER_KEY, KEEPER_SECRET, REGION


@pytest.fixture
def store(s3):
    store = s3_store(s3, s3.new_bucket(object_lock=True))
    store.storage = open_store(s3, store.bucket, key=KEEPER_KEY, secret=KEEPER_SECRET)
    return store


@pytest.fixture
def sender(store) -> Sender:
    return Sender(store)


def versions(store):
    found = store.client.list_objects(store.bucket, recursive=True, include_version=True)
    return [one.object_name for one in found]


def test_coming_leaves_no_version_but_those_that_are_kept(store, sender):
    keep(sender)

    assert sorted(versions(store)) == sorted(store.kept_as(DIGEST, sender.incoming))


def test_what_came_is_vouched_for(sender):
    sender.send_all()

    assert sender.storage.join_parts(
        sender.incoming, sender.upload, parts=sender.parts, size_bytes=len(CONTENT)
    )


def test_giving_up_leaves_no_version(store, sender):
    sender.send()

    store.storage.discard(sender.incoming)

    assert versions(store) == []


@pytest.mark.parametrize("lock", ["retention", "hold"])
def test_what_is_locked_cannot_be_hidden(store, sender, lock):
    """Taking the mark away, or noting it as on its way, and sweeping it then."""
    keep(sender)
    if lock == "hold":
        store.storage.lock.place_hold(DIGEST)
    else:
        until = Retention(mode=LockMode.GOVERNANCE, until=TOMORROW)
        store.storage.lock.retain(DIGEST, until)
    store.storage._versions.remove(arrival_of(DIGEST, sender.incoming) + ".kept")
    store.storage._names.note(sender.incoming, DIGEST)

    store.storage.discard(sender.incoming)

    assert store.storage.read(DIGEST) == CONTENT
    assert list(store.storage.list_kept()) == [DIGEST]
    keep(Sender(store))
    assert store.storage.read(DIGEST) == CONTENT


@pytest.mark.parametrize("incoming", [UUID(int=0), UUID(int=2**128 - 1)])
def test_other_bytes_called_kept_do_not_come_before_what_is_locked(store, sender, incoming):
    """Laid there by the platform's own credentials before the owner's."""
    forged = f"{DIGEST.key}.{incoming}"
    store.client.put_object(store.bucket, forged, BytesIO(bytes(9)), 9)
    keep(sender)
    store.storage.lock.retain(DIGEST, Retention(mode=LockMode.GOVERNANCE, until=TOMORROW))
    for key in (forged, f"{forged}.kept"):
        store.client.put_object(store.bucket, key, BytesIO(bytes(9)), 9)

    assert store.storage.read(DIGEST) == CONTENT
    assert store.storage.lock.find_retention(DIGEST) is not None


@pytest.mark.parametrize("is_locked_before", [False, True])
@pytest.mark.parametrize("is_forged_held", [False, True])
def test_a_newer_version_is_never_taken_for_the_first(
    store, sender, is_locked_before, is_forged_held
):
    """A lock changes the date of its version, on some servers."""
    keep(sender)
    key = arrival_of(DIGEST, sender.incoming)
    until = Retention(mode=LockMode.GOVERNANCE, until=TOMORROW)
    if is_locked_before:
        store.storage.lock.retain(DIGEST, until)
    time.sleep(1.1)  # dates have whole seconds
    made = store.client.put_object(store.bucket, key, BytesIO(bytes(9)), 9)
    if is_forged_held and is_locked_before:
        store.client.enable_object_legal_hold(store.bucket, key, made.version_id)
    time.sleep(1.1)

    store.storage.lock.retain(DIGEST, until)
    store.storage.lock.place_hold(DIGEST)

    assert store.storage.read(DIGEST) == CONTENT
    assert store.storage.lock.find_retention(DIGEST) == until
    assert store.storage.lock.is_held(DIGEST) is True


def test_lifting_a_hold_loses_nothing_whose_mark_was_taken_away(store, sender):
    keep(sender)
    store.storage.lock.place_hold(DIGEST)
    store.storage._versions.remove(arrival_of(DIGEST, sender.incoming) + ".kept")

    store.storage.lock.lift_hold(DIGEST)

    assert store.storage.read(DIGEST) == CONTENT
    store.storage.erase(DIGEST)
    assert versions(store) == []


def test_a_hold_a_killed_probe_left_does_not_stop_the_sweep(store, long_after):
    for kind in ("incoming", "arriving"):
        key = f"{kind}/{uuid4()}"
        made = store.client.put_object(store.bucket, key, BytesIO(b"probe"), 5)
        store.client.enable_object_legal_hold(store.bucket, key, made.version_id)

    for incoming in store.storage.list_incoming(long_after):
        store.storage.discard(incoming)

    assert versions(store) == []


def test_a_server_that_does_not_answer_is_not_one_without_locks(store, sender):
    keep(sender)
    store.storage.lock.retain(DIGEST, Retention(mode=LockMode.GOVERNANCE, until=TOMORROW))
    storage = open_store_anew(store)
    ask, storage._client.get_object_lock_config = (
        storage._client.get_object_lock_config,
        unanswered,
    )

    with pytest.raises(StorageUnavailableError):
        storage.erase(DIGEST)
    storage._client.get_object_lock_config = ask

    assert storage.lock.gap is None
    with pytest.raises(RetainedError):
        storage.erase(DIGEST)


def test_nothing_begins_where_everything_is_locked_as_it_comes(store):
    store.client.set_object_lock_config(store.bucket, ObjectLockConfig(GOVERNANCE, 1, DAYS))

    with pytest.raises(StorageConfigurationError) as refused:
        store.storage.begin_parts(uuid4(), DIGEST)

    assert refused.value.code == "evidence.storage_default_lock"
    assert versions(store) == []


def test_a_newer_version_and_a_marker_in_one_second_replace_nothing(store, sender):
    keep(sender)
    key = arrival_of(DIGEST, sender.incoming)

    store.client.put_object(store.bucket, key, BytesIO(bytes(9)), 9)
    store.client.remove_object(store.bucket, key)

    assert store.storage.read(DIGEST) == CONTENT


@pytest.mark.parametrize("is_joined", [False, True], ids=["before", "after"])
def test_a_version_laid_there_while_parts_come_is_not_believed(store, sender, is_joined):
    sender.send_all()
    told = {"parts": sender.parts, "size_bytes": len(CONTENT)}
    if is_joined:
        store.storage.join_parts(sender.incoming, sender.upload, **told)
    key = arrival_of(DIGEST, sender.incoming)
    store.client.put_object(store.bucket, key, BytesIO(bytes(len(CONTENT))), len(CONTENT))

    if is_joined:
        sender.check()
        store.storage.keep(sender.incoming, DIGEST)
        assert store.storage.read(DIGEST) == CONTENT
    else:
        with pytest.raises(WholeAlteredError):
            sender.check()


def test_what_has_gone_meanwhile_is_not_locked(store):
    assert store.storage._versions.is_locked(DIGEST.key, "null") is False
    assert store.storage._versions.is_locked(DIGEST.key, None) is False


def open_store_anew(store) -> S3Storage:
    """The same bucket, by another program."""
    return S3Storage(
        endpoint=store.client._base_url.host,
        access_key=KEEPER_KEY,
        secret_key=KEEPER_SECRET,
        bucket=store.bucket,
        region=REGION,
        secure=False,
    )


def unanswered(bucket: str):
    raise S3Error(
        HTTPResponse(status=503), "SlowDown", "slow down", bucket, "", "", bucket_name=bucket
    )
