"""Pages: bodies, for administrators."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from api.pages.forms import Fields, Form, Refused, attempt, filled
from api.pages.login import UNPROCESSABLE, Answer, see
from api.pages.people import ADMINISTRATORS
from api.pages.searching import is_in
from api.pages.visit import Visit
from inspection import accounts
from inspection.people import OrganizationKind
from inspection.queries import people as queries
from inspection.queries.people import OrganizationLine


class OrganizationPages(Controller):
    """Bodies that inspect, are inspected, or watch both."""

    path = "/admin/organizations"
    opt = ADMINISTRATORS

    @get(sync_to_thread=True)
    def index(self, visit: NamedDependency[Visit], q: FromQuery[str] = "") -> Template:
        """List the bodies."""
        lines = queries.list_organizations(visit.session, actor=visit.actor)
        found = [line for line in lines if is_in(q, line.name, line.code, line.place)]
        return visit.shell.page("admin/organizations.html", {"organizations": found, "q": q})

    @get("/new", sync_to_thread=False)
    def ask_new(self, visit: NamedDependency[Visit]) -> Template:
        """Ask which body it is."""
        return _entry(visit, Form(), None)

    @post("/new", sync_to_thread=True)
    def create(self, visit: NamedDependency[Visit], fields: NamedDependency[Fields]) -> Answer:
        """Enter a body."""
        kind = fields.chosen("kind", OrganizationKind)
        if not fields.are_good:
            return _entry(visit, fields.form, None, status=UNPROCESSABLE)
        outcome = attempt(
            visit.session,
            lambda: accounts.create_organization(
                visit.session,
                actor=visit.actor,
                code=fields.text("code"),
                name=fields.text("name"),
                kind=kind,
                parent_name=fields.text("parent_name"),
                place=fields.text("place"),
                at=visit.now,
            ),
        )
        if isinstance(outcome, Refused):
            return _entry(visit, fields.refused(outcome), None, status=outcome.status)
        return see("/admin/organizations?done=organization.create")

    @get("/{organization_id:uuid}", sync_to_thread=True)
    def show(self, visit: NamedDependency[Visit], organization_id: FromPath[UUID]) -> Template:
        """Show a body, to be changed."""
        line = queries.get_organization(
            visit.session, actor=visit.actor, organization_id=organization_id
        )
        form = filled(
            code=line.code,
            name=line.name,
            kind=line.kind,
            parent_name=line.parent_name,
            place=line.place,
            is_active="yes" if line.is_active else None,
            version=line.version,
        )
        return _entry(visit, form, line)

    @post("/{organization_id:uuid}", sync_to_thread=True)
    def edit(
        self,
        visit: NamedDependency[Visit],
        organization_id: FromPath[UUID],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Change what is said of a body."""
        line = queries.get_organization(
            visit.session, actor=visit.actor, organization_id=organization_id
        )
        version = fields.whole("version")
        outcome = attempt(
            visit.session,
            lambda: accounts.edit_organization(
                visit.session,
                actor=visit.actor,
                organization_id=organization_id,
                version=version,
                name=fields.text("name"),
                parent_name=fields.text("parent_name"),
                place=fields.text("place"),
                is_active=bool(fields.all("is_active")),
                at=visit.now,
            ),
        )
        if isinstance(outcome, Refused):
            return _entry(visit, fields.refused(outcome), line, status=outcome.status)
        return see("/admin/organizations?done=saved")


def _entry(
    visit: Visit, form: Form, organization: OrganizationLine | None, *, status: int = 200
) -> Template:
    kinds = [(kind, visit.shell.t(f"body.{kind}")) for kind in OrganizationKind]
    context = {"form": form, "organization": organization, "kinds": kinds}
    return visit.shell.page("admin/organization.html", context, status=status)
