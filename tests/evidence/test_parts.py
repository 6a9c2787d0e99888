"""What every store promises about files that come in parts."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from evidence.digest import Digest
from evidence.errors import (
    EvidenceBusyError,
    EvidenceNotFoundError,
    EvidenceTooLargeError,
    IncompleteEvidenceError,
    PartAlteredError,
    WholeAlteredError,
)
from evidence.parts import (
    Algorithm,
    Checksum,
    Coming,
    RunningHashes,
    check_whole,
    receive_part,
)
from evidence.storage import Part

PART = 5 << 20
CONTENT = b"".join(bytes([number]) * (1 << 20) for number in range(12)) + "hết".encode()
DIGEST = Digest.of(CONTENT)


class Sender:
    """Somebody who sends `CONTENT` in parts, and remembers what was acknowledged."""

    def __init__(self, store):
        self.storage, self.hashes = store.storage, RunningHashes()
        self.incoming = uuid4()
        self.upload = self.storage.begin_parts(self.incoming, DIGEST)
        self.parts: list[Part] = []

    @property
    def offset(self) -> int:
        return min(len(self.parts) * PART, len(CONTENT))

    def coming(self, content: bytes, algorithm=Algorithm.SHA256) -> Coming:
        return Coming(
            incoming=self.incoming,
            upload=self.upload,
            number=len(self.parts) + 1,
            offset=self.offset,
            size_bytes=len(content),
            checksum=Checksum.of(content, algorithm),
        )

    def due(self) -> bytes:
        return CONTENT[self.offset : self.offset + PART]

    def send(self, *, sent=None, algorithm=Algorithm.SHA256) -> None:
        due = self.due()
        sent = due if sent is None else sent
        self.parts.append(
            receive_part(
                self.storage,
                self.hashes,
                coming=self.coming(due, algorithm),
                chunks=[sent[:7], sent[7:]],
            )
        )

    def send_all(self) -> None:
        while self.offset < len(CONTENT):
            self.send()

    def check(self, declared=DIGEST) -> str:
        return check_whole(
            self.storage,
            self.hashes,
            incoming=self.incoming,
            upload=self.upload,
            parts=self.parts,
            size_bytes=len(CONTENT),
            declared=declared,
        )


@pytest.fixture
def sender(store) -> Sender:
    return Sender(store)


def test_parts_become_the_file_that_was_sent(store, sender):
    sender.send_all()

    sender.check()
    store.storage.keep(sender.incoming, DIGEST)

    assert len(sender.parts) == 3
    assert store.storage.read(DIGEST) == CONTENT
    assert store.names() == store.kept_as(DIGEST, sender.incoming)


def test_a_restarted_program_goes_on_where_it_was(store, sender):
    sender.send()
    sender.hashes = RunningHashes()  # forgotten with the process

    sender.send_all()
    sender.check()
    store.storage.keep(sender.incoming, DIGEST)

    assert store.storage.read(DIGEST) == CONTENT


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [
        # The check values of the algorithms' own documents (ISO/IEC 3309; FIPS 180-4 by sha*sum).
        (Algorithm.CRC32, "cbf43926"),
        (Algorithm.SHA1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
        (
            Algorithm.SHA256,
            "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
        ),
    ],
)
def test_checksums_are_those_of_everybody(algorithm, value):
    assert Checksum.of(b"123456789", algorithm).value.hex() == value


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_part_that_was_altered_on_its_way_does_not_count(store, sender, algorithm):
    sender.send()
    forged = bytes([sender.due()[0] ^ 1]) + sender.due()[1:]

    with pytest.raises(PartAlteredError):
        sender.send(sent=forged, algorithm=algorithm)

    sender.send_all()
    sender.check()
    store.storage.keep(sender.incoming, DIGEST)
    assert store.storage.read(DIGEST) == CONTENT


def test_a_part_that_broke_off_is_as_if_never_sent(sender):
    sender.send()

    with pytest.raises(IncompleteEvidenceError):
        sender.send(sent=sender.due()[:-1])
    with pytest.raises(EvidenceTooLargeError):
        sender.send(sent=sender.due() + b"x")

    sender.send_all()
    assert sender.check() == "application/octet-stream"


def test_a_part_that_was_written_but_not_acknowledged_is_replaced(store, sender):
    sender.send()
    coming = sender.coming(bytes(PART))
    receive_part(store.storage, sender.hashes, coming=coming, chunks=[bytes(PART)])

    sender.hashes = RunningHashes()
    sender.send_all()
    sender.check()
    store.storage.keep(sender.incoming, DIGEST)

    assert store.storage.read(DIGEST) == CONTENT


def test_other_bytes_than_declared_are_refused(store, sender):
    sender.send_all()

    with pytest.raises(WholeAlteredError) as refused:
        sender.check(declared=Digest.of(b"something else"))

    assert refused.value.facts["found"] == DIGEST.hex
    store.storage.discard(sender.incoming)
    assert store.names() == set()


def test_checking_and_keeping_twice_changes_nothing(store, sender):
    sender.send_all()

    sender.check()
    sender.check()
    store.storage.keep(sender.incoming, DIGEST)
    store.storage.keep(sender.incoming, DIGEST)

    assert store.names() == store.kept_as(DIGEST, sender.incoming)


def test_lost_parts_are_found_and_not_filled_up(store, sender):
    sender.send_all()
    store.storage.discard(sender.incoming)

    with pytest.raises(EvidenceNotFoundError):
        sender.check()
    sender.parts.pop()
    with pytest.raises(EvidenceNotFoundError):
        sender.send()


def test_an_unfinished_upload_is_swept_with_its_parts(store, sender):
    sender.send()
    later = datetime.now(UTC) + timedelta(minutes=1)

    assert store.storage.list_incoming(later) == [sender.incoming]
    store.storage.discard(sender.incoming)

    assert store.storage.list_incoming(later) == []
    assert store.names() == set()


def test_two_writers_never_mix_their_bytes(store, sender):
    with store.storage.hold(sender.incoming):
        with pytest.raises(EvidenceBusyError), store.storage.hold(sender.incoming):
            pass
        sender.send()

    with store.storage.hold(sender.incoming):
        sender.send_all()
    sender.check()


def test_a_part_replaced_behind_our_back_is_found(store, sender):
    """What another program on the same disk or bucket could do."""
    sender.send_all()
    if store.folder is not None:
        path = store.folder / "incoming" / str(sender.incoming)
        path.write_bytes(bytes(PART) + CONTENT[PART:])
        sender.hashes = RunningHashes()
    else:
        sender.storage.write_part(sender.incoming, sender.upload, offset=0, chunks=[bytes(PART)])

    # Some servers refuse, some join the part that was acknowledged; none gives the other bytes.
    try:
        sender.check()
    except (EvidenceNotFoundError, WholeAlteredError):
        return
    store.storage.keep(sender.incoming, DIGEST)
    assert store.storage.read(DIGEST) == CONTENT


def test_what_was_never_begun_cannot_be_written_to(store):
    with pytest.raises(EvidenceNotFoundError):
        list(store.storage.stream_incoming(uuid4()))
