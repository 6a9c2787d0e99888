"""What is said of a destruction when it is confirmed: frozen then, whatever changes later."""

from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from evidence.custody.entry import written_moment
from inspection.access import Case
from inspection.keeping.belonging import list_items, list_never_handed_in
from inspection.keeping.terms import RetentionTerm
from inspection.people import Actor
from inspection.tables import Destruction, EvidenceItem, Organization, Person

VERSION: Final = 2  # since then what was never handed in has no name


def make_statement(
    session: Session,
    *,
    case: Case,
    row: Destruction,
    term: RetentionTerm,
    by: Actor,
    at: datetime,
) -> dict[str, Any]:  # what JSON holds
    """Who proposed and who confirmed, of what class, since and until when, and every file."""
    items = list_items(session, inspection_ids=[case.inspection_id])
    own = list_never_handed_in(session, inspection_id=case.inspection_id)
    proposer = session.get_one(Person, row.proposed_by)
    return {
        "v": VERSION,
        "destruction_id": str(row.id),
        "inspection": {
            "id": str(case.inspection_id),
            "campaign": case.campaign.title,
            "decision": case.campaign.decision,
            "body": session.get_one(Organization, case.campaign.body_id).name,
            "organization": term.organization,
        },
        "cause": row.cause,
        "proposed_by": {"id": str(proposer.id), "name": proposer.full_name},
        "proposed_at": written_moment(row.proposed_at),
        "confirmed_by": {"id": str(by.person_id), "name": by.full_name},
        "confirmed_at": written_moment(at),
        **_class_of(term),
        "files": [
            _file(one, is_named=one.id not in own) for one in items.get(case.inspection_id, ())
        ],
    }


def _class_of(term: RetentionTerm) -> dict[str, Any]:
    found = term.retention_class
    if found is None or term.since is None or term.until is None:
        msg = "only what is over is destroyed"
        raise AssertionError(msg)
    return {
        "class": {
            "code": found.code,
            "title": {"vi": found.title.vi, "en": found.title.en},
            "years": found.years,
            "basis": found.basis,
            "confirmed": found.confirmed,
        },
        "kept_since": written_moment(term.since),
        "kept_until": written_moment(term.until),
    }


def _file(item: EvidenceItem, *, is_named: bool) -> dict[str, Any]:
    name = {"name": item.name} if is_named else {}
    return {
        "id": str(item.id),
        **name,
        "size_bytes": item.size_bytes,
        "sha256": item.sha256,
        "received_at": written_moment(item.received_at),
        "withdrawn": item.removed_at is not None,
    }
