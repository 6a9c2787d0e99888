"""JSON controllers, one module per resource; the application takes all of them from here."""

from typing import Final

from litestar.types import ControllerRouterHandler

from api.endpoints.campaign_contents import CampaignContentEndpoints
from api.endpoints.campaigns import CampaignEndpoints
from api.endpoints.casefiles import CaseFileEndpoints
from api.endpoints.conclusions import ConclusionEndpoints
from api.endpoints.custody import CustodyEndpoints
from api.endpoints.deposits import DepositEndpoints
from api.endpoints.destructions import DestructionEndpoints
from api.endpoints.evaluations import EvaluationEndpoints
from api.endpoints.findings import FindingEndpoints
from api.endpoints.holds import HoldEndpoints
from api.endpoints.inspections import InspectionEndpoints
from api.endpoints.items import ItemEndpoints
from api.endpoints.journal import JournalEndpoints
from api.endpoints.organizations import OrganizationEndpoints
from api.endpoints.packs import PackEndpoints
from api.endpoints.people import PeopleEndpoints
from api.endpoints.published import PublishedEndpoints
from api.endpoints.quarantine import QuarantineEndpoints
from api.endpoints.receipts import ReceiptEndpoints
from api.endpoints.session import SessionEndpoints
from api.endpoints.today import TodayEndpoints
from api.endpoints.uploads import UploadEndpoints

ENDPOINTS: Final[tuple[ControllerRouterHandler, ...]] = (
    SessionEndpoints,
    TodayEndpoints,
    OrganizationEndpoints,
    PeopleEndpoints,
    PackEndpoints,
    CampaignEndpoints,
    CampaignContentEndpoints,
    InspectionEndpoints,
    CaseFileEndpoints,
    HoldEndpoints,
    DestructionEndpoints,
    DepositEndpoints,
    UploadEndpoints,
    ItemEndpoints,
    QuarantineEndpoints,
    EvaluationEndpoints,
    FindingEndpoints,
    ConclusionEndpoints,
    PublishedEndpoints,
    JournalEndpoints,
    ReceiptEndpoints,
    CustodyEndpoints,
)
