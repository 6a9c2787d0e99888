"""JSON: a whole inspection as one archive."""

from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Stream

from api.auth import ROLES
from api.dependencies import provide_now
from api.downloads import ZIP, send_made
from evidence.key_files import KeyFolder
from evidence.storage import Storage
from inspection.casefile import stream_case
from inspection.database import Database
from inspection.people import Actor, Role

READERS = frozenset({Role.INSPECTOR, Role.OVERSIGHT})


class CaseFileEndpoints(Controller):
    """Case files: one inspection as a bag (BagIt 1.0) in a ZIP archive."""

    path = "/inspections"
    tags = ("inspections",)
    opt = {ROLES: READERS}  # noqa: RUF012 - Litestar reads a class attribute

    @post("/{inspection_id:uuid}/case-file", sync_to_thread=True, status_code=200)
    def export(
        self,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        actor: NamedDependency[Actor],
        inspection_id: FromPath[UUID],
    ) -> Stream:
        """Take out the whole case file, made while it is sent.

        For lead and issuer; for oversight bodies once the conclusion is published.  The export is
        an act, and the journal keeps it with the digest of what was sent.
        """
        name, chunks = stream_case(
            database,
            storage,
            keys=keys,
            actor=actor,
            inspection_id=inspection_id,
            clock=provide_now,
        )
        return send_made(chunks, name=name, media_type=ZIP)
