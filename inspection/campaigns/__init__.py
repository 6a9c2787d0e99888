"""What a lead does with a campaign while it is a draft, and what ends it."""

from inspection.campaigns.contents import (
    LONGEST_MATTER,
    MOST_CERTIFIERS,
    RequestValues,
    add_matter,
    add_request,
    check_request,
    remove_matter,
    remove_request,
)
from inspection.campaigns.drafts import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    CampaignValues,
    check_campaign,
    create_campaign,
    edit_campaign,
    note,
    reach_draft,
)
from inspection.campaigns.ending import cancel_campaign, close_campaign, list_rows
from inspection.campaigns.people import (
    add_organization,
    add_team_member,
    remove_organization,
    remove_team_member,
)

__all__ = [
    "LONGEST_MATTER",
    "LONGEST_TEXT",
    "LONGEST_TITLE",
    "MOST_CERTIFIERS",
    "CampaignValues",
    "RequestValues",
    "add_matter",
    "add_organization",
    "add_request",
    "add_team_member",
    "cancel_campaign",
    "check_campaign",
    "check_request",
    "close_campaign",
    "create_campaign",
    "edit_campaign",
    "list_rows",
    "note",
    "reach_draft",
    "remove_matter",
    "remove_organization",
    "remove_request",
    "remove_team_member",
]
