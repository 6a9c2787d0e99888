"""Who acts, and as what."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What an account is (domain §8.1); exactly one per person."""

    ADMINISTRATOR = "administrator"
    INSPECTOR = "inspector"
    STEWARD = "steward"
    ORGANIZATION = "organization"
    OVERSIGHT = "oversight"
    SECURITY = "security"  # keeps state secrets out, and alone learns of them


class CampaignSeat(StrEnum):
    """What an inspector is in one campaign (article 27 L84: the team; the decision issuer)."""

    LEAD = "lead"
    MEMBER = "member"
    ISSUER = "issuer"


class OrganizationSeat(StrEnum):
    """What a person may do for the inspected organization."""

    CONTRIBUTOR = "contributor"
    CERTIFIER = "certifier"


class Party(StrEnum):
    """In which capacity an act of the workflow is done: a role, a seat, or the platform itself."""

    ADMINISTRATOR = "administrator"
    INSPECTOR = "inspector"
    STEWARD = "steward"
    LEAD = "lead"
    MEMBER = "member"
    ISSUER = "issuer"
    CONTRIBUTOR = "contributor"
    CERTIFIER = "certifier"
    OVERSIGHT = "oversight"
    SYSTEM = "system"


class OrganizationKind(StrEnum):
    """What a body is to the platform."""

    INSPECTORATE = "inspectorate"
    INSPECTED = "inspected"
    OVERSIGHT = "oversight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person at the moment of an act.

    Attributes:
        person_id: None for the platform itself, acting in a job.
        organization_id: The body the person belongs to; None for administrators of no body.
    """

    person_id: UUID | None
    role: Role | None
    organization_id: UUID | None = None
    full_name: str = ""


SYSTEM = Actor(person_id=None, role=None, full_name="Thanh Tra")
