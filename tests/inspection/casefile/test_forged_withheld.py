"""Case files that leave a file out and say that it is withheld."""

import json
import shutil
from uuid import uuid4

import pytest

from evidence.errors import StorageUnavailableError
from evidence.limits import Limits
from evidence.screening.values import Level
from inspection import deposits, screening
from inspection.casefile import verify_case
from inspection.tables import Deposit, Screening
from inspection.workflow.states import DepositState
from tests.inspection.casefile.conftest import keys_of, take_out
from tests.inspection.casefile.forging import change_document
from tests.inspection.casefile.test_destroyed import destroy, destroyed_once, drop
from tests.inspection.casefile.test_forged_binding import problems
from tests.inspection.casefile.test_forged_journal import lines_of
from tests.inspection.test_findings import answer, draft, evaluated, send
from tests.inspection.world import case_of

__all__ = ["destroyed_once", "evaluated"]


def withhold(bag, state, *, kept="items"):
    """Take the last file out, and tell it as withheld."""

    def change(case):
        item = case[kept].pop()
        case["withheld"].append({**item, "state": state})
        if kept == "items":
            (bag / "data" / item["path"]).unlink()

    change_document(bag, change)


@pytest.mark.parametrize(
    "state",
    [
        *("quarantined", "removed", "removing", "infected", "waiting"),
        *("clear", "unscanned", "too large", "error", "refused", "not handed in"),
    ],
)
def test_evidence_declared_withheld(case_file, ring, state):
    withhold(case_file, state)

    assert problems(case_file, ring) == [("state_differs", "case.json")]


@pytest.mark.parametrize("state", ["waiting", "not handed in"])
def test_evidence_that_was_used_declared_never_looked_at(case_file, ring, state):
    """With the line of its screening left out, and its entry."""
    [leaf_id] = [
        line["leaf_id"] for line in lines_of(case_file) if line["event"] == "evidence.screen"
    ]
    drop(case_file, leaf_id)
    withhold(case_file, state)

    assert problems(case_file, ring) == [
        ("state_differs", "case.json"),
        ("entry_missing", "custody/entries.jsonl"),
    ]


def test_evidence_laid_to_a_deposit_nobody_handed_in(case_file, ring):
    """The log knows which deposit it came with."""

    def change(case):
        case["items"][0].update(deposit_id=str(uuid4()))

    change_document(case_file, change)
    withhold(case_file, "not handed in")

    assert ("log_differs", "case.json") in problems(case_file, ring)


def test_deposit_left_out_with_all_the_log_knows_of_it(case_file, ring):
    """That a run has used its file remains: so it was handed in."""
    [deposit_id] = [path.stem for path in (case_file / "data/custody/receipts").iterdir()]
    drop(case_file, '"act\\":\\"deposit.', deposit_id)
    shutil.rmtree(case_file / "data/custody/receipts")
    change_document(case_file, lambda case: case["deposits"].clear())
    withhold(case_file, "not handed in")

    assert problems(case_file, ring) == [
        ("state_differs", "case.json"),
        ("entry_missing", "custody/entries.jsonl"),
    ]


@pytest.fixture
def answered(world, opened, evaluated, tmp_path):
    """A case file with an answer that was handed in with a file."""
    finding_id = draft(world, opened, evaluated)
    send(world, finding_id)
    came = deposits.receive_answer_file(
        world.database,
        world.storage,
        actor=world.actor("officer"),
        finding_id=finding_id,
        name="giải trình.pdf",
        chunks=[b"%PDF-1.7"],
        limits=Limits(file_bytes=1_000),
        incoming_id=uuid4(),
        clock=world.now,
    )
    world.screen_item(came.item_id)
    answer(world, finding_id)
    bag = take_out(world, case_of(world, opened)[0], tmp_path / "bag")
    assert problems(bag, keys_of(world).find_ring()) == []
    return bag


@pytest.mark.parametrize("state", ["not handed in", "waiting", "unscanned"])
def test_file_of_an_answer_declared_withheld(world, answered, state):
    withhold(answered, state)

    found = problems(answered, keys_of(world).find_ring())
    assert found == [("state_differs", "case.json")]


def test_destroyed_evidence_declared_withheld_in_the_older_format(destroyed_once, tmp_path):
    bag = shutil.copytree(destroyed_once[1][0], tmp_path / "bag")
    shutil.rmtree(bag / "data/custody/destructions")
    withhold(bag, "waiting", kept="destroyed")
    change_document(bag, lambda case: case.update(format="thanhtra.case/1"))

    found = problems(bag, keys_of(destroyed_once[0]).find_ring())
    assert found == [("state_differs", "case.json")]


@pytest.fixture
def destroyed_waiting(world, concluded, tmp_path):
    """A case file whose evidence waited to be looked at again when it was destroyed."""
    screening.rescan_unscanned(world.database, clock=world.now)
    destroy(world, concluded)
    return take_out(world, concluded, tmp_path / "bag")


def test_destroyed_evidence_is_told_so_whatever_its_screening_was(world, destroyed_waiting):
    case = json.loads((destroyed_waiting / "data/case.json").read_text())

    report = verify_case(destroyed_waiting, ring=keys_of(world).find_ring())
    assert (report.problems, report.warnings) == ((), ())
    assert (len(case["destroyed"]), case["withheld"]) == (1, [])


def test_destroyed_evidence_declared_withheld_in_the_state_it_was_in(world, destroyed_waiting):
    [certificate] = (destroyed_waiting / "data/custody/destructions").iterdir()
    certificate.unlink()
    withhold(destroyed_waiting, "waiting", kept="destroyed")

    assert problems(destroyed_waiting, keys_of(world).find_ring()) == [
        ("no_certificate", f"custody/destructions/{certificate.name}")
    ]


def test_what_waits_again_since_there_is_a_scanner_is_borne_out(world, concluded, tmp_path):
    screening.rescan_unscanned(world.database, clock=world.now)

    report = verify_case(
        take_out(world, concluded, tmp_path / "bag"), ring=keys_of(world).find_ring()
    )
    assert report.problems == ()
    assert [one.fault.value for one in report.warnings] == ["withheld"]


def test_secrets_being_removed_are_borne_out(world, opened, tmp_path, monkeypatch):
    """The store does not let go of them yet: one was held back, the other one of its bytes not."""
    inspection_id, request_id = case_of(world, opened)
    first, twin = (world.upload(inspection_id, request_id) for _ in range(2))
    for one in (first, twin):
        world.screen_item(one.item_id)
    world.write(
        screening.declare_secret,
        actor=world.actor("officer"),
        item_id=first.item_id,
        level=Level.SECRET,
    )

    def refuse(_):
        raise StorageUnavailableError("storage.unavailable")

    monkeypatch.setattr(world.storage, "erase", refuse)
    with pytest.raises(StorageUnavailableError):
        screening.forget_quarantined(
            world.database,
            world.storage,
            actor=world.actor("guard"),
            item_id=first.item_id,
            version=world.get(Screening, first.item_id).version,
            reason="Tài liệu mật.",
            at=world.now(),
        )
    with world.database.write() as session:
        session.get_one(Deposit, first.deposit_id).state = DepositState.SUBMITTED
    bag = take_out(world, inspection_id, tmp_path / "bag")

    case = json.loads((bag / "data/case.json").read_text())
    assert [row["state"] for row in case["withheld"]] == ["removing"] * 2
    # Only the state of the deposit, which the test has set without an act, is not as the log says.
    assert problems(bag, keys_of(world).find_ring()) == [("state_differs", "case.json")]
