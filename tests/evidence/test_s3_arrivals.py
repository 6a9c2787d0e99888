"""Declared bytes come where they stay; what counts as kept is what was compared."""

from io import BytesIO
from threading import Barrier, Thread
from uuid import uuid4

import pytest

from evidence.digest import Digest
from evidence.errors import EvidenceAlteredError, EvidenceNotFoundError
from evidence.locking import LockMode, Retention
from evidence.parts import RunningHashes, receive_part
from evidence.s3_names import arrival_of
from tests.evidence.conftest import s3_store
from tests.evidence.test_locking import KEEPER_KEY, KEEPER_SECRET, TOMORROW, open_store
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
    [before] = store.client.list_objects(store.bucket, prefix="sha256/", recursive=True)

    store.storage.keep(sender.incoming, DIGEST)

    [after] = store.client.list_objects(store.bucket, prefix="sha256/", recursive=True)
    assert (after.object_name, after.etag, after.last_modified) == (
        arrival_of(DIGEST, sender.incoming),
        before.etag,
        before.last_modified,
    )


def test_what_nobody_has_compared_yet_is_not_kept(store, sender):
    put_whole(sender)

    assert store.storage.exists(DIGEST) is False
    assert list(store.storage.list_kept()) == []
    with pytest.raises(EvidenceNotFoundError):
        store.storage.read(DIGEST)
    store.storage.erase(DIGEST)
    assert arrival_of(DIGEST, sender.incoming) in store.names()


def test_other_bytes_under_a_declared_digest_drive_out_nobodys(store):
    """A stranger declares somebody's digest, sends other bytes, and the server dies."""
    forger, owner = Sender(store), Sender(store)
    content = bytes(len(CONTENT))
    for offset in range(0, len(content), PART):
        part = content[offset : offset + PART]
        forger.parts.append(
            receive_part(
                store.storage,
                RunningHashes(),
                coming=forger.coming(part),
                chunks=[part],
            )
        )
    store.storage.join_parts(
        forger.incoming, forger.upload, parts=forger.parts, size_bytes=len(content)
    )

    keep(owner)
    store.storage.discard(forger.incoming)

    assert store.storage.read(DIGEST) == CONTENT
    assert store.names() == {arrival_of(DIGEST, owner.incoming)}


def test_the_same_bytes_from_two_senders_are_kept_once(store):
    first, second = Sender(store), Sender(store)
    keep(first)

    keep(second)
    second.storage.keep(second.incoming, DIGEST)

    assert store.storage.read(DIGEST) == CONTENT
    assert store.names() == {arrival_of(DIGEST, first.incoming)}


def test_declared_and_undeclared_bytes_find_each_other(store, sender):
    undeclared = store.storage.put(CONTENT)

    keep(sender)

    assert store.names() == {undeclared.key}

    later = Sender(store)
    store.storage.erase(DIGEST)
    keep(later)
    assert store.storage.put(CONTENT) == DIGEST
    assert store.names() == {arrival_of(DIGEST, later.incoming)}


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
    assert [key for key in store.names() if key.startswith("arriving/")] == []
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

    assert store.names() == {arrival_of(DIGEST, first.incoming)}


def test_an_upload_named_by_an_earlier_version_begins_anew(store, sender):
    with pytest.raises(EvidenceNotFoundError) as refused:
        store.storage.write_part(sender.incoming, "an-id-alone", offset=0, chunks=[b"x"])

    assert refused.value.code == "evidence.upload_lost"


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

    def test_coming_leaves_no_version_but_the_one_that_is_kept(self, store, sender):
        keep(sender)

        assert self.versions(store) == [arrival_of(DIGEST, sender.incoming)]

    def test_giving_up_leaves_no_version(self, store, sender):
        sender.send()

        store.storage.discard(sender.incoming)

        assert self.versions(store) == []

    def test_what_is_locked_cannot_be_hidden_by_a_note(self, s3, store, sender):
        keep(sender)
        until = Retention(mode=LockMode.GOVERNANCE, until=TOMORROW)
        store.storage.lock.retain(DIGEST, until)

        store.client.put_object(store.bucket, note_of(sender), BytesIO(DIGEST.hex.encode()), 64)
        again = s3_store(s3, store.bucket)

        assert again.storage.lock.find_retention(DIGEST) == until
        assert again.storage.read(DIGEST) == CONTENT
        again.storage.keep(sender.incoming, DIGEST)
        assert note_of(sender) not in again.names()

    def test_a_hold_cannot_be_hidden_either(self, s3, store, sender):
        keep(sender)
        store.storage.lock.place_hold(DIGEST)

        store.client.put_object(store.bucket, note_of(sender), BytesIO(DIGEST.hex.encode()), 64)

        assert s3_store(s3, store.bucket).storage.lock.is_held(DIGEST) is True

    def test_a_newer_version_laid_on_top_before_the_comparison_is_not_what_is_kept(
        self, store, sender
    ):
        sender.send_all()
        store.storage.join_parts(
            sender.incoming, sender.upload, parts=sender.parts, size_bytes=len(CONTENT)
        )
        key = arrival_of(DIGEST, sender.incoming)
        store.client.put_object(store.bucket, key, BytesIO(bytes(len(CONTENT))), len(CONTENT))

        sender.hashes = RunningHashes()
        sender.check()
        store.storage.keep(sender.incoming, DIGEST)

        assert store.storage.read(DIGEST) == CONTENT
