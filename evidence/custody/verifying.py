"""Going through the whole log: is it the one whose heads were signed?

What is checked: every entry, every kept hash, every signed head, and heads an outside party kept.
What is not: whether somebody who holds the signing key and the whole database has written another
log from the beginning.  Only a head kept outside shows that, which is what witnesses are for.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from evidence.custody.checkpoint import Checkpoint, open_checkpoint
from evidence.custody.counts import Counts, OwnerOf
from evidence.custody.merkle import EMPTY_ROOT, Place, leaf_hash
from evidence.custody.nodes import Growth, find_hashes
from evidence.custody.tables import CustodyCheckpoint, CustodyLeaf
from evidence.custody.troubles import MOST_TROUBLES, LogReport, TroubleCode
from evidence.errors import CustodyForgedError
from evidence.keys import KeyRing, PublicKey

_CHUNK: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Signed:
    checkpoint: Checkpoint
    key: PublicKey


def verify_log(
    session: Session,
    *,
    ring: KeyRing,
    witnessed: Sequence[Checkpoint] = (),
    owner_of: OwnerOf | None = None,
) -> LogReport:
    """Read every entry once and compare it with everything that was signed.

    Args:
        session: It must see one moment: what is signed meanwhile would look like a forgery.
        witnessed: Heads that an outside party kept, their signatures already checked.
        owner_of: In which series an entry without a number would count; see `Counts`.
    """
    report = LogReport()
    # 1. Every head bears a good signature of the ring, and heads never shrink.
    heads = _read_heads(session, ring, report)
    # 2. Every entry lies at its place and gives the hash that is kept for it; on the way the roots
    #    at the sizes of all heads are computed from the entries alone.
    sizes = {one.checkpoint.size for one in heads} | {one.size for one in witnessed}
    counts = Counts(owner_of)
    roots, times = _walk(session, sizes, report, counts)
    # 3. Every head is the head of these entries, signed by a key that was to sign them.
    for one in heads:
        _compare(
            one.checkpoint, roots, report, missing=TroubleCode.TRUNCATED, other=TroubleCode.ROOT
        )
        _judge_key(one, times, ring, report, is_last=one is heads[-1])
    # 4. So are the heads that were kept outside.
    for head in witnessed:
        _compare(
            head, roots, report, missing=TroubleCode.TRUNCATED_WITNESS, other=TroubleCode.FORKED
        )
    # 5. No entry has a place that no head covers.
    signed = max((one.checkpoint.size for one in heads), default=0)
    if report.size > signed:
        report.add(TroubleCode.BEYOND_HEAD, size=report.size, signed=signed)
    # 6. What waits goes on counting, and every counter stands at the last number given.
    report.pending = _walk_pending(session, report, counts)
    if report.is_whole:
        counts.compare(session, report)
    return report


def _read_heads(session: Session, ring: KeyRing, report: LogReport) -> list[_Signed]:
    heads, largest = [], 0
    rows = session.exec(select(CustodyCheckpoint).order_by(col(CustodyCheckpoint.number)))
    for row in rows:
        report.checkpoints += 1
        try:
            checkpoint, key = open_checkpoint(row.note, ring)
        except CustodyForgedError as error:
            report.add(TroubleCode.HEAD, number=row.number, why=error.code)
            continue
        if checkpoint.size < largest:
            report.add(TroubleCode.SHRUNK, size=checkpoint.size, before=largest)
        largest = max(largest, checkpoint.size)
        heads.append(_Signed(checkpoint, key))
    return heads


def _walk(
    session: Session, sizes: set[int], report: LogReport, counts: Counts
) -> tuple[dict[int, bytes], dict[int, datetime]]:
    growth, roots, times = Growth(), {0: EMPTY_ROOT}, {}
    misplaced = _Misplaced()
    for leaf in _leaves(session):
        if leaf.position != growth.size:
            # What follows cannot be put together any more: everything after a gap is unproven.
            report.add(TroubleCode.ENTRY_MISSING, index=growth.size, found=leaf.position)
            report.is_whole = False
            break
        computed = leaf_hash(leaf.body.encode())
        growth.append(computed)
        at = _check_said(leaf, report, counts)
        if growth.size in sizes:
            roots[growth.size] = growth.root
            if at is not None:
                times[growth.size] = at
        if growth.size % _CHUNK == 0:
            _compare_kept(session, growth, misplaced, report)
    _compare_kept(session, growth, misplaced, report)
    misplaced.tell(report)
    report.size = growth.size
    return roots, times


def _leaves(session: Session) -> Iterator[CustodyLeaf]:
    last = -1
    while True:
        rows = session.exec(
            select(CustodyLeaf)
            .where(col(CustodyLeaf.position) > last)
            .order_by(col(CustodyLeaf.position))
            .limit(_CHUNK)
        ).all()
        yield from rows
        if len(rows) < _CHUNK or rows[-1].position is None:
            return
        last = rows[-1].position
        session.expunge_all()


def _walk_pending(session: Session, report: LogReport, counts: Counts) -> int:
    """Go through what waits for its place, in the order of writing; the answer is how many."""
    pending, last = 0, -1
    while True:
        rows = session.exec(
            select(CustodyLeaf)
            .where(col(CustodyLeaf.position).is_(None), col(CustodyLeaf.number) > last)
            .order_by(col(CustodyLeaf.number))
            .limit(_CHUNK)
        ).all()
        for leaf in rows:
            _check_said(leaf, report, counts)
        pending += len(rows)
        if len(rows) < _CHUNK or rows[-1].number is None:
            return pending
        last = rows[-1].number
        session.expunge_all()


class _Misplaced:
    """Entries whose hash is not the one kept for their place: rewritten, or only moved?"""

    def __init__(self) -> None:
        self._found: dict[int, bytes] = {}
        self._kept: dict[int, bytes | None] = {}

    def add(self, index: int, found: bytes, kept: bytes | None) -> None:
        if len(self._found) < MOST_TROUBLES:
            self._found[index], self._kept[index] = found, kept

    def tell(self, report: LogReport) -> None:
        kept = {one: index for index, one in self._kept.items() if one is not None}
        for index, found in self._found.items():
            if self._kept[index] is None:
                report.add(TroubleCode.HASH_MISSING, level=0, index=index)
            elif found in kept:
                report.add(TroubleCode.REORDERED, index=index, before=kept[found])
            else:
                report.add(TroubleCode.REWRITTEN, index=index)


def _compare_kept(
    session: Session, growth: Growth, misplaced: _Misplaced, report: LogReport
) -> None:
    computed = dict(growth.take_new())
    kept = find_hashes(session, computed)
    for place, one in computed.items():
        found: bytes | None = kept.get(place)
        if found == one:
            continue
        if place.level == 0:
            misplaced.add(place.position, one, found)
        elif _is_own_fault(place, computed, kept):
            report.add(TroubleCode.HASH_DIFFERS, level=place.level, index=place.position)


def _is_own_fault(
    place: Place, computed: Mapping[Place, bytes], kept: Mapping[Place, bytes]
) -> bool:
    """Whether a hash is wrong although those below it are right: otherwise they are the trouble."""
    below = (Place(place.level - 1, 2 * place.position + side) for side in (0, 1))
    return all(kept.get(one) == computed[one] for one in below if one in computed)


def _check_said(leaf: CustodyLeaf, report: LogReport, counts: Counts) -> datetime | None:
    """The columns are there for searching only: they must say what the hashed bytes say."""
    try:
        said: Any = json.loads(leaf.body)  # whatever somebody has put there
        at = datetime.fromisoformat(said["at"])
        counts.take(said, report, index=leaf.position)
        same = said["id"] == str(leaf.id) and said["act"] == leaf.act and at == leaf.at
    except (AttributeError, ValueError, KeyError, TypeError):
        report.add(TroubleCode.UNREADABLE, index=leaf.position)
        return None
    if not same:
        report.add(TroubleCode.COLUMNS, index=leaf.position)
    return at


def _compare(
    head: Checkpoint,
    roots: Mapping[int, bytes],
    report: LogReport,
    *,
    missing: TroubleCode,
    other: TroubleCode,
) -> None:
    if head.size > report.size:
        if report.is_whole:
            report.add(missing, size=head.size, found=report.size)
    elif roots[head.size] != head.root:
        report.add(other, size=head.size)


def _judge_key(
    one: _Signed, times: Mapping[int, datetime], ring: KeyRing, report: LogReport, *, is_last: bool
) -> None:
    try:
        ring.require_worth(one.key, newest_entry_at=times.get(one.checkpoint.size))
    except CustodyForgedError as error:
        if error.code != "custody.key_compromised":
            report.add(TroubleCode.HEAD, number=one.checkpoint.size, why=error.code)
        elif is_last:  # a successor that signs the same tree makes up for it
            report.add(TroubleCode.NO_GOOD_HEAD, size=one.checkpoint.size)
