"""A forged giant in a case file is refused by its size: it never comes into memory."""

import tracemalloc

import pytest

from evidence.bounded import TooLargeError, read_bounded
from evidence.receipt import LARGEST_RECEIPT
from inspection.casefile import layout, reading, verify_case
from tests.inspection.casefile.conftest import keys_of
from tests.inspection.casefile.forging import seal_again

_SMALL = 1 << 20


def swell(path, size):
    """Make a file larger without writing it."""
    with path.open("r+b") as file:
        file.truncate(size)


def receipt_of(bag):
    [path] = (bag / "data/custody/receipts").iterdir()
    return path


@pytest.fixture
def ring(sealed_once):
    return keys_of(sealed_once[0]).find_ring()


def faults(bag, ring):
    report = verify_case(bag, ring=ring)
    return {(one.fault.value, one.path, one.found) for one in report.problems}


def test_a_giant_receipt_is_not_read(case_file, ring):
    path = receipt_of(case_file)
    swell(path, LARGEST_RECEIPT + 1)
    seal_again(case_file)

    tracemalloc.start()
    found = faults(case_file, ring)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    told = f"data/custody/receipts/{path.name}"
    assert ("receipt_fails", told, "custody.receipt_too_large") in found
    assert peak < LARGEST_RECEIPT // 2


@pytest.mark.parametrize(
    "document",
    [
        "case.json",
        "journal.jsonl",
        layout.FROZEN,
        "pack/manifest-sha256.txt",
        "custody/entries.jsonl",
        "custody/checkpoint.txt",
    ],
)
def test_a_giant_document_is_not_read(case_file, ring, monkeypatch, document):
    path = case_file / "data" / document
    swell(path, _SMALL + 1)
    seal_again(case_file)
    monkeypatch.setattr(reading, "LARGEST_DOCUMENT", _SMALL)

    assert ("bad_document", f"data/{document}", "TooLargeError") in faults(case_file, ring)


def test_what_grows_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "grown"
    path.write_bytes(b"1234")
    assert read_bounded(path, most=4) == b"1234"
    with pytest.raises(TooLargeError) as refused:
        read_bounded(path, most=3)
    assert (refused.value.size_bytes, refused.value.most) == (4, 3)
