"""A file waits to be looked at, and the journal does not say so: after an upgrade, for a while."""

import pytest
from sqlmodel import col, delete, select, update

from inspection import deposits
from inspection.casefile import stream_case, verify_case
from inspection.errors import ConflictError
from inspection.tables import EvidenceItem, JournalEntry, Screening
from inspection.workflow.states import ScreeningState
from tests.inspection.casefile.conftest import keys_of, take_out
from tests.inspection.test_versions import act
from tests.inspection.world import case_of


def never_screened(session):
    """It came before there was screening."""
    session.exec(delete(Screening))
    session.exec(delete(JournalEntry).where(col(JournalEntry.event) == "evidence.screen"))


def rescanned_unsaid(session):
    """An older release had it looked at again, and wrote no line."""
    session.exec(
        update(Screening)
        .where(col(Screening.state) == ScreeningState.UNSCANNED)
        .values(state=ScreeningState.WAITING)
    )


@pytest.mark.parametrize("leave", [never_screened, rescanned_unsaid])
def test_no_case_file_is_made_that_would_fail_its_own_check(world, concluded, tmp_path, leave):
    with world.database.write() as session:
        leave(session)

    with pytest.raises(ConflictError) as refused:
        take_out(world, concluded, tmp_path / "bag")
    with pytest.raises(ConflictError, match="waiting"):
        stream_case(
            world.database,
            world.storage,
            keys=keys_of(world),
            actor=world.actor("lead"),
            inspection_id=concluded,
            clock=world.now,
        )

    assert (refused.value.code, dict(refused.value.facts)) == ("casefile.waiting", {"count": 1})
    assert not (tmp_path / "bag").exists()
    # Nobody has taken anything, and the log says of nobody that they did.
    with world.database.read() as session:
        taken = select(JournalEntry).where(col(JournalEntry.event) == "case.export")
        assert session.exec(taken).all() == []


def test_what_was_handed_in_and_not_yet_accepted_counts_as_well(world, opened, tmp_path):
    inspection_id, request_id = case_of(world, opened)
    received = world.upload(inspection_id, request_id)
    world.screen_item(received.item_id)
    act(world, deposits.submit_deposit, "officer", received.deposit_id, note="")
    with world.database.write() as session:
        rescanned_unsaid(session)

    with pytest.raises(ConflictError, match="waiting"):
        take_out(world, inspection_id, tmp_path / "bag")


def test_when_it_was_looked_at_the_case_file_holds(world, concluded, tmp_path):
    with world.database.write() as session:
        rescanned_unsaid(session)
        item_id = session.exec(select(EvidenceItem.id)).one()
    world.screen_item(item_id)

    bag = take_out(world, concluded, tmp_path / "bag")

    report = verify_case(bag, ring=keys_of(world).find_ring())
    assert (report.problems, report.warnings) == ((), ())
