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
from inspection.errors import ConflictError
from inspection.people import Role
from inspection.queries.screening import UNDECIDED, get_quarantined, list_quarantined
from inspection.violations.caching import forget_copies
from inspection.workflow.states import ScreeningState

# In which states each decision can be taken.
_DECIDING: Final = {"removal": UNDECIDED, "release": frozenset({ScreeningState.QUARANTINED})}


class QuarantinePages(Controller):
    """Files nobody sees, and what becomes of them."""

    path = "/quarantine"
    opt = {ROLES: frozenset({Role.SECURITY})}  # noqa: RUF012 - Litestar reads a plain class attribute

    @get(sync_to_thread=True)
    def show(self, errand: NamedDependency[Errand], page: FromQuery[int] = 1) -> Template:
        """List what is held back, what waits for a decision first."""
        offset = offset_of(page)
        with errand.database.read() as session:
            # One line more than shown tells whether there is another page.
            lines = list_quarantined(session, actor=errand.actor, limit=SIZE + 1, offset=offset)
        total = offset + len(lines)
        context = {
            "lines": lines[:SIZE],
            "waiting": sum(line.state in UNDECIDED for line in lines),
            "paging": paging(path=errand.shell.path, query={}, page=page, total=total),
        }
        return errand.shell.page("quarantine/index.html", context)

    @get("/{item_id:uuid}/removal", sync_to_thread=True)
    def ask_removal(self, errand: NamedDependency[Errand], item_id: FromPath[UUID]) -> Template:
        """Ask for the grounds, and say that what is removed is gone."""
        return _ask(errand, item_id, "removal", Form())

    @get("/{item_id:uuid}/release", sync_to_thread=True)
    def ask_release(self, errand: NamedDependency[Errand], item_id: FromPath[UUID]) -> Template:
        """Ask for the grounds, and say who will see the file."""
        return _ask(errand, item_id, "release", Form())

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
            form = fields.refused(outcome)
            return _ask(errand, item_id, "removal", form, status=outcome.status)
        for sha256 in outcome:
            forget_copies(errand.cache, sha256=sha256)
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
            form = fields.refused(outcome)
            return _ask(errand, item_id, "release", form, status=outcome.status)
        return see("/quarantine?done=quarantine.release")


def _ask(errand: Errand, item_id: UUID, act: str, form: Form, *, status: int = 200) -> Template:
    with errand.database.read() as session:
        line = get_quarantined(session, actor=errand.actor, item_id=item_id)
    if not form.problems and line.state not in _DECIDING[act]:
        raise ConflictError("screening.decided_already")
    context = {"line": line, "act": act, "form": form}
    return errand.shell.page("quarantine/decide.html", context, status=status)
