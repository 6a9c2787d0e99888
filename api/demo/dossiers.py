"""The first story: dossiers of administrative procedures in three invented communes."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from api.demo import casework
from api.demo.casework import Case, Plan, Question, Text
from api.demo.people import COMMUNES
from api.demo.stage import Stage
from inspection.campaigns import CampaignValues, RequestValues
from inspection.workflow.states import CampaignKind
from rules.generators.dossiers import generate

SEED: Final = 2026
OFFICERS: Final = ("suoigiadinh", "doividu", "songminhhoa")
PACK: Final = "one-stop"

_LATE: Final = Question(
    rule="TT02",
    matter=1,
    title="Hồ sơ có dấu hiệu trả kết quả chậm so với thời hạn quy định",
    question="Đề nghị đơn vị giải trình nguyên nhân, trách nhiệm và cung cấp tài liệu của các "
    "hồ sơ trong danh sách kèm theo.",
)
_APOLOGY: Final = Question(
    rule="TT03",
    matter=2,
    title="Hồ sơ quá hạn có dấu hiệu chưa có văn bản xin lỗi",
    question="Đề nghị đơn vị cung cấp văn bản xin lỗi và hẹn lại ngày trả kết quả, nếu có.",
)
_DESK: Final = Question(
    rule="TT05",
    matter=3,
    title="Hồ sơ có dấu hiệu chuyển xử lý chậm",
    question="Đề nghị đơn vị giải trình việc chuyển hồ sơ từ bộ phận một cửa.",
)


def play_dossiers(stage: Stage) -> None:
    """Three inspections: one being heard, one published, one with work waiting on both sides."""
    stage.say("dossiers: campaign")
    campaign = casework.open_plan(stage, _plan(stage))
    cases = [
        casework.case_of(stage, campaign, body=code, officer=officer)
        for (code, _), officer in zip(COMMUNES, OFFICERS, strict=True)
    ]
    stage.skip_to(days_before_end=24)
    for case, (_, (name, count)) in zip(cases, COMMUNES, strict=True):
        stage.say(f"dossiers: {name}, {count}")
        _hand_in_tables(stage, case, name, count)
    first, second, third = cases
    _hand_in_reports(stage, first, second, third)
    stage.skip_to(days_before_end=18)
    runs = []
    for case in cases:
        stage.say("dossiers: evaluation")
        runs.append(casework.evaluate(stage, case))
    _hear(stage, first, runs[0])
    _publish(stage, second, runs[1])
    _wait_for_answer(stage, third, runs[2])


def _plan(stage: Stage) -> Plan:
    today = stage.ends_at.date()
    opened = today - timedelta(days=30)
    due_at = stage.ends_at + timedelta(days=5)
    return Plan(
        values=CampaignValues(
            kind=CampaignKind.INSPECTION,
            title="Việc tiếp nhận, giải quyết thủ tục hành chính theo cơ chế một cửa "
            "(dữ liệu minh họa)",
            decision=f"Quyết định số 45/QĐ-TTr ngày {opened:%d/%m/%Y} (minh họa)",
            legal_basis="Luật Thanh tra số 84/2025/QH15;\n"
            "Nghị định quy định về thực hiện thủ tục hành chính theo cơ chế một cửa.",
            period_from=date(2026, 1, 1),
            period_to=date(2026, 12, 31),
            opens_on=opened,
            closes_on=today + timedelta(days=30),
            pack_code=PACK,
        ),
        matters=(
            "Việc chấp hành thời hạn giải quyết thủ tục hành chính",
            "Việc xin lỗi và hẹn lại khi giải quyết quá hạn",
            "Việc tiếp nhận, chuyển và trả hồ sơ tại bộ phận một cửa",
        ),
        requests=(
            RequestValues(
                title="Danh sách hồ sơ thủ tục hành chính",
                instructions="Xuất từ hệ thống thông tin một cửa, theo mẫu cột kèm theo.",
                due_at=due_at,
                table_name="dossiers",
            ),
            RequestValues(
                title="Danh sách thông báo bổ sung hồ sơ",
                instructions="Mỗi dòng là một lần thông báo yêu cầu bổ sung.",
                due_at=due_at,
                table_name="notices",
            ),
            RequestValues(
                title="Báo cáo tình hình giải quyết thủ tục hành chính",
                instructions="Báo cáo có ký số của người đứng đầu.",
                due_at=due_at,
                table_name=None,
            ),
        ),
        bodies=tuple(code for code, _ in COMMUNES),
    )


def _hand_in_tables(stage: Stage, case: Case, name: str, count: int) -> None:
    made = generate(SEED, name, count)
    for request, file, content in (
        (1, "ho-so.csv", made.dossiers_csv()),
        (2, "thong-bao-bo-sung.csv", made.notices_csv()),
    ):
        deposit_id = casework.hand_in(stage, case, request=request, name=file, content=content)
        casework.accept(stage, deposit_id)


def _hand_in_reports(stage: Stage, first: Case, second: Case, third: Case) -> None:
    report = "Báo cáo minh họa: số liệu không có thật.\n".encode()
    casework.hand_in(stage, first, request=3, name="bao-cao.txt", content=report)
    accepted = casework.hand_in(stage, second, request=3, name="bao-cao.txt", content=report)
    casework.accept(stage, accepted)
    returned = casework.hand_in(stage, third, request=3, name="bao-cao.txt", content=report)
    casework.give_back(
        stage, returned, reason="Báo cáo chưa có chữ ký của người đứng đầu; đề nghị nộp lại."
    )


def _hear(stage: Stage, case: Case, evaluation_id: UUID) -> None:
    late = casework.draft(stage, case, evaluation_id, _LATE)
    apology = casework.draft(stage, case, evaluation_id, _APOLOGY)
    casework.draft(stage, case, evaluation_id, _DESK)
    stage.skip_to(days_before_end=6)
    casework.send(stage, late, days=10)
    casework.send(stage, apology, days=10)
    casework.answer(
        stage,
        case,
        apology,
        text="Đơn vị đã xin lỗi qua điện thoại nhưng chưa ban hành văn bản; đơn vị nhận thiếu sót "
        "và sẽ thực hiện đúng quy định.",
    )


def _publish(stage: Stage, case: Case, evaluation_id: UUID) -> None:
    late = casework.draft(stage, case, evaluation_id, _LATE)
    desk = casework.draft(stage, case, evaluation_id, _DESK)
    for finding_id in (late, desk):
        casework.send(stage, finding_id, days=5)
    casework.answer(
        stage,
        case,
        late,
        text="Các hồ sơ chậm do thiếu người trong đợt sắp xếp đơn vị hành chính; đơn vị đồng ý với "
        "danh sách.",
    )
    casework.answer(
        stage,
        case,
        desk,
        text="Hồ sơ giấy được chuyển trong ngày, hệ thống ghi chậm do mất kết nối; gửi kèm sổ giao "
        "nhận.",
    )
    casework.verify(
        stage, late, reason="Đối chiếu hệ thống một cửa và giải trình: đúng như danh sách."
    )
    casework.dismiss(
        stage, desk, reason="Sổ giao nhận cho thấy hồ sơ được chuyển trong ngày làm việc."
    )
    stage.say("dossiers: conclusion")
    conclusion_id = casework.conclude(stage, case, _TEXT)
    stage.skip_to(days_before_end=3)
    signed_on = (stage.ends_at - timedelta(days=4)).date()
    casework.issue_and_publish(stage, conclusion_id, number=17, signed_on=signed_on)


def _wait_for_answer(stage: Stage, case: Case, evaluation_id: UUID) -> None:
    late = casework.draft(stage, case, evaluation_id, _LATE)
    casework.send(stage, late, days=1)


_TEXT: Final = Text(
    assessment="Đơn vị đã tổ chức bộ phận một cửa và cập nhật hồ sơ trên hệ thống; phần lớn hồ sơ "
    "được giải quyết đúng hạn.",
    nature="Việc chậm trả kết quả xảy ra rải rác trong năm; nguyên nhân chủ yếu là thiếu người. "
    "Trách nhiệm thuộc về người đứng đầu và công chức được phân công.",
    measures="Yêu cầu đơn vị rà soát, trả kết quả các hồ sơ còn tồn và báo cáo trước ngày kết thúc "
    "quý sau.",
    policy="Không có kiến nghị.",
    items=(
        "Có hồ sơ trả kết quả chậm so với thời hạn quy định như phụ lục; đơn vị thừa nhận.",
        "Chưa phát hiện sai sót trong phạm vi đã kiểm tra.",
        "Việc chuyển hồ sơ được thực hiện trong ngày làm việc theo sổ giao nhận.",
    ),
)
