"""Acts on files that may hold a secret, shared by tests."""

from sqlmodel import col, select

from evidence.custody.proving import list_entries
from evidence.screening.values import Level
from inspection import deposits, screening
from inspection.tables import (
    JournalEntry,
    OutboxEntry,
    Screening,
)
from inspection.workflow.states import ScreeningState
from tests.evidence.screening.documents import docx
from tests.inspection.world import case_of

S = ScreeningState
SECRET = docx(["Số: 12", "TỐI MẬT"])


def state_of(world, item_id):
    row = world.get(Screening, item_id)
    return None if row is None else row.state


def jobs(world, item_id):
    with world.database.read() as session:
        return list(
            session.exec(
                select(OutboxEntry.job)
                .where(col(OutboxEntry.subject_id) == item_id)
                .order_by(col(OutboxEntry.created_at))
            )
        )


def events(world, item_id):
    with world.database.read() as session:
        return list(
            session.exec(
                select(JournalEntry.event)
                .where(col(JournalEntry.subject_id) == item_id)
                .order_by(col(JournalEntry.id))
            )
        )


def looks(world, item_id):
    """Who was shown the file, or took it: those acts in the custody log."""
    with world.database.read() as session:
        said = [one.said for one in list_entries(session, subject_ids=frozenset({item_id}))]
    return [one["act"] for one in said if one["act"] in {"evidence.read", "evidence.download"}]


def quarantined(world, opened, *, by="officer"):
    received = world.upload(*case_of(world, opened), content=SECRET, by=by)
    world.screen_item(received.item_id)
    assert state_of(world, received.item_id) is S.QUARANTINED
    return received


def forget(world, item_id, *, by="guard", reason="Biên bản số 3", version=None):
    return screening.forget_quarantined(
        world.database,
        world.storage,
        actor=world.actor(by),
        item_id=item_id,
        version=world.get(Screening, item_id).version if version is None else version,
        reason=reason,
        at=world.now(),
    )


def withdraw(world, received, *, item_id=None):
    world.write(
        deposits.remove_file,
        actor=world.actor("officer"),
        deposit_id=received.deposit_id,
        item_id=item_id or received.item_id,
    )


def declare(world, item_id, *, by="officer", level=Level.SECRET):
    world.write(screening.declare_secret, actor=world.actor(by), item_id=item_id, level=level)


def release(world, item_id):
    world.write(
        screening.release_quarantined,
        actor=world.actor("guard"),
        item_id=item_id,
        version=world.get(Screening, item_id).version,
        reason="Mẫu văn bản để trống",
    )
