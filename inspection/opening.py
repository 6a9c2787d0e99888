"""Opening a campaign: the pack is copied into the store, and from then on only the copy counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from evidence import custody
from evidence.custody import CustodyAct
from evidence.digest import Digest
from evidence.storage import Storage
from inspection import moves
from inspection.access import Desk, open_desk
from inspection.campaigns import list_rows
from inspection.database import Database
from inspection.errors import InspectionError, InvalidError
from inspection.people import Actor, CampaignSeat
from inspection.tables import EvidenceRequest, Inspection, Matter, TeamMember
from inspection.workflow.states import Act
from rules.pack import Pack
from rules.pack_loading import load_pack_files
from rules.rule import Scope

MANIFEST_LINE_FIELDS: Final = 2


def open_campaign(
    database: Database,
    storage: Storage,
    *,
    actor: Actor,
    campaign_id: UUID,
    version: int,
    pack_files: Mapping[str, bytes],
    at: datetime,
) -> None:
    """Open a campaign and its inspections under a frozen copy of the pack.

    Args:
        pack_files: Path to bytes of the pack the campaign names, as `rules.pack_files` gives them.

    Raises:
        InvalidError: `campaign.not_ready`; `facts["missing"]` are the codes of what is missing.
        RulesError: The pack cannot be loaded.
    """
    with database.read() as session:
        desk = open_desk(session, actor=actor, campaign_id=campaign_id)
        moves.target_of(
            moves.SUBJECTS[type(desk.campaign)],
            desk.campaign.state,
            Act.OPEN,
            parties=desk.parties,
        )
    pack = load_pack_files(pack_files)
    keep_pack(storage, pack, pack_files)
    with database.write() as session:
        _open(session, actor=actor, campaign_id=campaign_id, version=version, pack=pack, at=at)


def keep_pack(storage: Storage, pack: Pack, files: Mapping[str, bytes]) -> None:
    """Put a pack into the store: every file, and the manifest whose digest is the pack's."""
    for content in files.values():
        storage.put(content)
    kept = storage.put(pack.manifest)
    if kept.hex != pack.digest:
        raise InspectionError("pack.digest_differs", expected=pack.digest, found=kept.hex)


def load_kept_pack(storage: Storage, *, digest: str) -> Pack:
    """The pack of that digest, out of the store, every byte of it checked.

    Raises:
        EvidenceError: A part is missing or altered.
    """
    manifest = storage.read(Digest(digest)).decode()
    files = {}
    for line in manifest.splitlines():
        sha256, path = line.split("  ", MANIFEST_LINE_FIELDS - 1)
        files[path] = storage.read(Digest(sha256))
    return load_pack_files(files)


def list_missing(session: Session, *, campaign_id: UUID, pack: Pack) -> tuple[str, ...]:
    """What a draft still lacks before it can be opened, as codes."""
    missing = [
        code
        for code, table, condition in (
            ("matter", Matter, col(Matter.campaign_id) == campaign_id),
            ("organization", Inspection, col(Inspection.campaign_id) == campaign_id),
            ("request", EvidenceRequest, col(EvidenceRequest.campaign_id) == campaign_id),
        )
        if session.exec(select(func.count()).select_from(table).where(condition)).one() == 0
    ]
    seats = set(
        session.exec(select(TeamMember.seat).where(col(TeamMember.campaign_id) == campaign_id))
    )
    if CampaignSeat.ISSUER not in seats:
        missing.append("issuer")
    asked = set(
        session.exec(
            select(EvidenceRequest.table_name).where(
                col(EvidenceRequest.campaign_id) == campaign_id,
                col(EvidenceRequest.table_name).is_not(None),
            )
        )
    )
    if not asked:
        missing.append("table")
    if asked - set(pack.contracts):
        missing.append("known_table")
    return tuple(missing)


def list_shared_tables(pack: Pack) -> list[str]:
    """The tables that rules of campaign scope read from every organization."""
    return sorted({rule.table for rule in pack.rules if rule.scope is Scope.CAMPAIGN})


def _open(
    session: Session, *, actor: Actor, campaign_id: UUID, version: int, pack: Pack, at: datetime
) -> None:
    desk = open_desk(session, actor=actor, campaign_id=campaign_id)
    if desk.campaign.pack_code != pack.code:
        raise InvalidError("campaign.other_pack", field="pack_code", found=pack.code)
    if missing := list_missing(session, campaign_id=campaign_id, pack=pack):
        raise InvalidError("campaign.not_ready", field="campaign", missing=missing)
    moves.advance(
        session,
        desk.campaign,
        act=Act.OPEN,
        actor=actor,
        parties=desk.parties,
        at=at,
        where=desk,
        version=version,
        values={
            "pack_digest": pack.digest,
            "pack_version": pack.version,
            "shared_tables": list_shared_tables(pack),
        },
        facts={"pack": pack.code, "pack_digest": pack.digest},
    )
    requests = session.exec(
        select(EvidenceRequest)
        .where(col(EvidenceRequest.campaign_id) == campaign_id)
        .order_by(col(EvidenceRequest.number))
    ).all()
    for inspection in list_rows(session, campaign_id):
        _open_inspection(session, desk, inspection, actor, at)
        for request in requests:
            custody.record(
                session,
                act=CustodyAct.REQUEST_OPEN,
                actor_id=actor.person_id,
                at=at,
                facts={
                    "request_id": request.id,
                    "inspection_id": inspection.id,
                    "campaign_id": campaign_id,
                    "due_at": request.due_at,
                },
                series_id=inspection.id,
            )


def _open_inspection(
    session: Session, desk: Desk, inspection: Inspection, actor: Actor, at: datetime
) -> None:
    moves.advance(
        session,
        inspection,
        act=Act.OPEN,
        actor=actor,
        parties=desk.parties,
        at=at,
        where=desk,
    )
