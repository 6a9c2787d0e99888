"""A secret that was removed is sent again: refused at once, and told to the officer alone."""

import hashlib
import json
from uuid import uuid4

import pytest
from sqlmodel import col, select

from evidence.custody.tables import CustodyLeaf
from evidence.digest import Digest
from evidence.limits import Limits
from evidence.parts import Algorithm, Checksum, RunningHashes
from inspection import deposits, uploads
from inspection.errors import ConflictError, NotAllowedError
from inspection.queries.journal import list_case_journal, list_journal
from inspection.queries.screening import list_quarantined
from inspection.screening.gates import NAMELESS
from inspection.tables import JournalEntry, Upload
from inspection.uploads.refusing import note_refusal
from inspection.workflow.states import UploadState
from tests.inspection.quarantining import SECRET, forget, quarantined
from tests.inspection.world import case_of


def test_a_secret_sent_whole_is_refused_and_told(world, opened):
    received = quarantined(world, opened)
    forget(world, received.item_id)
    with pytest.raises(ConflictError, match="removed_before"):
        world.upload(*case_of(world, opened, "neighbour"), content=SECRET, by="other")

    assert resent(world, received.item_id) == ["Người other"]


def announce(world, opened, *, by="other", body="neighbour", content=None):
    content = SECRET if content is None else content
    inspection_id, request_id = case_of(world, opened, body)
    return uploads.begin_upload(
        world.database,
        world.storage,
        actor=world.actor(by),
        target=uploads.Target(inspection_id=inspection_id, request_id=request_id),
        announced=uploads.Announced(
            name="tệp.bin", size_bytes=len(content), sha256=Digest.of(content).hex
        ),
        limits=Limits(),
        upload_id=uuid4(),
        clock=world.now,
    )


def send(world, upload_id, *, by="other"):
    """Send the secret whole, as the only part of an upload."""
    checksum = Checksum(algorithm=Algorithm.SHA256, value=hashlib.sha256(SECRET).digest())
    return uploads.go_on(
        world.database,
        world.storage,
        RunningHashes(),
        actor=world.actor(by),
        upload_id=upload_id,
        offset=0,
        checksum=checksum,
        chunks=[SECRET],
        limits=Limits(),
        clock=world.now,
    )


def resent(world, item_id):
    lines = world.read(list_quarantined, actor=world.actor("guard"), limit=9, offset=0)
    [line] = [one for one in lines if one.item_id == item_id]
    return [name for name, _ in line.resent]


def test_bytes_removed_as_a_secret_are_refused_before_the_first_of_them_comes(world, opened):
    received = quarantined(world, opened)
    forget(world, received.item_id)

    for _ in range(2):
        with pytest.raises(ConflictError) as refused:
            announce(world, opened)
    with pytest.raises(ConflictError):
        announce(world, opened, by="officer", body="commune")

    # The sentence, and not a word more: neither whose it was, nor when, nor where.
    assert (refused.value.code, dict(refused.value.facts)) == ("screening.removed_before", {})
    with world.database.read() as session:
        assert session.exec(select(Upload)).all() == []
    # Who tries again at once is told of once.
    assert resent(world, received.item_id) == ["Người officer", "Người other"]
    assert announce(world, opened, content=b"another file")


def test_who_announces_a_secret_while_it_is_removed_is_told_of_as_well(world, opened):
    received = quarantined(world, opened)
    begin = world.storage.begin_parts

    def removed_meanwhile(*arguments):
        forget(world, received.item_id)
        return begin(*arguments)

    world.storage.begin_parts = removed_meanwhile
    with pytest.raises(ConflictError, match="removed_before"):
        announce(world, opened)

    assert resent(world, received.item_id) == ["Người other"]


def test_that_a_secret_is_sent_again_is_told_to_nobody_but_the_security_officer(world, opened):
    received = quarantined(world, opened)
    forget(world, received.item_id)
    with pytest.raises(ConflictError):
        announce(world, opened)

    rows = [
        *world.read(list_journal, actor=world.actor("admin"), limit=99, offset=0),
        *(
            line
            for body in ("commune", "neighbour")
            for line in world.read(
                list_case_journal,
                actor=world.actor("lead"),
                inspection_id=case_of(world, opened, body)[0],
                limit=99,
                offset=0,
            )
        ),
    ]
    with world.database.read() as session:
        [entry] = session.exec(
            select(JournalEntry).where(col(JournalEntry.event) == "evidence.resend")
        ).all()
        leaf = session.exec(select(CustodyLeaf).where(col(CustodyLeaf.id) == entry.leaf_id)).one()

    assert {line.event for line in rows} & {"evidence.resend"} == set()
    assert (entry.reason, entry.facts, entry.inspection_id) == ("", "{}", None)
    assert set(json.loads(leaf.body)["facts"]) == {"journal_sha256"}
    with pytest.raises(NotAllowedError):
        world.read(list_quarantined, actor=world.actor("lead"), limit=9, offset=0)


def test_a_secret_announced_before_it_was_removed_is_refused_when_it_is_here(world, opened):
    announced = announce(world, opened)
    received = quarantined(world, opened)
    forget(world, received.item_id)
    with pytest.raises(ConflictError, match="removed_before"):
        send(world, announced)

    assert not world.storage.exists(Digest(received.sha256))
    assert resent(world, received.item_id) == ["Người other"]
    # Its name may be the secret: nothing of the upload gives it.
    upload = world.get(Upload, announced)
    assert (upload.state, upload.name) == (UploadState.REFUSED, NAMELESS)
    assert "tệp.bin" not in upload.reason_facts


def test_no_upload_keeps_the_name_of_a_secret_that_was_removed(world, opened):
    waiting, refused, other = (
        announce(world, opened, by=by, body=body, content=content)
        for by, body, content in (
            ("other", "neighbour", None),
            ("officer", "commune", None),
            ("other", "neighbour", b"another file"),
        )
    )
    with world.database.read() as session:
        name = session.get_one(Upload, refused).name
    note_refusal(
        world.database,
        upload_id=refused,
        error=ConflictError("upload.received_already", file=name),
        at=world.now(),
    )
    received = quarantined(world, opened)
    forget(world, received.item_id)

    rows = [world.get(Upload, one) for one in (waiting, refused, other)]
    assert [(row.state, row.name) for row in rows] == [
        (UploadState.WAITING, NAMELESS),
        (UploadState.REFUSED, NAMELESS),
        (UploadState.WAITING, "tệp.bin"),
    ]
    assert json.loads(rows[1].reason_facts) == {"file": NAMELESS}
    with pytest.raises(ConflictError, match="removed_before"):
        announce(world, opened, by="officer", body="commune")


def test_a_secret_that_comes_when_nothing_is_taken_any_more_is_not_kept_either(world, opened):
    announced = announce(world, opened)
    certified = world.upload(*case_of(world, opened, "neighbour"), by="other").deposit_id
    received = quarantined(world, opened)
    forget(world, received.item_id)
    world.hand_in(certified, by="other")

    with pytest.raises(ConflictError, match="removed_before"):
        send(world, announced)

    assert not world.storage.exists(Digest(received.sha256))
    assert resent(world, received.item_id) == ["Người other"]


def test_a_secret_that_would_be_too_much_is_not_kept_either(world, opened):
    received = quarantined(world, opened)
    forget(world, received.item_id)
    case = case_of(world, opened, "neighbour")
    world.upload(*case, by="other")

    with pytest.raises(ConflictError, match="removed_before"):
        deposits.receive_file(
            world.database,
            world.storage,
            actor=world.actor("other"),
            inspection_id=case[0],
            request_id=case[1],
            name="tệp.bin",
            chunks=[SECRET],
            limits=Limits(file_bytes=len(SECRET), total_bytes=len(SECRET)),
            incoming_id=uuid4(),
            clock=world.now,
        )

    assert not world.storage.exists(Digest(received.sha256))
    assert resent(world, received.item_id) == ["Người other"]


def test_a_refusal_noted_after_a_removal_does_not_bring_the_name_back(world, opened):
    announced = announce(world, opened)
    received = quarantined(world, opened)
    forget(world, received.item_id)

    note_refusal(
        world.database,
        upload_id=announced,
        error=ConflictError("upload.received_already", file="tệp.bin"),
        at=world.now(),
    )

    upload = world.get(Upload, announced)
    assert (upload.name, upload.reason_code, upload.reason_facts) == (
        NAMELESS,
        "screening.removed_before",
        "{}",
    )
