"""Invented bodies and people; all of them have the same password, and everybody may know it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from api.demo.stage import Stage
from api.passwords import hash_password
from api.tokens import digest_of, make_token
from inspection import accounts
from inspection.people import OrganizationKind, OrganizationSeat, Role
from rules.generators.dossiers import DEMONSTRATION

PASSWORD: Final = "thanh-tra-vi-du"  # noqa: S105 - of made-up people, printed at every start
INSPECTORATE: Final = "TTR-VD"
COUNCIL: Final = "HDND-VD"
COMMUNES: Final = tuple(zip(("XA-SGD", "XA-DVD", "PH-SMH"), DEMONSTRATION, strict=True))
_BOTH: Final = frozenset(OrganizationSeat)
_PROVINCE: Final = "Ủy ban nhân dân tỉnh Giả Tưởng"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUpPerson:
    """Somebody who does not exist."""

    username: str
    full_name: str
    position: str
    role: Role
    body: str
    seats: frozenset[OrganizationSeat] = frozenset()
    language: str = "vi"


def _inspector(username: str, full_name: str, position: str) -> MadeUpPerson:
    return MadeUpPerson(
        username=username,
        full_name=full_name,
        position=position,
        role=Role.INSPECTOR,
        body=INSPECTORATE,
    )


def _officer(
    username: str, full_name: str, position: str, body: str, *seats: OrganizationSeat
) -> MadeUpPerson:
    return MadeUpPerson(
        username=username,
        full_name=full_name,
        position=position,
        role=Role.ORGANIZATION,
        body=body,
        seats=frozenset(seats) or _BOTH,
    )


PEOPLE: Final = (
    _inspector("truongdoan", "Nguyễn Văn Mẫu", "Trưởng đoàn thanh tra"),
    _inspector("thanhvien", "Lê Thị Ví Dụ", "Thành viên đoàn thanh tra"),
    _inspector("raquyetdinh", "Phạm Văn Giả", "Chánh Thanh tra"),
    MadeUpPerson(
        username="quytac",
        full_name="Hoàng Thị Quy",
        position="Chuyên viên",
        role=Role.STEWARD,
        body=INSPECTORATE,
    ),
    _officer("suoigiadinh", "Vũ Văn Suối", "Chủ tịch", COMMUNES[0][0]),
    _officer(
        "suoigiadinh2",
        "Đỗ Thị Lá",
        "Công chức một cửa",
        COMMUNES[0][0],
        OrganizationSeat.CONTRIBUTOR,
    ),
    _officer("doividu", "Bùi Văn Đồi", "Chủ tịch", COMMUNES[1][0]),
    _officer("songminhhoa", "Đặng Thị Sông", "Chủ tịch", COMMUNES[2][0]),
    MadeUpPerson(
        username="giamsat",
        full_name="Ngô Văn Dân",
        position="Đại biểu",
        role=Role.OVERSIGHT,
        body=COUNCIL,
    ),
    MadeUpPerson(
        username="baomat",
        full_name="Tạ Văn Kín",
        position="Cán bộ bảo vệ bí mật nhà nước",
        role=Role.SECURITY,
        body=INSPECTORATE,
    ),
)
ADMINISTRATOR: Final = ("quantri", "Trần Thị Quản Trị")


def settle(stage: Stage) -> None:
    """Enter bodies and people, each by the operation an administrator would use."""
    stage.say("people")
    hashed = hash_password(PASSWORD)
    username, full_name = ADMINISTRATOR
    stage.people[username] = stage.write(
        accounts.create_first_administrator,
        username=username,
        full_name=full_name,
        password_hash=hashed,
        at=stage.next_moment(),
    )
    _enter_bodies(stage)
    for person in PEOPLE:
        stage.people[person.username] = stage.write(
            accounts.create_person,
            actor=stage.actor(username),
            username=person.username,
            full_name=person.full_name,
            position=person.position,
            role=person.role,
            organization_id=stage.bodies[person.body],
            seats=person.seats,
            language=person.language,
            at=stage.next_moment(),
        )
        _let_in(stage, person, hashed)


def _enter_bodies(stage: Stage) -> None:
    bodies = [
        (INSPECTORATE, "Thanh tra tỉnh Giả Tưởng", OrganizationKind.INSPECTORATE),
        (COUNCIL, "Hội đồng nhân dân tỉnh Giả Tưởng", OrganizationKind.OVERSIGHT),
        *(
            (code, f"Ủy ban nhân dân {_lower(name)}", OrganizationKind.INSPECTED)
            for code, (name, _) in COMMUNES
        ),
    ]
    for code, name, kind in bodies:
        stage.bodies[code] = stage.write(
            accounts.create_organization,
            actor=stage.actor(ADMINISTRATOR[0]),
            code=code,
            name=name,
            kind=kind,
            parent_name=_PROVINCE,
            place="Giả Tưởng",
            at=stage.next_moment(),
        )


def _let_in(stage: Stage, person: MadeUpPerson, hashed: str) -> None:
    token, at = make_token(), stage.next_moment()
    stage.write(
        accounts.invite,
        actor=stage.actor(ADMINISTRATOR[0]),
        person_id=stage.people[person.username],
        token_sha256=digest_of(token),
        expires_at=at + timedelta(days=7),
        at=at,
    )
    stage.write(
        accounts.accept_invitation,
        token_sha256=digest_of(token),
        make_hash=lambda: hashed,
        at=stage.next_moment(),
    )


def _lower(name: str) -> str:
    """`Xã Suối` stands as `xã Suối` inside a longer name."""
    return name[0].lower() + name[1:]
