"""The tus protocol: files that come in parts, and go on after a broken line or a restart."""

# ruff: noqa: PLR0917 - Litestar gives every parameter by its name

from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

from anyio import to_thread
from litestar import Controller, Request, Response, delete, get, head, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from sqlmodel import Session

from api import tus
from api.auth import ROLES
from api.dependencies import provide_now
from api.settings import Settings
from api.tus import TUS
from api.uploads import UPLOAD, stream_body
from evidence.limits import Limits
from evidence.parts import RunningHashes
from evidence.storage import Storage
from inspection import uploads
from inspection.database import Database
from inspection.people import Actor, Role
from inspection.queries.uploads import UploadLine, get_upload, list_uploads
from inspection.uploads import Target

REQUEST: Final = "/inspections/{inspection_id:uuid}/requests/{request_id:uuid}/uploads"
FINDING: Final = "/findings/{finding_id:uuid}/uploads"
ONE: Final = "/uploads/{upload_id:uuid}"
OPT: Final = {ROLES: frozenset({Role.ORGANIZATION}), TUS: True}

AnyRequest = Request[Any, Any, Any]


class UploadEndpoints(Controller):
    """Files on their way."""

    path = "/"
    tags = ("uploads",)
    opt = OPT

    @get("/limits", sync_to_thread=False)
    def limits(self, settings: NamedDependency[SkipValidation[Settings]]) -> Limits:
        """How much may be handed in."""
        return settings.limits

    @get(REQUEST, sync_to_thread=True)
    def list_of_request(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        inspection_id: FromPath[UUID],
        request_id: FromPath[UUID],
    ) -> tuple[UploadLine, ...]:
        """One's own unfinished files for a request."""
        target = Target(inspection_id=inspection_id, request_id=request_id)
        return list_uploads(session, actor=actor, target=target, now=provide_now())

    @get(FINDING, sync_to_thread=True)
    def list_of_finding(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        finding_id: FromPath[UUID],
    ) -> tuple[UploadLine, ...]:
        """One's own unfinished files for the answer to a finding."""
        target = Target(finding_id=finding_id)
        return list_uploads(session, actor=actor, target=target, now=provide_now())

    @post(REQUEST)
    async def begin_for_request(
        self,
        request: AnyRequest,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        settings: NamedDependency[SkipValidation[Settings]],
        actor: NamedDependency[Actor],
        inspection_id: FromPath[UUID],
        request_id: FromPath[UUID],
    ) -> Response[None]:
        """Announce a file for a request; the same one announced again goes on."""
        target = Target(inspection_id=inspection_id, request_id=request_id)
        return await _begin(request, database, storage, settings, actor, target)

    @post(FINDING)
    async def begin_for_finding(
        self,
        request: AnyRequest,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        settings: NamedDependency[SkipValidation[Settings]],
        actor: NamedDependency[Actor],
        finding_id: FromPath[UUID],
    ) -> Response[None]:
        """Announce a file for the answer to a finding."""
        target = Target(finding_id=finding_id)
        return await _begin(request, database, storage, settings, actor, target)

    @get(ONE, sync_to_thread=True)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        upload_id: FromPath[UUID],
    ) -> UploadLine:
        """Where one's own file stands, and why it was refused."""
        return get_upload(session, actor=actor, upload_id=upload_id, now=provide_now())

    @head(ONE, sync_to_thread=True)
    def ask(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        upload_id: FromPath[UUID],
    ) -> Response[None]:
        """Say where to go on."""
        tus.require_version(request)
        upload = get_upload(session, actor=actor, upload_id=upload_id, now=provide_now())
        return Response(None, headers=tus.say_upload(upload))

    @patch(ONE, request_max_body_size=None, opt={UPLOAD: True}, status_code=204)
    async def go_on(
        self,
        request: AnyRequest,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        hashes: NamedDependency[SkipValidation[RunningHashes]],
        settings: NamedDependency[SkipValidation[Settings]],
        actor: NamedDependency[Actor],
        upload_id: FromPath[UUID],
    ) -> Response[None]:
        """Take the next part; after the last one the file is checked whole and recorded."""
        offset = tus.read_offset(request)
        # Nothing is sent where only the check of the whole was broken off.
        checksum = tus.read_checksum(request) if request.content_length != 0 else None
        step = partial(
            uploads.go_on,
            database,
            storage,
            hashes,
            actor=actor,
            upload_id=upload_id,
            offset=offset,
            checksum=checksum,
            limits=settings.limits,
            clock=provide_now,
        )
        reached = await stream_body(request, lambda pieces: step(chunks=pieces))
        return Response(None, status_code=204, headers={"upload-offset": str(reached)})

    @delete(ONE, status_code=204)
    async def remove(
        self,
        request: AnyRequest,
        database: NamedDependency[Database],
        storage: NamedDependency[Storage],
        actor: NamedDependency[Actor],
        upload_id: FromPath[UUID],
    ) -> None:
        """Give up one's own unfinished file."""
        tus.require_version(request)
        remove = partial(
            uploads.remove_upload,
            database,
            storage,
            actor=actor,
            upload_id=upload_id,
            at=provide_now(),
        )
        await to_thread.run_sync(remove)


async def _begin(
    request: AnyRequest,
    database: Database,
    storage: Storage,
    settings: Settings,
    actor: Actor,
    target: Target,
) -> Response[None]:
    begin = partial(
        uploads.begin_upload,
        database,
        storage,
        actor=actor,
        target=target,
        announced=tus.read_announced(request),
        limits=settings.limits,
        upload_id=uuid4(),
        clock=provide_now,
    )
    upload_id = await to_thread.run_sync(begin)
    with database.read() as session:
        upload = get_upload(session, actor=actor, upload_id=upload_id, now=provide_now())
    headers = tus.say_upload(upload) | {"location": f"/api/uploads/{upload_id}"}
    return Response(None, status_code=201, headers=headers)
