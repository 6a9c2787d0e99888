"""The page of one campaign: while it is a draft, with the small forms that fill it."""

from dataclasses import dataclass, replace
from typing import Final, Self
from uuid import UUID

from litestar.response import Template

from api.packs import kept_pack, shipped_pack
from api.pages import results
from api.pages.forms import Form
from api.pages.visit import Visit
from inspection import opening
from inspection.people import CampaignSeat
from inspection.queries import campaigns, evaluations, people
from inspection.queries.campaigns import CampaignPage
from inspection.workflow.states import CampaignState
from rules.pack import Pack

EMPTY: Final = Form()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftForms:
    """The forms of a draft; at most one of them has just been refused."""

    matter: Form = EMPTY
    member: Form = EMPTY
    request: Form = EMPTY
    organization: Form = EMPTY

    def apart(self) -> Self:
        """Tell the fields of the four apart: a page has every name but once."""
        return type(self)(
            **{
                name: replace(getattr(self, name), prefix=f"{name}-")
                for name in ("matter", "member", "request", "organization")
            }
        )


def show_campaign(
    visit: Visit, campaign_id: UUID, forms: DraftForms | None = None, *, status: int = 200
) -> Template:
    """Show a campaign as it stands, with what was typed into a form that was refused."""
    campaign = campaigns.get_campaign(visit.session, actor=visit.actor, campaign_id=campaign_id)
    pack = _pack(visit, campaign)
    tallies = evaluations.list_campaign_tallies(visit.session, campaign_id=campaign_id)
    draft = _draft(visit, campaign, pack) if campaign.state is CampaignState.DRAFT else {}
    context = {
        "campaign": campaign,
        "pack": pack,
        "is_draft": bool(draft),
        "forms_of": (forms or DraftForms()).apart(),
        "results": results.by_organization(campaign.inspections, tallies),
        "matrix": results.matrix(pack, tallies, visit.shell.t),
        **draft,
    }
    return visit.shell.page("campaigns/show.html", context, status=status)


def _pack(visit: Visit, campaign: CampaignPage) -> Pack:
    if campaign.pack_digest is None:
        return shipped_pack(campaign.pack_code)
    return kept_pack(visit.storage, campaign.pack_digest)


def _draft(visit: Visit, campaign: CampaignPage, pack: Pack) -> dict[str, object]:
    return {
        "missing": opening.list_missing(visit.session, campaign_id=campaign.id, pack=pack),
        "inspectors": people.list_inspectors(visit.session, actor=visit.actor),
        "organizations": people.list_inspected(visit.session, actor=visit.actor),
        "seats": list(CampaignSeat),
    }
