"""Receipts as they are issued, and altered."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from evidence import custody
from evidence.digest import Digest
from evidence.errors import CustodyForgedError
from evidence.issuing import issue_receipt
from evidence.keys import KeyRing
from evidence.receipt import HASHED, digest_of_statement, verify_receipt

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
STATEMENT = {
    "organization": "Uỷ ban nhân dân xã Một",
    "request": "Bảng kê thanh toán",
    "files": [
        {"name": "bảng kê.csv", "size_bytes": 3, "sha256": Digest.of(b"abc").hex},
        {"name": "b.pdf", "size_bytes": 0, "sha256": Digest.of(b"").hex},
    ],
}


def certify(log, statement=STATEMENT, *, act="deposit.certify"):
    with log.database.write() as session:
        return custody.record(
            session,
            act=act,
            actor_id=uuid4(),
            at=log.now(),
            facts={"deposit_id": uuid4(), HASHED: digest_of_statement(statement)},
        )


def issue(log, entry_id, statement=STATEMENT) -> bytes:
    with log.database.read() as session:
        return issue_receipt(
            session, statement=statement, entry_id=entry_id, ring=log.ring
        ).to_json()


def refused(content: bytes, ring: KeyRing) -> str:
    with pytest.raises(CustodyForgedError) as error:
        verify_receipt(content, ring)
    return error.value.code


def altered(receipt: bytes, change) -> bytes:
    document = json.loads(receipt)
    change(document)
    return json.dumps(document).encode()
