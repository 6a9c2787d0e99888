"""Proposals to destroy and what comes of them, shared by tests."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlmodel import col, select, update

from evidence.custody.tables import CustodyLeaf
from evidence.digest import Digest
from evidence.locking import years_after
from inspection.documents.destruction import render_certificate
from inspection.errors import ConflictError
from inspection.keeping import (
    erase_destroyed,
    get_certificate,
    get_term,
    list_due,
    load_classes,
    move_destruction,
    propose_destruction,
)
from inspection.tables import (
    Conclusion,
    Deposit,
    Destruction,
    EvidenceItem,
    Inspection,
)
from inspection.workflow.states import (
    Act,
    ConclusionState,
    InspectionState,
)
from tests.inspection.test_holds import accept_one
from tests.inspection.world import PAYMENTS, START

CLASSES = load_classes()
DIGEST = Digest.of(PAYMENTS)
LATE = years_after(START, 20) + timedelta(days=2)


def close(world, inspection_id, state=InspectionState.CANCELLED):
    with world.database.write() as session:
        session.get(Inspection, inspection_id).state = state


def publish(world, inspection_id, at=START):
    """As if its conclusion had been published then."""
    close(world, inspection_id, InspectionState.PUBLISHED)
    with world.database.write() as session:
        session.add(
            Conclusion(
                inspection_id=inspection_id,
                state=ConclusionState.PUBLISHED,
                author_id=world.people["lead"],
                created_at=START,
                body_id=world.bodies["inspectorate"],
                published_at=at,
            )
        )


def propose(world, inspection_id, *, by="member", cause="Hết thời hạn.", at=LATE, classes=CLASSES):
    with world.database.write() as session:
        return propose_destruction(
            session,
            actor=world.actor(by),
            inspection_id=inspection_id,
            cause=cause,
            classes=classes,
            at=at,
        )


def move(world, destruction_id, act, by="lead", *, reason="Còn cần.", at=LATE):
    with world.database.write() as session:
        move_destruction(
            session,
            actor=world.actor(by),
            destruction_id=destruction_id,
            act=act,
            version=session.get(Destruction, destruction_id).version,
            classes=CLASSES,
            reason=reason,
            at=at,
        )


def confirmed(world, inspection_id):
    destruction_id = propose(world, inspection_id)
    move(world, destruction_id, Act.CONFIRM)
    return destruction_id


def erase(world):
    return erase_destroyed(
        world.database, world.storage, cache=world.folder / "cache", clock=lambda: LATE
    )


def due(world, at=LATE, by="lead"):
    return world.read(list_due, actor=world.actor(by), classes=CLASSES, at=at).lines


def term(world, inspection_id, at=LATE, classes=CLASSES):
    return world.read(
        get_term, actor=world.actor("lead"), inspection_id=inspection_id, classes=classes, at=at
    )


def item_of(world):
    with world.database.read() as session:
        return session.exec(
            select(EvidenceItem).where(col(EvidenceItem.sha256) == DIGEST.hex)
        ).one()


def leaf_of(world, row):
    with world.database.read() as session:
        return session.exec(select(CustodyLeaf).where(col(CustodyLeaf.id) == row.leaf_id)).one()


def refusal(world, inspection_id, **changes):
    with pytest.raises(ConflictError) as refused:
        propose(world, inspection_id, **changes)
    return refused.value.code


def certificate(world, destruction_id, by="lead", *, has_log=False):
    return world.read(
        get_certificate, actor=world.actor(by), destruction_id=destruction_id, has_log=has_log
    )


def paper(said):
    into = BytesIO()
    render_certificate(said, into=into)
    return into.getvalue()


def long_over(world):
    """A cancelled inspection whose evidence was accepted long ago."""
    campaign_id = world.draft()
    world.open(campaign_id)
    inspection_id = accept_one(world, campaign_id)
    with world.database.write() as session:
        session.get_one(Inspection, inspection_id).state = InspectionState.CANCELLED
        session.exec(
            update(Deposit)
            .where(col(Deposit.inspection_id) == inspection_id)
            .values(decided_at=datetime(2000, 1, 1, tzinfo=UTC))
        )
    return inspection_id
