"""Made-up documents, large enough to be ugly."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from inspection.documents.values.conclusion import (
    AnnexLine,
    Answer,
    ConclusionDocument,
    FindingItem,
    MatterItem,
    Silence,
    Verification,
)
from inspection.documents.values.parts import (
    Basis,
    EvidenceItem,
    FileFacts,
    Line,
    Money,
    RuleTally,
    RunFacts,
)
from inspection.documents.values.report import (
    ColumnFacts,
    ListFacts,
    ReportDocument,
    TableFacts,
)
from rules.rule import RuleClass

AT = datetime(2026, 3, 4, 8, 30, 15, tzinfo=UTC)
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
ANSWER_LINES = tuple(
    f"{place}) Hồ sơ số {place:05d}: Ủy ban nhân dân xã đã tiếp nhận đúng quy trình; việc trả kết "
    "quả chậm do  phải lấy ý kiến liên thông <cơ quan thuế> & chờ nghĩa vụ tài chính."
    for place in range(1, 151)
)
LONG_ANSWER = "Kính gửi Đoàn thanh tra,\n\n" + "\n".join(ANSWER_LINES) + "\n\nTrân trọng./."

RUN = RunFacts(
    pack_name="one-stop",
    pack_version="2026.1",
    pack_digest=DIGEST,
    engine_version="0.1.0",
    as_of=date(2026, 2, 28),
)
ON_TIME = Basis(document="Nghị định 61/2018/NĐ-CP", provision="Điều 19 khoản 1", confirmed=True)
RECEIPT = Basis(document="Nghị định 61/2018/NĐ-CP", provision="Điều 17", confirmed=False)


def finding(number: str = "1.1", **changed: object) -> FindingItem:
    """A verified violation, changed where a test wants."""
    facts: dict[str, object] = {
        "number": number,
        "code": "TT01",
        "title": "Trả kết quả giải quyết hồ sơ sau thời hạn đã hẹn",
        "rule_class": RuleClass.VIOLATION,
        "basis": ON_TIME,
        "requirement": "Kết quả được trả chậm nhất vào lúc ghi trên Giấy tiếp nhận và hẹn trả.",
        "recorded": "Sổ theo dõi ghi 1.204 hồ sơ trả sau thời điểm đã hẹn, muộn nhất 61 ngày.",
        "assessment": "Chưa đạt. Không có văn bản xin lỗi và hẹn lại đối với các hồ sơ này.",
        "count": 3,
        "amount": Money(minor=1_234_567_000, currency="VND"),
        "digest": DIGEST,
        "answer": Answer(
            text=LONG_ANSWER,
            by="Nguyễn Thị Hường",
            at=AT,
            files=(FileFacts(name="giải trình.pdf", size_bytes=2_345_678, sha256=DIGEST),),
        ),
        "verification": Verification(
            by="Trần Văn Kỷ",
            at=AT + timedelta(days=3),
            reasoning="Giải trình không kèm văn bản lấy ý kiến liên thông; giữ nguyên đánh giá.",
        ),
    }
    return FindingItem(**(facts | changed))  # type: ignore[arg-type] - facts are named above


def risk(number: str = "2.1", **changed: object) -> FindingItem:
    """A verified risk, to which nobody answered."""
    facts: dict[str, object] = {
        "code": "TT07",
        "title": "Nhiều hồ sơ kết thúc đúng vào giờ cuối của thời hạn",
        "rule_class": RuleClass.RISK,
        "basis": RECEIPT,
        "count": 2,
        "amount": None,
        "answer": Silence(due_on=date(2026, 3, 10)),
    }
    return finding(number, **(facts | changed))


def matters(*first: FindingItem) -> tuple[MatterItem, ...]:
    """Three matters: the first with the findings given."""
    return (
        MatterItem(
            number=1,
            title="Việc tiếp nhận, giải quyết và trả kết quả hồ sơ thủ tục hành chính",
            text="Phần lớn hồ sơ được giải quyết đúng hạn; còn hồ sơ trả chậm như nêu dưới đây.",
            findings=first,
        ),
        MatterItem(
            number=2,
            title="Việc công khai thủ tục hành chính",
            text="Thủ tục hành chính được công khai đầy đủ tại Bộ phận Một cửa.",
        ),
        MatterItem(
            number=3,
            title="Việc thu, nộp phí và lệ phí",
            text="Chưa đủ cơ sở kết luận do đối tượng thanh tra chưa cung cấp sổ thu.",
        ),
    )


def conclusion(**changed: object) -> ConclusionDocument:
    """A conclusion with one violation and one risk."""
    facts: dict[str, object] = {
        "managing_body": "Ủy ban nhân dân tỉnh Hà Sơn",
        "issuing_body": "Thanh tra tỉnh Hà Sơn",
        "number": 5,
        "symbol": "KL-TTr",
        "place": "Hà Sơn",
        "signed_on": date(2026, 2, 5),
        "subject": "Về việc chấp hành pháp luật trong tiếp nhận, giải quyết thủ tục hành chính\n"
        "tại Ủy ban nhân dân xã An Phú",
        "legal_bases": (
            "Căn cứ Luật Thanh tra số 84/2025/QH15 ngày 25 tháng 6 năm 2025",
            (
                "Căn cứ Nghị định số 216/2025/NĐ-CP ngày 05 tháng 8 năm 2025 của Chính phủ quy "
                "định chi tiết một số điều và biện pháp thi hành Luật Thanh tra"
            ),
            "Căn cứ Kế hoạch thanh tra năm 2026 của Thanh tra tỉnh Hà Sơn",
        ),
        "decision": "Quyết định thanh tra số 02/QĐ-TTr ngày 05 tháng 01 năm 2026 của Chánh Thanh "
        "tra tỉnh Hà Sơn",
        "campaign_title": "Thanh tra việc giải quyết thủ tục hành chính tại các xã năm 2026",
        "organization": "Ủy ban nhân dân xã An Phú",
        "period_from": date(2025, 1, 1),
        "period_to": date(2025, 12, 31),
        "introduction": "Xét Báo cáo kết quả thanh tra ngày 20 tháng 01 năm 2026 của Trưởng đoàn "
        "thanh tra; ý kiến giải trình của đối tượng thanh tra.",
        "assessment": "Ủy ban nhân dân xã An Phú đã ban hành quy chế hoạt động của Bộ phận Một cửa "
        "và bố trí đủ công chức.\nViệc cập nhật sổ theo dõi hồ sơ được thực hiện hằng ngày.",
        "matters": (
            matters(finding("1.1"))[0],
            MatterItem(
                number=2,
                title="Việc công khai thủ tục hành chính",
                text="Thủ tục hành chính được công khai đầy đủ tại Bộ phận Một cửa.",
                findings=(risk("2.1"),),
            ),
            matters()[2],
        ),
        "nature": "Hạn chế mang tính lặp lại, làm phát sinh chi phí đi lại của người dân.",
        "measures": "Trong quá trình thanh tra không áp dụng biện pháp xử lý theo thẩm quyền.",
        "recommendations": (
            (
                "Ủy ban nhân dân xã An Phú tổ chức xin lỗi bằng văn bản đối với các hồ sơ trả "
                "chậm, hoàn thành trước ngày 31 tháng 3 năm 2026."
            ),
            "Chủ tịch Ủy ban nhân dân xã kiểm điểm trách nhiệm của công chức có liên quan.",
        ),
        "policy": "",
        "tallies": tallies(),
        "evidence": tuple(
            EvidenceItem(
                file=FileFacts(
                    name=f"sổ theo dõi hồ sơ quý {place}.xlsx",
                    size_bytes=place * 7_654_321,
                    sha256=DIGEST,
                ),
                received_at=AT,
            )
            for place in range(1, 5)
        ),
        "run": RUN,
        "signer_title": "KT. CHÁNH THANH TRA\nPHÓ CHÁNH THANH TRA",
        "signer_name": "Lê Thị Diễm Quỳnh",
        "recipients": (
            "Chủ tịch UBND tỉnh Hà Sơn (để báo cáo)",
            "Thanh tra Chính phủ (để báo cáo)",
            "UBND xã An Phú (để thực hiện)",
            "Lưu: VT, Đoàn thanh tra",
        ),
    }
    return ConclusionDocument(**(facts | changed))  # type: ignore[arg-type] - named above


def tallies() -> tuple[RuleTally, ...]:
    """Eight rules, the last of which could not run."""
    titles = (
        "Trả kết quả giải quyết hồ sơ sau thời hạn đã hẹn",
        "Không có Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
        "Thời hạn hẹn trả dài hơn thời hạn công bố",
        "Yêu cầu bổ sung hồ sơ quá một lần",
        "Thiếu văn bản xin lỗi khi trả chậm",
        "Hồ sơ tạm dừng không có lý do",
        "Nhiều hồ sơ kết thúc đúng vào giờ cuối của thời hạn",
        "Số phí thu khác mức quy định",
    )
    return tuple(
        RuleTally(
            code=f"TT{place:02d}",
            title=title,
            rule_class=RuleClass.RISK if place == 7 else RuleClass.VIOLATION,
            basis=RECEIPT if place % 2 else ON_TIME,
            met=0 if place == 8 else 17_000 - place * 900,
            violated=0 if place == 8 else 1 if place == 2 else place * 600,
            undetermined=0 if place == 8 else place * 111,
            not_applicable=0 if place == 8 else 1_000 + place * 190,
            error=20_000 if place == 8 else 0,
            note="Thiếu cột phí_đã_thu trong bảng hồ sơ." if place == 8 else "",
            ran=place != 8,
        )
        for place, title in enumerate(titles, start=1)
    )


def annex(number: str, count: int, *, rule: str = "TT01") -> Iterator[AnnexLine]:
    """Lines of one finding."""
    for place in range(1, count + 1):
        yield AnnexLine(
            finding=number,
            rule=rule,
            place=f"sổ theo dõi hồ sơ quý {place % 4 + 1}.xlsx, trang HOSO, dòng {place + 1}",
            key=f"H{number.replace('.', '')}-2025-{place:06d}",
            message=f"Hẹn trả 15:00 ngày 05/03/2025, trả ngày {place % 28 + 1:02d}/04/2025, muộn "
            f"{place % 61 + 1} ngày làm việc",
            amount=Money(minor=place * 123_456, currency="VND") if place % 3 else None,
        )


def lines(count: int) -> Iterator[Line]:
    """Candidate lines of a run."""
    for place in range(1, count + 1):
        yield Line(
            rule="PAY-003",
            place=f"corporate_payment.csv, dòng {place + 1}",
            key=f"P-{place:07d}",
            message="Hai khoản thanh toán có cùng số hóa đơn, cùng người bán và cùng số tiền",
            amount=Money(minor=place * 1_999, currency="GBP"),
        )


def report(rows: int = 5_200, **changed: object) -> ReportDocument:
    """A draft report over one table."""
    facts: dict[str, object] = {
        "title": "Thanh toán cho nhà cung cấp",
        "tables": (
            TableFacts(
                name="payments",
                title="Các khoản thanh toán",
                file=FileFacts(name="corporate_payment.csv", size_bytes=9_876_543, sha256=DIGEST),
                rows_read=189_470,
                rows_refused=0,
                columns=(
                    ColumnFacts(
                        name="VendorNum",
                        title="Mã người bán",
                        kind="mã",
                        filled=189_470,
                        missing=0,
                        distinct=5_803,
                    ),
                    ColumnFacts(
                        name="Amount",
                        title="Số tiền",
                        kind="tiền",
                        filled=189_470,
                        missing=0,
                        least="-76.501,26",
                        greatest="26.763.476,46",
                    ),
                ),
            ),
        ),
        "tallies": tallies(),
        "run": RUN,
        "full_list": ListFacts(file_name="violations.parquet", rows=rows, sha256=DIGEST),
        "currency": "GBP",
        "remarks": ("Căn cứ ghi “(chờ xác nhận)” chưa được người có chuyên môn pháp lý xác nhận.",),
    }
    return ReportDocument(**(facts | changed))  # type: ignore[arg-type] - named above
