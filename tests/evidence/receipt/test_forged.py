"""One forged receipt per way to cheat, each refused with its reason."""

from base64 import b64decode, b64encode
from copy import deepcopy
from datetime import timedelta

import pytest

from evidence import key_files
from evidence.custody.checkpoint import Checkpoint
from evidence.custody.entry import canonical
from evidence.custody.merkle import leaf_hash
from evidence.custody.proving import get_entry, prove_inclusion
from evidence.digest import Digest
from evidence.keys import KeyRing
from evidence.receipt import HASHED, verify_receipt
from tests.evidence.receipt.making import START, altered, certify, issue, refused


def _another_file(document):
    document["statement"]["files"][0]["sha256"] = Digest.of(b"abd").hex


def _another_size(document):
    document["statement"]["files"][0]["size_bytes"] = 4


def _a_file_more(document):
    document["statement"]["files"].append(deepcopy(document["statement"]["files"][0]))


def _a_file_less(document):
    document["statement"]["files"].pop()


def _files_in_another_order(document):
    document["statement"]["files"].reverse()


def _another_organization(document):
    document["statement"]["organization"] = "Uỷ ban nhân dân xã Hai"


def _another_statement_with_its_own_hash(document):
    document["statement"]["request"] = "khác"
    document["entry"]["facts"][HASHED] = Digest.of(canonical(document["statement"])).hex


def _another_time(document):
    document["entry"]["at"] = "2026-03-01T00:00:00.000000Z"


def _another_index(document):
    document["index"] += 1


def _a_proof_cut_short(document):
    document["proof"].pop()


def _a_proof_altered(document):
    first = bytearray(b64decode(document["proof"][0]))
    first[0] ^= 1
    document["proof"][0] = b64encode(first).decode()


def _a_proof_in_another_order(document):
    document["proof"].reverse()


def _another_root(document):
    lines = document["checkpoint"].split("\n")
    lines[2] = b64encode(b"\0" * 32).decode()
    document["checkpoint"] = "\n".join(lines)


def _another_tree_size(document):
    lines = document["checkpoint"].split("\n")
    lines[1] = "9"
    document["checkpoint"] = "\n".join(lines)


def _no_signature(document):
    document["checkpoint"] = document["checkpoint"].partition("\n\n")[0] + "\n"


def _a_word_more(document):
    document["remark"] = "not checked"


def _no_files(document):
    document["statement"]["files"] = []


def _a_size_that_is_none(document):
    document["statement"]["files"][0]["size_bytes"] = -3


def _a_digest_that_is_none(document):
    document["statement"]["files"][0]["sha256"] = "abc"


def _a_number_json_cannot_carry(document):
    document["statement"]["files"][0]["size_bytes"] = 2**60


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("custody.receipt_statement", _another_file),
        ("custody.receipt_statement", _another_size),
        ("custody.receipt_statement", _a_file_more),
        ("custody.receipt_statement", _a_file_less),
        ("custody.receipt_statement", _files_in_another_order),
        ("custody.receipt_statement", _another_organization),
        ("custody.receipt_proof", _another_statement_with_its_own_hash),
        ("custody.receipt_proof", _another_time),
        ("custody.receipt_proof", _another_index),
        ("custody.receipt_proof", _a_proof_cut_short),
        ("custody.receipt_proof", _a_proof_altered),
        ("custody.receipt_proof", _a_proof_in_another_order),
        ("custody.signature", _another_root),
        ("custody.signature", _another_tree_size),
        ("custody.note_form", _no_signature),
        ("custody.receipt_form", _a_word_more),
        ("custody.receipt_form", _no_files),
        ("custody.receipt_form", _a_size_that_is_none),
        ("custody.receipt_form", _a_digest_that_is_none),
        ("custody.receipt_form", _a_number_json_cannot_carry),
    ],
)
def test_a_receipt_that_was_altered_is_refused(log, receipt, code, change):
    assert refused(altered(receipt, change), log.ring) == code


@pytest.mark.parametrize(
    "forge",
    [
        lambda one: one.replace(b'"index": 4', b'"index": 4.0'),
        lambda one: one.replace(b'"index": 4', b'"index": true'),
        lambda one: one.replace(b'"index": 4', b'"index": 3, "index": 4'),
        lambda one: one.replace(b'"size_bytes": 3', b'"size_bytes": 3.0'),
        lambda one: one.replace(b'"size_bytes": 3', b'"size_bytes": 9, "size_bytes": 3'),
        lambda one: one.replace(b'"version": 1', b'"version": 2'),
        lambda one: one.replace(b"thanhtra.receipt", b"thanhtra.recipe"),
        lambda one: one[:-10],
        lambda _: b"",
        lambda _: b"[]",
        lambda _: b"\xff",
        lambda _: b"[" * 100_000,
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(log, receipt, forge):
    assert forge(receipt) != receipt
    assert refused(forge(receipt), log.ring) == "custody.receipt_form"


def test_receipt_of_another_act(log):
    entry_id = certify(log, act="evidence.receive")
    log.sequence()

    assert refused(issue(log, entry_id), log.ring) == "custody.receipt_act"


def test_receipt_with_the_proof_of_another_entry(log, entry_id, receipt):
    other = certify(log)
    log.sequence()
    with log.database.read() as session:
        there = get_entry(session, entry_id=other)
        proof = prove_inclusion(session, index=there.index, size=8 + 1)

    def swap(document):
        document["proof"] = [b64encode(one).decode() for one in proof]

    assert entry_id != other
    assert refused(altered(receipt, swap), log.ring) == "custody.receipt_proof"


def test_receipt_in_a_tree_of_one_leaf_signed_by_somebody(log, receipt, tmp_path):
    key_files.generate(tmp_path / "forger", origin=log.ring.origin, at=START)
    forger = key_files.find_signer(tmp_path / "forger")

    def replant(document):
        document["index"], document["proof"] = 0, []
        leaf = leaf_hash(canonical(document["entry"]))
        document["checkpoint"] = Checkpoint(origin=log.ring.origin, size=1, root=leaf).sign(forger)

    forged = altered(receipt, replant)
    assert refused(forged, log.ring) == "custody.unsigned"
    assert verify_receipt(forged, KeyRing.parse(str(forger.public))).index == 0


def test_receipt_of_another_log_of_the_same_key(log, receipt):
    def move(document):
        leaf = leaf_hash(canonical(document["entry"]))
        document["index"], document["proof"] = 0, []
        head = Checkpoint(origin="other.example.vn/custody", size=1, root=leaf)
        document["checkpoint"] = head.sign(log.signer)

    assert refused(altered(receipt, move), log.ring) == "custody.another_log"


def test_receipt_signed_with_a_key_retired_before(log, receipt):
    key_files.rotate(log.folder, at=START + timedelta(minutes=2))  # the entry is of minute 4

    assert refused(receipt, log.ring) == "custody.key_retired"


def test_receipt_checked_with_the_key_of_another_platform(log, receipt, tmp_path):
    key_files.generate(tmp_path / "other", origin=log.ring.origin, at=START)

    assert refused(receipt, key_files.load_ring(tmp_path / "other")) == "custody.unsigned"
