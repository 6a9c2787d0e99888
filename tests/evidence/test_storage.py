"""What every store promises, tried on a folder and on a real S3 server."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from evidence.digest import Digest
from evidence.errors import EvidenceAlteredError, EvidenceNotFoundError

CONTENT = b"Bi\xc3\xaan b\xe1\xba\xa3n\n" * 1000


def receive(store, content=CONTENT, incoming=None):
    incoming = incoming or uuid4()
    received = store.storage.write_incoming(incoming, [content[:7], content[7:]])
    store.storage.keep(incoming, received.digest)
    return received


@pytest.mark.parametrize("size", [1, 7, (1 << 20) - 1, 1 << 20, (5 << 20) + 1, (16 << 20) + 3])
def test_any_bytes_in_the_same_bytes_out(store, size):
    content = bytes(range(251)) * (size // 251 + 1)
    content = content[:size]

    received = receive(store, content)

    assert (received.size_bytes, received.digest) == (size, Digest.of(content))
    assert store.storage.read(received.digest) == content
    assert store.storage.size_bytes(received.digest) == size


def test_objects_lie_under_their_digest_and_nothing_stays_in_passage(store):
    received = receive(store)

    assert store.names() == {f"sha256/{received.digest.hex[:2]}/{received.digest.hex}"}


def test_incoming_bytes_lie_apart_until_they_are_kept(store):
    incoming = uuid4()
    received = store.storage.write_incoming(incoming, [CONTENT])

    assert store.storage.exists(received.digest) is False
    assert store.names() == {f"incoming/{incoming}"}


def test_keeping_twice_changes_nothing(store):
    incoming = uuid4()
    received = store.storage.write_incoming(incoming, [CONTENT])
    store.storage.keep(incoming, received.digest)

    store.storage.keep(incoming, received.digest)

    assert store.storage.read(received.digest) == CONTENT


def test_the_same_bytes_from_two_senders_give_the_same_answers(store):
    first, second = receive(store), receive(store)

    assert first == second
    assert len(store.names()) == 1


def test_ten_who_keep_the_same_bytes_at_once_all_succeed(store):
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: receive(store), range(10)))

    assert len(set(answers)) == 1
    assert store.names() == {answers[0].digest.key}


def test_a_kept_object_is_never_overwritten(store):
    received = receive(store)
    store.forge(received.digest, b"forged")
    incoming = uuid4()
    store.storage.write_incoming(incoming, [CONTENT])

    with pytest.raises(EvidenceAlteredError):
        store.storage.keep(incoming, received.digest)

    with pytest.raises(EvidenceAlteredError):
        store.storage.read(received.digest)
    left = store.names()
    assert f"incoming/{incoming}" in left


@pytest.mark.parametrize(
    "forged",
    [CONTENT[:-1], CONTENT + b"x", b"", CONTENT.replace(b"n", b"m", 1), CONTENT[::-1]],
    ids=["truncated", "appended", "emptied", "one byte flipped", "reordered"],
)
def test_a_forged_object_is_found_when_it_is_read(store, forged):
    received = receive(store)
    store.forge(received.digest, forged)

    with pytest.raises(EvidenceAlteredError):
        store.storage.read(received.digest)


def test_a_forged_object_never_becomes_a_local_copy(store, tmp_path):
    received = receive(store)
    store.forge(received.digest, b"forged")
    target = tmp_path / "copy"

    with pytest.raises(EvidenceAlteredError):
        store.storage.fetch(received.digest, target)

    assert not target.exists()


def test_a_missing_object_is_refused_before_the_first_byte(store):
    digest = Digest.of(b"never kept")

    for ask in (store.storage.read, store.storage.open, store.storage.size_bytes):
        with pytest.raises(EvidenceNotFoundError):
            ask(digest)
    assert store.storage.exists(digest) is False


def test_a_lost_object_is_not_taken_for_an_intact_one(store):
    received = receive(store)
    store.remove(received.digest)

    with pytest.raises(EvidenceNotFoundError):
        store.storage.read(received.digest)


def test_keeping_what_never_arrived_is_refused(store):
    with pytest.raises(EvidenceNotFoundError):
        store.storage.keep(uuid4(), Digest.of(b"x"))


def test_a_stream_that_breaks_leaves_only_what_the_sweep_finds(store):
    incoming = uuid4()

    def broken():
        yield b"a" * 100
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.storage.write_incoming(incoming, broken())

    later = datetime.now(UTC) + timedelta(minutes=1)
    for left in store.storage.list_incoming(later):
        store.storage.discard(left)
    assert store.names() == set()


def test_a_crash_between_writing_and_keeping_is_swept_after_its_time(store):
    incoming = uuid4()
    store.storage.write_incoming(incoming, [CONTENT])
    now = datetime.now(UTC)

    assert store.storage.list_incoming(now - timedelta(hours=1)) == []
    assert store.storage.list_incoming(now + timedelta(minutes=1)) == [incoming]
    store.storage.discard(incoming)
    store.storage.discard(incoming)

    assert store.names() == set()


def test_small_things_and_files_of_our_own_are_kept_alike(store, tmp_path):
    path = tmp_path / "manifest"
    path.write_bytes(CONTENT)

    assert store.storage.put(CONTENT) == store.storage.put_file(path) == Digest.of(CONTENT)
    assert store.names() == {Digest.of(CONTENT).key}


def test_an_altered_object_is_never_streamed_to_its_end(store):
    content = bytes(3 << 20)
    received = receive(store, content)
    store.forge(received.digest, content[:-1] + b"x")
    came = []

    with pytest.raises(EvidenceAlteredError):
        came.extend(store.storage.open(received.digest))

    assert sum(map(len, came)) < len(content)


def test_what_is_kept_can_be_listed_and_destroyed(store):
    digests = sorted((store.storage.put(bytes([n])) for n in range(5)), key=str)
    store.storage.write_incoming(uuid4(), [CONTENT])

    assert list(store.storage.list_kept()) == digests

    store.storage.erase(digests[0])
    store.storage.erase(digests[0])
    assert list(store.storage.list_kept()) == digests[1:]
