"""The first story: dossiers of administrative procedures in three invented communes."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from api.demo import casework, concluding
from api.demo.casework import Case, Plan, Question
from api.demo.concluding import Text
from api.demo.people import COMMUNES
from api.demo.stage import Stage
from inspection.campaigns import CampaignValues, RequestValues
from inspection.workflow.states import CampaignKind
from rules.generators.dossiers import generate

SEED: Final = 2026
OFFICERS: Final = ("suoigiadinh", "doividu", "songminhhoa")
PACK: Final = "one-stop"

MATTERS: Final = (
    "Việc chấp hành thời hạn giải quyết thủ tục hành chính",
    "Việc xin lỗi và hẹn lại khi giải quyết quá hạn",
    "Việc tiếp nhận và chuyển hồ sơ tại bộ phận một cửa",
)
_LATE: Final = Question(
    pack=PACK,
    rule="TT01",
    matter=1,
    question="Đề nghị đơn vị giải trình nguyên nhân, trách nhiệm và cung cấp tài liệu của các "
    "hồ sơ trả kết quả sau thời điểm hẹn trả trong danh sách kèm theo.",
)
_APOLOGY: Final = Question(
    pack=PACK,
    rule="TT02",
    matter=2,
    question="Đề nghị đơn vị cung cấp văn bản xin lỗi và hẹn lại ngày trả kết quả của các hồ sơ "
    "trong danh sách kèm theo, nếu có.",
)
_DESK: Final = Question(
    pack=PACK,
    rule="TT08",
    matter=3,
    question="Đề nghị đơn vị giải trình thời điểm chuyển các hồ sơ trong danh sách kèm theo từ bộ "
    "phận một cửa đến nơi xử lý.",
)
QUESTIONS: Final = (_LATE, _APOLOGY, _DESK)


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
            title="Việc tiếp nhận, giải quyết thủ tục hành chính theo cơ chế một cửa",
            decision=f"Quyết định số 45/QĐ-TTr ngày {opened:%d/%m/%Y} (minh họa)",
            legal_basis="Luật Thanh tra số 84/2025/QH15;\n"
            "Nghị định số 118/2025/NĐ-CP về thực hiện thủ tục hành chính theo cơ chế một cửa.",
            period_from=date(2026, 1, 1),
            period_to=date(2026, 9, 30),
            opens_on=opened,
            closes_on=today + timedelta(days=30),
            pack_code=PACK,
        ),
        matters=MATTERS,
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
    late, apology, desk = (
        casework.draft(stage, case, evaluation_id, question) for question in QUESTIONS
    )
    for finding_id in (late, apology, desk):
        casework.send(stage, finding_id, days=5)
    _explain(stage, case, late=late, apology=apology, desk=desk)
    casework.verify(
        stage, late, reason="Đối chiếu hệ thống một cửa và giải trình: đúng như danh sách."
    )
    casework.verify(
        stage,
        apology,
        reason="Đơn vị không xuất trình được văn bản xin lỗi gửi đúng hạn của các hồ sơ này.",
    )
    casework.dismiss(
        stage, desk, reason="Sổ giao nhận cho thấy hồ sơ được chuyển đúng thời hạn quy định."
    )
    stage.say("dossiers: conclusion")
    conclusion_id = concluding.conclude(stage, case, _TEXT)
    stage.skip_to(days_before_end=3)
    signed_on = (stage.ends_at - timedelta(days=4)).date()
    concluding.issue_and_publish(stage, conclusion_id, number=17, signed_on=signed_on)


def _explain(stage: Stage, case: Case, *, late: UUID, apology: UUID, desk: UUID) -> None:
    casework.answer(
        stage,
        case,
        late,
        text="Các hồ sơ trả trễ hẹn do thiếu người trong đợt sắp xếp đơn vị hành chính; đơn vị "
        "đồng ý với danh sách.",
    )
    casework.answer(
        stage,
        case,
        apology,
        text="Đơn vị mới xin lỗi qua điện thoại hoặc gửi văn bản xin lỗi sau khi hồ sơ đã quá hạn; "
        "đơn vị nhận thiếu sót.",
    )
    casework.answer(
        stage,
        case,
        desk,
        text="Hồ sơ giấy được chuyển đúng thời hạn, hệ thống ghi chậm do mất kết nối; đơn vị xuất "
        "trình sổ giao nhận.",
    )


def _wait_for_answer(stage: Stage, case: Case, evaluation_id: UUID) -> None:
    late = casework.draft(stage, case, evaluation_id, _LATE)
    casework.send(stage, late, days=1)


_TEXT: Final = Text(
    assessment="Đơn vị đã tổ chức bộ phận một cửa và cập nhật hồ sơ trên hệ thống; phần lớn hồ sơ "
    "được trả kết quả đúng hẹn.\n"
    "Các trường hợp chưa đạt theo những quy tắc khác trong bảng số liệu chưa được yêu cầu giải "
    "trình và chưa được xác minh nên không được kết luận là vi phạm.",
    nature="Việc trả kết quả trễ hẹn và chậm xin lỗi xảy ra rải rác trong năm, làm tăng thời gian "
    "chờ đợi của người dân; nguyên nhân chủ yếu là thiếu người. Trách nhiệm thuộc về người đứng "
    "đầu và công chức được phân công.",
    measures="Yêu cầu đơn vị rà soát, trả kết quả các hồ sơ còn tồn, gửi văn bản xin lỗi và hẹn "
    "lại đối với hồ sơ quá hạn, báo cáo kết quả trước ngày kết thúc quý sau.",
    policy="Không có kiến nghị.",
    items=(
        "Có hồ sơ trả kết quả sau thời điểm hẹn trả như danh sách tại Phụ lục; đơn vị thừa nhận.",
        "Có hồ sơ trễ hẹn không có văn bản xin lỗi hoặc xin lỗi muộn; đơn vị thừa nhận.",
        "Sổ giao nhận cho thấy hồ sơ được chuyển đúng thời hạn; không kết luận vi phạm.",
    ),
)
