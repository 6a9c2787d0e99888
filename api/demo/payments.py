"""The second story: payments of one invented ward, with a conclusion waiting for its issuer."""

import csv
import io
from datetime import date, timedelta
from random import Random
from typing import Final

from api.demo import casework, concluding
from api.demo.casework import Plan, Question
from api.demo.concluding import Text
from api.demo.people import COMMUNES
from api.demo.stage import Stage
from inspection.campaigns import CampaignValues, RequestValues
from inspection.workflow.states import CampaignKind

SEED: Final = 2026
ROWS: Final = 1_500
VENDORS: Final = 60
DUPLICATES: Final = 12
PACK: Final = "payments"
_BODY: Final = COMMUNES[2][0]
_OFFICER: Final = "songminhhoa"
_TWICE: Final = Question(
    pack=PACK,
    rule="PAY-010",
    matter=1,
    question="Đề nghị đơn vị giải trình các khoản chi trùng nhà cung cấp, ngày, số hóa đơn và số "
    "tiền.",
)
QUESTIONS: Final = (_TWICE,)


def play_payments(stage: Stage) -> None:
    """One inspection, heard and written; the issuer has to decide."""
    stage.say("payments")
    campaign = casework.open_plan(stage, _plan(stage))
    case = casework.case_of(stage, campaign, body=_BODY, officer=_OFFICER)
    deposit_id = casework.hand_in(
        stage, case, request=1, name="chi-tra.csv", content=make_payments()
    )
    casework.accept(stage, deposit_id)
    evaluation_id = casework.evaluate(stage, case)
    finding_id = casework.draft(stage, case, evaluation_id, _TWICE)
    casework.send(stage, finding_id, days=5)
    casework.answer(
        stage,
        case,
        finding_id,
        text="Một số hóa đơn được nhập hai lần khi chuyển hệ thống kế toán; đơn vị đang thu hồi.",
    )
    casework.verify(stage, finding_id, reason="Đơn vị thừa nhận; chứng từ chi khớp danh sách.")
    stage.skip_to(days_before_end=1)
    concluding.conclude(stage, case, _TEXT)


def make_payments() -> bytes:
    """Made-up payments, some of them entered twice."""
    chance = Random(SEED)  # noqa: S311 - made-up data, no secret
    rows = [
        (
            str(2_000 + chance.randrange(VENDORS)),
            (date(2025, 1, 1) + timedelta(days=chance.randrange(365))).isoformat(),
            f"HD-{number:05d}",
            f"{chance.randrange(50, 90_000)}.{chance.randrange(100):02d}",
        )
        for number in range(ROWS)
    ]
    rows += [rows[chance.randrange(ROWS)] for _ in range(DUPLICATES)]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(
        [("VendorNum", "Date", "InvNum", "Amount"), *rows]
    )
    return out.getvalue().encode()


def _plan(stage: Stage) -> Plan:
    today = stage.ends_at.date()
    opened = today - timedelta(days=20)
    return Plan(
        values=CampaignValues(
            kind=CampaignKind.INSPECTION,
            title="Việc chi trả cho nhà cung cấp năm 2025",
            decision=f"Quyết định số 46/QĐ-TTr ngày {opened:%d/%m/%Y} (minh họa)",
            legal_basis="Luật Thanh tra số 84/2025/QH15;\nLuật Ngân sách nhà nước.",
            period_from=date(2025, 1, 1),
            period_to=date(2025, 12, 31),
            opens_on=opened,
            closes_on=today + timedelta(days=20),
            pack_code=PACK,
        ),
        matters=("Việc chi trả cho nhà cung cấp hàng hóa, dịch vụ",),
        requests=(
            RequestValues(
                title="Danh sách chi trả năm 2025",
                instructions="Xuất từ phần mềm kế toán.",
                due_at=stage.ends_at + timedelta(days=3),
                table_name="payments",
            ),
        ),
        bodies=(_BODY,),
    )


_TEXT: Final = Text(
    assessment="Đơn vị đã tổ chức hạch toán và lưu chứng từ chi tương đối đầy đủ.",
    nature="Việc nhập trùng do chuyển hệ thống, không thấy dấu hiệu cố ý; "
    "trách nhiệm thuộc kế toán.",
    measures="Thu hồi các khoản đã chi trùng và báo cáo kết quả trong 30 ngày.",
    policy="Không có kiến nghị.",
    items=("Có khoản chi trùng lặp như phụ lục; đơn vị thừa nhận và đang thu hồi.",),
)
