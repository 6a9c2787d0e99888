"""Proofs about the published log, each from a handful of kept hashes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.custody.checkpoint import Checkpoint
from evidence.custody.merkle import consistency_ranges, inclusion_ranges
from evidence.custody.nodes import fold_ranges
from evidence.custody.sequencing import find_newest
from evidence.custody.tables import CustodyCheckpoint, CustodyLeaf, CustodySubject
from evidence.errors import CustodyPendingError, EvidenceNotFoundError

_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A signed head, as it was published.

    Attributes:
        stored_sha256: Where its copy lies in the store; None where it has none.
    """

    checkpoint: Checkpoint
    note: str
    signed_at: datetime
    has_timestamp: bool
    stored_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEntry:
    """An entry as it lies in the log.

    Attributes:
        index: Its place; None while it is being entered.
        body: The canonical bytes as text; what they say is in `said`.
    """

    id: UUID
    index: int | None
    body: str

    @property
    def said(self) -> Mapping[str, Any]:
        """What the entry says: act, actor, time and facts."""
        document: Mapping[str, Any] = json.loads(self.body)
        return document


def find_head(session: Session) -> Head | None:
    """The newest head; None before the first entry."""
    newest = find_newest(session)
    return None if newest is None else _head(newest)


def list_heads(session: Session, *, limit: int) -> tuple[Head, ...]:
    """The heads signed last, the newest first."""
    rows = session.exec(
        select(CustodyCheckpoint).order_by(col(CustodyCheckpoint.number).desc()).limit(limit)
    )
    return tuple(_head(row) for row in rows)


def prove_inclusion(session: Session, *, index: int, size: int) -> tuple[bytes, ...]:
    """Hashes that prove the entry at `index` to lie in the tree of the first `size` entries.

    Raises:
        EvidenceNotFoundError: The index lies outside of a tree of that size.
        CustodyPendingError: No head of that size has been signed yet.
    """
    _require_size(session, size)
    if not 0 <= index < size:
        raise EvidenceNotFoundError("custody.no_entry", index=index, size=size)
    return fold_ranges(session, inclusion_ranges(index, size))


def prove_consistency(session: Session, *, old: int, new: int) -> tuple[bytes, ...]:
    """Hashes that prove the first `new` entries to begin with the first `old`.

    Raises:
        EvidenceNotFoundError: The sizes are not in order.
        CustodyPendingError: No head of that size has been signed yet.
    """
    _require_size(session, new)
    if not 0 <= old <= new:
        raise EvidenceNotFoundError("custody.no_entry", index=old, size=new)
    return fold_ranges(session, consistency_ranges(old, new))


def get_entry(session: Session, *, entry_id: UUID) -> LoggedEntry:
    """One entry.

    Raises:
        EvidenceNotFoundError: There is none of that id.
    """
    leaf = session.exec(select(CustodyLeaf).where(col(CustodyLeaf.id) == entry_id)).first()
    if leaf is None:
        raise EvidenceNotFoundError("custody.no_entry", index=str(entry_id), size=0)
    return _logged(leaf)


def find_entries(session: Session, *, entry_ids: Sequence[UUID]) -> Mapping[UUID, LoggedEntry]:
    """Those of these entries that there are."""
    found: dict[UUID, LoggedEntry] = {}
    # In parts: a database takes so many values in one question, and no more.
    for first in range(0, len(entry_ids), _AT_ONCE):
        wanted = col(CustodyLeaf.id).in_(entry_ids[first : first + _AT_ONCE])
        leaves = session.exec(select(CustodyLeaf).where(wanted))
        found.update((leaf.id, _logged(leaf)) for leaf in leaves)
    return found


def list_entries(session: Session, *, subject_ids: frozenset[UUID]) -> tuple[LoggedEntry, ...]:
    """The entries that name any of these things, in the order of writing."""
    leaves = session.exec(
        select(CustodyLeaf)
        .where(
            col(CustodyLeaf.id).in_(
                select(CustodySubject.leaf_id).where(
                    col(CustodySubject.subject_id).in_(subject_ids)
                )
            )
        )
        .order_by(col(CustodyLeaf.number))
    )
    return tuple(_logged(leaf) for leaf in leaves)


def _head(row: CustodyCheckpoint) -> Head:
    text = row.note.rpartition("\n\n")[0] + "\n"
    return Head(
        checkpoint=Checkpoint.parse(text),
        note=row.note,
        signed_at=row.signed_at,
        has_timestamp=row.timestamp is not None,
        stored_sha256=row.stored_sha256,
    )


def _logged(leaf: CustodyLeaf) -> LoggedEntry:
    return LoggedEntry(id=leaf.id, index=leaf.position, body=leaf.body)


def _require_size(session: Session, size: int) -> None:
    head = find_head(session)
    if head is None or size > head.checkpoint.size:
        raise CustodyPendingError("custody.not_signed", size=size)
