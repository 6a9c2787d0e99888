"""Pages: what is held back as a possible state secret; for the security officer alone."""

from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from api.auth import ROLES
from api.pages.forms import Fields, Form, Refused, attempt_flow
from api.pages.login import Answer, see
from api.pages.paging import SIZE, offset_of, paging
from api.pages.visit import Errand
from inspection import screening
from inspection.people import Role
from inspection.previews import forget_copies
from inspection.queries.screening import UNDECIDED, list_quarantined

_NOTHING_TYPED: Final = Form()


class QuarantinePages(Controller):
    """Files nobody sees, and what becomes of them."""

    path = "/quarantine"
    opt = {ROLES: frozenset({Role.SECURITY})}  # noqa: RUF012 - Litestar reads a plain class attribute

    @get(sync_to_thread=True)
    def show(self, errand: NamedDependency[Errand], page: FromQuery[int] = 1) -> Template:
        """List what is held back, what waits for a decision first."""
        return _show(errand, page=page, form=_NOTHING_TYPED, status=200)

    @post("/{item_id:uuid}/removal", sync_to_thread=True)
    def remove(
        self,
        errand: NamedDependency[Errand],
        item_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Remove a secret for good."""
        version, reason = fields.whole("version"), fields.text("reason")
        outcome = attempt_flow(
            lambda: screening.forget_quarantined(
                errand.database,
                errand.storage,
                actor=errand.actor,
                item_id=item_id,
                version=version,
                reason=reason,
                at=errand.now,
            )
        )
        if isinstance(outcome, Refused):
            return _show(errand, page=1, form=fields.refused(outcome), status=outcome.status)
        forget_copies(errand.cache, digests=outcome)
        return see("/quarantine?done=quarantine.remove")

    @post("/{item_id:uuid}/release", sync_to_thread=True)
    def release(
        self,
        errand: NamedDependency[Errand],
        item_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Let a file go on that is no secret after all."""
        version, reason = fields.whole("version"), fields.text("reason")

        def act() -> None:
            with errand.database.write() as session:
                screening.release_quarantined(
                    session,
                    actor=errand.actor,
                    item_id=item_id,
                    version=version,
                    reason=reason,
                    at=errand.now,
                )

        outcome = attempt_flow(act)
        if isinstance(outcome, Refused):
            return _show(errand, page=1, form=fields.refused(outcome), status=outcome.status)
        return see("/quarantine?done=quarantine.release")


def _show(errand: Errand, *, page: int, form: Form, status: int) -> Template:
    offset = offset_of(page)
    with errand.database.read() as session:
        # One line more than shown tells whether there is another page.
        lines = list_quarantined(session, actor=errand.actor, limit=SIZE + 1, offset=offset)
    context = {
        "lines": lines[:SIZE],
        "waiting": sum(line.state in UNDECIDED for line in lines),
        "paging": paging(path=errand.shell.path, query={}, page=page, total=offset + len(lines)),
        "form": form,
    }
    return errand.shell.page("quarantine/index.html", context, status=status)
