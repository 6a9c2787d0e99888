"""Taking a deposit from a bag on a disk: the same record as over the web, or nothing at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID, uuid5

from sqlmodel import Session

from evidence.bag import BagReport, read_payload
from evidence.bag.crate import METADATA
from evidence.limits import Limits
from inspection import journal
from inspection.deposits import ReceivedFile, find_received
from inspection.deposits.doors import deposit_door, find_latest
from inspection.errors import ConflictError, InvalidError, NotFoundError
from inspection.people import SYSTEM, Actor
from inspection.tables import Inspection

IMPORT: Final = "deposit.import"
_DATA: Final = "data/"


class TakeFile(Protocol):
    """`inspection.deposits.receive_file`, with all but the file itself settled."""

    def __call__(self, *, name: str, chunks: Iterator[bytes], incoming_id: UUID) -> ReceivedFile:
        """Take one file."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One file of a bag on its way in, under a name of passage of this version of the answer."""

    path: str
    incoming_id: UUID


def plan_import(
    session: Session,
    *,
    actor: Actor,
    inspection_id: UUID,
    request_id: UUID,
    report: BagReport,
    limits: Limits,
) -> tuple[Arrival, ...]:
    """Say what of a verified bag comes in as the answer to a request, before any of it does.

    Descriptions of the payload (RO-Crate) are no evidence and stay on the disk.

    Args:
        report: Of `verify_bag`.
        limits: What one delivery may bring.

    Raises:
        NotFoundError: No such request, or none of this actor's.
        ConflictError: It takes no files now, or a file came before and was taken out.
        InvalidError: The bag is not intact, holds nothing, or a file that cannot be received.
    """
    paths = _list_paths(report, limits)
    _, _, deposit = deposit_door(
        session, actor=actor, inspection_id=inspection_id, request_id=request_id
    )
    if deposit is None:
        latest = find_latest(session, inspection_id=inspection_id, request_id=request_id)
        number = latest.number + 1 if latest else 1
    else:
        number = deposit.number
    # The same disk may be brought for several organizations, and again for a newer version.
    series = uuid5(request_id, f"{inspection_id}\n{number}")
    arrivals = tuple(
        Arrival(path=path, incoming_id=uuid5(series, f"{path}\n{report.payload[path].sha256}"))
        for path in paths
    )
    for arrival in arrivals:
        known = find_received(session, actor=actor, incoming_id=arrival.incoming_id)
        if known and (deposit is None or known.deposit_id != deposit.id):
            raise ConflictError("bag.taken_out", path=arrival.path)
    return arrivals


def import_bag(
    take: TakeFile, *, folder: Path, report: BagReport, arrivals: Sequence[Arrival]
) -> tuple[ReceivedFile, ...]:
    """Take what was planned as an answer to a request.

    Planned and called again after a break it goes on: a file taken before is not taken twice.

    Args:
        take: Receives one file; see `receive_file` for what it may raise.
        report: Of `verify_bag` on the same folder.

    Raises:
        EvidenceAlteredError: A file was changed since it was verified.
    """
    return tuple(
        take(
            name=one.path.rpartition("/")[2],
            chunks=read_payload(folder, one.path, report.payload[one.path]),
            incoming_id=one.incoming_id,
        )
        for one in arrivals
    )


def note_import(
    session: Session, *, inspection_id: UUID, files: Sequence[ReceivedFile], at: datetime
) -> None:
    """Write into the journal that a deposit came on a disk.

    Raises:
        NotFoundError: No such inspection.
    """
    inspection = session.get(Inspection, inspection_id)
    if inspection is None or not files or files[0].deposit_id is None:
        raise NotFoundError
    journal.record(
        session,
        event=IMPORT,
        subject_id=files[0].deposit_id,
        actor=SYSTEM,
        at=at,
        campaign_id=inspection.campaign_id,
        inspection_id=inspection_id,
        facts={"files": len(files), "size_bytes": sum(file.size_bytes for file in files)},
    )


def _list_paths(report: BagReport, limits: Limits) -> list[str]:
    if not report.is_valid:
        raise InvalidError("bag.not_intact", problems=len(report.problems))
    paths = sorted(path for path in report.payload if path != _DATA + METADATA)
    if not paths:
        raise InvalidError("bag.empty")
    for path in paths:
        size = report.payload[path].size_bytes
        if not 0 < size <= limits.file_bytes:
            raise InvalidError(
                "bag.file_refused", path=path, size_bytes=size, limit=limits.file_bytes
            )
    total = sum(report.payload[path].size_bytes for path in paths)
    if len(paths) > limits.files or total > limits.total_bytes:
        raise InvalidError(
            "bag.too_much",
            files=len(paths),
            size_bytes=total,
            most=limits.files,
            limit=limits.total_bytes,
        )
    return paths
