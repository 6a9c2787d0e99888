"""Pages: what a file shows, made harmless; every look is written down."""

from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from api.pages.deposits import BOTH_SIDES
from api.pages.visit import Errand
from api.reading import open_evidence
from evidence.custody import CustodyAct
from evidence.errors import HostileFileError
from evidence.preview.values import CellsPreview
from inspection.previews import find_picture, preview_file


class PreviewPages(Controller):
    """A file as a picture or as cells."""

    path = "/items/{item_id:uuid}/preview"
    opt = BOTH_SIDES

    @get(sync_to_thread=True)
    def show(
        self, errand: NamedDependency[Errand], item_id: FromPath[UUID], page: FromQuery[int] = 1
    ) -> Template:
        """Show one page, sheet or image."""
        item = open_evidence(
            errand.database,
            actor=errand.actor,
            item_id=item_id,
            act=CustodyAct.EVIDENCE_READ,
            at=errand.now,
        )
        context: dict[str, object] = {
            "page_of": item, "item": item.item, "number": page, "refusal": None,
            "cells": None, "picture": None,
        }  # fmt: skip
        try:
            made = preview_file(
                errand.database,
                errand.storage,
                errand.cache,
                actor=errand.actor,
                item_id=item_id,
                page=page,
            )
        except HostileFileError as error:
            context["refusal"] = error
        else:
            context["cells" if isinstance(made, CellsPreview) else "picture"] = made
        return errand.shell.page("items/preview.html", context)

    @get("/picture", sync_to_thread=True)
    def picture(
        self, errand: NamedDependency[Errand], item_id: FromPath[UUID], page: FromQuery[int] = 1
    ) -> Response[bytes]:
        """Give the picture of a page that is being shown; the look was written down with the page.

        Raises:
            NotFoundError: There is no such picture.
        """
        with errand.database.read() as session:
            path = find_picture(
                session, errand.cache, actor=errand.actor, item_id=item_id, page=page
            )
        content = path.read_bytes()
        headers = {"cache-control": "no-store", "content-disposition": "inline"}
        return Response(content, media_type="image/png", headers=headers)
