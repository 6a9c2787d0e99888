"""What the custody log says of an inspection, with the proofs: so much of it as is in the log."""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.custody.acts import CustodyAct
from evidence.custody.checkpoint import open_checkpoint
from evidence.custody.merkle import inclusion_ranges
from evidence.custody.nodes import fold_ranges
from evidence.custody.sequencing import find_newest
from evidence.custody.tables import CustodyLeaf, CustodySubject
from evidence.issuing import issue_receipts
from evidence.keys import KeyRing
from evidence.receipt import CERTIFICATE
from inspection.casefile.layout import StoredFile, made_file
from inspection.casefile.rows import Row
from inspection.errors import ConflictError
from inspection.screening.naming import names_one
from inspection.tables import DepositReceipt, Destruction

CHECKPOINT: Final = "custody/checkpoint.txt"
KEYS: Final = "custody/keys.json"
ENTRIES: Final = "custody/entries.jsonl"
RECEIPTS: Final = "custody/receipts/"
CERTIFICATES: Final = "custody/destructions/"
UNCERTIFIED: Final = "casefile.destroyed"  # the code of the refusal
_AT_ONCE: Final = 1_000


def certificate_path(destruction_id: object) -> str:
    """Where the certificate of a destruction lies."""
    return f"{CERTIFICATES}{destruction_id}.json"


def list_custody_files(
    session: Session,
    *,
    ring: KeyRing | None,
    inspection_id: UUID,
    journal: Sequence[Row],
    deposits: Sequence[Row],
    destroyed: Sequence[Row],
    nameless: frozenset[str],
) -> Iterator[StoredFile]:
    """The newest signed head, the public keys, entries with proofs, receipts, certificates.

    Nothing where the platform has no keys or no head yet.  An entry that still waits for its place
    stands there without a proof.

    Args:
        nameless: Files that no paper may name.

    Raises:
        CustodyForgedError: The newest head bears no signature of this ring.
        ConflictError: Evidence was destroyed, and nothing in the log can say so.
    """
    newest = find_newest(session)
    if ring is None or newest is None:
        if destroyed:
            raise ConflictError(UNCERTIFIED)
        return
    head, _ = open_checkpoint(newest.note, ring)
    yield made_file(CHECKPOINT, newest.note.encode(), media_type="text/plain")
    yield made_file(KEYS, ring.to_json().encode(), media_type="application/json")
    lines = "".join(_list_entries(session, inspection_id, journal, size=head.size))
    yield made_file(ENTRIES, lines.encode(), media_type="application/jsonl")
    yield from _list_receipts(session, ring, deposits, nameless)
    yield from _list_certificates(session, ring, journal, destroyed)


def _list_receipts(
    session: Session, ring: KeyRing, deposits: Sequence[Row], nameless: frozenset[str]
) -> Iterator[StoredFile]:
    """Receipts are signed whole: one that names what is held back since is left out."""
    ids = [UUID(deposit["id"]) for deposit in deposits]
    query = select(DepositReceipt).where(col(DepositReceipt.deposit_id).in_(ids))
    kept = {row.deposit_id: row for row in session.exec(query)}
    stated = {row.leaf_id: json.loads(row.statement) for row in kept.values()}
    statements = {key: one for key, one in stated.items() if not names_one(one, nameless)}
    receipts = issue_receipts(session, statements=statements, ring=ring)
    for deposit_id in ids:
        # Where there is none, it was handed in before the log, or waits for its place, or is left
        # out.
        if deposit_id in kept and (receipt := receipts.get(kept[deposit_id].leaf_id)) is not None:
            path = f"{RECEIPTS}{deposit_id}.json"
            yield made_file(path, receipt.to_json(), media_type="application/json")


def _list_certificates(
    session: Session, ring: KeyRing, journal: Sequence[Row], destroyed: Sequence[Row]
) -> Iterator[StoredFile]:
    """What stands in the place of destroyed bytes: signed, and bound to the log."""
    ids = list(dict.fromkeys(UUID(row["destruction_id"]) for row in destroyed))
    confirmed = {
        UUID(row["subject_id"]): UUID(row["leaf_id"])
        for row in journal
        if row["event"] == CustodyAct.DESTRUCTION_CONFIRM and row["leaf_id"]
    }
    rows = session.exec(select(Destruction).where(col(Destruction.id).in_(ids)))
    statements = {
        confirmed[row.id]: json.loads(row.statement)
        for row in rows
        if row.id in confirmed and row.statement is not None
    }
    issued = issue_receipts(session, statements=statements, ring=ring, kind=CERTIFICATE)
    for destruction_id in ids:
        # What another inspection destroyed has its entries there; this case file cannot prove it.
        certificate = issued.get(confirmed[destruction_id]) if destruction_id in confirmed else None
        if certificate is None:
            raise ConflictError(UNCERTIFIED)
        path = certificate_path(destruction_id)
        yield made_file(path, certificate.to_json(), media_type="application/json")


def _list_entries(
    session: Session, inspection_id: UUID, journal: Sequence[Row], *, size: int
) -> Iterator[str]:
    # Those of the journal, and those that name the inspection and have no line there: what was
    # asked for, shown, downloaded and used.
    named = session.exec(
        select(CustodySubject.leaf_id).where(col(CustodySubject.subject_id) == inspection_id)
    )
    lines = [UUID(row["leaf_id"]) for row in journal if row["leaf_id"]]
    ids = list(dict.fromkeys([*lines, *named]))
    for start in range(0, len(ids), _AT_ONCE):
        leaves = session.exec(
            select(CustodyLeaf)
            .where(col(CustodyLeaf.id).in_(ids[start : start + _AT_ONCE]))
            .order_by(col(CustodyLeaf.number))
        ).all()
        yield from map(_written, _proven(session, leaves, size))


def _proven(session: Session, leaves: Sequence[CustodyLeaf], size: int) -> Iterator[Row]:
    """Entries with their proofs: the hashes of all of them are fetched together."""
    ranges = {
        leaf.id: inclusion_ranges(leaf.position, size)
        for leaf in leaves
        if leaf.position is not None and leaf.position < size
    }
    roots = iter(fold_ranges(session, [one for some in ranges.values() for one in some]))
    proofs = {leaf_id: list(islice(roots, len(some))) for leaf_id, some in ranges.items()}
    for leaf in leaves:
        proof = proofs.get(leaf.id)
        yield {
            "index": None if proof is None else leaf.position,
            "entry": leaf.body,
            "proof": [b64encode(one).decode() for one in proof or ()],
        }


def _written(row: Row) -> str:
    return json.dumps(row) + "\n"
