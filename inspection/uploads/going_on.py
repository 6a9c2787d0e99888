"""One step of an upload: the part that is due, and with the last one the check of the whole."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from evidence.limits import Limits
from evidence.parts import Checksum, RunningHashes
from evidence.storage import Storage
from inspection.database import Database
from inspection.people import Actor
from inspection.uploads.finishing import finish_upload
from inspection.uploads.parts import take_part


def go_on(
    database: Database,
    storage: Storage,
    hashes: RunningHashes,
    *,
    actor: Actor,
    upload_id: UUID,
    offset: int,
    checksum: Checksum | None,
    chunks: Iterable[bytes],
    limits: Limits,
    clock: Callable[[], datetime],
) -> int:
    """Take a part and, when it was the last one, make the file evidence.

    Without a checksum, at the end of the file: its check was broken off, and is done again.

    Raises:
        InspectionError, EvidenceError: See `take_part` and `finish_upload`.
    """
    whole = checksum is None
    if checksum is not None:
        offset, whole = take_part(
            database,
            storage,
            hashes,
            actor=actor,
            upload_id=upload_id,
            offset=offset,
            checksum=checksum,
            chunks=chunks,
            limits=limits,
            clock=clock,
        )
    if not whole:
        return offset
    received = finish_upload(
        database, storage, hashes, actor=actor, upload_id=upload_id, clock=clock
    )
    return received.size_bytes
