"""Pages: what is put into a draft of a campaign, and taken out again."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.pages.campaign_page import DraftForms, show_campaign
from api.pages.campaigns import INSPECTORS
from api.pages.forms import Fields, Form, Refused, attempt, attempt_whole
from api.pages.login import Answer, see
from api.pages.visit import Visit
from inspection import campaigns
from inspection.campaigns import MOST_CERTIFIERS, RequestValues
from inspection.errors import NotFoundError
from inspection.people import CampaignSeat

_FORMS: Final[Mapping[str, Callable[[Form], DraftForms]]] = {
    "matters": lambda form: DraftForms(matter=form),
    "team": lambda form: DraftForms(member=form),
    "requests": lambda form: DraftForms(request=form),
    "organizations": lambda form: DraftForms(organization=form),
}


class DraftPages(Controller):
    """The parts of a draft: contents, team, requests, organizations."""

    path = "/campaigns/{campaign_id:uuid}"
    opt = INSPECTORS

    @post("/{part:str}", sync_to_thread=True)
    def add(
        self,
        visit: NamedDependency[Visit],
        campaign_id: FromPath[UUID],
        part: FromPath[str],
        fields: NamedDependency[Fields],
    ) -> Answer:
        """Put something in."""
        if part not in _ADD:
            raise NotFoundError
        act = _ADD[part](visit, campaign_id, fields)
        check = partial(_CHECKS[part], visit, fields) if part in _CHECKS else _nothing
        outcome = attempt_whole(fields, partial(attempt, visit.session, act), check=check)
        if isinstance(outcome, Refused):
            forms = _FORMS[part](fields.refused(outcome))
            return show_campaign(visit, campaign_id, forms, status=outcome.status)
        return see(f"/campaigns/{campaign_id}?done=saved#{part}")

    @post("/{part:str}/{part_id:uuid}/remove", sync_to_thread=True)
    def remove(
        self,
        visit: NamedDependency[Visit],
        campaign_id: FromPath[UUID],
        part: FromPath[str],
        part_id: FromPath[UUID],
    ) -> Answer:
        """Take something out."""
        if part not in _REMOVE:
            raise NotFoundError
        _REMOVE[part](visit, campaign_id, part_id)
        return see(f"/campaigns/{campaign_id}?done=saved#{part}")


def _add_matter(visit: Visit, campaign_id: UUID, fields: Fields) -> Callable[[], UUID]:
    return partial(
        campaigns.add_matter,
        visit.session,
        actor=visit.actor,
        campaign_id=campaign_id,
        title=fields.text("title"),
        at=visit.now,
    )


def _add_member(visit: Visit, campaign_id: UUID, fields: Fields) -> Callable[[], UUID]:
    return partial(
        campaigns.add_team_member,
        visit.session,
        actor=visit.actor,
        campaign_id=campaign_id,
        person_id=fields.identifier("person_id"),
        seat=fields.chosen("seat", CampaignSeat),
        at=visit.now,
    )


def _add_request(visit: Visit, campaign_id: UUID, fields: Fields) -> Callable[[], UUID]:
    return partial(
        campaigns.add_request,
        visit.session,
        actor=visit.actor,
        campaign_id=campaign_id,
        values=_request(fields),
        at=visit.now,
    )


def _check_request(visit: Visit, fields: Fields) -> None:
    campaigns.check_request(_request(fields), at=visit.now)


def _request(fields: Fields) -> RequestValues:
    return RequestValues(
        title=fields.text("title"),
        instructions=fields.text("instructions"),
        due_at=fields.moment("due_at"),
        table_name=fields.text("table_name") or None,
        certifiers=MOST_CERTIFIERS if fields.text("two_certifiers") else 1,
    )


def _nothing() -> None:
    """A form of one field, or of things chosen from lists, has nothing else to be told."""


def _add_organization(visit: Visit, campaign_id: UUID, fields: Fields) -> Callable[[], UUID]:
    return partial(
        campaigns.add_organization,
        visit.session,
        actor=visit.actor,
        campaign_id=campaign_id,
        organization_id=fields.identifier("organization_id"),
        at=visit.now,
    )


def _remove_matter(visit: Visit, campaign_id: UUID, part_id: UUID) -> None:
    campaigns.remove_matter(
        visit.session,
        actor=visit.actor,
        campaign_id=campaign_id,
        matter_id=part_id,
        at=visit.now,
    )


def _remove_member(visit: Visit, campaign_id: UUID, part_id: UUID) -> None:
    campaigns.remove_team_member(
        visit.session,
        actor=visit.actor,
        campaign_id=campaign_id,
        member_id=part_id,
        at=visit.now,
    )


def _remove_request(visit: Visit, campaign_id: UUID, part_id: UUID) -> None:
    campaigns.remove_request(
        visit.session,
        actor=visit.actor,
        campaign_id=campaign_id,
        request_id=part_id,
        at=visit.now,
    )


def _remove_organization(visit: Visit, campaign_id: UUID, part_id: UUID) -> None:
    campaigns.remove_organization(
        visit.session,
        actor=visit.actor,
        campaign_id=campaign_id,
        inspection_id=part_id,
        at=visit.now,
    )


_ADD: Final = {
    "matters": _add_matter,
    "team": _add_member,
    "requests": _add_request,
    "organizations": _add_organization,
}
_CHECKS: Final[Mapping[str, Callable[[Visit, Fields], None]]] = {"requests": _check_request}
_REMOVE: Final = {
    "matters": _remove_matter,
    "team": _remove_member,
    "requests": _remove_request,
    "organizations": _remove_organization,
}
