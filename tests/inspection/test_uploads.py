"""Files that come in parts: limits, what a crash leaves, and what time ends."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, create_engine, delete, func, select

from evidence.errors import EvidenceNotFoundError, EvidenceTooLargeError, WholeAlteredError
from evidence.limits import PART_BYTES, Limits
from evidence.parts import Algorithm, Checksum, RunningHashes
from inspection import deposits, uploads
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.sweeping import LONGEST_CHECK, sweep
from inspection.tables import EvidenceItem, JournalEntry, Upload, UploadPart
from inspection.uploads import Announced, Target, discard_expired
from inspection.uploads.parts import take_part
from inspection.workflow.states import UploadState
from tests.inspection.world import World, case_of

CONTENT = bytes(PART_BYTES) + b"the end"
LIMITS = Limits()
DEAD_AFTER = timedelta(seconds=15)


def announce(world: World, opened, content=CONTENT, *, by="officer", name="tệp.bin", limits=LIMITS):
    inspection_id, request_id = case_of(world, opened)
    return uploads.begin_upload(
        world.database,
        world.storage,
        actor=world.actor(by),
        target=Target(inspection_id=inspection_id, request_id=request_id),
        announced=Announced(
            name=name, size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest()
        ),
        limits=limits,
        upload_id=uuid4(),
        clock=world.now,
    )


def part_of(content: bytes, offset: int) -> bytes:
    return content[offset : offset + PART_BYTES]


def send(world: World, upload_id, offset, *, content=CONTENT, by="officer", step=uploads.go_on):
    part = part_of(content, offset)
    return step(
        world.database,
        world.storage,
        RunningHashes(),  # as after a restart
        actor=world.actor(by),
        upload_id=upload_id,
        offset=offset,
        checksum=Checksum(algorithm=Algorithm.SHA256, value=hashlib.sha256(part).digest()),
        chunks=[part],
        limits=LIMITS,
        clock=world.now,
    )


def count(world: World, table) -> int:
    with world.database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_a_file_in_parts_becomes_one_piece_of_evidence(world, opened):
    upload_id = announce(world, opened)

    assert send(world, upload_id, 0) == PART_BYTES
    assert count(world, UploadPart) == 1
    assert send(world, upload_id, PART_BYTES) == len(CONTENT)

    with world.database.read() as session:
        item = session.exec(select(EvidenceItem)).one()
        events = session.exec(
            select(JournalEntry.event).where(col(JournalEntry.subject_id) == item.id)
        ).all()
    assert (item.incoming_id, item.sha256) == (upload_id, hashlib.sha256(CONTENT).hexdigest())
    assert events == ["evidence.receive"]
    assert world.get(Upload, upload_id).state is UploadState.RECEIVED
    assert count(world, UploadPart) == 0


@pytest.mark.parametrize(
    ("limits", "error", "code"),
    [
        ({"file_bytes": len(CONTENT) - 1}, EvidenceTooLargeError, "evidence.too_large"),
        ({"files": 1}, InvalidError, "upload.too_many_files"),
        (
            {"file_bytes": len(CONTENT), "total_bytes": 2 * len(CONTENT) - 1},
            InvalidError,
            "upload.too_much",
        ),
    ],
)
def test_limits_count_what_is_still_on_its_way(world, opened, limits, error, code):
    announce(world, opened, name="một.bin")

    with pytest.raises(error) as refused:
        announce(world, opened, name="hai.bin", limits=replace(LIMITS, **limits))

    assert refused.value.code == code
    assert count(world, Upload) == 1


def test_what_was_taken_out_again_still_counts(world, opened):
    upload_id = announce(world, opened, content=b"one", name="một.bin")
    send(world, upload_id, 0, content=b"one")
    with world.database.read() as session:
        item = session.exec(select(EvidenceItem)).one()
    world.write(
        deposits.remove_file,
        actor=world.actor("officer"),
        deposit_id=item.deposit_id,
        item_id=item.id,
    )

    with pytest.raises(InvalidError) as refused:
        announce(world, opened, content=b"two", name="hai.bin", limits=replace(LIMITS, files=1))

    assert refused.value.code == "upload.too_many_files"


def test_what_its_sender_gives_up_while_it_is_kept_is_no_evidence(world, opened, monkeypatch):
    upload_id = announce(world, opened, content=b"given up")
    keep = world.storage.keep

    def give_up(incoming, digest):
        keep(incoming, digest)
        uploads.remove_upload(
            world.database,
            world.storage,
            actor=world.actor("officer"),
            upload_id=upload_id,
            at=world.now(),
        )

    monkeypatch.setattr(world.storage, "keep", give_up)
    with pytest.raises(NotFoundError):
        send(world, upload_id, 0, content=b"given up")

    assert (count(world, EvidenceItem), count(world, Upload)) == (0, 0)


def test_what_its_sender_gives_up_while_it_is_checked_is_no_evidence(world, opened, monkeypatch):
    upload_id = announce(world, opened, content=b"given up")
    join = world.storage.join_parts

    def give_up(*args, **kwargs):
        vouched = join(*args, **kwargs)
        with world.database.write() as session:
            session.exec(delete(UploadPart))
            session.exec(delete(Upload))
        return vouched

    monkeypatch.setattr(world.storage, "join_parts", give_up)
    with pytest.raises(NotFoundError):
        send(world, upload_id, 0, content=b"given up")

    assert (count(world, EvidenceItem), count(world, Upload)) == (0, 0)


def test_what_was_kept_and_is_gone_again_is_not_recorded(world, opened, monkeypatch):
    """The bytes were another sender's, who gave them up on another server at that moment."""
    upload_id = announce(world, opened, content=b"of another")
    keep = world.storage.keep

    def lose(incoming, digest):
        keep(incoming, digest)
        world.storage.erase(digest)

    monkeypatch.setattr(world.storage, "keep", lose)
    with pytest.raises(EvidenceNotFoundError):
        send(world, upload_id, 0, content=b"of another")

    row = world.get(Upload, upload_id)
    assert (row.state, row.reason_code) == (UploadState.REFUSED, "evidence.not_found")
    assert count(world, EvidenceItem) == 0


def test_bytes_are_dropped_while_nobody_records(world, opened, monkeypatch):
    """Whoever records looks whether the bytes lie there: they must not go in between."""
    dropped = []

    def discard(incoming):
        engine = create_engine(world.database.url, connect_args={"timeout": 0.1})
        with pytest.raises(OperationalError, match="locked"), engine.begin() as connection:
            connection.exec_driver_sql("UPDATE upload SET touched_at = touched_at")
        engine.dispose()
        dropped.append(incoming)

    given_up, expired, refused = (
        announce(world, opened, content=content) for content in (b"one", b"two", b"three")
    )
    monkeypatch.setattr(world.storage, "discard", discard)
    uploads.remove_upload(
        world.database,
        world.storage,
        actor=world.actor("officer"),
        upload_id=given_up,
        at=world.now(),
    )
    with pytest.raises(WholeAlteredError):
        send(world, refused, 0, content=b"THREE")
    discard_expired(world.database, world.storage, at=world.now() + timedelta(hours=73))

    assert dropped[:2] == [given_up, refused]
    assert set(dropped[2:]) == {refused, expired}


def test_a_whole_file_waits_for_no_one_when_its_check_broke_off(world, opened):
    """A crash after the last part: the sweep does what the request did not."""
    upload_id = announce(world, opened)
    send(world, upload_id, 0)
    send(world, upload_id, PART_BYTES, step=take_part)
    assert world.get(Upload, upload_id).state is UploadState.CHECKING

    sweep(world.database, world.storage, at=world.now() + LONGEST_CHECK * 2, dead_after=DEAD_AFTER)

    assert world.get(Upload, upload_id).state is UploadState.RECEIVED
    assert count(world, EvidenceItem) == 1


def test_a_crash_after_keeping_is_mended_by_asking_again(world, opened, monkeypatch):
    upload_id = announce(world, opened)
    send(world, upload_id, 0)

    def power_cut(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("inspection.uploads.finishing.record_file", power_cut)
    with pytest.raises(MemoryError):
        send(world, upload_id, PART_BYTES)
    monkeypatch.undo()
    assert world.get(Upload, upload_id).state is UploadState.CHECKED
    assert list((world.folder / "store" / "incoming").iterdir()) == []  # kept already

    for _ in range(2):
        received = uploads.finish_upload(
            world.database,
            world.storage,
            RunningHashes(),
            actor=world.actor("officer"),
            upload_id=upload_id,
            clock=world.now,
        )

    assert received.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert count(world, EvidenceItem) == 1


def test_a_digest_alone_gives_nobody_the_file_of_another(world, opened):
    """Who knows a digest, and loses the bytes it sent, has not handed in what lies under it."""
    world.upload(*case_of(world, opened, "neighbour"), by="other", content=CONTENT)
    upload_id = announce(world, opened)
    send(world, upload_id, 0)
    send(world, upload_id, PART_BYTES, step=take_part)
    world.storage.discard(upload_id)

    with pytest.raises(EvidenceNotFoundError):
        uploads.finish_upload(
            world.database,
            world.storage,
            RunningHashes(),
            actor=world.actor("officer"),
            upload_id=upload_id,
            clock=world.now,
        )

    row = world.get(Upload, upload_id)
    assert (row.state, row.reason_code) == (UploadState.REFUSED, "evidence.upload_lost")
    assert count(world, EvidenceItem) == 1


def test_what_is_live_is_not_swept_and_what_rested_too_long_is(world, opened):
    upload_id = announce(world, opened)
    send(world, upload_id, 0)
    passage = world.folder / "store" / "incoming" / str(upload_id)
    now = world.now()

    sweep(world.database, world.storage, at=now + timedelta(hours=71), dead_after=DEAD_AFTER)
    assert passage.exists()
    sweep(world.database, world.storage, at=now + timedelta(hours=73), dead_after=DEAD_AFTER)

    assert not passage.exists()
    assert (count(world, Upload), count(world, UploadPart)) == (0, 0)


def test_an_expired_upload_is_not_there_even_before_the_sweep(world, opened):
    upload_id = announce(world, opened, limits=replace(LIMITS, upload_hours=1))
    with world.database.write() as session:
        upload = session.get_one(Upload, upload_id)
        upload.expires_at = world.now()
        session.add(upload)

    with pytest.raises(NotFoundError) as refused:
        send(world, upload_id, 0)

    assert refused.value.code == "upload.expired"


def test_a_colleague_begins_an_upload_of_the_own(world, opened):
    first = announce(world, opened)
    second = announce(world, opened, by="clerk")

    assert first != second
    with pytest.raises(NotFoundError):
        send(world, first, 0, by="clerk")
    send(world, first, 0)
    send(world, first, PART_BYTES)
    # Whoever is second learns that the file is here, and none is doubled.
    with pytest.raises(ConflictError) as refused:
        announce(world, opened, by="clerk", content=CONTENT)
    assert refused.value.code == "upload.received_already"


def test_one_begun_in_parts_of_another_size_rests_and_another_begins(world, opened):
    """As after an upgrade, or another setting: its offset falls between two parts of today."""
    before = announce(world, opened, limits=replace(LIMITS, part_bytes=PART_BYTES // 2))

    again = announce(world, opened)

    assert again != before
    assert announce(world, opened) == again


def test_two_who_send_the_same_file_at_once_hand_in_one(world, opened):
    first, second = announce(world, opened), announce(world, opened, by="clerk")
    send(world, first, 0)
    send(world, second, 0, by="clerk")
    send(world, first, PART_BYTES)

    with pytest.raises(ConflictError):
        send(world, second, PART_BYTES, by="clerk")

    assert world.get(Upload, second).reason_code == "upload.received_already"
    assert count(world, EvidenceItem) == 1


def test_a_whole_file_is_not_left_behind_by_certifying(world, opened):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    upload_id = announce(world, opened)
    send(world, upload_id, 0)
    send(world, upload_id, PART_BYTES, step=take_part)

    with pytest.raises(ConflictError) as refused:
        world.write(
            deposits.submit_deposit,
            actor=world.actor("officer"),
            deposit_id=received.deposit_id,
            version=1,
            note="",
        )

    assert refused.value.code == "deposit.file_being_checked"


def test_what_comes_whole_after_certifying_is_refused_with_the_reason(world, opened):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    upload_id = announce(world, opened)
    send(world, upload_id, 0)
    world.write(
        deposits.submit_deposit,
        actor=world.actor("officer"),
        deposit_id=received.deposit_id,
        version=1,
        note="",
    )

    with pytest.raises(ConflictError):
        send(world, upload_id, PART_BYTES)

    row = world.get(Upload, upload_id)
    assert (row.state, row.reason_code) == (UploadState.REFUSED, "deposit.handed_in")
