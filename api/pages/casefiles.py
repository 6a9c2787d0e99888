"""Pages: a whole inspection, to be taken along."""

from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Stream

from api.auth import ROLES
from api.dependencies import provide_now
from api.downloads import ZIP, send_made
from api.endpoints.casefiles import READERS
from api.pages.visit import Errand
from evidence.key_files import KeyFolder
from inspection.casefile import stream_case


class CaseFilePages(Controller):
    """The button that takes a case file out; a form, because the journal keeps it as an act."""

    path = "/inspections/{inspection_id:uuid}/case-file"
    opt = {ROLES: READERS}  # noqa: RUF012 - Litestar reads a plain class attribute

    @post(sync_to_thread=True, status_code=200)
    def export(
        self,
        errand: NamedDependency[Errand],
        keys: NamedDependency[SkipValidation[KeyFolder]],
        inspection_id: FromPath[UUID],
    ) -> Stream:
        """Send the archive while it is made; the browser shows how much has come."""
        name, chunks = stream_case(
            errand.database,
            errand.storage,
            keys=keys,
            actor=errand.actor,
            inspection_id=inspection_id,
            clock=provide_now,
        )
        return send_made(chunks, name=name, media_type=ZIP)
