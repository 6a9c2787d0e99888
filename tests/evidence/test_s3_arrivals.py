"""Declared bytes come where they stay; what counts as kept is what was compared."""

import time
from io import BytesIO
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from minio.commonconfig import ENABLED, GOVERNANCE
from minio.error import S3Error
from minio.objectlockconfig import DAYS, ObjectLockConfig
from minio.versioningconfig import VersioningConfig
from urllib3 import HTTPResponse

from evidence.digest import Digest
from evidence.errors import (
    EvidenceAlteredError,
    EvidenceNotFoundError,
    RetainedError,
    StorageConfigurationError,
    StorageUnavailableError,
    WholeAlteredError,
)
from evidence.locking import LockMode, Retention
from evidence.parts import RunningHashes, receive_part
from evidence.s3 import S3Storage
from evidence.s3_names import arrival_of
from evidence.storage import Part
from tests.evidence.conftest import s3_store
from tests.evidence.test_locking import TOMORROW, open_store
from tests.evidence.test_parts import CONTENT, DIGEST, PART, Sender
from tests.servers import KEEPER_KEY, KEEPER_SECRET, REGION


@pytest.fixture
def store(s3):
    return s3_store(s3, s3.new_bucket())


@pytest.fixture
def sender(store) -> Sender:
    return Sender(store)


def put_whole(sender) -> None:
    sender.send_all()
    sender.check()


def keep(sender) -> None:
    put_whole(sender)
    sender.storage.keep(sender.incoming, DIGEST)


def note_of(sender) -> str:
    return f"arriving/{sender.incoming}"


def test_the_store_writes_what_was_declared_once(store, sender):
    put_whole(sender)
    key = arrival_of(DIGEST, sender.incoming)
    before = store.client.stat_object(store.bucket, key)

    store.storage.keep(sender.incoming, DIGEST)

    after = store.client.stat_object(store.bucket, key)
    assert (after.etag, after.last_modified) == (before.etag, before.last_modified)
    assert store.names() == store.kept_as(DIGEST, sender.incoming)


def test_what_nobody_has_compared_yet_is_not_kept(store, sender):
    put_whole(sender)

    assert store.storage.exists(DIGEST) is False
    assert list(store.storage.list_kept()) == []
    with pytest.raises(EvidenceNotFoundError):
        store.storage.read(DIGEST)
    store.storage.erase(DIGEST)
    assert arrival_of(DIGEST, sender.incoming) in store.names()


@pytest.mark.parametrize("is_noted", [True, False], ids=["on its way", "whose note is lost"])
def test_other_bytes_under_a_declared_digest_drive_out_nobodys(store, is_noted):
    """A stranger declares somebody's digest and sends other bytes of the same size.

    The note may be gone: dropped while the store still joined the parts, or not copied with the
    bucket.
    """
    forger, owner = Sender(store), Sender(store)
    forge(forger)
    if not is_noted:
        store.client.remove_object(store.bucket, note_of(forger))

    keep(owner)
    assert store.storage.read(DIGEST) == CONTENT
    store.storage.discard(forger.incoming)

    assert store.storage.read(DIGEST) == CONTENT
    assert store.names() >= store.kept_as(DIGEST, owner.incoming)


def forge(sender) -> None:
    """Send and join other bytes than declared."""
    content = bytes(len(CONTENT))
    for offset in range(0, len(content), PART):
        part = content[offset : offset + PART]
        coming = sender.coming(part)
        sender.parts.append(
            receive_part(sender.storage, RunningHashes(), coming=coming, chunks=[part])
        )
    sender.storage.join_parts(
        sender.incoming, sender.upload, parts=sender.parts, size_bytes=len(content)
    )


def test_the_same_bytes_from_two_senders_are_kept_once(store):
    first, second = Sender(store), Sender(store)
    keep(first)

    keep(second)
    second.storage.keep(second.incoming, DIGEST)

    assert store.storage.read(DIGEST) == CONTENT
    assert store.names() == store.kept_as(DIGEST, first.incoming)


def test_declared_and_undeclared_bytes_find_each_other(store, sender):
    undeclared = store.storage.put(CONTENT)

    keep(sender)

    assert store.names() == {undeclared.key}

    later = Sender(store)
    store.storage.erase(DIGEST)
    keep(later)
    assert store.storage.put(CONTENT) == DIGEST
    assert store.names() == store.kept_as(DIGEST, later.incoming)


def test_all_who_keep_the_same_bytes_at_once_have_them_kept(store):
    senders = [Sender(store) for _ in range(4)]
    for sender in senders:
        put_whole(sender)
    ready, failed = Barrier(len(senders)), []

    def race(sender):
        ready.wait()
        try:
            store.storage.keep(sender.incoming, DIGEST)
        except Exception as error:  # noqa: BLE001 - whatever a thread met
            failed.append(error)

    threads = [Thread(target=race, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert store.storage.read(DIGEST) == CONTENT
    assert list(store.storage.list_kept()) == [DIGEST]
    assert {key for key in store.names() if key.startswith("arriving/")} == set()
    store.storage.erase(DIGEST)
    assert store.names() == set()


def test_a_kept_object_of_another_size_stays_and_so_does_what_came(store, sender):
    store.storage.put(CONTENT)
    store.forge(DIGEST, b"forged")
    put_whole(sender)

    with pytest.raises(EvidenceAlteredError):
        store.storage.keep(sender.incoming, DIGEST)

    assert store.names() == {DIGEST.key, arrival_of(DIGEST, sender.incoming), note_of(sender)}


def test_dropping_what_was_kept_takes_nothing_away(store, sender):
    keep(sender)

    store.storage.discard(sender.incoming)

    assert store.storage.read(DIGEST) == CONTENT


def test_a_crash_between_keeping_and_forgetting_is_mended_by_keeping_again(store):
    first, second = Sender(store), Sender(store)
    keep(first)
    put_whole(second)
    store.client.remove_object(store.bucket, arrival_of(DIGEST, second.incoming))

    store.storage.keep(second.incoming, DIGEST)

    assert store.names() == store.kept_as(DIGEST, first.incoming)


def test_an_upload_begun_by_an_earlier_version_is_finished(store):
    """Its parts go to the place of passage, and are copied when they are whole."""
    incoming = uuid4()
    name = store.client._create_multipart_upload(store.bucket, f"incoming/{incoming}", {})

    tag = store.storage.write_part(incoming, name, offset=0, chunks=[CONTENT])
    part = Part(number=1, tag=tag)
    store.storage.join_parts(incoming, name, parts=[part], size_bytes=len(CONTENT))
    store.storage.keep(incoming, DIGEST)

    assert store.storage.read(DIGEST) == CONTENT
    assert store.names() == {DIGEST.key}


@pytest.mark.parametrize("tail", ["0", "/x", ".x", f".{UUID(int=1)}", f".{UUID(int=1)}.kept"])
def test_what_is_merely_called_like_something_kept_is_not(store, tail):
    store.client.put_object(store.bucket, DIGEST.key + tail, BytesIO(b"x"), 1)

    assert store.storage.exists(DIGEST) is False
    assert list(store.storage.list_kept()) == []


def test_a_note_of_somebody_elses_making_is_swept(store, long_after):
    incoming = uuid4()
    store.client.put_object(store.bucket, f"arriving/{incoming}", BytesIO(b"\xff" * 99), 99)

    assert store.storage.list_incoming(long_after) == [incoming]
    store.storage.discard(incoming)

    assert store.names() == set()


@pytest.mark.parametrize("has_lock", [False, True])
def test_the_number_of_requests_does_not_tell_whether_others_sent_the_same(s3, has_lock):
    store = s3_store(s3, s3.new_bucket(object_lock=has_lock))
    counted = Counted(store)
    senders = [Sender(store) for _ in range(2)]
    for sender in senders:
        put_whole(sender)
    undeclared = {}
    for turn in range(2):
        undeclared[turn] = uuid4()
        store.storage.write_incoming(undeclared[turn], [b"undeclared"])

    declared = [counted.of(store.storage.keep, one.incoming, DIGEST) for one in senders]
    digest = Digest.of(b"undeclared")
    others = [counted.of(store.storage.keep, one, digest) for one in undeclared.values()]

    assert declared[0] == declared[1]
    assert others[0] == others[1]


class Counted:
    """How many requests something costs the store."""

    def __init__(self, store):
        http = store.storage._client._http
        self.count, ask = 0, http.urlopen

        def counting(*args, **kwargs):
            self.count += 1
            return ask(*args, **kwargs)

        http.urlopen = counting

    def of(self, act, *args) -> int:
        before = self.count
        act(*args)
        return self.count - before


def test_a_part_is_put_in_pieces_of_the_smallest_size(store):
    content = bytes(range(256)) * ((11 << 20) // 256)
    digest, incoming = Digest.of(content), uuid4()
    upload = store.storage.begin_parts(incoming, digest)

    tags = store.storage.write_part(
        incoming, upload, offset=0, chunks=[content[:3], content[3 : 9 << 20], content[9 << 20 :]]
    )

    key, name = upload.split(" ")
    pieces = store.client._list_parts(store.bucket, key, name).parts
    assert [piece.size for piece in pieces] == [5 << 20, 5 << 20, 1 << 20]
    assert [piece.etag for piece in pieces] == tags.split(" ")


class TestUnderLock:
    """On a bucket with object lock, with the platform's own credentials."""

    @pytest.fixture
    def store(self, s3):
        store = s3_store(s3, s3.new_bucket(object_lock=True))
        store.storage = open_store(s3, store.bucket, key=KEEPER_KEY, secret=KEEPER_SECRET)
        return store

    def versions(self, store):
        found = store.client.list_objects(store.bucket, recursive=True, include_version=True)
        return [one.object_name for one in found]

    def test_coming_leaves_no_version_but_those_that_are_kept(self, store, sender):
        keep(sender)

        assert sorted(self.versions(store)) == sorted(store.kept_as(DIGEST, sender.incoming))

    def test_what_came_is_vouched_for(self, sender):
        sender.send_all()

        assert sender.storage.join_parts(
            sender.incoming, sender.upload, parts=sender.parts, size_bytes=len(CONTENT)
        )

    def test_giving_up_leaves_no_version(self, store, sender):
        sender.send()

        store.storage.discard(sender.incoming)

        assert self.versions(store) == []

    @pytest.mark.parametrize("lock", ["retention", "hold"])
    def test_what_is_locked_cannot_be_hidden(self, store, sender, lock):
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
    def test_other_bytes_called_kept_do_not_come_before_what_is_locked(
        self, store, sender, incoming
    ):
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
        self, store, sender, is_locked_before, is_forged_held
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

    def test_lifting_a_hold_loses_nothing_whose_mark_was_taken_away(self, store, sender):
        keep(sender)
        store.storage.lock.place_hold(DIGEST)
        store.storage._versions.remove(arrival_of(DIGEST, sender.incoming) + ".kept")

        store.storage.lock.lift_hold(DIGEST)

        assert store.storage.read(DIGEST) == CONTENT
        store.storage.erase(DIGEST)
        assert self.versions(store) == []

    def test_a_hold_a_killed_probe_left_does_not_stop_the_sweep(self, store, long_after):
        for kind in ("incoming", "arriving"):
            key = f"{kind}/{uuid4()}"
            made = store.client.put_object(store.bucket, key, BytesIO(b"probe"), 5)
            store.client.enable_object_legal_hold(store.bucket, key, made.version_id)

        for incoming in store.storage.list_incoming(long_after):
            store.storage.discard(incoming)

        assert self.versions(store) == []

    def test_a_server_that_does_not_answer_is_not_one_without_locks(self, store, sender):
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

    def test_nothing_begins_where_everything_is_locked_as_it_comes(self, store):
        store.client.set_object_lock_config(store.bucket, ObjectLockConfig(GOVERNANCE, 1, DAYS))

        with pytest.raises(StorageConfigurationError) as refused:
            store.storage.begin_parts(uuid4(), DIGEST)

        assert refused.value.code == "evidence.storage_default_lock"
        assert self.versions(store) == []

    def test_a_newer_version_and_a_marker_in_one_second_replace_nothing(self, store, sender):
        keep(sender)
        key = arrival_of(DIGEST, sender.incoming)

        store.client.put_object(store.bucket, key, BytesIO(bytes(9)), 9)
        store.client.remove_object(store.bucket, key)

        assert store.storage.read(DIGEST) == CONTENT

    @pytest.mark.parametrize("is_joined", [False, True], ids=["before", "after"])
    def test_a_version_laid_there_while_parts_come_is_not_believed(self, store, sender, is_joined):
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

    def test_what_has_gone_meanwhile_is_not_locked(self, store):
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


def test_a_bucket_that_hides_what_is_erased_is_refused(s3):
    bucket = s3.new_bucket()
    s3.client().set_bucket_versioning(bucket, VersioningConfig(ENABLED))

    with pytest.raises(StorageConfigurationError) as refused:
        s3_store(s3, bucket)

    assert refused.value.code == "evidence.storage_versions"


def test_what_is_being_marked_is_not_dropped(store, sender):
    """Its sender gives it up in the very moment in which it is kept."""
    put_whole(sender)
    names, dropping = store.storage._names, []
    mark = names.mark

    def marking(key: str) -> None:
        dropping.append(Thread(target=store.storage.discard, args=(sender.incoming,)))
        dropping[0].start()
        dropping[0].join(0.5)
        mark(key)

    names.mark = marking
    store.storage.keep(sender.incoming, DIGEST)
    dropping[0].join()

    assert store.storage.read(DIGEST) == CONTENT


def test_names_in_between_do_not_part_what_belongs_together(store, sender):
    keep(sender)
    for tail in ("-x", ".", ".x"):
        store.client.put_object(store.bucket, DIGEST.key + tail, BytesIO(b"x"), 1)

    assert list(store.storage.list_kept()) == [DIGEST]
