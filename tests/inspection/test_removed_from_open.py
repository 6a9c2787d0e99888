"""A secret removed while the answer is still open: the answer goes on without it."""

import json
from uuid import uuid4

import pytest

from evidence.errors import StorageUnavailableError
from evidence.limits import Limits
from inspection import deposits
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.queries.deposits import get_deposit, get_item, list_deposits
from inspection.screening.gates import NAMELESS
from inspection.tables import Deposit, DepositReceipt, EvidenceItem, Screening
from inspection.workflow.states import DepositState, ScreeningState
from tests.evidence.screening.documents import docx
from tests.inspection.quarantining import (
    SECRET,
    declare,
    events,
    forget,
    quarantined,
    withdraw,
)
from tests.inspection.test_query_counts import counted
from tests.inspection.test_versions import act, twice
from tests.inspection.world import PAYMENTS, case_of

__all__ = ["twice"]

REASON = "Biên bản số 3"


def look(world, deposit_id, name="officer"):
    return world.read(get_deposit, actor=world.actor(name), deposit_id=deposit_id)


def stated(world, deposit_id):
    return json.loads(world.get(DepositReceipt, deposit_id).statement)["files"]


def test_it_shows_as_removed_with_the_reason_and_is_no_file_of_the_answer(world, opened):
    kept = world.upload(*case_of(world, opened))
    gone = quarantined(world, opened)

    forget(world, gone.item_id, reason=REASON)

    page = look(world, kept.deposit_id)
    assert ([file.id for file in page.files], page.removed, page.held_back) == (
        [kept.item_id],
        (),
        (),
    )
    decided_at = world.get(Screening, gone.item_id).decided_at
    assert [
        (one.id, one.sha256, one.state, one.reason, one.removed_at) for one in page.taken_out
    ] == [(gone.item_id, gone.sha256, ScreeningState.REMOVED, REASON, decided_at)]
    assert "bảng kê" not in repr(page.taken_out)
    assert events(world, gone.item_id)[-3:] == [
        "evidence.quarantine",
        "evidence.withdraw",
        "evidence.remove",
    ]


def test_the_answer_is_certified_and_accepted_with_the_other_files(world, opened):
    kept = world.upload(*case_of(world, opened))
    gone = quarantined(world, opened)
    world.read_item(kept.item_id)
    forget(world, gone.item_id)

    world.accept(kept.deposit_id)

    assert [(file["id"], file["name"]) for file in stated(world, kept.deposit_id)] == [
        (str(kept.item_id), "bảng kê.csv")
    ]
    assert look(world, kept.deposit_id).state is DepositState.ACCEPTED


def test_with_nothing_else_in_it_it_waits_for_a_file_in_its_place(world, opened):
    gone = quarantined(world, opened)
    forget(world, gone.item_id)

    with pytest.raises(InvalidError) as refused:
        act(world, deposits.submit_deposit, "officer", gone.deposit_id, note="")
    new = world.upload(*case_of(world, opened))
    world.read_item(new.item_id)
    world.accept(gone.deposit_id)

    assert refused.value.code == "deposit.no_file"
    assert new.deposit_id == gone.deposit_id
    assert [file["id"] for file in stated(world, gone.deposit_id)] == [str(new.item_id)]


def test_what_was_removed_takes_no_place_of_another(world, opened):
    gone = quarantined(world, opened)
    case = case_of(world, opened)
    forget(world, gone.item_id)

    def receive(content):
        return deposits.receive_file(
            world.database,
            world.storage,
            actor=world.actor("officer"),
            inspection_id=case[0],
            request_id=case[1],
            name="thay.csv",
            chunks=[content],
            limits=Limits(files=1),
            incoming_id=uuid4(),
            clock=world.now,
        )

    assert receive(PAYMENTS).deposit_id == gone.deposit_id


def test_its_sender_alone_can_still_look_at_what_became_of_it(world, opened):
    kept = world.upload(*case_of(world, opened))
    gone = quarantined(world, opened)
    forget(world, gone.item_id)
    act(world, deposits.submit_deposit, "officer", kept.deposit_id, note="")

    page = world.read(get_item, actor=world.actor("officer"), item_id=gone.item_id)
    assert (page.item.name, page.item.screening.state, page.deposit_id, page.is_readable) == (
        NAMELESS,
        ScreeningState.REMOVED,
        kept.deposit_id,
        False,
    )
    assert len(look(world, kept.deposit_id).taken_out) == 1
    # What was not handed in is the organization's own.
    assert look(world, kept.deposit_id, "lead").taken_out == ()
    for name in ("lead", "member", "other"):
        with pytest.raises(NotFoundError):
            world.read(get_item, actor=world.actor(name), item_id=gone.item_id)


def test_what_its_sender_took_out_before_is_not_shown_again(world, opened):
    kept = world.upload(*case_of(world, opened))
    secret = world.upload(*case_of(world, opened), content=SECRET)
    withdraw(world, secret)
    world.screen_item(secret.item_id)
    forget(world, secret.item_id)

    assert look(world, kept.deposit_id).taken_out == ()
    with pytest.raises(NotFoundError):
        world.read(get_item, actor=world.actor("officer"), item_id=secret.item_id)


def test_it_shows_where_the_officer_has_decided_twice_before_it_was_gone(world, opened):
    kept = world.upload(*case_of(world, opened))
    gone = quarantined(world, opened)
    erase = world.storage.erase

    def fail(_digest):
        raise StorageUnavailableError("evidence.storage_unavailable")

    def hesitate(digest):
        world.storage.erase = fail
        with pytest.raises(StorageUnavailableError):
            forget(world, gone.item_id)
        erase(digest)

    world.storage.erase = hesitate
    forget(world, gone.item_id)

    assert [one.id for one in look(world, kept.deposit_id).taken_out] == [gone.item_id]


def test_what_was_certified_is_not_changed_by_removing(world, opened):
    gone = quarantined(world, opened)
    act(world, deposits.submit_deposit, "officer", gone.deposit_id, note="")
    forget(world, gone.item_id)

    assert world.get(EvidenceItem, gone.item_id).deposit_id == gone.deposit_id
    page = look(world, gone.deposit_id)
    assert ([file.id for file in page.removed], page.taken_out) == ([gone.item_id], ())
    assert [file["sha256"] for file in stated(world, gone.deposit_id)] == [gone.sha256]


def test_what_the_first_has_certified_is_opened_again_and_goes_on(world, twice):
    kept = world.upload(*twice, content=b"kept")
    gone = world.upload(*twice, content=b"secret")
    declare(world, gone.item_id)
    act(world, deposits.certify_deposit, "officer", kept.deposit_id, note="")
    forget(world, gone.item_id, reason=REASON)

    [submit] = [one for one in look(world, kept.deposit_id, "deputy").acts if one.act == "submit"]
    with pytest.raises(ConflictError) as refused:
        act(world, deposits.submit_deposit, "deputy", kept.deposit_id, note="")
    act(world, deposits.reopen_deposit, "deputy", kept.deposit_id, reason="Có tệp đã xóa")
    page = look(world, kept.deposit_id)
    act(world, deposits.certify_deposit, "officer", kept.deposit_id, note="")
    act(world, deposits.submit_deposit, "deputy", kept.deposit_id, note="")

    assert (submit.allowed, submit.reason_code) == (False, refused.value.code)
    assert refused.value.code == "deposit.removed_since"
    assert [one.reason for one in page.taken_out] == [REASON]
    assert [file["id"] for file in stated(world, kept.deposit_id)] == [str(kept.item_id)]


def test_what_an_older_release_left_in_an_open_answer_is_taken_out_when_it_is_certified(
    world, opened
):
    kept = world.upload(*case_of(world, opened))
    gone = quarantined(world, opened)
    forget(world, gone.item_id)
    with world.database.write() as session:
        item = session.get_one(EvidenceItem, gone.item_id)
        item.deposit_id, item.removed_from, item.removed_at = item.removed_from, None, None

    act(world, deposits.submit_deposit, "officer", kept.deposit_id, note="")

    assert [file["id"] for file in stated(world, kept.deposit_id)] == [str(kept.item_id)]
    assert world.get(EvidenceItem, gone.item_id).removed_from == kept.deposit_id


def test_three_removed_files_take_as_many_queries_as_one(world, opened):
    inspection_id, _ = case = case_of(world, opened)
    counts = []
    for number in range(3):
        received = world.upload(*case, content=docx([f"Số {number}", "MẬT"]))
        world.screen_item(received.item_id)
        forget(world, received.item_id)
        with counted(world.database) as queries:
            [page] = world.read(
                list_deposits, actor=world.actor("officer"), inspection_id=inspection_id
            )
        counts.append((len(page.taken_out), len(queries)))

    assert [files for files, _ in counts] == [1, 2, 3]
    assert counts[0][1] == counts[2][1]
    assert world.get(Deposit, received.deposit_id).state is DepositState.OPEN
