"""Pages: one piece of evidence, its rows, its problems, its bytes."""

from functools import partial
from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Stream, Template

from api.auth import ROLES
from api.downloads import send_stored
from api.packs import kept_pack
from api.pages.deposits import BOTH_SIDES
from api.pages.forms import Fields
from api.pages.login import inside, see
from api.pages.paging import PAGE, SIZE, offset_of, paging, read_page
from api.pages.visit import Errand, Visit
from api.reading import open_evidence
from evidence.custody import CustodyAct
from evidence.screening.values import Level
from evidence.storage import Storage
from inspection import screening
from inspection.people import Role
from inspection.queries.deposits import ItemPage, get_item
from inspection.queries.timeline import list_timeline
from inspection.readings import find_offset, list_originals, read_problems, read_rows
from rules.contract import Contract

ROWS: Final = 50


class ItemPages(Controller):
    """A file as it was received, and what was read in it."""

    path = "/items/{item_id:uuid}"
    opt = BOTH_SIDES

    @get(sync_to_thread=True)
    def show(
        self,
        *,
        errand: NamedDependency[Errand],
        item_id: FromPath[UUID],
        row: FromQuery[int] = 0,
        sheet: FromQuery[str] = "",
        columns: FromQuery[str] = "",
        back: FromQuery[str] = "",
        page: FromQuery[int] = 1,
    ) -> Template:
        """Show a file at the place of a row; `columns` are those a rule has read there."""
        item = _look(errand, item_id)
        reading = item.item.reading if item.is_readable else None
        context: dict[str, object] = {
            "page_of": item,
            "item": item.item,
            "contract": _contract(errand.storage, item),
            "row": row,
            "sheet": sheet or None,
            "read_columns": frozenset(columns.split(",")),
            "originals": {},
            "back": inside(back),
        }
        if reading is None or reading.rows_sha256 is None:
            return errand.shell.page("items/show.html", {**context, "rows": None, "paging": None})
        if row and PAGE not in errand.shell.address:
            before = find_offset(
                errand.storage,
                errand.cache,
                rows_sha256=reading.rows_sha256,
                sheet=sheet or None,
                row=row,
            )
            page = before // ROWS + 1
        read = partial(
            read_rows, errand.storage, errand.cache, rows_sha256=reading.rows_sha256, limit=ROWS
        )
        rows = read_page(lambda offset: read(offset=offset), page=page, size=ROWS)
        if reading.problems_sha256 is not None:
            context["originals"] = list_originals(
                errand.storage, errand.cache, problems_sha256=reading.problems_sha256, rows=rows
            )
        query = {"row": str(row or ""), "sheet": sheet, "columns": columns, "back": back}
        place = paging(path=errand.shell.path, query=query, page=page, total=rows.total, size=ROWS)
        return errand.shell.page("items/show.html", {**context, "rows": rows, "paging": place})

    @get("/problems", sync_to_thread=True)
    def list_problems(
        self, errand: NamedDependency[Errand], item_id: FromPath[UUID], page: FromQuery[int] = 1
    ) -> Template:
        """List every problem of reading, by place."""
        item = _open(errand, item_id, CustodyAct.EVIDENCE_READ)
        reading = item.item.reading
        found = (
            read_problems(
                errand.storage,
                errand.cache,
                problems_sha256=reading.problems_sha256,
                offset=offset_of(page),
                limit=SIZE,
            )
            if reading is not None and reading.problems_sha256 is not None
            else None
        )
        context = {
            "page_of": item,
            "item": item.item,
            "contract": _contract(errand.storage, item),
            "problems": found.lines if found else (),
            "paging": paging(
                path=errand.shell.path, query={}, page=page, total=found.total if found else 0
            ),
        }
        return errand.shell.page("items/problems.html", context)

    @get("/content", sync_to_thread=True)
    def content(self, errand: NamedDependency[Errand], item_id: FromPath[UUID]) -> Stream:
        """Give back the bytes as they were received; who took them is written down."""
        item = _open(errand, item_id, CustodyAct.EVIDENCE_DOWNLOAD).item
        return send_stored(errand.storage, sha256=item.sha256, name=item.name)

    @get("/timeline", sync_to_thread=True)
    def timeline(self, visit: NamedDependency[Visit], item_id: FromPath[UUID]) -> Template:
        """Show what became of a file, as the custody log tells it."""
        context = {
            "page_of": get_item(visit.session, actor=visit.actor, item_id=item_id),
            "lines": list_timeline(visit.session, actor=visit.actor, item_id=item_id),
        }
        return visit.shell.page("items/timeline.html", context)

    @post("/secrecy", sync_to_thread=True, opt={ROLES: frozenset({Role.ORGANIZATION})})
    def declare_secret(
        self,
        visit: NamedDependency[Visit],
        item_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Redirect:
        """Hold back a file one has sent, because it is a state secret."""
        level = fields.chosen("level", Level)
        if fields.are_good:
            screening.declare_secret(
                visit.session, actor=visit.actor, item_id=item_id, level=level, at=visit.now
            )
        return see(f"/items/{item_id}")

    @post("/screening", sync_to_thread=True)
    def screen_again(self, visit: NamedDependency[Visit], item_id: FromPath[UUID]) -> Redirect:
        """Have a file looked at once more."""
        screening.screen_again(visit.session, actor=visit.actor, item_id=item_id, at=visit.now)
        return see(f"/items/{item_id}")


def _look(errand: Errand, item_id: UUID) -> ItemPage:
    """What is known of a file; where its rows can be shown, that they were is logged first."""
    with errand.database.read() as session:
        item = get_item(session, actor=errand.actor, item_id=item_id)
    return _open(errand, item_id, CustodyAct.EVIDENCE_READ) if item.is_readable else item


def _open(errand: Errand, item_id: UUID, act: CustodyAct) -> ItemPage:
    return open_evidence(
        errand.database, actor=errand.actor, item_id=item_id, act=act, at=errand.now
    )


def _contract(storage: Storage, item: ItemPage) -> Contract | None:
    if item.table_name is None or item.pack_digest is None:
        return None
    return kept_pack(storage, item.pack_digest).contracts.get(item.table_name)
