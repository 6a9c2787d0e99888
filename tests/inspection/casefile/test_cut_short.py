"""The end of the entries is known from the conclusion and from receipts, wherever they are kept."""

import json
import shutil
from hashlib import sha256

import pytest
from sqlmodel import select

from inspection.casefile import verify_case
from inspection.receipts import get_receipt
from inspection.tables import Deposit, Inspection
from tests.inspection.casefile.conftest import keys_of, take_out
from tests.inspection.casefile.forging import change_document, seal_again
from tests.inspection.casefile.series_forging import (
    ENTRIES,
    FROZEN,
    counted,
    cut,
    entry_of,
    number_of,
    own,
    reached,
    tell_undone,
)
from tests.inspection.casefile.test_forged_binding import change_lines, problems
from tests.inspection.test_conclusions import verify_one


def test_the_end_cut_before_the_conclusion(case_file, ring):
    """The conclusion knows how many there were."""
    approval = number_of(entry_of(case_file, "conclusion.approve"))
    cut(case_file, *(one for one in own(case_file) if number_of(one) >= approval - 2))

    expected = ("cut_short", FROZEN, str(approval - 1), str(approval - 3))
    assert counted(case_file, ring) == [expected]


def test_the_end_cut_behind_the_conclusion_is_all_that_stays_hidden(case_file, ring):
    approval = number_of(entry_of(case_file, "conclusion.approve"))
    cut(case_file, *(one for one in own(case_file) if number_of(one) >= approval))

    assert counted(case_file, ring) == []


def leave_no_entry(bag):
    """Tell the whole case as older than the log: no entry, no receipt, lines without an entry."""
    (bag / "data" / ENTRIES).write_text("")
    shutil.rmtree(bag / "data/custody/receipts")

    def forget(lines):
        return [{**one, "leaf_id": None} for one in lines]

    change_lines(bag / "data/journal.jsonl", forget)
    seal_again(bag)


def test_all_entries_cut(case_file, ring):
    approval = number_of(entry_of(case_file, "conclusion.approve"))
    campaign = reached(case_file, whole=True)
    leave_no_entry(case_file)

    assert counted(case_file, ring) == [
        ("cut_short", FROZEN, str(approval - 1), "0"),
        ("campaign_cut_short", FROZEN, str(campaign), "0"),
    ]


def receipt_of(world, inspection_id, path):
    """The receipt as the organization keeps it."""
    with world.database.read() as session:
        deposit = session.exec(select(Deposit).where(Deposit.inspection_id == inspection_id)).one()
        receipt = get_receipt(
            session,
            actor=world.actor("officer"),
            deposit_id=deposit.id,
            ring=keys_of(world).find_ring(),
        )
    path.write_bytes(receipt.to_json())
    return path


@pytest.fixture
def receipt(case_file, tmp_path):
    [path] = (case_file / "data/custody/receipts").iterdir()
    return shutil.copy(path, tmp_path / "receipt.json")


def test_all_entries_cut_and_the_conclusion_changed_accordingly(case_file, ring, receipt):
    """What the organization has kept remains."""
    number = number_of(json.loads(receipt.read_text())["entry"])
    leave_no_entry(case_file)
    frozen = case_file / "data" / FROZEN
    said = json.loads(frozen.read_text())
    said["document"]["log"] = None
    frozen.write_text(json.dumps(said))
    digest = sha256(frozen.read_bytes()).hexdigest()
    change_document(case_file, lambda case: case["conclusions"][0].update(frozen_sha256=digest))
    assert counted(case_file, ring) == []

    assert counted(case_file, ring, receipt) == [("cut_short", str(receipt), str(number), "0")]
    report = verify_case(case_file, ring=ring, receipts=[receipt])
    assert ("left_out", str(receipt)) in [(one.fault, one.path) for one in report.problems]


def test_no_log_although_a_receipt_was_kept(case_file, receipt):
    shutil.rmtree(case_file / "data/custody")
    (case_file / "data" / FROZEN).unlink()
    seal_again(case_file)

    for receipts, found in (([], []), ([receipt], ["no_log"])):
        report = verify_case(case_file, receipts=receipts)
        assert [one.fault for one in report.problems if one.fault == "no_log"] == found


def test_a_receipt_in_the_case_file_demands_all_up_to_its_own(case_file, ring, receipt):
    number = number_of(json.loads(receipt.read_text())["entry"])
    (case_file / "data" / FROZEN).unlink()
    cut(case_file, *(one for one in own(case_file) if number_of(one) >= number))

    path = f"custody/receipts/{entry_id(receipt)}.json"
    assert counted(case_file, ring) == [("cut_short", path, str(number), str(number - 1))]


def entry_id(receipt):
    return json.loads(receipt.read_text())["statement"]["deposit_id"]


def test_a_true_receipt_that_was_kept_is_here(case_file, ring, receipt):
    report = verify_case(case_file, ring=ring, receipts=[receipt])

    assert (report.problems, report.warnings) == ((), ())
    assert report.checked["receipts"] == 2


def test_a_receipt_that_does_not_hold_is_none(case_file, ring, receipt):
    receipt.write_text(receipt.read_text().replace("commune", "other"))

    report = verify_case(case_file, ring=ring, receipts=[receipt])
    assert [(one.fault, one.path) for one in report.problems] == [("receipt_fails", str(receipt))]


def test_an_older_case_file_beside_a_newer_receipt(world, opened, tmp_path):
    """True in all it says: what came later is told by the receipt alone."""
    with world.database.read() as session:
        inspection_id = session.exec(
            select(Inspection.id).where(
                Inspection.campaign_id == opened,
                Inspection.organization_id == world.bodies["commune"],
            )
        ).one()
    bag = take_out(world, inspection_id, tmp_path / "bag")
    ring = keys_of(world).find_ring()
    assert problems(bag, ring) == []
    ends = reached(bag)
    assert verify_one(world, opened) == inspection_id
    take_out(world, inspection_id, tmp_path / "newer")
    receipt = receipt_of(world, inspection_id, tmp_path / "receipt.json")
    number = number_of(json.loads(receipt.read_text())["entry"])

    assert counted(bag, ring, receipt) == [("cut_short", str(receipt), str(number), str(ends))]


def test_a_receipt_of_another_inspection(case_file, ring, receipt):
    """It says nothing of this one."""
    change_document(
        case_file,
        lambda case: case["inspection"][0].update(id="3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    )

    report = verify_case(case_file, ring=ring, receipts=[receipt])
    assert ("other_case", str(receipt)) in [(one.fault, one.path) for one in report.problems]


def test_all_entries_of_the_campaign_cut(world, opened, tmp_path):
    """Where the opening of the inspection is counted, its campaign was opened as well."""
    bag = take_out(world, verify_one(world, opened), tmp_path / "bag")
    cut(bag, *own(bag, whole=True))
    tell_undone(bag)

    assert problems(bag, keys_of(world).find_ring()) == [("campaign_cut_short", ENTRIES)]
