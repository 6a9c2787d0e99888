"""A small world for tests: bodies, people, one campaign, and the operations in short words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from evidence.folder import FolderStorage
from evidence.limits import Limits
from evidence.storage import Storage
from inspection import (
    accounts,
    campaigns,
    checks,
    deposits,
    evaluations,
    opening,
    screening,
)
from inspection.campaigns import CampaignValues, RequestValues
from inspection.database import Database
from inspection.login import actor_of
from inspection.people import Actor, CampaignSeat
from inspection.screening import Tools
from inspection.tables import METADATA, Deposit
from inspection.workflow.states import CampaignKind
from rules.pack_loading import pack_files
from tests.inspection.cast import BODIES, PEOPLE

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PACKS = Path(__file__).parents[2] / "rules" / "packs"
LIMIT = 16 << 20

PAYMENTS = b"""VendorNum,Date,InvNum,Amount
2001,2010-01-04,A-1,150.00
2001,2010-01-04,A-1,150.00
2002,2010-01-05,B-7,0.00
2003,2010-01-09,C-3,-20.00
2004,2010-01-06,D-4,99.50
"""


@dataclass
class World:
    """Every act takes the next minute, so that nothing depends on the machine's clock."""

    database: Database
    storage: Storage
    folder: Path
    people: dict[str, UUID] = field(default_factory=dict)
    bodies: dict[str, UUID] = field(default_factory=dict)
    tools: Tools = field(default_factory=Tools)  # of a deployment without a scanner
    _minutes: count = field(default_factory=count)

    def now(self) -> datetime:
        return START + timedelta(minutes=next(self._minutes))

    def actor(self, name: str) -> Actor:
        with self.database.read() as session:
            actor = actor_of(session, person_id=self.people[name])
        assert actor is not None
        return actor

    def write(self, operation, **arguments):
        """Run an operation in a transaction of its own, at the next minute."""
        with self.database.write() as session:
            return operation(session, **arguments, at=self.now())

    def read(self, query, **arguments):
        with self.database.read() as session:
            return query(session, **arguments)

    def get(self, table, key):
        with self.database.read() as session:
            return session.get(table, key)

    def workspace(self) -> Path:
        path = self.folder / "work" / str(uuid4())
        path.mkdir(parents=True)
        return path

    def settle(self) -> None:
        """Bodies and people of every role; `other` belongs to another organization."""
        with self.database.write() as session:
            self.people["admin"] = accounts.create_first_administrator(
                session,
                username="admin",
                full_name="Quản trị",
                password_hash="x",
                at=self.now(),
            )
        admin = self.actor("admin")
        for code, kind in BODIES:
            self.bodies[code] = self.write(
                accounts.create_organization,
                actor=admin,
                code=code,
                name=f"Cơ quan {code}",
                kind=kind,
                parent_name="UBND tỉnh Ví Dụ",
                place="Ví Dụ",
            )
        for name, role, body, seats in PEOPLE:
            self.people[name] = self.write(
                accounts.create_person,
                actor=admin,
                username=name,
                full_name=f"Người {name}",
                position="Chánh Thanh tra" if name == "issuer" else "",
                role=role,
                organization_id=self.bodies[body],
                seats=seats,
            )

    def draft(self, *, kind: CampaignKind = CampaignKind.INSPECTION) -> UUID:
        """A draft ready to be opened: two organizations, one matter, one table asked for."""
        lead = self.actor("lead")
        campaign_id = self.write(
            campaigns.create_campaign, actor=lead, values=campaign_values(kind=kind)
        )
        for seat, name in ((CampaignSeat.MEMBER, "member"), (CampaignSeat.ISSUER, "issuer")):
            self.write(
                campaigns.add_team_member,
                actor=lead,
                campaign_id=campaign_id,
                person_id=self.people[name],
                seat=seat,
            )
        self.write(
            campaigns.add_matter,
            actor=lead,
            campaign_id=campaign_id,
            title="Việc thanh toán cho nhà cung cấp",
        )
        self.ask(campaign_id, title="Bảng kê thanh toán", table_name="payments")
        for body in ("commune", "neighbour"):
            self.write(
                campaigns.add_organization,
                actor=lead,
                campaign_id=campaign_id,
                organization_id=self.bodies[body],
            )
        return campaign_id

    def ask(self, campaign_id: UUID, **changes) -> UUID:
        """Ask in a draft for one more thing: for documents, unless told otherwise."""
        return self.write(
            campaigns.add_request,
            actor=self.actor("lead"),
            campaign_id=campaign_id,
            values=request_values(**changes),
        )

    def open(self, campaign_id: UUID, *, files: Mapping[str, bytes] | None = None) -> None:
        """Open a campaign under the shipped pack of payments, or under another."""
        page = self.campaign(campaign_id)
        opening.open_campaign(
            self.database,
            self.storage,
            actor=self.actor("lead"),
            campaign_id=campaign_id,
            version=page.version,
            pack_files=pack_files(PACKS / "payments") if files is None else files,
            at=self.now(),
        )

    def campaign(self, campaign_id: UUID):
        from inspection.queries.campaigns import get_campaign  # noqa: PLC0415 - keeps the list short

        return self.read(get_campaign, actor=self.actor("lead"), campaign_id=campaign_id)

    def upload(self, inspection_id, request_id, *, by="officer", content=PAYMENTS, incoming=None):
        return deposits.receive_file(
            self.database,
            self.storage,
            actor=self.actor(by),
            inspection_id=inspection_id,
            request_id=request_id,
            name="bảng kê.csv",
            chunks=[content],
            limits=Limits(file_bytes=LIMIT),
            incoming_id=incoming or uuid4(),
            clock=self.now,
        )

    def screen_item(self, item_id: UUID, *, tools: Tools | None = None) -> None:
        """Look at one file, with the tools of this deployment unless told otherwise."""
        screening.screen_item(
            self.database,
            self.storage,
            item_id=item_id,
            clock=self.now,
            workspace=self.workspace(),
            tools=tools or self.tools,
        )

    def read_item(self, item_id: UUID) -> None:
        """Look at one file, and read it as a table."""
        self.screen_item(item_id)
        checks.read_item(
            self.database,
            self.storage,
            item_id=item_id,
            clock=self.now,
            workspace=self.workspace(),
        )

    def hand_in(self, deposit_id: UUID, *, by: str = "officer", note: str = "") -> None:
        """Certify a deposit, as it stands."""
        self.write(
            deposits.submit_deposit,
            actor=self.actor(by),
            deposit_id=deposit_id,
            version=self.get(Deposit, deposit_id).version,
            note=note,
        )

    def accept(self, deposit_id: UUID, *, by: str = "officer", note: str = "") -> None:
        """Certify and accept a deposit."""
        self.hand_in(deposit_id, by=by, note=note)
        self.write(
            deposits.accept_deposit,
            actor=self.actor("member"),
            deposit_id=deposit_id,
            version=self.get(Deposit, deposit_id).version,
        )

    def take_in(self, campaign_id: UUID, *, content: bytes = PAYMENTS):
        """The commune's answer to the first request: received, read, certified and accepted."""
        received = self.upload(*case_of(self, campaign_id), content=content)
        self.read_item(received.item_id)
        self.accept(received.deposit_id)
        return received

    def evaluate(self, inspection_id: UUID) -> UUID:
        evaluation_id = self.write(
            evaluations.request_evaluation,
            actor=self.actor("member"),
            inspection_id=inspection_id,
            as_of=date(2026, 3, 2),
        )
        self.run(evaluation_id)
        return evaluation_id

    def run(self, evaluation_id: UUID) -> None:
        checks.run_evaluation(
            self.database,
            self.storage,
            evaluation_id=evaluation_id,
            clock=self.now,
            workspace=self.workspace(),
        )


def campaign_values(**changes) -> CampaignValues:
    values = {
        "kind": CampaignKind.INSPECTION,
        "title": "thanh toán năm 2010",
        "decision": "Quyết định số 12/QĐ-TTr ngày 02/3/2026",
        "legal_basis": "Luật Thanh tra số 84/2025/QH15;\nKế hoạch thanh tra năm 2026.",
        "period_from": date(2010, 1, 1),
        "period_to": date(2010, 12, 31),
        "opens_on": date(2026, 3, 2),
        "closes_on": date(2026, 4, 15),
        "pack_code": "payments",
    }
    return CampaignValues(**(values | changes))


def request_values(**changes) -> RequestValues:
    values = {
        "title": "Văn bản",
        "instructions": "",
        "due_at": START + timedelta(days=10),
        "table_name": None,
    }
    return RequestValues(**(values | changes))


def new_world(folder: Path, *, url: str | None = None) -> World:
    """A settled world, in a file of its folder or in the empty database of that address."""
    database = Database(url or f"sqlite:///{folder / 'world.db'}")
    METADATA.create_all(database.engine)
    storage = FolderStorage(folder / "store")
    storage.probe()
    world = World(database=database, storage=storage, folder=folder)
    world.settle()
    return world


def case_of(world: World, campaign_id: UUID, body: str = "commune") -> tuple[UUID, UUID]:
    """The inspection of one organization, and the campaign's first request."""
    page = world.campaign(campaign_id)
    inspection = next(i for i in page.inspections if i.organization_id == world.bodies[body])
    return inspection.id, page.requests[0].id
