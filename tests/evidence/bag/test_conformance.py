"""The published conformance suite of BagIt."""

import json

import pytest

from evidence.bag import verify_bag
from tests.evidence.bag.making import faults

INVALID = {
    "baginfo-missing-encoding": [("bad_declaration", "bagit.txt")],
    "bom-in-bagit.txt": [("byte_order_mark", "bagit.txt")],
    "corrupt-data-file": [("altered", "data/bare-filename"), ("wrong_total", "bag-info.txt")],
    "corrupt-tag-file": [
        ("altered", "bag-info.txt"),
        ("altered", "bagit.txt"),
        ("altered", "manifest-md5.txt"),
    ],
    "extra-file-in-bag": [("not_listed", "data/bar"), ("wrong_total", "bag-info.txt")],
}


@pytest.fixture(scope="module")
def suite(acceptance):
    return acceptance / "bagit"


def test_every_valid_bag_is_valid(suite):
    expected = json.loads((suite / "expected.json").read_text())["valid"]

    found = {one["bag"]: faults(verify_bag(suite / one["bag"])) for one in expected}

    assert found == {one["bag"]: [] for one in expected}
    assert len(found) == 12


def test_every_invalid_bag_is_refused_with_its_reason(suite):
    expected = json.loads((suite / "expected.json").read_text())["invalid"]

    found = {one["bag"]: faults(verify_bag(suite / one["bag"])) for one in expected}

    assert found == {f"v0.97/invalid/{name}": reasons for name, reasons in INVALID.items()}
