"""What somebody relies on stays, though it may hold a secret: it is held back and not removed."""

import pytest
from sqlmodel import select

from evidence.digest import Digest
from inspection import deposits
from inspection.errors import ConflictError, NotFoundError
from inspection.keeping.known import list_evidence_of
from inspection.tables import (
    Deposit,
    EvidenceItem,
)
from inspection.workflow.states import Act, DepositState, ScreeningState
from tests.inspection.quarantining import (
    declare,
    forget,
    state_of,
    withdraw,
)
from tests.inspection.test_findings import answer, attach, draft, send
from tests.inspection.test_holds import move, place
from tests.inspection.world import PAYMENTS, case_of

S = ScreeningState


def test_what_was_never_held_back_cannot_be_removed(world, opened):
    received = world.upload(*case_of(world, opened))
    world.screen_item(received.item_id)

    with pytest.raises(NotFoundError):
        forget(world, received.item_id)


def test_accepted_evidence_is_held_back_and_not_removed(world, opened):
    received = world.take_in(opened)
    declare(world, received.item_id)

    assert state_of(world, received.item_id) is S.QUARANTINED
    assert refusal(world, received) == "screening.accepted_already"


def test_evidence_that_was_replaced_is_not_removed(world, opened):
    received = world.take_in(opened)
    newer = world.write(
        deposits.begin_version,
        actor=world.actor("officer"),
        deposit_id=received.deposit_id,
        version=world.get(Deposit, received.deposit_id).version,
        why="Sửa",
    )
    with world.database.read() as session:
        copy = session.exec(select(EvidenceItem).where(EvidenceItem.deposit_id == newer)).one()
    withdraw(world, copy, item_id=copy.id)
    other = world.upload(*case_of(world, opened), content=PAYMENTS.replace(b"150", b"151"))
    world.read_item(other.item_id)
    world.accept(newer)
    declare(world, received.item_id)

    assert world.get(Deposit, received.deposit_id).state is DepositState.SUPERSEDED
    assert refusal(world, received) == "screening.accepted_already"


def test_what_a_run_has_read_is_not_removed(world, opened):
    inspection_id, _ = case_of(world, opened)
    received = world.take_in(opened)
    world.evaluate(inspection_id)
    declare(world, received.item_id)

    assert refusal(world, received) == "screening.evaluated"


def test_a_file_of_an_answer_handed_in_is_not_removed_and_is_held(world, opened):
    inspection_id, request_id = case_of(world, opened)
    table = world.upload(inspection_id, request_id)
    world.read_item(table.item_id)
    world.accept(table.deposit_id)
    finding_id = draft(world, opened, world.evaluate(inspection_id))
    send(world, finding_id)
    received = attach(world, finding_id, name="trả lời.txt", content=b"answer")
    with world.database.read() as session:
        assert received.sha256 not in list_evidence_of(session, [inspection_id])
    answer(world, finding_id)
    declare(world, received.item_id)

    assert refusal(world, received) == "screening.answered"
    with world.database.read() as session:
        assert received.sha256 in list_evidence_of(session, [inspection_id])


def test_what_lies_under_a_hold_is_not_removed(world, opened):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    world.hand_in(received.deposit_id)
    hold_id = place(world, inspection_id)
    declare(world, received.item_id)

    assert refusal(world, received) == "screening.under_hold"
    move(world, hold_id, Act.ASK_LIFT, "lead")
    assert refusal(world, received) == "screening.under_hold"
    move(world, hold_id, Act.LIFT, "issuer")
    forget(world, received.item_id)


def refusal(world, received):
    """Why a file cannot be removed; its bytes stay."""
    with pytest.raises(ConflictError) as refused:
        forget(world, received.item_id)
    assert state_of(world, received.item_id) is S.QUARANTINED
    assert world.storage.exists(Digest(received.sha256))
    return refused.value.code
