"""Pages: campaigns, from draft to close."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation
from litestar.response import Template

from api.auth import ROLES
from api.packs import shipped_codes, shipped_files, shipped_pack
from api.pages.campaign_page import show_campaign
from api.pages.forms import Fields, Form, Refused, attempt, attempt_flow, attempt_whole, filled
from api.pages.login import Answer, see
from api.pages.moving import Asked, ask, carry_out, read_act, require_offer
from api.pages.retaining import tell_years
from api.pages.searching import is_in
from api.pages.visit import Errand, Visit
from api.templating import Shell
from inspection import campaigns, opening
from inspection.campaigns import CampaignValues
from inspection.errors import ConflictError, NotFoundError
from inspection.keeping import RetentionClasses
from inspection.people import Role
from inspection.queries import campaigns as queries
from inspection.queries.campaigns import CampaignPage
from inspection.workflow.states import Act, CampaignKind, CampaignState, Subject

INSPECTORS: Final = {ROLES: frozenset({Role.INSPECTOR})}


class CampaignPages(Controller):
    """Campaigns as their team sees them."""

    path = "/campaigns"
    opt = INSPECTORS

    @get(sync_to_thread=True)
    def index(
        self,
        visit: NamedDependency[Visit],
        q: FromQuery[str] = "",
        # Litestar keeps the bare word `state` for itself.
        wanted: Annotated[str, QueryParameter(name="state")] = "",
    ) -> Template:
        """List the campaigns one has a seat in."""
        lines = queries.list_campaigns(visit.session, actor=visit.actor)
        shown = [
            line for line in lines if is_in(q, line.title) and wanted in {"", line.state.value}
        ]
        context = {
            "campaigns": shown,
            "has_any": bool(lines),
            "q": q,
            "state": wanted,
            "states_of": list(CampaignState),
        }
        return visit.shell.page("campaigns/index.html", context)

    @get("/new", sync_to_thread=False)
    def ask_new(
        self,
        shell: NamedDependency[Shell],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
    ) -> Template:
        """Ask what a new campaign is about."""
        form = filled(kind=CampaignKind.INSPECTION, retention_class=classes.default)
        return _entry(shell, form, None, classes)

    @post("/new", sync_to_thread=True)
    def create(
        self,
        visit: NamedDependency[Visit],
        fields: NamedDependency[Fields],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
    ) -> Answer:
        """Begin a campaign as a draft."""
        values = _values(fields)
        create = partial(
            attempt,
            visit.session,
            lambda: campaigns.create_campaign(
                visit.session, actor=visit.actor, values=_checked(values, classes), at=visit.now
            ),
        )
        made = attempt_whole(fields, create, check=partial(campaigns.check_campaign, values))
        if isinstance(made, Refused):
            return _entry(visit.shell, fields.refused(made), None, classes, status=made.status)
        return see(f"/campaigns/{made}?done=campaign.create")

    @get("/{campaign_id:uuid}", sync_to_thread=True)
    def show(self, visit: NamedDependency[Visit], campaign_id: FromPath[UUID]) -> Template:
        """Show a campaign with everything it holds."""
        return show_campaign(visit, campaign_id)

    @get("/{campaign_id:uuid}/edit", sync_to_thread=True)
    def ask_edit(
        self,
        visit: NamedDependency[Visit],
        campaign_id: FromPath[UUID],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
    ) -> Template:
        """Ask for changes to a draft; what was opened stands as it is."""
        campaign = queries.get_campaign(visit.session, actor=visit.actor, campaign_id=campaign_id)
        if campaign.state is not CampaignState.DRAFT:
            raise ConflictError("campaign.not_a_draft", state=campaign.state)
        return _entry(visit.shell, _filled(campaign), campaign, classes)

    @post("/{campaign_id:uuid}/edit", sync_to_thread=True)
    def edit(
        self,
        visit: NamedDependency[Visit],
        campaign_id: FromPath[UUID],
        fields: NamedDependency[Fields],
        classes: NamedDependency[SkipValidation[RetentionClasses]],
    ) -> Answer:
        """Change a draft."""
        campaign = queries.get_campaign(visit.session, actor=visit.actor, campaign_id=campaign_id)
        values, version = _values(fields), fields.whole("version")
        edit = partial(
            attempt,
            visit.session,
            lambda: campaigns.edit_campaign(
                visit.session,
                actor=visit.actor,
                campaign_id=campaign_id,
                version=version,
                values=_checked(values, classes),
                at=visit.now,
            ),
        )
        outcome = attempt_whole(fields, edit, check=partial(campaigns.check_campaign, values))
        if isinstance(outcome, Refused):
            form = fields.refused(outcome)
            return _entry(visit.shell, form, campaign, classes, status=outcome.status)
        return see(f"/campaigns/{campaign_id}?done=saved")

    @get("/{campaign_id:uuid}/moves/{slug:str}", sync_to_thread=True)
    def ask_move(
        self, visit: NamedDependency[Visit], campaign_id: FromPath[UUID], slug: FromPath[str]
    ) -> Template:
        """Ask for what opening, closing or cancelling needs."""
        campaign = queries.get_campaign(visit.session, actor=visit.actor, campaign_id=campaign_id)
        return ask(visit.shell, _asked(campaign, read_act(slug)), Form())

    @post("/{campaign_id:uuid}/moves/{slug:str}", sync_to_thread=True)
    def move(
        self,
        errand: NamedDependency[Errand],
        campaign_id: FromPath[UUID],
        slug: FromPath[str],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Open, close or cancel a campaign."""
        act = read_act(slug)
        if act not in _ACTS:
            raise NotFoundError
        with errand.database.read() as session:
            campaign = queries.get_campaign(session, actor=errand.actor, campaign_id=campaign_id)
        asked = _asked(campaign, act)
        run = partial(attempt_flow, lambda: _ACTS[act](errand, campaign, fields))
        to = f"/campaigns/{campaign_id}?done=campaign.{act}"
        return carry_out(errand.shell, asked, fields, run, to=to)


def _open(errand: Errand, campaign: CampaignPage, fields: Fields) -> None:
    opening.open_campaign(
        errand.database,
        errand.storage,
        actor=errand.actor,
        campaign_id=campaign.id,
        version=fields.whole("version"),
        pack_files=shipped_files(campaign.pack_code),
        at=errand.now,
    )


def _cancel(errand: Errand, campaign: CampaignPage, fields: Fields) -> None:
    with errand.database.write() as session:
        campaigns.cancel_campaign(
            session,
            actor=errand.actor,
            campaign_id=campaign.id,
            version=fields.whole("version"),
            reason=fields.text("reason"),
            at=errand.now,
        )


def _close(errand: Errand, campaign: CampaignPage, fields: Fields) -> None:
    with errand.database.write() as session:
        campaigns.close_campaign(
            session,
            actor=errand.actor,
            campaign_id=campaign.id,
            version=fields.whole("version"),
            at=errand.now,
        )


_ACTS: Final[Mapping[Act, Callable[[Errand, CampaignPage, Fields], None]]] = {
    Act.OPEN: _open,
    Act.CANCEL: _cancel,
    Act.CLOSE: _close,
}


def _asked(campaign: CampaignPage, act: Act) -> Asked:
    offer = require_offer(campaign.acts, subject=Subject.CAMPAIGN, state=campaign.state, act=act)
    return Asked(
        subject=Subject.CAMPAIGN,
        act=act,
        what=campaign.title,
        base=f"/campaigns/{campaign.id}",
        version=campaign.version,
        needs_reason=offer.needs_reason,
    )


def _values(fields: Fields) -> CampaignValues:
    return CampaignValues(
        kind=fields.chosen("kind", CampaignKind),
        title=fields.text("title"),
        decision=fields.text("decision"),
        legal_basis=fields.text("legal_basis"),
        period_from=fields.day("period_from"),
        period_to=fields.day("period_to"),
        opens_on=fields.day("opens_on"),
        closes_on=fields.day("closes_on"),
        pack_code=fields.text("pack_code"),
        retention_class=fields.text("retention_class"),
    )


def _checked(values: CampaignValues, classes: RetentionClasses) -> CampaignValues:
    return replace(values, retention_class=classes.checked(values.retention_class))


def _filled(campaign: CampaignPage) -> Form:
    return filled(
        kind=campaign.kind,
        title=campaign.title,
        decision=campaign.decision,
        legal_basis=campaign.legal_basis,
        period_from=campaign.period_from,
        period_to=campaign.period_to,
        opens_on=campaign.opens_on,
        closes_on=campaign.closes_on,
        pack_code=campaign.pack_code,
        retention_class=campaign.retention_class,
        version=campaign.version,
    )


def _entry(
    shell: Shell,
    form: Form,
    campaign: CampaignPage | None,
    classes: RetentionClasses,
    *,
    status: int = 200,
) -> Template:
    context = {
        "form": form,
        "campaign": campaign,
        "kinds": [(kind, shell.t(f"kind.{kind}")) for kind in CampaignKind],
        "packs": [
            (code, f"{shell.t.pick(shipped_pack(code).title)} ({shipped_pack(code).version})")
            for code in shipped_codes()
        ],
        "classes": [
            (one.code, f"{shell.t.pick(one.title)} ({tell_years(shell, one)})")
            for one in classes.classes
        ],
    }
    return shell.page("campaigns/entry.html", context, status=status)
