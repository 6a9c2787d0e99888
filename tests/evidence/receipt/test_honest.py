"""An honest receipt holds, also after its key is gone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import update

from evidence import key_files
from evidence.custody.tables import CustodyCheckpoint
from evidence.errors import CustodyPendingError, EvidenceNotFoundError
from evidence.keys import KeyRing
from evidence.receipt import Receipt, verify_receipt
from tests.evidence.receipt.making import START, STATEMENT, certify, issue, refused


def test_an_honest_receipt_holds_with_the_public_key_alone(log, receipt):
    ring = KeyRing.parse(str(log.signer.public))
    verified = verify_receipt(receipt, ring)

    assert verified.statement == STATEMENT
    assert [(one.name, one.size_bytes) for one in verified.files] == [
        ("bảng kê.csv", 3),
        ("b.pdf", 0),
    ]
    assert (verified.index, verified.checkpoint.size) == (4, 8)
    assert verified.certified_at == START + timedelta(minutes=4)
    assert verified.key == log.signer.public


def test_a_receipt_is_read_as_it_was_written(receipt):
    assert Receipt.parse(receipt).to_json() == receipt


def test_a_receipt_waits_for_its_index(log):
    entry_id = certify(log)
    with pytest.raises(CustodyPendingError):
        issue(log, entry_id)
    log.sequence()
    assert verify_receipt(issue(log, entry_id), log.ring).index == 0


def test_there_is_no_receipt_of_nothing(log, entry_id):  # noqa: ARG001 - a log that is not empty
    with pytest.raises(EvidenceNotFoundError):
        issue(log, uuid4())


def test_an_old_receipt_holds_after_the_key_was_rotated(log, entry_id, receipt):
    key_files.rotate(log.folder, at=log.now())
    log.record(3)
    log.sequence()

    assert verify_receipt(receipt, log.ring).checkpoint.size == 8
    assert verify_receipt(issue(log, entry_id), log.ring).checkpoint.size == 11


def test_a_receipt_is_given_out_anew_after_a_key_was_lost_to_others(log, entry_id, receipt):
    key_files.replace_compromised(log.folder, at=log.now())
    assert refused(receipt, log.ring) == "custody.key_compromised"
    log.sequence()

    assert verify_receipt(issue(log, entry_id), log.ring).key == log.signer.public


def test_a_timestamp_does_not_bring_back_a_key_that_was_lost_to_others(log, entry_id):
    with log.database.write() as session:
        session.exec(update(CustodyCheckpoint).values(timestamp=b"stamped"))
    assert Receipt.parse(issue(log, entry_id)).timestamp == b"stamped"
    key_files.replace_compromised(log.folder, at=log.now())
    with pytest.raises(CustodyPendingError):
        issue(log, entry_id)
    log.sequence()

    assert verify_receipt(issue(log, entry_id), log.ring).timestamp is None
