"""Taking an inspection out of the platform: into a folder, or as an archive on its way."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlmodel import Session

from evidence.bag import Sealed, stream_zip, write_folder
from evidence.key_files import KeyFolder
from evidence.storage import Storage
from inspection import journal
from inspection.access import open_whole
from inspection.casefile.planning import plan_case, refuse_unfit
from inspection.casefile.values import CasePlan
from inspection.custody import enter_pending
from inspection.database import Database
from inspection.errors import NotFoundError
from inspection.people import SYSTEM, Actor
from inspection.tables import Inspection

Clock = Callable[[], datetime]
EXPORT: Final = "case.export"
SEAL: Final = "case.seal"


def export_case(
    database: Database,
    storage: Storage,
    *,
    keys: KeyFolder,
    inspection_id: UUID,
    folder: Path,
    clock: Clock,
) -> Sealed:
    """Write the case file of an inspection into a folder; called again, it goes on.

    For whoever runs the platform: people export by `stream_case`.

    Raises:
        NotFoundError: No such inspection.
        FileExistsError: The folder holds something else.
        ConflictError: See `refuse_unfit`, before anything is written, and `plan_case`.
        EvidenceError: The store has lost or altered something, or the log does not hold; the
            folder is no bag yet.
    """
    with database.read() as session:
        inspection = session.get(Inspection, inspection_id)
        if inspection is None:
            raise NotFoundError
        refuse_unfit(session, inspection=inspection, ring=keys.find_ring())
    with database.write() as session:
        _note_export(session, inspection=inspection, actor=SYSTEM, at=clock())
    plan = _plan(database, storage, keys, inspection_id=inspection_id, clock=clock)
    sealed = write_folder(folder, plan.files, info=plan.info, extra=plan.extra)
    _note_sealed(database, plan, SYSTEM, clock, sealed)
    return sealed


def stream_case(
    database: Database,
    storage: Storage,
    *,
    keys: KeyFolder,
    actor: Actor,
    inspection_id: UUID,
    clock: Clock,
) -> tuple[str, Iterator[bytes]]:
    """The case file of an inspection as a ZIP archive, made while it is read.

    Returns:
        A file name, and the bytes.  Who breaks off has no manifest, so no bag.

    Raises:
        NotFoundError: No such inspection for this actor.
        NotAllowedError: The actor sits in the team, but does not lead it.
        ConflictError: See `export_case`.
    """
    at = clock()
    with database.read() as session:
        inspection = open_whole(session, actor=actor, inspection_id=inspection_id)
        refuse_unfit(session, inspection=inspection, ring=keys.find_ring())
    with database.write() as session:
        inspection = open_whole(session, actor=actor, inspection_id=inspection_id)
        _note_export(session, inspection=inspection, actor=actor, at=at)
    plan = _plan(database, storage, keys, inspection_id=inspection_id, clock=clock)
    chunks = stream_zip(
        plan.name,
        plan.files,
        info=plan.info,
        extra=plan.extra,
        at=at,
        done=partial(_note_sealed, database, plan, actor, clock),
    )
    return f"{plan.name}.zip", chunks


def _note_export(session: Session, *, inspection: Inspection, actor: Actor, at: datetime) -> None:
    journal.record(
        session,
        event=EXPORT,
        subject_id=inspection.id,
        actor=actor,
        at=at,
        campaign_id=inspection.campaign_id,
        inspection_id=inspection.id,
    )
    session.flush()


def _plan(
    database: Database, storage: Storage, keys: KeyFolder, *, inspection_id: UUID, clock: Clock
) -> CasePlan:
    # The journal in the case file ends with the export itself, and that is in the log as well.
    enter_pending(database, keys, clock=clock)
    # One moment for all of it: an act of meanwhile is in journal and log, or in neither.
    with database.snapshot() as connection, Session(connection) as session:
        inspection = session.get_one(Inspection, inspection_id)
        return plan_case(session, storage, inspection=inspection, ring=keys.find_ring(), at=clock())


def _note_sealed(
    database: Database, plan: CasePlan, actor: Actor, clock: Clock, sealed: Sealed
) -> None:
    facts: dict[str, object] = {
        "files": sealed.files,
        "size_bytes": sealed.size_bytes,
        "tagmanifest_sha256": sealed.tagmanifest_sha256,
    }
    with database.write() as session:
        journal.record(
            session,
            event=SEAL,
            subject_id=plan.inspection_id,
            actor=actor,
            at=clock(),
            campaign_id=plan.campaign_id,
            inspection_id=plan.inspection_id,
            facts=facts,
        )
