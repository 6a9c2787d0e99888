"""Giving pending entries their places, and signing the head over them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session, bindparam, col, func, select, update

from evidence.custody.checkpoint import Checkpoint, open_checkpoint
from evidence.custody.merkle import leaf_hash
from evidence.custody.nodes import Growth
from evidence.custody.tables import CustodyCheckpoint, CustodyLeaf
from evidence.errors import CustodyAlteredError
from evidence.keys import KeyRing, KeyState, Signer

BATCH: Final = 10_000


def sequence(
    session: Session, *, signer: Signer, ring: KeyRing, at: datetime, limit: int = BATCH
) -> Checkpoint | None:
    """Give the oldest pending entries dense indices, and sign the head over all that have one.

    The caller's transaction must keep other writers out: then there is one sequencer, however many
    processes ask.  A head is signed only where the kept tree still is the one signed before.

    Returns:
        The new head; None where nothing was pending and the head is signed by this key already.

    Raises:
        CustodyAlteredError: The tree in the database is not the one signed last.
        CustodyForgedError: The last head bears no signature of this ring.
    """
    newest = find_newest(session)
    growth = Growth()
    signed_by = None
    if newest is not None:
        head, signed_by = open_checkpoint(newest.note, ring)
        growth = Growth.load(session, head.size)
        _refuse_another_tree(session, head, growth)
    pending = session.exec(
        select(CustodyLeaf.number, CustodyLeaf.body)
        .where(col(CustodyLeaf.position).is_(None))
        .order_by(col(CustodyLeaf.number))
        .limit(limit)
    ).all()
    if not pending and (newest is None or signed_by == signer.public):
        return None
    _append(session, growth, pending)
    checkpoint = Checkpoint(origin=ring.origin, size=growth.size, root=growth.root)
    session.add(
        CustodyCheckpoint(
            size=checkpoint.size,
            note=checkpoint.sign(signer),
            key_id=signer.public.key_id.hex(),
            signed_at=at,
        )
    )
    session.flush()
    return checkpoint


def is_behind(session: Session, *, signer: Signer, ring: KeyRing) -> bool:
    """Whether there is something to do for `sequence`; a question that only reads.

    Raises:
        CustodyForgedError: The last head bears no signature of this ring.
    """
    pending = session.exec(
        select(CustodyLeaf.number).where(col(CustodyLeaf.position).is_(None)).limit(1)
    ).first()
    if pending is not None:
        return True
    newest = find_newest(session)
    return newest is not None and open_checkpoint(newest.note, ring)[1] != signer.public


def find_newest(session: Session) -> CustodyCheckpoint | None:
    """The head signed last."""
    return session.exec(
        select(CustodyCheckpoint).order_by(col(CustodyCheckpoint.number).desc()).limit(1)
    ).first()


def find_covering(session: Session, *, index: int, ring: KeyRing) -> CustodyCheckpoint | None:
    """The head that proves an entry best, signed by a key that still is worth something.

    That is the first one a timestamp authority has seen, or else the newest.
    """
    heads = select(CustodyCheckpoint).where(
        col(CustodyCheckpoint.size) > index, col(CustodyCheckpoint.key_id).in_(_worthy(ring))
    )
    number = col(CustodyCheckpoint.number)
    stamped = heads.where(col(CustodyCheckpoint.timestamp).is_not(None)).order_by(number)
    first = session.exec(stamped.limit(1)).first()
    return first or session.exec(heads.order_by(number.desc()).limit(1)).first()


def covered_size(session: Session, *, ring: KeyRing) -> int:
    """How many entries lie under a head signed by a key that still is worth something."""
    sizes = select(func.max(CustodyCheckpoint.size)).where(
        col(CustodyCheckpoint.key_id).in_(_worthy(ring))
    )
    return session.exec(sizes).one() or 0


def _worthy(ring: KeyRing) -> list[str]:
    return [one.key.key_id.hex() for one in ring.entries if one.state is not KeyState.COMPROMISED]


def _append(session: Session, growth: Growth, pending: Sequence[tuple[int | None, str]]) -> None:
    if not pending:
        return
    places = []
    for number, body in pending:
        places.append({"leaf": number, "place": growth.size})
        growth.append(leaf_hash(body.encode()))
    session.connection().execute(
        update(CustodyLeaf)
        .where(col(CustodyLeaf.number) == bindparam("leaf"))
        .values(position=bindparam("place")),
        places,
    )
    growth.write(session)


def _refuse_another_tree(session: Session, head: Checkpoint, growth: Growth) -> None:
    last = session.exec(
        select(CustodyLeaf.position)
        .where(col(CustodyLeaf.position).is_not(None))
        .order_by(col(CustodyLeaf.position).desc())
        .limit(1)
    ).first()
    if growth.root != head.root or (last is None) != (head.size == 0):
        raise CustodyAlteredError("custody.head_altered", size=head.size)
    if last is not None and last + 1 != head.size:
        raise CustodyAlteredError("custody.head_altered", size=head.size)
