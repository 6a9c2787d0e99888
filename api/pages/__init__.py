"""HTML: the same questions and acts as the JSON under `/api`, for people."""

from typing import Final

from litestar import Router
from litestar.di import Provide

from api.pages.admin import AdminPages
from api.pages.calendar import CalendarPages
from api.pages.campaigns import CampaignPages
from api.pages.casefiles import CaseFilePages
from api.pages.conclusions import ConclusionPages
from api.pages.custody import CustodyPages
from api.pages.deposits import DepositPages
from api.pages.destructions import (
    CaseDestructionPages,
    CertificatePages,
    DestructionPages,
    RetentionPages,
)
from api.pages.drafts import DraftPages
from api.pages.evaluations import EvaluationPages
from api.pages.explaining import LinePages
from api.pages.findings import FindingPages
from api.pages.forms import provide_fields
from api.pages.help import HelpPages
from api.pages.holds import CaseHoldPages, HoldPages
from api.pages.inspections import InspectionPages
from api.pages.items import ItemPages
from api.pages.login import LoginPages
from api.pages.measuring import MeasurePages
from api.pages.organizations import OrganizationPages
from api.pages.oversight import OversightPages
from api.pages.packs import PackPages
from api.pages.people import PeoplePages
from api.pages.portal import PortalPages
from api.pages.portal_findings import PortalFindingPages
from api.pages.previews import PreviewPages
from api.pages.published import PublishedPages
from api.pages.quarantine import QuarantinePages
from api.pages.today import TodayPages
from api.pages.visit import provide_errand, provide_visit
from api.templating import provide_shell

PAGES: Final = (
    Router(
        "/",
        route_handlers=[
            LoginPages,
            HelpPages,
            TodayPages,
            CalendarPages,
            CampaignPages,
            DraftPages,
            InspectionPages,
            CaseFilePages,
            CaseHoldPages,
            HoldPages,
            RetentionPages,
            CaseDestructionPages,
            DestructionPages,
            CertificatePages,
            DepositPages,
            ItemPages,
            PreviewPages,
            QuarantinePages,
            EvaluationPages,
            MeasurePages,
            LinePages,
            FindingPages,
            PublishedPages,
            CustodyPages,
            PortalPages,
            PortalFindingPages,
            PeoplePages,
            PackPages,
            OversightPages,
            OrganizationPages,
            ConclusionPages,
            AdminPages,
        ],
        dependencies={
            "shell": Provide(provide_shell, sync_to_thread=False),
            "fields": Provide(provide_fields),
            "visit": Provide(provide_visit, sync_to_thread=False),
            "errand": Provide(provide_errand, sync_to_thread=False),
        },
    ),
)
