"""Declared bytes come where they stay; what counts as kept is what was compared."""

from io import BytesIO
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from evidence.digest import Digest
from evidence.errors import (
    EvidenceAlteredError,
    EvidenceNotFoundError,
    StorageConfigurationError,
)
from evidence.parts import RunningHashes, receive_part
from evidence.s3_names import arrival_of
from evidence.storage import Part
from tests.evidence.conftest import s3_store
from tests.evidence.test_parts import CONTENT, DIGEST, PART, Sender


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
