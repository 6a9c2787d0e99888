"""Taking a deposit from a bag on a disk: the same record as over the web, or nothing at all."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID, uuid5

from sqlmodel import Session

from evidence.bag import BagReport, read_payload
from evidence.bag.crate import METADATA
from evidence.limits import Limits
from inspection import journal
from inspection.deposits import ReceivedFile
from inspection.errors import InvalidError, NotFoundError
from inspection.people import SYSTEM
from inspection.tables import Inspection

IMPORT: Final = "deposit.import"
_DATA: Final = "data/"


class TakeFile(Protocol):
    """`inspection.deposits.receive_file`, with all but the file itself settled."""

    def __call__(self, *, name: str, chunks: Iterator[bytes], incoming_id: UUID) -> ReceivedFile:
        """Take one file."""
        ...


def import_bag(
    take: TakeFile,
    *,
    folder: Path,
    report: BagReport,
    request_id: UUID,
    limits: Limits,
) -> tuple[ReceivedFile, ...]:
    """Take every payload file of a verified bag as an answer to a request.

    Called again after a break it goes on: a file taken before is not taken twice.  Descriptions of
    the payload (RO-Crate) are no evidence and stay on the disk.

    Args:
        take: Receives one file; see `receive_file` for what it may raise.
        report: Of `verify_bag` on the same folder.
        limits: What one delivery may bring.

    Raises:
        InvalidError: The bag is not intact, holds nothing, or a file that cannot be received: then
            nothing is taken.
        EvidenceAlteredError: A file was changed since it was verified.
    """
    paths = _list_paths(report, limits)
    return tuple(
        take(
            name=path.rpartition("/")[2],
            chunks=read_payload(folder, path, report.payload[path]),
            incoming_id=uuid5(request_id, f"{path}\n{report.payload[path].sha256}"),
        )
        for path in paths
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
