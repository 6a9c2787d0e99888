"""From the rows of an inspection to everything its case file will hold."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from evidence.bag import BagFile
from evidence.bag.crate import METADATA
from evidence.bag.paths import safe_name
from evidence.digest import Digest
from evidence.keys import KeyRing
from evidence.storage import Storage
from inspection.casefile import layout
from inspection.casefile.layout import StoredFile
from inspection.casefile.log import list_custody_files
from inspection.casefile.metadata import describe
from inspection.casefile.readme import README, write_readme
from inspection.casefile.rows import Row, list_case_rows, list_journal_rows
from inspection.casefile.values import CasePlan
from inspection.casefile.waiting import refuse_unsaid
from inspection.screening.naming import list_nameless, refuse_named
from inspection.tables import (
    Conclusion,
    Deposit,
    DestroyedItem,
    Destruction,
    EvidenceItem,
    Inspection,
)

NAMED: Final = "casefile.named"  # the code of the refusal
_SOFTWARE: Final = "Thanh Tra"


def plan_case(
    session: Session,
    storage: Storage,
    *,
    inspection: Inspection,
    ring: KeyRing | None,
    at: datetime,
) -> CasePlan:
    """Take out of the database all that the case file says, and list all it holds.

    Nothing of the evidence is read here; the store is asked for sizes and the manifest of the pack.

    Args:
        ring: The public keys of the custody log; without them the case file has no proofs.

    Raises:
        CustodyForgedError: The newest head of the log bears no signature of the ring.
        EvidenceNotFoundError: The store has lost something the case rests on.
        ConflictError: Evidence it rests on was destroyed, and its log does not prove it; or a
            certificate of destruction names a file that is held back since; or a file waits to be
            looked at, and the journal does not say so.
    """
    rows, journal, nameless = _read(session, inspection, ring)
    frozen = session.exec(
        select(Conclusion.frozen).where(col(Conclusion.inspection_id) == inspection.id)
    ).first()
    stored = [
        *layout.list_evidence_files(rows),
        *layout.list_pack_files(storage, rows["campaign"][0]["pack_digest"]),
        *layout.list_verdict_files(rows),
        *layout.list_conclusion_files(rows, frozen),
    ]
    made = [
        layout.made_file(
            layout.JOURNAL, layout.json_lines(journal), media_type="application/jsonl"
        ),
        layout.made_file(layout.CASE, _document(rows, at), media_type="application/json"),
        *list_custody_files(
            session,
            ring=ring,
            inspection_id=inspection.id,
            journal=journal,
            deposits=rows["deposits"],
            destroyed=rows["destroyed"],
            nameless=nameless,
        ),
    ]
    return _plan(storage, inspection, rows, [*stored, *made], at)


def refuse_unfit(session: Session, *, inspection: Inspection, ring: KeyRing | None) -> None:
    """Refuse, before anything says that a case file was taken, what `plan_case` would refuse.

    Raises:
        ConflictError: See `plan_case`; what was destroyed is looked at there alone.
    """
    _read(session, inspection, ring)


def _read(
    session: Session, inspection: Inspection, ring: KeyRing | None
) -> tuple[dict[str, list[Row]], list[Row], frozenset[str]]:
    """The rows, the journal, and the files that lose their names."""
    rows = list_case_rows(session, inspection=inspection)
    nameless = frozenset[str]() if ring is None else _list_nameless(session, inspection, rows)
    _refuse_named(session, rows, nameless)
    journal = list_journal_rows(session, inspection=inspection)
    if ring is not None:
        refuse_unsaid(rows, journal)
    return rows, journal, nameless


def _list_nameless(
    session: Session, inspection: Inspection, rows: dict[str, list[Row]]
) -> frozenset[str]:
    own = select(Deposit.id).where(col(Deposit.inspection_id) == inspection.id)
    handed_in = select(EvidenceItem.id).where(col(EvidenceItem.deposit_id).in_(own))
    destroyed = select(DestroyedItem.item_id).where(
        col(DestroyedItem.destruction_id).in_(_destructions(rows))
    )
    return list_nameless(session, handed_in) | list_nameless(session, destroyed)


def _refuse_named(session: Session, rows: dict[str, list[Row]], nameless: frozenset[str]) -> None:
    """A certificate goes along whole, and cannot be left out: it stands for the bytes."""
    if not nameless:
        return
    query = select(Destruction.statement).where(col(Destruction.id).in_(_destructions(rows)))
    stated = [json.loads(one) for one in session.exec(query) if one is not None]
    refuse_named(stated, nameless, code=NAMED)


def _destructions(rows: dict[str, list[Row]]) -> set[UUID]:
    return {UUID(row["destruction_id"]) for row in rows["destroyed"]}


def _document(rows: dict[str, list[Row]], at: datetime) -> bytes:
    head = {"format": layout.FORMAT, "exported_at": at.isoformat(timespec="seconds")}
    return layout.json_document({**head, **rows})


def _plan(
    storage: Storage,
    inspection: Inspection,
    rows: dict[str, list[Row]],
    files: list[StoredFile],
    at: datetime,
) -> CasePlan:
    sizes = {file.sha256: _size_bytes(storage, file) for file in files}
    crate = layout.made_file(
        METADATA, describe(rows, files, sizes, at=at), media_type="application/ld+json"
    )
    campaign = rows["campaign"][0]
    bodies = {body["id"]: body for body in rows["bodies"]}
    own, theirs = bodies[campaign["body_id"]], bodies[rows["inspection"][0]["organization_id"]]
    title = f"{campaign['title']} – {theirs['name']}"
    return CasePlan(
        inspection_id=inspection.id,
        campaign_id=inspection.campaign_id,
        name=safe_name(f"case-{theirs['code']}-{inspection.id}"),
        files=tuple(_bag_file(storage, file) for file in [*files, crate]),
        info=(
            ("Source-Organization", own["name"]),
            ("External-Description", title),
            ("External-Identifier", f"urn:uuid:{inspection.id}"),
            ("Bagging-Date", at.date().isoformat()),
            ("Bag-Software-Agent", _SOFTWARE),
        ),
        extra={README: write_readme(title)},
        size_bytes=sum(sizes.values()),
    )


def _size_bytes(storage: Storage, file: StoredFile) -> int:
    if file.content is not None:
        return len(file.content)
    return storage.size_bytes(Digest(file.sha256))


def _bag_file(storage: Storage, file: StoredFile) -> BagFile:
    if file.content is None:
        open_stored = partial(storage.open, Digest(file.sha256))
        return BagFile(path=file.path, open=open_stored, sha256=file.sha256)
    return BagFile(path=file.path, open=partial(_whole, file.content), sha256=file.sha256)


def _whole(content: bytes) -> Iterable[bytes]:
    return [content]
